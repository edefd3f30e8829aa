"""Front matter, the block of fields at the top of a Markdown file: YAML between "---", TOML between "+++"."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from index.types import Span
from ingest.encoding import without_holes
from ingest.metadata.fields import date_warnings, metadata_of, normalised
from ingest.types import Metadata

_LONGEST_BLOCK = 64 * 1024  # characters (a guess)
_CLOSING_LINES = {"---": re.compile(r"^(?:---|\.\.\.)[ \t]*\r?$", re.M), "+++": re.compile(r"^\+\+\+[ \t]*\r?$", re.M)}


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The block's span in the file (empty when there is no block) and the metadata read from it."""

    span: Span
    metadata: Metadata
    warnings: tuple[str, ...] = ()

    @staticmethod
    def of(fields: Mapping[str, str]) -> FrontMatter:
        """Of fields that stand among the lines of the text, not in a block of their own."""
        return _of(Span(0, 0), fields) if fields else _NO_FRONT_MATTER


_NO_FRONT_MATTER = FrontMatter(Span(0, 0), Metadata())


def front_matter(text: str) -> FrontMatter:
    """The front matter of a Markdown text; an empty span and empty metadata when there is none.

    A block that cannot be parsed still has its span, and a warning: even broken front matter is not text.
    """
    delimiter = text[:3]
    opens = delimiter in _CLOSING_LINES and text[3:4] in ("\n", "\r")
    closing = _CLOSING_LINES[delimiter].search(text, 4, _LONGEST_BLOCK) if opens else None
    if closing is None:
        return _NO_FRONT_MATTER
    span = Span(0, closing.end())
    try:
        fields = _parsed(delimiter, text[3 : closing.start()])
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        warning = f"front matter unreadable ({_reason(error)}): its title and date are not taken"
        return FrontMatter(span, Metadata(), (warning,))
    return _of(span, fields) if isinstance(fields, dict) else _NO_FRONT_MATTER


def _of(span: Span, fields: Mapping[Any, Any]) -> FrontMatter:
    named = normalised(fields)
    return FrontMatter(span, metadata_of(named), date_warnings(named))


def _parsed(delimiter: str, body: str) -> Any:
    return tomllib.loads(body.replace("\r\n", "\n")) if delimiter == "+++" else yaml.safe_load(without_holes(body))


def _reason(error: Exception) -> str:
    """The line of a YAML error, else the first line of the parser's message."""
    yaml_mark = getattr(error, "problem_mark", None)
    return f"line {yaml_mark.line + 1}" if yaml_mark is not None else str(error).partition("\n")[0]
