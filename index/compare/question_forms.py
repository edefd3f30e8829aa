"""By which words a question asks for a date, a figure or a name, and for figures of which dimension. English."""

from __future__ import annotations

import re

from index.differences import DifferenceKind
from index.text import units

MEASURES = (
    "population|number|percentage|share|rate|amount|size|height|length|area|price|cost|dose|half-life|age|total|count|"
    "elevation|score|magnitude|income|salary|budget|fine|distance|depth|weight|speed|duration|proportion|temperature|"
    "efficacy|effectiveness|turnout|fee"
)
HOW = "many|much|old|long|large|big|high|far|fast|tall|often|strong|deep|heavy|wide|hot|cold"
VOTE = r"\b(?:by )?what (?:(?:was|is) the )?(?:vote|margin|majority|score|tally)\b"
TIME = re.compile(r"\b(?:what|which) (?:time|hour)\b", re.I)
DATE = re.compile(rf"{TIME.pattern}|\b(?:dates?|what year|which year|what day|birthday|how long ago)\b", re.I)
# Not "what happens when": that asks for what happens.
_WHEN = re.compile(r"^(?!\W*(?:what|which|who|whom|whose|where|how|why)\b).*\b(?:when|since)\b", re.I)
NUMBER = re.compile(
    rf"\bhow (?:{HOW}|effective)\b|\b(?:{MEASURES})\b|"
    rf"{VOTE}",
    re.I,
)
# Not in capitals: "the WHO" is a name.
PERSON, LOCATION = re.compile(r"\b[Ww]ho(?:m|se)?\b"), re.compile(r"\b[Ww]here\b")
NAME = re.compile(r"\b(?:[Ww]ho(?:m|se)?|[Ww]here|[Ww]hich|[Ww]hat)\b")
AUTHOR = re.compile(r"^\W*who (?:(?:has|had) )?(?:first )?(?:wrote|written|writes|published)\b", re.I)
WHICH_PEOPLE = re.compile(r"^\W*who (?:may|might|can|could|should|must)\b", re.I)
_WHY = re.compile(r"^\W*(?:why|how come|for what reason)\b", re.I)
# "How much water", not "how much does it help" nor "how much more".
AMOUNT = re.compile(
    r"\bhow much (?!(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|might|must|of|"
    r"more|less|better|worse|longer|higher|lower|greater|faster)\b)(?P<noun>[\w’'-]+)",
    re.I,
)
_PAID = (
    r"cost|costs|pay|pays|paid|spend|spends|spent|worth|earns?|earned|prices?|raised?|money|owes?|owed|fined?|donated?"
)

# The dimensions that a question can be answered in, by its words; other questions take a figure of any dimension.
_MONEY = ("USD", "EUR", "GBP", "JPY", "INR", "CHF", "CNY", "AUD", "CAD", "NZD", "SEK", "NOK", "DKK")
_CHANGES = (*(f"change of {of}" for of in ("share", "points", "count", *_MONEY)), "times")
_DIMENSIONS = (
    (re.compile(VOTE, re.I), ("count",)),
    (re.compile(r"\b(?:percent|percentage|per cent|share|proportion|turnout)\b", re.I), ("share",)),
    (re.compile(r"\bhow effective\b|\b(?:efficacy|effectiveness)\b", re.I), ("share", "change of share", "times")),
    (re.compile(r"\b(?:how many|population|number of)\b", re.I), ("count",)),
    (re.compile(r"\bby how much\b", re.I), _CHANGES),
    (
        re.compile(
            rf"\bhow much\b.*\b(?:{_PAID})\b|\b(?:price|cost|fee|salary|income|budget|compensation)\b|"
            r"\bhow (?:large|big|high|great) .*\b(?:loss|losses|damages?|debts?|fine|deficit)\b|"
            r"^\W*what (?:loss|damages)\b",
            re.I,
        ),
        _MONEY,
    ),
    (re.compile(r"\bhow old\b|\bage\b", re.I), ("age", "time", "count")),
    (re.compile(r"\b(?:how long|half-life|duration)\b", re.I), ("time", "length")),
    (
        re.compile(r"\bhow (?:tall|high|far|deep|wide)\b|\b(?:height|distance|elevation|depth)\b", re.I),
        ("length", "count"),
    ),
    (re.compile(r"\b(?:how heavy|weight)\b", re.I), ("mass", "count")),
    (re.compile(r"\b(?:how (?:hot|cold)|temperature)\b", re.I), ("temperature", "count")),
    (re.compile(r"\b(?:how fast|speed)\b", re.I), ("length/time", "count")),
    (re.compile(r"\bdose\b", re.I), ("mass", "mass/mass", "volume", "amount", "dose")),
    (re.compile(r"\bhow much time\b", re.I), ("time",)),
    (AMOUNT, (*sorted(units.MEASURES), "mass/mass", "mass/volume", "share", *_MONEY)),
)
# "The half-life of ale", "the dose of rye for geese".
MEASURED = re.compile(
    rf"\b(?:{MEASURES}) of (?:(?:the|an?|its|their|his|her) )?(?P<thing>[\w'’-]+(?: [\w'’-]+){{0,3}}?)"
    r"(?= (?:in|for|by|at|on|from|with|when|after|before|per|over|under|to|against)\b|\W*$|[?,;])",
    re.I,
)
LONG = re.compile(rf"\bhow long (?:is|are|was|were)\b(?!.*\b(?:{MEASURES})\b)", re.I)
AGED = re.compile(r"\bhow old\b|\bage\b", re.I)
# A question that nothing but a date or a figure answers.
VALUE_ALONE = re.compile(
    rf"^\W*(?:in |on |at |since |for |by )?(?:when\b|{TIME.pattern}|"
    r"how (?:many|old|long|tall|far|high|deep|heavy|large|big|fast|wide|hot|cold|effective)\b|"
    rf"how much\b.*\b(?:{_PAID})\b|{AMOUNT.pattern}|(?:what|which) (?:year|day|date|month|{MEASURES})\b|"
    r"(?:what|which) (?:percentage|share|number|proportion)\b|"
    rf"what (?:is|was|are|were) (?:[\w'’-]+ ){{1,4}}?(?:{MEASURES})\b(?! (?:for|to) \w+ing)|{VOTE})",
    re.I,
)
YES_OR_NO = re.compile(
    r"^\W*(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|might|must)\b", re.I
)


def expected_kind(question: str) -> DifferenceKind | None:
    """The kind of value that a question asks for; None where it asks for no value."""
    if YES_OR_NO.search(question) or _WHY.search(question):
        return None
    for kind, words in (
        (DifferenceKind.DATE, DATE),
        (DifferenceKind.DATE, _WHEN),
        (DifferenceKind.NUMBER, NUMBER),
        (DifferenceKind.NAME, NAME),
    ):
        if words.search(question):
            return kind
    return None


def asked_dimensions(text: str) -> tuple[str, ...] | None:
    """The dimensions of the figures that can answer a question; None for any."""
    return next((dimensions for words, dimensions in _DIMENSIONS if words.search(text)), None)
