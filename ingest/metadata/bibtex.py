"""BibTeX and biblatex: entries as named fields, their LaTeX read as text."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from bibtexparser.entrypoint import parse_string
from bibtexparser.model import Block, DuplicateBlockKeyBlock, DuplicateFieldKeyBlock, Entry, ParsingFailedBlock
from pylatexenc.latex2text import LatexNodes2Text

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WORDS = ("title", "subtitle", "journal", "journaltitle", "booktitle", "publisher", "school", "institution")
_VERBATIM = ("url", "doi", "file", "language", "langid")
_WANTED = frozenset((*_WORDS, *_VERBATIM, "author", "date", "year", "month", "day"))
_BARE = re.compile(r"(?<!\\)([&%#])")
_LATEX = re.compile(r"[\\$~]|--|``|''")
_LONGEST = 10_000  # characters of a field that is read as LaTeX
_DEEPEST = 50  # braces in braces; the reader of LaTeX goes down them by recursion

_TO_TEXT = LatexNodes2Text(math_mode="text", keep_comments=True)

# What they log of each broken entry is counted here and told in the report.
for _library in ("bibtexparser", "pylatexenc"):
    logging.getLogger(_library).setLevel(logging.CRITICAL)


def bibtex_fields(text: str) -> Iterator[dict[str, Any] | None]:
    """Each entry as fields under CSL's names or biblatex's, with its ``key``; None for one that cannot be read."""
    library = parse_string(text, parse_stack=[])
    macros = {month: month for month in _MONTHS}
    for string in library.strings:
        macros[string.key.casefold()] = _expanded(string.value, macros)
    for block in library.blocks:
        entry = _entry(block)
        if entry is not None:
            yield _fields(entry, macros)
        elif isinstance(block, ParsingFailedBlock):
            yield None


def _entry(block: Block) -> Entry | None:
    """An entry whose key or one of whose fields occurs twice is an entry all the same."""
    if isinstance(block, (DuplicateBlockKeyBlock, DuplicateFieldKeyBlock)):
        block = block.ignore_error_block or block
    return block if isinstance(block, Entry) else None


def _fields(entry: Entry, macros: Mapping[str, str]) -> dict[str, Any]:
    raw: dict[str, str] = {}
    for field in entry.fields:  # the first of a name counts
        if (name := field.key.casefold()) in _WANTED:
            raw.setdefault(name, _expanded(field.value, macros))
    kind = entry.entry_type.casefold()
    fields: dict[str, Any] = {"key": entry.key, "type": "article-journal" if kind == "article" else kind}
    fields |= {name: raw[name] for name in _VERBATIM if name in raw}
    fields |= {name: _text(raw[name]) for name in _WORDS if name in raw}
    if "subtitle" in fields and "title" in fields:
        fields["title"] += f": {fields['subtitle']}"
    fields["authors"] = [_name(one) for one in _parted(raw.get("author", ""), re.compile(r"\s+and\s+"))]
    fields["date"] = _date(raw)
    fields["language"] = fields.get("langid") or fields.get("language")
    fields["container-title"] = fields.get("journaltitle") or fields.get("journal") or fields.get("booktitle")
    fields["publisher"] = fields.get("publisher") or fields.get("school") or fields.get("institution")
    return {name: value for name, value in fields.items() if value}


def _expanded(value: str, macros: Mapping[str, str]) -> str:
    """A field's value: its pieces joined, macros in place of their names, quotation marks and outer braces gone."""
    pieces = []
    for piece in _parted(value, re.compile(r"\s*#\s*")):
        if piece[0] + piece[-1] in ("{}", '""') and len(piece) > 1:
            pieces.append(piece[1:-1])
        else:
            pieces.append(macros.get(piece.casefold(), piece))
    return "".join(pieces)


def _parted(text: str, at: re.Pattern[str]) -> list[str]:
    """The parts between separators that stand neither in braces nor in quotation marks."""
    parts, start, depth, quoted = [], 0, 0, False
    separators = {match.start(): match.end() for match in at.finditer(text)}
    for place, letter in enumerate(text):
        depth += (letter == "{") - (letter == "}")
        quoted ^= letter == '"' and depth == 0
        if depth == 0 and not quoted and place in separators:
            parts.append(text[start:place])
            start = separators[place]
    return [part.strip() for part in [*parts, text[start:]] if part.strip()]


def _name(text: str) -> dict[str, str]:
    """ "Last, First", "Last, Jr, First", "First Last", or "{An Organisation}"; "others" is nobody."""
    if text == "others":
        return {}
    if text.startswith("{") and text.endswith("}"):
        return {"literal": _text(text)}
    pieces = [_text(piece) for piece in _parted(text, re.compile(r"\s*,\s*"))]
    if len(pieces) == 1:
        return {"literal": pieces[0]}
    return {"family": " ".join([pieces[0], *pieces[1:-1]]), "given": pieces[-1]} if pieces else {}


def _date(raw: Mapping[str, str]) -> str:
    """biblatex's ``date`` (the start of a range), else year, month and day."""
    if raw.get("date"):
        return raw["date"].partition("/")[0].strip(" ~?%")
    year, month = raw.get("year", "").strip("{} "), raw.get("month", "").strip().casefold()[:3]
    number = _MONTHS.index(month) + 1 if month in _MONTHS else int(month) if month.isdecimal() else 0
    if not 1 <= number <= 12:
        return year
    day = raw.get("day", "").strip("{} ")
    return f"{year}-{number:02}" + (f"-{int(day):02}" if day.isdecimal() else "")


def _text(latex: str) -> str:
    """What LaTeX sets: accents, dashes and quotes as characters, no braces and no commands."""
    if _LATEX.search(latex) and len(latex) <= _LONGEST and _depth(latex) <= _DEEPEST:
        # any of its rules for a command may fail on one that is incomplete; the field then stays as it was written
        with suppress(Exception):
            latex = _TO_TEXT.latex_to_text(_BARE.sub(r"\\\1", latex))
    return " ".join(latex.replace("{", "").replace("}", "").split())


def _depth(latex: str) -> int:
    depth = deepest = 0
    for letter in latex:
        depth += (letter in "{[") - (letter in "}]")
        deepest = max(deepest, depth)
    return deepest
