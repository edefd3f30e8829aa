"""Quotations cut from a library's own sources and altered by rule: what does the checker say of each, and how fast?

Six rules, drawn in turn with a fixed seed. An inner double mark becomes a single one, as a writer sets it. An invented
quotation is a chain of words from the library in which each two neighbours stand so in some sentence and no three come
from the same one: it reads like language for a moment, and nobody wrote it.
"""

from __future__ import annotations

import random
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from bench.library import make, unpack
from bench.sets import DataError, find
from index.differences import DifferenceKind
from index.quotations.draft_quotations import find_quotations
from index.quotations.locate import LocatedQuotation, QuotationStatus, locate_quotations
from index.quotations.wording import quoted_wording
from index.search.index import Index
from index.types import Span

ARTICLES = ("scale", "news_8000.jsonl")
LIMIT = 500  # articles of a library made for this
COUNT = 2000
GOAL = 0.98
MISSED = "not seen"
"""What is told of a quotation that the draft's reading does not return as it was set."""

_SHORTEST, _LONGEST = 6, 40  # words
_FAR = 3000  # characters between two places of one document that nobody takes for one
_LEARNT = 400  # documents that lend words and their neighbours
_TRIES = 50  # for each quotation: most rules fit only some text
_LITTLE = "The library holds too little text to cut quotations from. Give a larger one, or a smaller --count."
_WORD = re.compile(r"\S+")
_AUXILIARY = re.compile(
    r"(?<![\w’'])(is|was|are|were|has|have|will|can|could|would|should|did|does|may|might)(?= [a-z]+)"
)
_NEGATION = re.compile(r" (?:not|never)(?= [a-z]+)")
_DOUBLE = re.compile("[“”„\"«»]|''|``")
_DIGIT = re.compile(r"\d")
_PLAIN = re.compile(r"(?<![\w’'-])[a-z]{4,}(?![\w’'-])")
_DENYING = frozenset("without none nothing never neither hardly cannot nobody nowhere".split())  # noqa: SIM905


@dataclass(frozen=True, slots=True)
class Planted:
    """A quotation as the draft has it. ``places``: where its words come from, document and span."""

    rule: str
    text: str
    expected: QuotationStatus
    kind: DifferenceKind | None = None
    places: tuple[tuple[str, Span], ...] = ()


@dataclass(frozen=True, slots=True)
class Labels:
    """``said``: by rule, how many were called what. ``right``: the label that the rule asks for. ``placed``: of those
    with a place, right label and a place that covers it (or the same words elsewhere). ``marked``: of the changed
    figures and negations, those that are called so. ``as_verbatim``: changed figures and negations called verbatim.
    ``seconds``: reading the draft and locating all, the library open."""

    seed: int
    passages: int
    count: int
    right: int
    placed: int
    marked: int
    changed: int
    as_verbatim: int
    seconds: float
    said: dict[str, dict[str, int]] = field(default_factory=dict)

    @property
    def per_second(self) -> float:
        return self.count / self.seconds


def library(data: Path, work: Path, limit: int = LIMIT) -> Path:
    """One made of the first articles of the large set. Raises DataError and SourcewiseError."""
    folder = work / f"quotations-{limit}"
    make(unpack(find(data / ARTICLES[0], ARTICLES[1]), folder / "documents", limit), folder / "library")
    return folder / "library"


def measure(library: Path, count: int = COUNT, seed: int = 1) -> Labels:
    """Raises SourcewiseError, and DataError when the library has too little to cut quotations from."""
    index = Index.open(library)
    planted = _Cutter(index, random.Random(seed)).planted(count)
    draft, spans = _draft(planted)
    started = time.perf_counter()
    read = find_quotations(draft)
    found = dict(zip((one.span for one in read), locate_quotations(index, read), strict=True))
    seconds = time.perf_counter() - started
    return _labels(seed, index, planted, [found.get(span) for span in spans], seconds)


def _draft(planted: Sequence[Planted]) -> tuple[str, list[Span]]:
    """Each quotation in a sentence of its own, and its place."""
    draft, spans = "", []
    for one in planted:
        draft += "One of the texts has this: “"
        spans.append(Span(len(draft), len(draft) + len(one.text)))
        draft += f"{one.text}”, and so on.\n\n"
    return draft, spans


