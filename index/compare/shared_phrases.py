"""Figures that two texts give for the same quantity, in sentences that may not match otherwise.

Sentences that are no partners may still give one quantity two values, such as a half-life in hours and in minutes. A
phrase of two rare words near both figures identifies the quantity; the dimension must allow a comparison.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise, product

from index.differences import Difference, DifferenceKind, dates, numbers
from index.differences.figures import Figure, Figures, figures_in
from index.differences.matching import CLOSE_SAME_ROLE, conflicting_pairs, without_overlap
from index.differences.negation import negations
from index.differences.tokens import TokenizedText, context_similarity, tokenized
from index.differences.types import Fit, Mention
from index.types import Span

Phrase = frozenset[str]
Stated = Mapping[tuple[Phrase, str], Sequence[tuple[int, Mention[Figure]]]]

MIN_WORD_WEIGHT, MIN_PHRASE_WEIGHT = 0.2, 0.7
"""Weights that each word of a phrase, and the phrase as a whole, must have; 1 is a word that no passage has (a
guess)."""

MIN_NEARNESS = 0.25
"""How near a phrase must be to both figures; a phrase three words from both gives about 0.3 (a guess)."""

_JOINT = re.compile(r"[\s-]+")
_COUNTED = ("count", "rank")  # dimensions whose quantity is identified by a noun, not a phrase


def phrases(sentences: Sequence[str], weights: Sequence[Mapping[str, float]]) -> Stated:
    """The figures of sentences by the phrase near them and their dimension, each with its sentence's position.
    ``weights``: of the words of each sentence, by their stems."""
    stated: dict[tuple[Phrase, str], list[tuple[int, Mention[Figure]]]] = defaultdict(list)
    for number, sentence in enumerate(sentences):
        reading = tokenized(sentence)
        figures = _figures(sentence)
        if any(figure.value.dimension not in _COUNTED for figure in figures):
            rare = list(_rare_phrases(reading, [figure.span for figure in figures], weights[number]))
            for figure, phrase in product(figures, rare):
                if phrase <= figure.context.keys() and figure.value.dimension not in _COUNTED:
                    stated[phrase, figure.value.dimension].append((number, figure))
    return stated


@lru_cache(maxsize=2048)
def _figures(sentence: str) -> Figures:
    """The figures of a sentence that are neither dates nor denied. Cached, as a sentence has several partners."""
    reading = tokenized(sentence)
    figures = figures_in(reading, tuple(period.span for period in dates.dates(reading)))
    return without_overlap(figures, [negation.span for negation in negations(reading) if not negation.limit])


def _rare_phrases(reading: TokenizedText, figures: Sequence[Span], weights: Mapping[str, float]) -> Iterator[Phrase]:
    """Two words side by side, outside the figures, rare enough to identify a quantity; no names or units."""
    for first, second in pairwise(reading.tokens):
        joint = first.span.end, second.span.start
        phrase = frozenset(token.stem for token in (first, second) if token.stem in reading.plain_stems)
        if len(phrase) < 2 or not _JOINT.fullmatch(reading.text, *joint):
            continue
        phrase_weights = [weights.get(stem, 0.0) for stem in phrase if stem is not None]
        span = Span(first.span.start, second.span.end)
        rare = min(phrase_weights) >= MIN_WORD_WEIGHT and sum(phrase_weights) >= MIN_PHRASE_WEIGHT
        if rare and not any(span.meets(figure) for figure in figures):
            yield frozenset(stem for stem in phrase if stem is not None)


def shared(left: Stated, right: Stated) -> dict[tuple[int, int], set[tuple[Span, Span]]]:
    """By pair of sentences (positions left and right) the spans of their figures of one phrase and one dimension."""
    pairs: dict[tuple[int, int], set[tuple[Span, Span]]] = defaultdict(set)
    for key in left.keys() & right.keys():
        for left_sentence, left_figure in left[key]:
            for right_sentence, right_figure in right[key]:
                distances = ({word: figure.context[word] for word in key[0]} for figure in (left_figure, right_figure))
                if context_similarity(*distances) >= MIN_NEARNESS:
                    pairs[left_sentence, right_sentence].add((left_figure.span, right_figure.span))
    return pairs


def differing(left: str, right: str, spans: set[tuple[Span, Span]]) -> tuple[Difference, ...]:
    """The differences between those figures of two sentences that ``spans`` pairs. Since a phrase ties them together,
    the words around them need to match less."""
    figures = _figures(left), _figures(right)
    return tuple(
        Difference(
            DifferenceKind.NUMBER,
            left_figure.span,
            right_figure.span,
            f"{left[slice(*left_figure.span)]} against {right[slice(*right_figure.span)]}",
            fit is Fit.COMPATIBLE,
        )
        for left_figure, right_figure, fit in conflicting_pairs(*figures, numbers.fit, threshold=CLOSE_SAME_ROLE)
        if (left_figure.span, right_figure.span) in spans
    )
