"""A large library out of a small one: the same documents again and again, their vectors a little moved."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index import lock
from index.embed import unit
from index.models import open_embedder
from index.publish import publish
from index.rows import Embedded
from index.store import Store
from index.types import Span

JITTER = 0.02
"""Standard deviation of what is added to each of a unit vector's components; a copy's cosine is then about .93."""


def grow(library: Path, target: Path, passages: int) -> Path:
    """A copy of a library in ``target`` with at least this many passages; ``target``. One that is there is kept."""
    if target.exists():
        return target
    partial = target.with_name(target.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    shutil.copytree(library, partial)
    with lock.writing(partial):
        store = Store.create(partial)
        total = sum(count for _, count, _ in store.sources())
        for number, (root, embedded) in enumerate(_copies(store), 1):
            if total >= passages:
                break
            source = replace(embedded.document.source, id=f"copy{number:08d}")
            document = replace(embedded.document, source=source)
            store.put(root, replace(embedded, document=document), "2000-01-01T00:00:00+00:00")
            total += len(embedded.passages)
        publish(partial, store, open_embedder(store.setting("fingerprint") or "", partial / "models"))
        store.close()
    return partial.rename(target)


def _copies(store: Store) -> Iterator[tuple[int, Embedded]]:
    """The library's documents, over and over, with the root that brought each."""
    random = np.random.default_rng(0)
    ids = [source.id for source, _, _ in store.sources()]
    while ids:
        for identity in ids:
            number, document = store.document(identity)
            known, stored = store.by_id(identity), store.stored(number)
            if known is None or not len(stored.passages):
                continue
            spans = [Span(int(start), int(end)) for start, end in stored.sentences]
            sentences = stored.sentence_vectors * stored.sentence_factors[:, None]
            pairs = [(passage, b"") for passage in store.passages(number)]
            moved = _moved(stored.vectors, random), _moved(sentences, random)
            yield known.root, Embedded.of(document, b"", pairs, moved[0], spans, moved[1])


def _moved(vectors: NDArray[np.floating], random: np.random.Generator) -> NDArray[np.float32]:
    near = vectors + random.normal(0.0, JITTER, vectors.shape)
    return unit(near.astype(np.float32))
