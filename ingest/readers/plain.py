"""Plain text: the user's own file as it stands, with headings seen, boilerplate marked and the origin read off it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from index.errors import ReadError
from index.types import Section, Span
from ingest.boilerplate.clean import boilerplate, joined
from ingest.boilerplate.units import TextUnit, units_of
from ingest.encoding import decode
from ingest.metadata.describe import describe
from ingest.types import Extract, Reading

_LONGEST_HEADING = 90
_MOST_HEADING_WORDS = 14
_LONG_LINE = 120
# Beyond this a file is a dump, not a text that a person wrote; looking at each line would take minutes.
_LONGEST_TEXT = 20_000_000
_MOST_LINES = 300_000

# What may follow the end of a sentence: closing marks, and references to notes.
_AFTER_END = re.compile(r"(?:[\s\"'”’»)\]*_]|\[\d[\d,\s–-]{0,12}\]|[¹²³⁴-⁹]+|\[\^\w{1,12}\])*$")
_OPENING, _CLOSING = re.compile('["“„«]'), "\"'”’»"

IsHeading = Callable[[TextUnit], bool]


def read_plain(data: bytes, name: str) -> Reading:
    decoded = decode(data, name)
    extract = plain_extract(decoded.text, name)
    return Reading((extract,), decoded.encoding, decoded.guessed, warnings=decoded.warnings)


def plain_extract(text: str, name: str) -> Extract:
    """Raises ReadError when there is no text at all."""
    require_text(text, name)
    if len(text) > _LONGEST_TEXT or text.count("\n") > _MOST_LINES:
        return Extract(text, warnings=("very long: read as it stands, without headings and cleaning",))
    found = describe(text)
    dropped = joined([*found.moved, *boilerplate(text, found.metadata.title, found.metadata.authors)])
    return Extract(text, found.metadata, sections_of(text, dropped), dropped)


def require_text(text: str, name: str) -> None:
    if not text or text.isspace():
        raise ReadError(f"{name} holds no text, so there is nothing to search in it: leave it out, or save it again.")


def sections_of(text: str, dropped: Sequence[Span] = (), strict: bool = False) -> tuple[Section, ...]:
    """The stretches between headings. What could be a heading but has no paragraph under it stays text.

    ``strict`` asks more of a heading, for texts that are records rather than pages.
    """
    units = _kept(units_of(text), dropped)
    is_heading = _is_sure_heading if strict else _may_be_heading
    return tuple(_sections(units, _headings(units, is_heading)))


def _kept(units: Sequence[TextUnit], dropped: Sequence[Span]) -> list[TextUnit]:
    """The units that no dropped span takes away."""
    kept, ahead = [], list(reversed(dropped))
    for unit in units:
        while ahead and ahead[-1].end <= unit.start:
            ahead.pop()
        if not ahead or ahead[-1].start >= unit.end:
            kept.append(unit)
    return kept


def _sections(units: Sequence[TextUnit], headings: Sequence[bool]) -> Iterator[Section]:
    heading: str | None = None
    for is_heading, group in groupby(zip(units, headings, strict=True), key=lambda pair: pair[1]):
        run = [unit for unit, _ in group]
        if is_heading:
            heading = " › ".join(" ".join(unit.text.split()) for unit in run)
        else:
            yield Section(Span(run[0].start, run[-1].end), heading)


def _headings(units: Sequence[TextUnit], is_heading: IsHeading) -> list[bool]:
    """For each unit whether it is a heading: one or two such lines with a paragraph after them."""
    found = [False] * len(units)
    for i, unit in enumerate(units[:-1]):
        if not is_heading(unit) or not _stands_alone(units, i):
            continue
        after = units[i + 1]
        found[i] = _is_paragraph(after) or (
            i + 2 < len(units) and is_heading(after) and _stands_alone(units, i + 1) and _is_paragraph(units[i + 2])
        )
    return [mine and not (i >= 2 and found[i - 1] and found[i - 2]) for i, mine in enumerate(found)]


def _stands_alone(units: Sequence[TextUnit], i: int) -> bool:
    """Between blank lines; or, where no blank lines part the paragraphs, between two long lines."""
    unit = units[i]
    before_long = i == 0 or (units[i - 1].length >= _LONG_LINE and units[i - 1].ends_sentence)
    after_long = units[i + 1].length >= _LONG_LINE
    return (unit.gap and (unit.gap_after or after_long)) or (before_long and after_long)


def _is_paragraph(unit: TextUnit) -> bool:
    return unit.is_prose and not unit.is_item


def _may_be_heading(unit: TextUnit) -> bool:
    if unit.wrapped or unit.length > _LONGEST_HEADING or unit.words > _MOST_HEADING_WORDS or unit.is_bullet:
        return False
    first = next((c for c in unit.text if c.isalnum()), "")
    return (
        bool(first)
        and not first.islower()
        and _ending(unit.text) not in tuple(".,;:!-–—…")
        and sum(map(str.isalpha, unit.text)) > 2
    )


def _ending(text: str) -> str:
    """The last sign before closing marks and references; a title quoted after a label ("Part 1: “So be it.”") ends with
    its marks."""
    label = _OPENING.split(text, 1)[0].split()
    titled = label and text[-1] in _CLOSING and not any(word[0].islower() for word in label)
    return text[-1] if titled else _AFTER_END.sub("", text)[-1:]


def _is_sure_heading(unit: TextUnit) -> bool:
    return _may_be_heading(unit) and unit.length <= 60 and unit.gap and unit.gap_after and unit.text[0].isupper()
