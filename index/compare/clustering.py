"""Putting like things together: average linkage where likeness is known, spherical k-means where there are many."""

from __future__ import annotations

import numpy as np

from index.types import Floats, Rows

_ROUNDS, _ATTEMPTS = 20, 8  # of k-means
_SMALLEST = 4  # a cluster holds at least one part in so many of the mean size


def linked(likeness: Floats, least: float) -> Rows:
    """A group number for each thing, counted from 0 in order of first sight: average linkage over a symmetric matrix,
    stopped where two groups are less alike than ``least`` on average (UPGMA by nearest-neighbour chain)."""
    count = len(likeness)
    sums = likeness.astype(np.float64)
    np.fill_diagonal(sums, -np.inf)
    size = np.ones(count)
    label = np.arange(count)
    alive = np.ones(count, np.bool_)
    chain: list[int] = []
    while alive.any():
        if not chain:
            chain.append(int(alive.argmax()))
        here = chain[-1]
        means = np.where(alive, sums[here] / (size[here] * size), -np.inf)
        means[here] = -np.inf
        there = int(means.argmax())
        if len(chain) > 1 and means[chain[-2]] >= means[there]:
            there = chain[-2]
        if means[there] < least:
            alive[here] = False  # nothing is near enough to it, nor will be: averages never rise above their parts
            chain.pop()
        elif len(chain) > 1 and there == chain[-2]:
            del chain[-2:]
            sums[there] += sums[here]
            sums[:, there] = sums[there]
            sums[there, there] = -np.inf
            size[there] += size[here]
            label[label == here] = there
            alive[here] = False
        else:
            chain.append(there)
    _, first, numbers = np.unique(label, return_index=True, return_inverse=True)
    found: Rows = np.argsort(np.argsort(first))[numbers]
    return found


def clustered(vectors: Floats, count: int) -> tuple[Rows, Floats]:
    """A cluster number for each vector, and its likeness to the middle of its cluster: spherical k-means on what parts
    the vectors from their mean, since texts on one subject have most of their direction in common; the same each time.
    A cluster of less than a quarter of the usual size goes to those nearest, so there may be fewer than ``count``."""
    count = min(count, len(vectors))
    if not count:
        return np.empty(0, np.int64), np.empty(0, np.float32)
    apart = vectors - vectors.mean(axis=0)
    apart /= np.maximum(np.linalg.norm(apart, axis=1, keepdims=True), 1e-9)
    centres = _centres(apart, count)
    nearness = apart @ centres.T
    size = np.bincount(nearness.argmax(axis=1), minlength=count)
    nearness[:, size < len(vectors) / count / _SMALLEST] = -np.inf
    found: Rows = nearness.argmax(axis=1)
    return found, nearness.max(axis=1)


def _centres(vectors: Floats, count: int) -> Floats:
    """The best of several attempts, each from beginnings that lie apart by chance (k-means++)."""
    import faiss

    faiss.omp_set_num_threads(1)  # so few vectors gain nothing from threads, which wait for each other on busy cores
    means = faiss.Kmeans(
        vectors.shape[1],
        count,
        niter=_ROUNDS,
        nredo=_ATTEMPTS,
        spherical=True,
        seed=1,
        min_points_per_centroid=1,
        max_points_per_centroid=len(vectors),
    )
    means.cp.init_method = faiss.ClusteringInitMethod_KMEANS_PLUS_PLUS
    means.train(vectors)
    return np.asarray(means.centroids, np.float32)
