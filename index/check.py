"""A draft against the sources: for each sentence the evidence, and where the two differ. Never whether it is true."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cache

from index import confidence
from index.checking.drafts import Kind, Sentence, sentences_of
from index.checking.evidence import LOOKED, SOURCES, Telling, share, telling, weights
from index.checking.judge import Judge, Opinion
from index.differences import Difference, differences
from index.differences.presence import holds, missing
from index.query import Query
from index.quotations import quoted
from index.quotations.quoted import Quoted
from index.quotations.quotes import Quotation, quotations
from index.ranking import Scored
from index.search import Index
from index.text import fold
from index.types import Confidence, Draft, Filter, Hit, Source, Span
from index.words import Terms

_AT_ONCE, _RUN = 2, 64  # threads, and sentences that one of them takes together
_NEIGHBOURS = 2  # sentences beside the best that are read with it,
_ADDS = 0.1  # when each has so much more of the claim's words, by weight
_SAYS = 0.2  # share of a claim's words, by weight, that a source says it with, unless confidence is strong
_ABOUT = 0.4  # share of the claim's words that a source must have before what differs in it counts


class Status(StrEnum):
    """``FOUND``: a source says something near it, and nothing that was compared differs. ``NOT_CHECKABLE``: it claims
    nothing that sources could say."""

    FOUND = "found"
    DIFFERS = "differs"
    NOT_FOUND = "not found"
    NOT_CHECKABLE = "not checkable"


@dataclass(frozen=True, slots=True)
class Evidence:
    """The best passage of one source. ``told``: its sentences that were compared, in characters of the document.
    ``share``: of the claim's words, by weight, that these have. In ``differences``, ``draft`` counts in the draft and
    ``source`` in the document; those that are ``compatible`` are told but do not count. ``opinion``: a judge's, if one
    was asked; it counts for nothing."""

    hit: Hit
    told: Span
    share: float
    differences: tuple[Difference, ...] = ()
    opinion: Opinion | None = None

    @property
    def says(self) -> bool:
        """Whether it says enough of the claim to be held against it, and so to be counted as a voice on it."""
        return self.hit.confidence is not Confidence.NONE and self.share >= _ABOUT

    @property
    def words(self) -> str:
        """What was compared, verbatim."""
        start = self.hit.passage.span.start
        return self.hit.passage.text[self.told.start - start : self.told.end - start]

    @property
    def counting(self) -> tuple[Difference, ...]:
        return tuple(one for one in self.differences if not one.compatible)

    @property
    def differs(self) -> bool:
        return bool(self.counting)


@dataclass(frozen=True, slots=True)
class Quote:
    """A quotation of the draft, and where it stands."""

    quotation: Quotation
    found: Quoted


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found for one sentence: evidence of different sources, the most telling first, and the quotations that
    it is part of. ``lacking``: its figures, dates and names that no passage of the evidence that says enough has."""

    sentence: Sentence
    status: Status
    confidence: Confidence = Confidence.NONE
    evidence: tuple[Evidence, ...] = ()
    lacking: tuple[Span, ...] = ()
    quotes: tuple[Quote, ...] = ()

    @property
    def voices(self) -> tuple[Evidence, ...]:
        """The evidence that counts: of what was found, the first and what says enough."""
        return _voices(self.evidence) if self.status in (Status.FOUND, Status.DIFFERS) else ()

    @property
    def missing(self) -> tuple[Span, ...]:
        """What the passages lack, in characters of the draft; not what is told as a difference, or stands in a quotation
        that has a place."""
        told = [other.draft for one in self.voices[:1] for other in one.counting]
        told += [place.draft for quote in self.quotes for place in quote.found.places]
        return tuple(one for one in self.lacking if self.voices and not any(one.meets(span) for span in told))

    @property
    def disagreeing(self) -> tuple[Evidence, ...]:
        """Of what was found, the evidence that differs: another source agrees."""
        return tuple(one for one in self.voices if self.status is Status.FOUND and one.differs)


@dataclass(frozen=True, slots=True)
class Checked:
    """A draft with a finding for each of its sentences, in order, and what it was checked with."""

    draft: Draft
    findings: tuple[Finding, ...]
    generation: int
    model: str
    settings: Mapping[str, object] = field(default_factory=dict)

    @property
    def counts(self) -> dict[Status, int]:
        return {status: sum(one.status is status for one in self.findings) for status in Status}

    @property
    def sources(self) -> list[Source]:
        """The sources that say something, those with something on most sentences first."""
        said: dict[str, tuple[Source, int]] = {}
        for one in self.findings:
            for evidence in one.voices:
                source = evidence.hit.source
                said[source.id] = (source, said.get(source.id, (source, 0))[1] + 1)
        return [source for source, _ in sorted(said.values(), key=lambda pair: -pair[1])]


