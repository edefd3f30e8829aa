"""Sources compared, as a table to take along: two sentence by sentence, or many question by question."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from index.compare import answer_table
from index.compare.sources import ComparedSide, Comparison, Relation
from index.output import export
from index.output.export import ExportCell, ExportTable
from index.types import Confidence, Document, Section, Span

TITLES = {Relation.DIFFERS: "They differ", Relation.SAME: "Both say the same", Relation.SIMILAR: "Both speak of it"}
_DISPUTES = 20  # told of one question


def pairs(found: Comparison, left: Document, right: Document, when: str) -> ExportTable:
    """The pairs that differ, then the others, then what only one side says."""
    told = [f"{name}: {_about(half)}" for name, half in (("Left", found.left), ("Right", found.right))]
    made = export.provenance(when, found.generation, found.model, found.settings)
    columns = ("What", "Left", "Right", "Differs")
    return ExportTable("Two sources compared", columns, list(_pairs(found, left, right)), made, [*told, *found.notes])


def _pairs(found: Comparison, left: Document, right: Document) -> Iterator[tuple[str, list[ExportCell]]]:
    for relation, title in TITLES.items():
        for pair in found.pairs:
            if pair.relation is relation:
                notes = "; ".join(one.note + " (compatible)" * one.compatible for one in pair.differences)
                yield title, [_quoted(left, pair.left), _quoted(right, pair.right), ExportCell(notes)]
    for span in found.left.only:
        yield "Only the left", [_quoted(left, span), ExportCell(), ExportCell()]
    for span in found.right.only:
        yield "Only the right", [ExportCell(), _quoted(right, span), ExportCell()]


def _quoted(document: Document, span: Span) -> ExportCell:
    place = bisect_right(document.sections, span.start, key=lambda one: one.span.start)
    section = document.sections[place - 1] if place else Section(span)
    return ExportCell(document.text[slice(*span)], export.cite(document.source, section, span))


def _about(half: ComparedSide) -> str:
    shares = f"{half.coverage:.0%} of its sentences have a partner; {half.share:.0%} of it is reused."
    return f"{export.cite(half.source)}. {shares}"


# one question, many sources -------------------------------------------------------------------------------------------


def questions(found: answer_table.AnswerTable, when: str) -> ExportTable:
    """A question a row, a source a column; who says something and who disagrees stands between."""
    columns = ["Question", "Sources", *(export.name(one) for one in found.sources)]
    rows = [(row.question, [ExportCell(_voices(row)), *map(_said, row.cells)]) for row in found.rows]
    made = export.provenance(when, found.generation, found.model, found.settings)
    return ExportTable("Sources asked", columns, rows, made, found.others)


def _said(cell: answer_table.AnswerCell) -> ExportCell:
    """The sentence that answers best, and what lies between it and the value asked for."""
    if cell.hit is None:
        return ExportCell("says nothing on it")
    passage = cell.hit.passage
    key = cell.hit.key_sentence or passage.span
    cue = cell.value or key
    span, base = Span(min(key.start, cue.start), max(key.end, cue.end)), passage.span.start
    return ExportCell(passage.text[span.start - base : span.end - base], export.cite(cell.source, passage, span))


def _voices(row: answer_table.AnswerRow) -> str:
    names = [f"“{export.name(cell.source)}”" for cell in row.cells]
    own = f", {row.independent} independent" if row.independent < row.saying else ""
    told = [f"{row.saying} of {len(names)} say something on it{own}."]
    for sure in (Confidence.STRONG, Confidence.PLAUSIBLE):
        those = [name for name, cell in zip(names, row.cells, strict=True) if cell.hit and cell.hit.confidence is sure]
        told += [f"{sure.value.capitalize()}: {'; '.join(those)}."] if those else []
    if len(row.groups) > 1:
        groups = " | ".join("; ".join(names[place] for place in group) for group in row.groups)
        told.append(f"Those that do not disagree: {groups}.")
    notes = [f"{names[one.left]} / {names[one.right]}: {one.difference.note}" for one in row.disputes[:_DISPUTES]]
    more = [f"and {len(row.disputes) - _DISPUTES} more"] if len(row.disputes) > _DISPUTES else []
    return " ".join([*told, *([f"They differ: {'; '.join([*notes, *more])}."] if notes else [])])
