"""Finds damaged files of a library, takes damage out of the store, and builds the derived files again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np

from index import disk, reader
from index.disk import Address, Library
from index.embedding import models
from index.embedding.cache import model_folder
from index.embedding.compiled import remove_compiled
from index.embedding.models import open_embedder, prepare
from index.errors import LibraryError, ModelError
from index.publishing.publish import publish
from index.snapshot import manifest as manifests
from index.snapshot.manifest import APART, Manifest, current_manifest
from index.snapshot.segment import Segment
from index.storage import lock
from index.storage.store import Store

_FOLDERS = ("segments", "words", "generations", "models")

Progress = Callable[[int, int], None]
"""Called with the number of documents that were read, and of all."""


def find_damage(library: Library, progress: Progress = lambda done, total: None) -> list[str]:
    """A line for each damage; reads every file, or every row of a server's tables, while others read and write. Raises
    LibraryError without a library."""
    if isinstance(library, Address):
        from index.publishing import server_verify

        return server_verify.find_damage(library, progress)
    store = Store.open(library)
    try:
        damage = store.find_damage(progress)
        if damage:
            return [*damage, *manifests.find_damage(library)]
        fingerprint = store.setting("fingerprint")
        if fingerprint is None:
            return ["nothing was ingested yet"]
        damage = models.find_damage(model_folder(fingerprint, library / "models"))
        damage += _reader_damage(library) + manifests.find_damage(library)
        return damage or list(_apart(library, store))
    finally:
        store.close()


def _reader_damage(library: Path) -> list[str]:
    """A line for each damaged file of the reader; none where it was never prepared."""
    folder = model_folder(reader.folder_name(), library / "models", reader.CARD)
    return models.find_damage(folder, reader.CARD) if folder.exists() else []


def _apart(library: Path, store: Store) -> Iterator[str]:
    """A line when the live generation, whose files are sound, was not built from this store."""
    path = current_manifest(library)
    if path is None:
        return
    with lock.read_lock(path):
        manifest = Manifest.read(path)
        if not manifest.belongs_to(store):
            yield APART
            return
        for name in manifest.segments:
            segment = Segment.open(library / name)
            for number in np.setdiff1d(segment.documents, manifest.retired).tolist():
                if not np.array_equal(segment.passages.places(number), store.documents.places(number)):
                    yield f"{name}: the passages of document {number} are not those of sources.db"


def repair(library: Path) -> list[str]:
    """Build every derived file again from the store, without what is damaged there. A line for each thing that is taken
    out, with what brings it back. Raises ModelError, LibraryError."""
    with lock.write_lock(library):
        store = Store.create(library)
        try:
            notes = store.mend(library)
            rebuild(library, store)
            return notes
        finally:
            store.close()


def rebuild(library: Path, store: Store) -> None:
    """Convert the model again if it is damaged, and build a generation from the store alone, as the only one. The
    caller holds ``lock.write_lock``. Raises ModelError, LibraryError."""
    name, fingerprint = store.setting("model"), store.setting("fingerprint")
    if name is None or fingerprint is None:
        raise LibraryError(f"Nothing was ingested into {library} yet. Run: python -m ingest FOLDER")
    _clear(library)
    folder = model_folder(fingerprint, library / "models")
    remove_compiled(folder)
    if models.find_damage(folder):
        disk.remove(folder)
        if prepare(name, library / "models") != fingerprint:
            raise ModelError(f"The model {name} is no longer the one that {library} was made with.")
    folder = model_folder(reader.folder_name(), library / "models", reader.CARD)
    remove_compiled(folder)
    if _reader_damage(library):
        disk.remove(folder)
        with suppress(ModelError):  # a search says so, and goes on without it
            reader.prepare_reader(library / "models")
    publish(library, store, open_embedder(fingerprint, library / "models"), anew=True)


def _clear(library: Path) -> None:
    """Remove what stands where a folder or a file of the library is to be."""
    for name in _FOLDERS:
        if not (library / name).is_dir():
            disk.remove(library / name)
    if (library / "CURRENT").is_dir():
        disk.remove(library / "CURRENT")
