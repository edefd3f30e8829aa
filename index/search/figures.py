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
    figures = figures_in(question)
    if not figures:
        return ()
    about = (passage.heading, source.title, source.published, source.updated, source.publisher, source.location)
    held = {_plain(word.text) for word in words_in("\n".join([passage.text, *filter(None, about)]))}
    values = {value for numeral in numerals(passage.text) for value in numeral.values}
    return tuple(figure for figure in figures if figure not in held and float(figure) not in values)


def _plain(word: str) -> str:
    """A number without the signs between its figures."""
    return word.replace(",", "").replace(" ", "")
