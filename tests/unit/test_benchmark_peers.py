"""The peers of benchmarks/ answer the same about the same people, so that their speeds may be compared."""

from __future__ import annotations

import importlib
import sys
from dataclasses import fields, replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
sys.path.insert(0, str(BENCHMARKS))

import cities  # noqa: E402
from peers.answers import Answers, Words  # noqa: E402
from peers.on_tables import OnTables  # noqa: E402
from sizao.policy import get  # noqa: E402
from verdict import Row, judge  # noqa: E402

PEOPLE = 3_000
NEEDS = {"openfisca": "openfisca_core", "zen_table": "zen"}


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return cities.make_simple(tmp_path_factory.mktemp("bench-data"), PEOPLE)


def ask(peer: str, facts: Path, people: int, tables: bool = False) -> Answers:
    if peer in NEEDS:
        pytest.importorskip(NEEDS[peer])
    book, on = get("cn-2022-11-11"), date.fromisoformat(cities.ON)
    asked = importlib.import_module(f"peers.{peer}").Peer(book, on)
    if tables:
        asked = OnTables(asked, book, on)
    return asked.answers(asked.run(asked.prepare(facts, people)))


@pytest.fixture(scope="module")
def ours(facts: Path) -> Answers:
    return ask("sizao_tables", facts, PEOPLE)


@pytest.mark.parametrize(
    ("peer", "people", "tables"),
    [
        ("numpy_by_hand", PEOPLE, False),
        ("numpy_by_hand", PEOPLE, True),
        ("openfisca", PEOPLE, False),
        ("openfisca", PEOPLE, True),
        ("zen_table", PEOPLE, False),
        ("plain_python", 500, False),
    ],
)
def test_every_peer_gives_the_answers_of_sizao(
    peer: str, people: int, tables: bool, facts: Path, ours: Answers
) -> None:
    theirs = ask(peer, facts, people, tables)
    for field in fields(Answers):
        mine, other = getattr(ours, field.name)[:people], getattr(theirs, field.name)
        assert mine.dtype == other.dtype, field.name
        np.testing.assert_array_equal(mine, other, err_msg=field.name)
    assert ours.digest(people) == theirs.digest(people)


def test_the_people_compared_stand_under_every_measure_and_some_under_none(ours: Answers) -> None:
    measures = Words(get("cn-2022-11-11")).measure
    assert set(np.unique(ours.measure)) == set(range(len(measures)))
    assert 0 < ours.test_due.sum() < (ours.measure > 0).sum()


def test_one_answer_that_differs_changes_the_digest(ours: Answers) -> None:
    until = ours.until_day.copy()
    until[7] += 1
    assert replace(ours, until_day=until).digest(PEOPLE) != ours.digest(PEOPLE)
    assert replace(ours, until_day=until).digest(7) == ours.digest(7)


def test_a_target_is_met_up_to_the_figure_asked() -> None:
    def measured(name: str, people: int, seconds: float) -> Row:
        run = {"seconds": seconds, "peak_mb": 4000.1}
        return Row(name, people, "simple", {}, runs=[run])

    rows = [
        measured("overlapping", 1_000_000, 1.0),
        measured("overlapping", 10_000_000, 12.0),
        measured("sizao", 1_000_000, 0.1),
        measured("openfisca", 1_000_000, 0.49),
        measured("zen", 20_000, 0.2),
    ]
    judged = {target.what: target.summary() for target in judge(rows)}
    assert [(t["measured"], t["met"]) for t in judged.values()] == [
        (12.0, True),  # at most 15 s
        (4000.1, False),  # at most 4000 MB
        (pytest.approx(1.2), True),  # at most 1.2 times as long for each person
        (pytest.approx(4.9), False),  # at least 5 times
        (pytest.approx(100), True),  # at least 100 times, for each person
    ]


def test_overlapping_facts_are_as_said(tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    folder = cities.make_overlapping(tmp_path, 2_000)
    with duckdb.connect() as db:
        events = f"read_parquet('{folder}/events.parquet')"
        row = db.execute(
            f"SELECT count(*) FILTER (WHERE voids IS NULL) / count(DISTINCT person_id), count(DISTINCT kind), "
            f"count(*) FILTER (WHERE kind = 'void'), count(*) FILTER (WHERE kind <> 'void' AND voids IS NOT NULL), "
            f"count(DISTINCT event_id) = count(*), max(occurred_on)::VARCHAR FROM {events}"
        ).fetchone()
        people = db.execute(
            f"SELECT count(DISTINCT person_id), count(DISTINCT person_id) FILTER (WHERE discharged_on IS NOT NULL) "
            f"FROM read_parquet('{folder}/cases.parquet')"
        ).fetchone()
    assert row is not None
    assert people is not None
    assert row[0] == pytest.approx(3, abs=0.1)
    assert row[1] == len(cities.MORE_KINDS) + 1
    assert row[2] == pytest.approx(60, abs=25)
    assert row[3] == pytest.approx(30, abs=20)
    assert row[4:] == (True, cities.ON)
    assert people[0] == pytest.approx(40, abs=20)
    assert people[1] == pytest.approx(people[0] / 2, abs=15)
