"""Tells the names and titles that a person gave a document from those that a program put into its properties."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ingest.encoding import without_holes
from ingest.metadata.people import parse_names

_INVISIBLE = dict.fromkeys(map(ord, "\xad\u200b\ufeff"))
_PROGRAM_NAMES = re.compile(
    r"(?:microsoft|ms)? ?(?:office|word|windows)(?: (?:user|365))?|admin(?:istrator)?"
    r"|(?:user|owner|guest|author|default|unknown|un-?named|anonymous|nobody|root|pc|home|me)\d*"
    r"|your name|user name|usuario|utilisateur|benutzer|windows-benutzer|utilisateur windows|usuario de windows"
    r"|(?:\S+ ){0,3}(?:customer|(?:registered|licensed|authori[sz]ed|domain|local|test) user|template|account)"
    r"|microsoft(?: corporation| corp\.?)?|template|vorlage|it|support|setup"
    r"|python-docx|apache poi|pandoc|calibre(?: .*)?|libre ?office.*|open ?office.*|google docs|pages|aspose.*"
    r"|(?:dell|hp|lenovo|asus|acer|toshiba|apple)",
    re.IGNORECASE,
)
# A name with one of these words may be that of whoever made the template; a byline says better who wrote the text.
_ORGANISATION = re.compile(
    r"\b(?:departe?ment|dept|division|office|unit|team|group|institute?|ministry|agency|authority|council|committee"
    r"|secretariat|administration|communications?|services?|support|desk|staff|templates?|publications|university"
    r"|faculty|hospital|school|college|bank|foundation|association|society|bureau|cent(?:er|re)|library|program(?:me)?"
    r"|computer|laptop|user|users|it|hr|pr|ltd|limited|inc|llc|llp|plc|gmbh|ag|corp|corporation|company|co|abteilung)\b",
    re.IGNORECASE,
)
_LOGIN_NAME = re.compile(r"[a-z0-9._-]+|[A-Za-z]*\d[\w.-]*")
_STALE_TITLE = re.compile(
    r"microsoft word - .*|(?:document|dokument|untitled|unknown|no title|title|template)[ -]?\d*|word document"
    r"|(?:\S+ ){1,6}template|(?:template|vorlage) (?:for|of|für) .{1,80}"
    r"|powerpoint.pr.sentation|pr.sentation powerpoint|presentaci.n de powerpoint"
    r"|.{1,100}\.(?:docx?|dotx?|odt|rtf|pdf|txt)",
    re.IGNORECASE,
)


def struck_out(text: str) -> list[str]:
    """How text that its author deleted, or drew a line through, is listed among what was left out; none of no text."""
    line = one_line(text)
    return [f"struck out: {line}"] if line else []


def one_line(text: str) -> str:
    """The text on one line, white space folded, without invisible characters."""
    return " ".join(without_holes(text).translate(_INVISIBLE).split())


def authors_of(names: Iterable[str]) -> tuple[str, ...]:
    """The names of people among the author names in a file; "Microsoft Office User" and "jsmith2" are left out."""
    return tuple(
        name
        for name in parse_names(list(names))
        if not _PROGRAM_NAMES.fullmatch(name) and not _LOGIN_NAME.fullmatch(name)
    )


def title_of(text: str) -> str:
    """The title in a file's properties; "" when a program put it there, e.g. "Document1" or "report.docx"."""
    title = one_line(text)
    return "" if _STALE_TITLE.fullmatch(title) else title


def is_organisation(name: str) -> bool:
    """True for an author like "IT Department", who may have made the template alone."""
    return _ORGANISATION.search(name) is not None
