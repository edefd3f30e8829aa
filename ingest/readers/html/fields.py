"""What an HTML page declares of its origin: JSON-LD, meta tags, microdata, and the elements that mark a byline."""

from __future__ import annotations

import html
import json
import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, islice
from typing import Any, cast

from lxml import etree

from index.types import Origin
from ingest.boilerplate.units import folded
from ingest.encoding import without_holes
from ingest.metadata.describe import iso_date, split_site
from ingest.metadata.people import people
from ingest.types import Metadata

Fields = Mapping[str, list[str]]
Thing = Mapping[str, object]

_LONGEST_SCRIPT = 2_000_000
_MOST_THINGS = 2_000
_LONGEST_VALUE = 600
_MOST_AUTHORS = 60
_LONGEST_HEADLINE = 300
_WORDS_OF_A_HEADLINE = 4

_NEWS = frozenset(
    f"{one}newsarticle" for one in ("", "reportage", "analysis", "opinion", "review", "background", "askpublic")
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
_LABELLED = re.compile(r"written by|author", re.I)
_DEPTH = 12
_OTHERS = re.compile(r"comment|related|recommend|sidebar|widget|teaser|trending|promo", re.I)
_DATE_CLASS = re.compile(r"publish|posted|entry-date|created|dateline|timestamp", re.I)
_BYLINE_CLASS = re.compile(r"(?:^|[\s_-])(?:author|byline)(?:[_-]{0,2}(?:name|link|title))?(?:$|\s)", re.I)
_MOST_MARKED = 60
_DAY, _MONTH = len("2022-05-01"), len("2022-05")
_BREAK = re.compile(
    r" [|•·/–—-] |[|•·]|,? (?:\w{3,9}\.? \d{1,2}, 20\d\d|\d{1,2} \w{3,9} 20\d\d|(?:updated|published|posted)\b)", re.I
)
_KICKER = re.compile(r"^[^|:]{2,30} \| (?=\S.{20})")

_MARKED_AUTHORS = etree.XPath(
    './/*[@itemprop="author" or starts-with(@rel, "author") or contains(@class, "author") or contains(@class, "byline")'
    ' or contains(@class, "Author") or contains(@class, "Byline")]'
)
_MARKED_DATES = etree.XPath('.//time | .//*[@itemprop="datePublished" or @itemprop="dateCreated"]')


def declared(tree: Any, page: str) -> tuple[Metadata, str]:
    """What the page says of itself, each value of origin FORMAT, and the article's whole text where it is declared."""
    things = list(_things(tree))
    article = _article(things)
    meta = _meta(tree)
    site = _publisher(article, meta)
    title, site = _title(tree, article, meta, site)
    doi = next((found[1] for value in _all(meta, _DOIS) if (found := _DOI.search(value))), None)
    values: dict[str, Any] = {
        "title": title,
        "authors": _authors(tree, article, meta, site),
        "published": _published(tree, article, meta),
        "updated": _date([article.get("dateModified"), *_all(meta, _UPDATED)]),
        "publisher": site,
        "url": _url(tree, article, meta, page),
        "doi": doi,
        "language": _language(tree, article, meta),
    }
    origins = dict.fromkeys(("kind", *(name for name, value in values.items() if value)), Origin.FORMAT)
    body = article.get("articleBody")
    return Metadata(**values, kind=_kind(article, meta), origins=origins), body if isinstance(body, str) else ""


# sources ------------------------------------------------------------------------------------------------------------


def _things(tree: Any) -> Iterator[Thing]:
    """The objects of all JSON-LD scripts, the outer before the inner."""
    waiting: deque[object] = deque()
    for script in tree.iterfind(".//script"):
        text = script.text or ""
        if "ld+json" in script.get("type", "") and len(text) < _LONGEST_SCRIPT:
            try:
                waiting.append(json.loads(text.strip().removesuffix(";"), strict=False))
            except (ValueError, RecursionError):  # a page's own slip; its other fields stand
                continue
    for _ in range(_MOST_THINGS):
        if not waiting:
            return
        one = waiting.popleft()
        if isinstance(one, Mapping):
            yield one
        inner = one.values() if isinstance(one, Mapping) else one if isinstance(one, list) else ()
        waiting.extend(value for value in inner if isinstance(value, Mapping | list))


def _types(thing: Thing) -> set[str]:
    found = thing.get("@type")
    return {str(one).rpartition("/")[2].casefold() for one in (found if isinstance(found, list) else [found])}


def _article(things: Iterable[Thing]) -> Thing:
    """The thing that the page is about: an article, the one that says most of itself first."""
    articles = [one for one in things if _types(one) & _ARTICLES]
    said = ("headline", "author", "datePublished", "articleBody")
    return max(articles, key=lambda one: sum(bool(one.get(name)) for name in said), default={})


def _meta(tree: Any) -> Fields:
    found: dict[str, list[str]] = {}
    for element in tree.iterfind(".//meta"):
        content = _clean(element.get("content"))
        for attribute in ("name", "property", "itemprop"):
            if content and element.get(attribute):
                found.setdefault(element.get(attribute).strip().casefold(), []).append(content)
    return found


def _all(meta: Fields, names: Iterable[str]) -> Iterator[str]:
    return (value for name in names for value in meta.get(name, ()))


def _clean(value: object) -> str:
    """One line; a page may escape what it need not have escaped."""
    if not isinstance(value, str):
        return ""
    return " ".join(without_holes(html.unescape(value[: 4 * _LONGEST_VALUE])).split())[:_LONGEST_VALUE]


def _shown(element: Any) -> str:
    return _clean(" ".join(islice(element.itertext(), 200)))


# values -------------------------------------------------------------------------------------------------------------


def _title(tree: Any, article: Thing, meta: Fields, site: str | None) -> tuple[str, str | None]:
    """The headline that a reader sees, where the declared titles speak of the same; else the declared title. And the
    site's name, where a title ends with it."""
    tag = next((_shown(one) for one in tree.iterfind(".//title")), "")
    said = [one for one in (*_all(meta, _TITLES), _clean(article.get("headline")), tag) if one]
    titles = [split_site(one, site) for one in said]
    seen = [text for one in islice(tree.iterfind(".//h1"), 10) if 0 < len(text := _shown(one)) < _LONGEST_HEADLINE]
    alone = [one for one in seen if len(seen) == 1 and len(_words(one)) >= _WORDS_OF_A_HEADLINE]
    known = [_words(title) for title, _ in titles]
    same = [one for one in seen if any(_speak_of_the_same(_words(one), words) for words in known)]
    title = next(iter((*same, *alone, *(title for title, _ in titles), *seen)), "")
    return _KICKER.sub("", split_site(title, site)[0]), site or next((name for _, name in titles if name), None)


def _speak_of_the_same(one: set[str], other: set[str]) -> bool:
    return len(one & other) >= max(1, 0.5 * len(other)) and 2 * len(one & other) >= len(one)


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold()))


