"""Figures of two texts in the same phrase: a half-life in hours here and there, however far apart the sentences are.

Sentences that are no partners may still give one quantity two values. The phrase says which quantity it is, the
dimension that the two can be held against each other.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise, product

from index.differences import Difference, DifferenceKind, dates, names, numbers
from index.differences.matching import AT_LEAST, opposed, outside
from index.differences.negation import negations
from index.differences.reading import Reading, nearness
from index.differences.types import Fit, Mention
from index.types import Span

Phrase = frozenset[str]
Stated = Mapping[tuple[Phrase, str], Sequence[tuple[int, Mention[numbers.Figure]]]]

RARE, TELLING = 0.2, 0.7
"""What each word of a phrase weighs at least, and both together; 1 is a word that the library does not have."""

BESIDE = 0.25
"""How near a phrase must be to both figures; one three words from both gives about 0.3."""

_JOINT = re.compile(r"[\s-]+")
_COUNTED = ("count", "rank")  # what a noun tells, not a phrase


def phrases(said: Sequence[str], weights: Sequence[Mapping[str, float]]) -> Stated:
    """The measures of sentences by the telling phrases near them and their dimension: which sentence, and where."""
    found: dict[tuple[Phrase, str], list[tuple[int, Mention[numbers.Figure]]]] = defaultdict(list)
    for place, sentence in enumerate(said):
        reading = Reading(sentence)
        figures = _figures(reading)
        if any(one.value.dimension not in _COUNTED for one in figures):
            telling = list(_telling(reading, [one.span for one in figures], weights[place]))
            for one, phrase in product(figures, telling):
                if phrase <= one.around.keys() and one.value.dimension not in _COUNTED:
                    found[phrase, one.value.dimension].append((place, one))
    return found


def _figures(reading: Reading) -> numbers.Figures:
    figures = numbers.figures(reading, [one.span for one in dates.dates(reading)])
    return outside(figures, [one.span for one in negations(reading)])


def _telling(reading: Reading, figures: Sequence[Span], weights: Mapping[str, float]) -> Iterator[Phrase]:
    """Two words side by side, no name, manner or unit among them, that say together of what the sentence speaks."""
    for first, second in pairwise(reading.tokens):
        joint = first.span.end, second.span.start
        phrase = frozenset(one.stem for one in (first, second) if one.stem in reading.said)
        if len(phrase) < 2 or not _JOINT.fullmatch(reading.text, *joint):
            continue
        worth = [weights.get(stem, 0.0) for stem in phrase if stem is not None]
        whole = Span(first.span.start, second.span.end)
        if min(worth) >= RARE and sum(worth) >= TELLING and not any(whole.meets(one) for one in figures):
            yield frozenset(stem for stem in phrase if stem is not None)


def shared(left: Stated, right: Stated) -> dict[tuple[int, int], set[tuple[Span, Span]]]:
    """By pair of sentences the spans of their figures in one phrase and of one dimension."""
    found: dict[tuple[int, int], set[tuple[Span, Span]]] = defaultdict(set)
    for which in left.keys() & right.keys():
        for one, here in left[which]:
            for other, there in right[which]:
                places = ({word: each.around[word] for word in which[0]} for each in (here, there))
                if nearness(*places) >= BESIDE:
                    found[one, other].add((here.span, there.span))
    return found


def sound(left: str, right: str, found: Sequence[Difference]) -> tuple[Difference, ...]:
    """Of what differs between two sentences, that which is about one thing. Where each names what the other does not,
    a date, a name or a denial may well be of something else: a patent here and there, two papers of one author."""
    if all(one.kind is DifferenceKind.NUMBER for one in found):
        return tuple(found)
    one, other = Reading(left), Reading(right)
    strange = len(names.unknown(one, other)), len(names.unknown(other, one))
    fits = {
        DifferenceKind.DATE: min(strange) == 0,
        DifferenceKind.NEGATION: min(strange) == 0,
        DifferenceKind.NAME: max(strange) == 1,
    }
    return tuple(each for each in found if fits.get(each.kind, True))


def differing(left: str, right: str, spans: set[tuple[Span, Span]]) -> tuple[Difference, ...]:
    """What differs between figures that are tied, and nothing else. The phrase vouches for their role, so that less is
    asked of the words around them."""
    figures = _figures(Reading(left)), _figures(Reading(right))
    return tuple(
        Difference(
            DifferenceKind.NUMBER,
            one.span,
            other.span,
            f"{left[slice(*one.span)]} against {right[slice(*other.span)]}",
            how is Fit.COMPATIBLE,
        )
        for one, other, how in opposed(*figures, numbers.fit, threshold=AT_LEAST)
        if (one.span, other.span) in spans
    )
