"""Files that went wrong: each made from a sample by its number alone, so that a failure can be looked at again."""

from __future__ import annotations

import io
import random
import zipfile
import zlib
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from pathlib import Path

from PIL import Image, ImageDraw

from index.text.reading import reading_copy
from index.types import Document
from ingest.chunking import split
from ingest.metadata.origin import Statements
from ingest.readers import READERS
from ingest.report import FileReport
from ingest.sync.catalogue import Catalogue
from ingest.sync.pipeline import _metadata
from ingest.sync.writer import document_digest
from ingest.types import Extract
from tests.conftest import CORPUS
from tests.making import GOLDEN, Hashed

INSERTED = (
    *(
        b"\0" * 40,
        b"\xff\xfe",
        b"\xed\xa0\x80",
        b"\r",
        b'"',
        b"<",
        b"&#0;",
        b"]]>",
        b"<![CDATA[",
        b"{",
        b"}}}}",
        b"%%EOF",
    ),
    *(
        b"<div>" * 3000,
        b"[" * 20_000,
        b"{\\*" * 5000,
        b"<!DOCTYPE a [<!ENTITY b 'c'>]>",
        b"99999999999999999999",
        b"%PDF-1.7",
    ),
    *(
        b"PK\x03\x04",
        b"endobj\nendstream",
        b"\\bin999999999 ",
        b"---\n" * 400,
        b"x" * 50_000,
        "\u202e\u0000\U0001f600".encode(),
    ),
)


@cache
def samples() -> dict[str, bytes]:
    """By name: every file of the corpus and of the golden tests that some reader takes, and small pictures."""
    paths = {path.name: path for path in CORPUS.iterdir() if path.name != "README.md"}
    paths |= {path.name.removesuffix(".in"): path for path in GOLDEN.glob("*.in")}
    files = {name: paths[name].read_bytes() for name in sorted(paths) if Path(name).suffix in READERS}
    return files | {f"sign.{kind}": _picture(kind) for kind in ("bmp", "jpeg", "png", "tiff", "webp")}


def _picture(kind: str) -> bytes:
    """A small picture with two words on it."""
    picture, out = Image.new("RGB", (120, 40), "white"), io.BytesIO()
    ImageDraw.Draw(picture).text((10, 12), "Salt and butter", fill="black")
    picture.save(out, kind)
    return out.getvalue()


def mutant(number: int) -> tuple[str, bytes]:
    """Every format in its turn; mostly one thing is wrong, sometimes several."""
    chance = random.Random(number)
    suffixes = sorted({Path(name).suffix for name in samples()})
    suffix = suffixes[number % len(suffixes)]
    name = chance.choice([name for name in samples() if name.endswith(suffix)])
    data = samples()[name]
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        data = chance.choice((*WRONGS, *[repacked] * 4) if data.startswith(b"PK") else WRONGS)(data, chance)
    if chance.random() < 0.1:
        suffix = chance.choice(list(READERS))
    return f"{number:05}-{Path(name).stem}{suffix}", data


def flaws(extract: Extract) -> list[str]:
    """The ways in which an extract is invalid."""
    length, spans = len(extract.text), [section.span for section in extract.sections]
    checks = {
        "holds NUL": "\0" in extract.text,
        "is empty": not extract.text.strip(),
        "sections leave the text": any(not 0 <= a <= b <= length for a, b in spans),
        "sections overlap": any(left.end > right.start for left, right in pairwise(spans)),
        "dropped spans leave the text": any(not 0 <= a <= b <= length for a, b in extract.dropped),
        "dropped spans overlap": any(left.end > right.start for left, right in pairwise(extract.dropped)),
        "page below 1": any(section.page is not None and section.page < 1 for section in extract.sections),
    }
    return [flaw for flaw, is_present in checks.items() if is_present]


def taken_in(name: str, extract: Extract) -> None:
    """Does what the ingest's own process does with an extract, but for the database and the model."""
    catalogue = Catalogue()
    statements = catalogue.statements(Path(name), name, extract.record, _metadata(extract))
    assert Statements.from_json(statements.to_json()).to_json() == statements.to_json()
    source = statements.source("id", name, extract.record, {})
    document = Document(source, extract.text, extract.sections, extract.dropped, extract.left_out)
    document_digest(document, statements)
    FileReport(name, "added").take(extract, source.language)
    catalogue.future_dates(source)
    passages, _ = split(document, Hashed())
    for passage in passages:
        assert passage.text == extract.text[slice(*passage.span)]
        reading_copy(passage.text, source.title, passage.heading).encode()


def flipped(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.choice((1, 3, 30, 300))):
        if changed:
            changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def cut(data: bytes, chance: random.Random) -> bytes:
    """Without its end, its beginning or something between."""
    start, end = _stretch(data, chance)
    return chance.choice((data[:start], data[end:], data[:start] + data[end:]))


def spliced(data: bytes, chance: random.Random) -> bytes:
    """Its beginning, and the end of another file."""
    other = chance.choice(list(samples().values()))
    return data[: chance.randrange(len(data) + 1)] + other[chance.randrange(len(other)) :]


def repeated(data: bytes, chance: random.Random) -> bytes:
    start, end = _stretch(data, chance)
    end = min(end, start + 20_000)
    return data[:start] + data[start:end] * chance.choice((2, 10, 100)) + data[end:]


def inserted(data: bytes, chance: random.Random) -> bytes:
    place = chance.randrange(len(data) + 1)
    return data[:place] + chance.choice(INSERTED) + data[place:]


def repacked(data: bytes, chance: random.Random) -> bytes:
    """An archive that is sound, with a member that is not, is missing, or is there twice."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = {one.filename: archive.read(one) for one in archive.infolist()}
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, RuntimeError, EOFError):
        return data
    if not members:
        return data
    wrong = chance.choice(list(members))
    fate = chance.randrange(8)
    if fate == 0:
        del members[wrong]
    elif fate == 1:
        members[f"{wrong}/../{wrong}"] = members[wrong]
    else:
        members[wrong] = chance.choice(WRONGS)(members[wrong], chance)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


def _stretch(data: bytes, chance: random.Random) -> tuple[int, int]:
    start, end = sorted(chance.randrange(len(data) + 1) for _ in range(2))
    return start, end


WRONGS: tuple[Callable[[bytes, random.Random], bytes], ...] = (flipped, cut, spliced, repeated, inserted)
