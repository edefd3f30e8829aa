"""Wording: the words of a quotation and of a source as they are compared, and what a change of them says.

Compared are words without case, ligatures and hyphens, figures as they read, and the few signs that change what a
figure says. Everything else (quotation marks, dashes, commas, white space, line ends, footnote marks) does not count.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from index.types import Span

ELIDED = 120
"""Words of a source that an ellipsis may stand for."""

INSERTED = 8
"""Words of a source that square brackets may stand for."""

_LETTER = r"[^\W\d_⁰¹²³⁴-⁹₀-₉]"
_INSIDE = r"[\u0300-\u036f\u00ad\u200b-\u200d\u2060\ufeff]"  # stands inside a word and is not part of it
_LETTERS = rf"{_LETTER}+(?:{_INSIDE}+{_LETTER}*)*"
_LINE_END = r"(?:[^\S\n]*\n[\s>]*)?"
_TOKEN = re.compile(
    rf"""
      (?P<word>[Pp]er[\ \u00a0\n]cent\b | {_LETTERS}(?:(?:['’ʼ]|[-‐‑]{_LINE_END}){_LETTERS})*)
    | (?P<mark>\[\s*\d{{1,3}}(?:\s*[-–,;]\s*\d{{1,3}})*\s*\]            # a reference in brackets
        | (?<=[^\W\d_][.,;:”"’)])\d{{1,3}}(?=\s|$))                     # a footnote's number at the end of a clause
    | (?P<figure>(?:(?<![\w.,)\]%])[-−])?
        (?:(?<![\d.,])\d{{1,3}}(?:[ \u00a0\u2009\u202f]\d{{3}})+(?!\d) | \d+(?:[.,]\d+)* | [₀-₉]+))
    | (?P<sign>[%‰$£€¥±=≤≥<] | (?:(?<=[\w)\]][ ])|(?<=[\w)\]]))>
        | (?:(?<=[\d)])|(?<=\b[^\W\d_])|(?<=\b[^\W\d_]{{2}}))[⁻⁰¹²³⁴-⁹]+)   # a power, or the square in a unit
    """,
    re.VERBOSE,
)
_GROUPED = re.compile(r"-?\d{1,3}(?:[, \u00a0\u2009\u202f]\d{3})+(?:\.\d+)?")
_ELLIPSIS = r"[\[(]?\s*(?:…|\.(?:[ \u00a0]?\.){2,3})\s*[\])]?"
_JOINT = re.compile(rf"(?P<elided>{_ELLIPSIS})|\w*\[(?!\s*\d[\d\s,;–-]*\])[^\[\]]{{1,200}}\]\w*")
_SIGNS = {"%": "percent"}
_CAPITAL = re.compile(r"\[(\w)\](?=[^\W\d_])")
_DROPPED = dict.fromkeys(map(ord, "-‐‑\u00ad\u200b\u200c\u200d\u2060\ufeff \n\r\t>"))


@dataclass(frozen=True, slots=True)
class Wording:
    """Words as they are compared. ``edges``: where each begins and ends in a text that itself begins at character
    ``base``. ``joints``: before which words others may stand in a source, and how many."""

    words: Sequence[str]
    edges: Sequence[tuple[int, int]]
    base: int = 0
    joints: Mapping[int, int] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.words)

    def span(self, first: int, last: int) -> Span:
        """The characters of the words from ``first`` to before ``last``; of none: the place after the word before."""
        if first < last:
            return Span(self.base + self.edges[first][0], self.base + self.edges[last - 1][1])
        place = self.edges[first - 1][1] if first else self.edges[0][0] if self.edges else 0
        return Span(self.base + place, self.base + place)


def wording(text: str, within: Iterable[Span] | None = None, base: int = 0) -> Wording:
    """The words of a text that begins at character ``base``; only those in the spans, which count from there too."""
    spans = [(base, base + len(text))] if within is None else within
    found = [match for start, end in spans for match in _TOKEN.finditer(text, start - base, end - base)]
    words = [_normal(match.group(), match.lastgroup or "") for match in found]
    return Wording(words, [match.span() for match in found], base)


def quoted_wording(text: str, base: int = 0) -> Wording:
    """The same of a quotation: ellipses and square brackets become joints."""
    text = _CAPITAL.sub("\u00ad\\1\u00ad", text)
    words: list[str] = []
    edges: list[tuple[int, int]] = []
    joints: dict[int, int] = {}
    place = 0
    for match in [*_JOINT.finditer(text), None]:
        part = wording(text, [Span(place, match.start() if match else len(text))])
        words += part.words
        edges += part.edges
        if match:
            place = match.end()
            joints[len(words)] = max(joints.get(len(words), 0), ELIDED if match.group("elided") else INSERTED)
    return Wording(words, edges, base, {at: most for at, most in joints.items() if 0 < at < len(words)})


@lru_cache(maxsize=1 << 16)
def _normal(word: str, kind: str) -> str:
    if kind == "sign":
        return _SIGNS.get(word, word)
    if kind == "mark":
        return "#" + "".join(word.strip("[]").split())
    word = unicodedata.normalize("NFKC", word)
    if kind == "figure":
        word = word.replace("−", "-")
        return re.sub(r"[^\d.-]", "", word) if _GROUPED.fullmatch(word) else word
    return word.casefold().replace("’", "'").replace("ʼ", "'").translate(_DROPPED)


# what a change says --------------------------------------------------------------------------------------------------

_NUMBERS = (  # noqa: SIM905
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen "
    "nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion trillion dozen "
    "half twice double triple quarter third percent ‰ $ £ € ¥ ± = ≤ ≥ < >"
).split()
_DENIALS = "not no never none nobody nothing nowhere neither nor without cannot hardly scarcely barely".split()  # noqa: SIM905
_PREFIXES = ("un", "in", "im", "ir", "il", "non", "dis", "mis")


def figures(words: Iterable[str]) -> list[str]:
    """The words that say how much."""
    return [word for word in words if word in _NUMBERS or any(map(str.isdigit, word))]


def count_negations(words: Iterable[str]) -> int:
    """How many of the words deny."""
    return sum(word in _DENIALS or word.endswith("n't") for word in words)


def is_negated(ours: Sequence[str], theirs: Sequence[str]) -> bool:
    """Whether one side denies what the other says: by a word, or by a prefix."""
    if count_negations(ours) != count_negations(theirs):
        return True
    new, old = set(ours) - set(theirs), set(theirs) - set(ours)
    return any(a == prefix + b or b == prefix + a for a in new for b in old for prefix in _PREFIXES)