def check(
    index: Index,
    draft: Draft,
    where: Filter | None = None,
    before: Checked | None = None,
    judge: Judge | None = None,
) -> Checked:
    """A finding for each sentence of a draft. What ``before`` found for the same sentences, in the same generation and
    under the same settings, is taken over. Raises QueryError when the filter cannot be understood."""
    settings = _settings(where or Filter(), judge)
    manifest = index.generation.manifest
    kept: Mapping[str, Finding] = {}
    if before and (before.generation, before.model, before.settings) == (manifest.generation, manifest.model, settings):
        kept = {one.sentence.text: one for one in before.findings}
    quotes = _located(index, quotations(draft.text), before if kept else None)
    sentences = sentences_of(draft, [one.quotation.span for one in quotes])
    new = [one for one in sentences if one.kind is not Kind.OTHER and not _same(kept.get(one.text), one)]
    looked = _all_findings(index, new, where)
    found = dict(zip(new, _judged(looked, judge) if judge else looked, strict=True))
    bare = [found.get(one) or _moved(kept.get(one.text), one) for one in sentences]
    findings = tuple(_quoting(one, quotes) for one in bare)
    return Checked(draft, findings, manifest.generation, manifest.model, settings)


def query_of(sentence: str) -> Query:
    """A sentence of a draft as a question: its signs give no orders."""
    text = fold(sentence)
    return Query(text, text, Terms(text))


def _settings(where: Filter, judge: Judge | None) -> dict[str, object]:
    usual = Filter()
    conditions = {name: getattr(where, name) for name in Filter.__slots__}
    narrowed = {name: value for name, value in conditions.items() if value != getattr(usual, name)}
    return {"sources": SOURCES, "passages": LOOKED, "filter": narrowed, **({"judge": judge.name} if judge else {})}


def _judged(findings: Sequence[Finding], judge: Judge) -> list[Finding]:
    """With the judge's opinion on what counts as evidence."""
    pairs = [(evidence.words, one.sentence.text) for one in findings for evidence in one.voices]
    opinions = iter(judge.read(pairs))
    judged = []
    for one in findings:
        said = {id(evidence): next(opinions) for evidence in one.voices}
        evidence = tuple(replace(other, opinion=said.get(id(other))) for other in one.evidence)
        judged.append(replace(one, evidence=evidence))
    return judged


# evidence -------------------------------------------------------------------------------------------------------------


def _all_findings(index: Index, sentences: Sequence[Sentence], where: Filter | None) -> list[Finding]:
    """In order; runs of sentences at once, as most of the work is done outside of Python's lock."""
    runs = [sentences[first : first + _RUN] for first in range(0, len(sentences), _RUN)]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return [one for found in pool.map(lambda run: list(_findings(index, run, where)), runs) for one in found]


def _findings(index: Index, sentences: Sequence[Sentence], where: Filter | None) -> Iterator[Finding]:
    asked = [query_of(one.text) for one in sentences]
    source = cache(index.store.source)
    for sentence, one, scored in zip(sentences, asked, index.rank(asked, where=where), strict=True):
        evidence = tuple(_evidence(index, sentence, one, scored, source))
        sure = confidence.label(scored.evidence) if scored.evidence is not None else Confidence.NONE
        yield Finding(sentence, _status(sentence, sure, evidence), sure, evidence, _lacking(sentence, evidence))


def _evidence(
    index: Index, sentence: Sentence, one: Query, scored: Scored, source: Callable[[int], Source]
) -> Iterator[Evidence]:
    """The best passage of each of the best sources."""
    ranked = telling(index, one, scored)
    best: dict[int, Telling] = {}
    for other in ranked:
        best.setdefault(other.document, other)
    weight = weights(index, one.meaning)
    for rank, first in enumerate(list(best.values())[:SOURCES], 1):
        beside = [other.sentence for other in ranked if other.place == first.place]
        told = _told(first, sorted(beside), weight)
        hit = index.hit(rank, first.place, first.found, first.passage, scored, one, source)
        hit = replace(hit, key_sentence=first.sentence)
        text = _slice(first, told)
        part = share(text, weight)
        yield Evidence(hit, told, part, tuple(_differing(sentence, text, told)) if part >= _ABOUT else ())


def _voices(evidence: Sequence[Evidence]) -> tuple[Evidence, ...]:
    return tuple(one for one in evidence if one is evidence[0] or one.says)


def _lacking(sentence: Sentence, evidence: Sequence[Evidence]) -> tuple[Span, ...]:
    """The byline belongs to what a passage has."""
    texts = []
    for one in _voices(evidence):
        source, passage = one.hit.source, one.hit.passage
        byline = [source.title, *source.authors, source.published, source.publisher, passage.heading]
        texts.append("\n".join([passage.text, *filter(None, byline)]))
    return tuple(_shifted(one, sentence.span.start) for one in missing(sentence.text, texts))


def _told(first: Telling, sentences: Sequence[Span], weight: Mapping[str, float]) -> Span:
    """The best sentence, with those beside it that have more of the claim's words."""
    place = sentences.index(first.sentence)
    told = first.sentence
    for step in (1, -1):
        for number in range(1, _NEIGHBOURS + 1):
            if not 0 <= place + step * number < len(sentences):
                break
            other = sentences[place + step * number]
            wider = Span(min(told.start, other.start), max(told.end, other.end))
            if share(_slice(first, wider), weight) < share(_slice(first, told), weight) + _ADDS:
                break
            told = wider
    return told