def _labels(
    seed: int, index: Index, planted: Sequence[Planted], found: Sequence[LocatedQuotation | None], seconds: float
) -> Labels:
    said: defaultdict[str, Counter[str]] = defaultdict(Counter)
    right = placed = marked = changed = as_verbatim = 0
    for one, got in zip(planted, found, strict=True):
        said[one.rule][MISSED if got is None else got.status.value] += 1
        if one.kind in (DifferenceKind.NUMBER, DifferenceKind.NEGATION):
            changed += 1
            as_verbatim += got is not None and got.status is QuotationStatus.VERBATIM
            marked += got is not None and any(change.kind is one.kind for change in got.changes)
        if got is not None and got.status is one.expected:
            right += 1
            placed += _is_placed(one, got)
    table = {rule: dict(counts) for rule, counts in said.items()}
    size = len(index.generation.passages)
    return Labels(seed, size, len(planted), right, placed, marked, changed, as_verbatim, seconds, table)


def _is_placed(one: Planted, got: LocatedQuotation) -> bool:
    """Whether each of its places is told; the same words may stand elsewhere too."""
    known = [(place.source.id, place.span) for place in got.places]
    texts = [quoted_wording(place.text).words for place in got.places]
    return all(
        any(identity == source and span.meets(other) for source, other in known) or len(texts) > 1
        for identity, span in one.places
    )


