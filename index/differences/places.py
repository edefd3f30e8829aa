"""Which place lies in which: countries, their people and main cities, and the continents; from ``places.txt``."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import islice
from pathlib import Path

from index.differences.acronyms import JOINERS
from index.differences.tokens import TokenizedText, fold, read_once

PlacePath = tuple[str, ...]
"""A place from the outside in: ("world", "europe", "france", "paris")."""

_FILE = Path(__file__).with_name("places.txt")
_MAX_WORDS = 4  # words of the longest name in the file, without joiners


def place_path(words: Sequence[str]) -> PlacePath:
    """The path of a place or of a people, whose folded words are given without joiners; empty for any other name."""
    key = "".join(words) if all(len(word) == 1 for word in words) else " ".join(words)
    return _paths().get(key, ())


@read_once
def paths_in(reading: TokenizedText) -> frozenset[PlacePath]:
    """The paths of all places and peoples that a text names in capitals, the longest name at each word."""
    found: set[PlacePath] = set()
    tokens = [token for token in reading.tokens if token.word not in JOINERS]
    for start, first in enumerate(tokens):
        written = reading.text[slice(*first.span)]
        if written[0].isupper() and not (first.word == "us" and written != "US"):
            names = ([token.word for token in tokens[start : start + size]] for size in range(_MAX_WORDS, 0, -1))
            found.update(islice(filter(None, map(place_path, names)), 1))
    return frozenset(found)


def lies_in(inner: PlacePath, outer: PlacePath) -> bool:
    """Whether the first place is the second or lies in it. False for what is no place."""
    return bool(outer) and inner[: len(outer)] == outer


def holds_others(path: PlacePath) -> bool:
    """Whether the file has places inside this one."""
    return path in _containers()


@cache
def _paths() -> dict[str, PlacePath]:
    paths: dict[str, PlacePath] = {"world": ("world",)}
    outer: PlacePath = ("world",)
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        if line.startswith("#>"):
            outer = paths.get(_key(line[2:]), ("world", _key(line[2:])))
        elif not line.startswith("#"):
            names, people, parts = line.split("|")
            keys, people_keys, parts_keys = (
                list(filter(None, map(_key, part.split(",")))) for part in (names, people, parts)
            )
            own = paths.get(keys[0], (*outer, keys[0]))
            paths.update(dict.fromkeys([*keys, *people_keys], own))
            paths.update({key: (*own, key) for key in parts_keys if key not in paths})
    return paths


@cache
def _containers() -> frozenset[PlacePath]:
    return frozenset(path[:-1] for path in _paths().values())


def _key(name: str) -> str:
    return " ".join(word for word in fold(name).replace("-", " ").split() if word not in JOINERS)
