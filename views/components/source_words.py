"""What kind of source it is, in words a person would use."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath
from types import MappingProxyType
from urllib.parse import quote, urlsplit

from index import Source
from index.text import language_name

FORMATS: Mapping[str, str] = MappingProxyType(
    {
        suffix: name
        for name, suffixes in {
            "Plain text": ".txt",
            "Markdown": ".md .markdown",
            "LaTeX": ".tex",
            "reStructuredText": ".rst",
            "Org": ".org",
            "Notebook": ".ipynb",
            "Web page": ".html .htm .mhtml .mht .maff",
            "Records": ".jsonl .ndjson .json",
            "Table": ".csv .tsv",
            "PDF": ".pdf",
            "Word": ".docx .docm .dotx .doc",
            "Slides": ".pptx .pptm .ppsx .potx .odp .ppt",
            "Spreadsheet": ".xlsx .xlsm .xltx .ods .xls",
            "OpenDocument": ".odt .ott",
            "RTF": ".rtf",
            "E-book": ".epub",
            "Mail": ".eml .mbox .msg",
            "Transcript": ".vtt .srt",
            "Picture": ".png .jpg .jpeg .tif .tiff .webp .bmp .gif",
        }.items()
        for suffix in suffixes.split()
    }
)
"""The names of formats by suffix; any other is called by its suffix."""


def format_name(source: Source) -> str:
    """ "PDF", "Web page"; empty for a file without a suffix."""
    suffix = PurePosixPath(source.location).suffix.lower()
    return FORMATS.get(suffix, suffix.removeprefix(".").upper())


def kind_name(source: Source) -> str:
    """ "Journal article" for "article-journal"; "Article" is also what a source of unknown kind is called."""
    if source.kind == "webpage":
        return "Web page"
    first, _, second = source.kind.replace("_", " ").partition("-")
    words = f"{second} {first}" if first in ("article", "paper") and second else f"{first} {second}"
    return words.strip().capitalize()


def language(source: Source) -> str:
    """ "German" for "de"; empty when unknown."""
    return language_name(source.language) if source.language else ""


def kind_and_language(source: Source) -> str:
    """ "PDF, in German", with the kind before it where somebody has said it: "Book · PDF, in German"."""
    says_more = "kind" in source.origins and source.kind not in ("article", "document", "webpage")
    spoken = f"in {language(source)}" if source.language else ""
    form = ", ".join(filter(None, [format_name(source), spoken]))
    return " · ".join(filter(None, [kind_name(source) if says_more else "", form]))


def web_address(source: Source) -> str:
    """Where the source stands on the web: its own address, else its DOI's; empty when neither is known. Only an
    address that a browser fetches from the web, whatever the source says."""
    url = source.url or ""
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme in ("http", "https") and parts.netloc:
        return url
    return f"https://doi.org/{quote(source.doi, safe='/()')}" if source.doi else ""
