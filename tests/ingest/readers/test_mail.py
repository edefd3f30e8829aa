"""Mails: each a document with its sender and day, without what it quotes; attachments are read by their own readers."""

from __future__ import annotations

import base64
import struct
from email.message import EmailMessage
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import ReadError
from index.types import Origin
from ingest.readers import read
from ingest.readers.mail.eml import unflowed
from ingest.readers.mail.msg import decompressed
from ingest.readers.mail.quoted import foreign_spans
from ingest.types import Empty, Extract, Unreadable
from tests.ingest.readers.test_office import para, word
from tests.ingest.readers.test_readers import assert_lawful
from tests.ole import ole

HEAD = "From: Ann Sample <ann@example.org>\nSubject: Reeds\nDate: Fri, 3 May 2024 23:50:00 -0700\n"


def extracts(name: str, data: bytes | str) -> list[Extract]:
    reading = read(data if isinstance(data, bytes) else data.encode(), name)
    documents = [outcome for outcome in reading.extracts if isinstance(outcome, Extract)]
    for document in documents:
        assert_lawful(document)
    return documents


def own(document: Extract) -> str:
    """The text without its dropped spans, trimmed."""
    kept, start = "", 0
    for span in (*document.dropped, (len(document.text),) * 2):
        kept += document.text[start : span[0]]
        start = span[1]
    return kept.strip()


def mail(text: str, **headers: str) -> EmailMessage:
    made = EmailMessage()
    for name, value in {"From": "Ann Sample <ann@example.org>", "Subject": "Reeds", **headers}.items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    return made


def test_a_mail_is_a_letter_of_its_sender() -> None:
    """Title, author, the sender's own day, and the kind that citations have for letters."""
    (document,) = extracts("a.eml", HEAD + "\nThe reeds are high.\n")
    stated = document.metadata
    assert (stated.title, stated.authors, stated.published) == ("Reeds", ("Ann Sample",), "2024-05-03")
    assert stated.kind == "personal_communication"
    assert set(stated.origins.values()) == {Origin.FORMAT}
    assert (document.text, document.record) == ("The reeds are high.\n", None)


@pytest.mark.parametrize(
    ("header", "author"),
    [
        ("ann@example.org", "ann@example.org"),
        ('"Sample, Ann" <ann@example.org>', "Sample, Ann"),
        ("=?utf-8?q?Sample=2C_Ann?= <ann@example.org>", "Sample, Ann"),
        ("=?iso-8859-1?q?J=F6rg?= <j@example.org>", "Jörg"),
        ("=?utf-8?b?SsO2?=\n =?utf-8?b?cmc=?= <j@example.org>", "Jörg"),
        ("Jörg <j@example.org>", "Jörg"),
        ("=?no-such-charset?q?Jim?= <j@example.org>", "Jim"),
    ],
)
def test_names_are_decoded(header: str, author: str) -> None:
    """Encoded words, also of two parts or in an unknown encoding, and bytes that should not be there."""
    assert extracts("a.eml", f"From: {header}\nSubject: x\n\nText.")[0].metadata.authors == (author,)


@pytest.mark.parametrize(
    ("encoding", "charset", "body"),
    [
        ("8bit", "utf-8", "Größe: 2 m".encode()),
        ("8bit", "iso-8859-1", "Größe: 2 m".encode("latin-1")),
        ("quoted-printable", "windows-1252", b"Gr=F6=DFe: =\n2 m"),
        ("base64", "utf-8", base64.b64encode("Größe: 2 m".encode())),
        ("8bit", "unknown-8bit", "Größe: 2 m, und noch ein Satz mit Übermaß.".encode("latin-1")),
    ],
)
def test_bodies_are_decoded(encoding: str, charset: str, body: bytes) -> None:
    """By their transfer encoding and character set."""
    head = f"{HEAD}Content-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: {encoding}\n\n"
    assert extracts("a.eml", head.encode() + body)[0].text.startswith("Größe: 2 m")


QUOTES = [
    "> How high?\n> Really?",
    "On Thu, May 2, 2024 at 10:12 AM Ben <ben@example.org> wrote:\n> How high?",
    "On Thu, May 2, 2024 at 10:12 AM Ben\n<ben@example.org> wrote:\n\n> How high?\n\n> Really?",
    "Am 02.05.2024 um 10:12 schrieb Ben Sample:\n> Wie hoch?",
    "Le 2 mai 2024 à 10:12, Ben <ben@example.org> a écrit :\n> Quelle hauteur ?",
    "On 2 May 2024 at 10:12, Ben <ben@example.org> wrote:\n\nHow high?",
    "-----Original Message-----\nFrom: Ben\nSent: Thursday\nTo: Ann\nSubject: Reeds\n\nHow high?",
    "Von: Ben Sample\nGesendet: Donnerstag, 2. Mai 2024\nAn: Ann\nBetreff: Schilf\n\nWie hoch?",
    "________________________________\nDe : Ben\nEnvoyé : jeudi\nÀ : Ann\nObjet : x\n\nQuelle hauteur ?",
    "*From:* Ben\n*Sent:* Thursday\n*To:* Ann\n\nHow high?",
    "-- \nAnn Sample\nPond Society",
]


