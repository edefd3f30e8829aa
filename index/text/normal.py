"""The form in which texts are compared: one for every way in which the same words can be written.

Unicode forms, ligatures and wide figures are brought to one character, invisible characters are dropped, words that a
line end broke are joined, quotation marks and dashes are straight, figures are not broken by thin spaces, raised and
lowered figures stand on the line (10^6, m2, CO2), and the marks of notes (word³, word[3]) are left out. Case and
accents stay; ``bare`` takes them away too.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from index.text import raised

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from tantivy import TextAnalyzer

    Offsets = NDArray[np.int64]
    """Shape (n, 2): where the source of each character begins and ends, in characters of the source. Both columns
    rise."""
else:  # the processes that read files start faster without numpy and tantivy
    Offsets = object

_ROUNDS = 6  # times that a text is rewritten until nothing changes; two are usual

INVISIBLE = (
    "\u00ad\u034f\u061c\u0640\u064b-\u0652\u0670\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e01ef"
)
"""Soft hyphens, zero-width characters, directions, variation selectors; Arabic vowel marks and the tatweel: as they may
be written in a class of a pattern."""

MARKS = "\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u0610-\u061a\u0653-\u065f\u06d6-\u06ed\u0900-\u0963\u0966-\u0dff"
"""Signs over, under and between the letters of a word, likewise."""

_SIGNS = {
    **dict.fromkeys("‘’‚‛′ʹʼˈ´‹›", "'"),
    **dict.fromkeys("“”„‟″«»〝〞", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2212\u2043\ufe63\uff0d˗", "-"),
    **dict.fromkeys("\u2014\u2015\u2e3a\u2e3b\ufe58", " - "),
    **{chr(zero + digit): str(digit) for zero in (0x660, 0x6F0) for digit in range(10)},
}
_LONGEST = 64  # characters of a letter with its accents; a longer pile of accents is mapped as a whole (a guess)
_KEPT = "™℠¨¯¸˘˙˚˛˜˝‗‾﹉﹊﹋﹌℀℁℅℆①-⓿❶-➓⒈-⒛"  # what compatibility forms would glue to a word, or to a space
_NARROW = "\u00a0\u2007\u2008\u2009\u202f"  # spaces that group the figures of a number
_RUN = re.compile(rf"[\x00-\x7f]?[^\x00-\x7f{''.join(_SIGNS)}{raised.CHARACTERS}{_KEPT}{_NARROW}]+")
_SUSPENDED = re.compile(r"(?:and|or|to|und|oder|bis|et|ou|y|o)\b")  # after "pre-", which is no broken word

Replace = Callable[[re.Match[str]], str]


@dataclass(frozen=True, slots=True)
class _Rule:
    """``signs``: characters of which a text must hold one for the rule to change it; empty when any text may change."""

    pattern: re.Pattern[str]
    replace: Replace
    signs: frozenset[str] = frozenset()

    def concerns(self, text: str, letters: set[str]) -> bool:
        if self is _NFKC:
            return not unicodedata.is_normalized("NFKC", text)
        return not (self.signs and self.signs.isdisjoint(letters))


def _nothing(match: re.Match[str]) -> str:
    return ""


def _compatible(match: re.Match[str]) -> str:
    return unicodedata.normalize("NFKC", match[0])


def _joined(match: re.Match[str]) -> str:
    """What is left of a hyphen at a line end: nothing within a word, the hyphen before a capital or a figure."""
    text, before, after = match.string, match.string[match.start() - 1], match.string[match.end()]
    if not after.islower() or not before.isalpha():
        return "-"
    return "- " if _SUSPENDED.match(text, match.end()) else ""


def _kept_hyphen(match: re.Match[str]) -> str:
    return _joined(match) or "-"


_CHARACTERS = "".join(map(chr, (*range(0x10000), *range(0xE0000, 0xE0200))))  # the basic plane, and tags


@lru_cache
def _class(ranges: str) -> frozenset[str]:
    """The characters of a class in a pattern."""
    return frozenset(re.findall(f"[{ranges}]", _CHARACTERS))


_BROKEN_WORD = re.compile(r"(?<=[^\W_])[-\u2010][^\S\n]*+\n[\s>]*+(?=[^\W_])")  # by a line end


def _rules(broken: Replace) -> tuple[_Rule, ...]:
    """The rules in their order. ``broken``: what is left of a hyphen at a line end."""
    narrow = re.compile(rf"(?<![\d.,])\d{{1,3}}(?:[{_NARROW}]\d{{3}})+(?!\d)")
    return (
        _Rule(re.compile(r"\u00ad[^\S\n]*+\n[\s>]*+(?=\w)"), _nothing, frozenset("\u00ad")),
        _Rule(re.compile(f"[{INVISIBLE}]+"), _nothing, _class(INVISIBLE)),
        _Rule(raised.TAG, raised.from_tag, frozenset("<")),
        _NFKC,
        _Rule(_BROKEN_WORD, broken, frozenset("\n")),
        _Rule(re.compile(f"[{''.join(_SIGNS)}]"), lambda match: _SIGNS[match[0]], frozenset(_SIGNS)),
        _Rule(raised.FRACTION, raised.fraction, _class(raised.CHARACTERS)),
        _Rule(raised.RAISED, raised.on_the_line, _class(raised.CHARACTERS)),
        _Rule(raised.LOWERED, raised.lowered, _class(raised.CHARACTERS)),
        _Rule(narrow, lambda match: re.sub(r"\D", "", match[0]), frozenset(_NARROW)),
        _Rule(raised.CARET, raised.without_caret, frozenset("^")),
        _Rule(raised.REFERENCE, _nothing, frozenset("[")),
        _Rule(_APOSTROPHES, lambda match: match[0].replace("'", ""), frozenset("'")),
        _Rule(re.compile(r"\n[^\S\n]*(?:>[^\S\n]*)+"), lambda match: "\n", frozenset("\n")),  # lines quoted in a letter
        _Rule(re.compile(r"\s{2,}|[^\S ]"), lambda match: " "),
    )


_APOSTROPHES = re.compile(r"(?<![\d.,'])\d{1,3}(?:'\d{3})+(?![\d'])")  # 1'500
_NFKC = _Rule(_RUN, _compatible)
_JOINING, _HYPHENATING = _rules(_joined), _rules(_kept_hyphen)


def normal(text: str) -> str:
    """The text as it is compared with others, on one line. Pure and idempotent; case and accents stay."""
    return _normal(text, _JOINING)[0]


def hyphenated(text: str) -> str:
    """As ``normal``, with the hyphen kept in words that a line end broke: "long-term" for "long-", "term"."""
    return _normal(text, _HYPHENATING)[0]


def both_forms(text: str) -> tuple[str, str]:
    """``normal`` and ``hyphenated`` of a text; the second costs nothing where no line end broke a word."""
    joined, has_broken_word = _normal(text, _JOINING)
    return joined, _normal(text, _HYPHENATING)[0] if has_broken_word else joined


def _normal(text: str, rules: Sequence[_Rule]) -> tuple[str, bool]:
    """The text under these rules, and whether a line end broke one of its words."""
    has_broken_word = False
    for _ in range(_ROUNDS):
        before, letters = text, set(text)
        for rule in rules:
            if rule.concerns(text, letters) and (changed := rule.pattern.sub(rule.replace, text)) != text:
                text, letters = changed, set(changed)
                has_broken_word = has_broken_word or rule.pattern is _BROKEN_WORD
        text = text.strip()
        if text == before:
            break
    return text, has_broken_word


def normal_with_offsets(text: str) -> tuple[str, Offsets]:
    """The normal form, with the source of each of its characters: ``text[offsets[i, 0] : offsets[j - 1, 1]]`` is the
    source of ``normal[i:j]``, without what was dropped at its ends."""
    import numpy as np

    offsets = np.arange(len(text), dtype=np.int64)[:, None] + np.array([0, 1])
    for _ in range(_ROUNDS):
        before, letters = text, set(text)
        for rule in _JOINING:
            if rule.concerns(text, letters):
                text, offsets = _replaced(text, offsets, rule)
                letters = set(text)
        start = len(text) - len(text.lstrip())
        text = text.strip()
        offsets = offsets[start : start + len(text)]
        if text == before:
            break
    return text, offsets


def _replaced(text: str, offsets: Offsets, rule: _Rule) -> tuple[str, Offsets]:
    """The text and its offsets after a rule."""
    import numpy as np

    parts: list[str] = []
    pieces: list[Offsets] = []
    last = 0
    for start, end, replacement in _replacements(text, rule):
        parts += (text[last:start], replacement)
        source = (offsets[start, 0], offsets[end - 1, 1])
        pieces += (offsets[last:start], np.array([source] * len(replacement), np.int64).reshape(-1, 2))
        last = end
    return ("".join([*parts, text[last:]]), np.concatenate([*pieces, offsets[last:]])) if parts else (text, offsets)


def _replacements(text: str, rule: _Rule) -> Iterator[tuple[int, int, str]]:
    """Start, end and replacement of each stretch that a rule changes."""
    for match in rule.pattern.finditer(text):
        replacement = rule.replace(match)
        if replacement == match[0]:
            continue
        if rule is _NFKC:
            clusters = list(_clusters(match))
            if "".join(part for *_, part in clusters) == replacement:
                yield from clusters
                continue
        yield *match.span(), replacement


def _clusters(match: re.Match[str]) -> Iterator[tuple[int, int, str]]:
    """Start, end and compatible form of each stretch that does not depend on what stands around it."""
    start, form = match.start(), ""
    for position, letter in enumerate(match[0], match.start()):
        own = unicodedata.normalize("NFKC", letter)
        joined = unicodedata.normalize("NFKC", match.string[start : position + 1])
        ends = joined == form + own and not unicodedata.combining(letter)
        if position > start and (ends or position - start == _LONGEST):
            yield start, position, form
            start, joined = position, own
        form = joined
    yield start, match.end(), form


# without case and accents --------------------------------------------------------------------------------------------

_ACCENTS = re.compile("[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7]+")


@lru_cache(maxsize=1)
def _latin() -> TextAnalyzer:
    """Latin letters that are no letter with an accent: ø, ł, æ, ı."""
    from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

    return TextAnalyzerBuilder(Tokenizer.raw()).filter(Filter.ascii_fold()).build()


def bare(text: str) -> str:
    """The normal form without case and accents: "strasse" for "Straße", "muller" for "Müller"."""
    return unaccented(normal(text))


def unaccented(text: str) -> str:
    """A text in normal form without case and accents."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFD", unicodedata.normalize("NFD", text).casefold())
    letters = unicodedata.normalize("NFC", _ACCENTS.sub("", decomposed))
    folded = _latin().analyze(letters) if not letters.isascii() else [letters]
    return folded[0] if folded else ""
