"""Many sources on one question: what each says on it, who agrees, and how many speak for themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from itertools import combinations

from index.compare import answer_values
from index.compare.answer_values import AnswerValue
from index.differences import Difference, DifferenceKind, differences
from index.differences.reading import Reading
from index.errors import QueryError
from index.search import folding
from index.search import query as queries
from index.search.index import Index
from index.search.query import Query
from index.search.ranking import CANDIDATES
from index.types import Confidence, Filter, Hit, Source, Span

MOST = 100
"""Sources in one table: each is searched on its own."""


@dataclass(frozen=True, slots=True)
class AnswerCell:
    """What a source says on a question: ``hit`` is its best passage, None where by the library's own scale it says
    nothing on it; ``cue``: the value there that the question asks for, in characters of the
    document; only where the passage surely answers it or another source disagrees."""

    source: Source
    hit: Hit | None
    value: Span | None = None


@dataclass(frozen=True, slots=True)
class Dispute:
    """Two cells, by their places, whose cues are apart. Offsets of ``difference`` are in the two passages."""

    left: int
    right: int
    difference: Difference


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """A cell for each source, in their order. ``groups``: the places of the cells that tell a value, those together
    that do not disagree, the largest first; ``independent``: the sources that say something, copies of one another
    counted once."""

    question: str
    cells: tuple[AnswerCell, ...]
    groups: tuple[tuple[int, ...], ...]
    disputes: tuple[Dispute, ...]
    independent: int

    @property
    def saying(self) -> int:
        return sum(cell.hit is not None for cell in self.cells)


@dataclass(frozen=True, slots=True)
class AnswerTable:
    """A row for each question, a cell for each source, and what they were asked with. Of the sources that were left
    out, where none was named, ``more`` say something as well, and ``silent`` nothing on any of the questions."""

    rows: tuple[AnswerRow, ...]
    sources: tuple[Source, ...]
    generation: int
    model: str
    settings: Mapping[str, object]
    more: int = 0
    silent: int = 0

    @property
    def others(self) -> list[str]:
        """The same for a person."""
        more = [f"More sources say something on it: {self.more:,}. Name those that you want."] if self.more else []
        which = "Other sources" if self.sources else "Sources"
        return [*more, *([f"{which} that say nothing on it: {self.silent:,}."] if self.silent else [])]


def answer_table(
    index: Index, questions: Sequence[str], sources: Sequence[str] | None = None, most: int = MOST
) -> AnswerTable:
    """A row for each question. Without ``sources``: those that say something on one of them, the surest first, at most
    ``most``. Raises QueryError for a question without a word, an unknown source, or too many."""
    if sources is not None and not 1 <= len(sources) <= MOST:
        raise QueryError(f"A table takes 1 to {MOST} sources, not {len(sources)}. Choose some of them.")
    asked = [queries.parse(one) for one in questions]
    saying = _saying(index, asked) if sources is None else list(dict.fromkeys(sources))
    chosen = saying[: MOST if sources else most]
    columns = [list(index.search_many(asked, 1, where=Filter((one,)))) for one in chosen]
    known = tuple(index.store.document(one)[1].source for one in chosen)
    rows = []
    for place, question in enumerate(questions):
        hits = [column[place].hits[:1] for column in columns]
        telling = answer_values.content_words(question, index.generation.words.rarity(Reading(question).stems))
        rows.append(_row(question, telling, known, [hit[0] if hit else None for hit in hits]))
    manifest, searched = index.generation.manifest, columns[0][0].settings if columns and asked else {}
    settings = {**searched, "filter": {"sources": chosen}}
    silent = len(index.store.live_numbers()) - len(saying) if sources is None else 0
    others = len(saying) - len(chosen), max(silent, 0)
    return AnswerTable(tuple(rows), known, manifest.generation, manifest.model, settings, *others)


def _saying(index: Index, asked: Sequence[Query]) -> list[str]:
    """The sources that say something on one of the questions, the surest first."""
    sure: dict[str, float] = {}
    for answer in index.search_many(asked, 2 * CANDIDATES, per_source=1):
        for hit in answer.hits:
            if hit.confidence is not Confidence.NONE:
                for one in (hit.source.id, *(copy.source.id for copy in hit.copies)):
                    sure[one] = max(sure.get(one, 0.0), hit.parts.evidence)
    return sorted(sure, key=lambda one: (-sure[one], one))


def _row(question: str, telling: Set[str], sources: Sequence[Source], hits: Sequence[Hit | None]) -> AnswerRow:
    saying = [hit if hit and hit.confidence is not Confidence.NONE else None for hit in hits]
    offered = [answer_values.answer_values(question, hit.passage.text, telling) if hit else () for hit in saying]
    least = answer_values.least(question)
    disputes = tuple(_disputes(question, telling, saying, offered))
    disputed = {place for one in disputes for place in (one.left, one.right)}
    cells = tuple(
        _cell(source, hit, found, least, place in disputed)
        for place, (source, hit, found) in enumerate(zip(sources, saying, offered, strict=True))
    )
    valued = [place for place, cell in enumerate(cells) if cell.value or place in disputed]
    groups = _agreeing(valued, {(one.left, one.right) for one in disputes})
    alone = {source.id: place for place, source in enumerate(sources)}
    voiced = (
        [
            place,
            *(
                alone[copy.source.id]
                for copy in hit.copies
                if copy.source.id in alone and saying[alone[copy.source.id]]
            ),
        ]
        for place, hit in enumerate(saying)
        if hit
    )
    return AnswerRow(question, cells, groups, disputes, folding.count_sources(voiced)[1])


def _cell(source: Source, hit: Hit | None, offered: Sequence[AnswerValue], least: float, disputed: bool) -> AnswerCell:
    if hit is None or not offered or offered[0].worth < least:
        return AnswerCell(source, hit)
    if hit.confidence is not Confidence.STRONG and not disputed:
        return AnswerCell(source, hit)
    start, end = offered[0].span
    base = hit.passage.span.start
    return AnswerCell(source, hit, Span(base + start, base + end))


def _disputes(
    question: str, telling: Set[str], hits: Sequence[Hit | None], offered: Sequence[Sequence[AnswerValue]]
) -> list[Dispute]:
    found, least, words = [], answer_values.least(question), answer_values.shared(question, telling)
    dated = answer_values.asked_kind(question) in (DifferenceKind.DATE, DifferenceKind.NUMBER)
    for one, other in combinations(range(len(hits)), 2):
        left, right = hits[one], hits[other]
        if left and right:
            both = offered[one], offered[other]
            pair = answer_values.disagree(*both, least, words)
            difference = _told(left, right, *pair) if pair else None
            if difference is None and dated:
                difference = _in_key_sentences((left, right), both, telling)
            found += [Dispute(one, other, difference)] if difference else []
    return found


def _told(left: Hit, right: Hit, one: AnswerValue, other: AnswerValue) -> Difference:
    said = left.passage.text[slice(*one.span)], right.passage.text[slice(*other.span)]
    note = " against ".join(" ".join(each.split()) for each in said)
    return Difference(one.kind, one.span, other.span, note)


def _in_key_sentences(
    hits: tuple[Hit, Hit], offered: tuple[Sequence[AnswerValue], Sequence[AnswerValue]], telling: Set[str]
) -> Difference | None:
    """The first difference that counts between the sentences that answer best, where both have a telling word of the
    question and both values are cues."""
    keys = [_within(hit.key_sentence, hit) for hit in hits if hit.key_sentence]
    if len(keys) < len(hits):
        return None
    texts = [hit.passage.text[slice(*key)] for hit, key in zip(hits, keys, strict=True)]
    if not telling & Reading(texts[0]).stems & Reading(texts[1]).stems:
        return None
    for one in differences(*texts):
        moved = [
            Span(key.start + at.start, key.start + at.end)
            for key, at in zip(keys, (one.draft, one.source), strict=True)
        ]
        values = (
            any(cue.kind is one.kind and cue.span.meets(at) for cue in found)
            for found, at in zip(offered, moved, strict=True)
        )
        if not one.compatible and all(values):
            return replace(one, draft=moved[0], source=moved[1])
    return None


def _within(span: Span, hit: Hit) -> Span:
    """A span of the document in characters of the passage."""
    base = hit.passage.span.start
    return Span(span.start - base, span.end - base)


def _agreeing(said: Sequence[int], apart: set[tuple[int, int]]) -> tuple[tuple[int, ...], ...]:
    """Each joins the first group in which it disagrees with nobody; without any dispute all are one group."""
    groups: list[list[int]] = []
    for place in said:
        fits = (group for group in groups if not any((one, place) in apart for one in group))
        group = next(fits, None)
        if group is None:
            groups.append([place])
        else:
            group.append(place)
    return tuple(tuple(group) for group in sorted(groups, key=lambda group: (-len(group), group)))
