"""What stands at the ends of a verb, by the words that join it to the verb: "sold by Dalton to Reeve", "turns lead into
gold", "dogs chase cats"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

from index.differences.irregular import BASE_FORMS
from index.differences.negation import AUXILIARIES, PASSIVE
from index.differences.tokens import Token, TokenizedText, read_once, tokenized
from index.text.lexicon import NEGATION_WORDS
from index.types import Span

SUBJECT, OBJECT = "subject", "object"
PASSES = "passes"
"""The verb of what passes from one to another, whatever the words: "sold to", "got from"."""

_JOINING = frozenset("by to from into".split())  # noqa: SIM905
_ADVERBS = frozenset("later then also once first soon again now still who which that".split())  # noqa: SIM905
_RELATIVE = frozenset("who which that".split())  # noqa: SIM905
_DETERMINERS = frozenset("the a an his her its their this that these those some all both".split())  # noqa: SIM905
_NOT_ENDS = frozenset("me him us them it itself himself herself themselves other another each one".split())  # noqa: SIM905
_CLAUSE = frozenset(
    "and but or nor while when where who which that because although though if as than before after until".split()  # noqa: SIM905
)
_BREAK = re.compile(r"[^\s\w'’&.-]|\.\s|\.$")
_OF = frozenset("of in at on for with about against near among between under over than like".split())  # noqa: SIM905
_DESCRIBED = re.compile(r", (?:an?|the) [^,;:.!?()\n]+$")
_LONGEST_DESCRIPTION = 90  # characters between a name and the "who" that stands for it (a guess)
_PARTICIPLE = re.compile(r"[a-z]{2,}(?:ed|en|wn|ght|ld|nt|id|ept|ung|unk|ade)$")
_PLAIN = frozenset("put cut hit set let shut split spread hurt beat got found left felt led fed saw laid".split())  # noqa: SIM905
_MANY = frozenset("men women people children mice police".split())  # noqa: SIM905
_REACH = 14  # words behind a verb that are looked at (a guess)
_MAX_NOUN = 3  # words of which a thing is named (a guess)
_MAX_VERBS = 40  # words of a text that are tried as a verb; a longer one is no sentence (a guess)
# What passes from one to another, by verbs for who gives and for who gets.
_GIVING = "sold gave lent leased sent handed exported donated transferred awarded shipped presented passed delivered"
_GETTING = "bought purchased acquired got received borrowed rented inherited imported obtained took won"


class Ends(NamedTuple):
    """Two things at a verb: ``first`` and ``second``, each the stems of its words, or of its last where it is no name;
    ``verb``: its stem, and how each is joined to it; ``others``: what else is at it, by how it is joined; ``span``:
    from one to the other; ``names``: whether both are names."""

    first: tuple[str, ...]
    verb: tuple[str, ...]
    second: tuple[str, ...]
    others: Mapping[str, tuple[str, ...]]
    span: Span
    names: bool = False


class _Thing(NamedTuple):
    stems: tuple[str, ...]
    is_name: bool
    span: Span


def are_reversed(left: Ends, right: Ends) -> bool:
    """Whether two things have changed places at one verb, and nothing else at it tells two acts apart: "gave a book to"
    and "gave a pen to" are two."""
    crossed = set(left.first) & set(right.second) and set(left.second) & set(right.first)
    kept = set(left.first) & set(right.first) or set(left.second) & set(right.second)
    others = all(set(left.others[role]) & set(right.others[role]) for role in left.others.keys() & right.others.keys())
    return left.verb == right.verb and bool(crossed) and not kept and others


def are_same(left: Ends, right: Ends) -> bool:
    """Whether both tell the same of one verb."""
    return left.verb == right.verb and bool(set(left.first) & set(right.first) and set(left.second) & set(right.second))


@read_once
def ends(reading: TokenizedText) -> Sequence[Ends]:
    """The pairs of things at the verbs of a text, in order. Cached, as a sentence is compared with many."""
    found: list[Ends] = []
    content = [index for index, token in enumerate(reading.tokens) if token.stem is not None]
    for verb in content if len(content) <= _MAX_VERBS else ():
        things = _things(reading, verb)
        if len(things) > 1:
            found += _pairs(reading.tokens[verb], things)
    return found


def _pairs(verb: Token, things: Mapping[str, _Thing]) -> Iterator[Ends]:
    stem = verb.stem or ""
    for left, right in combinations(sorted(things), 2):
        first, second = things[left], things[right]
        if (left, right) == ("from", "to") and not _is_participle(verb.word):  # a train that runs from A to B runs back
            continue
        if not set(first.stems) & set(second.stems):
            others = {role: thing.stems for role, thing in things.items() if role not in (left, right)}
            yield Ends(first.stems, (stem, left, right), second.stems, others, _around(first, second))
    roles = _PASSING.get(stem)
    if roles and OBJECT in things and all(role in things for role in roles):
        giver, getter = (things[role] for role in roles)
        verb_and_object = (PASSES, *things[OBJECT].stems)
        are_names = giver.is_name and getter.is_name
        yield Ends(giver.stems, verb_and_object, getter.stems, {}, _around(giver, getter), are_names)


def _around(first: _Thing, second: _Thing) -> Span:
    return Span(min(first.span.start, second.span.start), max(first.span.end, second.span.end))


def _stems(verbs: str) -> list[str]:
    return [token.stem or "" for token in tokenized(verbs).tokens]


_PASSING = {
    **dict.fromkeys(_stems(_GIVING), (SUBJECT, "to")),
    **dict.fromkeys(_stems(_GETTING), ("from", SUBJECT)),
}


PASSING = frozenset(_PASSING) | TokenizedText("took over deal gift loan payment owner owned paid").stems
"""The stems of words that tell that something passes from one to another."""


def _things(reading: TokenizedText, verb: int) -> dict[str, _Thing]:
    """What stands at a verb, by how it is joined to it; empty for a word that is no verb or is denied."""
    if not reading.text[reading.tokens[verb].span.start].islower():
        return {}
    index, between = verb - 1, set[str]()
    while index >= 0 and _is_between(reading.tokens[index]) and reading.text_between(index, index + 1).isspace():
        between.add(reading.tokens[index].word)
        index -= 1
    is_passive = bool(between & PASSIVE)
    if is_passive and not _is_participle(reading.tokens[verb].word):
        return {}
    if any(token.word in NEGATION_WORDS or "n't" in token.word for token in reading.tokens[max(0, index - 1) : verb]):
        return {}
    things: dict[str, _Thing] = dict(_antecedent(reading, index))
    before = _before(reading, index, is_relative=bool(between & _RELATIVE))
    if before is not None and not _may_act(reading, verb):
        return {}
    if before is not None:
        things[OBJECT if is_passive else SUBJECT] = before
    after = None if is_passive else _thing(reading, verb + 1)
    if after is not None:
        things[OBJECT] = after
    for word, thing in _joined(reading, verb):
        things.setdefault(SUBJECT if word == "by" and is_passive else word, thing)
    return things


def _is_between(token: Token) -> bool:
    """Whether a word may stand between what acts and its verb."""
    return token.word in AUXILIARIES or token.word in _ADVERBS or token.word.endswith("ly")


def _antecedent(reading: TokenizedText, index: int) -> Iterator[tuple[str, _Thing]]:
    """What "from which" stands for, if the thing that ends with a token stands behind it, and how that joins it."""
    while index > 1 and reading.tokens[index].stem is not None:
        index -= 1
    while index > 1 and reading.tokens[index].word in _DETERMINERS and reading.tokens[index].word not in _RELATIVE:
        index -= 1
    if index > 1 and reading.tokens[index].word in ("which", "whom"):
        preposition = reading.tokens[index - 1].word
        thing = _before(reading, index - 2, is_relative=True) if preposition in _JOINING else None
        if thing is not None:
            yield preposition, thing


def _may_act(reading: TokenizedText, verb: int) -> bool:
    """Whether a word may be the verb of what stands before it: in its base form only that of many ("cats chase", not
    "show host")."""
    word = reading.tokens[verb].word
    if word.endswith("s") or word in _PLAIN or _is_participle(word) or reading.tokens[verb - 1].stem is None:
        return True
    last = reading.tokens[verb - 1].word
    return last.endswith("s") or last in _MANY


def _is_participle(word: str) -> bool:
    return bool(_PARTICIPLE.match(word)) or word in BASE_FORMS


def _before(reading: TokenizedText, index: int, *, is_relative: bool) -> _Thing | None:
    """The thing that ends with a token; of "Rye, a mill owner who" it is Rye. None where it may be part of another."""
    if index < 0 or reading.tokens[index].stem is None or not reading.text_between(index, index + 1).isspace():
        return None
    first = index
    while first > 0 and _is_one_thing(reading, first - 1, first):
        first -= 1
    opening = reading.tokens[first - 1].word if first and reading.text_between(first - 1, first).isspace() else ""
    end = reading.tokens[index].span.end
    described = _DESCRIBED.search(reading.text, max(0, end - _LONGEST_DESCRIPTION), end) if is_relative else None
    if described:
        return _before_comma(reading, reading.first_token(described.start()) - 1)
    if opening in _DETERMINERS and first > 1 and reading.text_between(first - 2, first - 1).isspace():
        opening = reading.tokens[first - 2].word
    return None if opening in _OF or opening in _JOINING else _named(reading, first, index)


def _before_comma(reading: TokenizedText, index: int) -> _Thing | None:
    """The name that ends with a token."""
    first = index
    while first > 0 and _is_one_thing(reading, first - 1, first):
        first -= 1
    thing = _named(reading, first, index)
    return thing if thing is not None and thing.is_name else None


def _is_one_thing(reading: TokenizedText, left: int, right: int) -> bool:
    """Whether two neighbours are words of one thing: both with a capital, or both without."""
    first, second = reading.tokens[left], reading.tokens[right]
    alike = reading.text[first.span.start].isupper() is reading.text[second.span.start].isupper()
    return None not in (first.stem, second.stem) and alike and reading.text_between(left, right) in (" ", "-", " & ")


def _named(reading: TokenizedText, first: int, last: int) -> _Thing | None:
    tokens = reading.tokens[first : last + 1]
    written = reading.text[tokens[-1].span.start : tokens[-1].span.end]
    is_name = written[0].isupper()
    if written[-2:] in ("'s", "’s") or tokens[-1].word in _NOT_ENDS or (len(tokens) > _MAX_NOUN and not is_name):
        return None
    own = tokens if is_name else tokens[-1:]
    return _Thing(tuple(token.stem or "" for token in own), is_name, Span(tokens[0].span.start, tokens[-1].span.end))


def _thing(reading: TokenizedText, index: int) -> _Thing | None:
    """The thing that begins with a token, or with an article there; None where none does."""
    while index < len(reading.tokens) and reading.tokens[index].word in _DETERMINERS:
        if not reading.text_between(index - 1, index).isspace():
            return None
        index += 1
    if index >= len(reading.tokens) or reading.tokens[index].stem is None:
        return None
    if not reading.text_between(index - 1, index).isspace():
        return None
    last = index
    while last + 1 < len(reading.tokens) and _is_one_thing(reading, last, last + 1):
        last += 1
    return _named(reading, index, last)


def _joined(reading: TokenizedText, verb: int) -> Iterator[tuple[str, _Thing]]:
    """The things behind a verb with the word that joins each to it."""
    for index in range(verb + 1, min(verb + _REACH, len(reading.tokens) - 1)):
        word = reading.tokens[index].word
        if word in _CLAUSE or _BREAK.search(reading.text_between(index - 1, index)):
            return
        thing = _thing(reading, index + 1) if word in _JOINING else None
        if thing is not None:
            yield word, thing
