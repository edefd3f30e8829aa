"""Quotations: which a draft has, and how they are located in a library."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.differences import DifferenceKind
from index.publishing.publish import publish
from index.quotations.alignment import align, exact_matches
from index.quotations.draft_quotations import Quotation, find_quotations
from index.quotations.locate import LocatedQuotation, QuotationStatus, locate_quotations
from index.quotations.wording import MAX_ELIDED_WORDS, quoted_wording, wording
from index.search.index import Index
from index.snapshot.generation import Generation
from index.storage import lock
from index.storage.store import Store
from index.types import Filter, Section, Span
from tests.making import Hashed, put

# in a draft ------------------------------------------------------------------------------------------------------


def texts(draft: str) -> list[str]:
    return [quotation.text for quotation in find_quotations(draft)]


@pytest.mark.parametrize(
    "marks",
    ["“”", "„“", "„”", "«»", "»«", "‹›", '""', "””", "‘’", "''", '“"', ("``", "''")],
    ids=lambda marks: "".join(marks),
)
def test_every_pair_of_marks_holds_a_quotation(marks: str | tuple[str, str]) -> None:
    """Wherever it stands in a sentence."""
    opens, closes = marks
    draft = (
        f"They wrote {opens}the level fell all summer{closes}. And ({opens}it didn’t rise in autumn,{closes} they say)."
    )
    assert texts(draft) == ["the level fell all summer", "it didn’t rise in autumn,"]


@pytest.mark.parametrize(
    ("draft", "expected"),
    [
        ("", []),
        ('"', []),
        ("“”", []),
        ("> ", []),
        ("The so-called “expert panel report” met.", []),
        ("See “The Slow Rivers of the North” for more.", []),
        ("“He said ‘no’ to “all of it” at once” was read out.", ["He said ‘no’ to “all of it” at once"]),
        ('"He said "no" to all of it" was read out.', ['He said "no" to all of it']),
        ('A 5" pipe and a 6" pipe lay in the sand.', []),
        ("Rock 'n' roll in the '60s and the dogs' bowls were all they had.", []),
        ("They say 'the dogs' bowls are all empty now', every day.", ["the dogs' bowls are all empty now"]),
        ("An “open mark of five words. Then more of mine.", ["open mark of five words."]),
        (
            "An “open mark of five words and “a closed one of six words” here.",
            ["open mark of five words and", "a closed one of six words"],
        ),
        (
            "“The first part goes on.\n\n“The second part ends here.” Mine.",
            ["The first part goes on.", "The second part ends here."],
        ),
        ('```\nprint("no words of anyone else")\n```', []),
        ("Mine.\n> Their words go\n> over two lines.\nMine again.", ["Their words go\n> over two lines."]),
        ("> “Their words go over one line.”\n> — Ann Sample", ["Their words go over one line."]),
    ],
)
def test_what_a_writer_would_call_a_quotation(draft: str, expected: list[str]) -> None:
    """Nested, unclosed and reopened marks, terms, titles, inches, apostrophes, code and block quotes."""
    assert texts(draft) == expected


def test_an_unclosed_mark_is_told() -> None:
    """One that is opened again in the next paragraph is no such."""
    draft = "“The first part goes on.\n\n“The second part ends here.” An “open one is never closed."
    assert [quotation.closed for quotation in find_quotations(draft)] == [True, True, False]


@pytest.mark.parametrize(
    ("draft", "name"),
    [
        ("Ann Sample writes: “{}”.", "Ann Sample"),
        ("Ann Sample (2020) has noted that “{}”.", "Ann Sample"),
        ("Ann Sample (2020) noted that “{}”.", "Ann Sample"),
        ("Sample and Example (2020, p. 3) argue that “{}”.", "Sample"),
        ("According to Ann B. Sample, “{}”.", "Ann B. Sample"),
        ("As one knows, “{}” (Sample et al., 2020).", "Sample"),
        ("“{},” said Ann Sample.", "Ann Sample"),
        ("“{},” Ann Sample said.", "Ann Sample"),
        ("“{},” she said.", None),
        ("She wrote: “{}”.", None),
        ("“{}”", None),
        ("> {}\n>\n> — Ann Sample, in a letter", "Ann Sample"),
    ],
)
def test_the_name_beside_a_quotation_is_read(draft: str, name: str | None) -> None:
    """In its usual forms; a pronoun is no name."""
    (quotation,) = find_quotations(draft.format("the level fell all summer"))
    assert (quotation.text.rstrip(","), quotation.attributed_to) == ("the level fell all summer", name)


@given(st.text(alphabet="ab .\n>“”‘’'\"«„`[…-", max_size=80))
def test_quotations_are_slices_in_order(draft: str) -> None:
    """Whatever the marks do; none overlaps another, and each has four words."""
    end = 0
    for quotation in find_quotations(draft):
        assert draft[quotation.span.start : quotation.span.end] == quotation.text
        assert end <= quotation.span.start
        assert sum(map(str.isalnum, quotation.text)) >= 4
        end = quotation.span.end


def calls(work: Callable[[], object]) -> int:
    """The number of calls of functions, Python's built-in ones included."""
    count = 0

    def count_call(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count_call)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize(
    "piece",
    ["“a ", '"a ', "'a b ", "‘s’ b ", '"""', "> “a b c d\n", "“one two three four five. ", "“one two three four” "],
)
def test_the_work_grows_with_the_draft_alone(piece: str) -> None:
    """Twice the marks, twice the work, closed or not."""
    find_quotations(piece * 10)
    once, twice = (calls(lambda size=size: find_quotations(piece * size)) for size in (400, 800))  # type: ignore[misc]
    assert twice < 2.5 * once


