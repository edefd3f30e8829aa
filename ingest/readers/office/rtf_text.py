"""Reads the text of an RTF file off its control words: which group it stands in, how it is set and in which code page.

Groups that are not known are left out when the file marks them as optional, as the format demands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from ingest.readers.office.formula import spaced
from ingest.readers.office.properties import struck_out
from ingest.readers.office.rtf_fonts import Fonts, encoding_of
from ingest.readers.office.rtf_formula import Formula
from ingest.readers.office.rtf_words import (
    APART,
    BREAKS,
    CHARACTERS,
    IN_CELL,
    LEVEL,
    MARKER,
    MARKER_END,
    MARKERS,
    SIGNS,
    SKIPPED,
    TRANSPARENT,
)
from ingest.readers.office.runs import Run, joined
from ingest.readers.office.symbol_fonts import UNREADABLE, symbol_field
from ingest.readers.office.unread import EMBEDDED, FORMULA, Unread

_TOKEN = re.compile(
    r"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\(.)|([{}])|([^\\{}\r\n]+)|[\r\n]+|\\", re.DOTALL
)
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f]")
_LEVELS = 9  # outline levels from 0; 9 is body text
_HEIGHTS = {"super": 1, "sub": -1, "up": 1, "dn": -1}
_ENCODINGS = {"mac": "mac_roman", "pc": "cp437", "pca": "cp850"}
_FORMULA_PROGRAMS = ("equation", "mathtype")


@dataclass(frozen=True, slots=True)
class _Group:
    """How text is set at this point.

    ``runs``: where it goes, None for nowhere; ``kind``: of the group, where it has a meaning of its own; ``skip``: the
    characters after \\u for old programs; ``outer``: ``runs`` around a group \\upr.
    """

    runs: list[Run] | None
    kind: str = ""
    font: int = 0
    height: int = 0
    is_hidden: bool = False
    is_deleted: bool = False
    is_struck: bool = False
    in_table: bool = False
    skip: int = 1
    outer: list[Run] | None = None


@dataclass(slots=True)
class _Field:
    """A field that is open. ``depth``: of its group; ``start``: the number of runs before it."""

    depth: int
    start: int
    instruction: str = ""


@dataclass(slots=True)
class RtfText:
    """``texts``: the runs of each text by the list that it belongs to; the only one of "body" is the text itself;
    ``formula``: the one that is open."""

    unread: Unread
    fonts: Fonts
    texts: dict[str, list[list[Run]]] = field(default_factory=dict)
    group: _Group = field(default_factory=lambda: _Group(None))
    stack: list[_Group] = field(default_factory=list)
    fields: list[_Field] = field(default_factory=list)
    pending: bytearray = field(default_factory=bytearray)
    default_font: int = 0
    to_skip: int = 0
    is_optional: bool = False
    formula: Formula | None = None

    def read(self, raw: str) -> None:
        """Takes a file, its bytes as characters."""
        self.group = _Group(self._new("body"))
        position = 0
        while match := _TOKEN.match(raw, position):
            position = match.end()
            word, number, byte, sign, brace, text = match.groups()
            if text or byte:
                self._add_bytes(text.encode("latin-1") if text else bytes.fromhex(byte))
                continue
            if self.pending:
                self._flush()
            if word == "bin":
                position += max(0, int(number or 0))
            elif word:
                self._word(word, None if number is None else int(number))
            elif brace == "{":
                self._begin()
            elif brace == "}" and not self._close():
                break
            elif sign:
                self._sign(sign)
        self._flush()

    def plain(self, kind: str) -> list[str]:
        """The texts of a list; surrogates joined, those without a partner replaced."""
        texts = (joined(runs) for runs in self.texts.get(kind, ()))
        return [text.encode("utf-16", "surrogatepass").decode("utf-16", "replace") for text in texts]

    def _new(self, kind: str) -> list[Run]:
        runs: list[Run] = []
        self.texts.setdefault(kind, []).append(runs)
        return runs

    def _add_bytes(self, data: bytes) -> None:
        skipped = min(self.to_skip, len(data))
        self.to_skip -= skipped
        self.is_optional = False
        if self.group.runs is not None or self.group.kind == "fonttbl":
            self.pending += data[skipped:]

    def _flush(self) -> None:
        """Adds the bytes so far, which are set in one way, to their text."""
        if not self.pending:
            return
        data, self.pending = bytes(self.pending), bytearray()
        if self.group.kind == "fonttbl":
            self.fonts.name(data.decode("latin-1"))
        else:
            self._add(_CONTROLS.sub(" ", self._fonts().decoded(data, self.group.font)))

    def _fonts(self) -> Fonts:
        """The fonts; the glyph of a bullet is no text, so that it does no harm when it cannot be read."""
        return replace(self.fonts, unread=Unread()) if self.group.kind in MARKERS else self.fonts

    def _add(self, text: str) -> None:
        group = self.group
        if not text or group.runs is None or group.is_hidden:
            return
        if group.is_deleted or group.is_struck:
            self._new("left out").extend((line, 0) for line in struck_out(text))
            return
        if self.formula:
            self.formula.add(text)
        else:
            group.runs.append((text, group.height))

    def _begin(self) -> None:
        self.stack.append(self.group)
        self.to_skip = 0
        if self.formula:
            self.formula.begin()

    def _end_formula(self) -> None:
        """Ends a group of a formula; after the last one the formula is added to the text."""
        if self.formula and self.formula.depth <= len(self.stack):
            self.formula.end()
        elif self.formula:
            line, self.formula = self.formula.line(), None
            runs = self.group.runs
            before = runs[-1][0][-1:] if runs else ""
            self._add(spaced(before, line)[len(before) :])

    def _close(self) -> bool:
        """Ends the current group; False when that was the last one."""
        if not self.stack:
            return False
        closed, self.group = self.group, self.stack.pop()
        self.to_skip = 0
        self._end_formula()
        if closed.kind != self.group.kind or closed.runs is not self.group.runs:
            self._end(closed)
        if self.fields and self.fields[-1].depth > len(self.stack):
            self._end_field(self.fields.pop())
        return bool(self.stack)

    def _end(self, closed: _Group) -> None:
        """Takes what a group with a meaning of its own has gathered."""
        text = joined(closed.runs or ()) if closed.kind in (*MARKERS, "fldinst", "objclass") else ""
        if closed.kind in MARKERS:
            self._add(f"{MARKER}{text}{MARKER_END}")
        elif closed.kind == "fldinst" and self.fields:
            self.fields[-1].instruction = text
        elif closed.kind == "objclass":
            is_formula = text.casefold().startswith(_FORMULA_PROGRAMS)
            self.unread.things[FORMULA if is_formula else EMBEDDED] += 1
            self._add(UNREADABLE if is_formula else "")

    def _end_field(self, field: _Field) -> None:
        """Adds the glyph of a field SYMBOL that keeps no result."""
        runs, symbol = self.group.runs, symbol_field(field.instruction)
        if symbol is not None and runs is not None and len(runs) == field.start:
            self._add(self.unread.decoded(*symbol))

    def _sign(self, sign: str) -> None:
        self.to_skip = 0
        if sign == "*":
            self.is_optional = True
        elif sign in "\r\n":
            self._break()
        else:
            self._add(SIGNS.get(sign, ""))

    def _break(self) -> None:
        self._add(IN_CELL if self.group.in_table else "\n")

    def _word(self, word: str, number: int | None) -> None:
        self.to_skip = 0
        is_optional, self.is_optional = self.is_optional, False
        if word in APART or word in TRANSPARENT or word in SKIPPED or word == "fonttbl":
            self._open(word)
        elif self.formula and self.formula.names(word):
            return
        elif word == "mmath" and self.group.runs is not None and not self.formula:
            self.formula = Formula(len(self.stack))
        elif is_optional:
            self.group = replace(self.group, runs=None, kind="skipped")
        elif self.group.kind == "fonttbl":
            self.fonts.define(word, number or 0)
        elif word in BREAKS:
            self._break()
        elif word in CHARACTERS:
            self._add(CHARACTERS[word])
        elif word in _WORDS:
            _WORDS[word](self, word, number)

    def _open(self, word: str) -> None:
        """Sets where the text of the group that begins with this word goes."""
        if word in APART and self.group.kind != "skipped":
            runs = self._new(APART[word])
            self.group = _Group(runs, word, self.default_font)
        elif word == "ud" and self.group.outer is not None:
            self.group = replace(self.group, runs=self.group.outer, outer=None)
        elif word == "upr":
            self.group = replace(self.group, runs=None, outer=self.group.runs)
        elif word == "fonttbl":
            self.group = replace(self.group, runs=None, kind=word)
        elif word in SKIPPED:
            self.group = replace(self.group, runs=None, kind="" if word == "info" else "skipped")

    def _character(self, word: str, number: int | None) -> None:
        if number is None:
            return
        code = number + 0x10000 if number < 0 else number
        text = chr(code) if 0 < code <= 0x10FFFF else UNREADABLE
        self._add(self._fonts().shown(text, self.group.font))
        self.to_skip = self.group.skip

    def _set_height(self, word: str, number: int | None) -> None:
        self.group = replace(self.group, height=0 if number == 0 else _HEIGHTS.get(word, 0))

    def _set_font(self, word: str, number: int | None) -> None:
        self.group = replace(self.group, font=number or 0)

    def _set_default(self, word: str, number: int | None) -> None:
        self.default_font = number or 0
        self.group = replace(self.group, font=self.default_font)

    def _set_flag(self, word: str, number: int | None) -> None:
        is_set = number != 0
        if word == "v":
            self.group = replace(self.group, is_hidden=is_set)
        elif word == "deleted":
            self.group = replace(self.group, is_deleted=is_set)
        elif word.startswith("strike"):
            self.group = replace(self.group, is_struck=is_set)
        else:
            self.group = replace(self.group, in_table=is_set)

    def _reset(self, word: str, number: int | None) -> None:
        self.group = replace(
            self.group, font=self.default_font, height=0, is_hidden=False, is_deleted=False, is_struck=False
        )

    def _reset_paragraph(self, word: str, number: int | None) -> None:
        self.group = replace(self.group, in_table=False)

    def _set_level(self, word: str, number: int | None) -> None:
        if number is not None and 0 <= number < _LEVELS:
            self._add(f"{LEVEL}{number + 1}")

    def _set_skip(self, word: str, number: int | None) -> None:
        self.group = replace(self.group, skip=min(max(0, 1 if number is None else number), 99))

    def _set_encoding(self, word: str, number: int | None) -> None:
        self.fonts.encoding = _ENCODINGS[word] if word in _ENCODINGS else encoding_of(str(number or ""))

    def _open_field(self, word: str, number: int | None) -> None:
        if self.group.runs is not None:
            self.fields.append(_Field(len(self.stack), len(self.group.runs)))


_WORDS: Mapping[str, Callable[[RtfText, str, int | None], None]] = MappingProxyType(
    {
        "u": RtfText._character,
        "uc": RtfText._set_skip,
        "f": RtfText._set_font,
        "deff": RtfText._set_default,
        "plain": RtfText._reset,
        "pard": RtfText._reset_paragraph,
        "outlinelevel": RtfText._set_level,
        "field": RtfText._open_field,
        **dict.fromkeys((*_HEIGHTS, "nosupersub"), RtfText._set_height),
        **dict.fromkeys(("v", "deleted", "strike", "striked", "intbl"), RtfText._set_flag),
        **dict.fromkeys(("ansicpg", *_ENCODINGS), RtfText._set_encoding),
    }
)
