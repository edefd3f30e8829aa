"""The zip and XML under an office document: read member by member, each within limits, nothing unpacked to disk."""

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

LARGEST_MEMBER = 50_000_000
LARGEST_TOTAL = 150_000_000
MOST_MEMBERS = 10_000
_MOST_PACKED = 200  # how many times smaller a member may be in the archive; real XML stays under 100
_FREE = 10_000_000  # bytes that a member may unpack to whatever its ratio
_CHUNK = 64 * 1024
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_DAMAGE = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, OverflowError),
    *(ValueError, RuntimeError),
)

Element = Any
"""An element of lxml, whose stubs do not know that a child may be an entity."""


@dataclass(slots=True)
class Archive:
    """A checked zip. ``left``: how many bytes may still be unpacked from it."""

    name: str
    suffix: str
    zip: zipfile.ZipFile
    members: Mapping[str, zipfile.ZipInfo]
    left: int = field(default_factory=lambda: LARGEST_TOTAL)

    @classmethod
    def of(cls, data: bytes, name: str, suffix: str) -> Archive:
        """``suffix``: what to save the file as when it cannot be read. Raises ReadError."""
        if data.startswith(_OLE):
            raise ReadError(_ole_reason(data, name, suffix))
        if not data.startswith(b"PK"):
            raise ReadError(f"{name} is no {suffix} file, whatever its name says: open it and save it as {suffix}.")
        try:
            opened = zipfile.ZipFile(io.BytesIO(data))
        except _DAMAGE as error:
            raise ReadError(f"{name} is damaged: its ZIP archive does not open. Save it again as {suffix}.") from error
        infos = opened.infolist()
        _refuse_bomb(infos, name)
        twice = next((one for one, count in Counter(info.filename for info in infos).items() if count > 1), None)
        if twice is not None:
            raise ReadError(f"{name} is damaged: it holds {_shown(twice)} twice. Save it again as {suffix}.")
        return cls(name, suffix, opened, {info.filename: info for info in infos})

    def damaged(self, how: str) -> ReadError:
        return ReadError(f"{self.name} is damaged: {how}. Save it again as {self.suffix}.")

    def read(self, member: str) -> bytes:
        """A member unpacked, counted as it comes out: what its header says of its size may be a lie."""
        info = self.members.get(member)
        if info is None:
            raise self.damaged(f"it has no {_shown(member)}")
        if info.flag_bits & 1:
            raise ReadError(f"{self.name} is locked with a password: save it without one and ingest again.")
        if info.compress_type not in _METHODS:
            raise self.damaged(f"{_shown(member)} is packed in a way that office files are not")
        held = bytearray()
        try:
            with self.zip.open(info) as file:
                while chunk := file.read(_CHUNK):
                    held += chunk
                    self.left -= len(chunk)
                    if self.left < 0 or len(held) > LARGEST_MEMBER:
                        raise ReadError(_too_much(self.name))
        except _DAMAGE as error:
            raise self.damaged(f"{_shown(member)} does not unpack") from error
        return bytes(held)

    def xml(self, member: str) -> Element:
        """The root of an XML member. No entity is resolved, nothing is fetched, nesting is bounded by the parser."""
        try:
            root = etree.fromstring(self.read(member), _parser())
        except (etree.LxmlError, ValueError) as error:
            raise self.damaged(f"{_shown(member)} is no XML ({_first_line(error)})") from error
        return root

    def related(self, part: str) -> dict[str, list[str]]:
        """The parts that an OPC part names, by the last word of the relationship's type: "footnotes", "styles"."""
        folder, base = posixpath.split(part)
        member = posixpath.join(folder, "_rels", f"{base}.rels")
        found: dict[str, list[str]] = {}
        for one in self.xml(member) if member in self.members else ():
            if one.get("Target") and one.get("TargetMode") != "External":
                kind = (one.get("Type") or "").rpartition("/")[2]
                found.setdefault(kind, []).append(joined_path(folder, one.get("Target")))
        return found


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def joined_path(folder: str, target: str) -> str:
    """The member that a link inside the archive means. It only ever names a member, never a file."""
    path = unquote(target.partition("#")[0])
    return posixpath.normpath(posixpath.join("/", folder, path)).lstrip("/")


def kind_of(element: Element) -> str:
    """An element's name without its namespace; a strict and a transitional document differ in nothing else."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def value_of(element: Element, name: str) -> str:
    """An attribute by its name without namespace, "" when there is none."""
    plain = element.get(name)
    if plain is not None:
        return str(plain)
    return next((str(value) for key, value in element.attrib.items() if key.endswith("}" + name)), "")


def number_of(text: str) -> int:
    """A small whole number, 0 for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0


def texts_of(element: Element, wanted: str) -> Iterator[str]:
    """The texts of all elements of one name, on one line each, empty ones left out."""
    for one in element.iter("{*}" + wanted):
        text = " ".join("".join(one.itertext()).split())
        if text:
            yield text


def nearest(element: Element, wanted: Collection[str], walls: Collection[str]) -> Iterator[Element]:
    """The rows of a table or the cells of a row, without those of the tables (the ``walls``) inside it."""
    ahead = list(reversed(element))
    while ahead:
        one = ahead.pop()
        if kind_of(one) in wanted:
            yield one
        elif kind_of(one) not in walls:
            ahead += reversed(one)


def inside(element: Element) -> list[Element | str]:
    """Children and the text around them, last first: what a stack of things to look at grows by."""
    parts: list[Element | str] = [element.text or ""]
    for child in element:
        parts += [child if isinstance(child.tag, str) else _entity(child), child.tail or ""]
    parts.reverse()
    return parts


def _entity(node: Element) -> str:
    """The character that a name stands for in XHTML; a name that the document itself declares stands for nothing."""
    return html5.get(f"{getattr(node, 'name', '')};", "") if node.tag is etree.Entity else ""


def _refuse_bomb(infos: list[zipfile.ZipInfo], name: str) -> None:
    if len(infos) > MOST_MEMBERS:
        raise ReadError(f"{name} holds {len(infos)} files; at most {MOST_MEMBERS} are looked at. Save it anew.")
    for info in infos:
        packed = info.file_size > max(_FREE, _MOST_PACKED * info.compress_size)
        if packed or info.file_size > LARGEST_MEMBER:
            raise ReadError(_too_much(name))


def _too_much(name: str) -> str:
    most = LARGEST_MEMBER // 1_000_000
    return (
        f"{name} unpacks to more than {most} MB, as only a harmful file does. If you trust it, save it as plain text."
    )


def _ole_reason(data: bytes, name: str, suffix: str) -> str:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return f"{name} is locked with a password: save it without one and ingest again."
    return f"{name} is an old office document, whatever its name says: open it and save it as {suffix}."


def _shown(member: str) -> str:
    return ascii(member[:80])[1:-1]


def _first_line(error: Exception) -> str:
    return " ".join(str(error).split())[:120]
