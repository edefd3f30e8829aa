"""Reads ODT: the body in reading order, without deleted text, indexes and comments.

A damaged part other than the body costs only what stands in it.
"""

from __future__ import annotations

from index.errors import ReadError
from ingest.readers.office.archive import Archive
from ingest.readers.office.blocks import extract_of
from ingest.readers.office.declared import odf_metadata, refuse_locked
from ingest.readers.office.odt_body import OdtBody
from ingest.readers.office.odt_lists import lists_of
from ingest.readers.office.odt_styles import text_styles_of, title_styles
from ingest.types import Reading


def read_odt(data: bytes, name: str) -> Reading:
    archive = Archive.of(data, name, ".odt")
    refuse_locked(archive)
    root = archive.xml("content.xml")
    body = root.find("{*}body/{*}text")
    if body is None:
        raise ReadError(f"{name} is no text document, whatever its name says: open it and save it as .odt.")
    common = archive.part("styles.xml") if "styles.xml" in archive.members else None
    styles = [part for part in (common, root) if part is not None]
    document = OdtBody(title_styles(styles), text_styles_of(styles), lists_of(styles), archive)
    blocks, notes = list(document.blocks(body)), list(document.note_blocks())
    return Reading((extract_of(blocks, notes, odf_metadata(archive), name, document.left_out, archive.unread),))
