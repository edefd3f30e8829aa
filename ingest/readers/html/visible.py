"""What a browser would show of a page, block by block, and what of it an extraction leaves out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from html.parser import HTMLParser
from typing import Any

from lxml import etree

from ingest.boilerplate.units import folded

# What is left out is shown to a person: so much of it at most.
MOST_LEFT_OUT = 20_000
_MOST_BLOCKS = 2_000
_NEAR, _MOST_SEARCHED = 2_000, 500_000_000  # characters

_BLOCK_TAGS = frozenset(
    (
        *("p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "table", "ul", "ol", "dl", "dd", "dt"),
        *("section", "article", "main", "header", "footer", "nav", "aside", "blockquote", "pre", "figure"),
        *("figcaption", "form", "button"),
    )
)
_MARKS = {**dict.fromkeys(_BLOCK_TAGS, "\0"), "td": "\x01", "th": "\x01"}  # the ends of blocks, and of cells
_SILENT_TAGS = frozenset(("script", "style", "noscript", "template", "svg", "title", "select", "textarea", "iframe"))
_HIDDEN = re.compile(r"display\s{0,3}:\s{0,3}none|visibility\s{0,3}:\s{0,3}hidden", re.I)


def visible(tree: Any) -> list[str]:
    """The blocks of a page in its order; style sheets are not known here."""
    parts: list[str] = []
    silent: Any = None
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        tag = element.tag
        if event == "start":
            if silent is None and _is_hidden(element):
                silent = element
            if silent is None:
                parts += (_MARKS.get(tag, ""), _unmarked(element.text or ""))
        else:
            silent = None if silent is element else silent
            if silent is None:
                parts += (_MARKS.get(tag, ""), _unmarked(element.tail or ""))
    return _blocks("".join(parts))


def _is_hidden(element: Any) -> bool:
    if element.tag in _SILENT_TAGS:
        return True
    style = element.get("style")
    return "hidden" in element.attrib or (style is not None and _HIDDEN.search(style[:500]) is not None)


def tag_by_tag(page: str) -> list[str]:
    """The blocks of a page that is too damaged for a tree, or of a piece of one."""
    collected = _Collector()
    collected.feed(page)
    collected.close()
    return _blocks("".join(collected.parts))


class _Collector(HTMLParser):
    """Text with a mark between blocks; scripts and styles are silent."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in _SILENT_TAGS
        self._break(tag)

    def handle_endtag(self, tag: str) -> None:
        self._silent = max(0, self._silent - (tag in _SILENT_TAGS))
        self._break(tag)

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(_unmarked(data))

    def _break(self, tag: str) -> None:
        self.parts.append(_MARKS.get(tag, ""))


def _blocks(marked: str) -> list[str]:
    rows = (" ".join(part.split()) for part in marked.split("\0"))
    return [block for row in rows if (block := " | ".join(cell for one in row.split("\x01") if (cell := one.strip())))]


def _unmarked(text: str) -> str:
    return text.replace("\0", "\ufffd").replace("\x01", "\ufffd")


def left_out(blocks: Iterable[str], text: str, known: Sequence[str] = ()) -> tuple[str, ...]:
    """The blocks that neither the text holds nor what is ``known``, each once, the first of them up to a limit."""
    left: list[str] = []
    room, seen = MOST_LEFT_OUT, {folded(one) for one in known}
    for block in _missing(blocks, " ".join(text.split())):
        if folded(block) in seen:
            continue
        if len(left) == _MOST_BLOCKS or len(block) > room:
            break
        seen.add(folded(block))
        left.append(block)
        room -= len(block)
    return tuple(left)


def _missing(blocks: Iterable[str], flat: str) -> Iterator[str]:
    """The text mostly runs as the page does, so each block is looked for just behind the one before it first. What
    that does not find is looked for in all of the text, as often as it has no cost to speak of."""
    at, searches = 0, _MOST_SEARCHED // (len(flat) + 1)
    for block in blocks:
        found = flat.find(block, at, at + len(block) + _NEAR)
        if found < 0:
            searches -= 1
            if searches < 0:
                return
            found = flat.find(block)
        if found >= 0:
            at = found + len(block)
        else:
            yield block
