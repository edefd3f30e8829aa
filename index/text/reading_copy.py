"""The copy of a passage that the model and BM25 read. It is never stored and has no offsets."""

from __future__ import annotations

import re

_HYPHEN = re.compile(r"(?<=[^\W\d_])[-\u00ad\u2010][^\S\n]*+\n\s*+(?=[a-z])|\u00ad")
_SPACE = re.compile(r"\s+")
_PREFIX = 120  # characters of a title or of a heading that the reading copy takes


def fold(text: str) -> str:
    """Words broken at a line end are joined, white space becomes single spaces: for reading copies only."""
    return _SPACE.sub(" ", _HYPHEN.sub("", text)).strip()


def reading_copy(text: str, title: str = "", heading: str | None = None) -> str:
    """What models and BM25 read of a passage: title and heading in front, where they say what the text does not begin
    with, then the folded text."""
    body = fold(text)
    front: list[str] = []
    for part in (title, heading):
        line = fold(part or "")[:_PREFIX]
        if line and not any(said.casefold().startswith(line.casefold()) for said in (body, *front)):
            front.append(line)
    return "\n".join([*front, body])
