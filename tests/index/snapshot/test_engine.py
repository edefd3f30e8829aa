"""What every engine offers, against the same worked out from the stored texts alone: whichever keeps a generation, and
however it came to be."""

from __future__ import annotations

import math
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from index.disk import Library
from index.publishing import publish_to
from index.search.folding import copying_documents
from index.search.sentences import best_cosines
from index.snapshot.bm25 import Terms
from index.snapshot.engine import NONE, Scope, SearchEngine
from index.snapshot.generation import Generation
from index.snapshot.near_duplicates import shingles
from index.storage import lock
from index.storage.store import Store
from index.text.analysis import forms, plain_words
from index.types import Passage, Span
from tests.making import Hashed, put

SHARED = "The ferry crossed the grey estuary before dawn while the keeper of the light counted every gull on the rail."
TEXTS = {
    "a": f"{SHARED}\n\nOats grow on the north slope. Barley needs a warmer field.",
    "b": f"Quoted in full. {SHARED} So it was written.\n\nThe mill turns when the river is high.",
    "c": "A bridge of iron spans the river. The bridge, the old bridge, was a toll bridge.",
    "d": "No toll is asked on market days. Oats and barley are sold there.",
    "e": "* * *\n\nThe keeper of the light sold oats.",
    "gone": f"{SHARED} Oats, oats and more oats.",
    "late": "The river froze in the third week of winter. Nobody crossed it.",
    "new": "An old toll gate stands at the bridge. It is painted grey.",
}
QUERY = "grey river bridge"
DISTRIBUTED = pytest.mark.distributed
_PLACES = ("server", "two servers")
SERVERS = [
    pytest.param(name, marks=DISTRIBUTED)
    for name in (*_PLACES, *(f"{name} with an index of vectors" for name in _PLACES))
]
CONDITIONS = {"any": Terms(""), "phrase": Terms("", ("toll bridge",)), "word": Terms("", (), ("oats",))}


def opened(library: Library) -> SearchEngine:
    if isinstance(library, Path):
        return Generation.open(library)
    from index.snapshot.server import ServerEngine

    return ServerEngine.open(library)


@pytest.fixture(scope="module")
def _one_question() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for module in ("publish", "server"):
            patch.setattr(f"index.publishing.{module}.null_questions", lambda: (QUERY,))
        yield


