"""Takes sources out of a library. Their files stay where they are, so that the next ingest brings them back."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing

from index.disk import Library
from index.embedding.cache import models_of
from index.embedding.models import open_embedder
from index.errors import LibraryError
from index.publishing.publish import publish_to
from index.storage import lock
from index.storage.people import Role, require
from index.storage.store import Store


def remove_sources(library: Library, identities: Sequence[str]) -> int:
    """How many were removed, published once. For a keeper. Raises SourcewiseError; with an unknown id nothing is."""
    require(Role.KEEPER)
    Store.open(library).close()
    with lock.write_lock(library), closing(Store.create(library)) as store:
        documents = [store.documents.live(identity) for identity in dict.fromkeys(identities)]
        with store.transaction():
            store.documents.retire([document.number for document in documents])
            for document in documents:  # so that the next ingest of the folder reads the file again
                store.files.forget(document.root, [document.location])
                store.note("remove", document.id, document.location)
        publish_to(library, store, open_embedder(_fingerprint(store, library), models_of(library)))
    return len(documents)


def _fingerprint(store: Store, library: Library) -> str:
    fingerprint = store.setting("fingerprint")
    if fingerprint is None:
        raise LibraryError(f"The library {library} is empty. Run: python -m ingest FOLDER --library {library}")
    return fingerprint
