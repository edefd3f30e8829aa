"""A checked draft as a file: with footnotes as Markdown or Word, or as a table of sentences by sources.

Each file lists what the draft was checked with. No finding is called true.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice

from index.check.draft import DraftCheck, Evidence, Finding, QuoteFinding
from index.check.marks import Mark, MarkStatus, sentence_key
from index.check.sentences import SentenceKind
from index.output import docx, export, export_record
from index.output.citations import CitationStyle, Citing
from index.output.csl import Keys
from index.output.docx import Footnote, Paragraph
from index.output.draft_lines import lines_of
from index.output.export import ExportCell, ExportTable
from index.text import escaping, is_markdown, without_signs
from index.types import Source

_PLAIN = Citing()
_QUOTED_SOURCES = 2  # named for a quotation in a footnote
_HEADINGS: Sequence[docx.Style] = ("Heading1", "Heading2", "Heading3")

Marks = Mapping[bytes, Mark]
"""The person's marks by the keys of their sentences."""


def about(checked: DraftCheck, when: str) -> list[tuple[str, str]]:
    """What was checked, when, and with what, as names and values; last a note to the reader. ``when``: an ISO time."""
    return [
        ("Draft", checked.draft.title or _first_line(checked.draft.text)),
        ("Sentences", checked.summary),
        *export.provenance(when, checked.generation, checked.model, checked.settings),
        ("Note", "Found means that a source says something near it, not that it is so. Read the passages."),
    ]


def _first_line(text: str) -> str:
    return escaping.line(text.strip().partition("\n")[0]).lstrip("# ")[:80]


# footnotes ------------------------------------------------------------------------------------------------------------


def footnote(finding: Finding, mark: Mark | None, citing: Citing = _PLAIN) -> str:
    """The finding for a sentence as one paragraph; empty for a sentence with nothing to check and no mark."""
    parts = []
    if finding.sentence.kind is not SentenceKind.OTHER:
        parts.append(f"{finding.label.capitalize()}.")
        parts += [quotation_note(quote) for quote in finding.quotes]
        parts += [f"{escaping.line(f'{aside[0].upper()}{aside[1:]}')}." for aside in finding.remarks]
    parts += [cited_evidence(evidence, citing) for evidence in finding.leading_evidence]
    if mark:
        parts.append(f"My mark: {mark.status.label}{f' ({escaping.line(mark.note)})' if mark.note else ''}.")
    return " ".join(parts)


def quotation_note(quote: QuoteFinding) -> str:
    """A quotation, whether it stands in the sources, in which, what is changed in it, and what is to be noted."""
    located = quote.located
    sources = "; ".join(f"“{location.source.label}”" for location in islice(located.matches, _QUOTED_SOURCES))
    notes = "; ".join([*(change.note for change in located.changes), *located.notes])
    words, status = escaping.line(quote.quotation.text), located.status.value
    return f"Quotation “{words}” {status}{f' in {sources}' if sources else ''}{f' ({notes})' if notes else ''}."


def cited_evidence(evidence: Evidence, citing: Citing = _PLAIN) -> str:
    """A passage with its citation, and in what it differs."""
    citation = citing.cite(evidence.hit.source, evidence.hit.passage)
    return f"{citation}: “{escaping.line(_quoted(evidence))}”{_differences(evidence)}{_opinion(evidence)}"


def _quoted(evidence: Evidence) -> str:
    """The sentences that were compared, without signs of Markdown."""
    passage = evidence.hit.passage
    own = evidence.span.shifted(-passage.span.start)
    return without_signs(passage.text, own) if is_markdown(evidence.hit.source) else evidence.text


def _opinion(evidence: Evidence) -> str:
    opinion = evidence.opinion
    return f" (opinion of {opinion.model}: {opinion.label}, {opinion.share:.0%})." if opinion else ""


