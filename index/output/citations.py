"""Cites a source in a style: in the text, as an entry of a bibliography, and together with a quotation.

The styles are files of the Citation Style Language (CSL), which citeproc-py reads; what it gets wrong of them is mended
here. All output is text on one line, with the signs that a title has; what ``Citing`` gives has marks for italics too.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from index.errors import QueryError
from index.output import export, italics
from index.output.csl import Keys, citation_keys, csl_item
from index.output.style_files import StyleFile, parsed
from index.text import escaping
from index.types import Passage, Section, Source, Span

if TYPE_CHECKING:
    from citeproc import Citation, CitationStylesBibliography


class CitationStyle(StrEnum):
    """A way to cite, by the name that the command line takes."""

    PLAIN = "plain"
    APA = "apa"
    CHICAGO = "chicago"
    CHICAGO_NOTES = "chicago-notes"
    MLA = "mla"
    HARVARD = "harvard"
    VANCOUVER = "vancouver"
    MARKDOWN = "markdown"
    BIBTEX = "bibtex"


STYLE_NAMES: Mapping[CitationStyle, str] = {
    CitationStyle.PLAIN: "Plain",
    CitationStyle.APA: "APA",
    CitationStyle.CHICAGO: "Chicago, author and date",
    CitationStyle.CHICAGO_NOTES: "Chicago, notes",
    CitationStyle.MLA: "MLA",
    CitationStyle.HARVARD: "Harvard",
    CitationStyle.VANCOUVER: "Vancouver",
    CitationStyle.MARKDOWN: "Markdown",
    CitationStyle.BIBTEX: "BibTeX key",
}
"""How people read the styles, in the order in which they are offered."""


_FILES: Mapping[CitationStyle, StyleFile] = {
    CitationStyle.APA: StyleFile("apa", initials=True),
    CitationStyle.CHICAGO: StyleFile(
        "chicago-author-date", initials=False, quotes="“”", capitals=True, alone="webpage"
    ),
    CitationStyle.CHICAGO_NOTES: StyleFile(
        "chicago-notes-bibliography", initials=False, quotes="“”", capitals=True, alone="webpage"
    ),
    CitationStyle.MLA: StyleFile(
        "modern-language-association", initials=False, quotes="“”", capitals=True, alone="post"
    ),
    CitationStyle.HARVARD: StyleFile(
        "harvard-cite-them-right", initials=True, locale="en-GB", american=False, quotes="‘’"
    ),
    CitationStyle.VANCOUVER: StyleFile("nlm-citation-sequence", initials=True),
}

Location = Passage | Section

_MARK = f"[{italics.START}{italics.END}]?"

_SHORT = 60  # characters of a title that stands for the author in the text (a guess)
_LESS = "\ue000"  # stands for < in what citeproc reads, which takes some tags for its own
_NUMBERED = re.compile(r"^\d+\.\s*")
_NLM_DATE = re.compile(r"(?<=[.;] )(\d{4})(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)(\d{0,2})(?=\.|;|$)")
# Of these kinds some styles list none, or leave out the day, or say of an article without volume and pages, which the
# library does not hold, that it is not printed yet. All styles write an article of a newspaper in full.
_AS_ARTICLES = frozenset(
    (  # noqa: SIM905
        "article article-journal article-magazine article-newspaper broadcast document entry interview manuscript "
        "pamphlet performance personal_communication post post-weblog speech webpage"
    ).split()
)


def style_of(name: str) -> CitationStyle:
    """The style of this name. Raises QueryError."""
    try:
        return CitationStyle(name)
    except ValueError as error:
        raise QueryError(f"There is no style {name}. Choose one of {', '.join(CitationStyle)}.") from error


# as ``escaping.markdown`` writes "[@key]", "[@key, p. 4]" and the "@key: " of an entry
_ESCAPED_KEY = re.compile(r"\\\[\\@(?P<key>[\w-]+)(?:, [^\\\[\]]*)?\\\]|^\\@(?P<entry>[\w-]+)(?=: )")


@dataclass(frozen=True, slots=True)
class Citing:
    """A style for several sources, with their numbers or keys by their ids."""

    style: CitationStyle = CitationStyle.PLAIN
    keys: Keys = field(default_factory=dict)

    @classmethod
    def of(cls, sources: Iterable[Source], style: CitationStyle, keys: Keys | None = None) -> Citing:
        """``sources``: in the order in which Vancouver numbers them; ``keys``: of BibTeX, else made of these."""
        distinct = list({source.id: source for source in sources}.values())
        if style is CitationStyle.VANCOUVER:
            return cls(style, {source.id: str(number) for number, source in enumerate(distinct, 1)})
        return cls(style, (keys or citation_keys(distinct)) if style is CitationStyle.BIBTEX else {})

    def cite(self, source: Source, location: Location | None = None, span: Span | None = None) -> str:
        """The citation, with marks for what it has in italics."""
        return _cite(source, location, self.style, self.keys.get(source.id, ""), span)

    def as_markdown(self, cited: str) -> str:
        """A citation or an entry of this style as Markdown."""
        return escaping.line(cited) if self.style is CitationStyle.MARKDOWN else self.with_keys(cited)

    def with_keys(self, text: str) -> str:
        """A text with citations, escaped for Markdown but for the keys of BibTeX, which Pandoc reads, and italics."""
        escaped = italics.written(escaping.markdown(text), "*", "*")
        if self.style is not CitationStyle.BIBTEX:
            return escaped
        known = frozenset(self.keys.values())
        return _ESCAPED_KEY.sub(
            lambda key: key[0].replace("\\", "") if (key["key"] or key["entry"]) in known else key[0], escaped
        )

    def bibliography(self, sources: Iterable[Source]) -> list[str]:
        """The entries, with marks for what they have in italics."""
        return _bibliography(list(sources), self.style, self.keys)


def cite(
    source: Source, location: Location | None, style: CitationStyle, key: str = "", span: Span | None = None
) -> str:
    """The citation that stands beside a quotation: in brackets, or the whole note where the style has notes.
    ``key``: the key of BibTeX, else it is made of the source alone, or the number of Vancouver, else 1; ``span``: the
    characters, which only ``plain`` gives."""
    return italics.without(_cite(source, location, style, key, span))


def _cite(source: Source, location: Location | None, style: CitationStyle, key: str, span: Span | None) -> str:
    if style is CitationStyle.PLAIN:
        return export.cite(source, location, span)
    if style is CitationStyle.MARKDOWN:
        return _markdown(source, location)
    if style is CitationStyle.BIBTEX:
        where = _where(source, location)
        return f"[@{key or citation_keys([source])[source.id]}{f', {where}' if where else ''}]"
    if style is CitationStyle.VANCOUVER:
        return f"({', '.join(filter(None, [key or '1', _where(source, location)]))})"
    return _cited(source, location, style)


def bibliography(sources: Sequence[Source], style: CitationStyle, keys: Keys | None = None) -> list[str]:
    """An entry for each source, by author; of Vancouver, in the order given, numbered from 1."""
    return list(map(italics.without, _bibliography(sources, style, keys)))


def _bibliography(sources: Sequence[Source], style: CitationStyle, keys: Keys | None) -> list[str]:
    sources = list({source.id: source for source in sources}.values())
    if style is CitationStyle.PLAIN:
        return sorted(map(export.cite, sources), key=_alphabetical)
    if style is CitationStyle.MARKDOWN:
        return sorted((_markdown(source, None) for source in sources), key=_alphabetical)
    if style is CitationStyle.BIBTEX:
        keys = keys or citation_keys(sources)
        return sorted(f"@{keys[source.id]}: {export.cite(source)}" for source in sources)
    entries = [_entry(source, style) for source in sources]
    if style is not CitationStyle.VANCOUVER:
        return sorted(entries, key=_alphabetical)
    bare = (_NUMBERED.sub("", _NLM_DATE.sub(_spaced, entry), count=1) for entry in entries)
    return [f"{number}. {entry}" for number, entry in enumerate(bare, 1)]


def _alphabetical(entry: str) -> str:
    """What an entry is sorted by: an author, then the year or the title, without accents and quotation marks."""
    letters = unicodedata.normalize("NFKD", entry).casefold()
    return "".join(sign for sign in letters if not unicodedata.combining(sign)).lstrip(f"{italics.START}“‘\"' ")


def _spaced(date: re.Match[str]) -> str:
    return " ".join(filter(None, date.groups()))


def quotation(source: Source, location: Location, text: str, style: CitationStyle, key: str = "") -> str:
    """A quotation to be pasted elsewhere, with its citation; below it the entry that the citation refers to, where the
    style has one."""
    quoted, cited = f"“{escaping.line(text)}”", cite(source, location, style, key)
    if style is CitationStyle.PLAIN:
        return f"{quoted} — {cited}"
    if style is CitationStyle.MARKDOWN:
        return f"{escaping.markdown_quotation(text)}\n>\n> — {cited}"
    if style is CitationStyle.BIBTEX:
        return f"{quoted} {cited}"
    if style is CitationStyle.CHICAGO_NOTES:
        return f"{quoted}\n\n{cited}"
    (entry,) = bibliography([source], style)
    return f"{quoted} {cited}\n\n{entry}"


def _where(source: Source, location: Location | None) -> str:
    """The page or the time; else the heading, without the title above it."""
    heading = (location.heading or "").removeprefix(f"{source.title} › ") if location else ""
    return escaping.line((location and location.locator) or ("" if heading == source.title else heading))


def _markdown(source: Source, location: Location | None) -> str:
    """Authors, title as a link, date and place, in Markdown; guesses stand in square brackets."""
    linked = f"[{escaping.markdown(export.source_name(source))}]({_address(source, location)})"
    after = ", ".join(filter(None, [source.shown("publisher"), source.shown("published"), _where(source, location)]))
    return ", ".join(filter(None, [escaping.markdown(source.shown("authors")), linked, escaping.markdown(after)]))


def _address(source: Source, location: Location | None) -> str:
    """The source's address; else its file, as it is found from the folder that was ingested, at the page of a PDF."""
    if re.fullmatch(r"https?://[^\s<>()]+", source.url or ""):
        return source.url or ""
    page = f"#page={location.page}" if location and location.page and source.location.lower().endswith(".pdf") else ""
    return quote(source.location) + page


