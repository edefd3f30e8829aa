"""Reads the collections of a library and stores changes to them."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any

from index.collections.collection import Collection, PinnedPassage, added, pinned_from, proper_name
from index.disk import Library
from index.errors import LibraryError, QueryError
from index.storage.rows import KeptRow
from index.storage.store import Store
from index.storage.truth import Truth
from index.types import Origin, Passage, Source, Span

_KIND = "collection"
FIRST = "My collection"
"""The name of the collection that the first pin makes."""


def read_collections(store: Truth) -> list[Collection]:
    """All of a library, the one that was changed last first."""
    rows = store.kept.all(_KIND)
    return [
        _collection(identity, rows[identity]) for identity in sorted(rows, key=lambda name: rows[name].changed)[::-1]
    ]


def named(store: Truth, name: str) -> Collection:
    """The collection of this name, in any case. Raises QueryError when there is none."""
    name = proper_name(name)
    for collection in read_collections(store):
        if collection.name.casefold() == name.casefold():
            return collection
    raise QueryError(f"There is no collection “{name}”. See them: python -m index collection list")


def update(library: Library, identity: str, change: Callable[[Collection], Collection]) -> Collection:
    """Change a collection as it is now, in one transaction, and return it as it is stored. Raises LibraryError when it
    was deleted meanwhile; what ``change`` raises leaves it as it was."""
    with Store.written(library) as store:
        row = store.kept.get(_KIND, identity)
        if row is None:
            raise LibraryError("This collection was deleted in another window meanwhile: nothing was changed.")
        return _put(store, change(_collection(identity, row)))


def put_back(library: Library, *collections: Collection) -> list[Collection]:
    """Store collections as they were before a change: each ``revision`` is the one that it replaces, 0 for none.
    Raises LibraryError when another is stored meanwhile: then nothing is changed."""
    with Store.written(library) as store:
        return [_put(store, collection) for collection in collections]


def create(library: Library, name: str) -> Collection:
    """A new, empty collection. Raises QueryError when the name is taken."""
    return put_back(library, Collection(secrets.token_hex(6), proper_name(name)))[0]


def delete(library: Library, collection: Collection) -> None:
    """Raises LibraryError when it was changed since it was read."""
    with Store.written(library) as store:
        store.kept.remove(_KIND, collection.id, collection.revision)


def merge(library: Library, first: Collection, other: Collection) -> Collection:
    """Put what is in ``other`` behind what is in ``first``, and delete ``other``. Raises LibraryError when either was
    changed since it was read."""
    with Store.written(library) as store:
        store.kept.remove(_KIND, other.id, other.revision)
        return _put(store, added(first, other.pins))


def pin_passage(
    library: Library,
    collection: str | None,
    source: str,
    span: Span,
    text: str | None = None,
    note: str = "",
    tags: Iterable[str] = (),
    name: str | None = None,
) -> Collection:
    """Pin a slice of a source into a collection, and return the collection. Works during an ingest too.

    ``collection``: its id; None: the one of this ``name``, without a name the first. It is made where there is none, in
    the same transaction. Raises QueryError, LibraryError: see ``pinned_from``.
    """
    made = datetime.now(UTC).isoformat(timespec="seconds")
    with Store.written(library) as store:
        pin = pinned_from(store.documents.load(source)[1], span, text, made).noted(note, tags)
        return _put(store, added(_to_pin_into(store, collection, name), [pin]))


def _to_pin_into(store: Truth, identity: str | None, name: str | None) -> Collection:
    if name is not None:
        proper = proper_name(name)
        names = store.kept.field(_KIND, "name")
        identity = next((other for other in names if names[other].casefold() == proper.casefold()), None)
        if identity is None:
            return Collection(secrets.token_hex(6), proper)
    row = store.kept.get(_KIND, identity) if identity else None
    return _collection(identity, row) if identity and row else _first(store)


def _first(store: Truth) -> Collection:
    """The collection that was changed last; a new one where there is none."""
    return next(iter(read_collections(store)), Collection(secrets.token_hex(6), FIRST))


def _put(store: Truth, collection: Collection) -> Collection:
    """Store a collection over its own revision, in a transaction. Raises QueryError when another has its name."""
    name = proper_name(collection.name)
    names = store.kept.field(_KIND, "name")
    if any(other != collection.id and names[other].casefold() == name.casefold() for other in names):
        raise QueryError(f"There is a collection “{name}” already. Give another name, or merge the two.")
    value = {"name": name, "pins": [_pin_value(pin) for pin in collection.pins]}
    before = store.kept.get(_KIND, collection.id)
    seen = _collection(collection.id, before) if before else Collection(collection.id, name)
    revision = store.kept.put(_KIND, collection.id, value, collection.revision or None, _changes(seen, collection))
    return replace(collection, name=name, revision=revision)


def _changes(before: Collection, after: Collection) -> str:
    """What of a collection is another, in a few words; empty for another order or name."""
    old, new = ({pin.id: pin for pin in collection.pins} for collection in (before, after))
    changes = {
        "pinned": new.keys() - old.keys(),
        "took out": old.keys() - new.keys(),
        "noted": {name for name in old.keys() & new.keys() if old[name] != new[name]},
    }
    pins = {**old, **new}
    return "; ".join(f"{what} {_named(pins[name])}" for what, names in changes.items() for name in sorted(names))


def _named(pin: PinnedPassage) -> str:
    return f"{pin.source.id} {pin.passage.span.start}–{pin.passage.span.end}"


def _pin_value(pin: PinnedPassage) -> dict[str, Any]:
    return {
        "source": asdict(pin.source),
        "passage": asdict(pin.passage),
        "note": pin.note,
        "tags": pin.tags,
        "made": pin.made,
    }


def _collection(identity: str, row: KeptRow) -> Collection:
    return Collection(identity, row.value["name"], tuple(map(_pin, row.value["pins"])), row.revision)


def _pin(value: Mapping[str, Any]) -> PinnedPassage:
    about, place = value["source"], value["passage"]
    origins = {name: Origin(origin) for name, origin in about["origins"].items()}
    source = Source(**{**about, "authors": tuple(about["authors"]), "origins": origins})
    passage = Passage(**{**place, "span": Span(*place["span"])})
    return PinnedPassage(source, passage, value["note"], tuple(value["tags"]), value["made"])
