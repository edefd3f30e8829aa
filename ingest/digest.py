"""Digests of file contents: a file whose digest has not changed is not read again."""

from __future__ import annotations

import hashlib
from functools import partial
from pathlib import Path

VERSION = "3"
"""Part of each stored digest: a new value makes the next ingest read and split every file again."""

_new_hash = partial(hashlib.blake2b, digest_size=16)


def of_bytes(data: bytes) -> bytes:
    """The digest of bytes: 16 bytes."""
    return _new_hash(data).digest()


def of_file(path: Path) -> bytes:
    """The digest of a file's bytes, read in pieces. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, _new_hash).digest()


def partly_read(content: bytes) -> bytes:
    """The digest that is stored of a content, or of its digest, of which not all could be read: it equals no
    ``stamped`` one, so that the file is read again, and is still known where it is moved to."""
    return _new_hash(content, person=b"partly").digest()


def stamped(content: bytes) -> bytes:
    """The digest that is stored: of a content, or of its digest, under ``VERSION``."""
    return _new_hash(content, person=VERSION.encode()).digest()
