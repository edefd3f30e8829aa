"""HTML: the article as trafilatura sees it, with headings kept; when it sees none, all of the page's text."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

from lxml import etree
from lxml import html as lxml_html

from index.errors import ReadError
from index.types import Section, Span
from ingest.clean import certain_boilerplate, joined
from ingest.describe import describe, iso_date, split_site
from ingest.extract import Extract, Metadata, Reading
from ingest.people import people
from ingest.readers.encoding import decode, without_holes
from ingest.readers.plain import require_text, sections_of
from ingest.units import folded

LARGEST_PAGE = 20_000_000
_LONGEST_TAG = 200_000
_MOST_ATTRIBUTES = 20_000

# A date of publication must be declared: the extensive search finds some date on nearly every page.
_DATES = {"original_date": True, "extensive_search": False}
_CHARSET = re.compile(
    rb"""<(?:meta\b[^>]{0,200}?charset|\?xml\b[^>]{0,80}?encoding)\s{0,5}=\s{0,5}["']?([\w.:-]{2,40})""", re.I
)
_XML_DECLARATION = re.compile(r"\s{0,100}<\?xml[^>]{0,200}>")
_LANGUAGE = re.compile(r"""<html\b[^>]{0,500}?\slang\s{0,5}=\s{0,5}["']?([a-zA-Z]{2,3})\b""", re.I)
_BLOCK_TAGS = frozenset(
    (
        *(
            "p",
            "div",
            "br",
            "li",
            "tr",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "table",
            "ul",
            "ol",
            "dl",
            "dd",
            "dt",
            "section",
        ),
        *("article", "main", "header", "footer", "nav", "aside", "blockquote", "pre", "figure", "figcaption", "form"),
    )
)
_SILENT_TAGS = frozenset(("script", "style", "noscript", "template", "svg", "title"))


def read_html(data: bytes, name: str) -> Reading:
    if len(data) > LARGEST_PAGE:
        size = f"{len(data) / 1e6:.0f} MB"
        raise ReadError(f"{name} has {size}; HTML is read up to {LARGEST_PAGE // 1_000_000} MB. Save it as plain text.")
    declared = _CHARSET.search(data, 0, 4096)
    decoded = decode(data, name, declared[1].decode("ascii") if declared else None)
    require_text(decoded.text, name)
    if _has_endless_tag(decoded.text):
        raise ReadError(f"{name} is damaged: one of its tags never ends. Open it in a browser and save its text.")
    extract = _article(decoded.text) or _whole_page(decoded.text)
    require_text(extract.text, name)
    return Reading((extract,), decoded.encoding, decoded.guessed, warnings=decoded.warnings)


def _has_endless_tag(page: str) -> bool:
    """True for a tag of very many attributes, over which every parser takes minutes."""
    tags = (chunk[chunk.find("<") :] for chunk in page.split(">") if len(chunk) > _LONGEST_TAG)
    return any(tag.count(" ") + tag.count("\n") > _MOST_ATTRIBUTES for tag in tags)


def _article(page: str) -> Extract | None:
    found = _extraction(_XML_DECLARATION.sub("", page, count=1))
    if found is None or found.body is None:
        return None
    metadata = _metadata(found, page)
    text, sections = _assembled(_without_title(list(_blocks(found.body)), metadata.title))
    if not text:
        return None
    described = describe(text, metadata)
    dropped = joined([*described.moved, *certain_boilerplate(text)])
    return Extract(text, described.metadata, tuple(_outside(sections, dropped)), dropped)


def _extraction(page: str) -> Any:
    """trafilatura's document, or None when it finds no article or meets a page that it cannot take."""
    from trafilatura import bare_extraction

    # It reports pages that it cannot parse on stderr; here the report of the ingest says so.
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    options = {"with_metadata": True, "include_comments": False, "include_tables": True}
    try:
        return bare_extraction(page, date_extraction_params=_DATES, **options)
    except (ValueError, TypeError, AttributeError, LookupError, RecursionError, etree.LxmlError):
        return None


def _metadata(found: Any, page: str) -> Metadata:
    site = " ".join((found.sitename or "").split()) or None
    title, site = split_site(" ".join(without_holes(found.title or "").split()), site)
    language = _LANGUAGE.search(page[:20_000])
    return Metadata(
        title=title,
        authors=people(found.author or ""),
        published=iso_date(found.date),
        publisher=site,
        url=found.url,
        language=language[1].lower() if language else None,
    )


Block = tuple[str, bool]


