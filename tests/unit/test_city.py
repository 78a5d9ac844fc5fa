"""The made-up city: always the same, under the contracts, with every kind of excess, its numbers true to life."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb
import numpy as np
import pytest

from sizao.derive import derive
from sizao.derive.areas import derive_areas
from sizao.errors import SizaoError
from sizao.policy import chain
from sizao.simulate import city, excess
from sizao.tables import Folder, read_folder

ON = dt.date(2022, 11, 20)
CLOSING = dt.datetime(2022, 11, 20, 20, tzinfo=dt.timezone(dt.timedelta(hours=8)))
TABLES = ("people", "places", "events", "tests", "cases", "case_places", "visits", "orders", "follow_ups")
PEOPLE = 5_000
DAY = 86_400  # seconds


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("city")
    city.make_city(out, people=PEOPLE)
    return out


@pytest.fixture(scope="module")
def read(folder: Path) -> Folder:
    return read_folder(folder)


@pytest.fixture
def ask(folder: Path):
    """Runs a query over the tables; times are local."""
    with duckdb.connect() as db:
        db.execute("SET TimeZone = 'Asia/Shanghai'")
        for name in TABLES:
            db.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet('{folder / name}.parquet')")
        yield lambda sql: db.execute(sql).fetchall()


def excesses(read: Folder) -> list[dict]:
    with derive(read, chain(city.RULEBOOK), ON, known_at=CLOSING) as derivation:
        return derivation.table("excesses").to_pylist()


def test_the_same_city_comes_out_byte_for_byte(folder: Path, tmp_path: Path) -> None:
    city.make_city(tmp_path, people=PEOPLE)
    for name in TABLES:
        assert (tmp_path / f"{name}.parquet").read_bytes() == (folder / f"{name}.parquet").read_bytes(), name


def test_nobody_is_a_contact_of_their_own_case(ask) -> None:
    own = "SELECT count(*) FROM events e JOIN cases c ON c.case_id = e.case_id AND c.person_id = e.person_id"
    assert ask(own) == [(0,)]


def test_another_seed_is_another_city(folder: Path, tmp_path: Path) -> None:
    city.make_city(tmp_path, people=PEOPLE, seed=7)
    for name in ("people", "events", "orders"):
        assert (tmp_path / f"{name}.parquet").read_bytes() != (folder / f"{name}.parquet").read_bytes(), name


def test_the_tables_keep_their_contracts(read: Folder) -> None:
    assert sorted(read.tables) == sorted(TABLES)
    assert read.problems == []


def test_every_kind_of_excess_is_there_and_orders_that_follow_the_rules_are_many_more(read: Folder) -> None:
    found = excesses(read)
    assert {row["kind"] for row in found} == {"no_rule", "longer", "earlier", "stricter", "too_many_tests"}
    beyond = {row["order_id"] for row in found if row["order_id"]}
    orders = {r["order_id"] for r in read.table("orders").arrow().to_pylist() if r["person_id"]}
    assert 0.03 < len(beyond) / len(orders) < 0.09


def test_offices_that_follow_the_rules_leave_no_excess(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The city works out on its own what the rules ask; the derivation must find nothing beyond it."""
    for share in ("KEPT_OLD", "FOURTEEN", "EARLY", "STRICTER"):
        monkeypatch.setattr(excess, share, 0.0)
    city.make_city(tmp_path, people=20_000)
    assert {row["kind"] for row in excesses(read_folder(tmp_path))} == {"no_rule", "too_many_tests"}


def test_kinds_that_no_rulebook_knows_are_undecided(read: Folder) -> None:
    with derive(read, chain(city.RULEBOOK), ON, known_at=CLOSING) as derivation:
        undecided = derivation.table("undecided").to_pylist()
    assert [row["kind"] for row in undecided] == ["bus_ride_reported"] * 5


