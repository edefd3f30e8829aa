"""Splits a quotation and a source into the words that are compared, and recognises figures and negations among them.

Words are compared in normal form, without case, accents and hyphens. Figures are compared too, and the few signs that
change a figure's meaning. Quotation marks, dashes, commas, white space, line ends and footnote marks are ignored.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from index.text import digits
from index.text.analysis import DENSE
from index.text.lexicon import NEGATION_WORDS, NUMBER_WORDS, TENS
from index.text.normal import MARKS, normal_with_offsets, unaccented
from index.types import Span

MAX_ELIDED_WORDS = 120
"""Words of a source that an ellipsis may stand for, at most (a guess)."""

MAX_BRACKETED_WORDS = 8
"""Words of a source that square brackets may stand for, at most (a guess)."""

_LETTER = rf"[^\W\d_{DENSE}]"
_LETTERS = rf"{_LETTER}+(?:[{MARKS}]+{_LETTER}*)*"
_TOKEN = re.compile(  # of the normal form
    rf"""
      (?P<word>[Pp]er[ ]cent\b | {_LETTERS}(?:['-]{_LETTERS})* | [{DENSE}])
    | (?P<mark>\[\s*\d{{1,3}}(?:\s*[-,;]\s*\d{{1,3}})*\s*\]            # a reference in brackets
        | (?<=[^\W\d_][.,;:"')])\d{{1,3}}(?=\s|$))                     # a footnote's number at the end of a clause
    | (?P<fraction>(?<![\d/])\d{{1,3}}/\d{{1,3}}(?![\d/]))
    | (?P<figure>(?:(?<![\w.,)\]%])-)?
        (?:(?<![\d.,]){digits.WRITTEN}(?![.,]\d) | \d+(?:[.,]\d+)*))
    | (?P<sign>[%‰$£€¥±=≤≥<] | (?:(?<=[\w)\]][ ])|(?<=[\w)\]]))>
        | \^[+-]?\w+)                                                  # an exponent
    """,
    re.VERBOSE,
)
_WRITTEN = re.compile(digits.WRITTEN)
_ELLIPSIS = r"[\[(]?\s*(?:…|\.(?:[ \u00a0]?\.){2,3})\s*[\])]?"
_JOINT = re.compile(rf"(?P<elided>{_ELLIPSIS})|\w*\[(?!\s*\d[\d\s,;–-]*\])[^\[\]]{{1,200}}\]\w*")
_SIGNS = {"%": "percent"}
_BRACKETED_LETTER = re.compile(r"\[(\w)\](?=[^\W\d_])")


@dataclass(frozen=True, slots=True)
class Wording:
    """Words as they are compared. ``edges``: start and end of each word in its text, which begins at character ``base``
    of the document. ``joints``: the number of other words that a source may have before a word, at most, by the word's
    number. ``insertions``: the text in square brackets before a word, by its number."""

    words: Sequence[str]
    edges: Sequence[tuple[int, int]]
    base: int = 0
    joints: Mapping[int, int] = field(default_factory=dict)
    insertions: Mapping[int, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.words)

    def span(self, first: int, last: int) -> Span:
        """The characters of words ``first`` to before ``last``. No words: an empty span after the word before."""
        if first < last:
            return Span(self.base + self.edges[first][0], self.base + self.edges[last - 1][1])
        offset = self.edges[first - 1][1] if first else self.edges[0][0] if self.edges else 0
        return Span(self.base + offset, self.base + offset)

    def between(self, number: int) -> Span:
        """The characters between the word before ``number`` and that word; at an end of the text its outermost word."""
        start = self.edges[number - 1][1] if number else self.edges[0][0]
        end = self.edges[number][0] if 0 < number < len(self.edges) else self.edges[max(0, number - 1)][1]
        return Span(self.base + start, self.base + max(start, end))


def wording(text: str, within: Iterable[Span] | None = None, base: int = 0) -> Wording:
    """The words of a text that begins at character ``base`` of its document. ``within``: spans of the document; words
    outside them are left out."""
    words: list[str] = []
    edges: list[tuple[int, int]] = []
    for start, end in [(base, base + len(text))] if within is None else within:
        form, offsets = normal_with_offsets(text[start - base : end - base])
        for match in _TOKEN.finditer(form):
            words.append(_normal_form(match.group(), match.lastgroup or ""))
            first, last = offsets[match.start(), 0], offsets[match.end() - 1, 1]
            edges.append((int(first) + start - base, int(last) + start - base))
    return Wording(words, edges, base)


def quoted_wording(text: str, base: int = 0) -> Wording:
    """The words of a quotation that begins at character ``base``. Ellipses and square brackets become joints."""
    text = _BRACKETED_LETTER.sub("\u00ad\\1\u00ad", text)
    words: list[str] = []
    edges: list[tuple[int, int]] = []
    joints: dict[int, int] = {}
    insertions: dict[int, str] = {}
    offset = 0
    for match in [*_JOINT.finditer(text), None]:
        part = wording(text, [Span(offset, match.start() if match else len(text))])
        words += part.words
        edges += part.edges
        if match:
            offset = match.end()
            limit = MAX_ELIDED_WORDS if match.group("elided") else MAX_BRACKETED_WORDS
            joints[len(words)] = max(joints.get(len(words), 0), limit)
            if not match.group("elided"):
                inserted = match.group().replace("[", "").replace("]", "")
                insertions[len(words)] = f"{insertions.get(len(words), '')} {inserted}".strip()
    inner = {word: limit for word, limit in joints.items() if 0 < word < len(words)}
    return Wording(words, edges, base, inner, insertions)


@lru_cache(maxsize=1 << 16)
def _normal_form(word: str, kind: str) -> str:
    if kind == "sign":
        return _SIGNS.get(word, word)
    if kind == "mark":
        return "#" + "".join(word.strip("[]").split())
    if kind == "figure":
        sign, number = ("-", word[1:]) if word[0] == "-" else ("", word)
        return sign + (digits.canonical(number) if _WRITTEN.fullmatch(number) else number)
    return word if kind == "fraction" else re.sub("[- ]", "", unaccented(word))


# figures and negations -----------------------------------------------------------------------------------------------

_QUANTITY_WORDS = frozenset(
    (
        *NUMBER_WORDS[2:],
        *TENS,
        *"hundred thousand million billion trillion dozen half twice double triple quarter third percent".split(),  # noqa: SIM905
        *"‰$£€¥±=≤≥<>",
    )
)
_NEGATIONS = NEGATION_WORDS | {"nowhere"}
_NEGATIVE_PREFIXES = ("un", "in", "im", "ir", "il", "non", "dis", "mis")


def figures(words: Iterable[str]) -> list[str]:
    """The words that give a quantity: figures, number words, units of share and currency signs."""
    return [word for word in words if word in _QUANTITY_WORDS or any(map(str.isdigit, word))]


def count_negations(words: Iterable[str]) -> int:
    """The number of words that negate ("not", "never", "didn't")."""
    return sum(map(is_negation, words))


def is_negation(word: str) -> bool:
    return word in _NEGATIONS or word.endswith("n't")


def is_negated(left: Sequence[str], right: Sequence[str]) -> bool:
    """Whether one side negates what the other states, by a word ("not") or by a prefix ("un-")."""
    if count_negations(left) != count_negations(right):
        return True
    left_only, right_only = set(left) - set(right), set(right) - set(left)
    return any(
        a == prefix + b or b == prefix + a for a in left_only for b in right_only for prefix in _NEGATIVE_PREFIXES
    )
