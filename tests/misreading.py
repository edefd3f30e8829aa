"""A module of readers for tests: what a file says is what reading it does to the worker."""

from __future__ import annotations

import ctypes
import os
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from ingest.types import Extract, Reading


def read(data: bytes, name: str) -> Reading:
    word, _, rest = data.decode().partition(" ")
    if word in DEEDS:
        DEEDS[word]()
    if word == "records":
        return Reading(_records(*rest.split(" ")))
    return Reading((Extract(data.decode()),), "utf-8")


def _records(count: str, size: str, then: str, log: str = "") -> Iterator[Extract]:
    """So many records of so many characters, each told in the log as it is made; then a deed."""
    for number in range(int(count)):
        if log:
            Path(log).write_text(str(number + 1))
        yield Extract("x" * int(size), record=str(number))
    DEEDS[then]()


def _spin() -> None:
    while True:
        pass


def _backtrack() -> None:
    """Never lets another thread of its process run."""
    re.match("(a|aa)+$", "a" * 100 + "b")


def _eat() -> None:
    eaten = []
    while True:
        eaten.append(bytearray(50_000_000))


def _mistake() -> None:
    raise KeyError("no such\nthing")


def _shout() -> None:
    print("not a frame", flush=True)
    os.write(1, b"not a frame either")


DEEDS: dict[str, Callable[[], object]] = {
    "sleep": lambda: time.sleep(1000),
    "spin": _spin,
    "backtrack": _backtrack,
    "abort": os.abort,
    "segfault": lambda: ctypes.string_at(0),
    "leave": lambda: os._exit(3),
    "eat": _eat,
    "mistake": _mistake,
    "shout": _shout,
    "end": lambda: None,
}
