"""The real lists of 2022, where they are at hand: what is known of them comes out."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pyarrow.compute as pc
import pytest
from made_lists import read_scopes

from sizao.areas.audit import Audit, audit_lists
from sizao.areas.read import Lists, read_lists
from sizao.policy import choose

REAL = Path(__file__).parents[4] / "shared" / "data" / "risk_areas"
pytestmark = pytest.mark.skipif(not (REAL / "risk_area_spells.csv.gz").exists(), reason="the real lists are not here")


@pytest.fixture(scope="module")
def lists() -> Lists:
    return read_lists(REAL)


@pytest.fixture(scope="module")
def found(lists: Lists) -> Audit:
    return audit_lists(lists, choose("auto", date(2022, 4, 15)), read=read_scopes)


def test_the_counts_of_known_days_come_out(found: Audit) -> None:
    ends = found.findings.at_day_end
    assert ends["medium"][date(2022, 11, 11)] == 3_529
    assert ends["medium"][date(2022, 11, 16)] == 0
    assert ends["high"][date(2022, 11, 11)] == 3_929
    assert ends["high"][date(2022, 11, 30)] == 37_231
    assert ends["high"][date(2022, 12, 7)] == 28_514
    assert ends["high"][date(2023, 1, 7)] == 0


def test_in_every_hour_with_one_snapshot_the_spells_hold_what_it_lists(found: Audit) -> None:
    f = found.findings
    assert (f.spells, f.snapshots, f.hours_single, f.hours_of_several) == (275_741, 1_385, 1_234, 72)
    assert f.hours_agreeing == 1_205
    several = [r for r in found["by_hour"].to_pylist() if r["snapshots"] == 1 and r["areas"] > r["listed_most"]]
    assert several == []  # where they differ, the list names a place twice
    assert f.most_apart == 23


def test_the_last_medium_area_was_gone_on_15_november(found: Audit) -> None:
    assert found.findings.gone_level[-1].gone_by == datetime(2022, 11, 15, 11)  # noqa: DTZ001


def test_snapshots_agree_with_the_spells_made_from_them(lists: Lists) -> None:
    assert lists.checked == 5
    assert {p.code for p in lists.problems} == {"two-counties", "count-mismatch", "listed-twice"}


def test_the_snapshots_alone_become_spells() -> None:
    lists = read_lists(sorted(REAL.glob("*.json.gz")))
    spells, at = lists.spells, datetime(2022, 11, 11, 15)  # noqa: DTZ001
    listed = pc.and_(pc.less_equal(spells["first_seen"], at), pc.greater_equal(spells["last_seen"], at))
    medium = spells.filter(pc.and_(listed, pc.equal(spells["level"], "medium")))
    assert medium.num_rows == 3_529
    assert lists.snapshots.num_rows == 5
