"""Putting like things together: average linkage where likeness is known, spherical k-means where there are many."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]
Floats = NDArray[np.float32]

_ROUNDS = 20


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
    """A cluster number for each unit vector, and the clusters' centres: spherical k-means from far-apart beginnings,
    the same each time."""
    count = min(count, len(vectors))
    centres = _apart(vectors, count)
    label = np.full(len(vectors), -1)
    if not count:
        return label, centres
    for _ in range(_ROUNDS):
        nearest = (vectors @ centres.T).argmax(axis=1)
        if (nearest == label).all():
            break
        label = nearest
        sums = np.zeros_like(centres)
        np.add.at(sums, label, vectors)
        lengths = np.linalg.norm(sums, axis=1, keepdims=True)
        centres = np.where(lengths > 0, sums / np.maximum(lengths, 1e-9), centres)
    return label.astype(np.int64), centres


def _apart(vectors: Floats, count: int) -> Floats:
    """The vector nearest to the middle, then each time the one farthest from all chosen."""
    if not count:
        return vectors[:0]
    chosen = [int((vectors @ vectors.mean(axis=0)).argmax())]
    nearest = vectors @ vectors[chosen[0]]
    while len(chosen) < count:
        chosen.append(int(nearest.argmin()))
        nearest = np.maximum(nearest, vectors @ vectors[chosen[-1]])
    return vectors[chosen].copy()