def test_a_draft_of_two_hundred_pages_is_read() -> None:
    """A quotation a page."""
    page = "All of these are my own words, and they say little. " * 40
    draft = "".join(f"{page}“This is quotation number {number} of all.”\n\n" for number in range(200))
    assert len(find_quotations(draft)) == 200


# words -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quote", "source"),
    [
        ("the ﬁrst ‘ﬂow’", "The first “flow”"),
        ("The river's bed", "the river’s bed"),
        ("a well-known cause", "a well-\nknown cause"),
        ("a several-fold rise", "a sev-\neral-fold rise"),
        ("a well known cause", "a well-known cause"),
        ("about 12 500 people", "about 12,500 people"),
        ("30 percent, or 30 %", "30% or 30 per cent"),
        ("fell to -5 °C — then", "fell to −5°C - then"),
        ("It fell, as shown.", "it fell [3, 4] as shown.12"),
        ("[T]he level fell", "the level fell"),
        ("the level … in summer", "the level of the river fell in summer"),
        ("the level [. . .] in summer...", "the level of the river fell in summer"),
        ("it [the river] fell", "it fell"),
        ("[the river] fell all summer", "it fell all summer"),
        ("they [fell] all summer", "they had fallen all summer"),
        ("so\n> it fell-\n> en", "so it fellen"),
        ("e\u0301te\u0301 sec", "été sec"),
        ("the creme of Muller", "the crème of Mu\u0308ller"),
        ("the fund supports firms", "the fund sup\u00adports\u200b firms"),
        ("their apprentices by the day", "their ap-\nprentices by the day"),
        ("long-term and longterm", "long-\nterm and long-\nterm"),
        ("12 percent in 1994", "12³ percent in 1994"),
        ("the barley fell", "the barley<sup>3</sup> fell"),
        ("10^6 cells of CO2 per m2", "10⁶ cells of CO₂ per m²"),
        ("10<sup>6</sup> cells", "10⁶ cells"),
        ("about 1500 people", "about 1\u2009500 people"),
        ("a 400kV line", "a 400 kV line"),
        ("rose to 12 percent in 1994", "rose to 12³ percent in 1994"),
        ("rose to 12 percent in 1994", "rose to 12[3] percent in 1994²"),
        ("each held 10⁶ cells", "each held 10^6 cells"),
        ("each held 1,000,000 cells", "each held 10⁶ cells"),
        ("all 25,000 of them", "all 25.000 of them"),
        ("all 25'000 of them", "all 25 000 of them"),
        ("a width of 4,2 metres", "a width of 4.2 metres"),
        ("it took 1½ hours", "it took 1¹/₂ hours"),
        ("it took 1 1/2 hours", "it took 1½ hours"),
        ("a plot of 25 m2 there", "a plot of 25 m² there"),
    ],
)
def test_what_does_not_count_as_a_change(quote: str, source: str) -> None:
    """Typography, line ends, references, ellipses and brackets."""
    quoted, original = quoted_wording(quote), wording(source)
    assert exact_matches(quoted, original) or not align(quoted, original).edits


