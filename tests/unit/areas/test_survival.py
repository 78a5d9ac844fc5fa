"""Curves of how long areas stay: the textbook's numbers, and what the snapshots leave open."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest

from sizao.areas.audit.survival import derive_survival, estimate_share, median_of

START = datetime(2022, 11, 12)  # noqa: DTZ001  lists give local time without an offset
CHANGE = datetime(2022, 11, 11)  # noqa: DTZ001


def stays(*spans: tuple[float, float | None], first: datetime = START, known: bool = True) -> pa.Table:
    """Each (days at least, days at most)."""
    return pa.Table.from_pylist(
        [
            {
                "level": "high",
                "first_seen": first,
                "last_seen": first + timedelta(days=least),
                "not_before": first if known else None,
                "days_least": least,
                "days_most": most,
            }
            for least, most in spans
        ],
        schema=pa.schema(
            [
                ("level", pa.string()),
                *((name, pa.timestamp("s")) for name in ("first_seen", "last_seen", "not_before")),
                *((name, pa.float64()) for name in ("days_least", "days_most")),
            ]
        ),
    )


def at(curve: pa.Table, days: float, column: str = "share", period: str = "after") -> float:
    rows = [r for r in curve.to_pylist() if r["days"] == days and r["period"] == period]
    return float(rows[0][column])


def test_the_estimate_is_that_of_the_textbook() -> None:
    # Freireich's 6-MP arm (remission in weeks; Kaplan-Meier in every textbook of survival analysis)
    lengths = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
    ended = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
    share, greenwood, at_risk = estimate_share(
        np.array(lengths, dtype=float), np.array(ended, dtype=bool), np.array([0.0, 6.0, 7.0, 10.0, 22.0, 23.0])
    )
    assert share == pytest.approx([1, 0.8571, 0.8067, 0.7529, 0.5378, 0.4482], abs=1e-4)
    assert np.sqrt(greenwood) * share == pytest.approx([0, 0.0764, 0.0869, 0.0963, 0.1282, 0.1346], abs=1e-4)
    assert at_risk.tolist() == [21, 21, 17, 15, 7, 6]


def test_the_curve_lies_between_those_of_the_shortest_and_longest_stays() -> None:
    curve = derive_survival(stays((1, 2), (2, 4), (3, 4), (5, 6)), CHANGE)
    assert at(curve, 1.5) == 0.75
    assert at(curve, 1.0, "share_least") == 0.75
    assert at(curve, 1.75, "share_most") == 1.0
    for row in curve.to_pylist():
        assert row["share_least"] <= row["share"] <= row["share_most"]
        assert row["low"] <= row["share"] <= row["high"]


def test_who_is_still_listed_at_the_end_is_cut_off_and_not_ended() -> None:
    curve = derive_survival(stays((1, 1), (2, None), (3, 3)), CHANGE)
    assert at(curve, 1.0) == pytest.approx(2 / 3)
    assert at(curve, 2.0) == pytest.approx(2 / 3)
    assert at(curve, 3.0) == 0


def test_who_was_listed_before_the_first_list_is_left_out() -> None:
    assert derive_survival(stays((1, 2), known=False), CHANGE).num_rows == 0


def test_a_stay_over_the_change_is_cut_off_there_and_counts_before() -> None:
    early = CHANGE - timedelta(days=4)
    curve = derive_survival(stays((2, 2), (9, 9), first=early), CHANGE)
    assert set(curve["period"].to_pylist()) == {"before"}
    assert at(curve, 3.0, period="before") == 0.5
    assert at(curve, 10.0, period="before") == 0.5
    assert at(curve, 4.0, "at_risk", "before") == 1
    assert at(curve, 4.25, "at_risk", "before") == 0


def test_the_median_is_the_first_point_with_half_left() -> None:
    assert median_of([0.0, 1.0, 2.0], [1.0, 0.5, 0.2]) == 1.0
    assert median_of([0.0, 1.0], [1.0, 0.6]) is None
