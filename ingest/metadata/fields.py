"""Turns named fields (of front matter, records, sidecars and bibliographies) into metadata."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from index.types import Origin
from ingest.encoding import without_holes
from ingest.metadata.describe import iso_date
from ingest.metadata.kinds import kind_of
from ingest.metadata.origin import with_origin
from ingest.metadata.people import parse_names
from ingest.types import Metadata

TEXT_FIELDS = ("text", "body", "abstract", "content")
"""Fields that may hold the text of a record."""

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
_CONTAINERS = ("container-title", "journal", "journaltitle", "publication title", "website title")


def metadata_of(fields: Mapping[str, Any], origin: Origin = Origin.FORMAT) -> Metadata:
    """The metadata in the fields, all of it from ``origin``. Names are in lower case (see ``normalised``).

    The publisher of an article is the journal or site that it appeared in, of other kinds the publisher itself.
    """
    kind = kind_of(_first(fields, "kind", "type"))
    serial = kind is not None and kind.startswith(_SERIALS)
    publisher = text_of(fields, *_CONTAINERS, *_PUBLISHERS) if serial else text_of(fields, *_PUBLISHERS, *_CONTAINERS)
    is_link = publisher is not None and publisher.startswith(("http://", "https://"))
    url = text_of(fields, "url", "link", "canonical_url") or (publisher if is_link else None)
    metadata = Metadata(
        title=text_of(fields, "title") or "",
        authors=parse_names(_first(fields, "authors", "author", "creator") or ()),
        published=date_of(_first(fields, "date", "published", "issued", "year")),
        updated=date_of(_first(fields, "updated", "modified", "lastmod")),
        publisher=None if is_link else publisher,
        url=url,
        doi=doi_of(text_of(fields, "doi")) or doi_of(url if url and "doi.org/" in url else None),
        language=_language(text_of(fields, "language", "lang")),
        kind=kind or text_of(fields, "kind") or Metadata().kind,
        origins={"kind": origin} if kind else {},
    )
    return with_origin(origin, metadata)


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
    """The first of these fields that exists, on a single line; None when it is no string or number, or is blank."""
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
    return next((fields[name] for name in names if name in fields), None)
