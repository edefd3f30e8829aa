"""The process in which foreign bytes are parsed: python -m ingest.worker READERS BYTES, started by ``ingest.pool``.

It may hang, crash or run out of memory, and takes nothing with it but the file that it was reading.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from queue import SimpleQueue
from typing import IO

from index.errors import ReadError
from ingest import digest
from ingest.sandbox.frames import FrameKind, Request, receive, request, send, send_outcome, send_reading
from ingest.types import Reading

Read = Callable[[bytes, str], Reading]

if sys.platform == "win32":  # the time limit, which is the ingest's, holds everywhere

    def limit_memory(most: int) -> None:
        pass

    def limit_time(seconds: float) -> None:
        pass

else:
    import resource

    def limit_memory(most: int) -> None:
        """Elsewhere than on Linux the limit is refused or means nothing."""
        if sys.platform == "linux":
            _, hard = resource.getrlimit(resource.RLIMIT_AS)
            resource.setrlimit(resource.RLIMIT_AS, (_lesser(most, hard), hard))

    def limit_time(seconds: float) -> None:
        """Processor time from now on. The ingest watches the clock; this ends a worker whose ingest was killed."""
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (_lesser(int(time.process_time() + seconds) + 2, hard), hard))

    def _lesser(wanted: int, hard: int) -> int:
        return wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)


def main(readers: str, memory: str) -> None:
    """Read file after file until the ingest is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches the whole group; the ingest answers it
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not come between the frames
    limit_memory(int(memory))
    requests: SimpleQueue[Request] = SimpleQueue()
    threading.Thread(target=_listen, args=(requests,), daemon=True).start()
    read = import_module(readers).read
    send(answers, FrameKind.READY, None)
    while True:
        serve(read, requests.get(), answers, int(memory))


def _listen(requests: SimpleQueue[Request]) -> None:
    """In a thread, so that a worker that is busy ends with its ingest."""
    try:
        while True:
            requests.put(request(receive(sys.stdin.buffer)[1]))
    except (EOFError, OSError):
        os._exit(0)


def serve(read: Read, asked: Request, answers: IO[bytes], memory: int) -> None:
    """Read one file and send what comes of it."""
    kind, reason = FrameKind.FAILURE, ""
    try:
        _answer(read, asked, answers)
    except ReadError as error:
        reason = str(error)
    except MemoryError:
        kind = FrameKind.EXHAUSTED
        reason = f"{asked.name} takes more than {memory / 1e9:.0f} GB of memory to read. Split it and ingest the parts."
    except BrokenPipeError:
        os._exit(0)
    except Exception as error:  # noqa: BLE001 - told with its place; the other files are read all the same
        reason = failure(asked.name, error)
    if reason:
        send(answers, kind, reason)


def _answer(read: Read, asked: Request, answers: IO[bytes]) -> None:
    started = time.process_time()
    data = _bytes(asked)
    limit_time(asked.patience)
    reading = read(data, asked.name)
    send_reading(answers, reading, digest.of_bytes(data))
    del data
    for outcome in reading.extracts:
        send_outcome(answers, outcome)
        limit_time(asked.patience)
    send(answers, FrameKind.END, round(time.process_time() - started, 3))


def _bytes(asked: Request) -> bytes:
    try:
        return Path(asked.path).read_bytes()
    except OSError as error:
        raise ReadError(f"The file cannot be read ({error.strerror or error}). Check its permissions.") from error


def failure(name: str, error: Exception) -> str:
    """A fault of the reader itself, in a line that leads to it."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    what = " ".join(f"{type(error).__name__}: {error}".split())[:200].encode("utf-8", "replace").decode()
    where = f"{Path(place.filename).name}, line {place.lineno}"
    return f"{name} is more than its reader can take ({what}; {where}). Save it in another format, or leave it out."


if __name__ == "__main__":
    main(*sys.argv[1:])
