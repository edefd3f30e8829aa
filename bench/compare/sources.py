"""Measures how well sources are compared: alignment of sentences, grouping by event, the map of topics, levels of
reuse, conflicts.

Each set is ingested as a library and compared by the real program, and by a simple reference method. Thresholds were
fitted on the first half of each set; the second half is reported separately.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.compare import aligned
from bench.library import make
from bench.sets import find, records
from index.compare import answer_table, clustering, events, reused_text, sources, topics
from index.search.index import Index
from index.text.analysis import forms
from index.types import Floats, Mask

Row = Mapping[str, Any]
Labels = NDArray[np.int64]
"""The number of the group of each item, shape (n,)."""

SETS = {
    **{"ecbplus": "docs.jsonl", "basil": "articles.jsonl"},
    **{"clough_stevenson": "docs.jsonl", "ramdocs": "questions.jsonl"},
}
_LEVELS = {"non": 0, "heavy": 1, "light": 2, "cut": 3}
_GRAM_WORDS = 5


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value on a part of a set: ours, and that of the reference method when there is one."""

    measured: str
    part: str
    ours: float
    reference: float | None = None
    goal: str = ""


@dataclass(frozen=True, slots=True)
class ComparisonResult:
    alignment: tuple[aligned.AlignmentResult, ...]
    figures: tuple[Figure, ...]


def measure(data: Path, work: Path) -> ComparisonResult:
    """All four sets below ``data/compare``. Raises DataError and SourcewiseError."""
    rows = {name: read(data, name) for name in SETS}
    index = {name: library(name, set_rows, work) for name, set_rows in rows.items()}
    alignment = aligned.measure(aligned.accounts(index["ecbplus"], rows["ecbplus"]))
    figures = [
        *_grouping("ecbplus", index["ecbplus"], rows["ecbplus"], "topic"),
        *_grouping("basil", index["basil"], rows["basil"], "event_id"),
        _mapping("ecbplus", index["ecbplus"], rows["ecbplus"], "topic"),
        _mapping("basil", index["basil"], rows["basil"], "event_id"),
        *_reuse(index["clough_stevenson"], rows["clough_stevenson"]),
        *_conflicts(index["ramdocs"], rows["ramdocs"]),
    ]
    return ComparisonResult(tuple(alignment), tuple(figures))


def fit(data: Path, work: Path) -> list[float]:
    """The weights of ``index.compare.alignment``, then its bias, fitted on ecbplus."""
    rows = read(data, "ecbplus")
    return aligned.fit(aligned.accounts(library("ecbplus", rows, work), rows))


def read(data: Path, name: str) -> list[Row]:
    """The rows of a set. Raises DataError."""
    return list(records(find(data / "compare" / name, SETS[name])))


def library(name: str, rows: Sequence[Row], work: Path) -> Index:
    """The set as a library below ``work``: a record for each document, blank lines between its sentences if any."""
    folder = work / name / "documents"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "corpus.jsonl").open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(json.dumps(document) + "\n" for document in _documents(name, rows))
    make(folder, work / name / "library")
    return Index.open(work / name / "library")


def _documents(name: str, rows: Sequence[Row]) -> Iterable[dict[str, Any]]:
    for number, row in enumerate(rows):
        if name == "ramdocs":
            for i, document in enumerate(row["documents"]):
                yield {"_id": f"{number}-{i}", "title": "", "text": document["text"]}
        elif name == "clough_stevenson":
            yield {"_id": row["_id"], "title": "", "text": row["text"]}
        else:
            sentences = [item["text"] if isinstance(item, dict) else item for item in row["sentences"]]
            metadata = {"title": row.get("title", ""), "date": row.get("date"), "publisher": row.get("source")}
            yield {"_id": row["_id"], **metadata, "text": "\n\n".join(sentences)}


def _ids_by_record(index: Index) -> dict[str, str]:
    return {source.record or "": source.id for source, _, _ in index.store.documents.sources()}


# accounts of one event -------------------------------------------------------------------------------------------


