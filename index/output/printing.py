"""What commands print: lines and JSON, none of which can speak to the terminal. Nothing else prints."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterable
from typing import TextIO

from index.text.escaping import json_line, terminal_line


def show(lines: Iterable[str], stream: TextIO | None = None) -> None:
    """Print each line as one line, without control signs, whatever sources, files and arguments put into it.
    ``stream``: standard output by default. No lines print nothing."""
    text = "".join(f"{terminal_line(line)}\n" for line in lines)
    print(text, end="", file=stream or sys.stdout, flush=stream is not None)


def show_json(value: object, indent: int | None = None) -> None:
    """Print a value as JSON: readable, with invisible characters as escapes."""
    print(json_line(json.dumps(value, ensure_ascii=False, indent=indent)))  # noqa: T201


def speak_utf8() -> None:
    """Writes standard output and error in UTF-8 whatever the terminal's code page; a lone surrogate as ``\\udxxx``."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
