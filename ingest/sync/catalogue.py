"""What stands beside the files of a root and describes them: sidecars and bibliographies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from index.errors import ReadError
from index.types import Origin
from ingest import digest
from ingest.metadata.bibliography import Bibliography, match
from ingest.metadata.citations import MOST, has_abstracts, is_bibliography, read_citations
from ingest.metadata.filename import metadata_of_name
from ingest.metadata.origin import Statements, stated_by
from ingest.metadata.sidecar import SUFFIX, is_sidecar, read_sidecar, sidecars
from ingest.sync.roots import File, Root
from ingest.types import Metadata

SIDECAR = "The sidecar "
"""How each warning of a sidecar begins."""

ORPHAN = "A sidecar, but there is no one file that it describes. Name it FILE.meta.json, as in paper.pdf.meta.json"


@dataclass(frozen=True, slots=True)
class ListedBibliography:
    """A bibliography of the root: its entries, or why it cannot be read. ``is_document``: its abstracts are read."""

    file: File
    digest: bytes
    found: Bibliography | str
    is_document: bool


@dataclass(frozen=True, slots=True)
class Catalogue:
    """``sidecars``: by file, what its sidecar says, or why that cannot be read; ``orphans`` describe no file."""

    sidecars: Mapping[Path, Metadata | str] = field(default_factory=dict)
    orphans: Sequence[File] = ()
    listed: Sequence[ListedBibliography] = ()

    @property
    def digest(self) -> bytes:
        """Changes with any word of it."""
        said = [f"{path}{self.sidecars[path]}" for path in sorted(self.sidecars)]
        said += [one.digest.hex() for one in self.listed]
        return digest.of_bytes("\0".join(said).encode("utf-8", "backslashreplace"))

    @property
    def bibliographies(self) -> list[Bibliography]:
        return [one.found for one in self.listed if isinstance(one.found, Bibliography)]

    def statements(self, path: Path, location: str, record: str | None, read: Metadata) -> Statements:
        """All that is said of a document. Of a file of many, the sidecar speaks of all of them alike, so it gives
        none of them its title; bibliography and file name say nothing of one of many."""
        sidecar = self.sidecars.get(path)
        beside = [sidecar] if isinstance(sidecar, Metadata) else []
        if record is not None:
            shared = [stated_by(Origin.SIDECAR, replace(one, title="", doi=None, url=None)) for one in beside]
            return Statements(read, tuple(shared))
        name = metadata_of_name(location)
        found = match(self.bibliographies, path, [*beside, read, name])
        if found is not None:
            beside.append(found[1].about)
        return Statements(read, tuple(beside), name)

    def bibliography(self, path: Path, record: str | None, said: Statements) -> Path | None:
        """The one that describes a document."""
        beside = [one for one in said.beside if Origin.BIBLIOGRAPHY not in one.origins.values()]
        statements = [*beside, said.read, said.name]
        found = match(self.bibliographies, path, statements) if record is None else None
        return None if found is None else found[0]

    def warning(self, path: Path) -> str | None:
        sidecar = self.sidecars.get(path)
        return sidecar if isinstance(sidecar, str) else None

    def kept(self, path: Path, before: Statements, now: Statements) -> Statements:
        """What was said before stays where it cannot be read any more."""
        lost = {Origin.SIDECAR} if self.warning(path) else set()
        lost |= {Origin.BIBLIOGRAPHY} if any(isinstance(one.found, str) for one in self.listed) else set()
        lost -= {origin for one in now.beside for origin in one.origins.values()}
        old = [one for one in before.beside if lost.intersection(one.origins.values())]
        return replace(now, beside=tuple(sorted([*now.beside, *old], key=_trust)))


def _trust(said: Metadata) -> int:
    return min(list(Origin).index(origin) for origin in said.origins.values())


def catalogue(root: Root, present: Sequence[File]) -> tuple[Catalogue, list[File]]:
    """What describes the files of a root, and the files that are documents."""
    files = {file.path: file for file in present if not file.is_folder}
    beside = [] if root.path.is_dir() else [root.path.with_name(root.path.name + SUFFIX)]
    found = list(sidecars([*files, *filter(Path.is_file, beside)]))
    paths = [path for path in files if not is_sidecar(path)]
    listed = {path: one for path in paths if (one := _listed(files[path], paths)) is not None}
    documents = [
        file
        for file in present
        if not is_sidecar(file.path) and (file.path not in listed or listed[file.path].is_document)
    ]
    sidecars_by_file = {described: _sidecar(path) for path, described in found if described is not None}
    orphans = [files[path] for path, described in found if described is None]
    return Catalogue(sidecars_by_file, orphans, tuple(listed.values())), documents


def _sidecar(path: Path) -> Metadata | str:
    try:
        return read_sidecar(path)
    except ReadError as error:
        return f"{SIDECAR}{error}"


def _listed(file: File, files: Sequence[Path]) -> ListedBibliography | None:
    """None for a file that is no bibliography, and for one that cannot be read: that is told with the documents."""
    try:
        if not is_bibliography(file.path) or file.path.stat().st_size > MOST:
            return None
        data = file.path.read_bytes()
    except OSError:
        return None
    found: Bibliography | str
    try:
        read = read_citations(data, file.path.name)
        found = Bibliography.of(file.path, read.entries, read.unreadable, files)
    except ReadError as error:
        found = str(error)
    return ListedBibliography(file, digest.of_bytes(data), found, has_abstracts(file.path.name, data))
