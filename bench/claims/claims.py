"""Claims and their evidence: do the sentences that bear on a claim stand first?"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.library import make
from bench.metrics import mean
from bench.retrieval.quality import documents
from bench.sets import find, records
from bench.tables import table
from index.check.draft import Finding, FindingStatus, check_draft
from index.check.evidence import SentenceMatch, sentence_matches
from index.search.index import Index
from index.search.query import Query
from index.types import By, Draft, Filter, Span

SETS = {"healthver": "claims_passage_level.jsonl", "climate_fever": "pairs.jsonl"}
DEPTH = 10
TOP = 5
_LABELLED = 200  # claims of climate_fever that are checked
GOAL = 0.80
"""Share of the supporting sentences of wice among the first five, on supported claims."""


@dataclass(frozen=True, slots=True)
class Pages:
    """``recall``: of the sentences of the best of a claim's supporting sets, mean over the claims; ``every``: of the
    sentences of all of its sets; ``first``: claims whose first sentence is a supporting one."""

    label: str
    claims: int
    recall: float
    every: float
    first: float


@dataclass(frozen=True, slots=True)
class Labelled:
    """Claims with evidence, asked of a library *with* it and *without* it: share of their sentences by status. Of wice
    only supported claims: there ``differs`` with the evidence is a false alarm. ``partly``: of what was found, what has
    a figure, date or name that no passage has; ``disputed``: on what sources disagree."""

    name: str
    evidence: str
    sentences: int
    found: float
    differs: float
    missing: float
    partly: float
    disputed: float


@dataclass(frozen=True, slots=True)
class Ranked:
    """Share of claims with evidence of their own among the first ten, and mean share of it found there."""

    name: str
    way: str
    claims: int
    hit: float
    recall: float


# a claim and the page that it cites -----------------------------------------------------------------------------------


def pages(data: Path, work: Path) -> list[Pages]:
    """Each page of wice is a source, and each claim is asked of its own page alone. Raises DataError."""
    rows = list(records(find(data / "claims" / "wice", "claims.jsonl")))
    index = _library([{"_id": row["id"], "text": row["evidence_text"]} for row in rows], work / "wice")
    source = {one.record: one.id for one, _, _ in index.store.sources()}
    found: dict[str, list[tuple[float, float, float]]] = {}
    for row in rows:
        if any(row["supporting_sets"]) and row["id"] in source:
            ranked = sentences(index, row["claim"], Filter(sources=(source[row["id"]],)))
            found.setdefault(row["label"], []).append(scores(ranked, row))
    return [Pages(label, len(some), *map(mean, zip(*some, strict=True))) for label, some in sorted(found.items())]


def labels(data: Path, work: Path) -> list[Labelled]:
    """What a checked draft says of supported claims, with evidence of their own and without. Raises DataError."""
    rows = list(records(find(data / "claims" / "wice", "claims.jsonl")))
    cited = [(row["claim"], {row["id"]}) for row in rows if row["label"] == "SUPPORTS"]
    pages = _library([{"_id": row["id"], "text": row["evidence_text"]} for row in rows], work / "wice")
    name = "climate_fever"
    own, texts, every = _claims(records(find(data / "claims" / name, SETS[name])))
    among = _library([{"_id": key, "text": text} for key, text in texts.items()], work / name)
    disputed = [(claim, every[claim]) for claim in list(own)[:_LABELLED]]
    return [*_labels("wice", pages, cited), *_labels(name, among, disputed)]


def _labels(name: str, index: Index, asked: Sequence[tuple[str, set[str]]]) -> Iterator[Labelled]:
    source = {one.record: one.id for one, _, _ in index.store.sources()}
    for evidence, without in (("with", False), ("without", True)):
        found: list[Finding] = []
        for claim, own in asked:
            left_out = tuple(source[record] for record in own if record in source) if without else ()
            found += check_draft(index, Draft(claim), Filter(without=left_out)).findings
        yield _labelled(name, evidence, found)


def _labelled(name: str, evidence: str, findings: Sequence[Finding]) -> Labelled:
    said = [one.status for one in findings if one.status is not FindingStatus.NOT_CHECKABLE]
    shares = [
        said.count(status) / max(1, len(said))
        for status in (FindingStatus.FOUND, FindingStatus.DIFFERS, FindingStatus.NOT_FOUND)
    ]
    there = [one for one in findings if one.status is FindingStatus.FOUND]
    asides = [sum(map(bool, some)) for some in ([one.missing for one in there], [one.disagreeing for one in there])]
    return Labelled(name, evidence, len(said), *shares, *(some / max(1, len(there)) for some in asides))


def sentences(index: Index, claim: str, where: Filter) -> list[SentenceMatch]:
    one = Query.plain(claim)
    (scored,) = index.rank([one], where=where)
    return sentence_matches(index, one, scored)


def scores(ranked: Sequence[SentenceMatch], row: dict[str, Any]) -> tuple[float, float, float]:
    """Recall of the best set, recall of all sets, and whether the first sentence supports."""
    lines = spans(row["evidence_text"])
    top = [number for one in ranked[:TOP] for number in _lines(one.sentence, lines)]
    sets = [set(some) for some in row["supporting_sets"] if some]
    every = set().union(*sets)
    first = bool(ranked) and any(number in every for number in _lines(ranked[0].sentence, lines))
    return max(len(one & set(top)) / len(one) for one in sets), len(every & set(top)) / len(every), float(first)


def spans(text: str) -> list[Span]:
    """The lines of a page, which are its sentences as the set counts them."""
    found, at = [], 0
    for line in text.split("\n"):
        found.append(Span(at, at + len(line)))
        at += len(line) + 1
    return found


def _lines(sentence: Span, lines: Sequence[Span]) -> Iterator[int]:
    """The lines that share half of the shorter of the two with a sentence."""
    for number, line in enumerate(lines):
        shared = min(sentence.end, line.end) - max(sentence.start, line.start)
        if shared > 0 and 2 * shared >= min(sentence.end - sentence.start, line.end - line.start):
            yield number


# a claim among all evidence -------------------------------------------------------------------------------------------


def evidence(data: Path, work: Path) -> list[Ranked]:
    """All evidence of a set is one library; of each claim with evidence for or against it, which of it stands first:
    by words alone, by meaning alone, by both, and in the order that a checked draft shows. Raises DataError."""
    return [one for name, file in SETS.items() for one in _ranked(name, data / "claims" / name, file, work / name)]


def _ranked(name: str, folder: Path, file: str, work: Path) -> Iterator[Ranked]:
    own, texts, _ = _claims(records(find(folder, file)))
    index = _library([{"_id": key, "text": text} for key, text in texts.items()], work)
    asked = [Query.plain(text) for text in own]
    for way in (By.WORDS, By.MEANING, By.BOTH):
        found = [documents(answer.hits) for answer in index.search_many(asked, DEPTH, way)]
        yield _figures(name, way.value, found, list(own.values()))
    told = [_told(index, sentence_matches(index, *pair)) for pair in zip(asked, index.rank(asked), strict=True)]
    yield _figures(name, "check", told, list(own.values()))


def _claims(rows: Iterable[dict[str, Any]]) -> tuple[dict[str, set[str]], dict[str, str], dict[str, set[str]]]:
    """By claim the ids of the evidence for or against it, the text of all evidence by id, and by claim the ids of all
    that is listed with it."""
    own: dict[str, set[str]] = {}
    every: dict[str, set[str]] = {}
    ids: dict[str, str] = {}
    for row in rows:
        number = ids.setdefault(row["evidence_text"], str(len(ids)))
        every.setdefault(row["claim"], set()).add(number)
        if row["label"] != "NOT_ENOUGH_INFO":
            own.setdefault(row["claim"], set()).add(number)
    return own, {number: text for text, number in ids.items()}, every


def _told(index: Index, ranked: Sequence[SentenceMatch]) -> list[str]:
    numbers = dict.fromkeys(one.document for one in ranked)
    return [index.store.source(number).record or "" for number in numbers]


def _figures(name: str, way: str, found: Sequence[list[str]], own: Sequence[set[str]]) -> Ranked:
    pairs = [(ranking[:DEPTH], keys) for ranking, keys in zip(found, own, strict=True)]
    return Ranked(
        name,
        way,
        len(own),
        mean([float(bool(keys & set(top))) for top, keys in pairs]),
        mean([len(keys & set(top)) / len(keys) for top, keys in pairs]),
    )


def _library(rows: Sequence[dict[str, Any]], folder: Path) -> Index:
    (folder / "documents").mkdir(parents=True, exist_ok=True)
    lines = "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)
    (folder / "documents" / "corpus.jsonl").write_text(lines, encoding="utf-8", newline="\n")
    print(f"{folder.name}: ingest", file=sys.stderr, flush=True)
    make(folder / "documents", folder / "library")
    return Index.open(folder / "library")


# in lines -------------------------------------------------------------------------------------------------------------


def told(found: Sequence[Pages], labelled: Sequence[Labelled], ranked: Sequence[Ranked]) -> str:
    """A table each."""
    cited = [
        [one.label, str(one.claims), *(f"{value:.3f}" for value in (one.recall, one.every, one.first)), _goal(one)]
        for one in found
    ]
    among = [[one.name, one.way, str(one.claims), f"{one.hit:.3f}", f"{one.recall:.3f}"] for one in ranked]
    labels = [
        [
            one.name,
            one.evidence,
            str(one.sentences),
            *(f"{value:.3f}" for value in (one.found, one.differs, one.missing, one.partly, one.disputed)),
        ]
        for one in labelled
    ]
    statuses = ["set", "its evidence", "sentences", "found", "differs", "not found", "partly", "disputed"]
    header = ["wice", "claims", "recall in top 5", "of all sets", "first", "goal"]
    ways = ["set", "by", "claims", "own evidence in top 10", "share of it"]
    return "\n\n".join([table(header, cited), table(statuses, labels), table(ways, among)])


def _goal(one: Pages) -> str:
    return f"≥ {GOAL:.2f} {'yes' if one.recall >= GOAL else 'NO'}" if one.label == "SUPPORTS" else ""
