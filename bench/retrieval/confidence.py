"""Does confidence mean the same in every library? Queries of each set, asked of its own library and of the others."""

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
from bench.sets import ArticleSet, RankingSet, records
from index.search import confidence
from index.search.index import Index
from index.search.query import Query
from index.search.ranking import SURE
from index.snapshot.bm25 import Terms
from index.types import By

Floats = NDArray[np.float64]

_CANDIDATES = 60  # of each query, the best, that are looked at
_OWN, _FOREIGN = 80, 25  # queries of its own that a library is asked, and of each of the others


@dataclass(frozen=True, slots=True)
class Cut:
    """How much of a set makes a library: the documents that answer its first ``queries`` queries before all others."""

    documents: int
    characters: int
    queries: int


CUTS = {"small": Cut(20, 1_200_000, 14), "large": Cut(1_000_000, 1_200_000, 150)}


@dataclass(frozen=True, slots=True)
class Asked:
    """A query with the records that answer it."""

    text: str
    answers: frozenset[str]


@dataclass(frozen=True, slots=True)
class Tried:
    """What a library found for one query: signals of its best candidates, which of these answer, and the share of the
    query that no passage knows."""

    signals: NDArray[np.float64]
    answers: NDArray[np.bool_]
    unknown: float = 0.0


