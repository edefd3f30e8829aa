"""Where sentences end after abbreviations, citations, numbers of lists and dates."""

from __future__ import annotations

import pytest

from index.text.segmentation import sentences
from index.types import Span


def pieces(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text, Span(0, len(text)))]


@pytest.mark.parametrize(
    "sentence",
    [
        "Lund et al. [2004] measured the tide.",
        "Lund et al. (2011) and Vik et al. 2012 disagree.",
        "As shown in Fig. [3], the tide is weak (cf. sec. [2.1]).",
        "The tide of ref. [4] and refs. [5, 6] follows Eq. [7] and Eqs. (8).",
        "It stands in vol. 3, ch. 7, pp. 12–14 and para. 6 of the log.",
        "At approx. 37 deg. C, or ca. 310 K, it melts.",
        "The boat left at 5 p.m. Monday and at 6 a.m. EST.",
        "They read Phil. 4:8, then 1 Cor. 13 and Rom. viii.",
        "It was ed. by Holm and took 2 hrs. of work.",
        "The list is Suppl. Table 4 in art. 5, with Nos. 7 and 8 in App. III.",
        "No. 7 was lost with Prof. Lund and Dr. X of St. Olav.",
        "J. R. R. Holm of the U.S. Army paid Rs. 500, e.g. for rope, i.e. hemp, vs. 300.",
        "M.D. Reed was there.",
        "Ms. Alder thanked Ms. Birch on Friday for a report by Mx. Żak, Messrs. Hope and Mmes. Vale.",
        "The Rt. Hon. Ada Finch and Hon. Max Pole saw Sr. Ortega, Sra. Luz and Srta. Paz.",
        "A repudiation of Ms. Cole’s plan came from Cllr. Pike, Assoc. Prof. Kim and Brig. Hale.",
        "Am 3. Oktober begann der 2. Versuch.",
        "Er kostet z. B. 5 Euro bzw. 6 Euro in der Hafenstr. 5, vgl. Nr. 5.",
        "Il mourut en 50 av. J.-C. selon M. Dupont.",
        "The share of .5 rose to .7 of it.",
        "1. Wash the pot.",
        "(2) Dry the kettle.",
    ],
)
def test_a_sentence_goes_on_after_an_abbreviation(sentence: str) -> None:
    assert pieces(f"{sentence} The next one is short.") == [sentence, "The next one is short."]


@pytest.mark.parametrize(
    "parts",
    [
        ["He came at 5 p.m.", "Then he left."],
        ["It is sold in the U.S.", "The law says so."],
        ["I live in the U.S.A.", "I went to Oslo."],
        ["It is made by Tarn Inc.", "They sell it."],
        ["He lives on Main St.", "The shop is closed."],
        ["This was said by Holm et al.", "The rest follows."],
        ["Ada has MS.", "Patients with it tire soon."],
        ["They sailed in a brig.", "Holm was ill."],
        ["He said no.", "The others agreed."],
        ["It is a kind of art.", "It sells."],
        ["It ended in 1945.", "In 1946 it began again."],
        ["The pH fell.", "iPhone sales rose.", "mRNA was seen."],
        ["The tide fell before. [3]", "Then it rose.[4]", "It fell. [5, 6]"],
        ["1. Wash the pot.", "2. Dry it.", "3. Put it away."],
    ],
)
def test_a_sentence_ends_where_the_next_one_begins(parts: list[str]) -> None:
    assert pieces(" ".join(parts)) == parts


def test_a_comma_or_a_closing_bracket_begins_no_sentence() -> None:
    text = "The tide (see Lund, who wrote of it at length.) was weak. It fell , then rose."
    assert not any(piece[0] in ",;)]" for piece in pieces(text))


@pytest.mark.parametrize("unit", ["m", "ft", "in", "min", "s", "g", "t", "l", "h", "kg", "km/h", "mg/l"])
@pytest.mark.parametrize("space", ["", " "])
def test_a_sentence_ends_after_a_figure_with_its_unit(unit: str, space: str) -> None:
    """ "m." is no initial there, and "ft." no fort."""
    first, second = f"The mast is 20{space}{unit}.", "Nobody measured it."
    assert pieces(f"{first} {second}") == [first, second]
    assert pieces(f"({first}) “{second}”") == [f"({first})", f"“{second}”"]


@pytest.mark.parametrize(
    "sentence",
    [
        "He is 5 ft. 10 in. tall and waited 5 min. or so.",
        "In 2019 T. Smith and in 1998 M. Adams wrote of Ft. Worth.",
        "He saw 30 Ft. Worth men and Plan 3 S. Smith drew.",
    ],
)
def test_initials_and_titles_after_a_figure_end_no_sentence(sentence: str) -> None:
    assert pieces(sentence) == [sentence]
