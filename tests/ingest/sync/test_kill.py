"""An ingest killed at any moment: what was published still answers, and the next run completes the work."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from index.publishing import verify
from index.search.index import Index
from index.storage.store import Store
from ingest.sync.pipeline import ingest
from tests.making import PATIENCE, Counting

TEXTS = 40
QUESTIONS = ["which substance is number 7", "bladder harm", "price of an infusion"]

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals")


def texts(folder: Path, version: int) -> None:
    """Forty short texts; a third of them differ from version to version."""
    folder.mkdir(exist_ok=True)
    for n in range(TEXTS):
        edition = version if n % 3 == 0 else 0
        body = "\n\n".join(
            f"Text {n} in edition {edition}, part {part}: substance number {n} and what it does to the bladder. "
            f"The price of an infusion was {n * 10 + part} in that year."
            for part in range(3)
        )
        (folder / f"t{n:02}.txt").write_text(body, encoding="utf-8")


def start(folder: Path, library: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "ingest", str(folder), "--library", str(library)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


def answers(library: Path) -> list[list[tuple[str, int, int, str, float]]]:
    """What the library says: sources, places, texts and scores."""
    index = Index.open(library)
    return [
        [
            (hit.source.id, *hit.passage.span, hit.passage.text, round(hit.score, 3))
            for hit in index.search(question, 400).hits
        ]
        for question in QUESTIONS
    ]


def complete(folder: Path, library: Path) -> None:
    """Each text is there once, as it stands in the folder, and found."""
    store = Store.open(library)
    sources = [source for source, _, _ in store.documents.sources()]
    assert sorted(source.location for source in sources) == sorted(path.name for path in folder.iterdir())
    for source in sources:
        assert store.documents.load(source.id)[1].text == (folder / source.location).read_text(encoding="utf-8")
    hits = Index.open(library).search("substance bladder", 400).hits
    assert {hit.source.id for hit in hits} == {source.id for source in sources}
    assert verify.find_damage(library) == []


@pytest.fixture
def published(library: Path, tmp_path: Path, counting: Counting) -> Path:
    """A library with all the texts in their first version."""
    texts(tmp_path / "docs", 0)
    ingest([tmp_path / "docs"], library)
    return library


def killed_rounds(library: Path, folder: Path, rounds: int, seed: int) -> None:
    moment = random.Random(seed)
    texts(folder, 1)
    started = time.monotonic()
    process = start(folder, library)
    process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    uninterrupted = time.monotonic() - started
    for version in range(2, rounds + 2):
        before = answers(library)
        texts(folder, version)
        process = start(folder, library)
        try:
            process.wait(timeout=moment.uniform(0.2, 1.0) * uninterrupted)
        except subprocess.TimeoutExpired:
            process.kill()
        _, err = process.communicate()
        assert "Traceback" not in err, err
        if process.returncode != 0:
            after = answers(library)
            assert after == before or "edition " + str(version) in json.dumps(after), "neither the old nor the new"
        assert verify.find_damage(library) == []
    ingest([folder], library)
    complete(folder, library)


@pytest.mark.slow
def test_killed_at_random_moments(published: Path, tmp_path: Path) -> None:
    """Three rounds: after each the old generation answers as before (or the new one, if it came so far)."""
    killed_rounds(published, tmp_path / "docs", 3, random.randrange(1 << 30))


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_killed_again_and_again(published: Path, tmp_path: Path, examples: int) -> None:
    """The same, for longer."""
    killed_rounds(published, tmp_path / "docs", min(examples, 40), random.randrange(1 << 30))


def test_killed_before_anything_was_published(library: Path, tmp_path: Path, counting: Counting) -> None:
    """The first ingest too: there is nothing to search yet, and the next run goes on."""
    texts(tmp_path / "docs", 0)
    for wait in (0.9, 1.5):
        process = start(tmp_path / "docs", library)
        try:
            process.wait(timeout=wait)
        except subprocess.TimeoutExpired:
            process.kill()
        process.communicate()
    ingest([tmp_path / "docs"], library)
    complete(tmp_path / "docs", library)


STOPS = ["put", "publish", "segment.write", "words.write", "manifest", "current", "sweep"]


@pytest.mark.parametrize("stop", STOPS)
@pytest.mark.slow
def test_stopped_between_any_two_steps(
    published: Path, tmp_path: Path, stop: str, monkeypatch: pytest.MonkeyPatch, counting: Counting
) -> None:
    """The same, at each step of storing and publishing, by an interrupt at that very place."""
    before = answers(published)
    texts(tmp_path / "docs", 1)
    (tmp_path / "docs" / "t01.txt").unlink()
    target = {
        "put": "index.storage.files.FileTable.put",
        "publish": "ingest.sync.pipeline.publish_to",
        "segment.write": "index.snapshot.segment.write",
        "words.write": "index.snapshot.bm25.write",
        "manifest": "index.publishing.publish._make_live",
        "current": "index.disk.replace_text",
        "sweep": "index.publishing.publish.sweep",
    }[stop]
    times = iter(range(100))

    def interrupt(*args: object, **options: object) -> None:
        # "current": the manifest itself is written, the name of it is not
        if stop != "current" or next(times) == 1:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(target, interrupt)
        with pytest.raises(KeyboardInterrupt):
            ingest([tmp_path / "docs"], published)
    if stop == "sweep":
        assert answers(published) != before
    else:
        assert answers(published) == before
    assert verify.find_damage(published) == []
    ingest([tmp_path / "docs"], published)
    complete(tmp_path / "docs", published)


def test_ctrl_c_is_one_line_and_exit_code_130(library: Path, tmp_path: Path, counting: Counting) -> None:
    """Stopped by hand in the middle: what is stored stays, and the line says how to go on."""
    texts(tmp_path / "docs", 0)
    (tmp_path / "docs" / "long.txt").write_text(
        "\n\n".join(f"Paragraph {n} is about subject {n % 997} and nothing else at all." for n in range(20_000)),
        "utf-8",
    )
    process = start(tmp_path / "docs", library)
    deadline = time.monotonic() + PATIENCE
    while not (library / "writing.lock").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(1.5)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert out == ""
    assert err.splitlines() == ["ingest: stopped. What is stored stays; run the same command again to go on."]
    (tmp_path / "docs" / "long.txt").unlink()
    ingest([tmp_path / "docs"], library)
    complete(tmp_path / "docs", library)
