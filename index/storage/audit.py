"""Who changed what, and when: a line for each change, stored in the transaction of the change itself.

The lines are rows of the library and no file beside it, so that there is no change without its line and no line without
its change, and a backup has both.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from index.storage import checksums
from index.storage.people import Role, require

KIND = "audit"
"""The kind under which the lines are kept."""

_WITHOUT_LINES = (KIND, "question", "draft text")
"""Kinds without lines: the lines themselves; questions asked, which nobody keeps for another; texts of a draft, whose
own line says that it has a new one."""

_MAX_WORDS = 80  # characters of a sentence or a name in a line (a guess)


@dataclass(frozen=True, slots=True)
class AuditLine:
    """``when``: ISO time, UTC, to the microsecond. ``action``: "collection", "mark", "edit", "ingest" and so on.
    ``what``: an id, with a name where there is one. ``changed``: what of it."""

    when: str
    who: str
    role: str
    action: str
    what: str
    changed: str


def note(db: sqlite3.Connection, action: str, what: str, changed: str) -> None:
    """Adds a line, in the transaction that runs. Raises RoleError for who may not write."""
    person = require(Role.EDITOR)
    when = datetime.now(UTC).isoformat(timespec="microseconds")
    about = {"who": person.name, "role": person.role.word, "action": action, "what": what, "changed": changed}
    values = (KIND, f"{when} {secrets.token_hex(4)}", json.dumps(about), 1, when)
    db.execute("INSERT INTO kept VALUES (?, ?, ?, ?, ?, ?)", (*values, checksums.checksum(values)))


def note_kept(db: sqlite3.Connection, kind: str, identity: str, before: Any, after: Any, changed: str = "") -> None:
    """The line of a thing that a person keeps; None is what is not there. ``changed``: in better words than the names
    of the fields that differ."""
    if kind in _WITHOUT_LINES:
        require(Role.EDITOR)
        return
    named = after if after is not None else before
    name = str(named.get("name", "")) if isinstance(named, Mapping) else ""
    what = f"{identity} “{short(name)}”" if name else identity
    note(db, kind, what, changed or _difference(before, after))


def _difference(before: Any, after: Any) -> str:
    """The names of the fields that differ, never their values: a token's digest is one."""
    if before is None or after is None:
        return "made" if before is None else "removed"
    if not (isinstance(before, Mapping) and isinstance(after, Mapping)):
        return "changed"
    return ", ".join(sorted(name for name in {*before, *after} if before.get(name) != after.get(name)))


def short(text: str) -> str:
    """The beginning of a text, on one line."""
    words = " ".join(text.split())
    return words if len(words) <= _MAX_WORDS else f"{words[: _MAX_WORDS - 1]}…"


def lines(rows: Mapping[str, Any]) -> Iterable[AuditLine]:
    """The lines of what is kept under ``KIND``, by id: the oldest first."""
    return (AuditLine(row.changed, **row.value) for row in rows.values())
