"""What the style of an element of a book or a page says that changes its text: hidden, struck out, raised or lowered,
in a symbol font.

Of a style sheet only rules for a kind of element, a class, or both are known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from ingest.readers.office.archive import Element, kind_of

_MAX_SHEET = 1_000_000  # characters of a style sheet that are looked at (a guess)
_MAX_DECLARATIONS = 2_000  # characters of a rule among which a font is looked for (a guess)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_SELECTOR = re.compile(r"([a-z][a-z0-9]*)?(?:\.([\w-]+))?", re.IGNORECASE)
_DECLARATION = re.compile(
    r"(?:^|;)\s*(display|visibility|vertical-align|font-variant-position|position|top|bottom|text-decoration(?:-line)?)"
    r"\s*:\s*([+-]?[\w.%-]+)",
    re.I,
)
_FONT = re.compile(r"""(?:^|;)\s*font-family\s*:\s*["']?([^;,"']{1,80})""", re.I)
_LENGTH = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+))(em|rem|ex|%|px|pt)")
# From these lengths on, a shift sets characters above or below the line (guesses).
_SHIFTS = {"em": 0.15, "rem": 0.15, "ex": 0.3, "%": 15, "px": 2, "pt": 2}
_HIDDEN = frozenset((("display", "none"), ("visibility", "hidden")))
_HEIGHTS = {"super": 1, "sub": -1, "baseline": 0, "normal": 0}

STRUCK = frozenset(("del", "s", "strike"))
"""Kinds of elements whose text was deleted, or has a line through it."""

Selector = tuple[str, str]
"""A kind of element and a class; "" for any."""


@dataclass(frozen=True, slots=True)
class Look:
    """``height``: 1 for raised, -1 for lowered, 0 for on the line; ``font``: the first that is named.
    None where nothing is said."""

    hidden: bool | None = None
    height: int | None = None
    struck: bool | None = None
    font: str | None = None

    def over(self, other: Look) -> Look:
        return Look(
            other.hidden if self.hidden is None else self.hidden,
            other.height if self.height is None else self.height,
            other.struck if self.struck is None else self.struck,
            other.font if self.font is None else self.font,
        )


@dataclass(slots=True)
class Looks:
    """The rules of the style sheets of a book that say something of this kind."""

    rules: dict[Selector, Look] = field(default_factory=dict)

    def add(self, sheet: str) -> None:
        """Takes the rules of a style sheet; a later rule wins over an earlier one."""
        for selector, look in _rules(sheet):
            self.rules[selector] = look.over(self.rules.get(selector, Look()))

    def of(self, element: Element) -> Look:
        """The look of an element: its own style, else that of its classes, else that of its kind.

        What is marked up as raised stays so: sheets set it on the line and then shift it.
        """
        kind = kind_of(element)
        look = Look(height={"sup": 1, "sub": -1}.get(kind)).over(_look_of(element.get("style") or ""))
        classes = (element.get("class") or "").split()
        for selector in (*((kind, name) for name in classes), *(("", name) for name in classes), (kind, "")):
            look = look.over(self.rules.get(selector, Look()))
        face = element.get("face") if kind == "font" else None
        return look.over(Look(hidden=element.get("hidden") is not None, struck=kind in STRUCK, font=face))


def _rules(sheet: str) -> Iterator[tuple[Selector, Look]]:
    """The rules of a sheet that are known; those inside @media and the like hold for other readers, and are left."""
    depth, selectors = 0, ""
    pieces = re.split(r"([{}])", _COMMENT.sub(" ", sheet[:_MAX_SHEET]))
    for text, brace in pairwise(pieces):
        if brace == "{":
            depth, selectors = depth + 1, selectors if depth else text
        elif brace == "}":
            if depth == 1 and (look := _look_of(text)) != Look():
                yield from ((selector, look) for selector in _selectors(selectors))
            depth = max(0, depth - 1)


def _selectors(text: str) -> Iterator[Selector]:
    """Those of a list of selectors that are known."""
    for part in text.rpartition(";")[2].split(","):
        match = _SELECTOR.fullmatch(part.strip())
        if match and match[0]:
            yield (match[1] or "").lower(), match[2] or ""


def _look_of(declarations: str) -> Look:
    stated = [(name.lower(), value.lower()) for name, value in _DECLARATION.findall(declarations)]
    heights = [_HEIGHTS[value] for name, value in stated if name.endswith(("align", "position")) and value in _HEIGHTS]
    heights += [height for name, value in stated if name == "vertical-align" and (height := _shift(value))]
    if ("position", "relative") in stated:
        heights += [height for name, value in stated if name == "bottom" and (height := _shift(value))]
        heights += [-height for name, value in stated if name == "top" and (height := _shift(value))]
    shown = [pair in _HIDDEN for pair in stated if pair[0] in ("display", "visibility")]
    lines = [value == "line-through" for name, value in stated if name.startswith("text-decoration")]
    fonts = _FONT.findall(declarations[:_MAX_DECLARATIONS])
    return Look(
        any(shown) if shown else None,
        heights[-1] if heights else None,
        any(lines) if lines else None,
        fonts[-1].strip() if fonts else None,
    )


def _shift(length: str) -> int:
    """1 for a length upwards, -1 for one downwards, 0 for one that is too small to be seen, or is no length."""
    match = _LENGTH.fullmatch(length)
    value = float(match[1]) if match else 0.0
    return 0 if match is None or abs(value) < _SHIFTS[match[2]] else 1 if value > 0 else -1
