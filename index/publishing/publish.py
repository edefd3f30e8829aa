"""Builds a new generation beside the old one, publishes it by one rename, and removes what nobody reads any more."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index import disk
from index.disk import Entry, Library
from index.embedding.compiled import Embedder
from index.errors import LibraryError
from index.publishing import self_test
from index.search.confidence import null_questions
from index.search.index import Index
from index.search.query import Query
from index.snapshot import bm25, removed_words, segment
from index.snapshot.generation import Generation
from index.snapshot.manifest import Manifest, current_manifest
from index.snapshot.passage_table import PassageTable
from index.snapshot.segment import Segment
from index.storage import lock
from index.storage.store import EPOCH, Store
from index.storage.truth import Truth
from index.text import analysis
from index.text.reading import reading_copy
from index.types import Recall, Rows

_SAMPLE = 256  # passages in the sample that sets the lower end of a query's scale (a guess)
_MIX = np.uint64(0x9E3779B97F4A7C15)  # 2**64 divided by the golden ratio, an odd multiplier that spreads bits
_KEPT = 2  # generations that stay on disk
_SETTLED = 100  # the self-test is repeated when more than one in so many passages has changed (a guess)
_WORN = 3  # a segment is rewritten when more than one in so many of its documents has been removed (a guess)


def publish(library: Path, store: Store, embedder: Embedder, *, anew: bool = False) -> int:
    """Bring the live generation up to date with the store and return its number; nothing changes when it is up to date.

    ``anew`` builds every file again and removes all others; so does a store that is not the one that the live
    generation was built from. The caller holds ``lock.write_lock``.
    """
    old = None if anew else _last(library, store, embedder)
    live = store.documents.live_numbers()
    plan = _plan(library, store, old, live)
    if old is not None and plan.unchanged(old):
        if len(store.tokens()) > 1:  # an earlier run was stopped before it came so far
            store.set_tokens({old.name: old.token})
        sweep(library, store)  # what a killed run has left
        return old.generation
    number = _next_number(library)
    with _writing(library, number):
        manifest = _build(library, store, embedder, number, old, plan)
    untried = _changed_passages(store, plan) + (old.untried if old else 0)
    if old is not None and untried * _SETTLED <= manifest.passages:
        measured = {name: getattr(old, name) for name in ("null", "recall", "recall_before", "nearest")}
        manifest = replace(manifest, **measured, untried=untried)
    else:
        # a library that is built anew may be damaged: it is compared with nothing
        manifest = _with_self_test(library, store, embedder, manifest, compare=old is not None)
    with _writing(library, number):
        _make_live(library, store, manifest)
    sweep(library, store, 1 if anew else _KEPT)
    return number


def publish_to(library: Library, store: Store, embedder: Embedder) -> int:
    """``publish`` for a library wherever it is."""
    if isinstance(library, Path):
        return publish(library, store, embedder)
    from index.publishing import server

    return server.publish(server.store_of(store), embedder)


@contextmanager
def _writing(library: Path, number: int) -> Iterator[None]:
    """Where the system refuses to write, removes what there is of the generation and raises LibraryError."""
    try:
        yield
    except OSError as error:
        for folder in ("segments", "words"):
            disk.remove(library / folder / f"{number:06d}")
        raise LibraryError(
            f"The library {library} cannot be written ({error.strerror or error}). What was stored before stays. "
            "Free its disk, or allow larger files, and run this again."
        ) from error


def _last(library: Path, store: Store, embedder: Embedder) -> Manifest | None:
    """The live manifest, if the next generation can be built upon it. Raises LibraryError when it cannot be read."""
    path = current_manifest(library)
    if path is None:
        return None
    manifest = Manifest.read(path)
    fits = (manifest.fingerprint, manifest.analysis) == (embedder.fingerprint, analysis.VERSION)
    return manifest if fits and manifest.name == path.stem and manifest.belongs_to(store) else None


@dataclass(frozen=True, slots=True)
class _Plan:
    """``kept``: segments that stay; ``fresh``: the documents of the segment to write; ``added``: those of them that the
    word index lacks; ``retired``: documents of kept segments that are no longer live; ``removed``: documents to remove
    from the word index."""

    kept: tuple[str, ...]
    fresh: NDArray[np.int64]
    added: NDArray[np.int64]
    retired: tuple[int, ...]
    removed: tuple[int, ...]

    def unchanged(self, old: Manifest) -> bool:
        return self.kept == old.segments and not len(self.fresh) and self.retired == old.retired


def _changed_passages(store: Store, plan: _Plan) -> int:
    """How many passages the plan adds and removes."""
    return int(store.documents.counts([*plan.added, *plan.removed])[:, 0].sum())


def _plan(library: Path, store: Store, old: Manifest | None, live: NDArray[np.int64]) -> _Plan:
    """Each segment is to be more than twice as large as the next one. The last one is merged with the new documents if
    it is not, and so on; so is a worn segment, with all that follow it."""
    if old is None:
        return _Plan((), live, live, (), ())
    documents = {name: Segment.open(library / name).documents for name in old.segments}
    listed = np.concatenate([np.empty(0, np.int64), *documents.values()])
    added = np.setdiff1d(live, listed)
    dead = np.setdiff1d(listed, live)
    removed = tuple(int(number) for number in np.setdiff1d(dead, old.retired))
    kept = list(old.segments)
    fresh = added
    intact = next((position for position, name in enumerate(kept) if _is_worn(documents[name], live)), len(kept))
    while len(kept) > intact or (kept and _is_mergeable(store, documents[kept[-1]], fresh, live)):
        fresh = np.union1d(np.intersect1d(documents[kept.pop()], live), fresh)
    remaining = np.concatenate([np.empty(0, np.int64), *(documents[name] for name in kept)])
    retired = tuple(int(number) for number in np.intersect1d(dead, remaining))
    return _Plan(tuple(kept), fresh, added, retired, removed)


def _is_worn(documents: NDArray[np.int64], live: NDArray[np.int64]) -> bool:
    return len(np.setdiff1d(documents, live)) > len(documents) / _WORN


def _is_mergeable(store: Store, last: NDArray[np.int64], fresh: NDArray[np.int64], live: NDArray[np.int64]) -> bool:
    """Whether the live passages of the last segment are at most twice as many as those to be written."""
    last_live = np.intersect1d(last, live)
    return (
        bool(len(fresh))
        and store.documents.counts(last_live)[:, 0].sum() <= 2 * store.documents.counts(fresh)[:, 0].sum()
    )


def _build(library: Path, store: Store, embedder: Embedder, number: int, old: Manifest | None, plan: _Plan) -> Manifest:
    segments = list(plan.kept)
    if len(plan.fresh) or not segments:
        segments.append(f"segments/{number:06d}")
        disk.remove(library / segments[-1])  # a killed build may have left files under the same number
        segment.write(library / segments[-1], store, [int(document) for document in plan.fresh], embedder.dimension)
        disk.sync(library / segments[-1])
    folder = f"words/{number:06d}"
    disk.remove(library / folder)
    if old is not None and removed_words.can_remove(library / old.words, plan.removed):
        bm25.write(library / folder, entries(store, plan.added), base=library / old.words, remove=plan.removed)
    else:
        bm25.write(library / folder, entries(store, store.documents.live_numbers()))
    disk.sync(library / folder)
    opened = [Segment.open(library / name) for name in segments]
    mask = ~np.isin(PassageTable.concatenated(part.passages for part in opened).documents, plan.retired)
    rows = np.flatnonzero(mask)
    known = {} if old is None else old.files
    return Manifest(
        generation=number,
        made=datetime.now(UTC).isoformat(timespec="seconds"),
        model=embedder.name,
        fingerprint=embedder.fingerprint,
        dimension=embedder.dimension,
        segments=tuple(segments),
        words=folder,
        retired=plan.retired,
        passages=len(rows),
        sample=_sample(opened, rows),
        null=(),
        recall=Recall(0, 0),
        recall_before=Recall(0, 0) if old is None else old.recall,
        files=dict(_files(library, [*segments, folder], known)),
        analysis=analysis.VERSION,
        epoch=store.setting(EPOCH) or "",
        token=secrets.token_hex(8),
    )


def _sample(segments: Sequence[Segment], live: Rows) -> tuple[int, ...]:
    """Rows of the passages whose mixed beginnings, places and lengths are smallest: the same ones however they came."""
    keys = []
    for part in segments:
        keys.append(mixed_keys(part.shingled.shingles, part.shingled.passages[0], part.passages))
    mixed = np.concatenate([np.empty(0, np.uint64), *keys])[live]
    return tuple(np.sort(live[np.argsort(mixed, kind="stable")[:_SAMPLE]]).tolist())


def mixed_keys(shingles: NDArray[np.uint32], words: Rows, passages: PassageTable) -> NDArray[np.uint64]:
    """The beginning, place and length of each passage, mixed. ``words``: the first word of each."""
    first = (
        shingles[np.minimum(words, len(shingles) - 1)].astype(np.uint64)
        if len(shingles)
        else np.zeros(len(words), np.uint64)
    )
    starts, ends = passages.starts.astype(np.uint64), passages.ends.astype(np.uint64)
    keys: NDArray[np.uint64] = ((first * _MIX ^ starts) * _MIX ^ ends) * _MIX
    return keys


def entries(store: Truth, documents: Sequence[int] | NDArray[np.int64]) -> Iterator[bm25.IndexedPassage]:
    for number in documents:
        stored, text = store.documents.rows(int(number)), store.documents.text(int(number))
        for (passage, start, end), heading in zip(stored.passages, stored.headings, strict=True):
            verbatim = text[start:end]
            copy = reading_copy(verbatim, stored.title, heading)
            above = (stored.title, *(heading or "").split(" › "))
            yield bm25.IndexedPassage(int(passage), stored.number, copy, verbatim, above)


def _with_self_test(library: Path, store: Store, embedder: Embedder, manifest: Manifest, *, compare: bool) -> Manifest:
    """The manifest with the results of searches in the new generation: the evidence that unrelated questions find, and
    the recall of the self-tests."""
    generation = Generation(library, manifest)
    index = Index(library, generation, embedder)
    queries = [Query.plain(question) for question in null_questions()]
    evidences = [scored.evidence for scored in index.rank(queries)]
    null = sorted(round(evidence, 4) for evidence in evidences if evidence is not None)
    recall = self_test.measure(library, generation, embedder, store, compare=compare)
    nearest = self_test.nearest_recall(generation, embedder, null_questions())
    return replace(manifest, null=tuple(null), recall=recall, nearest=nearest)


def _files(library: Path, folders: Sequence[str], known: dict[str, Entry]) -> Iterator[tuple[str, Entry]]:
    """What is remembered of each file. Files never change, so one that the last manifest lists is not read again."""
    for folder in folders:
        for path in sorted((library / folder).iterdir()):
            name = f"{folder}/{path.name}"
            yield name, known.get(name) or disk.entry(path)


def _next_number(library: Path) -> int:
    return max((int(path.stem) for path in _manifests(library)), default=0) + 1


def _manifests(library: Path) -> list[Path]:
    """The manifests of all generations, the oldest first."""
    paths = (library / "generations").glob("[0-9]*.json")
    return sorted((path for path in paths if path.stem.isdecimal()), key=lambda path: int(path.stem))


def _make_live(library: Path, store: Store, manifest: Manifest) -> None:
    """Write the manifest and name it in ``CURRENT``. In between the store admits the last generation and this one, so
    that a reader meets two that belong together, wherever this is stopped."""
    before = dict(store.tokens())
    with suppress(LibraryError):  # a file CURRENT that cannot be read is replaced
        live = current_manifest(library)
        if live is not None and not before:  # of a version before tokens
            before = {live.stem: ""}
    disk.replace_text(library / "generations" / f"{manifest.name}.json", manifest.to_json())
    store.set_tokens({**before, manifest.name: manifest.token})
    disk.replace_text(library / "CURRENT", manifest.name + "\n")
    store.set_tokens({manifest.name: manifest.token})


def sweep(library: Path, store: Store, kept: int = _KEPT) -> None:
    """Remove generations before the last ``kept`` that nobody reads, and the files and rows that no remaining one
    lists. With only one to be kept, those that somebody reads go too: they may be damaged."""
    paths = _manifests(library)
    manifests = []
    for position, path in enumerate(paths):
        stays = position >= len(paths) - kept or (kept > 1 and lock.is_read(path))
        manifest = _readable(library, path) if stays else None
        if manifest is None:
            path.unlink()
            path.with_suffix(".times").unlink(missing_ok=True)
        else:
            manifests.append(manifest)
    folders = {name for manifest in manifests for name in (*manifest.segments, manifest.words)}
    for folder in [*library.glob("segments/*"), *library.glob("words/*")]:
        if folder.relative_to(library).as_posix() not in folders:
            shutil.rmtree(folder, ignore_errors=True)
    listed = [Segment.open(library / name).documents for name in folders if name.startswith("segments")]
    store.documents.purge([int(number) for numbers in listed for number in numbers])


def _readable(library: Path, path: Path) -> Manifest | None:
    """The manifest if it and its segments can be opened, else None."""
    try:
        manifest = Manifest.read(path)
        for name in manifest.segments:
            Segment.open(library / name)
    except LibraryError:
        return None
    return manifest
