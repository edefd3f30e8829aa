"""What a question asks for: a kind of value, of what, and of which named thing."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from index.compare import kinds
from index.compare import question_forms as forms
from index.compare.alike import ACTS, PEOPLE, with_alike
from index.compare.beginnings import adverbs_of
from index.compare.naming import identifying, stem_of
from index.differences import DifferenceKind, dates, labels, names
from index.differences.dates import Period
from index.differences.labels import ClassLabel
from index.differences.matching import without_overlap
from index.differences.tokens import Token, TokenizedText, tokenized
from index.text import units
from index.text.numerals import numerals
from index.types import Span

_PER = re.compile(r"\bper (?!cent\b)(?P<unit>[\w'’-]+)", re.I)
_HOW_MANY = re.compile(
    r"\bhow many\s+(?:of\s+(?:the|its|their|these|those)\s+)?(?P<counted>[\w'’-]+(?:\s+[\w'’-]+){0,3})", re.I
)
_PLURALS = frozenset("people men women children staff crew police troops cattle sheep mice".split())  # noqa: SIM905
_AUXILIARIES = frozenset(
    "was were is are be been being will would have has had can could may might must should do does did".split()  # noqa: SIM905
)
_DO = frozenset(["do", "does", "did"])
_BEFORE_NOUNS = frozenset(
    "in by at from with for to of on onto under against into near between through during after before since".split()  # noqa: SIM905
)
# "Who is the captain of the ferry?": the last word of what somebody is.
_ROLE = re.compile(
    r"^\W*[Ww]ho(?:['’]s|\s+(?:is|was|are|were))\s+(?:(?:the|its|their|(?:[A-Z][\w-]*\s+)?[A-Z][\w-]*['’]s?)\s+)*"
    r"(?P<role>[a-z][\w'’-]*(?:\s+[a-z][\w'’-]*){0,3}?)\s*(?:\b(?:of|in|for|at|to|on|behind|with|during)\b|[?.,]|$)"
)

_BIRTH, _DEATH = re.compile(r"\b(?:born|birth(?:day|date)?)\b", re.I), re.compile(r"\b(?:die[ds]?|death)\b", re.I)
# What tells no act of a thing: that it is at all, at a time or in a place.
_NO_ACTS = TokenizedText(
    "year date day month time take took taken place happen happened occur occurred held located situated based lie "
    "lies stand stands become became city town state country region accident incident event disaster part"
).stems
_HOW_WORDS = TokenizedText(forms.HOW.replace("|", " ")).stems
# A measure that has its own word wherever it is told, unlike a height ("62 m tall"): other times are none.
_OWN_MEASURES = TokenizedText("half-life").stems
_MEASURE_WORDS = (_HOW_WORDS | TokenizedText(forms.MEASURES.replace("|", " ")).stems) - _OWN_MEASURES
_NO_UNITS = frozenset(["share", "points", "times"])
MIN_WEIGHT = 1 / 3
"""Weight of a key word, as a share of the weight of the question's rarest word. A lighter word stands in too many
passages to identify what a value belongs to (fitted on half of ramdocs)."""


MIN_SCORE, MIN_SCORE_PERSON, MIN_SCORE_NAME = 0.2, 1.0, 1.3
"""Scores from which a value may answer the question; a word of the question right beside the value adds 1. Names are
many, and a question without *who* or *where* may ask for none, so names need more (fitted on half of ramdocs)."""

_LASTING = re.compile(r"\b(?:population|elevation|area|height|length|depth|altitude)\b", re.I)

_MAKERS = TokenizedText(
    "artist author band composer creator designer director editor founder inventor painter performer poet producer "
    "screenwriter sculptor singer songwriter writer"
).stems
_PARTICIPATED, _TOOK_PART = TokenizedText("participated").stems, re.compile(r"\b(?:take|took|taking) part\b", re.I)
_HOURS = TokenizedText("time hour").stems
_WRITTEN = TokenizedText("wrote write written published").stems
_EFFECTIVE = TokenizedText("effective effectiveness efficacy").stems

Rarity = Callable[[Collection[str]], Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Question:
    """``kind``: of the value asked for, None where it asks for none; ``dimensions``: of the figures that can answer,
    None for any; ``unit``: the stem of the unit that "how many" asks for; ``value_alone``: only a date or a figure
    answers. ``stems``: of its content words; ``key_words``: those rare enough to identify what it asks about, without
    names where it asks for a figure; ``rarest``: the rarest of them, "" where there is none; ``counted``: what "how
    many" counts, with the words that stand for it; ``telling``: the verb that it asks of what is counted, or
    "effective", one of which must stand by a figure; ``acts``: those of dying or being hurt; ``role``: what the one
    is that "who is" asks for; ``names``: the identifying word of each name that is rare enough; ``relations``: for
    "when" and "where", what happened there: the words that are no names, with those that stand for one of them;
    ``event``: the words that tell what is asked about, names apart; ``periods``: the dates that it states;
    ``labels``: those that it names, such as "class B"; ``weights``: of the key words; ``common``: words that are no
    names and too common in the library to be key words; ``measured``: what "the half-life of" is of; ``is_absent``: no
    source has some word, and sources have another."""

    text: str
    kind: DifferenceKind | None
    dimensions: tuple[str, ...] | None
    unit: frozenset[str]
    value_alone: bool
    stems: frozenset[str]
    key_words: frozenset[str]
    rarest: str
    counted: frozenset[str]
    telling: frozenset[str]
    acts: frozenset[str]
    role: frozenset[str]
    names: tuple[Token, ...]
    relations: frozenset[str]
    event: frozenset[str]
    periods: tuple[Period, ...]
    labels: tuple[ClassLabel, ...]
    weights: Mapping[str, float]
    common: frozenset[str]
    measured: frozenset[str]
    is_absent: bool

    @property
    def yes_or_no(self) -> bool:
        """Whether yes or no answers it."""
        return bool(forms.YES_OR_NO.search(self.text))

    @property
    def of_lasting(self) -> bool:
        """Whether it asks for a measure that changes little from year to year."""
        return self.kind is DifferenceKind.NUMBER and bool(_LASTING.search(self.text))

    @property
    def life_end(self) -> int | None:
        """Which end of the years of a life answers: 0 for a birth, 1 for a death, else None."""
        return 0 if _BIRTH.search(self.text) else 1 if _DEATH.search(self.text) else None

    @property
    def min_score(self) -> float:
        """The score from which a value may answer it."""
        if self.kind is not DifferenceKind.NAME or self.thing or forms.LOCATION.search(self.text):
            return MIN_SCORE
        return MIN_SCORE_PERSON if self.asks_person else MIN_SCORE_NAME

    @property
    def min_words(self) -> int:
        """How many key words two values must have in common to be compared: most of them for a figure, since "users"
        alone stands both by those who fell ill and by the total, and for a date of what has no name."""
        is_tied = self.kind is DifferenceKind.NAME or (self.kind is DifferenceKind.DATE and self.names)
        return 1 if is_tied else self.most_words

    @property
    def most_words(self) -> int:
        """How many key words are most of them."""
        return len(self.key_words) // 2 + 1

    @property
    def thing(self) -> str | None:
        """The kind of thing that it asks for, such as a sport; None for another question."""
        return kinds.asked_kind(self.text) if self.kind is DifferenceKind.NAME else None

    @property
    def asks_time(self) -> bool:
        """Whether it asks for the time of day."""
        return bool(forms.TIME.search(self.text))

    @property
    def asks_vote(self) -> bool:
        """Whether it asks how a vote went."""
        return self.kind is DifferenceKind.NUMBER and bool(re.search(forms.VOTE, self.text, re.I))

    @property
    def asks_age(self) -> bool:
        return bool(forms.AGED.search(self.text))

    @property
    def asks_effect(self) -> bool:
        """Whether it asks how effective something is."""
        return not self.counted and bool(self.telling)

    @property
    def asks_duration(self) -> bool:
        """Whether it asks how long something is, and nothing that it does."""
        return bool(forms.LONG.search(self.text)) and not self.event

    @property
    def asks_person(self) -> bool:
        return bool(forms.PERSON.search(self.text))

    @property
    def asks_author(self) -> bool:
        """Whether it asks who wrote something."""
        return bool(forms.AUTHOR.search(self.text))

    @property
    def asks_label(self) -> bool:
        """Whether it asks for a class, a schedule or the like."""
        return self.thing is not None and self.thing.startswith(kinds.LABEL)

    @property
    def asks_which_people(self) -> bool:
        """Whether it asks which kind of people may or should do something, whom no name need answer."""
        return bool(forms.WHICH_PEOPLE.search(self.text))

    @property
    def asks_location(self) -> bool:
        return bool(forms.LOCATION.search(self.text))


def parse_question(text: str, rarity: Rarity) -> Question:
    """What a question asks for. ``rarity``: gives the weight of stems in the library."""
    reading, kind = tokenized(text), forms.expected_kind(text)
    weights = rarity(reading.stems)
    threshold = MIN_WEIGHT * max(weights.values(), default=0.0)
    mentions = names.names(reading)
    named = (identifying(reading, mention.span, weights) for mention in mentions)
    spans = [mention.span for mention in mentions]
    adverbs = adverbs_of(reading, lambda stem: weights[stem] >= threshold)
    unnamed = frozenset(token.stem for token in without_overlap(reading.tokens, spans) if token.stem is not None)
    unnamed -= adverbs
    plain = unnamed if kind is DifferenceKind.NUMBER else reading.stems - adverbs
    unit = _asked_unit(reading)
    asked_in = _HOW_WORDS | (tokenized(unit[0]).stems if unit else frozenset())
    key_words = frozenset(stem for stem in plain - asked_in or reading.stems if weights[stem] >= threshold)
    counted = frozenset[str]() if unit else _counted(reading)
    key_words -= _HOURS if forms.TIME.search(text) else frozenset()
    periods = dates.dates(reading)
    return Question(
        text=text,
        kind=kind,
        dimensions=unit[1] if unit else forms.asked_dimensions(text),
        unit=tokenized(unit[0]).stems if unit else frozenset(),
        value_alone=kind in (DifferenceKind.DATE, DifferenceKind.NUMBER) and bool(forms.VALUE_ALONE.search(text)),
        stems=with_alike(reading.stems),
        key_words=key_words,
        rarest=max(sorted(key_words), key=lambda stem: weights[stem], default=""),
        counted=counted,
        telling=frozenset() if unit else _telling(reading, spans, unnamed),
        acts=frozenset[str]().union(*(group for group in ACTS if group & reading.stems)),
        role=_role(text),
        relations=with_alike(unnamed - _NO_ACTS) if _asks_when_or_where(text, kind) else frozenset(),
        # those who are counted among people may have any name
        event=_event(
            unnamed - asked_in - (counted if counted & PEOPLE else set()), reading, [period.span for period in periods]
        )
        & (key_words if kind in (DifferenceKind.NUMBER, DifferenceKind.NAME) else unnamed),
        periods=tuple(period.value for period in periods),
        labels=tuple(label.value for label in labels.labels(reading)),
        weights={stem: weights[stem] for stem in key_words},
        common=unnamed - key_words - _NO_ACTS - asked_in - _MEASURE_WORDS,
        measured=_measured(text),
        is_absent=_is_absent(unnamed - asked_in - _MEASURE_WORDS - _NO_ACTS, rarity),
        names=tuple(token for token in named if token is not None and weights[stem_of(token)] >= threshold),
    )


def _asked_unit(reading: TokenizedText) -> tuple[str, tuple[str, ...]] | None:
    """The unit that a question counts in, "hectares" of "how many hectares", with the dimensions of what it
    measures."""
    counted = _counted_tokens(reading)
    found = units.after(f" {counted[-1].word}", 0) if counted else None
    if found is None or found[1] <= len(counted[-1].word) or found[0].dimension in _NO_UNITS:
        return None
    return counted[-1].word, (found[0].dimension, f"change of {found[0].dimension}")


def _event(unnamed: frozenset[str], reading: TokenizedText, periods: Sequence[Span]) -> frozenset[str]:
    """What is asked about: the words that are neither names, dates and figures nor the measure."""
    spans = [*periods, *(numeral.span for numeral in numerals(reading.text))]
    stated = {token.stem for token in reading.tokens if any(token.span.meets(span) for span in spans)}
    written = _WRITTEN if forms.AUTHOR.search(reading.text) else frozenset[str]()
    return unnamed - _NO_ACTS - _MEASURE_WORDS - stated - written


def _measured(text: str) -> frozenset[str]:
    """What a measure is of, "ale" of "the half-life of ale"."""
    match = forms.MEASURED.search(text)
    return tokenized(match["thing"]).stems if match else frozenset()


def _is_absent(stems: frozenset[str], rarity: Rarity) -> bool:
    """Whether no passage has some of the words, nor any that stands for it, where passages have others."""
    unknown = rarity({""})[""]
    absent = [min(rarity(with_alike(frozenset((stem,)))).values()) >= unknown for stem in stems]
    return any(absent) and not all(absent)


def _asks_when_or_where(text: str, kind: DifferenceKind | None) -> bool:
    return kind is DifferenceKind.DATE or bool(forms.LOCATION.search(text))


def is_measured(question: Question, text: str) -> bool:
    """Whether a figure in a text can be what is asked for: a rate *per mile* needs its "mile", and a measure without a
    dimension of its own, such as a magnitude, most of the key words. True where no figure is asked for."""
    if question.kind is not DifferenceKind.NUMBER:
        return True
    stems = tokenized(text).stems
    rate = _PER.search(question.text)
    if rate is not None and not re.search(rf"(?:\b(?:per|an?|each|every) |/){re.escape(rate['unit'])}", text, re.I):
        return False
    has_dimension = question.dimensions is not None or question.counted
    return bool(has_dimension) or len(question.key_words & stems) >= question.min_words


def is_dated(question: Question, text: str) -> bool:
    """Whether a date below a title and a heading can be the one that is asked for: where the question names nothing,
    they need most of the key words together. True where no date is asked for."""
    if question.kind is not DifferenceKind.DATE or question.names:
        return True
    return len(question.key_words & tokenized(text).stems) >= question.min_words


def _counted_tokens(reading: TokenizedText) -> list[Token]:
    """The words after "how many", up to the first in the plural, or to the first that says nothing."""
    match = _HOW_MANY.search(reading.text)
    tokens: list[Token] = []
    for token in reading.tokens_in(Span(*match.span("counted"))) if match else ():
        if token.stem is None:
            break
        tokens.append(token)
        if token.word.endswith("s") or token.word in _PLURALS:
            return tokens
    return tokens[:1]


def _counted(reading: TokenizedText) -> frozenset[str]:
    """The stem of what "how many" counts, with those that stand for it."""
    return with_alike(frozenset(token.stem for token in _counted_tokens(reading)[-1:] if token.stem))


def _telling(reading: TokenizedText, names: Sequence[Span], unnamed: frozenset[str]) -> frozenset[str]:
    """The verb of what "how many" counts: "lose" of "did the lock lose", "killed" of "were killed", "drowned" of
    "people drowned"; for a mere "have", whatever else is asked about. Of other questions, what is effective."""
    counted = _counted_tokens(reading)
    if not counted:
        return with_alike(_EFFECTIVE) if _EFFECTIVE & unnamed else frozenset()
    following = reading.tokens[reading.first_token(counted[-1].span.end) :]
    auxiliary = next((number for number, token in enumerate(following) if token.word in _AUXILIARIES), None)
    content = [token for token in without_overlap(following, names) if token.stem in unnamed - _NO_ACTS]
    if _TOOK_PART.search(reading.text):
        return with_alike(_PARTICIPATED) | frozenset(token.stem for token in content[:1] if token.stem)
    if auxiliary is None:
        is_of = bool(following) and following[0].word == "of"  # "pairs of swans came back": the verb is the last
        phrase = _phrase(following[is_of:])
        verbs = [token for token in content if token in phrase]
        return frozenset(token.stem for token in (verbs[-1:] if is_of else verbs[:1]) if token.stem)
    after = following[auxiliary:]
    if after[0].word in _DO:
        verb = _phrase(after)[-1]
        chosen = [verb] if verb in content else [] if verb.word == "have" else content
    else:
        chosen = [token for token in content if token.span.start > after[0].span.start][:1] or content[:1]
    return frozenset(token.stem for token in chosen if token.stem)


def _phrase(tokens: Sequence[Token]) -> Sequence[Token]:
    """The tokens before the first preposition."""
    ends = (number for number, token in enumerate(tokens) if token.word in _BEFORE_NOUNS)
    return tokens[: next(ends, len(tokens))]


def _role(text: str) -> frozenset[str]:
    """What the one is that a question asks for, with what stands for it: "captain" of "Who is the captain?". None for
    the maker of a work, whose name alone stands by it."""
    match = _ROLE.match(text)
    if match is None or tokenized(match["role"]).stems & _MAKERS:
        return frozenset()
    return with_alike(tokenized(match["role"].split()[-1]).stems)
