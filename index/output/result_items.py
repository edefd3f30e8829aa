"""A result as items that can be compared with those of a later one: what each is, and how it stood.

A result is what ``search``, ``check`` or ``compare`` wrote with ``--json``, or the record of an exported file, which
has digests in place of texts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from index.errors import ReadError
from index.output.export_record import digest

Result = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Item:
    """One part of a result. ``key``: what it is, the same in every result; ``state``: how it stood; ``label``: the
    words of it that are known, for a person; ``place``: source, first and last character of a passage, else None."""

    key: tuple[str, ...]
    state: tuple[Any, ...]
    label: str
    place: tuple[str, int, int] | None = None


@dataclass(frozen=True, slots=True)
class Changes:
    """Two results compared: how many items are the same; those that stand otherwise, before and after; those that are
    gone; those that are new; and passages in whose place others stand, before and after."""

    same: int
    moved: Sequence[tuple[Item, Item]]
    gone: Sequence[Item]
    new: Sequence[Item]
    replaced: Sequence[tuple[Item, Item]] = ()

    @property
    def is_same(self) -> bool:
        return not (self.moved or self.gone or self.new or self.replaced)


_RECORDED = {"search": "search", "check": "check", "compare": "sources", "quotations": "quotations"}
"""The kinds of records, see ``export_record``."""


def kind_of(result: Result) -> str:
    """*search*, *check*, *sources* (two compared), *question* or *quotations*. Raises ReadError for anything else."""
    if "questions" in result:
        return "question"
    named = _RECORDED.get(str(result.get("kind")), "")
    parts = {"hits": "search", "sentences": "check", "pairs": "sources"}
    kind = named or next((kind for part, kind in parts.items() if part in result), "")
    if not kind:
        raise ReadError("This is no result that can be asked again. Give one of search, check or compare.")
    return kind


def items_of(result: Result) -> list[Item]:
    """The items of a result, in order; no two have one key. Raises ReadError for a result that is damaged."""
    try:
        return list(_numbered(_ITEMS[kind_of(result)](result)))
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise ReadError("A part of this result cannot be read. Write it again, with --json or as an export.") from error


def changes(before: Sequence[Item], after: Sequence[Item]) -> Changes:
    """What became of the items of one result in another."""
    old, new = ({item.key: item for item in items} for items in (before, after))
    both = [(item, new[item.key]) for item in before if item.key in new]
    moved = [(first, second) for first, second in both if first.state != second.state]
    gone = [item for item in before if item.key not in new]
    added = [item for item in after if item.key not in old]
    replaced = list(_replaced(gone, added))
    taken = {id(item) for pair in replaced for item in pair}
    gone, added = ([item for item in items if id(item) not in taken] for items in (gone, added))
    return Changes(len(both) - len(moved), moved, gone, added, replaced)


def _replaced(gone: Iterable[Item], added: Sequence[Item]) -> Iterator[tuple[Item, Item]]:
    """Each passage that is gone with the new one of its source that stands, by more than half, in its place."""
    remaining = list(added)
    for item in gone:
        best = max(remaining, key=lambda other: _overlap(item, other), default=None)
        if best is not None and _overlap(item, best) > 1 / 2:
            remaining.remove(best)
            yield item, best


def _overlap(left: Item, right: Item) -> float:
    """The share of the longer of two passages of one source that both take up; 0 for others."""
    if left.place is None or right.place is None or left.place[0] != right.place[0]:
        return 0.0
    (_, *first), (_, *second) = left.place, right.place
    common = min(first[1], second[1]) - max(first[0], second[0])
    return max(0, common) / max(first[1] - first[0], second[1] - second[0], 1)


def _numbered(items: Iterable[Item]) -> Iterator[Item]:
    """The items with a number in their keys, as one text may occur several times."""
    count: Counter[tuple[str, ...]] = Counter()
    for item in items:
        count[item.key] += 1
        yield replace(item, key=(*item.key, str(count[item.key])))


def _hits(result: Result) -> Iterator[Item]:
    """A hit is the words of a source; it stands at a rank and in its place."""
    for rank, hit in enumerate(result["hits"] if "hits" in result else result["results"], 1):
        is_json = isinstance(hit["source"], dict)
        source = hit["source"]["id"] if is_json else hit["source"]
        text = digest(hit["text"]) if is_json else hit["text"]
        label = f"source {source}{': ' + hit['text'] if is_json else ''}"
        place = (str(source), int(hit["start"]), int(hit["end"]))
        yield Item((source, text), (f"rank {rank}", *place[1:]), label, place)


def _quotations(result: Result) -> Iterator[Item]:
    """A slice of a source; its words are there, or others are."""
    for row in result["results"]:
        where = f"source {row['source']}, characters {row['start']} to {row['end']}"
        yield Item((row["source"], str(row["start"]), str(row["end"])), (row["text"],), where)


def _sentences(result: Result) -> Iterator[Item]:
    """A sentence of a draft; it has a status."""
    if "sentences" in result:
        for row in result["sentences"]:
            yield Item((digest(row["text"]),), (row["status"],), row["text"])
        return
    for number, row in enumerate(result["results"], 1):
        yield Item((row["sentence"],), (row["status"],), f"sentence {number}")


def _pairs(result: Result) -> Iterator[Item]:
    """A pair of sentences of two sources; they agree or differ."""
    for pair in result["pairs"] if "pairs" in result else result["results"]:
        spans = ["–".join(map(str, pair[side])) for side in ("left", "right")]
        yield Item(tuple(spans), (pair["relation"], pair["sure"]), f"characters {spans[0]} and {spans[1]}")


def _answers(result: Result) -> Iterator[Item]:
    """The answer of a source to a question; it has words."""
    if "results" in result:
        for row in result["results"]:
            question = result["questions"][row["question"]]
            yield Item((question, row["source"]), (row["text"],), f"“{question}”, source {row['source']}")
        return
    for row in result["questions"]:
        for cell in row["cells"]:
            if cell["hit"]:
                start, end = cell["sentence"] or (cell["hit"]["start"], cell["hit"]["end"])
                first = cell["hit"]["start"]
                words = cell["hit"]["text"][start - first : end - first]
                label = f"“{row['question']}”, source {cell['source']}"
                yield Item((row["question"], cell["source"]), (digest(words),), label)


_ITEMS: Mapping[str, Callable[[Result], Iterator[Item]]] = {
    "search": _hits,
    "check": _sentences,
    "sources": _pairs,
    "question": _answers,
    "quotations": _quotations,
}
