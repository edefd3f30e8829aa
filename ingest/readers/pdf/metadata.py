"""Where a PDF comes from, as its own fields and its first page say it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from lxml import etree

from index.types import Origin, Span
from ingest.encoding import without_holes
from ingest.metadata.describe import describe, iso_date
from ingest.metadata.origin import merged, stated_by
from ingest.metadata.people import people
from ingest.types import Metadata

_LONGEST_TITLE = 300
_LONGEST_GUESS = 120
_LONGEST_XMP = 500_000

_DOI = r"(10\.\s?\d{4,9}/[^\s\"<>{}|\\^`]{1,200})"
_BARE_DOI = re.compile(_DOI)
_DOI_HERE = re.compile(rf"\bdoi(?:\.org/|[:.]?\s{{0,3}}|\s.{{0,20}}?){_DOI}", re.IGNORECASE)
_PUBLISHED = re.compile(
    r"\b(?:(?:first )?published(?: online)?(?: on)?|available online|(?:date of publication|publication date|issued):)"
    r"\s*:?\s{0,3}(.{4,30})",
    re.IGNORECASE,
)
_STAMP = re.compile(r"arXiv:\d{4}\.\d{4,5}(?:v\d+)?\s+\[[\w.-]+\]\s+(\d{1,2} [A-Z][a-z]{2} \d{4})")
_COPYRIGHT = re.compile(r"(?:©|\(c\)|\bcopyright)\s{0,3}(?:©\s?)?((?:19|20)\d\d)\b", re.IGNORECASE)
_MADE = re.compile(r"D:((?:19|20)\d\d)")
_JOURNAL = re.compile(r"\bjournal\b|\bvol(?:ume|\.)? ?\d|\bISSN\b|\b(?:19|20)\d\d ?; ?\d|\babstract\b", re.IGNORECASE)

# What programs write for a title and an author when nobody gave one.
_NO_TITLE = re.compile(
    r"microsoft (?:word|powerpoint|excel)\b.*|untitled.*|\S*_\S*|\S*\d{3}\S*|https?:.*|about:blank|no title|none|null"
    r"|.*\.(?:docx?|pptx?|xlsx?|pdf|tex|dvi|e?ps|indd|qxd|rtf|odt|txt|html?|ai|p65|fm|cdr|pub|wpd|jpe?g|png|tiff?)"
    r"|(?:(?:word )?document|doc|slide|(?:powerpoint )?presentation|title|print|layout|pdf|scan)[ _-]?\d*|[\W\d_]*",
    re.IGNORECASE | re.DOTALL,
)
_NO_AUTHOR = re.compile(
    r"(?:windows )?user|admin|administrator|owner|author|unknown|default|root|guest|none|null|customer|home|computer"
    r"|laptop|dell|lenovo|acer|asus|toshiba|samsung|hp|microsoft(?: office)?(?: user)?|adobe.*|.*\d{2}.*"
    r"|\S*[_@\\/]\S*|(?-i:[a-z]+|[A-Z]{1,3})",
    re.IGNORECASE,
)
# Marks that lead from an author's name to a footnote.
_NOTE_MARKS = re.compile(r"\s?[\d*†‡§¶∗⋆#]+(?:\s?,\s?[\d*†‡§¶∗⋆#]+)*")
_NAME = re.compile(
    r"(?:[^\W\d_a-z][\w.'’-]*\s)(?:(?:[^\W\d_a-z][\w.'’-]*|de|da|del|di|van|von|der|den|la|le|el|al|bin)\s)*"
    r"[^\W\d_a-z][\w'’-]+"
)
_INITIAL = re.compile(r"\b[^\W\d_]\.? ")
_NO_NAME = re.compile(
    r"\b(?:universit\w*|department|institut\w*|school|college|hospital|cent(?:re|er)|journal|report|review|annual|division"
    r"|ministry|agency|office|working|paper|draft|version|volume|edition|guide|handbook|executive|summary|abstract|for"
    r"|introduction|contents|the|of|in|on|new|united|north|south|east|west|street|road|group|team|project|program\w*)\b",
    re.IGNORECASE,
)
# A page that was printed from a browser, scanned or put together again bears the date of that, not of its text.
_REMADE = re.compile(
    r"skia|chrom|firefox|safari|wkhtml|print to pdf|scan|ocr\b|abbyy|canon|xerox|ricoh|epson|kyocera|konica|capture"
    r"|pdfium|qpdf|pikepdf|pypdf|mupdf|ilovepdf|smallpdf|pdfsam|ghostscript|paperport",
    re.IGNORECASE,
)
_XMP = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
}


@dataclass(frozen=True, slots=True)
class Top:
    """What stands out on the first page: the largest type, the rows below it, and the running heads of all pages."""

    largest: str = ""
    below: tuple[str, ...] = ()
    margin: str = ""


def metadata_of(info: Mapping[str, str], data: bytes, head: str, top: Top) -> tuple[Metadata, tuple[Span, ...]]:
    """What is known of the document, and the spans of ``head`` that now are metadata.

    ``info`` is the file's own dictionary, ``head`` the text of its first pages.
    """
    own = merged([_by_xmp(_packet(data)), _by_info(info)])
    everywhere = f"{head}\n{top.margin}"
    read = _by_page(everywhere, top)
    known = merged([own, read])
    found = describe(head, known)
    dated = _date_of_file(info)
    return merged(
        [own, read, stated_by(Origin.TEXT, _trimmed(found.metadata)), *_copyright(everywhere), dated]
    ), found.moved


def _by_info(info: Mapping[str, str]) -> Metadata:
    return stated_by(Origin.FORMAT, Metadata(title=_title(info.get("Title", "")), authors=_authors(info.get("Author"))))


def _title(text: str) -> str:
    title = " ".join(without_holes(text).split())
    return "" if len(title) > _LONGEST_TITLE or _NO_TITLE.fullmatch(title) else title


def _authors(value: object) -> tuple[str, ...]:
    return tuple(name for name in people(value) if 1 < len(name) <= 80 and not _NO_AUTHOR.fullmatch(name))


def _packet(data: bytes) -> Any:
    """The document's XMP, which stands uncompressed in nearly all files, as an element; None without one."""
    end = data.rfind(b"</x:xmpmeta>")
    start = data.rfind(b"<x:xmpmeta", max(0, end - _LONGEST_XMP), max(end, 0))
    if start < 0:
        return None
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(data[start : end + len(b"</x:xmpmeta>")], parser)
    except etree.LxmlError:  # damaged, and then it says nothing
        return None


