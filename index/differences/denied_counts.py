"""Where one text says that there was none of what the other counts, by whatever verb: "found no deaths", "counted 283
deaths"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from index.differences.antonyms import DENIAL_CUES
from index.differences.figures import Figures
from index.differences.negation import Negation, head
from index.differences.tokens import TokenizedText
from index.differences.types import Difference, DifferenceKind
from index.types import Span

# Verbs that only say that there was, or was seen, what stands behind them.
_HAVING = TokenizedText(
    "found find counted recorded reported saw see seen observed registered noted identified documented detected "
    "received handled had have suffered gave give showed show shown logged listed caused took take held hold made make "
    "claimed resulted happened occurred"
).stems
_DYING = TokenizedText("died deaths killed fatalities dead").stems
_PEOPLE = TokenizedText("people persons person nobody lives life one").stems
_NOBODY = ("nobody", "none")
_BESIDE = 4  # words between a count and what it counts, or what the counted did (a guess)


def differing(
    draft: TokenizedText,
    source: TokenizedText,
    figures: tuple[Figures, Figures],
    denied: tuple[Sequence[Negation], Sequence[Negation]],
) -> Iterator[Difference]:
    """What either text has none of and the other counts. All other words of the text that denies must be in the other,
    so that it is of nothing else: what is counted may be told more closely, not what is denied."""
    for spans in _pairs(draft, denied[0], source, figures[1], denied[1]):
        yield _difference(draft, spans[0], source, spans[1])
    for spans in _pairs(source, denied[1], draft, figures[0], denied[0]):
        yield _difference(draft, spans[1], source, spans[0])


def _pairs(
    denying: TokenizedText,
    negations: Sequence[Negation],
    counting: TokenizedText,
    figures: Figures,
    others: Sequence[Negation],
) -> Iterator[tuple[Span, Span]]:
    counted = [
        figure.span
        for figure in figures
        if figure.value.dimension == "count" and figure.value.low > 0 and not figure.value.bound
    ]
    if not counted or any(negation.limit or negation.degree >= 0 for negation in negations):
        return
    plain = [negation for negation in others if counting.tokens[negation.cue].word not in DENIAL_CUES]
    denied_there = {index for negation in plain for index in negation.wide_scope}
    denied_stems = {counting.tokens[index].stem for index in denied_there}
    for nouns, cue in _denials(denying, negations):
        rest = denying.stems - nouns - _HAVING - _PEOPLE
        if not nouns or not rest <= counting.stems or not rest or rest & denied_stems:
            continue
        for span in counted:
            index = counting.first_token(span.end)
            if denied_there.intersection(range(counting.first_token(span.start), index + 1)):
                continue
            beside = counting.tokens[max(0, counting.first_token(span.start) - _BESIDE) : index + _BESIDE]
            noun = next((token for token in counting.tokens[index - 1 : index + 1] if token.stem in nouns), None)
            if noun is None and nouns & _DYING:
                noun = next((token for token in beside if token.stem in nouns), None)
            if noun is not None:
                yield cue, Span(min(span.start, noun.span.start), max(span.end, noun.span.end))
                return


def _denials(reading: TokenizedText, negations: Sequence[Negation]) -> Iterator[tuple[frozenset[str], Span]]:
    """What there was none of, and where that stands; also of "killed nobody", which denies nothing behind it."""
    for negation in negations:
        yield _denied_nouns(reading, negation), _span(reading, negation)
    for verb, object_ in pairwise(reading.tokens):
        if verb.stem in _DYING and object_.word == "nobody":
            yield _DYING, Span(verb.span.start, object_.span.end)


def _denied_nouns(reading: TokenizedText, negation: Negation) -> frozenset[str]:
    """The stem of what there was none of, with those of words that mean the same; empty for another denial."""
    cue = reading.tokens[negation.cue].word
    noun: str | None = None
    if cue == "no" or cue in _NOBODY:
        noun = reading.tokens[head(reading, negation)].stem
    elif after := _after_any(reading, negation):
        noun = reading.tokens[after].stem
    if noun in _DYING:
        return _DYING
    return frozenset([noun]) if noun and cue not in _NOBODY else frozenset()


def _after_any(reading: TokenizedText, negation: Negation) -> int:
    """The index of the word behind "any" of "did not find any deaths"; 0 without one."""
    last = min(negation.cue + _BESIDE, len(reading.tokens) - 1)
    return next(
        (index + 1 for index in range(negation.cue + 1, last) if reading.tokens[index].word in ("any", "single")), 0
    )


def _span(reading: TokenizedText, negation: Negation) -> Span:
    last = _after_any(reading, negation) or head(reading, negation)
    return Span(reading.tokens[negation.cue].span.start, reading.tokens[last].span.end)


def _difference(draft: TokenizedText, left: Span, source: TokenizedText, right: Span) -> Difference:
    note = f"{draft.text[slice(*left)]} against {source.text[slice(*right)]}"
    return Difference(DifferenceKind.NEGATION, left, right, note)
