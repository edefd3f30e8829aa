"""Forms of words that a stemmer does not know as one: irregular verbs, and nouns that tell what a verb tells. English.

Left out are forms that in a report are other words as often: "found", "left", "felt", "lay", "saw", "bore", "ground",
"bound".
"""

from __future__ import annotations

# Each line is the base form and the others.
_FORMS = """
agree agreement agreements
arise arose arisen
beat beaten
become became
begin began begun
bite bit bitten
blow blew blown
break broke broken
bring brought
build built
burn burnt
buy bought
catch caught
choose chose chosen choice choices
come came
deal dealt
decide decision decisions
die death deaths
discover discovery discoveries
draw drew drawn
drink drank drunk
drive drove driven
eat ate eaten
fall fell fallen
fight fought
fly flew flown flight flights
forbid forbade forbidden
forget forgot forgotten
forgive forgave forgiven
freeze froze frozen
give gave given
go went gone
grow grew grown growth
hide hid hidden
hold held
injure injury injuries
keep kept
know knew known
learn learnt
lend lent
lose lost loss losses
make made
meet met
overtake overtook overtaken
overthrow overthrew overthrown
pay paid payment payments
ride rode ridden
ring rang rung
rise rose risen
run ran
sell sold sale sales
send sent
shake shook shaken
shoot shot shots
show shown
shrink shrank shrunk
sing sang sung
sink sank sunk
sleep slept
speak spoke spoken
spend spent
stand stood
steal stole stolen theft thefts
strike struck stricken
swear swore sworn
swim swam swum
take took taken
teach taught
tear tore torn
think thought
throw threw thrown
understand understood
wake woke woken
wear wore worn
win won
write wrote written
"""
BASE_FORMS = {form: base for base, *forms in map(str.split, _FORMS.strip().splitlines()) for form in forms}
"""The base form of each irregular form, all folded."""
