"""How well sources are compared: sentences aligned, accounts of one event grouped, topics mapped, reuse told
apart, conflicts shown.

Each set is ingested as a library and compared by the real program. A plain reference runs beside it on the same
library. Thresholds were fitted on the first half of each set; the second half is reported on its own.
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

Row = Mapping[str, Any]
Labels = NDArray[np.int64]

SETS = {
    **{"ecbplus": "docs.jsonl", "basil": "articles.jsonl"},
    **{"clough_stevenson": "docs.jsonl", "ramdocs": "questions.jsonl"},
}
_LEVELS = {"non": 0, "heavy": 1, "light": 2, "cut": 3}
_RUN = 5


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value of a set: ours, and that of the reference beside it when there is one."""

    measured: str
    part: str
    ours: float
    reference: float | None = None
    goal: str = ""


@dataclass(frozen=True, slots=True)
class Comparing:
    alignment: tuple[aligned.Found, ...]
    figures: tuple[Figure, ...]


def measure(data: Path, work: Path) -> Comparing:
    """All four sets below ``data/compare``. Raises DataError and SourcewiseError."""
    rows = {name: read(data, name) for name in SETS}
    index = {name: library(name, some, work) for name, some in rows.items()}
    alignment = aligned.measure(aligned.accounts(index["ecbplus"], rows["ecbplus"]))
    figures = [
        *_grouping("ecbplus", index["ecbplus"], rows["ecbplus"], "topic"),
        *_grouping("basil", index["basil"], rows["basil"], "event_id"),
        _mapping("ecbplus", index["ecbplus"], rows["ecbplus"], "topic"),
        _mapping("basil", index["basil"], rows["basil"], "event_id"),
        *_reuse(index["clough_stevenson"], rows["clough_stevenson"]),
        *_conflicts(index["ramdocs"], rows["ramdocs"]),
    ]
    return Comparing(tuple(alignment), tuple(figures))


def fit(data: Path, work: Path) -> list[float]:
    """The weights of ``index.comparison.align``, then its bias."""
    rows = read(data, "ecbplus")
    return aligned.fit(aligned.accounts(library("ecbplus", rows, work), rows))


def read(data: Path, name: str) -> list[Row]:
    return list(records(find(data / "compare" / name, SETS[name])))


def library(name: str, rows: Sequence[Row], work: Path) -> Index:
    """The set as a library: a record for each document, its sentences parted by empty lines where it has them."""
    folder = work / name / "documents"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "corpus.jsonl").open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(json.dumps(one) + "\n" for one in _documents(name, rows))
    make(folder, work / name / "library")
    return Index.open(work / name / "library")


def _documents(name: str, rows: Sequence[Row]) -> Iterable[dict[str, Any]]:
    for number, row in enumerate(rows):
        if name == "ramdocs":
            texts = enumerate(row["documents"])
            yield from ({"_id": f"{number}-{place}", "title": "", "text": one["text"]} for place, one in texts)
        elif name == "clough_stevenson":
            yield {"_id": row["_id"], "title": "", "text": row["text"]}
        else:
            said = [one["text"] if isinstance(one, dict) else one for one in row["sentences"]]
            about = {"title": row.get("title", ""), "date": row.get("date"), "publisher": row.get("source")}
            yield {"_id": row["_id"], **about, "text": "\n\n".join(said)}


def _identities(index: Index) -> dict[str, str]:
    return {source.record or "": source.id for source, _, _ in index.store.sources()}


# accounts of one event -------------------------------------------------------------------------------------------


def _grouping(name: str, index: Index, rows: Sequence[Row], halved_by: str) -> list[Figure]:
    """B-cubed F1 over all, and over the half of the topics (or events) that no threshold was fitted on."""
    known = _identities(index)
    rows = [row for row in rows if row["_id"] in known]
    numbers = [index.store.live_document(known[row["_id"]]).number for row in rows]
    gold = _numbered(row["event_id"] for row in rows)
    half = _numbered(row[halved_by] for row in rows) % 2
    ours, plain = events.likeness(index, numbers), _tfidf(index, numbers)
    first = half == 0
    least = max(np.arange(0.04, 0.6, 0.02).tolist(), key=lambda one: _grouped(plain, gold, first, one))
    return [
        Figure(
            f"{name}: grouping by event, B-cubed F1",
            part,
            _grouped(ours, gold, chosen, events.LEAST),
            _grouped(plain, gold, chosen, least),
            "above TF-IDF clustering",
        )
        for part, chosen in (("all", first | ~first), ("first half", first), ("second half", ~first))
    ]


