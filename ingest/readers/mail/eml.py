"""Reads mails as they are sent (EML) and mailboxes of them (MBOX)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from functools import partial

from index.errors import ReadError
from ingest.encoding import decode, without_holes
from ingest.readers.mail.message import Attachment, Mail, outcomes
from ingest.readers.office.properties import one_line
from ingest.readers.records import with_unique_ids
from ingest.types import Outcome, Reading, Unreadable

_HEADERS = ("from", "to", "subject", "date", "received", "message-id", "mime-version", "return-path", "sender")
_MAX_PARTS = 2_000  # of a mail that are looked at (a guess)
# Between two mails of a mailbox: a blank line, then the sender and the time. A line of text that begins so is escaped.
_FROM_LINE = re.compile(rb"(?:\A|\n\r?\n)From [^\n]{0,300}\d:\d\d[^\n]{0,60}\n")
_ESCAPED = re.compile(rb"^>(>{0,20}From )", re.MULTILINE)
_ENCODED_BREAK = re.compile(r"(?<=\?=)\s{1,80}(?==\?)")
_BROKEN = (ValueError, LookupError, TypeError, AttributeError, RecursionError, HeaderParseError)


def read_eml(data: bytes, name: str, *, ocr: bool = True) -> Reading:
    """The mail, then its attachments, whose records are their names. Raises ReadError."""
    return Reading(with_unique_ids(outcomes(mail_of(data, name), None, name, ocr=ocr)))


def read_mbox(data: bytes, name: str, depth: int = 0, *, ocr: bool = True) -> Reading:
    """The mails one by one, each under its Message-ID. ``depth``: of mails around the mailbox.

    Raises ReadError when the file is no mailbox.
    """
    if not _FROM_LINE.match(data.lstrip()[:1000]):
        raise ReadError(f"{name} is no mailbox, whatever its name says: export the mails again as .mbox or .eml.")
    return Reading(with_unique_ids(_mails(data.lstrip(), depth, ocr)))


def _mails(data: bytes, depth: int, ocr: bool) -> Iterator[Outcome]:
    lines = _FROM_LINE.finditer(data)
    line, number = next(lines, None), 0
    while line is not None:
        following = next(lines, None)
        number += 1
        source = _ESCAPED.sub(rb"\1", data[line.end() : following.start() if following else len(data)])
        line = following
        try:
            message = _parsed(source, f"mail {number}")
            record = one_line(_header(message, "message-id")).strip("<> ") or str(number)
            mail = _mail(message)
        except ReadError as error:
            yield Unreadable(f"mail {number}", str(error))
            continue
        yield from outcomes(mail, record, f"mail {number}", depth, ocr=ocr)


def mail_of(data: bytes, name: str) -> Mail:
    """Raises ReadError."""
    message = _parsed(data.lstrip(), name)
    return _mail(message)


def _parsed(data: bytes, name: str) -> Message:
    try:
        message = message_from_bytes(data)
    except _BROKEN as error:
        raise ReadError(f"{name} is damaged or nested too deep: its parts cannot be read. Save it again.") from error
    if not any(message[header] is not None for header in _HEADERS):
        raise ReadError(f"{name} is no mail, whatever its name says: it has neither sender nor subject. Save it again.")
    return message


def _mail(message: Message) -> Mail:
    bodies, attachments = _parts(message)
    files = [part for part in attachments if not _is_in_text(part)]
    warnings: list[str] = []
    plain = [_text(part, warnings) for part in bodies if part.get_content_subtype() != "html"]
    pages = [_text(part, warnings) for part in bodies if part.get_content_subtype() == "html"]
    senders = getaddresses([_raw_header(message, "from") or _raw_header(message, "sender")])
    authors = (one_line(_decoded(who or address)).strip("'\" ") for who, address in senders)
    return Mail(
        _header(message, "subject"),
        tuple(dict.fromkeys(filter(None, authors))),
        day_of(_header(message, "date")),
        "\n\n".join(text for text in plain if text.strip()),
        "\n".join(pages),
        tuple(_attachment(part, i) for i, part in enumerate(files, start=1)),
        tuple(dict.fromkeys(warnings)),
        tuple(_file_name(part) or "without a name" for part in attachments if _is_in_text(part)),
    )


def _parts(message: Message) -> tuple[list[Message], list[Message]]:
    """The parts with the text, of alternatives the plain one that is not blank, and the attached parts."""
    bodies: list[Message] = []
    attachments: list[Message] = []
    stack = [message]
    for _ in range(_MAX_PARTS):
        if not stack:
            break
        part = stack.pop()
        if part.get_content_maintype() == "message" and part.is_multipart():
            attachments.append(part)
        elif part.is_multipart():
            inner = _inner(part)
            stack += reversed(_without_other_forms(inner) if part.get_content_subtype() == "alternative" else inner)
        elif part.get_content_maintype() == "text" and not _is_file(part):
            bodies.append(part)
        else:
            attachments.append(part)
    return bodies, attachments


def _without_other_forms(parts: list[Message]) -> list[Message]:
    """Of alternatives, the plain text where it is not blank, and those with other parts in them."""
    plain = [part for part in parts if part.get_content_type() == "text/plain" and _bytes(part).strip()]
    others = [part for part in parts if part.get_content_maintype() not in ("text", "multipart")]
    mixed = [part for part in parts if part.is_multipart()]
    if not plain:
        return parts
    for part in mixed:  # pictures and files beside the HTML text
        others += filter(_is_file, _inner(part))
    return [*plain, *others]


def _inner(part: Message) -> list[Message]:
    """The parts of a part. That of another is not asked for: Python decodes it, which a wrong charset stops."""
    return [child for child in part.get_payload() if isinstance(child, Message)] if part.is_multipart() else []


def _is_file(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" or bool(_file_name(part))


def _is_in_text(part: Message) -> bool:
    """Whether it is a picture that the HTML text shows, or that has no name."""
    is_shown = part["content-id"] is not None and part.get_content_disposition() != "attachment"
    return part.get_content_maintype() == "image" and (is_shown or not _is_file(part))


def _attachment(part: Message, number: int) -> Attachment:
    name = _file_name(part)
    for inner in _inner(part)[:1]:
        return Attachment(name or one_line(_header(inner, "subject"))[:80] or f"mail {number}", partial(_mail, inner))
    kinds = {"text/plain": ".txt", "text/html": ".html", "application/pdf": ".pdf"}
    return Attachment(name or f"attachment {number}{kinds.get(part.get_content_type(), '')}", _bytes(part))


def _file_name(part: Message) -> str:
    try:
        name = part.get_filename() or ""
    except _BROKEN:
        return ""
    return one_line(_decoded(str(name))).replace("\\", "/").rpartition("/")[2][:200]


def _bytes(part: Message) -> bytes:
    try:
        payload = part.get_payload(decode=True)
    except _BROKEN:
        return b""
    return payload if isinstance(payload, bytes) else b""


def _text(part: Message, warnings: list[str]) -> str:
    """The text of a part, with the line ends of the mail's transport undone."""
    data = _bytes(part)
    if not data.strip():
        return ""
    try:
        charset = part.get_content_charset()
        decoded = decode(data, "The mail", charset)
    except (ReadError, *_BROKEN):
        warnings.append("a part of the text is in no encoding that could be recognised")
        return without_holes(data.decode("ascii", "replace"))
    warnings += decoded.warnings
    text = decoded.text.replace("\r\n", "\n")
    is_flowed = part.get_content_subtype() == "plain" and _parameter(part, "format") == "flowed"
    return unflowed(text, _parameter(part, "delsp") == "yes") if is_flowed else text


