"""What each of many sources says on one question, which of them disagree, and how many are independent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from itertools import combinations

from index.compare import answer_values
from index.compare.answer_values import AnswerValue
from index.differences import Difference, DifferenceKind, differences
from index.differences.tokens import TokenizedText
from index.errors import QueryError
from index.search import folding
from index.search import query as queries
from index.search.index import Index
from index.search.query import Query
from index.search.ranking import CANDIDATES
from index.types import Confidence, Filter, Hit, Source, Span

MAX_ASKED = 100
"""Sources in one table: each is searched on its own (a guess)."""


@dataclass(frozen=True, slots=True)
class AnswerCell:
    """What a source says on a question. ``hit``: its best passage, None where its confidence is NONE; ``value``: the
    span in the document of the value asked for, only where the confidence is STRONG or another source disagrees."""

    source: Source
    hit: Hit | None
    value: Span | None = None


@dataclass(frozen=True, slots=True)
class Dispute:
    """Two cells, by their positions in the row, whose values contradict each other. ``difference``: spans are in the
    two passages."""

    left: int
    right: int
    difference: Difference


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """A cell for each source, in order. ``groups``: positions of the cells that have a value, grouped so that none in a
    group disagree, the largest first; ``independent``: sources with a hit, copies of one another counted once."""

    question: str
    cells: tuple[AnswerCell, ...]
    groups: tuple[tuple[int, ...], ...]
    disputes: tuple[Dispute, ...]
    independent: int

    @property
    def saying(self) -> int:
        """How many sources have a hit."""
        return sum(cell.hit is not None for cell in self.cells)


@dataclass(frozen=True, slots=True)
class AnswerTable:
    """A row for each question, a cell for each source, and the settings of the searches. Where the sources were not
    chosen: ``more`` left out also have a hit on a question, and ``silent`` have none."""

    rows: tuple[AnswerRow, ...]
    sources: tuple[Source, ...]
    generation: int
    model: str
    settings: Mapping[str, object]
    more: int = 0
    silent: int = 0

    @property
    def others(self) -> list[str]:
        """``more`` and ``silent`` in sentences; none where they are 0."""
        more = [f"More sources say something on it: {self.more:,}. Name those that you want."] if self.more else []
        which = "Other sources" if self.sources else "Sources"
        return [*more, *([f"{which} that say nothing on it: {self.silent:,}."] if self.silent else [])]


def ask_sources(
    index: Index, questions: Sequence[str], sources: Sequence[str] | None = None, most: int = MAX_ASKED
) -> AnswerTable:
    """A row for each question. Without ``sources`` (ids): those with a hit on any question, most evidence first, at
    most ``most``. Raises QueryError for a question without a word, an unknown source, or too many or no sources."""
    if sources is not None and not 1 <= len(sources) <= MAX_ASKED:
        raise QueryError(f"A table takes 1 to {MAX_ASKED} sources, not {len(sources)}. Choose some of them.")
    parsed = [queries.parse_query(question) for question in questions]
    answering = _answering_sources(index, parsed) if sources is None else list(dict.fromkeys(sources))
    chosen = answering[: MAX_ASKED if sources else most]
    columns = [list(index.search_many(parsed, 1, where=Filter((identity,)))) for identity in chosen]
    shown = tuple(index.store.documents.load(identity)[1].source for identity in chosen)
    rows = []
    for number, question in enumerate(questions):
        hits = [column[number].hits[:1] for column in columns]
        key_words = answer_values.content_words(question, index.generation.words.rarity(TokenizedText(question).stems))
        rows.append(_row(question, key_words, shown, [hit[0] if hit else None for hit in hits]))
    manifest, searched = index.generation.manifest, columns[0][0].settings if columns and parsed else {}
    settings = {**searched, "filter": {"sources": chosen}}
    silent = len(index.store.documents.live_numbers()) - len(answering) if sources is None else 0
    left_out = len(answering) - len(chosen), max(silent, 0)
    return AnswerTable(tuple(rows), shown, manifest.generation, manifest.model, settings, *left_out)


def _answering_sources(index: Index, parsed: Sequence[Query]) -> list[str]:
    """The ids of the sources with a hit on any of the questions, most evidence first."""
    evidence: dict[str, float] = {}
    for answer in index.search_many(parsed, 2 * CANDIDATES, per_source=1):
        for hit in answer.hits:
            if hit.confidence is not Confidence.NONE:
                for identity in (hit.source.id, *(copy.source.id for copy in hit.copies)):
                    evidence[identity] = max(evidence.get(identity, 0.0), hit.parts.evidence)
    return sorted(evidence, key=lambda identity: (-evidence[identity], identity))


def _row(question: str, key_words: Set[str], sources: Sequence[Source], hits: Sequence[Hit | None]) -> AnswerRow:
    answers = [hit if hit and hit.confidence is not Confidence.NONE else None for hit in hits]
    values = [answer_values.answer_values(question, hit.passage.text, key_words) if hit else () for hit in answers]
    min_score = answer_values.minimum_score(question)
    disputes = tuple(_disputes(question, key_words, answers, values))
    disputed = {column for dispute in disputes for column in (dispute.left, dispute.right)}
    cells = tuple(
        _cell(source, hit, candidates, min_score, column in disputed)
        for column, (source, hit, candidates) in enumerate(zip(sources, answers, values, strict=True))
    )
    valued = [column for column, cell in enumerate(cells) if cell.value or column in disputed]
    groups = _agreeing(valued, {(dispute.left, dispute.right) for dispute in disputes})
    columns = {source.id: column for column, source in enumerate(sources)}
    copied = (
        [
            column,
            *(
                columns[copy.source.id]
                for copy in hit.copies
                if copy.source.id in columns and answers[columns[copy.source.id]]
            ),
        ]
        for column, hit in enumerate(answers)
        if hit
    )
    return AnswerRow(question, cells, groups, disputes, folding.count_sources(copied)[1])


def _cell(
    source: Source, hit: Hit | None, values: Sequence[AnswerValue], min_score: float, disputed: bool
) -> AnswerCell:
    if hit is None or not values or values[0].score < min_score:
        return AnswerCell(source, hit)
    if hit.confidence is not Confidence.STRONG and not disputed:
        return AnswerCell(source, hit)
    return AnswerCell(source, hit, values[0].span.shifted(hit.passage.span.start))


def _disputes(
    question: str, key_words: Set[str], hits: Sequence[Hit | None], values: Sequence[Sequence[AnswerValue]]
) -> list[Dispute]:
    """Each two hits whose best values contradict each other. For a date or a figure, else those whose key sentences
    do."""
    disputes = []
    min_score, min_words = answer_values.minimum_score(question), answer_values.required_words(question, key_words)
    measured = answer_values.expected_kind(question) in (DifferenceKind.DATE, DifferenceKind.NUMBER)
    for a, b in combinations(range(len(hits)), 2):
        left, right = hits[a], hits[b]
        if left and right:
            pair = answer_values.disagree(values[a], values[b], min_score, min_words)
            difference = _value_difference(left, right, *pair) if pair else None
            if difference is None and measured:
                difference = _key_sentence_difference((left, right), (values[a], values[b]), key_words)
            disputes += [Dispute(a, b, difference)] if difference else []
    return disputes


def _value_difference(left: Hit, right: Hit, left_value: AnswerValue, right_value: AnswerValue) -> Difference:
    texts = left.passage.text[slice(*left_value.span)], right.passage.text[slice(*right_value.span)]
    note = " against ".join(" ".join(text.split()) for text in texts)
    return Difference(left_value.kind, left_value.span, right_value.span, note)


def _key_sentence_difference(
    hits: tuple[Hit, Hit], values: tuple[Sequence[AnswerValue], Sequence[AnswerValue]], key_words: Set[str]
) -> Difference | None:
    """The first difference that counts between the key sentences of two hits. Both sentences must have a common key
    word of the question, and both sides of the difference must be among the values."""
    keys = [hit.key_sentence.shifted(-hit.passage.span.start) for hit in hits if hit.key_sentence]
    if len(keys) < len(hits):
        return None
    texts = [hit.passage.text[slice(*key)] for hit, key in zip(hits, keys, strict=True)]
    if not key_words & TokenizedText(texts[0]).stems & TokenizedText(texts[1]).stems:
        return None
    for difference in differences(*texts):
        spans = difference.draft.shifted(keys[0].start), difference.source.shifted(keys[1].start)
        are_values = (
            any(value.kind is difference.kind and value.span.meets(span) for value in candidates)
            for candidates, span in zip(values, spans, strict=True)
        )
        if not difference.compatible and all(are_values):
            return replace(difference, draft=spans[0], source=spans[1])
    return None


def _agreeing(columns: Sequence[int], disputed: set[tuple[int, int]]) -> tuple[tuple[int, ...], ...]:
    """Groups of cells, the largest first: each cell joins the first group in which it disagrees with no cell."""
    groups: list[list[int]] = []
    for column in columns:
        fits = (group for group in groups if not any((member, column) in disputed for member in group))
        group = next(fits, None)
        if group is None:
            groups.append([column])
        else:
            group.append(column)
    return tuple(tuple(group) for group in sorted(groups, key=lambda group: (-len(group), group)))
