"""The nouns of the difference engine: a difference, its kind, a value in a text, and how two values compare."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, TypeVar

from index.types import Span

Value = TypeVar("Value")


class DifferenceKind(StrEnum):
    NUMBER = "number"
    DATE = "date"
    NAME = "name"
    NEGATION = "negation"
    QUOTE = "quote"


@dataclass(frozen=True, slots=True)
class Difference:
    """``draft`` and ``source`` are spans of the two texts as given; ``note`` tells a person what differs.

    ``compatible``: rounding, a range or "about" allows the difference; it is shown but does not count. ``aspect``: what
    differs, in a word, where the kind is too broad for people: "time", "colour".
    """

    kind: DifferenceKind
    draft: Span
    source: Span
    note: str
    compatible: bool = False
    aspect: str = ""

    @property
    def summary(self) -> str:
        """What differs, as a person reads it, and the note."""
        kind = "opposite" if self.kind is DifferenceKind.NEGATION else self.kind.value
        return f"{self.aspect or kind}: {self.note}"


class Fit(StrEnum):
    """How two values compare. ``INCOMPARABLE``: of different kinds, such as metres and euros."""

    EQUAL = "equal"
    COMPATIBLE = "compatible"
    CONTRADICTING = "apart"
    INCOMPARABLE = "alien"


@dataclass(frozen=True, slots=True)
class Mention(Generic[Value]):
    """A value in a text. ``context``: the stems of the content words near it with their distance (1 is adjacent)."""

    span: Span
    value: Value
    context: Mapping[str, int] = field(hash=False)
