"""Finds damaged files of a library, and builds derived ones again."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from index.embedding.cache import CARD, model_folder
from index.embedding.models import open_embedder, prepare
from index.embedding.reference import file_digest
from index.errors import LibraryError, ModelError
from index.publishing.publish import publish
from index.snapshot import generation
from index.storage import lock
from index.storage.store import Store


def find_damage(library: Path) -> list[str]:
    """A line for each damaged or missing file; reads every file. Raises LibraryError when there is no library."""
    store = Store.open(library)
    try:
        damage = store.find_damage()
        fingerprint = store.setting("fingerprint")
    finally:
        store.close()
    if fingerprint is None:
        return [*damage, "nothing was ingested yet"]
    return [*damage, *_model_damage(model_folder(fingerprint, library / "models")), *generation.find_damage(library)]


def repair(library: Path) -> None:
    """Convert the model again, or build a new generation from the store, whichever is damaged. Raises ModelError,
    LibraryError."""
    with lock.write_lock(library):
        store = Store.create(library)
        try:
            if store.find_damage():
                raise LibraryError(
                    f"{library / 'sources.db'} itself is damaged. Restore it from a copy, or ingest anew."
                )
            name, fingerprint = store.setting("model"), store.setting("fingerprint")
            if name is None or fingerprint is None:
                raise LibraryError(f"Nothing was ingested into {library} yet. Run: python -m ingest FOLDER")
            if _model_damage(model_folder(fingerprint, library / "models")):
                shutil.rmtree(model_folder(fingerprint, library / "models"), ignore_errors=True)
                if prepare(name, library / "models") != fingerprint:
                    raise ModelError(f"The model {name} is no longer the one that {library} was made with.")
            if generation.find_damage(library):
                publish(library, store, open_embedder(fingerprint, library / "models"), anew=True)
        finally:
            store.close()


def _model_damage(folder: Path) -> list[str]:
    """A line for each damaged or missing file of a converted model."""
    try:
        files = json.loads((folder / CARD).read_text(encoding="utf-8")).get("files", {})
    except (OSError, ValueError):
        return [f"the model in {folder.name} is missing"]
    damage = []
    for name, digest in files.items():
        path = folder / name
        if not path.is_file():
            damage.append(f"models/{folder.name}/{name} is missing")
        elif file_digest(path) != digest:
            damage.append(f"models/{folder.name}/{name} was changed after it was written")
    return damage
