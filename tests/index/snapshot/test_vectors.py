"""One contract for every index of vectors: the rows and cosines that plain products give, under any mask."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.embedding.compiled import normalized
from index.errors import LibraryError
from index.snapshot.vectors import Exact, Faiss, FaissWriter, Joined, RaBitQ, VectorIndex, write_codes
from index.storage.rows import quantized
from index.types import Floats, Mask

D = 24


def some(count: int, seed: int = 0) -> Floats:
    """Random unit rows that float16 holds exactly, so that every index has the same values."""
    rows = normalized(np.random.default_rng(seed).standard_normal((count, D)).astype(np.float32))
    return rows.astype(np.float16).astype(np.float32)


def faiss_of(vectors: Floats, folder: Path) -> Faiss:
    writer = FaissWriter(vectors.shape[1])
    for start in range(0, len(vectors), 7):
        writer.add(vectors[start : start + 7].astype(np.float16))
    path = folder / f"{len(list(folder.iterdir()))}.faiss"
    writer.write(path)
    return Faiss.open(path)


def coded_of(vectors: Floats, folder: Path) -> VectorIndex:
    exact = faiss_of(vectors, folder)
    if not len(vectors):
        return exact
    path = folder / f"{len(list(folder.iterdir()))}.codes"
    write_codes(path, exact)
    return RaBitQ.open(path, exact)


def joined_of(vectors: Floats, folder: Path) -> Joined:
    third = len(vectors) // 3
    return Joined([faiss_of(vectors[:third], folder), Exact(vectors[third:third]), faiss_of(vectors[third:], folder)])


Make = Callable[[Floats], VectorIndex]


@pytest.fixture(params=["exact", "faiss", "coded", "joined"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Make:
    kinds: dict[str, Make] = {
        "exact": Exact,
        "faiss": lambda vectors: faiss_of(vectors, tmp_path),
        "coded": lambda vectors: coded_of(vectors, tmp_path),
        "joined": lambda vectors: joined_of(vectors, tmp_path),
    }
    return kinds[request.param]


def holds(index: VectorIndex, vectors: Floats, queries: Floats, k: int, mask: Mask | None) -> None:
    """Best first, only admitted rows, none twice, and no better one left out."""
    admitted = np.arange(len(vectors)) if mask is None else np.flatnonzero(mask)
    answers = index.search(queries, k, mask)
    assert len(answers) == len(queries)
    for query, (rows, cosines) in zip(queries, answers, strict=True):
        best = np.sort(vectors[admitted] @ query)[::-1][:k]
        assert rows.dtype.kind == "i"
        assert len(rows) == len(set(rows.tolist())) == len(best)
        assert set(rows.tolist()) <= set(admitted.tolist())
        np.testing.assert_allclose(cosines, best, atol=2e-6)
        np.testing.assert_allclose(vectors[rows] @ query, cosines, atol=2e-6)


@pytest.mark.parametrize("queries", [1, 5])
@pytest.mark.parametrize("k", [1, 10, 500])
def test_the_nearest_are_those_of_plain_products(make: Make, k: int, queries: int) -> None:
    """Without a mask and with one, for k below and above what is there."""
    vectors = some(203)
    index = make(vectors)
    assert len(index) == 203
    holds(index, vectors, some(queries, 1), k, None)
    for share in (0.02, 0.5, 1.0):
        holds(index, vectors, some(queries, 1), k, np.random.default_rng(2).random(203) < share)


def test_a_mask_that_admits_nothing_finds_nothing(make: Make) -> None:
    """One empty answer a query, not every row."""
    answers = make(some(30)).search(some(3, 1), 5, np.zeros(30, np.bool_))
    assert [(len(rows), len(cosines)) for rows, cosines in answers] == [(0, 0)] * 3


def test_a_mask_of_one_part_finds_that_part(make: Make) -> None:
    """Rows count through all the parts."""
    vectors, mask = some(30), np.zeros(30, np.bool_)
    mask[-1] = True
    ((rows, _),) = make(vectors).search(some(1, 1), 5, mask)
    assert rows.tolist() == [29]


def test_an_empty_index_answers_with_nothing(make: Make) -> None:
    """No vectors is a library like any other."""
    index = make(some(0))
    assert len(index) == 0
    for mask in (None, np.zeros(0, np.bool_)):
        assert [len(rows) for rows, _ in index.search(some(2, 1), 5, mask)] == [0, 0]
    assert index.gather(np.empty(0, np.int64)).shape == (0, D)


def test_gather_gives_the_vectors_in_the_order_asked(make: Make) -> None:
    """Any rows, any order, repeats too."""
    vectors = some(30)
    rows = np.array([29, 0, 13, 13, 9, 10, 28], np.int64)
    np.testing.assert_allclose(make(vectors).gather(rows), vectors[rows], atol=1e-7)
    assert make(vectors).gather(np.empty(0, np.int64)).shape == (0, D)


def test_copies_of_one_vector_all_count(make: Make) -> None:
    """Equal vectors are rows of their own."""
    vectors = np.repeat(some(1), 9, axis=0)
    ((rows, cosines),) = make(vectors).search(vectors[:1], 9)
    assert sorted(rows.tolist()) == list(range(9))
    np.testing.assert_allclose(cosines, 1, atol=2e-3)


@pytest.mark.parametrize("share", [None, 0.95, 0.3])
def test_codes_find_nearly_all_that_is_nearest(tmp_path: Path, share: float | None) -> None:
    """Of vectors in clusters, as those of texts are: all of the nearest ten, .95 of the nearest 200; behind a narrow
    mask everything, for that is scanned."""
    random = np.random.default_rng(3)
    middles = normalized(random.normal(size=(60, 384)).astype(np.float32))[random.integers(0, 60, 12_000)]
    vectors = normalized((middles + random.normal(0, 0.04, middles.shape)).astype(np.float32)).astype(np.float16)
    index = coded_of(vectors.astype(np.float32), tmp_path)
    mask = None if share is None else random.random(len(vectors)) < share
    queries = normalized(vectors[::600].astype(np.float32) + random.normal(0, 0.02, (20, 384)).astype(np.float32))
    for k, minimum in ((10, 1.0), (200, 0.95 if share != 0.3 else 1.0)):
        pairs = zip(
            index.search(queries, k, mask), Exact(vectors.astype(np.float32)).search(queries, k, mask), strict=True
        )
        recalls = [np.isin(wanted, rows).mean() for (rows, _), (wanted, _) in pairs]
        assert np.mean(recalls) >= minimum


def test_a_missing_or_foreign_file_is_told(tmp_path: Path) -> None:
    """The way out is in the message."""
    with pytest.raises(LibraryError, match="verify --repair"):
        Faiss.open(tmp_path / "none.faiss")
    for content in (b"", b"no index at all" * 10):
        (tmp_path / "bad.faiss").write_bytes(content)
        with pytest.raises(LibraryError, match="verify --repair"):
            Faiss.open(tmp_path / "bad.faiss")


@given(
    rows=st.lists(st.lists(st.floats(-1, 1, width=32), min_size=4, max_size=4), max_size=8),
    query=st.lists(st.floats(-1, 1, width=32), min_size=4, max_size=4),
)
def test_bytes_are_within_half_a_step_of_the_vector(rows: list[list[float]], query: list[float]) -> None:
    """Each component comes back to within half a factor; a zero row comes back as zero."""
    vectors = np.array(rows, np.float32).reshape(-1, 4)
    codes, factors = quantized(vectors)
    assert codes.dtype == np.int8
    assert (np.abs(codes * factors[:, None] - vectors) <= 0.5001 * factors[:, None] + 1e-12).all()
    error = codes @ np.array(query, np.float32) * factors - vectors @ np.array(query, np.float32)
    assert (np.abs(error) <= 0.5001 * factors * np.abs(query).sum() + 1e-6).all()


def test_bytes_keep_cosines_of_unit_vectors_to_a_hundredth() -> None:
    """What sentences are scored with differs little from the true cosine."""
    vectors, queries = some(500), some(20, 1)
    codes, factors = quantized(vectors)
    assert np.abs(queries @ (codes * factors[:, None]).T - queries @ vectors.T).max() < 0.01
