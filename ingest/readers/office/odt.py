"""Reads ODT: the body in reading order, without deleted text, indexes and comments.

A damaged part other than the body costs only what stands in it.
"""

from __future__ import annotations

from index.errors import ReadError
from ingest.readers.office.archive import Archive, texts_of
from ingest.readers.office.blocks import extract_of
from ingest.readers.office.odt_body import OdtBody
from ingest.readers.office.odt_styles import text_styles_of, title_styles
from ingest.readers.office.properties import authors_of, title_of
from ingest.types import Metadata, Reading


def read_odt(data: bytes, name: str) -> Reading:
    archive = Archive.of(data, name, ".odt")
    _refuse_locked(archive)
    root = archive.xml("content.xml")
    body = root.find("{*}body/{*}text")
    if body is None:
        raise ReadError(f"{name} is no text document, whatever its name says: open it and save it as .odt.")
    common = archive.part("styles.xml") if "styles.xml" in archive.members else None
    styles = [part for part in (common, root) if part is not None]
    document = OdtBody(title_styles(styles), text_styles_of(styles), archive)
    blocks, notes = list(document.blocks(body)), list(document.note_blocks())
    return Reading((extract_of(blocks, notes, _metadata(archive), name, document.left_out, archive.unread),))


def _refuse_locked(archive: Archive) -> None:
    """Raises ReadError when the manifest lists an encrypted member: a password encrypts each member on its own."""
    member = "META-INF/manifest.xml"
    manifest = archive.part(member) if member in archive.members else None
    if manifest is not None and any(True for _ in manifest.iter("{*}encryption-data")):
        raise ReadError(f"{archive.name} is locked with a password: save it without one and ingest again.")


def _metadata(archive: Archive) -> Metadata:
    """The metadata in the document's own fields. Its dates are ignored: they are those of the file, not of the text."""
    if "meta.xml" not in archive.members:
        return Metadata()
    meta = archive.part("meta.xml")
    if meta is None:
        return Metadata()
    names = [*texts_of(meta, "initial-creator")] or [*texts_of(meta, "creator")]
    return Metadata(
        title=title_of(next(texts_of(meta, "title"), "")),
        authors=authors_of(names),
        language=next(texts_of(meta, "language"), "")[:2].lower() or None,
    )
