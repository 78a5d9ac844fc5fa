"""One person's answer is what the derivation of everybody says of that person."""

from __future__ import annotations

import datetime as dt

import pytest

from sizao.derive import derive
from sizao.derive.person import PersonDesk
from sizao.derive.why import explain
from sizao.policy import chain
from sizao.simulate import make_city
from sizao.tables import Folder, read_folder

ON = dt.date(2022, 11, 14)
KNOWN = dt.datetime(2022, 11, 14, 12, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    folder = tmp_path_factory.mktemp("city")
    make_city(folder, people=4_000)
    return read_folder(folder)


@pytest.mark.parametrize("indexed", [False, True])
def test_the_desk_says_of_each_person_what_the_lists_say(city: Folder, indexed: bool) -> None:
    books = chain("cn-2022-11-11")
    days = (ON - dt.timedelta(days=28), ON + dt.timedelta(days=28))
    with derive(city, books, ON, days=days, known_at=KNOWN) as everybody:
        lists = {n: everybody.table(n).to_pylist() for n in ("status", "measures", "tests_due", "excesses")}
    people = sorted({row["person_id"] for rows in lists.values() for row in rows})[::17]
    assert len(people) > 20
    with PersonDesk(city, books, indexed=indexed) as desk:
        for person in people:
            answer = desk.ask(person, ON, KNOWN)
            assert answer is not None
            status = [answer.status] if answer.status else []
            found = (status, answer.measures, answer.tests_due, answer.excesses)
            for name, rows in zip(lists, found, strict=True):
                expected = [row for row in lists[name] if row["person_id"] == person]
                assert sorted(map(str, rows)) == sorted(map(str, expected)), (person, name)
            assert all(line for section in explain(answer, "zh") for _, line in section.lines)


def test_a_void_recorded_with_another_person_takes_the_fact_back(city: Folder) -> None:
    events = city.table("events").arrow().to_pylist()
    cross = {e["voids"] for e in events if e["voids"]} & {e["event_id"] for e in events}
    assert cross  # the city has corrections; a person's own facts show them as taken back
    with PersonDesk(city, chain("cn-2022-11-11")) as desk:
        target = next(e for e in events if e["event_id"] in cross)
        answer = desk.ask(target["person_id"], ON)
        assert answer is not None
        assert target["event_id"] not in {row["because"] for row in answer.measures}


def test_nobody_is_none(city: Folder) -> None:
    with PersonDesk(city, chain("cn-2022-11-11")) as desk:
        assert desk.ask("p'); DROP TABLE events; --", ON) is None