def _parameter(part: Message, name: str) -> str:
    try:
        value = part.get_param(name)
    except _BROKEN:
        return ""
    return value.lower() if isinstance(value, str) else ""


def unflowed(text: str, without_space: bool = False) -> str:
    """The text with its paragraphs on one line each (RFC 3676): a line that ends with a space goes on in the next one
    of the same depth of quotation. ``without_space``: that space is no part of the text."""
    lines: list[str] = []
    depth_before, flows = 0, False
    for line in text.split("\n"):
        content = line.lstrip(">")
        depth = len(line) - len(content)
        content = content.removeprefix(" ")
        if flows and depth == depth_before and content != "-- ":
            lines[-1] = (lines[-1][:-1] if without_space else lines[-1]) + content
        else:
            lines.append(">" * depth + (" " if depth else "") + content)
        depth_before, flows = depth, content.endswith(" ") and content != "-- "
    return "\n".join(lines)


def day_of(date: str) -> str | None:
    """The day in the sender's own time zone, ISO; None without one."""
    try:
        return parsedate_to_datetime(date).date().isoformat() if date else None
    except (*_BROKEN, OverflowError):
        return None


def _header(message: Message, name: str) -> str:
    return _decoded(_raw_header(message, name))


def _raw_header(message: Message, name: str) -> str:
    """A header as it was sent; bytes beyond ASCII, which should not be there, are read as UTF-8 or else Latin-1."""
    raw = next((str(value) for key, value in message.raw_items() if key.lower() == name), "")
    data = raw.encode("utf-8", "surrogateescape")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _decoded(raw: str) -> str:
    """The text of a header with its encoded words (RFC 2047) decoded."""
    if "=?" not in raw:
        return without_holes(raw)
    try:
        parts = decode_header(_ENCODED_BREAK.sub("", raw))
    except _BROKEN:
        return without_holes(raw)
    return without_holes("".join(_word(value, charset) for value, charset in parts))


def _word(value: bytes | str, charset: str | None) -> str:
    if isinstance(value, str):
        return value
    try:
        return value.decode(charset or "latin-1")
    except (LookupError, ValueError):  # of a charset too that no name can be
        return value.decode("utf-8", "replace")
