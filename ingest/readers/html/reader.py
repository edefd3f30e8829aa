"""HTML: the article as trafilatura sees it, or as the page itself declares it, or else all of the page's text."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from lxml import etree
from lxml import html as lxml_html

from index.errors import ReadError
from index.types import Section, Span
from ingest.boilerplate.clean import boilerplate, certain_boilerplate, joined
from ingest.encoding import decode, without_holes
from ingest.metadata.describe import dates_in, describe, iso_date, split_site
from ingest.metadata.origin import merged
from ingest.metadata.people import people
from ingest.readers.html.blocks import assembled, blocks_of, marked, marks_of, run_together, without_title
from ingest.readers.html.fields import declared, is_full_name, may_be_name
from ingest.readers.html.visible import left_out, tag_by_tag, visible
from ingest.readers.plain import require_text, sections_of
from ingest.types import Extract, Metadata, Reading

LARGEST_PAGE = 20_000_000
_LONGEST_TAG = 200_000
_MOST_ATTRIBUTES = 20_000

# A date of publication must be declared: the extensive search finds some date on nearly every page.
_DATES = {"original_date": True, "extensive_search": False}
_CHARSET = re.compile(
    rb"""<(?:meta\b[^>]{0,200}?charset|\?xml\b[^>]{0,80}?encoding)\s{0,5}=\s{0,5}["']?([\w.:-]{2,40})""", re.I
)
_XML_DECLARATION = re.compile(r"\s{0,100}<\?xml[^>]{0,200}>")
# Another text is taken for the article's when the page declares one of so many words, and half of it was not found.
_DECLARED_WORDS, _FOUND = 80, 0.5
# The day of a date is as a reader there sees it, which may not be the day in the page's own time zone.
_HEAD_CHARS = 6_000


def read_html(data: bytes, name: str) -> Reading:
    if len(data) > LARGEST_PAGE:
        size = f"{len(data) / 1e6:.0f} MB"
        raise ReadError(f"{name} has {size}; HTML is read up to {LARGEST_PAGE // 1_000_000} MB. Save it as plain text.")
    found = _CHARSET.search(data, 0, 4096)
    decoded = decode(data, name, found[1].decode("ascii") if found else None)
    require_text(decoded.text, name)
    if _has_endless_tag(decoded.text):
        raise ReadError(f"{name} is damaged: one of its tags never ends. Open it in a browser and save its text.")
    extract = _extract(_XML_DECLARATION.sub("", decoded.text, count=1))
    require_text(extract.text, name)
    return Reading((extract,), decoded.encoding, decoded.guessed, warnings=decoded.warnings)


def _has_endless_tag(page: str) -> bool:
    """True for a tag of very many attributes, over which every parser takes minutes."""
    tags = (chunk[chunk.find("<") :] for chunk in page.split(">") if len(chunk) > _LONGEST_TAG)
    return any(tag.count(" ") + tag.count("\n") > _MOST_ATTRIBUTES for tag in tags)


def _extract(page: str) -> Extract:
    """By a chain of fallbacks; all but the first are told."""
    tree = _tree(page)
    if tree is None:
        return _all_of(tag_by_tag(page), Metadata(), "the page is damaged: its text was taken tag by tag")
    said, body = declared(tree, page)
    shown = visible(tree)
    found = _extraction(page, origin=not (said.title and said.authors and said.published))
    guesses = [] if said.authors and said.published else [_above(shown)]
    about = merged([_as_shown(said, tree, shown), *([_seen(found)] if found else []), *guesses])
    text, sections = _article(found, about.title, tree, shown)
    if _tells_more(body, text):
        text, sections = without_holes("\n\n".join(tag_by_tag(body))), []
    if text:
        return _finished(text, sections, about, shown)
    how = "no article was found in the page: all of its text was taken"
    return _all_of(shown, about, how) if shown else _all_of(tag_by_tag(page), about, how)