@pytest.mark.parametrize(
    ("quote", "source"),
    [
        ("about 12 people in 2010", "about 13 people in 2010"),
        ("a rise of 3.5 metres", "a rise of 35 metres"),
        ("a rise of 1 5 metres", "a rise of 15 metres"),
        ("a fall to 5 degrees", "a fall to -5 degrees"),
        ("10⁶ cells were seen", "10⁹ cells were seen"),
        ("10⁶ cells were seen", "106 cells were seen"),
        ("10⁻⁶ cells were seen", "10⁶ cells were seen"),
        ("at 5 kg m⁻³ it was", "at 5 kg m³ it was"),
        ("p < 0.05 in all", "p > 0.05 in all"),
        ("2³² of them all", "2¹⁶ of them all"),
        ("in 1994 200 people came", "in 1994 300 people came"),
        ("it took 1½ hours", "it took 1¼ hours"),
        ("on 5/6/1999 it fell", "on 6/5/1999 it fell"),
        ("30 % of all people", "30 of all people"),
        ("it did flow again", "it did not flow again"),
        ("it does notable harm", "it does no table harm"),
        ("as shown [3] by them", "as shown [4] by them"),
        ("No.5 was the best", "No.6 was the best"),
        ("they [fell] all summer", "they " + "fell and rose " * 10 + "all summer"),
        ("they … all summer", "they " + "fell and rose " * (MAX_ELIDED_WORDS // 2) + "all summer"),
    ],
)
def test_what_counts_as_a_change(quote: str, source: str) -> None:
    """Figures, signs, denials; and more left out than the draft says."""
    quoted, original = quoted_wording(quote), wording(source)
    assert not exact_matches(quoted, original)
    assert align(quoted, original).edits


@pytest.mark.parametrize(
    ("quote", "source", "replaced"),
    [
        ("only a damp cellar", "is only a damp shelf, she said", "shelf"),
        ("only a damp old cellar", "is only a damp cold shelf. She said", "cold shelf"),
        ("only a damp shelf indeed", "is only a damp shelf, she said", ""),
        ("only a damp cellar …", "is only a damp shelf that stood there", "shelf"),
    ],
)
def test_a_word_at_the_end_replaces_the_one_that_stands_there_and_none_beyond_a_comma(
    quote: str, source: str, replaced: str
) -> None:
    original = wording(source)
    (edit,) = align(quoted_wording(quote), original).edits
    assert " ".join(original.words[slice(*edit.source)]) == replaced


@given(st.lists(st.sampled_from("abcd"), min_size=1, max_size=9), st.lists(st.sampled_from("abcd"), max_size=12))
def test_the_alignment_makes_the_fewest_changes(quote: list[str], source: list[str]) -> None:
    """As many as a table filled in cell by cell counts; a quotation without any stands there word for word."""
    rows = [[0] * (len(source) + 1)]
    for word in quote:
        row = [rows[-1][0] + 1]
        for column, source_word in enumerate(source):
            row.append(min(rows[-1][column] + (word != source_word), rows[-1][column + 1] + 1, row[-1] + 1))
        rows.append(row)
    quoted, original = wording(" ".join(quote)), wording(" ".join(source))
    alignment = align(quoted, original)
    changed = sum(max(b - a, d - c) for (a, b), (c, d) in ((edit.quote, edit.source) for edit in alignment.edits))
    assert changed == alignment.cost <= min(rows[-1])
    assert all(quote[i] == source[j] for i, j in alignment.pairs)
    edited = sum(edit.quote[1] - edit.quote[0] for edit in alignment.edits)
    assert len(alignment.pairs) + edited >= len(quote) - 9 * (alignment.cost == 0)
    assert bool(exact_matches(quoted, original)) == (min(rows[-1]) == 0)


def test_a_long_quotation_is_aligned_to_its_end() -> None:
    """Far beyond the words for which all columns are kept; each change is an edit, and nothing else is."""
    words = [
        f"{word}{number}"
        for number, word in enumerate(["some", "words", "of", "a", "long", "text", "that", "goes", "on"] * 400)
    ]
    quote = [*words[:700], *words[703:1500], "other", *words[1501:2600], "more", *words[2600:]]
    source = ["before", *words, "after"]
    alignment = align(wording(" ".join(map(letters, quote))), wording(" ".join(map(letters, source))))
    assert [(edit.quote, edit.source) for edit in alignment.edits] == [
        ((700, 700), (701, 704)),
        ((1497, 1498), (1501, 1502)),
        ((2597, 2598), (2601, 2601)),
    ]
    assert (alignment.first, alignment.last, alignment.cost) == (1, 1 + len(words), 5)


def letters(word: str) -> str:
    """A word with its digits as letters, so that it stays a single word."""
    return "".join(chr(ord("a") + int(sign)) if sign.isdigit() else sign for sign in word)


# over a library --------------------------------------------------------------------------------------------------

SYLLABLES = [f"{a}{b}" for a in "bdfklmnprst" for b in "aeiou"]


def prose(seed: int, words: int = 240) -> str:
    """Sentences of twelve words and figures, in paragraphs of four; some lines end in the middle of a word."""
    pick = random.Random(seed)
    chosen = ["".join(pick.choices(SYLLABLES, k=pick.randint(2, 4))) for _ in range(words)]
    for position in range(5, words, 9):
        figures = [str(pick.randint(2, 99)), f"{pick.randint(1, 9)}.{pick.randint(1, 9)}", "1,240"]
        chosen[position] = pick.choice(figures)
    for position in range(7, words, 30):
        word = chosen[position]  # no line ends before a single letter
        chosen[position] = f"{word[: len(word) // 2]}-\n{word[len(word) // 2 :]}"
    sentences = [" ".join(chosen[start : start + 12]).capitalize() + "." for start in range(0, words, 12)]
    return "\n\n".join(" ".join(sentences[start : start + 4]) for start in range(0, len(sentences), 4))


TEXTS = {f"d{seed}": prose(seed) for seed in range(12)}
OWN = "The ferry did not sail on Monday, because ice lay on the lake. Its crew waited in the small hall by the pier."


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """In two segments, and one document is gone."""
    folder = tmp_path_factory.mktemp("quoted") / "library"
    store = Store.create(folder)
    for name, text in TEXTS.items():
        put(store, name, text, authors=("Ann Sample",))
    put(store, "gone", "Nobody has these words of mine any more, since they were all taken out.")
    with lock.write_lock(folder):
        publish(folder, store, Hashed())
    gone = store.documents.by_id("gone")
    assert gone is not None
    store.documents.retire([gone.number])
    put(store, "own", OWN, (Section(Span(0, len(OWN)), "Ferries", 7, "vii"),), authors=("Ben Example",))
    with lock.write_lock(folder):
        publish(folder, store, Hashed())
    return Index(folder, Generation.open(folder), Hashed())


def locate(index: Index, text: str, **fields: str) -> LocatedQuotation:
    """The quotation, located; its spans lie in the draft and in the source."""
    quotation = Quotation(Span(100, 100 + len(text)), text, **fields)  # type: ignore[arg-type]
    (located,) = locate_quotations(index, [quotation])
    for match in located.matches:
        assert index.store.documents.load(match.source.id)[1].text[slice(*match.span)] == match.text
        assert match.draft.within(Span(100, 100 + len(text)))
    for change in located.changes:
        assert change.draft.within(Span(100, 100 + len(text)))
        assert change.source.within(located.matches[0].span)
    return located


def cut(name: str, first: int, size: int) -> tuple[str, Span]:
    """Words of a document from word to word."""
    text = TEXTS[name]
    spans = wording(text).edges
    first = first % (len(spans) - size)
    span = Span(spans[first][0], spans[first + size - 1][1])
    return text[slice(*span)], span


TYPOGRAPHY: list[Callable[[str], str]] = [
    lambda text: text,
    lambda text: text[:1].swapcase() + text[1:],
    lambda text: text + ".",
    lambda text: text.replace("fi", "ﬁ").replace(" ", "\n", 2),
    lambda text: " ".join(text.replace("-\n", "").split()),
    lambda text: text.replace(" ", " ‘", 1) + "’",
    lambda text: text.replace("1,240", "1240").replace("  ", " "),
]


@given(st.sampled_from(sorted(TEXTS)), st.integers(0, 999), st.integers(5, 60), st.sampled_from(TYPOGRAPHY))
def test_any_slice_of_five_words_is_verbatim_in_its_place(
    index: Index, name: str, first: int, size: int, typography: Callable[[str], str]
) -> None:
    """Across sentences and passages, however it is set."""
    text, span = cut(name, first, size)
    located = locate(index, typography(text))
    assert located.status is QuotationStatus.VERBATIM
    assert (name, span) in [(match.source.id, match.span) for match in located.matches]


@given(st.sampled_from(sorted(TEXTS)), st.integers(0, 999), st.integers(5, 60), st.data())
def test_with_a_digit_changed_it_is_never_verbatim(
    index: Index, name: str, first: int, size: int, data: st.DataObject
) -> None:
    """And where it is found, the figure is marked."""
    text, _ = cut(name, first, size)
    digits = [position for position, sign in enumerate(text) if sign.isdigit()]
    if not digits:
        return
    at = data.draw(st.sampled_from(digits))
    other = data.draw(st.sampled_from([digit for digit in "123456789" if digit != text[at]]))
    located = locate(index, text[:at] + other + text[at + 1 :])
    assert located.status in (QuotationStatus.ALTERED, QuotationStatus.NOT_FOUND)
    if size > 8:
        (change,) = located.changes
        assert change.kind is DifferenceKind.NUMBER
        assert change.draft.start <= 100 + at < change.draft.end


@given(
    st.sampled_from(sorted(TEXTS)), st.integers(0, 99), st.integers(100, 180), st.integers(8, 30), st.integers(8, 30)
)
def test_two_places_make_a_stitched_quotation(
    index: Index, name: str, first: int, second: int, size: int, other_size: int
) -> None:
    """Of two documents, or of one in the wrong order; each part has its own match."""
    away = sorted(TEXTS)[(sorted(TEXTS).index(name) + 1) % len(TEXTS)]
    for source, joint in ((away, " "), (away, " … "), (name, " [...] ")):
        (left, _), (right, _) = cut(source, second, size), cut(name, first, other_size)
        located = locate(index, left + joint + right)
        assert located.status is QuotationStatus.STITCHED
        assert [match.source.id for match in located.matches] == [source, name]


@pytest.mark.parametrize(
    ("text", "kind", "note"),
    [
        ("The ferry did sail on Monday, because ice lay on the lake.", DifferenceKind.NEGATION, "“not” left out"),
        ("Its crew never waited in the small hall", DifferenceKind.NEGATION, "“never” added"),
        ("Its crew waited in the large hall by the pier", DifferenceKind.QUOTE, "“large” for “small”"),
        ("Its two crew waited in the small hall by the pier", DifferenceKind.NUMBER, "“two” added"),
    ],
)
def test_an_altered_quotation_is_marked_where_it_differs(
    index: Index, text: str, kind: DifferenceKind, note: str
) -> None:
    """Word by word, with the page."""
    located = locate(index, text)
    (change,), (match,) = located.changes, located.matches
    assert (located.status, change.kind, change.note) == (QuotationStatus.ALTERED, kind, note)
    assert (match.source.id, match.passage.page, match.passage.page_label) == ("own", 7, "vii")


def test_words_left_out_without_a_sign_are_a_change(index: Index) -> None:
    """With an ellipsis they are none."""
    silent = locate(index, "The ferry did not sail on Monday, waited in the small hall by the pier")
    assert [change.note for change in silent.changes] == ["“because ice lay on the lake its crew” left out"]
    marked = locate(index, "The ferry did not sail on Monday, … waited in the small hall by the pier")
    assert (marked.status, marked.has_elisions, marked.changes) == (QuotationStatus.VERBATIM, True, ())


def test_an_ellipsis_that_hides_a_denial_alters_what_is_quoted(index: Index) -> None:
    """And brackets that bring one in; the note says so too."""
    hidden = locate(index, "The ferry did … sail on Monday, because")
    (change,) = hidden.changes
    assert (hidden.status, change.kind, change.note) == (
        QuotationStatus.ALTERED,
        DifferenceKind.NEGATION,
        "“not” left out",
    )
    assert hidden.notes == ("what is left out holds a “not” or the like",)
    added = locate(index, "Its crew [never] waited in the small hall")
    assert (added.status, [change.note for change in added.changes]) == (
        QuotationStatus.ALTERED,
        ["“never” added in brackets"],
    )
    assert added.notes == ("a “not” or the like stands in brackets and not in the source",)
    same = locate(index, "The ferry did [not] sail on Monday, because")
    assert (same.status, same.changes, same.notes) == (QuotationStatus.VERBATIM, (), ())


def test_a_source_that_an_ellipsis_does_not_reverse_counts_first(tmp_path: Path) -> None:
    reversed_by, not_reversed = (
        "The gate by the pier is not open at night.",
        "The gate by the pier is also open at night.",
    )
    both = opened(tmp_path / "both", one=reversed_by, two=not_reversed)
    located = locate(both, "The gate by the pier is … open at night")
    assert (located.status, [match.source.id for match in located.matches]) == (QuotationStatus.VERBATIM, ["two"])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "…",
        "[...] [the]",
        "12 13 14 15 16",
        "Words that no document of the library has ever held",
        "Nobody has these words of mine any more, since they were all taken out.",
        "The lake by the pier did wait on its crew",
        "\ud800 \0 \ufffd word word word",
    ],
)
def test_what_stands_nowhere_is_not_found(index: Index, text: str) -> None:
    """Nothing at all, only marks, only figures, words that are gone, and common words in another order."""
    located = locate(index, text)
    assert (located.status, located.matches, located.changes) == (QuotationStatus.NOT_FOUND, (), ())


