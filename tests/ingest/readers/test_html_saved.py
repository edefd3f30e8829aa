"""Saved pages: MHTML messages, MAFF archives and HTML with its pictures inside."""

from __future__ import annotations

import io
import zipfile

import pytest

from index.errors import ReadError
from index.types import Origin
from ingest.readers import read
from ingest.types import Extract, Reading, Unreadable

TEXT = (
    "The mill at Ostrow ground rye for nine villages until the river was moved, and its wheel now stands in the yard "
    "of the school, where the children count the forty blades of the wheel each spring."
)
MORE = (
    "In a dry summer the miller opened the upper gate for two hours a day, and the carts waited in the lane before it."
)


def html(*paragraphs: str, head: str = "<title>The mill at Ostrow</title>") -> str:
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return f"<!DOCTYPE html><html><head>{head}</head><body><h1>The mill at Ostrow</h1>{body}</body></html>"


def part(content: bytes, content_type: str, *headers: str) -> bytes:
    lines = [f"Content-Type: {content_type}", *headers, "", ""]
    return "\r\n".join(lines).encode() + content


def mhtml(*parts: bytes, related: str = "") -> bytes:
    head = (
        "From: <Saved by a browser>\r\nSnapshot-Content-Location: https://mill.example.org/ostrow\r\n"
        "Subject: The mill\r\nDate: Fri, 3 May 2024 09:10:00 -0000\r\nMIME-Version: 1.0\r\n"
        f'Content-Type: multipart/related; type="text/html"; boundary="edge"{related}\r\n\r\n'
    )
    return head.encode() + b"".join(b"--edge\r\n" + one + b"\r\n" for one in parts) + b"--edge--\r\n"


