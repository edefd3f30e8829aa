"""Transcripts among plain texts: lines with time codes, or with the names of those who speak."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from itertools import pairwise

from index.text.speakers import LABEL, is_role
from index.types import Section, Span
from ingest.readers.recordings.clock import CLOCK, MAX_CUES, SECTION_SECONDS, SENTENCE_END, SHORT_TURN, seconds

_LINE_TIME = re.compile(
    rf"\s{{0,8}}(?P<mark>[\[(]?){CLOCK}"
    r"(?:\s?(?:-{1,2}>|[-–])\s?(?:\d{1,3}:)?\d{1,2}:\d{1,2}(?:[.,]\d{1,3})?)?[\])]?(?P<rest>.{0,120})"
)
_NAMED_TIME = re.compile(
    rf"\s{{0,8}}(?P<name>[^\W\d_][\w.’' -]{{0,38}}?)[\s:,–-]{{1,4}}[\[(]?{CLOCK}[\])]?:?\s{{0,8}}$"
)
_DASH = re.compile(r"^\s{0,8}[-–—]\s{0,3}")  # before a speaker's name
_MIN_SHARE = 0.5  # of the paragraphs or lines that must carry a time (a guess)
_MIN_TIMES, _MIN_SPEAKERS, _MIN_TURNS = 3, 3, 8  # (guesses)
_ASKING = frozenset(["q", "a", "question", "answer"])  # labels of a list of questions, whose speakers are not named


@dataclass(frozen=True, slots=True)
class _Mark:
    """Where someone begins to speak. ``time``: in seconds; None where only the speaker is named.

    ``is_day_time``: it may be a time of the day: two numbers without brackets, the last of which 5 divides.
    """

    start: int
    time: float | None
    speaker: str
    is_day_time: bool = False


def transcript_sections(text: str) -> tuple[Section, ...]:
    """The sections of a transcript, by its time codes or else by its speakers; none for any other text."""
    lines = [(span, text[slice(*span)]) for span in _line_spans(text)]
    filled = [(span, line) for span, line in lines if line.strip()]
    if len(filled) < _MIN_TIMES or len(filled) > MAX_CUES:
        return ()
    timed = [mark for span, line in filled if (mark := _timed(span, line)) is not None]
    paragraphs = 1 + sum(not before[1].strip() and bool(line[1].strip()) for before, line in pairwise(lines))
    if len(timed) >= _MIN_TIMES and len(timed) >= _MIN_SHARE * min(len(filled), paragraphs) and _is_recording(timed):
        return tuple(_of_marks(text, timed))
    labelled = [
        _Mark(span.start, None, match[1]) for span, line in filled if (match := LABEL.match(_DASH.sub("", line)))
    ]
    changes = sum(before.speaker != after.speaker for before, after in pairwise(labelled))
    speakers = {mark.speaker for mark in labelled}
    are_enough = len(speakers) >= _MIN_SPEAKERS or _are_two(speakers)
    is_talk = are_enough and changes >= _MIN_TURNS and 3 * len(speakers) <= len(labelled)
    if is_talk and len(labelled) >= _MIN_SHARE * min(len(filled), paragraphs):
        return tuple(_of_marks(text, labelled))
    return ()


def _are_two(labels: Set[str]) -> bool:
    """Whether two labels are those of an interview: names in capitals or of two words, or a name and a part ("HOST").
    Fields that take turns ("Input:", "Output:") have neither."""
    if len(labels) != 2 or not _ASKING.isdisjoint(label.casefold() for label in labels):
        return False
    return any(map(is_role, labels)) or all(label.isupper() or " " in label for label in labels)


def _line_spans(text: str) -> Iterator[Span]:
    start = 0
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        yield Span(start, end)
        start = end + 1


def _timed(span: Span, line: str) -> _Mark | None:
    """The mark of a line that begins with a time code, or ends with one after a name."""
    match = _LINE_TIME.match(line)
    if match:
        rest = match["rest"].strip(" \t\r–-")
        label = LABEL.match(rest)
        is_name = not label and len(rest.split()) <= 4 and rest[:1].isupper() and not SENTENCE_END.search(rest)
        clock = match.groups()[1:5]
        speaker = label[1] if label else rest.rstrip(":") if is_name else ""
    else:
        match = _NAMED_TIME.fullmatch(line[:120])
        if not match:
            return None
        clock, speaker = match.groups()[1:5], match["name"]
    hours, minutes, rest_of_clock, fraction = clock
    is_marked = bool(hours or fraction or (match.groupdict().get("mark")))
    is_day_time = not is_marked and int(rest_of_clock) % 5 == 0
    return _Mark(span.start, seconds(hours, minutes, rest_of_clock, fraction), speaker.strip(), is_day_time)


def _is_recording(marks: Sequence[_Mark]) -> bool:
    """Whether the times nearly all rise, as those of a recording do, and are not those of a timetable."""
    if 5 * sum(mark.is_day_time for mark in marks) >= 4 * len(marks):
        return False
    falls = sum((after.time or 0) < (before.time or 0) for before, after in pairwise(marks))
    return 10 * falls <= len(marks)


def _of_marks(text: str, marks: Sequence[_Mark]) -> Iterator[Section]:
    """The sections of a transcript, the first without time where text stands above the first mark. A section begins
    with the first mark after some time, or where another speaks, unless it is short."""
    if text[: marks[0].start].strip():
        yield Section(Span(0, marks[0].start))
    section = Section(Span(marks[0].start, len(text)), marks[0].speaker or None, time=marks[0].time)
    speaker = marks[0].speaker
    for mark in marks[1:]:
        is_other = bool(mark.speaker) and mark.speaker != speaker
        is_later = mark.time is not None and not 0 <= mark.time - (section.time or 0) < SECTION_SECONDS
        speaker = mark.speaker or speaker
        if is_later or (is_other and mark.start - section.span.start >= SHORT_TURN):
            yield replace(section, span=Span(section.span.start, mark.start))
            section = Section(Span(mark.start, len(text)), speaker or None, time=mark.time)
        elif is_other:
            names = dict.fromkeys([*(section.heading or "").split(", "), speaker])
            section = replace(section, heading=", ".join(filter(None, names)))
    yield section
