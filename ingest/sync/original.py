"""The file that a document was read from, if it is still what it was then."""

from __future__ import annotations

from pathlib import Path

from index.disk import Library
from index.errors import ReadError
from index.storage.rows import LiveDocument
from index.storage.store import Store
from ingest import digest


def original_path(library: Library, identity: str) -> Path:
    """Where a document was read from, whether it is still there or not. Raises QueryError when there is no such
    document."""
    store = Store.open(library)
    try:
        return _path(store, store.documents.live(identity))
    finally:
        store.close()


def _path(store: Store, document: LiveDocument) -> Path:
    root = Path(store.files.roots()[document.root])
    # a root that is a file is itself the document
    return (root if root.is_dir() else root.parent) / document.location


def original(library: Library, identity: str) -> tuple[Path, bytes]:
    """The path of a document's file, and the file's stored digest. Raises ReadError when the file is gone or has
    changed, QueryError when there is no such document."""
    store = Store.open(library)
    try:
        document = store.documents.live(identity)
        path = _path(store, document)
        row = store.files.of_root(document.root).get(document.location)
    finally:
        store.close()
    try:
        is_same = row is not None and digest.stamped(digest.of_file(path)) == row.digest
    except OSError as error:
        raise ReadError(f"The file {path} is not there any more. Put it back to see its pages.") from error
    if row is None or not is_same:
        raise ReadError(f"The file {path} has changed since it was read. Ingest it again to see its pages.")
    return path, row.digest
