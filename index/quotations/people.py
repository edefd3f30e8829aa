"""The names of people in running text, judged by their capitals and the words beside them; and which names may be one
person's. English."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from index.differences.names import NOT_NAMES
from index.differences.places import place_path
from index.text.normal import unaccented

_CAPITAL = r"[A-ZÀ-ÖØ-Þ]"
_SHORT_TITLE = (
    r"(?:(?:Mr|Mrs|Ms|Mx|Dr|Drs|Prof|Profs|Rev|Revd|Hon|Gen|Col|Capt|Cmdr|Lt|Sgt|Insp|Supt|Sen|Rep|Gov|Cllr)\b\.?"
    r"[^\S\n]+)"
)
_PART = rf"(?:{_CAPITAL}\.|{_CAPITAL}[\w’'-]+|de|la|van|von|der|den|al)"
NAME = rf"{_SHORT_TITLE}{{0,2}}(?:{_CAPITAL}\.[ -]?)*{_CAPITAL}[\w’'-]+(?:[^\S\n]+{_PART}){{0,3}}"
"""A pattern of names, with abbreviated titles before them; other capitalised words have the same form."""

SPEECH_VERB = (
    r"(?:said|say|says|wrote|writes?|argued|argues?|noted?|notes|explained|explains?|told|tells|claimed|claims?|added"
    r"|adds?|stated?|states|reported|reports?|concluded?|concludes|observed?|observes|remarked|remarks?|puts? it|asked"
    r"|asks|warned|warns|insisted|insists|replied|replies|answered|answers|recalled|recalls|admitted|admits|announced"
    r"|declared|promised|complained|joked|continued|remembered|remembers|tweeted|testified|shouted|called|calls)"
)
_TITLES = frozenset(
    (  # noqa: SIM905
        "mr mrs ms mx miss dr drs doctor prof profs professor rev revd reverend hon gen general col colonel capt "
        "captain cmdr commander lt lieutenant sgt sergeant insp inspector supt superintendent sen senator rep "
        "representative gov governor cllr councillor sir dame lord lady baroness judge justice president chancellor "
        "mayor minister bishop father sister brother king queen prince princess admiral chief"
    ).split()
)
_MEN = frozenset(["mr", "sir", "lord", "father", "brother", "king", "prince"])
_WOMEN = frozenset(["mrs", "ms", "miss", "dame", "lady", "baroness", "sister", "queen", "princess"])
_SUFFIXES = frozenset("jr sr jnr snr ii iii iv".split())  # noqa: SIM905
# Words that names of people have not: of bodies, places, papers and days.
_OTHERS = frozenset(
    (  # noqa: SIM905
        "academy agency airport alliance association authority avenue bank bay board bridge broadcasting bureau "
        "cathedral centre center church city club coalition college commission committee community company "
        "conservatives corp corporation council county court cup daily department echo express federation ferries "
        "force foundation fund gazette government group guardian hall health herald hospital house inc institute "
        "institution island islands journal lake lane league library limited line ltd ministry mountain movement "
        "museum national network news north office organisation organization parliament park partners party police "
        "post press radio railway railways republic review river road royal school sea senate service services "
        "society south square state states station street studies study survey team telegraph television theatre "
        "times trade tribune trust union united university valley weather west east western eastern northern southern "
        "world"
    ).split()
)
_NO_SUBJECT = re.compile(
    r"\b(?:of|for|to|from|with|by|in|at|on|near|against|about|after|before|the|than|like)\s+\Z", re.I
)
_CANDIDATE = re.compile(rf"(?<![\w.’'-]){NAME}")
_CAPITALISED = re.compile(rf"{_CAPITAL}[^\W\d_]*(?:[’'-][^\W\d_]+)*")
_LETTERS = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")


class NamedPerson(NamedTuple):
    """``name``: as the text has it, without what is no name before it. ``pronoun``: by the title, "" where it tells
    nothing."""

    name: str
    start: int
    pronoun: str


def people(text: str, *, lone: bool = False, anywhere: bool = False) -> Iterator[NamedPerson]:
    """Those that a text names as people, in order, but for those before an 's and, unless ``anywhere``, after a
    preposition. ``lone``: a single capitalised word counts too, without a title."""
    for match in _CANDIDATE.finditer(text):
        words = match[0].split()
        while words and _is_outside(words):
            words.pop(0)
        start = match.end() - len(" ".join(words))
        is_object = _NO_SUBJECT.search(text[max(0, start - 12) : start])
        if not words or (is_object and not anywhere):
            continue
        folded = [_folded(word) for word in words]
        own = [word for word in folded if word not in _TITLES]
        is_titled = len(own) < len(folded)
        if not own or words[-1].endswith(("'s", "’s", "s'", "s’")) or not _OTHERS.isdisjoint(own) or place_path(own):
            continue
        if is_titled or lone or (len(own) > 1 and not words[-1].isupper()):
            pronoun = "he" if not _MEN.isdisjoint(folded) else "she" if not _WOMEN.isdisjoint(folded) else ""
            yield NamedPerson(" ".join(words), start, pronoun)


def _is_outside(words: Sequence[str]) -> bool:
    """Whether the first of a run of capitalised words is no part of a name: "On Tuesday Ann", "In Leeds Ann Sample"."""
    first = _folded(words[0])
    return first in NOT_NAMES - _TITLES or (len(words) > 2 and bool(place_path([first])))


def is_named(name: str, text: str, *, any_case: bool = False) -> bool:
    """Whether the surname of a name stands in a text, as a whole word with a capital. ``any_case``: with or without."""
    words = (_LETTERS if any_case else _CAPITALISED).findall(text)
    return surname(name) in {part for word in words for part in (_folded(word), *_folded(word).split("-"))}


def surname(name: str) -> str:
    """The last word of a name, folded, without suffixes as Jr."""
    words = [word for word in map(_folded, name.split()) if word not in _SUFFIXES] or [""]
    return words[-1]


def are_one(name: str, other: str) -> bool:
    """Whether two names may be one person's: one surname, and no given names that begin with other letters. A label may
    be the given name alone, or the initials."""
    own, others = _parts(name), _parts(other)
    if not own or not others:
        return False
    if len(others) == 1 and (others[0] in own or others[0] == "".join(word[0] for word in own)):
        return True
    if own[-1] != others[-1] and own[-1] not in others:
        return False
    return len(own) < 2 or len(others) < 2 or own[0][0] == others[0][0] or own[0] in others


def full_name(name: str, text: str) -> str:
    """A name of one word as the text has it in full, else as it is: "Leonard Voss" for "VOSS"."""
    if len(_parts(name)) != 1 or len(name.split()) > 1:
        return name
    named = (person.name for person in people(text, anywhere=True) if surname(person.name) == surname(name))
    return next((full for full in named if _folded(full) != surname(name)), name)


def _parts(name: str) -> list[str]:
    words = (_folded(word) for word in name.split())
    return [word for word in words if word and word not in _TITLES and word not in _SUFFIXES]


def _folded(word: str) -> str:
    return re.sub(r"['’]s?$", "", unaccented(word).strip('.,;:*_()[]"“”').replace(".", "")).casefold()
