"""The signs of Markdown, which a reader is not shown where a sentence is quoted by itself."""

from __future__ import annotations

import re

from index.types import Source, Span

SIGNS = re.compile(
    # the rule of a table, or across the page
    r"^[ \t]*(?:\|[ \t]*)?:?-{3,}:?[ \t]*(?:\|[ \t]*:?-{3,}:?[ \t]*)*(?:\|[ \t]*)?$"
    r"|^[ \t]*(?:#{1,6}|>+)(?=[ \t])|`+"
    r"|(?<![\w*])[*_]{1,3}(?=[^\W_]|[“\"‘'(\[])|(?<=[\w.,;:!?…)\]”\"’'])(?:\*{1,3}|(?<!_)_{1,3})(?![\w*])",
    re.MULTILINE,
)


def is_markdown(source: Source) -> bool:
    return source.location.lower().endswith(".md")


def without_signs(text: str, span: Span) -> str:
    """A part of a document of Markdown without the signs of headings, quotations and emphasis. What stands beside the
    part tells what is a sign."""
    pieces, at = [], span.start
    for match in SIGNS.finditer(text, span.start, min(span.end + 1, len(text))):
        pieces.append(text[at : min(match.start(), span.end)])
        at = min(match.end(), span.end)
    return "".join([*pieces, text[at : span.end]])
