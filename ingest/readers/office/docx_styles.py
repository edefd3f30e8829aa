"""Finds a DOCX paragraph's style and heading level, and computes the number in front of it, which Word never stores."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from ingest.readers.office.archive import Element, kind_of, number_of, value_of
from ingest.readers.office.counting import FORMS
from ingest.readers.office.properties import one_line

_LIST_LEVELS = 9
_LEVELS = frozenset("012345678")  # 9 is body text
_MAX_STYLE_CHAIN = 20  # styles based on each other (a guess)
_MAX_LABEL = 100  # characters of the number in front of a paragraph (a guess)
_MAX_LINKS = 5  # lists that refer to each other (a guess)
_PLACEHOLDER = re.compile(r"%([1-9])")


@dataclass(frozen=True, slots=True)
class Style:
    """A paragraph style as its own definition has it.

    ``level``: the heading level from 1, 0 when not defined; ``number``: the id of a list instance, "0" for no list;
    ``depth``: the level in that list from 0; ``base``: the id of the style that this one is based on.
    """

    name: str = ""
    level: int = 0
    number: str = ""
    depth: int | None = None
    base: str = ""

    @property
    def is_numbered(self) -> bool:
        return self.number not in ("", "0")


@dataclass(frozen=True, slots=True)
class ListLevel:
    """The definition of one level of a list.

    ``restart``: the count restarts after a paragraph of this level (from 1) or above, 0 for never; ``legal``: numbers
    of all levels are shown in digits; ``style``: the paragraph style that the level belongs to.
    """

    form: str = ""
    text: str = ""
    start: int = 0
    restart: int | None = None
    legal: bool = False
    style: str = ""


Levels = Mapping[int, ListLevel]


@dataclass(frozen=True, slots=True)
class _Instance:
    """One use of a list: its levels with their overrides, and the numbers at which levels restart once."""

    list_id: str
    levels: Levels
    restarts: dict[int, int]


@dataclass(slots=True)
class Numbering:
    """The lists of a document and their current counts. All instances of a list are counted together.

    ``lists`` and ``nums``: the definitions of lists and instances by id; ``list_ids``: the list of each instance;
    ``links``: for a list that only names a numbering style, the instance to use; ``counts``: by list and level.
    """

    lists: dict[str, Element] = field(default_factory=dict)
    nums: dict[str, Element] = field(default_factory=dict)
    list_ids: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    levels: dict[str, Levels] = field(default_factory=dict)
    instances: dict[str, _Instance] = field(default_factory=dict)
    counts: dict[str, dict[int, int]] = field(default_factory=dict)

    def depth(self, number: str, styles: tuple[str, ...]) -> int:
        """The level, from 0, that a list reserves for the first of these paragraph styles that it knows; else 0."""
        levels = self._instance(number).levels
        return next((depth for style in styles for depth, level in levels.items() if level.style == style), 0)

    def label(self, number: str, depth: int) -> str:
        """Counts one more paragraph and returns the number in front of it, "" for a bullet and for an unknown level."""
        instance = self._instance(number)
        if depth not in instance.levels:
            return ""
        counts = self.counts.setdefault(instance.list_id, {})
        for above in range(depth):  # a level that was skipped counts as if it had been used
            counts.setdefault(above, instance.levels[above].start if above in instance.levels else 1)
        following = counts[depth] + 1 if depth in counts else instance.levels[depth].start
        counts[depth] = instance.restarts.pop(depth, following)
        for deeper in range(depth + 1, _LIST_LEVELS):
            if depth < _restart(instance.levels.get(deeper), deeper):
                counts.pop(deeper, None)
        return _label(instance.levels, depth, counts)

    def _instance(self, number: str) -> _Instance:
        if number not in self.instances:
            num = self.nums.get(number)
            list_id = self._list_id(number)
            levels, restarts = dict(self._levels(list_id)), dict[int, int]()
            for override in num.iterchildren("{*}lvlOverride") if num is not None else ():
                levels |= _levels(override)
                if start := _child_value(override, "startOverride"):
                    restarts[number_of(value_of(override, "ilvl"))] = number_of(start)
            self.instances[number] = _Instance(list_id, levels, restarts)
        return self.instances[number]

    def _list_id(self, number: str) -> str:
        """The list of an instance, through links to numbering styles; "" when there is none."""
        list_id = self.list_ids.get(number, "")
        for _ in range(_MAX_LINKS):
            if list_id in self.links:
                list_id = self.list_ids.get(self.links[list_id], "")
        return list_id

    def _levels(self, list_id: str) -> Levels:
        if list_id not in self.levels:
            self.levels[list_id] = dict(_levels(self.lists[list_id])) if list_id in self.lists else {}
        return self.levels[list_id]


def numbering_of(roots: Iterable[Element], styles: Mapping[str, Style]) -> Numbering:
    """The lists that the numbering parts define, nothing counted yet."""
    numbering = Numbering()
    for root in roots:
        numbering.lists |= {value_of(item, "abstractNumId"): item for item in root.iterchildren("{*}abstractNum")}
        numbering.nums |= {value_of(num, "numId"): num for num in root.iterchildren("{*}num")}
    numbering.list_ids |= {number: _child_value(num, "abstractNumId") for number, num in numbering.nums.items()}
    linked = ((list_id, styles.get(_child_value(item, "numStyleLink"))) for list_id, item in numbering.lists.items())
    numbering.links |= {list_id: style.number for list_id, style in linked if style is not None}
    return numbering


def styles_of(roots: Iterable[Element]) -> dict[str, Style]:
    """The paragraph styles that the style parts define, by id; names are case-folded."""
    styles = {}
    for root in roots:
        for element in root.iterchildren("{*}style"):
            base = next(element.iterchildren("{*}basedOn"), None)
            style = _direct_style(next(element.iterchildren("{*}pPr"), None))
            name = next((value_of(child, "val") for child in element.iterchildren("{*}name")), "").casefold()
            level = number_of(name.removeprefix("heading ")) if name.startswith("heading ") else 0
            styles[value_of(element, "styleId")] = replace(
                style, name=name, level=style.level or level, base=value_of(base, "val") if base is not None else ""
            )
    return styles


def _direct_style(properties: Element | None) -> Style:
    """The style that paragraph properties state themselves; here ``name`` is the id of the style that they refer to."""
    style = Style()
    for element in properties if properties is not None else ():
        kind = kind_of(element)
        if kind == "pStyle":
            style = replace(style, name=value_of(element, "val"))
        elif kind == "outlineLvl" and value_of(element, "val") in _LEVELS:
            style = replace(style, level=number_of(value_of(element, "val")) + 1)
        elif kind == "numPr":
            values = _child_values(element)
            depth = int(values["ilvl"]) if values.get("ilvl") in _LEVELS else None
            style = replace(style, number=values.get("numId", ""), depth=depth)
    return style


def style_of(element: Element, styles: Mapping[str, Style], numbering: Numbering) -> Style:
    """A paragraph's style: its own properties first, then its style and the styles that this is based on."""
    result = _direct_style(next(element.iterchildren("{*}pPr"), None))
    states_level = result.level > 0
    style_id, name, chain = result.name, "", list[str]()
    for _ in range(_MAX_STYLE_CHAIN):
        style = styles.get(style_id)
        if style is None:
            break
        chain.append(style_id)
        name = name or style.name
        depth = style.depth if result.depth is None else result.depth
        result = replace(result, level=result.level or style.level, number=result.number or style.number, depth=depth)
        style_id = style.base
    if result.is_numbered and result.depth is None:
        result = replace(result, depth=numbering.depth(result.number, tuple(chain)))
    is_body_text = name.startswith(("toc ", "list ")) and not states_level
    return replace(result, name=name or result.name.casefold(), level=0 if is_body_text else result.level)


