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
from index.text.raised import subscript, superscript
from ingest.metadata.latex_walker import BoundedWalker
from ingest.metadata.people import given_name_first

_MONTHS = tuple(month[:3] for month in MONTHS)
_LATEX_FIELDS = (
    "title",
    "subtitle",
    "journal",
    "journaltitle",
    "booktitle",
    "publisher",
    "school",
    "institution",
    "organization",
)
_VERBATIM_FIELDS = ("url", "doi", "file", "language", "langid")
_EPRINT_FIELDS = ("eprint", "eprinttype", "archiveprefix")
_FIELDS = frozenset(
    (*_LATEX_FIELDS, *_VERBATIM_FIELDS, *_EPRINT_FIELDS, "author", "date", "year", "month", "day", "crossref", "xdata")
)
# Of the entry that a crossref names, these become another field; all but the last line's are inherited as they are.
_INHERITED_AS = {"title": "booktitle", "subtitle": "booksubtitle"}
_NOT_INHERITED = ("crossref", "xdata", "author", "doi", "url", "file", "eprint")
_MAX_PARENTS = 5  # entries that inherit from one another (a guess)
_LOGO = re.compile(r"\\((?:La|Bib|Xe|Lua|pdf|Con)?TeX(?:e\b)?)\b(?:\{\}|\\(?= ))?")
_MACRO = re.compile(r"\\([A-Za-z]{2,})(?![A-Za-z]|\s*[{\[])")
_URL = re.compile(r"\\url\s*\{([^{}]*)\}")
_MATH = re.compile(r"\$([^$]{1,200})\$")
_LOWERED = re.compile(r"_(?:\{([^{}]*)\}|(\w))")
_RAISED = re.compile(r"\^(?:\{([^{}]*)\}|(\w))")
_TEXT_LOWERED, _TEXT_RAISED = (re.compile(rf"\\text{name}script\s*\{{([^{{}}]*)\}}") for name in ("sub", "super"))
_UNESCAPED = re.compile(r"(?<!\\)([&%#])")
_LATEX = re.compile(r"[\\$~]|--|``|''")
_MAX_LATEX_CHARS = 10_000  # a longer field is not parsed as LaTeX (a guess)
_MAX_DEPTH = 50  # nested braces; the LaTeX parser descends into them by recursion (a guess)

_DECODER = LatexNodes2Text(math_mode="text", keep_comments=True)

# They log each broken entry; these are counted here and reported once per file.
for _library in ("bibtexparser", "pylatexenc"):
    logging.getLogger(_library).setLevel(logging.CRITICAL)


def bibtex_fields(text: str) -> Iterator[dict[str, Any] | None]:
    """The fields of each entry under CSL's or biblatex's names, with its ``key`` if it has one; None for an unreadable
    entry.

    ``is_truncated`` is set where the authors end in "and others".
    """
    library = parse_string(text, parse_stack=[])
    macros = {month: month for month in _MONTHS}
    for string in library.strings:
        macros[string.key.casefold()] = _expanded(string.value, macros)
    entries = [entry for block in library.blocks if (entry := _entry(block)) is not None]
    raw = {entry.key.casefold(): _raw_fields(entry, macros) for entry in reversed(entries)}  # the first of a key counts
    for block in library.blocks:
        entry = _entry(block)
        if entry is not None:
            yield _fields(entry, _with_inherited(_raw_fields(entry, macros), raw))
        elif isinstance(block, ParsingFailedBlock):
            yield None


def _raw_fields(entry: Entry, macros: Mapping[str, str]) -> dict[str, str]:
    raw: dict[str, str] = {}
    for field in entry.fields:  # the first of a name counts
        if (name := field.key.casefold()) in _FIELDS:
            raw.setdefault(name, _expanded(field.value, macros))
    return raw


