"""Reads the ZIP and XML of an office document: member by member, within limits, nothing unpacked to disk."""

from __future__ import annotations

import io
import posixpath
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from html.entities import html5
from typing import Any
from urllib.parse import unquote

from lxml import etree

from index.errors import ReadError
from ingest.readers.office.unread import Unread

LARGEST_MEMBER = 50_000_000  # unpacked bytes of one member (a guess)
LARGEST_TOTAL = 150_000_000  # unpacked bytes of all members that are read (a guess)
MAX_MEMBERS = 10_000  # (a guess)
_MAX_RATIO = 200  # unpacked size divided by packed size (a guess); real XML stays under 100
_ANY_RATIO = 10_000_000  # bytes up to which a member may unpack at any ratio (a guess)
_CHUNK = 64 * 1024  # bytes unpacked at a time
_COMPRESSION_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_OLE_SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ARCHIVE_ERRORS = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, OverflowError),
    *(ValueError, RuntimeError),
)
_PARSING: Mapping[str, Any] = {
    **dict.fromkeys(("resolve_entities", "load_dtd", "huge_tree"), False),
    **dict.fromkeys(("no_network", "remove_comments", "remove_pis"), True),
}

Element = Any
"""An lxml element. ``Any``, because the stubs of lxml do not know that a child may be an entity."""


class DamagedPartError(ReadError):
    """A member of the archive that is missing or damaged, whereas the others may be sound."""


@dataclass(slots=True)
class Archive:
    """A checked ZIP archive. ``bytes_left``: how many bytes may still be unpacked; ``unread``: what was lost of it."""

    name: str
    suffix: str
    zip: zipfile.ZipFile
    members: Mapping[str, zipfile.ZipInfo]
    bytes_left: int = field(default_factory=lambda: LARGEST_TOTAL)
    unread: Unread = field(default_factory=Unread)

    @classmethod
    def of(cls, data: bytes, name: str, suffix: str) -> Archive:
        """Opens the bytes of a file. ``suffix``: the format that messages tell the user to save the file in.

        Raises ReadError when the bytes are no readable archive or look like a ZIP bomb.
        """
        if data.startswith(_OLE_SIGNATURE):
            raise ReadError(_ole_message(data, name, suffix))
        if not data.startswith(b"PK"):
            raise ReadError(f"{name} is no {suffix} file, whatever its name says: open it and save it as {suffix}.")
        try:
            archive = zipfile.ZipFile(io.BytesIO(data))
        except _ARCHIVE_ERRORS as error:
            raise ReadError(f"{name} is damaged: its ZIP archive does not open. Save it again as {suffix}.") from error
        infos = archive.infolist()
        _refuse_zip_bomb(infos, name)
        counts = Counter(info.filename for info in infos)
        duplicate = next((filename for filename, count in counts.items() if count > 1), None)
        if duplicate is not None:
            raise ReadError(f"{name} is damaged: it holds {_printable(duplicate)} twice. Save it again as {suffix}.")
        return cls(name, suffix, archive, {info.filename: info for info in infos})

    def damaged(self, problem: str) -> DamagedPartError:
        """The error to raise for a damaged file. ``problem`` finishes the sentence "<name> is damaged: "."""
        return DamagedPartError(f"{self.name} is damaged: {problem}. Save it again as {self.suffix}.")

    def read(self, member: str) -> bytes:
        """The unpacked bytes of a member. They are counted while unpacking, because its header may lie about the size.

        Raises ReadError when the member is missing, locked, damaged or too large.
        """
        info = self.members.get(member)
        if info is None:
            raise self.damaged(f"it has no {_printable(member)}")
        if info.flag_bits & 1:
            raise ReadError(f"{self.name} is locked with a password: save it without one and ingest again.")
        if info.compress_type not in _COMPRESSION_METHODS:
            raise self.damaged(f"{_printable(member)} is packed in a way that office files are not")
        content = bytearray()
        try:
            with self.zip.open(info) as file:
                while chunk := file.read(_CHUNK):
                    content += chunk
                    self.bytes_left -= len(chunk)
                    if self.bytes_left < 0 or len(content) > LARGEST_MEMBER:
                        raise ReadError(_too_large_message(self.name))
        except _ARCHIVE_ERRORS as error:
            raise self.damaged(f"{_printable(member)} does not unpack") from error
        return bytes(content)

    def xml(self, member: str) -> Element:
        """The root element of an XML member. No entity is resolved, nothing is fetched, the parser limits the nesting.

        Raises ReadError.
        """
        try:
            return parsed_xml(self.read(member))
        except (etree.LxmlError, ValueError) as error:
            raise self.damaged(f"{_printable(member)} is no XML ({_first_line(error)})") from error

    def part(self, member: str) -> Element | None:
        """The root element of a member without which the rest can be read; None when it is lost, which is noted."""
        try:
            return self.xml(member)
        except DamagedPartError as error:
            self.lose(error)
            return None

    def lose(self, error: DamagedPartError) -> None:
        """Notes for the report that a member was left out because of this damage."""
        problem = str(error).removeprefix(f"{self.name} is damaged: ").partition(". Save it again")[0]
        self.unread.parts.append(f"damaged, and read without the damaged part: {problem}. Get a sound copy")

    def elements(self, member: str, *kinds: str) -> Iterator[Element]:
        """The elements of these kinds of a large XML member, one at a time; the next one empties the one before.

        Raises ReadError.
        """
        source = io.BytesIO(self.read(member))
        try:
            for _, element in etree.iterparse(source, tag=["{*}" + kind for kind in kinds], **_PARSING):
                yield element
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
        except (etree.LxmlError, ValueError) as error:
            raise self.damaged(f"{_printable(member)} is no XML ({_first_line(error)})") from error

    def links(self, part: str) -> Iterator[tuple[str, str, str]]:
        """What an OPC part refers to inside the archive: the relationship's id, the last word of its type ("footnotes",
        "styles"), and the member."""
        folder, base = posixpath.split(part)
        member = posixpath.join(folder, "_rels", f"{base}.rels")
        root = self.part(member) if member in self.members else None
        for relation in root if root is not None else ():
            if relation.get("Target") and relation.get("TargetMode") != "External":
                kind = (relation.get("Type") or "").rpartition("/")[2]
                yield relation.get("Id") or "", kind, joined_path(folder, relation.get("Target"))

    def related(self, part: str) -> dict[str, list[str]]:
        """The members that an OPC part refers to, by the last word of the relationship type."""
        targets: dict[str, list[str]] = {}
        for _, kind, target in self.links(part):
            targets.setdefault(kind, []).append(target)
        return targets

    def linked(self, part: str, kind: str) -> Iterator[Element]:
        """The roots of the members of a kind that an OPC part refers to, without those that are damaged or missing."""
        for member in self.related(part).get(kind, ()):
            root = self.part(member)
            if root is not None:
                yield root