def _grouping(name: str, index: Index, rows: Sequence[Row], halved_by: str) -> list[Figure]:
    """B-cubed F1 on all documents and on each half of the topics (or events); thresholds were fitted on the first."""
    known = _ids_by_record(index)
    rows = [row for row in rows if row["_id"] in known]
    numbers = [index.store.documents.live(known[row["_id"]]).number for row in rows]
    gold = _numbered(row["event_id"] for row in rows)
    half = _numbered(row[halved_by] for row in rows) % 2
    ours, plain = events.likeness(index, numbers), _tfidf(index, numbers)
    first = half == 0
    thresholds = np.arange(0.04, 0.6, 0.02).tolist()
    threshold = max(thresholds, key=lambda value: _grouped(plain, gold, first, value))
    return [
        Figure(
            f"{name}: grouping by event, B-cubed F1",
            part,
            _grouped(ours, gold, chosen, events.LEAST),
            _grouped(plain, gold, chosen, threshold),
            "above TF-IDF clustering",
        )
        for part, chosen in (("all", first | ~first), ("first half", first), ("second half", ~first))
    ]


def _numbered(names: Iterable[str]) -> Labels:
    """The names as numbers from 0, the same for equal names, shape (n,)."""
    numbers: Labels = np.unique(list(names), return_inverse=True)[1]
    return numbers


def _tfidf(index: Index, numbers: Sequence[int]) -> Floats:
    """The reference method: cosines of TF-IDF vectors of title and text."""
    texts = [f"{index.store.documents.source(number).title} {index.store.documents.text(number)}" for number in numbers]
    return events.cosines([Counter(forms(text)) for text in texts])


def _grouped(likeness: Floats, gold: Labels, chosen: Mask, threshold: float) -> float:
    """B-cubed F1 of groups linked by likeness, for the chosen documents."""
    return b_cubed(gold[chosen], clustering.linked(likeness[np.ix_(chosen, chosen)], threshold))


def b_cubed(gold: Labels, clusters: Labels) -> float:
    """F1 of B-cubed precision and recall (Bagga & Baldwin 1998): computed for each item's group, then averaged."""
    same, together = gold[:, None] == gold, clusters[:, None] == clusters
    common = (same & together).sum(axis=1)
    precision, recall = (common / together.sum(axis=1)).mean(), (common / same.sum(axis=1)).mean()
    return float(2 * precision * recall / (precision + recall))


# the map ---------------------------------------------------------------------------------------------------------


def _mapping(name: str, index: Index, rows: Sequence[Row], subject: str) -> Figure:
    """B-cubed F1 of the map of all sources: the groups of passages against the subjects of their documents.

    The reference method is k-means on TF-IDF vectors with as many clusters.
    """
    subjects = {row["_id"]: row[subject] for row in rows}
    passages = index.generation.passages_of(index.store.documents.live_numbers().tolist())
    places, count = index.generation.places(passages), topics.suiting(len(passages))
    documents = places.documents.tolist()
    gold = _numbered(subjects[index.store.documents.source(number).record or ""] for number in documents)
    pairs = zip(documents, places.spans(), strict=True)
    texts = [index.store.documents.text(number, span) for number, span in pairs]
    vectors = index.generation.vectors_of(passages)
    ours, plain = (
        b_cubed(gold, clustering.clustered(points, count)[0])
        for points in (vectors, events.weighed([Counter(forms(text)) for text in texts]))
    )
    return Figure(f"{name}: passages on the map by {subject}, B-cubed F1", "all", ours, plain, "above TF-IDF k-means")


# text reused -----------------------------------------------------------------------------------------------------


