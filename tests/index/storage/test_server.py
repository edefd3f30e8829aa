"""A library on a PostgreSQL server: the same answers as from a folder, and one line for whatever is wrong."""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from datetime import time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from bench.server import RoundTrips, Server, copy_documents
from index import __main__ as command
from index.check.draft import check_draft
from index.disk import Address, library_at
from index.errors import LibraryError
from index.programs import OpenLibrary, answers
from index.programs.access import admits
from index.publishing import publish_to
from index.reader import TextPair
from index.search.index import Index
from index.storage import lock
from index.storage.rows import Wanted
from index.storage.server_shards import add
from index.storage.store import Store
from index.types import By, Draft, Filter, Floats, Section, Span
from ingest import __main__ as ingest_command
from tests.making import PATIENCE, WHEN, Hashed, document, embedded, put

pytestmark = pytest.mark.distributed
FIRST = ("--json", "-k", "7")


@pytest.fixture
def few_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.publishing.server.null_questions", lambda: ("What is it?", "A river bridge"))


@pytest.fixture
def address(server: Server, few_questions: None) -> Address:
    """A library with two sources."""
    made = server.database()
    with lock.write_lock(made), closing(Store.create(made)) as store:
        put(store, "a", "A bridge of iron spans the river.", title="Iron")
        put(store, "b", "Oats grow on the north slope.", title="Oats")
        publish_to(made, store, Hashed())
    return made


def asked(index: Index) -> list[str]:
    return [hit.source.id for hit in index.search("iron bridge", by=By.WORDS).hits]


def opened(address: Address) -> Index:
    from index.snapshot.server import ServerEngine

    return Index(address, ServerEngine.open(address), Hashed())


def refused(arguments: list[str], capsys: pytest.CaptureFixture[str], main: Callable[..., int] = command.main) -> str:
    """What is printed of a command that cannot be done: one line."""
    assert main(arguments) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.count("\n") == 1
    return output.err


# the same answers -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=["one server", "two servers"])
def on_server(sample_library: Path, server: Server, request: pytest.FixtureRequest) -> Address:
    address = server.database() if request.param == "one server" else request.getfixturevalue("dealt_out")()
    with lock.write_lock(address), closing(Store.create(address)) as store:
        with closing(Store.open(sample_library)) as source:
            copy_documents(source, store)
        publish_to(address, store, Index.open(sample_library).embedder)
    return address