@pytest.mark.parametrize(
    ("name", "notes"),
    [
        (None, ()),
        ("Ben Example", ()),
        ("Example", ()),
        ("Ice", ("ascribed to Ice, who is not named near it; the source is by Ben Example",)),
        ("Ann Sample", ("ascribed to Ann Sample, who is not named near it; the source is by Ben Example",)),
    ],
)
def test_a_name_that_is_not_the_authors_is_noted(index: Index, name: str | None, notes: tuple[str, ...]) -> None:
    """A word without its capital is no name; the status of the quotation is the same."""
    located = locate(index, "Its crew waited in the small hall", attributed_to=name)  # type: ignore[arg-type]
    assert (located.status, located.notes, located.is_misattributed) == (QuotationStatus.VERBATIM, notes, bool(notes))


def test_a_whole_source_in_marks_is_verbatim(index: Index) -> None:
    """However long."""
    text = TEXTS["d3"]
    located = locate(index, text)
    assert (located.status, located.matches[0].span) == (QuotationStatus.VERBATIM, Span(0, len(text) - 1))


def test_each_quotation_has_its_answer(index: Index) -> None:
    """In order; none for none."""
    assert locate_quotations(index, []) == []
    draft = f"I say “{OWN[:32]}” and “{OWN.split('. ')[1]}” and “it is all quite another thing”."
    located = locate_quotations(index, find_quotations(draft))
    assert [result.status for result in located] == [
        QuotationStatus.VERBATIM,
        QuotationStatus.VERBATIM,
        QuotationStatus.NOT_FOUND,
    ]


