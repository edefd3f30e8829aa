"""The block of settings at the top of a Markdown file: YAML between "---", TOML between "+++"."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import Any

import yaml

from index.types import Span
from ingest.encoding import without_holes
from ingest.metadata.fields import metadata_of, normalised
from ingest.types import Metadata

_LONGEST = 64 * 1024
_CLOSE = {"---": re.compile(r"^(?:---|\.\.\.)[ \t]*\r?$", re.M), "+++": re.compile(r"^\+\+\+[ \t]*\r?$", re.M)}


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """Where the block lies (empty when there is none) and what it says."""

    span: Span
    metadata: Metadata
    warnings: tuple[str, ...] = ()


_NONE = FrontMatter(Span(0, 0), Metadata())


def front_matter(text: str) -> FrontMatter:
    """A block that cannot be read is left out with a warning: it is no text, whatever is wrong with it."""
    mark = text[:3]
    close = _CLOSE[mark].search(text, 4, _LONGEST) if mark in _CLOSE and text[3:4] in ("\n", "\r") else None
    if close is None:
        return _NONE
    span = Span(0, close.end())
    try:
        said = _parsed(mark, text[3 : close.start()])
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        warning = f"front matter unreadable ({_where(error)}): its title and date are not taken"
        return FrontMatter(span, Metadata(), (warning,))
    return FrontMatter(span, metadata_of(normalised(said))) if isinstance(said, dict) else _NONE


def _parsed(mark: str, body: str) -> Any:
    return tomllib.loads(body.replace("\r\n", "\n")) if mark == "+++" else yaml.safe_load(without_holes(body))


def _where(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    return f"line {mark.line + 1}" if mark is not None else str(error).partition("\n")[0]
