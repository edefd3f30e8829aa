"""Reads RTF: its paragraphs, lists and tables, its text boxes behind them, and its notes at the end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from index.errors import ReadError
from ingest.readers.office.blocks import Block, extract_of, lines_of, table_blocks
from ingest.readers.office.properties import authors_of, one_line, title_of
from ingest.readers.office.rtf_fonts import Fonts
from ingest.readers.office.rtf_text import RtfText
from ingest.readers.office.rtf_words import CELL, IN_CELL, INNER_CELL, INNER_ROW, LEVEL, LINE, MARKER, MARKER_END
from ingest.readers.office.unread import Unread
from ingest.readers.table_rows import SpanningCell
from ingest.types import Metadata, Reading

_ITEM = re.compile(r"(?:[-–•·▪◦‣○●■*]\s*\t|[•▪◦‣●■]\s)\s*")
_MARKER = re.compile(f"{MARKER}([^{MARKER_END}]*){MARKER_END}")
_LEVEL = re.compile(f"{LEVEL}(\\d)")
_PARAGRAPH_END = re.compile(f"{IN_CELL}|{LINE}\\s*{LINE}")
_NUMBER = re.compile(r"[(\[]?(?:\d[\w.]*|\w{1,8}(?=[.):\]]))[.):\]]{0,2}")
_INNER_END = re.compile(f"{INNER_CELL}?{INNER_ROW}")


def read_rtf(data: bytes, name: str) -> Reading:
    start = data[:64].find(b"{\\rtf")
    if start < 0:
        raise ReadError(f"{name} is no RTF file, whatever its name says: open it and save it as .rtf.")
    unread = Unread()
    text = RtfText(unread, Fonts(unread))
    text.read(data[start:].decode("latin-1"))
    body = [block for kind in ("body", "boxes") for part in text.plain(kind) for block in _blocks(part)]
    notes = [Block(one_line(" ".join(block.text for block in _blocks(note)))) for note in text.plain("notes")]
    left_out = [block.text for part in text.plain("left out") for block in _blocks(part) if block.text]
    extract = extract_of(body, notes, _metadata(text), name, left_out, unread)
    return Reading((extract,), text.fonts.encoding)


def _metadata(text: RtfText) -> Metadata:
    """Title and author. The date of creation is ignored: it is the file's, and rarely that of publication."""
    return Metadata(
        title=title_of(next(iter(text.plain("title")), "")), authors=authors_of(map(one_line, text.plain("author")[:1]))
    )


def _blocks(text: str) -> Iterator[Block]:
    """A block for each line; consecutive lines with cells are one table."""
    for is_table, lines in groupby(text.split("\n"), key=lambda line: CELL in line):
        if is_table:
            yield from table_blocks([SpanningCell(_cell(cell)) for cell in _cells(line)] for line in lines)
        else:
            yield from (_paragraph(part) for line in lines for part in _PARAGRAPH_END.split(line))


def _cells(line: str) -> list[str]:
    """The cells of a row; behind the last one there is mostly nothing."""
    cells = line.split(CELL)
    return cells if cells[-1].strip() else cells[:-1]


def _cell(text: str) -> list[Block]:
    """The paragraphs of a cell; a table inside it is one of them."""
    return [block for part in text.split(IN_CELL) if (block := _paragraph(part)).text]


def _paragraph(line: str) -> Block:
    line = line.rstrip(f"{INNER_CELL}{INNER_ROW} ")
    line = _INNER_END.sub("; ", line).replace(INNER_CELL, " | ")
    marker, level = _MARKER.search(line), _LEVEL.search(line)
    line = _LEVEL.sub("", _MARKER.sub("", line)).lstrip(" ")
    number = _NUMBER.fullmatch(one_line(marker[1])) if marker else None
    if level:
        return Block(one_line(f"{number[0] if number else ''} {line.replace(LINE, ' ')}"), level=int(level[1]))
    item = _ITEM.match(line)
    text = lines_of((line[item.end() :] if item else line).replace(LINE, "\n"))
    if not (text and (item or marker)):
        return Block(text)
    return Block(f"{number[0] if number else '-'} {text}", is_item=True)
