"""Compared sources as a table to export: two of them sentence by sentence, or many question by question."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from index.compare import answer_table
from index.compare.sources import ComparedSide, Comparison, Pair, Relation, folded
from index.output import export, export_record
from index.output.citations import CitationStyle, Citing
from index.output.csl import Keys
from index.output.export import ExportCell, ExportTable
from index.types import Confidence, Document, Section, Source, Span

TITLES = {Relation.DIFFERS: "They differ", Relation.SAME: "Both say the same", Relation.SIMILAR: "Both speak of it"}
"""How people read the relations of sure pairs, in the order in which they are listed."""

FAR = "Both speak of it, worded too differently to compare"
"""How people read the sure pairs of which no differences were asked."""

LOOSE = "Also on this"
"""How people read the pairs that are not sure."""

_DISPUTES = 20  # listed for one question


def comparison_table(
    comparison: Comparison,
    left: Document,
    right: Document,
    when: str,
    style: CitationStyle = CitationStyle.PLAIN,
    keys: Keys | None = None,
) -> ExportTable:
    """The pairs that differ, the other pairs, then the sentences that only one side has. ``when``: an ISO time;
    ``keys``: of BibTeX, by source id."""
    sides = [f"{name}: {_about(side)}" for name, side in (("Left", comparison.left), ("Right", comparison.right))]
    sources = [left.source, right.source]
    citing = Citing.of(sources, style, keys)
    rows = list(_pair_rows(comparison, left, right, citing))
    provenance = export.provenance(when, comparison.generation, comparison.model, comparison.settings)
    columns = ("What", "Left", "Right", "Differs")
    notes, record = [*sides, comparison.verdict, *comparison.notes], export_record.comparison_record(comparison, when)
    return ExportTable(
        "Two sources compared",
        *(columns, rows, provenance, notes, record, _entries(citing, sources)),
        cited=citing.as_markdown,
    )


def titled_entries(comparison: Comparison) -> Iterator[tuple[str, list[tuple[Pair, ...]]]]:
    """Each title with its entries, the likeliest first; pairs that repeat a sentence are one entry."""
    ranked = sorted(comparison.pairs, key=lambda pair: -pair.similarity)
    for relation, title in TITLES.items():
        yield title, folded([pair for pair in ranked if pair.sure and pair.compared and pair.relation is relation])
    yield FAR, folded([pair for pair in ranked if pair.sure and not pair.compared])
    yield LOOSE, folded([pair for pair in ranked if not pair.sure])


def _pair_rows(
    comparison: Comparison, left: Document, right: Document, citing: Citing
) -> Iterator[tuple[str, list[ExportCell]]]:
    for title, entries in titled_entries(comparison):
        for entry in entries:
            for number, pair in enumerate(entry):
                before = entry[number - 1] if number else None
                notes = "; ".join(
                    difference.note + " (compatible)" * difference.compatible for difference in pair.differences
                )
                cells = (
                    ExportCell() if before and before.left == pair.left else _quotation(left, pair.left, citing),
                    ExportCell() if before and before.right == pair.right else _quotation(right, pair.right, citing),
                )
                yield title, [*cells, ExportCell(notes)]
    for span in comparison.left.only:
        yield "Left, no partner found", [_quotation(left, span, citing), ExportCell(), ExportCell()]
    for span in comparison.right.only:
        yield "Right, no partner found", [ExportCell(), _quotation(right, span, citing), ExportCell()]


def _quotation(document: Document, span: Span, citing: Citing) -> ExportCell:
    following = bisect_right(document.sections, span.start, key=lambda section: section.span.start)
    section = document.sections[following - 1] if following else Section(span)
    return ExportCell(document.text[slice(*span)], citing.cite(document.source, section, span))


def _about(side: ComparedSide) -> str:
    return f"{export.cite(side.source)}. {side.shares}."


def _entries(citing: Citing, sources: Sequence[Source]) -> list[str]:
    """The bibliography. Plain citations have it all in them."""
    return [] if citing.style is CitationStyle.PLAIN else citing.bibliography(sources)


# one question, many sources -------------------------------------------------------------------------------------------


def answers_table(
    table: answer_table.AnswerTable,
    when: str,
    style: CitationStyle = CitationStyle.PLAIN,
    keys: Keys | None = None,
) -> ExportTable:
    """A row for each question, a column for each source, and between them a summary of who answers and who disagrees.
    ``when``: an ISO time; ``keys``: of BibTeX, by source id."""
    citing = Citing.of(table.sources, style, keys)
    columns = ["Question", "Sources", *(export.source_name(source) for source in table.sources)]
    rows = [
        (row.question, [ExportCell(_summary(row, table.asked)), *(_answer(cell, citing) for cell in row.cells)])
        for row in table.rows
    ]
    provenance = export.provenance(when, table.generation, table.model, table.settings)
    record = export_record.answers_record(table, when)
    return ExportTable(
        "Sources asked",
        *(columns, rows, provenance, table.others, record, _entries(citing, table.sources)),
        cited=citing.as_markdown,
    )


def _answer(cell: answer_table.AnswerCell, citing: Citing) -> ExportCell:
    """The sentence of a source that answers."""
    if cell.hit is None:
        return ExportCell("no answer found in it")
    passage = cell.hit.passage
    span = cell.sentence or passage.span
    return ExportCell(passage.slice(span), citing.cite(cell.source, passage, span))


def _summary(row: answer_table.AnswerRow, asked: int) -> str:
    """In how many sources an answer was found, with which confidence, and which disagree."""
    names = [f"“{export.source_name(cell.source)}”" for cell in row.cells]
    found = row.count(asked)
    sentences = [f"{found[0].upper()}{found[1:]}."]
    for level in (Confidence.STRONG, Confidence.PLAUSIBLE):
        answering = [
            name for name, cell in zip(names, row.cells, strict=True) if cell.hit and cell.hit.confidence is level
        ]
        sentences += [f"{level.value.capitalize()}: {'; '.join(answering)}."] if answering else []
    agreeing = [group for group in row.groups if len(group) > 1]
    if agreeing and len(row.groups) > 1:
        groups = " | ".join("; ".join(names[column] for column in group) for group in agreeing)
        sentences.append(f"Those that agree: {groups}.")
    disputes = [
        f"{names[dispute.left]} / {names[dispute.right]}: {dispute.difference.note}"
        for dispute in row.disputes[:_DISPUTES]
    ]
    more = [f"and {len(row.disputes) - _DISPUTES} more"] if len(row.disputes) > _DISPUTES else []
    if disputes:
        sentences.append(f"They differ: {'; '.join([*disputes, *more])}.")
    return " ".join(sentences)
