"""Where converted models are kept: once a machine, or in the library where that folder cannot be written."""

from __future__ import annotations

import os
import shutil
import sys
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from index import disk

CARD = "embedder.json"
"""The file of a converted embedding model that is written last."""

_ATTEMPTS = 5  # to put a folder in its place while others do the same (a guess)
_ABANDONED = 86_400  # seconds after which an unfinished conversion was killed for certain (a guess)


def machine_models() -> Path:
    """``$SOURCEWISE_MODELS``, else a folder in the user's cache folder."""
    if given := os.environ.get("SOURCEWISE_MODELS"):
        return Path(given)
    if sys.platform == "win32":
        caches = os.environ.get("LOCALAPPDATA") or os.path.expanduser("~/AppData/Local")
    elif sys.platform == "darwin":
        caches = os.path.expanduser("~/Library/Caches")
    else:
        caches = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return Path(caches) / "sourcewise" / "models"


def models_of(library: object) -> Path:
    """Where a library's own models are; of one that is in no folder the machine's."""
    return library / "models" if isinstance(library, Path) else machine_models()


def model_folder(name: str, own: Path, card: str = CARD) -> Path:
    """The folder of a converted model: that in ``own``, the library's, if it is there, else the machine's, which need
    not exist. ``card``: the file that is written last."""
    return own / name if (own / name / card).exists() else machine_models() / name


def keep(name: str, own: Path, write: Callable[[Path], None], card: str = CARD) -> None:
    """Have ``write`` fill a folder for a model, unless there is one. Processes that do so at once do not disturb each
    other: the first one's folder stays."""
    if (model_folder(name, own, card) / card).exists():
        return
    try:
        _remove_abandoned(machine_models())
        _make(machine_models() / name, write, card)
    except OSError:  # read-only, full, no home folder
        _make(own / name, write, card)


def _make(folder: Path, write: Callable[[Path], None], card: str) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    partial = folder.with_name(f"{folder.name}.{uuid.uuid4().hex}.partial")
    partial.mkdir()
    try:
        write(partial)
        for attempt in range(_ATTEMPTS):
            if not (folder / card).exists():  # what is left of a damaged one
                shutil.rmtree(folder, ignore_errors=True)
            try:
                disk.replace(partial, folder)
                return
            except OSError:
                if (folder / card).exists():  # another process was quicker
                    return
                if attempt == _ATTEMPTS - 1:
                    raise
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def remember(origin: str, name: str) -> None:
    """Note that the files with the digest ``origin`` convert to the model ``name``."""
    path = machine_models() / "origins" / origin
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name, encoding="ascii")
    except OSError:  # then it is computed again
        return


def remembered(origin: str, own: Path) -> str | None:
    """The name of the converted model that these files give; None when it is not known or not there."""
    try:
        name = (machine_models() / "origins" / origin).read_text(encoding="ascii")
    except (OSError, ValueError):
        return None
    return name if name and (model_folder(name, own) / CARD).exists() else None


def remove_stale(own: Path) -> None:
    """Delete unfinished conversions that a killed run left in a library, which the caller has locked; not the
    machine's, which others may be making."""
    if own == machine_models():
        return
    for folder in own.glob("*.partial"):
        shutil.rmtree(folder, ignore_errors=True)


def _remove_abandoned(models: Path) -> None:
    for folder in models.glob("*.partial"):
        with suppress(FileNotFoundError):  # whoever made it has just finished
            if time.time() - folder.stat().st_mtime > _ABANDONED:
                shutil.rmtree(folder, ignore_errors=True)
