"""What a topic is called: noun phrases that stand in its passages as they are, and seldom in the others'."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import log, log2

from index.text.analysis import stem
from index.text.nouns import COUNTING, SHORTEST, WORD, Nouns

_LONGEST = 3  # words of a label
_TERMS = 4
_HEADED, _NAMED = 2.0, 0.7  # what standing in a heading multiplies a phrase's worth by, and being a name
_LONGER = 0.75  # what each word beyond the first adds to it

Form = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LabelledPassage:
    """A passage to label from: ``source`` tells those of one source together, ``heading`` is its own or the title."""

    text: str
    source: int
    heading: str = ""


@dataclass(slots=True)
class _Seen:
    """How a topic's passages write a phrase, how many of them; which sources have it, and how many headings."""

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
    """For each topic its most telling phrases, the best first; no two topics begin with the same. Where the texts show
    no nouns (in another language), single words of any kind. Empty for a topic without a word of its own."""
    nouns = Nouns(said.text for topic in topics for said in topic)
    seen = [_seen(topic, nouns) or _seen(topic, None) for topic in topics]
    everywhere: Counter[Form] = Counter()
    for one in seen:
        everywhere.update({form: found.passages for form, found in one.items()})
    total = sum(map(len, topics))
    taken: set[Form] = set()
    found = []
    for one, topic in zip(seen, topics, strict=True):
        others = total - len(topic)
        worth = {
            form: _worth(form, had, len(topic), everywhere[form] - had.passages, others) for form, had in one.items()
        }
        found.append(_best(one, worth, taken))
    return found


def _seen(topic: Sequence[LabelledPassage], nouns: Nouns | None) -> dict[Form, _Seen]:
    found: dict[Form, _Seen] = {}
    for said in topic:
        heading = {form for _, form in _phrases(said.heading, nouns)}
        for form, phrase in {form: phrase for phrase, form in _phrases(said.text, nouns)}.items():
            one = found.setdefault(form, _Seen())
            one.written[phrase] += 1
            one.sources.add(said.source)
            one.headed += form in heading
    return {form: one for form, one in found.items() if nouns is None or not _lone(one, nouns)}


def _lone(seen: _Seen, nouns: Nouns) -> bool:
    """A single name says little, unless several sources or a heading have it."""
    phrase = next(iter(seen.written))
    if " " in phrase or not nouns.is_name(phrase):
        return False
    return nouns.begins_name(phrase) or (len(seen.sources) < 2 and not seen.headed)


def _worth(form: Form, seen: _Seen, size: int, elsewhere: int, others: int) -> float:
    if seen.passages < 2 < size:
        return 0
    share = seen.passages / size
    telling = max(log(share / ((elsewhere + 0.5) / (others + 1))), 0)
    weight = (_HEADED if seen.headed else 1) * (_NAMED if seen.is_name else 1) * (1 + _LONGER * (len(form) - 1))
    return share * float(telling**1.5) * log2(1 + len(seen.sources)) * weight


def _best(seen: dict[Form, _Seen], worth: dict[Form, float], taken: set[Form]) -> tuple[str, ...]:
    """None has a word of a better one."""
    chosen: list[Form] = []
    for form in sorted(seen, key=lambda form: (-worth[form], form)):
        if len(chosen) == _TERMS or worth[form] <= 0:
            break
        if not any(set(form) & set(one) for one in chosen) and (chosen or form not in taken):
            chosen.append(form)
    taken.update(chosen[:1])
    written = (seen[form].written for form in chosen)
    return tuple(max(one.items(), key=lambda item: (item[1], item[0].islower(), item[0]))[0] for one in written)


def _phrases(text: str, nouns: Nouns | None) -> Iterator[tuple[str, Form]]:
    """One to three words in a row that can be a noun with what stands before it, as written and as matched."""
    words = [(*match.span(), match[0], _form(match[0])) for match in WORD.finditer(text)]
    for last in range(len(words)):
        if nouns is None and words[last][3]:
            yield words[last][2], (words[last][3],)
        if nouns is None or not words[last][3] or not nouns.heads(words[last][2]):
            continue
        for first in range(last, max(-1, last - _LONGEST), -1):
            start, end, word, form = words[first]
            if not form or not (first == last or _joined(nouns, word, text[end : words[first + 1][1]])):
                break
            yield text[start : words[last][1]], tuple(one[3] for one in words[first : last + 1])


def _joined(nouns: Nouns, word: str, behind: str) -> bool:
    """A word may stand before the next: not a small one before a name, which often begins something else."""
    return (
        nouns.modifies(word) and behind[0] == " " and behind[1:2].isalpha() and word[0].isupper() >= behind[1].isupper()
    )


def _form(word: str) -> str:
    """How a word of a phrase is matched; "" for one that cannot be in it."""
    small = word.lower()
    if len(word) < SHORTEST or small in COUNTING or small.endswith(("'s", "’s")):
        return ""
    return stem(word) or ""
