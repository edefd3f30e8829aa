"""Where the quotations of a draft stand in the library: word for word, altered, stitched together, or not. No model."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise

from index.differences import Difference, DifferenceKind
from index.quotations.alignment import Block, Fit, Run, exact, fit, runs
from index.quotations.draft_quotations import Quotation
from index.quotations.excerpts import Excerpt, by_fingerprint, by_word, excerpts
from index.quotations.wording import ELIDED, Wording, count_negations, figures, is_negated, quoted_wording
from index.search.index import Index
from index.types import Source, Span

PLACES = 10
"""Places that are told of one quotation."""

SHARE = 0.6
"""Of a quotation's words, how many must stand in a source for it to be that source's: by number, and by what they
tell."""

TELLING = 1.5
"""How much those words must tell, as a multiple of what it takes to tell one place of the library from all others: set
phrases stand in many places."""

PART_TELLING = 1.25
"""The same of each part of a stitched quotation, which is there word for word."""

BEYOND = 3
"""How many more words must stand there than were changed: of four words in marks, one changed, nobody knows the source.
"""

_FITTED = 4  # excerpts, those that share most, that are aligned
_SURE = 20  # words of a quotation that is surely found by runs of words, where it stands as it is
_CLOSE = 0.8  # share of its pairs of words by which it is known, altered as it may be
_PARTS = 4  # of a stitched quotation, at most
_LETTERS = 8  # characters of a word with the space after it, at most, on the average
_COMMON = 4.0  # bits of a word that is in every text
_SLIP = 3  # words that may be changed inside a part
_BESIDE = 400  # characters about a quotation in which its speaker may be named
_BRACKETED = re.compile(r"\[([^\[\]]*)\]")


class QuotationStatus(StrEnum):
    """What the library says of a quotation. ``stitched``: its parts stand somewhere, but not together."""

    VERBATIM = "verbatim"
    ALTERED = "altered"
    STITCHED = "stitched"
    NOT_FOUND = "not found"


@dataclass(frozen=True, slots=True)
class QuotationPlace:
    """``text == document.text[span]``; ``draft``: the characters of the draft that stand there."""

    source: Source
    span: Span
    text: str
    draft: Span
    page: int | None = None
    page_label: str | None = None


@dataclass(frozen=True, slots=True)
class LocatedQuotation:
    """``places``: of a stitched quotation its parts, in the order of the draft; else alternatives, each of the whole.
    ``changes``: spans of the draft and of the first place's document. ``elided``: it is found with words left out or
    put in brackets, as an ellipsis or brackets say. ``notes``: fragments of sentences on what a person may want to look
    at; never a reason for the status."""

    status: QuotationStatus
    places: tuple[QuotationPlace, ...] = ()
    changes: tuple[Difference, ...] = ()
    elided: bool = False
    notes: tuple[str, ...] = ()


def locate_quotations(index: Index, quotations: Sequence[Quotation]) -> list[LocatedQuotation]:
    """One answer a quotation, in order. Raises LibraryError when the library changes meanwhile."""
    return [_Search(index, one).answer() for one in quotations]


class _Search:
    """One quotation in one library."""

    def __init__(self, index: Index, asked: Quotation) -> None:
        self._index, self._asked = index, asked
        self._quote = quoted_wording(asked.text, asked.span.start)
        self._excerpts: list[Excerpt] = []
        self._size = max(2, sum(len(one.shingled.shingles) for one in index.generation.segments))

    def answer(self) -> LocatedQuotation:
        around = len(self._asked.text) + _LETTERS * sum(self._quote.joints.values())
        for candidates in (by_fingerprint, by_word) if self._quote.words else ():
            rows = candidates(self._index, self._asked.text)
            self._excerpts += excerpts(self._index, rows, around, self._excerpts)
            found = [(one, span) for one in self._excerpts for span in exact(self._quote, one.wording)]
            if found:
                return self._verbatim(found)
            if len(self._quote) >= _SURE and not self._quote.joints and max(self._shared(), default=0) >= _CLOSE:
                break  # runs of words would have found it, stood it anywhere as it is
        return self._nearly()

    def _shared(self) -> list[float]:
        """Of the quotation's pairs of neighbouring words, what share each excerpt has."""
        pairs = set(pairwise(self._quote.words))
        return [len(pairs.intersection(pairwise(one.wording.words))) / max(len(pairs), 1) for one in self._excerpts]

    def _verbatim(self, found: Sequence[tuple[Excerpt, tuple[int, int]]]) -> LocatedQuotation:
        by_span = {(one.document, one.wording.span(*words)): (one, words) for one, words in found}
        first, words = found[0]
        places = [self._place(one, one.wording.span(*span)) for one, span in list(by_span.values())[:PLACES]]
        notes = (*self._hidden(first.wording.words[slice(*words)]), *self._speaker(places))
        return LocatedQuotation(QuotationStatus.VERBATIM, tuple(places), elided=bool(self._quote.joints), notes=notes)

    def _nearly(self) -> LocatedQuotation:
        shared = self._shared()
        best = sorted(range(len(shared)), key=lambda number: -shared[number])[:_FITTED]
        fits = [(fit(self._quote, one.wording), one) for one in map(self._excerpts.__getitem__, best)]
        exactly = [(one, (found.first, found.last)) for found, one in fits if not found.blocks and found.pairs]
        if exactly:
            return self._verbatim(exactly)
        whole = min(fits, key=lambda one: one[0].cost, default=None)
        matched = len(whole[0].pairs) if whole else 0
        parts = self._parts() if len(self._quote) > matched + _SLIP else []
        if sum(one.last - one.first for one in parts) > matched + _SLIP:
            return self._together(parts)
        if whole is None or not self._is_told(whole[0]):
            return LocatedQuotation(QuotationStatus.NOT_FOUND)
        return self._altered(*whole)

    # altered ------------------------------------------------------------------------------------------------------

    def _is_told(self, found: Fit) -> bool:
        matched = [self._quote.words[i] for i, _ in found.pairs]
        changed = [word for one in found.blocks for word in self._quote.words[slice(*one.quote)]]
        slips = {*figures(changed), *(word for word in changed if count_negations([word]))}
        lost = sum(_COMMON if word in slips else self._bits(word) for word in changed)
        told = sum(map(self._bits, matched))
        enough = len(matched) >= max(SHARE * (len(matched) + found.cost), found.cost + BEYOND)
        return enough and told >= max(SHARE * (told + lost), TELLING * math.log2(self._size))

    def _altered(self, found: Fit, where: Excerpt) -> LocatedQuotation:
        place = self._place(where, where.wording.span(found.first, found.last))
        changes = tuple(self._change(one, where.wording) for one in found.blocks)
        notes = tuple(self._speaker([place]))
        return LocatedQuotation(QuotationStatus.ALTERED, (place,), changes, bool(self._quote.joints), notes)

    def _change(self, block: Block, source: Wording) -> Difference:
        ours, theirs = self._quote.words[slice(*block.quote)], source.words[slice(*block.source)]
        kind = DifferenceKind.QUOTE
        if figures(ours) != figures(theirs):
            kind = DifferenceKind.NUMBER
        elif is_negated(ours, theirs):
            kind = DifferenceKind.NEGATION
        draft, span = self._quote.span(*block.quote), source.span(*block.source)
        said, read = " ".join(ours), " ".join(theirs)
        note = f"“{said}” for “{read}”" if ours and theirs else f"“{said}” added" if ours else f"“{read}” left out"
        return Difference(kind, draft, span, note)

    # stitched -----------------------------------------------------------------------------------------------------

    def _parts(self) -> list[Run]:
        """The parts that make up the quotation, each of which tells its place; none when they do not."""
        parts: list[Run] = []
        for one in runs(self._quote, [one.wording for one in self._excerpts]):
            if parts and self._goes_on(parts[-1], one):
                parts[-1] = replace(parts[-1], last=one.last, end=one.end)
            else:
                parts.append(one)
        least = PART_TELLING * math.log2(self._size)
        parts = [one for one in parts if sum(map(self._bits, self._quote.words[one.first : one.last])) >= least]
        covered = sum(one.last - one.first for one in parts)
        return parts if 2 <= len(parts) <= _PARTS and covered >= 0.8 * len(self._quote) else []

    def _goes_on(self, one: Run, other: Run) -> bool:
        gap = other.at - one.end
        joint = max((most for at, most in self._quote.joints.items() if one.last <= at <= other.first), default=_SLIP)
        return one.number == other.number and 0 <= gap <= joint and other.first - one.last <= _SLIP

    def _together(self, parts: Sequence[Run]) -> LocatedQuotation:
        """Parts of one document in order, near each other, are one passage with words left out."""
        one = self._excerpts[parts[0].number]
        if all(b.number == a.number and 0 <= b.at - a.end <= ELIDED for a, b in pairwise(parts)):
            seams = {part.first: ELIDED for part in parts[1:]}
            found = fit(replace(self._quote, joints={**self._quote.joints, **seams}), one.wording)
            left_out = [Block((b.first, b.first), (a.end, b.at)) for a, b in pairwise(parts)]
            blocks = sorted([*found.blocks, *left_out], key=lambda block: block.quote)
            return self._altered(replace(found, blocks=blocks), one)
        places = [self._part(part) for part in parts]
        return LocatedQuotation(QuotationStatus.STITCHED, tuple(places), elided=bool(self._quote.joints))

    def _part(self, part: Run) -> QuotationPlace:
        where = self._excerpts[part.number]
        place = self._place(where, where.wording.span(part.at, part.end))
        return replace(place, draft=self._quote.span(part.first, part.last))

    # what is told of a place ------------------------------------------------------------------------------------------

    def _place(self, where: Excerpt, span: Span) -> QuotationPlace:
        table, row = self._index.generation.passages, where.row
        while table.ends[row] <= span.start:
            row += 1
        _, passage = self._index.store.passage(int(table.numbers[row]))
        text = where.text[span.start - where.span.start : span.end - where.span.start]
        source = self._index.store.source(where.document)
        return QuotationPlace(source, span, text, self._asked.span, passage.page, passage.page_label)

    def _hidden(self, source: Sequence[str]) -> Iterator[str]:
        """What an ellipsis or brackets do to the sense."""
        added = count_negations(
            word for part in _BRACKETED.findall(self._asked.text) for word in quoted_wording(part).words
        )
        left = count_negations(source) - count_negations(self._quote.words)
        if left > added and len(source) - len(self._quote) <= 2 * _BESIDE // _LETTERS:
            yield "what is left out holds a “not” or the like"
        elif added > left:
            yield "a “not” or the like stands in brackets and not in the source"

    def _speaker(self, places: Iterable[QuotationPlace]) -> Iterator[str]:
        """That the name beside the quotation is neither an author's nor stands near the quotation in a source."""
        name = self._asked.attributed
        if name is None:
            return
        surname = name.split()[-1].strip(".’'").casefold()
        authors: list[str] = []
        for place in places:
            authors += place.source.authors
            if any(surname in author.casefold() for author in place.source.authors):
                return
            if any(surname in one.text.casefold() for one in self._excerpts):
                return
        by = f"the source is by {', '.join(dict.fromkeys(authors))}" if authors else "the source names no author"
        yield f"ascribed to {name}; {by}, and the name does not stand near it"

    def _bits(self, word: str) -> float:
        """What a word tells: the rarer, the more."""
        known = self._index.generation.words.document_frequency(word)
        return _COMMON if known is None else max(_COMMON, math.log2(self._size / max(known, 1)))
