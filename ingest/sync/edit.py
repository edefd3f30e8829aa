"""Change what is said of a document: the person's word stands above every other, whatever is ingested later."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlsplit

from index.errors import LibraryError, QueryError
from index.publishing.publish import publish
from index.storage import lock
from index.storage.store import Store
from index.types import Source
from ingest.encoding import without_holes
from ingest.metadata.kinds import CSL
from ingest.metadata.origin import FIELDS, Statements
from ingest.sync.batch import Batch
from ingest.sync.pipeline import library_embedder
from ingest.sync.restore import restore

Value = str | Sequence[str] | None

_LONGEST = 1_000  # characters of a value
_MOST_AUTHORS = 1_000
_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")
_DOI = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi: ?)?(10\.\d{4,9}/\S+)", re.IGNORECASE)
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


def edit(library: Path, identity: str, changes: Mapping[str, Value]) -> Source:
    """Change values of a source and publish; the source as it is then.

    None takes an edit back, and the value is again what the files say; an empty text or list says that there is none.
    Names are those of ``Source``. Only a new title embeds anything: that document's passages. Raises QueryError (a
    value or the id cannot be understood: nothing was changed) and LibraryError (also while an ingest is running).
    """
    wanted = {name: _checked(name, value) for name, value in changes.items()}
    Store.open(library).close()
    with lock.write_lock(library):
        store = Store.create(library)
        try:
            return _apply(library, store, identity, wanted)
        finally:
            store.close()


def _apply(library: Path, store: Store, identity: str, wanted: Mapping[str, Value]) -> Source:
    known = store.live_document(identity)
    (said,) = (said for one, _, said in store.statements([known.root]) if one.number == known.number)
    if not said:
        raise LibraryError(f"The source {identity} was stored without its origins. Ingest its folder again.")
    before = store.edits().get(identity, {})
    after = {name: value for name, value in {**before, **wanted}.items() if value is not None}
    embedder = library_embedder(store, library, None)
    batch = Batch(store, embedder)
    with store.transaction():
        store.put_edit(identity, after)
    source = restore(store, batch, known, Statements.from_json(said), after)
    batch.flush()
    publish(library, store, embedder)
    return source


def _checked(name: str, value: Value) -> Value:
    """The value as it is kept. Raises QueryError."""
    if name not in FIELDS:
        raise QueryError(f"{name} is nothing that a source has. It has: {', '.join(FIELDS)}.")
    if value is None:
        return None
    if name == "authors":
        return _authors(value)
    if not isinstance(value, str):
        raise QueryError(f"The {name} of a source is a text, not a list.")
    text = " ".join(without_holes(value).split())
    if len(text) > _LONGEST:
        raise QueryError(f"The {name} has {len(text):,} characters. Give at most {_LONGEST:,}.")
    return _CHECKS.get(name, str)(text) if text or name == "kind" else ""


def _authors(value: str | Sequence[str]) -> list[str]:
    """A list of names, or one text with a name a line or between semicolons."""
    names = re.split(r"[;\n]", value) if isinstance(value, str) else value
    if not all(isinstance(name, str) for name in names):
        raise QueryError("Authors are a list of names.")
    clean = [" ".join(without_holes(name).split()) for name in names]
    if len(clean) > _MOST_AUTHORS or any(len(name) > _LONGEST for name in clean):
        raise QueryError(f"At most {_MOST_AUTHORS:,} authors are kept, each of at most {_LONGEST:,} characters.")
    return list(dict.fromkeys(name for name in clean if name))


def _date(text: str) -> str:
    found = _DATE.fullmatch(text)
    try:
        year, month, day = found.groups("1") if found else ("0", "", "")
        date(int(year), int(month), int(day))
    except ValueError as error:
        raise QueryError(f"{text} is no date. Write 2022, 2022-05 or 2022-05-31.") from error
    return text


def _doi(text: str) -> str:
    found = _DOI.fullmatch(text)
    if found is None:
        raise QueryError(f"{text} is no DOI. Write it as 10.1000/example.")
    return found[1]


def _url(text: str) -> str:
    try:
        parts = urlsplit(text)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and " " not in text
    except ValueError:
        good = False
    if not good:
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
