"""Which text a browser would show of a page, block by block, and which of these blocks an extraction leaves out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html.parser import HTMLParser

from ingest.boilerplate.text_units import fold

# Blocks that are left out are shown to a person, so they are limited (guesses).
MAX_LEFT_OUT = 20_000  # characters
_MAX_BLOCKS = 2_000
_SEARCH_AHEAD, _MAX_SEARCHED = 2_000, 500_000_000  # characters (guesses)

_BLOCK_TAGS = frozenset(
    (
        *("p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "table", "ul", "ol", "dl", "dd", "dt"),
        *("section", "article", "main", "header", "footer", "nav", "aside", "blockquote", "pre", "figure"),
        *("figcaption", "form", "button"),
    )
)
_SEPARATORS = {**dict.fromkeys(_BLOCK_TAGS, "\0"), "td": "\x01", "th": "\x01"}  # between blocks, and between cells
_SILENT_TAGS = frozenset(("script", "style", "noscript", "template", "svg", "title", "select", "textarea", "iframe"))


def tag_by_tag(page: str) -> list[str]:
    """The blocks of a page that is too damaged for a tree, or of a fragment of a page."""
    collector = _TextCollector()
    collector.feed(page)
    collector.close()
    return _blocks("".join(collector.parts))


class _TextCollector(HTMLParser):
    """Collects the text with separators between blocks; that of scripts and styles is ignored."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent_depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent_depth += tag in _SILENT_TAGS
        self._separate(tag)

    def handle_endtag(self, tag: str) -> None:
        self._silent_depth = max(0, self._silent_depth - (tag in _SILENT_TAGS))
        self._separate(tag)

    def handle_data(self, data: str) -> None:
        if not self._silent_depth:
            self.parts.append(_without_separators(data))

    def _separate(self, tag: str) -> None:
        self.parts.append(_SEPARATORS.get(tag, ""))


def _blocks(separated: str) -> list[str]:
    """The blocks that are not empty, each on one line, the cells of a row joined by bars."""
    rows = (" ".join(part.split()) for part in separated.split("\0"))
    return [
        block for row in rows if (block := " | ".join(cell for part in row.split("\x01") if (cell := part.strip())))
    ]


def _without_separators(text: str) -> str:
    return text.replace("\0", "\ufffd").replace("\x01", "\ufffd")


def left_out(blocks: Iterable[str], text: str, known: Sequence[str] = ()) -> tuple[str, ...]:
    """The blocks that are neither in the text nor among the ``known`` ones, each once, in order, up to a limit."""
    left: list[str] = []
    room, seen = MAX_LEFT_OUT, {fold(block) for block in known}
    for block in _missing_blocks(blocks, " ".join(text.split())):
        if fold(block) in seen:
            continue
        if len(left) == _MAX_BLOCKS or len(block) > room:
            break
        seen.add(fold(block))
        left.append(block)
        room -= len(block)
    return tuple(left)


def _missing_blocks(blocks: Iterable[str], flat: str) -> Iterator[str]:
    """The blocks that are not in ``flat``, a text on one line.

    The text mostly has the order of the page, so a block is first looked for just behind the block before it. Only then
    the whole text is searched, and only so often that a long page takes no more than seconds.
    """
    position, searches = 0, _MAX_SEARCHED // (len(flat) + 1)
    for block in (" ".join(block.split()) for block in blocks):
        start = flat.find(block, position, position + len(block) + _SEARCH_AHEAD)
        if start < 0:
            searches -= 1
            if searches < 0:
                return
            start = flat.find(block)
        if start >= 0:
            position = start + len(block)
        else:
            yield block
