"""Writes the commands that a LaTeX file defines itself as what they stand for, and leaves out what it switches off."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

# Against definitions that grow without end (guesses).
_MAX_DEPTH, _MAX_EXPANSIONS, _MAX_GROWTH = 12, 20_000, 2.0
_LONGEST_ARGUMENT = 50_000
_LONGEST_BODY = 2_000  # characters of a definition: a longer one lays out a page
_LONGEST_LINE = 500
_DEFINITION = re.compile(
    r"\\(?:(?:re)?newcommand|providecommand|DeclareRobustCommand)\*?\s*(?:\{\s*\\([a-zA-Z@]+)\s*\}|\\([a-zA-Z@]+))"
    r"\s*(?:\[(\d)\])?\s*(?:\[([^\]]{0,200})\])?\s*(?=\{)|\\def\s*\\([a-zA-Z@]+)((?:#\d)*)(?=\{)"
)
_SWITCH = re.compile(r"\\(iffalse|if(?!f\b)[a-zA-Z@]*|else|fi)(?![a-zA-Z@])")
_COMMAND = re.compile(r"\\\\|\\([a-zA-Z@]+)")  # a line break may stand before a word
_SPACES = re.compile(r"\s*")
_PARAMETER = re.compile(r"#(\d)")
_COMMENT = re.compile(r"(?<!\\)(?:\\\\)*%")
_GROUP_PARTS = re.compile(r"\\.|[{}]", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Macro:
    """``default``: of its first argument, which is then optional."""

    body: str
    arguments: int
    default: str | None = None


def expanded(source: str) -> str:
    """The source with its own commands written out; as it is where they refer to each other without end."""
    source = _switched_on(source)
    macros: dict[str, _Macro] = {}
    parts: list[str] = []
    position = 0
    while match := _DEFINITION.search(source, position):
        if _is_in_comment(source, match.start()):
            parts.append(source[position : match.end()])
            position = match.end()
            continue
        parts.append(source[position : match.start()])
        body, position = _group(source, match.end())
        if not position:
            return source
        name = match[1] or match[2] or match[5]
        count = int(match[3] or 0) if match[5] is None else match[6].count("#")
        if len(body) <= _LONGEST_BODY:
            macros[name] = _Macro(body, count, match[4])
    parts.append(source[position:])
    text = "".join(parts)
    for _ in range(_MAX_DEPTH if macros else 0):
        longer = _expanded_once(text, macros)
        if longer == text or len(longer) > _MAX_GROWTH * len(source) + 100_000:
            break
        text = longer
    return text


def _expanded_once(text: str, macros: Mapping[str, _Macro]) -> str:
    parts: list[str] = []
    position = count = 0
    while count < _MAX_EXPANSIONS and (match := _COMMAND.search(text, position)):
        macro = macros.get(match[1] or "")
        if macro is None:
            parts.append(text[position : match.end()])
            position = match.end()
            continue
        parts.append(text[position : match.start()])
        values, position = _values(text, match.end(), macro)
        if not position:
            return text
        parts.append(_PARAMETER.sub(lambda number, values=values: values.get(number[1], ""), macro.body))  # type: ignore[misc]
        count += 1
    return "".join([*parts, text[position:]])


def _values(text: str, position: int, macro: _Macro) -> tuple[dict[str, str], int]:
    """The arguments of a command by their numbers, and where they end."""
    values: dict[str, str] = {}
    if not macro.arguments:  # the space after a command ends its name
        return values, _spaces_end(text, position)
    for number in range(1, macro.arguments + 1):
        position = _spaces_end(text, position)
        if number == 1 and macro.default is not None:
            end = text.find("]", position) if text[position : position + 1] == "[" else -1
            values["1"] = macro.default if end < 0 else text[position + 1 : end]
            position = position if end < 0 else end + 1
        elif text[position : position + 1] == "{":
            values[str(number)], position = _group(text, position)
            if not position:
                break
        else:
            command = _COMMAND.match(text, position)
            end = command.end() if command else position + 1
            values[str(number)], position = text[position:end], end
    return values, position


def _group(text: str, start: int) -> tuple[str, int]:
    """What stands in the braces that begin here, and where they end: 0 where they do not, as in a damaged file."""
    depth = 0
    for match in _GROUP_PARTS.finditer(text, start, start + _LONGEST_ARGUMENT):
        depth += {"{": 1, "}": -1}.get(match[0], 0)
        if depth == 0:
            return text[start + 1 : match.start()], match.end()
    return "", 0


def _spaces_end(text: str, position: int) -> int:
    match = _SPACES.match(text, position)
    return match.end() if match and "\n\n" not in match[0] else position


def _is_in_comment(text: str, position: int) -> bool:
    near = max(0, position - _LONGEST_LINE)
    return _COMMENT.search(text, max(near, text.rfind("\n", near, position) + 1), position) is not None


def _switched_on(source: str) -> str:
    """The source without what stands between \\iffalse and its \\else or \\fi."""
    parts: list[str] = []
    position, depth = 0, 0  # depth: of the conditions inside a part that is off
    off_from: int | None = None
    for match in _SWITCH.finditer(source):
        name = match[1]
        if _is_in_comment(source, match.start()):
            continue
        if off_from is None:
            if name == "iffalse":
                parts.append(source[position : match.start()])
                off_from, depth = match.end(), 0
        elif name in ("fi", "else") and depth == 0:
            position, off_from = match.end(), None
        elif name == "fi":
            depth -= 1
        elif name != "else":
            depth += 1
    return "".join([*parts, source[position:] if off_from is None else source[off_from:]])
