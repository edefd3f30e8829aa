"""One question asked of a mixed library: news articles, and questions of which half have no answer there.

The questions are our own. Every second one of either kind belongs to the second half; nothing was chosen on it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.library import make, unpack
from bench.sets import find
from index.compare import answer_table
from index.compare.answer_table import AnswerTable
from index.search.index import Index

ARTICLES = 500
"""Of the set, its first."""

_QUESTIONS = Path(__file__).with_name("news_questions.jsonl")


@dataclass(frozen=True, slots=True)
class Asked:
    """Of one half (0 or 1): questions that have an answer, how many of them a source answers, and how many with it in
    the cell of a source; questions without, how many of these have a table; and how many of all show a conflict."""

    half: int
    answerable: int
    answered: int
    right: int
    unanswerable: int
    tables: int
    conflicts: int


def library(data: Path, work: Path) -> Index:
    """The articles as a library below ``work``. Raises DataError and SourcewiseError."""
    folder = unpack(find(data / "scale", "news_8000.jsonl"), work / "news" / "documents", ARTICLES)
    make(folder, work / "news" / "library")
    return Index.open(work / "news" / "library")


def measure(index: Index) -> list[Asked]:
    """What is shown on the questions, by halves."""
    rows = [json.loads(line) for line in _QUESTIONS.read_text(encoding="utf-8").splitlines()]
    answers = [(row, answer_table.ask_sources(index, [row["question"]])) for row in rows]
    kinds = [[pair for pair in answers if ("answer" in pair[0]) == known] for known in (True, False)]
    return [_counted(half, kinds[0][half::2], kinds[1][half::2]) for half in (0, 1)]


def _counted(
    half: int,
    known: Sequence[tuple[Mapping[str, str], AnswerTable]],
    unknown: Sequence[tuple[Mapping[str, str], AnswerTable]],
) -> Asked:
    return Asked(
        half,
        len(known),
        sum(bool(table.rows[0].saying) for _, table in known),
        sum(_holds(table, row["answer"]) for row, table in known),
        len(unknown),
        sum(bool(table.rows[0].saying) for _, table in unknown),
        sum(bool(table.rows[0].disputes) for _, table in [*known, *unknown]),
    )


def _holds(table: AnswerTable, answer: str) -> bool:
    """Whether the sentence of any cell has the answer."""
    sentences = (cell.hit.passage.slice(cell.sentence) for cell in table.rows[0].cells if cell.hit and cell.sentence)
    return any(answer.lower() in " ".join(sentence.split()).lower() for sentence in sentences)


def as_text(results: Sequence[Asked]) -> str:
    return "\n".join(
        f"{('first', 'second')[result.half]} half: of {result.answerable} questions with an answer {result.answered} "
        f"have a table, {result.right} with the answer; of {result.unanswerable} without one {result.tables} have a "
        f"table; conflicts shown: {result.conflicts}"
        for result in results
    )
