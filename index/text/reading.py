"""The copy of a passage that the embedding model and BM25 read. It is never stored and has no offsets."""

from __future__ import annotations

import re

from index.text.normal import normal

_HYPHEN = re.compile(r"(?<=[^\W\d_])[-\u00ad\u2010][^\S\n]*+\n\s*+(?=[a-z])|\u00ad")
_SPACE = re.compile(r"\s+")
_PREFIX = 120  # characters of a title or heading that go into the reading copy (a guess)
_LOOKED_AT = 10 * _PREFIX  # that are folded for it, as a title may be as long as a text and is read for each passage


def fold(text: str) -> str:
    """The text in normal form, on one line. Offsets do not survive."""
    return normal(text)


def unwrapped(text: str) -> str:
    """The text with words that a line end broke joined, and white space as single spaces; otherwise as it is. The keys
    of stored marks are made of it, so it must not change."""
    return _SPACE.sub(" ", _HYPHEN.sub("", text)).strip()


def reading_copy(text: str, title: str = "", heading: str | None = None) -> str:
    """The folded text of a passage, with title and heading on lines before it unless the text begins with them."""
    body = fold(text)
    front: list[str] = []
    for prefix in (title, heading):
        line = fold((prefix or "")[:_LOOKED_AT])[:_PREFIX]
        if line and not any(part.casefold().startswith(line.casefold()) for part in (body, *front)):
            front.append(line)
    return "\n".join([*front, body])
