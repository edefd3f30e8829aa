"""What each of many sources says on one question, which of them disagree, and how many are independent."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import combinations, product
from string import ascii_uppercase

from index.compare import answer_values, answering, questions
from index.compare.answer_values import AnswerValue
from index.compare.questions import Question, Rarity
from index.differences import Difference, DifferenceKind, differences, names
from index.differences.tokens import tokenized
from index.differences.types import Fit
from index.errors import QueryError
from index.search import folding
from index.search import query as queries
from index.search.index import Index
from index.search.query import Query
from index.search.ranking import CANDIDATES
from index.text.segmentation import sentences
from index.types import Answer, Filter, Hit, Source, Span

MAX_ASKED = 100
"""Sources in one table: each is searched on its own (a guess)."""

SHOWN = 20
"""Sources in a table where none was chosen: the surest (a guess)."""

PASSAGES = 3
"""Passages of a source, its best, of which the first that answers is taken (a guess)."""

_NONE_OF = re.compile(r"\b(?:no|without|not\s+any)\b", re.I)
_NOUN = re.compile(r"\w{3}(?:[ts]ion|ment|ness|ity|ance|ence|ism)s?$")

MIN_NAME_WEIGHT = 0.5
"""Weight of a name, as a share of that of a word that no passage has, from which two passages that have it speak of one
thing, where the question names none (a guess)."""


MIN_COMMON_NAMES = 2
"""Words of names from which two passages that have them in common, and half of all of one of them, speak of one thing
(a guess)."""


@dataclass(frozen=True, slots=True)
class AnswerCell:
    """What a source says on a question. ``hit``: its best passage that answers, None where none does; ``sentence``: the
    span in the document of the sentence that answers; ``value``: that of the value asked for, None where there is
    none."""

    source: Source
    hit: Hit | None
    sentence: Span | None = None
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
    """A cell for each source, in order. ``groups``: positions of the cells that have a value, those with one value in
    a group, the largest first; ``independent``: sources with a hit, copies counted once; ``unshown``: sources that are
    left out of the table and have a passage that answers; ``is_answered``: a value or a sentence had to answer; else
    passages are only on the same thing."""

    question: str
    cells: tuple[AnswerCell, ...]
    groups: tuple[tuple[int, ...], ...]
    disputes: tuple[Dispute, ...]
    independent: int
    unshown: int = 0
    is_answered: bool = True

    @property
    def saying(self) -> int:
        """How many sources have a hit."""
        return sum(cell.hit is not None for cell in self.cells)

    @property
    def letters(self) -> dict[int, str]:
        """The letter of each cell by its position, one for each group, in the order of the cells; none where all that
        have a value agree."""
        groups = sorted(self.groups[:26], key=min) if len(self.groups) > 1 else ()
        return {column: ascii_uppercase[number] for number, group in enumerate(groups) for column in group}

    def count(self, asked: int) -> str:
        """In how many sources of those that were asked an answer was found."""
        answering = self.saying + self.unshown
        if not answering:
            return "no answer found"
        what = "answer found" if self.is_answered else "passages on it"
        found = f"{what} in {answering:,} of {asked:,} source{'s' * (asked != 1)}"
        if not self.unshown:
            return f"{found}, {self.independent:,} independent" if self.independent < self.saying else found
        own = f" ({self.independent:,} independent)" if self.independent < self.saying else ""
        return f"{found}, {self.saying:,} of them shown{own}"


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
    epoch: str = ""

    @property
    def asked(self) -> int:
        """How many sources were asked."""
        return len(self.sources) + self.more + self.silent

    @property
    def others(self) -> list[str]:
        """``more`` and ``silent`` in sentences; none where they are 0."""
        more = [f"More sources with an answer: {self.more:,}. Choose those that you want."] if self.more else []
        which = "Other sources" if self.sources else "Sources"
        return [*more, *([f"{which} in which no answer was found: {self.silent:,}."] if self.silent else [])]


def ask_sources(
    index: Index, texts: Sequence[str], sources: Sequence[str] | None = None, most: int = SHOWN
) -> AnswerTable:
    """A row for each question. Without ``sources`` (ids): those that answer any question, most evidence first, at
    most ``most``. Raises QueryError for a question without a word, an unknown source, or too many or no sources."""
    if sources is not None and not 1 <= len(sources) <= MAX_ASKED:
        raise QueryError(f"A table takes 1 to {MAX_ASKED} sources, not {len(sources)}. Choose some of them.")
    parsed, rarity = [queries.parse_query(text) for text in texts], index.generation.words.rarity
    asked = [questions.parse_question(text, rarity) for text in texts]
    evidence = _evidence(index, asked, parsed) if sources is None else [{} for _ in asked]
    answering = _surest_first(evidence) if sources is None else list(dict.fromkeys(sources))
    chosen = answering[: MAX_ASKED if sources else most]
    columns = [list(index.search_many(parsed, PASSAGES, where=Filter((identity,)), fast=True)) for identity in chosen]
    shown = tuple(index.store.documents.load(identity)[1].source for identity in chosen)
    rows = tuple(
        replace(
            _row(question, rarity, shown, [_first_answering(question, column[number]) for column in columns]),
            unshown=len(found.keys() - set(chosen)),
        )
        for number, (question, found) in enumerate(zip(asked, evidence, strict=True))
    )
    manifest, searched = index.generation.manifest, columns[0][0].settings if columns and parsed else {}
    settings = {**searched, "filter": {"sources": chosen}}
    silent = len(index.store.documents.live_numbers()) - len(answering) if sources is None else 0
    left_out = len(answering) - len(chosen), max(silent, 0)
    return AnswerTable(rows, shown, manifest.generation, manifest.model, settings, *left_out, manifest.epoch)


def _evidence(index: Index, asked: Sequence[Question], parsed: Sequence[Query]) -> list[dict[str, float]]:
    """For each question the ids of the sources with a passage that answers it, with the evidence for the best."""
    answers = index.search_many(parsed, 2 * CANDIDATES, per_source=PASSAGES, fast=True)
    found = list[dict[str, float]]()
    for question, answer in zip(asked, answers, strict=True):
        evidence: dict[str, float] = {}
        for hit in answering.answering(question, answer):
            for identity in (hit.source.id, *(copy.source.id for copy in hit.copies)):
                evidence[identity] = max(evidence.get(identity, 0.0), hit.parts.evidence)
        found.append(evidence)
    return found


def _surest_first(evidence: Sequence[Mapping[str, float]]) -> list[str]:
    """The ids of the sources that answer any question, most evidence first."""
    best = {identity: max(own.get(identity, 0.0) for own in evidence) for identity in set().union(*evidence)}
    return sorted(best, key=lambda identity: (-best[identity], identity))


def _first_answering(question: Question, answer: Answer) -> Hit | None:
    """The first passage that answers; where a kind of thing is asked for, such as a class, the first that names one."""
    found = answering.answering(question, answer)
    naming = (hit for hit in found if question.thing and answering.best(question, answering.values(question, hit)))
    return next(naming, next(iter(found), None))


def _row(question: Question, rarity: Rarity, sources: Sequence[Source], answers: Sequence[Hit | None]) -> AnswerRow:
    values = [answering.values(question, hit) if hit else [] for hit in answers]
    cells = tuple(
        _cell(question, source, hit, answering.best(question, candidates))
        for source, hit, candidates in zip(sources, answers, values, strict=True)
    )
    disputes = tuple(_disputes(question, rarity, cells, values))
    disputed = {column for dispute in disputes for column in (dispute.left, dispute.right)}
    valued = [column for column, cell in enumerate(cells) if cell.value or column in disputed]
    apart = {(dispute.left, dispute.right) for dispute in disputes}
    groups = _agreeing(valued, apart | set(_of_other_value([answering.best(question, found) for found in values])))
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
    independent, is_answered = folding.count_sources(copied)[1], answering.must_answer(question)
    return AnswerRow(question.text, cells, groups, disputes, independent, is_answered=is_answered)


def _cell(question: Question, source: Source, hit: Hit | None, value: AnswerValue | None) -> AnswerCell:
    if hit is None:
        return AnswerCell(source, None)
    passage = hit.passage
    if value is None:
        own = answering.answering_sentence(question, hit) if answering.needs_sentence(question) else None
        own = own or answering.telling_sentence(question, hit)
        return AnswerCell(source, hit, own.shifted(passage.span.start) if own else passage.span)
    whole = Span(0, len(passage.text))
    holding = (sentence for sentence in sentences(passage.text, whole) if value.span.meets(sentence))
    sentence = next(holding, whole)
    return AnswerCell(source, hit, sentence.shifted(passage.span.start), value.span.shifted(passage.span.start))


def _disputes(
    question: Question, rarity: Rarity, cells: Sequence[AnswerCell], values: Sequence[Sequence[AnswerValue]]
) -> list[Dispute]:
    """Each two cells on one thing whose best values contradict each other. For a date or a figure, else those whose
    sentences do."""
    disputes = []
    for a, b in combinations(range(len(cells)), 2):
        left, right = cells[a].hit, cells[b].hit
        if not left or not right or not _on_one_thing(question, rarity, left, right):
            continue
        pair = answer_values.disagree(question, values[a], values[b])
        difference = _value_difference(left, right, *pair) if pair else None
        if difference is None and (question.yes_or_no or question.kind in (DifferenceKind.DATE, DifferenceKind.NUMBER)):
            difference = _sentence_difference(question, (cells[a], cells[b]), (values[a], values[b]))
        disputes += [Dispute(a, b, difference)] if difference else []
    return disputes


def _on_one_thing(question: Question, rarity: Rarity, left: Hit, right: Hit) -> bool:
    """Whether two answers are of one thing: that which the question names, a kind of thing (its dose, its share), or
    one that both name. "How many died?" is answered by every accident."""
    if question.names or (question.kind is DifferenceKind.NUMBER and not question.counted):
        return True
    named = [_names(answering.naming_text(hit)) for hit in (left, right)]
    if question.yes_or_no:
        return not all(named) or bool(named[0] & named[1])
    common, fewer = named[0] & named[1], min(len(named[0]), len(named[1]))
    weights = rarity({"", *common})
    if len(common) >= max(MIN_COMMON_NAMES, fewer / 2):
        return True
    return not all(named) or any(weights[stem] >= MIN_NAME_WEIGHT * weights[""] for stem in named[0] & named[1])


@lru_cache(maxsize=256)  # each answer is held against every other
def _names(text: str) -> frozenset[str]:
    """The stems of the names of a text."""
    mentions = names.names(tokenized(text))
    return frozenset(stem for mention in mentions for stem in tokenized(text[slice(*mention.span)]).stems)


def _value_difference(left: Hit, right: Hit, left_value: AnswerValue, right_value: AnswerValue) -> Difference:
    texts = left.passage.text[slice(*left_value.span)], right.passage.text[slice(*right_value.span)]
    note = " against ".join(" ".join(text.split()) for text in texts)
    return Difference(left_value.kind, left_value.span, right_value.span, note)


def _sentence_difference(
    question: Question,
    cells: tuple[AnswerCell, AnswerCell],
    values: tuple[Sequence[AnswerValue], Sequence[AnswerValue]],
) -> Difference | None:
    """The first difference that counts between the answering sentences of two cells. Both must have most of the key
    words of the question, below their titles and headings, and both sides of the difference be among the values."""
    spans = [cell.sentence.shifted(-cell.hit.passage.span.start) for cell in cells if cell.hit and cell.sentence]
    hits = [cell.hit for cell in cells if cell.hit]
    texts = [hit.passage.text[slice(*span)] for hit, span in zip(hits, spans, strict=True)]
    if not _have_words(question, hits, texts):
        return None
    for difference in differences(*texts):
        sides = difference.draft.shifted(spans[0].start), difference.source.shifted(spans[1].start)
        if question.yes_or_no and any(
            _names_alone(text[slice(*side)])
            for text, side in zip(texts, (difference.draft, difference.source), strict=True)
        ):
            continue
        if question.yes_or_no and _is_none_of_another(question, difference.note):
            continue
        if not difference.compatible and _is_asked_for(question, difference.kind, sides, values):
            return replace(difference, draft=sides[0], source=sides[1])
    return None


def _is_none_of_another(question: Question, note: str) -> bool:
    """Whether one text says that there is none of a thing, "no salt", which the question does not ask about."""
    return bool(_NONE_OF.search(note)) and tokenized(note).stems.isdisjoint(question.stems)


def _names_alone(text: str) -> bool:
    """Whether the last word of one side of a difference is the noun of an act or a state, "addiction", which names it
    without saying that it is so."""
    words = tokenized(text).tokens
    return bool(words) and bool(_NOUN.search(words[-1].word))


def _have_words(question: Question, hits: Sequence[Hit], texts: Sequence[str]) -> bool:
    """Whether the sentences, each below its title and heading, have most words of the question."""
    named = [answering.naming_text(hit, text) for hit, text in zip(hits, texts, strict=True)]
    if question.yes_or_no:
        return all(answering.has_event(question, *pair) for pair in zip(texts, named, strict=True))
    common = frozenset[str].intersection(question.key_words, *(tokenized(text).stems for text in named))
    return len(common) >= question.most_words


def _is_asked_for(
    question: Question,
    kind: DifferenceKind,
    sides: tuple[Span, Span],
    values: tuple[Sequence[AnswerValue], Sequence[AnswerValue]],
) -> bool:
    """Whether a difference answers: of a question with yes or no, one says what the other denies; of any other, both
    sides are among the values, and of one case."""
    if question.yes_or_no:
        return kind is DifferenceKind.NEGATION
    left, right = (
        [value for value in candidates if value.kind is kind and value.span.meets(span)]
        for candidates, span in zip(values, sides, strict=True)
    )
    return any(
        answer_values.fit(*pair) is Fit.CONTRADICTING and not answer_values.is_other_case(question, *pair)
        for pair in product(left, right)
    )


def _of_other_value(found: Sequence[AnswerValue | None]) -> Iterator[tuple[int, int]]:
    """Each two cells whose values are not the same, be they of one thing or not."""
    for (a, left), (b, right) in combinations(enumerate(found), 2):
        if left and right and answer_values.fit(left, right) not in (Fit.EQUAL, Fit.COMPATIBLE):
            yield a, b


def _agreeing(columns: Sequence[int], disputed: set[tuple[int, int]]) -> tuple[tuple[int, ...], ...]:
    """Groups of cells, the largest first: each cell joins the first group in which it disagrees with no cell. One that
    fits two groups, such as "at least nine" where eleven and thirteen are given, is in none."""

    def agrees(column: int, group: Sequence[int]) -> bool:
        return not any((member, column) in disputed or (column, member) in disputed for member in group)

    groups: list[list[int]] = []
    for column in columns:
        group = next((group for group in groups if agrees(column, group)), None)
        if group is None:
            groups.append([column])
        else:
            group.append(column)
    unsure = {column for column in columns if sum(agrees(column, group) for group in groups) > 1}
    certain = [column for column in columns if column not in unsure]
    if unsure and certain:
        return _agreeing(certain, disputed)
    return tuple(tuple(group) for group in sorted(groups, key=lambda group: (-len(group), group)))
