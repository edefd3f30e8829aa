"""Reads ODP: slide by slide, the texts from top to bottom, each slide's notes after it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.errors import ReadError
from ingest.readers.office.archive import Archive, Element, kind_of, nearest, value_of
from ingest.readers.office.blocks import Block
from ingest.readers.office.declared import odf_metadata, refuse_locked
from ingest.readers.office.odt_body import OdtBody
from ingest.readers.office.odt_lists import lists_of
from ingest.readers.office.odt_styles import text_styles_of, title_styles
from ingest.readers.office.properties import one_line
from ingest.readers.office.slides import Point, extract_of_slides, in_reading_order, slide_blocks
from ingest.types import Reading

_MARGINS = frozenset(("header", "footer", "date-time", "page-number"))  # classes of frames that every slide repeats
_LENGTH = re.compile(r"(-?\d{1,6}(?:\.\d{1,6})?)(mm|cm|in|pt|pc|px)")
_MILLIMETRES = {"mm": 1.0, "cm": 10.0, "in": 25.4, "pt": 25.4 / 72, "pc": 25.4 / 6, "px": 25.4 / 96}


def read_odp(data: bytes, name: str) -> Reading:
    archive = Archive.of(data, name, ".odp")
    refuse_locked(archive)
    root = archive.xml("content.xml")
    show = root.find("{*}body/{*}presentation")
    if show is None:
        raise ReadError(f"{name} is no presentation, whatever its name says: open it and save it as .odp.")
    common = archive.part("styles.xml") if "styles.xml" in archive.members else None
    styles = [part for part in (common, root) if part is not None]
    body = OdtBody(title_styles(styles), text_styles_of(styles), lists_of(styles), archive)
    hidden_styles = {value_of(style, "name") for style in root.iter("{*}style") if _hides(style)}
    blocks: list[Block] = []
    hidden: list[int] = []
    for number, page in enumerate(show.iterchildren("{*}page"), start=1):
        hidden += [number] if value_of(page, "style-name") in hidden_styles else []
        blocks += _slide(page, number, body)
    return Reading((extract_of_slides(blocks, hidden, odf_metadata(archive), name, body.left_out, archive.unread),))


def _hides(style: Element) -> bool:
    return any(value_of(part, "visibility") == "hidden" for part in style.iterchildren("{*}drawing-page-properties"))


def _slide(page: Element, number: int, body: OdtBody) -> Iterator[Block]:
    shapes = [shape for shape in page if kind_of(shape) not in ("notes", "forms", "animations")]
    titles = [shape for shape in shapes if value_of(shape, "class") == "title"]
    margins = [shape for shape in shapes if value_of(shape, "class") in _MARGINS]
    title = one_line(" ".join(block.text for shape in titles for block in body.blocks(shape)))
    others = [shape for shape in shapes if shape not in titles and shape not in margins]
    texts = [block for shape in _in_order(others) for block in body.blocks(shape)]
    spoken = [shape for notes in page.iterchildren("{*}notes") for shape in nearest(notes, ("frame",), ())]
    remarks = [block for shape in spoken if value_of(shape, "class") == "notes" for block in body.blocks(shape)]
    body.left_out += (block.text for shape in margins for block in body.blocks(shape))
    return slide_blocks(number, title, texts, remarks, is_cover=True)


def _in_order(shapes: list[Element]) -> list[Element]:
    """The shapes in reading order, the members of a group in theirs."""
    ordered = in_reading_order((_position(shape), shape) for shape in shapes)
    return [part for shape in ordered for part in (_in_order(list(shape)) if kind_of(shape) == "g" else [shape])]


def _position(shape: Element) -> Point:
    """The upper left corner; that of the first member of a group."""
    placed = [shape, *shape.iter("{*}frame", "{*}custom-shape")] if kind_of(shape) == "g" else [shape]
    first = next((part for part in placed if value_of(part, "y")), shape)
    return _length(value_of(first, "y")), _length(value_of(first, "x"))


def _length(text: str) -> float:
    match = _LENGTH.fullmatch(text)
    return float(match[1]) * _MILLIMETRES[match[2]] if match else 0.0
