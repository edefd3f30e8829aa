"""The metadata that an HTML page declares: in JSON-LD, meta tags and microdata, and in elements marked as a byline."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Any, cast

from lxml import etree

from index.types import Origin
from ingest.boilerplate.text_units import fold
from ingest.encoding import without_holes
from ingest.metadata.describe import iso_date, split_site
from ingest.metadata.people import parse_names
from ingest.readers.html.dates import is_future
from ingest.readers.html.linked_data import Thing, things
from ingest.readers.html.tree import without_invisible
from ingest.types import Metadata

Fields = Mapping[str, list[str]]
"""The values of a page's meta tags, by case-folded name, in the order of the page."""

# Limits against hostile pages, and the least words of a heading that is a headline (guesses); lengths in characters.
_LONGEST_VALUE = 600
_MAX_AUTHORS = 60
_LONGEST_HEADLINE = 300
_MIN_HEADLINE_WORDS = 4
_MAX_ANCESTORS = 12
_MAX_MARKED = 60  # elements

_NEWS = frozenset(
    f"{prefix}newsarticle" for prefix in ("", "reportage", "analysis", "opinion", "review", "background", "askpublic")
) | {"liveblogposting"}
_WEBLOG = frozenset(("blogposting", "socialmediaposting", "discussionforumposting"))
_JOURNAL = frozenset(("scholarlyarticle", "medicalscholarlyarticle"))
_ARTICLES = _NEWS | _WEBLOG | _JOURNAL | {"article", "techarticle", "report", "advertisercontentarticle", "recipe"}

_TITLES = ("citation_title", "og:title", "dc.title", "dcterms.title", "twitter:title")
_AUTHORS = (
    *("citation_author", "author", "article:author", "dc.creator", "dcterms.creator", "parsely-author"),
    *("sailthru.author", "byl", "byline", "dc.contributor.author"),
)
_PUBLISHED = (
    *("article:published_time", "og:article:published_time", "datepublished", "citation_publication_date"),
    *("citation_date", "dc.date.issued", "dcterms.issued", "parsely-pub-date", "sailthru.date", "pubdate"),
    *("publish-date", "publish_date", "publication_date", "dc.date", "dcterms.date", "dc.date.created", "date"),
)
_UPDATED = ("article:modified_time", "og:updated_time", "datemodified", "dcterms.modified", "last-modified")
_PUBLISHERS = ("citation_journal_title", "og:site_name", "dc.publisher", "dcterms.publisher", "application-name")
_DOIS = ("citation_doi", "prism.doi", "dc.identifier", "dcterms.identifier", "bepress_citation_doi")

_DOI = re.compile(r"\b(10\.\d{4,9}/[^\s\"<>]{1,200}[^\s\"<>.,;)])", re.I)
_SAVED_FROM = re.compile(r"<!--\s{0,5}saved from url=\(\d{1,6}\)(https?://[^\s>]{4,2000})\s{0,5}-->", re.I)
_NO_NAME = re.compile(
    r"https?:|www\.|[@(]|\d{2}|\.(?:com|org|net)\b| says$|^(?:admin|administrator|editors?|staff|none|null|no author"
    r"|n/a|follow|guest|unknown|anonymous|sponsored|author|name|posted on|from|news)$",
    re.I,
)
_AROUND_NAME = re.compile(
    r"^(?:(?:view|see) all posts by|(?:[a-z]+ ){0,3}by:?|von|por|par|author:?)\s+|\s+(?:link copied|shares)$", re.I
)
_FULL_NAME = re.compile(r"[^\W\d_a-z][\w.'’-]*(?: [\w.'’-]+){0,3} [^\W\d_a-z][\w.'’-]*")
_AUTHOR_LABEL = re.compile(r"written by|author", re.I)
_ASIDE_CLASS = re.compile(r"comment|related|recommend|sidebar|widget|teaser|trending|promo", re.I)
_DATE_CLASS = re.compile(r"publish|posted|entry-date|created|dateline|timestamp", re.I)
_BYLINE_CLASS = re.compile(r"(?:^|[\s_-])(?:author|byline)(?:[_-]{0,2}(?:name|link|title))?(?:$|\s)", re.I)
_DAY, _MONTH = len("2022-05-01"), len("2022-05")
_BREAK = re.compile(
    r" [|•·/–—-] |[|•·]|,? (?:\w{3,9}\.? \d{1,2}, 20\d\d|\d{1,2} \w{3,9} 20\d\d|(?:updated|published|posted)\b)", re.I
)
_KICKER = re.compile(r"^[^|:]{2,30} \| (?=\S.{20})")