def _reuse(index: Index, rows: Sequence[Row]) -> list[Figure]:
    """Accuracy of the level of reuse, as shipped and with thresholds fitted on the other half.

    The reference method is the share of a text's 5-grams that the source has, with thresholds fitted on the other half.
    """
    known = _ids_by_record(index)
    texts = [row for row in rows if row["category"] != "orig"]
    documents = {row["_id"]: sources.read_document(index, known[row["_id"]]) for row in rows}
    worded = {name: reused_text.worded(read.document.text, read.spans) for name, read in documents.items()}
    pairs = [(worded[row["_id"]], worded[f"orig_task{row['task']}"]) for row in texts]
    gold = np.array([_LEVELS[row["category"]] for row in texts])
    half = np.zeros(len(gold), np.int64)
    for level in range(len(_LEVELS)):
        half[np.flatnonzero(gold == level)[1::2]] = 1
    ours = np.array([list(reused_text.Level).index(reused_text.level(*pair)) for pair in pairs])
    contained = np.array([_containment(*pair) for pair in pairs])
    traces = np.array([reused_text.traces(*pair) for pair in pairs])
    measured = "clough_stevenson: reuse level, accuracy"
    figures = [Figure(f"{measured}, as shipped", "all", float((ours == gold).mean()))]
    for part, other in (("first", "second"), ("second", "first")):
        test = half == ("first", "second").index(other)
        fitted, plain = (
            np.searchsorted(fit_levels(values[~test], gold[~test]), values) for values in (traces, contained)
        )
        accuracy, reference = (float((levels == gold)[test].mean()) for levels in (fitted, plain))
        figures.append(Figure(measured, f"{other} half, fitted on the {part}", accuracy, reference, "above 5-grams"))
    return figures


def _containment(text: reused_text.WordedText, source: reused_text.WordedText) -> float:
    """The share of a text's 5-grams that the source has."""
    grams = [set(zip(*(side.words[start:] for start in range(_GRAM_WORDS)), strict=False)) for side in (text, source)]
    return len(grams[0] & grams[1]) / max(len(grams[0]), 1)


def fit_levels(values: NDArray[np.float64], gold: Labels) -> NDArray[np.float64]:
    """The three rising thresholds with the highest accuracy; the mean of all triples that reach it."""
    distinct = np.unique(values)
    middles = (distinct[1:] + distinct[:-1]) / 2
    triples = combinations(middles.tolist(), 3)
    scores = {triple: float((np.searchsorted(triple, values) == gold).mean()) for triple in triples}
    best = max(scores.values())
    thresholds: NDArray[np.float64] = np.mean([triple for triple, score in scores.items() if score == best], axis=0)
    return thresholds


# conflicts -------------------------------------------------------------------------------------------------------


_CONFLICT_GOALS = {
    "conflict": ("questions with a conflict, shown", "at least .60"),
    "agree": ("questions whose documents agree, conflict shown", "at most .15"),
    "same": ("pairs of documents that agree, conflict shown", "at most .15"),
}


def _conflicts(index: Index, rows: Sequence[Row]) -> list[Figure]:
    """How often a dispute is shown, for questions whose documents give different answers and for those that agree.

    A question with a conflict counts when a dispute is between two documents with different answers; an agreeing one
    counts, as a false alarm, when there is any dispute.
    """
    known = _ids_by_record(index)
    shown: dict[tuple[str, int], list[bool]] = defaultdict(list)
    for number, row in enumerate(rows):
        stored = [i for i in range(len(row["documents"])) if f"{number}-{i}" in known]
        ids = [known[f"{number}-{i}"] for i in stored]
        (answer_row,) = answer_table.ask_sources(index, [row["question"]], ids).rows
        disputes = {(stored[dispute.left], stored[dispute.right]) for dispute in answer_row.disputes}
        answers = {i: str(row["documents"][i]["answer"]).lower() for i in stored}
        relevant = [i for i in stored if row["documents"][i]["type"] != "noise"]
        if len({answers[i] for i in relevant}) > 1:
            conflicts = {(a, b) for a, b in combinations(relevant, 2) if answers[a] != answers[b]}
            shown["conflict", number % 2].append(bool(disputes & conflicts))
        elif len(relevant) > 1:
            shown["agree", number % 2].append(bool(disputes))
        agreeing = [(a, b) for a, b in combinations(relevant, 2) if answers[a] == answers[b]]
        shown["same", number % 2] += [pair in disputes for pair in agreeing]
    figures = []
    for kind, (about, goal) in _CONFLICT_GOALS.items():
        halves = shown[kind, 0], shown[kind, 1]
        parts = {"all": halves[0] + halves[1], "first half": halves[0], "second half": halves[1]}
        figures += [
            Figure(f"ramdocs: {about}, of {len(flags)}", part, sum(flags) / max(len(flags), 1), None, goal)
            for part, flags in parts.items()
        ]
    return figures
