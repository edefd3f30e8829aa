"""``python -m index collection``: passages that a person pinned, and what became of each since."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from index import collections as room
from index.collections import Collection, PinOutcome, PinStatus
from index.commands.exporting import file_format, write_file
from index.errors import QueryError
from index.output.collection_json import collection_json
from index.output.printing import show, show_json
from index.snapshot.manifest import live_manifest
from index.storage.store import Store
from index.storage.truth import Truth
from index.text.escaping import plain
from index.types import Span

if TYPE_CHECKING:
    from index.output.citations import CitationStyle

_USE = (
    "Use: collection list, show NAME, add NAME --source ID --start N --end N, remove NAME PIN…, merge A B, "
    "rename A B, delete NAME"
)
_NAMES = {"list": 0, "show": 1, "add": 1, "remove": 2, "merge": 2, "rename": 2, "delete": 1}
"""How many names or ids each action takes; ``remove`` takes more too."""


def run(options: argparse.Namespace, library: Path) -> int:
    """Exit code 0. Raises SourcewiseError."""
    action, names = options.action, options.names
    if len(names) != _NAMES[action] and not (action == "remove" and len(names) > 2):
        raise QueryError(f"collection {action} does not take {len(names)} name{'s' * (len(names) != 1)}. {_USE}")
    if action != "show" and options.out:
        raise QueryError(f"Only collection show takes --out. {_USE}")
    form = file_format(options)
    if action != "add" and (options.source or options.note or options.tag):
        raise QueryError(f"Only collection add takes --source, --note and --tag. {_USE}")
    with closing(Store.open(library)) as store:
        if action == "list":
            return _list(options, room.read_collections(store))
        if action == "add":
            collection = _add(options, library, store)
        else:
            seen = room.named(store, names[0])
            if action == "delete":
                room.delete(library, seen)
                return _deleted(options, seen)
            collection = seen if action == "show" else _changed(action, library, store, seen, names[1:])
        outcomes = room.outcomes_of(store, collection.pins)
    if form:
        _write(options, *form, library, collection, outcomes)
    if options.json:
        show_json(collection_json(collection, outcomes), indent=1)
    else:
        show(_lines(collection, outcomes))
    return 0


def _write(
    options: argparse.Namespace,
    suffix: str,
    style: CitationStyle,
    library: Path,
    collection: Collection,
    outcomes: Mapping[str, PinOutcome],
) -> None:
    from index.output import export, export_collection, export_quotations

    with closing(Store.open(library)) as store:
        manifest, lock = live_manifest(library, store)
        lock.close()
        listed = export_collection.collection_quotations(manifest, collection, outcomes, export.timestamp())
        sources = (quotation.source for quotation in listed.quotations)
        write_file(
            *(options, suffix, store, sources),
            lambda keys: export_quotations.write_quotations(suffix, listed, style, keys),
        )


def _add(options: argparse.Namespace, library: Path, store: Truth) -> Collection:
    if options.source is None or options.start is None or options.end is None:
        raise QueryError(f"collection add takes --source, --start and --end. {_USE}")
    name, source = options.names[0], store.documents.complete_id(options.source)
    span = Span(options.start, options.end)
    return room.pin_passage(library, None, source, span, note=options.note, tags=options.tag or (), name=name)


def _changed(action: str, library: Path, store: Truth, seen: Collection, names: list[str]) -> Collection:
    if action == "merge":
        other = room.named(store, names[0])
        if other.id == seen.id:
            raise QueryError(f"Both are one collection, “{seen.name}”. Give two. {_USE}")
        return room.merge(library, seen, other)
    if action == "rename":
        return room.put_back(library, replace(seen, name=names[0]))[0]
    return room.update(library, seen.id, lambda collection: room.removed(collection, names))


def _list(options: argparse.Namespace, collections: list[Collection]) -> int:
    if options.json:
        show_json(
            [
                {"id": collection.id, "name": collection.name, "pins": len(collection.pins)}
                for collection in collections
            ],
            indent=1,
        )
    else:
        lines = [f"{collection.name}  {len(collection.pins)} pinned" for collection in collections]
        show(lines or [f"Nothing is pinned yet. {_USE}"])
    return 0


def _deleted(options: argparse.Namespace, collection: Collection) -> int:
    if options.json:
        show_json({"deleted": collection.name, "pins": len(collection.pins)})
    else:
        show([f"“{collection.name}” is deleted, with {len(collection.pins)} pinned. The sources are untouched."])
    return 0


def _lines(collection: Collection, outcomes: Mapping[str, PinOutcome]) -> list[str]:
    """Each passage; what became of it since it was pinned is said where something did."""
    count = Counter(outcomes[pin.id].status for pin in collection.pins)
    changed = [f"{number} {status.value}" for status, number in count.items() if status is not PinStatus.UNCHANGED]
    lines = [f"{collection.name}: {', '.join([f'{len(collection.pins)} pinned', *changed])}"]
    for pin in collection.pins:
        outcome = outcomes[pin.id]
        source = outcome.source or pin.source
        about = [source.label, source.shown("authors"), source.shown("published"), pin.passage.locator]
        state = "" if outcome.status is PinStatus.UNCHANGED else f"{outcome.status.value}  "
        lines += ["", f"{pin.id}  {state}{' · '.join(filter(None, about))}"]
        lines += [f"    {line}" for line in plain(pin.passage.text).split("\n")]
        if outcome.status is PinStatus.EDITED:
            changes = room.changed_words(pin.passage.text, outcome.text)
            lines += [f"    - “{before}” is now “{after}”" for before, after in changes]
        lines += [f"    note: {line}" for line in pin.note.splitlines()]
        if pin.tags:
            lines.append(f"    tags: {', '.join(pin.tags)}")
    return lines
