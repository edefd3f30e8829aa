"""Reads the mails that Outlook saves (MSG): an OLE file in which each property of the mail is a stream."""

from __future__ import annotations

import codecs
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_string
from functools import partial

import olefile

from index.errors import ReadError
from ingest.encoding import decode, without_holes
from ingest.readers.mail.eml import day_of
from ingest.readers.mail.message import Attachment, Mail, outcomes
from ingest.readers.office.properties import one_line
from ingest.readers.office.rtf import read_rtf
from ingest.readers.records import with_unique_ids
from ingest.types import Extract, Reading

_BROKEN = (OSError, ValueError, LookupError, TypeError, AttributeError, OverflowError, struct.error, RecursionError)
# Numbers of properties (MS-OXPROPS).
_SUBJECT, _BODY, _HTML, _RTF, _HEADERS = "0037", "1000", "1013", "1009", "007D"
_SENDERS = ("0042", "0C1A", "5D02", "5D01", "0C1F")  # names, then addresses
_SUBMITTED, _DELIVERED, _CODE_PAGE, _HTML_CODE_PAGE = 0x0039, 0x0E06, 0x3FFD, 0x3FDE
_FILE_NAMES, _FILE, _SHOWN_NAME = ("3707", "3704"), "3701", "3001"
_EPOCH = datetime(1601, 1, 1)  # times are counted from here, in tenths of a microsecond
# What a compressed text may refer to before its own beginning (MS-OXRTFCP).
_RTF_DICTIONARY = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans Serif"
    rb"SymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    + b"\r\n"
    + rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)


def read_msg(data: bytes, name: str, *, ocr: bool = True) -> Reading:
    """The mail, then its attachments, whose records are their names. Raises ReadError."""
    return Reading(with_unique_ids(outcomes(mail_of(data, name), None, name, ocr=ocr)))


def mail_of(data: bytes, name: str) -> Mail:
    """Raises ReadError."""
    if not data.startswith(olefile.MAGIC):
        raise ReadError(f"{name} is no Outlook mail, whatever its name says: save it again as .msg or .eml.")
    try:
        file = olefile.OleFileIO(data)
        mail = _mail(_Storage(file, (), name))
    except _BROKEN as error:
        raise ReadError(f"{name} is damaged: its properties cannot be read. Save it again as .msg or .eml.") from error
    if not (mail.subject or mail.authors or mail.text or mail.page or mail.attachments):
        raise ReadError(f"{name} holds no mail: open it in Outlook and save it again as .msg or .eml.")
    return mail


@dataclass(frozen=True, slots=True)
class _Storage:
    """The mail, or an attachment, that is stored under a path of the OLE file."""

    file: olefile.OleFileIO
    path: tuple[str, ...]
    name: str

    def binary(self, number: str, kind: str = "0102") -> bytes:
        """A property; empty when there is none."""
        path = [*self.path, f"__substg1.0_{number}{kind}"]
        return bytes(self.file.openstream(path).read()) if self.file.exists(path) else b""

    def text(self, number: str) -> str:
        """A property that is a text, in UTF-16 or else in the mail's code page."""
        wide = self.binary(number, "001F")
        if wide:
            return without_holes(wide.decode("utf-16-le", "replace")).rstrip("\ufffd\0")
        narrow = self.binary(number, "001E")
        return without_holes(narrow.decode(_codec(self.number(_CODE_PAGE)), "replace")) if narrow else ""

    def number(self, number: int) -> int:
        """A property of a fixed size, as a whole number; 0 when there is none."""
        path = [*self.path, "__properties_version1.0"]
        data = bytes(self.file.openstream(path).read()) if self.file.exists(path) else b""
        start = 8 if self.path and self.path[-1].startswith("__attach") else 24 if self.path else 32
        for offset in range(start, len(data) - 15, 16):
            kind, own = struct.unpack_from("<HH", data, offset)
            if own == number:
                return int(struct.unpack_from("<Q" if kind == 0x40 else "<I", data, offset + 8)[0])
        return 0

    def attachments(self) -> Iterator[_Storage]:
        names = {entry[len(self.path)] for entry in self.file.listdir() if tuple(entry[: len(self.path)]) == self.path}
        for name in sorted(entry for entry in names if entry.startswith("__attach_version1.0")):
            yield _Storage(self.file, (*self.path, name), self.name)


