"""Who did what to whom: "Rye sued Ash" against "Ash sued Rye", and "Rye was sued by Ash"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from index.differences.arguments import are_reversed, are_same, ends
from index.differences.matching import MAX_PAIRS
from index.differences.name_words import share_word
from index.differences.names import NOT_NAMES
from index.differences.tokens import Token, TokenizedText, are_close, one_covers_other, read_once, tokenized
from index.differences.types import Difference, DifferenceKind
from index.types import Span

# What two do to each other.
MUTUAL = TokenizedText(
    "married weds met meets dated dates faces faced fights fought plays played borders adjoins joined resembles equals "
    "matches matched rivals opposes opposed divorced merged accompanied befriended knows knew hugged embraced kissed "
    "near outside inside versus vs"
).stems
# What each of two may do by turns: its reverse counts only where one text has all else of the other.
_BY_TURNS = TokenizedText(
    "greeted tells told asks asked answered called thanked sees saw heard visited wrote likes liked loves loved"
).stems
# Two verbs for one act, each from its own side: "Rye sold the mill to Ash", "Ash bought the mill from Rye". With each
# stands the preposition after it, "" where there is none.
_CONVERSES = [
    (("sold", "to"), ("bought", "from")),
    (("sold", "to"), ("purchased", "from")),
    (("sold", "to"), ("acquired", "from")),
    (("lent", "to"), ("borrowed", "from")),
    (("let", "to"), ("rented", "from")),
    (("leased", "to"), ("leased", "from")),
    (("gave", "to"), ("received", "from")),
    (("gave", "to"), ("got", "from")),
    (("left", "to"), ("inherited", "from")),
    (("exported", "to"), ("imported", "from")),
    (("beat", ""), ("lost", "to")),
    (("preceded", ""), ("followed", "")),
    (("preceded", ""), ("succeeded", "")),
    (("taught", ""), ("learned", "from")),
]
_HELPERS = frozenset("who has have had will would did does do later then also once first soon".split())  # noqa: SIM905
_BE = frozenset("is are was were be been being get gets got".split())  # noqa: SIM905
_AFTER = frozenset("the his her its their a an".split())  # noqa: SIM905
_DIRECTED = frozenset("to from over on against".split())  # noqa: SIM905
_APPOSITION = re.compile(r",[^,;:.!?()\n]{1,60},")
_TITLES = frozenset("mr mrs ms dr prof sir dame rep sen gov".split())  # noqa: SIM905
_TITLE = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|Prof|Rep|Sen|Gov)\.(?=\s*$)")
_OBJECT = re.compile(r"\s(?:his|her|their|its|the|an?)\s[^,;:.!?()\n]{1,60},\s*$")
_MAX_GAP = 6  # words between two names of which one acts on the other (a guess)


class Act(NamedTuple):
    """A name acting on another. ``verb``: the stems of the verb and what belongs to it, and the preposition after them,
    "" without one; ``span``: both names and what stands between them."""

    actor: tuple[str, ...]
    verb: tuple[str, ...]
    target: tuple[str, ...]
    span: Span


def differing(draft: TokenizedText, source: TokenizedText) -> Iterator[Difference]:
    """The acts of either text of which the other tells only the reverse."""
    found = [*_reversed_acts(draft, source)]
    found += [
        pair
        for pair in _reversed_ends(draft, source)
        if not any(pair[0].meets(other[0]) and pair[1].meets(other[1]) for other in found)
    ]
    for left, right in found:
        note = f"{draft.text[slice(*left)]} against {source.text[slice(*right)]}"
        yield Difference(DifferenceKind.NAME, left, right, note)


def _reversed_acts(draft: TokenizedText, source: TokenizedText) -> Iterator[tuple[Span, Span]]:
    left, right = acts(draft), acts(source)
    if not left or not right or len(left) * len(right) > MAX_PAIRS:
        return
    covered = one_covers_other(draft, source)
    for act in left:
        if act.verb[0] in _BY_TURNS and not covered:
            continue
        reverse = next((other for other in right if _is_reverse(act, other)), None)
        if reverse is not None and not (_has(right, act) or _has(left, reverse)):
            yield act.span, reverse.span


def _reversed_ends(draft: TokenizedText, source: TokenizedText) -> list[tuple[Span, Span]]:
    """Where two things have changed places at one verb; no two on the same words. What is no name counts in close texts
    alone, and where something came from and went to where one text has all words of the other."""
    if not are_close(draft, source):
        return []
    left, right = ends(draft), ends(source)
    if not left or not right or len(left) * len(right) > MAX_PAIRS:
        return []
    covered = one_covers_other(draft, source)
    found: list[tuple[Span, Span]] = []
    for mine in left:
        needs_all = mine.verb[0] in _BY_TURNS or mine.verb[1:] == ("from", "to")
        if mine.verb[0] in MUTUAL or (needs_all and not covered):
            continue
        theirs = next((other for other in right if are_reversed(mine, other)), None)
        if theirs is None or any(are_same(mine, other) for other in right) or any(are_same(theirs, o) for o in left):
            continue
        if not any(mine.span.meets(span) for span, _ in found):
            found.append((mine.span, theirs.span))
    return found


def agreeing(draft: TokenizedText, source: TokenizedText) -> list[tuple[Span, Span]]:
    """Where both texts tell the same act, be it by two verbs: "sold to" and "bought from"."""
    left, right = acts(draft), acts(source)
    if len(left) * len(right) > MAX_PAIRS:
        return []
    return [(act.span, other.span) for act in left for other in right if _is_same(act, other)]


def confirms(draft: TokenizedText, span: Span, text: TokenizedText) -> bool | None:
    """Whether a text tells the act that stands at this span of the draft; None where none does."""
    act = next((act for act in acts(draft) if act.span == span), None)
    return None if act is None else _has(acts(text), act)


@read_once
def acts(reading: TokenizedText) -> list[Act]:
    """What names do to others by one verb between them. Any word with a capital may be of a name: it must be in the
    other text too, at the other end of the verb."""
    found = (_act(reading, first, second) for first, second in pairwise(actors(reading)))
    return [act for act in found if act is not None]


@read_once
def actors(reading: TokenizedText) -> list[tuple[int, int]]:
    """The first and last token of each run of capitalised words."""
    runs: list[tuple[int, int]] = []
    for index, token in enumerate(reading.tokens):
        if token.stem is None or token.word in NOT_NAMES | _TITLES or not reading.text[token.span.start].isupper():
            continue
        if runs and runs[-1][1] == index - 1 and reading.text_between(index - 1, index) in (" ", "-", " & "):
            runs[-1] = (runs[-1][0], index)
        else:
            runs.append((index, index))
    return runs


def _act(reading: TokenizedText, first: tuple[int, int], second: tuple[int, int]) -> Act | None:
    """The act between two names; None unless it is a verb, or one with an object and a preposition ("declared war on"),
    with nothing but helpers around it."""
    gap = _TITLE.sub("", reading.text_between(first[1], second[0]))
    between = [token for token in reading.tokens[first[1] + 1 : second[0]] if token.word not in _TITLES]
    if described := _OBJECT.search(gap):  # "Rye sued its neighbour, Ash"
        end = reading.tokens[first[1]].span.end + described.start()
        gap, between = gap[: described.start()] + " ", [token for token in between if token.span.end <= end]
    if apposition := _APPOSITION.match(gap):  # "Rye, a mill, sued Ash"
        offset = reading.tokens[first[1]].span.end + apposition.end()
        gap, between = gap[apposition.end() :], [token for token in between if token.span.start >= offset]
    content = [number for number, token in enumerate(between) if token.stem is not None and not _is_helper(token)]
    if len(between) > _MAX_GAP or not content or re.search(r"[^\w\s'’]", gap) or _is_possessive(reading, first):
        return None
    before = {token.word for token in between[: content[0]] if not _is_helper(token)}
    after = [token.word for token in between[content[-1] + 1 :] if token.word not in _AFTER and not _is_helper(token)]
    is_passive = bool(before) and before <= _BE and after == ["by"]
    is_active = not before and ((len(content) == 1 and not after) or (len(after) == 1 and after[0] in _DIRECTED))
    stems = [between[number].stem or "" for number in content]
    is_capital = any(reading.text[between[number].span.start].isupper() for number in content)
    if stems[0] in MUTUAL or not (is_passive or is_active) or is_capital:
        return None
    span = Span(reading.tokens[first[0]].span.start, reading.tokens[second[1]].span.end)
    ends = _words(reading, first), _words(reading, second)
    actor, target = reversed(ends) if is_passive else ends
    return _in_one_direction(Act(actor, (*stems, "" if is_passive or not after else after[0]), target, span))


def _in_one_direction(act: Act) -> Act:
    """An act as the other of two verbs tells it, if there is one: "bought from" as "sold to"."""
    verb, *between, preposition = act.verb
    converse = _CONVERSE_OF.get((verb, preposition))
    return Act(act.target, (converse[0], *between, converse[1]), act.actor, act.span) if converse else act


def _stem(verb: str) -> str:
    return tokenized(verb).tokens[0].stem or verb


_CONVERSE_OF = {(_stem(second), after): (_stem(first), before) for (first, before), (second, after) in _CONVERSES}


def _is_helper(token: Token) -> bool:
    return token.word in _HELPERS or token.word.endswith("ly")


def _is_possessive(reading: TokenizedText, run: tuple[int, int]) -> bool:
    return "'" in (last := reading.text[slice(*reading.tokens[run[1]].span)]) or "’" in last


def _words(reading: TokenizedText, run: tuple[int, int]) -> tuple[str, ...]:
    return tuple(token.word for token in reading.tokens[run[0] : run[1] + 1])


def _has(acts: Sequence[Act], act: Act) -> bool:
    return any(_is_same(act, other) for other in acts)


def _is_same(left: Act, right: Act) -> bool:
    return left.verb == right.verb and share_word(left.actor, right.actor) and share_word(left.target, right.target)


def _is_reverse(left: Act, right: Act) -> bool:
    crossed = share_word(left.actor, right.target) and share_word(left.target, right.actor)
    kept = share_word(left.actor, right.actor) or share_word(left.target, right.target)
    return left.verb == right.verb and crossed and not kept