def _authors(tree: Any, article: Thing, meta: Fields, site: str | None) -> tuple[str, ...]:
    sites = [one for one in (site, *_all(meta, (*_PUBLISHERS, "twitter:site"))) if one]
    for found in (_creators(article), *([one] for one in _meta_authors(meta)), *([one] for one in _bylines(tree))):
        names = tuple(name for name in people(found) if may_be_name(name, *sites))
        if names:
            return names[:_MOST_AUTHORS]
    return ()


def _compact(name: str) -> str:
    """Names of a site as its tags write them: "The Example", "example.com", "@Example"."""
    return re.sub(r"^@?the |[.,]? ?com$|[^\w]", "", folded(name))


def _creators(article: Thing) -> list[object]:
    """The people who made the article; organisations only when there are no people."""
    found = article.get("author") or article.get("creator") or ()
    makers = [one for one in (found if isinstance(found, list) else [found]) if isinstance(one, Mapping | str)]
    persons = [one for one in makers if not (isinstance(one, Mapping) and "organization" in " ".join(_types(one)))]
    named = [one.get("name") if isinstance(one, Mapping) else one for one in persons or makers]
    flat = [name for one in named for name in (one if isinstance(one, list) else [one])]
    return [_AROUND_NAME.sub("", _clean(name)) for name in flat]


def _meta_authors(meta: Fields) -> Iterator[str]:
    """One string for each field that names people; several of one field are several people."""
    labels = [n for n in "12" if _LABELLED.match("".join(meta.get(f"twitter:label{n}", ())))]
    for values in (meta.get(name, []) for name in (*_AUTHORS, *(f"twitter:data{n}" for n in labels))):
        names = [_AROUND_NAME.sub("", one) for one in dict.fromkeys(values) if "://" not in one]
        if names:
            yield "; ".join(names)