def _blocks(body: Any) -> Iterator[Block]:
    """The paragraphs of the extraction in order, each with whether it is a heading."""
    for element in body:
        tag = element.tag
        if tag == "head":
            yield _inline(element), True
        elif tag == "list":
            yield "\n".join(f"- {line}" for line in _items(element)), False
        elif tag == "table":
            yield "\n".join(" | ".join(_cells(row)) for row in element.iter("row")), False
        elif tag in ("quote", "div", "ab") and any(child.tag in ("p", "list", "head", "table") for child in element):
            yield _own(element.text), False
            yield from _blocks(element)
        else:
            yield _inline(element), False
        if element.tail and element.tail.strip():
            yield _own(element.tail), False


def _items(listing: Any) -> Iterator[str]:
    return (line for item in listing.iter("item") if (line := _inline(item, skip="list")))


def _cells(row: Any) -> Iterator[str]:
    return (text for cell in row.iter("cell") if (text := _inline(cell)))


def _own(text: str | None) -> str:
    return " ".join((text or "").split())


def _inline(element: Any, skip: str = "") -> str:
    """The text of an element on one line, or on more where it has line breaks; without what is inside ``skip``."""
    parts = [element.text or ""]
    for child in element:
        if child.tag == "lb":
            parts.append("\x00")
        elif child.tag != skip:
            parts += [" " if child.tag in ("p", "item", "cell") else "", _inline(child, skip)]
        parts.append(child.tail or "")
    return "\n".join(line for part in "".join(parts).split("\x00") if (line := " ".join(part.split())))


def _without_title(blocks: list[Block], title: str) -> list[Block]:
    """The blocks without the title above them: it is in the metadata."""
    first = next((i for i, (text, _) in enumerate(blocks) if text), None)
    if first is not None and title and folded(blocks[first][0]) == folded(title):
        return blocks[first + 1 :]
    return blocks


def _assembled(blocks: list[Block]) -> tuple[str, list[Section]]:
    """The blocks as one text, and its sections. A heading with nothing under it is text of the section before."""
    filled = [(without_holes(text), is_heading) for text, is_heading in blocks if text]
    text, sections, heading = "", list[Section](), None
    parts: list[str] = []
    at = 0
    for i, (block, is_heading) in enumerate(filled):
        leads = is_heading and i + 1 < len(filled)
        stacked = leads and i > 0 and filled[i - 1][1]
        if leads:
            heading = f"{heading} › {block}" if stacked and heading else block
        elif sections and sections[-1].heading == heading and not filled[i - 1][1]:
            sections[-1] = Section(Span(sections[-1].span.start, at + len(block)), heading)
        else:
            sections.append(Section(Span(at, at + len(block)), heading))
        parts.append(block)
        at += len(block) + 2
    text = "\n\n".join(parts)
    return text, sections


def _outside(sections: list[Section], dropped: tuple[Span, ...]) -> Iterator[Section]:
    """The sections that are not dropped as a whole."""
    return (section for section in sections if not any(section.span.within(span) for span in dropped))


def _whole_page(page: str) -> Extract:
    """All that a browser would show, when no article is found: better too much than nothing."""
    text = _by_lxml(page)
    how = "no article was found in the page: all of its text was taken"
    if not text:
        text, how = _by_parser(page), "the page is damaged: its text was taken tag by tag"
    text = without_holes(text)
    found = describe(text)
    title = found.metadata.title
    dropped = joined([*found.moved, *certain_boilerplate(text)])
    return Extract(text, replace(found.metadata, title=title), sections_of(text, dropped), dropped, warnings=(how,))


def _by_lxml(page: str) -> str:
    parser = lxml_html.HTMLParser(huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        tree = lxml_html.document_fromstring(_XML_DECLARATION.sub("", page, count=1), parser=parser)
    except (etree.LxmlError, ValueError):
        return ""
    collected = _Collector()
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        if event == "start":
            collected.handle_starttag(str(element.tag), [])
            collected.handle_data(element.text or "")
        else:
            collected.handle_endtag(str(element.tag))
            collected.handle_data(element.tail or "")
    return collected.text()


def _by_parser(page: str) -> str:
    collected = _Collector()
    collected.feed(page)
    collected.close()
    return collected.text()


class _Collector(HTMLParser):
    """Text with a blank line between blocks; scripts and styles are silent."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in _SILENT_TAGS
        self._break(tag)

    def handle_endtag(self, tag: str) -> None:
        self._silent = max(0, self._silent - (tag in _SILENT_TAGS))
        self._break(tag)

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._parts.append(data.replace("\x00", "\ufffd"))

    def _break(self, tag: str) -> None:
        if tag in _BLOCK_TAGS:
            self._parts.append("\x00")

    def text(self) -> str:
        blocks = (" ".join(block.split()) for block in "".join(self._parts).split("\x00"))
        return "\n\n".join(block for block in blocks if block)
