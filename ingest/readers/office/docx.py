"""Reads DOCX: the body in reading order with its text boxes and content controls, tracked changes as if accepted.

The XML is read directly, because libraries for DOCX skip content controls and refuse strict Open XML. A damaged part
other than the body costs only what stands in it.
"""

from __future__ import annotations

from collections.abc import Iterator

from index.errors import ReadError
from ingest.readers.office.archive import Archive, Element, kind_of, value_of
from ingest.readers.office.blocks import extract_of
from ingest.readers.office.declared import core_metadata
from ingest.readers.office.docx_body import DocxBody, NoteKey
from ingest.readers.office.docx_drawings import drawn_parts
from ingest.readers.office.docx_runs import RunStyles, run_styles_of
from ingest.readers.office.docx_styles import numbering_of, styles_of
from ingest.types import Reading

_LEFT_OUT_PARTS = ("comments", "header", "footer")


def read_docx(data: bytes, name: str) -> Reading:
    archive = Archive.of(data, name, ".docx")
    main = next(iter(archive.related("").get("officeDocument", ())), "word/document.xml")
    root = archive.xml(main)
    if kind_of(root) != "document":
        raise ReadError(f"{name} is no text document, whatever its name says: open it and save it as .docx.")
    style_roots = list(archive.linked(main, "styles"))
    styles = styles_of(style_roots)
    body = DocxBody(
        styles,
        run_styles_of(style_roots),
        _notes(archive, main),
        numbering_of(archive.linked(main, "numbering"), styles),
        drawn_parts(archive, main),
        archive.unread,
    )
    blocks, notes = list(body.blocks(root)), list(body.notes())
    left_out = [*body.left_out, *_left_out_parts(archive, main)]
    return Reading((extract_of(blocks, notes, core_metadata(archive), name, left_out, archive.unread),))


def _notes(archive: Archive, main: str) -> dict[NoteKey, Element]:
    """Footnotes and endnotes by kind and id."""
    notes = {}
    for kind in ("footnote", "endnote"):
        for root in archive.linked(main, kind + "s"):
            notes.update({(kind, value_of(note, "id")): note for note in root.iterchildren("{*}" + kind)})
    return notes


def _left_out_parts(archive: Archive, main: str) -> Iterator[str]:
    """Comments, page headers and footers, which are no part of the text, and their watermarks."""
    for kind in _LEFT_OUT_PARTS:
        for root in archive.linked(main, kind):
            body = DocxBody({}, RunStyles())
            yield from (block.text for block in body.blocks(root))
            yield from body.left_out