def _tree(page: str) -> Any:
    parser = lxml_html.HTMLParser(huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        return lxml_html.document_fromstring(page, parser=parser)
    except (etree.LxmlError, ValueError):
        return None


def _extraction(page: str, *, origin: bool) -> Any:
    """trafilatura's document, or None when it finds no article or meets a page that it cannot take. Looking for the
    ``origin`` takes it as long as looking for the text."""
    from trafilatura import bare_extraction

    # It reports pages that it cannot parse on stderr; here the report of the ingest says so.
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    options = {"fast": True, "with_metadata": origin, "include_comments": False, "include_tables": True}
    try:
        return bare_extraction(page, date_extraction_params=_DATES, **options)
    except (ValueError, TypeError, AttributeError, LookupError, RecursionError, etree.LxmlError):
        return None


def _seen(found: Any) -> Metadata:
    """What trafilatura reads off the page's text and looks: guesses."""
    site = " ".join((found.sitename or "").split()) or None
    title, site = split_site(" ".join(without_holes(found.title or "").split()), site)
    names = [name for name in people(found.author or "") if may_be_name(name, site or "")]
    authors = tuple(names) if all(map(is_full_name, names)) else ()
    return Metadata(title=title, authors=authors, published=iso_date(found.date), publisher=site, url=found.url)


def _above(shown: Sequence[str]) -> Metadata:
    """The byline and the date line that stand above the text, when the page marks them as nothing."""
    found = describe("\n\n".join(shown)[: 4 * _HEAD_CHARS]).metadata
    return Metadata(authors=tuple(filter(is_full_name, found.authors)), published=found.published)


def _as_shown(said: Metadata, tree: Any, shown: Sequence[str]) -> Metadata:
    """With the day of publication that the page shows, where that is the neighbour of the declared one."""
    if said.published is None or len(said.published) < len("2022-05-01"):
        return said
    day = date.fromisoformat(said.published)
    days = set(dates_in("\n".join(shown)[:_HEAD_CHARS]))
    near = [one for one in ((day + timedelta(by)).isoformat() for by in (-1, 1)) if one in days]
    told = said.published in days or any(said.published in one.get("datetime", "") for one in tree.iterfind(".//time"))
    return replace(said, published=near[0]) if len(near) == 1 and not told else said


def _article(found: Any, title: str, tree: Any, shown: Sequence[str]) -> tuple[str, list[Section]]:
    if found is None or found.body is None:
        return "", []
    marks, lines = marks_of(tree), run_together(found.body, shown)
    blocks = marked(lines, marks) if lines else blocks_of(found.body, marks)
    return assembled(without_title(list(blocks), title))


def _tells_more(body: str, text: str) -> bool:
    runs, known = _runs(body), _runs(text)
    return len(runs) >= _DECLARED_WORDS and len(runs & known) < _FOUND * len(runs)


def _runs(text: str) -> set[tuple[str, ...]]:
    """Every four words that follow each other."""
    words = text.split()
    return set(zip(words, words[1:], words[2:], words[3:], strict=False))


def _finished(text: str, sections: Sequence[Section], about: Metadata, shown: Sequence[str]) -> Extract:
    described = describe(text, about)
    dropped = joined([*described.moved, *certain_boilerplate(text)])
    own = tuple(_outside(sections, dropped)) or sections_of(text, dropped)
    left = left_out(shown, text, (about.title,))
    how = ("most of the text is not shown by the page: it was found in its data",) if _is_hidden(text, shown) else ()
    return Extract(text, described.metadata, own, dropped, warnings=how, left_out=left)


def _is_hidden(text: str, shown: Sequence[str]) -> bool:
    return _tells_more(text, " ".join(shown))


def _all_of(blocks: Sequence[str], about: Metadata, how: str) -> Extract:
    """All that a browser would show, cleaned as a copied page is: better too much than nothing."""
    text = without_holes("\n\n".join(blocks))
    found = describe(text, about)
    dropped = joined([*found.moved, *boilerplate(text, found.metadata.title, found.metadata.authors)])
    return Extract(text, found.metadata, sections_of(text, dropped), dropped, warnings=(how,))


def _outside(sections: Sequence[Section], dropped: tuple[Span, ...]) -> Iterator[Section]:
    """The sections that are not dropped as a whole."""
    return (section for section in sections if not any(section.span.within(span) for span in dropped))
