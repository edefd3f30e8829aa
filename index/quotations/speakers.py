"""Whom a text has some of its words from: the label of the turn, or the naming beside the marks around them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from itertools import pairwise
from typing import NamedTuple

from index.quotations.draft_quotations import marked_spans
from index.quotations.people import SPEECH_VERB, NamedPerson, full_name, people
from index.text.segmentation import blocks
from index.text.speakers import LABEL
from index.types import Span

_MIN_TURNS = 3  # labelled lines that make a talk, if a label among them comes again (a guess)
_BACK = 3  # paragraphs before that of a quotation in which the one meant by "she" may be named (a guess)
_VERB = re.compile(rf"\b{SPEECH_VERB}\b(?! for\b)")
_ACCORDING = re.compile(r"\b[Aa]ccording\s+to\s+")
_LEADS_IN = re.compile(rf"(?:[:,—–-]|\b{SPEECH_VERB}|\bthat)\s*$")
_SENTENCE_END = re.compile(r"[.!?](?=\s|$)")
_ABBREVIATED = re.compile(r"(?:\b(?:Mrs?|Ms|Drs?|Profs?|Rev|Hon|Gen|Col|Capt|Lt|Sgt|Sen|Rep|Gov|St|Inc|Ltd)|\b[A-Z])$")
_PRONOUN = re.compile(r"\b(he|she)\b\W*(?:\w+ly\W*|has\W*|had\W*|also\W*|then\W*)?$|^\W*(he|she)\b", re.IGNORECASE)
_NARRATOR = re.compile(r"\b(?:I|we|they|it|you)\b\W*$|^\W*(?:I|we|they|it|you)\b", re.IGNORECASE)
_BEHALF = re.compile(r"\W*(?:an?|one|the|its|his|her|their)\s[^,;:]*?\b(?:of|for|from|to)\b[^,;:.]*")
_MAX_DESCRIPTION = 60  # characters; a longer one is not worth telling (a guess)


class Attribution(NamedTuple):
    """``speaker``: the name, the label or the description, as the text has it; "" where it tells none. ``admitted``:
    the words that tell it; a name that stands in them may be meant. ``is_own``: the words are neither in quotation
    marks nor in a labelled turn, so that they may be the author's."""

    speaker: str = ""
    admitted: str = ""
    is_own: bool = False


class Turns(NamedTuple):
    """The labelled lines of a talk: where each begins, and its label; empty for a text that is none."""

    starts: list[int]
    labels: list[str]


def turns(text: str) -> Turns:
    found = [
        (line.start(), match[1])
        for line in re.finditer(r"^[^\n]+", text, re.MULTILINE)
        if (match := LABEL.match(line[0]))
    ]
    again = Counter(label for _, label in found)
    if len(found) < _MIN_TURNS or len(again) < 2 or max(again.values()) < 2:
        return Turns([], [])
    return Turns([start for start, _ in found], [label for _, label in found])


def attribution(text: str, span: Span) -> Attribution:
    """Whom the words of a span are from. ``text``: with much of what stands around them."""
    talk = turns(text)
    turn = bisect_right(talk.starts, span.start) - 1
    if turn >= 0:
        return Attribution(talk.labels[turn], talk.labels[turn])
    return _Reading(text).read(span)


