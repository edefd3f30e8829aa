"""Named fields, as front matter and records hold them, read as metadata."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ingest.describe import iso_date
from ingest.extract import Metadata
from ingest.people import people


def metadata_of(fields: Mapping[str, Any]) -> Metadata:
    """What the fields say of a document. Their names are expected in small letters (see ``normalised``)."""
    source = text_of(fields, "publisher", "source", "site", "publication")
    is_link = source is not None and source.startswith(("http://", "https://"))
    return Metadata(
        title=text_of(fields, "title") or "",
        authors=people(_first(fields, "authors", "author", "creator") or ()),
        published=iso_date(_first(fields, "date", "published", "year")),
        publisher=None if is_link else source,
        url=text_of(fields, "url", "link", "canonical_url") or (source if is_link else None),
        language=text_of(fields, "language", "lang"),
        kind=text_of(fields, "kind") or "article",
    )


def normalised(fields: Mapping[Any, Any]) -> dict[str, Any]:
    """The fields under names without regard to case, empty ones left out."""
    return {str(key).strip().casefold(): value for key, value in fields.items() if value not in (None, "", [], {})}


def text_of(fields: Mapping[str, Any], *names: str) -> str | None:
    """The first of these fields that is a string or a number, on one line."""
    value = _first(fields, *names)
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    return " ".join(str(value).split()) or None


def _first(fields: Mapping[str, Any], *names: str) -> Any:
    return next((fields[name] for name in names if name in fields), None)
