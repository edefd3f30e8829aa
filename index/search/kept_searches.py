"""Keeps questions in the library: a history of those that were asked, and searches that a person saved.

A saved search remembers the passages that it last showed, and the newest document of that time: what is new since is
told without a clock.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from index.disk import Library
from index.errors import QueryError
from index.search.index import Index
from index.storage.store import Store
from index.storage.truth import Truth
from index.text.escaping import line
from index.types import Answer, By, Filter, Hit

MAX_QUESTIONS = 200
"""Questions of the history, the latest (a guess)."""
SHOWN = 20
"""Hits of a saved search that are remembered, and looked at for new ones (a guess)."""

_HISTORY, _SEARCHES = "question", "search"  # the kinds under which the store keeps them
_ALL = "all"  # the history is one row, which is small
_MAX_NAME = 80  # characters (a guess)


@dataclass(frozen=True, slots=True)
class KeptQuestion:
    """What was asked, with its conditions. ``per_source``: hits of one source at most; None for all."""

    text: str
    by: By = By.BOTH
    where: Filter = Filter()  # noqa: RUF009  it is frozen
    per_source: int | None = None


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question of the history. ``asked``: ISO time, UTC. ``confidence``: how the answer stood."""

    question: KeptQuestion
    asked: str
    confidence: str


@dataclass(frozen=True, slots=True)
class History:
    """The questions that were asked on the page, the latest first. ``is_on``: whether further ones are kept."""

    questions: tuple[AskedQuestion, ...] = ()
    is_on: bool = True


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """``saved``, ``looked``: when it was saved and last shown, ISO times, UTC. ``seen``: the passages that it then had,
    each the id of its source and a digest of its text. ``newest``: the highest number of a document of that time.
    ``library``: the state of the library that it was shown from."""

    name: str
    question: KeptQuestion
    saved: str
    looked: str
    seen: frozenset[tuple[str, str]]
    newest: int
    library: str


# pure -----------------------------------------------------------------------------------------------------------------


def with_question(questions: Sequence[AskedQuestion], new: AskedQuestion) -> tuple[AskedQuestion, ...]:
    """The questions, the new one first: in place of the one before it if that asked the same."""
    rest = questions[1:] if questions and questions[0].question == new.question else questions
    return (new, *rest)[:MAX_QUESTIONS]


def passage_key(hit: Hit) -> tuple[str, str]:
    """The source of a hit and a digest of its text, which stays when the passage moves."""
    return hit.source.id, hashlib.blake2b(hit.passage.text.encode("utf-8", "replace"), digest_size=8).hexdigest()


def new_hits(search: SavedSearch, hits: Sequence[Hit], number: Callable[[str], int]) -> list[Hit]:
    """The hits that were not there when the search was last shown, and whose document was added since. ``number``: that
    of the document of a source."""
    return [
        hit for hit in hits[:SHOWN] if passage_key(hit) not in search.seen and number(hit.source.id) > search.newest
    ]


# the library ----------------------------------------------------------------------------------------------------------


def ask(index: Index, question: KeptQuestion, k: int = SHOWN) -> Answer:
    """The answer to a question, without the reader, which only orders the first passages anew. Raises QueryError."""
    return index.search(question.text, k, question.by, question.where, question.per_source, fast=True)


def read_history(store: Truth) -> History:
    row = store.kept.get(_HISTORY, _ALL)
    if row is None:
        return History()
    asked = (AskedQuestion(_question(values[0]), *values[1:]) for values in row.value["asked"])
    return History(tuple(asked), row.value["on"])


def note_question(library: Library, question: KeptQuestion, confidence: str) -> None:
    """Puts a question into the history, unless that is switched off. Raises LibraryError."""
    new = AskedQuestion(question, _now(), confidence)
    _change_history(
        library,
        lambda now: replace(now, questions=with_question(now.questions, new)) if now.is_on else now,
    )


def clear_history(library: Library) -> None:
    """Raises LibraryError."""
    _change_history(library, lambda now: replace(now, questions=()))


def switch_history(library: Library, is_on: bool) -> None:
    """Whether further questions are kept; those that are kept stay. Raises LibraryError."""
    _change_history(library, lambda now: replace(now, is_on=is_on))


def read_searches(store: Truth) -> list[SavedSearch]:
    """The saved searches by name."""
    rows = store.kept.all(_SEARCHES)
    return sorted((_search(name, row.value) for name, row in rows.items()), key=lambda search: search.name.casefold())


