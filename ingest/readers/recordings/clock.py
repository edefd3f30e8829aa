"""Time codes of recordings, and how long a section of one is."""

from __future__ import annotations

import re

CLOCK = r"(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})(?:[.,](\d{1,3}))?"
"""A pattern with four groups: hours, minutes, seconds, and their fraction."""

SECTION_SECONDS = 45.0  # after which a section ends with the next sentence, so that its time is of use (a guess)
SHORT_TURN = 60  # characters: a shorter one ("Yes.") shares a section with what follows (a guess)
MAX_CUES = 200_000  # of a file (a guess); a day of speech has 40,000

SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’»)\]]{0,3}$")


def seconds(hours: str | None, minutes: str, rest: str, fraction: str | None = None) -> float:
    """The seconds of the groups of ``CLOCK``."""
    return int(hours or 0) * 3600 + int(minutes) * 60 + int(rest) + float(f"0.{fraction or 0}")
