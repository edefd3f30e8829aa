"""The process that parses foreign files: python -m ingest.sandbox.worker READERS BYTES, started by ``pool``.

When it hangs, crashes or runs out of memory, only the file that it was reading is lost.
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
from ingest.sandbox.frames import FrameKind, Request, parse_request, receive, send, send_outcome, send_reading
from ingest.types import Reading

Read = Callable[..., Reading]

if sys.platform == "win32":  # only the ingest's own time limit works there

    def limit_memory(limit: int) -> None:
        pass

    def limit_time(seconds: float) -> None:
        pass

else:
    import resource

    def limit_memory(limit: int) -> None:
        """Limit the address space to ``limit`` bytes. Only on Linux: other systems refuse the limit or ignore it."""
        if sys.platform == "linux":
            _, hard = resource.getrlimit(resource.RLIMIT_AS)
            resource.setrlimit(resource.RLIMIT_AS, (_capped(limit, hard), hard))

    def limit_time(seconds: float) -> None:
        """Limit the processor time from now on: it ends a worker whose ingest was killed and no longer watches it."""
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (_capped(int(time.process_time() + seconds) + 2, hard), hard))

    def _capped(limit: int, hard: int) -> int:
        return limit if hard == resource.RLIM_INFINITY else min(limit, hard)


def main(readers: str, memory: str) -> None:
    """Read file after file until the ingest closes the pipe."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches the whole process group; the ingest handles it
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not get between the frames
    limit_memory(int(memory))
    requests: SimpleQueue[Request] = SimpleQueue()
    threading.Thread(target=_listen, args=(requests,), daemon=True).start()
    read = import_module(readers).read
    send(answers, FrameKind.READY, None)
    while True:
        serve(read, requests.get(), answers, int(memory))


def _listen(requests: SimpleQueue[Request]) -> None:
    """Receive requests in a thread, so that a busy worker too ends when its ingest does."""
    try:
        while True:
            requests.put(parse_request(receive(sys.stdin.buffer)[1]))
    except (EOFError, OSError):
        os._exit(0)


def serve(read: Read, request: Request, answers: IO[bytes], memory: int) -> None:
    """Read one file and send its reading and outcomes, or why it could not be read."""
    kind, reason, name = FrameKind.FAILURE, "", request.name
    try:
        _answer(read, request, answers)
    except ReadError as error:
        reason = str(error)
    except MemoryError:
        kind = FrameKind.EXHAUSTED
        reason = f"{name} takes more than {memory / 1e9:.0f} GB of memory to read. Split it and ingest the parts."
    except BrokenPipeError:
        os._exit(0)
    except Exception as error:  # noqa: BLE001 - reported with its line; the other files are read all the same
        reason = failure(name, error)
    if reason:
        send(answers, kind, reason)


def _answer(read: Read, request: Request, answers: IO[bytes]) -> None:
    started = time.process_time()
    data = _file_bytes(request)
    limit_time(request.patience)
    reading = read(data, request.name, ocr=request.ocr)
    send_reading(answers, reading, digest.of_bytes(data))
    del data
    for outcome in reading.extracts:
        send_outcome(answers, outcome)
        limit_time(request.patience)
    send(answers, FrameKind.END, round(time.process_time() - started, 3))


def _file_bytes(request: Request) -> bytes:
    try:
        return Path(request.path).read_bytes()
    except OSError as error:
        raise ReadError(f"The file cannot be read ({error.strerror or error}). Check its permissions.") from error


def failure(name: str, error: Exception) -> str:
    """The message for a bug in the reader, with the line that raised."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    message = " ".join(f"{type(error).__name__}: {error}".split())[:200].encode("utf-8", "replace").decode()
    location = f"{Path(frame.filename).name}, line {frame.lineno}"
    return (
        f"{name} is more than its reader can take ({message}; {location}). Save it in another format, or leave it out."
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
