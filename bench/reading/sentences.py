"""Measures where the real splitter ends sentences and which lines the real reader takes for headings, against human
annotations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.sets import DataError, find, records
from index.text.segmentation import sentences
from index.types import Span
from ingest.boilerplate.text_units import fold
from ingest.readers.plain import sections_of

FOLDER = "cleaning"
GOAL = 0.92  # F1 of sentence ends


@dataclass(frozen=True, slots=True)
class MarkCounts:
    """``gold``: annotated marks; ``found``: marks that the program sets; ``right``: those that are in both."""

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
    """``rules``: how many hand-made edge cases are split as expected, and how many there are."""

    ends: MarkCounts
    headings: MarkCounts
    rules: tuple[int, int]


def measure(data: Path) -> Splitting:
    """All three sets below ``data/cleaning``. Raises DataError."""
    folder = data / FOLDER
    try:
        ends = _ends(records(find(folder / "ud_ewt_sentences", "dev.jsonl")))
        headings = _headings(records(find(folder / "gum_structure", "docs.jsonl")))
        rules = [_passes(rule) for rule in records(find(folder / "pragmatic_segmenter_en", "rules.jsonl"))]
    except (KeyError, TypeError, ValueError) as error:
        raise DataError(f"The sets in {folder} are not as described ({type(error).__name__}: {error}).") from error
    return Splitting(ends, headings, (sum(rules), len(rules)))


def rebuilt(row: Mapping[str, Any]) -> tuple[str, set[int]]:
    """The text of a document, with a blank line between paragraphs, and the offsets at which its sentences end."""
    text, ends = "", set[int]()
    for sentence, starts, space in zip(row["sentences"], row["par_start"], row["space_after"], strict=True):
        if starts and text:
            text = text.rstrip() + "\n\n"
        text += sentence
        ends.add(len(text.rstrip()))
        text += " " if space else ""
    return text, ends


def _ends(rows: Iterable[Mapping[str, Any]]) -> MarkCounts:
    documents = gold = found = right = 0
    for row in rows:
        text, expected = rebuilt(row)
        marks = {span.end for span in sentences(text, Span(0, len(text)))}
        documents, gold, found, right = (
            documents + 1,
            gold + len(expected),
            found + len(marks),
            right + len(marks & expected),
        )
    return MarkCounts("ud_ewt_sentences", documents, gold, found, right)


def _headings(rows: Iterable[Mapping[str, Any]]) -> MarkCounts:
    """The headings of sections in plain text with a blank line between blocks, against the annotated ones."""
    documents = gold = found = right = 0
    for row in rows:
        blocks = row["blocks"]
        text = "\n\n".join(block["text"] for block in blocks)
        expected = [fold(block["text"]) for block in blocks if block["type"] == "head"]
        headings = list(dict.fromkeys(_section_headings(text)))
        documents, gold, found = documents + 1, gold + len(expected), found + len(headings)
        right += sum(heading in expected for heading in headings)
    return MarkCounts("gum_structure", documents, gold, found, right)


def _section_headings(text: str) -> Iterator[str]:
    for section in sections_of(text):
        yield from map(fold, (section.heading or "").split(" › ") if section.heading else ())


def _passes(rule: Mapping[str, Any]) -> bool:
    text: str = rule["text"]
    expected: Sequence[str] = [" ".join(sentence.split()) for sentence in rule["expected"]]
    return [" ".join(text[start:end].split()) for start, end in sentences(text, Span(0, len(text)))] == expected
