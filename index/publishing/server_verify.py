"""Reads all of a library on servers and finds what is not as it was stored, or not in its last generation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing

from index.disk import Address
from index.snapshot.manifest import Manifest
from index.storage import checksums, inspection
from index.storage.server import ServerStore
from index.storage.server_shards import Shards, check_same_generation


def find_damage(address: Address, progress: Callable[[int, int], None]) -> list[str]:
    """A line for each damage; none for a sound library. ``progress``: see ``inspection``. Raises LibraryError."""
    with closing(ServerStore(Shards.at(address))) as store:
        db, shards = store.server, store.shards
        found = [*inspection.damaged_rows(db, checksums.KEYS), *inspection.rows_of_no_document(db)]  # type: ignore[arg-type]
        rows = [(db, row) for row in found]
        for other in shards.all()[1:]:  # in which a stopped ingest may have left rows, until the next one ends
            rows += ((other, row) for row in inspection.damaged_rows(other, ("settings",)))  # type: ignore[arg-type]
        damage = [
            f"{held.address}: {name} ({', '.join(map(repr, key))} of {table}) is damaged"
            for held, (table, name, key) in rows
        ]
        documents = inspection.damaged_documents(db, progress, shards.of)  # type: ignore[arg-type]
        damage += [f"document {number} ({name}) is damaged" for number, name in documents]
        return [*damage, *_incomplete(shards)]


def _incomplete(shards: Shards) -> Iterator[str]:
    """A line for each document of the last generation of which search has not all passages; one where there is none."""
    query, last = "SELECT number, newest, manifest FROM generations ORDER BY number DESC LIMIT 1", None
    if shards.first.run("SELECT to_regclass('generations') AS known").fetchone()["known"] is not None:
        last = shards.first.run(query).fetchone()
    if last is None:
        yield "nothing was ingested yet"
        return
    check_same_generation(shards, last["number"])
    counts = Counter[int]()
    for db in shards.all():
        rows = db.run("SELECT document, count(*) AS n FROM ranked GROUP BY document").fetchall()
        counts |= {row["document"]: row["n"] for row in rows}
    retired = set(Manifest.parsed(last["manifest"], shards.addresses[0]).retired)
    query = "SELECT number, location, passages FROM documents WHERE number <= %s ORDER BY number"
    for row in shards.first.run(query, (last["newest"],)).fetchall():
        if row["number"] not in retired and counts[row["number"]] != row["passages"]:
            yield f"document {row['number']} ({row['location']}) is not all in search"
