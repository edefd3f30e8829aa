"""Sidecars: ``paper.pdf.meta.json`` next to ``paper.pdf`` holds the metadata of that file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from index.errors import ReadError
from index.types import Origin
from ingest.metadata.fields import metadata_of, normalised
from ingest.metadata.origin import known_values
from ingest.types import Metadata

SUFFIX = ".meta.json"
_MAX_BYTES = 1_000_000  # a guess


def is_sidecar(path: Path) -> bool:
    return path.name.casefold().endswith(SUFFIX) and len(path.name) > len(SUFFIX)


def sidecars(paths: Iterable[Path]) -> Iterator[tuple[Path, Path | None]]:
    """Each sidecar with the file that it describes: the file it is named after, else the only file with that stem,
    else None."""
    paths = list(paths)
    files = {path for path in paths if not is_sidecar(path)}
    stems: dict[Path, list[Path]] = {}
    for path in files:
        stems.setdefault(path.with_suffix(""), []).append(path)
    for path in filter(is_sidecar, paths):
        target = path.with_name(path.name[: -len(SUFFIX)])
        same_stem = stems.get(target, [])
        yield path, target if target in files else same_stem[0] if len(same_stem) == 1 else None


def read_sidecar(path: Path) -> Metadata:
    """The metadata in a sidecar. Raises ReadError when it cannot be read or holds no value."""
    try:
        with path.open("rb") as file:
            fields = json.loads(file.read(_MAX_BYTES))
    except OSError as error:
        raise ReadError(f"{path.name} cannot be read ({error.strerror or error}). Check its permissions.") from error
    except (ValueError, RecursionError) as error:
        raise ReadError(f"{path.name} is broken JSON ({error}). Mend it, and ingest again.") from error
    metadata = metadata_of(normalised(fields), Origin.SIDECAR) if isinstance(fields, dict) else Metadata()
    if not known_values(metadata):
        raise ReadError(f'{path.name} gives no value. Write {{"title": …, "authors": […], "date": …}} into it.')
    return metadata
