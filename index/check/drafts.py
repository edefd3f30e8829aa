"""Keeps the drafts that a person checks in the library: their texts, in versions, and what was last counted in them.

A draft is a small row that lists its versions; each text is a row of its own, so that a list of drafts reads no text.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from index.check.findings import DraftCheck, FindingStatus
from index.check.marks import Mark, MarkStatus, sentence_key
from index.disk import Library
from index.errors import LibraryError, QueryError
from index.storage.store import Store
from index.storage.truth import Truth
from index.text.escaping import line
from index.text.segmentation import WORD
from index.types import Draft, Span

MAX_VERSIONS = 20
"""Texts of one draft that are kept, the latest (a guess)."""

_DRAFTS, _TEXTS = "draft", "draft text"  # the kinds under which the store keeps them
_MAX_NAME = 60  # characters of the first line that name a draft, as a list shows them (a guess)
_MIN_SHARED = 0.5  # of the words of a draft and of a newer file of its name (a guess)


@dataclass(frozen=True, slots=True)
class DraftVersion:
    """One text of a draft. ``id``: the digest of what was read. ``made``: ISO time, UTC, when it was last given."""

    id: str
    made: str
    characters: int


@dataclass(frozen=True, slots=True)
class KeptDraft:
    """A draft as a list shows it. ``file``: the name of the file it came from; empty when it was pasted. ``first`` and
    ``last``: when it was opened, ISO times, UTC. ``versions``: at least one, the latest first. ``counts``: sentences by
    their label at the last check. ``marks``: sentences by the person's mark."""

    id: str
    name: str
    file: str
    first: str
    last: str
    versions: tuple[DraftVersion, ...]
    counts: Mapping[str, int] = field(default_factory=dict)
    marks: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RemovedDraft:
    """All that was kept of a draft, so that removing it can be undone. ``texts``: values by the id of their version."""

    draft: KeptDraft
    texts: Mapping[str, Any]


# pure -----------------------------------------------------------------------------------------------------------------


def name_of(draft: Draft, file: str = "") -> str:
    """The title of a draft, else the name of its file, else its first words."""
    first = next((text for text in map(line, draft.text.split("\n")) if WORD.search(text)), "")
    words = first.lstrip("#>*- ").strip()
    short = words if len(words) <= _MAX_NAME else f"{words[:_MAX_NAME].rpartition(' ')[0] or words[:_MAX_NAME]}…"
    return line(draft.title).strip() or line(file).strip() or short or "Untitled"


def version_of(draft: Draft, made: str) -> DraftVersion:
    """The version that a draft makes. The same text, read in the same way, has the same id."""
    content = json.dumps([draft.text, draft.prose]).encode()
    return DraftVersion(hashlib.blake2b(content, digest_size=8).hexdigest(), made, len(draft.text))


def with_version(versions: Sequence[DraftVersion], new: DraftVersion) -> tuple[DraftVersion, ...]:
    """The versions, the new one first; a text that was there is no second version. At most ``MAX_VERSIONS``."""
    if versions and versions[0].id == new.id:
        return tuple(versions)
    return (new, *(version for version in versions if version.id != new.id))[:MAX_VERSIONS]


def is_edited(before: str, after: str) -> bool:
    """Whether a text is an edit of another: at least half of the words of both are the same."""
    words = [Counter(word.casefold() for word in WORD.findall(text)) for text in (before, after)]
    either = (words[0] | words[1]).total()
    return either > 0 and (words[0] & words[1]).total() >= _MIN_SHARED * either


def counts_of(checked: DraftCheck, marks: Mapping[bytes, Mark]) -> tuple[dict[str, int], dict[str, int]]:
    """The sentences by their status, and by the person's marks; without those that count nothing."""
    counts = Counter(finding.label for finding in checked.findings if finding.status is not FindingStatus.NOT_CHECKABLE)
    given = (marks.get(sentence_key(finding.sentence.text)) for finding in checked.findings)
    marked = Counter(mark.status.value for mark in given if mark and mark.status is not MarkStatus.NOT_CHECKED)
    return dict(counts), dict(marked)


