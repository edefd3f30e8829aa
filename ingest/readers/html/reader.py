"""HTML: the article that trafilatura extracts, or the text that the page declares as data, or all text of the page."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import compress
from typing import Any

from lxml import etree

from index.errors import ReadError
from index.types import Section, Span
from ingest.boilerplate.clean import boilerplate_spans, certain_boilerplate_spans, merge_spans
from ingest.encoding import decode, without_holes
from ingest.metadata.date_labels import Label
from ingest.metadata.dates import LabelledDate
from ingest.metadata.describe import Description, describe, iso_date, split_site
from ingest.metadata.origin import merge_statements
from ingest.metadata.people import parse_names
from ingest.readers.html.article import Article, article_of
from ingest.readers.html.blocks import assembled, joined, without_title
from ingest.readers.html.dates import dates_beside_headline, is_foreign, is_future, own_dates, with_shown_day
from ingest.readers.html.fields import declarations, is_full_name, locale_of, may_be_name
from ingest.readers.html.page_blocks import PageBlock, page_blocks
from ingest.readers.html.tree import parsed, reduce_to_shown, without_invisible
from ingest.readers.html.visible import left_out, tag_by_tag
from ingest.readers.plain import require_text, sections_of
from ingest.types import Extract, Metadata, Reading

LARGEST_PAGE = 20_000_000  # bytes (a guess)
_LONGEST_TAG = 200_000  # characters (a guess)
_MAX_ATTRIBUTES = 20_000  # of one tag (a guess)

# trafilatura's options: its extensive search would find some date on nearly every page, so it is off.
_DATES = {"original_date": True, "extensive_search": False}
_CHARSET = re.compile(
    rb"""<(?:meta\b[^>]{0,200}?charset|\?xml\b[^>]{0,80}?encoding)\s{0,5}=\s{0,5}["']?([\w.:-]{2,40})""", re.I
)
# Pictures and fonts inside a saved page, which may hold a hundred times its text.
_DATA_URI = re.compile(rb"data:[\w.+-]{1,40}/[\w.+-]{1,80}(?:;[\w.=-]{1,60}){0,4};base64,[A-Za-z0-9+/=]{100,}")
_XML_DECLARATION = re.compile(r"\s{0,100}<\?xml[^>]{0,200}>")
# A declared text replaces the article when it has so many runs of four words and less than this share of them is in the
# article (guesses).
_MIN_DECLARED_RUNS, _MAX_SHARED = 80, 0.5
_HEAD_CHARS = 6_000  # of a page, where its date and byline are looked for (a guess)


def read_html(data: bytes, name: str) -> Reading:
    """The page as one extract. Raises ReadError when it is too large, has no text, or cannot be parsed in time."""
    return read_page(data, name)


def read_page(data: bytes, name: str, charset: str | None = None) -> Reading:
    """As ``read_html``; ``charset``: the encoding that was sent with the page, which outranks the one it declares."""
    data = _DATA_URI.sub(b"data:,", data) if len(data) > LARGEST_PAGE else data
    if len(data) > LARGEST_PAGE:
        size = f"{len(data) / 1e6:.0f} MB"
        raise ReadError(f"{name} has {size}; HTML is read up to {LARGEST_PAGE // 1_000_000} MB. Save it as plain text.")
    declared = _CHARSET.search(data, 0, 4096)
    decoded = decode(data, name, charset or (declared[1].decode("ascii") if declared else None))
    require_text(decoded.text, name)
    if _has_endless_tag(decoded.text):
        raise ReadError(f"{name} is damaged: one of its tags never ends. Open it in a browser and save its text.")
    extract = _extract(_XML_DECLARATION.sub("", decoded.text, count=1))
    require_text(extract.text, name)
    return Reading((extract,), decoded.encoding, decoded.guessed, warnings=decoded.warnings)


def _has_endless_tag(page: str) -> bool:
    """True for a tag with so many attributes that every parser takes minutes over it."""
    tags = (chunk[chunk.find("<") :] for chunk in page.split(">") if len(chunk) > _LONGEST_TAG)
    return any(tag.count(" ") + tag.count("\n") > _MAX_ATTRIBUTES for tag in tags)


def _extract(page: str) -> Extract:
    """The page's article, or the text of the first fallback that has any; a warning names the fallback."""
    tree = parsed(page)
    if tree is None:
        return _whole_page(tag_by_tag(page), Metadata(), "the page is damaged: its text was taken tag by tag")
    declared, declared_text = declarations(tree, page)
    locale = locale_of(tree)
    struck = reduce_to_shown(tree)
    blocks = page_blocks(tree)
    shown = [line for block in blocks for line in block.text.split("\n")]
    extraction = _trafilatura(tree, with_metadata=not (declared.title and declared.authors and declared.published))
    guess = Description(Metadata()) if declared.authors and declared.published else _byline_and_date(shown)
    extracted = [_guessed_metadata(extraction, shown, page, locale)] if extraction else []
    beside = dates_beside_headline(shown, declared.title, locale)
    declared = with_shown_day(declared, beside, shown, locale)
    # A page that has no date but that of its last change, under its headline, was published so on that day.
    issue = Metadata(published=_as_shown(dates_beside_headline(shown, declared.title, locale, paragraphs=0)).updated)
    metadata = merge_statements([declared, _as_shown(beside), *extracted, guess.metadata, issue])
    uncertain = guess.warnings if guess.metadata.published == metadata.published else ()
    article = _article(extraction, tree, blocks)
    text, sections = assembled(without_title(list(joined(compress(blocks, article.taken))), metadata.title))
    if _has_more(declared_text, text):
        text, sections = without_holes(without_invisible("\n\n".join(tag_by_tag(declared_text)))), []
    if text:
        return _finished(text, sections, metadata, shown, article.passed_over, uncertain, struck)
    warning = "no article was found in the page: all of its text was taken"
    whole = _whole_page(shown or tag_by_tag(page), metadata, warning, *uncertain)
    return replace(whole, left_out=tuple(struck))


