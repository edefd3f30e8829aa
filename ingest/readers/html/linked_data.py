"""JSON-LD: the things that a page's scripts describe, with the references and lists in them resolved."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Fields = Mapping[str, object]

# Limits against hostile pages (guesses).
_LONGEST_SCRIPT = 2_000_000  # characters
_MAX_THINGS = 2_000
_MAX_DEPTH = 5  # lists in lists

_LISTED = "itemListElement"  # the entries of a list of other pages
_WRAPPERS = ("@list", "@set", "@value")


@dataclass(frozen=True, slots=True)
class Thing:
    """An object of JSON-LD, which schema.org calls a thing. ``by_id``: the objects that it may refer to."""

    fields: Fields
    by_id: Mapping[str, Fields]

    @property
    def types(self) -> frozenset[str]:
        """The names of its types in lower case, without the vocabulary."""
        return frozenset(name.rpartition("/")[2].casefold() for name in self.texts("@type"))

    def values(self, name: str) -> list[Thing | str]:
        """The texts and things that a property has, however they are written: lists opened, references followed."""
        return list(self._flat(self.fields.get(name), _MAX_DEPTH))

    def texts(self, *names: str) -> list[str]:
        return [value for name in names for value in self.values(name) if isinstance(value, str)]

    def _flat(self, value: object, depth: int) -> Iterator[Thing | str]:
        if isinstance(value, str):
            yield value
        elif isinstance(value, list) and depth:
            for part in value:
                yield from self._flat(part, depth - 1)
        elif isinstance(value, Mapping) and depth:
            wrapped = next((value[key] for key in _WRAPPERS if key in value), None)
            if wrapped is not None:
                yield from self._flat(wrapped, depth - 1)
            else:
                yield Thing({**self.by_id.get(str(value.get("@id")), {}), **value}, self.by_id)


def things(tree: Any) -> list[Thing]:
    """The objects of all scripts of a page, outer ones before inner ones."""
    objects = list(_objects(tree))
    by_id: dict[str, Fields] = {}
    for fields in objects:  # of several with one id, the one that says the most
        if len(fields) > len(by_id.get(str(fields.get("@id")), ())):
            by_id[str(fields.get("@id"))] = fields
    by_id.pop("None", None)
    return [Thing(fields, by_id) for fields in objects]


def _objects(tree: Any) -> Iterator[Fields]:
    """The objects of all scripts. A script that is no JSON is ignored."""
    queue: deque[object] = deque()
    for script in tree.iterfind(".//script"):
        text = script.text or ""
        if "ld+json" in script.get("type", "") and len(text) < _LONGEST_SCRIPT:
            try:
                queue.append(json.loads(text.strip().removesuffix(";"), strict=False))
            except (ValueError, RecursionError):  # the page's error; its other fields are still read
                continue
    for _ in range(_MAX_THINGS):
        if not queue:
            return
        value = queue.popleft()
        if isinstance(value, Mapping):
            yield value
        parts = (part for name, part in value.items() if name != _LISTED) if isinstance(value, Mapping) else ()
        children = value if isinstance(value, list) else parts
        queue.extend(child for child in children if isinstance(child, Mapping | list))
