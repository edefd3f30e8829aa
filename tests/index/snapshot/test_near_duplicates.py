"""Near-copies: what counts as one, that all are found, and that a search tells them as one voice."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.output.copies import format_copies
from index.output.json_output import hit_json
from index.output.terminal import format_answer
from index.publishing.publish import publish
from index.search.folding import count_sources, earliest
from index.search.index import Index
from index.search.query import parse_query
from index.search.ranking import CANDIDATES
from index.snapshot import near_duplicates
from index.snapshot.generation import Generation
from index.snapshot.near_duplicates import EVERY, SHARES, SHINGLE, STANDS, WINDOW, Copies, Shingled
from index.storage import lock
from index.storage.store import Store
from index.types import Answer, By, Filter, Likeness
from tests.making import Hashed, put

WORDS = [f"{a}{b}{c}" for a in "bdfklmnprst" for b in "aeiou" for c in ("n", "l", "r", "sto", "vek")]
Documents = Sequence[Sequence[str]]


def prose(seed: int, words: int = 60) -> str:
    """A passage of random words; sentences of twelve."""
    pick = random.Random(seed)
    chosen = [pick.choice(WORDS) for _ in range(words)]
    sentences = [" ".join(chosen[start : start + 12]).capitalize() + "." for start in range(0, words, 12)]
    return " ".join(sentences)


def changed(text: str, share: float, seed: int) -> str:
    """This share of the words, at random places, become others."""
    pick, words = random.Random(seed), text.split()
    for position in pick.sample(range(len(words)), round(share * len(words))):
        words[position] = f"other{seed}x{position}"
    return " ".join(words)


def looked_up(documents: Documents, parts: int = 1) -> Copies:
    """Documents of passages of one sentence each, in so many segments."""
    segments, owners = [], []
    for own in np.array_split(np.arange(len(documents)), parts):
        values, counts = [np.empty(0, np.uint32)], [0]
        for number in own:
            shingled, sizes = near_duplicates.shingles(documents[number])
            values.append(shingled)
            counts += sizes.tolist()
            owners += [int(number)] * len(documents[number])
        ends = np.cumsum(counts)
        flat = np.concatenate(values)
        segments.append(Shingled(flat, near_duplicates.table(flat), np.stack([ends[:-1], ends[1:]]), ends[:-1]))
    return Copies(segments, np.array(owners, np.int64), None)


def pairs(documents: Documents, parts: int = 1) -> set[tuple[int, int]]:
    """All pairs of passages that are copies, by their places in reading order."""
    copies, total = looked_up(documents, parts), sum(map(len, documents))
    return {(row, int(other)) for row in range(total) for other in copies.of(row).rows}


def runs(text: str) -> list[tuple[str, ...]]:
    words = text.casefold().replace(".", "").split()
    return [tuple(words[i : i + SHINGLE]) for i in range(len(words) - SHINGLE + 1)]


def share(of: Sequence[object], among: Iterable[object]) -> float:
    known = set(among)
    return sum(item in known for item in of) / len(of)


def reference(documents: Documents) -> set[tuple[int, int]]:
    """All pairs, compared as words."""
    flat = [(number, position) for number, own in enumerate(documents) for position in range(len(own))]
    own = {key: runs(documents[key[0]][key[1]]) for key in flat}
    around = {
        (number, position): runs(" ".join(documents[number][max(position - 1, 0) : position + 2]))
        for number, position in flat
    }
    copied = set()
    for a, left in enumerate(flat):
        for b, right in enumerate(flat):
            if left[0] == right[0] or not own[left] or not own[right]:
                continue
            stands = max(share(own[left], around[right]), share(own[right], around[left]))
            shares = min(share(own[left], own[right]), share(own[right], own[left]))
            if stands >= STANDS and shares >= SHARES:
                copied.add((a, b))
    return copied


# what is a copy --------------------------------------------------------------------------------------------------

PASSAGES = st.builds(
    lambda seed, words, share, change: changed(prose(seed, words), share, change),
    st.integers(0, 2),
    st.sampled_from([3, 14, 36, 60]),
    st.sampled_from([0.0, 0.05, 0.1, 0.2]),
    st.integers(0, 3),
)
LIBRARIES = st.lists(st.lists(PASSAGES, max_size=4), max_size=5)


@given(LIBRARIES)
def test_what_is_found_is_what_comparing_all_pairs_finds(documents: Documents) -> None:
    """No false pair ever; and every pair that shares so many words in a row that fingerprints enough lie in them."""
    copied, expected = pairs(documents), reference(documents)
    flat = [text for own in documents for text in own]
    assert copied <= expected
    for a, b in expected - copied:
        certain = (longest(flat[a], flat[b]) - SHINGLE + 1) // WINDOW
        assert certain * EVERY < min(len(runs(flat[a])), len(runs(flat[b])))


def longest(left: str, right: str) -> int:
    """The most words in a row that two texts share."""
    words, known = left.casefold().replace(".", "").split(), f" {right.casefold().replace('.', '')} "
    sizes = [
        end - start
        for start in range(len(words))
        for end in range(start, len(words) + 1)
        if f" {' '.join(words[start:end])} " in known
    ]
    return max(sizes, default=0)


@given(LIBRARIES, st.integers(1, 4), st.randoms(use_true_random=False))
def test_being_a_copy_goes_both_ways_whatever_the_order(documents: Documents, parts: int, pick: random.Random) -> None:
    """Neither the order of ingest nor how segments part the documents counts."""
    order = pick.sample(range(len(documents)), len(documents))
    rows = [(number, position) for number in order for position in range(len(documents[number]))]
    row_of = {key: row for row, key in enumerate((n, p) for n, own in enumerate(documents) for p in range(len(own)))}
    copied = pairs(documents)
    assert copied == {(b, a) for a, b in copied}
    mixed = pairs([documents[number] for number in order], parts)
    assert {(row_of[rows[a]], row_of[rows[b]]) for a, b in mixed} == copied


@pytest.mark.parametrize("words", [24, 60, 100])
def test_copies_with_one_word_in_twenty_changed_are_found(words: int) -> None:
    """At least 95 of 100 planted ones, each in a document of its own among others."""
    originals = [[prose(seed, words)] for seed in range(100)]
    planted = [[changed(own[0], 0.05, seed)] for seed, own in enumerate(originals)]
    copies = looked_up([*originals, *planted, *([prose(seed)] for seed in range(1000, 1100))])
    assert sum(100 + row in copies.of(row).rows for row in range(100)) >= 95
    assert sum(len(copies.of(row).rows) for row in range(300)) <= 200


@pytest.mark.parametrize("cut", [12, 24, 36, 48])
def test_a_copy_that_is_packed_otherwise_is_found(cut: int) -> None:
    """Another first paragraph moves the bounds of all passages; each original still has its copy."""
    words = prose(7, 240).split()
    original = [" ".join(words[start : start + 60]) for start in range(0, 240, 60)]
    bounds = [0, *range(cut, 240, 60), 240]
    moved = [" ".join(words[start:end]) for start, end in pairwise(bounds)]
    copies = looked_up([original, [prose(8), *moved]])
    assert all(len(copies.of(row).rows) for row in range(4))
    assert not len(copies.of(4).rows)


def test_an_excerpt_is_a_copy_and_a_shared_sentence_is_none() -> None:
    """Two sentences of five are; one of five, beside other text, is not."""
    whole = prose(1)
    two, single = ". ".join(whole.split(". ")[1:3]), whole.split(". ")[1]
    copies = looked_up([[whole], [two], [single + " " + prose(2)]])
    assert copies.of(0).rows.tolist() == [1]
    assert copies.of(1).rows.tolist() == [0]


def test_case_hyphens_at_line_ends_and_quotation_marks_do_not_count() -> None:
    """The same words are the same text."""
    flat = "He said that the river's level had fallen by several metres in one dry summer."
    copies = looked_up([[flat], [flat.upper()], [flat.replace("several", "sev-\neral").replace("'", "’")]])
    assert copies.of(0).rows.tolist() == [1, 2]


def test_passages_of_one_document_are_no_copies_of_each_other() -> None:
    """A refrain is not another source."""
    assert pairs([[prose(1), prose(2), prose(1)]]) == set()


@pytest.mark.parametrize("documents", [[], [[]], [[""]], [["", ""], ["* * *"]], [["two words"], ["two words"]]])
def test_without_five_words_there_is_no_copy(documents: Documents) -> None:
    """Empty libraries, documents and passages are looked up like others."""
    assert pairs(documents) == set()


def test_of_a_thousand_copies_each_has_all_others() -> None:
    """And what is looked up for one does not grow beyond them."""
    copies = looked_up([[prose(1), prose(2 + number)] for number in range(1000)])
    assert len(copies.of(500 * 2).rows) == 999
    assert not len(copies.of(500 * 2 + 1).rows)


def test_beyond_a_thousand_those_of_the_same_query_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many there are, two hits of one answer are never copies of each other."""
    monkeypatch.setattr(near_duplicates, "MOST", 3)
    copies = looked_up([[prose(1)]] * 20)
    among = np.array([2, 7, 19])
    (others,) = copies.proposed(among[:1], among)
    assert {7, 19} <= set(copies.checked(2, others).rows.tolist())


