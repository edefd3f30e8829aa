"""Values that somebody wants, that something stands instead of, or that a record had before."""

from __future__ import annotations

import pytest

from index.differences import differences


def notes(draft: str, source: str) -> list[str]:
    return [difference.note for difference in differences(draft, source) if not difference.compatible]


@pytest.mark.parametrize(
    ("draft", "source"),
    [
        (
            "The harbour closes to ferries at 45 knots.",
            "Councillor Macrae wants the harbour to close to ferries when gusts pass 40 knots rather than 45.",
        ),
        ("The fare is £5.", "The union demands that the fare be cut to £4."),
        (
            "The record was measured at Felton on 19 July 2025.",
            "The previous record was measured at Great Oulton on 25 July 2019.",
        ),
    ],
)
def test_a_value_that_does_not_hold_differs_from_nothing(draft: str, source: str) -> None:
    assert (notes(draft, source), notes(source, draft)) == ([], [])


@pytest.mark.parametrize(
    ("draft", "source", "note"),
    [
        (
            "Macrae wants the harbour to close at 45 knots.",
            "Macrae wants the harbour to close at 40 knots.",
            "45 knots against 40 knots",
        ),
        (
            "Parking will cost £3.20 an hour instead of £2.60.",
            "Parking will cost £3.60 an hour instead of £2.60.",
            "£3.20 against £3.60",
        ),
        ("The harbour closes at 45 knots.", "The harbour closes at 40 knots.", "45 knots against 40 knots"),
        # A figure that the source denies is not what it says.
        ("The band was formed in 1970.", "The band was formed in 1976, not in 1970.", "1970 against 1976"),
        ("The mill has 4 floors.", "The mill has 5 floors (and not 4).", "4 against 5"),
        (
            "The previous record was measured at Felton on 19 July 2018.",
            "The previous record was measured at Felton on 25 July 2019.",
            "19 July 2018 against 25 July 2019",
        ),
    ],
)
def test_two_proposals_or_two_values_that_hold_differ(draft: str, source: str, note: str) -> None:
    assert notes(draft, source) == [note]
