"""One mail as its format gives it, and the documents that it makes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Any

from index.errors import ReadError
from index.types import Origin
from ingest.encoding import without_holes
from ingest.metadata.origin import with_origin
from ingest.readers import READERS, read
from ingest.readers.html.blocks import joined
from ingest.readers.html.page_blocks import page_blocks
from ingest.readers.html.tree import parsed, reduce_to_shown
from ingest.readers.html.visible import tag_by_tag
from ingest.readers.mail.quoted import foreign_spans
from ingest.readers.office.properties import one_line
from ingest.types import Empty, Extract, Metadata, Outcome, Unreadable

MAX_DEPTH = 4  # mails inside mails (a guess)
MAX_ATTACHMENTS = 500  # of a mail (a guess)
_FORWARDED = re.compile(r"\s*(?:fwd?|wg|tr|rv|i|doorst)\s?:", re.IGNORECASE)
_QUOTE_CLASSES = ("gmail_quote", "yahoo_quoted", "moz-cite-prefix", "gmail_signature", "moz-signature")
_QUOTES = "|".join(
    (
        ".//blockquote[@type='cite']",
        *(f".//*[contains(concat(' ', @class, ' '), ' {name} ')]" for name in _QUOTE_CLASSES),
    )
)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file in a mail. ``content``: its bytes, or the mail that it is, opened when it is asked for."""

    name: str
    content: bytes | Callable[[], Mail]


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail. ``authors``: the names of the senders, else their addresses; ``published``: the sender's day, ISO.

    ``text`` is the plain text, or else ``page`` the HTML; ``pictures``: the names of those that stand in it.
    """

    subject: str = ""
    authors: tuple[str, ...] = ()
    published: str | None = None
    text: str = ""
    page: str = ""
    attachments: tuple[Attachment, ...] = ()
    warnings: tuple[str, ...] = ()
    pictures: tuple[str, ...] = ()

    @property
    def metadata(self) -> Metadata:
        stated = Metadata(one_line(self.subject), self.authors, published=self.published, kind="personal_communication")
        return with_origin(Origin.FORMAT, stated)


def outcomes(mail: Mail, record: str | None, position: str, depth: int = 0, *, ocr: bool) -> Iterator[Outcome]:
    """The mail, then its attachments; ``record``: its own id, which goes before theirs. ``depth``: of mails around it;
    ``ocr``: whether pictures of text among the attachments are read.

    A mail without text is its subject.
    """
    unread = [entry.name for entry in mail.attachments[MAX_ATTACHMENTS:]]
    attached: list[Attachment] = []
    for attachment in mail.attachments[:MAX_ATTACHMENTS]:
        readable = callable(attachment.content) or _suffix(attachment.name) in READERS
        (attached.append(attachment) if readable else unread.append(attachment.name))
    text, left_out = (without_holes(mail.text), []) if mail.text.strip() else text_of_page(mail.page)
    text = text if text.strip() else one_line(mail.subject)
    left_out += [f"picture in the text that is not read: {name}" for name in mail.pictures]
    left_out += [f"attachment that is not read: {name}" for name in unread]
    if text:
        is_forward = _FORWARDED.match(mail.subject) is not None
        dropped = foreign_spans(text, is_forward=is_forward)
        yield Extract(text, mail.metadata, (), dropped, record, mail.warnings, tuple(left_out))
    elif not attached:
        yield Empty(position)
    for attachment in attached:
        yield from _of_attachment(attachment, record, position, depth, ocr)


def _of_attachment(
    attachment: Attachment, record: str | None, position: str, depth: int, ocr: bool
) -> Iterator[Outcome]:
    own = f"{record}/{attachment.name}" if record else attachment.name
    position = f"{position}, attachment {attachment.name}"
    if depth >= MAX_DEPTH and (callable(attachment.content) or _suffix(attachment.name) in (".eml", ".msg", ".mbox")):
        yield Unreadable(position, f"mails are read up to {MAX_DEPTH} deep inside each other: save this one on its own")
        return
    try:
        if callable(attachment.content):
            yield from outcomes(attachment.content(), own, position, depth + 1, ocr=ocr)
        else:
            yield from _read_file(attachment.content, attachment.name, own, depth, ocr)
    except ReadError as error:
        yield Unreadable(position, str(error))


def _read_file(data: bytes, name: str, record: str, depth: int, ocr: bool) -> Iterator[Outcome]:
    """The documents of an attached file, under the record of the attachment. Raises ReadError."""
    from ingest.readers.mail import eml, msg

    suffix = _suffix(name)
    nested = {".eml": eml.mail_of, ".msg": msg.mail_of}.get(suffix)
    if nested is not None:
        yield from outcomes(nested(data, name), record, name, depth + 1, ocr=ocr)
        return
    if len(data) > READERS[suffix].max_bytes:
        raise ReadError(f"{name} has more than {READERS[suffix].max_bytes // 1_000_000} MB: save it on its own.")
    reading = eml.read_mbox(data, name, depth + 1, ocr=ocr) if suffix == ".mbox" else read(data, name, ocr=ocr)
    for outcome in reading.extracts:
        if isinstance(outcome, Extract):
            metadata = outcome.metadata
            if not metadata.title:
                origins = {**metadata.origins, "title": Origin.NAME}
                metadata = replace(metadata, title=PurePath(name).stem, origins=origins)
            inner = record if outcome.record is None else f"{record}/{outcome.record}"
            warnings = (*reading.warnings, *outcome.warnings)
            yield replace(outcome, metadata=metadata, record=inner, warnings=warnings)
        else:
            yield replace(outcome, position=f"{name}, {outcome.position}")


def text_of_page(page: str) -> tuple[str, list[str]]:
    """The text that an HTML mail shows, and what its mail program marked as quoted or as a signature."""
    if not page.strip():
        return "", []
    tree = parsed(re.sub(r"^\s{0,100}<\?xml[^>]{0,200}>", "", page))
    if tree is None:
        return without_holes("\n\n".join(tag_by_tag(page))), []
    reduce_to_shown(tree)
    quotes: list[Any] = [element for element in tree.xpath(_QUOTES) if element.getparent() is not None]
    whole = _shown_text(tree)
    left_out = [block.line for quote in quotes for block in page_blocks(quote)]
    for quote in quotes:
        if quote.getparent() is not None:
            quote.drop_tree()
    own = _shown_text(tree)
    return (own, list(dict.fromkeys(left_out))) if own.strip() else (whole, [])


def _shown_text(tree: Any) -> str:
    return without_holes("\n\n".join(text for text, _ in joined(page_blocks(tree))))


def _suffix(name: str) -> str:
    return PurePath(name).suffix.lower()
