"""Sidecars: ``paper.pdf.meta.json`` beside ``paper.pdf`` says who wrote it, when, and where it came from."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from index.errors import ReadError
from index.types import Origin
from ingest.metadata.fields import metadata_of, normalised
from ingest.metadata.origin import known
from ingest.types import Metadata

SUFFIX = ".meta.json"
_MOST = 1_000_000  # bytes


def is_sidecar(path: Path) -> bool:
    return path.name.casefold().endswith(SUFFIX) and len(path.name) > len(SUFFIX)


def sidecars(paths: Iterable[Path]) -> Iterator[tuple[Path, Path | None]]:
    """Each sidecar with the file that it describes: the one of its name, or the only one of that stem, or none."""
    paths = list(paths)
    files = {path for path in paths if not is_sidecar(path)}
    stems: dict[Path, list[Path]] = {}
    for path in files:
        stems.setdefault(path.with_suffix(""), []).append(path)
    for path in filter(is_sidecar, paths):
        named = path.with_name(path.name[: -len(SUFFIX)])
        alike = stems.get(named, [])
        yield path, named if named in files else alike[0] if len(alike) == 1 else None


def read_sidecar(path: Path) -> Metadata:
    """Raises ReadError when it says nothing that can be understood."""
    try:
        with path.open("rb") as file:
            said = json.loads(file.read(_MOST))
    except OSError as error:
        raise ReadError(f"{path.name} cannot be read ({error.strerror or error}). Check its permissions.") from error
    except (ValueError, RecursionError) as error:
        raise ReadError(f"{path.name} is broken JSON ({error}). Mend it, and ingest again.") from error
    metadata = metadata_of(normalised(said), Origin.SIDECAR) if isinstance(said, dict) else Metadata()
    if not known(metadata):
        raise ReadError(f'{path.name} gives no value. Write {{"title": …, "authors": […], "date": …}} into it.')
    return metadata
