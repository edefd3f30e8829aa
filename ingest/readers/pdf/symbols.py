"""Characters of private use that fonts without Unicode bring along: those of Symbol and Wingdings, and Adobe's small
capitals, old-style figures and parts of large brackets."""

from __future__ import annotations

from ingest.readers.office.symbol_fonts import UNREADABLE, decoded

_BRACKETS = dict(zip(range(0xF8E5, 0xF8FF), "‾⏐⎯®©™⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪⎮⎞⎟⎠⎤⎥⎦⎫⎬⎭", strict=True))
_IN_ANY_FONT = {0xF0B7: "•", 0xF020: " "}


def from_private_use(font: str, code: int) -> str | None:
    """The character that ``code`` (U+E000–F8FF) stands for in a font of this name, which may begin with the mark of a
    subset ("ABCDEF+"); None when that is unknown."""
    if 0xF020 <= code <= 0xF0FF:
        glyph = decoded(chr(code), font.rpartition("+")[2])
        return glyph if glyph != UNREADABLE else _IN_ANY_FONT.get(code)
    if 0xF730 <= code <= 0xF739 or 0xF761 <= code <= 0xF77A or 0xF7E0 <= code <= 0xF7FE:
        return chr(code - 0xF700)  # old-style figures and small capitals
    return _BRACKETS.get(code)
