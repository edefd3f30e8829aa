"""Files on a disk: written so that a crash leaves the old or the new one whole, and recognised when they have changed;
and where a library is.

``Entry`` is what is remembered of a file. Size and time of change are looked at wherever a file is used. A large file
is read and compared only where the time differs, as after copying a library.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Container, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

_SMALL = 1 << 18  # bytes up to which a file is compared whole at each opening: it takes a quarter of a ms
_SCHEME = re.compile(r"postgres(?:ql)?://")
# What stands between a user's name and an @, as libpq reads it: a password may hold ? and #, and what has a slash is
# wrong there and hidden all the same, unless it is a port. And password=… among the parameters.
_PASSWORD = re.compile(r"(?<=//)([^:/@\[]*):(?:[^/]*|(?!\d+[/,]).*)@|([?&](?:ssl)?password=)[^&]*")


@dataclass(frozen=True, slots=True, repr=False)
class Address:
    """``url``: as libpq takes it, possibly with a password, which no text of this object shows."""

    url: str

    def __str__(self) -> str:
        return _PASSWORD.sub(lambda match: f"{match[2]}…" if match[2] else f"{match[1]}@", self.url)

    @property
    def has_password(self) -> bool:
        return str(self) != self.url

    __repr__ = __str__


Library = Path | Address
"""Where a library is: a folder of this machine, or a database of a server."""


def library_at(text: str) -> Library:
    """The library that a person names."""
    return Address(text) if _SCHEME.match(text) else Path(text)


def default_library() -> Library:
    """``$SOURCEWISE_LIBRARY``, else ``library`` in the current folder."""
    return library_at(os.environ.get("SOURCEWISE_LIBRARY") or "library")


class Entry(NamedTuple):
    """``size`` in bytes; ``digest``: SHA-256 in hexadecimal; ``changed``: ns since 1970, 0 where it is not known."""

    size: int
    digest: str
    changed: int = 0


def file_digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def entry(path: Path) -> Entry:
    """What is to be remembered of a file. Raises OSError."""
    status = path.stat()
    return Entry(status.st_size, file_digest(path), status.st_mtime_ns)


def first_change(folder: Path, files: Mapping[str, Entry], times: Path, whole: Container[str] = ()) -> str | None:
    """What has happened to the first of the ``files`` (by their paths below ``folder``) that is not as it was written;
    None when all are. ``times``: a file with times of change of copies that were compared before. ``whole``: names of
    files that are compared whole each time, as small ones are."""
    late: dict[str, int] = {}
    known = _times(times)
    for name, written in files.items():
        path = folder / name
        try:
            status = path.stat()
        except OSError:
            return f"{path} is missing"
        if status.st_size != written.size:
            return f"{path} has {status.st_size} bytes instead of {written.size}"
        if written.changed not in (0, status.st_mtime_ns) and known.get(name) != status.st_mtime_ns:
            late[name] = status.st_mtime_ns
        if (name in late or status.st_size <= _SMALL or path.name in whole) and not is_as_written(path, written):
            return f"{path} was changed after it was written"
    if late:
        with suppress(OSError):  # a library that may not be written is compared each time
            replace_text(times, json.dumps(known | late))
    return None


def is_as_written(path: Path, written: Entry) -> bool:
    """Whether a file still has its contents; reads all of it."""
    try:
        return path.stat().st_size == written.size and file_digest(path) == written.digest
    except OSError:
        return False


def _times(path: Path) -> dict[str, int]:
    try:
        times = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return times if isinstance(times, dict) else {}


def replace_text(path: Path, text: str) -> None:
    """Write a file so that a reader sees the whole old or the whole new one, even after a crash. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    partial.write_text(text, encoding="utf-8")
    replace(partial, path)


def replace(partial: Path, path: Path) -> None:
    """Give a written file or folder its name, in place of a file of that name, once its contents are on the disk."""
    sync(partial)
    os.replace(partial, path)
    _sync(path.parent)


def sync(path: Path) -> None:
    """Wait until a file, or a folder with all that is in it, is on the disk, and under its name."""
    for below in _below(path):
        _sync(below)
    _sync(path.parent)


def _below(path: Path) -> Iterator[Path]:
    """What is in a folder, at any depth, before the folder itself."""
    if path.is_dir():
        for child in sorted(path.iterdir()):
            yield from _below(child)
    yield path


def _sync(path: Path) -> None:
    if os.name == "nt" and path.is_dir():  # folders cannot be opened there
        return
    descriptor = os.open(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove(path: Path) -> None:
    """Remove a file, a link, or a folder with all that is in it, if it is there. Raises OSError."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        with suppress(FileNotFoundError, NotADirectoryError):  # below a file there is nothing either
            path.unlink()
