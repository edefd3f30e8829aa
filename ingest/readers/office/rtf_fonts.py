"""The fonts of an RTF file: which code page the bytes set in each of them are in."""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from ingest.readers.office.symbol_fonts import SYMBOL_CHARSET, family_of
from ingest.readers.office.unread import Unread

_CODE_PAGES: Mapping[int, str] = MappingProxyType(
    {0: "cp1252", 77: "mac_roman", 128: "cp932", 129: "cp949", 130: "johab", 134: "gb18030", 136: "cp950"}
    | {161: "cp1253", 162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251"}
    | {222: "cp874", 238: "cp1250", 254: "cp437", 255: "cp850"}
)
"""By the number that RTF gives to a character set."""

# Old programs name the character set in the name of the font alone.
_NAMED = ((" CE", "cp1250"), (" Cyr", "cp1251"), (" Greek", "cp1253"), (" Tur", "cp1254"), (" Baltic", "cp1257"))
_LONGEST_NAME = 100  # characters (a guess)


@dataclass(slots=True)
class Font:
    name: str = ""
    charset: int | None = None
    code_page: str = ""

    @property
    def is_symbol(self) -> bool:
        return self.charset == SYMBOL_CHARSET or bool(family_of(self.name))


@dataclass(slots=True)
class Fonts:
    """``encoding``: of the document; ``current``: the number of the font that the table is defining."""

    unread: Unread
    encoding: str = "cp1252"
    by_number: dict[int, Font] = field(default_factory=dict)
    current: int = 0

    def define(self, word: str, number: int) -> None:
        """Takes a control word of the table of fonts."""
        if word == "f":
            self.current = number
            self.by_number[number] = Font()
        font = self.by_number.setdefault(self.current, Font())
        if word == "fcharset":
            font.charset = number
        elif word == "cpg":
            font.code_page = encoding_of(str(number), "")

    def name(self, text: str) -> None:
        """Takes a piece of a font's name in the table; a semicolon ends it."""
        font = self.by_number.setdefault(self.current, Font())
        font.name = (font.name + text.partition(";")[0])[:_LONGEST_NAME].strip(" ") + " " * text.endswith(" ")

    def decoded(self, data: bytes, number: int) -> str:
        """The text of bytes that are set in a font."""
        font = self.by_number.get(number, Font())
        if font.is_symbol:
            return self.shown("".join(chr(0xF000 + byte) if byte > 0x20 else chr(byte) for byte in data), number)
        if self.encoding == "utf-8":
            try:
                return data.decode()
            except UnicodeDecodeError:
                pass
        return data.decode(self._encoding(font), "replace")

    def shown(self, text: str, number: int) -> str:
        """The text with its private characters of symbol fonts read."""
        font = self.by_number.get(number, Font())
        return self.unread.decoded(text, font.name.strip())

    def _encoding(self, font: Font) -> str:
        named = next((page for suffix, page in _NAMED if font.name.strip().endswith(suffix)), self.encoding)
        return font.code_page or _CODE_PAGES.get(1 if font.charset is None else font.charset, named)


def encoding_of(code_page: str, unknown: str = "cp1252") -> str:
    """Python's name for a Windows code page; ``unknown`` when it has none."""
    name = "utf-8" if code_page == "65001" else f"cp{code_page}"
    try:
        return codecs.lookup(name).name
    except LookupError:
        return unknown
