"""`sizao areas derive`: what a user sees of areas, of infections that draw none, and of orders beyond the rules."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from sizao.cli.app import app
from sizao.tables import PROBLEMS_FILE

RECORDED = "2022-11-12T10:00:00+08:00"


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    """One case of 12 November who lives in a unit, and an order that closes the whole compound for longer."""
    folder = tmp_path / "facts"
    folder.mkdir()
    tables = {
        "people": ["person_id", "p1"],
        "places": [
            "place_id,parent_id,kind,name",
            "county,,county,某区",
            "compound,county,compound,某小区",
            "building,compound,building,1号楼",
            "unit,building,unit,1号楼1单元",
        ],
        "cases": [
            "case_id,person_id,confirmed_on,classification,origin,recorded_at",
            f"c1,p1,2022-11-12,confirmed,local,{RECORDED}",
        ],
        "case_places": ["case_id,place_id,role,spread_risk", "c1,unit,home,false"],
        "orders": [
            "order_id,place_id,level,from,until,issuer,recorded_at",
            f"o1,compound,high,2022-11-12,2022-11-17,某区指挥部,{RECORDED}",
            f"o2,unit,high,2022-11-12,2022-11-19,某区指挥部,{RECORDED}",
        ],
    }
    for name, lines in tables.items():
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def run(*arguments: object) -> str:
    done = CliRunner().invoke(app, ["areas", "derive", *(str(a) for a in arguments)])
    assert done.exit_code == 0, (done.output, done.exception)
    return done.output


def add(folder: Path, table: str, *lines: str) -> None:
    file = folder / f"{table}.csv"
    file.write_text(file.read_text("utf-8") + "".join(f"{line}\n" for line in lines), "utf-8")


def test_the_area_is_the_unit_and_ends_by_itself(facts: Path) -> None:
    told = run(facts, "--on", "2022-11-15").splitlines()
    assert (
        "high-risk area  unit  2022-11-12 to 2022-11-17  day 3 without a new case  二（四）  c1  "
        "某区/某小区/1号楼/1单元 (unit)"
    ) in told
    assert "low-risk area  county  2022-11-12 to 2022-11-17  二（四）  c1  某区 (county)" in told
    assert "2022-11-18: There is no risk area on this day." in run(facts, "--on", "2022-11-18").splitlines()


def test_it_speaks_chinese(facts: Path) -> None:
    told = run(facts, "--on", "2022-11-15", "--lang", "zh")
    assert (
        "高风险区  单元  2022-11-12至2022-11-17  连续无新增3天  二（四）  c1  某区/某小区/1号楼/1单元（unit）" in told
    )
    assert "超出规则的场所管控令：2（超期 1、扩大范围 1）" in told
    assert not {"high", "low", "wider", "longer", "level"} & set(told.replace("（", " ").split())


def test_the_day_on_which_it_is_lifted_is_told_across_rulebooks(facts: Path) -> None:
    """The Twenty Measures' rows end on 20 November; the plan of the 21st holds the unit on."""
    add(facts, "cases", "c2,p1,2022-11-17,confirmed,local,2022-11-17T10:00:00+08:00")
    add(facts, "case_places", "c2,unit,home,false")
    assert "high-risk area  unit  2022-11-12 to 2022-11-22  day 3 without" in run(facts, "--on", "2022-11-20")


def test_orders_wider_and_longer_than_the_rule_are_listed(facts: Path) -> None:
    told = run(facts, "--on", "2022-11-20")
    assert "orders on places beyond the rules: 2 (longer 1, wider 1)" in told
    assert "o2  unit  2022-11-18 to 2022-11-19" in told


def test_orders_of_the_date_come_first_and_how_many_are_shown_is_told(facts: Path) -> None:
    add(facts, "orders", *(f"n{n},unit,high,2022-11-0{n},2022-11-0{n},x,{RECORDED}" for n in range(1, 6)))
    told = run(facts, "--on", "2022-11-15", "--limit", "2").splitlines()
    shown = told[next(n for n, line in enumerate(told) if "beyond the rules" in line) :]
    assert [line.split("  ")[0] for line in shown[1:3]] == ["o1", "o2"]
    assert shown[3] == "2 of 7 are shown (--limit 0: all)"
    assert "are shown" not in run(facts, "--on", "2022-11-15", "--limit", "0")


def test_cases_that_draw_nothing_are_counted_and_named(facts: Path) -> None:
    new = [f"n{n},p1,2022-11-14,confirmed,local,2022-11-14T10:00:00+08:00" for n in range(1, 8)]
    add(facts, "cases", *new, "k1,p1,2022-11-14,confirmed,local,2022-11-14T10:00:00+08:00")
    add(facts, "case_places", "k1,county,home,false", "k1,compound,work,true")
    told = run(facts, "--on", "2022-11-15").splitlines()
    assert "7 cases have no place on record and draw nothing: n1, n2, n3, n4, n5 and 2 more" in told
    (coarse,) = [line for line in told if "wider than the rules allow" in line]
    assert coarse.startswith("1 case is known only to a place") and coarse.split(": ")[1].startswith("k1 (")
    assert "7例没有场所记录，不据以划定：n1、n2、n3、n4、n5等7例" in run(facts, "--on", "2022-11-15", "--lang", "zh")


def test_doubts_about_places_are_told_and_written(facts: Path, tmp_path: Path) -> None:
    add(facts, "places", "flat,unit,flat,101", "a,b,household,a", "b,a,household,b")
    add(facts, "case_places", "c1,flat,home,false", "c1,a,home,false")
    told = run(facts, "--on", "2022-11-15", "--out", tmp_path / "out")
    assert "kind = 'flat' [kind-of-its-own]" in told
    assert "a lies in itself" in told and "b lies in itself" in told
    assert "place-in-itself" in (tmp_path / "out" / PROBLEMS_FILE).read_text("utf-8")


def test_the_tables_are_written(facts: Path, tmp_path: Path) -> None:
    run(facts, "--on", "2022-11-15", "--out", tmp_path / "out")
    assert pq.read_table(tmp_path / "out/areas.parquet")["level"].to_pylist() == ["high", "low"]
    assert pq.read_table(tmp_path / "out/undrawn.parquet").num_rows == 0


@pytest.mark.parametrize(("first", "last", "spells"), [("11-01", "11-11", 0), ("11-01", "11-12", 2)])
def test_spells_of_other_days_than_the_date_are_written(
    facts: Path, tmp_path: Path, first: str, last: str, spells: int
) -> None:
    """The last of the days is before the date: `--on` counts too, where nothing is high."""
    asked = ("--on", "2022-11-11", "--days", f"2022-{first}", f"2022-{last}")
    run(facts, *asked, "--out", tmp_path / "out")
    assert pq.read_table(tmp_path / "out/area_spells.parquet").num_rows == spells


def test_days_that_end_before_they_begin_are_refused(facts: Path) -> None:
    asked = ["areas", "derive", str(facts), "--on", "2022-11-11", "--days", "2022-11-12", "2022-11-01"]
    done = CliRunner().invoke(app, asked)
    assert done.exit_code != 0
    assert "bad-days" in str(done.exception)
