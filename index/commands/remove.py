"""``python -m index remove``: take sources out of the library."""

from __future__ import annotations

import argparse
from pathlib import Path

from index.embedding.models import open_embedder
from index.errors import LibraryError
from index.output.printing import show, show_json
from index.publishing.publish import publish
from index.storage import lock
from index.storage.store import Store


def run(options: argparse.Namespace, library: Path) -> int:
    """Exit code 0. Raises SourcewiseError."""
    Store.open(library).close()
    with lock.write_lock(library):
        store = Store.create(library)
        documents = [store.documents.live(identity) for identity in dict.fromkeys(options.ids)]
        with store.transaction():
            store.documents.retire([document.number for document in documents])
            for document in documents:  # so that the next ingest of the folder reads the file again
                store.files.forget(document.root, [document.location])
        publish(library, store, open_embedder(_fingerprint(store, library), library / "models"))
    message = f"{len(documents)} removed. The files are untouched: the next ingest of their folder brings them back."
    if options.json:
        show_json({"removed": options.ids})
    else:
        show([message])
    return 0


def _fingerprint(store: Store, library: Path) -> str:
    fingerprint = store.setting("fingerprint")
    if fingerprint is None:
        raise LibraryError(f"The library {library} is empty. Run: python -m ingest FOLDER --library {library}")
    return fingerprint
