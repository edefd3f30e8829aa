"""What a file was when it was read: where its digest is the same it need not be read again."""

from __future__ import annotations

import hashlib
from functools import partial
from pathlib import Path

VERSION = "2"
"""Part of what is stored: a new value makes the next ingest read and split everything again."""

_content = partial(hashlib.blake2b, digest_size=16)


def of_bytes(data: bytes) -> bytes:
    return _content(data).digest()


def of_file(path: Path) -> bytes:
    """As it stands, without holding it. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, _content).digest()


def stamped(content: bytes) -> bytes:
    """The digest that is stored: of a content (or of its digest) under this version."""
    return _content(content, person=VERSION.encode()).digest()