@pytest.fixture(scope="module", params=["at once", "piece by piece", *SERVERS])
def way(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def where(way: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Library:
    if "two" in way:
        return request.getfixturevalue("dealt_out")()
    if "server" in way:
        return request.getfixturevalue("server").database()
    return tmp_path_factory.mktemp("library")


@pytest.fixture(scope="module")
def library(way: str, where: Library, _one_question: None) -> Iterator[tuple[SearchEngine, Store]]:
    """A generation with a document that was removed and one that was replaced; its store."""
    with lock.write_lock(where), pytest.MonkeyPatch.context() as patch:
        if "index" in way:
            for module in ("publishing", "snapshot"):
                patch.setattr(f"index.{module}.server.EXACT_BELOW", 0)
        store = Store.create(where)
        for identity, text in {**TEXTS, "new": "Oats were here before."}.items():
            put(store, identity, text, title=f"On {identity}")
            if way != "at once" and identity in ("a", "c", "gone", "new"):
                publish_to(where, store, Hashed())
        store.documents.retire([store.documents.live("gone").number])
        put(store, "new", TEXTS["new"], title="On new")
        publish_to(where, store, Hashed())
        yield opened(where), store
        store.close()


def passages(store: Store) -> dict[int, tuple[int, Passage, np.ndarray]]:
    """What is live, by the passage's number: its document, the passage, its vector."""
    known = {}
    for document in store.documents.live_numbers().tolist():
        rows = store.documents.rows(document)
        for number, vector in zip(rows.passages[:, 0].tolist(), rows.vectors, strict=True):
            known[number] = (document, store.documents.passage(number)[1], vector.astype(np.float32))
    return known


def meets(text: str, terms: Terms) -> bool:
    words = f" {' '.join(plain_words(text))} "
    return all(f" {phrase} " in words for phrase in terms.phrases) and not any(
        f" {word} " in words for word in terms.excluded
    )


def scopes(store: Store) -> Iterator[Scope]:
    """With and without each condition; one that admits nothing is among them."""
    live = store.documents.live_numbers()
    for documents in (None, live[:3], live[3:], NONE):
        for without in (NONE, live[1:2]):
            for terms in CONDITIONS.values():
                yield Scope(documents, without, terms)


def admitted(store: Store, scope: Scope) -> set[int]:
    return {
        number
        for number, (document, passage, _) in passages(store).items()
        if (scope.documents is None or document in scope.documents)
        and document not in scope.without
        and meets(passage.text, scope.terms)
    }


def test_the_nearest_are_those_of_the_scope_with_the_highest_cosines(library: tuple[SearchEngine, Store]) -> None:
    engine, store = library
    known, query = passages(store), Hashed().encode_queries([QUERY])
    for scope in scopes(store):
        cosines = {number: float(known[number][2] @ query[0]) for number in admitted(store, scope)}
        for k in (1, 4, 99):
            (nearest,) = engine.nearest([(query[0], scope)], k)
            best = sorted(cosines.values(), reverse=True)[:k]
            assert [cosines[number] for number in nearest.tolist()] == pytest.approx(best, abs=1e-5)
            assert len(set(nearest.tolist())) == len(best)


@pytest.mark.parametrize("text", [QUERY, "bridge bridge oats", "estuary", "unheard"])
def test_words_score_by_the_living_passages_alone(library: tuple[SearchEngine, Store], text: str) -> None:
    """BM25 with k1 1.2 and b 0.75, a repeated word counting twice; under every filter, best first, ties by number."""
    engine, store = library
    known = passages(store)
    words = {number: forms(f"{store.documents.source(d).title}\n{p.text}") for number, (d, p, _) in known.items()}
    mean = sum(map(len, words.values())) / len(words)
    expected = Counter()
    for form, times in Counter(forms(text)).items():
        having = [number for number in words if form in words[number]]
        rarity = math.log(1 + (len(words) - len(having) + 0.5) / (len(having) + 0.5))
        for number in having:
            count = words[number].count(form)
            norm = 1.2 * (0.25 + 0.75 * len(words[number]) / mean)
            expected[number] += times * rarity * 2.2 * count / (count + norm)
    for scope in scopes(store):
        terms = Terms(text, scope.terms.phrases, scope.terms.excluded)
        documents = None if scope.documents is None else scope.documents.tolist()
        top = engine.words.top(terms, 99, documents, scope.without.tolist())
        held = {number: expected[number] for number in admitted(store, scope) if expected[number]}
        assert dict(top) == pytest.approx(held, abs=1e-4)
        assert top == sorted(top, key=lambda pair: (-pair[1], pair[0]))
    assert engine.words.scores(Terms(text), sorted(known)) == pytest.approx(dict(+expected), abs=1e-4)


def test_stop_words_alone_are_matched_as_they_stand(library: tuple[SearchEngine, Store]) -> None:
    engine, store = library
    having = {number for number, (_, passage, _) in passages(store).items() if "of" in plain_words(passage.text)}
    assert {number for number, _ in engine.words.top(Terms("of"), 99)} == having


@pytest.mark.parametrize("limit", [2, 1000])
def test_passages_with_a_word_are_looked_for_unless_very_many_have_it(
    library: tuple[SearchEngine, Store], limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, store = library
    monkeypatch.setattr("index.snapshot.bm25.MOST_WITH", limit)
    if "index.snapshot.server_words" in sys.modules:
        monkeypatch.setattr("index.snapshot.server_words.MOST_WITH", limit)
    words = ["the", "oats", "gull", "absent"]
    having = {word: {n for n, (_, p, _) in passages(store).items() if word in plain_words(p.text)} for word in words}
    found = dict(zip(words, map(set, engine.words.passages_with(words)), strict=True))
    assert found == {word: numbers if len(numbers) <= limit else set() for word, numbers in having.items()}
    assert len(having["the"]) > 2 >= len(having["gull"]) > 0


def test_what_is_handed_over_is_what_is_stored(library: tuple[SearchEngine, Store]) -> None:
    """In the order asked, whatever the order."""
    engine, store = library
    known = passages(store)
    numbers = np.array(sorted(known), np.int64)[::-1]
    candidates, query = engine.candidates(numbers), Hashed().encode_queries([QUERY])[0]
    assert candidates.places.documents.tolist() == [known[number][0] for number in numbers.tolist()]
    assert candidates.places.spans() == [known[number][1].span for number in numbers.tolist()]
    np.testing.assert_allclose(candidates.vectors, [known[number][2] for number in numbers.tolist()], atol=1e-6)
    np.testing.assert_allclose(engine.vectors_of(numbers), candidates.vectors)
    spans = iter(map(Span, *candidates.sentences.spans.T.tolist()))
    best = best_cosines(candidates.sentences, query)
    for number, count, cosine in zip(numbers.tolist(), candidates.sentences.counts.tolist(), best, strict=True):
        document, passage, _ = known[number]
        held = [next(spans) for _ in range(count)]
        assert all(span.within(passage.span) for span in held)
        assert (count > 0) == any(sign.isalpha() for sign in passage.text)
        vectors = Hashed().encode([store.documents.text(document, span) for span in held])
        assert cosine == pytest.approx(max(vectors @ query, default=0.0), abs=0.02)
    for document in store.documents.live_numbers().tolist():
        own = [number for number in sorted(known) if known[number][0] == document]
        assert engine.passages_of([document]).tolist() == own


def test_what_was_removed_or_replaced_is_nowhere(library: tuple[SearchEngine, Store]) -> None:
    engine, store = library
    known, live = sorted(passages(store)), store.documents.live_numbers()
    everything = np.arange(1, int(live.max()) + 1)
    (query,) = Hashed().encode_queries([QUERY])
    (nearest,) = engine.nearest([(query, Scope(engine.counted(everything)))], 99)
    assert sorted(nearest.tolist()) == known
    assert engine.manifest.passages == len(known)
    assert engine.words.admitted(Terms("")).tolist() == known
    assert engine.passages_of(np.setdiff1d(everything, live).tolist()).tolist() == []
    assert set(engine.sharing(shingles([SHARED])[0], 99).tolist()) <= set(known)
    assert set(engine.sample_documents.tolist()) <= set(live.tolist())
    assert engine.newest_document == live.max()


def test_copies_are_found_in_other_documents_alone(library: tuple[SearchEngine, Store]) -> None:
    """With the sentences that share words, of the longer and of the shorter one; none by what is alike by chance."""
    engine, store = library
    known = passages(store)
    alike = [number for number in sorted(known) if SHARED in known[number][1].text]
    numbers = np.array(sorted(known), np.int64)
    for number, others in zip(numbers.tolist(), engine.possible_copies(numbers, NONE), strict=True):
        copies = engine.copies_of(number, others)
        assert copies.passages.tolist() == [other for other in alike if other != number and number in alike]
        for document, start, end in zip(copies.documents, copies.starts, copies.ends, strict=True):
            assert SHARED in store.documents.text(int(document), Span(int(start), int(end)))
        assert copies.among(NONE).passages.tolist() == []
    assert set(engine.sharing(shingles([SHARED])[0], 99).tolist()) == set(alike)
    left, right, apart = (store.documents.live(identity).number for identity in "abc")
    assert [copying_documents(engine, number).tolist() for number in (left, right, apart, 0)] == [
        [right],
        [left],
        [],
        [],
    ]


def test_sentences_around_a_passage_reach_as_far_as_the_margin(library: tuple[SearchEngine, Store]) -> None:
    engine, store = library
    document = store.documents.live("a").number
    first, last = engine.passages_of([document]).tolist()
    text = store.documents.text(document)
    for margin, expected in {0: text.split("\n\n")[1], len(text): text}.items():
        number, spans = engine.sentences_around(last, last, margin)
        assert number == (first if margin else last)
        assert text[spans[0].start : spans[-1].end] == expected


def test_many_threads_are_answered_as_one(library: tuple[SearchEngine, Store]) -> None:
    engine, store = library
    query, live = Hashed().encode_queries([QUERY]), store.documents.live_numbers()

    def asked(turn: int) -> list[object]:
        scope = Scope(live[turn % 3 :], NONE, CONDITIONS["word"])
        nearest = engine.nearest([(query[0], scope)], 5)[0]
        words = engine.words.top(Terms(QUERY, (), ("oats",)), 5, live[turn % 3 :].tolist())
        return [nearest.tolist(), words, engine.candidates(nearest).sentences.spans.tolist()]

    with ThreadPoolExecutor(20) as pool:
        assert list(pool.map(asked, range(60))) == [asked(turn) for turn in range(60)]


@pytest.mark.usefixtures("_one_question")
@pytest.mark.parametrize("servers", [0, pytest.param(1, marks=DISTRIBUTED), pytest.param(2, marks=DISTRIBUTED)])
def test_an_empty_library_puts_nothing_forward(servers: int, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    empty: Library = tmp_path
    if servers:
        made = request.getfixturevalue("dealt_out") if servers == 2 else request.getfixturevalue("server").database
        empty = made()
    with lock.write_lock(empty), closing(Store.create(empty)) as store:
        publish_to(empty, store, Hashed())
    engine = opened(empty)
    (query,) = Hashed().encode_queries([QUERY])
    assert [passages.tolist() for passages in engine.nearest([(query, Scope())], 5)] == [[]]
    assert engine.words.top(Terms(QUERY), 5) == []
    assert engine.words.scores(Terms(QUERY), []) == {}
    assert len(engine.candidates(NONE).vectors) == len(engine.passages_of([])) == engine.newest_document == 0
    assert engine.possible_copies(NONE, NONE) == []
