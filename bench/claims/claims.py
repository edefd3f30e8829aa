"""Measures whether the sentences that are evidence for or against a claim rank first, and how claims are labelled."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.library import make
from bench.metrics import auroc, mean
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
_CHECKED_CLAIMS = 200  # of climate_fever
GOAL = 0.80
"""Recall of wice's supporting sentences in the first ``TOP``, on supported claims."""


@dataclass(frozen=True, slots=True)
class CitedPages:
    """Claims with one label, each searched in the page that it cites; means over the claims.

    ``recall``: of the sentences of its best supporting set; ``every``: of the sentences of all its supporting sets;
    ``first``: share of claims whose first sentence is a supporting one.
    """

    label: str
    claims: int
    recall: float
    every: float
    first: float


@dataclass(frozen=True, slots=True)
class Labelled:
    """Shares of statuses for the sentences of claims, checked in a library *with* and *without* their evidence.

    Of wice only supported claims are checked, so ``differs`` with the evidence is a false alarm there. Of the found
    sentences, ``partly`` have a figure, date or name that no passage has; on ``disputed`` ones the sources disagree.
    """

    name: str
    evidence: str
    sentences: int
    found: float
    differs: float
    missing: float
    partly: float
    disputed: float


@dataclass(frozen=True, slots=True)
class Parting:
    """``auroc``: of ``Finding.lacking``, between partly supported and supported claims of a half; ``supported_told``
    and ``partly_told``: the share of either of which something is told as not in the passages."""

    half: str
    supported: int
    partly: int
    auroc: float
    supported_told: float
    partly_told: float


@dataclass(frozen=True, slots=True)
class Ranked:
    """``hit``: share of claims with some of their evidence among the first ten; ``recall``: mean share of it there."""

    name: str
    way: str
    claims: int
    hit: float
    recall: float


# a claim and the page that it cites -----------------------------------------------------------------------------------


def pages(data: Path, work: Path) -> list[CitedPages]:
    """The figures of each label. Each page of wice is a source, and each claim is searched in its own page alone.

    Raises DataError.
    """
    rows = list(records(find(data / "claims" / "wice", "claims.jsonl")))
    index = _library([{"_id": row["id"], "text": row["evidence_text"]} for row in rows], work / "wice")
    source = {document.record: document.id for document, _, _ in index.store.documents.sources()}
    by_label: dict[str, list[tuple[float, float, float]]] = {}
    for row in rows:
        if any(row["supporting_sets"]) and row["id"] in source:
            ranked = sentences(index, row["claim"], Filter(sources=(source[row["id"]],)))
            by_label.setdefault(row["label"], []).append(scores(ranked, row))
    groups = sorted(by_label.items())
    return [CitedPages(label, len(group), *map(mean, zip(*group, strict=True))) for label, group in groups]


def parting(data: Path, work: Path) -> list[Parting]:
    """How well what is told as lacking parts wice's supported from its partly supported claims. Raises DataError."""
    rows = list(records(find(data / "claims" / "wice", "claims.jsonl")))
    index = _library([{"_id": row["id"], "text": row["evidence_text"]} for row in rows], work / "wice")
    halves: dict[str, dict[str, list[Finding]]] = {
        name: {"SUPPORTS": [], "PARTIAL": []} for name in ("first", "second")
    }
    for number, row in enumerate(row for row in rows if row["label"] in ("SUPPORTS", "PARTIAL")):
        findings = check_draft(index, Draft(row["claim"])).findings
        halves["second" if number % 2 else "first"][row["label"]] += findings
    return [_parting(name, *groups.values()) for name, groups in halves.items()]


def _parting(half: str, supported: Sequence[Finding], partly: Sequence[Finding]) -> Parting:
    lacking = ([finding.lacking for finding in group] for group in (partly, supported))
    told = (mean([float(bool(finding.missing_spans)) for finding in group]) for group in (supported, partly))
    return Parting(half, len(supported), len(partly), auroc(*lacking), *told)


