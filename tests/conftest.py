"""What every test may rely on: no network, no hub, no library of the person who runs the suite."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings

from bench.server import Server, running
from index.disk import Address
from index.embedding.compiled import CompiledEmbedder, Embedder, Vectors
from index.embedding.models import open_embedder, prepare
from index.embedding.reference import DEFAULT
from index.reader.convert import prepare_reader
from index.search.confidence import null_questions
from index.storage.store import Store
from ingest.sync.pipeline import ingest
from tests.making import ROOT, Counting, KeptPool, link_models

# Read by libraries when they are imported, so set before any test module is.
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TRANSFORMERS_OFFLINE"] = "1"

# The converted models of the person who runs the suite stay as they are. ``prepared`` names the suite's own.
os.environ["SOURCEWISE_MODELS"] = os.devnull

# How many examples a property test tries, and how many rounds a slow test makes.
EXAMPLES = int(os.environ.get("SOURCEWISE_EXAMPLES", "50"))

# On a busy machine any example may take long to make.
settings.register_profile("here", deadline=None, max_examples=EXAMPLES, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("here"), derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")

CORPUS = ROOT / "corpus"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)

# --- network -----------------------------------------------------------------------------------------------------

outside: list[str] = []


def _host(event: str, args: tuple[object, ...]) -> object:
    """The host that a socket event is about; None when it is about none."""
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        address = args[1]
        return address[0] if isinstance(address, tuple) and isinstance(address[0], str) else None
    if event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"):
        return args[0]
    return None


def _watch(event: str, args: tuple[object, ...]) -> None:
    """Refuse every host but this machine. An audit hook sees look-ups and every thread, which patching does not."""
    if not event.startswith("socket."):
        return
    host = _host(event, args)
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
    if name in (None, "", "localhost", "::1") or str(name).startswith("127."):
        return
    outside.append(f"{event} {name}")
    raise PermissionError(f"a test tried to reach {name} ({event})")


sys.addaudithook(_watch)


@pytest.fixture(autouse=True)
def _stays_on_this_machine() -> Iterator[None]:
    """Fail the test even where the code under test swallowed the refusal."""
    outside.clear()
    yield
    assert not outside, f"tried to reach another host: {outside}"


# --- server ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL server, for tests that are marked as distributed."""
    with running() as started:
        yield started


@pytest.fixture(scope="session")
def second_server() -> Iterator[Server]:
    """Another one, for libraries that are dealt out over two."""
    with running() as started:
        yield started


@pytest.fixture(scope="session")
def dealt_out(server: Server, second_server: Server) -> Callable[[], Address]:
    """Makes an empty library over two servers."""
    from index.storage.server_shards import add

    def made() -> Address:
        address = server.database()
        assert add(address, second_server.database()) == 2
        return address

    return made


# --- library -----------------------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def _library_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCEWISE_LIBRARY", str(tmp_path / "library"))


def _once(tmp_path_factory: pytest.TempPathFactory, worker_id: str, name: str, make: Callable[[Path], None]) -> Path:
    """A copy of a folder that is made once, however many processes run the suite: the others wait for the first."""
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / name
    with FileLock(f"{folder}.lock"):
        if not folder.exists():
            partial = folder.with_name(f"{name}.partial")
            shutil.rmtree(partial, ignore_errors=True)
            make(partial)
            partial.rename(folder)
    # a copy for each process: where a model is opened, its compiled form is written beside it
    return Path(shutil.copytree(folder, base / f"{name}-own", copy_function=link_models))


def _converted(config: pytest.Config) -> Path:
    """A folder with the converted models, and a file with the fingerprint of the default one. Converting takes torch:
    what one run made the next takes from pytest's cache, unless the code that converts is another."""
    made_by = [version(name) for name in ("openvino", "sentence-transformers", "torch", "transformers")]
    code = [f"embedding/{name}.py" for name in ("models", "reference", "cache")] + [
        "reader/convert.py",
        "reader/model.py",
    ]
    made_by += [(ROOT / "index" / name).read_text(encoding="utf-8") for name in code]
    kept = config.cache.mkdir("models") / hashlib.sha256("".join(made_by).encode()).hexdigest()[:16]
    with FileLock(f"{kept}.lock"):
        if not kept.exists():
            partial = kept.with_name("partial")
            shutil.rmtree(partial, ignore_errors=True)
            os.environ["SOURCEWISE_MODELS"] = str(partial / "models")
            fingerprint = prepare(None, partial / "models")
            prepare_reader(partial / "models")
            (partial / "fingerprint").write_text(fingerprint, encoding="ascii")
            partial.rename(kept)
    return kept


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory, worker_id: str, pytestconfig: pytest.Config) -> Path:
    """A library without documents whose models are ready, which are this machine's too."""

    def make(library: Path) -> None:
        kept = _converted(pytestconfig)
        store = Store.create(library)
        with store.transaction():
            store.set("model", DEFAULT)
            store.set("fingerprint", (kept / "fingerprint").read_text(encoding="ascii"))
        store.close()
        shutil.copytree(kept / "models", library / "models")

    folder = _once(tmp_path_factory, worker_id, "prepared", make)
    os.environ["SOURCEWISE_MODELS"] = str(folder / "models")
    return folder


