"""A large library out of a small one: its documents again and again, their vectors a little moved and their words
exchanged for others of the same length that are about as frequent, so that none is a copy of another."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.embedding.compiled import normalized
from index.embedding.models import open_embedder
from index.publishing.publish import publish
from index.storage import lock
from index.storage.rows import EmbeddedDocument
from index.storage.store import Store
from index.text.segmentation import WORD
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
    with lock.write_lock(partial):
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


def _copies(store: Store) -> Iterator[tuple[int, EmbeddedDocument]]:
    """The library's documents, over and over, with the root that brought each."""
    random = np.random.default_rng(0)
    ids = [source.id for source, _, _ in store.sources()]
    known_words = Counter(word for identity in ids for word in WORD.findall(store.document(identity)[1].text))
    while ids:
        other = _exchanged(known_words, random)
        for identity in ids:
            number, document = store.document(identity)
            document = replace(document, text=_worded(document.text, other))
            known, stored = store.by_id(identity), store.rows(number)
            if known is None or not len(stored.passages):
                continue
            spans = [Span(int(start), int(end)) for start, end in stored.sentences]
            sentences = stored.sentence_vectors * stored.sentence_factors[:, None]
            pairs = [(passage, b"") for passage in store.passages(number)]
            moved = _moved(stored.vectors, random), _moved(sentences, random)
            yield known.root, EmbeddedDocument.of(document, b"", pairs, moved[0], spans, moved[1])


def _worded(text: str, other: dict[str, str]) -> str:
    return WORD.sub(lambda one: other[one[0]], text)


def _exchanged(words: Counter[str], random: np.random.Generator) -> dict[str, str]:
    """Each word's stand-in: of its length and case, and of its order of frequency."""
    alike: dict[tuple[int, bool, int], list[str]] = {}
    for word, times in words.items():
        alike.setdefault((len(word), word.islower(), times.bit_length()), []).append(word)
    return {
        word: stand_in
        for group in alike.values()
        for word, stand_in in zip(group, (group[place] for place in random.permutation(len(group))), strict=True)
    }


def _moved(vectors: NDArray[np.floating], random: np.random.Generator) -> NDArray[np.float32]:
    near = vectors + random.normal(0.0, JITTER, vectors.shape)
    return normalized(near.astype(np.float32))
