"""Builds a formula of RTF as the element that Word writes for it in DOCX: the words are the same, behind an m."""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree

from index.text.escaping import terminal_line
from ingest.readers.office.archive import Element
from ingest.readers.office.formula import formula_text

_DEEPEST = 200  # groups; what is nested deeper becomes part of the group around it (a guess)


@dataclass(slots=True)
class Formula:
    """``depth``: the number of groups around it; ``open``: the element of each of its own, the innermost last;
    ``is_fresh``: True where the next word names the group."""

    depth: int
    root: Element = field(default_factory=lambda: etree.Element("oMath"))
    open: list[Element] = field(default_factory=list)
    is_fresh: bool = False

    @property
    def _last(self) -> Element:
        return self.open[-1] if self.open else self.root

    def begin(self) -> None:
        self.open.append(self._last)
        self.is_fresh = True

    def end(self) -> None:
        self.is_fresh = False
        if self.open:
            self.open.pop()

    def names(self, word: str) -> bool:
        """Takes the word that names a group; False for any other."""
        is_fresh, self.is_fresh = self.is_fresh, False
        is_name = is_fresh and word.startswith("m") and len(word) > 1
        if is_name and len(self.open) < _DEEPEST:
            self.open[-1] = etree.SubElement(self._last, word[1:])
        return is_name

    def add(self, text: str) -> None:
        self._last.text = (self._last.text or "") + terminal_line(text)  # a control sign is no XML

    def line(self) -> str:
        """The formula on one line; the text of a property is its value."""
        for element in list(self.root.iter()):
            if element.tag in ("r", "oMath"):
                text = etree.Element("t")
                text.text, element.text = element.text, None
                element.insert(0, text)
            elif element.text:
                element.set("val", element.text.strip())
        return formula_text(self.root, lambda leaf: leaf.text or "")