class _Remembering(CompiledEmbedder):
    """Embeds a question once: each new generation is asked the same many."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._asked = cache(super().encode_queries)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self._asked(tuple(texts))


_opened: dict[tuple[object, ...], CompiledEmbedder] = {}
_opening = threading.Lock()


def _open_once(folder: Path, card: dict[str, Any], *, throughput: bool) -> CompiledEmbedder:
    """To open the model takes most of a second. Where its files are links to the prepared ones it is the same model,
    opened once in this process; files that a test copied, and may have damaged, are opened each time."""
    files = [folder / name for name in ("model.xml", "model.bin", "tokenizer.json")]
    if not all(path.exists() and path.stat().st_nlink > 1 for path in files):
        return CompiledEmbedder(folder, card, throughput=throughput)
    key = (throughput, json.dumps(card), *((path.stat().st_ino, path.stat().st_mtime_ns) for path in files))
    with _opening:
        if key not in _opened:
            _opened[key] = _Remembering(folder, card, throughput=throughput)
        return _opened[key]


@pytest.fixture(scope="session", autouse=True)
def _kept_between_tests() -> Iterator[None]:
    """The model, and the processes that read files: started once, not for each ingest and each search."""
    kept: list[KeptPool] = []

    def pool(**options: Any) -> KeptPool:
        if not kept or kept[-1].closed.is_set():
            kept.append(KeptPool())
        return kept[-1].lent(**options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("index.embedding.models.CompiledEmbedder", _open_once)
        patch.setattr("ingest.sync.pipeline.Pool", pool)
        yield
    for one in kept:
        one.end()


@pytest.fixture
def library(prepared: Path, tmp_path: Path) -> Path:
    """A fresh library to ingest into, its model ready; the one that commands take by default."""
    return Path(shutil.copytree(prepared, tmp_path / "library", copy_function=link_models))


@pytest.fixture(scope="session")
def embedder(prepared: Path) -> Embedder:
    """The default model, opened as ingest opens it."""
    (card,) = (prepared / "models").glob("*/embedder.json")
    return open_embedder(card.parent.name, prepared / "models", ingest=True)


@pytest.fixture(scope="session")
def counting_model(embedder: Embedder) -> Counting:
    return Counting(embedder)


@pytest.fixture
def few_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    """A new generation is asked a few unrelated questions, not all: for tests of what is stored, not of confidence."""
    monkeypatch.setattr("index.publishing.publish.null_questions", lambda: null_questions()[:8])


@pytest.fixture
def counting(counting_model: Counting, few_questions: None, monkeypatch: pytest.MonkeyPatch) -> Counting:
    """Ingest in this process takes this model: the default one, opened once, and what it embeds can be told."""
    counting_model.taken()
    monkeypatch.setattr("ingest.sync.library_model.open_embedder", lambda *args, **options: counting_model)
    return counting_model


@pytest.fixture(scope="session")
def sample_library(prepared: Path, tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The sample corpus, ingested. Shared: for reading only."""

    def make(library: Path) -> None:
        shutil.copytree(prepared, library, copy_function=link_models)
        ingest([CORPUS], library)

    return _once(tmp_path_factory, worker_id, "sample", make)


@pytest.fixture(scope="session")
def many() -> int:
    """How many rounds a test makes of which each takes a second: as many as examples from 1,000 on, else a quarter."""
    return EXAMPLES if EXAMPLES >= 1000 else EXAMPLES // 4


@pytest.fixture(scope="session")
def by_hand() -> None:
    """For a test that takes half an hour: it is run by hand alone, `SOURCEWISE_EXAMPLES=1000 pytest -m slow`."""
    if EXAMPLES < 1000:
        pytest.skip("takes long: run it with SOURCEWISE_EXAMPLES=1000")


@pytest.fixture(scope="session")
def examples() -> int:
    """How many rounds a hand-made loop makes: small here, larger in the slow run."""
    return EXAMPLES


# --- browser -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium. A test that takes it is marked ``browser``, and so skips where there is none."""
    assert CHROMIUM is not None
    return CHROMIUM


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")
        if CHROMIUM is None and item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason="no Chromium on this machine"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if CHROMIUM is None:
        terminalreporter.write_sep("!", "Chromium is missing: the browser tests were SKIPPED", red=True, bold=True)
