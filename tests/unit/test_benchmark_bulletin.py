"""benchmarks/bulletin.py measures what it says: whole bulletins that reconcile, every number of them read."""

from __future__ import annotations

import datetime as dt
import re
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
sys.path.insert(0, str(BENCHMARKS))

import bulletin  # noqa: E402
from sizao.bulletin.check import check_figures  # noqa: E402
from sizao.bulletin.read import read_files  # noqa: E402

COUNT = 12


@pytest.fixture(scope="module")
def paths(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return bulletin.make_bulletins(tmp_path_factory.mktemp("invented"), COUNT)


def test_the_invented_bulletins_are_of_successive_days_and_the_same_each_time(
    paths: list[Path], tmp_path: Path
) -> None:
    days = [dt.date.fromisoformat(path.stem) for path in paths]
    assert days == [days[0] + dt.timedelta(days=n) for n in range(COUNT)]
    again = bulletin.make_bulletins(tmp_path, COUNT)
    assert [path.read_bytes() for path in again] == [path.read_bytes() for path in paths]


def test_every_number_of_the_invented_bulletins_is_read_and_reconciles(paths: list[Path]) -> None:
    reading = read_files(paths)
    assert not reading.problems
    assert not reading.unread
    assert not check_figures(reading.table).errors
    told = sum(len(re.findall(r"[0-9]+[例人]", path.read_text("utf-8"))) for path in paths)
    assert sum(f.value != 0 for f in reading.figures) == told


def test_the_scan_finds_numbers_with_their_unit_and_no_others(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("11月20日0—24时，31个省报告12例，解除3人，共4种，增加5\n", "utf-8")
    assert bulletin.scan([path]) == 2


def test_files_are_given_again_until_there_are_enough(paths: list[Path], tmp_path: Path) -> None:
    what, enough = bulletin.gather(paths[0].parent, COUNT * 2 + 3, tmp_path)
    assert "again" in what
    assert len(set(enough)) == COUNT * 2 + 3
    assert [path.name for path in enough[COUNT : COUNT * 2]] == [path.name for path in paths]
    assert enough[-1].read_bytes() == paths[2].read_bytes()
    assert bulletin.gather(paths[0].parent, 5, tmp_path)[1] == paths[:5]
    with pytest.raises(SystemExit, match="no files"):
        bulletin.gather(tmp_path / "nothing", 5, tmp_path)


def run_of(seconds: float, files: int) -> dict[str, object]:
    figures: dict[str, object] = {"core": 0, "files": files, "bytes": 1000, "written_bytes": 10, "numbers": 40}
    figures |= {"figures": 50, "refused": 0, "unread": 0, "breaks": 0, "tested": 9}
    return figures | {name: {"seconds": seconds, "peak_mb": 100.0} for name in bulletin.STEPS}


@pytest.mark.parametrize(("seconds", "files", "met"), [(5.0, 1000, True), (5.1, 1000, False), (0.6, 100, False)])
def test_the_target_is_five_seconds_for_a_thousand_and_a_share_for_fewer(
    seconds: float, files: int, met: bool
) -> None:
    target = bulletin.judge([run_of(s, files) for s in (0.001, seconds, 99)])
    assert (target["measured"], target["met"]) == (seconds, met)


def test_a_measurement_runs_in_processes_of_its_own_and_is_shown(paths: list[Path], tmp_path: Path) -> None:
    done = bulletin.measure(paths[:3], 1, tmp_path)
    assert done[0]["files"] == 3
    assert done[0]["figures"] > done[0]["numbers"] > 0
    assert done[0]["read"]["seconds"] > done[0]["scan"]["seconds"] > 0
    shown = bulletin.show(done, "invented bulletins", markdown=True)
    assert "times as long as the scan" in shown
    assert {line.count("|") for line in shown.splitlines() if line.startswith("|")} == {8}