def _child_value(element: Element | None, kind: str) -> str:
    """The value of the first child of this kind, "" when there is none."""
    child = next(element.iterchildren("{*}" + kind), None) if element is not None else None
    return value_of(child, "val") if child is not None else ""


def _child_values(element: Element) -> dict[str, str]:
    """The values of all children by their kinds."""
    return {kind_of(child): value_of(child, "val") for child in element}


def _levels(element: Element) -> Iterator[tuple[int, ListLevel]]:
    """The levels that a list or an override defines, with their depths from 0."""
    for definition in element.iterchildren("{*}lvl"):
        depth = value_of(definition, "ilvl")
        if depth in _LEVELS:
            values = _child_values(definition)
            level = ListLevel(
                form=values.get("numFmt", "decimal"),
                text=values.get("lvlText", ""),
                start=number_of(values.get("start", "")),
                restart=number_of(values["lvlRestart"]) if "lvlRestart" in values else None,
                legal=values.get("isLgl", "0") not in ("0", "false", "off"),
                style=values.get("pStyle", ""),
            )
            yield int(depth), level


def _restart(level: ListLevel | None, depth: int) -> int:
    """The level, from 1: a paragraph of this level or above makes the level ``depth`` restart."""
    return depth if level is None or level.restart is None else min(level.restart, depth)


def _label(levels: Levels, depth: int, counts: Mapping[int, int]) -> str:
    """The number in front of a paragraph: the text of its level with the placeholders %1 to %9 filled in."""
    level = levels[depth]
    if level.form == "bullet" or len(level.text) > _MAX_LABEL:
        return ""

    def number(match: re.Match[str]) -> str:
        shown = int(match[1]) - 1
        form = levels[shown].form if shown in levels and not level.legal else "decimal"
        return _FORMS.get(form, str)(counts[shown]) if shown in counts else ""

    return one_line(_PLACEHOLDER.sub(number, level.text))[:_MAX_LABEL]


_FORMS: Mapping[str, Callable[[int], str]] = {
    "decimalZero": lambda number: f"{number:02d}",
    "upperRoman": FORMS["I"],
    "lowerRoman": FORMS["i"],
    "upperLetter": FORMS["A"],
    "lowerLetter": FORMS["a"],
    "none": lambda number: "",
}