_MARKED_AUTHORS = etree.XPath(
    './/*[@itemprop="author" or starts-with(@rel, "author") or contains(@class, "author") or contains(@class, "byline")'
    ' or contains(@class, "Author") or contains(@class, "Byline")]'
)
_MARKED_DATES = etree.XPath(
    './/time | .//*[@itemprop="datePublished" or @itemprop="dateCreated" or contains(@property, "datePublished")]'
    ' | .//abbr[contains(@class, "published")]'
)


def declarations(tree: Any, page: str) -> tuple[Metadata, str]:
    """The metadata that the page declares, each value of origin FORMAT; and the article's text as JSON-LD, else "".

    ``tree`` is the parsed page, ``page`` its source.
    """
    meta = _meta_fields(tree)
    article = _article(things(tree), _page_title(tree, meta))
    site = _publisher(article, meta)
    title, site = _title(tree, article, meta, site)
    doi = next((match[1] for value in _values(meta, _DOIS) if (match := _DOI.search(value))), None)
    values: dict[str, Any] = {
        "title": title,
        "authors": _authors(tree, article, meta, site),
        "published": _published(tree, article, meta),
        "updated": _date([*article.texts("dateModified"), *_values(meta, _UPDATED)]),
        "publisher": site,
        "url": _url(tree, article, meta, page),
        "doi": doi,
        "language": _language(tree, article, meta),
    }
    origins = dict.fromkeys(("kind", *(name for name, value in values.items() if value)), Origin.FORMAT)
    body = next(iter(article.texts("articleBody")), "")
    return Metadata(**values, kind=_kind(article, meta), origins=origins), body


# sources ------------------------------------------------------------------------------------------------------------


def _article(described: Sequence[Thing], title: str) -> Thing:
    """The article that the page is about: of several, the first with a headline like the page's title, and of those the
    first with the most of four fields; one without fields for none."""
    articles = [thing for thing in described if thing.types & _ARTICLES]
    fields = ("headline", "author", "datePublished", "articleBody")

    def rank(thing: Thing) -> tuple[bool, int]:
        is_named = _share_words(_words(_first(thing, "headline")), _words(title))
        return is_named, sum(bool(thing.fields.get(name)) for name in fields)

    return max(articles, key=rank, default=Thing({}, {}))


def _first(thing: Thing, name: str) -> str:
    return next((text for value in thing.texts(name) if (text := _clean(value))), "")


def _page_title(tree: Any, meta: Fields) -> str:
    tag_title = next((_text(element) for element in tree.iterfind(".//title")), "")
    return next(_values(meta, _TITLES), "") or split_site(tag_title)[0]


def _meta_fields(tree: Any) -> Fields:
    fields: dict[str, list[str]] = {}
    for element in tree.iterfind(".//meta"):
        content = _clean(element.get("content"))
        for attribute in ("name", "property", "itemprop"):
            if content and element.get(attribute):
                fields.setdefault(element.get(attribute).strip().casefold(), []).append(content)
    return fields


def _values(meta: Fields, names: Iterable[str]) -> Iterator[str]:
    """The values of these fields, in the order of the names."""
    return (value for name in names for value in meta.get(name, ()))


def _clean(value: object) -> str:
    """A string on one line, its HTML escapes resolved (some pages escape twice); "" for anything else."""
    if not isinstance(value, str):
        return ""
    visible = without_invisible(html.unescape(value[: 4 * _LONGEST_VALUE]))
    return " ".join(without_holes(visible).split())[:_LONGEST_VALUE]


def _text(element: Any) -> str:
    return _clean(" ".join(islice(element.itertext(), 200)))


# values -------------------------------------------------------------------------------------------------------------


