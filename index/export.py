"""A checked draft to take along: with footnotes as Markdown, and claims × sources as a table. See also ``docx``.

Each says what it was checked with. What was found is never called true.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from itertools import islice

from index.check import Checked, Evidence, Finding
from index.checking.drafts import Kind
from index.checking.marks import Mark, Said, key
from index.types import Passage, Source

_SHOWN = 2  # sources in a footnote
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_MARKDOWN = re.compile(r"([\\`*_\[\]<>|#~])")

Marks = Mapping[bytes, Mark]


def about(checked: Checked, when: str) -> list[tuple[str, str]]:
    """What was checked, when, and with what. ``when`` is an ISO time."""
    counts = ", ".join(f"{count} {status.value}" for status, count in checked.counts.items())
    return [
        ("Draft", checked.draft.title or line(checked.draft.text.strip().partition("\n")[0]).lstrip("# ")[:80]),
        ("Sentences", counts),
        ("Checked", when),
        ("Library", f"generation {checked.generation}, model {checked.model}"),
        ("Settings", json.dumps(checked.settings, ensure_ascii=False, sort_keys=True)),
        ("Note", "Found means that a source says something near it, not that it is so. Read the passages."),
    ]


def line(text: str) -> str:
    """A text on one line."""
    return " ".join(text.split())


def reference(source: Source, passage: Passage) -> str:
    """Who says it, and where: what a reader needs to find a passage."""
    page = passage.page_label or (str(passage.page) if passage.page else "")
    title = source.title or source.location
    said = [", ".join(source.authors), f"“{title}”", source.publisher, source.published, passage.heading]
    return line(", ".join(part for part in (*said, f"p. {page}" if page else "", source.url) if part))


# footnotes ------------------------------------------------------------------------------------------------------------


def footnote(one: Finding, mark: Mark | None) -> str:
    """All that was found for a sentence, as one paragraph; empty for one with nothing to check and no mark."""
    parts = []
    if one.sentence.kind is not Kind.OTHER:
        parts.append(f"{one.status.value.capitalize()}.")
        parts += [_quotation(one, number) for number in range(len(one.quotes))]
    parts += [_cited(evidence) for evidence in islice(one.voices, _SHOWN)]
    if mark:
        parts.append(f"My mark: {mark.said.value}{f' ({line(mark.note)})' if mark.note else ''}.")
    return " ".join(parts)


def _quotation(one: Finding, number: int) -> str:
    found = one.quotes[number].found
    places = "; ".join(f"“{place.source.title or place.source.location}”" for place in islice(found.places, _SHOWN))
    changes = "; ".join(change.note for change in found.changes)
    return f"Quotation {found.status.value}{f': {places}' if places else ''}{f' ({changes})' if changes else ''}."


def _cited(one: Evidence) -> str:
    return f"{reference(one.hit.source, one.hit.passage)}: “{told(one)}”{_differences(one)}{_opinion(one)}"


def _opinion(one: Evidence) -> str:
    said = one.opinion
    return f" (opinion of {said.model}: {said.label}, {said.share:.0%})." if said else ""


def told(one: Evidence) -> str:
    """The sentences that were compared, on one line."""
    return line(one.words)


def _differences(one: Evidence) -> str:
    notes = "; ".join(f"{other.kind.value}: {other.note}" for other in one.differences if not other.compatible)
    return f" (differs in {notes})." if notes else ""


def footnotes(checked: Checked, marks: Marks) -> list[tuple[int, str]]:
    """Where in the draft a note belongs, and the note."""
    every = [(one.sentence.span.end, footnote(one, marks.get(key(one.sentence.text)))) for one in checked.findings]
    return [(end, note) for end, note in every if note]


def markdown(checked: Checked, marks: Marks, when: str) -> str:
    """The draft as it stands, with footnotes, and what it was checked with at its end."""
    pieces, notes, at = [], [], 0
    for number, (end, note) in enumerate(footnotes(checked, marks), 1):
        pieces.append(f"{checked.draft.text[at:end]}[^check-{number}]")
        notes.append(f"[^check-{number}]: {_plain(note)}")
        at = end
    told = "\n".join(f"- {name}: {_plain(value)}" for name, value in about(checked, when))
    text = "".join(pieces) + checked.draft.text[at:].rstrip()
    return "\n\n".join([text, "---", told, *notes]) + "\n"


def _plain(text: str) -> str:
    """A text that Markdown shows as it stands."""
    return _MARKDOWN.sub(r"\\\1", text)


# claims × sources -----------------------------------------------------------------------------------------------------


def table(checked: Checked, marks: Marks) -> Iterator[list[str]]:
    """A header, then a row for each sentence that was looked for, a column for each source that says something."""
    sources = checked.sources
    yield ["Sentence", "Kind", "Status", "My mark", "My note", *(one.title or one.location for one in sources)]
    for one in checked.findings:
        if one.sentence.kind is Kind.OTHER:
            continue
        mark = marks.get(key(one.sentence.text)) or Mark(Said.NOT_CHECKED)
        said = {evidence.hit.source.id: evidence for evidence in one.voices}
        cells = [_cell(said.get(source.id)) for source in sources]
        yield [line(one.sentence.text), one.sentence.kind.value, one.status.value, mark.said.value, mark.note, *cells]


def _cell(one: Evidence | None) -> str:
    return "" if one is None else f"{'differs' if one.differs else 'found'}: {told(one)}{_differences(one)}"


def as_csv(checked: Checked, marks: Marks, when: str) -> str:
    """The table, and below it what was checked with what. No cell can be taken for a formula."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    for row in [*table(checked, marks), [], *map(list, about(checked, when))]:
        writer.writerow([_harmless(cell) for cell in row])
    return file.getvalue()


def _harmless(cell: str) -> str:
    """A spreadsheet runs what begins like a formula: an apostrophe makes it text."""
    return f"'{cell}" if cell.lstrip().startswith(_FORMULA) else cell


def as_html(checked: Checked, marks: Marks, when: str) -> str:
    """The table as a page of its own, which asks for nothing from elsewhere."""
    header, *rows = table(checked, marks)
    told = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in about(checked, when))
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in header)
    body = "".join(_row(row) for row in rows)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Claims and sources</title>'
        f"<style>{_STYLE}</style></head><body><h1>Claims and sources</h1><dl>{told}</dl>"
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></body></html>\n"
    )


def _row(cells: Sequence[str]) -> str:
    first, *rest = map(escape, cells)
    return f'<tr><th scope="row">{first}</th>{"".join(f"<td>{cell}</td>" for cell in rest)}</tr>'


_STYLE = (
    "body{font:16px/1.45 system-ui,sans-serif;margin:2rem}table{border-collapse:collapse;font-size:.9rem}"
    "th,td{border:1px solid #bbb;padding:.4rem .6rem;text-align:left;vertical-align:top;min-width:7rem}"
    "th[scope=row]{font-weight:400;min-width:18rem}dt{font-weight:600}dd{margin:0 0 .3rem}"
)