# one voice -------------------------------------------------------------------------------------------------------


@given(st.lists(st.lists(st.integers(0, 9), min_size=1, max_size=4), max_size=8))
def test_voices_are_what_no_copy_links(groups: list[list[int]]) -> None:
    """As many as there are components; each document is in one."""
    near = {a: {b for group in groups if a in group for b in group} for group in groups for a in group}
    left, components = set(near), 0
    while left:
        components += 1
        reached = {left.pop()}
        while more := {b for a in reached for b in near[a]} - reached:
            reached |= more
        left -= reached
    assert count_sources(groups) == (len(near), components)


@pytest.mark.parametrize(
    ("dates", "first"),
    [
        (["2021-05-01", "2020", "2020-03-04"], [False, True, True]),
        (["2021-05-01", "2020-12-31", None], [False, True, False]),
        (["2021", None], [True, False]),
        (["2021", "2021"], [False, False]),
        ([None, None], [False, False]),
        ([], []),
    ],
)
def test_the_earliest_is_what_no_other_surely_precedes(dates: list[str | None], first: list[bool]) -> None:
    """A year may hide any of its days; where all are alike nothing is marked."""
    assert earliest(dates) == first


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "library"


def opened(folder: Path, texts: dict[str, str], **dates: str) -> Index:
    store = Store.create(folder)
    for name, text in texts.items():
        put(store, name, text, title=f"Title of {name}", published=dates.get(name))
    with lock.write_lock(folder):
        publish(folder, store, Hashed())
    return Index(folder, Generation.open(folder), Hashed())