def _numbered(names: Iterable[str]) -> Labels:
    found: Labels = np.unique(list(names), return_inverse=True)[1]
    return found


def _tfidf(index: Index, numbers: Sequence[int]) -> NDArray[np.float32]:
    """The reference: cosines of TF-IDF vectors of title and text."""
    texts = [f"{index.store.source(number).title} {index.store.text(number)}" for number in numbers]
    return events.cosines([Counter(forms(text)) for text in texts])


def _grouped(likeness: NDArray[np.float32], gold: Labels, chosen: NDArray[np.bool_], least: float) -> float:
    return b_cubed(gold[chosen], clustering.linked(likeness[np.ix_(chosen, chosen)], least))


def b_cubed(gold: Labels, found: Labels) -> float:
    """F1 of B-cubed precision and recall (Bagga & Baldwin 1998): over each thing's own group, then the mean."""
    same, together = gold[:, None] == gold, found[:, None] == found
    both = (same & together).sum(axis=1)
    precision, recall = (both / together.sum(axis=1)).mean(), (both / same.sum(axis=1)).mean()
    return float(2 * precision * recall / (precision + recall))


# the map ---------------------------------------------------------------------------------------------------------


def _mapping(name: str, index: Index, rows: Sequence[Row], subject: str) -> Figure:
    """Passages put together on the map of all sources, against the subjects of their documents; the reference has as
    many clusters of TF-IDF vectors."""
    subjects = {row["_id"]: row[subject] for row in rows}
    passages = index.generation.passages
    count = topics.suiting(len(passages))
    gold = _numbered(subjects[index.store.source(number).record or ""] for number in passages.documents.tolist())
    order = np.arange(len(passages))
    places = zip(passages.documents.tolist(), passages.spans(order), strict=True)
    texts = [index.store.text(number, span) for number, span in places]
    vectors = index.generation.vectors.gather(order)
    ours, plain = (
        b_cubed(gold, clustering.clustered(one, count)[0])
        for one in (vectors, events.weighed([Counter(forms(text)) for text in texts]))
    )
    return Figure(f"{name}: passages on the map by {subject}, B-cubed F1", "all", ours, plain, "above TF-IDF k-means")


# text reused -----------------------------------------------------------------------------------------------------


def _reuse(index: Index, rows: Sequence[Row]) -> list[Figure]:
    """Accuracy of the level of reuse; the reference takes the share of a text's 5-grams that the source has, with
    thresholds fitted on the other half."""
    known = _identities(index)
    texts = [row for row in rows if row["category"] != "orig"]
    read = {row["_id"]: sources.read_document(index, known[row["_id"]]) for row in rows}
    worded = {name: reused_text.worded(one.document.text, one.spans) for name, one in read.items()}
    pairs = [(worded[row["_id"]], worded[f"orig_task{row['task']}"]) for row in texts]
    gold = np.array([_LEVELS[row["category"]] for row in texts])
    half = np.zeros(len(gold), np.int64)
    for level in range(len(_LEVELS)):
        half[np.flatnonzero(gold == level)[1::2]] = 1
    ours = np.array([list(reused_text.Level).index(reused_text.level(*pair)) for pair in pairs])
    contained = np.array([_containment(*pair) for pair in pairs])
    traces = np.array([reused_text.traces(*pair) for pair in pairs])
    measured = "clough_stevenson: reuse level, accuracy"
    found = [Figure(f"{measured}, as shipped", "all", float((ours == gold).mean()))]
    for part, other in (("first", "second"), ("second", "first")):
        test = half == ("first", "second").index(other)
        own = _two_step(traces, fit_two_step(traces[~test], gold[~test]))
        plain = np.searchsorted(fit_levels(contained[~test], gold[~test]), contained)
        right, reference = (float((one == gold)[test].mean()) for one in (own, plain))
        found.append(Figure(measured, f"{other} half, fitted on the {part}", right, reference, "above 5-grams"))
    return found


