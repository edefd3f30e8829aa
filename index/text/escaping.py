"""Text from sources written so that it stays plain text: on one line, in Markdown, a spreadsheet cell, XML or HTML."""

from __future__ import annotations

import re
from html import escape

_REFUSED = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # characters that XML does not allow
_SPECIAL = re.compile(
    r"[\\`*{}\[\]<>|~$^]|&(?=#?\w+;)|(?<![^\W_])_|_(?![^\W_])|(?<![^\W_])@(?=\w)|(?<!\w):(?=[\w+-]+:)"  # anywhere,
    r"|^[#=:]|^[+-](?=[\s-]|$)|^\((?=[@\w]+\))|#(?=#*$)"  # at a line's beginning, or, of a heading, at its end
)
_NUMBERED = re.compile(r"^(\d+|[A-Za-z]|[ivxlcdm]+|[IVXLCDM]+)([.)])(?=\s|$)")
_FORMULA = re.compile(r"[\s\x00-\x1f\ufeff]*[=+\-@＝＋－＠]|[\t\r\n]")


def line(text: str) -> str:
    """The text on a single line: white space folded, control characters and surrogates removed."""
    return " ".join(_REFUSED.sub("", text).split())


def markdown(text: str) -> str:
    """The text on a single line, escaped so that Markdown shows it as it stands. Plain prose is not changed."""
    return _NUMBERED.sub(r"\1\\\2", _SPECIAL.sub(r"\\\g<0>", line(text)))


def cell(text: str) -> str:
    """The text for a spreadsheet cell. What begins like a formula gets an apostrophe, so that it is not run."""
    return f"'{text}" if _FORMULA.match(text) else text


def xml(text: str) -> str:
    """The text for an element or an attribute of XML or HTML."""
    return escape(_REFUSED.sub("", text))
