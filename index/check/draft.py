"""A draft against the sources: for each sentence the evidence, and where the two differ. Never whether it is true."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache

from index.check.evidence import PASSAGES, SOURCES, SentenceMatch, sentence_matches, share, weights
from index.check.findings import ABOUT, DraftCheck, Evidence, Finding, FindingStatus, QuoteFinding, is_counted
from index.check.judge import Judge
from index.check.sentences import DraftSentence, SentenceKind, sentences_of
from index.differences import Difference, differences
from index.differences.coverage import agrees, missing
from index.quotations import locate
from index.quotations.draft_quotations import Quotation, find_quotations
from index.search import confidence
from index.search.index import Index
from index.search.query import Query
from index.search.ranking import ScoredCandidates
from index.text.reading_copy import fold
from index.types import Confidence, Draft, Filter, Source, Span

__all__ = ["DraftCheck", "Evidence", "Finding", "FindingStatus", "QuoteFinding", "check_draft"]

_AT_ONCE, _RUN = 2, 64  # threads, and sentences that one of them takes together
_NEIGHBOURS = 2  # sentences beside the best that are read with it,
_ADDS = 0.1  # when each has so much more of the claim's words, by weight
_SAYS = 0.2  # share of a claim's words, by weight, that a source says it with, unless confidence is strong


def check_draft(
    index: Index,
    draft: Draft,
    where: Filter | None = None,
    before: DraftCheck | None = None,
    judge: Judge | None = None,
) -> DraftCheck:
    """A finding for each sentence of a draft. What ``before`` found for the same sentences, in the same generation and
    under the same settings, is taken over. Raises QueryError when the filter cannot be understood."""
    settings = _settings(where or Filter(), judge)
    manifest = index.generation.manifest
    kept: Mapping[str, Finding] = {}
    if before and (before.generation, before.model, before.settings) == (manifest.generation, manifest.model, settings):
        kept = {one.sentence.text: one for one in before.findings}
    quotes = _located(index, find_quotations(draft.text), before if kept else None)
    sentences = sentences_of(draft, [one.quotation.span for one in quotes])
    new = [one for one in sentences if one.kind is not SentenceKind.OTHER and not _same(kept.get(one.text), one)]
    looked = _all_findings(index, new, where)
    found = dict(zip(new, _judged(looked, judge) if judge else looked, strict=True))
    bare = [found.get(one) or _moved(kept.get(one.text), one) for one in sentences]
    findings = tuple(_quoting(one, quotes) for one in bare)
    return DraftCheck(draft, findings, manifest.generation, manifest.model, settings)


def query_of(sentence: str) -> Query:
    """A sentence of a draft as a question: its signs give no orders."""
    return Query.plain(fold(sentence))


def _settings(where: Filter, judge: Judge | None) -> dict[str, object]:
    usual = Filter()
    conditions = {name: getattr(where, name) for name in Filter.__slots__}
    narrowed = {name: value for name, value in conditions.items() if value != getattr(usual, name)}
    return {"sources": SOURCES, "passages": PASSAGES, "filter": narrowed, **({"judge": judge.name} if judge else {})}


def _judged(findings: Sequence[Finding], judge: Judge) -> list[Finding]:
    """With the judge's opinion on what counts as evidence."""
    pairs = [(evidence.text, one.sentence.text) for one in findings for evidence in one.counted_evidence]
    opinions = iter(judge.read(pairs))
    judged = []
    for one in findings:
        said = {id(evidence): next(opinions) for evidence in one.counted_evidence}
        evidence = tuple(replace(other, opinion=said.get(id(other))) for other in one.evidence)
        judged.append(replace(one, evidence=evidence))
    return judged


# evidence -------------------------------------------------------------------------------------------------------------


def _all_findings(index: Index, sentences: Sequence[DraftSentence], where: Filter | None) -> list[Finding]:
    """In order; runs of sentences at once, as most of the work is done outside of Python's lock."""
    runs = [sentences[first : first + _RUN] for first in range(0, len(sentences), _RUN)]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return [one for found in pool.map(lambda run: list(_findings(index, run, where)), runs) for one in found]


def _findings(index: Index, sentences: Sequence[DraftSentence], where: Filter | None) -> Iterator[Finding]:
    asked = [query_of(one.text) for one in sentences]
    source = cache(index.store.source)
    for sentence, one, scored in zip(sentences, asked, index.rank(asked, where=where), strict=True):
        evidence = tuple(_evidence(index, sentence, one, scored, source))
        sure = confidence.label(scored.evidence) if scored.evidence is not None else Confidence.NONE
        yield Finding(sentence, _status(sentence, sure, evidence), sure, evidence, _lacking(sentence, evidence))


def _evidence(
    index: Index, sentence: DraftSentence, one: Query, scored: ScoredCandidates, source: Callable[[int], Source]
) -> Iterator[Evidence]:
    """The best passage of each of the best sources."""
    ranked = sentence_matches(index, one, scored)
    best: dict[int, SentenceMatch] = {}
    for other in ranked:
        best.setdefault(other.document, other)
    weight = weights(index, one.meaning)
    for rank, first in enumerate(list(best.values())[:SOURCES], 1):
        beside = [other.sentence for other in ranked if other.position == first.position]
        told = _told(first, sorted(beside), weight)
        hit = index.hit(rank, first.position, first.copies, first.passage, scored, one, source)
        hit = replace(hit, key_sentence=first.sentence)
        text = _slice(first, told)
        part = share(text, weight)
        yield Evidence(hit, told, part, tuple(_differing(sentence, text, told)) if part >= ABOUT else ())


