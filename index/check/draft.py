"""Checks a draft against the sources: for each sentence its evidence and the differences, never whether it is true."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache

from index.check.context import contexts
from index.check.evidence import (
    MAX_PASSAGES,
    MAX_SOURCES,
    SentenceMatch,
    sentence_matches,
    word_share,
    word_weights,
)
from index.check.exchanged import Exchanged, exchanged_words
from index.check.extents import missing_extents
from index.check.findings import (
    MIN_RELEVANT_SHARE,
    DraftCheck,
    Evidence,
    Finding,
    FindingStatus,
    QuoteFinding,
    select_counted,
)
from index.check.judge import Judge
from index.check.sentences import DraftSentence, SentenceKind, sentences_of
from index.check.status import TRUSTED_SHARE, status_of
from index.check.support import Unsupported, unsupported
from index.differences import Difference, differences, parse_statement, tables
from index.quotations import locate
from index.quotations.draft_quotations import Quotation, find_quotations
from index.search import confidence
from index.search.index import Index
from index.search.query import Query
from index.text.reading import fold
from index.types import Confidence, Draft, Filter, Hit, Passage, Source, Span

__all__ = ["DraftCheck", "Evidence", "Finding", "FindingStatus", "QuoteFinding", "check_draft"]

_THREADS, _BATCH = 2, 64  # sentences a batch (guesses)
_MAX_NEIGHBOURS = 2  # sentences on either side of the best that may be compared with it (a guess)
_MIN_GAIN = 0.1  # share of the claim's words, by weight, that each of these must add (a guess)


def check_draft(
    index: Index,
    draft: Draft,
    where: Filter | None = None,
    previous: DraftCheck | None = None,
    judge: Judge | None = None,
) -> DraftCheck:
    """A finding for each sentence of a draft, in order.

    ``where``: the sources to check against. ``previous``: an earlier check, whose findings are reused for the same
    sentences when generation, model and settings are the same. Raises QueryError when the filter is not valid.
    """
    settings = _settings(where or Filter(), judge)
    manifest = index.generation.manifest
    known: Mapping[tuple[str, str], Finding] = {}
    if previous and (previous.generation, previous.model, previous.settings) == (
        manifest.generation,
        manifest.model,
        settings,
    ):
        known = {(finding.sentence.text, finding.read_with): finding for finding in previous.findings}
    quotes = _located_quotes(index, find_quotations(draft.text), where, previous if known else None)
    sentences = sentences_of(draft, [quote.quotation.span for quote in quotes])
    leaning = dict(zip(sentences, contexts(sentences), strict=True))
    known_of = {sentence: known.get((sentence.text, context)) for sentence, context in leaning.items()}
    new = {
        sentence: context
        for sentence, context in leaning.items()
        if sentence.kind is not SentenceKind.OTHER and not _is_same_kind(known_of[sentence], sentence)
    }
    new_findings = _all_findings(index, [(*item, _places(item[0], quotes)) for item in new.items()], where)
    by_sentence = dict(zip(new, _judged(new_findings, judge) if judge else new_findings, strict=True))
    unquoted = [by_sentence.get(sentence) or _moved(known_of[sentence], sentence) for sentence in sentences]
    findings = tuple(_with_quotes(finding, quotes) for finding in unquoted)
    return DraftCheck(draft, findings, manifest.generation, manifest.model, settings, manifest.epoch)


def query_of(sentence: str) -> Query:
    """A sentence of a draft as a query. Its quotation marks and minus signs are not operators."""
    return Query.plain(fold(sentence))


def _settings(where: Filter, judge: Judge | None) -> dict[str, object]:
    default = Filter()
    conditions = {name: getattr(where, name) for name in Filter.__slots__}
    narrowed = {name: value for name, value in conditions.items() if value != getattr(default, name)}
    judged = {"judge": judge.name} if judge else {}
    return {"sources": MAX_SOURCES, "passages": MAX_PASSAGES, "filter": narrowed, **judged}


def _judged(findings: Sequence[Finding], judge: Judge) -> list[Finding]:
    """The findings, with the judge's opinion on each counted evidence."""
    pairs = [(evidence.text, finding.sentence.text) for finding in findings for evidence in finding.counted_evidence]
    opinions = iter(judge.read(pairs))
    judged = []
    for finding in findings:
        by_id = {id(evidence): next(opinions) for evidence in finding.counted_evidence}
        evidence = tuple(replace(item, opinion=by_id.get(id(item))) for item in finding.evidence)
        judged.append(replace(finding, evidence=evidence))
    return judged


