"""Text from sources written so that it stays plain text: at a terminal, in Markdown, a spreadsheet cell, XML or JSON.

Every line that a command prints and every file that it exports passes through ``plain``: it is the only place that says
which characters may act on a terminal or deceive a reader.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby

# Characters that show nothing and act or deceive: controls (C0 without tab and line breaks, C1), marks and overrides of
# direction, invisible format characters, fillers, tags, and noncharacters. Signs of Arabic and Syriac numbers are
# format characters too, but visible; variation selectors choose a glyph: both stay.
_INVISIBLE = (
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e00ff\U000e01f0-\U000e0fff"
    + "".join(f"{chr(plane << 16 | 0xFFFE)}{chr(plane << 16 | 0xFFFF)}" for plane in range(1, 17))
)
# Zero-width joiners shape the letters of these scripts and join emoji; anywhere else they only hide.
_JOINING = "\u0590-\u1c7f\u2190-\u2bff\ua800-\uabff\ufe0f\U00011000-\U00011fff\U0001f000-\U0001faff"
_HIDDEN = re.compile(f"[{_INVISIBLE}]|(?<![{_JOINING}])[\u200c\u200d]")
_BREAK = re.compile("\r\n|[\r\v\f\x1c-\x1f\x85\u2028\u2029]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_RAW_IN_JSON = re.compile(f"[{_INVISIBLE}\x85\u2028\u2029\ud800-\udfff]")  # what a JSON string may hold as it is
_SPECIAL = re.compile(
    r"[\\`*{}\[\]<>|~$^]|&(?=#?\w+;)|(?<![^\W_])_|_(?![^\W_])|(?<![^\W_])@(?=\w)|(?<!\w):(?=[\w+-]+:)"  # anywhere,
    # at a line's beginning, or, of a heading, at its end
    r"|^[#=:]|^[+-](?=[\s-]|$)|^\((?=(?:@\w*|\d+|[A-Za-z]|[ivxlcdmIVXLCDM]+)\))|#(?=#*$)"
)
_NUMBERED = re.compile(r"^(\d+|[A-Za-z]|[ivxlcdm]+|[IVXLCDM]+)([.)])(?=\s|$)")
_ROW = re.compile(r"\S[^\S\n]+\|[^\S\n]|\S\t+\S")  # cells parted by bars or tabs
_BAR = re.compile(r"(?:(?<=\s)|^)\|(?=\s|$)|\t")
_RULE = re.compile(r"[\s|:-]*-[\s|:-]*")  # under the head of a table of Markdown
_FORMULA = re.compile(r"[\s\x00-\x1f\ufeff]*[=+\-@＝＋－＠]|[\t\r\n]")
_INNER_FORMULA = re.compile(r";(?=\s*[=+\-@＝＋－＠])")


def plain(text: str) -> str:
    """The text without characters that act on a terminal or hide in it: what is visible, tabs, line ends as ``\\n``.

    Half a surrogate pair, as in file names that are not UTF-8, is shown as ``\ufffd``.
    """
    return _SURROGATE.sub("\ufffd", _HIDDEN.sub("", _BREAK.sub("\n", text)))


def line(text: str) -> str:
    """What ``plain`` leaves of the text, on a single line, white space folded."""
    return " ".join(plain(text).split())


def lines(text: str) -> list[str]:
    """The same, but each row of a table is a line of its own."""
    shown: list[str] = []
    in_table = True
    for row in filter(str.strip, plain(text).split("\n")):
        is_row = _ROW.search(row) is not None
        if is_row or in_table:
            shown.append(line(row))
        else:
            shown[-1] += f" {line(row)}"
        in_table = is_row
    return shown


def terminal_line(text: str) -> str:
    """The same with the white space that it has: a line for a terminal, which may be indented."""
    return plain(text).replace("\n", " ").replace("\t", " ")


def json_line(text: str) -> str:
    """JSON in which strings have the same value, but invisible characters are written as escapes."""
    return _RAW_IN_JSON.sub(lambda match: json.dumps(match[0])[1:-1], text)


def markdown(text: str) -> str:
    """The text on a single line, escaped so that Markdown shows it as it stands. Plain prose is not changed."""
    return _NUMBERED.sub(r"\1\\\2", _SPECIAL.sub(r"\\\g<0>", line(text)))


def markdown_quotation(text: str) -> str:
    """The text as a quotation of Markdown: on a single line, escaped, but rows of a table are a table."""
    parts: list[str] = []
    for is_row, group in groupby(filter(str.strip, plain(text).split("\n")), key=_is_row):
        rows = list(group)
        if is_row and len(rows) > 1:
            parts += ["\n".join(_markdown_rows(rows)), ""]
        else:
            parts[-1:] = [" ".join([*parts[-1:], markdown(" ".join(rows))]).strip()]
    written = "\n\n".join(filter(None, parts))
    return "\n".join(f"> {row}".rstrip() for row in written.split("\n"))


def _is_row(row: str) -> bool:
    return bool(_ROW.search(row)) or ("|" in row and _RULE.fullmatch(row) is not None)


def _markdown_rows(rows: Sequence[str]) -> Iterator[str]:
    """The rows of a table, the first as its head."""
    cells = [_BAR.split(row.strip().strip("|")) for row in rows if not _RULE.fullmatch(row)]
    width = max(map(len, cells), default=0)
    for number, row in enumerate(cells):
        yield f"| {' | '.join([*map(markdown, row), *[''] * (width - len(row))])} |"
        if number == 0:
            yield f"|{' --- |' * width}"


def cell(text: str) -> str:
    """The text for a spreadsheet cell. What begins like a formula gets an apostrophe, so that it is not run; so does
    what follows a semicolon, which some countries' spreadsheets take for the end of a cell."""
    text = _INNER_FORMULA.sub(";'", text)
    return f"'{text}" if _FORMULA.match(text) else text


def xml(text: str) -> str:
    """The text for an element or an attribute of XML or HTML."""
    return escape(plain(text))
