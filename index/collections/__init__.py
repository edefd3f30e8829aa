"""What a person keeps of the sources: pinned passages in named collections, and what became of each since.

``pins`` recognises a passage in a changed text; ``collection`` holds the nouns and the changes to them; ``stored``
reads and stores them; ``outcome`` tells what became of the passages of a collection.
"""

from index.collections.collection import Collection, PinnedPassage, added, moved, noted, pin_id, pinned_from, removed
from index.collections.outcome import PinOutcome, changed_collections, changed_words, outcomes_of
from index.collections.pins import Pin, PinStatus, pin_status, pin_status_in
from index.collections.stored import (
    FIRST,
    create,
    delete,
    merge,
    named,
    pin_passage,
    put_back,
    read_collections,
    update,
)

__all__ = [
    "FIRST",
    "Collection",
    "Pin",
    "PinOutcome",
    "PinStatus",
    "PinnedPassage",
    "added",
    "changed_collections",
    "changed_words",
    "create",
    "delete",
    "merge",
    "moved",
    "named",
    "noted",
    "outcomes_of",
    "pin_id",
    "pin_passage",
    "pin_status",
    "pin_status_in",
    "pinned_from",
    "put_back",
    "read_collections",
    "removed",
    "update",
]