def _slice(one: Telling, span: Span) -> str:
    return one.passage.text[span.start - one.passage.span.start : span.end - one.passage.span.start]


def _differing(sentence: Sentence, text: str, told: Span) -> Iterator[Difference]:
    """The differences, in characters of the draft and of the document."""
    for one in differences(sentence.text, text):
        yield replace(one, draft=_shifted(one.draft, sentence.span.start), source=_shifted(one.source, told.start))


def _shifted(span: Span, by: int) -> Span:
    return Span(span.start + by, span.end + by)


def _status(sentence: Sentence, sure: Confidence, evidence: Sequence[Evidence]) -> Status:
    """A difference counts when no other source that says as much of it has there what the sentence has."""
    if sure is Confidence.NONE or not evidence:
        return Status.NOT_FOUND
    first, *rest = evidence
    if sure is not Confidence.STRONG and first.share < _SAYS:
        return Status.NOT_FOUND
    others = [one for one in rest if one.share >= first.share]
    agreed = all(any(_agrees(sentence, one, other) for other in others) for one in first.counting)
    return Status.FOUND if agreed else Status.DIFFERS


def _agrees(sentence: Sentence, one: Difference, other: Evidence) -> bool:
    """Whether another source has what the sentence says where it differs from the first."""
    if any(one.draft.meets(its.draft) for its in other.counting):
        return False
    inside = replace(one, draft=_shifted(one.draft, -sentence.span.start))
    return holds(sentence.text, inside, other.words)


# quotations, and what was found before --------------------------------------------------------------------------------


def _located(index: Index, quotations: Sequence[Quotation], before: Checked | None) -> list[Quote]:
    """The quotations with their places; those of ``before`` are not looked for again."""
    known = {_spoken(one.quotation): one for finding in before.findings for one in finding.quotes} if before else {}
    new = [one for one in quotations if _spoken(one) not in known]
    found = dict(zip(new, quoted.locate(index, new), strict=True))
    return [Quote(one, found[one]) if one in found else _requoted(known[_spoken(one)], one) for one in quotations]


def _spoken(one: Quotation) -> tuple[str, str | None]:
    return one.text, one.attributed


def _requoted(known: Quote, now: Quotation) -> Quote:
    by = now.span.start - known.quotation.span.start
    places = tuple(replace(one, draft=_shifted(one.draft, by)) for one in known.found.places)
    changes = tuple(replace(one, draft=_shifted(one.draft, by)) for one in known.found.changes)
    return Quote(now, replace(known.found, places=places, changes=changes))


def _quoting(finding: Finding, quotes: Sequence[Quote]) -> Finding:
    """With its quotations: of a quote they decide; of a claim only what was altered counts."""
    span = finding.sentence.span
    first = bisect_right(quotes, span.start, key=lambda one: one.quotation.span.end)
    last = bisect_left(quotes, span.end, key=lambda one: one.quotation.span.start)
    if first >= last or finding.sentence.kind is Kind.OTHER:
        return finding
    mine = tuple(quotes[first:last])
    said = {one.found.status for one in mine}
    status = finding.status
    if said & {quoted.Status.ALTERED, quoted.Status.STITCHED}:
        status = Status.DIFFERS
    elif finding.sentence.kind is Kind.QUOTE and quoted.Status.NOT_FOUND not in said:
        status = Status.FOUND
    elif finding.sentence.kind is Kind.QUOTE and any(_is_lost(one, span) for one in mine):
        status = Status.NOT_FOUND
    return replace(finding, status=status, quotes=mine)


def _is_lost(one: Quote, sentence: Span) -> bool:
    """Whether a quotation that stands nowhere is mostly this sentence: a longer one may only lack its closing mark."""
    span = one.quotation.span
    inside = min(span.end, sentence.end) - max(span.start, sentence.start)
    return one.found.status is quoted.Status.NOT_FOUND and 2 * inside >= span.end - span.start


def _same(finding: Finding | None, sentence: Sentence) -> bool:
    return finding is not None and finding.sentence.kind is sentence.kind


def _moved(finding: Finding | None, sentence: Sentence) -> Finding:
    """What was found for the same sentence elsewhere in the draft; of one that was not looked for, nothing."""
    if finding is None or sentence.kind is Kind.OTHER:
        return Finding(sentence, Status.NOT_CHECKABLE)
    by = sentence.span.start - finding.sentence.span.start
    evidence = tuple(
        replace(one, differences=tuple(replace(other, draft=_shifted(other.draft, by)) for other in one.differences))
        for one in finding.evidence
    )
    lacking = tuple(_shifted(one, by) for one in finding.lacking)
    return Finding(sentence, _status(sentence, finding.confidence, evidence), finding.confidence, evidence, lacking)
