"""That the truth of a library is one SQLite file: its tables, its versions, the locks of writers and readers, and who
may write what."""

from index.storage import people
from index.storage.lock import is_read, read_lock, write_lock
from index.storage.rows import DocumentRows, EmbeddedDocument, FileRow, KeptRow, LiveDocument, MarkRow
from index.storage.store import Store
from index.storage.truth import Truth

__all__ = [
    "DocumentRows",
    "EmbeddedDocument",
    "FileRow",
    "KeptRow",
    "LiveDocument",
    "MarkRow",
    "Store",
    "Truth",
    "is_read",
    "people",
    "read_lock",
    "write_lock",
]
