"""Converted models are kept once a machine: where, what stands in for it, and many processes at once."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from index.embedding import cache
from index.embedding.compiled import Embedder
from index.embedding.models import open_embedder, prepare
from index.embedding.reference import default_folder
from index.errors import ModelError


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SOURCEWISE_MODELS", str(tmp_path / "machine"))
    return tmp_path / "machine"


def writing(text: str, calls: list[str]) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        calls.append(text)
        (folder / cache.CARD).write_text(text, encoding="utf-8")

    return write


@pytest.mark.parametrize(
    ("platform", "variable", "ends"),
    [
        ("linux", "XDG_CACHE_HOME", "caches/sourcewise/models"),
        ("linux", None, ".cache/sourcewise/models"),
        ("darwin", None, "Library/Caches/sourcewise/models"),
        ("win32", "LOCALAPPDATA", "caches/sourcewise/models"),
    ],
)
def test_the_folder_is_the_platforms_own(
    platform: str, variable: str | None, ends: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And ``$SOURCEWISE_MODELS`` comes before it."""
    for name in ("SOURCEWISE_MODELS", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", platform)
    if variable:
        monkeypatch.setenv(variable, str(tmp_path / "caches"))
    assert cache.machine_models().as_posix().endswith(ends)
    monkeypatch.setenv("SOURCEWISE_MODELS", str(tmp_path / "mine"))
    assert cache.machine_models() == tmp_path / "mine"


def test_a_model_is_made_once_and_a_librarys_own_comes_first(machine: Path, tmp_path: Path) -> None:
    """Another library finds it; a library that brings its own keeps it; nothing unfinished stays."""
    calls: list[str] = []
    for library in ("a", "b"):
        cache.keep("model", tmp_path / library, writing("shared", calls))
    assert calls == ["shared"]
    assert cache.model_folder("model", tmp_path / "a") == machine / "model"
    (tmp_path / "b" / "model").mkdir(parents=True)
    (tmp_path / "b" / "model" / cache.CARD).write_text("own", encoding="utf-8")
    assert cache.model_folder("model", tmp_path / "b") == tmp_path / "b" / "model"
    assert [path.name for path in machine.iterdir()] == ["model"]


def test_where_the_cache_cannot_be_written_the_library_keeps_the_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    monkeypatch.setenv("SOURCEWISE_MODELS", str(tmp_path / "file"))
    calls: list[str] = []
    cache.keep("model", tmp_path / "own", writing("text", calls))
    assert cache.model_folder("model", tmp_path / "own") == tmp_path / "own" / "model"
    cache.remember("digest", "model")
    assert cache.remembered("digest", tmp_path / "own") is None


def test_many_at_once_get_one_whole_folder(machine: Path, tmp_path: Path) -> None:
    """The first stays, the others throw theirs away; what a damaged one left is replaced."""
    (machine / "model").mkdir(parents=True)
    (machine / "model" / "model.bin").write_bytes(b"half")
    calls: list[str] = []
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: cache.keep("model", tmp_path / "own", writing(f"{n}", calls)), range(8)))
    assert (machine / "model" / cache.CARD).read_text(encoding="utf-8") in calls
    assert [path.name for path in machine.iterdir()] == ["model"]
    assert not (tmp_path / "own").exists()


def test_what_was_abandoned_is_removed_and_what_is_being_made_stays(machine: Path, tmp_path: Path) -> None:
    for name, age in (("old", 2 * 86_400), ("new", 0)):
        folder = machine / f"{name}.partial"
        folder.mkdir(parents=True)
        os.utime(folder, (folder.stat().st_mtime - age,) * 2)
    cache.keep("model", tmp_path / "own", writing("text", []))
    assert sorted(path.name for path in machine.iterdir()) == ["model", "new.partial"]


def test_the_default_model_is_known_without_torch(
    prepared: Path, embedder: Embedder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the digest of its files; and only while the converted one is there."""
    monkeypatch.setattr("index.embedding.models.load", lambda *_: pytest.fail("the model was loaded"))
    monkeypatch.setenv("SOURCEWISE_MODELS", str(prepared / "models"))
    assert prepare(None, tmp_path / "own") == prepare(str(default_folder()), tmp_path / "own") == embedder.fingerprint
    assert open_embedder(embedder.fingerprint, tmp_path / "own").fingerprint == embedder.fingerprint
    monkeypatch.setenv("SOURCEWISE_MODELS", str(tmp_path / "empty"))
    with pytest.raises(ModelError, match=r"missing from .*empty.*verify --repair"):
        open_embedder(embedder.fingerprint, tmp_path / "own")
    with pytest.raises(pytest.fail.Exception, match="the model was loaded"):
        prepare(None, tmp_path / "own")
