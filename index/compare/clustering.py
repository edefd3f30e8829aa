"""Clustering: average linkage where the likeness of each pair is known, spherical k-means for many vectors."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from index.types import Floats, Rows

_ITERATIONS, _ATTEMPTS = 20, 8  # of k-means (a guess)
_SAMPLED = 256  # vectors of a cluster, on average, that its centre is computed from (as many as FAISS takes by itself)
_PART = 4096  # vectors that are read at once (a guess)
_ROUNDING = 1e-9  # of likeness: a mean that equals the threshold but for rounding still merges (a guess)
_SMALLEST = 4  # a cluster with less than 1 / 4 of the mean size is dissolved (a guess)


def linked(likeness: Floats, threshold: float) -> Rows:
    """A group number for each item, from 0 in order of first sight: average linkage (UPGMA) on a symmetric matrix of
    likeness, shape (n, n). Two groups are merged while the mean likeness between them is at least ``threshold``."""
    from scipy.cluster.hierarchy import fcluster, linkage  # loaded only here, to keep start-up quick
    from scipy.spatial.distance import squareform

    if len(likeness) < 2:  # SciPy refuses an empty list of distances
        return np.zeros(len(likeness), np.int64)
    # SciPy wants distances from 0 up, so likeness is measured from its maximum
    maximum = float(likeness.max())
    distances = squareform(maximum - likeness.astype(np.float64), checks=False)
    labels = fcluster(linkage(distances, method="average"), maximum - threshold + _ROUNDING, criterion="distance")
    _, first, numbers = np.unique(labels, return_index=True, return_inverse=True)
    groups: Rows = np.argsort(np.argsort(first))[numbers]
    return groups


class Vectors(Protocol):
    """Vectors as rows, read when they are asked for; an array of NumPy is one."""

    def __len__(self) -> int: ...

    def __getitem__(self, rows: Rows, /) -> Floats: ...


def clustered(vectors: Vectors, count: int) -> tuple[Rows, Floats]:
    """A cluster number for each vector, and its cosine to the centre of that cluster; the same result each time.

    Spherical k-means on the vectors less their mean, since texts on one subject share most of their direction. Vectors
    of a cluster below a quarter of the mean size go to the nearest other, so there may be fewer than ``count``. They
    are read twice, a part at a time, so that those of a large library are never held at once."""
    size = len(vectors)
    count = min(count, size)
    if not count:
        return np.empty(0, np.int64), np.empty(0, np.float32)
    parts = np.array_split(np.arange(size), -(-size // _PART))
    mean = sum(vectors[part].sum(axis=0) for part in parts) / np.float32(size)
    centres = _centres(_centred(vectors[_sample(size, _SAMPLED * count)], mean), count)
    nearness = np.concatenate([_nearness(vectors[part], mean, centres) for part in parts])
    sizes = np.bincount(nearness.argmax(axis=1), minlength=count)
    nearness[:, sizes < size / count / _SMALLEST] = -np.inf
    clusters: Rows = nearness.argmax(axis=1)
    return clusters, nearness.max(axis=1)


def _sample(size: int, most: int) -> Rows:
    """At most so many of the rows, spread evenly over them all."""
    return np.linspace(0, size - 1, most).astype(np.int64) if size > most else np.arange(size)


def _nearness(vectors: Floats, mean: Floats, centres: Floats) -> Floats:
    """The cosine of each vector less the mean to each centre, shape (n, count)."""
    # what _centred(vectors, mean) @ centres.T gives, without a copy of the vectors
    lengths = np.einsum("ij,ij->i", vectors, vectors) - 2 * (vectors @ mean) + mean @ mean
    nearness: Floats = vectors @ centres.T
    nearness -= mean @ centres.T
    nearness /= np.sqrt(np.maximum(lengths, 1e-9))[:, None]
    return nearness


def _centred(vectors: Floats, mean: Floats) -> Floats:
    """The vectors less their mean, each of length 1."""
    centred = vectors - mean
    centred /= np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), 1e-9)
    return centred


def _centres(vectors: Floats, count: int) -> Floats:
    """The centres of the best of several attempts with random, well separated starts (k-means++)."""
    import faiss

    faiss.omp_set_num_threads(1)  # so few vectors gain nothing from threads, which wait for each other on busy cores
    kmeans = faiss.Kmeans(
        vectors.shape[1],
        count,
        niter=_ITERATIONS,
        nredo=_ATTEMPTS,
        spherical=True,
        seed=1,
        min_points_per_centroid=1,
        max_points_per_centroid=_SAMPLED,
    )
    kmeans.cp.init_method = faiss.ClusteringInitMethod_KMEANS_PLUS_PLUS
    kmeans.train(vectors)
    return np.asarray(kmeans.centroids, np.float32)