def test_nothing_is_recorded_before_it_happened_or_after_the_evening(ask) -> None:
    happened = {"events": "occurred_on", "tests": "sampled_on", "cases": "confirmed_on", "follow_ups": "occurred_on"}
    for name, day in happened.items():
        assert ask(f"SELECT count(*) FROM {name} WHERE recorded_at::DATE < {day}") == [(0,)]
    for name in ("events", "tests", "cases", "orders", "follow_ups"):
        ((first, last),) = ask(f"SELECT epoch(min(recorded_at)), epoch(max(recorded_at)) FROM {name}")
        assert CLOSING.timestamp() - 45 * DAY < first and CLOSING.timestamp() - DAY < last <= CLOSING.timestamp()
    assert ask("SELECT count(*) FROM visits WHERE left_at <= arrived_at") == [(0,)]


def test_cases_go_their_way(ask) -> None:
    ((cases, asymptomatic, days, least, most, deaths),) = ask(
        "SELECT count(DISTINCT case_id), count(DISTINCT case_id) FILTER (classification = 'asymptomatic'),"
        " avg(discharged_on - confirmed_on), min(discharged_on - confirmed_on), max(discharged_on - confirmed_on),"
        " count(died_on) FROM cases"
    )
    assert 0.004 < cases / PEOPLE < 0.012
    assert 0.6 < asymptomatic / cases < 0.95
    assert least >= 7 and most <= 12 and 7 < days < 10 and deaths == 0
    assert ask("SELECT count(*) FROM cases WHERE classification = 'confirmed' AND onset_on IS NULL") == [(0,)]


def test_a_city_of_200000_has_its_outbreak() -> None:
    tables = city.make_tables(people=200_000, seed=2022, on=ON)
    with duckdb.connect() as db:
        for name, table in tables.items():
            db.register(name, table)
        ((cases, found_by, deaths),) = db.execute(
            "SELECT count(DISTINCT case_id), count(DISTINCT found_by), count(died_on) FROM cases"
        ).fetchall()
        assert 1_200 < cases < 1_800 and found_by == 5 and deaths in (2, 3)
        per_case = "(SELECT count(*) AS n FROM events WHERE kind = 'exposed_to_case' GROUP BY case_id)"
        ((low, middle, high),) = db.execute(
            f"SELECT quantile_cont(n, 0.05), median(n), quantile_cont(n, 0.95) FROM {per_case}"
        ).fetchall()
        assert low >= 7 and 15 <= middle <= 25 and high <= 45
        weeks = db.execute(
            "SELECT count(DISTINCT case_id) FROM cases GROUP BY (confirmed_on - DATE '2022-10-18') // 7 ORDER BY 1"
        ).fetchall()
        assert weeks[0][0] < 60 and weeks[-1][0] > 500
        ages = db.execute(
            "SELECT avg((age < 15)::INT), avg((age >= 65)::INT), avg((sex = 'female')::INT)"
            " FROM (SELECT (DATE '2022-11-20' - birth_date) / 365.25 AS age, sex FROM people)"
        ).fetchall()[0]
        assert ages == pytest.approx((0.15, 0.135, 0.505), abs=0.02)


def test_household_sizes_do_not_change_with_the_size_of_the_city() -> None:
    shares = []
    for people in (5_000, 50_000, 400_000):
        inhabitants, _ = city.settle(people, np.random.Generator(np.random.PCG64(people)))
        sizes = np.bincount(np.bincount(inhabitants.household), minlength=7)
        shares.append(sizes / sizes.sum())
        assert len(inhabitants) == people
    assert shares[0] == pytest.approx(shares[2], abs=0.03)
    assert shares[1] == pytest.approx(shares[2], abs=0.01)
    assert shares[2][1:] == pytest.approx([0.25, 0.30, 0.21, 0.13, 0.065, 0.045], abs=0.01)


def test_a_home_is_a_flat_of_one_household(ask) -> None:
    homes = ask(
        "SELECT flat.kind, unit.kind, flat.name, unit.name, count(*) FROM people JOIN places flat"
        " ON flat.place_id = home_place_id JOIN places unit ON unit.place_id = flat.parent_id GROUP BY ALL"
    )
    assert {(kind, around) for kind, around, *_ in homes} == {("household", "unit")}
    assert all(name.startswith(unit.partition(" ")[0]) for *_, name, unit, _ in homes)
    assert {count for *_, count in homes} == {1, 2, 3, 4, 5, 6}
    assert sum(count for *_, count in homes) == PEOPLE


