"""Locates the quotations of a draft in the library: verbatim, altered, stitched together, or not found. No model."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise

from index.differences import Difference, DifferenceKind
from index.quotations.alignment import Alignment, Edit, Run, align, exact_matches, longest_runs
from index.quotations.attribution import AFTER, BEFORE, HEAD, QuotedPlace, attribution_note
from index.quotations.draft_quotations import Quotation
from index.quotations.excerpts import Excerpt, passages_by_fingerprint, passages_by_words, read_excerpts
from index.quotations.reversals import reversals
from index.quotations.wording import MAX_ELIDED_WORDS, Wording, count_negations, figures, is_negated, quoted_wording
from index.search.index import Index
from index.types import Filter, Numbers, Passage, Source, Span

MAX_MATCHES = 10
"""Matches that are returned for one quotation, at most (a guess)."""

MIN_SHARE = 0.6
"""Share of a quotation's words that a source must have, by number and by bits of information (a guess)."""

MIN_INFORMATION = 1.5
"""Bits that those words must carry, as a multiple of the bits that single out one position in the library. Set phrases
are below, as they have many positions (a guess)."""

MIN_PART_INFORMATION = 1.25
"""The same multiple for each part of a stitched quotation; lower, as a part matches word for word (a guess)."""

MIN_MARGIN = 3
"""Words that must match beyond the number changed (a guess). Four quoted words with one changed tell no source."""

_MAX_ALIGNED = 4  # excerpts that are aligned with a quotation, those that share most word pairs (a guess)
_FINGERPRINTED = 20  # words from which fingerprints surely find a verbatim match: eleven in a row have one (a guess)
_CLOSE = 0.8  # share of its word pairs in one excerpt by which an altered quotation is recognised (a guess)
_MAX_PARTS = 4  # parts of a stitched quotation (a guess)
_WORD_CHARACTERS = 8  # upper bound on the mean length of a word with its space, in characters (a guess)
_COMMON = 4.0  # bits of a word that every text has (a guess)
_MAX_SLIP = 3  # words that may be changed inside a part (a guess)
_HIDDEN_CHARACTERS = 400  # where more than twice this is left out, a negation in it is not noted (a guess)
_BRACKETED = re.compile(r"\[([^\[\]]*)\]")


class QuotationStatus(StrEnum):
    """How the library has a quotation. ``STITCHED``: it has the parts, but not together."""

    VERBATIM = "verbatim"
    ALTERED = "altered"
    STITCHED = "stitched"
    NOT_FOUND = "not found"


@dataclass(frozen=True, slots=True)
class QuotationMatch:
    """``text == document.text[span]``. ``draft``: the characters of the draft that match it; ``passage``: where the
    match begins; ``document``: the number of the document."""

    source: Source
    span: Span
    text: str
    draft: Span
    passage: Passage
    document: int


@dataclass(frozen=True, slots=True)
class LocatedQuotation:
    """``matches``: the parts of a stitched quotation in the order of the draft, otherwise alternatives that each match
    the whole. ``changes``: spans of the draft and of the first match's document. ``has_elisions``: an ellipsis or
    brackets mark words left out or inserted. ``notes``: sentence fragments for the reader; the status does not depend
    on them. ``is_misattributed``: no source has it from the one to whom the draft ascribes it.
    """

    status: QuotationStatus
    matches: tuple[QuotationMatch, ...] = ()
    changes: tuple[Difference, ...] = ()
    has_elisions: bool = False
    notes: tuple[str, ...] = ()
    is_misattributed: bool = False


def locate_quotations(
    index: Index, quotations: Sequence[Quotation], where: Filter | None = None
) -> list[LocatedQuotation]:
    """One result for each quotation, in order. ``where``: the sources to look in. Raises LibraryError when the library
    changes meanwhile, QueryError when the filter is not valid."""
    documents = index.admitted(where or Filter())
    return [_Locator(index, quotation, documents).locate() for quotation in quotations]


