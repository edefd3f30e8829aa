"""Labels for topics: noun phrases as they stand in the topic's passages, frequent there and rare in other topics; those
that stand in titles and headings first."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from math import log, log2

from index.text.analysis import LIGHT_WORDS, stem
from index.text.nouns import COUNTING, SHORTEST, Nouns, words_and_gaps

_MAX_WORDS = 3  # words of a phrase (a guess)
_TERMS = 4  # phrases of a topic
_HEADING_FACTOR, _NAME_FACTOR = 2.0, 0.7  # for the score of a phrase in a heading, and of a name (a guess)
_HEADED = 0.1  # share of a topic's passages whose title or heading has a phrase, from which it comes first (a guess)
_WORD_BONUS = 0.75  # share of its score that each word beyond the first adds (a guess)

_NO_SUBJECT = COUNTING | LIGHT_WORDS | {"said", "told", "added", "asked"}

Form = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LabelledPassage:
    """A passage to take labels from. ``source``: the number of its document; ``heading``: the title, and its own."""

    text: str
    source: int
    heading: str = ""


@dataclass(slots=True)
class _Phrase:
    """A phrase in a topic. ``written``: its spellings, each with the number of passages; ``sources``: documents that
    have it; ``headed``: passages that have it in their heading as well."""

    written: Counter[str] = field(default_factory=Counter)
    sources: set[int] = field(default_factory=set)
    headed: int = 0

    @property
    def passages(self) -> int:
        return self.written.total()

    @property
    def is_name(self) -> bool:
        return all(word[0].isupper() for phrase in self.written for word in phrase.split())


def terms(topics: Sequence[Sequence[LabelledPassage]]) -> list[tuple[str, ...]]:
    """For each topic its most specific phrases, the best first; no two topics begin with the same. Single words of any
    kind where a topic shows no nouns (in another language). Empty for a topic without a word of its own."""
    nouns = Nouns(passage.text for topic in topics for passage in topic)
    words, any_words = _Words(nouns), _Words(None)
    phrases_of = [_phrases(topic, words, nouns) or _phrases(topic, any_words, None) for topic in topics]
    totals: Counter[Form] = Counter()
    for phrases in phrases_of:
        totals.update({form: phrase.passages for form, phrase in phrases.items()})
    passages = sum(map(len, topics))
    used: set[Form] = set()
    labels = []
    for phrases, topic in zip(phrases_of, topics, strict=True):
        others = passages - len(topic)
        scores = {
            form: _score(form, phrase, len(topic), totals[form] - phrase.passages, others)
            for form, phrase in phrases.items()
        }
        least = max(2, _HEADED * len(topic))
        titled = {form for form, phrase in phrases.items() if phrase.headed >= least}
        labels.append(_best(phrases, scores, titled, used))
    return labels


def _phrases(topic: Sequence[LabelledPassage], words: _Words, nouns: Nouns | None) -> dict[Form, _Phrase]:
    """The phrases of a topic; single words of any kind without ``nouns``."""
    phrases: defaultdict[Form, _Phrase] = defaultdict(_Phrase)
    forms_of = {heading: {form for _, form in _candidates(heading, words)} for heading in {p.heading for p in topic}}
    for passage in topic:
        in_heading = forms_of[passage.heading]
        for form, spelling in {form: spelling for spelling, form in _candidates(passage.text, words)}.items():
            phrase = phrases[form]
            phrase.written[spelling] += 1
            phrase.sources.add(passage.source)
            phrase.headed += form in in_heading
    return {form: phrase for form, phrase in phrases.items() if nouns is None or not _is_lone_name(phrase, nouns)}


def _is_lone_name(phrase: _Phrase, nouns: Nouns) -> bool:
    """Whether a phrase is a single name that makes a poor label: a first name always, another name unless several
    sources or a heading have it."""
    spelling = next(iter(phrase.written))
    if " " in spelling or not nouns.is_name(spelling):
        return False
    return nouns.begins_name(spelling) or (len(phrase.sources) < 2 and not phrase.headed)


def _score(form: Form, phrase: _Phrase, size: int, elsewhere: int, others: int) -> float:
    """0 or more. ``size``: passages of the topic; ``elsewhere``: passages of other topics that have the phrase, of
    ``others`` in all."""
    if phrase.passages < 2 < size:
        return 0
    share = phrase.passages / size
    specificity = max(log(share / ((elsewhere + 0.5) / (others + 1))), 0)
    factor = (
        (_HEADING_FACTOR if phrase.headed else 1)
        * (_NAME_FACTOR if phrase.is_name else 1)
        * (1 + _WORD_BONUS * (len(form) - 1))
    )
    return share * float(specificity**1.5) * log2(1 + len(phrase.sources)) * factor


def _best(
    phrases: dict[Form, _Phrase], scores: dict[Form, float], titled: set[Form], used: set[Form]
) -> tuple[str, ...]:
    """The best phrases, those of ``titled`` first, no two with a common word, the first not in ``used``, to which it is
    added."""
    chosen: list[Form] = []
    scored = [form for form in phrases if scores[form] > 0]
    for form in sorted(scored, key=lambda form: (form not in titled, -scores[form], form)):
        if len(chosen) == _TERMS:
            break
        if not any(set(form) & set(better) for better in chosen) and (chosen or form not in used):
            chosen.append(form)
    used.update(chosen[:1])
    spellings = (phrases[form].written for form in chosen)
    return tuple(max(counts.items(), key=lambda item: (item[1], item[0].islower(), item[0]))[0] for counts in spellings)


@dataclass(frozen=True, slots=True)
class _Word:
    """What is asked of a word wherever it stands. ``form``: its stem, "" where it cannot be part of a phrase."""

    form: str
    heads: bool
    modifies: bool
    is_capitalised: bool
    is_in_capitals: bool


class _Words(dict[str, _Word]):
    """The words of all topics, each judged once."""

    def __init__(self, nouns: Nouns | None) -> None:
        self._nouns = nouns

    def __missing__(self, word: str) -> _Word:
        form, nouns = _form(word), self._nouns
        heads, modifies = (nouns.heads(word), nouns.modifies(word)) if nouns and form else (bool(form), False)
        self[word] = known = _Word(form, heads, modifies, word[0].isupper(), word.isupper())
        return known


def _candidates(text: str, words: _Words) -> Iterator[tuple[str, Form]]:
    """Each run of one to three words that can be a noun with its modifiers, as written and as stems."""
    written, gaps = words_and_gaps(text)
    known = [words[word] for word in written]
    for last, noun in enumerate(known):
        if not noun.heads or _is_speaker(noun, gaps[last]):
            continue
        spelling = written[last]
        form: Form = (noun.form,)
        yield spelling, form
        for first in range(last - 1, max(-1, last - _MAX_WORDS), -1):
            if not _is_modifier(known[first], gaps[first], known[first + 1], written[first + 1]):
                break
            spelling, form = f"{written[first]} {spelling}", (known[first].form, *form)
            yield spelling, form


def _is_modifier(word: _Word, gap: str, following: _Word, written: str) -> bool:
    """Whether a word may belong to the phrase of the next, which is ``written`` so. A lower-case word before a name may
    not: often the name begins something else."""
    return word.modifies and gap == " " and written[0].isalpha() and word.is_capitalised >= following.is_capitalised


def _is_speaker(word: _Word, gap: str) -> bool:
    """Whether a word says whose turn it is: "QUESTION: Does it …"."""
    return word.is_in_capitals and gap.startswith(":")


@lru_cache(maxsize=16384)
def _form(word: str) -> str:
    """The stem by which a word of a phrase is matched; "" for a word that cannot be part of a phrase."""
    lower = word.lower()
    if len(word) < SHORTEST or lower in _NO_SUBJECT or lower.endswith(("'s", "’s")):
        return ""
    return stem(word) or ""
