"""Plain text: the file's text unchanged, with its headings recognised, its boilerplate marked, and its metadata read
from the text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from index.errors import ReadError
from index.types import Section, Span
from ingest.boilerplate.clean import boilerplate_spans, merge_spans
from ingest.boilerplate.text_units import TextUnit, split_units
from ingest.encoding import decode
from ingest.metadata.describe import describe
from ingest.metadata.untitled import titled
from ingest.readers.recordings.transcripts import transcript_sections
from ingest.types import Extract, Reading

# Limits of a heading, and the length of a line that must be running text (guesses).
_LONGEST_HEADING = 90  # characters
_MAX_HEADING_WORDS = 14
_LONG_LINE = 120  # characters
# A longer file is a dump, not a text that a person wrote, and looking at each line would take minutes (guesses).
_LONGEST_TEXT = 20_000_000  # characters
_MAX_LINES = 300_000

# What may follow the end of a sentence: closing marks, and references to notes.
_AFTER_END = re.compile(r"(?:[\s\"'”’»)\]*_]|\[\d[\d,\s–-]{0,12}\]|[¹²³⁴-⁹]|\[\^\w{1,12}\])*$")
_OPENING, _CLOSING = re.compile('["“„«]'), "\"'”’»"

IsHeading = Callable[[TextUnit], bool]


def read_plain(data: bytes, name: str) -> Reading:
    """The whole file as one extract. Raises ReadError when it is empty or not text."""
    decoded = decode(data, name)
    extract = titled(plain_extract(decoded.text, name), name)
    return Reading((extract,), decoded.encoding, decoded.guessed, warnings=decoded.warnings)


def plain_extract(text: str, name: str) -> Extract:
    """A text with its metadata, sections and dropped spans; a very long one is not analysed, which a warning says.

    Raises ReadError when the text is empty or all white space; ``name`` is the file's name in that message.
    """
    require_text(text, name)
    if len(text) > _LONGEST_TEXT or text.count("\n") > _MAX_LINES:
        return Extract(text, warnings=("very long: read as it stands, without headings and cleaning",))
    spoken = transcript_sections(text)
    if spoken:
        return Extract(text, sections=spoken)
    description = describe(text)
    metadata = description.metadata
    dropped = merge_spans([*description.metadata_spans, *boilerplate_spans(text, metadata.title, metadata.authors)])
    sections = sections_of(text, dropped, no_headings=description.byline_spans)
    return Extract(text, metadata, sections, dropped, warnings=description.warnings)


def require_text(text: str, name: str) -> None:
    """Raises ReadError when the text of the file ``name`` is empty or all white space."""
    if not text or text.isspace():
        raise ReadError(f"{name} holds no text, so there is nothing to search in it: leave it out, or save it again.")


def sections_of(
    text: str, dropped: Sequence[Span] = (), strict: bool = False, no_headings: Sequence[Span] = ()
) -> tuple[Section, ...]:
    """The stretches of text between headings, in order. A possible heading without a paragraph under it stays text.

    ``dropped`` spans, which rise, belong to no section. ``strict`` asks more of a heading; it is meant for records,
    whose texts are shorter than pages. No line in ``no_headings``, which rise, is a heading.
    """
    units = _remaining_units(split_units(text), dropped)
    exempt = {unit.start for unit in units} - {unit.start for unit in _remaining_units(units, no_headings)}
    may_be_heading = _is_certain_heading if strict else _may_be_heading
    flags = _headings(units, lambda unit: unit.start not in exempt and may_be_heading(unit))
    return tuple(_sections(units, flags))


def _remaining_units(units: Sequence[TextUnit], dropped: Sequence[Span]) -> list[TextUnit]:
    """The units that no dropped span overlaps."""
    remaining, upcoming = [], list(reversed(dropped))
    for unit in units:
        while upcoming and upcoming[-1].end <= unit.start:
            upcoming.pop()
        if not upcoming or upcoming[-1].start >= unit.end:
            remaining.append(unit)
    return remaining


def _sections(units: Sequence[TextUnit], headings: Sequence[bool]) -> Iterator[Section]:
    heading: str | None = None
    for is_heading, group in groupby(zip(units, headings, strict=True), key=lambda pair: pair[1]):
        run = [unit for unit, _ in group]
        if is_heading:
            heading = " › ".join(" ".join(unit.text.split()) for unit in run)
        else:
            yield Section(Span(run[0].start, run[-1].end), heading)


def _headings(units: Sequence[TextUnit], is_heading: IsHeading) -> list[bool]:
    """For each unit whether it is a heading: one or two possible headings in a row with a paragraph after them."""
    flags = [False] * len(units)
    for i, unit in enumerate(units[:-1]):
        if not is_heading(unit) or not _stands_alone(units, i):
            continue
        following = units[i + 1]
        flags[i] = _is_paragraph(following) or (
            i + 2 < len(units) and is_heading(following) and _stands_alone(units, i + 1) and _is_paragraph(units[i + 2])
        )
    return [flag and not (i >= 2 and flags[i - 1] and flags[i - 2]) for i, flag in enumerate(flags)]


def _stands_alone(units: Sequence[TextUnit], i: int) -> bool:
    """True between blank lines; or, where paragraphs are not separated by blank lines, between two long lines."""
    unit = units[i]
    before_long = i == 0 or (units[i - 1].length >= _LONG_LINE and units[i - 1].ends_sentence)
    after_long = units[i + 1].length >= _LONG_LINE
    return (unit.gap_before and (unit.gap_after or after_long)) or (before_long and after_long)


def _is_paragraph(unit: TextUnit) -> bool:
    return unit.is_prose and not unit.is_item


def _may_be_heading(unit: TextUnit) -> bool:
    if unit.wrapped or unit.length > _LONGEST_HEADING or unit.words > _MAX_HEADING_WORDS or unit.is_bullet:
        return False
    first = next((c for c in unit.text if c.isalnum()), "")
    return (
        bool(first)
        and not first.islower()
        and _last_character(unit.text) not in tuple(".,;:!-–—…")
        and sum(map(str.isalpha, unit.text)) > 2
    )


def _last_character(text: str) -> str:
    """The last character before closing marks and references to notes. A label with a quoted title ("Part 1: “So be
    it.”") ends with the closing mark, so that the title's full stop does not count."""
    label = _OPENING.split(text, 1)[0].split()
    quotes_title = label and text[-1] in _CLOSING and not any(word[0].islower() for word in label)
    return text[-1] if quotes_title else _AFTER_END.sub("", text)[-1:]


def _is_certain_heading(unit: TextUnit) -> bool:
    return _may_be_heading(unit) and unit.length <= 60 and unit.gap_before and unit.gap_after and unit.text[0].isupper()
