"""Words for what people are by trade or rank. English; the main titles of ISCO-08 and of public office in one word."""

from __future__ import annotations

import re

OCCUPATIONS = frozenset(
    (  # noqa: SIM905
        "accountant actor actress admiral ambassador anaesthetist anesthesiologist anthropologist archaeologist "
        "architect artist astronaut astronomer athlete attorney author baker banker barrister biochemist biologist "
        "bishop botanist broker builder butcher cardiologist carpenter chancellor chef chemist choreographer colonel "
        "columnist comedian commander composer congressman consultant counsellor curator dancer dentist "
        "dermatologist designer detective diplomat director economist editor electrician engineer entrepreneur "
        "epidemiologist farmer filmmaker firefighter fisherman geneticist geographer geologist governor guitarist "
        "gynaecologist historian inspector inventor investor jeweller journalist lawyer lecturer librarian "
        "lieutenant linguist magistrate magician manager mathematician mayor mechanic midwife miner minister monk "
        "musician neurologist neuroscientist novelist nun nurse obstetrician officer oncologist paediatrician "
        "painter paramedic pathologist pastor pediatrician pharmacist pharmacologist philosopher photographer "
        "physician physicist physiologist physiotherapist pianist pilot playwright plumber poet policeman politician "
        "president priest producer professor programmer prosecutor psychiatrist psychologist psychotherapist rabbi "
        "radiologist reporter sailor saxophonist scientist screenwriter sculptor secretary senator sergeant "
        "shoemaker singer sociologist soldier solicitor songwriter statistician student surgeon tailor teacher "
        "technician therapist translator trumpeter veterinarian violinist waiter waitress writer zoologist"
    ).split()
)
WORKPLACES = frozenset("library libraries ministry ministries bakery bakeries directorate secretariat embassy".split())  # noqa: SIM905
"""Words that begin as a trade does and name where it is practised: a director of the library is no librarian."""

_ENDING = re.compile(r"(?:ist|ian|eer|er|or)$")
_SHORTEST = 5  # letters of a trade without its ending that tell it; a shorter one is taken whole (a guess)


def trade(word: str) -> str | None:
    """What the words of one trade begin with ("psychiatr" of "psychiatrists"); None for a word that is no trade. The
    word is folded."""
    single = word.removesuffix("s") if word not in OCCUPATIONS else word
    if single not in OCCUPATIONS:
        return None
    start = _ENDING.sub("", single)
    return start if len(start) >= _SHORTEST else single