class _Cutter:
    """Cuts and alters."""

    def __init__(self, index: Index, pick: random.Random) -> None:
        self._index, self._pick = index, pick
        self._documents = [int(number) for number in index.store.live_numbers()]
        self._followers: defaultdict[str, list[tuple[tuple[int, int], str]]] = defaultdict(list)
        self._spare: list[str] = []
        for number in pick.sample(self._documents, min(len(self._documents), _LEARNT)):
            self._learn(number)

    def planted(self, count: int) -> list[Planted]:
        if not self._spare:
            raise DataError(_LITTLE)
        rules: Sequence[Callable[[], Planted | None]] = (
            *(self._typography, self._number, self._negation),
            *(self._word, self._stitched, self._invented),
        )
        made: list[Planted] = []
        for _ in range(count * _TRIES):
            if len(made) == count:
                return made
            one = rules[len(made) % len(rules)]()
            made += [] if one is None else [one]
        raise DataError(_LITTLE)

    def _learn(self, number: int) -> None:
        text = self._index.store.text(number)
        for start, end in self._index.store.rows(number).sentences:
            words = text[start:end].split()
            sentence = (number, start)
            for one, other in pairwise(words):
                self._followers[one].append((sentence, other))
            self._spare += _PLAIN.findall(text[start:end])

    def _cut(
        self, shortest: int = _SHORTEST, longest: int = _LONGEST, document: int = 0
    ) -> tuple[int, Span, str] | None:
        """A slice of a document from word to word, without what was dropped there."""
        document = document or self._pick.choice(self._documents)
        text, sentences = self._index.store.text(document), self._index.store.rows(document).sentences.tolist()
        words = [match.span() for start, end in sentences for match in _WORD.finditer(text, start, end)]
        size = self._pick.randint(shortest, longest)
        if len(words) < size:
            return None
        first = self._pick.randrange(len(words) - size + 1)
        span = Span(words[first][0], words[first + size - 1][1])
        piece = text[span.start : span.end]
        whole = len(piece.split()) == size and "\n\n" not in piece
        return (
            (document, span, re.sub("[“”„\"«»]|''|``", "'", piece))
            if whole and len(quoted_wording(piece)) >= size
            else None
        )

    def _id(self, document: int) -> str:
        return self._index.store.source(document).id

    def _typography(self) -> Planted | None:
        cut = self._cut(5)
        if cut is None:
            return None
        document, span, text = cut
        for change in self._pick.sample(
            (_ligatures, _quotes, _spaced, _broken, _cased, self._left_out, self._bracketed), 3
        ):
            text = change(text)
        return Planted("typography", text, QuotationStatus.VERBATIM, None, ((self._id(document), span),))

    def _left_out(self, text: str) -> str:
        words = text.split(" ")
        if len(words) < 12 or "[" in text:
            return text
        first = self._pick.randrange(4, len(words) - 6)
        last = first + self._pick.randint(1, 3)
        return " ".join([*words[:first], self._pick.choice(("…", "...", "[...]", ". . .", "[…]")), *words[last:]])

    def _bracketed(self, text: str) -> str:
        words = text.split(" ")
        at = self._pick.randrange(1, len(words) - 1)
        if len(words) < 8 or "…" in text or ". ." in text or "..." in text or not words[at].isalpha():
            return text
        return " ".join([*words[:at], self._pick.choice(("[the]", "[he]", f"[{words[at]}]")), *words[at + 1 :]])

    def _number(self) -> Planted | None:
        cut = self._cut()
        digits = [match.start() for match in _DIGIT.finditer(cut[2])] if cut else []
        if cut is None or not digits:
            return None
        at = self._pick.choice(digits)
        other = self._pick.choice([digit for digit in "123456789" if digit != cut[2][at]])
        text = cut[2][:at] + other + cut[2][at + 1 :]
        return Planted("number", text, QuotationStatus.ALTERED, DifferenceKind.NUMBER, ((self._id(cut[0]), cut[1]),))

    def _negation(self) -> Planted | None:
        cut = self._cut()
        if cut is None:
            return None
        text = _NEGATION.sub("", cut[2], count=1)
        if text == cut[2]:
            text = _AUXILIARY.sub(r"\1 not", cut[2], count=1)
        if text == cut[2]:
            return None
        return Planted(
            "negation", text, QuotationStatus.ALTERED, DifferenceKind.NEGATION, ((self._id(cut[0]), cut[1]),)
        )

    def _word(self) -> Planted | None:
        cut = self._cut()
        plain = [match for match in _PLAIN.finditer(cut[2]) if match.group() not in _DENYING] if cut else []
        other = self._pick.choice(self._spare)
        if cut is None or not plain or other in _DENYING:
            return None
        match = self._pick.choice(plain)
        text = cut[2][: match.start()] + other + cut[2][match.end() :]
        if other == match.group():
            return None
        return Planted("word", text, QuotationStatus.ALTERED, DifferenceKind.QUOTE, ((self._id(cut[0]), cut[1]),))

    def _stitched(self) -> Planted | None:
        """Half of them from two documents, half from two ends of one."""
        one = self._cut(_SHORTEST, _LONGEST // 2)
        other = self._cut(_SHORTEST, _LONGEST // 2, one[0] if one and self._pick.random() < 0.5 else 0)
        if one is None or other is None:
            return None
        if one[0] == other[0] and one[1].end - _FAR < other[1].start < one[1].end + _FAR:
            return None
        text = one[2] + self._pick.choice((" ", " … ", " [...] ")) + other[2]
        return Planted(
            "stitched", text, QuotationStatus.STITCHED, None, tuple((self._id(cut[0]), cut[1]) for cut in (one, other))
        )

    def _invented(self) -> Planted | None:
        words, came = [self._pick.choice(self._spare)], (-1, -1)
        for _ in range(self._pick.randint(_SHORTEST, _LONGEST)):
            following = [one for one in self._followers.get(words[-1], []) if one[0] != came]
            if not following:
                break
            came, word = self._pick.choice(following)
            words.append(word)
        text = _DOUBLE.sub("'", " ".join(words))
        return Planted("invented", text, QuotationStatus.NOT_FOUND) if len(words) >= _SHORTEST else None


def _ligatures(text: str) -> str:
    return text.replace("ffi", "ﬃ").replace("fi", "ﬁ").replace("fl", "ﬂ")


def _quotes(text: str) -> str:
    return text.replace("'", "’") if "'" in text else text.replace("’", "'")


def _spaced(text: str) -> str:
    return text.replace(" ", "\n", 1).replace(" ", "\u00a0", 1)


def _broken(text: str) -> str:
    """One long word hyphenated at a line end."""
    return re.sub(r"(?<![\w’'-])([a-z]{4})([a-z]{3,})", "\\1-\n\\2", text, count=1)


def _cased(text: str) -> str:
    return text[:1].swapcase() + text[1:].rstrip(".,;:") + "."
