"""Where names differ: a name that the other text does not have, against one in the same place in the sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.differences.reading import Reading, Token, nearness
from index.differences.roles import opposed
from index.differences.types import Difference, Fit, Kind, Mention
from index.types import Span

_JOINERS = frozenset("of the de la le van von der den del da di el al bin ibn and for".split())
_NOT_NAMES = frozenset(
    "january february march april may june july august september october november december monday tuesday wednesday "
    "thursday friday saturday sunday i mr mrs ms dr prof sir lord lady professor president the a an in on at he she it "
    "they we his her its their this that these those and but or if as for of to by with from when while after before "
    "although however there what who which where how why not no yes also both each all some many most".split()
)
# How the names of drugs end that are written small.
_DRUG = re.compile(
    r"\w{3,}(?:mab|nib|statin|pril|olol|cillin|conazole|prazole|sartan|mycin|floxacin|platin|taxel|rubicin|vir|gliptin|"
    r"gliflozin|glutide|semide|thiazide|zosin|triptan|setron|lukast|parin|xaban|azepam|barbital|caine|oxetine|idone|"
    r"apine|trexate|ciclib|tinib|ciclovir|cycline|bicin|zolamide|formin|profen)$"
)
_STOP = re.compile(r"[.!?]['\"”’)]*\s+$|^\s*['\"“‘(]*$")
_TITLED = 0.6  # more words than this with a capital: a heading, which tells nothing of names


@dataclass(frozen=True, slots=True)
class Name:
    """``words``: folded, joiners apart; ``before`` and ``after``: the words next to it; ``drug``: known by its ending."""

    words: tuple[str, ...]
    before: str
    after: str
    drug: bool


def differing(draft: Reading, source: Reading) -> Iterator[Difference]:
    left = [one for one in names(draft) if not _known(one.value, source)]
    right = [one for one in names(source) if not _known(one.value, draft)]
    for one, two, _ in opposed(left, right, _fit, _role):
        note = f"{draft.text[slice(*one.span)]} against {source.text[slice(*two.span)]}"
        yield Difference(Kind.NAME, one.span, two.span, note)


def _fit(left: Name, right: Name) -> Fit:
    """Acronyms and initials are equal to what they stand for."""
    if left.drug != right.drug:
        return Fit.ALIEN
    return Fit.EQUAL if _stands_for(left, right) or _stands_for(right, left) else Fit.APART


def _stands_for(short: Name, long: Name) -> bool:
    letters = "".join(short.words) if len(short.words) == 1 else ""
    return len(letters) > 1 and letters == "".join(word[0] for word in long.words)


def _known(name: Name, other: Reading) -> bool:
    """Whether the other text has a word of the name, or one that begins as it does ("Armenia", "Armenian")."""
    return any(word in other.words or word[:4] in other.beginnings for word in name.words if len(word) > 1)


def _role(left: Mention[Name], right: Mention[Name]) -> float:
    """Nearness, where at least one side of the two names is followed or led in by the same word."""
    one, two = left.value, right.value
    sides = bool(one.before and one.before == two.before) + bool(one.after and one.after == two.after)
    return nearness(left.around, right.around) if sides else 0.0


def names(reading: Reading) -> list[Mention[Name]]:
    """Runs of capitalised words, in order; empty for a heading. A lone word that opens a sentence is none."""
    capital = [token for token in reading.tokens if _capital(reading.text, token)]
    if len(capital) > max(3.0, _TITLED * len(reading.tokens)):
        return []
    found = []
    for first, last in _runs(reading):
        words = tuple(t.word for t in reading.tokens[first : last + 1] if t.word not in _JOINERS)
        span = Span(reading.tokens[first].span.start, reading.tokens[last].span.end)
        drug = first == last and bool(_DRUG.fullmatch(words[0]))
        name = Name(words, _next(reading, first, -1), _next(reading, last, 1), drug)
        found.append(Mention(span, name, reading.around(span)))
    return found


def _capital(text: str, token: Token) -> bool:
    return text[token.span.start].isupper()


def _is_name(reading: Reading, place: int) -> bool:
    token = reading.tokens[place]
    said = reading.text[slice(*token.span)]
    if token.word in _NOT_NAMES or said[0].isdigit() or len(said) < 2:
        return False
    return said[0].isupper() or any(letter.isupper() for letter in said[1:]) or bool(_DRUG.fullmatch(token.word))


def _runs(reading: Reading) -> Iterator[tuple[int, int]]:
    """First and last token of each run of words with capitals; joiners hold a run together."""
    place, tokens = 0, reading.tokens
    while place < len(tokens):
        if not _is_name(reading, place):
            place += 1
            continue
        last = place
        while (step := _step(reading, last)) is not None:
            last = step
        if last > place or not _opens(reading, place):
            yield place, last
        place = last + 1


def _step(reading: Reading, last: int) -> int | None:
    """The next word of the run, one joiner between at most."""
    for step in (1, 2):
        place = last + step
        if place >= len(reading.tokens):
            return None
        gap = reading.text[reading.tokens[place - 1].span.end : reading.tokens[place].span.start]
        if gap.strip(" -.&\n") or len(gap) > 3:
            return None
        if _is_name(reading, place):
            return place
        if reading.tokens[place].word not in _JOINERS or reading.tokens[place].word == "and":
            return None
    return None


def _opens(reading: Reading, place: int) -> bool:
    """Whether a word opens a sentence, where a capital says nothing; a word in capitals is a name even there."""
    token = reading.tokens[place]
    said = reading.text[slice(*token.span)]
    if any(letter.isupper() for letter in said[1:]) or _DRUG.fullmatch(token.word):
        return False
    return bool(_STOP.search(reading.text[max(0, token.span.start - 8) : token.span.start]))


def _next(reading: Reading, place: int, step: int) -> str:
    """The content word next to a name on this side, or ""."""
    for near in (place + step, place + 2 * step, place + 3 * step):
        if not 0 <= near < len(reading.tokens):
            return ""
        if stem := reading.tokens[near].stem:
            return stem
    return ""
