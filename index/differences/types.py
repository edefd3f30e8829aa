"""What the difference engine says, and what it says it of."""

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
    """``draft`` and ``source`` are characters of the two texts as given; ``note`` tells a person what differs.

    ``compatible``: rounding, a range or "about" allows it; told, but not a difference that counts.
    """

    kind: DifferenceKind
    draft: Span
    source: Span
    note: str
    compatible: bool = False


class Fit(StrEnum):
    """How two values stand to each other. ``ALIEN``: they cannot be compared, such as metres and euros."""

    EQUAL = "equal"
    COMPATIBLE = "compatible"
    APART = "apart"
    ALIEN = "alien"


@dataclass(frozen=True, slots=True)
class Mention(Generic[Value]):
    """A value in a text. ``around``: the content words near it, with their distance (1 is next to it)."""

    span: Span
    value: Value
    around: Mapping[str, int] = field(hash=False)