def _mail(storage: _Storage) -> Mail:
    text = storage.text(_BODY)
    page = "" if text.strip() else _page(storage)
    warnings: list[str] = []
    if not text.strip() and not page.strip():
        text = _rtf_text(storage, warnings)
    author = next((name for number in _SENDERS if (name := one_line(storage.text(number)))), "")
    return Mail(
        storage.text(_SUBJECT),
        (author,) if author else (),
        _day(storage),
        text.replace("\r\n", "\n"),
        page,
        tuple(_attachment(part, i) for i, part in enumerate(storage.attachments(), start=1)),
        tuple(warnings),
    )


def _page(storage: _Storage) -> str:
    data = storage.binary(_HTML)
    codec = _codec(storage.number(_HTML_CODE_PAGE))
    return decode(data, storage.name, codec).text if data.strip() else storage.text(_HTML)


def _rtf_text(storage: _Storage, warnings: list[str]) -> str:
    """The text of a mail that has its text in RTF alone."""
    data = storage.binary(_RTF)
    try:
        extracts = list(read_rtf(decompressed(data), storage.name).extracts) if len(data) > 16 else []
    except (ReadError, *_BROKEN):
        warnings.append("the text is damaged and was left out: save the mail again")
        return ""
    return "\n\n".join(extract.text for extract in extracts if isinstance(extract, Extract))


def decompressed(data: bytes) -> bytes:
    """A text that was compressed as mails have it (MS-OXRTFCP): at most nine times as large. As it is where it was not
    compressed. Raises struct.error for fewer than 12 bytes."""
    kind = struct.unpack_from("<I", data, 8)[0]
    if kind != 0x75465A4C:
        return data[16:]
    output, position = bytearray(_RTF_DICTIONARY), 16
    start = len(output)
    while position < len(data):
        control, position = data[position], position + 1
        for bit in range(8):
            if not control >> bit & 1:
                output += data[position : position + 1]
                position += 1
                continue
            reference = int.from_bytes(data[position : position + 2])
            offset, length, position = reference >> 4, (reference & 15) + 2, position + 2
            back = (len(output) - offset) % 4096
            if not back or position > len(data):
                return bytes(output[start:])
            for _ in range(length):
                output.append(output[-back] if back <= len(output) else 32)
    return bytes(output[start:])


def _day(storage: _Storage) -> str | None:
    """The sender's day by the headers, else that on which the mail was sent, in UTC."""
    stated = message_from_string(storage.text(_HEADERS))["date"]
    day = day_of(str(stated)) if stated else None
    ticks = storage.number(_SUBMITTED) or storage.number(_DELIVERED)
    return day or ((_EPOCH + timedelta(microseconds=ticks // 10)).date().isoformat() if ticks else None)


def _attachment(storage: _Storage, number: int) -> Attachment:
    name = next((name for key in (*_FILE_NAMES, _SHOWN_NAME) if (name := one_line(storage.text(key)))), "")
    name = name.replace("\\", "/").rpartition("/")[2][:200] or f"attachment {number}"
    inner = f"__substg1.0_{_FILE}000D"
    if storage.file.exists([*storage.path, inner]):
        return Attachment(name, partial(_opened, _Storage(storage.file, (*storage.path, inner), storage.name)))
    return Attachment(name, storage.binary(_FILE))


def _opened(storage: _Storage) -> Mail:
    try:
        return _mail(storage)
    except _BROKEN as error:
        raise ReadError("the attached mail is damaged: save it on its own.") from error


def _codec(code_page: int) -> str:
    """Python's name of a Windows code page; cp1252 for an unknown one."""
    name = {0: "cp1252", 65001: "utf-8", 20127: "cp1252", 28591: "latin-1", 20866: "koi8-r", 50220: "iso2022_jp"}
    try:
        return codecs.lookup(name.get(code_page, f"cp{code_page}")).name
    except LookupError:
        return "cp1252"
