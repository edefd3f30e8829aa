"""Which entry of a bibliography describes which file: by its attachment, its DOI, its citation key, or its title."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TypeVar

from ingest.boilerplate.units import folded
from ingest.metadata.citations import CitationEntry
from ingest.types import Metadata

_SHORTEST_TITLE = 12
"""Characters: "Introduction" is the title of many works."""

_Key = TypeVar("_Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Bibliography:
    """The entries of one file, found by what each says of the file that it describes."""

    path: Path
    entries: int
    unreadable: int
    by_path: Mapping[Path, CitationEntry]
    by_doi: Mapping[str, CitationEntry]
    by_key: Mapping[str, CitationEntry]
    by_title: Mapping[str, CitationEntry]

    @staticmethod
    def of(path: Path, entries: Sequence[CitationEntry], unreadable: int, files: Iterable[Path]) -> Bibliography:
        """``files`` are those of the root: an attachment may lie elsewhere now, but under a name of its own."""
        files = set(files)
        names = Counter(file.name.casefold() for file in files)
        by_name = {file.name.casefold(): file for file in files if names[file.name.casefold()] == 1}
        attached = [
            (found, entry)
            for entry in entries
            for named in entry.files
            if (found := _attachment(path, named, files, by_name)) is not None
        ]
        return Bibliography(
            path,
            len(entries),
            unreadable,
            dict(reversed(attached)),  # the first entry that names a file counts
            _unambiguous(entries, lambda one: (one.about.doi or "").casefold()),
            _unambiguous(entries, lambda one: one.key.casefold()),
            _unambiguous(entries, lambda one: title_key(one.about.title)),
        )


def match(
    bibliographies: Sequence[Bibliography], path: Path, said: Sequence[Metadata]
) -> tuple[Path, CitationEntry] | None:
    """The entry that describes a file of which ``said`` is known, and its bibliography. The surest sign decides, in
    whichever bibliography it stands."""
    dois = [(one.doi or "").casefold() for one in said]
    titles = [title_key(one.title) for one in said]
    signs: tuple[Callable[[Bibliography], CitationEntry | None], ...] = (
        lambda one: one.by_path.get(path),
        lambda one: _first(one.by_doi, dois),
        lambda one: one.by_key.get(path.stem.casefold()),
        lambda one: _first(one.by_title, titles),
    )
    found = ((one.path, entry) for sign in signs for one in bibliographies if (entry := sign(one)) is not None)
    return next(found, None)


def title_key(title: str) -> str:
    """What two spellings of a title have in common; empty when it is too short to tell works apart."""
    key = "".join(letter for letter in folded(title) if letter.isalnum())
    return key if len(key) > _SHORTEST_TITLE else ""


def _attachment(bibliography: Path, named: str, files: set[Path], by_name: Mapping[str, Path]) -> Path | None:
    path = Path(os.path.normpath(bibliography.parent / named))
    return path if path in files else by_name.get(PurePosixPath(named).name.casefold())


def _unambiguous(entries: Sequence[CitationEntry], key: Callable[[CitationEntry], _Key]) -> dict[_Key, CitationEntry]:
    """The entries by what tells them apart, those left out that it does not."""
    counts = Counter(map(key, entries))
    return {key(entry): entry for entry in entries if key(entry) and counts[key(entry)] == 1}


def _first(entries: Mapping[str, CitationEntry], keys: Iterable[str]) -> CitationEntry | None:
    return next((entries[key] for key in keys if key in entries), None)
