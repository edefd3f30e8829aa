"""Which differences between two partner sentences are of one thing.

Partners that are near in meaning and words are asked for all kinds. Of others, which state one event in other words,
those alone count that nothing else explains: what one denies word for word, a figure of what both count, and the day
of one act.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from index.compare import attribution, sole_values
from index.compare.alike import with_alike
from index.compare.counted import is_whole
from index.differences import Difference, DifferenceKind, dates, differences, names, numbers, offices, parse_statement
from index.differences.figures import Figure
from index.differences.tokens import TokenizedText, tokenized
from index.differences.types import Fit, Mention
from index.types import Span

MIN_COVERED = 0.8
"""Share of the content words of the shorter of two sentences, or of the one that denies, that the other must have for
a difference between sentences that are not near (chosen on half of ecbplus)."""

MAX_COUNTED = 2
"""Content words from a value within which stands what it is of (a guess)."""

MAX_ACT, MIN_ACT_WORDS = 3, 2
"""Content words from a day within which the act stands that it is the day of, and how many both must have of them (a
guess)."""

MIN_COMMON = 3
"""Content words that two sentences that are not near must have in common (a guess)."""

MIN_MANY_COMMON, MIN_MOST = 5, 0.5
"""Content words that two sentences have in common, and their share of those of the shorter, from which what both count
is one thing (a guess)."""

_SUMMARIES = TokenizedText("average averages typical").stems
_SPACED_DECIMAL = re.compile(r"(?<!\d)\d{1,3}(?:\s\.\s?|\.\s)\d{1,2}(?!\d)")
_SENTENCE_END = re.compile(r"[.!?…][\W\d]*$")  # a note's number may follow
_NOT = frozenset("not no never none nobody neither nor".split())  # noqa: SIM905


def of_partners(left: str, right: str, *, close: bool) -> tuple[Difference, ...]:
    """The differences between two partner sentences that are of one thing. ``close``: they are near in meaning and
    words."""
    whole = on_same_thing(left, right, differences(left, right))
    # who says a thing is no part of it; its place is kept, so that the spans stay those of the sentences
    plain = attribution.blanked(left), attribution.blanked(right)
    if plain != (left, right):
        whole = _united(whole, on_same_thing(*plain, differences(*plain)))
    may_be_amounts = close and not _name_others(*plain)
    further = (*_of_counts(*plain), *sole_values.differing(*plain, close=may_be_amounts))
    if close:
        return _united(whole, further)
    in_office = [rival.draft for rival in offices.differing(tokenized(left), tokenized(right))]
    certain = tuple(d for d in whole if d.draft in in_office or _is_certain(*plain, d))
    return _united(certain, (*further, *_of_days(left, right)))


def _name_others(left: str, right: str) -> bool:
    """Whether each sentence names what the other does not: they may be of two things."""
    texts = tokenized(left), tokenized(right)
    return all(map(names.unknown_names, texts, texts[::-1]))


def are_comparable(left: str, right: str) -> bool:
    """Whether two partner sentences that are not near have so many words in common that differences are asked."""
    texts = tokenized(attribution.blanked(left)), tokenized(attribution.blanked(right))
    return max(_covered(*texts), _covered(*texts[::-1])) >= MIN_COVERED


def _united(first: Sequence[Difference], second: Sequence[Difference]) -> tuple[Difference, ...]:
    """The first differences, and those of the second that meet none of them."""
    added = [
        difference
        for difference in second
        if not any(difference.draft.meets(other.draft) or difference.source.meets(other.source) for other in first)
    ]
    return (*first, *added)


def _is_certain(left: str, right: str, difference: Difference) -> bool:
    """Whether a difference holds between sentences that are not near: a denial of all that the sentence says, or a
    figure or a date where one sentence has nothing that the other lacks."""
    texts = tokenized(left), tokenized(right)
    if difference.kind is DifferenceKind.NAME:
        return False
    if difference.kind is not DifferenceKind.NEGATION:
        return are_comparable(left, right) and _share_neighbour(*texts, difference)
    sides = (texts[0], texts[1], difference.draft), (texts[1], texts[0], difference.source)
    return any(_denies(text, span) and _covered(text, other) >= MIN_COVERED for text, other, span in sides)


def _share_neighbour(left: TokenizedText, right: TokenizedText, difference: Difference) -> bool:
    """Whether one word stands right by both values."""
    contexts = left.context(difference.draft), right.context(difference.source)
    near = [{stem for stem, distance in context.items() if distance <= MAX_COUNTED} for context in contexts]
    return not near[0].isdisjoint(near[1])


def _denies(text: TokenizedText, span: Span) -> bool:
    """Whether a span begins with a plain denial, rather than with a word such as "failed"."""
    word = next((token.word for token in text.tokens_in(span)), "")
    return word in _NOT or word.endswith(("n't", "n’t"))


def _covered(text: TokenizedText, other: TokenizedText) -> float:
    """The share of a text's content words that the other has; 0 where they are few."""
    common = len(text.stems & with_alike(other.stems))
    return common / len(text.stems) if common >= MIN_COMMON else 0.0