@pytest.mark.parametrize("text", [" ".join(TEXTS["d3"].split()[:5]), TEXTS["d3"]])
def test_only_the_sources_asked_for_are_looked_into(index: Index, text: str) -> None:
    """By the word index, which finds a short quotation, and by the fingerprints."""
    quotation = Quotation(Span(0, len(text)), text)
    statuses = [
        locate_quotations(index, [quotation], where)[0].status
        for where in (None, Filter(sources=("d3", "d4")), Filter(sources=("d4",)), Filter(without=("d3",)))
    ]
    assert statuses == [QuotationStatus.VERBATIM] * 2 + [QuotationStatus.NOT_FOUND] * 2


def test_the_same_words_in_two_sources_are_told_of_both(tmp_path: Path) -> None:
    """Alternatives, each of the whole."""
    located = locate(opened(tmp_path / "library", one=OWN, two=f"Ahead of it. {OWN}"), OWN.split(".")[0])
    assert located.status is QuotationStatus.VERBATIM
    assert {(match.source.id, match.span.start) for match in located.matches} == {("one", 0), ("two", 13)}


def test_a_library_without_a_document_has_no_quotation(tmp_path: Path) -> None:
    """Nor has one whose only document is of three words."""
    assert locate(opened(tmp_path / "none"), OWN).status is QuotationStatus.NOT_FOUND
    small = opened(tmp_path / "small", one="Only three words.")
    assert locate(small, OWN).status is QuotationStatus.NOT_FOUND
    assert locate(small, "only three words").status is QuotationStatus.VERBATIM


def opened(folder: Path, **documents: str) -> Index:
    store = Store.create(folder)
    for name, text in documents.items():
        put(store, name, text)
    with lock.write_lock(folder):
        publish(folder, store, Hashed())
    return Index(folder, Generation.open(folder), Hashed())
