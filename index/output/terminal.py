"""What was found, in lines for a person at a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from index.search.confidence import UNKNOWN
from index.search.explain import Explanation, Presence
from index.search.ranking import CANDIDATES
from index.text.escaping import line
from index.types import Answer, Confidence, Draft, Hit, Lacking, Passage, Source, Span

if TYPE_CHECKING:
    from index.check.draft import DraftCheck, Evidence, QuoteFinding
    from index.compare.answer_table import AnswerCell, AnswerTable
    from index.compare.events import Event
    from index.compare.sources import Comparison
    from index.compare.topics import Topic, TopicMap

LABELS = {Confidence.STRONG: "strong", Confidence.PLAUSIBLE: "plausible", Confidence.NONE: "distant"}
"""What people read of how sure an answer is, everywhere."""

EMPTY = (
    "The library holds no sources. Bring some in: python -m ingest FOLDER (with the same --library), or on its page."
)

_VERDICTS = {
    Confidence.STRONG: "Strong answer",
    Confidence.PLAUSIBLE: "Plausible answer",
    Confidence.NONE: "Distant passages only",
}
_ABSENT = 6  # words that are named
_COPIES = 5  # of a hit
_EVIDENCE = 2  # of a sentence


def format_answer(found: Answer) -> list[str]:
    """An answer for a person at a terminal."""
    if not found.hits:
        return [_nothing(found)]
    own = f", {found.independent} independent" if found.independent < found.sources else ""
    told = [format_verdict(found), f"passages: {len(found.hits)}; sources: {found.sources}{own}"]
    for hit in found.hits:
        told += [
            "",
            f"{hit.rank}. {format_source(hit.source, hit.passage)}  ({hit.score:.2f}, {LABELS[hit.confidence]})",
            "   " + line(hit.passage.text),
            f"   {hit.source.location}{'#' + hit.source.record if hit.source.record else ''} "
            f"[{hit.passage.span.start}:{hit.passage.span.end}], source {hit.source.id}",
            *_copies(hit),
        ]
    return told


def format_verdict(found: Answer) -> str:
    """How sure an answer is, and which words of the question stand nowhere; first of all, when they weigh much."""
    said, nowhere = _VERDICTS[found.confidence], format_absent(found)
    if not nowhere:
        return f"{said}."
    if found.unknown <= UNKNOWN:
        return f"{said}. {nowhere[0].upper()}{nowhere[1:]}."
    near = "Near the subject, but" if found.confidence is Confidence.PLAUSIBLE else f"{said}:"
    return f"{near} {nowhere}."


def format_absent(found: Answer) -> str:
    """Which words of the question no source has; empty when there are none."""
    words = [f"“{line(word)}”" for word in found.absent[:_ABSENT]]
    more = f" and {len(found.absent) - _ABSENT} others" if len(found.absent) > _ABSENT else ""
    return f"none of your sources has the word{'s' * (len(words) > 1)} {', '.join(words)}{more}" if words else ""


def _nothing(found: Answer) -> str:
    """Why there are no hits, and what to do."""
    if found.lacking is Lacking.SOURCES:
        return EMPTY
    if found.lacking is Lacking.ADMITTED:
        return f"No passage matches: no source fits the filters. {_loosen(found)}"
    nowhere = format_absent(found)
    return f"No passage matches{f': {nowhere}' if nowhere else ''}. Use fewer quotes, exclusions or filters."


def _loosen(found: Answer) -> str:
    asked = found.settings["filter"]
    dated = isinstance(asked, dict) and {"since", "until"} & asked.keys()
    return "Take one off: a date leaves undated sources out." if dated else "Take one off."


def _copies(hit: Hit) -> Iterator[str]:
    if hit.copies:
        yield f"   also in{' (this is the earliest)' if hit.earliest else ''}:"
    for one in hit.copies[:_COPIES]:
        first = "earliest" if one.earliest else None
        said = filter(None, [one.source.label, one.source.published, first])
        yield f"     {' · '.join(said)} [{one.span.start}:{one.span.end}], source {one.source.id}"
    if len(hit.copies) > _COPIES:
        yield f"     and {len(hit.copies) - _COPIES} more: --json lists them"


def format_check(found: DraftCheck) -> Iterator[str]:
    """Each sentence with its status and the best evidence for it."""
    yield ", ".join(f"{count} {status.value}" for status, count in found.counts.items())
    yield from filter(None, [format_language_note(found.draft)])
    for one in found.findings:
        yield ""
        yield f"[{one.status.value}] {line(one.sentence.text)}"
        for quote in one.quotes:
            yield from _quote(quote)
        yield from (f"   {said}" for said in one.asides)
        for evidence in one.leading:
            yield from _evidence(evidence)


def format_language_note(draft: Draft) -> str:
    """What to expect of a draft that is not in English; empty for one that is, or may be."""
    if draft.language in (None, "en"):
        return ""
    return f"The draft seems to be in “{draft.language}”. The default model reads English: little of it may be found."


def _quote(one: QuoteFinding) -> Iterator[str]:
    yield f"   quotation {one.located.status.value}: “{line(one.quotation.text)}”"
    for place in one.located.places[:_EVIDENCE]:
        page = f", page {place.page_label or place.page}" if place.page else ""
        yield f"   “{line(place.text)}”"
        yield f"   {place.source.label}{page} [{place.span.start}:{place.span.end}]"
    for difference in one.located.changes:
        yield f"   ≠ {difference.kind.value}: {difference.note}"
    yield from (f"   note: {note}" for note in one.located.notes)


def _evidence(one: Evidence) -> Iterator[str]:
    yield f"   {format_source(one.hit.source, one.hit.passage)}"
    yield f"   “{line(one.text)}”"
    yield f"   [{one.span.start}:{one.span.end}], source {one.hit.source.id}"
    for difference in one.differences:
        allowed = " (compatible)" if difference.compatible else ""
        yield f"   ≠ {difference.kind.value}: {difference.note}{allowed}"
    if one.opinion:
        yield f"   opinion of {one.opinion.model}: {one.opinion.label}, {one.opinion.share:.0%}"


def format_comparison(found: Comparison, left: str, right: str) -> list[str]:
    """Two compared sources: what differs, what is the same, what is similar, what only one says. ``left`` and ``right``
    are their texts."""
    from index.output.export_compare import TITLES  # a search does without

    lines = []
    for side, half in (("A", found.left), ("B", found.right)):
        about = [half.source.label, ", ".join(half.source.authors), half.source.published or ""]
        share = f"{half.coverage:.0%} of its sentences have a partner, {half.share:.0%} of its text stands in the other"
        lines.append(f"{side}: {' · '.join(filter(None, about))} (source {half.source.id}): {share}")
    lines += found.notes
    for relation, title in TITLES.items():
        chosen = [pair for pair in found.pairs if pair.relation is relation]
        lines += ["", f"{title}: {len(chosen)}"]
        for pair in chosen:
            lines += ["", f"  A {_slice(left, pair.left)}", f"  B {_slice(right, pair.right)}"]
            lines += [f"    {one.kind.value}: {one.note}{' (compatible)' * one.compatible}" for one in pair.differences]
    for side, half, text in (("A", found.left, left), ("B", found.right, right)):
        lines += ["", f"Only {side}: {len(half.only)}", *(f"  {_slice(text, span)}" for span in half.only)]
    return lines


def _slice(text: str, span: Span) -> str:
    return f"{line(text[slice(*span)])} [{span.start}:{span.end}]"


def format_answer_table(found: AnswerTable) -> Iterator[str]:
    """Each question with what every source says on it; those with one letter do not disagree."""
    for row in found.rows:
        letters = {place: chr(65 + number) for number, group in enumerate(row.groups[:26]) for place in group}
        yield f"{row.question} ({row.saying} of {len(row.cells)} sources, {row.independent} independent)"
        for place, cell in enumerate(row.cells):
            yield from _cell(cell, letters.get(place, " "))
        for one in row.disputes:
            left, right = (_name(row.cells[place].source) for place in (one.left, one.right))
            yield f"   ≠ {one.difference.kind.value}: {one.difference.note} ({left} / {right})"
        yield ""
    yield from found.others


def _cell(cell: AnswerCell, letter: str) -> Iterator[str]:
    if cell.hit is None:
        yield f" {letter} {_name(cell.source)}: says nothing on it"
        return
    passage = cell.hit.passage
    key = cell.hit.key_sentence or passage.span
    said = passage.text[key.start - passage.span.start : key.end - passage.span.start]
    yield f" {letter} {_name(cell.source)}: {line(said)} [{key.start}:{key.end}], source {cell.source.id}"


def format_map(found: TopicMap) -> Iterator[str]:
    """The topics, and below each source what it alone covers."""
    for topic in found.topics:
        yield _topic(topic, found.sources)
    for place, source in enumerate(found.sources):
        alone = [topic.label for topic in found.topics if topic.only == place]
        if alone:
            yield f"only {_name(source)} (source {source.id}): {', '.join(alone)}"


def _topic(topic: Topic, sources: Sequence[Source]) -> str:
    speaking = [f"{_name(one)} ({len(cell)})" for one, cell in zip(sources, topic.passages, strict=True) if cell]
    return f"{', '.join(topic.terms) or topic.label}: {'; '.join(speaking)}"


def format_events(found: Sequence[Event]) -> Iterator[str]:
    """Sources that tell of one event, a group after the other."""
    for event in found:
        yield f"{len(event.sources)} sources, {event.independent} independent:"
        yield from (f"   {one.id}  {_name(one)} · {one.published or 'undated'}" for one in event.sources)


def format_explanation(found: Explanation) -> list[str]:
    """Where the expected passage stands, a line for each stage of the search."""
    share = f"{found.share:.0%} of its words"
    if found.there is Presence.ABSENT:
        return [f"No passage of the library says this: the nearest has {share}."]
    exact = found.there is Presence.EXACT
    lines = ["It stands in the library word for word." if exact else f"The passage nearest to it has {share}."]
    lines += [f"It is kept out by {reason}." for reason in found.excluded]
    if found.excluded:
        lines.append("Without conditions it would stand as follows.")
    if found.has:
        lines.append(f"Words of the query that it has: {', '.join(found.has)}.")
    if found.missing:
        lines.append(f"Words of the query that it does not have: {', '.join(found.missing)}.")
    lines += [f"By meaning: {_ordinal(found.meaning)}.", f"By words: {_ordinal(found.words)}."]
    return [*lines, *_outcome(found)]


def _ordinal(rank: int | None) -> str:
    return f"rank {rank:,}" if rank else "none"


def _outcome(found: Explanation) -> Iterator[str]:
    """The passage's final rank, whether it is shown as a hit, and the passages ranked above it."""
    if found.rank is None:
        yield f"Neither ranker has it among its first {CANDIDATES}, so it was not looked at further."
    else:
        together = f"Together: rank {found.fused:,}"
        yield f"{together}; with its best sentence and its likeness to the best: rank {found.rank:,}."
        if found.folded:
            yield f"It is a copy of hit {found.folded} and stands with it."
        elif found.shown is None:
            yield "Its source has as many hits already as you asked for."
        else:
            yield f"It is hit {found.shown:,}."
    for rival in found.lost_to:
        yield f"Above it, rank {rival.rank}: {rival.source.label}, by {rival.by}."


def _name(source: Source) -> str:
    return source.label


def format_source(source: Source, passage: Passage) -> str:
    """Who says it, and where."""
    said = [source.label, ", ".join(source.authors), source.published or ""]
    place = [passage.heading or "", f"page {passage.page}" if passage.page else ""]
    return " · ".join(part for part in said + place if part)
