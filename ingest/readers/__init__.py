"""Which function reads which format: a file's bytes in, a ``Reading`` out. A new format is one more line of
``READERS``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from types import MappingProxyType
from typing import cast

from index.errors import ReadError
from ingest.types import Extract, Outcome, Reading

HOLE = "\ufffd"
"""Stands in a text for a sign that could not be read."""

Reader = Callable[..., Reading]

_TEXT_LIMIT, _OFFICE_LIMIT, _RECORDS_LIMIT = 20_000_000, 200_000_000, 1_000_000_000  # bytes (guesses)


@dataclass(frozen=True, slots=True)
class ReaderFormat:
    """A reader function, imported when the first file of its format is read: most folders hold only one or two formats.
    Larger files than ``max_bytes`` are refused. ``has_pictures``: the function takes ``ocr``, whether it reads
    pictures of text."""

    module: str
    function: str
    max_bytes: int = _TEXT_LIMIT
    has_pictures: bool = False

    def __call__(self, data: bytes, name: str, *, ocr: bool = True) -> Reading:
        options = {"ocr": ocr} if self.has_pictures else {}
        function = cast(Reader, getattr(import_module(f"ingest.readers.{self.module}"), self.function))
        reading = function(data, name, **options)
        outcomes = (_with_holes_named(outcome, reading.warnings) for outcome in reading.extracts)
        return replace(reading, extracts=(*outcomes,) if isinstance(reading.extracts, tuple) else outcomes)


def _with_holes_named(outcome: Outcome, known: Sequence[str]) -> Outcome:
    """The outcome; signs of a text that nobody can read are named in a warning, unless the reader has named them."""
    if not isinstance(outcome, Extract) or not (count := outcome.text.count(HOLE)):
        return outcome
    if any(HOLE in warning for warning in (*known, *outcome.warnings)):
        return outcome
    warning = f"signs that could not be read, and stand as {HOLE} in the text: {count}. Compare them with the file"
    return replace(outcome, warnings=(*outcome.warnings, warning))


_PLAIN = ReaderFormat("plain", "read_plain")
_MARKDOWN = ReaderFormat("markdown", "read_markdown")
_HTML = ReaderFormat("html.reader", "read_html", _OFFICE_LIMIT)
_MHTML = ReaderFormat("html.saved", "read_mhtml", _OFFICE_LIMIT)
_JSON_LINES = ReaderFormat("records", "read_json_lines", _RECORDS_LIMIT)
_DOCX = ReaderFormat("office.docx", "read_docx", _OFFICE_LIMIT)
_PICTURE = ReaderFormat("ocr.pictures", "read_picture", _OFFICE_LIMIT, has_pictures=True)

READERS: Mapping[str, ReaderFormat] = MappingProxyType(
    {
        ".txt": _PLAIN,
        ".md": _MARKDOWN,
        ".markdown": _MARKDOWN,
        ".tex": ReaderFormat("markup.latex", "read_latex"),
        ".rst": ReaderFormat("markup.rst", "read_rst"),
        ".org": ReaderFormat("markup.org", "read_org"),
        ".ipynb": ReaderFormat("markup.notebook", "read_notebook", _OFFICE_LIMIT),
        ".html": _HTML,
        ".htm": _HTML,
        ".mhtml": _MHTML,
        ".mht": _MHTML,
        ".maff": ReaderFormat("html.saved", "read_maff", _OFFICE_LIMIT),
        ".jsonl": _JSON_LINES,
        ".ndjson": _JSON_LINES,
        ".json": ReaderFormat("records", "read_json", _RECORDS_LIMIT),
        ".csv": ReaderFormat("tables", "read_table", _RECORDS_LIMIT),
        ".tsv": ReaderFormat("tables", "read_table", _RECORDS_LIMIT),
        ".pdf": ReaderFormat("pdf.reader", "read_pdf", _OFFICE_LIMIT, has_pictures=True),
        ".docx": _DOCX,
        ".docm": _DOCX,
        ".dotx": _DOCX,
        **dict.fromkeys((".pptx", ".pptm", ".ppsx", ".potx"), ReaderFormat("office.pptx", "read_pptx", _OFFICE_LIMIT)),
        **dict.fromkeys((".xlsx", ".xlsm", ".xltx"), ReaderFormat("sheets.xlsx", "read_xlsx", _OFFICE_LIMIT)),
        ".odp": ReaderFormat("office.odp", "read_odp", _OFFICE_LIMIT),
        ".ods": ReaderFormat("sheets.ods", "read_ods", _OFFICE_LIMIT),
        ".odt": ReaderFormat("office.odt", "read_odt", _OFFICE_LIMIT),
        **dict.fromkeys((".srt", ".vtt"), ReaderFormat("recordings.subtitles", "read_subtitles")),
        ".eml": ReaderFormat("mail.eml", "read_eml", _OFFICE_LIMIT, has_pictures=True),
        ".mbox": ReaderFormat("mail.eml", "read_mbox", _RECORDS_LIMIT, has_pictures=True),
        ".msg": ReaderFormat("mail.msg", "read_msg", _OFFICE_LIMIT, has_pictures=True),
        ".fb2": ReaderFormat("office.fb2", "read_fb2"),
        ".epub": ReaderFormat("office.epub", "read_epub", _OFFICE_LIMIT),
        ".rtf": ReaderFormat("office.rtf", "read_rtf"),
        ".png": _PICTURE,
        ".jpg": _PICTURE,
        ".jpeg": _PICTURE,
        ".tif": _PICTURE,
        ".tiff": _PICTURE,
        ".webp": _PICTURE,
        ".bmp": _PICTURE,
    }
)


def read(data: bytes, name: str, *, ocr: bool = True) -> Reading:
    """Reads the bytes of a file; the suffix of ``name`` says which format they have. ``ocr``: whether pictures of text
    are read, too.

    Raises ReadError when the format is unknown or the file cannot be read.
    """
    dot = name.rfind(".")
    reader = READERS.get(name[dot:].lower()) if dot >= 0 else None
    if reader is None:
        raise ReadError(f"{name} is of no format that can be read. Known: {' '.join(READERS)}.")
    return reader(data, name, ocr=ocr)
