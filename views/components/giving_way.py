"""Work beside the page gives way to it: while a page is made for somebody, it waits.

Threads of one process share one interpreter, so whatever is computed beside a page takes half of its time.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

MOST = 0.5
"""Seconds that work beside the page waits at a time, so that it ends on a busy server too (a guess)."""


class Quiet:
    """Whether no page is being made."""

    def __init__(self) -> None:
        self._pages = 0
        self._changed = threading.Condition()

    @contextmanager
    def page_made(self) -> Iterator[None]:
        """While a page is made for somebody."""
        self._count(1)
        try:
            yield
        finally:
            self._count(-1)

    def _count(self, change: int) -> None:
        with self._changed:
            self._pages += change
            self._changed.notify_all()

    def give_way(self) -> None:
        """Wait until no page is being made, but not for long."""
        with self._changed:
            self._changed.wait_for(lambda: not self._pages, MOST)


quiet = Quiet()
"""Of this server, for all visitors."""
