"""How a line that ends inside a word, or at a hyphen or dash, goes on in the next line."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

from ingest.readers.pdf.glyphs import SOFT_HYPHEN

_LONGEST_COMPOUND = 80  # characters
_OPEN = re.compile(r"[^\W_][-‐]$|\w[–—/]$|\u00ad$")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*+(?!-)")
_LAST, _FIRST = re.compile(r"[^\W_]+(?:-[^\W_]+)*$"), re.compile(r"[^\W_]+(?:-[^\W_]+)*")
# Compounds that English writes with a hyphen although it divides other words in the same way (long-term, determ-ine).
# Where a syllable could be taken for the first part, that part must have three letters (de-based, un-known).
_FIRST_PARTS = frozenset(("self", "non", "well", "quasi", "vice"))
_LAST_PARTS = frozenset(
    [
        "term",
        "based",
        "known",
        "sized",
        "sided",
        "driven",
        "scale",
        "level",
        "style",
        "year",
        "quality",
        "range",
        "income",
        "specific",
    ]
)
_INNER_PARTS = frozenset(["of", "the", "to", "in", "on", "by", "and", "or", "an", "a", "la", "le", "de", "du", "des"])
_COMPOUND = re.compile(
    r"(?:short|long|full|part|real|first|second|third|high|low|middle|working|world|one|two|three|four|five)"
    r"-(?:time|class|rate|order|day|week|month|hour|way|thirds?|quarters?|step|related|person|hand)"
    r"|cross-(?:sectional|border|cultural|country|validation)|follow-up|decision-making|(?:peer|double)-(?:review\w*|blind)"
    r"|(?:twen|thir|for|fif|six|seven|eigh|nine)ty-(?:one|two|three|four|five|six|seven|eight|nine|first|second|third|\w+th)"
)
_ONE_WORD = frozenset(("nonsense", "selfish", "selfless", "wellness"))
# Before these a hyphen waits for a second half: "two- and three-year-old".
_CONJUNCTIONS = frozenset(("and", "or", "und", "oder", "bis"))


def words_of(texts: Iterable[str]) -> set[str]:
    """All words that stand whole in the texts, case-folded, with hyphens: they show how a broken word is spelt."""
    return {word.casefold() for text in texts for word in _WORD.findall(text)}


def is_open(text: str) -> bool:
    """True for a line that ends with a hyphen, a dash or a stroke right behind a letter or figure."""
    return _OPEN.search(text[-2:]) is not None


def in_one_line(texts: Sequence[str]) -> str:
    """The lines of a heading as one."""
    line = texts[0]
    for text in texts[1:]:
        line = joined(line, text, ()) if is_open(line) else f"{line} {text}"
    return without_soft_hyphens(line)


def without_soft_hyphens(text: str) -> str:
    """The text without soft hyphens; one at its end is a hyphen: the word goes on elsewhere."""
    return text[:-1].replace(SOFT_HYPHEN, "") + text[-1:].replace(SOFT_HYPHEN, "-")


def joined(text: str, following: str, words: Collection[str]) -> str:
    """Both lines as one. ``text`` is open; ``words`` are those of the document, by which broken words are joined."""
    if text.endswith(SOFT_HYPHEN):
        return text[:-1] + following
    bare = text[:-1]
    head_match, tail_match = _LAST.search(bare[-_LONGEST_COMPOUND:]), _FIRST.match(following[:_LONGEST_COMPOUND])
    if text[-1] not in "-‐" or not head_match or not tail_match:
        return text + following
    head, tail = head_match[0].casefold(), tail_match[0].casefold()
    whole = head.rpartition("-")[2] + tail.partition("-")[0]
    is_one_word = head + tail in words or whole in words
    if tail in _CONJUNCTIONS and not is_one_word:
        return f"{text} {following}"
    if not (bare[-1].isalpha() and following[0].islower()):
        return text + following
    return (text if not is_one_word and _is_compound(head, tail, words) else bare) + following


def _is_compound(head: str, tail: str, words: Collection[str]) -> bool:
    """True when the word whose parts are ``head`` and ``tail`` is written with a hyphen between them."""
    *_, before, last = ("", *head.split("-"))
    first, _, rest = tail.partition("-")
    return (
        len(last) == 1
        or f"{head}-{tail}" in words
        or f"{last}-{first}" in words
        or (last in _FIRST_PARTS and last + first not in _ONE_WORD)
        or (first in _LAST_PARTS and len(last) > 2)
        or (first in _INNER_PARTS and rest != "")
        or (last in _INNER_PARTS and before != "")
        or _COMPOUND.fullmatch(f"{last}-{first}") is not None
    )
