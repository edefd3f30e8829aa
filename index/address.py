"""Where a library is: a folder of this machine, or a database of a PostgreSQL server by its address."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

_SCHEME = re.compile(r"postgres(?:ql)?://")
# what stands between a user's name and the last @ before the path, and password=… among the parameters
_PASSWORD = re.compile(r"(?<=//)([^:/?#@]*):[^/?#]*@|([?&]password=)[^&#]*")


@dataclass(frozen=True, slots=True, repr=False)
class Address:
    """``url``: as libpq takes it, possibly with a password, which no text of this object shows."""

    url: str

    def __str__(self) -> str:
        return _PASSWORD.sub(lambda match: f"{match[2]}…" if match[2] else f"{match[1]}@", self.url)

    __repr__ = __str__


Library = Path | Address
"""Where a library is: a folder of this machine, or a database of a server."""


def library_at(text: str) -> Library:
    """The library that a person names."""
    return Address(text) if _SCHEME.match(text) else Path(text)


def default_library() -> Library:
    """``$SOURCEWISE_LIBRARY``, else ``library`` in the current folder."""
    return library_at(os.environ.get("SOURCEWISE_LIBRARY") or "library")
