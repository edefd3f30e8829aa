"""A list of quotations with notes as a file: what a search found, or what a person collected."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from index.output import export, export_record, terminal
from index.output.citations import CitationStyle, Citing, Location
from index.output.copies import format_copies
from index.output.csl import Keys
from index.output.export import ExportCell, ExportTable
from index.output.export_record import Record
from index.types import Answer, Hit, Source, Span


@dataclass(frozen=True, slots=True)
class ExportedQuotation:
    """``text``: as it stands in the source; ``location``: the passage or section that gives page, time and heading;
    ``span``: the characters of the source; ``status``: a line of the program about it."""

    text: str
    source: Source
    location: Location | None = None
    span: Span | None = None
    note: str = ""
    tags: Sequence[str] = ()
    status: str = ""


@dataclass(frozen=True, slots=True)
class QuotationList:
    """``quotations``: in the order in which they are written; ``notes``: what a reader must know first;
    ``provenance``: what it was made with, as names and values; ``record``: see ``export_record``."""

    title: str
    quotations: Sequence[ExportedQuotation]
    provenance: Sequence[tuple[str, str]] = ()
    notes: Sequence[str] = ()
    record: Record = field(default_factory=dict)


def quotations_table(
    listed: QuotationList, style: CitationStyle = CitationStyle.PLAIN, keys: Keys | None = None
) -> ExportTable:
    """The list as a table, with a bibliography. Successive quotations of one source stand under one heading. ``keys``:
    of BibTeX, by source id."""
    sources = [quotation.source for quotation in listed.quotations]
    citing = Citing.of(sources, style, keys)
    rows = [
        (
            export.source_name(quotation.source),
            [
                ExportCell(quotation.text, citing.cite(quotation.source, quotation.location, quotation.span)),
                ExportCell(quotation.status),
                ExportCell(quotation.note),
                ExportCell(", ".join(quotation.tags)),
            ],
        )
        for quotation in listed.quotations
    ]
    return ExportTable(
        listed.title,
        ("Source", "Quotation", "Status", "Note", "Tags"),
        rows,
        listed.provenance,
        listed.notes,
        listed.record,
        citing.bibliography(sources),
        citing.as_markdown,
    )


_WRITERS: Mapping[str, Callable[[ExportTable], bytes]] = {
    **export.TABLE_FORMATS,
    ".html": export.reading_html,
    ".docx": export.reading_word,
}


def write_quotations(
    suffix: str,
    listed: QuotationList,
    style: CitationStyle = CitationStyle.PLAIN,
    keys: Keys | None = None,
) -> bytes:
    """The list as a file of this suffix, one of ``export.TABLE_FORMATS``."""
    return _WRITERS[suffix](quotations_table(listed, style, keys))


# the answer of a search -----------------------------------------------------------------------------------------------


def answer_quotations(answer: Answer, when: str) -> QuotationList:
    """The hits of a search in their order, and how sure they are. ``when``: an ISO time."""
    verdict = terminal.format_verdict(answer) if answer.hits else "No passage matches."
    about = export.provenance(when, answer.generation, answer.model, answer.settings)
    return QuotationList(
        title=f"Search: {answer.query}",
        quotations=[
            ExportedQuotation(
                hit.passage.text, hit.source, hit.passage, hit.passage.span, status=". ".join(_status(hit))
            )
            for hit in answer.hits
        ],
        provenance=[("Query", answer.query), ("Confidence", terminal.CONFIDENCE_LABELS[answer.confidence]), *about],
        notes=[verdict, *terminal.format_hints(answer), *answer.damage],
        record=export_record.search_record(answer, when),
    )


def _status(hit: Hit) -> Iterator[str]:
    yield f"Hit {hit.rank}, {terminal.CONFIDENCE_LABELS[hit.confidence]}"
    yield from format_copies(hit)