# citeproc -------------------------------------------------------------------------------------------------------------


_using_citeproc = threading.Lock()  # a parsed style keeps what it is writing


@lru_cache(maxsize=2048)
def _cited(source: Source, location: Location | None, style: CitationStyle) -> str:
    """The citation in the text; a title that stands for the author is cut."""
    with _using_citeproc:
        is_note = style is CitationStyle.CHICAGO_NOTES
        processor, citation = _registered(source, style, location, short=not is_note)
        return _mended(str(processor.cite(citation, _ignored)), style)


@lru_cache(maxsize=2048)
def _entry(source: Source, style: CitationStyle) -> str:
    """The entry of a bibliography. Kinds that a style leaves out are listed all the same."""
    with _using_citeproc:
        processor, _ = _registered(source, style, None, short=False)
        entry = _mended("".join(map(str, processor.bibliography())), style)
    return entry or export.cite(source)


class _Italics(str):
    """Words that citeproc sets in italics."""

    def __new__(cls, text: object) -> _Italics:
        return super().__new__(cls, f"{italics.START}{text}{italics.END}" if str(text) else "")


class _Formatter:
    """What citeproc writes with; of what it may set otherwise, italics alone are kept."""

    preformat = Oblique = Bold = Light = Underline = Superscript = Subscript = SmallCaps = str
    Italic = _Italics


