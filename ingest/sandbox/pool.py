"""Worker processes that read files ahead of the ingest. A file that hangs or crashes its worker gives a ReadError."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Self

from index.errors import ReadError
from ingest.sandbox import frames
from ingest.sandbox.frames import FrameKind, Request
from ingest.types import Outcome, Reading

PROJECT_ROOT = Path(__file__).resolve().parent.parent.parent
_POLL = 0.1  # seconds between two looks at the clock while waiting (a guess)
_BACKLOG = 4  # files waiting per worker before another worker is started (a guess)


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of a worker (the values are guesses). ``memory``: bytes of its address space. ``start``: seconds until it
    is ready. ``silence``: seconds between two outcomes of a file; the first may take ``silence_per_byte`` more for each
    byte of the file. ``ahead``: bytes of outcomes that may be queued before the worker has to wait. ``files``: a worker
    is replaced after so many, because parsers leak."""

    memory: int = 3_000_000_000
    start: float = 120.0
    silence: float = 60.0
    silence_per_byte: float = 5e-6
    ahead: int = 4_000_000
    files: int = 200


class Task:
    """A file that is being read: a queue of frames that a worker's thread fills and the ingest empties."""

    def __init__(self, path: Path, name: str, size: int, limits: Limits, closed: threading.Event, *, ocr: bool) -> None:
        self._limits, self._closed = limits, closed
        self.patience = limits.silence + limits.silence_per_byte * size
        self.request = Request(str(path), name, self.patience, ocr)
        self.seconds = 0.0
        """Processor time of the reader; known once all frames are taken."""
        self.worker: _Worker | None = None
        self._frames: deque[tuple[FrameKind, bytes]] = deque()
        self._bytes = 0
        self._changed = threading.Condition()
        self._deadline: float | None = None

    def expect(self, worker: _Worker, seconds: float) -> None:
        """Start the clock: the next frame is due from this worker in ``seconds``."""
        self.worker, self._deadline = worker, time.monotonic() + seconds

    def put(self, kind: FrameKind, body: bytes) -> None:
        """Queue a frame. Waits while too many bytes are queued; the clock is stopped meanwhile."""
        with self._changed:
            self._deadline = None
            while self._bytes >= self._limits.ahead and not kind.is_last and not self._closed.is_set():
                self._changed.wait(_POLL)
            self._frames.append((kind, body))
            self._bytes += len(body)
            if kind is not FrameKind.READING:
                self.patience = self._limits.silence
            self._deadline = time.monotonic() + self.patience
            self._changed.notify_all()

    def take(self, seconds: float) -> tuple[FrameKind, bytes] | None:
        """The next frame; None when none came within ``seconds``."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._frames, seconds):
                return None
            kind, body = self._frames.popleft()
            self._bytes -= len(body)
            self._changed.notify_all()
            return kind, body

    @property
    def is_overdue(self) -> bool:
        deadline = self._deadline
        return deadline is not None and time.monotonic() > deadline


@contextmanager
def _garbled(task: Task) -> Iterator[None]:
    """Raises ReadError for a frame that no reader of ours sends: a damaged process may write anything."""
    try:
        yield
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ReadError(
            f"What the reader of {task.request.name} sent cannot be understood. "
            "Save the file again in the program that it came from, or leave it out."
        ) from error


class Pool:
    """Up to ``size`` workers, started as files are submitted. ``check`` is called while the ingest waits; may raise.

    ``readers`` is the module whose ``read`` the workers call; ``ocr``: whether it reads pictures of text.
    """

    def __init__(
        self,
        size: int | None = None,
        *,
        limits: Limits = Limits(),
        readers: str = "ingest.readers",
        ocr: bool = True,
        check: Callable[[], None] = lambda: None,
    ) -> None:
        self.limits, self.readers, self.ocr = limits, readers, ocr
        self.tasks: SimpleQueue[Task | None] = SimpleQueue()
        self.closed = threading.Event()
        self._size = size or max(1, min(4, (os.cpu_count() or 2) // 2))
        self._check = check
        self._workers: list[_Worker] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Ends the workers, whatever they are doing."""
        self.closed.set()
        for worker in self._workers:
            worker.kill()
            self.tasks.put(None)
        for worker in self._workers:
            worker.thread.join()

    def submit(self, path: Path, name: str, size: int) -> Task:
        """Queue a file for reading. ``read`` gives its result; tasks may be read in any order."""
        task = Task(path, name, size, self.limits, self.closed, ocr=self.ocr)
        self.tasks.put(task)
        if len(self._workers) < self._size and self.tasks.qsize() > _BACKLOG * len(self._workers):
            self._workers.append(_Worker(self))
        return task

    def read(self, task: Task) -> tuple[Reading, bytes]:
        """A file's reading and the digest of the bytes read. Raises ReadError; iterating the extracts may too."""
        _, body = self._next_frame(task)
        with _garbled(task):
            return frames.parse_reading(body, self._outcomes(task))

    def _outcomes(self, task: Task) -> Iterator[Outcome]:
        while True:
            kind, body = self._next_frame(task)
            with _garbled(task):
                if kind is FrameKind.END:
                    task.seconds = float(json.loads(body))
                    return
                outcome = frames.parse_outcome(kind, body)
            yield outcome

    def _next_frame(self, task: Task) -> tuple[FrameKind, bytes]:
        while (frame := task.take(_POLL)) is None:
            self._check()
            if task.worker is not None and task.is_overdue:
                task.worker.give_up(task)
        kind, body = frame
        if kind.is_failure:
            with _garbled(task):
                reason = " ".join(str(json.loads(body)).split())
                if not reason:
                    raise ValueError("no reason")
            raise ReadError(reason)
        return kind, body


