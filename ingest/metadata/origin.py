"""Whom to believe: what different places say of one document, merged value by value by trust."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from index.types import Origin, Source
from ingest.types import Metadata

FIELDS = ("title", "authors", "published", "updated", "publisher", "url", "doi", "language", "kind")
"""What can be known of a document, each with an origin of its own."""

_UNSAID = Metadata()


def known(said: Metadata) -> dict[str, Any]:
    """The values that are known, by name. The usual kind counts only where somebody said it."""
    values = {name: getattr(said, name) for name in FIELDS}
    return {
        name: value
        for name, value in values.items()
        if value and (name != "kind" or name in said.origins or value != _UNSAID.kind)
    }


def stated_by(origin: Origin, said: Metadata) -> Metadata:
    """The same values, all of them from ``origin``."""
    return replace(said, origins=dict.fromkeys(known(said), origin))


def with_origins(said: Metadata, otherwise: Origin = Origin.TEXT) -> Metadata:
    """The same values; each that is known names its origin, and no other does."""
    return replace(said, origins={name: said.origins.get(name, otherwise) for name in known(said)})


def merged(statements: Sequence[Metadata]) -> Metadata:
    """Value by value what the first statement that knows it says. They come with the most trusted first."""
    values: dict[str, Any] = {}
    origins: dict[str, Origin] = {}
    for said in map(with_origins, statements):
        fresh = {name: value for name, value in known(said).items() if name not in values}
        values |= fresh
        origins |= {name: said.origins[name] for name in fresh}
    return Metadata(**values, origins=origins)


def edited(changes: Mapping[str, Any], said: Metadata) -> Metadata:
    """What a person said over all else. A value that was emptied stays empty, whatever else is said."""
    kept = {name: value for name, value in known(said).items() if name not in changes}
    values = _values({name: value for name, value in changes.items() if value})
    origins = {name: said.origins.get(name, Origin.TEXT) for name in kept}
    return Metadata(**kept, **values, origins={**origins, **dict.fromkeys(values, Origin.EDIT)})


@dataclass(frozen=True, slots=True)
class Statements:
    """All that is said of a document but a person's edits: what its reader found, and above and below that, what
    stands ``beside`` it (a sidecar, then a bibliography) and what its file's name says."""

    read: Metadata
    beside: tuple[Metadata, ...] = ()
    name: Metadata = _UNSAID

    def source(self, identity: str, location: str, record: str | None, changes: Mapping[str, Any]) -> Source:
        about = edited(changes, merged([*self.beside, self.read, self.name]))
        return Source(identity, location, record, **{name: getattr(about, name) for name in (*FIELDS, "origins")})

    def to_json(self) -> str:
        """As a library keeps them, to be merged again when one of them changes."""
        return json.dumps([_plain(said) for said in (self.read, self.name, *self.beside)], sort_keys=True)

    @staticmethod
    def from_json(text: str) -> Statements:
        read, name, *beside = map(_metadata, json.loads(text))
        return Statements(read, tuple(beside), name)


def _plain(said: Metadata) -> dict[str, Any]:
    said = with_origins(said)
    return {**known(said), "origins": dict(said.origins)}


def _metadata(plain: Mapping[str, Any]) -> Metadata:
    origins = {name: Origin(origin) for name, origin in plain["origins"].items()}
    return Metadata(**_values({name: plain[name] for name in origins}), origins=origins)


def _values(plain: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if name == "authors" else value for name, value in plain.items()}