def _title(tree: Any, article: Thing, meta: Fields, site: str | None) -> tuple[str, str | None]:
    """The title, and the site's name. The title is the heading that shares its words with a declared title, else a
    single long heading, else the first declared title. A title may end with the site's name."""
    tag_title = next((_text(element) for element in tree.iterfind(".//title")), "")
    declared = [title for title in (*_values(meta, _TITLES), _first(article, "headline"), tag_title) if title]
    titles = [split_site(title, site) for title in declared]
    headings = [
        text for element in islice(tree.iterfind(".//h1"), 10) if 0 < len(text := _text(element)) < _LONGEST_HEADLINE
    ]
    single = [heading for heading in headings if len(headings) == 1 and len(_words(heading)) >= _MIN_HEADLINE_WORDS]
    title_words = [_words(title) for title, _ in titles]
    confirmed = [heading for heading in headings if any(_share_words(_words(heading), words) for words in title_words)]
    title = next(iter((*confirmed, *single, *(title for title, _ in titles), *headings)), "")
    return _KICKER.sub("", split_site(title, site)[0]), site or next((name for _, name in titles if name), None)


def _share_words(heading: set[str], title: set[str]) -> bool:
    """True when at least half of the words of each are in the other."""
    return len(heading & title) >= max(1, 0.5 * len(title)) and 2 * len(heading & title) >= len(heading)


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold()))


def _authors(tree: Any, article: Thing, meta: Fields, site: str | None) -> tuple[str, ...]:
    """The names from the first of JSON-LD, meta tags and bylines that has any."""
    sites = [name for name in (site, *_values(meta, (*_PUBLISHERS, "twitter:site"))) if name]
    fields = ([field] for field in _meta_authors(meta))
    bylines = ([byline] for byline in _bylines(tree))
    for candidates in (_creators(article), *fields, *bylines):
        names = tuple(name for name in parse_names(candidates) if may_be_name(name, *sites))
        if names:
            return names[:_MAX_AUTHORS]
    return ()


def _compact(name: str) -> str:
    """The same for all ways in which tags write a site's name: "The Example", "example.com", "@Example"."""
    return re.sub(r"^@?the |[.,]? ?com$|[^\w]", "", fold(name))


def _creators(article: Thing) -> list[str]:
    """The names of the article's authors; organisations only when there are no people."""
    creators = article.values("author") or article.values("creator")
    persons = [creator for creator in creators if isinstance(creator, str) or not _is_organisation(creator)]
    names = [
        name
        for creator in persons or creators
        for name in ([creator] if isinstance(creator, str) else creator.texts("name"))
    ]
    return [_AROUND_NAME.sub("", _clean(name)) for name in names]


def _is_organisation(thing: Thing) -> bool:
    return "organization" in " ".join(thing.types)


def _meta_authors(meta: Fields) -> Iterator[str]:
    """One string for each field that names people; the values of a repeated field are joined by semicolons."""
    labels = [n for n in "12" if _AUTHOR_LABEL.match("".join(meta.get(f"twitter:label{n}", ())))]
    for values in (meta.get(name, []) for name in (*_AUTHORS, *(f"twitter:data{n}" for n in labels))):
        names = [_AROUND_NAME.sub("", value) for value in dict.fromkeys(values) if "://" not in value]
        if names:
            yield "; ".join(names)


def _bylines(tree: Any) -> Iterator[str]:
    """The texts of elements that are marked as an author's name or as a byline, the most reliable attribute first."""
    elements = cast(list[Any], _MARKED_AUTHORS(tree))[:_MAX_MARKED]
    for attribute in ("itemprop", "rel", "class"):
        for element in elements:
            if _BYLINE_CLASS.search(element.get(attribute, "")) and not _is_aside(element):
                text = _AROUND_NAME.sub("", _BREAK.split(_text(element), maxsplit=1)[0])
                if attribute != "class" or is_full_name(text):
                    yield text


def _is_aside(element: Any) -> bool:
    """True inside a reader's comment, or where other articles are shown."""
    ancestors = list(islice(chain((element,), element.iterancestors()), _MAX_ANCESTORS))
    has_class = any(_ASIDE_CLASS.search(f"{ancestor.get('class')} {ancestor.get('id')}") for ancestor in ancestors)
    return has_class or any(ancestor.tag in ("aside", "footer", "nav") for ancestor in ancestors)


