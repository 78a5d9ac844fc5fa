"""`sizao areas import | audit`: what a user sees of lists audited."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
from typer.testing import CliRunner

from sizao.cli.app import app

RECORDED = "2022-11-12T10:00:00+08:00"


def run(*arguments: object) -> str:
    done = CliRunner().invoke(app, [str(a) for a in arguments])
    assert done.exit_code == 0, (done.output, done.exception)
    return done.output


def write_lists(folder: Path, *rows: str) -> Path:
    lists = folder / "lists.csv"
    lists.write_text(
        "\n".join(["level,province,city,county,place,first_seen,last_seen,gone_by", *rows]) + "\n", "utf-8"
    )
    return lists


def test_problems_of_a_kind_are_shown_three_times_and_all_of_them_stand_in_the_folder(tmp_path: Path) -> None:
    good = "high,某省,某市,某区,1号楼,2022-11-12 08:00,2022-11-14 08:00,2022-11-14 11:00"
    lists = write_lists(tmp_path, good, *(good.replace("11-14 08", f"11-0{n} 08") for n in range(1, 8)))
    for command, folder in (("import", "--out"), ("audit", "--tables")):
        told = run("areas", command, lists, folder, tmp_path / command)
        assert told.count("[ends-before-begins] the area ends before it begins") == 3
        assert "... and 4 more [ends-before-begins]" in told and "; 8 problems" in told
        assert f"all of them are in {tmp_path / command / 'problems.csv'}" in told.replace("\n", "")
        assert len((tmp_path / command / "problems.csv").read_text("utf-8").splitlines()) == 1 + 8
    assert "tables check" not in run("areas", "audit", lists)


def test_what_was_imported_can_be_audited(tmp_path: Path) -> None:
    lists = write_lists(
        tmp_path,
        "high,某省,某市,某区,1号楼,2022-11-12 08:00,2022-11-14 08:00,2022-11-14 11:00",
        "high,某省,某市,某区,2号楼,2022-11-12 08:00,2022-11-14 11:00,",
    )
    run("areas", "import", lists, "--out", tmp_path / "imported")
    for given, into, problems in ((lists, "direct", "1 problem\n"), (tmp_path / "imported", "again", "0 problems\n")):
        told = run("areas", "audit", given, "--tables", tmp_path / into)
        assert "2 spells of 3 lists" in told and problems in told
    for name in ("spells", "stays", "by_day", "by_hour"):
        direct, again = (pq.read_table(tmp_path / into / f"{name}.parquet") for into in ("direct", "again"))
        assert direct.equals(again), name


def test_a_report_that_cannot_be_written_is_refused_before_the_work(tmp_path: Path) -> None:
    lists = write_lists(tmp_path, "high,某省,某市,某区,1号楼,2022-11-12 08:00,2022-11-14 08:00,2022-11-14 11:00")
    done = CliRunner().invoke(app, ["areas", "audit", str(lists), "--out", str(tmp_path)])
    assert "out-is-folder" in str(done.exception) and done.output == ""


def test_lists_are_imported_and_audited(tmp_path: Path) -> None:
    rows = [
        f"high,某省,某市,某区,{n}号楼,2022-11-12 08:00,2022-11-{17 + n} 08:00,2022-11-{18 + n} 08:00"
        for n in range(1, 9)
    ]
    lists = write_lists(tmp_path, *rows)
    assert "8 spells" in run("areas", "import", lists, "--out", tmp_path / "imported")
    told = run(
        "areas", "audit", lists, "--out", tmp_path / "audit.html", "--tables", tmp_path / "tables", "--lang", "en"
    )
    assert "audit.html" in told
    assert "<svg" in (tmp_path / "audit.html").read_text(encoding="utf-8")
    spells = pq.read_table(tmp_path / "tables/spells.parquet")
    assert {"level", "scope", "first_seen", "last_seen", "days"} <= set(spells.column_names)
    assert json.dumps(sorted(set(spells["scope"].to_pylist()))) == '["building"]'