def labels(data: Path, work: Path) -> list[Labelled]:
    """The statuses that a checked draft gives to claims, with and without their own evidence. Raises DataError."""
    rows = list(records(find(data / "claims" / "wice", "claims.jsonl")))
    cited = [(row["claim"], {row["id"]}) for row in rows if row["label"] == "SUPPORTS"]
    pages = _library([{"_id": row["id"], "text": row["evidence_text"]} for row in rows], work / "wice")
    name = "climate_fever"
    own, texts, listed = _claims(records(find(data / "claims" / name, SETS[name])))
    evidence_library = _library([{"_id": key, "text": text} for key, text in texts.items()], work / name)
    disputed = [(claim, listed[claim]) for claim in list(own)[:_CHECKED_CLAIMS]]
    return [*_labels("wice", pages, cited), *_labels(name, evidence_library, disputed)]


def _labels(name: str, index: Index, claims: Sequence[tuple[str, set[str]]]) -> Iterator[Labelled]:
    """The figures with and without evidence. ``claims``: each with the ids of its evidence."""
    source = {document.record: document.id for document, _, _ in index.store.documents.sources()}
    for evidence, without in (("with", False), ("without", True)):
        findings: list[Finding] = []
        for claim, own in claims:
            left_out = tuple(source[record] for record in own if record in source) if without else ()
            findings += check_draft(index, Draft(claim), Filter(without=left_out)).findings
        yield _labelled(name, evidence, findings)


def _labelled(name: str, evidence: str, findings: Sequence[Finding]) -> Labelled:
    statuses = [finding.status for finding in findings if finding.status is not FindingStatus.NOT_CHECKABLE]
    shares = [
        statuses.count(status) / max(1, len(statuses))
        for status in (FindingStatus.FOUND, FindingStatus.DIFFERS, FindingStatus.NOT_FOUND)
    ]
    supported = [finding for finding in findings if finding.status is FindingStatus.FOUND]
    partly = sum(bool(finding.missing_spans) for finding in supported)
    disputed = sum(bool(finding.disagreeing_evidence) for finding in supported)
    parts = (count / max(1, len(supported)) for count in (partly, disputed))
    return Labelled(name, evidence, len(statuses), *shares, *parts)


def sentences(index: Index, claim: str, where: Filter) -> list[SentenceMatch]:
    """The sentences of the admitted sources that match a claim, the best first."""
    query = Query.plain(claim)
    (scored,) = index.rank([query], where=where)
    return sentence_matches(index, query, scored)


def scores(ranked: Sequence[SentenceMatch], row: dict[str, Any]) -> tuple[float, float, float]:
    """Recall of the best supporting set, recall of all sets, and 1 when the first sentence is supporting, else 0."""
    lines = spans(row["evidence_text"])
    top = {number for match in ranked[:TOP] for number in _lines(match.sentence, lines)}
    sets = [set(numbers) for numbers in row["supporting_sets"] if numbers]
    union = set().union(*sets)
    first = bool(ranked) and any(number in union for number in _lines(ranked[0].sentence, lines))
    return max(len(numbers & top) / len(numbers) for numbers in sets), len(union & top) / len(union), float(first)


def spans(text: str) -> list[Span]:
    """The spans of a page's lines, which are its sentences in the numbering of the set."""
    lines, start = [], 0
    for line in text.split("\n"):
        lines.append(Span(start, start + len(line)))
        start += len(line) + 1
    return lines


def _lines(sentence: Span, lines: Sequence[Span]) -> Iterator[int]:
    """The numbers of the lines that overlap with a sentence by at least half of the shorter of the two."""
    for number, line in enumerate(lines):
        shared = min(sentence.end, line.end) - max(sentence.start, line.start)
        if shared > 0 and 2 * shared >= min(sentence.end - sentence.start, line.end - line.start):
            yield number


# a claim among all evidence -------------------------------------------------------------------------------------------


