"""Who writes a library and who reads a generation: locks that the system drops when a process dies."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from index.errors import LibraryError

NAME = "writing.lock"

if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[bytes], *, shared: bool) -> None:
        if not shared:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(file: IO[bytes], *, shared: bool) -> None:
        fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)


def _lock_file(library: Path) -> IO[bytes]:
    try:
        library.mkdir(parents=True, exist_ok=True)
        return (library / NAME).open("ab")
    except OSError as error:
        raise LibraryError(
            f"The library {library} cannot be written ({error.strerror or error}). Choose another with --library."
        ) from error


@contextmanager
def write_lock(library: Path) -> Iterator[None]:
    """Only one process writes a library at a time. Raises LibraryError when another does, or none may."""
    with _lock_file(library) as file:
        try:
            _lock(file, shared=False)
        except OSError as error:
            raise LibraryError(
                f"Another ingest is writing {library}. Wait until it is done, then run this again."
            ) from error
        yield


def read_lock(path: Path) -> IO[bytes]:
    """An open manifest; while it stays open its generation is not cleaned away."""
    file = path.open("rb")
    with suppress(OSError):  # being swept at this moment: the files stay readable while they are open
        _lock(file, shared=True)
    return file


def is_read(path: Path) -> bool:
    """Whether a process holds this manifest."""
    try:
        with path.open("rb+") as file:
            _lock(file, shared=False)
    except OSError:
        return True
    return False