def _of_counts(left: str, right: str) -> Iterator[Difference]:
    """The one count that either sentence gives of a thing, where they contradict each other: "16 bulb turbines",
    "18 turbines"."""
    sides = _counts(left), _counts(right)
    for stem in sides[0].keys() & sides[1].keys():
        if len(sides[0][stem]) == len(sides[1][stem]) == 1:
            a, b = sides[0][stem][0], sides[1][stem][0]
            is_of_one_thing = are_comparable(left, right) or _share_act(left, right, a, b, stem)
            if is_of_one_thing and numbers.fit(a.value, b.value) is Fit.CONTRADICTING:
                yield _difference(DifferenceKind.NUMBER, (left, right), a.span, b.span)


def _share_act(left: str, right: str, first: Mention[Figure], second: Mention[Figure], noun: str) -> bool:
    """Whether by two counts of one thing stands one act, and the sentences have further words in common: "will close
    46 schools", "plans to shut 64 schools"."""
    texts = tokenized(left), tokenized(right)
    if _name_others(left, right) or any(
        text.stems & _SUMMARIES for text in texts
    ):  # of what the average is taken is said elsewhere
        return False
    near = [
        {stem for stem in text.plain_stems - {noun} if mention.context.get(stem, MAX_ACT + 1) <= MAX_ACT}
        for text, mention in zip(texts, (first, second), strict=True)
    ]
    common = with_alike(texts[0].stems) & texts[1].stems
    has_act = bool(with_alike(frozenset(near[0])) & near[1]) and len(common) >= MIN_COMMON
    shorter = min(len(text.stems) for text in texts)
    return has_act or (len(common) >= MIN_MANY_COMMON and len(common) >= MIN_MOST * shorter)


def _counts(text: str) -> dict[str, list[Mention[Figure]]]:
    """The counts of a sentence, by the stems in the plural among the words that follow each."""
    statement, counts = parse_statement(text), dict[str, list[Mention[Figure]]]()
    denied = [negation.span for negation in statement.negations if not negation.limit]
    for figure in statement.figures:
        is_denied = any(figure.span.meets(span) for span in denied)
        if figure.value.dimension == "count" and not is_denied and not is_whole(statement.reading, figure.span):
            following = statement.reading.tokens[statement.reading.first_token(figure.span.end) :]
            nouns = [token for token in following[: 2 * MAX_COUNTED] if token.stem is not None][:MAX_COUNTED]
            for token in nouns:
                if token.word.endswith("s") and token.stem is not None:
                    counts.setdefault(token.stem, []).append(figure)
    return counts


def _of_days(left: str, right: str) -> Iterator[Difference]:
    """The one day that either sentence gives, where the two are of one year or one day of the year, and by both stands
    one act, in the same words or in words that stand for each other: "began on 3 May", "started on 13 May"."""
    statements = parse_statement(left), parse_statement(right)
    if any(len(statement.periods) != 1 for statement in statements):
        return
    a, b = (statement.periods[0] for statement in statements)
    acts = [
        {stem for stem in statement.reading.plain_stems if mention.context.get(stem, MAX_ACT + 1) <= MAX_ACT}
        for mention, statement in zip((a, b), statements, strict=True)
    ]
    common = [stem for stem in acts[0] if acts[1] & with_alike(frozenset((stem,)))]
    if _is_near_day(a.value, b.value) and len(common) >= MIN_ACT_WORDS:
        yield _difference(DifferenceKind.DATE, (left, right), a.span, b.span)


def _is_near_day(left: dates.Period, right: dates.Period) -> bool:
    """Whether both are single days, not the same, of one year or of one day of the year."""
    if left.first != left.last or right.first != right.last or left.other or right.other or left == right:
        return False
    first, second = left.first, right.first
    return 0 not in (first.year, second.year) and (first.year == second.year or first[1:] == second[1:])


def _difference(kind: DifferenceKind, texts: tuple[str, str], left: Span, right: Span) -> Difference:
    return Difference(kind, left, right, f"{texts[0][slice(*left)]} against {texts[1][slice(*right)]}")


def on_same_thing(left: str, right: str, differences: Sequence[Difference]) -> tuple[Difference, ...]:
    """The differences between two sentences that are about the same thing, and not of a figure that is cut in two.

    Where each sentence has a name that the other lacks, a date, a name or a negation may belong to something else, such
    as two papers of one author. A headline leaves out and shortens: its names and negations tell nothing."""
    whole = [difference for difference in differences if not _is_cut(left, right, difference)]
    if all(difference.kind is DifferenceKind.NUMBER for difference in whole):
        return tuple(whole)
    left_reading, right_reading = tokenized(left), tokenized(right)
    unknown = (
        len(names.unknown_names(left_reading, right_reading)),
        len(names.unknown_names(right_reading, left_reading)),
    )
    sentences = not any(map(_is_headline, (left, right)))
    allowed = {
        DifferenceKind.DATE: min(unknown) == 0,
        DifferenceKind.NEGATION: min(unknown) == 0 and sentences,
        DifferenceKind.NAME: max(unknown) <= 1 and sentences,
    }
    return tuple(difference for difference in whole if allowed.get(difference.kind, True))


def _is_cut(left: str, right: str, difference: Difference) -> bool:
    """Whether a side of a difference is part of a figure with a space at its decimal point: "0. 5", "0 . 5"."""
    sides = (left, difference.draft), (right, difference.source)
    return difference.kind is DifferenceKind.NUMBER and any(
        span.meets(Span(*match.span())) for text, span in sides for match in _SPACED_DECIMAL.finditer(text)
    )


def _is_headline(sentence: str) -> bool:
    return not _SENTENCE_END.search(sentence)
