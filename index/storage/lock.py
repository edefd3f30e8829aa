"""Locks on a library for writing and on a generation for reading. The system drops them when a process dies."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from index.disk import Address, Library
from index.errors import LibraryError
from index.storage.connection import check_path

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
    check_path(library)
    try:
        library.mkdir(parents=True, exist_ok=True)
        return (library / NAME).open("ab")
    except OSError as error:
        raise LibraryError(
            f"The library {library} cannot be written ({error.strerror or error}). "
            "Allow writing in its folder, or choose another with --library."
        ) from error


@contextmanager
def write_lock(library: Library) -> Iterator[None]:
    """Hold the library for writing. Raises LibraryError when another process holds it or it cannot be written."""
    if isinstance(library, Address):
        from index.storage import server

        with server.write_lock(library):
            yield
        return
    with _lock_file(library) as file:
        try:
            _lock(file, shared=False)
        except OSError as error:
            raise LibraryError(
                f"Another ingest is writing {library}. Wait until it is done, then run this again."
            ) from error
        yield


@contextmanager
def ingest_lock(library: Library, roots: Sequence[Path]) -> Iterator[None]:
    """Hold what an ingest of these roots writes: a folder's library whole, of one on a server these roots. Raises
    LibraryError when another process holds any of it."""
    if isinstance(library, Address):
        from index.storage import server

        with server.ingest_lock(library, sorted({str(root) for root in roots})):
            yield
        return
    with write_lock(library):
        yield


def read_lock(path: Path) -> IO[bytes]:
    """Open a manifest. While the file is open its generation is not removed."""
    file = path.open("rb")
    with suppress(OSError):  # it is being removed right now; open files stay readable
        _lock(file, shared=True)
    return file


def is_read(path: Path) -> bool:
    """Whether any process has this manifest open."""
    try:
        with path.open("rb+") as file:
            _lock(file, shared=False)
    except OSError:
        return True
    return False