class _Locator:
    """Locates one quotation in these documents of one library (None: in all)."""

    def __init__(self, index: Index, quotation: Quotation, documents: Numbers | None) -> None:
        self._index, self._quotation, self._documents = index, quotation, documents
        self._quote = quoted_wording(quotation.text, quotation.span.start)
        self._excerpts: list[Excerpt] = []
        self._library_words = max(2, index.generation.word_count)

    def locate(self) -> LocatedQuotation:
        margin = len(self._quotation.text) + _WORD_CHARACTERS * sum(self._quote.joints.values())
        for propose in (passages_by_fingerprint, passages_by_words) if self._quote.words else ():
            passages = propose(self._index, self._quotation.text, self._documents)
            self._excerpts += read_excerpts(self._index, passages, margin, self._excerpts)
            matches = [
                (excerpt, words) for excerpt in self._excerpts for words in exact_matches(self._quote, excerpt.wording)
            ]
            if matches:
                return self._verbatim(matches)
            is_long = len(self._quote) >= _FINGERPRINTED and not self._quote.joints
            if is_long and max(self._pair_shares(), default=0) >= _CLOSE:
                break  # the fingerprints would have found a verbatim match
        return self._best_inexact()

    def _pair_shares(self) -> list[float]:
        """For each excerpt, the share of the quotation's pairs of neighbouring words that it has."""
        pairs = set(pairwise(self._quote.words))
        shared = [pairs.intersection(pairwise(excerpt.wording.words)) for excerpt in self._excerpts]
        return [len(excerpt_pairs) / max(len(pairs), 1) for excerpt_pairs in shared]

    def _verbatim(self, matches: Sequence[tuple[Excerpt, tuple[int, int]]]) -> LocatedQuotation:
        by_span = {(excerpt.document, excerpt.wording.span(*words)): (excerpt, words) for excerpt, words in matches}
        reversed_in = {span: self._reversals(excerpt, words) for span, (excerpt, words) in by_span.items()}
        spans = [span for span in by_span if not reversed_in[span]] or list(by_span)
        first, first_words = by_span[spans[0]]
        changes = reversed_in[spans[0]]
        in_order = [self._match(by_span[span][0], span[1]) for span in spans[: 1 if changes else MAX_MATCHES]]
        located, doubt = self._attribution(in_order)
        notes = (*self._negation_notes(first.wording.words[slice(*first_words)]), *filter(None, [doubt]))
        status = QuotationStatus.ALTERED if changes else QuotationStatus.VERBATIM
        elided = bool(self._quote.joints)
        return LocatedQuotation(status, tuple(located), tuple(changes), elided, notes, doubt is not None)

    def _reversals(self, excerpt: Excerpt, words: tuple[int, int]) -> list[Difference]:
        """What an ellipsis or brackets turn into its opposite, in a match word for word."""
        if not (self._quote.joints or self._quote.insertions):
            return []
        first, last = words
        part = Wording(excerpt.wording.words[first:last], excerpt.wording.edges[first:last])
        return self._reversed(excerpt, [(i, first + j) for i, j in align(self._quote, part).pairs])

    def _reversed(self, excerpt: Excerpt, pairs: Sequence[tuple[int, int]]) -> list[Difference]:
        differences = []
        for joint, (first, last) in reversals(self._quote, excerpt.wording, excerpt.text, pairs):
            original = " ".join(excerpt.wording.words[first:last])
            note = f"“{original}” left out" if original else f"“{self._quote.insertions[joint]}” added in brackets"
            spans = self._quote.between(joint), excerpt.wording.span(first, last)
            differences.append(Difference(DifferenceKind.NEGATION, *spans, note))
        return differences

    def _best_inexact(self) -> LocatedQuotation:
        """The quotation altered, stitched together or not found."""
        shares = self._pair_shares()
        best = sorted(range(len(shares)), key=lambda number: -shares[number])[:_MAX_ALIGNED]
        aligned = [(align(self._quote, excerpt.wording), excerpt) for excerpt in map(self._excerpts.__getitem__, best)]
        exact = [
            (excerpt, (alignment.first, alignment.last))
            for alignment, excerpt in aligned
            if not alignment.edits and alignment.pairs
        ]
        if exact:
            return self._verbatim(exact)
        whole = min(aligned, key=lambda pair: pair[0].cost, default=None)
        matched = len(whole[0].pairs) if whole else 0
        parts = self._stitched_parts() if len(self._quote) > matched + _MAX_SLIP else []
        if sum(part.last - part.first for part in parts) > matched + _MAX_SLIP:
            return self._join_parts(parts)
        if whole is None or not self._is_identified(whole[0]):
            return LocatedQuotation(QuotationStatus.NOT_FOUND)
        return self._altered(*whole)

    # altered ------------------------------------------------------------------------------------------------------

    def _is_identified(self, alignment: Alignment) -> bool:
        """Whether enough words match, and tell enough, for the quotation to come from this source."""
        matched = [self._quote.words[i] for i, _ in alignment.pairs]
        changed = [word for edit in alignment.edits for word in self._quote.words[slice(*edit.quote)]]
        # A changed figure or negation, however rare, says little against the source.
        slips = {*figures(changed), *(word for word in changed if count_negations([word]))}
        changed_bits = sum(_COMMON if word in slips else self._bits(word) for word in changed)
        matched_bits = sum(map(self._bits, matched))
        min_words = max(MIN_SHARE * (len(matched) + alignment.cost), alignment.cost + MIN_MARGIN)
        min_bits = max(MIN_SHARE * (matched_bits + changed_bits), MIN_INFORMATION * math.log2(self._library_words))
        return len(matched) >= min_words and matched_bits >= min_bits

    def _altered(self, alignment: Alignment, excerpt: Excerpt) -> LocatedQuotation:
        match = self._match(excerpt, excerpt.wording.span(alignment.first, alignment.last))
        edits = [self._difference(edit, excerpt.wording) for edit in alignment.edits]
        changes = tuple(sorted([*edits, *self._reversed(excerpt, alignment.pairs)], key=lambda change: change.draft))
        _, doubt = self._attribution([match])
        notes = tuple(filter(None, [doubt]))
        return LocatedQuotation(
            QuotationStatus.ALTERED, (match,), changes, bool(self._quote.joints), notes, doubt is not None
        )

    def _difference(self, edit: Edit, source: Wording) -> Difference:
        quote_words, source_words = self._quote.words[slice(*edit.quote)], source.words[slice(*edit.source)]
        kind = DifferenceKind.QUOTE
        if figures(quote_words) != figures(source_words):
            kind = DifferenceKind.NUMBER
        elif is_negated(quote_words, source_words):
            kind = DifferenceKind.NEGATION
        draft_span, source_span = self._quote.span(*edit.quote), source.span(*edit.source)
        quoted, original = " ".join(quote_words), " ".join(source_words)
        note = (
            f"“{quoted}” for “{original}”"
            if quote_words and source_words
            else f"“{quoted}” added"
            if quote_words
            else f"“{original}” left out"
        )
        return Difference(kind, draft_span, source_span, note)

    # stitched -----------------------------------------------------------------------------------------------------

    def _stitched_parts(self) -> list[Run]:
        """The parts that make up the quotation, each with enough information to identify its source. Empty when they
        are too few, too many, or cover too little of it."""
        parts: list[Run] = []
        for run in longest_runs(self._quote, [excerpt.wording for excerpt in self._excerpts]):
            if parts and self._continues(parts[-1], run):
                parts[-1] = replace(parts[-1], last=run.last, source_last=run.source_last)
            else:
                parts.append(run)
        min_bits = MIN_PART_INFORMATION * math.log2(self._library_words)
        parts = [part for part in parts if sum(map(self._bits, self._quote.words[part.first : part.last])) >= min_bits]
        covered = sum(part.last - part.first for part in parts)
        return parts if 2 <= len(parts) <= _MAX_PARTS and covered >= 0.8 * len(self._quote) else []  # .8: a guess

    def _continues(self, part: Run, run: Run) -> bool:
        """Whether a run goes on with the part before it, but for a slip or a joint."""
        gap = run.source_first - part.source_last
        limits = (limit for word, limit in self._quote.joints.items() if part.last <= word <= run.first)
        max_gap = max(limits, default=_MAX_SLIP)
        return part.source == run.source and 0 <= gap <= max_gap and run.first - part.last <= _MAX_SLIP

    def _join_parts(self, parts: Sequence[Run]) -> LocatedQuotation:
        """A stitched quotation. Parts that follow one another closely in one excerpt are an altered one instead: words
        between them were left out without a sign."""
        excerpt = self._excerpts[parts[0].source]
        if all(
            right.source == left.source and 0 <= right.source_first - left.source_last <= MAX_ELIDED_WORDS
            for left, right in pairwise(parts)
        ):
            seams = {part.first: MAX_ELIDED_WORDS for part in parts[1:]}
            alignment = align(replace(self._quote, joints={**self._quote.joints, **seams}), excerpt.wording)
            left_out = [
                Edit((right.first, right.first), (left.source_last, right.source_first))
                for left, right in pairwise(parts)
            ]
            edits = sorted([*alignment.edits, *left_out], key=lambda edit: edit.quote)
            return self._altered(replace(alignment, edits=edits), excerpt)
        matches = [self._part_match(part) for part in parts]
        return LocatedQuotation(QuotationStatus.STITCHED, tuple(matches), has_elisions=bool(self._quote.joints))

    def _part_match(self, part: Run) -> QuotationMatch:
        excerpt = self._excerpts[part.source]
        match = self._match(excerpt, excerpt.wording.span(part.source_first, part.source_last))
        return replace(match, draft=self._quote.span(part.first, part.last))

    # matches and notes --------------------------------------------------------------------------------------------

    def _match(self, excerpt: Excerpt, span: Span) -> QuotationMatch:
        places = self._index.store.documents.places(excerpt.document)
        behind = (places[:, 0] >= excerpt.passage) & (places[:, 2] > span.start)
        _, passage = self._index.store.documents.passage(int(places[behind.argmax(), 0]))
        text = excerpt.text[span.start - excerpt.span.start : span.end - excerpt.span.start]
        source = self._index.store.documents.source(excerpt.document)
        return QuotationMatch(source, span, text, self._quotation.span, passage, excerpt.document)

    def _negation_notes(self, source_words: Sequence[str]) -> Iterator[str]:
        """Notes on a negation that an ellipsis hides or that brackets add."""
        bracketed = _BRACKETED.findall(self._quotation.text)
        added = count_negations(word for part in bracketed for word in quoted_wording(part).words)
        hidden = count_negations(source_words) - count_negations(self._quote.words)
        if hidden > added and len(source_words) - len(self._quote) <= 2 * _HIDDEN_CHARACTERS // _WORD_CHARACTERS:
            yield "what is left out holds a “not” or the like"
        elif added > hidden:
            yield "a “not” or the like stands in brackets and not in the source"

    def _attribution(self, matches: Sequence[QuotationMatch]) -> tuple[list[QuotationMatch], str | None]:
        """The matches, and what is to be said of the attribution: nothing where one of them has the quotation from the
        one it is ascribed to. That one comes first."""
        note = None
        for match in matches if self._quotation.attributed_to else ():
            doubt = attribution_note(self._quotation, self._place(match))
            if doubt is None:
                return [match, *(other for other in matches if other is not match)], None
            note = note or doubt
        return list(matches), note

    def _place(self, match: QuotationMatch) -> QuotedPlace:
        documents = self._index.store.documents
        start, end = max(0, match.span.start - BEFORE), match.span.end + AFTER
        text, head = documents.text(match.document, Span(start, end)), documents.text(match.document, Span(0, HEAD))
        return QuotedPlace(match.source, head, text, match.span.shifted(-start))

    def _bits(self, word: str) -> float:
        """The information that a word carries, in bits: the rarer the word, the more."""
        frequency = self._index.generation.words.document_frequency(word)
        return _COMMON if frequency is None else max(_COMMON, math.log2(self._library_words / max(frequency, 1)))
