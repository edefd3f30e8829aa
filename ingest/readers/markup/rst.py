"""reStructuredText: the file's text unchanged, with sections from its headings and metadata from its fields.

Directives, comments and targets are dropped; the text in notes, warnings and the like stays."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from index.types import Span
from ingest.readers.front_matter import FrontMatter
from ingest.readers.markdown import LineKind, MarkedLine, extract_of_lines, line_spans, read_marked_lines
from ingest.types import Extract, Reading

_LINE_OF_MARKS = re.compile(r"([!-/:-@\[-`{-~])\1{2,}[ \t]*")
_TABLE_BORDER = re.compile(r"[ \t]*(?:\+(?:[-=]{2,}\+)+|={2,}(?:[ \t]+={2,})+)[ \t]*")
_FIELD = re.compile(r":([\w-][\w -]{0,40}):(?:[ \t]+(.*))?")
_EXPLICIT = re.compile(r"([ \t]*)\.\.(?:[ \t]+(.*))?")
_DIRECTIVE = re.compile(r"(?:\|[^|]{1,100}\| +)?([\w:+.-]{1,60})::(?:[ \t]+(.*))?")
_CITATION = re.compile(r"\[[^\]]{1,60}\][ \t]+\S")
_LINK = re.compile(r"`([^`<]{1,300}?) ?<[^`>]{1,500}>`__?")
_MARKS = re.compile(r":[\w:-]{1,40}:(?=`)|(?<!\w)(?:\*{1,2}|`{1,2})(?=\S)|(?<=\S)(?:\*{1,2}|`{1,2}_{0,2})(?!\w)")
# Directives whose content is text of the document.
_WITH_TEXT = frozenset(
    (
        *("note", "warning", "tip", "important", "hint", "caution", "danger", "error", "attention", "admonition"),
        *("seealso", "versionadded", "versionchanged", "deprecated", "topic", "sidebar", "epigraph", "highlights"),
        *("pull-quote", "container", "compound", "figure", "table", "list-table", "parsed-literal", "rubric"),
        *("centered", "tab-set", "tab-item", "dropdown", "grid", "card", "abstract", "glossary"),
    )
)


def read_rst(data: bytes, name: str) -> Reading:
    """The whole file as one extract; a very long one is read as plain text. Raises ReadError when it has no text."""
    return read_marked_lines(data, name, _extract)


def _extract(text: str) -> Extract:
    scanner = _Scanner(text, list(line_spans(text, 0)))
    lines = list(scanner.lines())
    return extract_of_lines(text, FrontMatter.of(scanner.fields), lines)


@dataclass
class _Scanner:
    """Goes through the lines. ``styles``: the marks of headings, the highest level first; ``fields``: those at the top.

    ``silent``: the indentation of a directive or comment whose content is dropped; None outside one.
    """

    text: str
    spans: list[Span]
    styles: list[tuple[str, bool]] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)
    silent: int | None = None
    options: int | None = None
    at_top: bool = True

    def lines(self) -> Iterator[MarkedLine]:
        i = 0
        while i < len(self.spans):
            heading = self._heading(i)
            if heading is not None:
                yield heading[0]
                i += heading[1]
                continue
            yield MarkedLine(self._kind(self._raw(i)), self.spans[i])
            i += 1

    def _raw(self, i: int) -> str:
        return self.text[slice(*self.spans[i])] if 0 <= i < len(self.spans) else ""

    def _heading(self, i: int) -> tuple[MarkedLine, int] | None:
        """The heading that begins at line ``i``, and how many lines it has: its marks may stand above it too."""
        if self.silent is not None and self._raw(i)[:1] in (" ", "\t", ""):
            return None
        over = _LINE_OF_MARKS.fullmatch(self._raw(i)) if not self._raw(i - 1).strip() else None
        title, below = (self._raw(i + 1), self._raw(i + 2)) if over else (self._raw(i), self._raw(i + 1))
        under = _LINE_OF_MARKS.fullmatch(below)
        if not under or not title.strip() or _LINE_OF_MARKS.fullmatch(title) or (over and over[1] != under[1]):
            return None
        is_long_enough = len(below.rstrip()) >= min(len(title.strip()), 4)
        if not is_long_enough or (not over and (title[0].isspace() or self._raw(i - 1).strip())):
            return None
        self.silent = self.options = None
        style = (under[1], over is not None)
        if style not in self.styles:
            self.styles.append(style)
        count = 3 if over else 2
        span = Span(self.spans[i].start, self.spans[i + count - 1].end)
        return MarkedLine(LineKind.HEADING, span, _plain(title), self.styles.index(style) + 1), count

    def _kind(self, raw: str) -> LineKind:
        if not raw.strip():
            self.options = None
            return LineKind.BLANK
        indent = len(raw) - len(raw.lstrip())
        if self.silent is not None and indent > self.silent:
            return LineKind.ASIDE
        self.silent = None
        match = _FIELD.fullmatch(raw.strip())
        if match and self.at_top and not indent:
            self.fields.setdefault(match[1], match[2] or "")
            return LineKind.ASIDE
        if match and self.options is not None and indent > self.options:
            return LineKind.ASIDE
        explicit = _EXPLICIT.fullmatch(raw)
        if explicit:
            return self._explicit(len(explicit[1]), explicit[2] or "")
        is_aside = _LINE_OF_MARKS.fullmatch(raw) or _TABLE_BORDER.fullmatch(raw) or raw.startswith("__ ")
        self.at_top = self.at_top and bool(is_aside)
        return LineKind.ASIDE if is_aside else LineKind.TEXT

    def _explicit(self, indent: int, content: str) -> LineKind:
        """A line after "..": a directive, a footnote or citation, a target, or a comment."""
        if _CITATION.match(content):
            return LineKind.TEXT
        match = _DIRECTIVE.fullmatch(content)
        if match and match[1] in _WITH_TEXT:
            self.options = indent
            return LineKind.TEXT if match[2] and match[1] != "figure" else LineKind.ASIDE
        self.silent = indent
        return LineKind.ASIDE


def _plain(title: str) -> str:
    """A heading without roles, targets of links and marks of emphasis."""
    return " ".join(_MARKS.sub("", _LINK.sub(r"\1", title)).split())
