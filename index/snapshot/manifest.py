"""The manifest of a generation: what it consists of, and whether its files are as they were written. ``CURRENT`` names
the live one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from index import disk
from index.disk import Address, Entry, Library
from index.errors import LibraryError
from index.storage import lock
from index.storage.store import EPOCH, Store
from index.text import analysis
from index.types import Recall

FORMAT = 2
_OTHER_WORDS = "the word index was made by another version of Sourcewise"
APART = "sources.db and the files derived from it do not belong together, as one of them was put back or replaced"
_RETIRED_KEY = "gone"  # the key of ``retired`` on disk
# files that are read whole at each opening anyway, and without which words would be shown under a wrong source
_READ_WHOLE = ("documents.npy", "keys.npy", "passages.npy", "passage_words.npy", "removed.npy")
_RECALLS = ("recall", "recall_before", "nearest")


@dataclass(frozen=True, slots=True)
class Manifest:
    """Paths are relative to the library. ``retired``: numbers of documents that still have rows but no longer count;
    ``sample``: rows chosen by their words; ``null``: the evidence that each null question finds, rising; ``recall`` and
    ``recall_before``: results of the last two self-tests; ``nearest``: recall of the nearest vectors, None when the
    scan is exact; ``untried``: passages added and removed since these were measured; ``files``: by their paths;
    ``analysis``: the version of the words that texts are indexed under; ``epoch`` and ``token``: random names of the
    library and of this generation, which the store knows too; empty in manifests of earlier versions."""

    generation: int
    made: str
    model: str
    fingerprint: str
    dimension: int
    segments: tuple[str, ...]
    words: str
    retired: tuple[int, ...]
    passages: int
    sample: tuple[int, ...]
    null: tuple[float, ...]
    recall: Recall
    recall_before: Recall
    files: dict[str, Entry]
    format: int = FORMAT
    untried: int = 0
    nearest: Recall | None = None
    analysis: int = 1
    epoch: str = ""
    token: str = ""

    @classmethod
    def read(cls, path: Path) -> Manifest:
        """Raises LibraryError when the file is missing, incomplete, altered, or of another format."""
        try:
            return cls.parsed(path.read_text(encoding="utf-8"), path)
        except (OSError, UnicodeDecodeError) as error:
            raise LibraryError(f"The manifest {path} cannot be read. Run: python -m index verify --repair") from error

    @classmethod
    def parsed(cls, text: str, path: object) -> Manifest:
        """What ``to_json`` wrote. ``path``: where it was read, for a message. Raises LibraryError as ``read`` does."""
        try:
            values = json.loads(text)
            checksum = values.pop("checksum", "")
            if checksum != _checksum(values) and (checksum or values.get("token")):
                raise ValueError("checksum")
            if values["format"] != FORMAT:
                raise LibraryError(f"{path} has format {values['format']}. Run: python -m index verify --repair")
            lists = {name: tuple(values[name]) for name in ("segments", "sample", "null")}
            retired = tuple(values.pop(_RETIRED_KEY))
            files = {name: Entry(*known) for name, known in values["files"].items()}
            recalls = {name: Recall(**values[name]) for name in _RECALLS if values.get(name)}
            return cls(**{**values, **lists, **recalls, "retired": retired, "files": files})
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise LibraryError(f"The manifest {path} cannot be read. Run: python -m index verify --repair") from error

    def to_json(self) -> str:
        """The contents of the file that ``read`` reads."""
        values = {_RETIRED_KEY if name == "retired" else name: value for name, value in asdict(self).items()}
        return json.dumps({**values, "checksum": _checksum(values)})

    @property
    def name(self) -> str:
        """The name of the generation on disk."""
        return f"{self.generation:06d}"

    def belongs_to(self, store: Store) -> bool:
        """Whether the store, as it is now, is the one that this generation was built from."""
        tokens = store.tokens()
        if not tokens and not self.token:  # both of earlier versions
            return True
        return tokens.get(self.name) == self.token and (not self.token or self.epoch == store.setting(EPOCH))


def _checksum(values: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def current_manifest(library: Path) -> Path | None:
    """The path of the live generation's manifest, or None before the first is published."""
    try:
        name = (library / "CURRENT").read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise LibraryError(f"{library / 'CURRENT'} cannot be read. Run: python -m index verify --repair") from error
    if not name.isdecimal():
        raise LibraryError(f"{library / 'CURRENT'} cannot be read. Run: python -m index verify --repair")
    return library / "generations" / f"{name}.json"


