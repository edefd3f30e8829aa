"""Notebooks (IPYNB): their Markdown cells as one Markdown text. Code is not prose, so code and its printed output are
left out, which the document shows."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from index.errors import ReadError
from index.types import Origin
from ingest.boilerplate.clean import MAX_PAGE_CHARS
from ingest.encoding import decode, without_holes
from ingest.metadata.fields import metadata_of, normalised
from ingest.metadata.origin import merge_statements, with_origins
from ingest.readers.html.visible import MAX_LEFT_OUT
from ingest.readers.markdown import markdown_extract
from ingest.readers.plain import plain_extract, require_text
from ingest.types import Reading


def read_notebook(data: bytes, name: str) -> Reading:
    """Raises ReadError when it is no notebook or has no text outside its code."""
    decoded = decode(data, name)
    require_text(decoded.text, name)
    try:
        notebook = json.loads(decoded.text)
    except (json.JSONDecodeError, RecursionError, ValueError) as error:
        raise ReadError(f"{name} is broken JSON: open it in its program and save it again.") from error
    cells = _cells(notebook)
    if cells is None:
        raise ReadError(f"{name} is no notebook, whatever its name says: it has no cells. Save it again as .ipynb.")
    text = without_holes("\n\n".join(_joined(cell.get("source")) for cell in cells if _is_text(cell)))
    if not text.strip():
        raise ReadError(f"{name} holds no text outside its code, so there is nothing to search in it: leave it out.")
    extract = markdown_extract(text) if len(text) <= MAX_PAGE_CHARS else plain_extract(text, name)
    stated = metadata_of(normalised(_fields(notebook)), Origin.FORMAT)
    metadata = merge_statements([replace(stated, kind=""), with_origins(extract.metadata)])
    return Reading((replace(extract, metadata=metadata, left_out=tuple(_left_out(cells))),), decoded.encoding)


def _cells(notebook: Any) -> list[Mapping[str, Any]] | None:
    """The cells; those of the first worksheet in the old form of the format."""
    if not isinstance(notebook, dict):
        return None
    sheets = notebook.get("worksheets")
    first = sheets[0] if isinstance(sheets, list) and sheets and isinstance(sheets[0], dict) else {}
    cells = notebook.get("cells", first.get("cells"))
    return [cell for cell in cells if isinstance(cell, dict)] if isinstance(cells, list) else None


def _fields(notebook: Any) -> dict[str, Any]:
    stated = notebook.get("metadata")
    return (
        {key: stated[key] for key in ("title", "authors", "date") if key in stated} if isinstance(stated, dict) else {}
    )


def _is_text(cell: Mapping[str, Any]) -> bool:
    return cell.get("cell_type") in ("markdown", "heading")


def _joined(source: Any) -> str:
    """A cell's text, which is stored as a string or as a list of lines."""
    parts = source if isinstance(source, list) else [source]
    return "".join(part for part in parts if isinstance(part, str)).strip("\n")


def _left_out(cells: list[Mapping[str, Any]]) -> Iterator[str]:
    """The code and its printed output, up to a limit."""
    room = MAX_LEFT_OUT
    for cell in cells:
        for block in () if _is_text(cell) else (_joined(cell.get("source", cell.get("input"))), *_outputs(cell)):
            if not block.strip():
                continue
            room -= len(block)
            if room < 0:
                yield "… more code"
                return
            yield without_holes(block)


def _outputs(cell: Mapping[str, Any]) -> Iterator[str]:
    outputs = cell.get("outputs")
    for output in outputs if isinstance(outputs, list) else ():
        if isinstance(output, dict):
            data = output.get("data")
            yield _joined(output.get("text", data.get("text/plain") if isinstance(data, dict) else None))