@pytest.mark.parametrize("quote", QUOTES)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_what_a_mail_quotes_is_dropped(quote: str, end: str) -> None:
    """Replies marked or unmarked, the mail below in some languages, and the signature; the text itself stays whole."""
    body = f"They are 2 metres high.\n\n{quote}\n"
    (document,) = extracts("a.eml", (HEAD + "\n" + body).replace("\n", end))
    assert own(document) == "They are 2 metres high."
    assert document.text == body


def test_answers_between_quotes_stay() -> None:
    """Each quoted question goes, each answer stays."""
    body = "> How high?\n\nTwo metres.\n\n> How old?\n\nThree years.\n"
    assert own(extracts("a.eml", HEAD + "\n" + body)[0]).split() == ["Two", "metres.", "Three", "years."]


@pytest.mark.parametrize(
    "body",
    [
        "On Monday the minister wrote:\n\nThe dam will be built.",
        "From: the mill\nto the bridge it is a mile.",
        "He said: -- and left.\n--\n" + "A line of text.\n" * 20,
        "Date: 3 May\nThe meeting was long.",
    ],
)
def test_what_only_looks_like_a_quote_stays(body: str) -> None:
    """A sentence before a citation, a colon after a short word, a rule of hyphens."""
    assert foreign_spans(body) == ()


def test_a_mail_of_nothing_but_quotes_keeps_them() -> None:
    """So does a forwarded one: the older mail is what it was sent for."""
    assert extracts("a.eml", HEAD + "\n> All of it.\n> And more.")[0].dropped == ()
    forwarded = HEAD.replace("Reeds", "Fwd: Reeds") + "\nSee below.\n\nFrom: Ben\nSent: x\nTo: Ann\n\nThe dam leaks."
    assert own(extracts("a.eml", forwarded)[0]).endswith("The dam leaks.")


def test_plain_text_is_preferred_and_html_read_without_its_quotes() -> None:
    """Of two forms of a text one is read; what the mail program marked as quoted is left out."""
    both = mail("Plain form.\n")
    both.add_alternative("<p>HTML form.</p>", subtype="html")
    assert [document.text for document in extracts("a.eml", both.as_bytes())] == ["Plain form.\n"]
    page = mail("")
    page.set_content(
        "<style>p {}</style><p>They are <b>high</b>.</p><div class='gmail_quote'>On Thursday Ben wrote:"
        "<blockquote>How high?</blockquote></div>",
        subtype="html",
    )
    (document,) = extracts("a.eml", page.as_bytes())
    assert document.text == "They are high."
    assert document.left_out == ("On Thursday Ben wrote:", "How high?")


@pytest.mark.parametrize(
    ("flowed", "text"),
    [
        ("One \ntwo.\nThree.", "One two.\nThree."),
        ("> One \n> two.\n>> Three \n> four.", "> One two.\n>> Three \n> four."),
        ("End. \n-- \nAnn", "End. \n-- \nAnn"),
        (" From here.", "From here."),
    ],
)
def test_flowed_lines_are_joined(flowed: str, text: str) -> None:
    """Within one depth of quotation; never into the signature."""
    assert unflowed(flowed) == text


def test_attachments_are_documents_of_their_own() -> None:
    """By their own readers, under their names; what no reader takes is named."""
    made = mail("See the files.\n")
    made.add_attachment(b"id,text\n7,The pond is deep.\n", "text", "csv", filename="depth.csv")
    made.add_attachment(word(para("A letter.")), "application", "octet-stream", filename="Brief über Schilf.docx")
    made.add_attachment(b"ID3", "audio", "mpeg", filename="pond.mp3")
    made.add_attachment(b"broken", "application", "pdf", filename="old.pdf")
    outcomes = list(read(made.as_bytes(), "a.eml").extracts)
    documents = [outcome for outcome in outcomes if isinstance(outcome, Extract)]
    assert [(d.record, d.metadata.title, d.text) for d in documents] == [
        (None, "Reeds", "See the files.\n"),
        ("depth.csv/7", "The pond is deep.", "The pond is deep."),
        ("Brief über Schilf.docx", "Brief über Schilf", "A letter."),
    ]
    assert documents[0].left_out == ("attachment that is not read: pond.mp3",)
    assert documents[2].metadata.origins["title"] is Origin.NAME
    assert [o.position for o in outcomes if isinstance(o, Unreadable)] == ["a.eml, attachment old.pdf"]