# evidence -------------------------------------------------------------------------------------------------------------

Place = tuple[int, Span]  # the number of a document, and a span of it
Leaning = tuple[DraftSentence, str, Sequence[Place]]  # a sentence, what it leans on, where its quotations stand


def _all_findings(index: Index, sentences: Sequence[Leaning], where: Filter | None) -> list[Finding]:
    """A finding for each sentence, in order. Batches run in threads, as most of the work releases Python's lock."""
    batches = [sentences[first : first + _BATCH] for first in range(0, len(sentences), _BATCH)]
    with ThreadPoolExecutor(_THREADS) as pool:
        results = pool.map(lambda batch: list(_findings(index, batch, where)), batches)
        return [finding for findings in results for finding in findings]


def _findings(index: Index, sentences: Sequence[Leaning], where: Filter | None) -> Iterator[Finding]:
    queries = [query_of(sentence.text) for sentence, _, _ in sentences]
    with_contexts = [query_of(f"{context} {sentence.text}") for sentence, context, _ in sentences if context]
    source = cache(index.store.documents.source)
    ranked = iter(list(index.rank(with_contexts, where=where)))
    alone = index.rank(queries, where=where)
    for (sentence, context, places), query, scored in zip(sentences, queries, alone, strict=True):
        leaning = (context, next(ranked)) if context else None
        matches = sentence_matches(index, query, scored, leaning, places)
        evidence = tuple(_evidence(index, sentence, query, matches, source, places))
        best = leaning[1] if leaning else scored
        level = confidence.label(best.evidence) if best.evidence is not None else Confidence.NONE
        spans, lacking = _unsupported(sentence, evidence, word_weights(index, query.meaning))
        status = status_of(sentence, level, evidence)
        exchanged = _exchanged(sentence, evidence)
        yield Finding(sentence, status, level, evidence, spans, read_with=context, lacking=lacking, exchanged=exchanged)


def _evidence(
    index: Index,
    sentence: DraftSentence,
    query: Query,
    ranked: Sequence[SentenceMatch],
    source: Callable[[int], Source],
    places: Sequence[Place] = (),
) -> Iterator[Evidence]:
    """The best passage of each of the best sources, best first, but that first where the quotations stand (``places``),
    with the sentences in which they do. ``ranked``: best first."""
    best_by_document: dict[int, SentenceMatch] = {}
    quoted = {
        match.document: match
        for document, span in reversed(places)
        for match in reversed(ranked)
        if match.document == document and match.sentence.meets(span)
    }
    for match in [*reversed(quoted.values()), *ranked]:
        best_by_document.setdefault(match.document, match)
    weights = word_weights(index, query.meaning)
    for rank, best in enumerate(list(best_by_document.values())[:MAX_SOURCES], 1):
        in_passage = sorted({match.sentence for match in ranked if match.passage == best.passage})
        held = [match for match in in_passage if any(best.document == at and match.meets(span) for at, span in places)]
        is_place = best is quoted.get(best.document)
        table = None if is_place else _table(sentence, best.passage)
        span = Span(held[0].start, held[-1].end) if is_place else _compared_span(best, in_passage, weights)
        span = table.row.span.shifted(best.passage.span.start) if table else span
        hit = index.hit(rank, best.position, best.copies, best.passage, best.scored, query, source)
        hit = replace(hit, key_sentence=span if table else best.sentence)
        text = best.passage.slice(span)
        before = max((before for before in in_passage if before.end <= span.start), default=span)
        leant_on = [hit.source.title, best.passage.heading or "", best.passage.slice(before), text]
        own = "\n".join([text, table.header, best.passage.heading or ""]) if table else text
        shares = word_share(own, weights), word_share("\n".join([*leant_on, own]), weights)
        evidence = Evidence(hit, span, *shares)
        if shares[0] >= MIN_RELEVANT_SHARE:
            found = table.differing if table else differences(sentence.text, text)
            start = best.passage.span.start if table else span.start
            evidence = replace(evidence, differences=_shifted(found, sentence.span.start, start))
        yield evidence


