"""Where sentences end, and which lines are headings: the real splitter and the real reader against human marks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.sets import DataError, find, records
from index.text.segmentation import sentences
from index.types import Span
from ingest.boilerplate.units import folded
from ingest.readers.plain import sections_of

FOLDER = "cleaning"
GOAL = 0.92


@dataclass(frozen=True, slots=True)
class Marks:
    """``found`` marks beside ``gold`` ones, of which ``right`` are the same."""

    name: str
    documents: int
    gold: int
    found: int
    right: int

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        return self.right / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        return 2 * self.right / (self.gold + self.found) if self.gold + self.found else 0.0


@dataclass(frozen=True, slots=True)
class Splitting:
    """``rules``: of how many hand-made edge cases all sentences come out as they should, and of how many there are."""

    ends: Marks
    headings: Marks
    rules: tuple[int, int]


def measure(data: Path) -> Splitting:
    """Raises DataError."""
    folder = data / FOLDER
    try:
        ends = _ends(records(find(folder / "ud_ewt_sentences", "dev.jsonl")))
        headings = _headings(records(find(folder / "gum_structure", "docs.jsonl")))
        rules = [_passes(rule) for rule in records(find(folder / "pragmatic_segmenter_en", "rules.jsonl"))]
    except (KeyError, TypeError, ValueError) as error:
        raise DataError(f"The sets in {folder} are not as described ({type(error).__name__}: {error}).") from error
    return Splitting(ends, headings, (sum(rules), len(rules)))


def rebuilt(row: Mapping[str, Any]) -> tuple[str, set[int]]:
    """A document as its writer typed it, with a blank line between paragraphs, and where its sentences end."""
    text, ends = "", set[int]()
    for sentence, starts, space in zip(row["sentences"], row["par_start"], row["space_after"], strict=True):
        if starts and text:
            text = text.rstrip() + "\n\n"
        text += sentence
        ends.add(len(text.rstrip()))
        text += " " if space else ""
    return text, ends


def _ends(rows: Iterable[Mapping[str, Any]]) -> Marks:
    documents = gold = found = right = 0
    for row in rows:
        text, expected = rebuilt(row)
        got = {span.end for span in sentences(text, Span(0, len(text)))}
        documents, gold, found, right = (
            documents + 1,
            gold + len(expected),
            found + len(got),
            right + len(got & expected),
        )
    return Marks("ud_ewt_sentences", documents, gold, found, right)


def _headings(rows: Iterable[Mapping[str, Any]]) -> Marks:
    """Documents as plain text, a blank line between blocks; the headings that sections have, against those marked."""
    documents = gold = found = right = 0
    for row in rows:
        blocks = row["blocks"]
        text = "\n\n".join(block["text"] for block in blocks)
        expected = [folded(block["text"]) for block in blocks if block["type"] == "head"]
        got = list(dict.fromkeys(_parts(text)))
        documents, gold, found = documents + 1, gold + len(expected), found + len(got)
        right += sum(one in expected for one in got)
    return Marks("gum_structure", documents, gold, found, right)


def _parts(text: str) -> Iterator[str]:
    for section in sections_of(text):
        yield from map(folded, (section.heading or "").split(" › ") if section.heading else ())


def _passes(rule: Mapping[str, Any]) -> bool:
    text: str = rule["text"]
    expected: Sequence[str] = [" ".join(one.split()) for one in rule["expected"]]
    return [" ".join(text[start:end].split()) for start, end in sentences(text, Span(0, len(text)))] == expected