def _bylines(tree: Any) -> Iterator[str]:
    """What stands in elements that are marked as an author's name or as a byline, the surest mark first."""
    marked = cast(list[Any], _MARKED_AUTHORS(tree))[:_MOST_MARKED]
    for attribute in ("itemprop", "rel", "class"):
        for one in marked:
            if _BYLINE_CLASS.search(one.get(attribute, "")) and not _is_aside(one):
                text = _AROUND_NAME.sub("", _BREAK.split(_shown(one), maxsplit=1)[0])
                if attribute != "class" or is_full_name(text):
                    yield text


def _is_aside(element: Any) -> bool:
    """True in a reader's comment, or where other articles are shown."""
    around = list(islice(chain((element,), element.iterancestors()), _DEPTH))
    named = any(_OTHERS.search(f"{one.get('class')} {one.get('id')}") for one in around)
    return named or any(one.tag in ("aside", "footer", "nav") for one in around)


def may_be_name(name: str, *sites: str) -> bool:
    """False for what templates put into an author's place, and for the names of the site itself."""
    is_short = 2 < len(name) < 100 and len(name.split()) <= 7
    return is_short and not _NO_NAME.search(name) and _compact(name) not in map(_compact, sites)


def is_full_name(name: str) -> bool:
    return _FULL_NAME.fullmatch(name) is not None


def _published(tree: Any, article: Thing, meta: Fields) -> str | None:
    created = [*_all(meta, _PUBLISHED[:2]), article.get("datePublished"), *_all(meta, _PUBLISHED[2:])]
    return _date([*created, article.get("dateCreated"), *_marked_dates(tree)])


def _marked_dates(tree: Any) -> list[str]:
    """The dates of elements that are marked as the article's own: by microdata, by name, by standing in its head."""
    marked = cast(list[Any], _MARKED_DATES(tree))[:_MOST_MARKED]
    sure = sorted(marked, key=lambda one: 2 * ("itemprop" in one.attrib) + ("pubdate" in one.attrib), reverse=True)
    return [one.get("content") or one.get("datetime") or _shown(one) for one in sure if _is_own_date(one)]


def _is_own_date(element: Any) -> bool:
    named = _DATE_CLASS.search(" ".join((element.get("class", ""), element.get("itemprop", ""))))
    return bool(named) or "pubdate" in element.attrib or any(one.tag == "header" for one in element.iterancestors())


def _date(values: Iterable[object]) -> str | None:
    """The first day, or else the first month; a year alone is said by many templates of no one page."""
    found = [iso for one in values if isinstance(one, str) and (iso := iso_date(_clean(one)))]
    return next((iso for size in (_DAY, _MONTH) for iso in found if len(iso) == size), None)


def _publisher(article: Thing, meta: Fields) -> str | None:
    found = article.get("publisher")
    name = _clean(found.get("name")) if isinstance(found, Mapping) else ""
    return next(_all(meta, _PUBLISHERS), "") or name or None


def _url(tree: Any, article: Thing, meta: Fields, page: str) -> str | None:
    saved = _SAVED_FROM.search(page, 0, 5000)
    links = [one.get("href") for one in tree.iterfind(".//link") if one.get("rel", "").casefold() == "canonical"]
    said = [*links, *meta.get("og:url", ()), saved and saved[1], article.get("url")]
    return next((url for one in said if (url := _clean(one)).startswith(("http://", "https://"))), None)


def _language(tree: Any, article: Thing, meta: Fields) -> str | None:
    said = [tree.get("lang"), tree.get("xml:lang"), *meta.get("og:locale", ()), article.get("inLanguage")]
    codes = (re.match(r"[a-z]{2,3}(?![a-z])", _clean(one).casefold()) for one in said)
    return next((code[0] for code in codes if code), None)


def _kind(article: Thing, meta: Fields) -> str:
    types = _types(article)
    if types & _JOURNAL or "citation_journal_title" in meta:
        return "article-journal"
    if types & _NEWS:
        return "article-newspaper"
    return "post-weblog" if types & _WEBLOG else "webpage"