def carried(before: Sequence[str], after: Sequence[str], number: int) -> int:
    """The number of the sentence that ``number`` has become after an edit: the same one, else the one at its place.
    Both are the sentences of a text; 0 when there are none."""
    shortest = min(len(before), len(after))
    head = next((at for at in range(shortest) if before[at] != after[at]), shortest)
    tail = next((at for at in range(shortest - head) if before[-1 - at] != after[-1 - at]), shortest - head)
    if number < head:
        return number
    if number >= len(before) - tail:
        return number + len(after) - len(before)
    same = [at for at in range(head, len(after) - tail) if after[at] == before[number]]
    nearest = min(same, key=lambda at: abs(at - number), default=min(number, len(after) - tail - 1))
    return min(max(nearest, head), max(len(after) - 1, 0))


# reading --------------------------------------------------------------------------------------------------------------


def read_drafts(store: Truth) -> list[KeptDraft]:
    """All drafts of a library, the one opened last first."""
    drafts = [_draft(identity, row.value) for identity, row in store.kept.all(_DRAFTS).items()]
    return sorted(drafts, key=lambda draft: draft.last, reverse=True)


def read_draft(store: Truth, identity: str) -> KeptDraft:
    """Raises QueryError where there is none."""
    row = store.kept.get(_DRAFTS, identity)
    if row is None:
        raise QueryError(
            f"There is no draft {line(identity)[:40]} in this library: it was removed, or belongs to another. "
            "Choose one of the list, or check it again."
        )
    return _draft(identity, row.value)


def load_text(store: Truth, kept: KeptDraft, version: str | None = None) -> Draft:
    """A version of a draft, by default the latest. Raises QueryError where there is none."""
    row = store.kept.get(_TEXTS, _text_id(kept.id, version or kept.versions[0].id))
    if row is None:
        raise QueryError(f"This version of “{kept.name}” is kept no more. Choose another.")
    values = row.value
    prose = None if values["prose"] is None else tuple(Span(*span) for span in values["prose"])
    return Draft(values["text"], prose, values["title"], values["language"], tuple(values["warnings"]))


# writing --------------------------------------------------------------------------------------------------------------


def keep_draft(
    library: Library, draft: Draft, file: str = "", identity: str | None = None, seen: str | None = None
) -> tuple[KeptDraft, str]:
    """Keeps a text, as a new version unless it is the latest already. Returns the draft, and what to tell the person.

    ``identity``: the draft that the text is of; None for the one that has this text, or an earlier text of the same
    file, else a new one. ``seen``: the version that the person edited. Where another window has made a newer one
    meanwhile, both are kept, and the person is told. Raises LibraryError.
    """
    now = _now()
    new = version_of(draft, now)
    with Store.written(library) as store:
        current = _current(store, identity) if identity else _same_draft(store, draft, file, new)
        if current is None:
            identity = identity or secrets.token_hex(6)
            current = KeptDraft(identity, name_of(draft, file), file, now, now, (new,))
        note = _note(current, new, seen) if identity else ""
        kept = replace(current, last=now, versions=with_version(current.versions, new), file=file or current.file)
        store.kept.set(_TEXTS, _text_id(kept.id, new.id), _text_values(draft))
        store.kept.set(_DRAFTS, kept.id, _values(kept))
        for version in set(current.versions) - set(kept.versions):
            if version.id != new.id:
                store.kept.drop(_TEXTS, _text_id(kept.id, version.id))
    return kept, note


def rename_draft(library: Library, kept: KeptDraft, name: str) -> KeptDraft:
    """Gives a draft another name; an empty one leaves it. Raises LibraryError when it has got another meanwhile."""
    name = line(name).strip() or kept.name

    def renamed(current: KeptDraft) -> KeptDraft:
        if current.name not in (kept.name, name):
            raise LibraryError(
                f"This draft was named “{current.name}” in another window meanwhile, and keeps that. "
                "Rename it again if it still is not right."
            )
        return replace(current, name=name)

    return _change(library, kept, renamed)


