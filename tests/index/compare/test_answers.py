"""Which value of a passage answers a question, and which questions a passage does not answer."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import pytest

from index.compare import answer_table, answering, questions
from index.output import export_compare, json_output, terminal
from index.types import Answer, Confidence, Hit, Parts, Passage, Source, Span
from views.components import comparison_tables

WHEN = "2026-01-02T03:04:05+00:00"
FERRY = "The ferry Halcyon"


def even(stems: Collection[str]) -> dict[str, float]:
    """A library in which all words weigh the same."""
    return dict.fromkeys(stems, 1.0)


def hit_of(text: str, title: str = FERRY) -> Hit:
    """A sure hit on a source of this text."""
    passage = Passage(text, Span(0, len(text)))
    source = Source("x", "x.txt", title)
    return Hit(1, 1.0, Confidence.STRONG, passage, source, Parts(*[0.0] * 7), key_sentence=Span(0, len(text)))


def answer(question: str, text: str, title: str = FERRY) -> str | None:
    """The value that answers, None where none does."""
    asked = questions.parse_question(question, even)
    best = answering.best(asked, answering.values(asked, hit_of(text, title)))
    return best and text[slice(*best.span)]


def answer_of(hit: Hit) -> Answer:
    return Answer("", Confidence.STRONG, 1, "m", {}, (hit,), 1.0, 1, 1)


BOARD = "There were 141 passengers and 11 crew on board. Nineteen passengers were injured, three of them seriously."


@pytest.mark.parametrize(
    ("question", "text", "value"),
    [
        # The count by whose noun the verb of the question stands.
        ("How many passengers were on board the Halcyon?", BOARD, "141"),
        ("How many crew were on board the Halcyon?", BOARD, "11"),
        ("How many passengers were injured on the Halcyon?", BOARD, "Nineteen"),
        ("How many people were injured in the Halcyon accident?", BOARD, "Nineteen"),
        (
            "How many passengers did the Halcyon have on board?",
            "She had 143 passengers and a crew of 11 on board.",
            "143",
        ),
        ("How many passengers were on board the Halcyon?", "Nineteen passengers were injured.", None),
        ("How many passengers were injured on the Halcyon?", "She had 143 passengers on board.", None),
        ("How many passengers drowned on the Halcyon?", "She carried 143 passengers; nobody drowned.", None),
        ("How many people were injured on the Halcyon?", "Ten were killed and 20 people injured.", "20"),
        ("How many people were injured on the Halcyon?", "At least 12 injured on the Halcyon.", "At least 12"),
        ("How many people were injured on the Halcyon?", "Seventeen, two of them children, were seen.", None),
        (
            "How many people were rescued from the Halcyon?",
            "Twelve people were rescued, including two people who had jumped.",
            "Twelve",
        ),
        # Of a part and its whole, the part.
        ("How many cabins will close on the Halcyon?", "Three of the ferry's eleven cabins will shut.", "Three"),
        ("How many cabins will close on the Halcyon?", "Three of the eleven cabins will close.", "Three"),
        # A measure has a unit, or stands by its word; a bare count is none.
        ("How tall is the Halcyon?", "The Halcyon will be paid for in three instalments.", None),
        ("How tall is the Halcyon?", "The Halcyon has number 9 on its bow.", None),
        ("How tall is the Halcyon?", "The Halcyon is 22 metres tall.", "22 metres"),
        ("How long is the Halcyon?", "The second accident of the Halcyon in three years.", None),
        ("How long is the Halcyon?", "The Halcyon is 62 metres long.", "62 metres"),
        ("How old is the Halcyon?", "The Halcyon waited for two hours.", None),
        ("How old is the Halcyon?", "The Halcyon, aged 31, was sold.", "31"),
        ("How old is the Halcyon?", "The 23-year-old Halcyon was sold.", "23-year-old"),
        ("What was the highest temperature on the Halcyon?", "The record on the Halcyon is 40.2 °C.", "40.2 °C"),
        ("What was the highest temperature on the Halcyon?", "The previous record, 38.7 °C, was on the Halcyon.", None),
        # A half-life is called so; any other time is none.
        ("What is the half-life of ale?", "The half-life of ale is 2.5 hours.", "2.5 hours"),
        ("How long is the half-life of ale?", "The half-life of ale is 2.5 hours.", "2.5 hours"),
        ("How long is the half-life of ale?", "For class A ale the most is 7 years in prison.", None),
        # What became so in one place did not at the same time in another.
        (
            "When did ale become a listed drink in Norway?",
            "Norway listed ale in 1999. Sweden made it a drink of class C in 2006.",
            "1999",
        ),
        # A vote, and what was paid for this and for something else.
        (
            "By what vote was the Halcyon budget passed?",
            "The Halcyon budget was passed by 31 votes to 24.",
            "31 votes to 24",
        ),
        ("By what vote was the Halcyon budget passed?", "A Halcyon budget of £412 million was passed by vote.", None),
        (
            "How much did Rye pay for Halcyon?",
            "Rye bought Halcyon for £33 million, the most it ever paid.",
            "£33 million",
        ),
        ("How much did Rye pay for Halcyon?", "For Kragh of Lyngdal, Rye had paid £31 million.", None),
        # A time of day.
        ("At what time did the Halcyon hit the wall?", "On 14 May at 7.42 am the Halcyon struck the wall.", "7.42 am"),
        ("At what time did the Halcyon hit the wall?", "The Halcyon struck the wall on 14 May.", None),
        ("When did the Halcyon hit the wall?", "At 7.42 am the Halcyon struck the wall.", "7.42 am"),
        ("When did the Halcyon hit the wall?", "On 14 May at 7.42 am the Halcyon struck the wall.", "14 May"),
        # A share of what is effective, and not of a side effect.
        ("How effective is the Halcyon jab?", "The Halcyon jab was 64 per cent effective.", "64 per cent"),
        ("How effective is the Halcyon jab?", "A side effect of the jab was pain, which half of them had.", None),
    ],
)
def test_the_value_is_of_what_the_question_asks(question: str, text: str, value: str | None) -> None:
    assert answer(question, text) == value


@pytest.mark.parametrize(
    ("question", "text", "answers"),
    [
        ("Who is the captain of the Halcyon?", "With me is Leonard Voss, who was on the Halcyon.", False),
        ("Who is the captain of the Halcyon?", "The captain, Allan Pruitt, was heard.", True),
        ("Who is the captain of the Halcyon?", "It rained. Ann Prewitt has been captain for years.", True),
        ("Who is the author of Halcyon?", "Halcyon, by Ann Sample, came out in May.", True),
        ("Where was the Halcyon built?", "The Halcyon was built to a plan of its owner.", False),
        ("Where was the Halcyon built?", "The Halcyon was built in May.", False),
        ("Where was the Halcyon built?", "The Halcyon was built in a small harbour.", True),
        ("Where was the Halcyon built?", "The Halcyon was built in Norway.", True),
        ("How effective is the Halcyon jab?", "I am glad about the Halcyon jab.", False),
        ("Why did the Halcyon sail?", "The Halcyon sailed because it had to.", True),
    ],
)
def test_a_passage_answers_who_only_beside_the_role_and_where_only_with_a_place(
    question: str, text: str, answers: bool
) -> None:
    asked = questions.parse_question(question, even)
    found = answering.answering(asked, answer_of(hit_of(text)))
    assert bool(found) is answers


def rows(question: str, texts: list[str]) -> answer_table.AnswerRow:
    asked, hits = questions.parse_question(question, even), [hit_of(text, "") for text in texts]
    return answer_table._row(asked, even, [hit.source for hit in hits], hits)


def test_a_value_that_fits_two_that_are_apart_has_no_letter() -> None:
    texts = ["At least nine people drowned.", "Thirteen people drowned.", "Eleven people drowned."]
    assert rows("How many people drowned?", texts).groups == ((1,), (2,))
    assert rows("How many people drowned?", texts[:2]).groups == ((0, 1),)


def test_the_sources_with_an_answer_are_counted_of_all_that_were_asked_in_the_same_words_everywhere() -> None:
    row = rows("How many people drowned?", ["Thirteen people drowned.", "Eleven people drowned."])
    sources = tuple(cell.source for cell in row.cells)
    table = answer_table.AnswerTable((replace(row, unshown=3),), sources, 1, "m", {}, more=3, silent=55)
    count = "answer found in 5 of 60 sources, 2 of them shown"
    assert next(iter(terminal.format_answer_table(table))).endswith(f"({count})")
    assert f'<p class="sw-lead">{count}</p>' in comparison_tables.table_html(table)
    assert export_compare.answers_table(table, WHEN).rows[0][1][0].text.startswith(f"A{count[1:]}. ")
    written = json_output.table_json(table)
    assert (written["asked"], written["questions"][0]["saying"], written["questions"][0]["unshown"]) == (60, 2, 3)


@pytest.mark.parametrize(
    ("saying", "unshown", "independent", "asked", "count"),
    [
        (0, 0, 0, 4, "no answer found"),
        (1, 0, 1, 1, "answer found in 1 of 1 source"),
        (3, 0, 2, 1200, "answer found in 3 of 1,200 sources, 2 independent"),
        (20, 4, 19, 60, "answer found in 24 of 60 sources, 20 of them shown (19 independent)"),
    ],
)
def test_the_count_of_answers_reads_well(saying: int, unshown: int, independent: int, asked: int, count: str) -> None:
    cell = rows("How many people drowned?", ["Thirteen people drowned."]).cells[0]
    assert answer_table.AnswerRow("?", (cell,) * saying, (), (), independent, unshown).count(asked) == count


def test_letters_follow_the_order_of_the_table() -> None:
    texts = ["Nine people drowned.", "Thirteen people drowned.", "Eleven people drowned.", "Eleven people drowned."]
    row = rows("How many people drowned?", texts)
    assert row.groups == ((2, 3), (0,), (1,))
    assert row.letters == {0: "A", 1: "B", 2: "C", 3: "C"}
    assert rows("How many people drowned?", texts[2:]).letters == {}


def test_times_and_votes_are_held_against_each_other() -> None:
    times = ["The ferry struck the wall at 7.42 am.", "The ferry struck the wall at 07:41."]
    assert [
        dispute.difference.note for dispute in rows("At what time did the ferry hit the wall?", times).disputes
    ] == ["7.42 am against 07:41"]
    votes = ["The budget was passed by 31 votes to 24.", "The budget was passed by 31 votes to 23."]
    assert len(rows("By what vote was the budget passed?", votes).disputes) == 1
    assert not rows("By what vote was the budget passed?", [votes[0], votes[0]]).disputes


@pytest.mark.parametrize(
    ("right", "opposed"),
    [("Ether addiction is psychological rather than physical.", False), ("Ether is physically addictive.", True)],
)
def test_what_names_a_state_does_not_say_that_it_is_so(right: str, opposed: bool) -> None:
    row = rows("Is ether physically addictive?", ["Ether is not physically addictive.", right])
    assert bool(row.disputes) is opposed


def common(stems: Collection[str]) -> dict[str, float]:
    """A library on ferries, in which that word says little."""
    return {stem: 0.1 if stem.startswith("ferri") else 1.0 for stem in stems}


@pytest.mark.parametrize(
    ("question", "text", "answers"),
    [
        ("When was the ferry first built?", "The ferry was built in 1931.", True),
        ("When was the ferry originally painted green?", "In 1931 the ferry was painted green.", True),
        ("When was the ferry first seen?", "A notice of 1931 lists the ferry.", False),
        ("When did the first ferry cross?", "The second ferry crossed in 1931.", False),
        ("Where was the ferry built?", "The ferry was built at Aldby.", True),
        ("Where was the ferry built?", "The ferry lay at Aldby for a winter.", False),
        ("Who painted the ferry?", "The Tolbury Herald ferry guide is out.", False),
        ("Who painted the ferry?", "The Rye Brothers painted the ferry.", True),
        ("Where was the ferry painted?", "The Tolbury Herald wrote of the ferry in 1931.", False),
        ("Where did the ferry sink?", "It sank off Aldby in a storm.", True),
    ],
)
def test_when_and_where_are_answered_beside_the_event(question: str, text: str, answers: bool) -> None:
    """Not by any date or place in a source on the same subject; "first" need not stand there."""
    asked, hit = questions.parse_question(question, common), hit_of(text, "The ferry")
    assert bool(answering.answering(asked, answer_of(hit))) is answers


@pytest.mark.parametrize(
    ("text", "is_heard"),
    [
        ("Few ferries sink; those that do were overloaded.", True),
        ("The ferry has a green hull and a small saloon.", False),
        ("Overloading a ferry is forbidden by the rules of the port.", True),
    ],
)
@pytest.mark.parametrize("confidence", [Confidence.PLAUSIBLE, Confidence.STRONG])
def test_a_question_that_no_value_answers_is_met_by_passages_with_its_rare_words(
    text: str, is_heard: bool, confidence: Confidence
) -> None:
    """Where a whole library is on one subject, all of it is near to any question on that, and a passage without any of
    the rare words is not on it, however strong."""
    asked = questions.parse_question("Is an overloaded ferry dangerous?", common)
    hit = replace(hit_of(text, "The ferry"), confidence=confidence)
    found = answering.answering(asked, answer_of(hit))
    assert bool(found) is is_heard


def test_of_passages_that_need_not_answer_no_answer_is_stated() -> None:
    row = rows("Is an overloaded ferry dangerous?", ["An overloaded ferry is dangerous."])
    assert row.count(30) == "passages on it in 1 of 30 sources"


def subject(stems: Collection[str]) -> dict[str, float]:
    """A library on ale, rye, tin and dams, each of which stands in all its passages; no passage has "zymurgic"."""
    light = {"ale": 0.1, "rye": 0.1, "tin": 0.1, "dam": 0.1, "zymurg": 6.0, "": 6.0}
    return {stem: light.get(stem, 2.0) for stem in stems}


@pytest.mark.parametrize(
    ("question", "sentence", "answers"),
    [
        ("Who first made ale?", "Mead was made by Ann Crane.", False),
        ("Who first made ale?", "Ann Crane made ale.", True),
        ("Who first made ale?", "Ann Crane made it in a barn.", True),
        ("Who smelted tin?", "Lead was smelted by Ann Crane.", False),
        ("When was the dam raised?", "Aldby Bridge was raised in 1931.", False),
        ("When was the dam raised?", "The dam at Aldby was raised in 1931.", True),
    ],
)
def test_what_befell_another_thing_does_not_answer(question: str, sentence: str, answers: bool) -> None:
    """Where a library is on one subject, its name alone does not tell a passage from another; a sentence that names
    something must have it, or a pronoun."""
    asked, hit = questions.parse_question(question, subject), hit_of(sentence, "A history")
    assert bool(answering.answering(asked, answer_of(hit))) is answers


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("When did the hall become a grade B building?", "1990"),
        ("When did the hall become a grade C building?", "1971"),
        ("When did the hall become a grade A building?", None),
    ],
)
def test_a_date_is_of_the_class_that_is_asked_for(question: str, value: str | None) -> None:
    assert answer(question, "The hall became a grade C building in 1971 and grade B in 1990.") == value
    assert answer(question.replace("grade", "category"), "The hall became a building of grade B in 1990.") is None


@pytest.mark.parametrize(
    ("question", "text", "value"),
    [
        ("What schedule is ale in?", "A prescribed schedule. Ale is in Schedule III.", "Schedule III"),
        ("Which class is the ferry?", "The Halcyon is a class B ferry.", "class B"),
        ("What grade is the hall?", "The hall teaches grades with care.", None),
        ("Which class is the ferry?", "The Halcyon moved from class B to class C.", None),
    ],
)
def test_a_class_is_answered_by_one(question: str, text: str, value: str | None) -> None:
    assert answer(question, text, "") == value


@pytest.mark.parametrize(
    ("question", "texts"),
    [
        ("What is the dose of ale?", ("The usual dose of ale is 2 g.", "Participants had a dose of 5 g of ale.")),
        (
            "What dose of ale is given?",
            ("A dose of 2 g of ale is given.", "In a trial a dose of 5 g of ale was given."),
        ),
        (
            "What is the depth of the roots?",
            ("The depth of the roots is 2 m.", "In one sample the depth of roots is 9 m."),
        ),
    ],
)
def test_what_one_study_had_does_not_contradict_what_is_general(question: str, texts: tuple[str, str]) -> None:
    general, study = texts
    assert not rows(question, [general, study]).disputes
    assert rows(question, [general, general.replace("2", "4")]).disputes


@pytest.mark.parametrize(
    ("question", "text", "value"),
    [
        (
            "What is the half-life of ale?",
            "Mead has a half-life of 9 hours, longer than the 2 hours of ale.",
            "2 hours",
        ),
        (
            "What is the temperature of the dam?",
            "A temperature of 30 °C was met at sea, against 12 °C at the dam.",
            "12 °C",
        ),
        ("What is the height of the ferry?", "The mast has a height of 30 m, but the ferry only 12 m.", "12 m"),
    ],
)
def test_of_two_measures_in_a_sentence_that_of_the_thing_asked_about_answers(
    question: str, text: str, value: str
) -> None:
    assert answer(question, text, "") == value


@pytest.mark.parametrize("measure", ["a zymurgic ale", "a zymurgic brew of tin", "the zymurgic dam"])
def test_a_measure_of_what_no_source_speaks_of_is_not_answered(measure: str) -> None:
    asked = questions.parse_question(f"How long does {measure} last?", subject)
    hit = hit_of(f"For {measure.replace('zymurgic', 'good')} it lasts 5 hours.", "")
    assert answering.answering(asked, answer_of(hit)) == []
    plain = questions.parse_question(f"How long does {measure.replace('zymurgic ', 'good ')} last?", subject)
    assert answering.answering(plain, answer_of(hit))


@pytest.mark.parametrize(
    ("question", "text", "answers"),
    [
        (
            "Who wrote about bridge harms in the Herald?",
            "Crane and colleagues, in the Herald, asked of harms to a bridge.",
            True,
        ),
        ("Who wrote about bridge harms in the Herald?", "Harms to a bridge: see the Herald.", False),
        ("Who has written on eels in the Herald?", "Eels breed at sea, Crane wrote in the Herald.", True),
        ("Who wrote about eels in the Herald?", "Holm et al. followed eels (Herald, 2010).", True),
        ("Who may drown at the weir?", "Young children may drown at the weir.", True),
        ("Who should avoid the weir?", "Weak swimmers should avoid the weir.", True),
        ("Who avoided the weir?", "Weak swimmers avoided the weir.", False),
        ("Who measured the weir?", "Holm and colleagues measured the weir.", True),
    ],
)
def test_authors_and_kinds_of_people_answer_who(question: str, text: str, answers: bool) -> None:
    asked = questions.parse_question(question, even)
    assert bool(answering.answering(asked, answer_of(hit_of(text)))) is answers


@pytest.mark.parametrize(
    ("question", "text", "shown"),
    [
        ("Is nature good for health?", "Crane wrote in Nature in 2012. The nature of health is long. It rained.", 1),
        ("Do cells age?", "This was in Cell in 2012. It rained. Most cells age and die.", 2),
        ("Is addiction common?", "Holm called for that in Addiction. It rained. An addiction is common.", 2),
    ],
)
def test_the_sentence_shown_has_the_rare_words_of_the_question_and_no_journal_of_that_name(
    question: str, text: str, shown: int
) -> None:
    parts = [part.strip(".") for part in text.split(". ")]
    hit = replace(hit_of(text, ""), key_sentence=Span(0, len(parts[0])))
    asked = questions.parse_question(question, even)
    sentence = answering.telling_sentence(asked, hit)
    assert sentence is not None
    assert text[slice(*sentence)].strip(".") == parts[shown]


@pytest.mark.parametrize("name", ["WHO", "Herald", "Guild"])
def test_why_asks_for_no_name_and_capitals_are_no_question_word(name: str) -> None:
    assert questions.parse_question(f"Why did the {name} advise against ale?", even).kind is None
    assert not questions.parse_question(f"What did the {name} advise?", even).asks_person


def test_what_neither_text_was_asked_about_is_no_dispute() -> None:
    pairs = [("Is salt a poison?", "poison"), ("Is ale an opiate?", "opiate"), ("Is a weir a dam?", "dam")]
    for question, word in pairs:
        texts = [f"Rain, sugar and a {word} do this.", f"There is no sugar and a {word}."]
        assert not rows(question, texts).disputes


@pytest.mark.parametrize(
    ("question", "text", "value"),
    [
        ("How much ale did the smith drink?", "The smith drank 4 litres of ale in two days.", "4 litres"),
        ("How much water evaporates?", "Of water 20 % evaporates, 30 % of those asked said.", "20 %"),
        ("How much salt is used?", "Two men used it for five weeks.", None),
    ],
)
def test_how_much_of_something_is_an_amount(question: str, text: str, value: str | None) -> None:
    assert answer(question, text) == value


@pytest.mark.parametrize(
    ("question", "text", "value"),
    [
        ("How much dew is absorbed?", "Of the dew around half is absorbed.", "half"),
        ("How much grain is lost?", "In the barn a third of the mice died; 12 % was lost, of grain.", "12 %"),
        ("How much milk is wasted?", "Of those asked 20 % are glad that milk is wasted.", None),
    ],
)
def test_a_share_of_something_stands_by_what_becomes_of_it(question: str, text: str, value: str | None) -> None:
    found = answer(question, text)
    assert (found or "").endswith(value) if value else found is None


@pytest.mark.parametrize(
    ("question", "text", "value"),
    [
        ("How many sailors died of scurvy?", "Of scurvy they knew much: 158 sailors died of all causes.", None),
        ("How many farmers asked for seed?", "In the seed years 920 farmers asked for help of any kind.", None),
        ("How many barges were fined for speed?", "At speed or not, 31 barges were fined for any reason.", None),
        ("How many sailors died of all causes?", "158 sailors died of all causes.", "158"),
        ("How many sailors died of scurvy?", "Of 158 sailors twelve sailors died of scurvy.", "twelve"),
    ],
)
def test_a_count_of_any_sort_does_not_answer_for_one(question: str, text: str, value: str | None) -> None:
    assert answer(question, text) == value


@pytest.mark.parametrize(
    ("question", "on_it", "beside_it"),
    [
        ("Why do hens need more grit?", "Hens need grit to grind corn.", "Hens are kept in a barn of oak."),
        ("Why does frost harm the roots?", "Frost in May harms roots.", "Frost came early in the year."),
        ("What makes the river rise?", "Rain raised the river; rain makes mud too.", "The river is long."),
        ("Is rye toxic to cats in winter?", "Rye is no trouble to cats.", "Rye is sown in May."),
    ],
)
def test_a_passage_with_part_of_the_rare_words_is_beside_the_question(
    question: str, on_it: str, beside_it: str
) -> None:
    asked = questions.parse_question(question, common)
    hits = [replace(hit_of(text, "A note"), confidence=Confidence.PLAUSIBLE) for text in (on_it, beside_it)]
    assert [bool(answering.answering(asked, answer_of(hit))) for hit in hits] == [True, False]
