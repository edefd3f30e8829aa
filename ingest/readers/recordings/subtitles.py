"""Subtitles (SRT, VTT) to running text: the cues joined to paragraphs, in sections that know when they begin."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from index.errors import ReadError
from index.text.raised import TAG as RAISED_TAG
from index.text.raised import from_tag
from index.types import Origin, Section, Span
from ingest.encoding import decode
from ingest.metadata.origin import with_origin
from ingest.metadata.untitled import titled
from ingest.readers.office.properties import one_line
from ingest.readers.plain import require_text
from ingest.readers.recordings.clock import CLOCK, MAX_CUES, SECTION_SECONDS, SENTENCE_END, SHORT_TURN, seconds
from ingest.types import Extract, Metadata, Reading

_LONGEST_SECTION = 90.0  # seconds after which it ends anyway (a guess)
_OVERLAP = 0.5  # seconds that cues may overlap without a warning (a guess)
_REPEATED_WORDS = 3  # words in a row that are not said twice by chance (a guess)
_PAUSE = 4.0  # seconds without a cue that end a section of some length (a guess)
_TIMING = re.compile(rf"\s*{CLOCK}\s*-{{1,2}}>\s*{CLOCK}(?:[ \t].*)?")
_VOICE = re.compile(r"<v(?:\.[^\s>]{0,50})?[ \t]+([^>]{1,100})>")
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,200}>|<\d{1,3}:[\d:.,]{1,12}>|\{\\[^{}]{0,100}\}|\{[a-zA-Z]:[^{}]{0,100}\}")
_HEADER = re.compile(r"\s{0,9}WEBVTT[ \t]+(?:-+[ \t]*)?(\S.{0,300})")  # what may stand after it is a title
_NOT_CUES = re.compile(r"(?:NOTE|STYLE|REGION)\b(?!.*-->)")
_TURN = r"(?:[-–—‐−]|>>)\s{0,3}"  # before what another says
_UNNAMED = "–"  # who speaks after such a mark alone
_UNNAMED_TURN = re.compile(rf"{_TURN}(?=[^\W_])")
_TURNS_IN_A_CUE = re.compile(rf"^{_TURN}[^\W_].*\n(?:.+\n)?{_TURN}[^\W_]", re.MULTILINE)
_SPEAKER = re.compile(rf"(?:{_TURN})?([^\W\d_][\w.’' -]{{0,38}}):\s+(?=\S)")


@dataclass(frozen=True, slots=True)
class Cue:
    """What is said from ``start`` to ``end``, in seconds. ``speaker``: "" when the cue does not say that one begins."""

    start: float
    end: float
    text: str
    speaker: str = ""


def read_subtitles(data: bytes, name: str) -> Reading:
    """The cues joined to paragraphs by speaker and time, each a section that knows when it begins. Raises ReadError."""
    decoded = decode(data, name)
    require_text(decoded.text, name)
    warnings: list[str] = []
    notes: list[str] = []
    shown = list(_cues(decoded.text, warnings, notes))
    cues = list(_without_repeated(shown))
    if not cues:
        raise ReadError(f"{name} holds no subtitles: a line like 00:00:01,000 --> 00:00:02,000 must stand above each.")
    text, sections = _joined(list(_turns(cues)))
    warnings += _oddities(shown)
    title = _HEADER.match(decoded.text)
    metadata = with_origin(Origin.FORMAT, Metadata(title=one_line(title[1]))) if title else Metadata()
    extract = Extract(text, metadata, tuple(sections), warnings=tuple(warnings), left_out=tuple(notes))
    return Reading((titled(extract, name),), decoded.encoding, decoded.guessed, warnings=decoded.warnings)


def _cues(text: str, warnings: list[str], notes: list[str]) -> Iterator[Cue]:
    """The cues in the order of the file. Numbers of cues may be missing; remarks are added to ``notes``."""
    count = 0
    text = RAISED_TAG.sub(from_tag, text.replace("\r\n", "\n").replace("\r", "\n"))
    has_turns = _TURNS_IN_A_CUE.search(_TAG.sub("", text)) is not None
    for lines in _blocks(text):
        timing = next((i for i, line in enumerate(lines[:3]) if _TIMING.fullmatch(line)), None)
        if timing is None or _NOT_CUES.match(lines[0]):
            notes += [one_line(" ".join(lines).removeprefix("NOTE"))] if lines[0].startswith("NOTE") else []
            continue
        match = _TIMING.fullmatch(lines[timing])
        count += 1
        if match is None or count > MAX_CUES:
            warnings += [f"only the first {MAX_CUES} cues were read: split the file"] * (count == MAX_CUES + 1)
            continue
        groups = match.groups()
        start, end = seconds(*groups[:4]), seconds(*groups[4:])
        yield from _of_lines(start, end, lines[timing + 1 :], has_turns=has_turns)


def _blocks(text: str) -> Iterator[list[str]]:
    """The lines between blank lines; a new timing also begins a block, for files that lost their blank lines."""
    block: list[str] = []
    for line in [*text.split("\n"), ""]:
        has_timing = _TIMING.fullmatch(line) is not None
        if has_timing and any(_TIMING.fullmatch(earlier) for earlier in block):
            number = block.pop() if block[-1].strip().isdigit() else ""
            yield block
            block = [number] if number else []
        if line.strip():
            block.append(line)
        elif block:
            yield block
            block = []


def _of_lines(start: float, end: float, lines: Sequence[str], *, has_turns: bool) -> Iterator[Cue]:
    """One cue, or several where the lines have several speakers. ``has_turns``: a dash tells that another speaks."""
    speaker, texts = "", list[str]()
    for line in lines:
        voice = _VOICE.search(line)
        shown = one_line(html.unescape(_TAG.sub("", line)))
        label = None if voice else _SPEAKER.match(shown)
        named = one_line(html.unescape(voice[1])) if voice else label[1] if label else ""
        if not named and has_turns and (label := _UNNAMED_TURN.match(shown)):
            named = _UNNAMED
        if named and texts:
            yield Cue(start, end, "\n".join(texts), speaker)
            texts = []
        speaker = named or speaker
        shown = shown[label.end() :] if label else shown
        texts += [shown] if shown else []
    if texts:
        yield Cue(start, end, "\n".join(texts), speaker)


def _oddities(cues: Sequence[Cue]) -> Iterator[str]:
    """What is odd about the times; the text keeps the order of the file whatever they are."""
    pairs = [(before, after) for before, after in pairwise(cues) if before.start != after.start]
    counts = {
        "times that go back": sum(after.start < before.start for before, after in pairs),
        "cues that overlap": sum(before.start < after.start < before.end - _OVERLAP for before, after in pairs),
        "cues that end before they begin": sum(cue.end < cue.start for cue in cues),
    }
    yield from (f"{what}: {count}" for what, count in counts.items() if count)


def _without_repeated(cues: Iterable[Cue]) -> Iterator[Cue]:
    """The cues on one line each, without what the cue before has shown: captions that roll show each line twice."""
    before = ""
    for cue in cues:
        text = _new_part(before, cue.text)
        before = cue.text
        if text:
            yield replace(cue, text=" ".join(text.split("\n")))


def _new_part(before: str, text: str) -> str:
    """What a cue adds to the cue before: its lines, or its words, without those that the other ended with."""
    for separator, least in (("\n", 1), (None, _REPEATED_WORDS)):
        parts, shown = text.split(separator), before.split(separator)
        common = next((n for n in range(min(len(parts), len(shown)), 0, -1) if parts[:n] == shown[-n:]), 0)
        if common >= least and max(len(parts), len(shown)) > 1:
            return (separator or " ").join(parts[common:])
    return text


def _turns(cues: Sequence[Cue]) -> Iterator[list[Cue]]:
    """The cues of each section: until another speaks, a pause, or the end of a sentence after some time."""
    turn: list[Cue] = []
    for cue in cues:
        if turn and _ends(turn, cue):
            yield turn
            turn = []
        turn.append(cue if cue.speaker or not turn else replace(cue, speaker=turn[0].speaker))
    if turn:
        yield turn


def _ends(turn: Sequence[Cue], cue: Cue) -> bool:
    length = cue.start - turn[0].start
    has_paused = cue.start - turn[-1].end >= _PAUSE and length >= SECTION_SECONDS / 3
    is_sentence = SENTENCE_END.search(turn[-1].text) is not None
    is_long = length >= _LONGEST_SECTION or (length >= SECTION_SECONDS and is_sentence)
    return (
        (bool(cue.speaker) and cue.speaker != turn[0].speaker)
        or cue.speaker == _UNNAMED
        or is_long
        or length < 0
        or (has_paused and is_sentence)
    )


def _joined(turns: Sequence[Sequence[Cue]]) -> tuple[str, list[Section]]:
    """A paragraph a turn, with the speaker's name in front where another speaks. A section's heading is its speakers;
    after a short turn it goes on for a while."""
    parts, sections, start, speaker = list[str](), list[Section](), 0, ""
    for turn in turns:
        name = turn[0].speaker or speaker
        label = f"{name} " if name == _UNNAMED else f"{name}: " if name != speaker else ""
        speaker = name
        parts.append(label + " ".join(cue.text for cue in turn))
        last, span = sections[-1] if sections else None, Span(start, start + len(parts[-1]))
        is_near = last is not None and 0 <= turn[0].start - (last.time or 0) < SECTION_SECONDS
        if last is not None and is_near and last.span.end - last.span.start < SHORT_TURN:
            names = [*(last.heading or "").split(", "), _heading(name)]
            heading = ", ".join(dict.fromkeys(filter(None, names))) or None
            sections[-1] = replace(last, span=Span(last.span.start, span.end), heading=heading)
        else:
            sections.append(Section(span, _heading(name) or None, time=turn[0].start))
        start = span.end + 2
    return "\n\n".join(parts), sections


def _heading(speaker: str) -> str:
    return "" if speaker == _UNNAMED else speaker
