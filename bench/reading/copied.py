"""Makes the text that a person gets by copying a whole page in a browser: all visible text, in order, line by line."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree, html

_SILENT = frozenset(
    (
        *("head", "script", "style", "noscript", "template", "svg", "math", "select", "textarea", "datalist"),
        *("object", "video", "audio", "canvas", "iframe", "map"),
    )
)
# Blank lines surround a paragraph; line breaks surround a block.
_PARAGRAPHS = frozenset(
    (
        *("p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "blockquote", "pre", "figure", "table"),
        *("hr",),
    )
)
_BLOCKS = frozenset(
    (
        *("div", "li", "tr", "section", "article", "main", "header", "footer", "nav", "aside", "form", "fieldset"),
        *("figcaption", "address", "dd", "dt", "details", "summary", "caption", "thead", "tbody", "tfoot", "center"),
        *("body", "legend", "hgroup"),
    )
)
_HIDDEN = re.compile(r"(?:display\s{0,3}:\s{0,3}none|visibility\s{0,3}:\s{0,3}hidden)", re.I)
_DECLARED = re.compile(rb"<\?xml[^>]{0,200}>")


def copied(page: bytes) -> str:
    """The visible text of a page. Style sheets are not read: only what tags and their attributes hide is left out."""
    tree = html.document_fromstring(_DECLARED.sub(b"", page, count=1), parser=_parser(page))
    parts: list[str] = []
    silent: list[Any] = []
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        if event == "start":
            if not silent and _is_hidden(element):
                silent.append(element)
            if not silent:
                parts += [_break(element.tag), _flat(element, element.text)]
        else:
            if not silent:
                parts.append(_break(element.tag))
            elif silent[-1] is element:
                silent.pop()
            if not silent:
                parts.append(_flat(element.getparent(), element.tail))
    return _lines("".join(parts))


def _parser(page: bytes) -> html.HTMLParser:
    try:
        page.decode("utf-8")
    except UnicodeDecodeError:
        return html.HTMLParser(huge_tree=True, remove_comments=True, remove_pis=True)
    return html.HTMLParser(huge_tree=True, remove_comments=True, remove_pis=True, encoding="utf-8")


def _is_hidden(element: Any) -> bool:
    has_mark = element.tag in _SILENT or "hidden" in element.attrib
    return has_mark or _HIDDEN.search(element.get("style", "")[:500]) is not None


def _break(tag: str) -> str:
    """The control character that stands for a blank line, a line end or a cell until white space is folded."""
    if tag in ("td", "th"):
        return "\t"
    return "\x00" if tag in _PARAGRAPHS else "\x01" if tag in _BLOCKS else "\x02" if tag == "br" else ""


def _flat(parent: Any, text: str | None) -> str:
    if parent is not None and parent.tag == "pre":
        return (text or "").replace("\n", "\x02")
    return re.sub(r"[\x00-\x20]+", " ", text or "")


def _lines(marked: str) -> str:
    return re.sub(r"[\x00-\x02\t ]+", _space, marked).strip() + "\n"


def _space(match: re.Match[str]) -> str:
    run = match[0]
    # each line break is marked twice, at its start and its end tag
    if "\x00" in run or run.count("\x02") > 2:
        return "\n\n"
    return "\n" if "\x01" in run or "\x02" in run else "\t" if "\t" in run else " "
