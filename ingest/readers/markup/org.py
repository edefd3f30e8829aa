"""Org: the file's text unchanged, with sections from its headings and metadata from its keywords. Keywords, drawers,
comments, planning lines and the marks of blocks are dropped."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from index.types import Span
from ingest.readers.front_matter import FrontMatter
from ingest.readers.markdown import LineKind, MarkedLine, extract_of_lines, line_spans, read_marked_lines
from ingest.types import Extract, Reading

_HEADING = re.compile(
    r"(\*{1,20})[ \t]+(?:(?:TODO|DONE|NEXT|WAITING|CANCELLED)[ \t]+)?(?:\[#\w\][ \t]+)?(\S.*?)"
    r"(?:[ \t]+:[\w@#%:]+:)?[ \t]*"
)
_KEYWORD = re.compile(r"[ \t]*#\+([A-Za-z_]{1,40}):[ \t]*(.*)")
_BLOCK_MARK = re.compile(r"[ \t]*#\+(BEGIN|END)_(\w{1,40})\b.*", re.IGNORECASE)
_COMMENT = re.compile(r"[ \t]*#(?:[ \t].*)?")
_DRAWER = re.compile(r"[ \t]*:[\w-]{1,40}:[ \t]*")
_DRAWER_END = re.compile(r"[ \t]*:END:[ \t]*", re.IGNORECASE)
_PLANNING = re.compile(r"[ \t]*(?:(?:SCHEDULED|DEADLINE|CLOSED|CLOCK):[ \t]*[\[<].*)")
_RULE = re.compile(r"[ \t]*(?:-{5,}|\|[-+]{2,}\|?)[ \t]*")
_LINK = re.compile(r"\[\[([^\]\n]{1,1000})\](?:\[([^\]\n]{1,500})\])?\]")
_EMPHASIS = re.compile(r"(?<!\w)[*/_=~+](?=\S)|(?<=\S)[*/_=~+](?!\w)")
_SILENT_BLOCKS = ("comment", "export")
_LONGEST_DRAWER = 200  # lines (a guess): a drawer that is not closed within them is none
_KEYWORDS = {"title": "title", "author": "author", "date": "date", "language": "language"}


def read_org(data: bytes, name: str) -> Reading:
    """The whole file as one extract; a very long one is read as plain text. Raises ReadError when it has no text."""
    return read_marked_lines(data, name, _extract)


def _extract(text: str) -> Extract:
    scanner = _Scanner(text, list(line_spans(text, 0)))
    lines = list(scanner.lines())
    return extract_of_lines(text, FrontMatter.of(scanner.fields), lines)


@dataclass
class _Scanner:
    """Goes through the lines. ``fields``: the keywords with metadata; ``block``: the kind of the block around a line;
    ``ends``: the lines that close a drawer, the last first."""

    text: str
    spans: list[Span]
    fields: dict[str, str] = field(default_factory=dict)
    block: str = ""
    drawer_end: int = -1
    ends: list[int] = field(default_factory=list)

    def lines(self) -> Iterator[MarkedLine]:
        is_end = (_DRAWER_END.fullmatch(self.text[slice(*span)]) for span in self.spans)
        self.ends = [i for i, matches in enumerate(is_end) if matches][::-1]
        for i, span in enumerate(self.spans):
            raw = self.text[slice(*span)]
            heading = _HEADING.fullmatch(raw) if not self.block else None
            if heading:
                yield MarkedLine(LineKind.HEADING, span, _plain(heading[2]), len(heading[1]))
            else:
                yield MarkedLine(self._kind(raw, i), span)

    def _kind(self, raw: str, i: int) -> LineKind:
        if not raw.strip():
            return LineKind.BLANK
        mark = _BLOCK_MARK.fullmatch(raw)
        if mark:
            self.block = mark[2].lower() if mark[1].upper() == "BEGIN" else ""
            return LineKind.ASIDE
        if self.block:
            return LineKind.ASIDE if self.block in _SILENT_BLOCKS else LineKind.TEXT
        if i <= self.drawer_end:
            return LineKind.ASIDE
        keyword = _KEYWORD.fullmatch(raw)
        if keyword:
            name = _KEYWORDS.get(keyword[1].lower())
            self.fields |= {name: f"{self.fields.get(name, '')} {keyword[2]}".strip()} if name else {}
            return LineKind.ASIDE
        if _DRAWER.fullmatch(raw) and (end := self._drawer_end(i)):
            self.drawer_end = end
            return LineKind.ASIDE
        is_aside = any(pattern.fullmatch(raw) for pattern in (_COMMENT, _PLANNING, _RULE))
        return LineKind.ASIDE if is_aside else LineKind.TEXT

    def _drawer_end(self, i: int) -> int:
        """The line that closes the drawer opened in line ``i``; 0 when none does."""
        while self.ends and self.ends[-1] <= i:
            self.ends.pop()
        return self.ends[-1] if self.ends and self.ends[-1] - i <= _LONGEST_DRAWER else 0


def _plain(heading: str) -> str:
    """A heading without targets of links and marks of emphasis."""
    return " ".join(_EMPHASIS.sub("", _LINK.sub(lambda match: match[2] or match[1], heading)).split())