ARTICLE = f"{prose(1)}\n\n{prose(2)}\n\n{prose(3)}"


def syndicated() -> dict[str, str]:
    """An article, a copy under another headline, one with its words changed here and there, an excerpt, and another."""
    return {
        "own": ARTICLE,
        "again": f"{prose(9, 24)}\n\n{ARTICLE}",
        "edited": "\n\n".join(changed(part, 0.05, 5) for part in ARTICLE.split("\n\n")),
        "excerpt": ". ".join(prose(2).split(". ")[1:4]),
        "other": f"{changed(prose(2), 0.6, 6)}\n\n{prose(12)}",
    }


def where(answer: Answer) -> list[set[str]]:
    return [{hit.source.id, *(copy.source.id for copy in hit.copies)} for hit in answer.hits]


def test_copies_stand_with_the_best_of_them(folder: Path) -> None:
    """Each passage once; its copies tell their sources and their places, and every place is whole sentences."""
    index = opened(folder, syndicated(), own="2023-02-01", again="2023-02-03", edited="2022-12-30")
    answer = index.search(prose(2), 20)
    assert {"own", "again", "edited", "excerpt"} in where(answer)
    assert len(answer.hits) == 6  # three of the article, one headline, two of the other
    assert (answer.sources, answer.independent) == (5, 2)
    for hit in answer.hits:
        known = index.store.documents.load(hit.source.id)[1].text
        assert hit.source.id not in {copy.source.id for copy in hit.copies}
        for copy in hit.copies:
            text = index.store.documents.load(copy.source.id)[1].text[slice(*copy.span)]
            assert share(runs(text), runs(known)) > STANDS
            assert copy.earliest == (copy.source.id == "edited")
        assert hit.earliest == (hit.source.id == "edited" and bool(hit.copies))


@pytest.mark.parametrize("by", list(By))
@pytest.mark.parametrize("per_source", [None, 1, 2])
def test_the_first_k_of_many_are_the_top_k(folder: Path, by: By, per_source: int | None) -> None:
    """With copies folded and sources held back, too; and no source is heard too often."""
    index = opened(folder, syndicated())
    many = index.search(f"{WORDS[1]} {prose(2, 12)}", 50, by, None, per_source)
    for k in range(1, len(many.hits) + 1):
        assert list(index.search(many.query, k, by, None, per_source).hits) == list(many.hits[:k])
    ids = [hit.source.id for hit in many.hits]
    assert per_source is None or all(ids.count(identity) <= per_source for identity in ids)


