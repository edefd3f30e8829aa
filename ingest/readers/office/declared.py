"""The metadata that office files declare: the core properties of Open XML (DOCX, PPTX, XLSX), meta.xml of OpenDocument.

Their dates are ignored: they are those of a template, a copy or the file as often as that of the text, and for a
citation no date is better than a wrong one.
"""

from __future__ import annotations

from index.errors import ReadError
from ingest.readers.office.archive import Archive, Element, texts_of
from ingest.readers.office.properties import authors_of, title_of
from ingest.types import Metadata


def core_metadata(archive: Archive) -> Metadata:
    """The metadata in the core properties of an Open XML file."""
    core = next(archive.linked("", "core-properties"), None)
    return Metadata() if core is None else _metadata(core, [*texts_of(core, "creator")])


def odf_metadata(archive: Archive) -> Metadata:
    """The metadata in the own fields of an OpenDocument file."""
    meta = archive.part("meta.xml") if "meta.xml" in archive.members else None
    if meta is None:
        return Metadata()
    return _metadata(meta, [*texts_of(meta, "initial-creator")] or [*texts_of(meta, "creator")])


def _metadata(fields: Element, names: list[str]) -> Metadata:
    title = next(texts_of(fields, "title"), "")
    language = next(texts_of(fields, "language"), "")[:2].lower() or None
    return Metadata(title=title_of(title), authors=authors_of(names), language=language)


def refuse_locked(archive: Archive) -> None:
    """Raises ReadError when an OpenDocument manifest lists an encrypted member: a password encrypts each on its own."""
    member = "META-INF/manifest.xml"
    manifest = archive.part(member) if member in archive.members else None
    if manifest is not None and any(True for _ in manifest.iter("{*}encryption-data")):
        raise ReadError(f"{archive.name} is locked with a password: save it without one and ingest again.")