def _table(sentence: DraftSentence, passage: Passage) -> tables.RowReading | None:
    """How the sentence compares with the row of a table in the passage, if it names one."""
    statement = parse_statement(sentence.text)
    return tables.read(statement.reading, statement.figures, passage.text)


def _unsupported(sentence: DraftSentence, evidence: Sequence[Evidence], weights: Mapping[str, float]) -> Unsupported:
    """What of a sentence no passage of the counted evidence has, nor its byline."""
    texts = [_with_byline(counted.hit) for counted in select_counted(evidence)]
    spans, lacking = unsupported(sentence.text, texts, weights)
    compared = [item.text for item in evidence if item is evidence[0] or item.share >= TRUSTED_SHARE]
    extents = [span for span in missing_extents(sentence.text, compared) if not any(map(span.meets, spans))]
    return Unsupported(tuple(span.shifted(sentence.span.start) for span in sorted([*spans, *extents])), lacking)


def _exchanged(sentence: DraftSentence, evidence: Sequence[Evidence]) -> tuple[Exchanged, ...]:
    """The words of a sentence in the place of which the counted evidence has others, in characters of the draft."""
    counted = select_counted(evidence)
    exchanged = exchanged_words(
        sentence.text, [item.text for item in counted], [_with_byline(item.hit) for item in counted]
    )
    return tuple(words._replace(draft=words.draft.shifted(sentence.span.start)) for words in exchanged)


def _with_byline(hit: Hit) -> str:
    """The passage, with what is said over its source and of it."""
    source, passage = hit.source, hit.passage
    byline = [source.title, *source.authors, source.published, source.publisher, passage.heading]
    return "\n".join([passage.text, *filter(None, byline)])


def _compared_span(best: SentenceMatch, sentences: Sequence[Span], weights: Mapping[str, float]) -> Span:
    """The best sentence, and its neighbours as long as each adds enough of the claim's words."""
    position = sentences.index(best.sentence)
    span = best.sentence
    for step in (1, -1):
        for distance in range(1, _MAX_NEIGHBOURS + 1):
            if not 0 <= position + step * distance < len(sentences):
                break
            neighbour = sentences[position + step * distance]
            wider = Span(min(span.start, neighbour.start), max(span.end, neighbour.end))
            share = word_share(best.passage.slice(span), weights)
            if word_share(best.passage.slice(wider), weights) < share + _MIN_GAIN:
                break
            span = wider
    return span


def _shifted(found: Sequence[Difference], draft: int, source: int) -> tuple[Difference, ...]:
    """The differences in characters of the draft and of the document, in which the two texts begin at these offsets."""
    return tuple(
        replace(difference, draft=difference.draft.shifted(draft), source=difference.source.shifted(source))
        for difference in found
    )


def _places(sentence: DraftSentence, quotes: Sequence[QuoteFinding]) -> list[Place]:
    """Where the quotations of a quote stand, the first place of each."""
    if sentence.kind is not SentenceKind.QUOTE:
        return []
    own = [quote.located.matches[0] for quote in _overlapping(sentence, quotes) if quote.located.matches]
    return [(match.document, match.span) for match in own]


# quotations, and an earlier check -------------------------------------------------------------------------------------


def _located_quotes(
    index: Index, quotations: Sequence[Quotation], where: Filter | None, before: DraftCheck | None
) -> list[QuoteFinding]:
    """The quotations, located. Those of the earlier check are not located again."""
    earlier = [quote for finding in before.findings for quote in finding.quotes] if before else []
    known = {_quote_key(quote.quotation): quote for quote in earlier}
    new = [quotation for quotation in quotations if _quote_key(quotation) not in known]
    located = dict(zip(new, locate.locate_quotations(index, new, where), strict=True))
    return [
        QuoteFinding(quotation, located[quotation])
        if quotation in located
        else _moved_quote(known[_quote_key(quotation)], quotation)
        for quotation in quotations
    ]