def _ignored(item: object) -> None:
    """citeproc calls this for items that it does not know: there are none."""


def _registered(
    source: Source, style: CitationStyle, location: Location | None, *, short: bool
) -> tuple[CitationStylesBibliography, Citation]:
    from citeproc import Citation, CitationItem, CitationStylesBibliography
    from citeproc.source.json import CiteProcJSON

    item = _item(source, style, short=short)
    processor = CitationStylesBibliography(parsed(_FILES[style]), CiteProcJSON([item]), _Formatter)
    citation = Citation([CitationItem(item["id"], **_locator(source, location))])
    processor.register(citation)
    return processor, citation


def _item(source: Source, style: CitationStyle, *, short: bool) -> dict[str, Any]:
    """A source as citeproc is given it. A title stands for an author that is not known, as the styles want it, but
    citeproc would print it twice."""
    item = csl_item(source)
    item["id"] = "a"  # citeproc puts ids in lower case
    item["language"] = (source.language or "en")[:2] if source.title else ""
    item["title"] = _in_capitals(item["title"], style, item["language"])
    if "genre" in item:
        item["title"] += f" [{item.pop('genre')}]"
    is_article = item["type"] in _AS_ARTICLES
    if is_article and "publisher" in item:
        item["container-title"] = item.pop("publisher")
    if is_article:
        item["type"] = "article-newspaper" if "container-title" in item else _FILES[style].alone
    if not item.get("author"):
        title = item.pop("title")
        item["author"] = [{"literal": _shortened(title, style) if short else _first(title, style, is_article)}]
    return {key: _without_tags(value) for key, value in item.items()}


