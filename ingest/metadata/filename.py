"""Guesses metadata from a file's name: the last resort, and marked as a guess."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from urllib.parse import unquote

from index.types import Origin
from ingest.metadata.origin import with_origin
from ingest.types import Metadata

_ZOTERO = re.compile(r"(?P<who>[^\W\d_].{1,80}?) - (?P<year>(?:1[5-9]|20)\d\d) - (?P<title>.+)")
_UNDERSCORED = re.compile(r"(?P<who>[^\W\d_]{2,30}(?:-[^\W\d_]{2,30})?)_(?P<year>(?:1[5-9]|20)\d\d)_(?P<title>.+)")
_COPY = re.compile(r"\s*(?:\(\d{1,3}\)|- copy)$", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]{3,}")
_GENERIC = """
scan scanned img image photo screenshot document doc file page pages untitled download copy new final draft version
output print temp test main paper article text export microsoft word pdf attachment
"""
_GENERIC_WORDS = frozenset(_GENERIC.split())


def metadata_of_name(location: str) -> Metadata:
    """A title from the file's name, empty when its words are generic.

    Authors and year only from "Sample et al. - 2019 - The title" or "Sample_2019_The_title".
    """
    stem = _COPY.sub("", unquote(PurePosixPath(location).stem).strip())
    match = _ZOTERO.fullmatch(stem) or _UNDERSCORED.fullmatch(stem)
    if match is None or not match["who"][0].isupper():
        return with_origin(Origin.NAME, Metadata(title=_title(stem)))
    title = _title(match["title"])
    authors = tuple(name for name in re.split(r" and | & |, ", match["who"].removesuffix(" et al.")) if name.strip())
    return with_origin(Origin.NAME, Metadata(title=title, authors=authors, published=match["year"]))


def _title(stem: str) -> str:
    """The words of a stem; empty when too few are specific, as in "scan0001"."""
    joined_words = "_" in stem or not re.search(r"\s", stem)  # hyphens stand for spaces too
    words = " ".join(re.sub(r"[_+-]+" if joined_words else r"[_+]+", " ", stem).split())
    specific = [word for word in _WORD.findall(words) if word.casefold() not in _GENERIC_WORDS]
    # a long word in a script without spaces may be a whole title
    is_title = len(specific) >= 2 or any(len(word) >= 4 and not word.isascii() for word in specific)
    return words if is_title else ""
