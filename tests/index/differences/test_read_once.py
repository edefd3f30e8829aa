"""What is read in a sentence is kept, and changes nothing of what is found."""

from __future__ import annotations

from index.differences import differences
from index.differences.names import unknown_names
from index.differences.tokens import TokenizedText, read_once, tokenized
from index.text.numerals import numerals


def test_a_sentence_is_read_once_however_often_it_is_compared() -> None:
    readings: list[str] = []

    @read_once
    def capitals(reading: TokenizedText) -> int:
        readings.append(reading.text)
        return sum(letter.isupper() for letter in reading.text)

    text, other = TokenizedText("Rye sued Ash."), TokenizedText("Rye sued Ash.")
    assert [capitals(text), capitals(text), capitals(other)] == [2, 2, 2]
    assert len(readings) == 2


def test_a_word_that_the_other_text_has_in_small_letters_is_no_name_beside_it_and_one_beside_others() -> None:
    text = tokenized("They took Ketamine in Bonn.")
    found = [
        [text.text[slice(*name.span)] for name in unknown_names(text, tokenized(other))]
        for other in ("He had ketamine at home.", "He had aspirin at home.")
    ]
    assert found == [["Bonn"], ["Ketamine", "Bonn"]]


def test_differences_are_the_same_when_asked_again_and_in_another_company() -> None:
    pair = (
        "In Bonn 14 of 30 patients were not treated in May 2001.",
        "In Rome 17 of 30 patients were treated in May 2003.",
    )
    first = differences(*pair)
    differences(pair[0], "Fifteen patients in Rome were treated.")
    assert first
    assert differences(*pair) == first


def test_a_text_without_figures_or_their_words_has_no_numerals() -> None:
    texts = "No word of it.", "Half of it.", "It rose twofold.", "½ of it", "٣ of it"
    assert [len(numerals(text)) for text in texts] == [0, 1, 1, 1, 1]