def _trafilatura(tree: Any, *, with_metadata: bool) -> Any:
    """trafilatura's document, or None when it finds no article or cannot take the page. Metadata take it as long as the
    text, so they are looked for only when they are needed."""
    from trafilatura import bare_extraction

    # It writes pages that it cannot parse to stderr; here the ingest's report names them.
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    options = {"fast": True, "with_metadata": with_metadata, "include_comments": False, "include_tables": True}
    try:
        return bare_extraction(tree, date_extraction_params=_DATES, **options)
    except (ValueError, TypeError, AttributeError, LookupError, RecursionError, etree.LxmlError):
        return None


def _guessed_metadata(article: Any, shown: Sequence[str], page: str, locale: str) -> Metadata:
    """What trafilatura reads off the page's text and layout. None of it is declared, so all of it is a guess."""
    site = " ".join((article.sitename or "").split()) or None
    title, site = split_site(" ".join(without_holes(article.title or "").split()), site)
    names = [name for name in parse_names(article.author or "") if may_be_name(name, site or "")]
    authors = tuple(names) if all(map(is_full_name, names)) else ()
    published, updated = own_dates(iso_date(article.date), shown, page, locale)
    about = Metadata(title=title, authors=authors, published=published, publisher=site, url=article.url)
    return replace(about, updated=updated)


def _byline_and_date(shown: Sequence[str]) -> Description:
    """The authors and the date in lines above the text, for pages whose markup does not name them."""
    lines = (line for line in shown if not is_foreign(line))
    description = describe("\n\n".join(lines)[: 4 * _HEAD_CHARS])
    described = description.metadata
    published = None if described.published and is_future(described.published) else described.published
    about = Metadata(authors=tuple(filter(is_full_name, described.authors)), published=published)
    return Description(about, warnings=description.warnings)


def _as_shown(beside: Sequence[LabelledDate]) -> Metadata:
    """The metadata that the dates beside the headline state, as far as they do not contradict each other."""
    days = {label: {day.iso for day in beside if day.label is label} for label in Label}
    published = days[Label.PUBLISHED] or days[Label.NONE]
    updated = max(days[Label.UPDATED], default=None)
    return Metadata(published=min(published) if len(published) == 1 else None, updated=updated)


def _article(extraction: Any, tree: Any, blocks: Sequence[PageBlock]) -> Article:
    """Which blocks are the article; none when trafilatura has no text."""
    text = extraction.text if extraction is not None else ""
    return article_of(tree, blocks, text) if text else Article((False,) * len(blocks))


def _has_more(text: str, other: str) -> bool:
    """True when ``text`` is long and most of it is not in the other text."""
    runs, other_runs = _four_word_runs(text), _four_word_runs(other)
    return len(runs) >= _MIN_DECLARED_RUNS and len(runs & other_runs) < _MAX_SHARED * len(runs)


def _four_word_runs(text: str) -> set[tuple[str, ...]]:
    words = text.split()
    return set(zip(words, words[1:], words[2:], words[3:], strict=False))


def _finished(
    text: str,
    sections: Sequence[Section],
    metadata: Metadata,
    shown: Sequence[str],
    passed_over: int,
    uncertain: Sequence[str],
    struck: Sequence[str],
) -> Extract:
    """The extract of an article. Sections are read off its text when none remain."""
    description = describe(text, metadata)
    dropped = merge_spans([*description.metadata_spans, *certain_boilerplate_spans(text)])
    remaining = tuple(_remaining_sections(sections, dropped)) or sections_of(
        text, dropped, no_headings=description.byline_spans
    )
    left = left_out((*struck, *shown), text, (metadata.title,))
    hidden = "most of the text is not shown by the page: it was found in its data"
    lines = "1 line" if passed_over == 1 else f"{passed_over} lines"
    passed = f"{lines} inside the article left out, such as the credits of pictures: see what was left out"
    warnings = (hidden,) * _is_hidden(text, shown) or (passed,) * bool(passed_over)
    warnings = (*warnings, *uncertain, *description.warnings)
    return Extract(text, description.metadata, remaining, dropped, warnings=warnings, left_out=left)


def _is_hidden(text: str, shown: Sequence[str]) -> bool:
    return _has_more(text, " ".join(shown))


def _whole_page(blocks: Sequence[str], metadata: Metadata, *warnings: str) -> Extract:
    """All blocks of the page, cleaned like a page that was copied from a browser: too much is better than nothing."""
    text = without_holes("\n\n".join(blocks))
    description = describe(text, metadata)
    described = description.metadata
    dropped = merge_spans([*description.metadata_spans, *boilerplate_spans(text, described.title, described.authors)])
    sections = sections_of(text, dropped, no_headings=description.byline_spans)
    return Extract(text, described, sections, dropped, warnings=(*warnings, *description.warnings))


def _remaining_sections(sections: Sequence[Section], dropped: tuple[Span, ...]) -> Iterator[Section]:
    """The sections that are not dropped as a whole."""
    return (section for section in sections if not any(section.span.within(span) for span in dropped))
