"""Where names differ: a name that the other text does not have, against one in the same place in the sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from difflib import SequenceMatcher

from index.differences.acronyms import ACRONYM, JOINERS, long_form, spelled_out
from index.differences.matching import ENOUGH, by_words, opposed
from index.differences.reading import Reading, Token, close, contains
from index.differences.types import Difference, DifferenceKind, Fit, Mention
from index.types import Span

_NOT_NAMES = frozenset(
    (  # noqa: SIM905
        "january february march april may june july august september october november december monday tuesday "
        "wednesday thursday friday saturday sunday i mr mrs ms dr prof sir lord lady professor president the "
        "a an in on at he she it they we his her its their this that these those and but or if as for of to "
        "by with from when while after before although however there what who which where how why not no yes "
        "also both each all some many most"
    ).split()
)
# How the names of drugs end that are written small.
_DRUG = re.compile(
    r"\w{2,}(?:mab|nib|statin|pril|olol|cillin|conazole|prazole|sartan|mycin|floxacin|platin|taxel|rubicin|vir|gliptin|"
    r"gliflozin|glutide|semide|thiazide|zosin|triptan|setron|lukast|parin|xaban|azepam|barbital|caine|oxetine|idone|"
    r"apine|trexate|ciclib|tinib|ciclovir|cycline|bicin|zolamide|formin|profen|proxen|cetamol|codone|morphone|fentanil|steride|dronate)$"
)
LETTERS = 60  # of two words whose spelling is compared
LONGEST = 8  # words of a name; a longer run of capitals is cut
_MARK = re.compile(r"[^\s\w'’\"“”-]")
_PREPOSITIONS = frozenset(
    (  # noqa: SIM905
        "in by at from with for to of on under against into near between through"
    ).split()
)
_PLACE = frozenset(["in", "at", "from", "near"])  # said of one place
_PEOPLE = re.compile(
    r".*(?:[^aeiou]ian|ean|ican|german|roman|norman|ish|ese|tani|raqi|aeli|audi)|dutch|french|greek|swiss|thai|czech|welsh|us|uk"
)
SORTS = ("name", "people", "drug")
ALIKE = 0.75  # share of two words' letters that stand in the same order: more, and they are spellings of one
_STOP = re.compile(r"(?<!\b[A-Z])[.!?]['\"”’)]*\s+$|^\s*['\"“‘(]*$")
_TITLED = 0.75  # more words than this with a capital: a heading, which tells nothing of names


@dataclass(frozen=True, slots=True)
class Name:
    """``words``: folded, joiners apart; ``before`` and ``after``: the content words next to it; ``led``: the
    preposition that leads it in, or ""; ``sort``: what it can be compared with; ``opens``: it is the first word;
    ``touching``: the content words right before and after it."""

    words: tuple[str, ...]
    before: str
    after: str
    led: str
    sort: str
    opens: bool
    touching: tuple[str, str]


def unknown(mine: Reading, other: Reading, letters: int = ACRONYM) -> list[Mention[Name]]:
    """The names of one text that the other does not have in any form, nor as an acronym, nor spelled out. ``letters``:
    of the shortest acronym."""
    spelled, short = spelled_out(mine, other, letters)[0], spelled_out(other, mine, letters)[1]
    return [
        one
        for one in names(mine, mine.small | other.small)
        if not _known(one.value, other)
        and not short.issuperset(one.value.words)
        and not any(one.span.meets(span) for span in spelled)
    ]


def missing(mine: Reading, other: Reading) -> list[Mention[Name]]:
    """As ``unknown``, but more is taken for the same: short acronyms, spellings, and words written small."""
    called = [one.value for one in names(other)]
    return [
        one
        for one in unknown(mine, other, 2)
        if not any(_fit(one.value, name) is Fit.EQUAL for name in called)
        and not any(long_form(word, other) for word in one.value.words)
    ]


def differing(
    draft: Reading, source: Reading, found: tuple[Sequence[Mention[Name]], Sequence[Mention[Name]]]
) -> Iterator[Difference]:
    """``found``: the names of either text that the other does not have."""
    same, near = contains(draft, source), close(draft, source)
    alone = {sort for sort in SORTS if same and all(_only(its, sort) for its in found)}

    def role(one: Mention[Name], two: Mention[Name]) -> float:
        sort, covered = one.value.sort, same or (near and one.value.sort == "people")
        return _role(one, two, covered=covered, alone=sort in alone)

    for one, two, _ in opposed(found[0], found[1], _fit, role):
        note = f"{draft.text[slice(*one.span)]} against {source.text[slice(*two.span)]}"
        yield Difference(DifferenceKind.NAME, one.span, two.span, note)


def _only(found: Sequence[Mention[Name]], sort: str) -> bool:
    return sum(one.value.sort == sort for one in found) == 1


def _fit(left: Name, right: Name) -> Fit:
    """Acronyms and initials are equal to what they stand for."""
    if left.sort != right.sort:
        return Fit.ALIEN
    same = _stands_for(left, right) or _stands_for(right, left) or _spelled_alike(left, right)
    return Fit.EQUAL if same else Fit.APART


def _spelled_alike(left: Name, right: Name) -> bool:
    """Whether two of the words are spellings of one name ("Faroe", "Faeroes")."""
    pairs = (
        (one, two) for one in left.words for two in right.words if one[:1] == two[:1] and len(one + two) <= LETTERS
    )
    return any(SequenceMatcher(None, min(pair), max(pair), autojunk=False).ratio() >= ALIKE for pair in pairs)


def _stands_for(short: Name, long: Name) -> bool:
    letters = "".join(short.words) if len(short.words) == 1 else ""
    return len(letters) > 1 and letters == "".join(word[0] for word in long.words)


def _known(name: Name, other: Reading) -> bool:
    """Whether the other text has a word of the name, or one that begins as it does ("Armenia", "Armenian")."""
    return any(word in other.words or word[:4] in other.beginnings for word in name.words if len(word) > 1)


def _role(left: Mention[Name], right: Mention[Name], *, covered: bool, alone: bool) -> float:
    """Nearness, where the same content word touches both, or is the nearest to both and the same preposition, or none,
    leads in both. ``covered``, where the rest of one text is all in the other: the preposition is enough; ``alone``,
    where also no other name is left over: one of the two may lack it. Else 0."""
    one, two = left.value, right.value
    near = by_words(left, right)
    if any(map(_meets, one.touching, two.touching)):
        return near
    if one.opens != two.opens or (one.led != two.led and not (alone and "" in (one.led, two.led))):
        return 0.0
    if alone or covered:
        return max(near, ENOUGH)
    return near if _meets(one.before, two.before) or _meets(one.after, two.after) else 0.0


def _meets(mine: str, other: str) -> bool:
    return bool(mine) and mine == other


def names(reading: Reading, small: Set[str] = frozenset()) -> list[Mention[Name]]:
    """Runs of capitalised words, in order; empty for a heading. A lone word that opens a sentence is none, nor is one
    of ``small`` at the start of a run."""
    capital = [token for token in reading.tokens if _capital(reading.text, token)]
    if len(capital) > max(3.0, _TITLED * len(reading.tokens)):
        return []
    found = []
    for first, last in _runs(reading, small):
        words = tuple(token.word for token in reading.tokens[first : last + 1] if token.word not in JOINERS)
        if not words:
            continue
        span = Span(reading.tokens[first].span.start, reading.tokens[last].span.end)
        near = _next(reading, first, -1), _next(reading, last, 1), _led(reading, first)
        name = Name(
            words,
            *near,
            sort=_sort(words),
            opens=_starts(reading, first),
            touching=(_next(reading, first, -1, 1), _next(reading, last, 1, 1)),
        )
        found.append(Mention(span, name, reading.around(span)))
    return found


def _sort(words: Sequence[str]) -> str:
    if len(words) > 1:
        return "name"
    return "drug" if _DRUG.fullmatch(words[0]) else "people" if _PEOPLE.fullmatch(words[0]) else "name"


def _led(reading: Reading, first: int) -> str:
    """The preposition before a name, over an article or two words at most."""
    for place in range(first - 1, max(-1, first - 4), -1):
        gap = reading.text[reading.tokens[place].span.end : reading.tokens[place + 1].span.start]
        if gap.strip():
            return ""
        word = reading.tokens[place].word
        if word in _PREPOSITIONS:
            return "in" if word in _PLACE else word
    return ""


def _capital(text: str, token: Token) -> bool:
    return text[token.span.start].isupper()


def _is_name(reading: Reading, place: int) -> bool:
    token = reading.tokens[place]
    said = reading.text[slice(*token.span)]
    if len(said) == 1:
        return said.isupper() and reading.text[token.span.end : token.span.end + 1] == "."
    if token.word in _NOT_NAMES or said[0].isdigit():
        return False
    return said[0].isupper() or any(letter.isupper() for letter in said[1:]) or bool(_DRUG.fullmatch(token.word))


def _runs(reading: Reading, small: Set[str]) -> Iterator[tuple[int, int]]:
    """First and last token of each run of words with capitals; joiners hold a run together."""
    place, tokens = 0, reading.tokens
    while place < len(tokens):
        if not _is_name(reading, place):
            place += 1
            continue
        if tokens[place].word in small and not _DRUG.fullmatch(tokens[place].word):
            place += 1
            continue
        last = place
        while last - place < LONGEST and (step := _step(reading, last)) is not None:
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
        if _capital(reading.text, reading.tokens[place]) or reading.tokens[place].word not in JOINERS - {"and"}:
            return None
    return None


def _opens(reading: Reading, place: int) -> bool:
    """Whether a word opens a sentence, where a capital says nothing; a word in capitals is a name even there."""
    token = reading.tokens[place]
    said = reading.text[slice(*token.span)]
    if any(letter.isupper() for letter in said[1:]) or _DRUG.fullmatch(token.word):
        return False
    return bool(_STOP.search(reading.text[max(0, token.span.start - 8) : token.span.start]))


def _starts(reading: Reading, place: int) -> bool:
    """Whether a sentence begins here, or with the article before."""
    if place and reading.tokens[place - 1].word in ("the", "a", "an") and reading.between(place - 1, place) == " ":
        place -= 1
    start = reading.tokens[place].span.start
    return bool(_STOP.search(reading.text[max(0, start - 8) : start]))


def _next(reading: Reading, place: int, step: int, reach: int = 3) -> str:
    """The nearest content word on this side within ``reach`` words, with no mark between, or ""."""
    end = place
    for near in range(place + step, place + step * (reach + 1), step):
        if not 0 <= near < len(reading.tokens) or _MARK.search(reading.between(end, near)):
            return ""
        if stem := reading.tokens[near].stem:
            return stem
        end = near
    return ""
