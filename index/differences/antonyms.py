"""Words that reverse a statement: negation cues, and pairs of words with opposite meanings."""

from __future__ import annotations

from index.text.lexicon import NEGATION_WORDS

# Each line is an axis: the words of one side, a bar, the words of the opposite side. A line that begins with a space
# continues the one before. All forms are written out, because stems would also match unrelated words.
_PAIRS = """
increase increases increased increasing rise rises rose risen rising grow grows grew grown growing climb climbs climbed
 raise raises raised raising gain gains gained soar soared surge surged jump jumped
 | decrease decreases decreased decreasing reduce reduces reduced
 reducing reduction cut cuts cutting slashed
 fall falls fell fallen falling decline declines declined declining drop drops dropped dropping
 shrink shrinks shrank shrunk slow slows slowed slowing ease eased easing
 lose loses lost lower lowered lowers lowering diminish diminished plunged plummeted
more greater | less fewer
higher | lower
larger bigger | smaller
longer | shorter
faster quicker | slower
older elder | younger
stronger | weaker
best | worst
best-selling | worst-selling
highest | lowest
largest biggest | smallest
most | least fewest
longest | shortest
fastest quickest | slowest
oldest eldest | youngest newest
strongest | weakest
hottest warmest | coldest coolest
wettest | driest
richest | poorest
heaviest | lightest
earliest | latest
safest | deadliest
earlier | later
daily | weekly fortnightly monthly yearly annually occasional occasionally
before | after
always often frequently sometimes | never
above | below
begin begins began begun beginning start starts started starting commence commenced
 | end ends ended ending finish finishes finished cease ceased stop stops stopped
win wins won winning victory victorious | lose loses lost losing
success successful successfully succeed succeeds succeeded | failure unsuccessful unsuccessfully fail fails failed
improve improves improved improving improvement better enhance enhances enhanced
 | worsen worsens worsened worsening deteriorate deteriorated worse
wide wider widest broad broader | narrow narrower narrowest
deep deeper deepest | shallow shallower shallowest
thick thicker | thin thinner
heavier | lighter
cheap cheaper cheapest inexpensive | expensive dearer costlier
friendly | hostile
completed | abandoned aborted cancelled canceled scrapped
support supports supported favour favours favoured favor favors favored backed
 | oppose opposes opposed reject rejects rejected against
accept accepts accepted approve approves approved adopt adopts adopted endorse endorses endorsed grant grants granted
 | reject rejects rejected refuse refuses refused deny denies denied against
allow allows allowed permit permits permitted authorise authorised authorize authorized
 | ban bans banned forbid forbidden prohibit prohibits prohibited block blocks blocked veto vetoed
include includes included including | exclude excludes excluded excluding
confirm confirms confirmed admit admits admitted | deny denies denied refute refutes refuted rejected disproved
agree agrees agreed agreement | disagree disagrees disagreed disagreement
uphold upholds upheld upholding | overturn overturns overturned overturning quash quashed
doubled doubling | halved halving
strengthen strengthens strengthened | weaken weakens weakened
expand expands expanded | contract contracts contracted shrink shrinks shrank
positive positively | negative negatively
safe safely | unsafe dangerous harmful
likely | unlikely
possible | impossible
able | unable
effective | ineffective
significant significantly | insignificant insignificantly nonsignificant non-significant
legal lawful legally | illegal unlawful illegally banned forbidden prohibited outlawed
known | unknown
common | uncommon rare
usual usually often frequently | unusual seldom rarely infrequently
important | unimportant
related | unrelated
changed | unchanged
affected | unaffected
necessary | unnecessary
popular | unpopular
happy glad pleased delighted | unhappy sad miserable
stable | unstable
certain | uncertain
clear | unclear
healthy | unhealthy
complete | incomplete
correct correctly | incorrect incorrectly
accurate | inaccurate
direct directly | indirect indirectly
dependent | independent
visible | invisible
active | inactive
regular | irregular
valid | invalid void
dismiss dismisses dismissed | allow allows allowed uphold upheld
sufficient enough | insufficient
secure | insecure
appropriate | inappropriate
reliable | unreliable
available | unavailable
stranded unclaimed | claimed
conscious | unconscious
sober | drunk intoxicated
vaccinated | unvaccinated
armed | unarmed
paid | unpaid
insured | uninsured
exempt exempts exempted | cover covers covered covering subject
inhabited occupied | uninhabited unoccupied
identified | unidentified
expected | unexpected
limited | unlimited
pure | impure
moral | immoral
mature | immature
literate | illiterate
presence present | absence absent lack
alive living survive survives survived | dead deceased die dies died dying killed
appear appears appeared appearing | disappear disappears disappeared disappearing vanish vanished
praise praises praised applauded | criticise criticised criticize criticized condemn condemned blamed
cause causes caused causing trigger triggered | prevent prevents prevented avert averted
hire hires hired hiring recruited | dismiss dismisses dismissed fired sacked
arrive arrives arrived arriving | depart departs departed departing
save saves saved saving | cost costs costing
consistent compatible | inconsistent incompatible
flood | ebb
majority | minority
maximum | minimum
northern north | southern south
eastern east | western west
male males man men boy boys | female females woman women girl girls
public publicly | private privately
open opens opened opening | close closes closed closing
married | unmarried divorced
introduced | abolished
imposed | lifted
arrested detained | released freed
appointed | dismissed sacked
ahead | behind
inside indoors | outside outdoors
upstream | downstream
winner winners | loser losers
advantage advantages | disadvantage disadvantages
unanimous unanimously | divided
created founded established built constructed | destroyed dissolved demolished
protects protect protected protective | harms harm harmed
promotes promote promoted | inhibits inhibit inhibited prevents prevent prevented
full | empty
first | last
adult adults | child children
guilty | innocent
acquitted | convicted
rural | urban
temporary temporarily | permanent permanently
voluntary voluntarily optional | mandatory compulsory obligatory
acute | chronic
encourage encourages encouraged | discourage discourages discouraged
qualified | unqualified disqualified
employed | unemployed
import imports imported | export exports exported
buy buys bought | sell sells sold
profit profits profitable | loss losses unprofitable
superior | inferior
hero superhero | villain supervillain
ally allies | enemy enemies
true | false untrue
right correct | wrong
fair | unfair
easy easily | difficult
relevant | irrelevant
normal normally | abnormal abnormally
acceptable | unacceptable
comfortable | uncomfortable
convenient | inconvenient
useful | useless
attractive | unattractive
ethical | unethical
polite | impolite
logical | illogical
perfect | imperfect
official officially | unofficial unofficially
famous | obscure
simple simply | complex complicated
natural naturally | artificial artificially man-made
amateur amateurs | professional professionals
indoor | outdoor
internal | external
interior | exterior
ancient | modern
predecessor | successor
together jointly | separately
add adds added adding | remove removes removed removing
activate activates activated activating | block blocks blocked blocking inhibit inhibits inhibited inhibiting
agonist agonists | antagonist antagonists
attack attacks attacked attacking | defend defends defended defending
remember remembers remembered | forget forgets forgot forgotten
reveal reveals revealed | conceal conceals concealed hide hides hid hidden
love loves loved | hate hates hated dislike dislikes disliked
continue continues continued continuing | cease ceases ceased stop stops stopped
avoid avoids avoided avoiding | confront confronts confronted confronting
boost boosts boosted boosting | dampen dampens dampened dampening
allow allows allowed allowing | restrict restricts restricted restricting
enter enters entered entering | leave leaves leaving exit exits exited
tighten tightens tightened | loosen loosens loosened
lengthen lengthens lengthened extend extends extended | shorten shortens shortened
widen widens widened | narrow narrows narrowed
domestic domestically | foreign abroad
everyone everybody | nobody
dry | wet
awake | asleep
fictional | nonfictional non-fictional
conservative | liberal
important crucial essential | unimportant insignificant irrelevant
agreed | refused declined
award awards awarded | deny denies denied refuse refuses refused
horizontal horizontally | vertical vertically
quickly rapidly fast quick rapid swiftly | slowly slow
released | withheld
abundant abundance | scarce scarcity
upgraded | downgraded
heavyweight | lightweight
senior | junior
suitable | unsuitable
maximise maximises maximize maximizes | minimise minimises minimize minimizes
capable | incapable
darker | lighter
colder cooler | warmer hotter
easier | harder
help helps helped assist assists assisted | hinder hinders hindered
regulated | unregulated
addition | removal
claim claims claimed | deny denies denied
elderly old | young
straight | curved
adequate | inadequate
peaceful peacefully | violent violently
automatic automatically | manual manually
residential | commercial
religious | secular
constitutional | unconstitutional
efficient efficiently | inefficient inefficiently
promoted | demoted relegated
genuine authentic real | fake
expert | novice
father fathers | mother mothers
brother brothers | sister sisters
son sons | daughter daughters
husband husbands | wife wives
grandfather | grandmother
input inputs | output outputs
birth births | death deaths
supporter supporters | opponent opponents critic critics
victory victories | defeat defeats
acceptance | rejection
northernmost | southernmost
easternmost | westernmost
northwestern | southeastern
northeastern | southwestern
completely fully entirely wholly totally | partially partly
join joins joined joining | leave leaves left leaving
primary | secondary
intelligent smart clever | stupid
wise wisely | foolish foolishly
competent | incompetent
smooth | rough
bright | dark dim
immune | susceptible
visible | hidden
retain retains retained | abandon abandons abandoned
enable enables enabled | prevent prevents prevented
solve solves solved | worsen worsens worsened
deliberate deliberately intentional intentionally | accidental accidentally unintentional unintentionally
increase increased increasing | stable unchanged constant
"""
# These say something of the word next to them, so they are compared only when that word is the same.
_BESIDE_A_WORD = """
all every each both | none neither
all every | some few several
most many | few
high | low
strong | weak
early | late
hot warm | cold cool
heavy | light
large big huge giant great vast | small little tiny
rich wealthy | poor
left | right
upper | lower
inner | outer
front | rear
extinct | common widespread abundant
considerable substantial major severe | negligible minor slight insignificant
native | invasive
same identical | different
current present | former
hard | soft
good excellent | poor bad terrible
single only | multiple several
"""

