"""What a paragraph of a DOCX is by its style, and the number in front of it, which Word computes and never writes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from ingest.readers.office.archive import Element, kind_of, number_of, value_of
from ingest.readers.office.blocks import one_line

_DEPTHS = 9
_LEVELS = frozenset("012345678")  # 9 is body text
_LONGEST_STYLE_CHAIN = 20
_LONGEST_LABEL = 100
_MOST_LINKS = 5
_MOST_LETTERS = 780  # "zz…" thirty times; Word itself goes no further
_VALUES = (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1)
_NUMERALS = tuple(zip(_VALUES, ("M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I"), strict=True))
_PLACE = re.compile(r"%([1-9])")


@dataclass(frozen=True, slots=True)
class Style:
    """A paragraph style as its own definition has it. ``level`` is 0 where it says nothing of it; ``number`` names an
    instance of a list, "0" is none, and ``depth`` is the level in it from 0 on."""

    name: str = ""
    level: int = 0
    number: str = ""
    depth: int | None = None
    base: str = ""

    @property
    def is_numbered(self) -> bool:
        return self.number not in ("", "0")


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list as it is defined. ``restart``: after which level, from 1 on, it begins anew; 0 is never."""

    form: str = ""
    text: str = ""
    start: int = 0
    restart: int | None = None
    legal: bool = False
    style: str = ""


Levels = Mapping[int, Level]


@dataclass(frozen=True, slots=True)
class _Instance:
    """One use of a list: its levels with what is changed in them, and where it begins anew once by level."""

    of: str
    levels: Levels
    restarts: dict[int, int]


@dataclass(slots=True)
class Numbering:
    """The lists of a document and how far each is counted. All instances of a list are counted together. ``behind``:
    the list of an instance; ``links``: the instance that stands for a list which only names a numbering style."""

    lists: dict[str, Element] = field(default_factory=dict)
    nums: dict[str, Element] = field(default_factory=dict)
    behind: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    levels: dict[str, Levels] = field(default_factory=dict)
    instances: dict[str, _Instance] = field(default_factory=dict)
    counted: dict[str, dict[int, int]] = field(default_factory=dict)

    def depth(self, number: str, styles: tuple[str, ...]) -> int:
        """The level, from 0 on, that a list sets aside for one of these paragraph styles."""
        levels = self._instance(number).levels
        return next((depth for style in styles for depth, one in levels.items() if one.style == style), 0)

    def label(self, number: str, depth: int) -> str:
        """Counts one more paragraph and says what stands in front of it: "" for a bullet and for nothing."""
        use = self._instance(number)
        if depth not in use.levels:
            return ""
        counts = self.counted.setdefault(use.of, {})
        for above in range(depth):  # a level that was left out counts as if it had been there
            counts.setdefault(above, use.levels[above].start if above in use.levels else 1)
        following = counts[depth] + 1 if depth in counts else use.levels[depth].start
        counts[depth] = use.restarts.pop(depth, following)
        for deeper in range(depth + 1, _DEPTHS):
            if depth < _restart(use.levels.get(deeper), deeper):
                counts.pop(deeper, None)
        return _label(use.levels, depth, counts)

    def _instance(self, number: str) -> _Instance:
        if number not in self.instances:
            num = self.nums.get(number)
            of = self._list(number)
            levels, restarts = dict(self._levels(of)), dict[int, int]()
            for one in num.iterchildren("{*}lvlOverride") if num is not None else ():
                levels |= _levels(one)
                if start := _named(one, "startOverride"):
                    restarts[number_of(value_of(one, "ilvl"))] = number_of(start)
            self.instances[number] = _Instance(of, levels, restarts)
        return self.instances[number]

    def _list(self, number: str) -> str:
        name = self.behind.get(number, "")
        for _ in range(_MOST_LINKS):
            if name in self.links:
                name = self.behind.get(self.links[name], "")
        return name

    def _levels(self, name: str) -> Levels:
        if name not in self.levels:
            self.levels[name] = dict(_levels(self.lists[name])) if name in self.lists else {}
        return self.levels[name]


def numbering_of(roots: Iterable[Element], styles: Mapping[str, Style]) -> Numbering:
    found = Numbering()
    for root in roots:
        found.lists |= {value_of(one, "abstractNumId"): one for one in root.iterchildren("{*}abstractNum")}
        found.nums |= {value_of(one, "numId"): one for one in root.iterchildren("{*}num")}
    found.behind |= {name: _named(one, "abstractNumId") for name, one in found.nums.items()}
    named = ((name, styles.get(_named(one, "numStyleLink"))) for name, one in found.lists.items())
    found.links |= {name: style.number for name, style in named if style is not None}
    return found


