"""What is accepted is recorded once, chunk by chunk, as the user decided."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from made_godata import GODATA
from sending import counted, send

from sizao.errors import SizaoError
from sizao.register.imports import stage as staging
from sizao.register.imports.accept import accept, decide, decide_rest
from sizao.register.models import Act, Case, Import, ImportPart, Person
from sizao.register.models import Test as Sample

LI = "p1,李四,男,1980-01-01,13800138001,N1,jia-1,2022-11-03,,2022-11-05,阳性"


def person(person_id: str) -> Any:
    return Person.objects.unscoped("test").get(pk=person_id)


def test_accepting_records_people_with_sealed_names_and_their_facts(city: Any) -> None:
    before = counted()
    found = accept(by=city.job, import_id=send(city.job, LI).import_id)
    assert found.state == "done" and found.counts["recorded"] == {"people": 1, "cases": 1, "tests": 1}
    assert {name: n - before[name] for name, n in counted().items() if n != before[name]} == {
        "people": 1,
        "cases": 1,
        "tests": 1,
    }
    one = person("p1")
    assert (one.name, one.phone, one.sex, one.home_id, one.area != "") == (
        "李四",
        "13800138001",
        "male",
        "jia-1",
        True,
    )
    assert not ImportPart.objects.exists()


def test_accepting_twice_records_nothing_more(city: Any) -> None:
    found = send(city.job, LI)
    accept(by=city.job, import_id=found.import_id)
    after = counted()
    accept(by=city.job, import_id=found.import_id)
    assert counted() == after
    assert send(city.job, LI).state == "done"


def test_a_list_that_grew_records_only_what_is_new(city: Any) -> None:
    accept(by=city.job, import_id=send(city.job, LI).import_id)
    found = send(city.job, LI, "p2,王五,女,,,,jia,2022-11-04,,,")
    assert found.counts["new"] == {"people": 1, "cases": 1}
    assert found.counts["there"] == {"people": 1, "cases": 1, "tests": 1}
    accept(by=city.job, import_id=found.import_id)
    assert Case.objects.unscoped("test").count() == 2


def test_an_import_as_a_user_is_theirs_and_recorded_now(city: Any) -> None:
    epi = city.access("epidemiologist", "jia")
    accept(by=epi, import_id=send(epi, LI).import_id)
    row = Case.objects.unscoped("test").get(case_id="p1")
    assert row.act.by_id == epi.user_id
    assert abs(row.recorded_at - row.act.at) < dt.timedelta(seconds=1)
    assert set(Act.objects.filter(by=epi.user).values_list("action", flat=True)) == {
        "stage_import",
        "accept_import",
        "record_table",
    }


def test_nothing_is_accepted_while_somebody_must_still_say_who_is_who(city: Any) -> None:
    found = send(city.job, "x,某,,,13800138000,,jia,2022-11-03,,,")
    with pytest.raises(SizaoError) as error:
        accept(by=city.job, import_id=found.import_id)
    assert error.value.code == "undecided"


@pytest.mark.parametrize("choice", ["same", "new", "leave"])
def test_facts_follow_the_choice(city: Any, choice: str) -> None:
    found = send(city.job, "x,某,,,13800138000,,jia,2022-11-03,,2022-11-05,阴性")
    assert decide(by=city.job, import_id=found.import_id, choices={0: choice}) == 1
    accept(by=city.job, import_id=found.import_id)
    whose = [
        *Case.objects.unscoped("test").values_list("person_id", flat=True),
        *Sample.objects.unscoped("test").values_list("person_id", flat=True),
    ]
    assert whose == {"same": [city.jia_person] * 2, "new": ["x"] * 2, "leave": []}[choice]
    assert Person.objects.unscoped("test").filter(pk="x").exists() is (choice == "new")


def test_somebody_else_under_a_known_id_gets_an_id_of_their_own(city: Any) -> None:
    found = send(city.job, f"{city.jia_person},别人,,,,,jia,2022-11-03,,,")
    decide(by=city.job, import_id=found.import_id, choices={0: "new"})
    accept(by=city.job, import_id=found.import_id)
    case = Case.objects.unscoped("test").get()
    assert case.person_id != city.jia_person and person(case.person_id).name == "别人"
    assert person(city.jia_person).name == "李四"


def test_a_known_number_cannot_be_a_new_person(city: Any) -> None:
    from sizao.register.actions import people

    people.add_person(by=city.job, home_place_id="jia", name="甲", number="N1")
    found = send(city.job, LI)
    with pytest.raises(SizaoError) as error:
        decide(by=city.job, import_id=found.import_id, choices={0: "new"})
    assert error.value.code == "number-known"
    decide_rest(by=city.job, import_id=found.import_id, choice="new")
    assert found.matches.get().choice == "leave"


def test_a_choice_that_is_none_and_a_match_that_is_not_there_are_refused(city: Any) -> None:
    found = send(city.job, "x,某,,,13800138000,,jia,,,,")
    for choices in ({0: "maybe"}, {7: "same"}):
        with pytest.raises(SizaoError):
            decide(by=city.job, import_id=found.import_id, choices=choices)


def test_a_chunk_that_fails_is_not_recorded_at_all_and_the_next_try_goes_on(city: Any, monkeypatch: Any) -> None:
    from sizao.register.actions import people

    monkeypatch.setattr(staging, "CHUNK", 2)
    found = send(city.job, *(f"p{n},某{n},,,,N{n},jia,,,," for n in range(6)))
    taken = people.add_person(by=city.job, home_place_id="jia", number="N3")  # meanwhile
    with pytest.raises(SizaoError) as error:
        accept(by=city.job, import_id=found.import_id)
    assert error.value.code == "import-changed"
    found.refresh_from_db()
    assert (found.state, found.done) == ("accepting", 1)
    names = set(Person.objects.unscoped("test").values_list("pk", flat=True))
    assert {"p0", "p1"} <= names and not {"p2", "p3", "p4"} & names
    Person.objects.unscoped("test").filter(pk=taken.pk).update(number_hash="")
    assert accept(by=city.job, import_id=found.import_id).state == "done"
    assert Person.objects.unscoped("test").filter(pk__startswith="p", name__isnull=False).count() == 8


def test_every_chunk_is_one_act_with_a_key_of_its_own(city: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(staging, "CHUNK", 2)
    found = accept(by=city.job, import_id=send(city.job, *(f"p{n},某,,,,,jia,,,," for n in range(5))).import_id)
    keys = list(Act.objects.filter(action="record_table").values_list("key", "rows"))
    assert keys == [(f"import-{found.import_id}-{n}", rows) for n, rows in enumerate((2, 2, 1))]


def test_a_discarded_import_cannot_be_accepted(city: Any) -> None:
    found = send(city.job, LI)
    staging.discard(by=city.job, import_id=found.import_id)
    with pytest.raises(SizaoError) as error:
        accept(by=city.job, import_id=found.import_id)
    assert error.value.code == "import-over"


def test_facts_of_who_is_left_out_are_left_out_also_in_other_tables(city: Any) -> None:
    import pyarrow as pa

    from sizao.register.actions.bulk import record_table
    from sizao.tables import contract

    rows = pa.Table.from_pylist(
        [{"case_id": "nobody", "place_id": "jia", "role": "home", "spread_risk": True}],
        schema=contract("case_places").arrow_schema(),
    )
    with pytest.raises(SizaoError) as error:
        record_table(by=city.job, table="case_places", rows=rows)
    assert error.value.code == "unknown-case"


def test_the_go_data_export_becomes_people_with_names(city: Any, tmp_path: Any) -> None:
    from sizao.register.imports.files import Upload

    files = [Upload(name, text.encode()) for name, text in GODATA.items()]
    found, _ = staging.stage(by=city.job, files=files)
    assert found.mapping["kind"] == "godata"
    assert found.counts["new"] == {"places": 1, "people": 2, "cases": 1, "events": 1, "tests": 1, "follow_ups": 1}
    accept(by=city.job, import_id=found.import_id)
    assert (person("CASE-1").name, person("CONTACT-1").phone) == ("Awa Ba", "555")
    assert Import.objects.get().state == "done"