def _quote_key(quotation: Quotation) -> tuple[str, str | None, bool]:
    return quotation.text, quotation.attributed_to, quotation.is_cited


def _moved_quote(known: QuoteFinding, quotation: Quotation) -> QuoteFinding:
    """An earlier finding for the same quotation, with its spans moved to where it is now."""
    by = quotation.span.start - known.quotation.span.start
    matches = tuple(replace(match, draft=match.draft.shifted(by)) for match in known.located.matches)
    changes = tuple(replace(change, draft=change.draft.shifted(by)) for change in known.located.changes)
    return QuoteFinding(quotation, replace(known.located, matches=matches, changes=changes))


def _with_quotes(finding: Finding, quotes: Sequence[QuoteFinding]) -> Finding:
    """The finding with the quotations that overlap its sentence. They decide the status of a quote, unless what stands
    around them differs from a source that has them; in a claim only altered or stitched ones do."""
    overlapping = tuple(_overlapping(finding.sentence, quotes))
    if not overlapping or finding.sentence.kind is SentenceKind.OTHER:
        return finding
    span = finding.sentence.span
    statuses = {quote.located.status for quote in overlapping}
    status = finding.status
    if any(quote.is_changed for quote in overlapping):
        status = FindingStatus.DIFFERS
    elif finding.sentence.kind is SentenceKind.QUOTE and locate.QuotationStatus.NOT_FOUND not in statuses:
        status = FindingStatus.DIFFERS if _differs_around(finding, overlapping) else FindingStatus.FOUND
    elif finding.sentence.kind is SentenceKind.QUOTE and any(_is_mostly_missing(quote, span) for quote in overlapping):
        status = FindingStatus.NOT_FOUND
    return replace(finding, status=status, quotes=overlapping)


def _overlapping(sentence: DraftSentence, quotes: Sequence[QuoteFinding]) -> Sequence[QuoteFinding]:
    first = bisect_right(quotes, sentence.span.start, key=lambda quote: quote.quotation.span.end)
    last = bisect_left(quotes, sentence.span.end, key=lambda quote: quote.quotation.span.start)
    return quotes[first:last]


def _differs_around(finding: Finding, quotes: Sequence[QuoteFinding]) -> bool:
    """Whether a sentence that differs does so outside its quotations, and from a source that has one of them."""
    sources = {source.id for quote in quotes for source in quote.sources}
    return finding.status is FindingStatus.DIFFERS and any(
        not any(difference.draft.meets(quote.quotation.span) for quote in quotes)
        for evidence in finding.evidence
        if evidence.hit.source.id in sources
        for difference in evidence.counted_differences
    )


def _is_mostly_missing(quote: QuoteFinding, sentence: Span) -> bool:
    """Whether a quotation is not found and lies mostly in the sentence. A longer one may just be an unclosed one."""
    span = quote.quotation.span
    overlap = min(span.end, sentence.end) - max(span.start, sentence.start)
    return quote.located.status is locate.QuotationStatus.NOT_FOUND and 2 * overlap >= span.end - span.start


def _is_same_kind(finding: Finding | None, sentence: DraftSentence) -> bool:
    return finding is not None and finding.sentence.kind is sentence.kind


def _moved(finding: Finding | None, sentence: DraftSentence) -> Finding:
    """An earlier finding for the same sentence, with its spans moved to where it is now. Not checkable without one."""
    if finding is None or sentence.kind is SentenceKind.OTHER:
        return Finding(sentence, FindingStatus.NOT_CHECKABLE)
    by = sentence.span.start - finding.sentence.span.start
    evidence = tuple(
        replace(
            item,
            differences=tuple(
                replace(difference, draft=difference.draft.shifted(by)) for difference in item.differences
            ),
        )
        for item in finding.evidence
    )
    status = status_of(sentence, finding.confidence, evidence)
    spans = tuple(span.shifted(by) for span in finding.unsupported)
    exchanged = tuple(words._replace(draft=words.draft.shifted(by)) for words in finding.exchanged)
    return replace(
        finding,
        sentence=sentence,
        status=status,
        evidence=evidence,
        unsupported=spans,
        exchanged=exchanged,
        quotes=(),
    )
