"""What a file's name says of it: the last resort, a guess that is shown as one."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from urllib.parse import unquote

from index.types import Origin
from ingest.metadata.origin import stated_by
from ingest.types import Metadata

_ZOTERO = re.compile(r"(?P<who>[^\W\d_].{1,80}?) - (?P<year>(?:1[5-9]|20)\d\d) - (?P<title>.+)")
_UNDERSCORED = re.compile(r"(?P<who>[^\W\d_]{2,30}(?:-[^\W\d_]{2,30})?)_(?P<year>(?:1[5-9]|20)\d\d)_(?P<title>.+)")
_COPY = re.compile(r"\s*(?:\(\d{1,3}\)|- copy)$", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]{3,}")
_PLAIN = """
scan scanned img image photo screenshot document doc file page pages untitled download copy new final draft version
output print temp test main paper article text export microsoft word pdf attachment
"""
_SAYS_NOTHING = frozenset(_PLAIN.split())


def metadata_of_name(location: str) -> Metadata:
    """A title out of the file's name, where its words make one; an author and a year where nothing else can be meant,
    as in "Sample et al. - 2019 - The title" or "Sample_2019_The_title"."""
    stem = _COPY.sub("", unquote(PurePosixPath(location).stem).strip())
    found = _ZOTERO.fullmatch(stem) or _UNDERSCORED.fullmatch(stem)
    if found is None or not found["who"][0].isupper():
        return stated_by(Origin.NAME, Metadata(title=_title(stem)))
    title = _title(found["title"])
    authors = tuple(name for name in re.split(r" and | & |, ", found["who"].removesuffix(" et al.")) if name.strip())
    return stated_by(Origin.NAME, Metadata(title=title, authors=authors, published=found["year"]))


def _title(stem: str) -> str:
    """The words of a name; empty when they say nothing, as "scan0001" does."""
    joined = "_" in stem or not re.search(r"\s", stem)
    words = " ".join(re.sub(r"[_+-]+" if joined else r"[_+]+", " ", stem).split())
    telling = [word for word in _WORD.findall(words) if word.casefold() not in _SAYS_NOTHING]
    enough = len(telling) >= 2 or any(len(word) >= 4 and not word.isascii() for word in telling)
    return words if enough else ""
