"""Results as lines of text, for a person at a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from index.errors import as_started
from index.output.copies import list_copies
from index.search.confidence import UNKNOWN
from index.search.explain import Explanation, Presence
from index.search.ranking import CANDIDATES
from index.text.escaping import line, lines
from index.text.languages import language_name
from index.text.markdown_signs import is_markdown, without_signs
from index.types import Answer, Confidence, Draft, Hit, Lacking, NamedBy, NamedSources, Passage, Source, Span

if TYPE_CHECKING:
    from index.check.draft import DraftCheck, Evidence, QuoteFinding
    from index.compare.answer_table import AnswerCell, AnswerTable
    from index.compare.events import Event
    from index.compare.sources import Comparison, Pair
    from index.compare.topics import Topic, TopicMap

CONFIDENCE_LABELS = {Confidence.STRONG: "strong", Confidence.PLAUSIBLE: "plausible", Confidence.NONE: "distant"}
"""How people read the confidence, everywhere."""

EMPTY_LIBRARY = as_started(
    "The library holds no sources. Bring some in: python -m ingest FOLDER (with the same --library), or on its page."
)

_VERDICTS = {
    Confidence.STRONG: "Strong match",
    Confidence.PLAUSIBLE: "Plausible match",
    Confidence.NONE: "Distant passages only",
}
_MAX_ABSENT = 6  # words named
_MAX_NAMED = 3  # names of sources that an answer lists (a guess)
_MAX_LOCATIONS = 2  # of a quotation
_MAX_COVERING = 8  # sources listed for a topic


def format_answer(answer: Answer) -> list[str]:
    """The verdict and the hits, or why there are none."""
    if not answer.hits:
        return [*answer.damage, format_no_hits(answer)]
    shown = [*answer.damage, format_verdict(answer), *format_hints(answer)]
    shown.append(f"{format_counts(answer)}.")
    return [*shown, *(row for hit in answer.hits for row in format_hit(hit))]


def format_hit(hit: Hit) -> list[str]:
    """An empty line, then the hit."""
    return [
        "",
        f"{hit.rank}. {format_source(hit.source, hit.passage)}  ({hit.score:.2f}, {CONFIDENCE_LABELS[hit.confidence]})",
        *(f"   {row}" for row in lines(hit.passage.text)),
        f"   {hit.source.location}{'#' + hit.source.record if hit.source.record else ''} "
        f"[{hit.passage.span.start}:{hit.passage.span.end}], source {hit.source.id}",
        *list_copies(hit),
    ]


def format_counts(answer: Answer) -> str:
    """For example ``The best passages: 10, from 5 sources, 2 independent``."""
    kind = "nearest" if answer.confidence is Confidence.NONE else "best"
    independent = f", {answer.independent:,} independent" if answer.independent < answer.sources else ""
    sources = f"{answer.sources:,} source{'s' * (answer.sources != 1)}"
    return f"The {kind} passages: {len(answer.hits):,}, from {sources}{independent}"


def format_verdict(answer: Answer) -> str:
    """The confidence in a sentence, with the words of the query that no source has; these qualify it where they weigh
    much. Then the figures of the query that none of the passages has."""
    figures = [f"“{line(figure)}”" for figure in answer.missing_figures[:_MAX_ABSENT]]
    if not figures:
        return f"{_verdict(answer)}."
    stand = "stands" if len(figures) == 1 else "stand"
    return f"{_verdict(answer)}. {', '.join(figures)} {stand} in none of these passages."


def _verdict(answer: Answer) -> str:
    verdict, absent = _VERDICTS[answer.confidence], format_absent(answer)
    if not absent:
        return verdict
    if answer.unknown <= UNKNOWN:
        return f"{verdict}. {absent[0].upper()}{absent[1:]}"
    qualified = "Near the subject, but" if answer.confidence is Confidence.PLAUSIBLE else f"{verdict}:"
    return f"{qualified} {absent}"


def format_absent(answer: Answer) -> str:
    """Which words of the query no source has; empty when all occur."""
    words = [f"“{line(word)}”" for word in answer.absent[:_MAX_ABSENT]]
    more = f" and {len(answer.absent) - _MAX_ABSENT} more" if len(answer.absent) > _MAX_ABSENT else ""
    return f"none of your sources has the word{'s' * (len(words) > 1)} {', '.join(words)}{more}" if words else ""


def format_hints(answer: Answer) -> list[str]:
    """What else to ask: words spelt like those that no source has, and the sources that the query names."""
    spelt = [f"“{line(word)}” may be “{line(other)}”." for word, other in answer.nearest.items()]
    return [*spelt, *(f"{format_named(named, answer.hits)}." for named in answer.named[:_MAX_NAMED])]


def format_named(named: NamedSources, hits: Sequence[Hit]) -> str:
    """For example ``By Ada Lovelace: 2 sources, without the word “rain”; none of these passages is theirs``."""
    before = {NamedBy.AUTHOR: "By", NamedBy.PUBLISHER: "From", NamedBy.TITLE: "Titled"}[named.by]
    name = f"“{line(named.name)}”" if named.by is NamedBy.TITLE else line(named.name)
    count = f"{len(named.sources):,} source{'s' * (len(named.sources) != 1)}"
    words = ", ".join(f"“{line(word)}”" for word in named.lacking)
    without = f", without the word{'s' * (len(named.lacking) > 1)} {words}" if words else ""
    absent = bool(hits) and not any(hit.source.id in named.sources for hit in hits)
    return f"{before} {name}: {count}{without}{'; none of these passages is theirs' * absent}"


def format_no_hits(answer: Answer) -> str:
    """Why there are no hits, and what to do."""
    if answer.lacking is Lacking.SOURCES:
        return EMPTY_LIBRARY
    if answer.lacking is Lacking.ADMITTED:
        return f"No passage matches: no source fits the filters. {_filter_advice(answer)}"
    absent = format_absent(answer)
    hints = "".join(f" {hint}" for hint in format_hints(answer))
    return f"No passage matches{f': {absent}' if absent else ''}.{hints} Use fewer quotes, exclusions or filters."


def _filter_advice(answer: Answer) -> str:
    filters = answer.settings["filter"]
    dated = isinstance(filters, dict) and {"since", "until"} & filters.keys()
    return "Take one off: a date leaves undated sources out." if dated else "Take one off."


def format_check(checked: DraftCheck) -> Iterator[str]:
    """Each sentence of the draft with its status and the best evidence for it."""
    yield checked.summary
    yield from filter(None, [format_language_note(checked.draft)])
    for finding in checked.findings:
        yield ""
        yield f"[{finding.label}] {line(finding.sentence.text)}"
        for quote in finding.quotes:
            yield from _quote(quote)
        yield from (f"   {aside}" for aside in finding.remarks)
        for evidence in finding.leading_evidence:
            yield from _evidence(evidence)
        if finding.nearest_evidence:
            yield "   the nearest passages:"
        for evidence in finding.nearest_evidence:
            yield from _evidence(evidence)


def format_language_note(draft: Draft) -> str:
    """What to expect of a draft that is not in English; empty for one that is, or may be."""
    if draft.language in (None, "en"):
        return ""
    name = language_name(draft.language)
    return f"The draft seems to be in {name}. The default model reads English: little of it may be found."


def _quote(quote: QuoteFinding) -> Iterator[str]:
    yield f"   quotation {quote.located.status.value}: “{line(quote.quotation.text)}”"
    for location in quote.located.matches[:_MAX_LOCATIONS]:
        locator = f", {location.passage.locator}" if location.passage.locator else ""
        yield f"   “{line(location.text)}”"
        yield f"   {location.source.label}{locator} [{location.span.start}:{location.span.end}]"
    for change in quote.located.changes:
        yield f"   ≠ {change.summary}"
    yield from (f"   note: {note}" for note in quote.located.notes)


def _evidence(evidence: Evidence) -> Iterator[str]:
    yield f"   {format_source(evidence.hit.source, evidence.hit.passage)}"
    passage = evidence.hit.passage
    yield f"   “{_quoted(passage.text, evidence.span.shifted(-passage.span.start), evidence.hit.source)}”"
    yield f"   [{evidence.span.start}:{evidence.span.end}], source {evidence.hit.source.id}"
    for difference in evidence.differences:
        compatible = " (compatible)" if difference.compatible else ""
        yield f"   ≠ {difference.summary}{compatible}"
    if evidence.opinion:
        yield f"   opinion of {evidence.opinion.model}: {evidence.opinion.label}, {evidence.opinion.share:.0%}"


def format_comparison(comparison: Comparison, left: str, right: str) -> list[str]:
    """The pairs that differ, the other pairs, then the sentences that only one source has. ``left`` and ``right`` are
    the texts of the two documents."""
    from index.output.export_compare import titled_entries  # not loaded for a search

    sides = ("A", comparison.left, left), ("B", comparison.right, right)
    lines = []
    for name, side, _ in sides:
        about = [side.source.label, side.source.shown("authors"), side.source.shown("published")]
        lines.append(f"{name}: {' · '.join(filter(None, about))} (source {side.source.id}): {side.shares}")
    lines += [*comparison.notes, comparison.verdict]
    for title, entries in titled_entries(comparison):
        lines += ["", f"{title}: {len(entries)}"]
        for entry in entries:
            lines += ["", *_entry(entry, (left, comparison.left.source), (right, comparison.right.source))]
    for name, side, text in sides:
        lines += [
            "",
            f"No partner found for, in {name}: {len(side.only)}",
            *(f"  {_slice(text, span, side.source)}" for span in side.only),
        ]
    return lines


def _entry(entry: Sequence[Pair], left: tuple[str, Source], right: tuple[str, Source]) -> Iterator[str]:
    """The sentences of an entry, each once, and what differs."""
    for span in dict.fromkeys(pair.left for pair in entry):
        yield f"  A {_slice(left[0], span, left[1])}"
    for span in dict.fromkeys(pair.right for pair in entry):
        yield f"  B {_slice(right[0], span, right[1])}"
    for difference in dict.fromkeys(difference for pair in entry for difference in pair.differences):
        yield f"    {difference.summary}{' (compatible)' * difference.compatible}"


def _slice(text: str, span: Span, source: Source) -> str:
    return f"{_quoted(text, span, source)} [{span.start}:{span.end}]"


def _quoted(text: str, span: Span, source: Source) -> str:
    """A sentence of a source as a person reads it; what stands around it tells which signs of Markdown are signs."""
    return line(without_signs(text, span) if is_markdown(source) else text[slice(*span)])


def format_answer_table(table: AnswerTable) -> Iterator[str]:
    """Each question with what every source says on it. Where not all agree, those that do share a letter."""
    for row in table.rows:
        yield f"{row.question} ({row.count(table.asked)})"
        for column, cell in enumerate(row.cells):
            yield from _cell(cell, row.letters.get(column, " "))
        for dispute in row.disputes:
            left, right = (row.cells[column].source.label for column in (dispute.left, dispute.right))
            yield f"   ≠ {dispute.difference.summary} ({left} / {right})"
        yield ""
    yield from table.others


def _cell(cell: AnswerCell, letter: str) -> Iterator[str]:
    if cell.hit is None:
        yield f" {letter} {cell.source.label}: no answer found in it"
        return
    span = cell.sentence or cell.hit.passage.span
    passage = cell.hit.passage
    text = _quoted(passage.text, span.shifted(-passage.span.start), cell.source)
    yield f" {letter} {cell.source.label}: {text} [{span.start}:{span.end}], source {cell.source.id}"


def format_map(topic_map: TopicMap) -> Iterator[str]:
    """The topics with their sources; then the topics that only one source covers, source by source."""
    for topic in topic_map.topics:
        yield _topic(topic, topic_map.sources)
    for column, source in enumerate(topic_map.sources):
        topics = [topic.label for topic in topic_map.topics if topic.only == column]
        if topics:
            yield f"only {source.label} (source {source.id}): {', '.join(topics)}"


def _topic(topic: Topic, sources: Sequence[Source]) -> str:
    covering = [f"{sources[column].label} ({topic.counts[column]})" for column in topic.covering]
    more = [f"and {len(covering) - _MAX_COVERING:,} more"] if len(covering) > _MAX_COVERING else []
    return f"{', '.join(topic.terms) or topic.label}: {'; '.join([*covering[:_MAX_COVERING], *more])}"


def format_events(events: Sequence[Event]) -> Iterator[str]:
    """The sources that tell of one event, group by group."""
    if not events:
        yield "No sources were found that tell of one event."
    for event in events:
        copies = f" ({event.copies})" if event.copies else ""
        yield f"{len(event.sources)} sources that seem to tell of one event{copies}:"
        for source in event.sources:
            yield f"   {source.id}  {source.label} · {source.shown('published') or 'undated'}"


def format_explanation(explanation: Explanation) -> list[str]:
    """How the expected passage fares, a line for each stage of the search."""
    share = f"{explanation.share:.0%} of its words"
    if explanation.there is Presence.ABSENT:
        return [f"No passage of the library says this: the nearest has {share}."]
    exact = explanation.there is Presence.EXACT
    lines = ["It stands in the library word for word." if exact else f"The passage nearest to it has {share}."]
    lines += [f"It is kept out by {reason}." for reason in explanation.excluded]
    if explanation.excluded:
        lines.append("Without conditions it would stand as follows.")
    if explanation.has:
        lines.append(f"Words of the query that it has: {', '.join(explanation.has)}.")
    if explanation.missing:
        lines.append(f"Words of the query that it does not have: {', '.join(explanation.missing)}.")
    lines += [f"By meaning: {_rank(explanation.meaning)}.", f"By words: {_rank(explanation.words)}."]
    return [*lines, *_outcome(explanation)]


def _rank(rank: int | None) -> str:
    return f"rank {rank:,}" if rank else "none"


def _outcome(explanation: Explanation) -> Iterator[str]:
    """The final rank, whether the passage is shown as a hit, and the passages ranked above it."""
    if explanation.rank is None:
        yield f"Neither ranker has it among its first {CANDIDATES}, so it was not looked at further."
    else:
        together = f"Together: rank {explanation.fused:,}"
        was_read = explanation.parts is not None and explanation.parts.reader is not None
        reader = ", read as an answer" if was_read else ""
        yield f"{together}; with its best sentence and its likeness to the best{reader}: rank {explanation.rank:,}."
        if explanation.folded:
            yield f"It is a copy of hit {explanation.folded} and stands with it."
        elif explanation.shown is None:
            yield "Its source has as many hits already as you asked for."
        else:
            yield f"It is hit {explanation.shown:,}."
    for rival in explanation.lost_to:
        yield f"Above it, rank {rival.rank}: {rival.source.label}, by {rival.by}."


def format_source(source: Source, passage: Passage) -> str:
    """The source's title, authors and date, guesses in square brackets, and the passage's heading and place."""
    about = [source.label, source.shown("authors"), source.shown("published")]
    location = [passage.heading or "", passage.locator]
    return " · ".join(part for part in about + location if part)
