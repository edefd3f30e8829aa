"""Text that stays text, whatever it is written into: one line, Markdown, a spreadsheet's cell, XML and HTML."""

from __future__ import annotations

import re
from html import escape

_REFUSED = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # what XML has no place for
_SPECIAL = re.compile(
    r"[\\`*{}\[\]<>|~$^]|&(?=#?\w+;)|(?<![^\W_])_|_(?![^\W_])|(?<![^\W_])@(?=\w)|(?<!\w):(?=[\w+-]+:)"  # anywhere,
    r"|^[#=:]|^[+-](?=[\s-]|$)|^\((?=[@\w]+\))|#(?=#*$)"  # at a line's beginning, or, of a heading, at its end
)
_NUMBERED = re.compile(r"^(\d+|[A-Za-z]|[ivxlcdm]+|[IVXLCDM]+)([.)])(?=\s|$)")
_FORMULA = re.compile(r"[\s\x00-\x1f\ufeff]*[=+\-@＝＋－＠]|[\t\r\n]")


def line(text: str) -> str:
    """A text on one line, without what no format has a place for."""
    return " ".join(_REFUSED.sub("", text).split())


def markdown(text: str) -> str:
    """A text as one line that Markdown shows as it stands, wherever it is put. Plain prose is left as it is."""
    return _NUMBERED.sub(r"\1\\\2", _SPECIAL.sub(r"\\\g<0>", line(text)))


def cell(text: str) -> str:
    """A text in a spreadsheet, which runs what begins like a formula: an apostrophe makes it text."""
    return f"'{text}" if _FORMULA.match(text) else text


def xml(text: str) -> str:
    """A text in an element or an attribute of XML or HTML."""
    return escape(_REFUSED.sub("", text))