class _Worker:
    """A thread that feeds one process at a time with files and queues the frames it answers."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._process: subprocess.Popen[bytes] | None = None
        self._files = 0
        self._task: Task | None = None
        self._gave_up = False
        self._lock = threading.Lock()  # give_up must kill only the process that reads the given task
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def give_up(self, task: Task) -> None:
        with self._lock:
            if self._task is task and self._process is not None:
                self._gave_up = True
                self._process.kill()

    def kill(self) -> None:
        with self._lock:
            if self._process is not None:
                self._process.kill()

    def _run(self) -> None:
        while (task := self._pool.tasks.get()) is not None and not self._pool.closed.is_set():
            kind, body = self._serve(task)
            if self._gave_up or kind is FrameKind.EXHAUSTED or self._files >= self._pool.limits.files:
                self._end()
            task.put(kind, body)
        self._end()

    def _serve(self, task: Task) -> tuple[FrameKind, bytes]:
        """Queue a file's frames but the last, which is returned."""
        try:
            process = self._start_task(task)
            if process.stdin is None or process.stdout is None:
                raise EOFError
            frames.send_request(process.stdin, task.request)
            while not (last := frames.receive(process.stdout))[0].is_last:
                task.put(*last)
        except (OSError, EOFError, MemoryError):
            message = reason(task, hung=True) if self._gave_up else reason(task, self._end())
            return FrameKind.FAILURE, json.dumps(message).encode()
        finally:
            with self._lock:
                self._task = None
        return last

    def _start_task(self, task: Task) -> subprocess.Popen[bytes]:
        """The process that will read the task; a new one if the last has ended. Raises OSError, EOFError."""
        if self._process is not None and self._process.poll() is not None:
            self._end()
        with self._lock:
            if self._pool.closed.is_set():
                raise EOFError
            process, self._task = self._process or _start(self._pool), task
            is_new, self._process = self._process is None, process
        if is_new and process.stdout is not None:
            task.expect(self, self._pool.limits.start)
            frames.receive(process.stdout)
        self._files += 1
        task.expect(self, task.patience)
        return process

    def _end(self) -> int | None:
        """End the process, which exits when its stdin closes. Returns the exit code, None if there was no process."""
        with self._lock:
            process, self._process = self._process, None
            self._files, self._gave_up = 0, False
        if process is None or process.stdin is None or process.stdout is None:
            return None
        with suppress(OSError):
            process.stdin.close()
        try:
            process.wait(1)
        except subprocess.TimeoutExpired:
            process.kill()
        process.stdout.close()
        return process.wait()


def _start(pool: Pool) -> subprocess.Popen[bytes]:
    """Start a worker in a new interpreter: a fork would share the threads and locks of the ingest."""
    return subprocess.Popen(  # noqa: S603 - this interpreter, and our own module
        [sys.executable, "-m", "ingest.sandbox.worker", pool.readers, str(pool.limits.memory)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=PROJECT_ROOT,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )


def reason(task: Task, code: int | None = None, *, hung: bool = False) -> str:
    """The message for a file whose worker hung, ended with exit code ``code``, or could not be started (None)."""
    name, advice = task.request.name, "Save it again in the program that it came from, or leave it out."
    cause = {-number.value: number.name for number in signal.Signals}.get(code or 0, f"exit code {code}")
    if hung or cause == "SIGXCPU":
        return f"Reading {name} came to nothing in {task.patience:.0f} s and was given up. {advice}"
    if code is None:
        return f"No process could be started to read {name}. Close other programs and run this again."
    if cause == "SIGKILL":
        return f"The system ended the reading of {name}, most likely for want of memory. Close other programs."
    return f"Reading {name} crashed its reader ({cause}). {advice}"
