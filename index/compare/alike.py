"""Words that stand for one another in a question and its answer: what befell somebody, who does a thing and the doing
of it, and the forms of irregular verbs, which no stemmer brings together. English."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from index.differences.tokens import TokenizedText

ACTS = frozenset("die dead death kill fatal murder slain perish".split()), frozenset("injur wound hurt".split())  # noqa: SIM905
"""Stems of what befell somebody: a figure is of those who died, or of those who were hurt."""

# Each line stands for one thing.
_GROUPS = """
participated enrolled recruited randomised randomized assigned
engines appliances
people person men man women woman victims civilian
born birth
founded established created launched formed started began begin begun
founder founded established
built build constructed erected completed
director directed
author writer wrote written writes
creator created wrote written developed
screenwriter screenplay wrote written
composer composed
producer produced
inventor invented
designer architect designed
editor edited
singer sang sung performer performed
actor actress star starring
owner owned owns
leader led leads
winner won wins
opened open commissioned inaugurated
closed close closure shut
merged merger combined combine
generate produce
shot shoot shooting shooter gunman
hit struck strike collided crashed
pay paid fee
live inhabitants residents population
effective effectiveness efficacy
highest maximum peak record
usual ordinary typical customary
lowest minimum
beat beaten
became become
bit bite bitten
blew blow blown
bought buy
broke break broken
brought bring
came come
caught catch
chose choose chosen
cut cutting
dealt deal
drank drink drunk
drew draw drawn
drove drive driven
ate eat eaten
fell fall fallen
felt feel
fled flee
flew fly flown
forgot forget forgotten
fought fight
froze freeze frozen
gave give given
grew grow grown
held hold
kept keep
knew know known
laid lay
left leave
lent lend
lost lose
made make
meant mean
met meet
rang ring rung
rode ride ridden
rose rise risen raise raised
ran run
sank sink sunk
saw see seen
sent send
sold sell
sought seek
spent spend
spoke speak spoken
stole steal stolen
stood stand
swam swim swum
taught teach
thought think
threw throw thrown
took take taken
told tell
tore tear torn
wore wear worn
won win
"""

# Who is counted among people: "nineteen passengers" are people.
PERSONS = TokenizedText(
    "people persons men women victims civilians passengers crew sailors drivers pedestrians cyclists workers employees "
    "staff students pupils children boys girls teachers residents villagers citizens tourists visitors guests patients "
    "soldiers troops officers policemen firefighters protesters demonstrators migrants refugees inmates prisoners "
    "worshippers spectators fans shoppers customers bystanders adults teenagers babies members"
).stems
PEOPLE = TokenizedText("people persons").stems


def with_alike(stems: frozenset[str]) -> frozenset[str]:
    """The stems, and those that stand for one of them."""
    groups = _by_stem()
    return stems.union(*(groups[stem] for stem in stems if stem in groups))


@cache
def _by_stem() -> Mapping[str, frozenset[str]]:
    """Each stem with all that stand for it."""
    by_stem: dict[str, frozenset[str]] = {}
    for group in (*ACTS, *(TokenizedText(line).stems for line in _GROUPS.strip().splitlines())):
        for stem in group:
            by_stem[stem] = by_stem.get(stem, frozenset()) | group
    return by_stem