def test_areas_are_drawn_around_the_flat_and_never_as_one(read: Folder) -> None:
    with derive_areas(read, chain(city.RULEBOOK), ON) as derivation:
        scopes = {row["scope"] for row in derivation.areas().to_pylist()}
    assert "unit" in scopes and "household" not in scopes


def test_who_is_under_a_measure_is_seen_on_most_days_and_today_on_some(read: Folder, ask) -> None:
    with derive(read, chain(city.RULEBOOK), ON, known_at=CLOSING) as derivation:
        held = {row["person_id"] for row in derivation.table("status").to_pylist()}
        measures = derivation.table("measures").to_pylist()
    spans = [row for row in measures if row["restriction"] in ("home_isolation", "central_isolation")]
    last = dict(ask("SELECT person_id, last(outcome ORDER BY occurred_on) FROM follow_ups GROUP BY 1"))
    done = {p for (p,) in ask(f"SELECT person_id FROM follow_ups WHERE occurred_on = DATE '{ON}'")}
    assert done <= held and 0.3 < len(done) / len(held) < 0.8
    assert 0.005 < sum(last.get(p) in ("missed", "not_attempted") for p in held) / len(held) < 0.15
    for day in (ON - dt.timedelta(days=n) for n in range(1, 8)):
        known = {p for (p,) in ask(f"SELECT person_id FROM events WHERE recorded_at::DATE < DATE '{day}'")}
        under = known & {row["person_id"] for row in spans if row["from"] <= day <= row["until"]}
        seen = {p for (p,) in ask(f"SELECT person_id FROM follow_ups WHERE occurred_on = DATE '{day}'")}
        assert 0.85 < len(under & seen) / len(under) <= 1, day
    assert ask("SELECT count(*) - count(DISTINCT (person_id, occurred_on)) FROM follow_ups") == [(0,)]


def test_most_tests_due_are_taken_on_the_day(read: Folder, ask) -> None:
    on = ON - dt.timedelta(days=1)
    with derive(read, chain(city.RULEBOOK), on, known_at=CLOSING) as derivation:
        due = {row["person_id"] for row in derivation.table("tests_due").to_pylist()}
    known = {p for (p,) in ask(f"SELECT person_id FROM events WHERE recorded_at::DATE <= DATE '{on}'")}
    sampled = {p for (p,) in ask(f"SELECT person_id FROM tests WHERE sampled_on = DATE '{on}'")}
    assert len(due) > 50
    assert 0.85 < len(due & known & sampled) / len(due & known) < 1


def test_facts_are_corrected_and_repeated(ask) -> None:
    assert ask("SELECT count(*) > 0 FROM events WHERE kind = 'void' AND voids IS NOT NULL") == [(True,)]
    ((replaced, changed),) = ask(
        "SELECT count(*), count(*) FILTER (a.occurred_on <> b.occurred_on AND a.recorded_at > b.recorded_at)"
        " FROM events a JOIN events b ON a.voids = b.event_id WHERE a.kind <> 'void'"
    )
    assert replaced == changed > 0
    ((most,),) = ask(
        "SELECT max(n) FROM (SELECT count(*) n FROM events WHERE kind = 'exposed_to_case' GROUP BY person_id)"
    )
    assert most >= 3
    assert ask("SELECT max(n) FROM (SELECT count(DISTINCT person_id) n FROM tests GROUP BY tube_id)") == [(10,)]


@pytest.mark.parametrize(
    ("change", "code"), [({"people": 10}, "city-size"), ({"on": dt.date(2023, 6, 1)}, "city-date")]
)
def test_cities_that_cannot_be_made(tmp_path: Path, change: dict, code: str) -> None:
    with pytest.raises(SizaoError) as error:
        city.make_city(tmp_path / "no", **{"people": PEOPLE, "on": ON, **change})
    assert error.value.code == code and not (tmp_path / "no").exists()


def test_progress_goes_through_every_step(tmp_path: Path) -> None:
    told = []
    city.make_city(tmp_path, people=PEOPLE, progress=lambda *args: told.append(args))
    of = len(city.STEPS)
    assert told == [*((step, n, of) for n, step in enumerate(city.STEPS)), ("", of, of)]