def styles_of(roots: Iterable[Element]) -> dict[str, Style]:
    found = {}
    for root in roots:
        for style in root.iterchildren("{*}style"):
            base = next(style.iterchildren("{*}basedOn"), None)
            own = _own_style(next(style.iterchildren("{*}pPr"), None))
            label = next((value_of(one, "val") for one in style.iterchildren("{*}name")), "").casefold()
            named = number_of(label.removeprefix("heading ")) if label.startswith("heading ") else 0
            found[value_of(style, "styleId")] = replace(
                own, name=label, level=own.level or named, base=value_of(base, "val") if base is not None else ""
            )
    return found


def _own_style(properties: Element | None) -> Style:
    """What paragraph properties themselves say; ``name`` is the style's id here."""
    style = Style()
    for one in properties if properties is not None else ():
        kind = kind_of(one)
        if kind == "pStyle":
            style = replace(style, name=value_of(one, "val"))
        elif kind == "outlineLvl" and value_of(one, "val") in _LEVELS:
            style = replace(style, level=number_of(value_of(one, "val")) + 1)
        elif kind == "numPr":
            said = {kind_of(child): value_of(child, "val") for child in one}
            depth = int(said["ilvl"]) if said.get("ilvl") in _LEVELS else None
            style = replace(style, number=said.get("numId", ""), depth=depth)
    return style


def style_of(element: Element, styles: Mapping[str, Style], numbering: Numbering) -> Style:
    """What a paragraph is by its own properties, its style, and the styles that this is based on."""
    own = _own_style(next(element.iterchildren("{*}pPr"), None))
    says_level = own.level > 0
    at, name, chain = own.name, "", list[str]()
    for _ in range(_LONGEST_STYLE_CHAIN):
        style = styles.get(at)
        if style is None:
            break
        chain.append(at)
        name = name or style.name
        depth = style.depth if own.depth is None else own.depth
        own = replace(own, level=own.level or style.level, number=own.number or style.number, depth=depth)
        at = style.base
    if own.is_numbered and own.depth is None:
        own = replace(own, depth=numbering.depth(own.number, tuple(chain)))
    body_text = name.startswith(("toc ", "list ")) and not says_level
    return replace(own, name=name or own.name.casefold(), level=0 if body_text else own.level)


def _named(element: Element | None, kind: str) -> str:
    one = next(element.iterchildren("{*}" + kind), None) if element is not None else None
    return value_of(one, "val") if one is not None else ""


def _levels(element: Element) -> Iterator[tuple[int, Level]]:
    for one in element.iterchildren("{*}lvl"):
        depth = value_of(one, "ilvl")
        if depth in _LEVELS:
            said = {kind_of(child): value_of(child, "val") for child in one}
            level = Level(
                form=said.get("numFmt", "decimal"),
                text=said.get("lvlText", ""),
                start=number_of(said.get("start", "")),
                restart=number_of(said["lvlRestart"]) if "lvlRestart" in said else None,
                legal=said.get("isLgl", "0") not in ("0", "false", "off"),
                style=said.get("pStyle", ""),
            )
            yield int(depth), level


def _restart(level: Level | None, depth: int) -> int:
    """The level, from 1 on, up to which every paragraph lets this one begin anew."""
    return depth if level is None or level.restart is None else min(level.restart, depth)


def _label(levels: Levels, depth: int, counts: Mapping[int, int]) -> str:
    level = levels[depth]
    if level.form == "bullet" or len(level.text) > _LONGEST_LABEL:
        return ""

    def number(place: re.Match[str]) -> str:
        at = int(place[1]) - 1
        form = levels[at].form if at in levels and not level.legal else "decimal"
        return _FORMS.get(form, str)(counts[at]) if at in counts else ""

    return one_line(_PLACE.sub(number, level.text))[:_LONGEST_LABEL]


def _roman(number: int) -> str:
    """In Roman numerals, up to where these have signs."""
    if not 0 < number < 4000:
        return str(number)
    shown = ""
    for value, numeral in _NUMERALS:
        shown += numeral * (number // value)
        number %= value
    return shown


def _letters(number: int) -> str:
    """A to Z, then AA to ZZ with the same letter twice, as Word has it."""
    if not 0 < number <= _MOST_LETTERS:
        return str(number)
    return chr(ord("A") + (number - 1) % 26) * ((number - 1) // 26 + 1)


_FORMS: Mapping[str, Callable[[int], str]] = {
    "decimalZero": lambda number: f"{number:02d}",
    "upperRoman": _roman,
    "lowerRoman": lambda number: _roman(number).lower(),
    "upperLetter": _letters,
    "lowerLetter": lambda number: _letters(number).lower(),
    "none": lambda number: "",
}
