"""Reads all of a library on a server and finds what is not as it was stored, or not in its last generation."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing

from index.disk import Address
from index.storage import checksums, inspection
from index.storage.server import ServerStore

_INCOMPLETE = """
SELECT d.number, d.location FROM generations AS g JOIN documents AS d ON d.number <= g.newest
LEFT JOIN (SELECT document, count(*) AS n FROM ranked GROUP BY document) AS r ON r.document = d.number
WHERE g.number = (SELECT max(number) FROM generations) AND coalesce(r.n, 0) <> d.passages AND d.number::text NOT IN
    (SELECT json_array_elements_text(g.manifest::json -> 'retired'))
ORDER BY d.number
"""


def find_damage(address: Address, progress: Callable[[int, int], None]) -> list[str]:
    """A line for each damage; none for a sound library. ``progress``: see ``inspection``. Raises LibraryError."""
    with closing(ServerStore.at_address(address)) as store:
        db = store.server
        rows = inspection.damaged_rows(db, checksums.KEYS)  # type: ignore[arg-type]
        damage = [f"{name} ({', '.join(map(repr, key))} of {table}) is damaged" for table, name, key in rows]
        documents = inspection.damaged_documents(db, progress)  # type: ignore[arg-type]
        damage += [f"document {number} ({name}) is damaged" for number, name in documents]
        if db.run("SELECT to_regclass('generations') AS known").fetchone()["known"] is None:
            return [*damage, "nothing was ingested yet"]
        incomplete = db.run(_INCOMPLETE).fetchall()
        return damage + [f"document {row['number']} ({row['location']}) is not all in search" for row in incomplete]
