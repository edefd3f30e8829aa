"""How sure an answer is: one scale, set by what chance finds; and the library's test of itself."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench import metrics
from bench.retrieval import confidence as measured
from bench.retrieval import confidence_signals as fitting
from bench.retrieval.confidence import Library, Tried
from index.output.terminal import format_verdict
from index.publishing import self_test
from index.search import confidence
from index.search.index import Index
from index.search.query import Query
from index.storage.store import Store
from index.types import By, Confidence, Filter, Recall

FLOATS = st.floats(0, 1, width=32)
FOREIGN = [
    "How do I repot an orchid without damaging the roots?",
    "Python asyncio gather versus wait",
    "When did the Western Roman Empire fall?",
]


@pytest.fixture(scope="module")
def index(sample_library: Path) -> Index:
    return Index.open(sample_library)


# the scale ------------------------------------------------------------------------------------------------------


@given(st.tuples(FLOATS, FLOATS, st.floats(0, 30, width=32)), st.floats(0.1, 40), st.integers(0, 2), FLOATS)
def test_more_of_anything_never_speaks_less(values: tuple[float, ...], weight: float, which: int, more: float) -> None:
    """A nearer passage, a nearer sentence or more of the words never lowers the evidence."""
    higher = [value + (more if i == which else 0) for i, value in enumerate(values)]
    rows = [np.array(pair, np.float32) for pair in zip(values, higher, strict=True)]
    less, at_least = confidence.evidence(confidence.signals(rows[0], rows[1], rows[2], weight))
    assert at_least >= less


@given(st.lists(st.floats(-5, 5), min_size=1), st.floats(-5, 5))
def test_the_scale_moves_with_what_chance_finds(null: list[float], shift: float) -> None:
    """A library in which unrelated questions find more by so much counts every passage less by so much."""
    moved = [evidence + shift for evidence in null]
    assert confidence.baseline(moved) == pytest.approx(confidence.baseline(null) + shift)


def test_labels_follow_the_thresholds() -> None:
    """At a threshold the better label holds, just under it the worse."""
    under = np.nextafter
    assert confidence.label(confidence.STRONG) is Confidence.STRONG
    assert confidence.label(under(confidence.STRONG, 0)) is Confidence.PLAUSIBLE
    assert confidence.label(confidence.PLAUSIBLE) is Confidence.PLAUSIBLE
    assert confidence.label(under(confidence.PLAUSIBLE, 0)) is Confidence.NONE


def test_a_passage_far_ahead_is_judged_by_the_words_that_the_library_has() -> None:
    """A word that stands nowhere makes no passage distant that answers with another; without a lead it may well be a
    foreign question."""
    ahead, behind = [0.3, 0.35, 0.5], [0.2, 0.2, 0.3]
    for others, unknown, is_distant in (
        ([behind], 0.5, False),
        ([ahead], 0.5, True),
        ([], 0.5, True),
        ([behind], 0, True),
    ):
        beyond = confidence.evidence(np.array([ahead, *others]), 2.5, unknown)
        assert (confidence.label(beyond[0]) is Confidence.NONE) is is_distant


def test_the_null_questions_are_many_and_of_every_length() -> None:
    """Keywords, sentences and paragraphs: what chance finds depends on how long one asks."""
    lengths = [len(question.split()) for question in confidence.null_questions()]
    assert len(lengths) == len(set(confidence.null_questions())) == 128
    assert sum(length <= 3 for length in lengths) >= 12
    assert sum(length >= 25 for length in lengths) >= 8


def test_half_of_the_null_questions_lie_under_zero(index: Index) -> None:
    """The zero is the median of what they find in this library."""
    queries = [Query.plain(text) for text in confidence.null_questions()]
    evidences = [scored.evidence for scored in index.rank(queries)]
    assert np.median([evidence for evidence in evidences if evidence is not None]) == pytest.approx(0, abs=0.01)


# answers --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", list(By))
def test_an_answered_question_and_a_foreign_one(index: Index, by: By) -> None:
    """Whatever ranks, a sentence of the library is strong, and what it does not speak of is none."""
    hit = index.search("bladder damage in people who use it often").hits[0]
    sentence = index.store.documents.text(index.store.documents.live(hit.source.id).number, hit.key_sentence)
    assert index.search(" ".join(sentence.split()), by=by).confidence is Confidence.STRONG
    assert [index.search(question, by=by).confidence for question in FOREIGN] == [Confidence.NONE] * 3


@pytest.mark.parametrize("by", list(By))
def test_confidence_does_not_depend_on_how_many_are_asked_for(index: Index, by: By) -> None:
    answers = [index.search("is it addictive", k, by) for k in (1, 2, 3, 9, 10, 11, 30)]
    assert len({(answer.confidence, answer.evidence) for answer in answers}) == 1


def test_a_filter_does_not_move_the_scale(index: Index) -> None:
    """A passage speaks as much for itself among few as among all, so few weak ones are called weak."""
    unfiltered = {
        (hit.source.id, hit.passage.span): hit for hit in index.search("bladder damage", 400, By.MEANING).hits
    }
    matched = 0
    for source, _, _ in index.store.documents.sources():
        for hit in index.search("bladder damage", 5, By.MEANING, Filter(sources=(source.id,))).hits:
            match = unfiltered.get((hit.source.id, hit.passage.span))
            if match:
                matched += 1
                assert match.parts.evidence == pytest.approx(hit.parts.evidence, abs=1e-4)
                assert match.confidence is hit.confidence
    assert matched > 20


def test_a_quoted_phrase_does_not_move_the_scale(index: Index) -> None:
    """The same words, quoted or not, speak as much for the same passage."""
    plain, quoted = index.search("side effects of treatment", 100), index.search('"side effects" of treatment', 100)
    evidence = {(hit.source.id, hit.passage.span): hit.parts.evidence for hit in plain.hits}
    common = [hit for hit in quoted.hits if (hit.source.id, hit.passage.span) in evidence]
    assert common
    for hit in common:
        assert evidence[hit.source.id, hit.passage.span] == pytest.approx(hit.parts.evidence, abs=1e-4)


def test_what_no_source_names_is_never_strong(index: Index) -> None:
    """A sentence of the library is strong; asked of something that stands nowhere in it, it is at most plausible."""
    assert index.search("withdrawal symptoms after stopping ketamine").confidence is Confidence.STRONG
    named = index.search("withdrawal symptoms after stopping zyxwv")
    assert named.confidence is not Confidence.STRONG
    assert all(hit.confidence is not Confidence.STRONG for hit in named.hits)


def test_a_figure_that_the_passages_lack_is_named_and_keeps_them_from_strong(index: Index) -> None:
    """However many are asked for; one that no source has is named as absent already."""
    asked = "withdrawal symptoms after stopping ketamine"
    for k in (1, 10):
        answer = index.search(f"{asked} in 1964", k)
        assert (answer.confidence, answer.missing_figures, answer.absent) == (Confidence.PLAUSIBLE, ("1964",), ())
        assert all(hit.confidence is not Confidence.STRONG for hit in answer.hits)
        assert format_verdict(answer) == "Plausible match. “1964” stands in none of these passages."
    assert index.search(f"{asked} in 1731").missing_figures == ()
    assert confidence.label(confidence.STRONG, lacking=True) is Confidence.PLAUSIBLE


def test_a_heading_asked_for_is_plausible_at_least(index: Index) -> None:
    """The label of the passage below it, and of an answer that it leads; the evidence itself is as it was."""
    answer = index.search("A cruel loop", 1)
    (hit,) = answer.hits
    assert (hit.passage.heading or "").endswith("A cruel loop")
    assert hit.confidence is answer.confidence is Confidence.PLAUSIBLE
    assert hit.parts.evidence < confidence.PLAUSIBLE
    assert confidence.label(confidence.PLAUSIBLE - 0.01, named=True) is Confidence.PLAUSIBLE
    assert confidence.label(confidence.STRONG, named=True) is Confidence.STRONG


def test_words_that_stand_nowhere_are_named(index: Index) -> None:
    """In the order and the form in which they were asked; other forms and stop words count as there."""
    assert index.search("the bladders of a zyxwv and a Qwertz").absent == ("zyxwv", "Qwertz")


# the library's test of itself -----------------------------------------------------------------------------------


def test_a_library_finds_its_own_sentences(index: Index) -> None:
    """The sample library does, nearly always, and asks enough of them."""
    recall = index.generation.manifest.recall
    assert recall.asked >= 70
    assert recall.share >= 0.95


def test_the_test_is_the_same_each_time(index: Index, sample_library: Path) -> None:
    store = Store.open(sample_library)
    assert self_test.measure(index.library, index.generation, index.embedder, store) == index.generation.manifest.recall
    store.close()


@given(st.integers(0, 100), st.integers(0, 100))
def test_a_fall_is_told_only_beyond_chance(lost: int, gained: int) -> None:
    """Never for as many gained or for a handful lost; always for ten lost and none gained. What was asked of other
    documents plays no part."""
    fell = self_test.recall_fell(Recall(0, 100, lost, gained))
    if lost <= gained + 5:
        assert not fell
    if lost >= 10 and not gained:
        assert fell


# the measure ----------------------------------------------------------------------------------------------------


def tried(level: float, answers: bool = False) -> Tried:
    """Two candidates; the second has nothing."""
    return Tried(np.array([[level, level, level], [0.0, 0.0, 0.0]]), np.array([answers, False]))


def made(seed: int, shift: float, name: str = "a") -> Library:
    """A library whose own queries find more than foreign ones; ``shift`` is how homely it is to all of them."""
    pick = np.random.default_rng(seed)
    own = tuple(tried(0.6 + shift + level, True) for level in pick.normal(0, 0.08, 60))
    foreign = tuple(tried(0.3 + shift + level) for level in pick.normal(0, 0.08, 60))
    null = tuple(tried(0.3 + shift + level) for level in pick.normal(0, 0.02, 21))
    return Library(name, "large", 10, 10, own, foreign, null)


@given(st.lists(st.floats(-3, 3), min_size=1, max_size=20), st.lists(st.floats(-3, 3), min_size=1, max_size=20))
def test_auroc_is_the_share_of_pairs_in_order(above: list[float], below: list[float]) -> None:
    pairs = [(high > low) + (high == low) / 2 for high in above for low in below]
    assert metrics.auroc(np.array(above), np.array(below)) == pytest.approx(sum(pairs) / len(pairs))


def test_libraries_of_different_homeliness_share_one_scale() -> None:
    """The pool of two shifted libraries is parted as well as each alone; its answers are out, and strong is gone."""
    each = [made(1, 0.0, "a"), made(2, 0.15, "b")]
    figures = measured.measure(each)
    assert figures[-1].auroc == pytest.approx(np.mean([figure.auroc for figure in figures[:-1]]), abs=0.01)
    assert figures[-1].own == 120
    assert figures[-1].still_strong == 0


def test_the_fit_parts_own_from_foreign() -> None:
    """More speaks for, even where a set was left out of the fit; strong is above plausible."""
    fitted = fitting.fit([made(1, 0.0, "a"), made(2, 0.1, "b")])
    assert sum(fitted.weights) > 0
    assert min(fitted.left_out.values()) > 0.95
    assert set(fitted.left_out) == {"a, large", "b, large", "mean", "all"}
