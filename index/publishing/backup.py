"""A library in one file: what it holds, with a checksum at the end. Whatever is derived is built again from it."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from index import disk
from index.errors import DamageError, LibraryError, QueryError, WriteError
from index.publishing.verify import rebuild
from index.storage import lock
from index.storage.connection import as_library_error
from index.storage.store import NAME, Store

_MARK = b"\nSourcewise backup 1, SHA-256 "
_END = len(_MARK) + 64 + 1  # bytes at the end of the file: the mark, the digest, a line's end
_CHUNK = 1 << 20  # bytes in memory at once (a guess)


def backup(library: Path, target: Path) -> int:
    """Write what the library holds at this moment to a new file, while others search and ingest. Returns its bytes.

    Raises LibraryError, and WriteError when the file exists or cannot be written.
    """
    if os.path.exists(target):
        raise WriteError(f"{target} exists already. Give another name, or remove it first.")
    store = Store.open(library)
    partial = target.with_name(target.name + ".partial")
    try:
        partial.unlink(missing_ok=True)
        store.copy_to(partial)
        with partial.open("ab") as file:
            file.write(_MARK + disk.file_digest(partial).encode() + b"\n")
        disk.replace(partial, target)
    except (OSError, sqlite3.OperationalError) as error:
        raise WriteError(f"{target} cannot be written ({error}). Choose another place.") from error
    except sqlite3.DatabaseError as error:
        raise as_library_error(error) from error
    finally:
        store.close()
        with suppress(OSError):  # of a name that cannot be one
            partial.unlink(missing_ok=True)
    return target.stat().st_size


def restore(source: Path, library: Path, *, replace: bool = False) -> int:
    """Make a library of what ``backup`` wrote, with ``replace`` in place of what is there. Returns how many sources.

    Raises QueryError when the file is no whole backup, and LibraryError when there is a library already; then nothing
    is changed. Killed at any moment, it leaves what was there or what the backup holds.
    """
    occupied = (library / NAME).exists()
    if occupied and not replace:
        raise LibraryError(f"There is a library at {library} already. Choose another with --library, or add --replace.")
    for _ in _database(source):  # whole, before anything is written, be it only a folder and its lock
        pass
    partial = library / f"{NAME}.partial"
    with lock.write_lock(library):
        try:
            _unpack(source, partial)
            _settle(library, partial, occupied)
        except sqlite3.Error as error:
            raise LibraryError(f"The library {library} cannot be written ({error}). Free its disk.") from error
        finally:
            partial.unlink(missing_ok=True)
        store = Store.create(library)
        try:
            rebuild(library, store)
            return len(store.documents.live_numbers())
        finally:
            store.close()


def _unpack(source: Path, target: Path) -> None:
    """Copy the database out of a backup. Raises QueryError unless the file is whole, LibraryError when there is no
    room."""
    try:
        with target.open("wb") as copy:
            copy.writelines(_database(source))
    except OSError as error:
        reason = error.strerror or error
        raise LibraryError(f"The library {target.parent} cannot be written ({reason}). Free its disk.") from error


def _database(source: Path) -> Iterator[bytes]:
    """The database in a backup, in pieces. Raises QueryError, at the end when the file is not whole."""
    if source.exists() and not source.is_file():  # to open a pipe would wait for its writer
        raise QueryError(f"{source} is no file, and cannot be restored. Give what backup wrote.")
    digest = hashlib.sha256()
    try:
        with source.open("rb") as file:
            remaining = os.fstat(file.fileno()).st_size - _END
            while remaining > 0 and (chunk := file.read(min(_CHUNK, remaining))):
                digest.update(chunk)
                yield chunk
                remaining -= len(chunk)
            whole = file.read(_END) == _MARK + digest.hexdigest().encode() + b"\n"
    except OSError as error:
        raise QueryError(f"{source} cannot be restored ({error.strerror or error}). Give what backup wrote.") from error
    if not whole:
        raise QueryError(f"{source} is no backup, or it was torn or altered. Give another.")


def _settle(library: Path, partial: Path, occupied: bool) -> None:
    """Put a database in place of the library's, under a new epoch, so that every open page notices."""
    fresh = Store.at(partial)
    try:
        fresh.renew()
    finally:
        fresh.close()
    if occupied and _is_overwritten(library, partial):
        return
    for suffix in ("", "-wal", "-shm"):  # the database first: without it the others mean nothing
        (library / f"{NAME}{suffix}").unlink(missing_ok=True)
    disk.replace(partial, library / NAME)


def _is_overwritten(library: Path, partial: Path) -> bool:
    """Whether the contents of the database were replaced; False when it is too damaged to be opened."""
    try:
        store = Store.at(library / NAME)
        try:
            store.overwrite_with(partial)
        finally:
            store.close()
    except sqlite3.OperationalError:
        raise
    except (DamageError, sqlite3.DatabaseError):
        return False
    return True
