"""Where one text denies what the other says, or says the opposite: only of a predicate that both have."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from index.differences.antonyms import AXES, QUANTITIES
from index.differences.matching import assigned
from index.differences.negation import Negation
from index.differences.negation import head as head_of
from index.differences.reading import CLOSE, Reading, contains, nearness, overlap
from index.differences.types import Difference, DifferenceKind
from index.types import Span

SHARED = 0.5  # of the nearness of two words next to each other in both texts: less is another predicate
LITTLE = 0.1  # where all words of one text are in the other
PLACES = 400  # pairs of places that are compared for one word, or for all denials of a text: more are no sentence

Sides = dict[int, list[tuple[int, int]]]  # of each axis: places of tokens, and the side that they stand on
Alike = Callable[[Mapping[str, int], Mapping[str, int]], bool]


def differing(
    draft: Reading,
    source: Reading,
    sure: tuple[Sequence[Negation], Sequence[Negation]],
    denied: tuple[Sequence[Negation], Sequence[Negation]],
) -> Iterator[Difference]:
    """Denials of either text, then opposite words; no two on the same words.

    ``denied``: what either text denies; ``sure``: those of them that may differ.
    """
    least, words = LITTLE if contains(draft, source) else SHARED, 1 if overlap(draft, source) >= CLOSE else 2

    def alike(one: Mapping[str, int], two: Mapping[str, int]) -> bool:
        return nearness(one, two) >= least and len(one.keys() & two.keys()) >= words

    found = [
        *_denied(draft, sure[0], source, denied[1], alike),
        *map(_turned, _denied(source, sure[1], draft, denied[0], alike)),
        *_opposite(draft, _sides(draft, sure[0], denied[0]), source, _sides(source, sure[1], denied[1]), alike),
    ]
    taken: list[Difference] = []
    for one in sorted(found, key=lambda one: (one.draft.start + one.source.start, one.draft.end + one.source.end)):
        if not any(one.draft.meets(other.draft) or one.source.meets(other.source) for other in taken):
            taken.append(one)
    return iter(taken)


def _reached(found: Sequence[Negation]) -> frozenset[int]:
    return frozenset(place for one in found for place in one.far)


def _denied(
    here: Reading, denied: Sequence[Negation], there: Reading, others: Sequence[Negation], alike: Alike
) -> Iterator[Difference]:
    """What the first text denies and the second says."""
    if len(denied) > PLACES:
        return
    places = _places(there)
    reached = _reached(others)
    for one in denied:
        head = head_of(here, one)
        found = places.get(here.tokens[head].stem or "", ())
        if not found or len(found) * len(denied) > PLACES or any(place in reached for place in found):
            continue
        around = _without(here, head)
        best = max(found, key=lambda place: (nearness(around, _without(there, place)), -place))
        if not alike(around, _without(there, best)):
            continue
        cue, word = here.tokens[one.cue].span, there.tokens[best].span
        note = f"{here.text[cue.start : here.tokens[head].span.end]} against {there.text[slice(*word)]}"
        yield Difference(DifferenceKind.NEGATION, cue, word, note)


def _turned(one: Difference) -> Difference:
    """The same with the texts changed over."""
    first, _, second = one.note.partition(" against ")
    return Difference(one.kind, one.source, one.draft, f"{second} against {first}", one.compatible)


def _without(reading: Reading, place: int) -> Mapping[str, int]:
    return reading.around(reading.tokens[place].span)


def _places(reading: Reading) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for place, token in enumerate(reading.tokens):
        if token.stem is not None:
            found.setdefault(token.stem, []).append(place)
    return found


def _opposite(draft: Reading, mine: Sides, source: Reading, theirs: Sides, alike: Alike) -> Iterator[Difference]:
    """Words of one axis that stand on its two sides, where nothing of either text stands on the other."""
    for axis in sorted(mine.keys() & theirs.keys()):
        here, there = mine[axis], theirs[axis]
        if len({side for _, side in here}) > 1 or len({side for _, side in there}) > 1:
            continue
        if here[0][1] == there[0][1] or len(here) * len(there) > PLACES:
            continue
        mine_around = [_without(draft, place) for place, _ in here]
        other_around = [_without(source, place) for place, _ in there]
        scored = [
            (nearness(a, b), i, j)
            for i, a in enumerate(mine_around)
            for j, b in enumerate(other_around)
            if alike(a, b) and (axis < QUANTITIES or _touch(a, b))
        ]
        for i, j in assigned(scored, 0):
            spans = draft.tokens[here[i][0]].span, source.tokens[there[j][0]].span
            yield Difference(
                DifferenceKind.NEGATION, *spans, f"{_said(draft, spans[0])} against {_said(source, spans[1])}"
            )


def _touch(left: Mapping[str, int], right: Mapping[str, int]) -> bool:
    return any(distance == right.get(word) == 1 for word, distance in left.items())


def _said(reading: Reading, span: Span) -> str:
    return reading.text[slice(*span)]


def _sides(reading: Reading, sure: Sequence[Negation], denied: Sequence[Negation]) -> Sides:
    """For each axis the words on it and their sides. A word that is surely denied stands on the other side; one that a
    denial may reach ("did not lead to a rise") stands on none."""
    turned = {place for one in sure for place in range(one.cue + 1, one.near[0] + 1)}
    maybe = {place for one in denied for place in (*range(one.cue + 1, one.near[0]), *one.far)} - turned
    found: Sides = {}
    for place, token in enumerate(reading.tokens):
        if place not in maybe:
            for axis, side in AXES.get(token.word, ()):
                found.setdefault(axis, []).append((place, -side if place in turned else side))
    return found