def read_search(store: Truth, name: str) -> SavedSearch:
    """Raises QueryError where there is none of this name."""
    row = store.kept.get(_SEARCHES, name)
    if row is None:
        raise QueryError(f"No search is saved as “{line(name)}”. They are listed by: python -m index searches")
    return _search(name, row.value)


def save_search(library: Library, index: Index, name: str, question: KeptQuestion) -> SavedSearch:
    """Saves a search with what it finds now. Raises QueryError where another has this name, LibraryError."""
    name = name_of(name)
    answer = ask(index, question)
    with Store.written(library) as store:
        if store.kept.get(_SEARCHES, name) is not None:
            raise QueryError(f"A search is saved as “{name}” already. Remove that one, or choose another name.")
        search = _looked_at(index, SavedSearch(name, question, _now(), "", frozenset(), 0, ""), answer)
        store.kept.set(_SEARCHES, name, _search_values(search))
    return search


def name_of(name: str) -> str:
    """A name as it is kept, on one line. Raises QueryError for an empty one."""
    short = line(name).strip()[:_MAX_NAME].strip()
    if not short:
        raise QueryError("A saved search needs a name. Give a word or two.")
    return short


def find_new(index: Index, search: SavedSearch) -> tuple[Answer | None, list[Hit]]:
    """What a saved search finds now, and what of it is new; no answer where the library is as it was. Raises
    QueryError."""
    if search.library == _state_of(index):
        return None, []
    answer = ask(index, search.question)
    return answer, new_hits(search, answer.hits, _numbers(index))


def look_at(library: Library, index: Index, name: str) -> tuple[Answer, list[Hit]]:
    """The answer of a saved search and what of it is new; from now on that counts as seen. Raises QueryError."""
    with closing(Store.open(library)) as store:
        search = read_search(store, name)
    answer = ask(index, search.question)
    found = new_hits(search, answer.hits, _numbers(index))
    looked = _looked_at(index, search, answer)
    if (looked.library, looked.seen) != (search.library, search.seen):
        with Store.written(library) as store:
            if store.kept.get(_SEARCHES, name):  # removed meanwhile: it stays removed
                store.kept.set(_SEARCHES, name, _search_values(looked))
    return answer, found


def remove_search(library: Library, name: str) -> None:
    """Raises QueryError where there is none of this name, LibraryError."""
    with Store.written(library) as store:
        read_search(store, name)
        store.kept.drop(_SEARCHES, name)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _state_of(index: Index) -> str:
    manifest = index.generation.manifest
    return f"{manifest.epoch}-{manifest.generation}"


def _numbers(index: Index) -> Callable[[str], int]:
    """The number of a source's document; 0 when it is gone."""

    def number(identity: str) -> int:
        document = index.store.documents.by_id(identity)
        return document.number if document else 0

    return number


def _looked_at(index: Index, search: SavedSearch, answer: Answer) -> SavedSearch:
    seen = frozenset(map(passage_key, answer.hits))
    newest = index.generation.newest_document
    return replace(search, looked=_now(), seen=seen, newest=newest, library=_state_of(index))


def _change_history(library: Library, change: Callable[[History], History]) -> None:
    with Store.written(library) as store:
        before = read_history(store)
        after = change(before)
        if after != before:
            asked = [[_question_values(asked.question), asked.asked, asked.confidence] for asked in after.questions]
            store.kept.set(_HISTORY, _ALL, {"on": after.is_on, "asked": asked})


# values ---------------------------------------------------------------------------------------------------------------


def _question_values(question: KeptQuestion) -> dict[str, Any]:
    where = question.where
    sources = None if where.sources is None else list(where.sources)
    return {
        "text": question.text,
        "by": question.by.value,
        "sources": sources,
        "author": where.author,
        "since": where.since,
        "until": where.until,
        "per_source": question.per_source,
    }


def _question(values: Mapping[str, Any]) -> KeptQuestion:
    sources = None if values["sources"] is None else tuple(values["sources"])
    where = Filter(sources, values["author"], values["since"], values["until"])
    return KeptQuestion(values["text"], By(values["by"]), where, values["per_source"])


def _search_values(search: SavedSearch) -> dict[str, Any]:
    return {
        "question": _question_values(search.question),
        "saved": search.saved,
        "looked": search.looked,
        "seen": sorted(map(list, search.seen)),
        "newest": search.newest,
        "library": search.library,
    }


def _search(name: str, values: Mapping[str, Any]) -> SavedSearch:
    seen = frozenset((source, digest) for source, digest in values["seen"])
    rest = (values["saved"], values["looked"], seen, values["newest"], values["library"])
    return SavedSearch(name, _question(values["question"]), *rest)
