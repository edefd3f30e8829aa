"""The language of a text: said only where it is sure."""

from __future__ import annotations

import pytest

from index.text.languages import COMMON, RARE, language_name
from ingest.metadata.languages import _identifier, language_of


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("The road was long, and nobody knew how the rain would fall on the hills that year.", "en"),
        ("Der Weg war lang, und niemand wusste, wie der Regen in jenem Jahr fallen würde.", "de"),
        ("Via longa erat, nec quisquam sciebat quomodo pluvia illo anno in colles casura esset.", "la"),
        ("Чай везли по суше двести лет. Его прессовали в кирпичи, и кирпичи были деньгами.", "ru"),
        ("茶は飲み物である。二百年の間、人々は馬とラクダで茶を遠くまで運んだ。その道はとても長く、危険だった。", "ja"),
        ("Tea and salt", None),
        ("1234567890 " * 40, None),
        (
            "def cut(rows):\n    for i in range(10):\n        if rows[i] == None:\n            return find(i, by=2)\n"
            * 3,
            None,
        ),
        ("int main(void) { for (int i = 0; i < 10; i++) { x[i] = y[i]; } return 0; }\n" * 4, None),
        ("name: rye\nprice: 3\nunit: kg\n\nname: oats\nprice: 4\nunit: kg\n" * 5, None),
        ("Anna Bruun, Carlos Diaz, Eva Fromm, Gustav Holm, Ida Jansson, Karl Lund, Olof Quist", None),
        ("ATGCGTACGATCGATCGATCGTAGCTAGCTAGCATCGATCGATC " * 5, None),
        ('{"a": 1, "name": "x", "list": [1, 2, 3]}\n' * 10, None),
        ("", None),
    ],
)
def test_a_language_is_named_only_of_prose(text: str, code: str | None) -> None:
    """Code, figures, tables, lists of names and a few words have none."""
    assert language_of(text) == code


def test_every_language_that_may_be_recognised_has_a_name() -> None:
    codes = set(map(str, _identifier().nb_classes)) - {"zxx"}  # no language at all
    assert [code for code in codes if language_name(code) == code] == []


def test_a_rare_language_is_named_and_not_guessed() -> None:
    assert {code for code in RARE if code in COMMON} == set()
    assert language_name("jv") == "Javanese"


def test_languages_have_names() -> None:
    assert [language_name(code) for code in ("de", "de-AT", "la", "EN", "qq")] == [
        "German",
        "German",
        "Latin",
        "English",
        "qq",
    ]
