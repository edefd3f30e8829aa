"""Reads BibTeX and biblatex: each entry as named fields, with LaTeX turned into plain text."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from bibtexparser.entrypoint import parse_string
from bibtexparser.model import Block, DuplicateBlockKeyBlock, DuplicateFieldKeyBlock, Entry, ParsingFailedBlock
from pylatexenc.latex2text import LatexNodes2Text

from index.text.lexicon import MONTHS

_MONTHS = tuple(month[:3] for month in MONTHS)
_LATEX_FIELDS = ("title", "subtitle", "journal", "journaltitle", "booktitle", "publisher", "school", "institution")
_VERBATIM_FIELDS = ("url", "doi", "file", "language", "langid")
_FIELDS = frozenset((*_LATEX_FIELDS, *_VERBATIM_FIELDS, "author", "date", "year", "month", "day"))
_UNESCAPED = re.compile(r"(?<!\\)([&%#])")
_LATEX = re.compile(r"[\\$~]|--|``|''")
_MAX_LATEX_CHARS = 10_000  # a longer field is not parsed as LaTeX (a guess)
_MAX_DEPTH = 50  # nested braces; the LaTeX parser descends into them by recursion (a guess)

_DECODER = LatexNodes2Text(math_mode="text", keep_comments=True)

# They log each broken entry; these are counted here and reported once per file.
for _library in ("bibtexparser", "pylatexenc"):
    logging.getLogger(_library).setLevel(logging.CRITICAL)


def bibtex_fields(text: str) -> Iterator[dict[str, Any] | None]:
    """The fields of each entry under CSL's or biblatex's names, with its ``key``; None for an unreadable entry."""
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
    """The entry in a block, also if its key or one of its fields occurs twice; None when the block holds no entry."""
    if isinstance(block, (DuplicateBlockKeyBlock, DuplicateFieldKeyBlock)):
        block = block.ignore_error_block or block
    return block if isinstance(block, Entry) else None


def _fields(entry: Entry, macros: Mapping[str, str]) -> dict[str, Any]:
    raw: dict[str, str] = {}
    for field in entry.fields:  # the first of a name counts
        if (name := field.key.casefold()) in _FIELDS:
            raw.setdefault(name, _expanded(field.value, macros))
    kind = entry.entry_type.casefold()
    fields: dict[str, Any] = {"key": entry.key, "type": "article-journal" if kind == "article" else kind}
    fields |= {name: raw[name] for name in _VERBATIM_FIELDS if name in raw}
    fields |= {name: _text(raw[name]) for name in _LATEX_FIELDS if name in raw}
    if "subtitle" in fields and "title" in fields:
        fields["title"] += f": {fields['subtitle']}"
    fields["authors"] = [_name(author) for author in _split(raw.get("author", ""), re.compile(r"\sand\s"))]
    fields["date"] = _date(raw)
    fields["language"] = fields.get("langid") or fields.get("language")
    fields["container-title"] = fields.get("journaltitle") or fields.get("journal") or fields.get("booktitle")
    fields["publisher"] = fields.get("publisher") or fields.get("school") or fields.get("institution")
    return {name: value for name, value in fields.items() if value}


def _expanded(value: str, macros: Mapping[str, str]) -> str:
    """A field's value with its pieces concatenated, macros replaced, and outer quotation marks or braces removed."""
    pieces = []
    for piece in _split(value, re.compile("#")):
        if piece[0] + piece[-1] in ("{}", '""') and len(piece) > 1:
            pieces.append(piece[1:-1])
        else:
            pieces.append(macros.get(piece.casefold(), piece))
    return "".join(pieces)


def _split(text: str, separator: re.Pattern[str]) -> list[str]:
    """The stripped parts between separators outside braces and quotation marks, without empty parts."""
    parts, start, depth, quoted = [], 0, 0, False
    separators = {match.start(): match.end() for match in separator.finditer(text)}
    for position, letter in enumerate(text):
        depth += (letter == "{") - (letter == "}")
        quoted ^= letter == '"' and depth == 0 and text[position - 1 : position] != "\\"  # \" is an accent
        if depth == 0 and not quoted and position in separators:
            parts.append(text[start:position])
            start = separators[position]
    return [part.strip() for part in [*parts, text[start:]] if part.strip()]


def _name(text: str) -> dict[str, str]:
    """A CSL name from "Last, First", "Last, Jr, First", "First Last" or "{An Organisation}"; {} for "others"."""
    if text == "others":
        return {}
    if text.startswith("{") and text.endswith("}"):
        return {"literal": _text(text)}
    pieces = [_text(piece) for piece in _split(text, re.compile(","))]
    if len(pieces) == 1:
        return {"literal": pieces[0]}
    return {"family": " ".join([pieces[0], *pieces[1:-1]]), "given": pieces[-1]} if pieces else {}


def _date(raw: Mapping[str, str]) -> str:
    """biblatex's ``date`` (the start of a range), else ISO from year, month and day, as far as they are known."""
    if raw.get("date"):
        return raw["date"].partition("/")[0].strip(" ~?%")
    year, month = raw.get("year", "").strip("{} "), raw.get("month", "").strip().casefold()[:3]
    number = _MONTHS.index(month) + 1 if month in _MONTHS else int(month) if month.isdecimal() else 0
    if not 1 <= number <= 12:
        return year
    day = raw.get("day", "").strip("{} ")
    return f"{year}-{number:02}" + (f"-{int(day):02}" if day.isdecimal() and len(day) <= 2 else "")


def _text(latex: str) -> str:
    """Plain text for LaTeX: accents, dashes and quotes as characters, without braces and commands."""
    if _LATEX.search(latex) and len(latex) <= _MAX_LATEX_CHARS and _depth(latex) <= _MAX_DEPTH:
        # an incomplete command may make any of the decoder's rules fail; the field then stays as it is
        with suppress(Exception):
            latex = _DECODER.latex_to_text(_UNESCAPED.sub(r"\\\1", latex))
    return " ".join(latex.replace("{", "").replace("}", "").split())


def _depth(latex: str) -> int:
    """The greatest number of nested braces and brackets."""
    depth = max_depth = 0
    for letter in latex:
        depth += (letter in "{[") - (letter in "}]")
        max_depth = max(max_depth, depth)
    return max_depth