def _with_inherited(raw: dict[str, str], entries: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """The fields, and those of the entries that ``crossref`` and ``xdata`` name, wherever they are in the file."""
    fields, seen = dict(raw), 0
    reference = raw.get("crossref") or raw.get("xdata")
    while reference and seen < _MAX_PARENTS:
        parent = entries.get(reference.strip().casefold(), {})
        is_data = "crossref" not in raw  # an entry of biblatex's type xdata gives its fields as they are
        for name, value in parent.items():
            if is_data or name not in _NOT_INHERITED:
                fields.setdefault(name if is_data else _INHERITED_AS.get(name, name), value)
        reference = parent.get("crossref") or parent.get("xdata")
        seen += 1
    return fields


def _entry(block: Block) -> Entry | None:
    """The entry in a block, also if its key or one of its fields occurs twice; None when the block holds no entry."""
    if isinstance(block, (DuplicateBlockKeyBlock, DuplicateFieldKeyBlock)):
        block = block.ignore_error_block or block
    return block if isinstance(block, Entry) else None


def _fields(entry: Entry, raw: Mapping[str, str]) -> dict[str, Any]:
    kind = entry.entry_type.casefold()
    fields: dict[str, Any] = {"key": entry.key, "type": "article-journal" if kind == "article" else kind}
    fields |= {name: raw[name] for name in _VERBATIM_FIELDS if name in raw}
    fields |= {name: _text(raw[name]) for name in _LATEX_FIELDS if name in raw}
    if "subtitle" in fields and "title" in fields:
        fields["title"] += f": {fields['subtitle']}"
    authors = _split(raw.get("author", ""), re.compile(r"\sand\s"))
    fields["authors"] = [_name(author) for author in authors]
    fields["is_truncated"] = "others" in authors[1:]
    fields["date"] = _date(raw)
    fields["language"] = fields.get("langid") or fields.get("language")
    fields["container-title"] = fields.get("journaltitle") or fields.get("journal") or fields.get("booktitle")
    fields["publisher"] = next(
        (fields[name] for name in ("publisher", "school", "institution", "organization") if fields.get(name)), None
    )
    if "url" not in fields and "arxiv" in (raw.get("eprinttype") or raw.get("archiveprefix") or "").casefold():
        fields["url"] = f"https://arxiv.org/abs/{raw['eprint'].strip()}" if raw.get("eprint") else None
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
    if text.startswith("{") and text.endswith("}") and _is_braced(text):
        return {"literal": _text(text)}
    pieces = [_text(piece) for piece in _split(text, re.compile(","))]
    return {"literal": given_name_first(", ".join(pieces))} if pieces else {}


def _is_braced(text: str) -> bool:
    """Whether the first brace is closed by the last one."""
    depth = 0
    for position, letter in enumerate(text):
        depth += (letter == "{") - (letter == "}")
        if depth == 0:
            return position == len(text) - 1
    return False


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
    latex = _with_raised(_URL.sub(r"\1", _LOGO.sub(r"{\1}", latex)))
    if _LATEX.search(latex) and len(latex) <= _MAX_LATEX_CHARS and _depth(latex) <= _MAX_DEPTH:
        # an incomplete command may make any of the decoder's rules fail; the field then stays as it is
        with suppress(Exception):
            walker = BoundedWalker(_UNESCAPED.sub(r"\\\1", _MACRO.sub(_known_macro, latex)))
            latex = _DECODER.nodelist_to_text(walker.get_latex_nodes()[0])
    return " ".join(latex.replace("{", "").replace("}", "").split())


def _known_macro(macro: re.Match[str]) -> str:
    """A macro as it is, or the name of one that is not known, so that it leaves a trace."""
    is_known = _DECODER.latex_context.get_macro_spec(macro[1]) is not None
    return macro[0] if is_known else f"{{{macro[1]}}}"


def _with_raised(latex: str) -> str:
    """LaTeX with raised and lowered figures as characters of their own, in formulas and in the text."""

    def formula(math: re.Match[str]) -> str:
        lowered = _LOWERED.sub(lambda match: subscript("".join(filter(None, match.groups()))), math[0])
        return _RAISED.sub(lambda match: superscript("".join(filter(None, match.groups())), ""), lowered)

    latex = _MATH.sub(formula, latex)
    latex = _TEXT_LOWERED.sub(lambda match: subscript(match[1]), latex)
    return _TEXT_RAISED.sub(lambda match: superscript(match[1], latex[: match.start()]), latex)


def _depth(latex: str) -> int:
    """The greatest number of nested braces and brackets."""
    depth = max_depth = 0
    for letter in latex:
        depth += (letter in "{[") - (letter in "}]")
        max_depth = max(max_depth, depth)
    return max_depth
