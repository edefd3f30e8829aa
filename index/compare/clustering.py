"""Clustering: average linkage where the likeness of each pair is known, spherical k-means for many vectors."""

from __future__ import annotations

import numpy as np

from index.types import Floats, Rows

_ITERATIONS, _ATTEMPTS = 20, 8  # of k-means (a guess)
_SAMPLED = 256  # vectors of a cluster, on average, that its centre is computed from (as many as FAISS takes by itself)
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


def clustered(vectors: Floats, count: int) -> tuple[Rows, Floats]:
    """A cluster number for each vector, and its cosine to the centre of that cluster; the same result each time.

    Spherical k-means on the vectors less their mean, since texts on one subject share most of their direction. Vectors
    of a cluster below a quarter of the mean size go to the nearest other, so there may be fewer than ``count``."""
    count = min(count, len(vectors))
    if not count:
        return np.empty(0, np.int64), np.empty(0, np.float32)
    mean = vectors.mean(axis=0)
    centres = _centres(_centred(_sample(vectors, _SAMPLED * count), mean), count)
    # what _centred(vectors, mean) @ centres.T gives, without a second copy of all vectors
    lengths = np.einsum("ij,ij->i", vectors, vectors) - 2 * (vectors @ mean) + mean @ mean
    nearness = vectors @ centres.T
    nearness -= mean @ centres.T
    nearness /= np.sqrt(np.maximum(lengths, 1e-9))[:, None]
    size = np.bincount(nearness.argmax(axis=1), minlength=count)
    nearness[:, size < len(vectors) / count / _SMALLEST] = -np.inf
    clusters: Rows = nearness.argmax(axis=1)
    return clusters, nearness.max(axis=1)


def _sample(vectors: Floats, most: int) -> Floats:
    """At most so many of the vectors, spread evenly over them all."""
    return vectors[np.linspace(0, len(vectors) - 1, most).astype(np.int64)] if len(vectors) > most else vectors


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
