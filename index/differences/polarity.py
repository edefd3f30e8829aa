"""Where one text denies what the other says, or says the opposite: only of a predicate that both have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from index.differences.denial import Denied
from index.differences.opposites import AXES
from index.differences.reading import Reading, Token, contains, in_common, nearness
from index.differences.types import Difference, Kind
from index.types import Span

SHARED = 0.5  # of the nearness of two words next to each other in both texts: less is another predicate
LITTLE = 0.1  # where all words of one text are in the other
PLACES = 200  # words on one axis, or places of one word, that are compared: more are no sentence


def differing(
    draft: Reading, source: Reading, denied: tuple[Sequence[Denied], Sequence[Denied]]
) -> Iterator[Difference]:
    """Denials of either text, then opposite words; no two on the same words. ``denied``: what either text denies."""
    left, right = denied
    least = LITTLE if contains(draft, source) else SHARED
    taken: list[tuple[Span, Span]] = []
    for one in (
        *_denied(draft, left, source, right, least),
        *_turned(source, right, draft, left, least),
        *_opposite(draft, left, source, right, least),
    ):
        if not any(one.draft.meets(a) or one.source.meets(b) for a, b in taken):
            taken.append((one.draft, one.source))
            yield one


def _reached(found: Sequence[Denied]) -> frozenset[int]:
    return frozenset(place for one in found for place in one.far)


def _denied(
    here: Reading, denied: Sequence[Denied], there: Reading, others: Sequence[Denied], least: float
) -> Iterator[Difference]:
    """What the first text denies and the second says."""
    places = _places(there)
    reached = _reached(others)
    for one in denied:
        head = next(place for place in one.near if not _is_manner(here.tokens[place]) or place == one.near[-1])
        found = places.get(here.tokens[head].stem or "", ())
        if not found or len(found) > PLACES or any(place in reached for place in found):
            continue
        around = _without(here, head)
        best = max(found, key=lambda place: (nearness(around, _without(there, place)), -place))
        if not _alike(around, _without(there, best), least):
            continue
        cue, word = here.tokens[one.cue].span, there.tokens[best].span
        note = f"{here.text[cue.start : here.tokens[head].span.end]} against {there.text[slice(*word)]}"
        yield Difference(Kind.NEGATION, cue, word, note)


def _alike(left: Mapping[str, int], right: Mapping[str, int], least: float) -> bool:
    return nearness(left, right) >= least and (least == LITTLE or in_common(left, right) > 1)


def _is_manner(token: Token) -> bool:
    return token.word.endswith("ly")


def _turned(
    here: Reading, denied: Sequence[Denied], there: Reading, others: Sequence[Denied], least: float
) -> Iterator[Difference]:
    for one in _denied(here, denied, there, others, least):
        first, _, second = one.note.rpartition(" against ")
        yield Difference(one.kind, one.source, one.draft, f"{second} against {first}")


def _without(reading: Reading, place: int) -> Mapping[str, int]:
    return reading.around(reading.tokens[place].span)


def _places(reading: Reading) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for place, token in enumerate(reading.tokens):
        if token.stem is not None:
            found.setdefault(token.stem, []).append(place)
    return found


def _opposite(
    draft: Reading, left: Sequence[Denied], source: Reading, right: Sequence[Denied], least: float
) -> Iterator[Difference]:
    """Words of one axis that stand on its two sides, neither denied, where nothing of the other text agrees."""
    mine, theirs = _sides(draft, left), _sides(source, right)
    for axis in mine.keys() & theirs.keys():
        here, there = mine[axis], theirs[axis]
        if len({side for _, side in here}) > 1 or len({side for _, side in there}) > 1:
            continue
        if here[0][1] == there[0][1] or len(here) > PLACES or len(there) > PLACES:
            continue
        _, one, two = max(
            (nearness(_without(draft, a), _without(source, b)), -a, -b) for a, _ in here for b, _ in there
        )
        if _alike(_without(draft, -one), _without(source, -two), least):
            spans = draft.tokens[-one].span, source.tokens[-two].span
            yield Difference(Kind.NEGATION, *spans, f"{_said(draft, spans[0])} against {_said(source, spans[1])}")


def _said(reading: Reading, span: Span) -> str:
    return reading.text[slice(*span)]


def _sides(reading: Reading, denied: Sequence[Denied]) -> dict[int, list[tuple[int, int]]]:
    """For each axis the words on it and their sides; a word that is denied stands on the other side."""
    reached, found = {one.near[0] for one in denied}, dict[int, list[tuple[int, int]]]()
    for place, token in enumerate(reading.tokens):
        for axis, side in _axes(token):
            found.setdefault(axis, []).append((place, -side if place in reached else side))
    return found


def _axes(token: Token) -> tuple[tuple[int, int], ...]:
    return AXES.get(token.word, ())
