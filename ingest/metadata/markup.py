"""Titles in HTML: reference managers and publishers write italics and raised figures in them so."""

from __future__ import annotations

import html
import re

from index.text.raised import subscript, superscript

_LOWERED = re.compile(r"<sub\b[^<>]*>([^<>]*)</sub\s*>", re.IGNORECASE)
_RAISED = re.compile(r"<sup\b[^<>]*>([^<>]*)</sup\s*>", re.IGNORECASE)
_TAG = re.compile(r"</?(?:i|b|u|em|strong|sub|sup|sc|span|p|br|jats:\w+)\b[^<>]*>", re.IGNORECASE)
_ESCAPE = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]+\d*);", re.IGNORECASE)


def plain_markup(text: str) -> str:
    """The text of a title, with raised and lowered figures as characters of their own. What is no tag or escape that
    titles have stays: "a < b", "R&D"."""
    text = _LOWERED.sub(lambda match: subscript(match[1]), text)
    text = _RAISED.sub(lambda match: superscript(match[1], match.string[: match.start()]), text)
    return _ESCAPE.sub(lambda match: html.unescape(match[0]), _TAG.sub("", text))
