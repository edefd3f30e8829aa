"""After a root was read: drops from each page of a site the lines that most of its pages have (menus, notices).

Which lines these are is known only when all pages are stored, so a page that has some is stored a second time. Holding
the pages back until then would lose all of them when an ingest is killed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from index.storage.rows import LiveDocument
from index.storage.store import Store
from index.types import Source, Span
from ingest.boilerplate.clean import MAX_PAGE_CHARS, merge_spans
from ingest.boilerplate.page import Page
from ingest.boilerplate.recurring import MIN_DOCUMENTS, block_texts, recurring_blocks, recurring_spans
from ingest.boilerplate.text_units import split_units
from ingest.sync.writer import DocumentWriter

_SUFFIXES = (".html", ".htm", ".mhtml", ".mht", ".maff", ".txt")
_SAMPLE = 200  # pages of a site that are counted (a guess)
# A template's lines are short and a small part of a page; else the pages are copies of one article. (Guesses.)
_MAX_WORDS = 30
_MAX_SHARE = 0.3

_Page = tuple[LiveDocument, str]
"""A page and its statements, as the store keeps them."""


def drop_repeated(store: Store, writer: DocumentWriter, root: int, changed: frozenset[str] | None) -> None:
    """Drop the repeated lines of each site that has pages in ``changed``, the locations stored in this run; None: of
    every site, as an earlier run was stopped before it came so far.

    Lines new to the site are dropped from all its pages, others from the changed pages alone."""
    for site, pages in _pages_by_site(store, root).items() if changed != frozenset() else ():
        changed_pages = [page for page in pages if changed is None or page[0].location in changed]
        if len(pages) < MIN_DOCUMENTS or not changed_pages:
            continue
        lines = _repeated_lines(store, pages)
        setting, now = f"recurring {root} {site}", json.dumps(sorted(lines))
        affected = changed_pages if store.setting(setting) == now else pages
        for live, statements in affected if lines else ():
            _drop(store, writer, live, statements, lines)
        writer.flush()
        with store.transaction():
            store.set(setting, now)


def _pages_by_site(store: Store, root: int) -> dict[str, list[_Page]]:
    """The pages of a root by the host of their URL; without a URL, by their folder."""
    pages: dict[str, list[_Page]] = {}
    for live, source, statements in store.documents.statements([root]):
        if PurePosixPath(live.location).suffix.lower() in _SUFFIXES:
            pages.setdefault(_site(source), []).append((live, statements))
    return pages


def _site(source: Source) -> str:
    host = urlsplit(source.url).hostname if source.url else None
    return host or str(PurePosixPath(source.location).parent)


def _repeated_lines(store: Store, pages: Sequence[_Page]) -> frozenset[str]:
    """The short lines, folded, that recur over the pages."""
    texts = (text for live, _ in pages[:_SAMPLE] for text in _page_text(store, live))
    blocks = recurring_blocks(map(block_texts, texts))
    return frozenset(block for block in blocks if len(block.split()) <= _MAX_WORDS)


def _page_text(store: Store, live: LiveDocument) -> Iterator[str]:
    """The document's text if it is a web page's, else nothing: not every plain text is a web page."""
    text = store.documents.text(live.number)
    if len(text) <= MAX_PAGE_CHARS and (
        not live.location.lower().endswith(".txt") or Page(split_units(text)).is_web_copy
    ):
        yield text


def _drop(store: Store, writer: DocumentWriter, live: LiveDocument, statements: str, lines: frozenset[str]) -> None:
    """Store a page without the lines, unless they are too large a share of it."""
    for text in _page_text(store, live):
        _, document = store.documents.load(live.id)
        dropped = merge_spans([*document.dropped, *recurring_spans(text, lines)])
        newly_dropped = _length(dropped) - _length(document.dropped)
        if 0 < newly_dropped <= _MAX_SHARE * (len(text) - _length(document.dropped)):
            writer.add(live.root, replace(document, dropped=dropped), live.digest, statements)


def _length(spans: Sequence[Span]) -> int:
    """Characters in all."""
    return sum(end - start for start, end in spans)
