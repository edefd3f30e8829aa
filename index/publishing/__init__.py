"""How a generation is built from the store, tested, published, verified and repaired."""

from index.publishing.publish import publish_to
from index.publishing.removal import remove_sources
from index.publishing.self_test import recall_fell
from index.publishing.verify import find_damage, repair

__all__ = [
    "find_damage",
    "publish_to",
    "recall_fell",
    "remove_sources",
    "repair",
]
