"""A connection for each thread to the database of one library."""

from __future__ import annotations

import threading

from index.disk import Library
from index.errors import LibraryError
from index.storage.store import EPOCH, Store
from index.storage.truth import Truth


class Connections:
    """Safe to share between threads. ``epoch``: of the library that is meant; empty where it is not known."""

    def __init__(self, library: Library, epoch: str) -> None:
        self._library, self._epoch = library, epoch
        self._threads = threading.local()

    def current(self) -> Truth:
        """This thread's connection, opened at its first use. Raises LibraryError when another library has come in the
        place of the one that is meant."""
        if not hasattr(self._threads, "store"):
            opened = Store.open(self._library)
            if self._epoch and opened.setting(EPOCH) != self._epoch:
                raise LibraryError(f"The library {self._library} was replaced while it was open. Open it again.")
            self._threads.store = opened
        store: Truth = self._threads.store
        return store
