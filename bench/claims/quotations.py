"""Measures how quotations are labelled that were cut from a library's own sources and altered by rule, and how fast.

Six rules take turns, with random choices from a fixed seed. Inner double quotation marks become single ones. An
invented quotation is a chain of words from the library in which every two neighbours occur in that order in some
sentence, but no three in the same sentence: it looks like language, but nobody wrote it.
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
LIMIT = 500  # articles of the library that is made (a guess)
COUNT = 2000
GOAL = 0.98
MISSED = "not seen"
"""The label of a planted quotation that is not recognised as a quotation in the draft."""

_SHORTEST, _LONGEST = 6, 40  # words of a quotation
_MIN_DISTANCE = 3000  # characters between the two parts of a stitched quotation from one document (a guess)
_MAX_DOCUMENTS = 400  # documents from which words and their neighbours are learnt (a guess)
_TRIES = 50  # for each quotation, because most rules apply to some texts only (a guess)
_TOO_LITTLE_TEXT = "The library holds too little text to cut quotations from. Give a larger one, or a smaller --count."
_WORD = re.compile(r"\S+")
_AUXILIARY = re.compile(
    r"(?<![\w’'])(is|was|are|were|has|have|will|can|could|would|should|did|does|may|might)(?= [a-z]+)"
)
_NEGATION = re.compile(r" (?:not|never)(?= [a-z]+)")
_DOUBLE = re.compile("[“”„\"«»]|''|``")
_DIGIT = re.compile(r"\d")
_LOWERCASE_WORD = re.compile(r"(?<![\w’'-])[a-z]{4,}(?![\w’'-])")
_NEGATING_WORDS = frozenset("without none nothing never neither hardly cannot nobody nowhere".split())  # noqa: SIM905


@dataclass(frozen=True, slots=True)
class Planted:
    """A quotation as it is written in the draft.

    ``expected``: the right label; ``kind``: the kind of the change; ``places``: the sources and spans of its words.
    """

    rule: str
    text: str
    expected: QuotationStatus
    kind: DifferenceKind | None = None
    places: tuple[tuple[str, Span], ...] = ()


@dataclass(frozen=True, slots=True)
class QuotationResult:
    """Counts of planted quotations.

    ``right``: with the expected label; ``placed``: also with every location that their words come from (or the same
    words elsewhere); ``changed``: with a changed figure or negation; ``marked``: of these, with a change of that kind;
    ``as_verbatim``: of these, labelled verbatim; ``said``: the number of each label by rule. ``seconds``: time to read
    the draft and locate all quotations in the open library.
    """

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
    """A library of the first articles of the large set. Raises DataError and SourcewiseError."""
    folder = work / f"quotations-{limit}"
    make(unpack(find(data / ARTICLES[0], ARTICLES[1]), folder / "documents", limit), folder / "library")
    return folder / "library"


def measure(library: Path, count: int = COUNT, seed: int = 1) -> QuotationResult:
    """Plants ``count`` quotations in a draft and checks them against the library.

    Raises SourcewiseError, and DataError when the library has too little text.
    """
    index = Index.open(library)
    planted = _QuotationCutter(index, random.Random(seed)).planted(count)
    draft, spans = _draft(planted)
    started = time.perf_counter()
    quotations = find_quotations(draft)
    spans_read = (quotation.span for quotation in quotations)
    located = dict(zip(spans_read, locate_quotations(index, quotations), strict=True))
    seconds = time.perf_counter() - started
    return _result(seed, index, planted, [located.get(span) for span in spans], seconds)


def _draft(planted: Sequence[Planted]) -> tuple[str, list[Span]]:
    """A draft with each quotation in its own sentence, and the spans of the quotations."""
    draft, spans = "", []
    for quotation in planted:
        draft += "One of the texts has this: “"
        spans.append(Span(len(draft), len(draft) + len(quotation.text)))
        draft += f"{quotation.text}”, and so on.\n\n"
    return draft, spans


def _result(
    seed: int, index: Index, planted: Sequence[Planted], located: Sequence[LocatedQuotation | None], seconds: float
) -> QuotationResult:
    labels: defaultdict[str, Counter[str]] = defaultdict(Counter)
    right = placed = marked = changed = as_verbatim = 0
    for quotation, result in zip(planted, located, strict=True):
        labels[quotation.rule][MISSED if result is None else result.status.value] += 1
        if quotation.kind in (DifferenceKind.NUMBER, DifferenceKind.NEGATION):
            changed += 1
            as_verbatim += result is not None and result.status is QuotationStatus.VERBATIM
            marked += result is not None and any(change.kind is quotation.kind for change in result.changes)
        if result is not None and result.status is quotation.expected:
            right += 1
            placed += _is_placed(quotation, result)
    table = {rule: dict(counts) for rule, counts in labels.items()}
    size = index.generation.manifest.passages
    return QuotationResult(seed, size, len(planted), right, placed, marked, changed, as_verbatim, seconds, table)


def _is_placed(planted: Planted, result: LocatedQuotation) -> bool:
    """True when the result has each location of the words, or several texts: the words may recur elsewhere."""
    locations = [(location.source.id, location.span) for location in result.matches]
    texts = [quoted_wording(location.text).words for location in result.matches]
    return all(
        any(planted_source == source and planted_span.meets(span) for source, span in locations) or len(texts) > 1
        for planted_source, planted_span in planted.places
    )


class _QuotationCutter:
    """Cuts quotations from a library at random and alters them by rule."""

    def __init__(self, index: Index, rng: random.Random) -> None:
        self._index, self._random = index, rng
        self._documents = [int(number) for number in index.store.documents.live_numbers()]
        self._followers: defaultdict[str, list[tuple[tuple[int, int], str]]] = defaultdict(list)
        self._spare_words: list[str] = []
        for number in rng.sample(self._documents, min(len(self._documents), _MAX_DOCUMENTS)):
            self._learn(number)

    def planted(self, count: int) -> list[Planted]:
        """Quotations of each rule in turn. Raises DataError when the library has too little text."""
        if not self._spare_words:
            raise DataError(_TOO_LITTLE_TEXT)
        rules: Sequence[Callable[[], Planted | None]] = (
            *(self._typography, self._number, self._negation),
            *(self._word, self._stitched, self._invented),
        )
        quotations: list[Planted] = []
        for _ in range(count * _TRIES):
            if len(quotations) == count:
                return quotations
            quotation = rules[len(quotations) % len(rules)]()
            quotations += [] if quotation is None else [quotation]
        raise DataError(_TOO_LITTLE_TEXT)

    def _learn(self, number: int) -> None:
        """Collects the words of a document, and the sentence and next word of each occurrence."""
        text = self._index.store.documents.text(number)
        for start, end in self._index.store.documents.rows(number).sentences:
            words = text[start:end].split()
            sentence = (number, start)
            for word, following in pairwise(words):
                self._followers[word].append((sentence, following))
            self._spare_words += _LOWERCASE_WORD.findall(text[start:end])

    def _cut(
        self, shortest: int = _SHORTEST, longest: int = _LONGEST, document: int = 0
    ) -> tuple[int, Span, str] | None:
        """The document, span and text of a random sequence of whole words, outside dropped text; None if unsuitable."""
        document = document or self._random.choice(self._documents)
        text, sentences = (
            self._index.store.documents.text(document),
            self._index.store.documents.rows(document).sentences.tolist(),
        )
        words = [match.span() for start, end in sentences for match in _WORD.finditer(text, start, end)]
        size = self._random.randint(shortest, longest)
        if len(words) < size:
            return None
        first = self._random.randrange(len(words) - size + 1)
        span = Span(words[first][0], words[first + size - 1][1])
        piece = text[span.start : span.end]
        is_unbroken = len(piece.split()) == size and "\n\n" not in piece
        return (
            (document, span, re.sub("[“”„\"«»]|''|``", "'", piece))
            if is_unbroken and len(quoted_wording(piece)) >= size
            else None
        )

    def _id(self, document: int) -> str:
        return self._index.store.documents.source(document).id

    def _typography(self) -> Planted | None:
        cut = self._cut(5)
        if cut is None:
            return None
        document, span, text = cut
        for change in self._random.sample(
            (_ligatures, _quotes, _spaced, _broken, _cased, self._left_out, self._bracketed), 3
        ):
            text = change(text)
        return Planted("typography", text, QuotationStatus.VERBATIM, None, ((self._id(document), span),))

    def _left_out(self, text: str) -> str:
        words = text.split(" ")
        if len(words) < 12 or "[" in text:
            return text
        first = self._random.randrange(4, len(words) - 6)
        last = first + self._random.randint(1, 3)
        return " ".join([*words[:first], self._random.choice(("…", "...", "[...]", ". . .", "[…]")), *words[last:]])

    def _bracketed(self, text: str) -> str:
        words = text.split(" ")
        i = self._random.randrange(1, len(words) - 1)
        if len(words) < 8 or "…" in text or ". ." in text or "..." in text or not words[i].isalpha():
            return text
        return " ".join([*words[:i], self._random.choice(("[the]", "[he]", f"[{words[i]}]")), *words[i + 1 :]])

    def _number(self) -> Planted | None:
        cut = self._cut()
        digits = [match.start() for match in _DIGIT.finditer(cut[2])] if cut else []
        if cut is None or not digits:
            return None
        offset = self._random.choice(digits)
        digit = self._random.choice([digit for digit in "123456789" if digit != cut[2][offset]])
        text = cut[2][:offset] + digit + cut[2][offset + 1 :]
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
        lowercase = (
            [match for match in _LOWERCASE_WORD.finditer(cut[2]) if match.group() not in _NEGATING_WORDS] if cut else []
        )
        substitute = self._random.choice(self._spare_words)
        if cut is None or not lowercase or substitute in _NEGATING_WORDS:
            return None
        match = self._random.choice(lowercase)
        text = cut[2][: match.start()] + substitute + cut[2][match.end() :]
        if substitute == match.group():
            return None
        return Planted("word", text, QuotationStatus.ALTERED, DifferenceKind.QUOTE, ((self._id(cut[0]), cut[1]),))

    def _stitched(self) -> Planted | None:
        """Joins two cuts: half of the time from two documents, else from distant parts of one."""
        first = self._cut(_SHORTEST, _LONGEST // 2)
        second = self._cut(_SHORTEST, _LONGEST // 2, first[0] if first and self._random.random() < 0.5 else 0)
        if first is None or second is None:
            return None
        if first[0] == second[0] and first[1].end - _MIN_DISTANCE < second[1].start < first[1].end + _MIN_DISTANCE:
            return None
        text = first[2] + self._random.choice((" ", " … ", " [...] ")) + second[2]
        locations = tuple((self._id(cut[0]), cut[1]) for cut in (first, second))
        return Planted("stitched", text, QuotationStatus.STITCHED, None, locations)

    def _invented(self) -> Planted | None:
        words, sentence = [self._random.choice(self._spare_words)], (-1, -1)
        for _ in range(self._random.randint(_SHORTEST, _LONGEST)):
            followers = [follower for follower in self._followers.get(words[-1], []) if follower[0] != sentence]
            if not followers:
                break
            sentence, word = self._random.choice(followers)
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
    """The text with its first long word hyphenated at a line end."""
    return re.sub(r"(?<![\w’'-])([a-z]{4})([a-z]{3,})", "\\1-\n\\2", text, count=1)


def _cased(text: str) -> str:
    return text[:1].swapcase() + text[1:].rstrip(".,;:") + "."