def _differences(evidence: Evidence) -> str:
    counted = (difference for difference in evidence.differences if not difference.compatible)
    notes = "; ".join(difference.summary for difference in counted)
    return f" (differs: {notes})." if notes else ""


def footnotes(checked: DraftCheck, marks: Marks, citing: Citing = _PLAIN) -> list[tuple[int, str]]:
    """The footnotes that are not empty, each with the character of the draft where its sentence ends, in order."""
    notes = [
        (finding.sentence.span.end, footnote(finding, marks.get(sentence_key(finding.sentence.text)), citing))
        for finding in checked.findings
    ]
    return [(end, note) for end, note in notes if note]


def markdown(
    checked: DraftCheck, marks: Marks, when: str, style: CitationStyle = CitationStyle.PLAIN, keys: Keys | None = None
) -> bytes:
    """The draft with its footnotes, and below it what it was checked with. The draft's own text is unchanged but for
    invisible characters and the form of its line ends. ``keys``: of BibTeX, by source id."""
    citing = Citing.of(checked.sources, style, keys)
    pieces, notes, position = [], [], 0
    for number, (end, note) in enumerate(footnotes(checked, marks, citing), 1):
        pieces.append(f"{checked.draft.text[position:end]}[^check-{number}]")
        notes.append(f"[^check-{number}]: {citing.with_keys(note)}")
        position = end
    provenance = "\n".join(f"- {name}: {escaping.markdown(value)}" for name, value in about(checked, when))
    entries = [citing.as_markdown(entry) for entry in _bibliography(checked, citing)]
    entries[:1] = [f"## {heading}" for heading in entries[:1]]
    text = escaping.plain("".join(pieces) + checked.draft.text[position:].rstrip())
    record = export_record.record_comment(export_record.check_record(checked, when))
    return ("\n\n".join([text, "---", *entries, provenance, *notes, record]) + "\n").encode()


def _bibliography(checked: DraftCheck, citing: Citing) -> list[str]:
    """A heading and the entries of the sources; plain citations have it all in them."""
    plain = citing.style is CitationStyle.PLAIN or not checked.sources
    return [] if plain else [export.BIBLIOGRAPHY, *citing.bibliography(checked.sources)]


def word(
    checked: DraftCheck, marks: Marks, when: str, style: CitationStyle = CitationStyle.PLAIN, keys: Keys | None = None
) -> bytes:
    """The same as a Word document, with the table of claims and sources on pages of its own that lie on their sides."""
    ending = (Paragraph([f"{name}: {value}"], "Ending") for name, value in about(checked, when))
    citing = Citing.of(checked.sources, style, keys)
    notes = [(end, Footnote(note)) for end, note in footnotes(checked, marks, citing)]
    body = paragraphs(checked.draft.text, notes)
    heading, *rest = _bibliography(checked, citing) or [""]
    entries = [Paragraph([heading], "Heading2"), *(Paragraph([entry]) for entry in rest)] if heading else []
    tables = word_tables(table(checked, marks, when, style, keys))
    return docx.package([*body, *entries, *ending, *tables], export_record.check_record(checked, when))


def paragraphs(text: str, inserted: Sequence[tuple[int, docx.Part]]) -> Iterator[Paragraph]:
    """A paragraph for each line that is not blank; a Markdown heading becomes a heading. ``inserted``: what stands
    between its characters, with positions in the text, which rise."""
    number = 0
    for (start, end), level in lines_of(text):
        parts: list[docx.Part] = []
        while number < len(inserted) and inserted[number][0] <= end:
            position, part = inserted[number]
            parts += [text[start:position], part]
            start, number = max(start, position), number + 1
        parts.append(text[start:end])
        yield Paragraph(parts, _HEADINGS[min(level, 3) - 1] if level else "Normal")


# sentences by sources -------------------------------------------------------------------------------------------------


_OWN_COLUMNS = ("Kind", "Status", "My mark", "My note", "To look at")


