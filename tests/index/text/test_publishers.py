"""The words that tell a publisher's name from that of a town or a person."""

from __future__ import annotations

import pytest

from index.text.publishers import names_publisher
from tests.making import work


@pytest.mark.parametrize(
    ("text", "is_publisher"),
    [
        ("Fenland Times", True),
        ("rye-post.co.uk", True),
        ("Rye.org, 3 May", True),
        ("Sara J. Times", False),
        ("Rye", False),
        ("commons", False),
        ("", False),
    ],
)
def test_a_word_or_an_address_names_a_publisher(text: str, is_publisher: bool) -> None:
    assert names_publisher(text) is is_publisher


def test_a_long_run_of_full_stops_is_read_in_no_time() -> None:
    assert work(lambda: names_publisher("a." * 50_000)) < 100
