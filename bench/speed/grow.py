"""Grows a library by copies of its documents, with slightly changed vectors, and with words replaced by others of the
same length and about the same frequency, so that no document is a copy of another."""

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
from index.types import Floats, Span

JITTER = 0.02
"""Standard deviation of the noise on each component of a unit vector (a guess); the cosine to the original is about
.93."""


def grow(library: Path, target: Path, passages: int) -> Path:
    """Copies a library to ``target``, grown to at least this many passages, and returns ``target``. An existing one is
    kept."""
    if target.exists():
        return target
    partial = target.with_name(target.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    shutil.copytree(library, partial)
    with lock.write_lock(partial):
        store = Store.create(partial)
        total = sum(count for _, count, _ in store.documents.sources())
        for number, (root, embedded) in enumerate(_copies(store), 1):
            if total >= passages:
                break
            source = embedded.document.source
            source = replace(source, id=f"copy{number:08d}", title=f"{source.title} ({number})")
            document = replace(embedded.document, source=source)
            store.documents.put(root, replace(embedded, document=document), "2000-01-01T00:00:00+00:00")
            total += len(embedded.passages)
        publish(partial, store, open_embedder(store.setting("fingerprint") or "", partial / "models"))
        store.close()
    return partial.rename(target)


def _copies(store: Store) -> Iterator[tuple[int, EmbeddedDocument]]:
    """Changed copies of the library's documents, again and again, each with the number of its root."""
    random = np.random.default_rng(0)
    ids = [source.id for source, _, _ in store.documents.sources()]
    known_words = Counter(word for identity in ids for word in WORD.findall(store.documents.load(identity)[1].text))
    while ids:
        stand_ins = _stand_ins(known_words, random)
        for identity in ids:
            number, document = store.documents.load(identity)
            document = replace(document, text=_with_stand_ins(document.text, stand_ins))
            known, stored = store.documents.by_id(identity), store.documents.rows(number)
            if known is None or not len(stored.passages):
                continue
            spans = [Span(int(start), int(end)) for start, end in stored.sentences]
            sentences = stored.sentence_vectors * stored.sentence_factors[:, None]
            text = document.text
            passages = [replace(old, text=text[slice(*old.span)]) for old in store.documents.passages(number)]
            pairs = [(passage, b"") for passage in passages]
            vectors, sentence_vectors = _jittered(stored.vectors, random), _jittered(sentences, random)
            yield known.root, EmbeddedDocument.of(document, b"", pairs, vectors, spans, sentence_vectors)


def _with_stand_ins(text: str, stand_ins: dict[str, str]) -> str:
    return WORD.sub(lambda match: stand_ins[match[0]], text)


def _stand_ins(words: Counter[str], random: np.random.Generator) -> dict[str, str]:
    """A substitute for each word: of the same length and case, and about as frequent."""
    groups: dict[tuple[int, bool, int], list[str]] = {}
    for word, count in words.items():
        groups.setdefault((len(word), word.islower(), count.bit_length()), []).append(word)
    return {
        word: stand_in
        for group in groups.values()
        for word, stand_in in zip(group, (group[i] for i in random.permutation(len(group))), strict=True)
    }


def _jittered(vectors: NDArray[np.floating], random: np.random.Generator) -> Floats:
    noisy = vectors + random.normal(0.0, JITTER, vectors.shape)
    return normalized(noisy.astype(np.float32))
