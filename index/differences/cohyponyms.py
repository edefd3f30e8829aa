"""Where two texts have different words of one class in the same place: "damage to the lungs", "bladder damage"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from index.differences.tokens import Token, TokenizedText, context_similarity, overlap, read_once
from index.types import Span

# Each line is a class, after its name; words that stand for the same are joined by a stroke. Plurals are added. Words
# that are mostly used in another sense ("lead", "seal", "play") are left out.
_CLASSES = """
organ: bladder liver/hepatic kidney/renal heart/cardiac lung/pulmonary brain/cerebral stomach/gastric
 pancreas/pancreatic bowel/intestine/intestinal spleen thyroid prostate womb/uterus ovary/ovarian breast
body part: arm leg hand foot/feet knee shoulder hip wrist ankle elbow neck chest spine/spinal skull finger toe
sense organ: eye ear nose mouth throat tongue
fluid of the body: blood urine saliva sweat semen bile
blood vessel: artery/arteries vein capillary
transmitter or hormone: dopamine serotonin noradrenaline/norepinephrine glutamate acetylcholine histamine cortisol
 insulin adrenaline/epinephrine oxytocin melatonin testosterone oestrogen/estrogen progesterone
drug: cocaine heroin ketamine/esketamine cannabis/marijuana alcohol nicotine/tobacco amphetamine methamphetamine
 mescaline psilocybin morphine methadone fentanyl oxycodone codeine diazepam midazolam phencyclidine caffeine opium
 barbiturate aspirin ibuprofen paracetamol/acetaminophen penicillin
disease: cancer diabetes asthma malaria tuberculosis measles cholera influenza/flu pneumonia stroke epilepsy dementia
 polio smallpox typhoid leukaemia/leukemia hepatitis arthritis osteoporosis anaemia/anemia obesity
disorder: depression anxiety schizophrenia autism psychosis mania
microbe: bacteria/bacterium/bacterial virus/viral/viruses fungus/fungi/fungal parasite
treatment: surgery chemotherapy radiotherapy acupuncture physiotherapy psychotherapy
form of a medicine: injection/injected tablet/pill infusion/drip lozenge capsule spray inhaler patch/patches ointment
route of a medicine: intravenous/intravenously intramuscular/intramuscularly oral/orally nasal/intranasal/nasally
 rectal subcutaneous/subcutaneously
age: infant/baby/babies teenager/adolescent adult pensioner
sex: man/men woman/women
sex of a child: boy girl
mineral: calcium sodium potassium magnesium iron zinc iodine
nutrient: protein fat carbohydrate fibre/fiber vitamin
metal: iron steel copper bronze gold silver tin zinc aluminium/aluminum brass nickel platinum uranium
material: wood/wooden/timber stone brick concrete glass plastic clay marble granite leather paper rubber
fabric: cotton wool/woollen silk linen nylon polyester denim
fuel: coal oil/petroleum peat charcoal diesel petrol/gasoline hydrogen methane
source of power: solar nuclear wind hydroelectric
particle: electron proton neutron photon
colour: red/crimson/scarlet blue green yellow black white orange purple/violet brown pink grey/gray
season: spring summer autumn winter
mammal: dog cat horse sheep cow/cattle pig goat rat mouse/mice rabbit monkey donkey bears wolf/wolves fox/foxes lion
 tiger elephant whale dolphin otter beaver deer squirrel bat hamster
bird: heron swan goose/geese eagle owl hawk crow pigeon gull robin chicken/hen duck sparrow penguin parrot
fish: salmon trout cod herring eel tuna shark
insect: bee ant wasp butterfly moth beetle mosquito fly/flies
crop: wheat barley oat rye maize/corn rice potato cotton soya/soybean tobacco
tree: oak beech pine willow elm birch poplar chestnut
fruit: apple pear cherry plum grape banana lemon strawberry
vegetable: carrot onion cabbage tomato/tomatoes bean pea cucumber
drink: tea coffee beer wine milk cider whisky/whiskey gin vodka
food: bread cheese butter meat egg sugar
meal: breakfast lunch dinner/supper
son or nephew: son nephew grandson
daughter or niece: daughter niece granddaughter
noble: duke earl baron marquess
building: church/churches school hospital library/libraries museum theatre/theater hotel prison factory/factories
 castle palace chapel mosque synagogue pub
structure: bridge tunnel weir tower
water: river lake canal sea ocean pond
landform: hill/mountain valley island forest desert
room: kitchen bedroom bathroom cellar attic
furniture: table chair bed sofa desk
clothing: shirt jacket dress/dresses hat coat trousers shoe/shoes
vehicle: car bus/buses train tram bicycle/bike lorry/lorries/truck ferry/ferries aeroplane/airplane helicopter
 motorcycle
vessel: ship submarine canoe raft
work: film/movie novel opera album poem painting sculpture symphony/symphonies ballet
instrument: piano/pianist violin/violinist viola/violist cello/cellist guitar/guitarist drums/drummer bass/bassist
 flute/flautist/flutist clarinet/clarinetist/clarinettist oboe/oboist trumpet/trumpeter trombone/trombonist
 harp/harpist saxophone/saxophonist organ/organist accordion/accordionist banjo mandolin
