"""Follows the fields of a DOCX paragraph: a field SYMBOL or EQ keeps what it shows in its instruction alone."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ingest.readers.office.archive import Element, kind_of, value_of
from ingest.readers.office.symbol_fonts import UNREADABLE, symbol_field
from ingest.readers.office.unread import FORMULA, Unread

_EQUATION = re.compile(r"\s*EQ\s", re.IGNORECASE)


@dataclass(slots=True)
class _Open:
    """A field that has begun. ``start``: the number of pieces of text before its result; None before that begins."""

    instruction: list[str] = field(default_factory=list)
    start: int | None = None


@dataclass(slots=True)
class Fields:
    """The fields that are open in a paragraph, the innermost last."""

    unread: Unread
    open: list[_Open] = field(default_factory=list)

    def shown(self, element: Element, pieces: int) -> str:
        """The text that a field shows and does not hold as text; "" mostly. ``pieces``: those of the text so far."""
        kind, mark = kind_of(element), value_of(element, "fldCharType")
        if kind == "instrText" and self.open:
            self.open[-1].instruction.append(element.text or "")
        elif kind == "fldSimple" and not any(True for _ in element.iter("{*}t", "{*}sym")):
            return self._result(value_of(element, "instr"))
        elif mark == "begin":
            self.open.append(_Open())
        elif mark == "separate" and self.open:
            self.open[-1].start = pieces
        elif mark == "end" and self.open:
            closed = self.open.pop()
            return self._result("".join(closed.instruction)) if closed.start in (None, pieces) else ""
        return ""

    def _result(self, instruction: str) -> str:
        symbol = symbol_field(instruction)
        if symbol is not None:
            return self.unread.decoded(*symbol)
        if _EQUATION.match(instruction):
            self.unread.things[FORMULA] += 1
            return UNREADABLE
        return ""
