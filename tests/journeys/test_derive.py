"""`sizao derive` and `sizao why` as people run them: good folders, broken folders, wrong words."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner, Result

from sizao.cli.app import app
from sizao.engine import placed_together
from sizao.errors import RefusedError, SizaoError

EVENTS = """event_id,person_id,kind,occurred_on,recorded_at,voids
e1,李,exposed_to_case,2022-11-12,2022-11-13T09:00:00+08:00,
e2,王,exposed_to_case,2022-11-04,2022-11-05T09:00:00+08:00,
e3,张,bus_ride,2022-11-14,2022-11-15T09:00:00+08:00,
e4,赵,exposed_to_case,2022-11-13,2022-11-14T09:00:00+08:00,
e5,赵,void,2022-11-13,2022-11-15T09:00:00+08:00,e4
"""
ORDERS = """order_id,person_id,restriction,from,until,issuer,recorded_at
o1,李,central_isolation,2022-11-13,2022-11-20,office,2022-11-13T09:00:00+08:00
"""


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    folder = tmp_path / "facts"
    folder.mkdir()
    (folder / "events.csv").write_text(EVENTS, encoding="gb18030")
    (folder / "orders.csv").write_text(ORDERS, encoding="utf-8-sig")
    return folder


def sizao(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def refused(*words: object) -> SizaoError:
    error = sizao(*words).exception
    assert isinstance(error, SizaoError), error
    return error


def derived(facts: Path, *words: object) -> Path:
    out = facts.parent / "out"
    result = sizao("derive", facts, "--out", out, *words)
    assert result.exception is None, result.exception
    return out


def rows(out: Path, name: str) -> list[dict[str, object]]:
    return sorted(pq.read_table(out / f"{name}.parquet").to_pylist(), key=str)


def test_a_folder_in_two_encodings_is_derived(facts: Path) -> None:
    out = derived(facts, "--on", "2022-11-18")
    status = {r["person_id"]: (r["measure"], r["phase"], r["phase_day"]) for r in rows(out, "status")}
    assert status == {"李": ("close_contact", "home_isolation", 1), "张": ("undecided", None, None)}
    assert [r["person_id"] for r in rows(out, "tests_due")] == ["李"]
    assert [(r["kind"], str(r["from"]), str(r["until"]), r["days"]) for r in rows(out, "excesses")] == [
        ("stricter", "2022-11-18", "2022-11-20", 3)
    ]
    assert [r["fact_id"] for r in rows(out, "undecided")] == ["e3"]


def test_auto_takes_the_rulebook_in_force_on_the_date(facts: Path) -> None:
    for on, book, phase in (
        ("2022-11-10", "cn-2022-06-27", "central_isolation"),
        ("2022-11-11", "cn-2022-11-11", "home_isolation"),
    ):
        [status] = rows(derived(facts, "--on", on), "status")
        assert (status["person_id"], status["rulebook"], status["phase"]) == ("王", book, phase)


def test_known_at_leaves_out_what_was_recorded_later(facts: Path) -> None:
    out = derived(facts, "--on", "2022-11-14", "--known-at", "2022-11-14T10:00+08:00")
    assert {r["person_id"] for r in rows(out, "status")} == {"李", "赵"}
    assert rows(out, "undecided") == []


def test_a_broken_row_is_listed_and_the_others_are_derived(facts: Path) -> None:
    with (facts / "events.csv").open("a", encoding="gb18030") as file:
        file.write("e6,孙,exposed_to_case,13/11/2022,2022-11-14T09:00:00+08:00,\n")
    out = derived(facts, "--on", "2022-11-14")
    assert {r["person_id"] for r in rows(out, "status")} == {"李", "张"}
    assert "bad-date,events.csv,7,occurred_on,13/11/2022" in (out / "problems.csv").read_text("utf-8")
    error = refused("derive", facts, "--on", "2022-11-14", "--out", out, "--strict")
    assert isinstance(error, RefusedError)
    assert [(p.code, p.line) for p in error.problems if p.effect == "refused"] == [("bad-date", 7)]


def test_answers_in_another_format_take_the_place_of_the_old_ones(facts: Path) -> None:
    derived(facts, "--on", "2022-11-14")
    out = derived(facts, "--on", "2022-11-14", "--format", "csv")
    assert sorted(p.name for p in out.iterdir() if not p.name.startswith(".")) == sorted(
        f"{n}.csv" for n in ("status", "measures", "tests_due", "excesses", "undecided", "problems")
    )


def test_half_a_file_of_events_is_an_error_and_not_a_city_without_events(facts: Path) -> None:
    (facts / "events.csv").unlink()
    (facts / "events.parquet").write_bytes(b"PAR1 and then the power failed")
    assert refused("derive", facts, "--on", "2022-11-14", "--out", facts.parent / "out").code == "table-refused"


def test_excesses_are_the_same_whatever_the_date(facts: Path) -> None:
    known = [rows(derived(facts, "--on", on), "excesses") for on in ("2022-11-05", "2022-11-12", "2022-12-01")]
    assert known[0] == known[1] == known[2] != []


def test_a_rulebook_that_was_not_published_yet_judges_nothing(facts: Path) -> None:
    early = ("--on", "2022-11-10", "--known-at", "2022-11-10T20:00+08:00")
    assert {r["rulebook"] for r in rows(derived(facts, *early), "measures")} == {"cn-2022-06-27"}
    later = ("--on", "2022-11-10", "--known-at", "2022-11-11T20:00+08:00")
    books = {r["rulebook"] for r in rows(derived(facts, *later), "measures")}
    assert books == {"cn-2022-06-27", "cn-2022-11-11"}


def test_two_at_once_do_not_mix_their_answers(facts: Path) -> None:
    out = facts.parent / "out"
    with placed_together(out):
        assert refused("derive", facts, "--on", "2022-11-14", "--out", out).code == "out-busy"
    assert derived(facts, "--on", "2022-11-14") == out


def test_a_run_that_breaks_off_leaves_the_old_answers_whole(facts: Path) -> None:
    out = derived(facts, "--on", "2022-11-14")
    before = {p.name: p.read_bytes() for p in out.iterdir()}
    with pytest.raises(KeyboardInterrupt), placed_together(out) as part:
        (part / "status.parquet").write_bytes(b"half")
        raise KeyboardInterrupt
    assert {p.name: p.read_bytes() for p in out.iterdir()} == before


def test_out_is_a_file(facts: Path) -> None:
    words = ("derive", facts, "--on", "2022-11-14", "--out", facts / "events.csv")
    assert refused(*words).code == "cannot-write"


def test_a_table_in_capitals_is_read(facts: Path) -> None:
    (facts / "CASES.CSV").write_text(
        "case_id,person_id,confirmed_on,classification,origin,recorded_at\n"
        "c1,李,2022-11-14,confirmed,local,2022-11-14T09:00:00+08:00\n",
        encoding="utf-8",
    )
    status = {r["person_id"]: r["measure"] for r in rows(derived(facts, "--on", "2022-11-15"), "status")}
    assert status["李"] == "case"


def test_an_empty_table_derives_nothing_and_says_so(facts: Path) -> None:
    (facts / "events.csv").write_text(EVENTS.splitlines()[0] + "\n", encoding="utf-8")
    out = derived(facts, "--on", "2022-11-14")
    assert rows(out, "status") == []
    assert "empty-table" in (out / "problems.csv").read_text("utf-8")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--on", "2022-11-31"], "bad-date"),
        (["--on", "20 November"], "bad-date"),
        (["--on", "2022-11-20", "--known-at", "2022-11-20T09:00"], "bad-instant"),
        (["--on", "2022-11-20", "--rulebook", "cn-2022-11-12"], "unknown-rulebook"),
        (["--on", "2022-11-20", "--rulebook", "nowhere.yaml"], "missing-file"),
        (["--on", "2021-05-10"], "no-rulebook-in-force"),
        (["--on", "2022-11-20", "--jurisdiction", "XX"], "no-rulebook-in-force"),
        (["--on", "2022-11-20", "--engine", "abacus"], "unknown-engine"),
    ],
)
def test_wrong_words_are_errors_with_a_code(facts: Path, words: list[str], code: str) -> None:
    error = refused("derive", facts, "--out", facts.parent / "out", *words)
    assert error.code == code
    assert error.todo
    assert not (facts.parent / "out").exists()


def test_missing_folders_and_a_folder_written_into_itself(facts: Path, tmp_path: Path) -> None:
    on = ("--on", "2022-11-20")
    assert refused("derive", tmp_path / "none", *on, "--out", tmp_path / "out").code == "missing-folder"
    assert refused("derive", facts, *on, "--out", facts).code == "same-folder"
    (facts / "events.csv").unlink()
    assert refused("derive", facts, *on, "--out", tmp_path / "out").code == "no-table"


def test_a_date_before_the_rulebook_is_noted_and_derived_under_the_older_one(facts: Path) -> None:
    result = sizao("derive", facts, "--on", "2022-11-10", "--rulebook", "cn-2022-11-11", "--out", facts.parent / "o")
    assert "takes effect on 2022-11-11" in result.stderr
    assert [r["rulebook"] for r in rows(facts.parent / "o", "status")] == ["cn-2022-06-27"]


def test_why_tells_facts_clause_sums_orders_assumptions_and_limits(facts: Path) -> None:
    said = sizao("why", "李", facts, "--on", "2022-11-18").stdout
    for part in (
        "home isolation, day 1; this phase runs from 2022-11-18 to 2022-11-20",
        "exposure to a case on 2022-11-12 (e1",
        "二（一）",
        "2022-11-12 + 1 = 2022-11-13",
        "2022-11-18 − 2022-11-18 + 1 = 1",
        "nothing binds from 2022-11-21 on",
        "Beyond the rule: 2022-11-18 to 2022-11-20",
        "Day 1 is the day after the exposure",
        "What was not checked",
    ):
        assert part in said
    said = sizao("why", "李", facts, "--on", "2022-11-18", "--lang", "zh").stdout
    for part in ("居家隔离，第1天", "接触感染者，2022-11-12", "第1天为次日", "层层加码", "没有核查的"):
        assert part in said


def test_why_tells_of_facts_taken_back_unknown_kinds_and_older_rules(facts: Path) -> None:
    assert "taken back by e5" in sizao("why", "赵", facts, "--on", "2022-11-15").stdout
    assert "Undecided" in sizao("why", "张", facts, "--on", "2022-11-15").stdout
    assert (
        "from that day its rules are applied, days served count"
        in sizao("why", "王", facts, "--on", "2022-11-11").stdout
    )
    assert "No measure binds" in sizao("why", "王", facts, "--on", "2022-11-30").stdout


def test_why_of_nobody_is_an_error(facts: Path) -> None:
    assert refused("why", "钱", facts, "--on", "2022-11-15").code == "unknown-person"
    early = ("--known-at", "2022-11-01T00:00Z")
    assert refused("why", "李", facts, "--on", "2022-11-15", *early).code == "unknown-person"
