"""Changes a document's metadata by hand: an edit overrides every other statement, also in later ingests."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from urllib.parse import urlsplit

from index.disk import Library
from index.errors import LibraryError, QueryError
from index.publishing import publish_to
from index.storage import lock
from index.storage.people import Role, require
from index.storage.store import Store
from index.types import Source
from ingest.encoding import without_holes
from ingest.metadata.kinds import CSL
from ingest.metadata.origin import FIELDS, Statements
from ingest.sync.library_model import library_embedder
from ingest.sync.update_metadata import update_source
from ingest.sync.writer import DocumentWriter

Value = str | Sequence[str] | None

_MAX_CHARACTERS = 1_000  # of a value (a guess)
_MAX_AUTHORS = 1_000  # (a guess)
_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")
_DOI = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi: ?)?(10\.\d{4,9}/\S+)", re.IGNORECASE)
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


def edit(library: Library, identity: str, changes: Mapping[str, Value]) -> Source:
    """Change fields of a source and publish. Returns the changed source.

    ``changes``: by name of a field of ``Source``, its value. None takes an edit back: the files' value counts again. An
    empty text or list states that there is no value. Only a new title embeds anything: that document's passages.
    Raises QueryError (a value or the id is invalid: nothing was changed) and LibraryError (also while an ingest runs).
    """
    (source,) = edit_several(library, [identity], changes)
    return source


def edit_several(library: Library, identities: Sequence[str], changes: Mapping[str, Value]) -> list[Source]:
    """The same for several sources, published once. For an editor."""
    require(Role.EDITOR)
    checked = {name: _checked(name, value) for name, value in changes.items()}
    Store.open(library).close()
    with lock.write_lock(library):
        store = Store.create(library)
        try:
            for identity in identities:
                store.documents.live(identity)  # all are there before any is changed
            embedder = library_embedder(store, library, None)
            writer = DocumentWriter(store, embedder)
            sources = [_apply(store, writer, identity, checked) for identity in identities]
            writer.flush()
            publish_to(library, store, embedder)
            return sources
        finally:
            store.close()


def _apply(store: Store, writer: DocumentWriter, identity: str, changes: Mapping[str, Value]) -> Source:
    live = store.documents.live(identity)
    (statements,) = (
        text for document, _, text in store.documents.statements([live.root]) if document.number == live.number
    )
    if not statements:
        raise LibraryError(f"The source {identity} was stored without its origins. Ingest its folder again.")
    before = store.edits.all().get(identity, {})
    after = {name: value for name, value in {**before, **changes}.items() if value is not None}
    with store.transaction():
        store.edits.put(identity, after)
    return update_source(store, writer, live, Statements.from_json(statements), after)


def _checked(name: str, value: Value) -> Value:
    """The value as it is stored. Raises QueryError."""
    if name not in FIELDS:
        raise QueryError(f"{name} is nothing that a source has. It has: {', '.join(FIELDS)}.")
    if value is None:
        return None
    if name == "authors":
        return _authors(value)
    if not isinstance(value, str):
        raise QueryError(f"The {name} of a source is a text, not a list.")
    text = " ".join(without_holes(value).split())
    if len(text) > _MAX_CHARACTERS:
        raise QueryError(f"The {name} has {len(text):,} characters. Give at most {_MAX_CHARACTERS:,}.")
    return _CHECKS.get(name, str)(text) if text or name == "kind" else ""


def _authors(value: str | Sequence[str]) -> list[str]:
    """The names of a list, or of a text with one name per line or between semicolons."""
    names = re.split(r"[;\n]", value) if isinstance(value, str) else value
    if not all(isinstance(name, str) for name in names):
        raise QueryError("Authors are a list of names.")
    clean = [" ".join(without_holes(name).split()) for name in names]
    if len(clean) > _MAX_AUTHORS or any(len(name) > _MAX_CHARACTERS for name in clean):
        raise QueryError(f"At most {_MAX_AUTHORS:,} authors are kept, each of at most {_MAX_CHARACTERS:,} characters.")
    return list(dict.fromkeys(name for name in clean if name))


def _date(text: str) -> str:
    match = _DATE.fullmatch(text)
    try:
        year, month, day = match.groups("1") if match else ("0", "", "")
        date(int(year), int(month), int(day))
    except ValueError as error:
        raise QueryError(f"{text} is no date. Write 2022, 2022-05 or 2022-05-31.") from error
    return text


def _doi(text: str) -> str:
    match = _DOI.fullmatch(text)
    if match is None:
        raise QueryError(f"{text} is no DOI. Write it as 10.1000/example.")
    return match[1]


def _url(text: str) -> str:
    try:
        parts = urlsplit(text)
        is_url = parts.scheme in ("http", "https") and bool(parts.hostname) and " " not in text
    except ValueError:
        is_url = False
    if not is_url:
        raise QueryError(f"{text} is no address of a page. Write it as https://example.org/page.")
    return text


def _language(text: str) -> str:
    if not _LANGUAGE.fullmatch(text):
        raise QueryError(f"{text} is no code of a language. Write it as en, de or pt-BR.")
    return text


def _kind(text: str) -> str:
    if text not in CSL:
        raise QueryError(f"{text or 'Nothing'} is no kind of source. Kinds are those of CSL: {', '.join(sorted(CSL))}.")
    return text


_CHECKS: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {"published": _date, "updated": _date, "doi": _doi, "url": _url, "language": _language, "kind": _kind}
)
