"""Reads bibliography files (BibTeX, RIS, CSL-JSON, Zotero's CSV) as entries with metadata and attached files."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Any
from urllib.parse import unquote, urlsplit

from index.errors import ReadError
from index.types import Origin
from ingest.encoding import decode, without_holes
from ingest.metadata.delimited import table_format
from ingest.metadata.fields import TEXT_FIELDS, date_of, is_text_field, metadata_of, normalised, text_of
from ingest.metadata.kinds import kind_of
from ingest.metadata.people import given_name_first
from ingest.types import Metadata

MAX_BYTES = 50_000_000
"""Bytes. A larger file is not taken for a bibliography (a guess)."""

_HEAD_BYTES = 64 * 1024  # of a JSON or CSV file, to recognise it by (a guess)
_RIS = re.compile(r"^([A-Z][A-Z0-9])  ?- ?(.*)$")
_MAX_LISTED = 5  # keys in a warning (a guess)
_CSL_TYPE = re.compile(rb'"type"\s*:\s*"([a-z_-]{3,30})"')
_RIS_NAMES: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("TI", "T1", "CT"), "title"),
        **dict.fromkeys(("AU", "A1"), "author"),
        **dict.fromkeys(("DA", "PY", "Y1"), "date"),
        **dict.fromkeys(("JO", "T2", "JF", "JA", "BT"), "container-title"),
        "PB": "publisher",
        "UR": "url",
        "DO": "doi",
        "LA": "language",
    }
)


@dataclass(frozen=True, slots=True)
class CitationEntry:
    """One work. ``key``: its citation key; ``files``: its attachments as the bibliography writes them, with forward
    slashes; ``is_truncated``: it has more authors than it names ("and others")."""

    key: str
    metadata: Metadata
    files: tuple[str, ...] = ()
    is_truncated: bool = False


@dataclass(frozen=True, slots=True)
class CitationFile:
    """The entries of a bibliography in its order; ``unreadable`` counts those that could not be read."""

    entries: tuple[CitationEntry, ...]
    unreadable: int = 0
    warnings: tuple[str, ...] = ()


def is_bibliography(path: Path) -> bool:
    """True for .bib and .ris, and for JSON and CSV that begin like a bibliography. Raises OSError.

    JSON must begin with a CSL entry that has no text but an abstract, CSV with Zotero's column names.
    """
    suffix = path.suffix.lower()
    if suffix not in (".json", ".csv"):
        return suffix in (".bib", ".ris")
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if suffix == ".csv":
        lines = head.replace(b"\0", b"").lower().splitlines()[:2]  # UTF-16 too; Excel's "sep=;" may come first
        return any(b"item type" in line and b"file attachments" in line for line in lines)
    match = _CSL_TYPE.search(head) if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"[") else None
    has_text = any(f'"{name}"'.encode() in head for name in TEXT_FIELDS if name != "abstract")
    return match is not None and kind_of(match[1].decode()) is not None and not has_text


def has_abstracts(name: str, data: bytes) -> bool:
    """True for CSL-JSON and Zotero's tables whose entries are documents too, because they have abstracts to search."""
    if not name.lower().endswith(".csv"):
        return name.lower().endswith(".json") and b'"abstract"' in data
    text = decode(data, name).text
    table = table_format(text)
    rows = csv.DictReader(io.StringIO(text[table.start :], newline=""), delimiter=table.delimiter)
    try:
        return any(value and key and is_text_field(key) and value.strip() for row in rows for key, value in row.items())
    except csv.Error:
        return False


def read_citations(data: bytes, name: str) -> CitationFile:
    """The entries of a bibliography; the suffix of ``name`` gives the format.

    Raises ReadError when no entry can be read.
    """
    text = without_holes(decode(data, name).text)
    read = _READERS[PurePosixPath(name).suffix.lower()]
    results = list(read(text, name))
    entries = tuple(entry for entry in results if entry is not None)
    if not entries:
        raise ReadError(f"{name} holds no entry that can be read. Export the bibliography again.")
    return CitationFile(entries, len(results) - len(entries), tuple(_warnings(entries)))


def _warnings(entries: Sequence[CitationEntry]) -> Iterator[str]:
    """What the entries lack without being unreadable."""
    keys = Counter(entry.key for entry in entries if entry.key)
    repeated = [key for key, count in keys.items() if count > 1]
    if repeated:
        yield f"several entries have the same key, and each is kept: {_listed(repeated)}"
    truncated = [entry.key for entry in entries if entry.is_truncated]
    if truncated:
        yield f'authors are missing where an entry says "and others": {_listed(truncated)}'