def test_nothing_is_lost_by_folding(folder: Path) -> None:
    """Every candidate is a hit or stands, with all of its own words, in a copy of one."""
    index = opened(folder, syndicated())
    answer = index.search(prose(2), 50)
    (scored,) = index.rank([parse_query(prose(2))])
    shown = {(hit.source.id, offset) for hit in answer.hits for offset in range(*hit.passage.span)}
    shown |= {(copy.source.id, offset) for hit in answer.hits for copy in hit.copies for offset in range(*copy.span)}
    for number in scored.passages.tolist():
        document, passage = index.store.documents.passage(number)
        identity = index.store.documents.source(document).id
        assert {(identity, offset) for offset in range(*passage.span)} <= shown


def test_a_filter_narrows_the_hits_and_not_where_else_they_stand(folder: Path) -> None:
    """Copies outside the filter are told: that is what a person who checks wants to know."""
    index = opened(folder, syndicated())
    answer = index.search(prose(2), 20, where=Filter(sources=("own",)))
    assert {hit.source.id for hit in answer.hits} == {"own"}
    assert where(answer)[0] == {"own", "again", "edited", "excerpt"}


def test_a_near_copy_names_what_it_has_otherwise_and_counts_for_no_phrase_that_it_lacks(folder: Path) -> None:
    """So that it hides nothing: not another figure, and not that the words asked for stand elsewhere alone."""
    told = f"{prose(2)} On the upper bank she counted 140 grey herons before the rain. {prose(3, 12)}"
    index = opened(folder, {"own": told, "other": told.replace("140", "410"), "part": prose(2)})
    asked = index.search("grey herons counted", 1)
    (hit,) = asked.hits
    differing = {"own": (("140", "410"),), "other": (("410", "140"),)}[hit.source.id]
    here, there = differing[0]
    other, part = sorted(hit.copies, key=lambda copy: copy.likeness)
    assert (other.likeness, other.differing, part.likeness) == (Likeness.NEARLY, differing, Likeness.PART)
    assert format_copies(hit) == [
        "A part of this text stands in 1 other source",
        f"Nearly the same text stands in 1 other source: “{here}” here, “{there}” there",
    ]
    assert f"nearly the same: “{here}” here, “{there}” there" in "\n".join(format_answer(asked))
    assert hit_json(hit)["copies"][0].keys() >= {"likeness", "differing"}
    for phrase, source in {'"140 grey herons"': "own", "grey herons -140": "other"}.items():
        answer = index.search(phrase, 1)
        assert (answer.hits[0].source.id, answer.sources) == (source, 1 + (phrase[-1] == "0"))
        assert {copy.source.id for copy in answer.hits[0].copies} <= {"part"}


def test_a_removed_copy_is_no_copy(folder: Path) -> None:
    """Whether its segment was written anew or not; and one that is added later is one at once."""
    index = opened(folder, {**syndicated(), **{f"d{n}": prose(100 + n) for n in range(20)}})
    store = Store.create(folder)
    known = store.documents.by_id("again")
    assert known is not None
    store.documents.retire([known.number])
    put(store, "late", ARTICLE)
    with lock.write_lock(folder):
        publish(folder, store, Hashed())
    later = Index(folder, Generation.open(folder), Hashed())
    assert len(later.generation.segments) == 2
    assert where(later.search(prose(2), 1)) == [{"own", "late", "edited", "excerpt"}]
    assert where(index.search(prose(2), 1)) == [{"own", "again", "edited", "excerpt"}], "an open index stays as it was"


def test_copies_keep_no_passage_out(folder: Path) -> None:
    """More copies of one article than a ranker puts forward: each passage is one hit with all its copies, and the
    passages of other documents are hits as before."""
    article = "\n\n".join(f"On subject {number}. {prose(number)}" for number in range(5))
    number = CANDIDATES + 50
    index = opened(folder, {**{f"d{n}": article for n in range(number)}, "x": f"A subject. {prose(9)}"})
    for by in By:
        answer = index.search("subject", 20, by)
        assert sorted(len(hit.copies) for hit in answer.hits) == [0] + [number - 1] * 5
        assert (answer.sources, answer.independent) == (number + 1, 2)
        assert list(index.search("subject", 3, by).hits) == list(answer.hits[:3])
