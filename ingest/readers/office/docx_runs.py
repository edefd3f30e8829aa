"""Finds what a DOCX run looks like where that changes its meaning: raised, lowered, hidden, or in a symbol font."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields

from ingest.readers.office.archive import Element, kind_of, value_of

_MAX_STYLE_CHAIN = 20  # styles based on each other (a guess)
_OFF = ("0", "false", "off")
_HEIGHTS = {"superscript": 1, "subscript": -1, "baseline": 0}


@dataclass(frozen=True, slots=True)
class RunFormat:
    """How a run is set; None for what is not stated.

    ``struck``: with a line through it;
    ``font``: of plain ASCII; ``wide_font``: of other characters; ``height``: 1 raised, -1 lowered, 0 on the line;
    ``shift``: upwards, in half points; ``size``: in half points; ``hidden``: not shown at all.
    """

    font: str | None = None
    wide_font: str | None = None
    height: int | None = None
    shift: int | None = None
    size: int | None = None
    hidden: bool | None = None
    struck: bool | None = None

    def over(self, base: RunFormat) -> RunFormat:
        """This format, and what it does not state as ``base`` states it."""
        names = (name.name for name in fields(RunFormat))
        values = ((getattr(self, name), getattr(base, name)) for name in names)
        return RunFormat(*(other if own is None else own for own, other in values))

    def height_over(self, paragraph: RunFormat) -> int:
        """1, 0 or -1. Small type that is shifted up or down counts, shifted type of full size does not."""
        is_small = self.size is not None and self.size < (paragraph.size or _DEFAULT_SIZE)
        if self.height is None and is_small and self.shift:
            return 1 if self.shift > 0 else -1
        return self.height or 0


_PLAIN = RunFormat()
_DEFAULT_SIZE = 20  # half points: what Word takes where nothing is stated


@dataclass(slots=True)
class RunStyles:
    """The formats that styles give to runs. ``own``: by style id, with the style that each is based on; ``default``:
    that of the document; ``normal``: the id of the default paragraph style."""

    own: dict[str, tuple[RunFormat, str]] = field(default_factory=dict)
    default: RunFormat = _PLAIN
    normal: str = ""
    known: dict[str, RunFormat] = field(default_factory=dict)

    def of_paragraph(self, paragraph: Element) -> RunFormat:
        style = next((value_of(child, "val") for child in paragraph.iterfind("{*}pPr/{*}pStyle")), self.normal)
        return self._of_style(style).over(self.default)

    def of_run(self, run: Element, paragraph: RunFormat) -> RunFormat:
        properties = next(run.iterchildren("{*}rPr"), None)
        if properties is None:
            return paragraph
        style = next((value_of(child, "val") for child in properties.iterchildren("{*}rStyle")), "")
        return _direct(properties).over(self._of_style(style)).over(paragraph)

    def _of_style(self, style: str) -> RunFormat:
        """The format of a style with those that it is based on."""
        if style not in self.known:
            result, base = _PLAIN, style
            for _ in range(_MAX_STYLE_CHAIN):
                own, base = self.own.get(base, (_PLAIN, ""))
                result = result.over(own)
            self.known[style] = result
        return self.known[style]


def run_styles_of(roots: Iterable[Element]) -> RunStyles:
    """The formats of runs that the style parts define."""
    styles = RunStyles()
    for root in roots:
        for properties in root.iterfind("{*}docDefaults/{*}rPrDefault/{*}rPr"):
            styles.default = _direct(properties)
        for style in root.iterchildren("{*}style"):
            children = {kind_of(child): child for child in style}
            own = _direct(children["rPr"]) if "rPr" in children else _PLAIN
            base = value_of(children["basedOn"], "val") if "basedOn" in children else ""
            styles.own[value_of(style, "styleId")] = own, base
            if value_of(style, "type") == "paragraph" and value_of(style, "default") in ("1", "true", "on"):
                styles.normal = value_of(style, "styleId")
    return styles


def _direct(properties: Element) -> RunFormat:
    """The format that run properties state themselves."""
    stated = {kind_of(child): child for child in properties}
    values = {kind: value_of(child, "val") for kind, child in stated.items()}
    hidden, struck = (_flag(values, *kinds) for kinds in (("vanish",), ("strike", "dstrike")))
    font, wide_font = _fonts(stated["rFonts"]) if "rFonts" in stated else (None, None)
    return RunFormat(
        font,
        wide_font,
        _HEIGHTS.get(values.get("vertAlign", "")),
        _half_points(values, "position"),
        _half_points(values, "sz"),
        hidden,
        struck,
    )


def _flag(values: Mapping[str, str], *kinds: str) -> bool | None:
    """Whether one of these properties is on; None where none is stated."""
    stated = [values[kind] not in _OFF for kind in kinds if kind in values]
    return any(stated) if stated else None


def _fonts(fonts: Element) -> tuple[str | None, str | None]:
    """The fonts of ASCII and of other characters. A font of the theme, which is never a symbol font, wins."""
    ascii_font, wide_font = (
        "" if value_of(fonts, f"{name}Theme") else value_of(fonts, name) or None for name in ("ascii", "hAnsi")
    )
    return ascii_font, wide_font


def _half_points(values: Mapping[str, str], kind: str) -> int | None:
    digits = values.get(kind, "").removesuffix("pt")
    is_number = digits.removeprefix("-").isascii() and digits.removeprefix("-").isdigit() and len(digits) < 6
    return int(digits) if is_number else None
