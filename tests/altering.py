"""Damages to the files of a library, and what must hold after each: nothing wrong is shown, nothing goes unseen."""

from __future__ import annotations

import gc
import random
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from index.embedding.models import find_damage
from index.errors import LibraryError, SourcewiseError
from index.publishing import verify
from index.publishing.publish import publish
from index.search.index import Index
from index.storage import connection, lock
from index.storage.store import Store
from tests.making import Hashed, put

QUESTIONS = ("subject1 speaks", "what is number2 of text 3", "paragraph 0", "subject5")
Truth = Mapping[str, tuple[str, str]]
"""By the id of a source, its title and its text."""


@contextmanager
def made_by_hashed() -> Iterator[None]:
    """Libraries take the model ``Hashed``, which has no files, and few null questions."""
    with pytest.MonkeyPatch.context() as patch:
        for module in ("index.search.index", "index.publishing.verify"):
            patch.setattr(f"{module}.open_embedder", lambda *args, **options: Hashed())
        patch.setattr(
            "index.publishing.verify.models.find_damage",
            lambda folder, card="": find_damage(folder, card) if card else [],
        )
        patch.setattr("index.publishing.publish.null_questions", lambda: ("one thing", "another thing", "a third"))
        yield


def text(n: int, edition: int = 0) -> str:
    return "\n\n".join(f"Paragraph {p} of text {n} speaks of subject{n}. It is number{p}, {edition}." for p in range(3))


def write(library: Path, texts: Mapping[int, int], *removed: int) -> None:
    """Store texts, each in an edition, take others out, and publish."""
    with lock.write_lock(library):
        store = Store.create(library)
        store.set("model", "hashed")
        store.set("fingerprint", Hashed.fingerprint)
        for n, edition in texts.items():
            put(store, f"d{n}", text(n, edition), title=f"Text {n}, {edition}")
        store.documents.retire([store.documents.live(f"d{n}").number for n in removed])
        publish(library, store, Hashed())
        store.close()


def truth(library: Path) -> Truth:
    store = Store.open(library)
    try:
        documents = [store.documents.load(source.id)[1] for source, _, _ in store.documents.sources()]
        return {document.source.id: (document.source.title, document.text) for document in documents}
    finally:
        store.close()


def shown(library: Path, questions: tuple[str, ...] = QUESTIONS) -> list[tuple[str, str, int, int, str, float]]:
    """What a search shows: ids, titles, places, words and scores."""
    index = Index.open(library)
    return [
        (hit.source.id, hit.source.title, *hit.passage.span, hit.passage.text, hit.score)
        for question in questions
        for hit in index.search(question, 20).hits
    ]


def files(library: Path) -> list[Path]:
    return sorted(path for path in library.rglob("*") if path.is_file() and path.name != lock.NAME)


def flip(path: Path, moment: random.Random) -> None:
    data = bytearray(path.read_bytes())
    data[moment.randrange(len(data))] ^= 1 << moment.randrange(8)
    path.write_bytes(data)


def cut(path: Path, moment: random.Random) -> None:
    path.write_bytes(path.read_bytes()[: moment.randrange(path.stat().st_size)])


def fill(path: Path, moment: random.Random) -> None:
    """Zeros in place of a block, as a disk leaves them."""
    data = bytearray(path.read_bytes())
    first = moment.randrange(len(data)) // 512 * 512
    data[first : first + 512] = bytes(len(data[first : first + 512]))
    path.write_bytes(data)


def empty(path: Path, moment: random.Random) -> None:
    path.write_bytes(b"")


def delete(path: Path, moment: random.Random) -> None:
    path.unlink()


def exchange(library: Path, older: Path) -> Callable[[Path, random.Random], None]:
    """A damage that puts in place of a file what it was in an older library, or what another of its kind is."""

    def exchanged(path: Path, moment: random.Random) -> None:
        root = next(folder for folder in path.parents if (folder / "sources.db").exists())
        earlier = older / path.relative_to(root)
        others = [other for other in files(root) if other.suffix == path.suffix and other != path]
        if earlier.exists() or others:
            shutil.copy(earlier if earlier.exists() else moment.choice(others), path)

    return exchanged


DAMAGES: tuple[Callable[[Path, random.Random], None], ...] = (flip, flip, flip, cut, fill, empty, delete)


def is_right(library: Path, known: Truth) -> bool:
    """Whether whatever is shown is so; an error in one line shows nothing."""
    try:
        return all(
            known[identity][0] == title and known[identity][1][start:end] == words
            for identity, title, start, end, words, _ in shown(library)
        )
    except SourcewiseError as error:
        return "\n" not in str(error)


def check_damage(library: Path, known: Truth, what: str) -> None:
    """Nothing wrong is shown, the damage is noticed unless it changes nothing, and it is repaired or refused."""
    assert is_right(library, known), what
    try:
        damage = verify.find_damage(library)
    except LibraryError as error:
        damage = [str(error)]
    if not damage:
        assert truth(library) == known, what
        return
    try:
        notes = verify.repair(library)
    except LibraryError as error:
        leads_on = "python -m index restore" in str(error) or "python -m ingest" in str(error)
        assert leads_on, (what, str(error))  # noqa: PT017 - either way is right
        return
    assert verify.find_damage(library) == [], (what, damage)
    now = truth(library)
    assert now.items() <= known.items(), what
    assert len(notes) >= len(known) - len(now), (what, notes)
    assert {identity for identity, *_ in shown(library, ("paragraph text",))} <= now.keys()


def copied(library: Path, folder: Path) -> Path:
    """A copy that replaces an earlier one at that place."""
    shutil.rmtree(folder, ignore_errors=True)
    return Path(shutil.copytree(library, folder))


class Stopped(BaseException):
    """The process has ended, as far as the code under test can tell."""


_stop: list[int] = []  # how many more steps are taken, if they are counted


def _step(event: str, arguments: object) -> None:
    if _stop and event in _EVENTS:
        _stop[0] -= 1
        if _stop[0] < 0:
            raise Stopped


_EVENTS = ("open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link", "os.truncate", "statement")
sys.addaudithook(_step)


def stopped(act: Callable[[], object], steps: int) -> bool:
    """Whether the act was ended before its end: no file is opened, renamed or removed and no statement of SQL run any
    more after so many of these, whatever the act has yet to clean up."""
    execute = connection._Cursor.execute

    def counted(cursor: connection._Cursor, *arguments: Any) -> Any:
        sys.audit("statement")
        return execute(cursor, *arguments)

    _stop.append(steps)
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(connection._Cursor, "execute", counted)
            act()
        return False
    except Stopped:
        return True
    finally:
        _stop.clear()
        gc.collect()  # connections end as those of an ended process do
