"""benchmarks/areas.py measures what it says: lists that read without a problem, the same each time."""

from __future__ import annotations

import sys
from pathlib import Path

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
sys.path.insert(0, str(BENCHMARKS))

import areas  # noqa: E402
from sizao.areas import read_lists  # noqa: E402


def test_made_up_lists_are_read_without_a_problem(tmp_path: Path) -> None:
    lists = read_lists(areas.make_lists(tmp_path, 500))
    assert lists.problems == ()
    assert (lists.spells.num_rows, lists.snapshots.num_rows) == (500, 268 * 5)


def test_the_same_lists_are_made_each_time(tmp_path: Path) -> None:
    one, other = (read_lists(areas.make_lists(tmp_path / name, 100)).spells for name in ("a", "b"))
    assert one.equals(other)


def test_the_targets_are_judged_by_all_steps_and_the_highest_peak() -> None:
    run = {name: {"seconds": 4.0, "peak_mb": 500.0} for name in areas.STEPS}
    run["write"] = {"seconds": 9.0, "peak_mb": 2_500.0}
    seconds, peak = areas.judge([{**run, "spells": 10}])
    assert (seconds["measured"], seconds["met"]) == (21.0, False)
    assert (peak["measured"], peak["met"]) == (2_500.0, False)


def test_the_peer_goes_over_every_row_of_the_same_lists(tmp_path: Path) -> None:
    found = areas.go_over(areas.make_lists(tmp_path, 100))
    assert (found["spells"], found["rows"]) == (100, 100 + 268 * 5)
