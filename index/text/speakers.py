"""The labels of those who speak in an interview or a debate: a line "VOSS: I want a second boat.\""""

from __future__ import annotations

import re

_WORD = r"[^\W\d_][\w.’'-]{0,20}"
LABEL = re.compile(
    rf"\s{{0,8}}[*_]{{0,2}}({_WORD}(?: (?:{_WORD}|\d{{1,2}})){{0,3}})(?::[*_]{{0,2}}|[*_]{{1,2}}:)(?:\s|$)"
)
"""A label at the beginning of a line; its group is the name. A heading or a field may look the same."""

_ROLES = frozenset(
    (  # noqa: SIM905
        "a answer anchor announcer audience caller chair chairman chairwoman guest host interviewee interviewer "
        "journalist moderator narrator panellist panelist participant presenter q question reporter respondent speaker "
        "voice"
    ).split()
)


def is_role(label: str) -> bool:
    """Whether a label names no person, but a part in the talk: "HOST", "Speaker 2"."""
    return any(word.strip(".").casefold() in _ROLES for word in label.split())