def may_be_name(name: str, *sites: str) -> bool:
    """False for the fillers that templates write instead of an author, and for the names of the site itself."""
    is_short = 2 < len(name) < 100 and len(name.split()) <= 7
    return is_short and not _NO_NAME.search(name) and _compact(name) not in map(_compact, sites)


def is_full_name(name: str) -> bool:
    """True for two to five words of which the first and the last begin with a capital."""
    return _FULL_NAME.fullmatch(name) is not None


def _published(tree: Any, article: Thing, meta: Fields) -> str | None:
    declared = [*_values(meta, _PUBLISHED[:2]), *article.texts("datePublished"), *_values(meta, _PUBLISHED[2:])]
    return _date([*declared, *article.texts("dateCreated"), *_marked_dates(tree)])


def _marked_dates(tree: Any) -> list[str]:
    """The dates of elements that are marked as the article's own, those with microdata first."""
    elements = cast(list[Any], _MARKED_DATES(tree))[:_MAX_MARKED]
    ordered = sorted(
        elements,
        key=lambda element: 2 * ("itemprop" in element.attrib) + ("pubdate" in element.attrib),
        reverse=True,
    )
    return [
        next(filter(None, map(element.get, ("content", "datetime", "title"))), "") or _text(element)
        for element in ordered
        if _is_article_date(element)
    ]


def _is_article_date(element: Any) -> bool:
    """True when the element's class or attributes say so, or when it is inside a header."""
    by_class = _DATE_CLASS.search(" ".join(element.get(name, "") for name in ("class", "itemprop", "property")))
    return (
        bool(by_class)
        or "pubdate" in element.attrib
        or any(ancestor.tag == "header" for ancestor in element.iterancestors())
    )


def _date(values: Iterable[object]) -> str | None:
    """The first day, or else the first month. A year alone is ignored: many templates write one on every page."""
    dates = [
        iso for value in values if isinstance(value, str) and (iso := iso_date(_clean(value))) and not is_future(iso)
    ]
    return next((iso for size in (_DAY, _MONTH) for iso in dates if len(iso) == size), None)


def _publisher(article: Thing, meta: Fields) -> str | None:
    publishers = article.values("publisher")
    written = (_first(value, "name") if isinstance(value, Thing) else _clean(value) for value in publishers)
    names = (name for name in written if "://" not in name)
    return next(_values(meta, _PUBLISHERS), "") or next(filter(None, names), None)


def _url(tree: Any, article: Thing, meta: Fields, page: str) -> str | None:
    saved = _SAVED_FROM.search(page, 0, 5000)
    links = [link.get("href") for link in tree.iterfind(".//link") if link.get("rel", "").casefold() == "canonical"]
    candidates = [*links, *meta.get("og:url", ()), saved and saved[1], _first(article, "url")]
    return next((url for value in candidates if (url := _clean(value)).startswith(("http://", "https://"))), None)


def locale_of(tree: Any) -> str:
    """The declared language with its country, e.g. "en-GB"; "" when there is none."""
    fields = _meta_fields(tree)
    candidates = [
        tree.get("lang"),
        tree.get("xml:lang"),
        *_values(fields, ("og:locale", "content-language", "language")),
    ]
    return max((candidate for candidate in candidates if candidate), key=len, default="")


def _language(tree: Any, article: Thing, meta: Fields) -> str | None:
    candidates = [tree.get("lang"), tree.get("xml:lang"), *meta.get("og:locale", ()), *article.texts("inLanguage")]
    matches = (re.match(r"[a-z]{2,3}(?![a-z])", _clean(value).casefold()) for value in candidates)
    return next((match[0] for match in matches if match), None)


def _kind(article: Thing, meta: Fields) -> str:
    types = article.types
    if types & _JOURNAL or "citation_journal_title" in meta:
        return "article-journal"
    if types & _NEWS:
        return "article-newspaper"
    return "post-weblog" if types & _WEBLOG else "webpage"
