"""A library dealt out over several databases: nothing is answered by some of them, and one line names what is wrong."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from unittest import mock

import pytest

from bench.server import Server, running
from index import __main__ as command
from index.disk import Address
from index.errors import LibraryError
from index.publishing import publish_to
from index.search.index import Index
from index.storage import lock
from index.storage.server_shards import Shards, add
from index.storage.store import Store
from index.types import By
from tests.making import Hashed, put

pytestmark = pytest.mark.distributed
TEXTS = {f"source{number}": f"Bridge {number} of iron spans the river." for number in range(8)}


@pytest.fixture(autouse=True)
def _few_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.publishing.server.null_questions", lambda: ("What is it?",))


def fill(address: Address) -> Address:
    with lock.write_lock(address), closing(Store.create(address)) as store:
        for identity, text in TEXTS.items():
            put(store, identity, text, title=identity)
        publish_to(address, store, Hashed())
    return address


@pytest.fixture
def address(dealt_out: Callable[[], Address]) -> Address:
    return fill(dealt_out())


def opened(address: Address) -> Index:
    from index.snapshot.server import ServerEngine

    return Index(address, ServerEngine.open(address), Hashed())


def found(index: Index) -> set[str]:
    return {hit.source.id for hit in index.search("iron bridge", by=By.WORDS).hits}


def places(address: Address) -> tuple[Address, ...]:
    with closing(Shards.at(address)) as shards:
        return shards.addresses


def refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """What is printed of a command that cannot be done: one line."""
    assert command.main(arguments) == 2
    output = capsys.readouterr()
    assert (output.out, output.err.count("\n")) == ("", 1)
    return output.err


def name_of(address: Address) -> str:
    return address.url.rpartition("/")[2]


def test_documents_are_dealt_out_by_their_ids(address: Address, capsys: pytest.CaptureFixture[str]) -> None:
    """Each is wholly in one database, as the list says."""
    assert command.main(["shards", "list", "--json", "--library", address.url]) == 0
    shards = json.loads(capsys.readouterr().out)
    assert [shard["number"] for shard in shards] == [1, 2]
    assert [shard["address"] for shard in shards] == [known.url for known in places(address)]
    assert sum(shard["documents"] for shard in shards) == len(TEXTS)
    with closing(Shards.at(address)) as opened_shards:
        for shard, db in zip(shards, opened_shards.all(), strict=True):
            for table in ("texts", "sentences", "worded", "ranked"):
                count = db.run(f"SELECT count(DISTINCT document) AS n FROM {table}").fetchone()["n"]
                assert 0 < count == shard["documents"] < len(TEXTS)
    assert found(opened(address)) == set(TEXTS)


def test_a_replaced_or_removed_document_leaves_its_database(
    address: Address, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two generations later nothing of it is left; verify finds all that there is."""
    monkeypatch.setattr("index.publishing.removal.open_embedder", lambda *_: Hashed())
    with Store.written(address) as store:
        store.set("fingerprint", Hashed.fingerprint)
    for identity in ("source0", "source1", "source2"):
        assert command.main(["remove", identity, "--library", address.url]) == 0
    with lock.write_lock(address), closing(Store.create(address)) as store:
        put(store, "source3", "A ferry crosses.", title="Ferry")
        publish_to(address, store, Hashed())
    assert found(opened(address)) == {"source4", "source5", "source6", "source7"}
    capsys.readouterr()
    assert command.main(["verify", "--library", address.url]) == 0
    with closing(Shards.at(address)) as shards:
        held = {row[0] for db in shards.all() for row in db.run("SELECT document FROM texts").fetchall()}
        known = {row[0] for row in shards.first.run("SELECT number FROM documents").fetchall()}
    assert held == known
    assert len(known) == len(TEXTS) - 3 + 1, "of the replaced one both versions are there until the next generation"


def test_a_query_asks_two_databases_as_often_as_a_single_one(address: Address, server: Server) -> None:
    """All of them at once each time."""
    counts = []
    for library in (fill(server.database()), address):
        index = opened(library)
        with mock.patch.object(Shards, "together", autospec=True, side_effect=Shards.together) as asked:
            assert found(index) == set(TEXTS)
        counts.append(asked.call_count)
    assert counts[1] == counts[0]


