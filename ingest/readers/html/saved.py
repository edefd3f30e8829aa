"""Pages that a browser saved with their pictures: MHTML, a MIME message, and MAFF, a ZIP archive."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, replace
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parsedate_to_datetime

from index.errors import ReadError
from index.types import Origin
from ingest.encoding import decode
from ingest.metadata.describe import iso_date
from ingest.readers.html.reader import read_page
from ingest.readers.office.archive import Archive, kind_of, value_of
from ingest.types import Extract, Outcome, Reading, Unreadable

_HTML_TYPES = ("text/html", "application/xhtml+xml")
_MAX_PARTS = 2_000  # parts of a message that are looked at (a guess)
_MAX_FRAMES = 50  # (a guess)
_INDEX_NAMES = ("index.html", "index.htm", "index.xhtml")


def read_mhtml(data: bytes, name: str) -> Reading:
    """The page of a message; of a page made of frames, the text of all. The address and the day of saving come from
    its headers. Raises ReadError when the message holds no page."""
    message = _message(data, name)
    pages = [part for part in _parts(message) if part.get_content_type() in _HTML_TYPES]
    if not pages:
        raise ReadError(f"{name} holds no page: open it in a browser and save it as HTML.")
    root = _root(message, pages)
    source = _content(root)
    frames = [page for page in pages if page is not root][:_MAX_FRAMES] if b"<frameset" in source.lower() else []
    address = root.get("Content-Location") or message.get("Snapshot-Content-Location") or ""
    state = _Saved(_header(address), _day(_header(message.get("Date", ""))))
    if frames:
        texts = (decode(_content(part), name, part.get_content_charset()).text for part in (root, *frames))
        source = "\n".join(f"<div>{text}</div>" for text in texts).encode("utf-8", "surrogatepass")
    reading = read_page(source, name, "utf-8" if frames else root.get_content_charset())
    return replace(reading, extracts=tuple(map(state.added_to, reading.extracts)))


def _message(data: bytes, name: str) -> Message:
    try:
        return message_from_bytes(data)
    except (RecursionError, ValueError, LookupError, TypeError) as error:
        raise ReadError(f"{name} is damaged: its parts cannot be told apart. Save the page again.") from error


def _parts(message: Message) -> Iterator[Message]:
    """The parts of a message that hold other parts no more, in order; nested ones to no great depth."""
    stack = [message]
    for _ in range(_MAX_PARTS):
        if not stack:
            return
        part = stack.pop()
        inner = part.get_payload() if part.is_multipart() else None
        if isinstance(inner, list):
            stack += [child for child in reversed(inner) if isinstance(child, Message)]
        else:
            yield part


def _root(message: Message, pages: list[Message]) -> Message:
    """The page that the message names as its start, else its first page."""
    start = message.get_param("start")
    named = [page for page in pages if isinstance(start, str) and page.get("Content-ID", "").strip() == start.strip()]
    return (named or pages)[0]


def _content(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _header(value: object) -> str:
    """The value of a header, its encoded words resolved, on one line."""
    try:
        text = str(make_header(decode_header(str(value))))
    except (LookupError, ValueError):  # an unknown character set: as it stands
        text = str(value)
    return "".join(text.split()) if "://" in text else " ".join(text.split())


def _day(value: str) -> str | None:
    """The day of a date as mail writes it, or of an ISO date; None for anything else."""
    try:
        return parsedate_to_datetime(value).date().isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return iso_date(value)


@dataclass(frozen=True, slots=True)
class _Saved:
    """Where a page was saved from, and on which day it stood so."""

    url: str
    day: str | None

    def added_to(self, extract: Outcome) -> Outcome:
        """The extract with these where the page itself names no address, or no date at all."""
        if not isinstance(extract, Extract):
            return extract
        known = extract.metadata
        url = known.url or (self.url if self.url.startswith(("http://", "https://")) else None)
        updated = known.updated or (None if known.published else self.day)
        added = {"url": url if url != known.url else None, "updated": updated if updated != known.updated else None}
        origins = {**known.origins, **{name: Origin.FORMAT for name, value in added.items() if value}}
        return replace(extract, metadata=replace(known, url=url, updated=updated, origins=origins))


def read_maff(data: bytes, name: str) -> Reading:
    """Each page of an archive as a document. Raises ReadError when the archive does not open or holds no page."""
    archive = Archive.of(data, name, ".maff")
    folders = dict.fromkeys(posixpath.dirname(member) for member in archive.members)
    pages = [(folder, index) for folder in folders if (index := _index(archive, folder))]
    top = [page for page in pages if page[0].count("/") == min(folder.count("/") for folder, _ in pages)]
    if not top:
        raise ReadError(f"{name} holds no page: open it in a browser and save it as HTML.")
    if len(top) == 1:
        return Reading((_page(archive, *top[0]),))
    return Reading(_each(archive, top))


def _each(archive: Archive, pages: list[tuple[str, str]]) -> Iterator[Outcome]:
    for folder, index in pages:
        try:
            outcome = _page(archive, folder, index)
            yield replace(outcome, record=folder) if isinstance(outcome, Extract) else outcome
        except ReadError as error:
            yield Unreadable(ascii(folder)[1:-1], str(error))


def _index(archive: Archive, folder: str) -> str:
    """The member that is the page of a folder; "" when it has none."""
    candidates = (posixpath.join(folder, base) for base in _INDEX_NAMES)
    return next((member for member in candidates if member in archive.members), "")


def _page(archive: Archive, folder: str, index: str) -> Outcome:
    warnings: tuple[str, ...] = ()
    try:
        fields = dict(_statements(archive, posixpath.join(folder, "index.rdf")))
    except ReadError:
        fields = {}
        warnings = ("the page's description (index.rdf) is damaged: its address and the day of saving are not known",)
    state = _Saved(fields.get("originalurl", ""), _day(fields.get("archivetime", "")))
    (extract,) = read_page(archive.read(index), archive.name, fields.get("charset")).extracts
    outcome = state.added_to(extract)
    return replace(outcome, warnings=outcome.warnings + warnings) if isinstance(outcome, Extract) else outcome


def _statements(archive: Archive, rdf: str) -> Iterator[tuple[str, str]]:
    """The names and values of a page's description; none when the archive has no such member."""
    for element in archive.xml(rdf).iter() if rdf in archive.members else ():
        value = value_of(element, "resource") if isinstance(element.tag, str) else ""
        if value:
            yield kind_of(element).casefold(), value
