"""Which passages of a source answer a question, and by which sentence.

A sentence answers where it has what is asked about: the kind of value, the event, the year if one is asked for. A
sentence on the same thing that has not is no answer, however near it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from math import fsum

from index.compare import answer_values, belonging, naming, questions
from index.compare.alike import with_alike
from index.compare.answer_values import AnswerValue
from index.compare.questions import Question
from index.differences import DifferenceKind, dates, names, roles
from index.differences.name_words import share_word
from index.differences.tokens import TokenizedText, tokenized
from index.differences.types import Fit
from index.text.nouns import COUNTING
from index.text.segmentation import sentences
from index.types import Answer, Confidence, Hit, Span

_WHO = re.compile(r"^\W*who(?:m)?\b", re.I)
_WHO_DID = re.compile(rf"{_WHO.pattern}(?! (?:is|was|are|were|else)\b)", re.I)
# A place, which need have no name: "in a harbour", "near the mill".
_PLACE = re.compile(
    r"\b(?:in|at|on|near|inside|outside|under|above|beside|behind|along|between|across|through|off|around)\s+"
    r"(?:(?:the|an?|its|his|her|their|this|that)\s+)?(?:[\w’'-]+\s+)??(?P<noun>[^\W\d_][\w’'-]+)",
    re.I,
)
_NO_PLACES = COUNTING | frozenset(
    (  # noqa: SIM905
        "age addition general fact particular average order case cases least most first last all total being having "
        "time which whom this that these those it them him her us me you poverty wedlock response return favour favor"
    ).split()
)
# "Crane and colleagues", "Crane (Nature, 2010)", "Crane et al.", "Crane wrote".
_AUTHOR = re.compile(
    r"\b[A-Z][\w’'-]+(?:\s+and\s+(?:[A-Z][\w’'-]+|colleagues|others|co-workers)|\s+et\s+al\b|,?\s+\(?(?:writing\s+)?in\s+(?:the\s+)?[A-Z]"
    r"|\s+(?:wrote|reported|described|published|reviewed))"
)
_CITED = re.compile(r"\b[A-Z][\w’'-]+\s+(?:and\s+(?:colleagues|others|co-workers)|et\s+al)\b")
HALF, MOST = 0.5, 0.6
"""Shares of the weight of the rare words of a question; two words of much the same weight make ``MOST`` together (a
guess)."""

_SOMEBODY = "Xyz"  # stands for "who", so that the question reads as a statement


def answering(question: Question, answer: Answer) -> list[Hit]:
    """The hits that answer: with the confidence of a search; about what the question names, by passage, heading or
    title, unless the source has no title; and with a value or a sentence that answers, where one must."""
    if answer.confidence is Confidence.NONE:
        return []
    return [
        hit
        for hit in answer.hits
        if hit.confidence is not Confidence.NONE
        and (not hit.source.title or naming.is_named(question, naming_text(hit)))
        and (must_answer(question) or _has_key_words(question, hit))
        and (not _needs_value(question, hit) or best(question, values(question, hit)))
        and (not needs_sentence(question) or best(question, values(question, hit)) or answering_sentence(question, hit))
    ]


def must_answer(question: Question) -> bool:
    """Whether a value or a sentence must answer it; for any other question passages on the same are found."""
    return question.value_alone or question.asks_label or needs_sentence(question)


def _has_key_words(question: Question, hit: Hit) -> bool:
    """Whether a hit has, below its title and heading, enough of the rare words of the question, or any of them and is
    strong: of sources on one subject all have something near to any question on it. Enough is the rarest, or half of
    them, where the question names something, which the hit has; half of their weight where yes or no answers, which
    other words may say; else ``MOST`` of it."""
    if not question.key_words:
        return True
    stems = tokenized(_headings(hit)).stems | _stems_but_names(question, hit.passage.text)
    found = [stem for stem in question.key_words if not stems.isdisjoint(with_alike(frozenset((stem,))))]
    if hit.confidence is Confidence.STRONG:
        return bool(found)
    if question.names:
        return question.rarest in stems or 2 * len(found) >= len(question.key_words)
    return _weight(question, stems) >= (HALF if question.yes_or_no else MOST) * fsum(question.weights.values())


def _weight(question: Question, stems: frozenset[str]) -> float:
    """The weight of the key words that are among these stems, or for which one of them stands."""
    return fsum(
        weight for stem, weight in question.weights.items() if not stems.isdisjoint(with_alike(frozenset((stem,))))
    )


def _stems_but_names(question: Question, text: str) -> frozenset[str]:
    """The stems of a text without those of names that the question does not write as such: the journal *Nature* says
    nothing of nature."""
    asked = {token.stem for token in tokenized(question.text).tokens if question.text[token.span.start].isupper()}
    reading = tokenized(text)
    firsts = {reading.first_token(part.start) for part in sentences(text, Span(0, len(text)))}
    return frozenset(
        token.stem
        for index, token in enumerate(reading.tokens)
        if token.stem is not None and (text[token.span.start].islower() or index in firsts or token.stem in asked)
    )


def telling_sentence(question: Question, hit: Hit) -> Span | None:
    """The sentence of a hit to show where none has to answer: its key sentence, unless another has more of the rare
    words of the question by weight. In its passage."""
    text, key = hit.passage.text, hit.key_sentence and hit.key_sentence.shifted(-hit.passage.span.start)
    parts = list(sentences(text, Span(0, len(text))))
    if not parts:
        return key
    own = next((part for part in parts if key is not None and part.meets(key)), parts[0])
    return max([own, *parts], key=lambda part: _weight(question, _stems_but_names(question, text[slice(*part)])))


def _needs_value(question: Question, hit: Hit) -> bool:
    asks_name = question.kind is DifferenceKind.NAME and (question.asks_person or question.asks_location)
    asks_name = asks_name and not question.asks_author and not question.asks_which_people
    return question.value_alone or question.asks_label or (asks_name and hit.confidence is not Confidence.STRONG)


def needs_sentence(question: Question) -> bool:
    """Whether a sentence must tell what is asked, where no value does: who did something or is what, and where."""
    asks_name = question.kind is DifferenceKind.NAME
    return asks_who_did(question) or (asks_name and (bool(question.role) or question.asks_location))


def asks_who_did(question: Question) -> bool:
    """Whether it asks who did something, not who somebody is."""
    return question.kind is DifferenceKind.NAME and bool(_WHO_DID.match(question.text))


def naming_text(hit: Hit, text: str | None = None) -> str:
    """A text of a hit, its passage unless another is given, below its title and heading."""
    return f"{_headings(hit)}{hit.passage.text if text is None else text}"


def _headings(hit: Hit) -> str:
    return f"{hit.source.title}\n{hit.passage.heading or ''}\n"


def values(question: Question, hit: Hit) -> list[AnswerValue]:
    """The values of a hit that may answer, best first. Where nothing but a value answers, those alone that are of what
    the question asks about; where a place answers, those beside the event."""
    found = answer_values.answer_values(question, hit.passage.text)
    if question.kind in (DifferenceKind.DATE, DifferenceKind.NUMBER):
        asked = [] if _has_absent(question) else [value for value in found if _is_asked_for(question, hit, value)]
        return _of_thing(question, hit.passage.text, asked, found)
    is_free = not question.asks_location and not asks_who_did(question)
    return [value for value in found if is_free or _is_beside_event(question, hit, value)]


def _of_thing(
    question: Question, text: str, asked: Sequence[AnswerValue], found: Sequence[AnswerValue]
) -> list[AnswerValue]:
    """Values without those of another thing in a sentence that also gives that of the thing that is measured."""
    if not question.measured:
        return list(asked)
    kept = set[Span]()
    for sentence in sentences(text, Span(0, len(text))):
        spans = [value.span.shifted(-sentence.start) for value in found if value.span.within(sentence)]
        kept |= {span.shifted(sentence.start) for span in belonging.of_thing(question, text[slice(*sentence)], spans)}
    return [value for value in asked if value.span in kept]


def best(question: Question, found: Sequence[AnswerValue]) -> AnswerValue | None:
    """The best value, None where it scores too little."""
    if not found or found[0].score < question.min_score or (question.asks_location and not found[0].related):
        return None
    return found[0]


def _is_asked_for(question: Question, hit: Hit, value: AnswerValue) -> bool:
    """Whether a value is of what the question asks about: named in the title, the heading, or the passage up to the end
    of the sentence of the value, or anywhere where the sentence has the whole event; and of the year asked."""
    sentence, before = sentence_and_before(hit.passage.text, value.span)
    text = hit.passage.text[min(before.start, sentence.start) : sentence.end]
    named = naming_text(hit, text)
    is_whole = len(question.event) > 1 and _event_words(question, hit.passage.text[slice(*sentence)]) == question.event
    stems, own = tokenized(hit.passage.text[slice(*value.span)]).stems, hit.passage.text[slice(*sentence)]
    if question.unit and not is_whole and question.unit.isdisjoint(stems):
        return False  # what is in another unit is more often of something else
    return (
        (
            is_whole
            or not hit.source.title
            or naming.is_named(question, naming_text(hit, hit.passage.text[: sentence.end]))
        )
        and not naming.names_another(question, hit.passage.text[slice(*sentence)])
        and questions.is_measured(question, text)
        and questions.is_dated(question, named)
        and (value.life or has_event(question, hit.passage.text[slice(*sentence)], named))
        and _is_of_year(question, value, _headings(hit))
        and _has_measured(question, named)
        and belonging.is_of_labels(question, own, value.span.shifted(-sentence.start), named)
        and not (question.kind is DifferenceKind.DATE and belonging.is_of_another(question, own))
    )


def _is_beside_event(question: Question, hit: Hit, value: AnswerValue) -> bool:
    """Whether the sentence of a value, below its title, heading and the sentence before, tells what is asked about."""
    sentence, before = sentence_and_before(hit.passage.text, value.span)
    named = naming_text(hit, hit.passage.text[min(before.start, sentence.start) : sentence.end])
    own = hit.passage.text[slice(*sentence)]
    return has_event(question, own, named) and not (asks_who_did(question) and belonging.is_of_another(question, own))


def sentence_and_before(text: str, span: Span) -> tuple[Span, Span]:
    """The sentence that holds a span, and the one before it, empty for the first; the whole text where none does."""
    parts = list(sentences(text, Span(0, len(text))))
    number = next((number for number, part in enumerate(parts) if span.meets(part)), None)
    if number is None:
        return Span(0, len(text)), Span(0, 0)
    return parts[number], parts[number - 1] if number else Span(parts[0].start, parts[0].start)


def has_event(question: Question, sentence: str, named: str) -> bool:
    """Whether a sentence below its title, heading and the sentence before has most words of what is asked about, one of
    them in itself, and a rare one if there is any: a whole library may be about "ketamine", and not "synthesised"."""
    if not question.event:
        return True
    found, rare = _event_words(question, named), question.event & question.key_words
    is_most = len(found) > len(question.event) / 2
    return is_most and (not rare or bool(found & rare)) and bool(_event_words(question, sentence))


def _has_absent(question: Question) -> bool:
    """Whether a measure is asked of what has a word that no source has, such as "intramuscular"."""
    return question.is_absent and question.kind is DifferenceKind.NUMBER and not question.counted


def _event_words(question: Question, text: str) -> frozenset[str]:
    """The words of what is asked about that a text has, or one that stands for them."""
    stems = tokenized(text).stems
    return frozenset(stem for stem in question.event if not stems.isdisjoint(with_alike(frozenset((stem,)))))


def _has_measured(question: Question, named: str) -> bool:
    """Whether a text has what is measured, such as the "ale" of "the half-life of ale", or a word for it."""
    return not question.measured or not tokenized(named).stems.isdisjoint(with_alike(question.measured))


def _is_of_year(question: Question, value: AnswerValue, headings: str) -> bool:
    """Whether a value is of a date that the question states, by its sentence, else by title and heading."""
    if not question.periods:
        return True
    if isinstance(value.value, dates.Period):
        stated = [value.value]
    else:
        stated = [value.period] if value.period else [other.value for other in dates.dates(tokenized(headings))]
    return any(
        dates.fit(period, asked) in (Fit.EQUAL, Fit.COMPATIBLE) for period in stated for asked in question.periods
    )


def answering_sentence(question: Question, hit: Hit) -> Span | None:
    """The first sentence of a hit that tells what is asked, in its passage: who did it or is it, or where it was."""
    tells = _tells_place if question.asks_location else _tells_role if question.role else _tells_who_did
    return next(
        (part for part, named in _with_context(hit) if tells(question, hit.passage.text[slice(*part)], named)), None
    )


def _tells_who_did(question: Question, sentence: str, named: str) -> bool:
    """Whether a sentence has the event and a name that the question has not, and not as what was done to somebody by
    what the question names."""
    asking, reading = tokenized(question.text), tokenized(sentence)
    tells = _tells_act(question, reading)
    has_name = (
        tells
        or bool(_CITED.search(sentence))
        or any(
            not {token.word for token in tokenized(reading.text[slice(*mention.span)]).tokens} <= asking.words
            for mention in names.names(reading)
        )
    )
    if question.asks_author:
        has_name = bool(_AUTHOR.search(sentence))
    has_who = question.asks_which_people or (has_name and not belonging.is_of_another(question, sentence))
    return tells is not False and has_who and has_event(question, sentence, named)


def _tells_role(question: Question, sentence: str, _: str) -> bool:
    """Whether a name that the question has not stands beside what somebody is."""
    asking, reading = tokenized(question.text), tokenized(sentence)
    return any(
        answer_values.has_role(question, reading, mention)
        and not {token.word for token in reading.tokens_in(mention.span)} <= asking.words
        for mention in names.names(reading)
    )


def _tells_place(question: Question, sentence: str, named: str) -> bool:
    """Whether a sentence tells what is asked about, and a place of it."""
    reading = tokenized(sentence)
    days = [period.span for period in dates.dates(reading)]
    places = (
        match
        for match in _PLACE.finditer(sentence)
        if match["noun"].lower() not in _NO_PLACES and not any(day.meets(Span(*match.span("noun"))) for day in days)
    )
    return has_event(question, sentence, named) and any(places)


def _with_context(hit: Hit) -> Iterator[tuple[Span, str]]:
    """Each sentence of a passage, and its text below title, heading and the sentence before."""
    text, start = hit.passage.text, 0
    for part in sentences(text, Span(0, len(text))):
        yield part, naming_text(hit, text[start : part.end])
        start = part.start


def _tells_act(question: Question, reading: TokenizedText) -> bool | None:
    """Whether a sentence tells who did to the one that the question names what it asks; False where it tells only the
    reverse ("Rye bought Ash" does not say who bought Rye), None where neither."""
    asked = roles.acts(tokenized(_WHO.sub(_SOMEBODY, question.text)))
    own = [act for act in roles.acts(reading) if asked and act.verb == asked[0].verb]
    return any(share_word(act.target, asked[0].target) for act in own) if own else None
