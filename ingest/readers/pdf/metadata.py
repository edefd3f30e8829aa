"""The metadata of a PDF: what the file declares (XMP before the info dictionary), then what its first pages say, then
the year in which the file was made."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from lxml import etree

from index.types import Origin
from ingest.encoding import without_holes
from ingest.metadata.describe import Description, describe, iso_date
from ingest.metadata.origin import merge_statements, with_origin
from ingest.metadata.people import parse_names
from ingest.readers.pdf.headings import LONGEST_TITLE
from ingest.types import Metadata

_LONGEST_TITLE_LINE = 120  # characters of a line of the text that is taken for a title (a guess)
_LONGEST_XMP = 500_000  # bytes (a guess)

_DOI = r"(10\.\s?\d{4,9}/[^\s\"<>{}|\\^`]{1,200})"
_BARE_DOI = re.compile(_DOI)
_LABELLED_DOI = re.compile(rf"\bdoi(?:\.org/|[:.]?\s{{0,3}}|\s.{{0,20}}?){_DOI}", re.IGNORECASE)
_PUBLISHED = re.compile(
    r"\b(?:(?:first )?published(?: online)?(?: on)?|available online|(?:date of publication|publication date|issued):)"
    r"\s*:?\s{0,3}(.{4,30})",
    re.IGNORECASE,
)
_ARXIV_STAMP = re.compile(r"arXiv:\d{4}\.\d{4,5}(?:v\d+)?\s+\[[\w.-]+\]\s+(\d{1,2} [A-Z][a-z]{2} \d{4})")
_COPYRIGHT = re.compile(r"(?:©|\(c\)|\bcopyright)\s{0,3}(?:©\s?)?((?:19|20)\d\d)\b", re.IGNORECASE)
_CREATION_YEAR = re.compile(r"D:((?:19|20)\d\d)")
_JOURNAL = re.compile(r"\bjournal\b|\bvol(?:ume|\.)? ?\d|\bISSN\b|\b(?:19|20)\d\d ?; ?\d|\babstract\b", re.IGNORECASE)

# What programs write as title and author when nobody gave any.
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
_NOTE_MARKS = re.compile(r"\s?[\d⁰¹²³⁴-⁹ᵃ-ᶻ*†‡§¶∗⋆#]+(?:\s?,\s?[\d⁰¹²³⁴-⁹ᵃ-ᶻ*†‡§¶∗⋆#]+)*")
# A mark behind a title leads to a footnote; behind a single letter (R²) it is a part of the title.
_TITLE_MARK = re.compile(r"(?:(?<=[^\W\d_]{2})|(?<=[?!.)”’]))(?:[⁰¹²³⁴-⁹]{1,2}|[*†‡∗⋆]{1,3})$")
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
# The date of a file that was printed from a browser, scanned or reassembled is that of this step, not of its text.
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
class FirstPage:
    """What stands out on the first page: the text in the largest type and the rows below it; and the running heads of
    all pages, one a line."""

    largest: str = ""
    below: tuple[str, ...] = ()
    running_heads: str = ""


def metadata_of(info: Mapping[str, str], data: bytes, head: str, first_page: FirstPage) -> Description:
    """The document's metadata, and the spans of ``head`` that are now part of it.

    ``info`` is the file's info dictionary, ``data`` the whole file, ``head`` the text of its first pages.
    """
    declared = merge_statements([_from_xmp(_xmp_packet(data)), _from_info(info)])
    searched = f"{head}\n{first_page.running_heads}"
    from_page = _from_page(searched, first_page)
    description = describe(head, merge_statements([declared, from_page]))
    from_text = with_origin(Origin.TEXT, _without_running_title(description.metadata))
    merged = merge_statements([declared, from_page, from_text, *_copyright(searched), _file_year(info)])
    return replace(description, metadata=merged)


def _from_info(info: Mapping[str, str]) -> Metadata:
    return with_origin(
        Origin.FORMAT, Metadata(title=_title(info.get("Title", "")), authors=_authors(info.get("Author")))
    )


def _title(text: str) -> str:
    """A declared title on one line; "" when a program wrote it."""
    title = " ".join(without_holes(text).split())
    return "" if len(title) > LONGEST_TITLE or _NO_TITLE.fullmatch(title) else title


def _authors(value: object) -> tuple[str, ...]:
    return tuple(name for name in parse_names(value) if 1 < len(name) <= 80 and not _NO_AUTHOR.fullmatch(name))


def _xmp_packet(data: bytes) -> Any:
    """The document's XMP as an element; None when there is none or it is damaged. Nearly all files hold it
    uncompressed."""
    end = data.rfind(b"</x:xmpmeta>")
    start = data.rfind(b"<x:xmpmeta", max(0, end - _LONGEST_XMP), max(end, 0))
    if start < 0:
        return None
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(data[start : end + len(b"</x:xmpmeta>")], parser)
    except etree.LxmlError:
        return None


def _from_xmp(packet: Any) -> Metadata:
    if packet is None:
        return Metadata()
    titles, creators = (_texts(packet, name) for name in ("dc:title", "dc:creator"))
    prism = {
        etree.QName(element).localname: element.text.strip()
        for element in packet.iter("{*}*")
        if "prismstandard" in str(element.tag) and element.text
    }
    doi = _BARE_DOI.search(prism.get("doi", "") or " ".join(_texts(packet, "dc:identifier")))
    return with_origin(
        Origin.FORMAT,
        Metadata(
            title=_title(next(iter(titles), "")),
            authors=_authors(creators),
            published=iso_date(prism.get("coverDate") or prism.get("publicationDate") or ""),
            publisher=" ".join(prism.get("publicationName", "").split())[:200] or None,
            doi=_trimmed_doi(doi[1]) if doi else None,
            kind="article-journal" if "publicationName" in prism else "article",
        ),
    )


def _texts(packet: Any, name: str) -> list[str]:
    """The texts in all elements of this name."""
    elements = packet.iterfind(f".//{name}", _XMP)
    return [text for element in elements for part in element.iter() if (text := (part.text or "").strip())]


def _trimmed_doi(doi: str) -> str:
    """The DOI without the punctuation of the sentence around it."""
    doi = "".join(doi.split()).rstrip(".,;:'*")
    return doi.rstrip(")]") if doi.count("(") < doi.count(")") or doi.count("[") < doi.count("]") else doi


def _from_page(text: str, first_page: FirstPage) -> Metadata:
    doi = _LABELLED_DOI.search(text)
    issued = _PUBLISHED.search(text)
    stamp = _ARXIV_STAMP.search(text)
    date = (iso_date(issued[1]) if issued else None) or (iso_date(stamp[1]) if stamp else None)
    kind = "article-journal" if doi and _JOURNAL.search(text) else "document"
    title = _TITLE_MARK.sub("", " ".join(first_page.largest.split()))
    return with_origin(
        Origin.TEXT,
        Metadata(
            title=title if len(title) <= LONGEST_TITLE else "",
            authors=_authors_below(first_page.below),
            published=date,
            doi=_trimmed_doi(doi[1]) if doi else None,
            kind=kind,
        ),
    )


def _authors_below(lines: Sequence[str]) -> tuple[str, ...]:
    """The names in the first lines under the title that hold nothing but names: several, or one with an initial."""
    names: list[str] = []
    for line in lines:
        line_names = parse_names(_NOTE_MARKS.sub(",", line).strip(" ,;"))
        if not line_names or not all(_NAME.fullmatch(name) and not _NO_NAME.search(name) for name in line_names):
            break
        names += line_names
    return tuple(names) if len(names) > 1 or any(map(_INITIAL.search, names)) else ()


def _without_running_title(described: Metadata) -> Metadata:
    """Removes a title that is running text: on a page with one type size, its first line may be taken for the title."""
    title = described.title
    is_running_text = len(title) > _LONGEST_TITLE_LINE or ". " in title or "\t" in title or title[:1].islower()
    return replace(described, title="") if is_running_text else described


def _copyright(text: str) -> list[Metadata]:
    match = _COPYRIGHT.search(text)
    return [with_origin(Origin.TEXT, Metadata(published=match[1]))] if match else []


def _file_year(info: Mapping[str, str]) -> Metadata:
    """The year in which the file was made, the last resort for a date; unknown when a program reassembled the file.

    Most reports are made in the year in which they appear, but rarely on that day: a month and a day would look exact
    and mislead those who cite the report.
    """
    match = _CREATION_YEAR.match(info.get("CreationDate", ""))
    remade = _REMADE.search(f"{info.get('Creator', '')} {info.get('Producer', '')}")
    return with_origin(Origin.FORMAT, Metadata(published=match[1] if match and not remade else None))
