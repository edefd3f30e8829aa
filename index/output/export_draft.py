"""A checked draft to take along: with footnotes as Markdown or Word, and claims × sources as a table.

Each says what it was checked with. What was found is never called true.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice

from index.check.draft import DraftCheck, Evidence, Finding
from index.check.marks import Mark, MarkStatus, sentence_key
from index.check.sentences import SentenceKind
from index.output import docx, export
from index.output.docx import Footnote, Paragraph
from index.output.export import ExportCell, ExportTable
from index.text import escaping
from index.types import Source

_SHOWN = 2  # sources in a footnote
_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(?=\S)")
_HEADINGS: Sequence[docx.Style] = ("Heading1", "Heading2", "Heading3")

Marks = Mapping[bytes, Mark]


def about(checked: DraftCheck, when: str) -> list[tuple[str, str]]:
    """What was checked, when, and with what. ``when`` is an ISO time."""
    counts = ", ".join(f"{count} {status.value}" for status, count in checked.counts.items())
    return [
        (
            "Draft",
            checked.draft.title or escaping.line(checked.draft.text.strip().partition("\n")[0]).lstrip("# ")[:80],
        ),
        ("Sentences", counts),
        *export.provenance(when, checked.generation, checked.model, checked.settings),
        ("Note", "Found means that a source says something near it, not that it is so. Read the passages."),
    ]


def _first_line(text: str) -> str:
    return escaping.line(text.strip().partition("\n")[0]).lstrip("# ")[:80]


# footnotes ------------------------------------------------------------------------------------------------------------


def footnote(one: Finding, mark: Mark | None) -> str:
    """All that was found for a sentence, as one paragraph; empty for one with nothing to check and no mark."""
    parts = []
    if one.sentence.kind is not SentenceKind.OTHER:
        parts.append(f"{one.status.value.capitalize()}.")
        parts += [_quotation(one, number) for number in range(len(one.quotes))]
        parts += [f"{said[0].upper()}{escaping.line(said[1:])}." for said in one.asides]
    parts += [_cited(evidence) for evidence in one.leading]
    if mark:
        parts.append(f"My mark: {mark.status.value}{f' ({escaping.line(mark.note)})' if mark.note else ''}.")
    return " ".join(parts)


def _quotation(one: Finding, number: int) -> str:
    found = one.quotes[number].located
    places = "; ".join(f"“{place.source.label}”" for place in islice(found.places, _SHOWN))
    changes = "; ".join(change.note for change in found.changes)
    return f"Quotation {found.status.value}{f': {places}' if places else ''}{f' ({changes})' if changes else ''}."


def _cited(one: Evidence) -> str:
    citation = export.cite(one.hit.source, one.hit.passage)
    return f"{citation}: “{escaping.line(one.text)}”{_differences(one)}{_opinion(one)}"


def _opinion(one: Evidence) -> str:
    said = one.opinion
    return f" (opinion of {said.model}: {said.label}, {said.share:.0%})." if said else ""


def _differences(one: Evidence) -> str:
    notes = "; ".join(f"{other.kind.value}: {other.note}" for other in one.differences if not other.compatible)
    return f" (differs in {notes})." if notes else ""


def footnotes(checked: DraftCheck, marks: Marks) -> list[tuple[int, str]]:
    """Where in the draft a note belongs, and the note."""
    every = [
        (one.sentence.span.end, footnote(one, marks.get(sentence_key(one.sentence.text)))) for one in checked.findings
    ]
    return [(end, note) for end, note in every if note]


def markdown(checked: DraftCheck, marks: Marks, when: str) -> bytes:
    """The draft as it stands, with footnotes, and what it was checked with at its end."""
    pieces, notes, at = [], [], 0
    for number, (end, note) in enumerate(footnotes(checked, marks), 1):
        pieces.append(f"{checked.draft.text[at:end]}[^check-{number}]")
        notes.append(f"[^check-{number}]: {escaping.markdown(note)}")
        at = end
    told = "\n".join(f"- {name}: {escaping.markdown(value)}" for name, value in about(checked, when))
    text = "".join(pieces) + checked.draft.text[at:].rstrip()
    return ("\n\n".join([text, "---", told, *notes]) + "\n").encode()


def word(checked: DraftCheck, marks: Marks, when: str) -> bytes:
    """The same as a Word document."""
    ending = (Paragraph([f"{name}: {value}"], "Ending") for name, value in about(checked, when))
    return docx.package([*paragraphs(checked.draft.text, footnotes(checked, marks)), *ending])


def paragraphs(text: str, notes: Sequence[tuple[int, str]]) -> Iterator[Paragraph]:
    """Every line that is not blank, with the notes at their places, which rise; a Markdown heading is a heading."""
    at, number = 0, 0
    for line in text.split("\n"):
        heading = _HEADING.match(line)
        start, end = at + (heading.end() if heading else 0), at + len(line)
        parts: list[str | Footnote] = []
        while number < len(notes) and notes[number][0] <= end:
            place, note = notes[number]
            parts += [text[start:place], Footnote(note)]
            start, number = place, number + 1
        parts.append(text[start:end])
        at = end + 1
        if line.strip():
            yield Paragraph(parts, _HEADINGS[min(len(heading[1]), 3) - 1] if heading else "Normal")


# claims × sources -----------------------------------------------------------------------------------------------------


def table(checked: DraftCheck, marks: Marks, when: str) -> ExportTable:
    """A row for each sentence that was looked for, a column for each source that says something."""
    columns = ["Sentence", "Kind", "Status", "My mark", "My note", "To look at", *map(export.name, checked.sources)]
    rows = [
        (
            one.sentence.text,
            _cells(checked, one, marks.get(sentence_key(one.sentence.text)) or Mark(MarkStatus.NOT_CHECKED)),
        )
        for one in checked.findings
        if one.sentence.kind is not SentenceKind.OTHER
    ]
    *made, (_, note) = about(checked, when)
    return ExportTable("Claims and sources", columns, rows, made, [note])


def _cells(checked: DraftCheck, one: Finding, mark: Mark) -> list[ExportCell]:
    own = (one.sentence.kind.value, one.status.value, mark.status.value, mark.note, "; ".join(one.asides))
    return [*map(ExportCell, own), *(_cell(one, source) for source in checked.sources)]


def _cell(one: Finding, source: Source) -> ExportCell:
    """What a source says: its best passage, else the place of a quotation; empty where it says nothing."""
    status = one.status_in(source.id)
    if status is None:
        return ExportCell()
    notes = "; ".join(f"{other.kind.value}: {other.note}" for other in one.differences_in(source.id))
    differs = f" (differs in {notes})." if notes else ""
    voice = next((voice for voice in one.counted_evidence if voice.hit.source.id == source.id), None)
    if voice is not None:
        return ExportCell(f"{status.value}: {voice.text}{differs}", export.cite(source, voice.hit.passage, voice.span))
    places = (place for quote in one.quotes for place in quote.located.places if place.source.id == source.id)
    return ExportCell(f"{status.value}: {next(places).text}{differs}")


def _tabled(suffix: str, checked: DraftCheck, marks: Marks, when: str) -> bytes:
    return export.FORMATS[suffix](table(checked, marks, when))


FORMATS: Mapping[str, Callable[[DraftCheck, Marks, str], bytes]] = {
    ".docx": word,
    ".md": markdown,
    ".csv": partial(_tabled, ".csv"),
    ".html": partial(_tabled, ".html"),
}
"""By the suffix of the file: the draft with footnotes, or the table."""
