"""What is furniture of a page by its markup or wording: menus, share buttons, teasers, forms, notes about cookies.

The names of classes and the numbers were chosen by looking at the pages of one half of two sets with known articles
(``python -m bench cleaning``); the scores of the other half were seen meanwhile. The article may gain lists and
captions, but no menus.
"""

from __future__ import annotations

import re
from typing import Any

from ingest.boilerplate.phrases import is_certain, is_edge, is_tail_head
from ingest.boilerplate.text_units import TextUnit, split_units
from ingest.readers.html.page_blocks import Kind, PageBlock

LINKED = 0.6  # share of its characters in links above which a part is a menu (a guess)
_LONGEST_CLASS = 500  # characters looked at

_TAGS = frozenset(("nav", "form", "button", "footer", "dialog", "search"))
_ROLES = frozenset(
    (
        *("navigation", "menu", "menubar", "toolbar", "search", "dialog", "alertdialog", "banner", "contentinfo"),
        *("complementary", "tablist", "button"),
    )
)
_CLASS = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navbox|navigation|menu|breadcrumbs?|share|sharing|social|sharedaddy|related"
    r"|recommend(?:ed|ations?)?|comments?|respond|newsletter|subscribe|subscription|signup|promo|sponsor(?:ed)?"
    r"|advert\w*|ads?|cookies?|consent|gdpr|sidebar|widget|footer|masthead|tags?|taglist|teasers?|trending|popular"
    r"|more|read-?more|next|prev|pagination|pager|author|byline|bio|meta|metadata|credits?|copyright|toolbar|tools"
    r"|login|paywall|banner|popup|modal|rating|print|video|player|gallery|carousel|slider|slideshow|donate|cta"
    r"|disclaimer|skip|jp-\w+|outbrain|taboola|twitter-tweet|instagram-media|tiktok-embed|embed)(?:$|[\s_-])",
    re.I,
)
_COOKIES = re.compile(r"(?:^|[\s_-])(?:cookies?|consent|gdpr)(?:$|[\s_-])", re.I)
# Short text in these is no label of the page's template.
STRUCTURE = frozenset(("blockquote", "figcaption", "caption", "address", "summary", "legend", "dt", "dd", "li", "pre"))
_CREDIT = re.compile(
    r"(?i:credits?\s*:|\b(?:credits?|photos?|photograph(?:y|er)?|pictures?|images?|getty|reuters|afp|shutterstock|istock"
    r"|instagram|alamy|courtesy|handout|foto|bild|copyright|via|unsplash|pexels|pixabay|wikimedia|flickr|file)\b)"
    r"|©|\bAP\b|/[A-Z]|\([A-Z]"
)
_NUMBERED = re.compile(r"(?:fig(?:ure|\.)?|table|tab\.|abb(?:ildung|\.)|plate|map|box|chart)\s*\.?\s*\d", re.I)


def is_furniture(element: Any) -> bool:
    """True for a part of a page that its tag, role or class calls furniture."""
    if element.tag in _TAGS or element.get("role") in _ROLES:
        return True
    return _CLASS.search(_names(element)) is not None


def is_outside(element: Any) -> bool:
    """True for a part that is never in an article, whatever an extraction makes of it."""
    if element.tag == "nav" or element.get("role") == "navigation":
        return True
    if element.tag == "footer":
        return next(element.iterancestors("article", "blockquote", "main"), None) is None
    return _COOKIES.search(_names(element)) is not None


def _names(element: Any) -> str:
    return f"{element.get('class') or ''} {element.get('id') or ''}"[:_LONGEST_CLASS]


def may_be_text(block: PageBlock, in_structure: bool) -> bool:
    """False for the labels of templates, the heads of teasers, and the captions of photographs.

    A caption counts when it is a sentence or has a number, and names no source of a picture: newspapers set the line of
    the agency under each photograph. ``in_structure``: whether the block stands in one of ``STRUCTURE``.
    """
    unit = next(iter(split_units(" ".join(block.text.split()))), None)
    if unit is None or is_certain(unit.key) or is_tail_head(unit.key):
        return False
    if is_edge(unit.key) and block.kind not in (Kind.ROW, Kind.ITEM):
        return False
    if block.element.tag == "figcaption" or "caption" in (block.element.get("class") or "").casefold():
        return _is_telling(unit)
    is_sentence = unit.is_prose or (block.element.tag == "p" and unit.ends_sentence and unit.words > 2)
    return block.kind is not Kind.TEXT or is_sentence or in_structure


def _is_telling(caption: TextUnit) -> bool:
    if _NUMBERED.match(caption.text):
        return True
    return caption.is_prose and not _CREDIT.search(caption.text)
