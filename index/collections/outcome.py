"""What became of the passages of a collection since they were pinned."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from difflib import SequenceMatcher

from index.collections.collection import Collection, PinnedPassage
from index.collections.pins import CurrentText, Pin, PinStatus, status_in
from index.collections.stored import read_collections
from index.disk import Library
from index.storage.store import Store
from index.storage.truth import Truth
from index.text.segmentation import sentences
from index.types import Source, Span

_MIN_SHARE = 0.5  # of a passage's characters, in sentences that are found again (a guess)
_MOST_SPREAD = 2.0  # times the length of a passage, over which these may lie (a guess)


@dataclass(frozen=True, slots=True)
class PinOutcome:
    """``source``: as it is now, None when it is gone. ``now``: where the passage stands, None when it is gone;
    ``text``: its words there."""

    status: PinStatus
    source: Source | None = None
    now: Span | None = None
    text: str = ""


def outcomes_of(store: Truth, pins: Iterable[PinnedPassage]) -> Mapping[str, PinOutcome]:
    """By the id of each pin. The text of each source is read once."""
    by_source: defaultdict[str, list[PinnedPassage]] = defaultdict(list)
    for pin in pins:
        by_source[pin.source.id].append(pin)
    outcomes: dict[str, PinOutcome] = {}
    for identity, group in by_source.items():
        document = store.documents.by_id(identity)
        if document is None:
            outcomes |= {pin.id: PinOutcome(PinStatus.MISSING) for pin in group}
            continue
        source, current = store.documents.source(document.number), CurrentText(store.documents.text(document.number))
        outcomes |= {pin.id: _outcome(source, current, pin) for pin in group}
    return outcomes


def changed_collections(library: Library) -> list[str]:
    """A line for each collection of which a passage stands otherwise than when it was pinned. Raises LibraryError."""
    with closing(Store.open(library)) as store:
        counts = [(collection.name, _changed(store, collection)) for collection in read_collections(store)]
    return [
        f"In the collection “{name}”: {', '.join(f'{number} {status.value}' for status, number in count.items())}."
        for name, count in counts
        if count
    ]


def _changed(store: Truth, collection: Collection) -> Counter[PinStatus]:
    count = Counter(outcome.status for outcome in outcomes_of(store, collection.pins).values())
    del count[PinStatus.UNCHANGED]
    return count


def _outcome(source: Source, current: CurrentText, pin: PinnedPassage) -> PinOutcome:
    status, now = _status(current, pin)
    return PinOutcome(status, source, now, current.text[slice(*now)] if now else "")


def _status(current: CurrentText, pin: PinnedPassage) -> tuple[PinStatus, Span | None]:
    passage = pin.passage
    if current.text[slice(*passage.span)] == passage.text:
        return PinStatus.UNCHANGED, passage.span
    start = current.text.find(passage.text)
    if start >= 0:
        return PinStatus.MOVED, Span(start, start + len(passage.text))
    edited = _edited(current, pin.source.id, passage.text)
    return (PinStatus.MISSING, None) if edited is None else (PinStatus.EDITED, edited)


def _edited(current: CurrentText, source: str, text: str) -> Span | None:
    """From the first to the last of a passage's sentences that are found again; None when too few are, or when they lie
    too far apart to be one passage."""
    parts = list(sentences(text, Span(0, len(text)))) or [Span(0, len(text))]
    located = [(part, status_in(current, Pin.of(source, part, text[slice(*part)]))[1]) for part in parts]
    known = [(part, now) for part, now in located if now]
    covered = sum(part.end - part.start for part, _ in known)
    if not known or covered < _MIN_SHARE * sum(part.end - part.start for part in parts):
        return None
    cover = Span(min(now.start for _, now in known), max(now.end for _, now in known))
    largest = max(known, key=lambda pair: pair[0].end - pair[0].start)[1]
    return cover if len(known) == 1 or cover.end - cover.start <= _MOST_SPREAD * len(text) else largest


def changed_words(before: str, after: str) -> Sequence[tuple[str, str]]:
    """What stood in a text and what stands there now, for each place where the words differ; either may be empty."""
    left, right = before.split(), after.split()
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    return [(" ".join(left[i:j]), " ".join(right[k:m])) for tag, i, j, k, m in matcher.get_opcodes() if tag != "equal"]
