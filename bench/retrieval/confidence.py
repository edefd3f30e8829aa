"""Measures whether confidence means the same in every library: queries of each set, in its own and other libraries."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.library import make
from bench.metrics import auroc
from bench.sets import ArticleSet, RankingSet, records
from index.search import confidence
from index.search.index import Index
from index.search.query import Query
from index.search.ranking import SURE
from index.types import By

Floats = NDArray[np.float64]

_CANDIDATES = 60  # best candidates of a query that are used (a guess)
_OWN_QUERIES, _FOREIGN_QUERIES = 80, 25  # a library's queries from its own set, and from each other set (a guess)


@dataclass(frozen=True, slots=True)
class LibrarySize:
    """How much of a set makes a library.

    At most so many ``documents`` and ``characters``; documents that answer the first ``queries`` queries come first.
    """

    documents: int
    characters: int
    queries: int


SIZES = {"small": LibrarySize(20, 1_200_000, 14), "large": LibrarySize(1_000_000, 1_200_000, 150)}


@dataclass(frozen=True, slots=True)
class AnsweredQuery:
    """A query with the ids of the records that answer it."""

    text: str
    answers: frozenset[str]


@dataclass(frozen=True, slots=True)
class Tried:
    """The results of one query in a library.

    ``signals``: those of its best candidates, shape (candidates, signals); ``answers``: which of these answer it;
    ``unknown``: the share of the query's words that no passage has.
    """

    signals: NDArray[np.float64]
    answers: NDArray[np.bool_]
    unknown: float = 0.0


@dataclass(frozen=True, slots=True)
class Library:
    """A library with the results of its own set's queries, of foreign ones and of the null questions.

    ``of``: the name of its set; ``size``: a key of ``SIZES``.
    """

    of: str
    size: str
    documents: int
    passages: int
    own: tuple[Tried, ...]
    foreign: tuple[Tried, ...]
    null: tuple[Tried, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """How well confidence separates a library's own queries from foreign ones.

    ``auroc``: by evidence; the shares are of own or foreign queries with a label; ``still_strong``: share of own
    queries that stay *strong* without the documents that answer them.
    """

    name: str
    passages: int
    own: int
    foreign: int
    auroc: float
    own_labelled: float
    own_strong: float
    foreign_none: float
    foreign_strong: float
    still_strong: float


def libraries(sets: Sequence[RankingSet | ArticleSet], work: Path, by: By = By.BOTH) -> list[Library]:
    """A library of each set in each of ``SIZES``, made below ``work``. Raises SourcewiseError and DataError."""
    parts = {(test_set.name, size): _part(test_set, limits) for test_set in sets for size, limits in SIZES.items()}
    built = []
    for (name, size), (rows, own) in parts.items():
        print(f"{name}, {size}: {len(rows)} documents", file=sys.stderr, flush=True)
        index = _index(rows, work / f"{name}-{size}")
        others = [queries for key, (_, queries) in parts.items() if key[1] == "large" and key[0] != name]
        foreign = [query for queries in others for query in queries[:_FOREIGN_QUERIES]]
        null = [AnsweredQuery(question, frozenset()) for question in confidence.null_questions()]
        results = [tuple(_query_results(index, queries, by)) for queries in (own[:_OWN_QUERIES], foreign, null)]
        built.append(Library(name, size, len(rows), index.generation.manifest.passages, *results))
    return built


def _part(test_set: RankingSet | ArticleSet, limits: LibrarySize) -> tuple[list[dict[str, Any]], list[AnsweredQuery]]:
    """The records of a library and the queries that they answer; the same in every run."""
    ranked = _ranked(test_set)[: limits.queries]
    rows = {str(row["_id"]): row for row in records(test_set.corpus)}
    best = [record for depth in range(3) for _, answers in ranked for record in answers[depth : depth + 1]]
    chosen: dict[str, dict[str, Any]] = {}
    size = 0
    for record in dict.fromkeys([*best, *sorted(rows, key=_shuffle_key)]):
        if record not in rows:
            continue
        size += len(rows[record]["text"]) + len(rows[record].get("title") or "")
        if chosen and (size > limits.characters or len(chosen) == limits.documents):
            break
        chosen[record] = rows[record]
    own = [AnsweredQuery(text, frozenset(answers)) for text, answers in ranked if chosen.keys() & set(answers)]
    return list(chosen.values()), own


def _ranked(test_set: RankingSet | ArticleSet) -> list[tuple[str, list[str]]]:
    """The queries in a fixed random order, each with the records that answer it, the best first."""
    if isinstance(test_set, ArticleSet):
        queries = {question.id: (question.text, [question.document]) for question in test_set.questions}
    else:
        queries = {query.id: (query.text, _relevant(query.grades)) for query in test_set.queries}
    return [queries[query_id] for query_id in sorted(queries, key=_shuffle_key)]


def _relevant(grades: Mapping[str, int]) -> list[str]:
    return sorted((record for record, grade in grades.items() if grade > 0), key=lambda record: -grades[record])


def _shuffle_key(identity: str) -> bytes:
    return hashlib.blake2b(identity.encode(), digest_size=8).digest()


def _index(rows: Sequence[dict[str, Any]], folder: Path) -> Index:
    (folder / "documents").mkdir(parents=True, exist_ok=True)
    lines = "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)
    (folder / "documents" / "corpus.jsonl").write_text(lines, encoding="utf-8", newline="\n")
    make(folder / "documents", folder / "library")
    return Index.open(folder / "library")


def _query_results(index: Index, queries: Sequence[AnsweredQuery], by: By) -> Iterator[Tried]:
    """The queries are taken as plain text: quotation marks and minus signs in them were not meant for this program."""
    plain = [Query.plain(query.text) for query in queries]
    live = index.store.documents.live_numbers().tolist()
    record = {number: index.store.documents.source(number).record for number in live}
    for query, scored in zip(queries, index.rank(plain, by), strict=True):
        best = [record[int(number)] in query.answers for number in scored.places.documents[:_CANDIDATES]]
        yield Tried(scored.signals[:_CANDIDATES], np.array(best, bool), scored.unknown)


# figures --------------------------------------------------------------------------------------------------------------


def measure(libraries: Sequence[Library]) -> list[Figures]:
    """The figures of each library, then those of the queries of all libraries pooled."""
    evidence = [scores(library) for library in libraries]
    pooled = [np.concatenate(kind) for kind in zip(*evidence, strict=True)]
    figures = [
        _figures(f"{library.of}, {library.size}", library.passages, *kinds)
        for library, kinds in zip(libraries, evidence, strict=True)
    ]
    return [*figures, _figures("all on one scale", sum(library.passages for library in libraries), *pooled)]


def scores(library: Library) -> tuple[Floats, Floats, Floats]:
    """The evidence that answers are labelled by, in log odds: of own queries, of foreign queries, and of own queries
    without the documents that answer them."""
    baseline = confidence.baseline([_best(result, 0.0, with_answers=True) for result in library.null])
    own = [_best(result, baseline, with_answers=True) for result in library.own]
    foreign = [_best(result, baseline, with_answers=True) for result in library.foreign]
    without = [_best(result, baseline, with_answers=False) for result in library.own if not result.answers.all()]
    return np.array(own), np.array(foreign), np.array(without)


def _best(result: Tried, baseline: float, *, with_answers: bool) -> float:
    """The highest evidence among the first candidates, with or without those that answer the query."""
    signals = result.signals if with_answers else result.signals[~result.answers]
    return float(confidence.evidence(signals[:SURE], baseline, result.unknown).max(initial=-np.inf))


def _figures(name: str, passages: int, own: Floats, foreign: Floats, without: Floats) -> Figures:
    return Figures(
        name,
        passages,
        len(own),
        len(foreign),
        auroc(own, foreign),
        own_labelled=float((own >= confidence.PLAUSIBLE).mean()),
        own_strong=float((own >= confidence.STRONG).mean()),
        foreign_none=float((foreign < confidence.PLAUSIBLE).mean()),
        foreign_strong=float((foreign >= confidence.STRONG).mean()),
        still_strong=float((without >= confidence.STRONG).mean()),
    )


def rows(figures: Sequence[Figures]) -> tuple[list[str], list[list[str]]]:
    """The header and rows of a table; the row before the last has the mean AUROC of the libraries."""
    header = ["library", "passages", "own", "foreign", "AUROC", "own labelled", "own strong"]
    header += ["foreign none", "foreign strong", "strong without"]
    lines = [
        [row.name, f"{row.passages:,}", str(row.own), str(row.foreign)]
        + [
            f"{share:.3f}"
            for share in (
                *(row.auroc, row.own_labelled, row.own_strong),
                *(row.foreign_none, row.foreign_strong, row.still_strong),
            )
        ]
        for row in figures
    ]
    mean = float(np.mean([row.auroc for row in figures[:-1]]))
    return header, [*lines[:-1], ["mean", "", "", "", f"{mean:.3f}"], lines[-1]]
