"""The sidecars and bibliographies of a root, and what they state of its documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path

from index.errors import ReadError
from index.types import Origin, Source
from ingest import digest
from ingest.metadata.bibliography import Bibliography, find_entry
from ingest.metadata.citations import MAX_BYTES, has_abstracts, is_bibliography, read_citations
from ingest.metadata.dates import is_future, without_future_guesses
from ingest.metadata.filename import metadata_of_name
from ingest.metadata.origin import Statements, with_origin
from ingest.metadata.sidecar import SUFFIX, is_sidecar, read_sidecar, sidecars
from ingest.sync.roots import File, Root
from ingest.types import Metadata

SIDECAR = "The sidecar "
"""How each warning about a sidecar begins."""

ORPHAN = "A sidecar, but there is no one file that it describes. Name it FILE.meta.json, as in paper.pdf.meta.json"


@dataclass(frozen=True, slots=True)
class ListedBibliography:
    """A bibliography of the root: its entries, or why it cannot be read. ``is_document``: its abstracts are read as
    documents, too."""

    file: File
    digest: bytes
    bibliography: Bibliography | str
    is_document: bool


@dataclass(frozen=True, slots=True)
class Catalogue:
    """``sidecars``: by file, what its sidecar states or why it cannot be read. ``orphans``: sidecars without a file.
    ``today``: a guess of a later date is none."""

    sidecars: Mapping[Path, Metadata | str] = field(default_factory=dict)
    orphans: Sequence[File] = ()
    listed: Sequence[ListedBibliography] = ()
    today: date = field(default_factory=lambda: datetime.now(UTC).date())

    @property
    def digest(self) -> bytes:
        """Changes with any statement of the catalogue."""
        parts = [f"{path}{self.sidecars[path]}" for path in sorted(self.sidecars)]
        parts += [listed.digest.hex() for listed in self.listed]
        return digest.of_bytes("\0".join(parts).encode("utf-8", "backslashreplace"))

    @property
    def bibliographies(self) -> list[Bibliography]:
        return [listed.bibliography for listed in self.listed if isinstance(listed.bibliography, Bibliography)]

    def of(self, files: Sequence[File]) -> Catalogue:
        """What may state something of these files: their sidecars, and all bibliographies, as an entry may be that of
        any file."""
        own = {file.path: self.sidecars[file.path] for file in files if file.path in self.sidecars}
        return replace(self, sidecars=own, orphans=())

    def statements(self, path: Path, location: str, record: str | None, read: Metadata) -> Statements:
        """All statements about a document; ``read`` are those of its reader. A record of a file with many gets those of
        the sidecar but title, DOI and URL, which are the file's, and none of bibliography and file name."""
        read = without_future_guesses(read, self.today)
        sidecar = self.sidecars.get(path)
        beside = [sidecar] if isinstance(sidecar, Metadata) else []
        if record is not None:
            shared = [
                with_origin(Origin.SIDECAR, replace(metadata, title="", doi=None, url=None)) for metadata in beside
            ]
            return Statements(read, tuple(shared))
        name = without_future_guesses(metadata_of_name(location), self.today)
        matching = find_entry(self.bibliographies, path, [*beside, read, name])
        if matching is not None:
            beside.append(matching[1].metadata)
        return Statements(read, tuple(beside), name)

    def bibliography_of(self, path: Path, record: str | None, statements: Statements) -> Path | None:
        """The path of the bibliography that describes a document; None if there is none."""
        beside = [stated for stated in statements.from_companions if Origin.BIBLIOGRAPHY not in stated.origins.values()]
        known = [*beside, statements.from_reader, statements.from_file_name]
        matching = find_entry(self.bibliographies, path, known) if record is None else None
        return None if matching is None else matching[0]

    def warning(self, path: Path) -> str | None:
        """Why the sidecar of a file cannot be read; None when it can, or there is none."""
        sidecar = self.sidecars.get(path)
        return sidecar if isinstance(sidecar, str) else None

    def future_dates(self, source: Source) -> list[str]:
        """Warnings of the source's dates that are in the future, though somebody stated them."""
        dates = {"date": source.published, "date of the last change": source.updated}
        return [
            f"its {name}, {iso}, is in the future: correct it where it is stated"
            for name, iso in dates.items()
            if is_future(iso, self.today)
        ]

    def is_unreadable(self, path: Path) -> bool:
        """Whether something that may describe the file at ``path`` cannot be read."""
        return self.warning(path) is not None or any(isinstance(listed.bibliography, str) for listed in self.listed)

    def with_unreadable(self, path: Path, before: Statements, now: Statements) -> Statements:
        """``now``, with those statements of ``before`` whose sidecar or bibliography cannot be read any more."""
        lost = {Origin.SIDECAR} if self.warning(path) else set()
        lost |= {Origin.BIBLIOGRAPHY} if any(isinstance(listed.bibliography, str) for listed in self.listed) else set()
        lost -= {origin for stated in now.from_companions for origin in stated.origins.values()}
        old = [stated for stated in before.from_companions if lost.intersection(stated.origins.values())]
        return replace(now, from_companions=tuple(sorted([*now.from_companions, *old], key=_trust_rank)))


def _trust_rank(stated: Metadata) -> int:
    """0: the most trusted origin."""
    return min(list(Origin).index(origin) for origin in stated.origins.values())


def read_catalogue(root: Root, present: Sequence[File]) -> tuple[Catalogue, list[File]]:
    """The catalogue of a root, and the files of ``present`` that are read as documents."""
    files = {file.path: file for file in present if not file.is_folder}
    sidecar_of_root = [] if root.path.is_dir() else [root.path.with_name(root.path.name + SUFFIX)]
    described_files = list(sidecars([*files, *filter(Path.is_file, sidecar_of_root)]))
    paths = [path for path in files if not is_sidecar(path)]
    listed = {path: entry for path in paths if (entry := _listed_bibliography(files[path], paths)) is not None}
    documents = [
        file
        for file in present
        if not is_sidecar(file.path) and (file.path not in listed or listed[file.path].is_document)
    ]
    sidecars_by_file = {described: _sidecar(path) for path, described in described_files if described is not None}
    orphans = [files[path] for path, described in described_files if described is None]
    return Catalogue(sidecars_by_file, orphans, tuple(listed.values())), documents


def _sidecar(path: Path) -> Metadata | str:
    try:
        return read_sidecar(path)
    except ReadError as error:
        return f"{SIDECAR}{error}"


def _listed_bibliography(file: File, files: Sequence[Path]) -> ListedBibliography | None:
    """None for a file that is no bibliography, and for one that cannot be opened: it is reported with the documents."""
    try:
        if not is_bibliography(file.path) or file.path.stat().st_size > MAX_BYTES:
            return None
        data = file.path.read_bytes()
    except OSError:
        return None
    bibliography: Bibliography | str
    try:
        citations = read_citations(data, file.path.name)
        indexed = Bibliography.of(file.path, citations.entries, citations.unreadable, files)
        bibliography = replace(indexed, warnings=citations.warnings)
    except ReadError as error:
        bibliography = str(error)
    return ListedBibliography(file, digest.of_bytes(data), bibliography, has_abstracts(file.path.name, data))