def _listed(keys: Sequence[str]) -> str:
    return ", ".join(keys[:_MAX_LISTED]) + (f" and {len(keys) - _MAX_LISTED} more" if len(keys) > _MAX_LISTED else "")


def _bibtex(text: str, name: str) -> Iterator[CitationEntry | None]:
    from ingest.metadata.bibtex import bibtex_fields  # slow to load, and few folders have BibTeX

    for fields in bibtex_fields(text):
        if fields is None:
            yield None
        else:
            files = tuple(_attachments(fields))
            yield CitationEntry(fields.get("key", ""), _metadata(fields), files, fields.get("is_truncated", False))


def _metadata(fields: Mapping[str, Any]) -> Metadata:
    return metadata_of(fields, Origin.BIBLIOGRAPHY)


def _attachments(fields: Mapping[str, Any]) -> Iterator[str]:
    """The paths in the field ``file``: Zotero's ``Title:files/12/Title.pdf:application/pdf;…``, JabRef's
    ``:path:PDF``, or a bare path. A colon or semicolon inside a name is escaped by a backslash."""
    for part in re.split(r"(?<!\\);", str(fields.get("file", ""))):
        pieces = [re.sub(r"\\([:;\\])", r"\1", piece) for piece in re.split(r"(?<!\\):(?!\\)", part)]
        path = ":".join(pieces[1:-1]) if len(pieces) >= 3 else part
        if path.strip():
            yield _path(path)


def _path(text: str) -> str:
    """The path in a path or a file:// address, with forward slashes."""
    if text.startswith("file:"):
        text = unquote(urlsplit(text).path)
    return text.strip().replace("\\", "/")


def _ris(text: str, name: str) -> Iterator[CitationEntry | None]:
    lines: list[tuple[str, str]] = []
    for line in text.splitlines():
        match = _RIS.match(line.lstrip("\ufeff"))
        if match is None:  # the line before goes on
            lines[-1:] = [(tag, f"{value} {line.strip()}".strip()) for tag, value in lines[-1:]]
        elif match[1] == "ER":
            yield _ris_entry(lines)
            lines = []
        else:
            lines.append((match[1], match[2].strip()))
    if lines:
        yield _ris_entry(lines)


def _ris_entry(lines: list[tuple[str, str]]) -> CitationEntry | None:
    """An entry out of its tags and values; None without a title and a DOI.

    The first value of a field counts, but the most complete date; authors and attachments are collected.
    """
    fields: dict[str, Any] = {"authors": []}
    files, key, dates = [], "", [""]
    for tag, value in lines:
        name = _RIS_NAMES.get(tag)
        if tag in ("L1", "L2", "L4") or (tag == "UR" and value.startswith("file:")):
            files += [_path(part) for part in value.split(";") if part.strip()]
        elif name == "author":
            fields["authors"].append({"name": given_name_first(value)})
        elif tag == "TY":
            fields["type"] = value
        elif tag == "ID":
            key = value
        elif name == "date":
            dates.append(date_of(value.rstrip("/")) or "")
        elif name and value:
            fields.setdefault(name, value)
    metadata = _metadata(normalised({**fields, "date": max(dates, key=len)}))
    return CitationEntry(key, metadata, tuple(files)) if metadata.title or metadata.doi else None


def _csl(text: str, name: str) -> Iterator[CitationEntry | None]:
    try:
        items = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ReadError(f"{name} is broken JSON ({error}): export the bibliography again.") from error
    for item in items if isinstance(items, list) else []:
        fields = normalised(item) if isinstance(item, dict) else {}
        # CSL's "source" is the catalogue that the entry was taken from, no publisher
        metadata = _metadata({key: value for key, value in fields.items() if key != "source"})
        key = text_of(fields, "citation-key", "id") or ""
        yield CitationEntry(key, metadata, tuple(_attachments(fields))) if metadata.title or metadata.doi else None


def _zotero_table(text: str, name: str) -> Iterator[CitationEntry | None]:
    table = table_format(text)
    rows = csv.DictReader(io.StringIO(text[table.start :], newline=""), delimiter=table.delimiter)
    try:
        for row in rows:
            cells = {key.casefold(): value for key, value in row.items() if key}
            metadata = _metadata(normalised(cells))
            files = tuple(_path(path) for path in (cells.get("file attachments") or "").split(";") if path.strip())
            yield CitationEntry(cells.get("key") or "", metadata, files) if metadata.title or metadata.doi else None
    except csv.Error:
        yield None


_READERS: Mapping[str, Callable[[str, str], Iterator[CitationEntry | None]]] = MappingProxyType(
    {".bib": _bibtex, ".ris": _ris, ".json": _csl, ".csv": _zotero_table}
)
