"""The years and figures that a question names, and those of them that a passage does not have."""

from __future__ import annotations

import re
from functools import lru_cache

from index.search.query import PASTED
from index.text.analysis import words_in
from index.text.numerals import numerals
from index.types import Passage, Source

# a year, or another number of two digits or more that stands alone: one digit is often part of a name, as in type 2
_FIGURE = re.compile(
    r"(?<![\w.,:/–’'-])(?:\d{1,3}(?:[, ]\d{3})+|\d{2,})(?![\w/–’'-]|[.,:]\d)|(?<![^\W_])(?:1\d{3}|20\d\d)(?![^\W_])",
    re.ASCII,
)


@lru_cache(maxsize=16)
def figures_in(question: str) -> tuple[str, ...]:
    """The years and other whole numbers of a question, without signs between their figures, in order; none of a pasted
    text, and none that is part of another word, as in COVID-19 or 9/11."""
    if len(question.split()) > PASTED:
        return ()
    return tuple(dict.fromkeys(_plain(match[0]) for match in _FIGURE.finditer(question)))


def missing_figures(question: str, passage: Passage, source: Source) -> tuple[str, ...]:
    """Those that stand neither in a passage, in digits or in words, nor in its heading, nor in what is known of its
    source: title, date, publisher, file name."""
    about = (passage.heading, source.title, source.published, source.updated, source.publisher, source.location)
    text = "\n".join([passage.text, *filter(None, about)])
    # most stand there as they were asked for, which takes no reading of all words
    figures = [figure for figure in figures_in(question) if not _stands_alone(figure, text)]
    if not figures:
        return ()
    held = {_plain(word.text) for word in words_in(text)}
    values = {value for numeral in numerals(passage.text) for value in numeral.values}
    return tuple(figure for figure in figures if figure not in held and float(figure) not in values)


def _stands_alone(figure: str, text: str) -> bool:
    """Whether a text has a number in these digits, no part of another number or word."""
    return re.search(rf"(?<![\w.,]){figure}(?![\w]|[.,]\d)", text) is not None


def _plain(word: str) -> str:
    """A number without the signs between its figures."""
    return word.replace(",", "").replace(" ", "")
