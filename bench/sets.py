"""Reads test sets: a corpus of records with either graded queries (qrels) or questions with answer spans."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from index.types import Span


class DataError(Exception):
    """Test data is missing or in the wrong form; the message says what and where."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A query of a ranking set. ``grades``: relevance by record id, at least one above 0."""

    id: str
    text: str
    grades: dict[str, int]


@dataclass(frozen=True, slots=True)
class Question:
    """A question of an article set. ``spans``: alternative answers, as spans of the text of the record ``document``."""

    id: str
    text: str
    document: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class RankingSet:
    name: str
    corpus: Path
    queries: tuple[Judged, ...]


@dataclass(frozen=True, slots=True)
class ArticleSet:
    name: str
    corpus: Path
    questions: tuple[Question, ...]


def load(data: Path, names: list[str] | None = None) -> list[RankingSet | ArticleSet]:
    """The sets below ``data/retrieval``, by name; all of them when ``names`` is None. Raises DataError."""
    folder = data / "retrieval"
    available = sorted(path.name for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []
    if not available:
        raise DataError(f"There are no test sets in {folder}. Give the folder that holds retrieval/ as --data.")
    unknown = set(names or ()) - set(available)
    if unknown:
        raise DataError(f"There is no set {', '.join(sorted(unknown))} in {folder}. It holds: {', '.join(available)}")
    return [_load(folder / name) for name in names or available]


def _load(folder: Path) -> RankingSet | ArticleSet:
    corpus = find(folder, "corpus.jsonl")
    try:
        if (folder / "qrels.tsv").exists():
            return RankingSet(folder.name, corpus, tuple(_judged(folder)))
        return ArticleSet(folder.name, corpus, tuple(_questions(folder)))
    except (KeyError, TypeError, ValueError) as error:
        raise DataError(f"The set in {folder} is not as described ({type(error).__name__}: {error}).") from error


def _judged(folder: Path) -> Iterator[Judged]:
    """The queries that have a relevant record; the others cannot be measured."""
    grades: dict[str, dict[str, int]] = {}
    with (folder / "qrels.tsv").open(encoding="utf-8") as lines:
        next(lines)
        for line in lines:
            query, record, grade = line.split()
            grades.setdefault(query, {})[record] = int(grade)
    for row in records(find(folder, "queries.jsonl")):
        query_grades = grades.get(str(row["_id"]), {})
        if any(grade > 0 for grade in query_grades.values()):
            yield Judged(str(row["_id"]), row["text"], query_grades)


def _questions(folder: Path) -> Iterator[Question]:
    for row in records(find(folder, "questions.jsonl")):
        spans = tuple(Span(answer["start"], answer["end"]) for answer in row["answers"])
        if spans:
            yield Question(str(row["_id"]), row["text"], str(row["doc_id"]), spans)


def find(folder: Path, name: str) -> Path:
    """The path of a set's file, plain or packed (``.gz``, ``.zst``). Raises DataError when there is none."""
    for path in (folder / name, folder / f"{name}.gz", folder / f"{name}.zst"):
        if path.exists():
            return path
    raise DataError(f"{folder} has no {name}, neither plain nor as .gz or .zst.")


def records(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a JSON Lines file, plain or packed (``.gz``, ``.zst``). Raises DataError when it is missing."""
    with open_text(path) as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)


def open_text(path: Path) -> IO[str]:
    """A UTF-8 text file, unpacked as its suffix says. Raises DataError when it is missing."""
    if not path.is_file():
        raise DataError(f"There is no file {path}.")
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8", newline="\n")
    if path.suffix == ".zst":
        import zstandard

        opened: IO[str] = zstandard.open(path, "rt", encoding="utf-8", newline="\n")
        return opened
    return path.open(encoding="utf-8", newline="\n")
