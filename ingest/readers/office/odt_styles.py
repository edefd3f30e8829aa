"""Finds how the text of an ODT is set where that changes its meaning: raised, lowered, hidden, or in a symbol font."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ingest.readers.office.archive import Element, kind_of, value_of

_MAX_STYLE_CHAIN = 20  # styles based on each other (a guess)


@dataclass(frozen=True, slots=True)
class TextFormat:
    """None for what is not stated. ``height``: 1 raised, -1 lowered, 0 on the line."""

    font: str | None = None
    height: int | None = None
    hidden: bool | None = None
    struck: bool | None = None

    def over(self, base: TextFormat) -> TextFormat:
        return TextFormat(
            base.font if self.font is None else self.font,
            base.height if self.height is None else self.height,
            base.hidden if self.hidden is None else self.hidden,
            base.struck if self.struck is None else self.struck,
        )


@dataclass(slots=True)
class TextStyles:
    """``own``: by family and name, the format that a style states and the name of the style that it is based on;
    ``default``: that of all paragraphs."""

    own: dict[tuple[str, str], tuple[TextFormat, str]] = field(default_factory=dict)
    default: TextFormat = TextFormat()

    def of(self, element: Element, around: TextFormat) -> TextFormat:
        """The format of the text in an element; ``around``: that of the text around it."""
        kind = kind_of(element)
        family = "text" if kind in ("span", "a") else "paragraph"
        return self.named(family, value_of(element, "style-name")).over(around)

    def named(self, family: str, name: str) -> TextFormat:
        """The format of a style and of those that it is based on; it states nothing where there is no such style."""
        result = TextFormat()
        for _ in range(_MAX_STYLE_CHAIN):
            own, name = self.own.get((family, name), (TextFormat(), ""))
            result = result.over(own)
        return result


def text_styles_of(roots: Iterable[Element]) -> TextStyles:
    """The formats of text that the styles of these parts define, the common ones first."""
    styles = TextStyles()
    for root in roots:
        fonts = {value_of(face, "name"): _family(face) for face in root.iter("{*}font-face")}
        for style in root.iter("{*}style", "{*}default-style"):
            texts = (_format_of(properties, fonts) for properties in style.iterchildren("{*}text-properties"))
            own = next(texts, TextFormat())
            if kind_of(style) == "default-style":
                styles.default = own if value_of(style, "family") == "paragraph" else styles.default
            else:
                key = value_of(style, "family") or "paragraph", value_of(style, "name")
                styles.own[key] = own, value_of(style, "parent-style-name")
    return styles


def _format_of(properties: Element, fonts: dict[str, str]) -> TextFormat:
    position = value_of(properties, "text-position").split()
    name = value_of(properties, "font-name")
    family = fonts.get(name, name) or value_of(properties, "font-family").strip("'\"")
    display = value_of(properties, "display")
    lines = [line for name in ("style", "type") if (line := value_of(properties, f"text-line-through-{name}"))]
    return TextFormat(
        family or None,
        _height(position[0]) if position else None,
        display == "none" if display else None,
        lines[0] != "none" if lines else None,
    )


def _family(face: Element) -> str:
    """The name of a font by which its glyphs can be looked up."""
    return value_of(face, "font-family").strip("'\"") or value_of(face, "name")


def _height(position: str) -> int:
    """1, -1 or 0 for "super", "sub", "33%", "-33%" and "0%"."""
    if position in ("super", "sub"):
        return 1 if position == "super" else -1
    digits = position.removesuffix("%").removeprefix("+")
    return -1 if digits.startswith("-") else int(any(digit in "123456789" for digit in digits))


def title_styles(roots: Iterable[Element]) -> frozenset[str]:
    """The names of the styles that a title is set in: "Title" and the styles based on it."""
    return frozenset(("Title", *_based_on_title(roots)))


def _based_on_title(roots: Iterable[Element]) -> Iterator[str]:
    for root in roots:
        for style in root.iter("{*}style"):
            if value_of(style, "parent-style-name") == "Title":
                yield value_of(style, "name")
