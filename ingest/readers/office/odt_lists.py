"""The numbers and bullets of lists in OpenDocument texts, which the file never stores."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from ingest.readers.office.archive import Element, number_of, value_of
from ingest.readers.office.counting import FORMS
from ingest.readers.office.properties import one_line

BULLET = "-"
_MAX_LABEL = 100  # characters (a guess)


@dataclass(eq=False, slots=True)
class OpenList:
    """A list, or a list inside one of its items. ``level``: from 1; ``count``: of its items so far."""

    style: str
    level: int
    outer: OpenList | None
    count: int = 0


@dataclass(slots=True)
class Lists:
    """``levels``: of each list style its levels; ``ends``: the last number of each list, by its id and its style."""

    levels: dict[str, dict[int, Element]] = field(default_factory=dict)
    ends: dict[tuple[str, int], int] = field(default_factory=dict)

    def open(self, element: Element, outer: OpenList | None) -> OpenList:
        style = value_of(element, "style-name") or (outer.style if outer else "")
        level = outer.level + 1 if outer else 1
        continues = value_of(element, "continue-list") or (
            style if value_of(element, "continue-numbering") == "true" else ""
        )
        definition = self._level(style, level)
        first = number_of(value_of(definition, "start-value")) or 1 if definition is not None else 1
        return OpenList(style, level, outer, self.ends.get((continues, level), first - 1))

    def mark(self, item: Element, within: OpenList) -> str:
        """Counts one more item and gives what stands in front of it."""
        start = value_of(item, "start-value")
        within.count = number_of(start) if start else within.count + 1
        for name in filter(None, (_id_of(item.getparent()), within.style)):
            self.ends[name, within.level] = within.count
        level = self._level(within.style, within.level)
        if level is None or not value_of(level, "num-format"):
            return BULLET
        numbers = self._numbers(within, number_of(value_of(level, "display-levels")) or 1)
        return one_line(f"{value_of(level, 'num-prefix')}{numbers}{value_of(level, 'num-suffix')}")[:_MAX_LABEL]

    def _numbers(self, within: OpenList, shown: int) -> str:
        """The number of an item with those of the ``shown`` - 1 items around it, as in 2.1."""
        parts: list[str] = []
        current: OpenList | None = within
        while current is not None and len(parts) < shown:
            level = self._level(current.style, current.level)
            form = value_of(level, "num-format") if level is not None else ""
            parts.append(FORMS.get(form, str)(current.count))
            current = current.outer
        return ".".join(reversed(parts))

    def _level(self, style: str, level: int) -> Element | None:
        return self.levels.get(style, {}).get(level)


def _id_of(element: Element | None) -> str:
    return value_of(element, "id") if element is not None else ""


def lists_of(roots: Iterable[Element]) -> Lists:
    """The lists that the styles of these parts define, nothing counted yet."""
    lists = Lists()
    for root in roots:
        for style in root.iter("{*}list-style"):
            levels = {number_of(value_of(level, "level")): level for level in style}
            lists.levels[value_of(style, "name")] = levels
    return lists
