"""One function per format: bytes to extracts. A new format is one more line of ``READERS``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType
from typing import cast

from index.errors import ReadError
from ingest.types import Reading

Reader = Callable[[bytes, str], Reading]


TEXT, OFFICE, RECORDS = 20_000_000, 200_000_000, 1_000_000_000


@dataclass(frozen=True, slots=True)
class ReaderFormat:
    """A reader that is imported when the first file of its kind comes: most folders hold one or two kinds. ``most`` is
    the largest file that is read, in bytes."""

    module: str
    function: str
    most: int = TEXT

    def __call__(self, data: bytes, name: str) -> Reading:
        return cast(Reader, getattr(import_module(f"ingest.readers.{self.module}"), self.function))(data, name)


_PLAIN = ReaderFormat("plain", "read_plain")
_MARKDOWN = ReaderFormat("markdown", "read_markdown")
_HTML = ReaderFormat("html.reader", "read_html")
_JSON_LINES = ReaderFormat("records", "read_json_lines", RECORDS)
_DOCX = ReaderFormat("office.docx", "read_docx", OFFICE)

READERS: Mapping[str, ReaderFormat] = MappingProxyType(
    {
        ".txt": _PLAIN,
        ".md": _MARKDOWN,
        ".markdown": _MARKDOWN,
        ".html": _HTML,
        ".htm": _HTML,
        ".jsonl": _JSON_LINES,
        ".ndjson": _JSON_LINES,
        ".json": ReaderFormat("records", "read_json", RECORDS),
        ".csv": ReaderFormat("tables", "read_table", RECORDS),
        ".tsv": ReaderFormat("tables", "read_table", RECORDS),
        ".pdf": ReaderFormat("pdf.reader", "read_pdf", OFFICE),
        ".docx": _DOCX,
        ".docm": _DOCX,
        ".dotx": _DOCX,
        ".odt": ReaderFormat("office.odt", "read_odt", OFFICE),
        ".epub": ReaderFormat("office.epub", "read_epub", OFFICE),
        ".rtf": ReaderFormat("office.rtf", "read_rtf"),
    }
)


def read(data: bytes, name: str) -> Reading:
    """Reads a file by the suffix of its name. Raises ReadError when the format is unknown or the file unreadable."""
    dot = name.rfind(".")
    reader = READERS.get(name[dot:].lower()) if dot >= 0 else None
    if reader is None:
        raise ReadError(f"{name} is of no format that can be read. Known: {' '.join(READERS)}.")
    return reader(data, name)