def evidence(data: Path, work: Path) -> list[Ranked]:
    """How well claims find their evidence in a library of all evidence of their set, for each way of ranking.

    The ways are by words, by meaning, by both, and in the order that a checked draft shows. Raises DataError.
    """
    folder = data / "claims"
    return [ranked for name, file in SETS.items() for ranked in _ranked(name, folder / name, file, work / name)]


def _ranked(name: str, folder: Path, file: str, work: Path) -> Iterator[Ranked]:
    own, texts, _ = _claims(records(find(folder, file)))
    index = _library([{"_id": key, "text": text} for key, text in texts.items()], work)
    queries = [Query.plain(claim) for claim in own]
    for way in (By.WORDS, By.MEANING, By.BOTH):
        rankings = [documents(answer.hits) for answer in index.search_many(queries, DEPTH, way)]
        yield _figures(name, way.value, rankings, list(own.values()))
    pairs = zip(queries, index.rank(queries), strict=True)
    rankings = [_documents_of(index, sentence_matches(index, *pair)) for pair in pairs]
    yield _figures(name, "check", rankings, list(own.values()))


def _claims(rows: Iterable[dict[str, Any]]) -> tuple[dict[str, set[str]], dict[str, str], dict[str, set[str]]]:
    """The ids of the evidence for or against each claim, the texts of all evidence by id, and the ids of all texts that
    are listed with each claim."""
    own: dict[str, set[str]] = {}
    listed: dict[str, set[str]] = {}
    ids: dict[str, str] = {}
    for row in rows:
        number = ids.setdefault(row["evidence_text"], str(len(ids)))
        listed.setdefault(row["claim"], set()).add(number)
        if row["label"] != "NOT_ENOUGH_INFO":
            own.setdefault(row["claim"], set()).add(number)
    return own, {number: text for text, number in ids.items()}, listed


def _documents_of(index: Index, ranked: Sequence[SentenceMatch]) -> list[str]:
    numbers = dict.fromkeys(match.document for match in ranked)
    return [index.store.documents.source(number).record or "" for number in numbers]


def _figures(name: str, way: str, rankings: Sequence[list[str]], own: Sequence[set[str]]) -> Ranked:
    pairs = [(ranking[:DEPTH], keys) for ranking, keys in zip(rankings, own, strict=True)]
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


# as text ------------------------------------------------------------------------------------------------------------


def as_text(
    pages: Sequence[CitedPages], labelled: Sequence[Labelled], partings: Sequence[Parting], ranked: Sequence[Ranked]
) -> str:
    """A table for each kind of figures."""
    page_rows = [
        [row.label, str(row.claims), *(f"{value:.3f}" for value in (row.recall, row.every, row.first)), _goal(row)]
        for row in pages
    ]
    evidence_rows = [[row.name, row.way, str(row.claims), f"{row.hit:.3f}", f"{row.recall:.3f}"] for row in ranked]
    status_rows = [
        [
            row.name,
            row.evidence,
            str(row.sentences),
            *(f"{value:.3f}" for value in (row.found, row.differs, row.missing, row.partly, row.disputed)),
        ]
        for row in labelled
    ]
    statuses = ["set", "its evidence", "sentences", "found", "differs", "not found", "partly", "disputed"]
    header = ["wice", "claims", "recall in top 5", "of all sets", "first", "goal"]
    ways = ["set", "by", "claims", "own evidence in top 10", "share of it"]
    columns = ["wice, half", "supported", "partly", "AUROC of what is lacking", "supported told", "partly told"]
    parting_rows = [
        [row.half, str(row.supported), str(row.partly)]
        + [f"{value:.3f}" for value in (row.auroc, row.supported_told, row.partly_told)]
        for row in partings
    ]
    tables = (header, page_rows), (statuses, status_rows), (columns, parting_rows), (ways, evidence_rows)
    return "\n\n".join(table(*part) for part in tables)


def _goal(pages: CitedPages) -> str:
    return f"≥ {GOAL:.2f} {'yes' if pages.recall >= GOAL else 'NO'}" if pages.label == "SUPPORTS" else ""
