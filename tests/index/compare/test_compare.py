"""Two sources side by side, many sources on one question, topics, events, and their pages and exports."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Collection
from dataclasses import replace
from datetime import date
from html import unescape
from itertools import pairwise
from pathlib import Path

import docx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from index.__main__ import main
from index.compare import (
    alignment,
    answer_table,
    answer_values,
    answering,
    clustering,
    events,
    labels,
    naming,
    pair_differences,
    questions,
    read_ahead,
    reused_text,
    shared_phrases,
    topics,
)
from index.compare.sources import (
    ComparedDocument,
    ComparedSide,
    Comparison,
    Pair,
    Relation,
    compare_sources,
    folded,
    pairs,
)
from index.differences import Difference, DifferenceKind, differences, tokens
from index.errors import QueryError
from index.output import export, export_compare, terminal
from index.output.json_output import map_json
from index.search.index import Index
from index.text.analysis import stems
from index.text.segmentation import sentences
from index.types import Confidence, Document, Hit, Parts, Passage, Source, Span
from ingest.sync.pipeline import ingest
from tests.making import PATIENCE, Hashed, link_models
from tests.test_layout import ROOT
from views.components import comparison_tables, side_by_side

# --- laws --------------------------------------------------------------------------------------------------------

WORDS = st.sampled_from(
    [
        "river",
        "mill",
        "town",
        "flood",
        "rose",
        "fell",
        "metres",
        "bridge",
        "1962",
        "1963",
        "12",
        "not",
        "old",
        "stone",
        "water",
        "people",
    ]
)
SENTENCES = st.lists(st.lists(WORDS, min_size=1, max_size=9).map(lambda words: " ".join(words) + "."), max_size=8)


def read(texts: list[str], identity: str = "x") -> ComparedDocument:
    """Sentences as a comparison reads them, with vectors by ``Hashed``."""
    text = "\n\n".join(texts)
    spans = tuple(span for span in sentences(text, Span(0, len(text))))
    vectors = Hashed().encode([text[start:end] for start, end in spans])
    words = [dict.fromkeys(stems(text[start:end]), 1.0) for start, end in spans]
    side = alignment.SentenceSide(
        vectors, alignment.baseline(vectors, Hashed().encode(["river", "stone", "people"])), words
    )
    return ComparedDocument(Document(Source(identity, f"{identity}.txt"), text, ()), spans, side)


@given(SENTENCES)
def test_a_text_is_wholly_in_itself(texts: list[str]) -> None:
    document = read(texts)
    partners = pairs(document, document)
    assert partners.left.tolist() == partners.right.tolist() == list(range(len(document.spans)))
    assert np.isposinf(partners.evidence).all()
    words = reused_text.worded(document.document.text, document.spans)
    assert reused_text.reused(words, words).all()


@given(SENTENCES, SENTENCES)
def test_swapping_the_sides_mirrors_the_pairs(left: list[str], right: list[str]) -> None:
    left_document, right_document = read(left), read(right)
    forward, backward = pairs(left_document, right_document), pairs(right_document, left_document)
    assert set(zip(forward.left.tolist(), forward.right.tolist(), strict=True)) == set(
        zip(backward.right.tolist(), backward.left.tolist(), strict=True)
    )


@given(SENTENCES, SENTENCES)
def test_pairs_stand_in_order_each_once(left: list[str], right: list[str]) -> None:
    partners = pairs(read(left), read(right))
    positions = list(zip(partners.left.tolist(), partners.right.tolist(), strict=True))
    assert positions == sorted(set(positions))


@given(SENTENCES, SENTENCES)
def test_no_sentence_has_many_partners(left: list[str], right: list[str]) -> None:
    partners = pairs(read(left), read(right))
    for positions in (partners.left, partners.right):
        assert np.bincount(positions[partners.sure], minlength=1).max() <= alignment.PARTNERS
        assert np.bincount(positions, minlength=1).max() <= alignment.LOOSE_PARTNERS
    assert not partners.close[~partners.sure].any()


def test_sentences_on_one_theme_are_no_partners_but_twice_the_same_are() -> None:
    """All are as near to each other as to the theme; one sentence of each side is far nearer to its like."""
    theme, own = np.eye(13, dtype=np.float32)[:1], np.eye(13, dtype=np.float32)[1:]
    sides = [
        np.sqrt(0.6) * theme + np.sqrt(0.4) * directions for directions in (own[:6], np.concatenate([own[7:], own[:1]]))
    ]
    left, right = (alignment.SentenceSide(vectors, np.zeros(6, np.float32), [{}] * 6) for vectors in sides)
    partners = alignment.align(left, right)
    assert list(zip(partners.left.tolist(), partners.right.tolist(), strict=True)) == [(0, 5)]


def tied(left: str, right: str, **weights: float) -> list[str]:
    """What differs between the figures of two sentences that stand in one phrase."""
    stated = [
        shared_phrases.phrases([sentence], [{stem: weights.get(stem, 0.5) for stem in stems(sentence)}])
        for sentence in (left, right)
    ]
    return [
        difference.note
        for spans in shared_phrases.shared(*stated).values()
        for difference in shared_phrases.differing(left, right, spans)
    ]


def test_a_quantity_with_two_values_is_found_by_its_phrase() -> None:
    sentence = "The half-life of the drug is usually given as 2.5 hours, the figure in the label."
    assert tied(sentence, "Our memo of Monday has a half-life of about 45 minutes.") == [
        "2.5 hours against about 45 minutes"
    ]
    assert tied(sentence, "Our memo of Monday has a half-life of about 45 minutes.", life=0.1) == []
    assert tied(sentence, "Our memo of Monday has a half-life of 150 minutes.") == []
    assert tied(sentence, "Half of them are in prison for life, for 20 years.") == []
    assert tied(sentence, "The half-life is long, and 45 % have died of it.") == []


@pytest.mark.parametrize(
    ("left", "right", "count"),
    [
        ("The mill was built in 1965.", "The mill was built in 1966.", 1),
        ("The Belgian patent is from 1966.", "The American patent is from 1965.", 0),
        ("In Belgium the patent is from 1966.", "The patent is from 1965.", 1),
    ],
)
def test_a_date_differs_only_where_nothing_says_that_it_is_of_something_else(left: str, right: str, count: int) -> None:
    dates = [
        difference
        for difference in pair_differences.on_same_thing(left, right, differences(left, right))
        if difference.kind is DifferenceKind.DATE
    ]
    assert len(dates) == count


def test_the_same_words_with_the_acts_reversed_differ() -> None:
    left, right = "Rye sued Ash, a mill, over the dam.", "Ash, a mill, sued Rye over the dam."
    assert pair_differences.on_same_thing(left, right, differences(left, right))


@given(st.lists(st.sampled_from("abcde"), max_size=30), st.lists(st.sampled_from("abcde"), max_size=30))
def test_reused_words_are_those_of_an_exhaustive_search(left: list[str], right: list[str]) -> None:
    texts = [" ".join(left), " ".join(right)]
    left_words, right_words = (reused_text.worded(text, [Span(0, len(text))]) for text in texts)
    run = max(1, min(reused_text.RUN, len(left), len(right)))
    runs = [right[start : start + run] for start in range(len(right) - run + 1)]
    expected = [
        any(
            left[start : start + run] in runs
            for start in range(max(0, position - run + 1), position + 1)
            if start + run <= len(left)
        )
        for position in range(len(left))
    ]
    assert reused_text.reused(left_words, right_words).tolist() == expected


@given(st.integers(1, 14), st.integers(0, 10_000), st.floats(-0.9, 0.9))
def test_linkage_is_that_of_merging_the_nearest_each_time(count: int, seed: int, threshold: float) -> None:
    values = np.random.default_rng(seed).uniform(-1, 1, (count, count))
    likeness = ((values + values.T) / 2).astype(np.float32)
    groups = [{item} for item in range(count)]
    while len(groups) > 1:
        means = {
            (a, b): np.mean([float(likeness[i, j]) for i in groups[a] for j in groups[b]])
            for a in range(len(groups))
            for b in range(a)
        }
        a, b = max(means, key=lambda pair: means[pair])
        if means[a, b] < threshold:
            break
        groups[b] |= groups.pop(a)
    labels = clustering.linked(likeness, threshold)
    assert {frozenset(np.flatnonzero(labels == label).tolist()) for label in set(labels.tolist())} == set(
        map(frozenset, groups)
    )


@given(st.integers(0, 12), st.floats(0, 1, width=32))
def test_groups_exactly_as_alike_as_the_threshold_are_merged(count: int, value: float) -> None:
    likeness = np.full((count, count), value, np.float32)
    assert clustering.linked(likeness, value).tolist() == [0] * count
    assert clustering.linked(likeness, value + 0.01).tolist() == list(range(count))


def test_groups_are_numbered_in_order_of_first_sight() -> None:
    sides = np.array([1, 0, 1, 2, 0, 2])
    assert clustering.linked((sides[:, None] == sides).astype(np.float32), 0.5).tolist() == [0, 1, 0, 2, 1, 2]


def test_clusters_part_what_is_far_apart() -> None:
    vectors = np.repeat(np.eye(4, dtype=np.float32), 5, axis=0)
    clusters, nearness = clustering.clustered(vectors, 4)
    assert len(set(clusters.tolist())) == 4
    assert all(len(set(clusters[start : start + 5].tolist())) == 1 for start in range(0, 20, 5))
    assert np.allclose(nearness, 1)
    assert [len(values) for values in clustering.clustered(vectors[:0], 4)] == [0, 0]


def test_clusters_of_one_subject_are_told_apart_and_what_stands_alone_is_none() -> None:
    """All share a direction, four groups part from it a little, and two are far from all."""
    rng = np.random.default_rng(3)
    vectors = np.zeros((82, 16), np.float32)
    vectors[:, 0] = 3
    vectors[np.arange(80), 1 + np.arange(80) // 20] = 1
    vectors[80:, 5:7] = np.eye(2) * 9
    vectors += rng.normal(0, 0.05, vectors.shape)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    clusters, _ = clustering.clustered(vectors, 6)
    assert len({*clusters.tolist()}) == 4
    assert all(len({*clusters[start : start + 20].tolist()}) == 1 for start in range(0, 80, 20))


@given(st.integers(1, 40), st.integers(1, 8), st.integers(0, 10_000))
def test_each_is_in_a_cluster_and_none_is_tiny(count: int, clusters: int, seed: int) -> None:
    vectors = np.random.default_rng(seed).normal(size=(count, 6)).astype(np.float32)
    labels, nearness = clustering.clustered(vectors, clusters)
    sizes = np.bincount(labels)
    assert len(labels) == len(nearness) == count
    assert 1 <= (sizes > 0).sum() <= clusters
    assert sizes[sizes > 0].min() >= count / min(count, clusters) / 4
    assert (labels == clustering.clustered(vectors, clusters)[0]).all()


# --- labels ------------------------------------------------------------------------------------------------------


def labelled(*topics: list[str]) -> list[tuple[str, ...]]:
    """Each passage of a source of its own."""
    return labels.terms(
        [[labels.LabelledPassage(text, source) for source, text in enumerate(topic)] for topic in topics]
    )


BRIDGE = [
    "The stone bridge was closed.",
    "They walked over the stone bridge to the town.",
    "A toll of the stone bridge.",
]


@pytest.mark.parametrize(
    ("texts", "label"),
    [
        (["Anna saw eleven of the weirs.", "Anna followed the weirs.", "Anna slowly left the weirs."], "weirs"),
        (["Anna Sample built a weir.", "A weir of Anna Sample.", "The weir is with Anna Sample."], "Anna Sample"),
        (["There were eleven of the weirs.", "Of the eleven, weirs fail.", "By eleven the weirs were dry."], "weirs"),
        (
            ["The weirs heavily leak.", "They heavily mended the weirs.", "Some of the weirs were heavily used."],
            "weirs",
        ),
        (["The weirs began to leak.", "They began the weirs.", "Then it began, with the weirs."], "weirs"),
        (["SAID: the weirs.", "They said it of the weirs, said the miller.", "LIGHT: the new weirs."], "weirs"),
        (["One day of the weirs.", "On the next day the weirs were dry.", "A day without the weirs."], "weirs"),
    ],
)
def test_no_first_name_number_adverb_verb_or_day_is_a_label(texts: list[str], label: str) -> None:
    assert [terms[0] for terms in labelled(BRIDGE, texts)] == ["stone bridge", label]


@given(st.lists(st.lists(st.text() | SENTENCES.map(" ".join), min_size=1, max_size=4), max_size=4))
def test_labels_stand_in_the_text_whatever_it_is(topic_texts: list[list[str]]) -> None:
    labels_of = labelled(*topic_texts)
    assert len(labels_of) == len(topic_texts)
    for terms, texts in zip(labels_of, topic_texts, strict=True):
        assert all(any(term in text for text in texts) for term in terms)
    first = [terms[0].lower() for terms in labels_of if terms]
    assert len(first) == len(set(first))


def test_a_phrase_of_several_sources_and_headings_comes_before_one_of_a_single_source() -> None:
    """Both stand in two of four passages."""
    texts = ["The weir is old.", "A sluice by the mill.", "The weir has gates.", "A sluice and the mill."]
    passages = [labels.LabelledPassage(text, source) for text, source in zip(texts, (1, 3, 2, 3), strict=True)]
    rest = [labels.LabelledPassage(text, 9) for text in BRIDGE]
    assert labels.terms([passages, rest])[0][0] == "weir"
    headed = [labels.LabelledPassage(passage.text, 1, "The sluice") for passage in passages]
    assert labels.terms([headed, rest])[0][0] == "sluice"


def test_no_two_topics_have_one_label_and_another_language_has_words() -> None:
    german = ["Der Fluss stieg.", "Ein Fluss trat ans Ufer.", "Am Fluss stand Wasser."]
    labels_of = labelled(BRIDGE, BRIDGE, german, ["1 2 3"])
    assert labels_of[0][0] != labels_of[1][:1]
    assert labels_of[2][0] == "Fluss"
    assert labels_of[3] == ()


# --- text reused -------------------------------------------------------------------------------------------------

MILL = "The old mill on the river was built of stone in the year the bridge fell, and people still call it new."


def level(text: str, original: str) -> reused_text.Level:
    return reused_text.level(*(reused_text.worded(each, [Span(0, len(each))]) for each in (text, original)))


def test_levels_of_reuse_are_told_apart() -> None:
    source = f"{MILL} Nobody has ground corn there since the flood. The wheel lies in the reeds below the weir."
    light = source
    changed = {"built": "raised", "people": "all", "lies": "rests", "ground": "milled", "reeds": "rushes"}
    for word, other in changed.items():
        light = light.replace(word, other)
    heavy = f"Nobody knows much of the valley. {MILL[:38]} for a miller whose name is lost to all who ask today."
    assert level(source, source) is reused_text.Level.COPY
    assert level(light, source) is reused_text.Level.LIGHT
    assert level(heavy, source) is reused_text.Level.HEAVY
    assert level("A wholly different text about trains that run on time.", source) is reused_text.Level.NONE
    assert level("", source) is reused_text.Level.NONE


# --- sources of a library ----------------------------------------------------------------------------------------

FLOOD = {
    "one.txt": "The flood at Arnmouth\n\nThe river Arn rose by 4 metres on 3 March 1962. The flood killed 12 people in "
    "Arnmouth. The stone bridge was swept away in the night. Farmers lost most of their sheep. A school was used as a "
    "shelter for a week.\n",
    "two.txt": "Arnmouth remembers\n\nThe flood killed 17 people in Arnmouth. The river Arn rose by 4 metres on 5 "
    "March 1962. The stone bridge was swept away in the night. The town hall has had a new clock since last spring.\n",
    "three.md": "# Pruning apple trees\n\nPrune apple trees in late winter. Cut just above a bud that faces outward. "
    "Never take more than a third of the wood.\n",
    "flut.txt": "Das Hochwasser in Arnmouth\n\nDer Fluss stieg im März um vier Meter über seinen gewöhnlichen "
    "Stand. Die alte Brücke aus Stein wurde in der Nacht vom Wasser fortgerissen. Zwölf Menschen kamen in der Stadt "
    "ums Leben.\n",
    "belby.txt": "Fire at the Belby mill\n\nThe fire at the mill in Belby killed 10 people on 2 May 2011. Smoke lay "
    "over Belby for two days. The owner of the mill had kept wool in the yard.\n",
    "corby.txt": "Fire in a Corby theatre\n\nThe fire in the theatre at Corby killed 31 people on 9 June 1987. The "
    "curtain caught fire from a lamp. Corby buried its dead on the hill.\n",
    "links.txt": "https://example.org/a\n\nhttps://example.org/b\n\nhttps://example.org/c\n",
}


@pytest.fixture(scope="module")
def flood(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Index:
    folder = tmp_path_factory.mktemp("flood")
    for name, text in FLOOD.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "one.txt.meta.json").write_text(json.dumps({"date": "1962-03-09"}), encoding="utf-8")
    (folder / "two.txt.meta.json").write_text(json.dumps({"date": "1999"}), encoding="utf-8")
    library = Path(shutil.copytree(prepared, tmp_path_factory.mktemp("library") / "flood", copy_function=link_models))
    ingest([folder], library)
    return Index.open(library)


def by_location(index: Index) -> dict[str, str]:
    return {source.location: source.id for source, _, _ in index.store.documents.sources()}


def compared(index: Index, left: str, right: str) -> tuple[Comparison, str, str]:
    known = by_location(index)
    texts = [index.store.documents.load(known[location])[1].text for location in (left, right)]
    return compare_sources(index, known[left], known[right]), texts[0], texts[1]


def test_two_accounts_differ_in_a_figure_and_a_date(flood: Index) -> None:
    comparison, left, right = compared(flood, "one.txt", "two.txt")
    differing = {
        left[slice(*pair.left)]: (right[slice(*pair.right)], [difference.kind for difference in pair.differences])
        for pair in comparison.pairs
        if pair.relation is Relation.DIFFERS
    }
    assert differing == {
        "The flood killed 12 people in Arnmouth.": ("The flood killed 17 people in Arnmouth.", [DifferenceKind.NUMBER]),
        "The river Arn rose by 4 metres on 3 March 1962.": (
            "The river Arn rose by 4 metres on 5 March 1962.",
            [DifferenceKind.DATE],
        ),
    }


def test_what_both_have_word_for_word_is_the_same_and_reused(flood: Index) -> None:
    comparison, left, _ = compared(flood, "one.txt", "two.txt")
    bridge = "The stone bridge was swept away in the night."
    assert [pair.relation for pair in comparison.pairs if left[slice(*pair.left)] == bridge] == [Relation.SAME]
    assert any(bridge[:-1] in left[slice(*span)] for span in comparison.left.reused)
    assert 0.3 < comparison.left.share < 0.9
    assert "By date, “Arnmouth remembers” is the younger (1999 against 1962-03-09)" in " ".join(comparison.notes)


def test_what_one_source_alone_says_is_in_its_own_list(flood: Index) -> None:
    comparison, left, right = compared(flood, "one.txt", "two.txt")
    assert "A school was used as a shelter for a week." in [left[slice(*span)] for span in comparison.left.only]
    assert "The town hall has had a new clock since last spring." in [
        right[slice(*span)] for span in comparison.right.only
    ]


@pytest.mark.parametrize(("left", "right"), [("one.txt", "two.txt"), ("two.txt", "three.md"), ("one.txt", "links.txt")])
def test_each_sentence_is_in_exactly_one_list(flood: Index, left: str, right: str) -> None:
    comparison, *texts = compared(flood, left, right)
    sure = [pair for pair in comparison.pairs if pair.sure]
    sides = (
        (comparison.left, {pair.left for pair in comparison.pairs}, {pair.left for pair in sure}),
        (comparison.right, {pair.right for pair in comparison.pairs}, {pair.right for pair in sure}),
    )
    for (side, paired, surely), text in zip(sides, texts, strict=True):
        assert not set(side.only) & paired
        spans = sorted({*side.only, *paired})
        assert all(span.end <= following.start for span, following in pairwise(spans))
        assert side.coverage == pytest.approx(len(surely) / max(len(spans), 1))
        assert all(text[slice(*span)].strip() == text[slice(*span)] != "" for span in (*spans, *side.reused))


def test_texts_on_different_things_have_nothing_in_common(flood: Index) -> None:
    comparison, *_ = compared(flood, "one.txt", "three.md")
    assert comparison.pairs == ()
    assert (comparison.left.coverage, comparison.right.coverage) == (0, 0)


def test_a_source_beside_itself_is_all_the_same(flood: Index) -> None:
    comparison, *_ = compared(flood, "one.txt", "one.txt")
    assert {pair.relation for pair in comparison.pairs} == {Relation.SAME}
    assert all(pair.left == pair.right for pair in comparison.pairs)
    assert (comparison.left.coverage, comparison.right.coverage, comparison.left.share) == (1, 1, 1)
    assert comparison.notes == ("This is a source beside itself.",)


def pair_of(left: int, right: int, relation: Relation = Relation.SIMILAR) -> Pair:
    return Pair(Span(left, left + 1), Span(right, right + 1), 0.9, relation)


def test_what_was_found_is_told_of_the_pairs_that_were_compared_and_no_more() -> None:
    sides = [ComparedSide(Source(name, "x.txt"), (), 1.0, (), 0.0) for name in "xy"]
    near, differing, far = pair_of(0, 0), pair_of(2, 2, Relation.DIFFERS), replace(pair_of(4, 4), compared=False)
    loose = replace(far, sure=False)
    verdicts = [
        Comparison(sides[0], sides[1], pairs_, (), 1, "a model").verdict
        for pairs_ in ((), (loose,), (near,), (near, differing), (near, differing, far, loose), (near, far), (far,))
    ]
    assert verdicts == [
        "No two sentences on the same thing were found.",
        "No two sentences on the same thing were found.",
        "No figures, dates, names or denials were found that differ in 1 pair of sentences on the same thing.",
        "1 of 2 pairs of sentences on the same thing differs.",
        "1 of 2 pairs of sentences on the same thing differs. 1 more pair is worded too differently to compare.",
        "No figures, dates, names or denials were found that differ in 1 pair of sentences on the same thing. 1 more "
        "pair is worded too differently to compare.",
        "1 pair of sentences on the same thing is worded too differently to compare.",
    ]
    assert Comparison(sides[0], sides[0], (near,), (), 1, "a model").verdict == "Both are one source."


@pytest.mark.parametrize(
    ("left", "right", "notes"),
    [
        # One act in other words, on two days.
        (
            "The old lock at Wend (OLW) began to lift barges on 3 May 2020.",
            "The lock near the mill, which started lifting barges on 13 May 2020, is blamed by many.",
            ["3 May 2020 against 13 May 2020"],
        ),
        ("The lock began to lift barges on 3 May 2020.", "The crew left the mill on 13 May 2020.", []),
        # The count of one thing, with a word between.
        (
            "It shuts the mouth of the Wend with a wall of 74 metres and holds 16 steel gates.",
            "The wall is 74 metres long and holds 18 gates.",
            ["16 against 18"],
        ),
        ("The wall holds 16 gates.", "Wend has 18 gates, of which ten are shut at night by the crew.", []),
        # All of what one sentence says is denied.
        (
            "Otters were not harmed by wheels.",
            "“Otters were badly harmed by wheels,” said Ada.",
            ["not harmed against harmed"],
        ),
        ("Ada was not at the mill at the time of the fire.", "Ada saw the mill after the fire.", []),
        ("The mill failed in Wend.", "The failed mill of Wend stood empty for years.", []),
    ],
)
def test_sentences_in_other_words_differ_only_in_what_nothing_else_explains(
    left: str, right: str, notes: list[str]
) -> None:
    for texts in ((left, right), (right, left)):
        found = pair_differences.of_partners(*texts, close=False)
        assert sorted(len(difference.note) for difference in found) == sorted(map(len, notes)), found
    assert [difference.note for difference in pair_differences.of_partners(left, right, close=False)] == notes


def test_a_sentence_against_three_is_one_entry_on_the_page_and_in_files() -> None:
    text = "A. B. C. D. E. "
    several = [pair_of(0, 0), pair_of(0, 3), pair_of(3, 6), pair_of(0, 9)]
    assert [len(entry) for entry in folded(several)] == [3, 1]
    document = Document(Source("x", "x.txt"), text, ())
    html = side_by_side.pairs_html(several, document, document)
    assert (html.count("<article"), html.count("<blockquote")) == (2, 6)
    side = ComparedSide(document.source, (), 1.0, (), 0.0)
    other = ComparedSide(Source("y", "y.txt"), (), 1.0, (), 0.0)
    comparison = Comparison(side, other, tuple(several), (), 1, "a model")
    table = export_compare.comparison_table(comparison, document, document, WHEN)
    assert [bool(cells[0].text) for _, cells in table.rows] == [True, False, False, True]
    lines = list(terminal.format_comparison(comparison, text, text))
    assert sum(line.startswith("  A ") for line in lines) == 2
    assert comparison.verdict in lines
    assert comparison.verdict in table.notes


@pytest.mark.parametrize(
    ("left", "right", "kinds"),
    [
        ("A dose of 0.5 mg was given to Ada.", "A dose of 0. 5 mg was given to Ada.", []),
        ("The flood killed 12 people.", "Flood kills 17 people", [DifferenceKind.NUMBER]),
        ("The mill did not burn down in Belby.", "Mill did burn down in Corby", []),
    ],
)
def test_a_figure_cut_in_two_and_the_names_of_a_headline_tell_nothing(
    left: str, right: str, kinds: list[DifferenceKind]
) -> None:
    found = pair_differences.on_same_thing(left, right, differences(left, right))
    assert [difference.kind for difference in found] == kinds


def test_a_list_of_links_is_said_to_be_one(flood: Index) -> None:
    comparison, *_ = compared(flood, "one.txt", "links.txt")
    assert comparison.pairs == ()
    assert "mostly a list" in " ".join(comparison.notes)


def test_two_languages_are_named(flood: Index) -> None:
    comparison, *_ = compared(flood, "one.txt", "flut.txt")
    assert "different languages (English, German)" in " ".join(comparison.notes)


def test_a_source_without_a_sentence_is_compared_with_nothing(library: Path, tmp_path: Path) -> None:
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "full.txt").write_text("The river rose in the night.\n", encoding="utf-8")
    (folder / "none.txt").write_text("1. 2. 3. 4\n", encoding="utf-8")
    ingest([folder], library)
    comparison, *_ = compared(Index.open(library), "full.txt", "none.txt")
    assert (comparison.pairs, comparison.right.coverage, comparison.right.share) == ((), 0, 0)
    assert "“none.txt” has no sentence to compare." in comparison.notes


def test_an_unknown_source_is_an_error_with_the_next_step(flood: Index) -> None:
    with pytest.raises(QueryError, match=r"no source nowhere .* python -m index sources"):
        compare_sources(flood, "nowhere", by_location(flood)["one.txt"])


def test_a_source_that_was_read_ahead_is_compared_no_differently(flood: Index) -> None:
    known = by_location(flood)
    before = compare_sources(flood, known["one.txt"], known["two.txt"])
    tokens.tokenized.cache_clear()
    read_ahead(flood, known["one.txt"])
    assert tokens.tokenized.cache_info().currsize > 0
    assert compare_sources(flood, known["one.txt"], known["two.txt"]) == before
    with pytest.raises(QueryError, match="no source nowhere"):
        read_ahead(flood, "nowhere")


def sample(library: Path, left: str, right: str) -> list[tuple[str, bool]]:
    """What differs between two articles of the sample corpus, and whether it counts."""
    comparison, *_ = compared(Index.open(library), left, right)
    return [
        (difference.note, not difference.compatible) for pair in comparison.pairs for difference in pair.differences
    ]


@pytest.mark.parametrize(
    ("left", "right", "start", "counts"),
    [
        # the half-life
        ("clinic-dosing-and-side-effects.md", "esketamine-nasal-spray.html", "2 to 4 hours against two to three", True),
        ("how-ketamine-works.md", "clinic-dosing-and-side-effects.md", "2.5 hours against 2 to 4 hours", False),
        ("how-ketamine-works.md", "esketamine-nasal-spray.html", "2.5 hours against two to three hours", False),
        # the share of users who are dependent, in sentences that are otherwise far apart
        ("abuse-liability.txt", "recreational-use-in-figures.txt", "17 % against 8.55 %", True),
        # dissociation with esketamine, in two labels
        ("esketamine-nasal-spray.html", "myths-about-ketamine.txt", "61 to 75 % against 61 to 84 %", True),
    ],
)
def test_the_sample_corpus_disagrees_where_it_says_it_does(
    sample_library: Path, left: str, right: str, start: str, counts: bool
) -> None:
    differing = sample(sample_library, left, right)
    assert [counted for note, counted in differing if note.startswith(start)] == [counts], differing


@pytest.mark.parametrize(
    ("left", "right"),
    [
        # a Belgian patent and one of the United States
        ("history-of-ketamine.md", "myths-about-ketamine.txt"),
        # two papers of one author
        ("abuse-liability.txt", "clinic-dosing-and-side-effects.md"),
        # both say that the spray showed no withdrawal
        ("esketamine-nasal-spray.html", "stopping-and-withdrawal.txt"),
    ],
)
def test_what_is_said_of_two_things_is_no_difference(sample_library: Path, left: str, right: str) -> None:
    assert not any(counted for _, counted in sample(sample_library, left, right))


def test_the_sample_corpus_agrees_on_the_usual_infusion(sample_library: Path) -> None:
    """Both give 0.5 mg/kg over 40 minutes."""
    assert not sample(sample_library, "clinic-dosing-and-side-effects.md", "abuse-liability.txt")[1:]


def test_of_sure_pairs_those_in_words_far_apart_are_not_compared(sample_library: Path) -> None:
    names = "abuse-liability.txt", "recreational-use-in-figures.txt"
    comparison, *_ = compared(Index.open(sample_library), *names)
    assert {pair.compared for pair in comparison.pairs if pair.sure} == {True, False}
    assert not any(pair.compared for pair in comparison.pairs if not pair.sure)


@pytest.mark.parametrize(
    ("question", "disputed"),
    [
        ("What percentage of patients have dissociative changes with esketamine?", {"61 to 84 % against 61 to 75 %"}),
        ("What share of past-year ketamine users are dependent?", {"17 % against 8.55 %"}),
        ("How long is the half-life of ketamine?", {"two to three hours against 2 to 4 hours"}),
        ("What percentage of ketamine users report urinary symptoms?", set()),
        ("Is there a withdrawal syndrome after ketamine?", set()),
    ],
)
def test_a_question_to_the_whole_sample_corpus_shows_few_disputes(
    sample_library: Path, question: str, disputed: set[str]
) -> None:
    index = Index.open(sample_library)
    (row,) = answer_table.ask_sources(index, [question], list(by_location(index).values())).rows
    notes = {dispute.difference.note for dispute in row.disputes}
    assert disputed <= notes
    assert len(row.disputes) <= 5


# --- many sources on one question --------------------------------------------------------------------------------


def test_a_table_says_who_differs_and_who_says_nothing(flood: Index) -> None:
    known = by_location(flood)
    names = ["one.txt", "two.txt", "three.md"]
    questions = ["How many people did the flood in Arnmouth kill?"]
    (row,) = answer_table.ask_sources(flood, questions, [known[name] for name in names]).rows
    assert [cell.hit is not None for cell in row.cells] == [True, True, False]
    texts = [flood.store.documents.load(known[name])[1].text for name in names]
    values = [
        None if cell.value is None else text[slice(*cell.value)] for cell, text in zip(row.cells, texts, strict=True)
    ]
    assert [value and value.split()[0] for value in values] == ["12", "17", None]
    assert row.groups == ((0,), (1,))
    assert [(dispute.left, dispute.right, dispute.difference.kind) for dispute in row.disputes] == [
        (0, 1, DifferenceKind.NUMBER)
    ]
    assert (row.saying, row.independent) == (2, 2)


def test_without_a_choice_those_are_heard_that_say_something_the_surest_first(flood: Index) -> None:
    known, questions = by_location(flood), ["How many people did the flood in Arnmouth kill?", "What is a cistern?"]
    table = answer_table.ask_sources(flood, questions)
    evidence = [
        max(cell.hit.parts.evidence for row in table.rows if (cell := row.cells[column]).hit) for column in range(2)
    ]
    assert {source.id for source in table.sources} == {known["one.txt"], known["two.txt"]}
    assert evidence == sorted(evidence, reverse=True)
    assert (table.more, table.silent) == (0, len(known) - 2)
    assert table.others == [f"Other sources in which no answer was found: {len(known) - 2}."]
    fewer = answer_table.ask_sources(flood, questions, most=1)
    assert (fewer.sources, fewer.more, fewer.silent) == (table.sources[:1], 1, len(known) - 2)


def test_a_question_that_no_source_answers_has_an_empty_table(flood: Index) -> None:
    table = answer_table.ask_sources(flood, ["Who invented the bicycle?"])
    assert (table.sources, table.rows[0].cells, table.rows[0].saying, table.rows[0].independent) == ((), (), 0, 0)
    assert table.others == [f"Sources in which no answer was found: {len(by_location(flood))}."]
    assert comparison_tables.table_html(table) == f'<p class="sw-lead">{table.others[0]}</p>'
    assert list(terminal.format_answer_table(table))[-1] == table.others[0]


def test_the_page_has_a_row_for_each_source_and_says_who_differs(flood: Index) -> None:
    table = answer_table.ask_sources(flood, ["How many people did the flood in Arnmouth kill?"])
    hostile = replace(table.sources[0], title="<script>1</script>")
    html = comparison_tables.table_html(replace(table, sources=(hostile, *table.sources[1:])))
    assert html.count("<th scope=row>") == len(table.sources) == 2
    assert f"<strong>{table.rows[0].disputes[0].difference.note}</strong>" in html
    assert f"answer found in 2 of {len(by_location(flood))} sources" in html
    assert "<script" not in html


def test_a_table_without_sources_is_an_error(flood: Index) -> None:
    with pytest.raises(QueryError, match="1 to 100 sources, not 0"):
        answer_table.ask_sources(flood, ["flood"], [])


@pytest.mark.parametrize(
    ("question", "answering"),
    [
        ("How many people died in the fire in Belby?", {"belby.txt"}),
        ("How many people died in the Denham fire?", set()),
        ("How many people were hurt by the fire in Corby?", set()),
        ("How much did the fire in Corby cost?", set()),
        ("What was the magnitude of the flood in Arnmouth?", set()),
        ("When did the theatre in Corby burn in the fire?", {"corby.txt"}),
    ],
)
def test_a_source_answers_only_about_the_thing_named_and_in_its_dimension(
    flood: Index, question: str, answering: set[str]
) -> None:
    assert {source.location for source in answer_table.ask_sources(flood, [question]).sources} == answering


@pytest.mark.parametrize(
    ("question", "text", "measured"),
    [
        ("How much does a wall cost per mile?", "The wall cost $5 million.", False),
        ("How much does a wall cost per mile?", "Each mile of the wall cost $5 million.", True),
        ("What was the magnitude of the quake at Arn?", "The quake killed 12 people.", False),
        ("What was the magnitude of the quake at Arn?", "The quake had a magnitude of 5.1.", True),
        ("What percentage of the votes did she win?", "She won 51 %.", True),
        ("How much does a wall cost per mile?", "A wall of 8 miles cost $5 million.", False),
        ("When did the quake come?", "In 1962.", True),
    ],
)
def test_a_figure_is_the_rate_or_the_measure_that_is_asked_for(question: str, text: str, measured: bool) -> None:
    asked = questions.parse_question(question, lambda stems: dict.fromkeys(stems, 1.0))
    assert questions.is_measured(asked, text) == measured


def test_a_value_is_of_what_its_sentence_or_the_one_before_names() -> None:
    text = "Adam Corbyn spoke. He was tired. The hall holds 900 people. It was full."
    read = []
    for word in ("Adam", "900"):
        sentence, before = answering.sentence_and_before(text, Span(text.index(word), text.index(word) + 3))
        read.append(text[before.start : sentence.end])
    assert read == ["Adam Corbyn spoke.", "He was tired. The hall holds 900 people."]


def test_two_fires_are_not_held_against_each_other(flood: Index) -> None:
    """Where the question names neither, each is shown with the sentence that answers."""
    known = by_location(flood)
    ids = [known["belby.txt"], known["corby.txt"]]
    (row,) = answer_table.ask_sources(flood, ["How many people did the fire kill?"], ids).rows
    texts = [document.text for document in documents(flood, "belby.txt", "corby.txt")]
    shown = [cell.sentence and text[slice(*cell.sentence)] for cell, text in zip(row.cells, texts, strict=True)]
    assert shown[0] == "The fire at the mill in Belby killed 10 people on 2 May 2011."
    assert shown[1] == "The fire in the theatre at Corby killed 31 people on 9 June 1987."
    assert row.disputes == ()


def even(stems: Collection[str]) -> dict[str, float]:
    """A library in which all words weigh the same."""
    return dict.fromkeys(stems, 1.0)


@pytest.mark.parametrize(
    ("question", "kind", "value_alone"),
    [
        ("When was the bridge built?", DifferenceKind.DATE, True),
        ("How many people died?", DifferenceKind.NUMBER, True),
        ("What was the price of the bridge?", DifferenceKind.NUMBER, True),
        ("What changes the rate of recovery?", DifferenceKind.NUMBER, False),
        ("Who built the bridge?", DifferenceKind.NAME, False),
        ("Is it safe to swim?", None, False),
    ],
)
def test_a_question_asks_for_a_kind_of_value(question: str, kind: DifferenceKind | None, value_alone: bool) -> None:
    asked = questions.parse_question(question, even)
    assert (asked.kind, asked.value_alone) == (kind, value_alone)


@pytest.mark.parametrize(
    ("question", "text", "named"),
    [
        ("How many people died in Belby?", "The mill at Belby burnt.", True),
        ("How many people died in Belby?", "The mill at Corby burnt.", False),
        ("Where was Ada Morley born?", "Miss Morley was born by the sea.", True),
        ("Where was Ada Morley born?", "Ada Crane was born by the sea.", False),
        ("When did the WHO meet?", "The World Health Organization met in May.", True),
        ("How many people died?", "The mill at Corby burnt.", True),
        ("How high is Belby Dam?", "Trout are kept from spawning by the dams.", False),
        ("How high is Belby Dam?", "The dam is some miles above Belby.", True),
        ("Who had Covid?", "They all had covid.", True),
    ],
)
def test_a_name_is_that_of_a_text_by_its_telling_word(question: str, text: str, named: bool) -> None:
    assert naming.is_named(questions.parse_question(question, even), text) is named


def disputed(question: str, left: str, right: str, rarity: questions.Rarity = even) -> bool:
    """Whether two texts answer a question differently."""
    asked = questions.parse_question(question, rarity)
    values = [answer_values.answer_values(asked, text) for text in (left, right)]
    return answer_values.disagree(asked, *values) is not None


def test_a_value_that_both_texts_have_is_no_dispute() -> None:
    question = "When was the mill built?"
    left, right = "The mill was built in 1901, not in 1950.", "The mill was built in 1950, and again in 1901."
    assert not disputed(question, left, right)
    assert disputed(question, left[:27], "The mill was built in 1950.")


def test_a_life_is_compared_with_a_birth_at_its_ends() -> None:
    question, left = "When was the miller born?", "The miller (2 May 1880 – 9 June 1950) was born here on 2 May 1880."
    assert disputed(question, left, "The miller was born on 7 May 1901.")
    assert not disputed(question, left, "The miller was born in May 1880.")


@pytest.mark.parametrize(
    ("question", "left", "right", "held"),
    [
        # A birth against the first year of a life; a day of something else beside it.
        ("When was Ann Sample born?", "Ann Sample (1880 – 1950) was a miller.", "Ann Sample (1901–77) sang.", True),
        ("When was Ann Sample born?", "Ann Sample (1880 – 1950) was a miller.", "Ann Sample was born in 1880.", False),
        ("When did Ann Sample die?", "Ann Sample (1880 – 1950) was a miller.", "Ann Sample (1901–50) sang.", False),
        ("When was Ann Sample born?", "Ann Sample was born in 1880.", "Ann Sample joined the mill in 1901.", False),
        ("When was Ann Sample elected?", "Ann Sample was elected in 1901.", "Ann Sample (1880 – 1950) left.", False),
        # What names nothing needs most of the words.
        ("When will the tax on grain double?", "The tax on grain is to double in 2037.", "A tax falls in May.", False),
        # Who does a thing, by the doing of it.
        ("Who is the director of Hill?", "Hill, directed by Ann Sample.", "Ben Other directed Hill.", True),
        # Things of a kind; a word in the plural may have several.
        ("What sport does Ann Sample play?", "Ann Sample is a golfer.", "Ann Sample plays tennis.", True),
        ("What sport does Ann Sample play?", "Ann Sample is a golfer.", "Ann Sample plays golf, and Ben chess.", False),
        ("What sports does Ann Sample play?", "Ann Sample is a golfer.", "Ann Sample plays tennis.", False),
        ("What was Ann Sample's profession?", "Ann Sample was a nurse.", "Ann Sample, a miner, sang.", True),
    ],
)
def test_two_answers_are_apart_only_in_what_is_asked(question: str, left: str, right: str, held: bool) -> None:
    assert disputed(question, left, right) is held
    assert disputed(question, right, left) is held


def test_a_figure_of_something_else_is_no_dispute() -> None:
    """That both stand by the name of the town does not make both its population."""
    question = "What is the population of Arn Mill?"
    left, right = "Arn Mill had a population of 909.", "Arn Mill is one of four mills on the river."
    assert not disputed(question, left, right)
    assert disputed(question, left, "The population of Arn Mill was 1,208.")


def test_a_word_that_most_passages_have_ties_no_two_values() -> None:
    weights = {"half": 4.0, "life": 3.5, "drug": 0.4, "": 5.0}

    def rarity(stems: Collection[str]) -> dict[str, float]:
        return {stem: weights.get(stem, 5.0) for stem in stems}

    question = "What is the half-life of the drug?"
    assert questions.parse_question(question, rarity).key_words == {"half", "life"}
    left, right = "The half-life of the drug is 2 hours.", "The drug was banned for 7 years."
    assert not disputed(question, left, right, rarity)
    assert not disputed(question, left, "Whoever sold the drug went to prison for life, not for 7 years.", rarity)
    assert disputed(question, left, "Of this drug the half-life is 7 hours.", rarity)


@pytest.mark.parametrize(
    ("question", "left", "right"),
    [
        ("What share of the users fell ill?", "Of 40 users 17 % fell ill.", "Of 900 users 17 % fell ill."),
        ("How many users fell ill?", "Of the users 40 fell ill, or 17 %.", "Of the users 40 fell ill, or 20 %."),
        ("How many users fell ill?", "Among users 40 women fell ill.", "Among users 7 men fell ill."),
        ("How many users fell ill?", "There 10 users fell ill.", "There thousands of users fell ill."),
        ("How many people died?", "The fire killed 10 people.", "The fire killed people and burnt 15,000 books."),
        ("How much did the mill cost?", "The mill cost $ 40.", "The mill cost 7 lives."),
        ("What is the dose of the drug?", "A dose of the drug is 5 mg.", "Seven have had a dose of the drug."),
    ],
)
def test_a_figure_of_another_kind_is_no_answer(question: str, left: str, right: str) -> None:
    assert not disputed(question, left, right)


# --- what answers a question -------------------------------------------------------------------------------------


def hit_of(text: str, title: str = "The lock at Wend", heading: str | None = None) -> Hit:
    """A sure hit on a source of this text."""
    passage = Passage(text, Span(0, len(text)), heading=heading)
    return Hit(1, 1.0, Confidence.STRONG, passage, Source("x", "x.txt", title), Parts(*[0.0] * 7))


@pytest.mark.parametrize(
    ("question", "text", "value"),
    [
        # The event must be told in the sentence of the value, and not a date of something else beside it.
        (
            "When did the lock at Wend begin to lift barges?",
            "Only 9 sloops came in 2018. The lock at Wend, which started to lift barges on 13 May 2020, is long.",
            "13 May 2020",
        ),
        ("When did the lock at Wend begin to lift barges?", "Works began in March 2015 under a young engineer.", None),
        ("When was the lock at Wend opened?", "We met at the lock at Wend. It is the ninth of June 2022.", None),
        ("When was the lock at Wend opened?", "The lock at Wend is long. It was opened on 4 June 2019.", "4 June 2019"),
        # The year asked.
        ("How many barges passed Wend in 2020?", "In 2019 Wend saw 408 barges pass, in 2020 only 293 barges.", "293"),
        ("How many barges passed Wend in 2020?", "In 2019 as many as 408 barges passed Wend.", None),
        # A part of a share counts nothing, and none is an answer.
        ("How many barges passed Wend?", "Of those at Wend nine of ten barges passed unharmed.", None),
        ("How many jobs were lost at Wend?", "No jobs were lost at Wend.", "No jobs"),
        ("How many jobs were lost at Wend?", "No longer are jobs lost at Wend.", None),
        # A unit is no noun that is counted; what is in another unit is of something else.
        ("How many hectares of Wend Fen burnt?", "On 9 July a fire burnt 640 hectares of Wend Fen.", "640 hectares"),
        ("How many hectares of Wend Fen burnt?", "The fire at Wend Fen burnt for 9 days.", None),
        ("By how many seconds did Ann Wend win?", "Ann Wend won on Sunday, nine seconds ahead of Bo.", "nine seconds"),
        ("How many metres high is the Wend Dam?", "The Wend Dam, of clay, is 38 metres high.", "38 metres"),
        # By how much something changed, whatever it is.
        ("By how much did prices rise at Wend?", "At Wend prices of bread rose by 4 per cent.", "4 per cent"),
        ("By how much did prices rise at Wend?", "Prices of bread are £4 at Wend.", None),
        (
            "How large is the loss from the fire at Wend?",
            "The fire at Wend began at noon. The loss is £3 million.",
            "£3 million",
        ),
        # The name may stand further up in the passage.
        ("How many engines were sent to Wend?", "A fire broke out at Wend. It was noon. Six engines were sent.", "Six"),
        # The noun may stand by the whole alone, the verb at the end, and "have" is no verb to look for.
        ("How many pairs of swans came back to Wend?", "Of 44 pairs of swans at Wend, nine came back.", "nine"),
        ("How many visits did the library of Wend have?", "At the library of Wend visits fell to 36,500.", "36,500"),
        (
            "How many patients took part in the Wend study?",
            "Four patients in Wend were ill after it. The study had recruited 420 patients in Wend.",
            "420",
        ),
        # What is denied or taken back is not said.
        ("How many men died at Wend?", "I wrote that the wheels had killed 34 men at Wend.", None),
        ("How many men died at Wend?", "It was once thought that 34 men died at Wend.", None),
        ("How many men died at Wend?", "I wrote that 34 men died at Wend.", "34"),
        ("When was the lock at Wend opened?", "The lock at Wend was not opened in 1926 at all.", None),
    ],
)
def test_a_value_answers_only_what_is_asked_about(question: str, text: str, value: str | None) -> None:
    asked = questions.parse_question(question, even)
    best = answering.best(asked, answering.values(asked, hit_of(text)))
    assert (best and text[slice(*best.span)]) == value


@pytest.mark.parametrize(
    ("question", "text", "sentence"),
    [
        ("Who bought Rye?", "Rye bought Ash in May.", None),
        ("Who bought Rye?", "It rained. Ash bought Rye in May.", "Ash bought Rye in May."),
        ("Who bought Rye?", "Rye was bought by Ash in May.", "Rye was bought by Ash in May."),
        ("Who won the race?", "The last race will be held in the north.", None),
        ("Who won the race?", "The race was won by Ann Sample.", "The race was won by Ann Sample."),
    ],
)
def test_who_did_something_is_told_by_a_sentence_that_names_somebody_who_did(
    question: str, text: str, sentence: str | None
) -> None:
    span = answering.answering_sentence(questions.parse_question(question, even), hit_of(text, "News"))
    assert (span and text[slice(*span)]) == sentence


@pytest.mark.parametrize(
    ("question", "left", "right", "held"),
    [
        ("How many gates does the lock have?", "The lock has 16 steel gates.", "The lock holds 18 gates.", True),
        ("How many jobs were lost?", "No jobs were lost.", "Eleven jobs were lost.", True),
        ("How many barges came?", "In 2019 some 408 barges came.", "In 2020 some 293 barges came.", False),
        ("How much did the lock cost?", "The lock cost $40.", "The lock was meant to cost $30.", False),
        ("How much did the lock cost?", "The lock cost $40.", "The lock cost $30.", True),
        ("What is the population of Wend?", "In 2010 the population was 90.", "In 2000 the population was 95.", False),
        (
            "What is the population of Wend?",
            "In 2010 the population was 90.",
            "In 2000 the population was 28,000.",
            True,
        ),
    ],
)
def test_figures_are_held_against_each_other_only_in_one_case(question: str, left: str, right: str, held: bool) -> None:
    assert disputed(question, left, right) is held
    assert disputed(question, right, left) is held


@pytest.mark.parametrize(
    ("question", "texts", "notes", "groups"),
    [
        (
            "Were otters harmed by the wheels?",
            ["Otters were not affected by the wheels.", "Otters were badly affected by the wheels, she said."],
            ["not affected against affected"],
            ((0,), (1,)),
        ),
        (
            "Were otters harmed by the wheels?",
            ["Otters were not seen on the bridge.", "Otters were seen at the wheels."],
            [],
            (),
        ),
        # Different values never share a letter, also where they are not of one thing.
        (
            "How many people did the fire kill?",
            [
                "The fire in Belby killed 10 people.",
                "The fire in Corby killed 31 people.",
                "The fire killed 10 people.",
            ],
            ["31 against 10"],
            ((0, 2), (1,)),
        ),
    ],
)
def test_who_contradicts_whom_is_told_and_who_agrees_shares_a_letter(
    question: str, texts: list[str], notes: list[str], groups: tuple[tuple[int, ...], ...]
) -> None:
    asked, hits = questions.parse_question(question, even), [hit_of(text, "") for text in texts]
    row = answer_table._row(asked, even, [hit.source for hit in hits], hits)
    assert [dispute.difference.note for dispute in row.disputes] == notes
    assert row.groups == groups


# --- the map, and events -----------------------------------------------------------------------------------------


def test_the_map_has_every_passage_once_and_labels_from_the_text(sample_library: Path) -> None:
    index = Index.open(sample_library)
    topic_map = topics.map_topics(index)
    texts = [index.store.documents.load(source.id)[1].text for source in topic_map.sources]
    spans = [
        (source, span)
        for topic in topic_map.topics
        for source in range(len(topic_map.sources))
        for span in topic.passages(source)
    ]
    assert len(spans) == len(set(spans)) == index.generation.manifest.passages
    for topic in topic_map.topics:
        text = " ".join(texts[source][slice(*span)] for source in range(len(texts)) for span in topic.passages(source))
        assert topic.terms
        assert all(term in text for term in topic.terms)
    assert len({topic.label for topic in topic_map.topics}) == len(topic_map.topics)
    sizes = [int(topic.counts.sum()) for topic in topic_map.topics]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] < sum(sizes) / 4
    assert map_json(topic_map) == map_json(topics.map_topics(index))


def test_of_many_sources_topics_come_first_and_then_those_that_speak_of_one(sample_library: Path) -> None:
    topic_map = topics.map_topics(Index.open(sample_library))
    topic = topic_map.topics[0]
    counts = [len(topic.passages(column)) for column in topic.covering]
    assert counts == sorted(counts, reverse=True)
    assert sum(counts) == topic.counts.sum()
    html = comparison_tables.topics_html(topic_map, 0)
    assert html.count("<th scope=row") == len(topic_map.topics)
    listed = comparison_tables.covering_html(topic_map, 0, None, 3)
    assert re.findall(r"column=(\d+)", listed) == [str(column) for column in topic.covering[:3]]


def test_a_topic_of_one_source_says_so(flood: Index) -> None:
    known = by_location(flood)
    topic_map = topics.map_topics(flood, [known[name] for name in ("one.txt", "two.txt", "three.md", "flut.txt")], 4)
    alone = {topic_map.sources[topic.only].location for topic in topic_map.topics if topic.only is not None}
    assert "three.md" in alone


@pytest.mark.parametrize(
    ("left", "right", "published", "together"),
    [
        ({10}, {14}, (), True),
        ({10}, {15}, (), False),
        ({10, 400}, {401}, (400, 401), True),  # a later account that states the day
        ({10, 400}, {11}, (400, 11), True),
        ({10, 400}, {10, 900}, (400, 900), False),  # two later texts that mention it in passing
        (set(), {10}, (), False),  # a guide
        (set(), set(), (), False),
    ],
)
def test_accounts_are_of_one_event_only_within_a_few_days(
    left: set[int], right: set[int], published: tuple[int, ...], together: bool
) -> None:
    days = [frozenset(left), frozenset(right)]
    shared = events.share_days(days, [own & frozenset(published) for own in days])
    assert shared[0, 1] == shared[1, 0] == together


def test_a_day_counts_where_its_year_is_stated() -> None:
    text = "On 3 March 1962 the river rose. In May 1970, on 4 June, and on 30 February 1971 it did not."
    assert list(events.stated_days(text)) == [date(1962, 3, 3).toordinal()]


@pytest.mark.parametrize(
    ("authors", "accounts"),
    [
        ([("Ann Sample",), ("Ann Sample",)], False),
        ([("Ann Sample",), ("Ben Sample",)], True),
        ([("Ann Sample",), ()], True),
        ([(), ()], True),
    ],
)
def test_what_the_same_people_wrote_is_no_event(authors: list[tuple[str, ...]], accounts: bool) -> None:
    sources = [Source(str(number), "a.txt", "A", authors=own) for number, own in enumerate(authors)]
    assert events.are_accounts(sources) is accounts


def test_accounts_of_one_event_are_grouped(flood: Index) -> None:
    groups = events.find_events(flood)
    assert [[source.location for source in event.sources] for event in groups] == [["one.txt", "two.txt"]]


# --- command line ------------------------------------------------------------------------------------------------


def test_the_command_line_speaks_json_and_prose(flood: Index, capsys: pytest.CaptureFixture[str]) -> None:
    known = by_location(flood)
    command = [sys.executable, "-m", "index", "compare", known["one.txt"], known["two.txt"], "--library", flood.library]
    comparison = json.loads(subprocess.run([*command, "--json"], capture_output=True, check=True).stdout)
    assert {"left", "right", "pairs", "left_only", "right_only", "coverage", "reused_text"} <= set(comparison)
    assert {"left", "right", "similarity", "relation", "differences"} <= set(comparison["pairs"][0])
    assert comparison["left"]["location"] == "one.txt"
    notes = [difference["note"] for pair in comparison["pairs"] for difference in pair["differences"]]
    assert "12 against 17" in notes
    prose = printed(capsys, flood, known["one.txt"], known["two.txt"])
    assert "They differ: 2" in prose
    assert "The flood killed 17 people in Arnmouth." in prose


def printed(capsys: pytest.CaptureFixture[str], index: Index, *options: str, code: int = 0) -> str:
    """What the command says, in this process."""
    try:
        ended = main(["compare", *options, "--library", str(index.library)])
    except SystemExit as stop:  # argparse
        ended = int(stop.code or 0)
    out, err = capsys.readouterr()
    assert ended == code, err
    return err if code == 2 else out


def test_the_command_line_tells_what_many_sources_say_on_a_question(
    flood: Index, capsys: pytest.CaptureFixture[str]
) -> None:
    known = by_location(flood)
    chosen = [option for name in ("one.txt", "two.txt", "three.md") for option in ("--source", known[name])]
    question = ["--question", "How many people did the flood in Arnmouth kill?", *chosen]
    table = json.loads(printed(capsys, flood, *question, "--json"))
    (row,) = table["questions"]
    assert [source["location"] for source in table["sources"]] == ["one.txt", "two.txt", "three.md"]
    assert [cell["hit"] is not None for cell in row["cells"]] == [True, True, False]
    assert row["groups"] == [[known["one.txt"]], [known["two.txt"]]]
    assert [(dispute["left"], dispute["right"], dispute["difference"]["kind"]) for dispute in row["disputes"]] == [
        (known["one.txt"], known["two.txt"], "number")
    ]
    prose = printed(capsys, flood, *question)
    assert "≠ number: 12 against 17 (The flood at Arnmouth / Arnmouth remembers)" in prose
    assert "Pruning apple trees: no answer found in it" in prose
    assert "no answer found" in printed(capsys, flood, "--question", "Which violin did he buy?", *chosen[-2:], code=1)


def test_the_command_line_tells_what_one_source_alone_covers(flood: Index, capsys: pytest.CaptureFixture[str]) -> None:
    known = by_location(flood)
    ids = [known[name] for name in ("one.txt", "two.txt", "three.md", "flut.txt", "links.txt")]
    chosen = [option for identity in ids for option in ("--source", identity)]
    topic_map = json.loads(printed(capsys, flood, "--map", "--json", *chosen))
    assert {source["id"] for source in topic_map["sources"]} == set(ids)
    for topic in topic_map["topics"]:
        assert [topic["only"]] == list(topic["passages"]) or (topic["only"] is None and len(topic["passages"]) > 1)
    alone = {topic["only"]: topic["label"] for topic in topic_map["topics"] if topic["only"]}
    assert alone
    prose = printed(capsys, flood, "--map", *chosen)
    assert all(f"(source {identity}): " in prose for identity in alone)


def test_the_command_line_tells_accounts_of_one_event(flood: Index, capsys: pytest.CaptureFixture[str]) -> None:
    known = by_location(flood)
    (event,) = json.loads(printed(capsys, flood, "--events", "--json"))["events"]
    assert ([source["id"] for source in event["sources"]], event["independent"]) == (
        [known["one.txt"], known["two.txt"]],
        2,
    )
    assert "2 sources that seem to tell of one event:" in printed(capsys, flood, "--events")


@pytest.mark.parametrize("options", [[], ["x"], ["x", "y", "--map"], ["--map", "--events"], ["x", "--question", "why"]])
def test_a_comparison_of_nothing_or_of_too_much_is_an_error(
    flood: Index, capsys: pytest.CaptureFixture[str], options: list[str]
) -> None:
    assert "Example: python -m index compare A B" in printed(capsys, flood, *options, code=2)


# --- export ------------------------------------------------------------------------------------------------------


WHEN = "2026-01-01T12:00:00+00:00"


def written(table: export.ExportTable) -> dict[str, str]:
    """What a reader sees, by suffix."""
    files = {suffix: make(table) for suffix, make in export.TABLE_FORMATS.items()}
    document = docx.Document(io.BytesIO(files[".docx"]))
    cells = [cell.text for rows in document.tables for row in rows.rows for cell in row.cells]
    return {
        ".md": re.sub(r"\\(?=\W)", "", files[".md"].decode()),
        ".html": unescape(files[".html"].decode()),
        ".docx": "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells]),
        ".csv": files[".csv"].decode("utf-8-sig").replace('""', '"'),
    }


def documents(index: Index, *names: str) -> list[Document]:
    known = by_location(index)
    return [index.store.documents.load(known[name])[1] for name in names]


def test_every_format_has_both_quotes_both_citations_and_what_it_was_made_with(flood: Index) -> None:
    comparison, *_ = compared(flood, "one.txt", "two.txt")
    table = export_compare.comparison_table(comparison, *documents(flood, "one.txt", "two.txt"), WHEN)
    for suffix, text in written(table).items():
        for part in (
            "The flood killed 12 people in Arnmouth.",
            "The flood killed 17 people in Arnmouth.",
            "12 against 17",
            "By date, “Arnmouth remembers” is the younger",
            WHEN,
            f"generation {comparison.generation}, model {comparison.model}",
            "margin 2.5; ",
        ):
            assert part in text, suffix
        assert text.count("one.txt, characters") >= len(comparison.pairs), suffix
        assert text.count("two.txt, characters") >= len(comparison.pairs), suffix


def test_the_word_file_has_headings_to_go_by_and_a_table_under_each(flood: Index) -> None:
    comparison, *_ = compared(flood, "one.txt", "two.txt")
    table = export_compare.comparison_table(comparison, *documents(flood, "one.txt", "two.txt"), WHEN)
    read_back = docx.Document(io.BytesIO(export.word(table)))
    paragraphs = read_back.paragraphs
    styled = [(paragraph.style.name, paragraph.text) for paragraph in paragraphs if paragraph.style]
    assert [pair for pair in styled if pair[0].startswith("Heading")] == [
        ("Heading 1", "Two sources compared"),
        ("Heading 2", "They differ"),
        ("Heading 2", "Both say the same"),
        ("Heading 2", "Left, no partner found"),
        ("Heading 2", "Right, no partner found"),
    ]
    columns = [[cell.text for cell in rows.rows[0].cells] for rows in read_back.tables]
    assert columns == [["Left", "Right", "Differs"], ["Left", "Right"], ["Left"], ["Right"]]
    cells = [cell for rows in read_back.tables for row in rows.rows[1:] for cell in row.cells]
    quotes = [cell for cell in cells if len(cell.paragraphs) == 2]
    assert len(quotes) == 2 * len(comparison.pairs) + len(comparison.left.only) + len(comparison.right.only)
    assert all(cell.paragraphs[1].text.endswith(tuple("0123456789")) for cell in quotes)


def test_every_quotation_exported_is_a_slice_of_its_source(flood: Index) -> None:
    comparison, *texts = compared(flood, "one.txt", "two.txt")
    table = export_compare.comparison_table(comparison, *documents(flood, "one.txt", "two.txt"), WHEN)
    quoted = [(cell, text) for _, cells in table.rows for cell, text in zip(cells[:2], texts, strict=True) if cell.text]
    assert len(quoted) == 2 * len(comparison.pairs) + len(comparison.left.only) + len(comparison.right.only)
    for cell, text in quoted:
        start, end = map(int, cell.citation.rpartition(" ")[2].split("–"))
        assert cell.text == text[start:end]


def test_sources_asked_are_exported_with_who_says_nothing_and_who_disagrees(flood: Index) -> None:
    names = ["one.txt", "two.txt", "three.md"]
    known, question = by_location(flood), "How many people did the flood in Arnmouth kill?"
    answers = answer_table.ask_sources(flood, [question], [known[name] for name in names])
    table = export_compare.answers_table(answers, WHEN)
    ((head, cells),) = table.rows
    assert (head, table.columns[2:]) == (
        question,
        [export.source_name(document.source) for document in documents(flood, *names)],
    )
    first, second = "“The flood at Arnmouth”", "“Arnmouth remembers”"
    assert cells[0].text == (
        f"Answer found in 2 of 3 sources. Plausible: {first}; {second}. They differ: {first} / {second}: 12 against 17."
    )
    for cell, document in zip(cells[1:3], documents(flood, *names), strict=False):
        start, end = map(int, cell.citation.rpartition(" ")[2].split("–"))
        assert cell.text == document.text[start:end]
        assert "people" in cell.text
    assert cells[3] == export.ExportCell("no answer found in it")
    for suffix, text in written(table).items():
        for part in (
            question,
            "no answer found in it",
            "one.txt, characters",
            "two.txt, characters",
            WHEN,
            known["one.txt"],
        ):
            assert part in text, suffix


def test_an_export_holds_hostile_text_as_text() -> None:
    hostile = '=HYPERLINK("x") <script>alert(1)</script> [a](b) \x00\x0b&amp;'
    document = Document(Source("x", "x.txt"), hostile, ())
    sides = [ComparedSide(document.source, (Span(0, len(hostile)),), 0.0, (), 0.0) for _ in range(2)]
    table = export_compare.comparison_table(Comparison(*sides, (), (), 1, "a model"), document, document, WHEN)
    assert b"<script" not in export.html(table)
    rows = list(csv.reader(io.StringIO(export.as_csv(table).decode("utf-8-sig"))))
    assert rows[1][1].startswith("'=HYPERLINK")
    assert b"\\[a\\](b) \\&amp;" in export.markdown(table)
    (first, _) = docx.Document(io.BytesIO(export.word(table))).tables
    assert first.rows[1].cells[0].paragraphs[0].text == '=HYPERLINK("x") <script>alert(1)</script> [a](b) &amp;'


# --- the page ----------------------------------------------------------------------------------------------------


def page(index: Index, monkeypatch: pytest.MonkeyPatch, **params: str | list[str]) -> AppTest:
    """A first visit to the comparing page of a library."""
    monkeypatch.setenv("SOURCEWISE_LIBRARY", str(index.library))
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=PATIENCE)
    at.switch_page("views/compare.py")
    for name, value in params.items():
        at.query_params[name] = value
    at.run()
    assert not at.exception
    return at


def shown(at: AppTest) -> str:
    return "\n".join(element.proto.body for element in at.get("html") if "<style>" not in element.proto.body)


def test_an_address_brings_two_texts_with_their_pairs_linked(flood: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    known = by_location(flood)
    html = shown(page(flood, monkeypatch, a=known["one.txt"], b=known["two.txt"]))
    assert "2 of 3 pairs of sentences on the same thing differ." in html
    assert "12 against 17" in html
    ids = set(re.findall('id="(sw-[lr]\\d+)"', html))
    partners = {partner for attribute in re.findall('data-partners="(.*?)"', html) for partner in attribute.split()}
    assert partners
    assert partners <= ids


def test_two_texts_with_nothing_in_common_are_told_so_in_words(flood: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    known = by_location(flood)
    html = shown(page(flood, monkeypatch, a=known["one.txt"], b=known["three.md"]))
    assert "No two sentences on the same thing were found." in html
    assert "were found that differ" not in html, "the list of what one alone says is open, not an empty one"
    assert "0%" not in html


def test_the_lists_stand_before_the_texts_and_part_what_is_the_same(
    flood: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = by_location(flood)
    at = page(flood, monkeypatch, a=known["one.txt"], b=known["two.txt"])
    assert shown(at).index("sw-pair") < shown(at).index("sw-beside")
    at.segmented_control(key="list").set_value("In both").run()
    same, differ = (shown(at).index(head) for head in ("Both say it in the same words", "Both speak of it, and differ"))
    assert same < differ


def test_differences_can_be_filtered_by_kind_and_lists_chosen(flood: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    known = by_location(flood)
    at = page(flood, monkeypatch, a=known["one.txt"], b=known["two.txt"])
    at.pills(key="kinds").set_value([DifferenceKind.DATE]).run()
    assert "3 March 1962 against 5 March 1962" in shown(at)
    assert "12 against 17" not in shown(at)
    at.segmented_control(key="list").set_value("Left, no partner").run()
    assert "A school was used as a shelter for a week." in shown(at).partition("sw-beside")[0]


def test_lists_of_a_comparison_are_without_the_signs_of_markdown() -> None:
    """Also where a sentence begins or ends within a sign, and around what is marked; other files keep all."""
    text = "**For whom.** In **1962** it was *new*; 5 * 3.\n\n## It was sold\n"
    sentences = [Span(text.index("** In"), text.index("\n")), Span(text.index("##"), len(text) - 1)]
    year = Span(text.index("1962"), text.index("1962") + 4).shifted(-sentences[0].start)
    pair = Pair(sentences[0], sentences[1], 1.0, Relation.DIFFERS, (Difference(DifferenceKind.DATE, year, year, "x"),))
    notes, plain = (Document(Source("x", name), text, ()) for name in ("x.md", "x.txt"))
    quotes = [
        re.findall("<blockquote.*?>(.*?)</blockquote>", side_by_side.only_html(sentences, document, "l"))
        for document in (notes, plain)
    ]
    assert quotes[0] == [" In 1962 it was new; 5 * 3.", " It was sold"]
    assert quotes[1] == ["** In **1962** it was *new*; 5 * 3.", "## It was sold"]
    assert " In <mark>1962</mark> it was new; 5 * 3." in side_by_side.pairs_html([pair], notes, plain)


def test_two_texts_of_hostile_text_stay_text() -> None:
    text = 'First <script>alert(1)</script> "line" here. Second & last <b>line</b> here.'
    spans = (Span(0, 44), Span(45, len(text)))
    document = Document(Source("x", "x.txt"), text, ())
    pair = Pair(
        spans[0], spans[0], 1.0, Relation.DIFFERS, (Difference(DifferenceKind.NAME, Span(6, 14), Span(0, 5), "<i>"),)
    )
    side = ComparedSide(document.source, spans[1:], 0.5, (Span(0, 20),), 0.2)
    comparison = Comparison(side, side, (pair,), (), 1, "a model")
    whole = side_by_side.texts_html(comparison, document, document) + side_by_side.pairs_html(
        [pair], document, document
    )
    whole += side_by_side.only_html(side.only, document, "l")
    assert not re.search("<(?:script|b|i)>", whole)
    assert unescape(re.sub("<[^<>]+>", "", side_by_side.texts_html(comparison, document, document))) == text * 2


def test_a_question_and_the_map_come_by_address(flood: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    known = by_location(flood)
    params = {"view": "question", "q": "How many people did the flood in Arnmouth kill?"}
    at = page(flood, monkeypatch, **params, source=[known["one.txt"], known["two.txt"], known["three.md"]])
    html = shown(at)
    assert [button.label for button in at.get("download_button")] == [
        "Word",
        "Markdown",
        "HTML",
        "CSV",
        "BibTeX",
        "RIS",
        "CSL-JSON",
    ]
    assert html.count("no answer found in it") == 1
    assert "12 people against 17 people" in html or "12 against 17" in html
    html = shown(page(flood, monkeypatch, view="map", topic="0", column="0"))
    assert html.count("<th scope=row>") == len(topics.map_topics(flood).topics)


def test_the_page_without_a_choice_offers_sources_that_tell_of_one_event(
    flood: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = by_location(flood)
    at = page(flood, monkeypatch, a="nowhere", view="nonsense")
    while "Looking for sources that tell of one event" in shown(at):  # they come when they are ready
        at.run()
    html = shown(at)
    assert "Sources that seem to tell of one event" in html
    assert f"a={known['one.txt']}" in html