NEGATION_CUES = NEGATION_WORDS | {"n't", "rarely", "seldom"}
# Words in front of an infinitive or a noun that deny it.
DENIAL_CUES = frozenset(
    (  # noqa: SIM905
        "failed fails fail failing unable refused refuses refuse declined declines denied denies lack lacks "
        "lacked lacking absence stopped avoided prevented incapable unwilling"
    ).split()
)

ALMOST = frozenset(("nearly", "almost"))
SPARED = frozenset(
    (  # noqa: SIM905
        "died drowned killed collapsed crashed sank broke burst failed fell lost won resigned quit fainted choked "
        "suffocated starved missed capsized defaulted"
    ).split()
)
"""Verbs that deny what they tell after one of ``ALMOST``; others only come near it ("nearly doubled")."""


def _axes() -> dict[str, tuple[tuple[int, int], ...]]:
    """Each word with the axes that it is on, and its side of each (1 or -1)."""
    axes: dict[str, list[tuple[int, int]]] = {}
    for axis, line in enumerate(_lines(_PAIRS) + _lines(_BESIDE_A_WORD)):
        for side, words in zip((1, -1), line.split("|"), strict=True):
            for word in words.split():
                axes.setdefault(word, []).append((axis, side))
    return {word: tuple(sides) for word, sides in axes.items()}


def _lines(pairs: str) -> list[str]:
    return pairs.replace("\n ", " ").strip().splitlines()


AXES = _axes()
CONVERSES = frozenset(AXES[word][0][0] for word in ("buy", "import"))
"""Axes on which both words may tell one thing, each from its own side: what one sells another buys."""
FREQUENCIES = frozenset(word for word in AXES if AXES[word][0] in AXES["often"] or AXES[word][0] in AXES["seldom"])
"""Words for how often: "usually not" is "not usually"."""
FIRST_BESIDE = len(_lines(_PAIRS))  # the number of the first axis of words that must stand beside one word