def table(
    checked: DraftCheck, marks: Marks, when: str, style: CitationStyle = CitationStyle.PLAIN, keys: Keys | None = None
) -> ExportTable:
    """A row for each sentence that could be checked, a column for each source that says something on any."""
    citing = Citing.of(checked.sources, style, keys)
    columns = ["Sentence", *_OWN_COLUMNS, *map(export.source_name, checked.sources)]
    rows = [
        (
            finding.sentence.text,
            _cells(
                checked, finding, marks.get(sentence_key(finding.sentence.text)) or Mark(MarkStatus.NOT_CHECKED), citing
            ),
        )
        for finding in checked.findings
        if finding.sentence.kind is not SentenceKind.OTHER
    ]
    *provenance, (_, note) = about(checked, when)
    record = export_record.check_record(checked, when)
    entries = _bibliography(checked, citing)[1:]
    return ExportTable(
        "Claims and sources", columns, rows, provenance, [note], record, entries, cited=citing.as_markdown
    )


def word_tables(claims: ExportTable) -> Iterator[docx.Block]:
    """As many tables as it takes to have no more columns than can be read on paper. What is no source's stands below
    the sentence; the first table has all sentences, the others those on which one of their sources says something."""
    if claims.rows:
        yield docx.Turn()
        yield Paragraph([claims.title], "Heading2")
    own, names, each = len(_OWN_COLUMNS), claims.columns[1:], export.MOST_COLUMNS - 1
    for first in range(own, max(len(names), own + 1) if claims.rows else own, each):
        shown = slice(first, first + each)
        rows = [
            [export.word_cell(ExportCell(cell, "; ".join(part.text for part in cells[:own] if part.text)))]
            + [export.word_cell(part) for part in cells[shown]]
            for cell, cells in claims.rows
            if first == own or any(part.text for part in cells[shown])
        ]
        header = [[Paragraph([escaping.line(name)], "ColumnName")] for name in (claims.columns[0], *names[shown])]
        yield docx.Table([header, *rows])
        yield Paragraph([])


def _cells(checked: DraftCheck, finding: Finding, mark: Mark, citing: Citing) -> list[ExportCell]:
    asides = "; ".join(finding.remarks)
    values = (finding.sentence.kind.value, finding.label, mark.status.label, mark.note, asides)
    return [*map(ExportCell, values), *(_cell(finding, source, citing) for source in checked.sources)]


def _cell(finding: Finding, source: Source, citing: Citing) -> ExportCell:
    """A source's best passage for a sentence, else where it has a quotation of the sentence; empty without either."""
    status = finding.status_in(source.id)
    if status is None:
        return ExportCell()
    counted = finding.differences_in(source.id)
    notes = "; ".join(difference.summary for difference in counted)
    differs = f" (differs: {notes})." if notes else ""
    best = next((evidence for evidence in finding.counted_evidence if evidence.hit.source.id == source.id), None)
    if best is not None:
        return ExportCell(f"{status.value}: {_quoted(best)}{differs}", citing.cite(source, best.hit.passage, best.span))
    locations = (
        location for quote in finding.quotes for location in quote.located.matches if location.source.id == source.id
    )
    return ExportCell(f"{status.value}: {next(locations).text}{differs}")


def _table_file(
    suffix: str,
    checked: DraftCheck,
    marks: Marks,
    when: str,
    style: CitationStyle = CitationStyle.PLAIN,
    keys: Keys | None = None,
) -> bytes:
    return export.TABLE_FORMATS[suffix](table(checked, marks, when, style, keys))


DRAFT_FORMATS: Mapping[str, Callable[..., bytes]] = {
    ".docx": word,
    ".md": markdown,
    ".csv": partial(_table_file, ".csv"),
    ".html": partial(_table_file, ".html"),
}
"""The writer for each suffix of a file: the draft with footnotes, or the table. Each takes the check, the marks, an ISO
time, a style, which is plain where it is left out, and the keys of BibTeX."""