def record_check(library: Library, kept: KeptDraft, checked: DraftCheck, marks: Mapping[bytes, Mark]) -> KeptDraft:
    """Notes what was counted in a draft, and that it was opened. Raises LibraryError."""
    counts, marked = counts_of(checked, marks)
    return _change(library, kept, lambda now: replace(now, counts=counts, marks=marked, last=_now()))


def remove_draft(library: Library, kept: KeptDraft) -> RemovedDraft:
    """Takes a draft out of the library, with all its versions. Raises LibraryError when another window gave it a text
    meanwhile that this one has not shown, and QueryError when it is gone."""
    with Store.written(library) as store:
        current = read_draft(store, kept.id)
        if current.versions[0].id != kept.versions[0].id:
            raise LibraryError(
                f"“{current.name}” has a newer text, from another window. Nothing is removed: look at it first."
            )
        texts = {version.id: store.kept.get(_TEXTS, _text_id(kept.id, version.id)) for version in current.versions}
        for version in texts:
            store.kept.drop(_TEXTS, _text_id(kept.id, version))
        store.kept.drop(_DRAFTS, kept.id)
    return RemovedDraft(current, {version: row.value for version, row in texts.items() if row})


def restore_draft(library: Library, removed: RemovedDraft) -> None:
    """Undoes ``remove_draft``. Where another window has kept a text of the draft meanwhile, that stays above those that
    come back. Raises LibraryError."""
    with Store.written(library) as store:
        current = _current(store, removed.draft.id) or replace(removed.draft, versions=())
        known = {version.id for version in current.versions}
        back = tuple(version for version in removed.draft.versions if version.id not in known)
        kept = replace(current, versions=(*current.versions, *back)[:MAX_VERSIONS])
        for version in kept.versions[len(known) :]:
            if version.id in removed.texts:
                store.kept.set(_TEXTS, _text_id(kept.id, version.id), removed.texts[version.id])
        store.kept.set(_DRAFTS, kept.id, _values(kept))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _text_id(draft: str, version: str) -> str:
    return f"{draft}-{version}"


def _note(current: KeptDraft, new: DraftVersion, seen: str | None) -> str:
    latest = current.versions[0]
    if seen is None or latest.id in (seen, new.id):
        return ""
    return (
        "This draft got another text meanwhile, in another window. Yours is kept as the latest version, "
        "and that one below it: see Versions."
    )


def _same_draft(store: Truth, draft: Draft, file: str, new: DraftVersion) -> KeptDraft | None:
    """The draft that a text belongs to when nobody says so."""
    drafts = read_drafts(store)
    for kept in drafts:
        if any(version.id == new.id for version in kept.versions):
            return kept
    of_file = (kept for kept in drafts if file and kept.file == file)
    return next((kept for kept in of_file if is_edited(load_text(store, kept).text, draft.text)), None)


def _change(library: Library, kept: KeptDraft, change: Callable[[KeptDraft], KeptDraft]) -> KeptDraft:
    """Stores what ``change`` makes of the draft as it is now; one that was removed meanwhile stays removed."""
    with Store.written(library) as store:
        current = _current(store, kept.id)
        if current is None:
            return kept
        changed = change(current)
        store.kept.set(_DRAFTS, kept.id, _values(changed))
    return changed


def _current(store: Truth, identity: str) -> KeptDraft | None:
    row = store.kept.get(_DRAFTS, identity)
    return None if row is None else _draft(identity, row.value)


def _values(kept: KeptDraft) -> dict[str, Any]:
    values = asdict(kept)
    return {name: values[name] for name in values if name != "id"} | {
        "versions": [[version.id, version.made, version.characters] for version in kept.versions]
    }


def _draft(identity: str, values: Mapping[str, Any]) -> KeptDraft:
    versions = tuple(DraftVersion(*version) for version in values["versions"])
    return KeptDraft(identity, **{**values, "versions": versions})


def _text_values(draft: Draft) -> dict[str, Any]:
    return {
        "text": draft.text,
        "prose": None if draft.prose is None else [list(span) for span in draft.prose],
        "title": draft.title,
        "language": draft.language,
        "warnings": list(draft.warnings),
    }
