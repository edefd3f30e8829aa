"""How often one may ask: a rate for each token and for each address."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

MAX_KEYS = 10_000  # tokens and addresses that are remembered, the latest (a guess)
BURST = 60.0  # seconds whose requests may come at once


class RateLimit:
    """So many requests a minute of each key, in any order: a leaky bucket, kept as the one time at which it is empty
    again (the generic cell rate algorithm of ITU-T I.371). Safe to share between threads."""

    def __init__(self, a_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._each, self._clock = 60.0 / a_minute, clock
        self._empty: OrderedDict[str, float] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, key: str) -> float:
        """0 for a request that may be answered, which is counted; else the seconds after which the next may be."""
        with self._lock:
            now = self._clock()
            empty = max(now, self._empty.pop(key, now)) + self._each
            too_early = empty - now - BURST
            self._empty[key] = empty if too_early <= 0 else empty - self._each
            while len(self._empty) > MAX_KEYS:
                self._empty.popitem(last=False)
        return max(0.0, too_early)