@dataclass(frozen=True, slots=True)
class Library:
    """``null``: the null questions, asked of it as the others were."""

    of: str
    size: str
    documents: int
    passages: int
    own: tuple[Tried, ...]
    foreign: tuple[Tried, ...]
    null: tuple[Tried, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """``auroc`` between own and foreign; shares of own and foreign queries by label; ``still_strong``: own queries that
    stay *strong* once the documents that answer them are out."""

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
    """Two libraries of each set, below ``work``. Raises SourcewiseError and DataError."""
    cuts = {(one.name, size): _cut(one, cut) for one in sets for size, cut in CUTS.items()}
    found = []
    for (name, size), (rows, own) in cuts.items():
        print(f"{name}, {size}: {len(rows)} documents", file=sys.stderr, flush=True)
        index = _index(rows, work / f"{name}-{size}")
        others = [asked for (other, cut), (_, asked) in cuts.items() if cut == "large" and other != name]
        foreign = [one for asked in others for one in asked[:_FOREIGN]]
        null = [Asked(one, frozenset()) for one in confidence.null_questions()]
        tried = [tuple(_tried(index, some, by)) for some in (own[:_OWN], foreign, null)]
        found.append(Library(name, size, len(rows), index.generation.manifest.passages, *tried))
    return found


def _cut(one: RankingSet | ArticleSet, cut: Cut) -> tuple[list[dict[str, Any]], list[Asked]]:
    """Records, and the queries that these answer; always the same ones."""
    ranked = _ranked(one)[: cut.queries]
    rows = {str(row["_id"]): row for row in records(one.corpus)}
    best = [record for depth in range(3) for _, answers in ranked for record in answers[depth : depth + 1]]
    chosen: dict[str, dict[str, Any]] = {}
    size = 0
    for record in dict.fromkeys([*best, *sorted(rows, key=_mixed)]):
        if record not in rows:
            continue
        size += len(rows[record]["text"]) + len(rows[record].get("title") or "")
        if chosen and (size > cut.characters or len(chosen) == cut.documents):
            break
        chosen[record] = rows[record]
    own = [Asked(text, frozenset(answers)) for text, answers in ranked if chosen.keys() & set(answers)]
    return list(chosen.values()), own


def _ranked(one: RankingSet | ArticleSet) -> list[tuple[str, list[str]]]:
    """Queries in an order that means nothing, each with the records that answer it, the best first."""
    if isinstance(one, ArticleSet):
        asked = {question.id: (question.text, [question.document]) for question in one.questions}
    else:
        asked = {
            query.id: (
                query.text,
                _relevant(query.grades),
            )
            for query in one.queries
        }
    return [asked[identity] for identity in sorted(asked, key=_mixed)]


def _relevant(grades: Mapping[str, int]) -> list[str]:
    return sorted((record for record, grade in grades.items() if grade > 0), key=lambda record: -grades[record])


def _mixed(identity: str) -> bytes:
    return hashlib.blake2b(identity.encode(), digest_size=8).digest()


def _index(rows: Sequence[dict[str, Any]], folder: Path) -> Index:
    (folder / "documents").mkdir(parents=True, exist_ok=True)
    lines = "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)
    (folder / "documents" / "corpus.jsonl").write_text(lines, encoding="utf-8", newline="\n")
    make(folder / "documents", folder / "library")
    return Index.open(folder / "library")


def _tried(index: Index, asked: Sequence[Asked], by: By) -> Iterator[Tried]:
    """Signs in these queries are no orders: they were not written for this program."""
    queries = [Query(one.text, one.text, Terms(one.text)) for one in asked]
    documents = index.generation.passages.documents
    record = {int(number): index.store.source(int(number)).record for number in np.unique(documents)}
    for one, scored in zip(asked, index.rank(queries, by), strict=True):
        best = [record[int(number)] in one.answers for number in documents[scored.rows[:_CANDIDATES]]]
        yield Tried(scored.signals[:_CANDIDATES], np.array(best, bool), scored.unknown)


# figures --------------------------------------------------------------------------------------------------------------


def measure(libraries: Sequence[Library]) -> list[Figures]:
    """Each library, and last all queries of all of them on the one scale."""
    every = [scores(one) for one in libraries]
    joined = [np.concatenate(some) for some in zip(*every, strict=True)]
    each = [
        _figures(f"{one.of}, {one.size}", one.passages, *found) for one, found in zip(libraries, every, strict=True)
    ]
    return [*each, _figures("all on one scale", sum(one.passages for one in libraries), *joined)]


def scores(library: Library) -> tuple[Floats, Floats, Floats]:
    """The evidence that answers are labelled by: of own queries, of foreign ones, and of own ones once the documents
    that answer them are out."""
    usual = confidence.baseline([_best(one, 0.0, every=True) for one in library.null])
    without = [_best(one, usual, every=False) for one in library.own if not one.answers.all()]
    asked = [[_best(one, usual, every=True) for one in some] for some in (library.own, library.foreign)]
    own, foreign, left = (np.array(some) for some in (*asked, without))
    return own, foreign, left


def _best(one: Tried, usual: float, *, every: bool) -> float:
    signals = one.signals if every else one.signals[~one.answers]
    return float(confidence.evidence(signals[:SURE], usual, one.unknown).max(initial=-np.inf))


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


def rows(found: Sequence[Figures]) -> tuple[list[str], list[list[str]]]:
    """The header and the lines of a table; the mean of the libraries' AUROC stands before the pool."""
    header = ["library", "passages", "own", "foreign", "AUROC", "own labelled", "own strong"]
    header += ["foreign none", "foreign strong", "strong without"]
    lines = [
        [one.name, f"{one.passages:,}", str(one.own), str(one.foreign)]
        + [
            f"{share:.3f}"
            for share in (
                *(one.auroc, one.own_labelled, one.own_strong),
                *(one.foreign_none, one.foreign_strong, one.still_strong),
            )
        ]
        for one in found
    ]
    mean = float(np.mean([one.auroc for one in found[:-1]]))
    return header, [*lines[:-1], ["mean", "", "", "", f"{mean:.3f}"], lines[-1]]


def auroc(above: Floats, below: Floats) -> float:
    """How often one of ``above`` is the greater of a pair; a tie counts half."""
    ordered = np.sort(below)
    less, at_most = (np.searchsorted(ordered, above, side=side) for side in ("left", "right"))
    return float((less + at_most).mean() / (2 * len(below)))
