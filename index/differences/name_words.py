"""Whether the words of two names are of one thing: other spellings, initials, and short forms of given names."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import lru_cache

_MAX_SPELLING = 60  # letters of two words whose spellings are compared (a guess)
_ALIKE = 0.75  # share of letters in the same order from which two words are spellings of one name (a guess)
_BEGINNING = 4  # first letters that two forms of one name have in common ("Armenia", "Armenian") (a guess)

# Forms of one English given name in a line, so that "Bill" and "William" are no two people.
_FORMS = """
abigail abby gail
albert al bert
alexander alexandra alex sandy sasha
alfred alf fred
andrew andy drew
anthony antony tony
benjamin ben
catherine katherine kathryn kate kathy cathy katie
charles charlie chuck
christopher christina chris
daniel dan danny
david dave
donald don
edward ed eddie ted ned
elizabeth liz beth betty eliza lizzie
eugene gene
frances francis frank
frederick fred freddie
gerald gerry jerry
gregory greg
henry harry hank
james jim jimmy jamie
jennifer jen jenny
jeffrey geoffrey jeff geoff
john jack johnny jon
jonathan jon
joseph joe joey
joshua josh
kenneth ken
lawrence laurence larry
leonard leo len
margaret maggie peggy meg
matthew matt
michael mike mick
nicholas nick
patrick patricia pat
peter pete
philip phil
rebecca becky
richard rick dick rich
robert bob rob bobby
ronald ron
samuel samantha sam
stephen steven steve
susan sue
thomas tom tommy
timothy tim
vincent vince
victoria vicky
walter walt
william bill will billy liam
""".strip().splitlines()
_TITLES = frozenset(
    (  # noqa: SIM905
        "king queen prince princess emperor empress tsar pope saint st sir dame lord lady duke duchess count countess "
        "baron baroness earl sheikh sultan senator sen representative rep governor gov president vice general gen "
        "admiral colonel col captain capt lieutenant lt sergeant sgt judge justice minister mayor chancellor bishop "
        "archbishop cardinal father sister brother reverend rev rabbi imam"
    ).split()
)
ROMAN = "i ii iii iv v vi vii viii ix x xi xii xiii xiv xv".split()  # noqa: SIM905
"""The number of each is its index plus one."""

_GROUPS = [frozenset(line.split()) for line in _FORMS]


def share_word(left: Sequence[str], right: Sequence[str]) -> bool:
    """Whether two names, in folded words, have a word in common in some form; initials are none."""
    return any(_same_word(a, b) for a in left for b in right if len(a) > 1 and len(b) > 1)


def are_rivals(left: Sequence[str], right: Sequence[str]) -> bool:
    """Whether two names that have words in common are of two things: each has a word that the other lacks ("New York",
    "New Jersey"), apart from a title ("King Charles", "Charles III"). What stands before two words in common at the end
    is a title too."""
    over = _left_over(left, right), _left_over(right, left)
    if not all(over) or any(_TITLES.issuperset(words) for words in over):
        return False
    return min(len(left), len(right)) < 2 or tuple(left[-2:]) != tuple(right[-2:])


def are_spellings(left: Sequence[str], right: Sequence[str]) -> bool:
    """Whether two full names of as many words differ in given names alone, by a few letters and not by a short form
    ("Sofie Rask", "Sofia Rask"): one person, or two."""
    if len(left) != len(right) or len(left) < 2 or left[-1] != right[-1]:
        return False
    changed = [(a, b) for a, b in zip(left, right, strict=True) if a != b]
    return bool(changed) and all(
        len(a) > 1 < len(b) and _same_word(a, b) and not _share_group(a, b) for a, b in changed
    )


def spelled_alike(left: Sequence[str], right: Sequence[str]) -> bool:
    """Whether a word of one name is another spelling of a word of the other ("Faroe", "Faeroes")."""
    return any(_spelled_alike(a, b) for a in left for b in right)


def _left_over(words: Sequence[str], others: Sequence[str]) -> list[str]:
    return [word for word in words if not any(_same_word(word, other) for other in others)]


@lru_cache(maxsize=65536)
def _same_word(left: str, right: str) -> bool:
    """Whether two words are the same, an initial and what it may stand for, two spellings, or forms of a given name."""
    if left in ROMAN and right in ROMAN:
        return left == right
    if 1 in (len(left), len(right)):
        return left[0] == right[0]
    if left[:_BEGINNING] == right[:_BEGINNING] and min(len(left), len(right)) >= _BEGINNING:
        return True
    return left == right or _spelled_alike(left, right) or _share_group(left, right)


def _share_group(left: str, right: str) -> bool:
    return any(left in group and right in group for group in _GROUPS)


def _spelled_alike(left: str, right: str) -> bool:
    if left[:1] != right[:1] or len(left + right) > _MAX_SPELLING:
        return False
    return SequenceMatcher(None, min(left, right), max(left, right), autojunk=False).ratio() >= _ALIKE
