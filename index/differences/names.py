"""Where names differ: a name that the other text lacks, against one with the same neighbours in its sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from index.differences.acronyms import JOINERS, MIN_LETTERS, long_form, spelled_out
from index.differences.matching import MAX_PAIRS, SAME_ROLE, conflicting_pairs, context_nearness
from index.differences.name_words import are_rivals, are_spellings, share_word, spelled_alike
from index.differences.places import PlacePath, holds_others, lies_in, paths_in, place_path
from index.differences.swapped_values import Sides, elsewhere, swapped
from index.differences.tokens import CLOSE, Token, TokenizedText, are_close, one_covers_other, read_once
from index.differences.types import Difference, DifferenceKind, Fit, Mention
from index.text.lexicon import MONTHS, WEEKDAYS
from index.types import Span

# Capitalised words that are no names.
NOT_NAMES = frozenset(
    (
        *MONTHS,
        *WEEKDAYS,
        *(  # noqa: SIM905
            "i mr mrs ms dr prof sir lord lady professor president the "
            "a an in on at he she it they we his her its their this that these those and but or if as for of to "
            "by with from when while after before although however there what who which where how why not no yes "
            "also both each all some many most"
        ).split(),
    )
)
# Endings of the names of drugs, which are written in small letters.
_DRUG = re.compile(
    r"\w{2,}(?:mab|nib|statin|pril|olol|cillin|conazole|prazole|sartan|mycin|floxacin|platin|taxel|rubicin|vir|gliptin|"
    r"gliflozin|glutide|semide|thiazide|zosin|triptan|setron|lukast|parin|xaban|azepam|barbital|caine|oxetine|idone|"
    r"apine|trexate|ciclib|tinib|ciclovir|cycline|bicin|zolamide|formin|profen|proxen|cetamol|codone|morphone|fentanil|steride|dronate)$"
)
MAX_WORDS = 8  # words of a name; a longer run of capitalised words is cut (a guess)
MAX_ABBREVIATION = 4  # letters of a word that a full stop may shorten within a name (a guess)
_MARK = re.compile(r"[^\s\w'’\"“”-]")
_PREPOSITIONS = frozenset(
    (  # noqa: SIM905
        "in by at from with for to of on under against into near between through"
    ).split()
)
_LOCATIVE = frozenset(["in", "at", "from", "near"])  # all are read as "in"
_TELLING = frozenset(["in", "by"])  # the others join too many roles
_PEOPLE = re.compile(
    r".*(?:[^aeiou]ian|ean|ican|german|roman|norman|ish|ese|tani|raqi|aeli|audi)|dutch|french|greek|swiss|thai|czech|welsh|us|uk"
)
CATEGORIES = ("name", "people", "drug")
_SENTENCE_START = re.compile(r"(?<!\b[A-Z])[.!?]['\"”’)]*\s+$|^\s*['\"“‘(]*$")
_TITLE_CASE = 0.75  # share of capitalised words above which a text is a heading and has no names (a guess)


@dataclass(frozen=True, slots=True)
class Name:
    """``words``: folded, without joiners. ``before`` and ``after``: the nearest content words on either side.
    ``preposition``: the one before the name. ``category``: only names of one category are compared. ``opens``: it is
    the first word of the sentence. ``adjacent``: the content words directly before and after it. A word that is missing
    is "". ``path``: of a place or a people, else empty."""

    words: tuple[str, ...]
    before: str
    after: str
    preposition: str
    category: str
    opens: bool
    adjacent: tuple[str, str]
    path: PlacePath = ()


@lru_cache(maxsize=256)
def unknown_names(
    reading: TokenizedText, other: TokenizedText, min_letters: int = MIN_LETTERS, *, around: bool = True
) -> Sequence[Mention[Name]]:
    """The names of ``reading`` that ``other`` does not have in any form, as an acronym or spelled out, and neither as a
    place that lies in it, nor (``around``) as one that it lies in. ``min_letters``: of an acronym. Cached, as several
    detectors ask."""
    small = reading.lowercase_words | other.lowercase_words
    own_names = names(reading) if small.isdisjoint(_first_words(reading)) else names(reading, small)
    if not own_names:
        return []
    spelled_spans = spelled_out(reading, other, min_letters)[0]
    acronyms = spelled_out(other, reading, min_letters)[1]
    other_names, paths = [name.value for name in names(other)], paths_in(other)
    return [
        name
        for name in own_names
        if not _is_known(name.value, other, other_names)
        and not any(lies_in(path, name.value.path) for path in paths)
        and not (around and any(lies_in(name.value.path, path) for path in paths))
        and not acronyms.issuperset(name.value.words)
        and not any(name.span.meets(span) for span in spelled_spans)
    ]


def missing(reading: TokenizedText, other: TokenizedText) -> list[Mention[Name]]:
    """Like ``unknown_names``, but more counts as the same name: acronyms of two letters, other spellings, and acronyms
    of words in small letters."""
    other_names = [name.value for name in names(other)]
    return [
        name
        for name in unknown_names(reading, other, 2, around=False)
        if not any(_says(other_name, name.value) for other_name in other_names)
        and not any(long_form(word, other) for word in name.value.words)
    ]


def _says(other: Name, name: Name) -> bool:
    """Whether ``other`` is another way of writing a name; a place around it says less."""
    is_around = other.path != name.path and lies_in(name.path, other.path)
    return fit(name, other) is Fit.EQUAL and not is_around


def differing(
    draft: TokenizedText, source: TokenizedText, unknown_names: tuple[Sequence[Mention[Name]], Sequence[Mention[Name]]]
) -> Iterator[Difference]:
    """The differences between ``unknown_names``: those of the draft and those of the source that the other lacks."""
    covered, close = one_covers_other(draft, source), are_close(draft, source)
    shares = _share_without(draft, unknown_names[0], source), _share_without(source, unknown_names[1], draft)
    most_is_there = max(shares) >= CLOSE
    alone = {category for category in CATEGORIES if covered and all(_has_one(side, category) for side in unknown_names)}

    def role(left: Mention[Name], right: Mention[Name]) -> float:
        category, is_covered = left.value.category, covered or (close and left.value.category == "people")
        return max(
            _role(left, right, covered=is_covered, alone=category in alone),
            _like_role(left, right, close=most_is_there),
        )

    located = _in_or_by(draft), _in_or_by(source)
    for left, right, _ in (
        *conflicting_pairs(unknown_names[0], unknown_names[1], fit, role),
        *swapped(Sides(draft, source, *located, fit)),
        *elsewhere(Sides(draft, source, _at_or_in(located[0]), _at_or_in(located[1]), fit)),
    ):
        note = f"{draft.text[slice(*left.span)]} against {source.text[slice(*right.span)]}"
        yield Difference(DifferenceKind.NAME, left.span, right.span, note)


def spellings(draft: TokenizedText, source: TokenizedText) -> Iterator[Difference]:
    """Full names that differ in a few letters of the given name. They do not count: it may be one person."""
    own, others = names(draft), names(source)
    known = {name.value.words for name in own} & {name.value.words for name in others}
    for left, right in product(own, others) if len(own) * len(others) <= MAX_PAIRS else ():
        pair = left.value.words, right.value.words
        if known.isdisjoint(pair) and are_spellings(*pair):
            note = f"{draft.text[slice(*left.span)]} against {source.text[slice(*right.span)]}"
            yield Difference(DifferenceKind.NAME, left.span, right.span, note, compatible=True)


def _in_or_by(reading: TokenizedText) -> list[Mention[Name]]:
    """The names with a telling preposition, which may have changed places: "born in Bonn, died in Rome"."""
    return [name for name in names(reading) if name.value.preposition in _TELLING]


def _at_or_in(names: Sequence[Mention[Name]]) -> list[Mention[Name]]:
    """The places, by the word before them."""
    return [name for name in names if name.value.preposition in ("at", "in")]


def _share_without(reading: TokenizedText, names: Sequence[Mention[Name]], other: TokenizedText) -> float:
    """The share of stems, without those of the names, that the other text has; 1 where there are no others."""
    own = {token.stem for name in names for token in reading.tokens_in(name.span)}
    rest = reading.stems - own
    return len(rest & other.stems) / len(rest) if rest else 1.0


def _has_one(mentions: Sequence[Mention[Name]], category: str) -> bool:
    """Whether exactly one of the names is of the category."""
    return sum(mention.value.category == category for mention in mentions) == 1


def fit(left: Name, right: Name) -> Fit:
    """How two names compare. Acronyms and initials are equal to what they stand for."""
    is_country_and_no_place = bool(left.path) != bool(right.path) and holds_others(left.path or right.path)
    if left.category != right.category or is_country_and_no_place:
        return Fit.INCOMPARABLE
    if left.path and right.path:
        same_place = lies_in(left.path, right.path) or lies_in(right.path, left.path)
        return Fit.EQUAL if same_place else Fit.CONTRADICTING
    if share_word(left.words, right.words):
        return Fit.CONTRADICTING if are_rivals(left.words, right.words) else Fit.EQUAL
    same = _is_acronym_of(left, right) or _is_acronym_of(right, left) or spelled_alike(left.words, right.words)
    return Fit.EQUAL if same else Fit.CONTRADICTING


def _is_acronym_of(short: Name, long: Name) -> bool:
    letters = "".join(short.words) if len(short.words) == 1 else ""
    return len(letters) > 1 and letters == "".join(word[0] for word in long.words)


def _is_known(name: Name, other: TokenizedText, other_names: Sequence[Name]) -> bool:
    """Whether the other text has all words of the name, or words with their first four letters ("Armenia", "Armenian");
    or some of them, and one at least of its names with such a word may be the same ("Curie" for "Marie Curie")."""
    known = [word in other.words or word[:4] in other.prefixes for word in name.words if len(word) > 1]
    if all(known) or not any(known):
        return any(known)
    sharing = [other_name for other_name in other_names if share_word(name.words, other_name.words)]
    return not sharing or not all(are_rivals(name.words, other_name.words) for other_name in sharing)


def _role(left: Mention[Name], right: Mention[Name], *, covered: bool, alone: bool) -> float:
    """How much two names play one role; 0 if they do not.

    They play one if both are adjacent to the same content word; or if both open their sentence or neither does, both
    follow the same preposition or none, and the nearest content word on one side is the same. ``covered`` (the rest of
    one text is all in the other): the nearest word need not be the same. ``alone`` (in addition, no other name of the
    category is left over): one of the two may also lack the preposition.
    """
    first, second = left.value, right.value
    nearness = context_nearness(left, right)
    if any(map(_same_word, first.adjacent, second.adjacent)):
        return nearness
    if first.opens != second.opens or (
        first.preposition != second.preposition and not (alone and "" in (first.preposition, second.preposition))
    ):
        return 0.0
    if alone or covered:
        return max(nearness, SAME_ROLE)
    return nearness if _same_word(first.before, second.before) or _same_word(first.after, second.after) else 0.0


def _like_role(left: Mention[Name], right: Mention[Name], *, close: bool) -> float:
    """The least nearness of one role where both names follow one preposition or one word and are of one kind: names
    that have a word in common, or, in ``close`` texts, two places or names of as many words. 0 elsewhere."""
    first, second = left.value, right.value
    is_one_kind = bool(first.path and second.path) or (len(first.words) > 1) == (len(second.words) > 1)
    if not (share_word(first.words, second.words) or (close and is_one_kind)):
        return 0.0
    same_preposition = first.preposition in _TELLING and first.preposition == second.preposition
    return SAME_ROLE if same_preposition or _same_word(first.before, second.before) else 0.0


def _same_word(left: str, right: str) -> bool:
    return bool(left) and left == right


@lru_cache(maxsize=4096)
def names(reading: TokenizedText, lowercase_words: frozenset[str] = frozenset()) -> Sequence[Mention[Name]]:
    """Runs of capitalised words, in order; empty for a heading. A lone word that opens a sentence is no name. No run
    starts with one of ``lowercase_words``, words that also occur in small letters. Cached, as several detectors ask."""
    if _is_heading(reading):
        return []
    mentions = []
    for first, last in _runs(reading, lowercase_words):
        words = tuple(token.word for token in reading.tokens[first : last + 1] if token.word not in JOINERS)
        if not words:
            continue
        span = Span(reading.tokens[first].span.start, reading.tokens[last].span.end)
        neighbours = _neighbour(reading, first, -1), _neighbour(reading, last, 1), _preposition(reading, first)
        name = Name(
            words,
            *neighbours,
            category=_category(words),
            opens=_begins_sentence(reading, first),
            adjacent=(_neighbour(reading, first, -1, 1), _neighbour(reading, last, 1, 1)),
            path=place_path(words),
        )
        mentions.append(Mention(span, name, reading.context(span)))
    return mentions


@read_once
def _first_words(reading: TokenizedText) -> frozenset[str]:
    """The words, folded, that names begin with; if none of them occurs in small letters, the names stay as they are."""
    return frozenset(reading.tokens[first].word for first, _ in _runs(reading, frozenset()))


@read_once
def _is_heading(reading: TokenizedText) -> bool:
    """Whether nearly all words are capitals, and it does not end as a sentence with a word in small letters does."""
    capitalised = sum(_is_capitalised(reading.text, token) for token in reading.tokens)
    is_sentence = reading.text.rstrip().endswith(".") and bool(reading.stems & reading.plain_stems)
    return not is_sentence and capitalised > max(3.0, _TITLE_CASE * len(reading.tokens))


def _category(words: Sequence[str]) -> str:
    if len(words) > 1:
        return "name"
    return "drug" if _DRUG.fullmatch(words[0]) else "people" if _PEOPLE.fullmatch(words[0]) else "name"


def _preposition(reading: TokenizedText, first: int) -> str:
    """The preposition before a name, at most two words further on; "in" for all of place, "" if there is none."""
    for index in range(first - 1, max(-1, first - 4), -1):
        gap = reading.text[reading.tokens[index].span.end : reading.tokens[index + 1].span.start]
        if gap.strip():
            return ""
        word = reading.tokens[index].word
        if word in _PREPOSITIONS:
            return "in" if word in _LOCATIVE else word
    return ""


def _is_capitalised(text: str, token: Token) -> bool:
    return text[token.span.start].isupper()


@read_once
def _name_tokens(reading: TokenizedText) -> list[bool]:
    """Of each token whether it may be part of a name: a capitalised word, an initial with a full stop, or a drug."""
    return [_is_name(reading, token) for token in reading.tokens]


def _is_name(reading: TokenizedText, token: Token) -> bool:
    written = reading.text[slice(*token.span)]
    if len(written) == 1:
        return written.isupper() and reading.text[token.span.end : token.span.end + 1] == "."
    if token.word in NOT_NAMES or written[0].isdigit():
        return False
    return written[0].isupper() or any(letter.isupper() for letter in written[1:]) or bool(_DRUG.fullmatch(token.word))


def _runs(reading: TokenizedText, lowercase_words: Set[str]) -> Iterator[tuple[int, int]]:
    """First and last token of each run of words that may be a name; joiners hold a run together."""
    index, tokens, is_name = 0, reading.tokens, _name_tokens(reading)
    while index < len(tokens):
        if not is_name[index]:
            index += 1
            continue
        if tokens[index].word in lowercase_words and not _DRUG.fullmatch(tokens[index].word):
            index += 1
            continue
        last = index
        while last - index < MAX_WORDS and (following := _next_in_run(reading, last)) is not None:
            last = following
        if last > index or not _is_sentence_capital(reading, index):
            yield index, last
        index = last + 1


def _next_in_run(reading: TokenizedText, last: int) -> int | None:
    """The next word of the run, after one joiner at most; None where the run ends."""
    for step in (1, 2):
        index = last + step
        if index >= len(reading.tokens):
            return None
        gap = reading.text[reading.tokens[index - 1].span.end : reading.tokens[index].span.start]
        if gap.strip(" -.&\n") or len(gap) > 3 or ("." in gap and _ends_sentence(reading, index - 1)):
            return None
        if _name_tokens(reading)[index]:
            return index
        if _is_capitalised(reading.text, reading.tokens[index]) or reading.tokens[index].word not in JOINERS - {"and"}:
            return None
    return None


def _ends_sentence(reading: TokenizedText, index: int) -> bool:
    """Whether a full stop after this token ends a sentence: it is too long for an initial or a title ("Capt.")."""
    return len(reading.tokens[index].word) > MAX_ABBREVIATION


def _is_sentence_capital(reading: TokenizedText, index: int) -> bool:
    """Whether a word has its capital because it opens a sentence. A word with further capitals, a drug, or a country is
    a name even there."""
    token = reading.tokens[index]
    written = reading.text[slice(*token.span)]
    path = place_path([token.word])
    is_country = bool(path) and holds_others(path)
    if any(letter.isupper() for letter in written[1:]) or _DRUG.fullmatch(token.word) or is_country:
        return False
    return bool(_SENTENCE_START.search(reading.text[max(0, token.span.start - 8) : token.span.start]))


def _begins_sentence(reading: TokenizedText, index: int) -> bool:
    """Whether a sentence begins with this token, or with an article before it."""
    if index and reading.tokens[index - 1].word in ("the", "a", "an") and reading.text_between(index - 1, index) == " ":
        index -= 1
    start = reading.tokens[index].span.start
    return bool(_SENTENCE_START.search(reading.text[max(0, start - 8) : start]))


def _neighbour(reading: TokenizedText, index: int, step: int, reach: int = 3) -> str:
    """The stem of the nearest content word before (``step`` -1) or after (1) a token, within ``reach`` words and no
    punctuation between them; "" if there is none."""
    previous = index
    for candidate in range(index + step, index + step * (reach + 1), step):
        if not 0 <= candidate < len(reading.tokens) or _MARK.search(reading.text_between(previous, candidate)):
            return ""
        if stem := reading.tokens[candidate].stem:
            return stem
        previous = candidate
    return ""
