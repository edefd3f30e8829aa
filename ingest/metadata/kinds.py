"""Kinds of sources: the types of CSL, and the names that other formats have for them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_CSL = """
article article-journal article-magazine article-newspaper bill book broadcast chapter classic collection dataset
document entry entry-dictionary entry-encyclopedia event figure graphic hearing interview legal_case legislation
manuscript map motion_picture musical_score pamphlet paper-conference patent performance periodical
personal_communication post post-weblog regulation report review review-book software song speech standard thesis
treaty webpage
"""
CSL = frozenset(_CSL.split())

_NAMES: Mapping[str, str] = MappingProxyType(
    {
        # BibTeX and biblatex
        "inproceedings": "paper-conference",
        "conference": "paper-conference",
        "proceedings": "book",
        "collection": "book",
        "mvbook": "book",
        "incollection": "chapter",
        "inbook": "chapter",
        "booklet": "pamphlet",
        "phdthesis": "thesis",
        "mastersthesis": "thesis",
        "techreport": "report",
        "manual": "report",
        "online": "webpage",
        "electronic": "webpage",
        "www": "webpage",
        "unpublished": "manuscript",
        "misc": "document",
        # RIS
        "jour": "article-journal",
        "jfull": "periodical",
        "ejour": "article-journal",
        "mgzn": "article-magazine",
        "news": "article-newspaper",
        "chap": "chapter",
        "ebook": "book",
        "edbook": "book",
        "echap": "chapter",
        "cpaper": "paper-conference",
        "conf": "paper-conference",
        "rprt": "report",
        "thes": "thesis",
        "elec": "webpage",
        "blog": "post-weblog",
        "unpb": "manuscript",
        "data": "dataset",
        "pat": "patent",
        "case": "legal_case",
        "pamp": "pamphlet",
        "gen": "document",
        # Zotero's tables
        "journalarticle": "article-journal",
        "magazinearticle": "article-magazine",
        "newspaperarticle": "article-newspaper",
        "booksection": "chapter",
        "conferencepaper": "paper-conference",
        "blogpost": "post-weblog",
        "preprint": "article",
        "encyclopediaarticle": "entry-encyclopedia",
        "dictionaryentry": "entry-dictionary",
    }
)


def kind_of(name: object) -> str | None:
    """The CSL type for a format's name of a kind, in any case; None when it is no kind of source."""
    key = name.strip().casefold() if isinstance(name, str) else ""
    return _NAMES.get(key) or (key if key in CSL else None)
