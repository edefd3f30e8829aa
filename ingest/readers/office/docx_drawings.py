"""Reads what a DOCX draws from data of its own: charts as tables, diagrams (SmartArt) as lists."""

from __future__ import annotations

import posixpath
import re
from datetime import date, timedelta
from itertools import islice

from ingest.readers.office.archive import Archive, Element, joined_path, kind_of, number_of, value_of
from ingest.readers.office.blocks import Block, table_of
from ingest.readers.office.properties import one_line

_DRAWN = ("chart", "chartEx", "diagramData")
_DAY_ZERO, _DAY_LIMIT = date(1899, 12, 30), 99_999  # spreadsheets store a date as a number of days since day zero
_LONG_NUMBER = re.compile(r"-?\d{1,15}\.\d{12,18}(?:E[+-]?\d{1,3})?")
_MAX_SERIES, _MAX_POINTS = 50, 1000  # (a guess) a chart with more is a curve, not a table; the rest is ignored


def drawn_parts(archive: Archive, main: str) -> dict[str, Element | None]:
    """The charts and diagrams by the ids of their relationships, which the drawings in the text refer to; None for one
    that is damaged."""
    folder, base = posixpath.split(main)
    links = posixpath.join(folder, "_rels", f"{base}.rels")
    root = archive.part(links) if links in archive.members else None
    return {
        relation.get("Id") or "": archive.part(joined_path(folder, relation.get("Target") or ""))
        for relation in (root if root is not None else ())
        if (relation.get("Type") or "").rpartition("/")[2] in _DRAWN and relation.get("TargetMode") != "External"
    }


def drawing_block(root: Element) -> Block | None:
    """A chart as a table, a diagram as the lines of a block; None for a chart of a kind that is not known."""
    if kind_of(root) == "dataModel":
        return _diagram(root)
    return _chart(root) if any(True for _ in root.iter("{*}ser")) else None


def _diagram(root: Element) -> Block:
    """A line for each shape with text, in the order in which they were made."""
    points = ("".join(run.text or "" for run in point.iter("{*}t")) for point in root.iterfind("{*}ptLst/{*}pt"))
    return Block("\n".join(text for point in points if (text := one_line(point))), is_table=True)


def _chart(chart: Element) -> Block:
    """A chart as a table: its title, the names of its series, then a row a category with a column a series."""
    title = " ".join(run.text or "" for run in chart.iterfind("{*}chart/{*}title//{*}t"))
    names, columns, categories = [], [], dict[str, str]()
    for series in islice(chart.iter("{*}ser"), _MAX_SERIES):
        names.append(next(iter(_points(series, "tx").values()), ""))
        categories = {**_points(series, "cat", "xVal"), **categories}
        columns.append(_points(series, "val", "yVal"))
    indexes = dict.fromkeys(index for column in (categories, *columns) for index in column)
    rows = ([categories.get(index, ""), *(column.get(index, "") for column in columns)] for index in indexes)
    return table_of([[title], names, *rows])


def _points(series: Element, *kinds: str) -> dict[str, str]:
    """The values that a series keeps of its spreadsheet, by their index in the series."""
    values: dict[str, str] = {}
    for data in (child for child in series if kind_of(child) in kinds):
        number_format = next((element.text or "" for element in data.iterfind(".//{*}formatCode")), "")
        for point in islice(data.iter("{*}pt"), _MAX_POINTS):
            text = next((value.text or "" for value in point.iterchildren("{*}v")), "")
            values.setdefault(value_of(point, "idx"), _formatted(text, number_format))
    return values


def _formatted(value: str, number_format: str) -> str:
    """A value as its spreadsheet shows it: dates are stored as numbers of days, 4.4 as 4.4000000000000004."""
    if "yy" in number_format.lower() and 0 < (days := number_of(value.partition(".")[0])) < _DAY_LIMIT:
        return (_DAY_ZERO + timedelta(days)).isoformat()
    return f"{float(value):.12g}" if _LONG_NUMBER.fullmatch(value) else value