def parsed_xml(data: bytes) -> Element:
    """The root element of an XML text. No entity is resolved, nothing is fetched, the parser limits the nesting.

    Raises lxml's errors and ValueError.
    """
    return etree.fromstring(data, etree.XMLParser(**_PARSING))


def joined_path(folder: str, target: str) -> str:
    """The name of the member that a link in ``folder`` points to. It never leads out of the archive."""
    path = unquote(target.partition("#")[0])
    return posixpath.normpath(posixpath.join("/", folder, path)).lstrip("/")


def kind_of(element: Element) -> str:
    """An element's name without its namespace, in which strict and transitional Open XML differ; "" for an entity."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def value_of(element: Element, name: str) -> str:
    """The value of an attribute, found by its name without namespace; "" when there is none."""
    plain = element.get(name)
    if plain is not None:
        return str(plain)
    return next((str(value) for key, value in element.attrib.items() if key.endswith("}" + name)), "")


def number_of(text: str) -> int:
    """A whole number of up to five digits, 0 for any other text."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0


def spans_of(cell: Element, across: str = "colspan", down: str = "rowspan") -> tuple[int, int]:
    """Over how many columns and rows a cell of a table reaches, by these attributes."""
    return max(1, number_of(value_of(cell, across))), max(1, number_of(value_of(cell, down)))


def texts_of(element: Element, kind: str) -> Iterator[str]:
    """The texts of all descendants with this name, white space folded, empty ones left out."""
    for descendant in element.iter("{*}" + kind):
        text = " ".join("".join(descendant.itertext()).split())
        if text:
            yield text


def nearest(element: Element, kinds: Collection[str], walls: Collection[str]) -> Iterator[Element]:
    """The topmost descendants of these kinds, in document order, without those inside an element of the ``walls``.

    Used for the rows of a table and the cells of a row: rows of a nested table do not count.
    """
    stack = list(reversed(element))
    while stack:
        descendant = stack.pop()
        if kind_of(descendant) in kinds:
            yield descendant
        elif kind_of(descendant) not in walls:
            stack += reversed(descendant)


def reversed_content(element: Element) -> list[Element | str]:
    """The children of an element and the texts between them, last first, to be pushed on a stack."""
    parts: list[Element | str] = [element.text or ""]
    for child in element:
        parts += [child if isinstance(child.tag, str) else _entity(child), child.tail or ""]
    parts.reverse()
    return parts


def _entity(node: Element) -> str:
    """The character that an entity stands for in XHTML; "" for one that the document declares itself."""
    return html5.get(f"{getattr(node, 'name', '')};", "") if node.tag is etree.Entity else ""


def _refuse_zip_bomb(infos: list[zipfile.ZipInfo], name: str) -> None:
    if len(infos) > MAX_MEMBERS:
        raise ReadError(f"{name} holds {len(infos)} files; at most {MAX_MEMBERS} are looked at. Save it anew.")
    for info in infos:
        is_bomb = info.file_size > max(_ANY_RATIO, _MAX_RATIO * info.compress_size)
        if is_bomb or info.file_size > LARGEST_MEMBER:
            raise ReadError(_too_large_message(name))


def _too_large_message(name: str) -> str:
    limit = LARGEST_MEMBER // 1_000_000
    return (
        f"{name} unpacks to more than {limit} MB, as only a harmful file does. If you trust it, save it as plain text."
    )


def _ole_message(data: bytes, name: str, suffix: str) -> str:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return f"{name} is locked with a password: save it without one and ingest again."
    return f"{name} is an old office document, whatever its name says: open it and save it as {suffix}."


def _printable(member: str) -> str:
    return ascii(member[:80])[1:-1]


def _first_line(error: Exception) -> str:
    return " ".join(str(error).split())[:120]
