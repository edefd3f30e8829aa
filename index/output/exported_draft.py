"""The draft that an exported check holds. A table of its sentences holds none: it lacks what was not checked."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from itertools import zip_longest
from pathlib import Path
from typing import Any

from index.output.docx import INSERTED, WORD
from index.output.export_record import DAMAGE, LONGEST, Record, digest
from index.types import Draft, Span

_NOTE = re.compile(r"\[\^check-\d+\]")  # as ``export_draft`` writes them
_END_OF_DRAFT = "\n\n---\n\n"
_W = f"{{{WORD}}}"


def draft_in(file: Path, record: Record) -> Draft | None:
    """The draft, if the file has the text that was checked, letter by letter; Markdown and Word have it."""
    texts = _TEXTS.get(file.suffix.lower())
    try:
        about = record.get("draft", {})
        if texts is None or "prose" not in about:
            return None
        text = next((text for text in texts(file.read_bytes(), about) if digest(text) == about["digest"]), None)
        prose = about["prose"]
        spans = None if prose is None else tuple(Span(*span) for span in prose)
        return None if text is None else Draft(text, spans, about["title"], about["language"])
    except DAMAGE:
        return None


def _of_markdown(content: bytes, about: Mapping[str, Any]) -> Iterator[str]:
    """Without its footnotes; the end of its last line is not told."""
    bare = _NOTE.sub("", content.decode("utf-8-sig").rpartition(_END_OF_DRAFT)[0])
    yield from (bare, f"{bare}\n")


def _of_word(content: bytes, about: Mapping[str, Any]) -> Iterator[str]:
    """Its first paragraphs without what was put into them, and between them what the record says."""
    from lxml import etree  # not loaded to write an export

    gaps = about.get("between", [])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        part = archive.getinfo("word/document.xml")
        if not gaps or part.file_size > LONGEST:
            return
        root = etree.fromstring(archive.read(part), etree.XMLParser(resolve_entities=False, no_network=True))
    paragraphs = [_words(paragraph) for paragraph in root.iter(f"{_W}p")]
    yield "".join(gap + line for gap, line in zip_longest(gaps, paragraphs[: len(gaps) - 1], fillvalue=""))


def _words(paragraph: Any) -> str:
    runs = (run for run in paragraph.iter(f"{_W}r") if not _is_inserted(run))
    return "".join(text.text or "" for run in runs for text in run.iter(f"{_W}t"))


def _is_inserted(run: Any) -> bool:
    style = run.find(f"{_W}rPr/{_W}rStyle")
    return style is not None and style.get(f"{_W}val") == INSERTED


_TEXTS: Mapping[str, Callable[[bytes, Mapping[str, Any]], Iterator[str]]] = {".md": _of_markdown, ".docx": _of_word}
