"""The word of a library that is spelt most like a word that it lacks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from index.text.analysis import plain_words
from index.text.letters import letters_apart

_SHORTEST = 4  # letters; a shorter word has too many neighbours (a guess)
_LONG = 8  # letters from which a word may differ by two (a guess)


def distance_for(word: str) -> int:
    """How many letters may differ: 0 for short words and figures, 1, or 2 for long words."""
    if len(word) < _SHORTEST or not word.isalpha():
        return 0
    return 2 if len(word) >= _LONG else 1


def nearest(word: str, texts: Iterable[str]) -> str | None:
    """The word of the texts that differs from ``word`` by the fewest letters, of these the most frequent; None when all
    differ by more than ``distance_for``."""
    limit = distance_for(word)
    if not limit:
        return None
    counts = Counter(other for text in texts for other in plain_words(text) if abs(len(other) - len(word)) <= limit)
    distances = {other: letters_apart(word, other) for other in counts if other.isalpha()}
    near = [other for other, letters in distances.items() if 0 < letters <= limit]
    return min(near, key=lambda other: (distances[other], -counts[other], other), default=None)
