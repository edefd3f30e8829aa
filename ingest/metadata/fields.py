"""Turns named fields (of front matter, records, tables, sidecars and bibliographies) into metadata, and says which row
of a table names its columns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import zip_longest
from types import MappingProxyType
from typing import Any

from index.types import Origin
from ingest.encoding import without_holes
from ingest.metadata.dates import UNCERTAIN_ORDER, is_ambiguous_date
from ingest.metadata.describe import iso_date
from ingest.metadata.kinds import kind_of
from ingest.metadata.markup import plain_markup
from ingest.metadata.origin import with_origin
from ingest.metadata.people import parse_names
from ingest.types import Metadata

TEXT_FIELDS = ("text", "body", "abstract", "content", "abstract note", "full text")
"""Fields that may hold the text of a record; names are compared by ``field_name``."""

HEADER_ROWS = 10
"""Filled rows of a table among which the column names are looked for: titles and notes may be above (a guess)."""

_DOI = re.compile(r"\b10\.\d{4,9}/\S*[^\s.,;:!?)\]}>\"']")
_LANGUAGES = {
    **dict.fromkeys(("english", "eng", "american", "british", "usenglish", "ukenglish"), "en"),
    **dict.fromkeys(("german", "deutsch", "ngerman", "deu", "ger"), "de"),
    **dict.fromkeys(("french", "français", "fra", "fre"), "fr"),
    **dict.fromkeys(("spanish", "español", "spa"), "es"),
    **dict.fromkeys(("italian", "italiano", "ita"), "it"),
    **dict.fromkeys(("portuguese", "português", "por"), "pt"),
    **dict.fromkeys(("dutch", "nederlands", "nld", "dut"), "nl"),
}
_SERIALS = ("article", "paper", "post", "entry", "review")
_PUBLISHERS = ("publisher", "source", "site", "publication")
_CONTAINERS = (
    *("container-title", "journal", "journal title", "publication title", "source title", "journal/book"),
    *("publication name", "website title", "blog title", "encyclopedia title", "dictionary title"),
    *("proceedings title", "book title"),
)
_AUTHORS = ("author full names", "authors", "author", "author names", "creators", "creator")
_DATES = (
    *("date", "published", "issued", "date published", "publication date", "date issued"),
    *("year", "publication year", "year of publication", "publication year/date"),
)
_UPDATED = ("updated", "modified", "lastmod", "last modified", "last updated", "date modified")
_URLS = ("url", "link", "canonical_url", "doi link", "article url")
_KINDS = ("kind", "type", "item type", "document type", "publication type")
# The tags that Web of Science writes over its columns.
_TAGS: Mapping[str, str] = MappingProxyType(
    {
        **{"ti": "title", "au": "authors", "af": "author full names", "so": "source title", "ab": "abstract"},
        **{"py": "year", "di": "doi", "la": "language", "dt": "type", "ut": "id", "pu": "publisher"},
    }
)


def metadata_of(fields: Mapping[str, Any], origin: Origin = Origin.FORMAT) -> Metadata:
    """The metadata in the fields, all of it from ``origin``. Names are in lower case (see ``normalised``).

    The publisher of an article is the journal or site that it appeared in, of other kinds the publisher itself.
    """
    fields = by_field_name(fields)
    kind = next((kind for name in _KINDS if (kind := kind_of(fields.get(field_name(name))))), None)
    serial = kind is not None and kind.startswith(_SERIALS)
    publisher = text_of(fields, *(() if serial else ("publisher",)), *_CONTAINERS, *_PUBLISHERS)
    is_link = publisher is not None and publisher.startswith(("http://", "https://"))
    url = text_of(fields, *_URLS) or (publisher if is_link else None)
    metadata = Metadata(
        title=" ".join(plain_markup(text_of(fields, "title", "article title", "document title") or "").split()),
        authors=parse_names(_first(fields, *_AUTHORS) or ()),
        published=_date(fields, _DATES),
        updated=_date(fields, _UPDATED),
        publisher=None if is_link or publisher is None else plain_markup(publisher),
        url=url,
        doi=doi_of(text_of(fields, "doi")) or doi_of(url if url and "doi.org/" in url else None),
        language=_language(text_of(fields, "language", "lang")),
        kind=kind or text_of(fields, "kind") or Metadata().kind,
        origins={"kind": origin} if kind else {},
    )
    return with_origin(origin, metadata)


def date_warnings(fields: Mapping[str, Any]) -> tuple[str, ...]:
    """What is not certain of the dates in the fields."""
    named = by_field_name(fields)
    values = (named.get(field_name(name)) for name in _DATES)
    first = next((value for value in values if date_of(value)), None)
    return (UNCERTAIN_ORDER,) * is_ambiguous_date(first)


def normalised(fields: Mapping[Any, Any]) -> dict[str, Any]:
    """The fields under lower-case names, without empty values and without characters that a store cannot take."""
    cleaned = {without_holes(str(name)).strip().casefold(): _clean(value) for name, value in fields.items()}
    return {name: value for name, value in cleaned.items() if value not in (None, "", [], {})}


def _clean(value: Any) -> Any:
    """The value with all strings in it cleaned (see ``without_holes``)."""
    if isinstance(value, str):
        return without_holes(value)
    if isinstance(value, list):
        return [_clean(part) for part in value]
    if isinstance(value, dict):
        return {key: _clean(part) for key, part in value.items()}
    return value


def text_of(fields: Mapping[str, Any], *names: str) -> str | None:
    """The first of these fields that exists, on a single line; None when it is no string or number, or is blank.

    ``fields`` are named by ``field_name``, or else exactly as ``names``.
    """
    value = _first(fields, *names)
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    return " ".join(str(value).split()) or None


def date_of(value: object) -> str | None:
    """ISO, possibly partial, out of a string, a date, or CSL's ``{"date-parts": [[2019, 5]]}``; None without a date."""
    if not isinstance(value, Mapping):
        return iso_date(value)
    parts = value.get("date-parts")
    if isinstance(parts, list) and parts and isinstance(parts[0], list):
        return iso_date("-".join(f"{part!s:0>2}" for part in parts[0][:3]))
    return iso_date(value.get("raw") or value.get("literal"))