def published(library: Library) -> str | None:
    """What names the live generation, other than any before it, also where the library was replaced; None before the
    first. Raises LibraryError."""
    if isinstance(library, Address):
        from index.snapshot.server_reader import last_generation

        epoch, number = last_generation(library)
        return f"{epoch}-{number}" if number else None
    path = current_manifest(library)
    try:
        return None if path is None else f"{path.stem}-{path.stat().st_mtime_ns}"
    except OSError:  # opening the library says so
        return None if path is None else path.stem


def published_manifest(library: Library) -> Manifest | None:
    """The manifest of the live generation; None before the first. Raises LibraryError."""
    if isinstance(library, Address):
        from index.snapshot.server_reader import last_manifest

        return last_manifest(library)
    path = current_manifest(library)
    return None if path is None else Manifest.read(path)


def live_manifest(library: Path, store: Store) -> tuple[Manifest, IO[bytes]]:
    """The manifest of the live generation, which is not removed while the file beside it is open. Raises LibraryError
    when there is none, when a file is not as it was written, or when it was not built from this store."""
    while True:
        path = current_manifest(library)
        if path is None:
            raise LibraryError(
                f"The library {library} holds nothing to search yet. Run: python -m ingest FOLDER --library {library}"
            )
        try:
            read_lock = lock.read_lock(path)
        except OSError as error:
            raise LibraryError(f"The manifest {path} is missing. Run: python -m index verify --repair") from error
        try:
            manifest = Manifest.read(path)
            if manifest.name == path.stem and manifest.belongs_to(store):
                _check_files(library, manifest)
                return manifest, read_lock
            if current_manifest(library) == path:
                raise LibraryError(f"{library}: {APART}. Run: python -m index verify --repair")
        except LibraryError:
            read_lock.close()
            raise
        read_lock.close()  # another generation was published in between


def _check_files(library: Path, manifest: Manifest) -> None:
    if manifest.analysis != analysis.VERSION:
        raise LibraryError(f"{library}: {_OTHER_WORDS}. Run: python -m index verify --repair")
    times = library / "generations" / f"{manifest.name}.times"
    change = disk.first_change(library, manifest.files, times, _READ_WHOLE)
    if change:
        raise LibraryError(f"{change}. Run: python -m index verify --repair")


def find_damage(library: Path) -> list[str]:
    """A line for each file that does not match the manifests; reads every file."""
    damage: list[str] = []
    try:
        live = current_manifest(library)
    except LibraryError as error:
        return [str(error)]
    if live is None:
        return ["there is no published generation"]
    checked: dict[str, Entry] = {}
    for path in sorted({live, *(library / "generations").glob("[0-9]*.json")}):
        try:
            with lock.read_lock(path):
                damage += _damage(library, path, path == live, checked)
        except OSError:
            damage += [f"{path} is missing"] if path == live else []  # an older one may be removed at any time
    return damage


def _damage(library: Path, path: Path, is_live: bool, checked: dict[str, Entry]) -> Iterator[str]:
    """A line for each file of one manifest that does not match it, unless it was ``checked`` for another."""
    try:
        manifest = Manifest.read(path)
    except LibraryError as error:
        yield str(error)
        return
    if manifest.name != path.stem:
        yield f"{path} is the manifest of another generation"
    if is_live and manifest.analysis != analysis.VERSION:
        yield _OTHER_WORDS
    for name, written in manifest.files.items():
        if checked.get(name) == written:
            continue
        checked[name] = written
        if not (library / name).is_file():
            yield f"{name} is missing"
        elif not disk.is_as_written(library / name, written):
            yield f"{name} was changed after it was written"
