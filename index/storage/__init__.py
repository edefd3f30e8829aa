"""That the truth of a library is one SQLite file: its tables, its versions, and the locks of writers and readers."""

from index.storage.address import Address, Library, library_at
from index.storage.lock import is_read, read_lock, write_lock
from index.storage.rows import DocumentRows, EmbeddedDocument, FileRow, KeptRow, LiveDocument, MarkRow
from index.storage.store import Store
from index.storage.truth import Truth

__all__ = [
    "Address",
    "DocumentRows",
    "EmbeddedDocument",
    "FileRow",
    "KeptRow",
    "Library",
    "LiveDocument",
    "MarkRow",
    "Store",
    "Truth",
    "is_read",
    "library_at",
    "read_lock",
    "write_lock",
]
