"""What the routes have answered, and how long it took, as Prometheus reads it."""

from __future__ import annotations

import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Seconds: the bounds that Prometheus's own clients have."""

_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    """Counts since the start. Safe to share between threads. Routes are named by their patterns, so nothing that was
    asked stands here."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._at_work = 0
        self._answers: Counter[tuple[str, int]] = Counter()
        self._seconds: defaultdict[str, float] = defaultdict(float)
        self._within: Counter[tuple[str, float]] = Counter()

    def began(self) -> float:
        """Counts a request as being at work; the time for ``ended``."""
        with self._lock:
            self._at_work += 1
        return time.perf_counter()

    def ended(self, route: str, status: int, began: float) -> None:
        seconds = time.perf_counter() - began
        with self._lock:
            self._at_work -= 1
            self._answers[route, status] += 1
            self._seconds[route] += seconds
            self._within.update((route, bound) for bound in BOUNDS if seconds <= bound)

    async def shown(self, request: Request) -> Response:
        return PlainTextResponse(self.text(), media_type=_TYPE)

    def text(self) -> str:
        """All of it, a line each."""
        with self._lock:
            return "".join(f"{line}\n" for line in self._lines())

    def _lines(self) -> Iterator[str]:
        yield "# TYPE sourcewise_requests_at_work gauge"
        yield f"sourcewise_requests_at_work {self._at_work}"
        yield "# TYPE sourcewise_requests_total counter"
        for (route, status), count in sorted(self._answers.items()):
            yield f'sourcewise_requests_total{{route="{route}",status="{status}"}} {count}'
        yield "# TYPE sourcewise_request_seconds histogram"
        for route, seconds in sorted(self._seconds.items()):
            count = sum(number for (name, _), number in self._answers.items() if name == route)
            for bound in BOUNDS:
                within = self._within[route, bound]
                yield f'sourcewise_request_seconds_bucket{{route="{route}",le="{bound:g}"}} {within}'
            yield f'sourcewise_request_seconds_bucket{{route="{route}",le="+Inf"}} {count}'
            yield f'sourcewise_request_seconds_sum{{route="{route}"}} {seconds:.6f}'
            yield f'sourcewise_request_seconds_count{{route="{route}"}} {count}'
