"""Finds the bibliography entry that describes a file: by attachment, DOI, citation key or title, in this order."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TypeVar

from ingest.boilerplate.text_units import fold
from ingest.metadata.citations import CitationEntry
from ingest.types import Metadata

_MAX_COMMON_TITLE = 12
"""Letters and digits. Shorter titles are shared by many works, such as "Introduction" (a guess)."""

_Key = TypeVar("_Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Bibliography:
    """The entries of one bibliography file, indexed by what may identify the file that an entry describes.

    ``entries`` and ``unreadable`` count. An index leaves out keys that several entries share.
    """

    path: Path
    entries: int
    unreadable: int
    by_path: Mapping[Path, CitationEntry]
    by_doi: Mapping[str, CitationEntry]
    by_key: Mapping[str, CitationEntry]
    by_title: Mapping[str, CitationEntry]
    warnings: tuple[str, ...] = ()

    @staticmethod
    def of(path: Path, entries: Sequence[CitationEntry], unreadable: int, files: Iterable[Path]) -> Bibliography:
        """Indexes the entries of the bibliography at ``path``; ``files`` are the files of its root.

        An attachment that was moved is recognised by its name, if only one file has that name.
        """
        files = set(files)
        names = Counter(file.name.casefold() for file in files)
        by_name = {file.name.casefold(): file for file in files if names[file.name.casefold()] == 1}
        attached = [
            (file, entry)
            for entry in entries
            for attachment in entry.files
            if (file := _attached_file(path, attachment, files, by_name)) is not None
        ]
        return Bibliography(
            path,
            len(entries),
            unreadable,
            dict(reversed(attached)),  # the first entry that names a file counts
            _unambiguous(entries, lambda entry: (entry.metadata.doi or "").casefold()),
            _unambiguous(entries, lambda entry: entry.key.casefold()),
            _unambiguous(entries, lambda entry: title_key(entry.metadata.title)),
        )


def find_entry(
    bibliographies: Sequence[Bibliography], path: Path, statements: Sequence[Metadata]
) -> tuple[Path, CitationEntry] | None:
    """The path of a bibliography and its entry that describes the file at ``path``; None when there is none.

    ``statements`` is what is known of the file. The most reliable kind of match wins, in whichever bibliography.
    """
    dois = [(metadata.doi or "").casefold() for metadata in statements]
    titles = [title_key(metadata.title) for metadata in statements]
    lookups: tuple[Callable[[Bibliography], CitationEntry | None], ...] = (
        lambda bibliography: bibliography.by_path.get(path),
        lambda bibliography: _first(bibliography.by_doi, dois),
        lambda bibliography: bibliography.by_key.get(path.stem.casefold()),
        lambda bibliography: _first(bibliography.by_title, titles),
    )
    matches = (
        (bibliography.path, entry)
        for lookup in lookups
        for bibliography in bibliographies
        if (entry := lookup(bibliography)) is not None
    )
    return next(matches, None)


def title_key(title: str) -> str:
    """The letters and digits of a title, folded, so that spellings compare equal; "" when the title is too short."""
    key = "".join(letter for letter in fold(title) if letter.isalnum())
    return key if len(key) > _MAX_COMMON_TITLE else ""


def _attached_file(bibliography: Path, attachment: str, files: set[Path], by_name: Mapping[str, Path]) -> Path | None:
    """The file that an entry's attachment path means: the file at that path, else the only one of that name."""
    path = Path(os.path.normpath(bibliography.parent / attachment))
    return path if path in files else by_name.get(PurePosixPath(attachment).name.casefold())


def _unambiguous(entries: Sequence[CitationEntry], key: Callable[[CitationEntry], _Key]) -> dict[_Key, CitationEntry]:
    """The entries by key, without empty keys and keys that several entries share."""
    counts = Counter(map(key, entries))
    return {key(entry): entry for entry in entries if key(entry) and counts[key(entry)] == 1}


def _first(entries: Mapping[str, CitationEntry], keys: Iterable[str]) -> CitationEntry | None:
    return next((entries[key] for key in keys if key in entries), None)
