"""Bibliography files: BibTeX, RIS, CSL-JSON and Zotero's tables, as entries that name files and describe them."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Any
from urllib.parse import unquote, urlsplit

from index.errors import ReadError
from index.types import Origin
from ingest.encoding import decode, without_holes
from ingest.metadata.fields import TEXT_FIELDS, date_of, metadata_of, normalised, text_of
from ingest.metadata.kinds import kind_of
from ingest.types import Metadata

MOST = 50_000_000
"""Bytes of a bibliography; a longer one is none."""

_HEAD = 64 * 1024
_RIS = re.compile(r"^([A-Z][A-Z0-9])  ?- ?(.*)$")
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
_ZOTERO_NAMES: Mapping[str, str] = MappingProxyType({"item type": "type", "author": "authors"})


@dataclass(frozen=True, slots=True)
class CitationEntry:
    """One work. ``key``: its name in the bibliography; ``files``: paths as they stand there, with forward slashes."""

    key: str
    about: Metadata
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CitationFile:
    """``unreadable``: how many more there are that could not be read."""

    entries: tuple[CitationEntry, ...]
    unreadable: int = 0


def is_bibliography(path: Path) -> bool:
    """By the suffix; of JSON and CSV by how they begin: with an entry of CSL that has no text but an abstract, or with
    Zotero's column names. Raises OSError."""
    suffix = path.suffix.lower()
    if suffix not in (".json", ".csv"):
        return suffix in (".bib", ".ris")
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if suffix == ".csv":
        names = head.partition(b"\n")[0].lower()
        return b"item type" in names and b"file attachments" in names
    found = _CSL_TYPE.search(head) if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"[") else None
    texts = any(f'"{name}"'.encode() in head for name in TEXT_FIELDS if name != "abstract")
    return found is not None and kind_of(found[1].decode()) is not None and not texts


def has_abstracts(name: str, data: bytes) -> bool:
    """True of CSL-JSON whose entries are documents as well: their abstracts can be searched."""
    return name.lower().endswith(".json") and b'"abstract"' in data


def read_citations(data: bytes, name: str) -> CitationFile:
    """Raises ReadError when the file holds no entry that can be read."""
    text = without_holes(decode(data, name).text)
    read = _READERS[PurePosixPath(name).suffix.lower()]
    found = list(read(text, name))
    entries = tuple(one for one in found if one is not None)
    if not entries:
        raise ReadError(f"{name} holds no entry that can be read. Export the bibliography again.")
    return CitationFile(entries, len(found) - len(entries))


def _bibtex(text: str, name: str) -> Iterator[CitationEntry | None]:
    from ingest.metadata.bibtex import bibtex_fields  # its libraries take long to load, and few folders need them

    for fields in bibtex_fields(text):
        yield None if fields is None else CitationEntry(fields["key"], _about(fields), tuple(_zotero_files(fields)))


def _about(fields: Mapping[str, Any]) -> Metadata:
    return metadata_of(fields, Origin.BIBLIOGRAPHY)


def _zotero_files(fields: Mapping[str, Any]) -> Iterator[str]:
    """``Title:files/12/Title.pdf:application/pdf;…``, JabRef's ``:path:PDF``, or a bare path. A colon or semicolon
    inside a name is written with a backslash before it."""
    for part in re.split(r"(?<!\\);", str(fields.get("file", ""))):
        pieces = [re.sub(r"\\([:;\\])", r"\1", piece) for piece in re.split(r"(?<!\\):(?!\\)", part)]
        path = ":".join(pieces[1:-1]) if len(pieces) >= 3 else part
        if path.strip():
            yield _path(path)


def _path(text: str) -> str:
    """A path as it stands, or out of a file:// address."""
    if text.startswith("file:"):
        text = unquote(urlsplit(text).path)
    return text.strip().replace("\\", "/")


def _ris(text: str, name: str) -> Iterator[CitationEntry | None]:
    lines: list[tuple[str, str]] = []
    for line in text.splitlines():
        found = _RIS.match(line.lstrip("\ufeff"))
        if found is None:
            lines[-1:] = [(tag, f"{value} {line.strip()}".strip()) for tag, value in lines[-1:]]
        elif found[1] == "ER":
            yield _ris_entry(lines)
            lines = []
        else:
            lines.append((found[1], found[2].strip()))
    if lines:
        yield _ris_entry(lines)


def _ris_entry(lines: list[tuple[str, str]]) -> CitationEntry | None:
    """The first of each field counts, of dates the fullest; authors and attachments add up."""
    fields: dict[str, Any] = {"authors": []}
    files, key, dates = [], "", [""]
    for tag, value in lines:
        name = _RIS_NAMES.get(tag)
        if tag in ("L1", "L2", "L4") or (tag == "UR" and value.startswith("file:")):
            files += [_path(part) for part in value.split(";") if part.strip()]
        elif name == "author":
            fields["authors"].append({"name": _turned(value)})
        elif tag == "TY":
            fields["type"] = value
        elif tag == "ID":
            key = value
        elif name == "date":
            dates.append(date_of(value.rstrip("/")) or "")
        elif name and value:
            fields.setdefault(name, value)
    about = _about(normalised({**fields, "date": max(dates, key=len)}))
    return CitationEntry(key, about, tuple(files)) if about.title or about.doi else None


def _turned(name: str) -> str:
    """ "Ann Sample" for "Sample, Ann"."""
    family, _, given = name.partition(",")
    return " ".join(f"{given} {family}".split())


def _csl(text: str, name: str) -> Iterator[CitationEntry | None]:
    try:
        items = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ReadError(f"{name} is broken JSON ({error}): export the bibliography again.") from error
    for item in items if isinstance(items, list) else []:
        fields = normalised(item) if isinstance(item, dict) else {}
        about = _about({key: value for key, value in fields.items() if key != "source"})
        key = text_of(fields, "citation-key", "id") or ""
        yield CitationEntry(key, about, tuple(_zotero_files(fields))) if about.title or about.doi else None


def _zotero_table(text: str, name: str) -> Iterator[CitationEntry | None]:
    try:
        for row in csv.DictReader(io.StringIO(text, newline="")):
            cells = {_ZOTERO_NAMES.get(key.casefold(), key.casefold()): value for key, value in row.items() if key}
            authors = [{"name": _turned(one)} for one in (cells.get("authors") or "").split(";") if one.strip()]
            fields = normalised({**cells, "authors": authors})
            about = _about(fields)
            files = tuple(_path(path) for path in (cells.get("file attachments") or "").split(";") if path.strip())
            yield CitationEntry(cells.get("key") or "", about, files) if about.title or about.doi else None
    except csv.Error:
        yield None


_READERS: Mapping[str, Callable[[str, str], Iterator[CitationEntry | None]]] = MappingProxyType(
    {".bib": _bibtex, ".ris": _ris, ".json": _csl, ".csv": _zotero_table}
)
