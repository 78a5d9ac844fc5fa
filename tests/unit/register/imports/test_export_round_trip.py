"""What is exported imports again unchanged; who may export what, and that it is logged."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from sizao.errors import SizaoError
from sizao.register.actions.bulk import ORDER
from sizao.register.exports import rows as export_rows
from sizao.register.exports.write import export, save
from sizao.register.imports.accept import accept
from sizao.register.imports.files import Upload, read_sheet
from sizao.register.imports.stage import problems_of, stage
from sizao.register.models import Act, Read

DAY = dt.date(2022, 11, 3)
STRANGE = '=1+1, "quoted"\n\'-x'


def data(by: Any, table: str, format: str = "csv", **more: Any) -> bytes:
    return b"".join(export(by=by, table=table, format=format, **more)[1])


def sheet(by: Any, table: str, **more: Any) -> list[dict[str, str]]:
    found: list[dict[str, str]] = read_sheet(Upload("a.csv", data(by, table, **more)), []).cells.to_pylist()
    return found


@pytest.fixture
def full(city: Any) -> Any:
    """Facts of every kind, with corrections, and texts that spreadsheets trip over."""
    from sizao.register.actions import cases, events, orders, people, requests, tests, visits

    by, who = city.job, city.jia_person
    people.add_person(
        by=by, home_place_id="jia", name=STRANGE, phone="+86 138 0000", number="N-1", traits="elderly", sex="male"
    )
    people.add_person(by=by, home_place_id=None, name=" 前后有空格 ")
    case = cases.report_case(by=by, person_id=who, confirmed_on=DAY, classification="confirmed")
    cases.update_case(by=by, case_id=case.case_id, version=1, onset_on=DAY)
    gone = cases.report_case(by=by, person_id=city.yi_person, confirmed_on=DAY, classification="asymptomatic")
    cases.withdraw_case(by=by, case_id=gone.case_id, version=1)
    cases.record_case_place(by=by, case_id=case.case_id, place_id="jia-1", role="home", spread_risk=True, since=DAY)
    first = events.record_event(by=by, person_id=who, kind="exposed_to_case", occurred_on=DAY, place_id="jia")
    events.record_event(by=by, person_id=who, kind="void", occurred_on=DAY, voids=first.event_id)
    tests.record_test(by=by, person_id=who, sampled_on=DAY, tube_id="-tube")
    noon = dt.datetime(2022, 11, 3, 12, tzinfo=dt.UTC)
    visits.record_presence(by=by, person_id=who, place_id="yi", arrived_at=noon, left_at=noon + dt.timedelta(hours=1))
    visits.log_visit(by=by, person_id=who, outcome="seen_ok", occurred_on=DAY)
    orders.impose_order(by=by, person_id=who, since=DAY, issuer="@office", restriction="home_isolation")
    requests.take_request(by=by, person_id=who, kind="food", occurred_on=DAY, text=STRANGE)
    return city


def empty() -> None:
    """As a new register: the triggers go with the transaction of the test."""
    from django.db import connection

    with connection.cursor() as cursor:
        names = "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'"
        if connection.vendor == "postgresql":
            pytest.skip("SQLite drops triggers this way, PostgreSQL otherwise")
        for name, _ in cursor.execute(names).fetchall():
            cursor.execute(f'DROP TRIGGER "{name}"')
        for table in ("now_touched", "merges", *reversed(ORDER)):
            cursor.execute(f"DELETE FROM {table}")


@pytest.mark.parametrize("format", ["csv", "xlsx", "parquet"])
def test_every_table_imports_again_and_gives_the_same_file(full: Any, format: str) -> None:
    before = {table: data(full.job, table) for table in ORDER}
    files = {table: data(full.job, table, format) for table in ORDER}
    assert all(before[table].count(b"\n") > 1 for table in ORDER)
    empty()
    for table in ORDER:
        found, _ = stage(by=full.job, files=[Upload(f"{table}.{format}", files[table])])
        assert found.mapping["kind"] == table
        assert not [p for p in problems_of(found) if p.effect == "refused"]
        accept(by=full.job, import_id=found.import_id)
    assert {table: data(full.job, table) for table in ORDER} == before


def test_an_export_that_is_imported_where_it_came_from_changes_nothing(full: Any) -> None:
    for table in ORDER:
        found, _ = stage(by=full.job, files=[Upload(f"{table}.csv", data(full.job, table))])
        assert found.counts["new"] == {} and not [p for p in problems_of(found) if p.effect == "refused"], table


def test_versions_imported_by_a_user_keep_their_order(full: Any) -> None:
    from sizao.register.models import Case

    files = {table: data(full.job, table) for table in ("places", "people", "cases")}
    empty()
    accept(by=full.job, import_id=stage(by=full.job, files=[Upload("places.csv", files["places"])])[0].import_id)
    epi = full.access("epidemiologist", None)
    for table in ("people", "cases"):
        accept(by=epi, import_id=stage(by=epi, files=[Upload(f"{table}.csv", files[table])])[0].import_id)
    rows = list(Case.objects.unscoped("test").order_by("case_id", "version"))
    assert [row.version for row in rows] == [1, 2, 1, 2]
    assert rows[0].recorded_at < rows[1].recorded_at and rows[2].recorded_at < rows[3].recorded_at
    assert {row.withdrawn for row in rows if row.person_id == full.yi_person} == {False, True}


def test_what_a_spreadsheet_would_compute_gets_a_sign_before_it(full: Any) -> None:
    text = data(full.job, "people").decode("utf-8-sig")
    assert "'=1+1" in text and "'+86 138 0000" in text
    assert ",=1+1" not in text and ",+86" not in text and '"=1+1' not in text


def test_an_export_holds_the_area_alone_and_names_only_for_who_may_see_them(full: Any) -> None:
    epi = full.access("epidemiologist", "jia")
    ids = {row["person_id"] for row in sheet(epi, "people")}
    assert full.jia_person in ids and full.yi_person not in ids
    assert all(row["person_id"] == full.jia_person for row in sheet(epi, "cases"))
    assert "name" not in sheet(epi, "people", names=False)[0]
    nameless = type(epi)(user=epi.user, at=epi.at, held=tuple((p, may - {"see_names"}) for p, may in epi.held))
    assert "name" not in sheet(nameless, "people")[0]
    assert sheet(nameless, "requests")[0]["text"] == ""
    assert sheet(epi, "requests")[0]["text"] == STRANGE


def test_names_are_left_out_where_the_user_may_not_see_them_of_these_people(full: Any) -> None:
    from sizao.register.models import Place

    epi = full.access("epidemiologist", None)
    jia = Place.objects.unscoped("test").get(place_id="jia").path
    names, rest = frozenset({"see_names"}), frozenset({"export_people", "see_people"})
    mixed = type(epi)(user=epi.user, at=epi.at, held=(("", rest), (jia, names)))
    told = {row["person_id"]: row["name"] for row in sheet(mixed, "people")}
    assert told[full.jia_person] == "李四" and told[full.yi_person] == ""


@pytest.mark.parametrize(
    "role", ["tracer", "community_worker", "laboratory", "call_desk", "commander", "oversight", "administrator"]
)
def test_who_may_not_export_gets_nothing_and_nothing_is_logged(full: Any, role: str) -> None:
    with pytest.raises(SizaoError) as error:
        export(by=full.access(role, "jia"), table="people")
    assert error.value.code == "not-allowed"
    assert not Read.objects.exists()


def test_an_export_is_logged_with_its_rows_before_the_first_is_given(full: Any) -> None:
    epi = full.access("epidemiologist", "jia")
    found, pieces = export(by=epi, table="people", format="parquet")
    row = Read.objects.get()
    assert (row.what, row.people, row.asked) == ("export", found.count, "table=people, format=parquet, names=yes")
    assert found.count == 2
    del pieces


def test_pages_meet_without_a_gap(full: Any, monkeypatch: Any) -> None:
    whole = data(full.job, "people")
    monkeypatch.setattr(export_rows, "PAGE", 1)
    assert data(full.job, "people") == whole
    assert len(data(full.job, "people", "parquet")) > 0


def test_a_file_is_its_owners_alone_and_an_unknown_kind_is_refused(full: Any, tmp_path: Any) -> None:
    save(by=full.job, table="people", path=tmp_path / "people.csv")
    assert (tmp_path / "people.csv").stat().st_mode & 0o777 == 0o600
    for table, name, code in (("people", "a.doc", "unknown-format"), ("acts", "a.csv", "unknown-table")):
        with pytest.raises(SizaoError) as error:
            save(by=full.job, table=table, path=tmp_path / name)
        assert error.value.code == code
    assert [p.name for p in tmp_path.iterdir()] == ["people.csv"]
    assert not Act.objects.filter(action="export").exists()


def test_too_many_rows_for_a_workbook_are_refused(full: Any, monkeypatch: Any) -> None:
    from sizao.register.exports import write

    monkeypatch.setattr(write, "MOST_IN_A_WORKBOOK", 1)
    with pytest.raises(SizaoError) as error:
        export(by=full.job, table="people", format="xlsx")
    assert error.value.code == "too-many-rows"
