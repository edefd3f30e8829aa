"""Reads RTF with striprtf; the groups that striprtf loses (notes, text boxes) or fails on are cut out beforehand."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby

from striprtf.striprtf import rtf_to_text

from index.errors import ReadError
from ingest.readers.office.blocks import Block, extract_of, table_of
from ingest.readers.office.properties import authors_of, one_line, title_of
from ingest.types import Metadata, Reading

# Groups that are cut out of the text. Some are read on their own; pictures and link targets are thrown away.
_CUT_OUT = frozenset(("footnote", "shptxt", "annotation", "info", "fonttbl", "pict", "fldinst", "objdata", "themedata"))
_TOKEN = re.compile(r"\\bin(\d{1,9}) ?|\\[\\{}]|[{}]")
_OPENING = re.compile(r"\{\s{0,9}(?:\\\*\s{0,9})?\\([a-z]{1,32})(-?\d{1,10})? ?")
_LIST_MARKER = re.compile(
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
class _RtfParts:
    """A file in parts: ``text`` without the cut groups, and the contents of these by their control word."""

    text: str = ""
    groups: dict[str, list[str]] = field(default_factory=dict)


def read_rtf(data: bytes, name: str) -> Reading:
    start = data[:64].find(b"{\\rtf")
    if start < 0:
        raise ReadError(f"{name} is no RTF file, whatever its name says: open it and save it as .rtf.")
    raw = data[start:].decode("latin-1")
    code_page = _CODE_PAGE.search(raw, 0, 5000)
    encoding = _encoding_of(code_page[1]) if code_page else "cp1252"
    parts = _split_groups(raw)
    plain = partial(_plain, _fonts(parts.groups.get("fonttbl", [])), encoding, name)
    body = list(_blocks(plain(parts.text)))
    for box in parts.groups.get("shptxt", ()):
        body += _blocks(plain(box))
    notes = (Block(one_line(plain(note))) for note in parts.groups.get("footnote", ()))
    annotations = parts.groups.get("annotation", ())
    comments = [text for annotation in annotations if (text := one_line(plain(annotation)))]
    properties = _metadata(" ".join(parts.groups.get("info", ())), plain)
    return Reading((extract_of(body, notes, properties, name, comments),), encoding)


def _metadata(info: str, plain: partial[str]) -> Metadata:
    """Title and author. The date of creation is ignored: it is the file's, and rarely that of publication."""
    title, author = _TITLE.search(info), _AUTHOR.search(info)
    return Metadata(
        title=title_of(plain(title[1])) if title else "",
        authors=authors_of([plain(author[1])]) if author else (),
    )


def _encoding_of(code_page: str) -> str:
    """Python's name for a Windows code page; cp1252 for an unknown one."""
    name = "utf-8" if code_page == "65001" else f"cp{code_page}"
    try:
        return codecs.lookup(name).name
    except LookupError:
        return "cp1252"


def _split_groups(raw: str) -> _RtfParts:
    """Cuts ``_CUT_OUT`` out of the text, each with all that is nested in it, and removes raw bytes of pictures."""
    text: list[str] = []
    parts = _RtfParts()
    position = depth = group_start = 0
    word = ""
    for start, end, brace in _braces(raw):
        if brace == "{" and not depth and (opening := _OPENING.match(raw, start)) and opening[1] in _CUT_OUT:
            text += [raw[position:start], "{}"]  # an empty group keeps the words before and after it apart
            word, group_start, depth = opening[1], opening.end(), 1
        elif depth:
            depth += {"{": 1, "}": -1}.get(brace, 0)
            if not depth:
                parts.groups.setdefault(word, []).append(raw[group_start : max(group_start, start)])
            position = end
        elif not brace:
            text.append(raw[position:start])
            position = end
    if depth:
        parts.groups.setdefault(word, []).append(raw[group_start:])
    else:
        text.append(raw[position:])
    parts.text = "".join(text)
    return parts


def _braces(raw: str) -> Iterator[tuple[int, int, str]]:
    """The start, end and sign of each brace; "" as the sign for a stretch of raw bytes, whose braces do not count."""
    match = _TOKEN.search(raw)
    while match:
        end = match.end()
        if match[1]:
            end += int(match[1])
            yield match.start(), end, ""
        elif match[0] in "{}":
            yield match.start(), end, match[0]
        match = _TOKEN.search(raw, end)


def _fonts(tables: list[str]) -> str:
    """The font table, rewritten with a line for each font: striprtf takes hours for a long line without an end."""
    fonts = (match.groups() for table in tables for match in _FONT.finditer(table))
    lines = (f"{{\\f{number}\\fcharset{charset} x;}}\n" for number, charset in fonts if int(charset) not in _MAC_FONTS)
    return "{\\fonttbl\n" + "".join(lines) + "}"


def _plain(fonts: str, encoding: str, name: str, text: str) -> str:
    """The plain text of a piece of RTF; cells end with ``_BETWEEN_CELLS``. Raises ReadError."""
    text = _CELL.sub(_BETWEEN_CELLS, _DELETED.sub("{}", _LIST_MARKER.sub(r"\\bullet\\tab ", text)))
    text = text.encode("latin-1", "replace").decode(encoding, "replace")
    try:
        plain = rtf_to_text(f"{{{fonts}{{{text}", encoding=encoding, errors="replace")  # type: ignore[no-untyped-call]
    except (TypeError, ValueError, LookupError, OverflowError) as error:
        raise ReadError(f"{name} is damaged: its RTF cannot be read. Open it and save it again as .rtf.") from error
    # RTF writes an emoji as two surrogates; here they are joined
    joined = str(plain).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return joined.replace("\n" + _BETWEEN_CELLS, _BETWEEN_CELLS)  # the end of a cell's last paragraph


def _blocks(text: str) -> Iterator[Block]:
    """A block for each line; consecutive lines with cells are one table."""
    for is_table, lines in groupby(text.split("\n"), key=lambda line: _BETWEEN_CELLS in line):
        if is_table:
            yield table_of(line.split(_BETWEEN_CELLS) for line in lines)
        else:
            yield from map(_paragraph, lines)


def _paragraph(line: str) -> Block:
    item = _ITEM.match(line.lstrip(" "))
    text = one_line(line.lstrip(" ")[item.end() :] if item else line)
    return Block(f"- {text}", is_item=True) if item and text else Block(text)
