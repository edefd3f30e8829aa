"""Charts of Open XML files as tables of the values that they show."""

from __future__ import annotations

from itertools import islice

from ingest.readers.office.archive import Element, kind_of, value_of
from ingest.readers.office.blocks import Block, table_of
from ingest.readers.sheets.number_format import shown

_MAX_SERIES, _MAX_POINTS = 50, 1000  # (a guess) a chart with more is a curve, not a table; the rest is ignored


def chart_block(chart: Element) -> Block:
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
            values.setdefault(value_of(point, "idx"), shown(text, number_format))
    return values
