"""Readers for tests: the first word of a file names what reading it does to the worker."""

from __future__ import annotations

import ctypes
import os
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from ingest.types import Extract, Reading


def read(data: bytes, name: str, *, ocr: bool = True) -> Reading:
    word, _, rest = data.decode().partition(" ")
    if word in ACTIONS:
        ACTIONS[word]()
    if word == "records":
        return Reading(_records(*rest.split(" ")))
    return Reading((Extract(data.decode()),), "utf-8")


def _records(count: str, size: str, action: str, log: str = "") -> Iterator[Extract]:
    """``count`` records of ``size`` characters, each counted in the file ``log`` as it is made; then an action."""
    for number in range(int(count)):
        if log:
            Path(log).write_text(str(number + 1))
        yield Extract("x" * int(size), record=str(number))
    ACTIONS[action]()


def _spin() -> None:
    while True:
        pass


def _backtrack() -> None:
    """A regex that holds the interpreter lock: no other thread of the process runs."""
    re.match("(a|aa)+$", "a" * 100 + "b")


def _exhaust_memory() -> None:
    blocks = []
    while True:
        blocks.append(bytearray(50_000_000))


def _raise_error() -> None:
    raise KeyError("no such\nthing")


def _print() -> None:
    print("not a frame", flush=True)
    os.write(1, b"not a frame either")


ACTIONS: dict[str, Callable[[], object]] = {
    "sleep": lambda: time.sleep(1000),
    "spin": _spin,
    "backtrack": _backtrack,
    "abort": os.abort,
    "segfault": lambda: ctypes.string_at(0),
    "leave": lambda: os._exit(3),
    "eat": _exhaust_memory,
    "mistake": _raise_error,
    "shout": _print,
    "end": lambda: None,
}
