"""The table of contents of a book: which paragraphs of its pages are headings, where the pages do not mark them.

LibreOffice and some converters write headings as paragraphs, which only the contents name.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from ingest.boilerplate.text_units import fold
from ingest.readers.office.archive import Archive, Element, joined_path, value_of
from ingest.readers.office.blocks import Block
from ingest.readers.office.properties import one_line

_NCX = "application/x-dtbncx+xml"
_MAX_ENTRIES, _MAX_LEVEL = 20_000, 6  # (guesses)

Entry = tuple[str, int]
"""A title, folded, and its level from 1."""


def contents_of(archive: Archive, package: Element, folder: str) -> Mapping[str, Sequence[Entry]]:
    """What the table of contents lists of each member, in order; nothing when it is damaged."""
    entries: dict[str, list[Entry]] = {}
    for item in package.iterfind("{*}manifest/{*}item"):
        is_nav = "nav" in value_of(item, "properties").split()
        member = joined_path(folder, value_of(item, "href"))
        if not (is_nav or value_of(item, "media-type") == _NCX) or member not in archive.members or entries:
            continue
        root = archive.part(member)
        listed = () if root is None else _of_nav(root) if is_nav else _of_ncx(root)
        for count, (href, title, level) in enumerate(listed):
            if count == _MAX_ENTRIES:
                break
            target = joined_path(posixpath.dirname(member), href.partition("#")[0])
            entries.setdefault(target, []).append((fold(one_line(title)), min(level, _MAX_LEVEL)))
    return entries


def _of_nav(root: Element) -> Iterator[tuple[str, str, int]]:
    """The address, title and level of each entry of an EPUB 3."""
    for nav in root.iter("{*}nav"):
        kinds = f"{value_of(nav, 'type')} {value_of(nav, 'role')}".split()
        if not {"landmarks", "page-list", "lot", "loi"}.intersection(kinds):
            for link in nav.iter("{*}a"):
                yield value_of(link, "href"), "".join(link.itertext()), sum(1 for _ in link.iterancestors("{*}ol"))


def _of_ncx(root: Element) -> Iterator[tuple[str, str, int]]:
    """The same of an EPUB 2."""
    for point in root.iter("{*}navPoint"):
        title = " ".join("".join(text.itertext()) for text in point.iterfind("{*}navLabel/{*}text"))
        href = next((value_of(content, "src") for content in point.iterchildren("{*}content")), "")
        yield href, title, 1 + sum(1 for _ in point.iterancestors("{*}navPoint"))


def with_headings(blocks: Sequence[Block], listed: Sequence[Entry]) -> list[Block]:
    """The blocks of a page, with the paragraphs that are no more than a listed title as headings, in the order of the
    list. A title that the page marks itself is left as it is."""
    marked = {fold(block.text) for block in blocks if block.level}
    upcoming = [entry for entry in reversed(listed) if entry[0] and entry[0] not in marked]
    titled: list[Block] = []
    for block in blocks:
        is_plain = not (block.level or block.is_item or block.is_table)
        if upcoming and is_plain and fold(one_line(block.text)) == upcoming[-1][0]:
            block = replace(block, text=one_line(block.text), level=upcoming.pop()[1])
        titled.append(block)
    return titled