sport: football/footballer/soccer/quarterback/linebacker/cornerback/goalkeeper basketball golf/golfer rugby tennis
 baseball/pitcher/outfielder/infielder/shortstop cricket/cricketer/batsman/wicketkeeper hockey boxing/boxer volleyball
 wrestling/wrestler swimming/swimmer handball lacrosse softball badminton squash athletics/sprinter/hurdler karate
 judo gymnastics/gymnast cycling/cyclist rowing/rower fencing/fencer taekwondo skiing/skier skating/skater
 surfing/surfer snowboarding/snowboarder sailing diving/diver archery/archer weightlifting/weightlifter
 triathlon/triathlete curling biathlon/biathlete bobsleigh polo darts snooker billiards chess bowling hurling/hurler
 netball motorsport
religion:
 christianity/christian/catholic/catholicism/protestant/lutheran/methodist/baptist/anglican/orthodox/presbyterian
 islam/muslim/islamic/sunni/shia judaism/jewish/jew hinduism/hindu buddhism/buddhist sikhism/sikh
denomination: catholic/catholicism protestant orthodox
subject: chemistry physics biology mathematics medicine law history philosophy psychology economics geography theology
 geology astronomy sociology linguistics
degree: bachelor master doctorate
party: democrat/democratic republican
armed force: army navy/naval police
weapon: knife/knives gun sword rifle pistol bomb
crime: murder theft fraud arson robbery/robberies kidnapping manslaughter
disaster: flood/flooding earthquake drought hurricane avalanche landslide
weather: rain snow fog hail
medium: newspaper radio television/tv
kind of study: retrospective prospective
average: mean median
blood pressure: systolic diastolic
severity: mild/mildly moderate/moderately severe/severely
frequency of a disease: incidence prevalence mortality
quantity: temperature pressure humidity speed weight height length depth width volume
time of the day: morning afternoon evening
state of matter: solid liquid gas/gaseous
shape: circle/circular triangle/triangular rectangle/rectangular
way to die: shot stabbed drowned poisoned hanged strangled
way to travel: flew drove walked sailed cycled
way to make: wrote/written painted sculpted photographed
"""
_OF_NAMES = frozenset(("religion", "denomination", "party"))  # classes whose words are written with a capital
NEAR, COMMON, OVERLAP = 0.3, 2, 0.4
"""Nearness of the two words' contexts, content words that these have in common, and the share of the shorter text's
words that the other has, at least (measured: docs/checking.md)."""
_MOST = 2  # words of a class that the source may have (a guess)


def _members() -> dict[str, dict[str, str]]:
    """Of each class its words, each with the first of those that stand for the same."""
    classes: dict[str, dict[str, str]] = {}
    for line in _CLASSES.replace("\n ", " ").strip().splitlines():
        name, _, words = line.partition(": ")
        sides = [side.split("/") for side in words.split()]
        written = {form: side[0] for side in sides for form in side}
        classes[name] = {f"{form}s": first for form, first in written.items()} | written
    return classes


CLASSES: Mapping[str, Mapping[str, str]] = _members()
"""Of each class, by its name, the words, folded, each with the word that stands for all of its meaning."""


def _classes_of() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, words in CLASSES.items():
        for word in words:
            found.setdefault(word, []).append(name)
    return found


_CLASSES_OF = _classes_of()


def exchanged(
    draft: TokenizedText, source: TokenizedText, around: Sequence[TokenizedText] = ()
) -> Iterator[tuple[Span, Span]]:
    """For each class of which both texts have words, but neither the other's, the spans of the two that stand most
    alike, if that is alike enough. ``around``: texts that must not have the draft's word either."""
    if overlap(draft, source) < OVERLAP:
        return
    left, right = _words_by_class(draft), _words_by_class(source)
    for name in [name for name in left if name in right]:
        own, others = ({CLASSES[name][token.word] for token in tokens[name]} for tokens in (left, right))
        if len(own) != 1 or len(others) > _MOST or any(own & _named(text, name) for text in (source, *around)):
            continue
        pairs = [(_nearness(draft, a, source, b), a.span, b.span) for a, b in product(left[name], right[name])]
        nearness, stated, there = max(pairs, key=lambda pair: pair[0])
        if nearness >= NEAR:
            yield stated, there


def _named(reading: TokenizedText, name: str) -> set[str]:
    """What of a class a text has in any form, in names too."""
    return {CLASSES[name][word] for word in reading.words & CLASSES[name].keys()}


def _nearness(draft: TokenizedText, own: Token, source: TokenizedText, other: Token) -> float:
    """How alike the contexts of two words are; 0 where they have too few words in common."""
    contexts = draft.context(own.span, past_brackets=True), source.context(other.span, past_brackets=True)
    return context_similarity(*contexts) if len(contexts[0].keys() & contexts[1].keys()) >= COMMON else 0.0


@read_once
def _words_by_class(reading: TokenizedText) -> Mapping[str, Sequence[Token]]:
    """The words of each class that a text has, in order. A word with a capital within a sentence is a name."""
    found: dict[str, list[Token]] = {}
    for index, token in enumerate(reading.tokens):
        for name in _CLASSES_OF.get(token.word, ()):
            if name in _OF_NAMES or not _is_name(reading, index):
                found.setdefault(name, []).append(token)
    return found


def _is_name(reading: TokenizedText, index: int) -> bool:
    start = reading.tokens[index].span.start
    between = reading.text_between(index - 1, index) if index else "."
    return reading.text[start].isupper() and not any(sign in between for sign in ".!?:\n")