@pytest.mark.parametrize(
    "arguments",
    [
        ["search", "is it addictive", *FIRST],
        ["search", 'infusion "per session" -alcohol', *FIRST],
        ["search", "how much does an infusion cost", "--since", "2024", "--by", "words", *FIRST],
        ["search", "ketamin bladder", "--by", "meaning", "--per-source", "1", *FIRST],
        ["search", "half-life hours", "--explain", "the half-life", *FIRST],
        ["search", "is it addictive", "--exact", *FIRST],
        ["compare", "--question", "How long does an infusion take?", "--json"],
        ["compare", "--map", "--json"],
        ["sources", "--json"],
    ],
)
def test_a_server_answers_as_a_folder_does(
    arguments: list[str], on_server: Address, sample_library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same JSON, but for the generation, the random name of the library, and the last figures of scores."""
    answers = []
    for library in (str(sample_library), on_server.url):
        assert command.main([*arguments, "--library", library]) in (0, 1)
        answers.append(json.loads(capsys.readouterr().out))
    assert_alike(*answers)


def assert_alike(left: Any, right: Any) -> None:
    if isinstance(left, dict):
        assert left.keys() == right.keys()
        for name in left.keys() - {"generation", "epoch"}:
            assert_alike(left[name], right[name])
    elif isinstance(left, list):
        assert len(left) == len(right)
        for pair in zip(left, right, strict=True):
            assert_alike(*pair)
    else:
        assert left == (pytest.approx(right, abs=1e-4) if isinstance(left, float) else right)


def test_a_draft_is_checked_as_in_a_folder(
    on_server: Address, sample_library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    draft = tmp_path / "draft.md"
    draft.write_text("Ketamine was first made in 1972. “It has become usual to introduce ketamine” is said often.")
    answers = []
    for library in (str(sample_library), on_server.url):
        assert command.main(["check", str(draft), "--json", "--library", library]) == 0
        answers.append(json.loads(capsys.readouterr().out))
    assert [found["status"] for found in answers[0]["sentences"]] == [
        found["status"] for found in answers[1]["sentences"]
    ]
    assert_alike(*answers)


def test_an_exact_search_walks_no_index(address: Address, monkeypatch: pytest.MonkeyPatch) -> None:
    """Any other does, from so many passages on, and tells how far."""
    from index.snapshot.server import ServerEngine
    from index.storage.server_connection import Connection

    told: list[Sequence[str]] = []
    begin = Connection.begin

    def noted(self: Connection, statements: Any, settings: Sequence[str] = ()) -> Callable[[], list[list[Any]]]:
        told.append(settings)
        return begin(self, statements, settings)

    monkeypatch.setattr("index.snapshot.server.EXACT_BELOW", 0)
    monkeypatch.setattr(Connection, "begin", noted)
    exact = Index(address, ServerEngine.open(address, exact=True), Hashed())
    for index in (exact, opened(address)):
        assert sorted(hit.source.id for hit in index.search("iron bridge", by=By.MEANING).hits) == ["a", "b"]
        walks = [setting for settings in told for setting in settings if setting.startswith("hnsw")]
        assert bool(walks) == (index is not exact)
    assert "hnsw.ef_search = 800" in walks


# how often a server is asked --------------------------------------------------------------------------------------

Trips = Callable[..., tuple[int, int]]


class LikesLength:
    """A reader that puts the passages of a question into another order."""

    def answers(self, pairs: Sequence[TextPair]) -> Floats:
        return np.array([len(pair.second) % 97 / 96 for pair in pairs], np.float32)


ABOUT = ("herons by weirs", "bears in winter", "a river bridge", "Water Board (WB)")


def article(number: int) -> str:
    """Words of its own around a few that others have too."""
    own = random.Random(number)
    made = ["".join(own.choices("abdeilmnorstu", k=own.randint(4, 9))) for _ in range(60)]
    parts = [f"{made[i]} wrote {own.choice(ABOUT)}, {' '.join(made[i + 1 : i + 20])}." for i in (0, 20, 40)]
    return f"In {1900 + number} {' '.join(parts)}"


@contextmanager
def counted(server: Server, texts: Sequence[str], databases: int = 1) -> Iterator[Trips]:
    """Searches in a library of these texts, and tells how often its server was asked."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("index.publishing.server.null_questions", lambda: ("What is it?",))
        made, trips = server.database(), RoundTrips(server.port)
        for _ in range(databases - 1):
            add(made, server.database())
        with lock.write_lock(made), closing(Store.create(made)) as store:
            for number, text in enumerate(texts):
                put(store, f"d{number}", text, title=f"Item {number}", publisher="Fenland Review")
            publish_to(made, store, Hashed())

    def with_reader() -> Index:
        index = opened(made)
        index.reader = LikesLength()
        return index

    with trips.opened(with_reader) as asked:
        yield asked
    trips.close()


@pytest.fixture(scope="module", params=[1, 2], ids=["one database", "two databases"])
def articles(server: Server, request: pytest.FixtureRequest) -> Iterator[Trips]:
    """Few of which are copies."""
    with counted(server, [article(max(number, 3)) for number in range(300)], request.param) as asked:
        yield asked


@pytest.fixture(scope="module")
def crowd(server: Server) -> Iterator[Trips]:
    """Every third is a copy of the same."""
    with counted(server, [article(number if number % 3 else 0) for number in range(90)]) as asked:
        yield asked


@pytest.mark.parametrize(
    ("query", "where", "before"),
    [
        ("herons by weirs", None, 3),
        ("herons by weirs", Filter(tuple(f"d{number}" for number in range(99))), 4),
        ("When did he write of bears in 1931?", None, 5),
        ("what does the water board count", None, 5),
        ('"river bridge" wrote -herons', None, 4),
        ("herons in the Fenland Review", None, 7),
    ],
)
def test_a_query_asks_a_server_four_times_after_the_embedding(
    query: str, where: Filter | None, before: int, articles: Trips
) -> None:
    """For the nearest passages, for what is stored of the candidates, for their copies, for the texts and sources of
    the hits, which a reader puts into another order. What an earlier query has brought is asked for no more. Words are
    asked for before it and meanwhile. Several databases are asked at once."""
    known, after = articles(query, where=where)
    assert (known <= before, 3 <= after <= 4) == (True, True), (known, after)


def test_a_crowd_of_copies_is_asked_for_around_them_once(crowd: Trips) -> None:
    """The nearest passages and the best by words, at once; then candidates and copies again; and once more copies, of
    those that were not among the first, before and after they are read."""
    assert crowd("who wrote of bears in 1900")[1] <= 11


# what was published -----------------------------------------------------------------------------------------------


def test_an_open_library_stays_as_it_was_while_others_write(address: Address) -> None:
    before = opened(address)
    assert asked(before) == ["a"]
    with lock.write_lock(address), closing(Store.create(address)) as store:
        put(store, "c", "An iron bridge was built later.", title="Later")
        store.documents.retire([store.documents.live("a").number])
        assert asked(opened(address)) == ["a"], "nothing is seen before it is published"
        assert publish_to(address, store, Hashed()) == 2
        assert publish_to(address, store, Hashed()) == 2, "nothing new is no new generation"
    assert (asked(before), asked(opened(address))) == (["a"], ["c"])


def test_a_generation_that_was_cleared_away_is_never_read_in_part(address: Address) -> None:
    """Additions take nothing from a library that is open, however many; two publications after a removal do."""
    before = opened(address)
    for number in range(3):
        with lock.write_lock(address), closing(Store.create(address)) as store:
            put(store, f"n{number}", "An iron bridge was built later.", title=f"Later {number}")
            publish_to(address, store, Hashed())
    assert asked(before) == ["a"]
    for gone in ("n0", "n1"):
        with lock.write_lock(address), closing(Store.create(address)) as store:
            store.documents.retire([store.documents.live(gone).number])
            publish_to(address, store, Hashed())
    with pytest.raises(LibraryError, match=r"was published anew twice while it was read\. Run this again\.$"):
        asked(before)
    with pytest.raises(LibraryError, match="published anew"):
        check_draft(before, Draft("An iron bridge was built in the year of the flood."))
    assert sorted(asked(opened(address))) == ["a", "n2"]


def test_a_killed_publication_is_finished_by_the_next(address: Address, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last generation answers meanwhile."""
    with lock.write_lock(address), closing(Store.create(address)) as store:
        put(store, "c", "An iron bridge was built later.", title="Later")
        put(store, "d", "Another iron bridge was built last.", title="Last")
        with monkeypatch.context() as patch, suppress(KeyboardInterrupt):
            patch.setattr("index.publishing.server._manifest", _interrupt)
            publish_to(address, store, Hashed())
        assert asked(opened(address)) == ["a"]
        assert publish_to(address, store, Hashed()) == 2
    assert sorted(asked(opened(address))) == ["a", "c", "d"]


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def test_one_writes_at_a_time(address: Address) -> None:
    with (
        lock.write_lock(address),
        pytest.raises(LibraryError, match="Another ingest is writing"),
        lock.write_lock(address),
    ):
        pass
    with lock.write_lock(address):
        pass


def test_roots_are_ingested_at_once_and_each_by_one(address: Address) -> None:
    """Whatever writes the whole library waits for all of them, and they for it."""
    here, there = Path("/here"), Path("/there")
    with lock.ingest_lock(address, [here]), lock.ingest_lock(address, [there]):
        with pytest.raises(LibraryError, match="Another ingest reads /here into"), lock.ingest_lock(address, [here]):
            pass
        with pytest.raises(LibraryError, match="Another ingest is writing"), lock.write_lock(address):
            pass
    with (
        lock.write_lock(address),
        pytest.raises(LibraryError, match="Something else is writing"),
        lock.ingest_lock(address, [here]),
    ):
        pass
    with lock.ingest_lock(address, [here, there]):
        pass


def test_a_document_that_is_stored_while_others_publish_is_of_the_next_generation(address: Address) -> None:
    """Whoever publishes waits until it is stored whole, and counts it; one that begins later has a higher number."""
    begun, published = threading.Event(), threading.Event()

    def store_slowly() -> None:
        with closing(Store.create(address)) as store, store.transaction():
            put(store, "c", "An iron bridge was built later.", title="Later")
            begun.set()
            published.wait(1)  # for as long as nobody can publish

    storing = threading.Thread(target=store_slowly)
    storing.start()
    begun.wait(PATIENCE)
    with closing(Store.create(address)) as store:
        put(store, "d", "Another iron bridge was built last.", title="Last")
        assert publish_to(address, store, Hashed()) == 2
        published.set()
        index = opened(address)
        assert sorted(asked(index)) == ["a", "c", "d"]
        put(store, "e", "The iron bridge is gone.", title="Gone")
        assert publish_to(address, store, Hashed()) == 3
        assert sorted(asked(index)) == ["a", "c", "d"]
    storing.join()


def test_storing_a_document_again_does_nothing(address: Address) -> None:
    """As when a worker was lost after it had stored one."""
    with closing(Store.create(address)) as store:
        numbers = store.documents.live_numbers().tolist()
        put(store, "a", "A bridge of iron spans the river.", title="Iron")
        assert store.documents.live_numbers().tolist() == numbers
        put(store, "a", "A bridge of steel spans the river.", title="Iron")
        assert len(store.documents.live_numbers().tolist()) == len(numbers)
        assert store.documents.live_numbers().tolist() != numbers


def test_a_document_of_another_root_is_not_replaced(address: Address) -> None:
    """As when two ingests have chosen the same id for files of one name; the next run chooses another."""
    with closing(Store.create(address)) as store:
        numbers = store.documents.live_numbers().tolist()
        with pytest.raises(LibraryError, match=r"Another ingest has stored a file that is called a\.txt too"):
            store.documents.put(store.files.root("/other"), embedded(document("a", "Rye grows on the hill.")), WHEN)
        assert store.documents.live_numbers().tolist() == numbers


def test_a_whole_text_is_read_while_parts_of_it_are_held(address: Address) -> None:
    with closing(Store.open(address)) as store:
        documents = store.documents
        with documents.ahead(Wanted(spans=[(1, Span(0, 8))])):
            assert documents.text(1, Span(0, 8)) == "A bridge"
            assert documents.text(1) == "A bridge of iron spans the river."


def test_two_ingests_make_one_library(server: Server) -> None:
    """Both find the database empty."""
    made = server.database()
    with ThreadPoolExecutor(4) as pool:
        stores = list(pool.map(lambda _: Store.create(made), range(4)))
    numbers = [store.files.root(f"/root{number % 2}") for number, store in enumerate(stores)]
    assert sorted(numbers) == [1, 1, 2, 2]
    for store in stores:
        store.close()


def test_a_lost_connection_is_made_again_without_a_word(address: Address, server: Server) -> None:
    index = opened(address)
    assert asked(index) == ["a"]
    ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = '{}'"
    server.execute("postgres", ended.format(address.url.rpartition("/")[2]))
    assert asked(index) == ["a"]


# what is wrong ----------------------------------------------------------------------------------------------------


def test_a_server_that_is_not_there_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Without the password, wherever it stands in the address."""
    for url in (
        "postgresql://ann:secret@127.0.0.1:1/x",
        "postgresql://ann:not#so?secret@127.0.0.1:1/x",
        "postgresql://ann@127.0.0.1:1/x?password=secret&connect_timeout=2",
        "postgresql://ann@127.0.0.1:1/x?connect_timeout=2&password=not#so#secret",
    ):
        line = refused(["search", "river", "--library", url], capsys)
        assert "The server does not answer." in line
        assert "secret" not in line
        assert "secret" not in repr(library_at(url))
    assert repr(library_at("postgresql://ann:not/so/secret@server/x")) == "postgresql://ann@server/x"
    assert repr(library_at("postgresql://server:5432/x?user=ann@team")) == "postgresql://server:5432/x?user=ann@team"


def test_a_database_without_a_library_says_how_to_make_one(
    server: Server, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = server.database()
    assert "holds no library. Make one: python -m ingest FOLDER" in refused(
        ["search", "river", "--library", empty.url], capsys
    )
    monkeypatch.setenv("SOURCEWISE_LIBRARY", server.address("nowhere", "secret").url)
    line = refused(["search", "river"], capsys)
    assert "no such database" in line
    assert "secret" not in line
    server.execute(empty.url.rpartition("/")[2], "CREATE TABLE other (x int)")
    line = refused(["corpus", "--library", empty.url], capsys, ingest_command.main)
    assert "holds something else. Name an empty one." in line


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("index.storage.server_connection.OLDEST_SERVER", 990_000, "Use one of version 16 or newer."),
        ("index.storage.server_tables.OLDEST_VECTOR", (99, 0), "Install version 0.8 or newer."),
    ],
)
def test_an_old_server_is_refused(
    name: str,
    value: object,
    message: str,
    server: Server,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(name, value)
    assert message in refused([str(tmp_path), "--library", server.database().url], capsys, ingest_command.main)


def test_a_server_without_pgvector_says_what_to_install(
    server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One that looks for its extensions elsewhere."""
    without = f"{server.database().url}?options=-c%20extension_control_path%3D/nowhere"
    line = refused([str(tmp_path), "--library", without], capsys, ingest_command.main)
    assert "has no pgvector. Install it, version 0.8 or newer." in line


def test_a_user_who_may_not_create_the_extension_needs_it_created(
    server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    address = server.database()
    name = address.url.rpartition("/")[2]
    server.execute(name, "CREATE ROLE guest LOGIN")
    server.execute(name, "GRANT ALL ON SCHEMA public TO guest")
    arguments = [str(tmp_path), "--library", address.url.replace("writer", "guest")]
    line = refused(arguments, capsys, ingest_command.main)
    assert "may not create the extension vector. Have somebody who may run CREATE EXTENSION vector" in line
    server.execute(name, "CREATE EXTENSION vector")
    Store.create(Address(arguments[2])).close()


def test_another_format_and_other_words_are_refused(
    address: Address, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.text.analysis.VERSION", 99)
    with pytest.raises(LibraryError, match="indexed by another version"):
        opened(address)
    server.execute(address.url.rpartition("/")[2], "UPDATE settings SET value = '99' WHERE name = 'format'")
    with pytest.raises(LibraryError, match="has format 99"):
        Store.open(address)


def test_a_server_that_gives_up_says_what_to_raise(address: Address) -> None:
    hasty = Address(f"{address.url}?options=-c%20statement_timeout%3D3000")
    with closing(Store.open(hasty)) as store, pytest.raises(LibraryError, match=r"Raise its statement_timeout"):
        store.server.run("SELECT pg_sleep(60)")
    assert asked(opened(hasty)) == ["a"]


def test_without_a_connection_free_the_line_says_so(address: Address) -> None:
    held: list[Store] = []

    def open_all() -> None:
        while len(held) < 150:
            held.append(Store.open(address))

    try:
        with pytest.raises(LibraryError, match="no connection free"):
            open_all()
    finally:
        for store in held:
            store.close()


def test_what_a_server_cannot_do_yet_is_one_line(address: Address, capsys: pytest.CaptureFixture[str]) -> None:
    steps = {"backup": "pg_dump", "restore": "pg_restore"}
    for arguments in (["backup", "x.zip"], ["restore", "x.zip"]):
        line = refused([*arguments, "--library", address.url], capsys)
        assert "does not work on a server's library yet" in line
        assert steps[arguments[0]] in line


def test_tokens_and_the_audit_trail_are_in_the_database(address: Address, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["token", "add", "wiki", "--library", address.url]) == 0
    token = capsys.readouterr().out.split()[0]
    with closing(Store.open(address)) as store:
        assert admits(store, f"Bearer {token}")
        assert not admits(store, "Bearer another")
    assert command.main(["token", "revoke", "wiki", "--library", address.url]) == 0
    assert command.main(["audit", "--library", address.url]) == 0
    lines = [line for line in capsys.readouterr().out.splitlines() if "token" in line]
    assert [line.split()[-1] for line in lines if "wiki" in line][-1] == "revoked"
    assert token not in str(lines)


def test_without_the_packages_the_line_names_their_list(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "psycopg", None)
    line = refused(["search", "river", "--library", "postgresql://ann:secret@127.0.0.1/x"], capsys)
    assert "requirements-distributed.txt" in line


def test_what_a_person_keeps_is_kept_on_a_server_too(address: Address, capsys: pytest.CaptureFixture[str]) -> None:
    """A collection, by the same command."""
    pin = ["collection", "add", "Rivers", "--source", "a", "--start", "0", "--end", "33", "--note", "iron"]
    assert command.main([*pin, "--library", address.url]) == 0
    capsys.readouterr()
    assert command.main(["collection", "show", "Rivers", "--library", address.url]) == 0
    assert "A bridge of iron spans the river." in capsys.readouterr().out
    assert command.main(["collection", "list", "--library", address.url]) == 0


def test_saved_searches_and_reruns_work_on_a_server(
    on_server: Address, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    library = ["--library", on_server.url]
    assert command.main(["searches", "save", "Bladder", "bladder pain", *library]) == 0
    assert command.main(["searches", "run", "Bladder", *library]) == 0
    assert "Nothing new since you last looked." in capsys.readouterr().out
    assert command.main(["search", "bladder pain", "--json", *library]) == 0
    (tmp_path / "answer.json").write_text(capsys.readouterr().out, encoding="utf-8")
    assert command.main(["rerun", str(tmp_path / "answer.json"), "--json", *library]) == 0
    again = json.loads(capsys.readouterr().out)
    assert again["unchanged"] > 0
    assert again["moved"] == again["gone"] == again["replaced"] == again["new"] == []
    assert command.main(["searches", "remove", "Bladder", *library]) == 0
    capsys.readouterr()
    assert command.main(["searches", "--json", *library]) == 0
    assert json.loads(capsys.readouterr().out) == []


def test_an_assistants_program_asks_a_server_as_it_stands_now(
    address: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same library stays open until an ingest has published."""
    monkeypatch.setattr("index.search.index.open_embedder", lambda *_: Hashed())
    library = OpenLibrary(address)
    assert library.index() is library.index()
    assert [hit["source"]["id"] for hit in answers.search(library.index(), "iron bridge", by=By.WORDS)["hits"]] == ["a"]
    with lock.write_lock(address), closing(Store.create(address)) as store:
        put(store, "c", "An iron bridge was built later.", title="Later")
        publish_to(address, store, Hashed())
    assert len(answers.list_sources(library.index())) == 3
    assert library.index().generation.manifest.generation == 2


def test_the_tools_of_an_assistant_search_and_read_on_a_server(on_server: Address) -> None:
    pytest.importorskip("mcp")
    from tests.index.commands.test_mcp import converse

    async def conversation(client: Any) -> None:
        found = (await client.call_tool("search", {"query": "ketamine bladder damage", "k": 2})).structured_content
        hit = found["hits"][0]
        span = {"source": hit["source"]["id"], "start": hit["start"], "end": hit["end"]}
        assert (await client.call_tool("read", span)).structured_content["text"] == hit["text"]

    converse(on_server, conversation)


def test_sources_are_taken_out_of_a_server_too(
    address: Address, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("index.publishing.removal.open_embedder", lambda *_: Hashed())
    with Store.written(address) as store:
        store.set("fingerprint", Hashed.fingerprint)
    assert "no source x" in refused(["remove", "a", "x", "--library", address.url], capsys)
    assert asked(opened(address)) == ["a"]
    assert command.main(["remove", "a", "--library", address.url]) == 0
    assert asked(opened(address)) == []


def test_verify_of_a_first_ingest_that_was_stopped_is_a_line(
    address: Address, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    server.execute(address.url.rpartition("/")[2], "DELETE FROM generations")
    assert command.main(["verify", "--library", address.url]) == 2
    assert capsys.readouterr().out == "nothing was ingested yet\n"


def test_verify_tells_of_altered_rows_and_of_passages_that_search_lacks(
    address: Address, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    name = address.url.rpartition("/")[2]
    assert command.main(["verify", "--library", address.url]) == 0
    assert "every row is as it was written" in capsys.readouterr().out
    server.execute(name, "UPDATE texts SET text = replace(text, 'iron', 'gold')")
    server.execute(name, "DELETE FROM ranked WHERE document = 2")
    assert command.main(["verify", "--library", address.url]) == 2
    output = capsys.readouterr()
    assert output.out == "document 1 (a.txt) is damaged\ndocument 2 (b.txt) is not all in search\n"
    assert "Restore a dump of it" in output.err
    assert "--repair mends folders alone" in refused(["verify", "--repair", "--library", address.url], capsys)


# what is odd ------------------------------------------------------------------------------------------------------


def test_a_full_disk_leaves_the_last_generation_and_nothing_half_there(address: Address, server: Server) -> None:
    """Whether it is full while a document is stored or while it is published; a step later all goes on."""
    name = address.url.rpartition("/")[2]
    raises = "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE disk_full; END $$"
    server.execute(name, raises)
    for number, table in enumerate(("sentences", "prints"), 1):
        server.execute(name, f"CREATE TRIGGER full_disk BEFORE INSERT ON {table} EXECUTE FUNCTION full_disk()")
        with lock.write_lock(address), closing(Store.create(address)) as store:
            if table == "sentences":
                with pytest.raises(LibraryError, match="disk is full"):
                    put(store, f"n{number}", "An iron bridge was built later.", title="Later")
            else:
                put(store, f"n{number}", "An iron bridge was built later.", title="Later")
                with pytest.raises(LibraryError, match=r"disk is full\. What was stored before stays\."):
                    publish_to(address, store, Hashed())
            assert (store.documents.by_id(f"n{number}") is None) == (table == "sentences")
            assert not store.server.run("SELECT 1 FROM ranked WHERE document > 2").fetchall()
        assert asked(opened(address)) == ["a"]
        server.execute(name, f"DROP TRIGGER full_disk ON {table}")
    with lock.write_lock(address), closing(Store.create(address)) as store:
        assert publish_to(address, store, Hashed()) == 2
    assert sorted(asked(opened(address))) == ["a", "n2"]


def test_a_filter_may_name_fifty_thousand_sources(address: Address, server: Server) -> None:
    changed = "jsonb_build_object('number', 1000 + n, 'id', 'n' || n)"
    server.execute(
        address.url.rpartition("/")[2],
        f"INSERT INTO documents SELECT (jsonb_populate_record(d, {changed})).*"
        " FROM documents AS d, generate_series(1, 50000) AS n WHERE id = 'a'",
    )
    index, many = opened(address), [f"n{number}" for number in range(1, 50_001)]
    for wanted in ("a", "b"):
        found = index.search("iron bridge oats", where=Filter((*many, wanted)))
        assert [hit.source.id for hit in found.hits] == [wanted]
        assert wanted not in {
            hit.source.id for hit in index.search("iron bridge", where=Filter(without=(wanted,))).hits
        }


def test_a_text_of_a_hundred_megabytes_is_stored_and_searched(address: Address) -> None:
    line, count = "Oats and more oats. ", 5_000_000
    text = line * count + "\n\nA zeppelin lands."
    made = document("long", text, title="Long", sections=(Section(Span(len(line) * count, len(text))),))
    with lock.write_lock(address), closing(Store.create(address)) as store:
        store.documents.put(store.files.root("/docs"), embedded(made), WHEN)
        publish_to(address, store, Hashed())
    index = opened(address)
    (hit, *_) = index.search("zeppelin").hits
    assert (hit.source.id, hit.passage.text) == ("long", "A zeppelin lands.")
    assert index.store.documents.load("long")[1].text == text


def test_another_model_is_refused(address: Address, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Store.written(address) as store:
        store.set("model", "hashed")
        store.set("fingerprint", Hashed.fingerprint)
    arguments = [str(tmp_path), "--library", address.url, "--model", "another/model"]
    assert "was made with the model hashed" in refused(arguments, capsys, ingest_command.main)


ODD = "Iron\0 \ud800 bridge"


def test_what_no_database_stores_is_replaced_in_every_field(
    server: Server,
    few_questions: None,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """NUL and halves of surrogate pairs; sources are those of a folder."""
    monkeypatch.setattr("ingest.sync.pipeline.library_embedder", lambda *_: Hashed())
    fields = ("id", "title", "publisher", "url", "language", "kind", "doi")
    record = {**dict.fromkeys(fields, ODD), "authors": [ODD], ODD: ODD, "text": f"{ODD} over the river. " * 9}
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "records.jsonl").write_text(json.dumps(record) + "\n", encoding="utf-8")
    stored = []
    for library in (tmp_path / "library", server.database()):
        assert ingest_command.main([str(tmp_path / "in"), "--library", str(library)]) == 0
        capsys.readouterr()
        assert command.main(["sources", "--json", "--library", str(library)]) == 0
        stored.append(json.loads(capsys.readouterr().out))
        with closing(Store.open(library)) as store:
            (number,) = store.documents.live_numbers().tolist()
            assert "\ufffd \ufffd bridge over the river." in store.documents.text(number)
    assert_alike(*stored)
    assert "Iron\ufffd \ufffd bridge" in json.dumps(stored[0], ensure_ascii=False)


@pytest.mark.parametrize("odd", ["a\0b", "a\ud800b"])
def test_what_no_database_stores_is_no_fault_of_a_question(odd: str, address: Address) -> None:
    """Among its words; as the id of a source it is a line."""
    index = opened(address)
    assert [hit.source.id for hit in index.search(f"iron {odd}", by=By.WORDS).hits] == ["a"]
    for ask in (index.store.documents.live, lambda text: index.search("iron", where=Filter((text,)))):
        with pytest.raises(LibraryError, match="No server stores NUL or half a pair of surrogates"):
            ask(odd)
    assert asked(index) == ["a"]


def test_a_value_that_no_server_takes_is_told_as_what_it_is(address: Address) -> None:
    """Before it is sent, and by the server."""
    with closing(Store.create(address)) as store:
        with pytest.raises(LibraryError, match=r"No server takes such a value \(cannot calculate the offset"):
            store.server.run("SELECT %s", (time(tzinfo=ZoneInfo("Europe/Paris")),))
        with pytest.raises(LibraryError, match=r"The server refuses \(bigint out of range\)"):
            store.server.run("UPDATE documents SET characters = %s", (1 << 63,))
