"""How a copy of a hit is spoken of: the same text, a part of it, or nearly the same, and what differs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from index.text.escaping import line
from index.types import Copy, Hit, Likeness

_ORDER = (Likeness.SAME, Likeness.PART, Likeness.NEARLY)
_SUBJECTS = {
    Likeness.SAME: "The same text",
    Likeness.PART: "A part of this text",
    Likeness.NEARLY: "Nearly the same text",
}
_LABELS = {Likeness.SAME: "the same text", Likeness.PART: "a part of it", Likeness.NEARLY: "nearly the same"}
_MOST_LISTED = 5  # copies of a hit
_MOST_DIFFERING = 6  # pairs of words named (a guess)


def format_copies(hit: Hit) -> list[str]:
    """In how many other sources the text of a hit stands, and how nearly: a sentence without a full stop for each
    likeness. A source counts for the greatest."""
    likeness: dict[str, Likeness] = {}
    for copy in sorted(hit.copies, key=lambda copy: _ORDER.index(copy.likeness)):
        likeness.setdefault(copy.source.id, copy.likeness)
    return [
        _sentence(kind, [copy for copy in hit.copies if likeness[copy.source.id] is copy.likeness is kind])
        for kind in _ORDER
        if kind in likeness.values()
    ]


def list_copies(hit: Hit) -> Iterator[str]:
    """The copies of a hit as lines for a terminal."""
    if hit.copies:
        yield f"   also in{' (this is the earliest)' if hit.earliest else ''}:"
    for copy in hit.copies[:_MOST_LISTED]:
        earliest = "earliest" if copy.earliest else None
        about = filter(None, [copy.source.label, copy.source.published, earliest, format_copy(copy)])
        yield f"     {' · '.join(about)} [{copy.span.start}:{copy.span.end}], source {copy.source.id}"
    if len(hit.copies) > _MOST_LISTED:
        yield f"     and {len(hit.copies) - _MOST_LISTED} more: --json lists them"


def _sentence(kind: Likeness, copies: Sequence[Copy]) -> str:
    count = len({copy.source.id for copy in copies})
    differing = format_differing(pair for copy in copies for pair in copy.differing)
    return (
        f"{_SUBJECTS[kind]} stands in {count:,} other source{'s' * (count > 1)}{f': {differing}' if differing else ''}"
    )


def format_copy(copy: Copy) -> str:
    """How a copy stands to its hit, for example ``nearly the same: “140” here, “410” there``."""
    differing = format_differing(copy.differing)
    return f"{_LABELS[copy.likeness]}{f': {differing}' if differing else ''}"


def format_differing(pairs: Iterable[tuple[str, str]]) -> str:
    """The words of a hit, “here”, and those of its copies, “there”, that stand in each other's place."""
    distinct = list(dict.fromkeys(pairs))
    more = [f"and {len(distinct) - _MOST_DIFFERING} more"] if len(distinct) > _MOST_DIFFERING else []
    return "; ".join([*(", ".join(_pair(*pair)) for pair in distinct[:_MOST_DIFFERING]), *more])


def _pair(here: str, there: str) -> Iterator[str]:
    if here:
        yield f"“{line(here)}” here"
    if there:
        yield f"“{line(there)}” there"
    if not (here and there):
        yield f"missing {'there' if here else 'here'}"