def test_verify_looks_into_every_database(
    address: Address, second_server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    second = name_of(places(address)[1])
    second_server.execute(second, "UPDATE texts SET text = replace(text, 'iron', 'gold')")
    second_server.execute(second, "DELETE FROM ranked")
    second_server.execute(second, "UPDATE settings SET value = value || '0' WHERE name = 'format'")
    assert command.main(["verify", "--library", address.url]) == 2
    lines = capsys.readouterr().out.splitlines()
    assert f"{places(address)[1]}: a setting ('format' of settings) is damaged" in lines
    lines = [line for line in lines if "of settings" not in line]
    assert sum("is damaged" in line for line in lines) == sum("is not all in search" in line for line in lines) > 0


def test_what_a_stopped_ingest_left_in_a_database_is_cleared(address: Address) -> None:
    """A document that the first never listed."""
    with closing(Shards.at(address)) as shards:
        other = shards.all()[1]
        first = shards.first.run("SELECT min(number) AS n FROM documents WHERE mod(number, 2) = 0").fetchone()["n"]
        left = (first + 1,)  # never used, as the first of both was taken
        other.run("INSERT INTO sentences SELECT %s, spans, vectors, factors FROM sentences LIMIT 1", left)
        assert found(opened(address)) == set(TEXTS)
        with lock.write_lock(address), closing(Store.create(address)) as store:
            store.documents.retire([store.documents.live("source0").number])
            publish_to(address, store, Hashed())
        assert not other.run("SELECT 1 FROM sentences WHERE document = %s", left).fetchall()


# what is refused --------------------------------------------------------------------------------------------------


def test_a_filled_library_gets_no_shard(address: Address, server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    """Nor one that is not empty, or that has a password in its address; the line says what to do."""
    library = ["--library", address.url]
    line = refused(["shards", "add", server.database().url, *library], capsys)
    assert "Ingest the folders into a new library" in line
    empty = ["--library", server.database().url]
    assert "holds something else" in refused(["shards", "add", address.url, *empty], capsys)
    line = refused(["shards", "add", "postgresql://ann:secret@127.0.0.1/x", *empty], capsys)
    assert "PGPASSFILE" in line
    assert "secret" not in line
    assert "takes the address" in refused(["shards", "add", *empty], capsys)
    assert "takes no address" in refused(["shards", "list", address.url, *empty], capsys)
    assert "is a folder" in refused(["shards", "list", "--library", "somewhere"], capsys)


def test_a_shard_is_added_once(dealt_out: Callable[[], Address], capsys: pytest.CaptureFixture[str]) -> None:
    address = dealt_out()
    again = places(address)[1].url
    assert "is a shard of" in refused(["shards", "add", again, "--library", address.url], capsys)


def test_who_stores_by_the_old_places_is_stopped(server: Server, second_server: Server) -> None:
    """As a worker does whose ingest was stopped before the shard was added."""
    address = server.database()
    with closing(Store.create(address)) as store:
        add(address, second_server.database())
        with pytest.raises(LibraryError, match=r"was given another shard\. Run this again\.$"):
            put(store, "a", "An iron bridge.", title="Bridge")
    with closing(Store.create(address)) as store:
        put(store, "a", "An iron bridge.", title="Bridge")
        assert len(store.documents.live_numbers()) == 1


def test_adding_goes_on_where_it_was_stopped(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    address, other = server.database(), server.database()
    with monkeypatch.context() as patch:
        patch.setattr(Store, "set", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            add(address, other)
    assert add(address, other) == 2


def test_a_shard_that_is_not_the_first_names_the_first(address: Address, capsys: pytest.CaptureFixture[str]) -> None:
    second = places(address)[1]
    for arguments in (["search", "iron"], ["sources"], ["shards", "list"]):
        line = refused([*arguments, "--library", second.url], capsys)
        assert f"{second} is shard 2 of the library {address}. Name that one." in line


def test_a_database_in_the_place_of_a_shard_is_no_shard(
    address: Address, second_server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    second = name_of(places(address)[1])
    second_server.execute(second, "DELETE FROM settings WHERE name = 'shard'")
    with pytest.raises(LibraryError, match="is not shard 2 of"):
        opened(address)


def test_a_shard_at_another_generation_answers_nothing(address: Address, second_server: Server) -> None:
    """Neither one that is behind, as a restored dump is, nor one that is ahead; one that was put back while a library
    is open is noticed once its connection is made anew."""
    second = places(address)[1]
    index = opened(address)
    second_server.execute(name_of(second), "UPDATE generations SET number = number + 2")
    with pytest.raises(LibraryError, match="is past generation 1"):
        opened(address)
    second_server.execute(name_of(second), "DELETE FROM generations")
    with pytest.raises(LibraryError, match="is at generation 0, not 1"):
        opened(address)
    ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = '{}'"
    second_server.execute("postgres", ended.format(name_of(second)))
    with pytest.raises(LibraryError, match=f"{second} is at generation 0, not 1"):
        found(index)


# a shard that does not answer ---------------------------------------------------------------------------------------


@contextmanager
def silent(server: Server) -> Iterator[None]:
    """All processes of a server stopped, as those of a machine that hangs."""
    processes = server.processes()
    for process in processes:
        os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in processes:
            os.kill(process, signal.SIGCONT)


@pytest.fixture
def other() -> Iterator[Server]:
    """A server of this test's own, to be stopped."""
    with running() as started:
        yield started


def test_a_shard_that_is_down_or_silent_is_named(
    server: Server, other: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """By a library that is open and by one that is being opened; none is answered by the other shard alone. When it is
    there again, all is as before."""
    address, second = server.database(), other.database()
    add(address, second)
    fill(address)
    monkeypatch.setattr("index.snapshot.server_reader.PATIENCE", 1.0)
    index = opened(address)
    assert found(index) == set(TEXTS)
    with silent(other), pytest.raises(LibraryError, match=f"{second}: The server does not answer"):
        found(index)
    assert found(index) == set(TEXTS)
    other.stop()
    for ask in (lambda: found(index), lambda: found(opened(address))):
        with pytest.raises(LibraryError, match=f"{second}: The server does not answer"):
            ask()
    other.start()
    assert found(index) == found(opened(address)) == set(TEXTS)
