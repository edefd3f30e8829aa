"""Reads what a DOCX draws from data of its own: charts as tables, diagrams (SmartArt) as lists."""

from __future__ import annotations

from ingest.readers.office.archive import Archive, Element, kind_of
from ingest.readers.office.blocks import Block
from ingest.readers.office.charts import chart_block
from ingest.readers.office.properties import one_line

_DRAWN = ("chart", "chartEx", "diagramData")


def drawn_parts(archive: Archive, main: str) -> dict[str, Element | None]:
    """The charts and diagrams by the ids of their relationships, which the drawings in the text refer to; None for one
    that is damaged."""
    return {identity: archive.part(member) for identity, kind, member in archive.links(main) if kind in _DRAWN}


def drawing_block(root: Element) -> Block | None:
    """A chart as a table, a diagram as the lines of a block; None for a chart of a kind that is not known."""
    if kind_of(root) == "dataModel":
        return _diagram(root)
    return chart_block(root) if any(True for _ in root.iter("{*}ser")) else None


def _diagram(root: Element) -> Block:
    """A line for each shape with text, in the order in which they were made."""
    points = ("".join(run.text or "" for run in point.iter("{*}t")) for point in root.iterfind("{*}ptLst/{*}pt"))
    return Block("\n".join(text for point in points if (text := one_line(point))), is_table=True)
