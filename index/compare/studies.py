"""Whether a figure is told in general, or of one study, group or patient. English."""

from __future__ import annotations

import re

_GENERAL = re.compile(
    r"\b(?:usual(?:ly)?|typical(?:ly)?|ordinar(?:y|ily)|common(?:ly)?|standard|customar(?:y|ily)|normal(?:ly)?|"
    r"general(?:ly)?|recommend(?:ed|s)?|on\s+average|most\s+often|mostly|as\s+a\s+rule|labels?|guidelines?)\b",
    re.I,
)
_STUDY = re.compile(
    r"\b(?:participants?|volunteers?|trials?|stud(?:y|ies)|experiments?|cohorts?|surveys?|surveyed|randomi[sz]ed|enrolled|"
    r"placebo|respondents?|and\s+(?:colleagues|others|co-workers)|et\s+al|case\s+reports?|"
    r"(?:one|single|this)\s+(?:patient|case|man|woman|child|animal|group|sample)|"
    r"(?:half|the\s+others|the\s+rest|the\s+[\w-]+\s+group|both\s+groups|each\s+group)\s+"
    r"(?:received|got|had|took|were\s+given|was\s+given))\b",
    re.I,
)


def is_of_study(sentence: str) -> bool:
    """Whether a sentence tells of one study, group or patient, and not what is usual."""
    return bool(_STUDY.search(sentence)) and not _GENERAL.search(sentence)
