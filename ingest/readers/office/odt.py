"""ODT: the body in reading order, without what a tracked change deleted, an index repeats or a comment says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from index.errors import ReadError
from ingest.readers.office.archive import Archive, Element, inside, kind_of, nearest, number_of, texts_of, value_of
from ingest.readers.office.blocks import Block, authors_of, extract_of, lines_of, one_line, table_of, title_of
from ingest.types import Metadata, Reading

_INDEXES = frozenset(
    (
        *("table-of-content", "illustration-index", "table-index", "object-index", "user-index", "alphabetical-index"),
        "bibliography",
    )
)
# Not text: the store of deletions, declarations, forms, what describes a picture, and how a word is pronounced.
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
    _refuse_locked(archive)
    root = archive.xml("content.xml")
    body = root.find("{*}body/{*}text")
    if body is None:
        raise ReadError(f"{name} is no text document, whatever its name says: open it and save it as .odt.")
    document = _Document(_title_styles(root))
    blocks = list(document.blocks(body))
    notes = [Block(one_line(" ".join(block.text for block in document.blocks(note)))) for note in document.notes]
    return Reading((extract_of(blocks, notes, _metadata(archive), name, document.left_out),))


def _refuse_locked(archive: Archive) -> None:
    """A password locks each member by itself; the manifest says how."""
    manifest = "META-INF/manifest.xml"
    if manifest in archive.members and any(True for _ in archive.xml(manifest).iter("{*}encryption-data")):
        raise ReadError(f"{archive.name} is locked with a password: save it without one and ingest again.")


def _metadata(archive: Archive) -> Metadata:
    """The document's own fields. Its dates are those of the file, not of the text: they are left alone."""
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
    """The styles that a title is set in: "Title", and those that the file made from it."""
    made = (
        value_of(one, "name") for one in root.iter("{*}style") if value_of(one, "parent-style-name") == _TITLE_STYLE
    )
    return frozenset((_TITLE_STYLE, *made))


@dataclass(slots=True)
class _Document:
    """Goes down the body once; ``notes`` gathers footnotes and endnotes, ``left_out`` comments and indexes."""

    title_styles: frozenset[str]
    notes: list[Element] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    def blocks(self, root: Element) -> Iterator[Block]:
        """Paragraphs, headings, lists and tables under an element; without recursion but for cells."""
        ahead: list[tuple[Element, bool]] = [(one, False) for one in reversed(root)]
        while ahead:
            element, in_item = ahead.pop()
            kind = kind_of(element)
            if kind in ("p", "h"):
                text, hanging = self._inline(element)
                if text:
                    yield self._block(element, text, in_item)
                ahead += [(one, False) for one in reversed(hanging)]
            elif kind == "table" and sum(map(len, rows := list(_rows_of(element)))) > 1:
                yield self._table(rows)
            elif kind == "table":  # one cell alone is a frame around text
                ahead += ((cell, in_item) for row in rows for cell in row)
            elif kind in _INDEXES:
                self.left_out += [block.text for block in self.blocks(element)]
            elif kind not in _SILENT and kind != "annotation":
                ahead += [(one, in_item or kind in ("list-item", "list-header")) for one in reversed(element)]

    def _block(self, element: Element, text: str, in_item: bool) -> Block:
        if kind_of(element) == "h":
            return Block(one_line(text), level=number_of(value_of(element, "outline-level")) or 1)
        if in_item:
            return Block(f"- {one_line(text)}", is_item=True)
        return Block(text, is_title=value_of(element, "style-name") in self.title_styles)

    def _inline(self, element: Element) -> tuple[str, list[Element]]:
        """The text of a paragraph, and the frames of text that hang on it. Notes and comments are put aside."""
        parts: list[str] = []
        hanging: list[Element] = []
        ahead = inside(element)
        while ahead:
            one = ahead.pop()
            if isinstance(one, str):
                parts.append(one.replace("\n", " "))
                continue
            kind = kind_of(one)
            if kind == "note":
                self.notes += one.iterchildren("{*}note-body")
            elif kind == "annotation":
                self.left_out += texts_of(one, "p")
            elif kind in _FRAMES:
                hanging.append(one)
            elif kind not in _SILENT:
                parts.append(_AS_TEXT.get(kind, ""))
                ahead += inside(one)
        return lines_of("".join(parts)), hanging

    def _table(self, rows: list[list[Element]]) -> Block:
        return table_of((" ".join(block.text for block in self.blocks(cell)) for cell in row) for row in rows)


def _rows_of(table: Element) -> Iterator[list[Element]]:
    """The rows of a table, each as its cells; one that is hidden under its neighbour is none."""
    for row in nearest(table, ("table-row",), _WALLS):
        yield list(nearest(row, ("table-cell",), _WALLS))
