"""RTF: the text as striprtf sees it, with what it loses (notes, text boxes) or trips over taken out before."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby

from striprtf.striprtf import rtf_to_text

from index.errors import ReadError
from ingest.readers.office.blocks import Block, authors_of, extract_of, one_line, table_of, title_of
from ingest.types import Metadata, Reading

# Groups that are taken out of the text: some are read by themselves, pictures and the targets of links go.
_TAKEN = frozenset(("footnote", "shptxt", "annotation", "info", "fonttbl", "pict", "fldinst", "objdata", "themedata"))
_TOKEN = re.compile(r"\\bin(\d{1,9}) ?|\\[\\{}]|[{}]")
_OPENING = re.compile(r"\{\s{0,9}(?:\\\*\s{0,9})?\\([a-z]{1,32})(-?\d{1,10})? ?")
_BULLET = re.compile(
    r"\{\s{0,9}(?:\\\*\s{0,9})?\\(?:listtext|pntext)\b[^{}]{0,300}(?:\{[^{}]{0,200}\}[^{}]{0,200}){0,5}\}"
)
_DELETED = re.compile(r"\{(?:\\[a-z]{1,32}(?:-?\d{1,10})? ?){0,40}?\\deleted(?![a-z0-9])[^{}]{0,100000}\}")
_CELL = re.compile(r"\\(?:nest)?cell(?![a-z]) ?")
_CODE_PAGE = re.compile(r"\\ansicpg(\d{3,5})")
_FONT = re.compile(r"\\f(\d{1,5})[^;]{0,200}?\\fcharset(\d{1,3})")
_MAC_FONTS = range(78, 90)  # Python has no codec for most of them
_FIELD = r"\{\s{0,9}\\%s(?![a-z]) ?((?:[^{}\\]|\\.){0,2000})\}"
_TITLE, _AUTHOR = (re.compile(_FIELD % name, re.DOTALL) for name in ("title", "author"))
_ITEM = re.compile(r"(?:[-–•·▪◦‣○●■*]\s*\t|[•▪◦‣●■]\s)\s*")
_BETWEEN_CELLS = "\x1f"


@dataclass(slots=True)
class _Parts:
    """A file taken apart: ``text`` without the groups, and what stood in them by their first word."""

    text: str = ""
    groups: dict[str, list[str]] = field(default_factory=dict)


def read_rtf(data: bytes, name: str) -> Reading:
    start = data[:64].find(b"{\\rtf")
    if start < 0:
        raise ReadError(f"{name} is no RTF file, whatever its name says: open it and save it as .rtf.")
    raw = data[start:].decode("latin-1")
    found = _CODE_PAGE.search(raw, 0, 5000)
    encoding = _known(found[1]) if found else "cp1252"
    parts = _apart(raw)
    plain = partial(_plain, _fonts(parts.groups.get("fonttbl", [])), encoding, name)
    body = list(_blocks(plain(parts.text)))
    for box in parts.groups.get("shptxt", ()):
        body += _blocks(plain(box))
    notes = (Block(one_line(plain(note))) for note in parts.groups.get("footnote", ()))
    comments = [text for one in parts.groups.get("annotation", ()) if (text := one_line(plain(one)))]
    said = _metadata(" ".join(parts.groups.get("info", ())), plain)
    return Reading((extract_of(body, notes, said, name, comments),), encoding)


def _metadata(info: str, plain: partial[str]) -> Metadata:
    """Title and author. The date of creation is left alone: it is the file's, and seldom that of publication."""
    title, author = _TITLE.search(info), _AUTHOR.search(info)
    return Metadata(
        title=title_of(plain(title[1])) if title else "",
        authors=authors_of([plain(author[1])]) if author else (),
    )


def _known(code_page: str) -> str:
    name = "utf-8" if code_page == "65001" else f"cp{code_page}"
    try:
        return codecs.lookup(name).name
    except LookupError:
        return "cp1252"


def _apart(raw: str) -> _Parts:
    """Takes the groups out, each as a whole, and the bytes of pictures that are not written as text."""
    kept: list[str] = []
    parts = _Parts()
    at = depth = taken_at = 0
    word = ""
    for start, end, mark in _marks(raw):
        if mark == "{" and not depth and (opening := _OPENING.match(raw, start)) and opening[1] in _TAKEN:
            kept += [raw[at:start], "{}"]  # an empty group, so that what stood around it does not grow together
            word, taken_at, depth = opening[1], opening.end(), 1
        elif depth:
            depth += {"{": 1, "}": -1}.get(mark, 0)
            if not depth:
                parts.groups.setdefault(word, []).append(raw[taken_at : max(taken_at, start)])
            at = end
        elif not mark:
            kept.append(raw[at:start])
            at = end
    if depth:
        parts.groups.setdefault(word, []).append(raw[taken_at:])
    else:
        kept.append(raw[at:])
    parts.text = "".join(kept)
    return parts


def _marks(raw: str) -> Iterator[tuple[int, int, str]]:
    """Braces, and with "" for a mark the stretches of raw bytes, in which a brace means nothing."""
    found = _TOKEN.search(raw)
    while found:
        end = found.end()
        if found[1]:
            end += int(found[1])
            yield found.start(), end, ""
        elif found[0] in "{}":
            yield found.start(), end, found[0]
        found = _TOKEN.search(raw, end)


def _fonts(tables: list[str]) -> str:
    """The font table again, a font a line: what reads it takes hours over a long line without an end."""
    fonts = (found.groups() for table in tables for found in _FONT.finditer(table))
    lines = (f"{{\\f{number}\\fcharset{charset} x;}}\n" for number, charset in fonts if int(charset) not in _MAC_FONTS)
    return "{\\fonttbl\n" + "".join(lines) + "}"


def _plain(fonts: str, encoding: str, name: str, text: str) -> str:
    """A stretch of RTF as text."""
    text = _CELL.sub(_BETWEEN_CELLS, _DELETED.sub("{}", _BULLET.sub(r"\\bullet\\tab ", text)))
    text = text.encode("latin-1", "replace").decode(encoding, "replace")
    try:
        found = rtf_to_text(f"{{{fonts}{{{text}", encoding=encoding, errors="replace")  # type: ignore[no-untyped-call]
    except (TypeError, ValueError, LookupError, OverflowError) as error:
        raise ReadError(f"{name} is damaged: its RTF cannot be read. Open it and save it again as .rtf.") from error
    # an emoji is written as two halves
    whole = str(found).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return whole.replace("\n" + _BETWEEN_CELLS, _BETWEEN_CELLS)  # the end of a cell's last paragraph


def _blocks(text: str) -> Iterator[Block]:
    """A paragraph a line; lines of cells in a row are a table."""
    for is_table, lines in groupby(text.split("\n"), key=lambda line: _BETWEEN_CELLS in line):
        if is_table:
            yield table_of(line.split(_BETWEEN_CELLS) for line in lines)
        else:
            yield from map(_paragraph, lines)


def _paragraph(line: str) -> Block:
    item = _ITEM.match(line.lstrip(" "))
    text = one_line(line.lstrip(" ")[item.end() :] if item else line)
    return Block(f"- {text}", is_item=True) if item and text else Block(text)
