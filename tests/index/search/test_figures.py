"""Which years and figures a question names, and when a passage lacks them."""

from __future__ import annotations

import pytest

from index.search.figures import figures_in, missing_figures
from index.types import Passage, Source, Span


@pytest.mark.parametrize(
    ("question", "figures"),
    [
        ("How many herons wintered in 2012?", ("2012",)),
        ("between 2010-2014 and after 1990/91", ("2010", "2014", "1990")),
        ("Were 5,200 or 14 of 16% counted?", ("5200", "14", "16")),
        ("type 2 and COVID-19 on 9/11 at 10:30 by 5G", ()),
        ("no figure", ()),
        (f"{'a pasted paragraph ' * 11} of 1999", ()),
    ],
)
def test_years_and_figures_of_a_question(question: str, figures: tuple[str, ...]) -> None:
    assert figures_in(question) == figures


@pytest.mark.parametrize(
    ("text", "heading", "about", "missing"),
    [
        ("Herons fell from 90 in 2011 to 70 in 2013.", None, {}, ("14", "2012")),
        ("Fourteen herons wintered.", "The winter of 2012", {}, ()),
        ("It was 14 at last.", None, {"published": "2012-03"}, ()),
        ("It was 1,4 at last.", None, {"title": "Count of 2012"}, ("14",)),
        ("It was 14.", None, {"location": "counts_2012.txt"}, ()),
    ],
)
def test_a_figure_is_had_in_digits_in_words_or_by_what_is_known_of_the_source(
    text: str, heading: str | None, about: dict[str, str], missing: tuple[str, ...]
) -> None:
    source = Source("a", **{"location": "a.txt", **about})  # type: ignore[arg-type]
    passage = Passage(text, Span(0, len(text)), heading)
    assert missing_figures("Were there 14 herons in 2012?", passage, source) == missing
