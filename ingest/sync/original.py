"""The file that a document was read from, if it is still what it was then."""

from __future__ import annotations

from pathlib import Path

from index.errors import ReadError
from index.storage.store import Store
from ingest import digest


def original(library: Path, identity: str) -> tuple[Path, bytes]:
    """The path of a document's file, and the file's stored digest. Raises ReadError when the file is gone or has
    changed, QueryError when there is no such document."""
    store = Store.open(library)
    try:
        document = store.documents.live(identity)
        root = Path(store.files.roots()[document.root])
        row = store.files.of_root(document.root).get(document.location)
    finally:
        store.close()
    # a root that is a file is itself the document
    path = root / document.location if root.is_dir() else root.parent / document.location
    try:
        is_same = row is not None and digest.stamped(digest.of_file(path)) == row.digest
    except OSError as error:
        raise ReadError(f"The file {path} is not there any more. Put it back to see its pages.") from error
    if row is None or not is_same:
        raise ReadError(f"The file {path} has changed since it was read. Ingest it again to see its pages.")
    return path, row.digest
