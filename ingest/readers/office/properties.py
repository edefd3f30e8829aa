"""The metadata in the properties of an Open XML file: DOCX, PPTX, XLSX."""

from __future__ import annotations

from ingest.readers.office.archive import Archive, texts_of
from ingest.readers.office.blocks import authors_of, title_of
from ingest.types import Metadata


def core_metadata(archive: Archive) -> Metadata:
    """The metadata in the core properties.

    The date of creation is ignored: it is that of a template or a copy as often as that of the text, and for a citation
    no date is better than a wrong one.
    """
    part = next(iter(archive.related("").get("core-properties", ())), "")
    if part not in archive.members:
        return Metadata()
    core = archive.xml(part)
    title = next(texts_of(core, "title"), "")
    return Metadata(
        title=title_of(title),
        authors=authors_of(texts_of(core, "creator")),
        language=next(texts_of(core, "language"), "")[:2].lower() or None,
    )