def _shortened(title: str, style: CitationStyle) -> str:
    """The beginning of a title, in quotation marks."""
    if len(title) > _SHORT:
        title = title[:_SHORT].rpartition(" ")[0] or title[:_SHORT]
        title = f"{title.rstrip(' .,;:')}…"
    return _quoted(title, _FILES[style].quotes or "“”")


def _first(title: str, style: CitationStyle, is_article: bool) -> str:
    """A title that stands first in an entry, as the style writes titles."""
    quotes = _FILES[style].quotes
    return _quoted(title, quotes) if is_article and quotes else title


def _in_capitals(title: str, style: CitationStyle, language: str) -> str:
    """The title as citeproc capitalises it, which it does not where a title stands first, nor for every kind."""
    if language != "en" or not _FILES[style].capitals:
        return title
    from citeproc.model import TextCased
    from citeproc.string import String

    class Title(TextCased, dict[str, str]):  # type: ignore[misc]
        """What citeproc asks how a text is to be cased."""

    return str(Title({"text-case": "title"}).case(String(title), language))


def _quoted(title: str, quotes: str) -> str:
    return f"{quotes[0]}{title}{quotes[1]}"


def _without_tags(value: Any) -> Any:
    if isinstance(value, str):
        return italics.without(value).replace("<", _LESS)
    if isinstance(value, Mapping):
        return {key: _without_tags(part) for key, part in value.items()}
    return [_without_tags(part) for part in value] if isinstance(value, list) else value


def _locator(source: Source, location: Location | None) -> dict[str, Any]:
    from citeproc import Locator

    if location is None:
        return {}
    page = location.page_label or location.page
    if page:
        return {"locator": Locator("page", str(page))}
    where = _where(source, location).removeprefix("at ")
    return {"locator": Locator("section" if location.time is None else "timestamp", where)} if where else {}


def _mended(text: str, style: CitationStyle) -> str:
    """What citeproc wrote, on one line, with the punctuation that it leaves to others."""
    text = escaping.line(text.replace(_LESS, "<"))
    text = text.replace(f".{italics.END}.", f".{italics.END}")
    text = re.sub(rf"([?!]{_MARK})\.(?=\s|$)", r"\1", text)  # a title that ends its sentence by itself
    if _FILES[style].american:
        text = re.sub(rf"(”{_MARK})([.,])", r"\2\1", text)
        text = re.sub(rf"([.,?!]{_MARK})([.,])(?={_MARK}”)", r"\1", text)
    return text
