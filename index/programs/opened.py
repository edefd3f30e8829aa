"""A library that a server keeps open: opened when it is first asked, and again after an ingest."""

from __future__ import annotations

import threading
from contextlib import suppress

from index.disk import Library
from index.errors import SourcewiseError
from index.search.index import Index
from index.snapshot.manifest import published


class OpenLibrary:
    """The live generation of a library. Safe to share between threads."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self._opening = threading.Lock()
        self._opened: tuple[object, Index] | None = None

    def index(self) -> Index:
        """The library as it stands now. Raises SourcewiseError; the next call tries again."""
        with self._opening:
            live = published(self.library)
            if self._opened is None or self._opened[0] != live:
                self._opened = live, Index.open(self.library, reader=True)
            return self._opened[1]

    def open_ahead(self) -> None:
        """Open it while the program starts, so that the first answer does not wait for the model."""

        def opening() -> None:
            with suppress(SourcewiseError):  # whoever asks first is told
                self.index()

        threading.Thread(target=opening, daemon=True).start()