class _Reading:
    """A text with its paragraphs and what in it stands in quotation marks."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._blocks = list(blocks(text, Span(0, len(text))))
        self._marks = [marks for block in self._blocks for marks in marked_spans(text, block)]
        self._starts = [marks[0] for marks in self._marks]
        self._block_starts = [block.start for block in self._blocks]

    def read(self, span: Span) -> Attribution:
        number = bisect_right(self._starts, span.start) - 1
        if number >= 0 and span.start < self._marks[number][3]:
            return self._quoted(number) or Attribution()
        return self._reported(span)

    def _block_of(self, position: int) -> int:
        return max(0, bisect_right(self._block_starts, position) - 1)

    def _reported(self, span: Span) -> Attribution:
        """Of words that stand in no marks: whom their own sentence has them from ("Marsh said that …")."""
        block = self._blocks[self._block_of(span.start)]
        start = max([block.start, *(marks[3] for marks in self._marks if marks[3] <= span.start)])
        before = _last_sentence(self._text[start : span.start])
        after = _first_sentence(self._text[span.end : block.end])
        frame = before if _VERB.search(before) or _ACCORDING.search(before) else after
        known = self._from_frame(frame, span.start)
        return known._replace(admitted=f"{before}\n{after}", is_own=True) if known else Attribution(is_own=True)

    def _quoted(self, number: int) -> Attribution | None:
        """Of words in marks: from the words right before or after, else from those beside the quotation before."""
        start, _, last, end = self._marks[number]
        own = self._block_of(start)
        block = self._blocks[own]
        before_end = self._marks[number - 1][3] if number else 0
        following = self._starts[number + 1] if number + 1 < len(self._marks) else len(self._text)
        between = self._text[max(before_end, block.start) : start]
        before = _last_sentence(between)
        after = _first_sentence(self._text[end : min(following, block.end)])
        is_closed, stopped = last < end, self._text[last - 1] == "." or after[:1] == "."
        if _LEADS_IN.search(before) and (known := self._from_frame(before, start)):
            return known
        if not stopped and (known := self._from_frame(after, start, is_after=True)):
            return known
        if before.strip() and (known := self._from_frame(before, start)):
            return known
        goes_on = not is_closed and own + 1 < len(self._blocks) and following == self._block_starts[own + 1]
        if goes_on and (known := self._quoted_after(number + 1)):
            return known
        same_block = bool(number) and before_end > block.start
        was_open = bool(number) and self._marks[number - 1][2] == before_end
        if (same_block or was_open) and len(_sentences(between)) <= 1:
            return self._quoted(number - 1)
        return None

    def _quoted_after(self, number: int) -> Attribution | None:
        """From the words after a quotation of which this is a further paragraph."""
        block = self._blocks[self._block_of(self._marks[number][0])]
        after = _first_sentence(self._text[self._marks[number][3] : block.end])
        return self._from_frame(after, self._marks[number][0], is_after=True)

    def _from_frame(self, frame: str, position: int, *, is_after: bool = False) -> Attribution | None:
        """From the sentence around a quotation that begins at ``position``; None where nobody speaks in it."""
        according, verb = _ACCORDING.search(frame), _VERB.search(frame)
        if according:
            zone = frame[according.end() :]
        elif verb is None:
            return None
        elif re.search(r"\w", frame[: verb.start()]):
            zone = frame[: verb.start()]
        else:
            zone = frame[verb.end() :]
        speaker = self._speaker(zone, lone=True)
        if behalf := _BEHALF.match(zone):
            first = next(people(zone), None)
            if first is None or first.start < behalf.end():
                return Attribution(_description(behalf[0]), zone)
        if speaker:
            return Attribution(full_name(speaker.name, self._text), zone)
        if pronoun := _PRONOUN.search(zone):
            return self._meant((pronoun[1] or pronoun[2]).casefold(), position)
        if _NARRATOR.search(zone):
            return Attribution()
        described = _description(zone if not is_after else re.split(r"[,;:.]", zone.lstrip(" ,"))[0])
        return Attribution(described, self._text) if described else None

    def _speaker(self, zone: str, *, lone: bool = False) -> NamedPerson | None:
        found = list(people(zone)) or (list(people(zone, lone=True)) if lone else [])
        return found[0] if found else None

    def _meant(self, pronoun: str, position: int) -> Attribution:
        """Who is meant by "he" or "she" at a position: whom the sentence before names that names somebody. Whoever
        opens the paragraph may be meant too, and, where it is a paragraph further up, all that are named from there."""
        own = self._block_of(position)
        passed = ""
        for number in range(own, max(-1, own - _BACK - 1), -1):
            block = self._blocks[number]
            unquoted = self._unquoted(block, position)
            named = [(sentence, self._persons(sentence, pronoun)) for sentence in _sentences(unquoted)]
            named = [(sentence, persons) for sentence, persons in named if persons]
            passed = f"{unquoted}\n{passed}"
            if named:
                sentence, persons = named[-1]
                persons.sort(key=lambda person: person.pronoun == "")
                admitted = f"{named[0][0]}\n{sentence}" if number == own else passed
                return Attribution(full_name(persons[0].name, self._text), admitted)
        return Attribution()

    def _persons(self, sentence: str, pronoun: str) -> list[NamedPerson]:
        """The people of a sentence who may be meant; a lone name only where the text has it in full elsewhere, or where
        it is said to speak."""
        full = list(people(sentence))
        if not full:
            full = [
                person for person in people(sentence, lone=True) if full_name(person.name, self._text) != person.name
            ]
        return [person for person in full if person.pronoun in ("", pronoun)]

    def _unquoted(self, block: Span, end: int) -> str:
        """What of a paragraph stands in no marks, up to ``end``."""
        pieces, start = [], block.start
        for marks in self._marks[bisect_right(self._starts, block.start - 1) :]:
            if marks[0] >= min(block.end, end):
                break
            pieces.append(self._text[start : marks[0]])
            start = marks[3]
        pieces.append(self._text[start : min(block.end, end)])
        return " ".join(pieces)


def _sentences(text: str) -> list[str]:
    bounds = [0, *_sentence_ends(text), len(text)]
    return [text[start:end] for start, end in pairwise(bounds) if re.search(r"\w", text[start:end])]


def _last_sentence(text: str) -> str:
    """What a text has after its last sentence end."""
    return text[max(_sentence_ends(text), default=0) :]


def _first_sentence(text: str) -> str:
    return text[: min(_sentence_ends(text), default=len(text))]


def _sentence_ends(text: str) -> list[int]:
    ends = _SENTENCE_END.finditer(text)
    return [end.end() for end in ends if not _ABBREVIATED.search(text[max(0, end.start() - 8) : end.start()])]


def _description(zone: str) -> str:
    """Words such as "the harbour master"; "" for long ones, and for what is none."""
    described = " ".join(zone.split()).strip(" ,;:—–-")
    is_one = re.match(r"(?:an?|one|the|its|his|her|their)\s\w", described, re.IGNORECASE)
    return described[0].lower() + described[1:] if is_one and len(described) <= _MAX_DESCRIPTION else ""