def _lacking(sentence: DraftSentence, evidence: Sequence[Evidence]) -> tuple[Span, ...]:
    """The byline belongs to what a passage has."""
    texts = []
    for one in is_counted(evidence):
        source, passage = one.hit.source, one.hit.passage
        byline = [source.title, *source.authors, source.published, source.publisher, passage.heading]
        texts.append("\n".join([passage.text, *filter(None, byline)]))
    return tuple(_shifted(one, sentence.span.start) for one in missing(sentence.text, texts))


def _told(first: SentenceMatch, sentences: Sequence[Span], weight: Mapping[str, float]) -> Span:
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


def _slice(one: SentenceMatch, span: Span) -> str:
    return one.passage.text[span.start - one.passage.span.start : span.end - one.passage.span.start]


def _differing(sentence: DraftSentence, text: str, told: Span) -> Iterator[Difference]:
    """The differences, in characters of the draft and of the document."""
    for one in differences(sentence.text, text):
        yield replace(one, draft=_shifted(one.draft, sentence.span.start), source=_shifted(one.source, told.start))


def _shifted(span: Span, by: int) -> Span:
    return Span(span.start + by, span.end + by)


def _status(sentence: DraftSentence, sure: Confidence, evidence: Sequence[Evidence]) -> FindingStatus:
    """A difference in the best source, or in another that says as much of the sentence, counts when none of these has
    there what the sentence has."""
    if sure is Confidence.NONE or not evidence:
        return FindingStatus.NOT_FOUND
    first = evidence[0]
    if sure is not Confidence.STRONG and first.share < _SAYS:
        return FindingStatus.NOT_FOUND
    heard = [one for one in evidence if one is first or (one.is_about and one.share >= first.share)]
    agreed = all(_is_agreed(sentence, one, heard) for voice in heard for one in voice.counted_differences)
    return FindingStatus.FOUND if agreed else FindingStatus.DIFFERS


def _is_agreed(sentence: DraftSentence, one: Difference, heard: Sequence[Evidence]) -> bool:
    """Whether a source has what the sentence says where it differs from another."""
    inside = replace(one, draft=_shifted(one.draft, -sentence.span.start))
    others = (voice for voice in heard if not any(one.draft.meets(its.draft) for its in voice.counted_differences))
    return any(agrees(sentence.text, inside, voice.text) for voice in others)


# quotations, and what was found before --------------------------------------------------------------------------------


def _located(index: Index, quotations: Sequence[Quotation], before: DraftCheck | None) -> list[QuoteFinding]:
    """The quotations with their places; those of ``before`` are not looked for again."""
    known = {_spoken(one.quotation): one for finding in before.findings for one in finding.quotes} if before else {}
    new = [one for one in quotations if _spoken(one) not in known]
    found = dict(zip(new, locate.locate_quotations(index, new), strict=True))
    return [
        QuoteFinding(one, found[one]) if one in found else _requoted(known[_spoken(one)], one) for one in quotations
    ]


def _spoken(one: Quotation) -> tuple[str, str | None]:
    return one.text, one.attributed


def _requoted(known: QuoteFinding, now: Quotation) -> QuoteFinding:
    by = now.span.start - known.quotation.span.start
    places = tuple(replace(one, draft=_shifted(one.draft, by)) for one in known.located.places)
    changes = tuple(replace(one, draft=_shifted(one.draft, by)) for one in known.located.changes)
    return QuoteFinding(now, replace(known.located, places=places, changes=changes))


def _quoting(finding: Finding, quotes: Sequence[QuoteFinding]) -> Finding:
    """With its quotations: of a quote they decide; of a claim only what was altered counts."""
    span = finding.sentence.span
    first = bisect_right(quotes, span.start, key=lambda one: one.quotation.span.end)
    last = bisect_left(quotes, span.end, key=lambda one: one.quotation.span.start)
    if first >= last or finding.sentence.kind is SentenceKind.OTHER:
        return finding
    mine = tuple(quotes[first:last])
    said = {one.located.status for one in mine}
    status = finding.status
    if any(one.changed for one in mine):
        status = FindingStatus.DIFFERS
    elif finding.sentence.kind is SentenceKind.QUOTE and locate.QuotationStatus.NOT_FOUND not in said:
        status = FindingStatus.FOUND
    elif finding.sentence.kind is SentenceKind.QUOTE and any(_is_lost(one, span) for one in mine):
        status = FindingStatus.NOT_FOUND
    return replace(finding, status=status, quotes=mine)


def _is_lost(one: QuoteFinding, sentence: Span) -> bool:
    """Whether a quotation that stands nowhere is mostly this sentence: a longer one may only lack its closing mark."""
    span = one.quotation.span
    inside = min(span.end, sentence.end) - max(span.start, sentence.start)
    return one.located.status is locate.QuotationStatus.NOT_FOUND and 2 * inside >= span.end - span.start


def _same(finding: Finding | None, sentence: DraftSentence) -> bool:
    return finding is not None and finding.sentence.kind is sentence.kind


def _moved(finding: Finding | None, sentence: DraftSentence) -> Finding:
    """What was found for the same sentence elsewhere in the draft; of one that was not looked for, nothing."""
    if finding is None or sentence.kind is SentenceKind.OTHER:
        return Finding(sentence, FindingStatus.NOT_CHECKABLE)
    by = sentence.span.start - finding.sentence.span.start
    evidence = tuple(
        replace(one, differences=tuple(replace(other, draft=_shifted(other.draft, by)) for other in one.differences))
        for one in finding.evidence
    )
    lacking = tuple(_shifted(one, by) for one in finding.lacking)
    return Finding(sentence, _status(sentence, finding.confidence, evidence), finding.confidence, evidence, lacking)