def test_pictures_in_the_text_are_named_and_not_read() -> None:
    """They are mostly the signs and logos of a signature; those that are attached are read like other files."""
    made = mail("")
    made.set_content("<p>They are high. <img src='cid:logo'></p>", subtype="html")
    made.add_related(b"\x89PNG", "image", "png", cid="<logo>", disposition="inline", filename="image001.png")
    (outcome,) = read(made.as_bytes(), "a.eml").extracts
    assert isinstance(outcome, Extract)
    assert outcome.text == "They are high."
    assert outcome.left_out == ("picture in the text that is not read: image001.png",)


def nested(depth: int, *, as_file: bool) -> bytes:
    data = mail("Innermost.").as_bytes()
    for _ in range(depth):
        outer = mail("Outer.")
        if as_file:
            outer.add_attachment(data, "application", "octet-stream", filename="in.eml")
            data = outer.as_bytes()
        else:
            data = HEAD.encode() + b"Content-Type: message/rfc822\n\n" + data
    return data


@pytest.mark.parametrize("as_file", [True, False])
def test_mails_inside_mails_are_read_to_a_small_depth(as_file: bool) -> None:
    """A few levels; the next is refused, the others are kept."""
    assert len(extracts("a.eml", nested(2, as_file=as_file))) == 3
    outcomes = list(read(nested(12 if as_file else 100, as_file=as_file), "a.eml").extracts)
    assert next(o for o in outcomes if isinstance(o, Unreadable)).reason.startswith("mails are read up to 4 deep")
    assert len(outcomes) < 12


def test_a_mail_nested_thousands_deep_is_refused() -> None:
    """In a line, before it is taken apart."""
    with pytest.raises(ReadError, match="nested too deep"):
        read(nested(3000, as_file=False), "a.eml")


MAILBOX = (
    "From ann@example.org Fri May  3 10:12:00 2024\nMessage-ID: <1@example.org>\n"
    + HEAD
    + "\nThe first.\n>From here on.\n\n"
    "From ben@example.org Sat May 04 10:12:00 +0000 2024\nnonsense without a head\n\nNo mail.\n\n"
    "From ben@example.org Sun May  5 10:12:00 2024\n" + HEAD + "\nThe last.\n\nFrom now on it is dry.\n"
)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_mailbox_is_read_mail_by_mail(end: str) -> None:
    """By Message-ID, else by number; a broken mail costs itself; escaped lines are restored."""
    outcomes = list(read(MAILBOX.replace("\n", end).encode(), "a.mbox").extracts)
    first, broken, last = outcomes
    assert isinstance(first, Extract)
    assert isinstance(last, Extract)
    assert (first.record, first.text.strip()) == ("1@example.org", "The first.\nFrom here on.")
    assert isinstance(broken, Unreadable)
    assert broken.position == "mail 2"
    assert (last.record, last.text.strip()) == ("3", "The last.\n\nFrom now on it is dry.")


def test_a_mailbox_is_read_lazily() -> None:
    """Its first mail is there before the second is looked at."""
    outcomes = iter(read(MAILBOX.encode(), "a.mbox").extracts)
    assert isinstance(next(outcomes), Extract)


def fixed(*properties: tuple[int, int, int], head: int = 32) -> bytes:
    """Properties of a fixed size: number, kind, value."""
    return bytes(head) + b"".join(struct.pack("<HHIQ", kind, number, 6, value) for number, kind, value in properties)


def outlook(
    prefix: tuple[str, ...] = (), *, more: dict[tuple[str, ...], bytes] | None = None, **texts: str
) -> dict[tuple[str, ...], bytes]:
    streams = {(*prefix, f"__substg1.0_{key[1:]}001F"): text.encode("utf-16-le") for key, text in texts.items()}
    return {**streams, (*prefix, "__properties_version1.0"): fixed(head=24 if prefix else 32), **(more or {})}


ATTACHED = ("__attach_version1.0_#00000000",)
INNER = (*ATTACHED, "__substg1.0_3701000D")


