"""Which function reads which format: a file's bytes in, a ``Reading`` out. A new format is one more line of
``READERS``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType
from typing import cast

from index.errors import ReadError
from ingest.types import Reading

Reader = Callable[[bytes, str], Reading]

_TEXT_LIMIT, _OFFICE_LIMIT, _RECORDS_LIMIT = 20_000_000, 200_000_000, 1_000_000_000  # bytes (guesses)


@dataclass(frozen=True, slots=True)
class ReaderFormat:
    """A reader function, imported when the first file of its format is read: most folders hold only one or two formats.
    Larger files than ``max_bytes`` are refused."""

    module: str
    function: str
    max_bytes: int = _TEXT_LIMIT

    def __call__(self, data: bytes, name: str) -> Reading:
        return cast(Reader, getattr(import_module(f"ingest.readers.{self.module}"), self.function))(data, name)


_PLAIN = ReaderFormat("plain", "read_plain")
_MARKDOWN = ReaderFormat("markdown", "read_markdown")
_HTML = ReaderFormat("html.reader", "read_html", _OFFICE_LIMIT)
_MHTML = ReaderFormat("html.saved", "read_mhtml", _OFFICE_LIMIT)
_JSON_LINES = ReaderFormat("records", "read_json_lines", _RECORDS_LIMIT)
_DOCX = ReaderFormat("office.docx", "read_docx", _OFFICE_LIMIT)

READERS: Mapping[str, ReaderFormat] = MappingProxyType(
    {
        ".txt": _PLAIN,
        ".md": _MARKDOWN,
        ".markdown": _MARKDOWN,
        ".html": _HTML,
        ".htm": _HTML,
        ".mhtml": _MHTML,
        ".mht": _MHTML,
        ".maff": ReaderFormat("html.saved", "read_maff", _OFFICE_LIMIT),
        ".jsonl": _JSON_LINES,
        ".ndjson": _JSON_LINES,
        ".json": ReaderFormat("records", "read_json", _RECORDS_LIMIT),
        ".csv": ReaderFormat("tables", "read_table", _RECORDS_LIMIT),
        ".tsv": ReaderFormat("tables", "read_table", _RECORDS_LIMIT),
        ".pdf": ReaderFormat("pdf.reader", "read_pdf", _OFFICE_LIMIT),
        ".docx": _DOCX,
        ".docm": _DOCX,
        ".dotx": _DOCX,
        ".odt": ReaderFormat("office.odt", "read_odt", _OFFICE_LIMIT),
        ".epub": ReaderFormat("office.epub", "read_epub", _OFFICE_LIMIT),
        ".rtf": ReaderFormat("office.rtf", "read_rtf"),
    }
)


def read(data: bytes, name: str) -> Reading:
    """Reads the bytes of a file; the suffix of ``name`` says which format they have.

    Raises ReadError when the format is unknown or the file cannot be read.
    """
    dot = name.rfind(".")
    reader = READERS.get(name[dot:].lower()) if dot >= 0 else None
    if reader is None:
        raise ReadError(f"{name} is of no format that can be read. Known: {' '.join(READERS)}.")
    return reader(data, name)
