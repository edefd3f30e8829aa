"""The words that publications and other bodies are called by, and which names with such a word are those of people.

"Fenland Times" is a paper, "Sara Times" may be its editor. Whether a name is one or the other is a guess.
"""

from __future__ import annotations

import re

NEWSPAPERS = (
    r"herald|courier|gazette|tribune|chronicle|observer|times|telegraph|echo|argus|sentinel|news|examiner|inquirer"
    r"|dispatch|zeitung|anzeiger|kurier|nachrichten|rundschau|tageblatt|corriere|giornale|diario"
)
"""Words that newspapers are called by: a pattern of alternatives."""

_PUBLISHER = re.compile(
    rf"\b(?:{NEWSPAPERS}|post|review|journal|press|daily|weekly|monthly|magazine|guardian|mail|standard|independent|express"
    r"|bulletin|radio|tv|today|globe|mirror|record|report|reports|books|verlag|blatt|revue|gazeta|jornal"
    r"|universit\w+|institut\w*|college|society|agency)\b|\w\.(?:com|org|net|co\.uk|de|fr|eu)\b",
    re.IGNORECASE,
)
_INITIAL = re.compile(r"[^\W\d_]\.?")

# Surnames that are words of bodies too.
_SURNAMES = re.compile(
    rf"(?:{NEWSPAPERS}|bank|banks|press|post|mail|water|waters|church|house|park|parks|hall|express|independent|record"
    r"|standard|college|society|club|party|page|books?)",
    re.IGNORECASE,
)
# Given names that are not those of places as well, of which papers and banks have their names.
_GIVEN = frozenset(
    (  # noqa: SIM905
        "aaron adam adrian agnes ahmed aidan alan albert alex alexander ali alice alison amanda amy andrea andreas "
        "andrew angela anita ann anna anne annette anthony anton antonia antonio arthur astrid barbara beatrice ben "
        "benjamin bernard beth bill birgit bob brian bruce carla carlos carmen carol caroline catherine cecilia "
        "charles chris christian christina christine christopher claire clara claudia colin daniel daniela david "
        "deborah dennis diana diane dieter dominic donald donna doris dorothy douglas edith edward eileen eleanor "
        "elena eleni elisabeth elizabeth ella ellen emil emily emma eric erik erika ernst esther eva evelyn fatima "
        "felix fiona frances francesca frank franz fred frederick friedrich gabriel gabriele gareth gary geoffrey "
        "george gerald gerhard gina giovanni giulia gordon graham greg gregory greta guy hannah hans harold harriet "
        "harry heather heidi heinrich helen helena helga henrik henry herbert hilary holly howard hugh ian ingrid "
        "irene isabel isabelle ivan jack jacob jacqueline jake james jan jane janet jason jean jeffrey jennifer "
        "jeremy jessica jill jim joachim joan joanna joe johan johann johanna john jonas jonathan jose joseph "
        "joshua juan judith judy julia julian julie karen karl katarina kate katharina katherine kathleen katrin "
        "keith kelly ken kenneth kevin klara klaus kurt lars laura lauren laurence lea leo leon leonard linda lisa "
        "louis louise lucas lucia lucy luigi luis luke magnus marc marco margaret maria marie marion mark markus "
        "martha martin martina mary mathilde matthew maurice max megan melanie mia michael michel michelle miguel "
        "mike miriam mohammed molly monica monika nadia nancy naomi natalie nathan neil nicholas nicola nicole "
        "nigel nina nora norman oliver olivia oscar otto owen pamela patricia patrick paul paula pauline pedro "
        "penelope peter petra philip philippa pierre rachel ralph raymond rebecca renate richard rita robert robin "
        "roger roland rosa rosemary rowan roy ruth ryan sally sam samantha samuel sandra sara sarah sebastian "
        "sharon sheila silvia simon sofia sofie sonia sophia sophie stefan stella stephanie stephen steve steven "
        "stuart susan susanne sven sylvia tamara tanya teresa theo theresa thomas tim timothy tina tobias tom toni "
        "tony tracy ulrich ursula valerie vanessa vera veronica victor vincent walter wendy werner wilhelm william "
        "wolfgang yasmin yvonne zoe"
    ).split()
)


def is_of_person(name: str) -> bool:
    """Whether a name with a word of bodies in it is rather a person's: a given name, perhaps initials, and one such
    word: "Tom Bank", "Sara J. Times"."""
    words = name.split()
    if len(words) < 2 or words[0].casefold() not in _GIVEN or not _SURNAMES.fullmatch(words[-1]):
        return False
    return all(_INITIAL.fullmatch(word) for word in words[1:-1])


def names_publisher(text: str) -> bool:
    """Whether a text has a word that tells the name of a publisher from that of a town, and is no person's name."""
    return _PUBLISHER.search(text) is not None and not is_of_person(text)
