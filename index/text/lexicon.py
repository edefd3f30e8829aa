"""Closed English word lists that several modules share: months, weekdays, number words, negations.

All words are lower case and in their natural order. Each user derives its own forms (capitals, abbreviations) and adds
the words that only it needs.
"""

from __future__ import annotations

MONTHS = (  # noqa: SIM905
    "january february march april may june july august september october november december"
).split()
"""The number of a month is its index plus one; the first three letters are its abbreviation."""

WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()  # noqa: SIM905

NUMBER_WORDS = (  # noqa: SIM905
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
).split()
"""0 to 19: the value is the index."""

TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()  # noqa: SIM905
"""20 to 90: the value is ten times the index plus two."""

ORDINAL_WORDS = (  # noqa: SIM905
    "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
    "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth"
).split()
"""0th to 19th: the value is the index."""

NEGATION_WORDS = frozenset(
    (  # noqa: SIM905
        "not no never none nobody nothing neither nor without cannot hardly scarcely barely"
    ).split()
)
"""Words that deny by themselves. Contractions in "n't" are not listed: their ending tells them."""

NUMBER_LABELS = (  # noqa: SIM905
    "table figure fig chapter page pages p pp no nos number numbers volume vol section sec § step phase grade level "
    "item row column line room route part tel phone fax code aged age"
).split()
"""Words before a number that tells which one of several is meant, and not how many."""