def _by_xmp(packet: Any) -> Metadata:
    if packet is None:
        return Metadata()
    titles, creators = (_listed(packet, name) for name in ("dc:title", "dc:creator"))
    prism = {
        etree.QName(one).localname: one.text.strip()
        for one in packet.iter("{*}*")
        if "prismstandard" in str(one.tag) and one.text
    }
    doi = _BARE_DOI.search(prism.get("doi", "") or " ".join(_listed(packet, "dc:identifier")))
    return stated_by(
        Origin.FORMAT,
        Metadata(
            title=_title(next(iter(titles), "")),
            authors=_authors(creators),
            published=iso_date(prism.get("coverDate") or prism.get("publicationDate") or ""),
            publisher=" ".join(prism.get("publicationName", "").split())[:200] or None,
            doi=_bare(doi[1]) if doi else None,
            kind="article-journal" if "publicationName" in prism else "article",
        ),
    )


def _listed(packet: Any, name: str) -> list[str]:
    found = packet.iterfind(f".//{name}", _XMP)
    return [text for one in found for part in one.iter() if (text := (part.text or "").strip())]


def _bare(doi: str) -> str:
    """The identifier without the punctuation of the sentence around it."""
    doi = "".join(doi.split()).rstrip(".,;:'*")
    return doi.rstrip(")]") if doi.count("(") < doi.count(")") or doi.count("[") < doi.count("]") else doi


def _by_page(head: str, top: Top) -> Metadata:
    doi = _DOI_HERE.search(head)
    issued = _PUBLISHED.search(head)
    stamp = _STAMP.search(head)
    date = (iso_date(issued[1]) if issued else None) or (iso_date(stamp[1]) if stamp else None)
    kind = "article-journal" if doi and _JOURNAL.search(head) else "document"
    title = " ".join(top.largest.split())
    return stated_by(
        Origin.TEXT,
        Metadata(
            title=title if len(title) <= _LONGEST_TITLE else "",
            authors=_signed(top.below),
            published=date,
            doi=_bare(doi[1]) if doi else None,
            kind=kind,
        ),
    )


def _signed(below: Sequence[str]) -> tuple[str, ...]:
    """The names under the title, where whole lines are nothing but names: several, or one with an initial."""
    names: list[str] = []
    for line in below:
        here = people(_NOTE_MARKS.sub(",", line).strip(" ,;"))
        if not here or not all(_NAME.fullmatch(name) and not _NO_NAME.search(name) for name in here):
            break
        names += here
    return tuple(names) if len(names) > 1 or any(map(_INITIAL.search, names)) else ()


def _trimmed(described: Metadata) -> Metadata:
    """Without a title that is a line of running text: on a page of one type size any first line may be taken for it."""
    title = described.title
    running = len(title) > _LONGEST_GUESS or ". " in title or title[:1].islower()
    return replace(described, title="") if running else described


def _copyright(head: str) -> list[Metadata]:
    found = _COPYRIGHT.search(head)
    return [stated_by(Origin.TEXT, Metadata(published=found[1]))] if found else []


def _date_of_file(info: Mapping[str, str]) -> Metadata:
    """The year in which the file was made, the last resort for a date.

    A report is mostly made in the year in which it appears, but not on the day: month and day would look exact and
    mislead who cites it. Where a program made the file anew, the year says nothing and is left unknown.
    """
    found = _MADE.match(info.get("CreationDate", ""))
    remade = _REMADE.search(f"{info.get('Creator', '')} {info.get('Producer', '')}")
    return stated_by(Origin.FORMAT, Metadata(published=found[1] if found and not remade else None))
