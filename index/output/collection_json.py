"""A collection as JSON, with what became of each of its passages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from index.collections import Collection, PinnedPassage, PinOutcome, PinStatus, changed_words
from index.output.json_output import passage_json, source_json


def collection_json(collection: Collection, outcomes: Mapping[str, PinOutcome]) -> dict[str, Any]:
    """``outcomes``: by the id of each pin."""
    pins = [_pin_json(pin, outcomes[pin.id]) for pin in collection.pins]
    return {"id": collection.id, "name": collection.name, "revision": collection.revision, "pins": pins}


def _pin_json(pin: PinnedPassage, outcome: PinOutcome) -> dict[str, Any]:
    """``source``: as it is now, or as it was when it is gone. ``changed``: the words that were, and that are there."""
    words = changed_words(pin.passage.text, outcome.text) if outcome.status is PinStatus.EDITED else ()
    return {
        "id": pin.id,
        **passage_json(pin.passage),
        "page_label": pin.passage.page_label,
        "time": pin.passage.time,
        "note": pin.note,
        "tags": list(pin.tags),
        "made": pin.made,
        "status": outcome.status.value,
        "now": None if outcome.now is None else list(outcome.now),
        "changed": [{"before": before, "after": after} for before, after in words],
        "source": source_json(outcome.source or pin.source),
    }
