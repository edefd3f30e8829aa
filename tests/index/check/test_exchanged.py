"""Words in the place of which a source that says nearly the same has others."""

from __future__ import annotations

import pytest

from index.check.exchanged import exchanged_words
from index.differences.cohyponyms import CLASSES

SOURCE = "The old ferry carried cattle from the island to the market on most mornings."


@pytest.mark.parametrize(
    ("sentence", "texts", "expected"),
    [
        (
            "The old ferry carried horses from the island to the market on most mornings.",
            [SOURCE],
            [("horses", "cattle")],
        ),
        (
            "The old ferry carried cattle to the quarry on most mornings.",
            ["The old ferry carried cattle to the market on most mornings."],
            [("quarry", "market")],
        ),
        (SOURCE, [SOURCE], []),
        # Another form of the word, a sentence in other words, and too few words in common.
        ("The old ferries carry cattle from the island to the marketplace on most mornings.", [SOURCE], []),
        ("On weekdays farmers shipped their animals to town aboard an ancient vessel.", [SOURCE], []),
        ("The ferry carried parcels.", [SOURCE], []),
        # One of the near copies has the word; another text that has it is none.
        (
            "The old ferry carried horses from the island to the market.",
            [SOURCE, SOURCE.replace("cattle", "horses")],
            [],
        ),
        (
            "The old ferry carried horses from the island to the market.",
            [SOURCE, "Horses were sold there."],
            [("horses", "cattle")],
        ),
        # At the end it is not clear how far the words reach.
        ("The old ferry carried cattle from the island to the quarry.", [SOURCE], []),
        # Values are compared by what they mean; words of two sentences are not one for another.
        ("The old ferry carried 40 horses from the island to the market.", [SOURCE.replace("cattle", "30 horses")], []),
        (
            "The old ferry carried cattle, leaving the island market.",
            ["The old ferry carried cattle. Others left the island market."],
            [],
        ),
        # Verbs that say little, and labels.
        ("The old ferry took cattle from the island to the market on most mornings.", [SOURCE], []),
        (
            "The old ferry carried class B cattle to the market on most mornings.",
            ["The old ferry carried class C cattle to the market on most mornings."],
            [],
        ),
        # A word that points back to what the sentence names, and one that links a sentence to others.
        (
            "Marram holds the sand of the old dunes along the coast.",
            ["The grass holds the sand of the old dunes along the coast."],
            [],
        ),
        (
            "Curiously, the old ferry carried cattle to the market.",
            ["Today the old ferry carried cattle to the market."],
            [],
        ),
        (
            "According to the log the old ferry carried cattle to the market.",
            ["Indeed, the log of the old ferry has cattle carried to the market."],
            [],
        ),
        ("", [SOURCE], []),
        (SOURCE, [], []),
    ],
)
def test_what_stands_for_what(sentence: str, texts: list[str], expected: list[tuple[str, str]]) -> None:
    found = exchanged_words(sentence, texts)
    assert [(sentence[slice(*words.draft)], words.instead) for words in found] == expected


@pytest.mark.parametrize(
    ("sentence", "text", "expected"),
    [
        # In other words and another order.
        (
            "Researchers have linked heavy use of the drug to damage to the lungs.",
            "Be wary, since heavy use of the drug leads to bladder damage, as researchers found.",
            [("lungs", "bladder")],
        ),
        (
            "Trucks took the harvest of the valley to the coast.",
            "The harvest of the whole valley went by trains to the coast.",
            [("Trucks", "trains")],
        ),
        # The text, or what stands around it, has the word in another form; words that stand for the same.
        (
            "Researchers have linked heavy use of the drug to damage to the lungs.",
            "Researchers found that heavy use of the drug leads to bladder damage and pulmonary trouble.",
            [],
        ),
        ("Lorries took the harvest of the valley to the coast.", "Trucks took the valley's harvest to the coast.", []),
        # Two words of one class in the sentence, a name, words that stand by nothing in common, another subject.
        (
            "Trucks and ferries took the harvest of the valley to the coast.",
            "The harvest of the valley went by train to the coast.",
            [],
        ),
        (
            "The harvest of the valley was sold by Brown on the coast.",
            "The red harvest of the valley was sold on the coast.",
            [],
        ),
        ("The dog slept behind the door.", "The valley is known for its horses and for its old door.", []),
        ("The mill grinds oats.", "A museum shows barley.", []),
    ],
)
def test_a_word_stands_where_the_source_has_another_of_its_class(
    sentence: str, text: str, expected: list[tuple[str, str]]
) -> None:
    found = exchanged_words(sentence, [text])
    assert [(sentence[slice(*words.draft)], words.instead) for words in found] == expected
    own = [sentence[slice(*words.draft)].lower() for words in found]
    assert not exchanged_words(sentence, [text], [f"Elsewhere it tells of {' and '.join(own)}."])
    assert not exchanged_words(sentence, [sentence, text])


def test_words_of_a_class_stand_for_two_things_at_least() -> None:
    assert {name for name, words in CLASSES.items() if len(set(words.values())) < 2} == set()
    assert CLASSES["organ"]["pulmonary"] == CLASSES["organ"]["lungs"] == "lung"
    assert "lead" not in {word for words in CLASSES.values() for word in words}
