"""After a root was read: what recurs over the pages of one site is left out of each of them too."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from index.storage.rows import LiveDocument
from index.storage.store import Store
from index.types import Source, Span
from ingest.boilerplate.clean import LONGEST_PAGE, joined
from ingest.boilerplate.page import Page
from ingest.boilerplate.recurring import FEWEST_DOCUMENTS, blocks_of, recurring, recurring_spans
from ingest.boilerplate.units import units_of
from ingest.sync.batch import Batch

_PAGES = (".html", ".htm", ".txt")
_SAMPLE = 200  # pages of a site that are looked at
# A template's line is short, and what is left of a page is most of it: else these are copies of one article.
_MOST_WORDS = 30
_MOST_SHARE = 0.3

_Member = tuple[LiveDocument, str]


def drop_repeated(store: Store, batch: Batch, root: int, changed: frozenset[str]) -> None:
    """Drop, in the pages of each site that has ``changed`` locations, the lines that most of its pages have."""
    for site, members in _sites(store, root).items() if changed else ():
        fresh = [one for one in members if one[0].location in changed]
        if len(members) < FEWEST_DOCUMENTS or not fresh:
            continue
        known = _recurring(store, members)
        setting, now = f"recurring {root} {site}", json.dumps(sorted(known))
        affected = fresh if store.setting(setting) == now else members
        for one, said in affected if known else ():
            _drop(store, batch, one, said, known)
        batch.flush()
        with store.transaction():
            store.set(setting, now)


def _sites(store: Store, root: int) -> dict[str, list[_Member]]:
    """The pages of a root by the host of their address, without one by their folder."""
    found: dict[str, list[_Member]] = {}
    for one, source, said in store.statements([root]):
        if PurePosixPath(one.location).suffix.lower() in _PAGES:
            found.setdefault(_site(source), []).append((one, said))
    return found


def _site(source: Source) -> str:
    host = urlsplit(source.url).hostname if source.url else None
    return host or str(PurePosixPath(source.location).parent)


def _recurring(store: Store, members: Sequence[_Member]) -> frozenset[str]:
    texts = (text for one, _ in members[:_SAMPLE] for text in _page(store, one))
    known = recurring(map(blocks_of, texts))
    return frozenset(block for block in known if len(block.split()) <= _MOST_WORDS)


def _page(store: Store, one: LiveDocument) -> Iterator[str]:
    """The text, when it is a page's: not every plain text is."""
    text = store.text(one.number)
    if len(text) <= LONGEST_PAGE and (not one.location.lower().endswith(".txt") or Page(units_of(text)).is_web_copy):
        yield text


def _drop(store: Store, batch: Batch, one: LiveDocument, said: str, known: frozenset[str]) -> None:
    for text in _page(store, one):
        _, document = store.document(one.id)
        dropped = joined([*document.dropped, *recurring_spans(text, known)])
        more = _length(dropped) - _length(document.dropped)
        if 0 < more <= _MOST_SHARE * (len(text) - _length(document.dropped)):
            batch.add(one.root, replace(document, dropped=dropped), one.digest, said)


def _length(spans: Sequence[Span]) -> int:
    return sum(end - start for start, end in spans)