def _language(name: str | None) -> str | None:
    """ISO 639-1 for "en-US", "eng" and "English"; an unknown name as it is."""
    code = re.split("[-_]", name.strip().casefold())[0] if name else ""
    return code if len(code) == 2 else _LANGUAGES.get(code, name)


def doi_of(text: str | None) -> str | None:
    """The first DOI in a text, without the resolver's address; None without a DOI."""
    match = _DOI.search(text or "")
    return match[0] if match else None


def _first(fields: Mapping[str, Any], *names: str) -> Any:
    """The first of these fields that exists, else None."""
    keys = (key for name in names for key in (name, field_name(name)))
    return next((fields[key] for key in keys if key in fields), None)


def _date(fields: Mapping[str, Any], names: Iterable[str]) -> str | None:
    """The date in the first of these fields that holds one, else None."""
    return next((date for name in names if (date := date_of(fields.get(field_name(name))))), None)


# tables -------------------------------------------------------------------------------------------------------------


def field_name(name: str) -> str:
    """The letters and digits of a name in lower case: "Publication Year", "publication_year" and "publicationYear" are
    one field."""
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def by_field_name(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields by ``field_name``; of several with one name, the first."""
    named: dict[str, Any] = {}
    for name, value in fields.items():
        named.setdefault(field_name(name), value)
    return named


_TEXT_NAMES = frozenset(map(field_name, TEXT_FIELDS))


def is_text_field(name: str) -> bool:
    return field_name(name) in _TEXT_NAMES


def column_names(cells: Sequence[str]) -> list[str]:
    """The field names in the first row of a table: in lower case, the tags of Web of Science in words."""
    names = [" ".join(cell.casefold().split()) for cell in cells]
    is_tagged = {"ti", "so", "py"} <= set(names)
    return [_TAGS.get(name, name) for name in names] if is_tagged else names


def header_row(rows: Iterable[Sequence[str]]) -> int | None:
    """The index of the row that names the columns of a record table: the first that names a column of texts, among the
    first filled rows (see ``HEADER_ROWS``); None when there is none, and the table is one document."""
    filled = 0
    for index, cells in enumerate(rows):
        filled += any(cell.strip() for cell in cells)
        if filled > HEADER_ROWS:
            return None
        if any(map(is_text_field, column_names(cells))):
            return index
    return None


def row_text(names: Sequence[str], cells: Sequence[str]) -> str:
    """A row of a table without texts as text: a line "Name: value" for each filled cell, the value alone without a
    name. White space in a cell is a single space, so that a line is a cell."""
    named = zip_longest((name.strip() for name in names), (" ".join(cell.split()) for cell in cells), fillvalue="")
    return "\n".join(f"{name}: {cell}" if name else cell for name, cell in named if cell)
