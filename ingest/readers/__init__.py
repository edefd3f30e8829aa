"""One function per format: bytes to extracts. A new format is one more line of ``READERS``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from types import MappingProxyType
from typing import cast

from index.errors import ReadError
from ingest.extract import Reading

Reader = Callable[[bytes, str], Reading]


def _reader(module: str, function: str) -> Reader:
    """A reader that is imported when the first file of its kind comes: most folders hold one or two kinds."""

    def read_with(data: bytes, name: str) -> Reading:
        return cast(Reader, getattr(import_module(f"ingest.readers.{module}"), function))(data, name)

    return read_with


_PLAIN = _reader("plain", "read_plain")
_MARKDOWN = _reader("markdown", "read_markdown")
_HTML = _reader("html", "read_html")
_JSON_LINES = _reader("records", "read_json_lines")

READERS: Mapping[str, Reader] = MappingProxyType(
    {
        ".txt": _PLAIN,
        ".md": _MARKDOWN,
        ".markdown": _MARKDOWN,
        ".html": _HTML,
        ".htm": _HTML,
        ".jsonl": _JSON_LINES,
        ".ndjson": _JSON_LINES,
        ".json": _reader("records", "read_json"),
        ".csv": _reader("tables", "read_table"),
        ".tsv": _reader("tables", "read_table"),
    }
)


def read(data: bytes, name: str) -> Reading:
    """Reads a file by the suffix of its name. Raises ReadError when the format is unknown or the file unreadable."""
    dot = name.rfind(".")
    reader = READERS.get(name[dot:].lower()) if dot >= 0 else None
    if reader is None:
        raise ReadError(f"{name} is of no format that can be read. Known: {' '.join(READERS)}.")
    return reader(data, name)