def maff(*pages: tuple[str, str, str]) -> bytes:
    """``pages``: a folder, a page and its description."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for folder, content, rdf in pages:
            archive.writestr(f"{folder}/index.html", content)
            archive.writestr(f"{folder}/index_files/frame.html", "<p>A frame of an advertisement</p>")
            if rdf:
                archive.writestr(f"{folder}/index.rdf", rdf)
    return packed.getvalue()


def rdf(url: str, day: str) -> str:
    return (
        '<?xml version="1.0"?><RDF:RDF xmlns:MAF="http://maf.mozdev.org/metadata/rdf#" '
        'xmlns:RDF="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><RDF:Description RDF:about="urn:root">'
        f'<MAF:originalurl RDF:resource="{url}"/><MAF:archivetime RDF:resource="{day}"/>'
        '<MAF:charset RDF:resource="UTF-8"/></RDF:Description></RDF:RDF>'
    )


def only(reading: Reading) -> Extract:
    (extract,) = reading.extracts
    assert isinstance(extract, Extract)
    return extract


PICTURE = part(b"iVBORw0KGgo=", "image/png", "Content-Transfer-Encoding: base64")


@pytest.mark.parametrize("name", ["mill.mhtml", "mill.mht", "MILL.MHT"])
def test_a_message_is_read_as_its_page(name: str) -> None:
    """Quoted-printable, in the encoding that the part names; the pictures are passed over."""
    content = html(TEXT, "Mühle und Öl: 5 % Zoll.").encode("iso-8859-1").replace(b"=", b"=3D")
    content = content.replace(b"\xfc", b"=FC").replace(b"\xd6", b"=D6").replace(b"nine villages", b"nine vil=\r\nlages")
    page = part(content, "text/html; charset=iso-8859-1", "Content-Transfer-Encoding: quoted-printable")
    extract = only(read(mhtml(page, PICTURE), name))
    assert extract.text == f"{TEXT}\n\nMühle und Öl: 5 % Zoll."
    assert extract.metadata.title == "The mill at Ostrow"


def test_the_address_and_the_day_come_from_the_headers() -> None:
    """Where the page itself names none: as it stood on the day on which it was saved."""
    about = only(read(mhtml(part(html(TEXT).encode(), "text/html")), "a.mhtml")).metadata
    assert (about.url, about.published, about.updated) == ("https://mill.example.org/ostrow", None, "2024-05-03")
    assert (about.origins["url"], about.origins["updated"]) == (Origin.FORMAT, Origin.FORMAT)
    head = (
        '<title>Mill</title><link rel="canonical" href="https://x.example.org/"><meta name="date" content="2011-02-03">'
    )
    about = only(read(mhtml(part(html(TEXT, head=head).encode(), "text/html")), "a.mhtml")).metadata
    assert (about.url, about.published, about.updated) == ("https://x.example.org/", "2011-02-03", None)


def test_the_start_of_a_message_is_its_page() -> None:
    """Not the first part, when the message names another; the other pages are advertisements in frames."""
    other = part(html("An advertisement of a shop.").encode(), "text/html", "Content-ID: <2>")
    page = part(html(TEXT).encode(), "text/html", "Content-ID: <1>")
    assert only(read(mhtml(other, page, related='; start="<1>"'), "a.mhtml")).text == TEXT
    assert "shop" in only(read(mhtml(other, page), "a.mhtml")).text


def test_the_frames_of_a_page_are_read() -> None:
    """A page that is made of frames alone has its text in the other parts."""
    root = part(b"<html><frameset><frame src=a><noframes>No frames here</noframes></frameset></html>", "text/html")
    frames = [part(html(text).encode(), "text/html") for text in (TEXT, MORE)]
    text = only(read(mhtml(root, *frames), "a.mht")).text
    assert TEXT in text
    assert MORE in text
    assert "No frames" not in text


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no message at all",
        mhtml(PICTURE),
        mhtml(part(b"", "text/html")),
        b"".join(b'Content-Type: multipart/related; boundary="%d"\r\n\r\n--%d\r\n' % (n, n) for n in range(5000)),
    ],
)
def test_a_message_without_a_page_is_refused(data: bytes) -> None:
    """Also one whose parts are nested without end; the message says what to do."""
    with pytest.raises(ReadError, match=r"a\.mhtml"):
        read(data, "a.mhtml")


def test_an_archive_with_one_page_is_a_document() -> None:
    """Its address and day are in its description; the frames of the page are not pages."""
    extract = only(
        read(maff(("1a", html(TEXT), rdf("https://mill.example.org/", "Fri, 3 May 2024 11:10:00 +0200"))), "a.maff")
    )
    assert (extract.text, extract.record) == (TEXT, None)
    assert (extract.metadata.url, extract.metadata.updated) == ("https://mill.example.org/", "2024-05-03")


def test_each_page_of_an_archive_is_a_document() -> None:
    """A page that cannot be read does not stop the others."""
    data = maff(("a", html(TEXT), rdf("https://mill.example.org/1", "")), ("b", " ", ""), ("c", html(MORE), ""))
    first, second, third = read(data, "mills.maff").extracts
    assert isinstance(first, Extract)
    assert isinstance(third, Extract)
    assert [(one.record, one.text, one.metadata.url) for one in (first, third)] == [
        ("a", TEXT, "https://mill.example.org/1"),
        ("c", MORE, None),
    ]
    assert isinstance(second, Unreadable)
    assert second.position == "b"


def test_an_archive_that_unpacks_to_too_much_is_refused() -> None:
    """Before it is unpacked."""
    with pytest.raises(ReadError, match="unpacks to more than"):
        read(maff(("a", " " * 60_000_000, "")), "a.maff")


@pytest.mark.parametrize("description", ["<no xml", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'])
def test_a_damaged_description_is_named(description: str) -> None:
    """The page itself is read; no entity is resolved."""
    extract = only(read(maff(("a", html(TEXT), description)), "a.maff"))
    assert extract.text == TEXT
    assert [warning for warning in extract.warnings if "index.rdf" in warning] == list(extract.warnings)


def test_a_page_with_its_pictures_inside_is_read() -> None:
    """However large they are; without them it is a small page."""
    picture = "data:image/png;base64," + "iVBORw0KGgoAAAANSUhE" * 1_200_000
    data = html(TEXT, f'<img src="{picture}">', MORE).encode()
    assert len(data) > 20_000_000
    assert only(read(data, "a.html")).text == f"{TEXT}\n\n{MORE}"
    with pytest.raises(ReadError, match="HTML is read up to 20 MB"):
        read(html(TEXT * 150_000).encode(), "a.html")
