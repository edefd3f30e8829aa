"""Reads ODT: the body in reading order, without deleted text, indexes and comments."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from index.errors import ReadError
from ingest.readers.office.archive import (
    Archive,
    Element,
    kind_of,
    nearest,
    number_of,
    reversed_content,
    texts_of,
    value_of,
)
from ingest.readers.office.blocks import Block, authors_of, extract_of, lines_of, one_line, table_of, title_of
from ingest.types import Metadata, Reading

_INDEXES = frozenset(
    (
        *("table-of-content", "illustration-index", "table-index", "object-index", "user-index", "alphabetical-index"),
        "bibliography",
    )
)
# Elements without text: deleted text, declarations, forms, descriptions of pictures, pronunciations.
_SILENT = frozenset(
    (
        *(
            "tracked-changes",
            "sequence-decls",
            "variable-decls",
            "user-field-decls",
            "forms",
            "scripts",
            "event-listeners",
        ),
        *("title", "desc", "ruby-text", "note-citation", "binary-data", "object", "annotation-end", "creator", "date"),
    )
)
_WALLS = frozenset(("table", *_SILENT))
_AS_TEXT = {"s": " ", "tab": " ", "line-break": "\n"}
_FRAMES = frozenset(("text-box", "table", "list", "p", "h"))
_TITLE_STYLE = "Title"


def read_odt(data: bytes, name: str) -> Reading:
    archive = Archive.of(data, name, ".odt")
    refuse_locked(archive)
    root = archive.xml("content.xml")
    body = root.find("{*}body/{*}text")
    if body is None:
        raise ReadError(f"{name} is no text document, whatever its name says: open it and save it as .odt.")
    document = _Document(_title_styles(root))
    blocks = list(document.blocks(body))
    notes = [Block(one_line(" ".join(block.text for block in document.blocks(note)))) for note in document.notes]
    return Reading((extract_of(blocks, notes, odf_metadata(archive), name, document.left_out),))


def refuse_locked(archive: Archive) -> None:
    """Raises ReadError when the manifest lists an encrypted member: a password encrypts each member on its own."""
    manifest = "META-INF/manifest.xml"
    if manifest in archive.members and any(True for _ in archive.xml(manifest).iter("{*}encryption-data")):
        raise ReadError(f"{archive.name} is locked with a password: save it without one and ingest again.")


def odf_metadata(archive: Archive) -> Metadata:
    """The metadata in the document's own fields. Its dates are ignored: they are those of the file, not of the text."""
    if "meta.xml" not in archive.members:
        return Metadata()
    meta = archive.xml("meta.xml")
    names = [*texts_of(meta, "initial-creator")] or [*texts_of(meta, "creator")]
    return Metadata(
        title=title_of(next(texts_of(meta, "title"), "")),
        authors=authors_of(names),
        language=next(texts_of(meta, "language"), "")[:2].lower() or None,
    )


def _title_styles(root: Element) -> frozenset[str]:
    """The names of the styles that a title is set in: "Title" and the styles based on it."""
    derived = (
        value_of(style, "name")
        for style in root.iter("{*}style")
        if value_of(style, "parent-style-name") == _TITLE_STYLE
    )
    return frozenset((_TITLE_STYLE, *derived))


@dataclass(slots=True)
class _Document:
    """Walks through the body once and collects its ``notes``; ``left_out``: comments and indexes."""

    title_styles: frozenset[str]
    notes: list[Element] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    def blocks(self, root: Element) -> Iterator[Block]:
        """The paragraphs, headings, list items and tables under an element. Recursive for cells and indexes alone."""
        stack: list[tuple[Element, bool]] = [(child, False) for child in reversed(root)]
        while stack:
            element, in_item = stack.pop()
            kind = kind_of(element)
            if kind in ("p", "h"):
                text, frames = self._inline(element)
                if text:
                    yield self._block(element, text, in_item)
                stack += [(frame, False) for frame in reversed(frames)]
            elif kind == "table" and sum(map(len, rows := list(_rows_of(element)))) > 1:
                yield self._table(rows)
            elif kind == "table":  # a table of one cell is a frame around text
                stack += ((cell, in_item) for row in rows for cell in row)
            elif kind in _INDEXES:
                self.left_out += [block.text for block in self.blocks(element)]
            elif kind not in _SILENT and kind != "annotation":
                in_item = in_item or kind in ("list-item", "list-header")
                stack += [(child, in_item) for child in reversed(element)]

    def _block(self, element: Element, text: str, in_item: bool) -> Block:
        if kind_of(element) == "h":
            return Block(one_line(text), level=number_of(value_of(element, "outline-level")) or 1)
        if in_item:
            return Block(f"- {one_line(text)}", is_item=True)
        return Block(text, is_title=value_of(element, "style-name") in self.title_styles)

    def _inline(self, element: Element) -> tuple[str, list[Element]]:
        """The text of a paragraph, and the frames anchored to it. Its notes and comments are collected."""
        parts: list[str] = []
        frames: list[Element] = []
        stack = reversed_content(element)
        while stack:
            item = stack.pop()
            if isinstance(item, str):
                parts.append(item.replace("\n", " "))
                continue
            kind = kind_of(item)
            if kind == "note":
                self.notes += item.iterchildren("{*}note-body")
            elif kind == "annotation":
                self.left_out += texts_of(item, "p")
            elif kind in _FRAMES:
                frames.append(item)
            elif kind not in _SILENT:
                parts.append(_AS_TEXT.get(kind, ""))
                stack += reversed_content(item)
        return lines_of("".join(parts)), frames

    def _table(self, rows: list[list[Element]]) -> Block:
        return table_of((" ".join(block.text for block in self.blocks(cell)) for cell in row) for row in rows)


def _rows_of(table: Element) -> Iterator[list[Element]]:
    """The rows of a table, each as its cells; cells covered by a merged neighbour are left out."""
    for row in nearest(table, ("table-row",), _WALLS):
        yield list(nearest(row, ("table-cell",), _WALLS))
