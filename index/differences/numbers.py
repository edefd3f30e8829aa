"""Where figures differ: counts, shares, measures, money, ranks, each against the one that plays the same role."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import inf, isclose, isinf

from index.differences import units
from index.differences.matching import AT_LEAST, ENOUGH, by_words, opposed, outside
from index.differences.numerals import Numeral, numerals
from index.differences.reading import Reading, close
from index.differences.swapped_values import swapped
from index.differences.types import Difference, DifferenceKind, Fit, Mention
from index.types import Span

ROUNDED = 0.03  # of the value: as far as a figure may be rounded off and still be told as the same
ABOUT = 0.1  # of the value: as far as "about" reaches
SEVERAL = (2, 12)  # hundred and so on
MAGNITUDE = 10.0  # "at least 30" is no account of 300 and more

_ABOUT = (
    r"about|around|approximately|approx\.?|roughly|nearly|almost|some|circa|ca\.?|close to|an estimated|just under|"
    r"just over|~|≈"
)
_LEAST = (
    "at least|more than|over|above|no fewer than|no less than|not less than|minimum of|exceeding|upwards of|"
    "greater than|>=|>|≥"
)
_MOST = "at most|up to|less than|fewer than|under|below|no more than|not more than|maximum of|as many as|<=|<|≤"
_HEDGE = re.compile(rf"(?<![\w])(?:(?P<about>{_ABOUT})|(?P<least>{_LEAST})|(?P<most>{_MOST}))\s*(?:an?\s+)?$", re.I)
_LOOK = 24  # characters before a figure that tell what it is
_MORE = re.compile(
    r"[\s-]+(?:more|less|fewer|lower|higher|longer|shorter|greater|larger|smaller|better|worse|faster|slower|"
    r"older|younger|increase|decrease|reduction|rise|fall|drop|decline|difference|growth|gain|loss|improvement)\b"
)
_CHANGED = re.compile(
    r"\b(?:rose|risen|rises?|rising|fell|fallen|falls?|falling|grew|grown|grows?|growing|dropp?(?:ed|s|ing)?|"
    r"declin(?:ed?|es|ing)|increas(?:ed?|es|ing)|decreas(?:ed?|es|ing)|reduc(?:ed?|es|ing|tion)|improved?|"
    r"(?:de|in)crease of|rise of)\s+(?:by\s+)?$",
    re.I,
)
_EVERY = re.compile(r"\b(?:every|each)\s+$", re.I)
_CITED, _CLOSED = re.compile(r"\[[\d,;\s–-]*\Z"), re.compile(r"[\d,;\s–-]{0,24}\]")
_INTERVAL = re.compile(r"\s*(?:%|percent|per cent)?[\s-]*(?:confidence|credible|CI\b)", re.I)
_OR = re.compile(
    r"\s+(?:or|and)\s+(?:(?P<least>more|over|older|above|higher)|(?P<most>fewer|less|under|younger|below))\b"
)
_RANGE = re.compile(r"\s*(?:-|–|—|‒|\bto\b|\band\b)\s*$")
_BETWEEN = re.compile(r"\bbetween\s+[^\w\s]?$", re.I)
_FROM = re.compile(r"\bfrom\s+[^\w\s]?$", re.I)
_OUT_OF = re.compile(r"\s+(?:in|out\s+of)\s+(?:every\s+)?$", re.I)
_SPACE = re.compile(r"[\s-]*")
_LABEL = re.compile(r"(?<![\w])(?P<word>[A-Z][a-z]+|phase|grade|stage|type|level|season|episode|version|step|part)\s$")
_OPENERS = frozenset(
    (  # noqa: SIM905
        "a about after all an and are around as at before between but by during for from had has have he her "
        "his i if in into is it its of on only or over she since some than that the their there they this "
        "through to under until up was were when with nearly almost roughly approximately"
    ).split()
)


@dataclass(frozen=True, slots=True)
class Figure:
    """From ``low`` to ``high`` in the base unit of ``dimension``; one of them is infinite for "at least", "up to".

    ``slack``: as far as the rounding of what is written reaches. ``noun``: what is counted, where there is no unit.
    ``ends``: of a range that states both and hedges neither, as far as the rounding of each reaches.
    """

    low: float
    high: float
    dimension: str
    slack: float = 0.0
    about: bool = False
    noun: str | None = None
    ends: tuple[float, float] | None = None

    @property
    def bound(self) -> int:
        """1: a least value, -1: a most, 0: neither."""
        return int(isinf(self.high)) - int(isinf(self.low))

    @property
    def size(self) -> float:
        """The finite end that is larger."""
        return max(abs(one) for one in (self.low, self.high) if not isinf(one))


Figures = Sequence[Mention[Figure]]


def differing(draft: Reading, source: Reading, found: tuple[Figures, Figures]) -> Iterator[Difference]:
    """``found``: the figures of either text that are held against each other."""
    least = AT_LEAST if close(draft, source) else ENOUGH
    for one, two, how in (
        *opposed(found[0], found[1], fit, _role, least),
        *swapped(draft, source, found[0], found[1], fit),
    ):
        note = f"{draft.text[slice(*one.span)]} against {source.text[slice(*two.span)]}"
        yield Difference(DifferenceKind.NUMBER, one.span, two.span, note, how is Fit.COMPATIBLE)


def _role(left: Mention[Figure], right: Mention[Figure]) -> float:
    """A count, rank or label must be of the same thing; a measure need only stand among the same words."""
    near = by_words(left, right)
    if left.value.dimension not in ("count", "rank"):
        return near
    return near if left.value.noun is not None and left.value.noun == right.value.noun else 0.0


def fit(left: Figure, right: Figure) -> Fit:
    """Symmetric."""
    if left.dimension != right.dimension:
        return Fit.ALIEN
    if _same(left.low, right.low) and _same(left.high, right.high):
        return Fit.EQUAL
    if left.ends and right.ends:
        return Fit.COMPATIBLE if _rounded(left, right, left.ends, right.ends) else Fit.APART
    if left.bound and left.bound == right.bound:
        ends = (left.low, right.low) if left.bound > 0 else (left.high, right.high)
        return Fit.COMPATIBLE if abs(ends[0] - ends[1]) <= _slack(left, right) else Fit.APART
    slack = _slack(left, right)
    meet = left.low - slack <= right.high and right.low - slack <= left.high
    if left.bound or right.bound:
        meet = meet and _one_magnitude(left, right) and left.bound * right.bound == 0
    return Fit.COMPATIBLE if meet else Fit.APART


def _same(one: float, two: float) -> bool:
    return one == two or isclose(one, two, rel_tol=1e-6)


def _rounded(left: Figure, right: Figure, mine: tuple[float, float], others: tuple[float, float]) -> bool:
    """Whether rounding explains all that parts the ends of two ranges; that one lies in the other does not."""
    gaps = abs(left.low - right.low), abs(left.high - right.high)
    return all(gap <= max(reaches) for gap, *reaches in zip(gaps, mine, others, strict=True))


def _one_magnitude(left: Figure, right: Figure) -> bool:
    small, large = sorted((left.size, right.size))
    return large <= MAGNITUDE * small


def _slack(left: Figure, right: Figure) -> float:
    about = ABOUT * max(left.size, right.size) if left.about or right.about else 0.0
    return max(about, left.slack, right.slack)


def figures(reading: Reading, without: Sequence[Span] = ()) -> Figures:
    """The figures of a text, in order; what lies in ``without``, which rises, is passed over."""
    text = reading.text
    found = [one for one in outside(list(numerals(text)), without) if not _is_aside(text, one.span)]
    mentions: list[Mention[Figure]] = []
    place = 0
    while place < len(found):
        figure, span, used = _joined(text, found, place)
        place += used
        if text[slice(*span)].lower() == "one" or (mentions and _restates(text, mentions[-1], figure, span)):
            continue
        noun = _noun(reading, span) if figure.dimension in ("count", "rank") else None
        mentions.append(Mention(span, replace(figure, noun=noun), reading.around(span)))
    return mentions


def _is_aside(text: str, span: Span) -> bool:
    """The number of a reference in brackets, or the level of an interval."""
    cited = _CITED.search(text[max(0, span.start - _LOOK) : span.start]) and _CLOSED.match(text, span.end)
    return bool(cited or _INTERVAL.match(text, span.end))


def _restates(text: str, before: Mention[Figure], figure: Figure, span: Span) -> bool:
    """Whether a figure in brackets gives the one before in another unit, or its spread: "2 °C (3.6 °F)"."""
    opened = text[before.span.end : span.start].strip() == "("
    return opened and text[span.end : span.end + 1] in (")", ",", ";") and before.value.dimension == figure.dimension


def _joined(text: str, found: Sequence[Numeral], place: int) -> tuple[Figure, Span, int]:
    """The figure that starts with this numeral, and how many numerals it takes: a range takes two."""
    one = found[place]
    first, span = _single(text, one)
    if place + 1 == len(found) or not one.style == found[place + 1].style == "cardinal":
        return first, span, 1
    two = found[place + 1]
    gap = text[span.end : two.span.start]
    if len(gap) <= 16 and _OUT_OF.fullmatch(gap) and 0 < one.value < two.value <= 1000:
        return Figure(one.value / two.value, one.value / two.value, "share"), Span(span.start, two.span.end), 2
    if len(gap) <= 8 and _RANGE.fullmatch(gap) and (opening := _opening(text, span.start, gap)) is not None:
        return _range(text, one, two, opening) or (first, span, 1)
    return first, span, 1


def _range(text: str, one: Numeral, two: Numeral, opening: int) -> tuple[Figure, Span, int] | None:
    """The two ends as one figure. Either may have what both share: "$10-20 million", "10-20 kg"."""
    if one.scale == 1 and one.value * two.scale < two.value:
        one = one._replace(value=one.value * two.scale, grain=one.grain * two.scale, scale=two.scale)
    (unit, start, _), (other, _, end) = _unit(text, one), _unit(text, two)
    unit = other if unit.dimension == "count" else unit
    if other.dimension not in (unit.dimension, "count"):
        return None
    low, high = (value * unit.factor + unit.offset for value in (one.value, two.value))
    if low >= high:
        return None
    ends = _reach(one, unit, low), _reach(two, unit, high)
    figure, span = _hedged(text, Figure(low, high, unit.dimension, ends[1], ends=ends), Span(start, end))
    return figure, Span(min(opening, span.start), span.end), 2


def _opening(text: str, start: int, gap: str) -> int | None:
    """Where the range begins, "between" with it, that two figures parted by this gap are the ends of; None where they
    are two values: "from 10 to 20"."""
    look = max(0, start - 12)
    if gap.strip() == "and":
        between = _BETWEEN.search(text[look:start])
        return look + between.start() if between else None
    return None if gap.strip() == "to" and _FROM.search(text[look:start]) else start


def _reach(one: Numeral, unit: units.Unit, value: float) -> float:
    """As far as rounding reaches: half of the last written place, at most ``ROUNDED`` of the value."""
    half = one.grain / 2 * abs(unit.factor)
    return half if one.style == "share" else min(half, ROUNDED * abs(value))


def _single(text: str, one: Numeral) -> tuple[Figure, Span]:
    """The figure with its unit, currency and hedge; the span takes them in."""
    unit, start, end = _unit(text, one)
    value = one.value * unit.factor + unit.offset
    if one.style == "vague":
        return Figure(value, value * 100, unit.dimension), Span(start, end)
    if one.style == "several":
        return Figure(value * SEVERAL[0], value * SEVERAL[1], unit.dimension), Span(start, end)
    return _hedged(text, Figure(value, value, unit.dimension, _reach(one, unit, value)), Span(start, end))


def _hedged(text: str, figure: Figure, span: Span) -> tuple[Figure, Span]:
    """A figure with what is said before and after it: "about", "at least", "or more", "5 % lower"."""
    hedge = _HEDGE.search(text[max(0, span.start - _LOOK) : span.start])
    later = _OR.match(text, span.end)
    told = Span(max(0, span.start - _LOOK) + hedge.start() if hedge else span.start, later.end() if later else span.end)
    about, least, most = ((hedge and hedge[name]) for name in ("about", "least", "most"))
    hedged = replace(
        figure,
        low=-inf if most or (later and later["most"]) else figure.low,
        high=inf if least or (later and later["least"]) else figure.high,
        dimension=_dimension(text, figure.dimension, told),
        about=bool(about),
        ends=None if hedge or later else figure.ends,
    )
    return hedged, told


def _dimension(text: str, dimension: str, span: Span) -> str:
    """A change ("rose by 5 %", "5 % more") is no amount, and "every 5 days" is no length of time."""
    before = text[max(0, span.start - _LOOK) : span.start]
    if _MORE.match(text, span.end) or _CHANGED.search(before):
        return f"change of {dimension}"
    return f"every {dimension}" if _EVERY.search(before) else dimension


def _unit(text: str, one: Numeral) -> tuple[units.Unit, int, int]:
    """The unit, and where the figure starts and ends with it."""
    start, end = one.span
    if one.style in ("share", "times"):
        return units.Unit(one.style), start, end
    if one.style == "ordinal":
        return units.Unit("rank"), start, end
    if money := units.before(text, start):
        return money[0], money[1], end
    if found := units.after(text, end):
        return found[0], start, found[1]
    label = _LABEL.search(text[max(0, start - _LOOK) : start])
    if label and label["word"].lower() not in _OPENERS:
        return units.Unit(f"label {label['word'].lower()}"), start, end
    return units.Unit("count"), start, end


def _noun(reading: Reading, span: Span) -> str | None:
    """The content word that follows within two words: what is counted."""
    place, end = reading.first_at(span.end), span.end
    for token in reading.tokens[place : place + 2]:
        if not _SPACE.fullmatch(reading.text, end, token.span.start):
            return None
        if token.stem is not None:
            return token.stem
        end = token.span.end
    return None