def test_an_outlook_mail_is_read() -> None:
    """Subject, sender, the day of its headers, the text, and the files in it."""
    headers = "Received: x\r\nDate: Fri, 3 May 2024 23:50:00 -0700\r\n"
    files = {
        (*ATTACHED, "__substg1.0_3707001F"): "note.txt".encode("utf-16-le"),
        (*ATTACHED, "__substg1.0_37010102"): b"The dam leaks. " * 400,
    }
    made = ole(outlook(_0037="Schilf", _0C1A="Ann Sample", _1000="Zwei Meter.\r\n", _007D=headers, more=files))
    first, note = extracts("a.msg", made)
    assert (first.metadata.title, first.metadata.authors) == ("Schilf", ("Ann Sample",))
    assert (first.metadata.published, first.text) == ("2024-05-03", "Zwei Meter.\n")
    assert (note.record, note.metadata.title) == ("note.txt", "The dam leaks.")
    assert note.text == "The dam leaks. " * 400


def test_an_outlook_mail_may_have_its_text_in_other_forms() -> None:
    """In a code page, in HTML, or in compressed RTF; its day as a number; another mail inside it."""
    ticks = 133_592_310_000_000_000  # 2024-05-03
    narrow = {
        ("__substg1.0_1000001E",): "Größe".encode("cp1252"),
        ("__properties_version1.0",): fixed((0x39, 0x40, ticks)),
    }
    (document,) = extracts("a.msg", ole({**outlook(_0037="x"), **narrow}))
    assert (document.text, document.metadata.published) == ("Größe", "2024-05-03")
    page = {("__substg1.0_10130102",): b"<html><body><p>From a page.</p></body></html>"}
    assert extracts("a.msg", ole(outlook(_0037="x", more=page)))[0].text == "From a page."
    rtf = rb"{\rtf1\ansi From a form.}"
    stored = struct.pack("<IIII", len(rtf) + 12, len(rtf), 0x414C454D, 0) + rtf
    assert (
        extracts("a.msg", ole(outlook(_0037="x", more={("__substg1.0_10090102",): stored})))[0].text == "From a form."
    )
    inner = outlook(INNER, _0037="Inner", _1000="Inside.")
    assert [d.record for d in extracts("a.msg", ole(outlook(_0037="x", _1000="Out.", more=inner)))] == [
        None,
        "attachment 1",
    ]


def test_compressed_rtf_is_unpacked() -> None:
    """References to the text before, and to the dictionary that precedes it."""
    packed = bytes([0b00000000]) + b"{\\rtf1 a" + bytes([0b00000011]) + bytes([0x0D, 0x55, 0x00, 0x01]) + b"}"
    assert decompressed(struct.pack("<III", 99, 99, 0x75465A4C) + bytes(4) + packed).startswith(b"{\\rtf1 a")


@given(st.binary(min_size=16, max_size=400))
def test_any_bytes_unpack_to_few(data: bytes) -> None:
    """At most nine times as many."""
    assert len(decompressed(data[:8] + struct.pack("<I", 0x75465A4C) + data[12:])) <= 9 * len(data)


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.eml", b"just a text\n\nwithout a head", "is no mail"),
        ("a.mbox", b"just a text", "is no mailbox"),
        ("a.msg", b"just a text", "is no Outlook mail"),
        ("a.msg", ole({("x",): b"y"}), "holds no mail"),
        ("a.msg", ole(outlook(_0037="x"))[:700], "is damaged"),
    ],
)
def test_what_is_no_mail_is_refused(name: str, data: bytes, message: str) -> None:
    """In a line that names the file."""
    with pytest.raises(ReadError, match=message):
        list(read(data, name).extracts)


def test_a_charset_that_is_no_name_does_no_harm() -> None:
    """Neither that of a header nor that of the text, where the bytes are not ASCII."""
    head = b'From: a@example.org\nSubject: =?a\0b?q?Reeds?=\nContent-Type: text/plain; charset="a\0b"\n'
    (document,) = extracts("a.eml", head + b"Content-Transfer-Encoding: 8bit\n\nAuf dem Caf\xc3\xa9.\n")
    assert (document.metadata.title, document.text) == ("Reeds", "Auf dem Café.\n")


def test_a_mail_without_text_is_its_subject_or_empty() -> None:
    """A subject may be all that was sent."""
    assert extracts("a.eml", HEAD + "\n")[0].text == "Reeds"
    (outcome,) = read(b"From: a@example.org\n\n", "a.eml").extracts
    assert isinstance(outcome, Empty)


@given(
    st.lists(st.sampled_from(["> q", "", "-- ", "On 2 May at 1:00 b@c wrote:", "From: x", "Sent: y", "To: z", "Text."]))
)
def test_any_order_of_lines_gives_lawful_spans(lines: list[str]) -> None:
    """And never drops all of a mail."""
    text = "\n".join([*lines, "End."])
    spans = foreign_spans(text)
    assert all(a.end <= b.start for a, b in pairwise(spans))
    assert sum(span.end - span.start for span in spans) < len(text)