def _containment(one: reused_text.WordedText, other: reused_text.WordedText) -> float:
    grams = [set(zip(*(text.words[start:] for start in range(_RUN)), strict=False)) for text in (one, other)]
    return len(grams[0] & grams[1]) / max(len(grams[0]), 1)


def fit_levels(values: NDArray[np.float64], gold: Labels) -> NDArray[np.float64]:
    """The three thresholds, rising, with the highest accuracy; the mean of them where several have it."""
    between = np.unique(values)
    between = (between[1:] + between[:-1]) / 2
    scores = {one: float((np.searchsorted(one, values) == gold).mean()) for one in combinations(between.tolist(), 3)}
    best = max(scores.values())
    found: NDArray[np.float64] = np.mean([one for one, score in scores.items() if score == best], axis=0)
    return found


def fit_two_step(traces: NDArray[np.float64], gold: Labels) -> NDArray[np.float64]:
    """The thresholds of ``reuse.level`` with the highest accuracy; the median of them where several have it."""
    between = [np.unique(one) for one in traces.T]
    middles = [(one[1:] + one[:-1]) / 2 for one in between]
    tried = [(*pair, whole) for pair in combinations(middles[0].tolist(), 2) for whole in middles[1].tolist()]
    scores = [float((_two_step(traces, np.array(one)) == gold).mean()) for one in tried]
    best = [one for one, score in zip(tried, scores, strict=True) if score == max(scores)]
    found: NDArray[np.float64] = np.median(best, axis=0)
    return found


def _two_step(traces: NDArray[np.float64], thresholds: NDArray[np.float64]) -> Labels:
    short, whole = traces.T
    found: Labels = np.where(short < thresholds[0], 0, np.where(short < thresholds[1], 1, 2 + (whole >= thresholds[2])))
    return found


# conflicts -------------------------------------------------------------------------------------------------------


_ABOUT = {
    "conflict": ("questions with a conflict, shown", "at least .60"),
    "agree": ("questions whose documents agree, conflict shown", "at most .15"),
    "same": ("pairs of documents that agree, conflict shown", "at most .15"),
}


def _conflicts(index: Index, rows: Sequence[Row]) -> list[Figure]:
    """Questions whose documents give several answers: is a difference marked between two that do? And questions whose
    documents all give one: is any?"""
    known = _identities(index)
    told: dict[tuple[str, int], list[bool]] = defaultdict(list)
    for number, row in enumerate(rows):
        places = [place for place in range(len(row["documents"])) if f"{number}-{place}" in known]
        (found,) = answer_table.answer_table(
            index, [row["question"]], [known[f"{number}-{place}"] for place in places]
        ).rows
        disputes = {(places[one.left], places[one.right]) for one in found.disputes}
        said = {place: str(row["documents"][place]["answer"]).lower() for place in places}
        speaking = [place for place in places if row["documents"][place]["type"] != "noise"]
        if len({said[place] for place in speaking}) > 1:
            real = {pair for pair in combinations(speaking, 2) if said[pair[0]] != said[pair[1]]}
            told["conflict", number % 2].append(bool(disputes & real))
        elif len(speaking) > 1:
            told["agree", number % 2].append(bool(disputes))
        same = [pair for pair in combinations(speaking, 2) if said[pair[0]] == said[pair[1]]]
        told["same", number % 2] += [pair in disputes for pair in same]
    figures = []
    for kind, (about, goal) in _ABOUT.items():
        parts = {"all": told[kind, 0] + told[kind, 1], "first half": told[kind, 0], "second half": told[kind, 1]}
        figures += [
            Figure(f"ramdocs: {about}, of {len(some)}", part, sum(some) / max(len(some), 1), None, goal)
            for part, some in parts.items()
        ]
    return figures
