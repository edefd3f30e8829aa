"""Reads a file or a pasted text as a draft: its text, and which spans of it are prose."""

from __future__ import annotations

from pathlib import PurePath

from index.errors import ReadError
from index.types import Document, Draft, Source
from ingest.chunking import runs
from ingest.encoding import decode, guess_warnings, without_holes
from ingest.metadata.dates import UNCERTAIN_ORDER
from ingest.metadata.languages import language_of
from ingest.readers import read
from ingest.readers.plain import sections_of
from ingest.types import Extract

SUFFIXES = (".txt", ".md", ".markdown", ".docx")
"""Of the files that can be drafts. Offsets count in the text of a text file, in the extracted text of a DOCX (with all
tracked changes accepted)."""


def read_draft(data: bytes, name: str) -> Draft:
    """The draft in a file. Raises ReadError when the file has another format, holds no text or cannot be read."""
    suffix = PurePath(name).suffix.lower()
    if suffix not in SUFFIXES:
        raise ReadError(f"{name} is no draft that can be read. Save it as {', '.join(SUFFIXES)}.")
    if suffix == ".txt":
        return draft_of_text(data, name)
    reading = read(data, name)
    (extract,) = reading.extracts
    assert isinstance(extract, Extract)  # noqa: S101  these readers give one document or raise
    document = Document(Source("", name), extract.text, extract.sections, extract.dropped)
    title = extract.metadata.title
    prose = tuple(span for _, span in runs(document))
    warnings = (*guess_warnings(reading.encoding, reading.encoding_guessed), *reading.warnings, *extract.warnings)
    return Draft(
        extract.text,
        prose,
        "" if title in extract.text else title,
        language_of(extract.text),
        tuple(warning for warning in warnings if warning != UNCERTAIN_ORDER),  # a draft's own date is not used
    )


def draft_of_text(data: bytes | str, name: str = "The draft") -> Draft:
    """The draft in a plain text; ``name`` stands for it in messages. Raises ReadError when it is empty or not text."""
    warnings: tuple[str, ...] = ()
    if isinstance(data, str):
        text = without_holes(data)
    else:
        decoded = decode(data, name)
        text, warnings = decoded.text, (*guess_warnings(decoded.encoding, decoded.guessed), *decoded.warnings)
    if not text.strip():
        raise ReadError(f"{name} holds no text, so there is nothing to check. Paste your draft, or choose its file.")
    prose = tuple(section.span for section in sections_of(text))
    return Draft(text, prose, language=language_of(text), warnings=warnings)
