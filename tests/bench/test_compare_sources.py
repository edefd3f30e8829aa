"""The measures of comparing: against values worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from bench.compare.aligned import _scored
from bench.compare.sources import b_cubed, fit_levels


def test_b_cubed_is_that_of_the_definition() -> None:
    """Of three things, two of one event, all put together: each is with both of its own, and with a third too many."""
    precision, recall = (2 / 3 + 2 / 3 + 1 / 3) / 3, 1.0
    expected = 2 * precision * recall / (precision + recall)
    assert b_cubed(np.array([0, 0, 1]), np.array([5, 5, 5])) == pytest.approx(expected)
    assert b_cubed(np.array([0, 0, 1]), np.array([7, 7, 2])) == 1


def test_thresholds_part_what_can_be_parted() -> None:
    values, gold = np.array([0.0, 0.1, 0.3, 0.4, 0.6, 0.7, 0.9, 1.0]), np.repeat(np.arange(4), 2)
    assert np.searchsorted(fit_levels(values, gold), values).tolist() == gold.tolist()


def test_precision_and_recall_are_counted_over_a_half() -> None:
    aligned, gold = [{(0, 0), (1, 1)}, {(5, 5)}], [{(0, 0), (2, 2), (3, 3)}, {(5, 5)}]
    first, second = _scored("x", aligned, gold, [0, 1])
    assert (first.precision, first.recall) == (1 / 2, 1 / 3)
    assert first.f1 == pytest.approx(0.4)
    assert second.f1 == 1
