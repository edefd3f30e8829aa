"""Merges what several origins state about a document, value by value: the most trusted origin wins."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from index.types import Origin, Source
from ingest.types import Metadata

FIELDS = ("title", "authors", "published", "updated", "publisher", "url", "doi", "language", "kind")
"""The values of a document's metadata; each has its own origin."""

_UNKNOWN = Metadata()


def known_values(metadata: Metadata) -> dict[str, Any]:
    """The known values by name. The default kind is known only if it has an origin."""
    values = {name: getattr(metadata, name) for name in FIELDS}
    return {
        name: value
        for name, value in values.items()
        if value and (name != "kind" or name in metadata.origins or value != _UNKNOWN.kind)
    }


def with_origin(origin: Origin, metadata: Metadata) -> Metadata:
    """The same values, all of them with this origin."""
    return replace(metadata, origins=dict.fromkeys(known_values(metadata), origin))


def with_origins(metadata: Metadata, default: Origin = Origin.TEXT) -> Metadata:
    """The same values, with origins for exactly those that are known; ``default`` where one is missing."""
    return replace(metadata, origins={name: metadata.origins.get(name, default) for name in known_values(metadata)})


def merge_statements(statements: Sequence[Metadata]) -> Metadata:
    """Each value, with its origin, from the first statement that knows it. The most trusted statement comes first."""
    values: dict[str, Any] = {}
    origins: dict[str, Origin] = {}
    for statement in map(with_origins, statements):
        new_values = {name: value for name, value in known_values(statement).items() if name not in values}
        values |= new_values
        origins |= {name: statement.origins[name] for name in new_values}
    return Metadata(**values, origins=origins)


def apply_edits(changes: Mapping[str, Any], metadata: Metadata) -> Metadata:
    """The metadata with a person's changes, by name. A value that was emptied becomes unknown."""
    unchanged = {name: value for name, value in known_values(metadata).items() if name not in changes}
    values = _values({name: value for name, value in changes.items() if value})
    origins = {name: metadata.origins.get(name, Origin.TEXT) for name in unchanged}
    return Metadata(**unchanged, **values, origins={**origins, **dict.fromkeys(values, Origin.EDIT)})


@dataclass(frozen=True, slots=True)
class Statements:
    """All statements about a document but a person's edits.

    ``from_companions``: its sidecar, then its bibliography; trusted more than its reader. ``from_file_name``: trusted
    less.
    """

    from_reader: Metadata
    from_companions: tuple[Metadata, ...] = ()
    from_file_name: Metadata = _UNKNOWN

    def source(self, identity: str, location: str, record: str | None, changes: Mapping[str, Any]) -> Source:
        """The document's source: the statements merged, with a person's ``changes`` on top."""
        metadata = apply_edits(
            changes, merge_statements([*self.from_companions, self.from_reader, self.from_file_name])
        )
        return Source(identity, location, record, **{name: getattr(metadata, name) for name in (*FIELDS, "origins")})

    def to_json(self) -> str:
        """The form in which a library stores them, to merge them again when one of them changes."""
        return json.dumps(
            [_plain(statement) for statement in (self.from_reader, self.from_file_name, *self.from_companions)],
            sort_keys=True,
        )

    @staticmethod
    def from_json(text: str) -> Statements:
        read, name, *beside = map(_metadata, json.loads(text))
        return Statements(read, tuple(beside), name)


def _plain(metadata: Metadata) -> dict[str, Any]:
    """The known values and their origins, for JSON."""
    metadata = with_origins(metadata)
    return {**known_values(metadata), "origins": dict(metadata.origins)}


def _metadata(plain: Mapping[str, Any]) -> Metadata:
    """The inverse of ``_plain``."""
    origins = {name: Origin(origin) for name, origin in plain["origins"].items()}
    return Metadata(**_values({name: plain[name] for name in origins}), origins=origins)


def _values(plain: Mapping[str, Any]) -> dict[str, Any]:
    """The values with the types that ``Metadata`` has: JSON knows no tuples."""
    return {name: tuple(value) if name == "authors" else value for name, value in plain.items()}
