"""A preview says what would be recorded, what is wrong and who may be on record, and writes none of it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sending import counted, csv_of, send

from sizao.errors import SizaoError
from sizao.register.imports.files import Upload
from sizao.register.imports.stage import discard, erase_old, find, look_again, problems_of, stage
from sizao.register.models import Act, Import, ImportPart

LI = "p1,李四,男,1980-01-01,13800138001,N1,jia-1,2022-11-03,,,"
QIAN = "p2,钱二,女,1990-02-02,,,jia,,2022-11-04,2022-11-06,阴性"


def wrong(found: Any) -> set[tuple[str, int | None]]:
    return {(p.code, p.line) for p in problems_of(found) if p.effect == "refused"}


def test_a_preview_counts_and_writes_nothing(city: Any) -> None:
    before = counted()
    found = send(city.job, LI, QIAN)
    assert found.counts["new"] == {"people": 2, "cases": 1, "events": 1, "tests": 1}
    assert counted() == before
    assert found.state == "previewed" and found.chunks == 4


def test_what_was_uploaded_stands_sealed(city: Any) -> None:
    from django.db import connection

    found = send(city.job, LI, name="李四.csv")
    with connection.cursor() as cursor:
        for table in ("imports", "import_parts", "import_matches"):
            cursor.execute(f"SELECT * FROM {table}")
            text = repr(cursor.fetchall()) + str(
                [bytes(v) for row in cursor.fetchall() for v in row if isinstance(v, memoryview)]
            )
            assert "李四" not in text and "13800138001" not in text and repr("李四".encode())[2:-1] not in text
    assert found.files == "李四.csv"


def test_the_same_file_sent_twice_is_the_same_import(city: Any) -> None:
    first = send(city.job, LI)
    again, before = stage(by=city.job, files=[Upload("other name.csv", csv_of(LI))])
    assert before and again.pk == first.pk
    discard(by=city.job, import_id=first.import_id)
    assert send(city.job, LI).pk != first.pk


def test_every_broken_row_says_its_line_and_the_others_stay(city: Any) -> None:
    found = send(
        city.job,
        LI,
        "p3,孙三,男,,,,jia,2022-13-40,,,",  # no such day
        "p4,周四,男,,,,jia,2999-01-01,,,",  # still to come
        "p5,吴五,男,1890-01-01,,,jia,,,,",  # born too early: left empty
        "p6,郑六,男,,,N1,jia,,,,",  # the number of p1
        "p9,褚九,男,2099-01-01,,,jia,,,,",  # a birth to come: left empty
        f"p7,{'长' * 300},男,,,,jia,,,,",
        f"{'p' * 70},王七,男,,,,jia,,,,",
        "p8,冯八,男,,,,nowhere,,,2022-11-01,也许",
    )
    assert wrong(found) == {
        ("bad-date", 3),
        ("after-today", 4),
        ("number-twice", 6),
        ("too-long", 8),
        ("too-long", 9),
        ("bad-value", 10),
    } | {("date-out-of-range", 4)} & wrong(found)
    assert found.counts["new"]["people"] == 6
    kept = {(p.code, p.line) for p in problems_of(found) if p.effect == "kept"}
    assert {("date-out-of-range", 5), ("after-today", 7), ("unknown-home", 10)} <= kept
    assert not any(p.value for p in problems_of(found) if p.column in ("name", "phone", "number", "birth_date"))


def test_a_home_is_found_by_its_name_where_only_one_has_it(city: Any) -> None:
    from sizao.register.actions import places

    places.add_place(by=city.job, kind="street", name="同名", parent_id="jia", place_id="a")
    places.add_place(by=city.job, kind="street", name="同名", parent_id="yi", place_id="b")
    found = send(city.job, "p1,李,,,,,jia-1区,,,,", "p2,王,,,,,同名,,,,")
    assert {(p.code, p.line) for p in problems_of(found)} == {("unknown-home", 3)}


def test_rows_outside_the_area_are_listed_and_left_out(city: Any) -> None:
    epi = city.access("epidemiologist", "jia")
    found = send(epi, LI, "p9,外,,,,,yi,2022-11-03,,,", "p10,无,,,,,,2022-11-03,,,")
    assert wrong(found) == {("outside-area", 3), ("unknown-home", 4), ("unknown-person", 3), ("unknown-person", 4)}
    assert found.counts["new"] == {"people": 1, "cases": 1}


def test_facts_of_a_neighbour_are_outside_the_area_too(city: Any) -> None:
    epi = city.access("epidemiologist", "jia")
    head = "test_id,person_id,sampled_on,method,result"
    found = send(
        epi,
        f"t1,{city.jia_person},2022-11-03,pcr,negative",
        f"t2,{city.yi_person},2022-11-03,pcr,negative",
        head=head,
    )
    assert wrong(found) == {("outside-area", 3)}


@pytest.mark.parametrize(
    "role", ["tracer", "community_worker", "laboratory", "call_desk", "commander", "oversight", "administrator"]
)
def test_who_may_not_import_cannot_even_send(city: Any, role: str) -> None:
    with pytest.raises(SizaoError) as error:
        send(city.access(role, "jia"), LI)
    assert error.value.code == "not-allowed"
    assert not Import.objects.exists()


def test_somebody_elses_import_is_not_there(city: Any) -> None:
    mine, other = city.access("epidemiologist", "jia"), city.access("epidemiologist", "jia")
    found = send(mine, LI)
    for call in (
        find,
        lambda by, import_id: discard(by=by, import_id=import_id),
        lambda by, import_id: look_again(by=by, import_id=import_id),
    ):
        with pytest.raises(SizaoError) as error:
            call(other, found.import_id)
        assert error.value.code == "not-found"
    assert find(mine, found.import_id).pk == found.pk


def test_the_same_number_is_the_same_person_and_a_phone_must_be_decided(city: Any) -> None:
    from sizao.register.actions import people

    known = people.add_person(
        by=city.job, home_place_id="jia", name="李四", number="n-1", birth_date=dt.date(1980, 1, 1)
    )
    found = send(city.job, LI, "x,他人,,,13800138000,,jia,,,,", "y,李四,,1980-01-01,,,jia,,,,")
    told = {m.line: (m.known_id, m.why, m.choice) for m in found.matches.all()}
    assert told[2] == (known.person_id, "number;name-and-birth", "same")
    assert told[3] == (city.jia_person, "phone", "")
    assert told[4] == (known.person_id, "name-and-birth", "")


def test_the_same_id_with_another_name_must_be_decided(city: Any) -> None:
    found = send(city.job, f"{city.jia_person},别人,,,,,jia,,,,")
    match = found.matches.get()
    assert (match.why, match.differs, match.choice) == ("id", "name", "")


def test_a_match_outside_the_area_is_not_shown(city: Any) -> None:
    epi = city.access("epidemiologist", "jia")
    found = send(epi, "x,某,,,13900139000,,jia,,,,", f"{city.yi_person},王五,,,,,jia,,,,")
    assert not found.matches.exists()  # nothing is told of the neighbour by a phone
    assert wrong(found) == {("known-elsewhere", 3)}
    assert found.counts["new"] == {"people": 1}


def test_a_fact_that_is_on_record_is_not_recorded_twice_and_another_of_its_id_is_refused(city: Any) -> None:
    from sizao.register.actions.tests import record_test

    known = record_test(by=city.job, person_id=city.jia_person, sampled_on=dt.date(2022, 11, 3), result="negative")
    head = "test_id,person_id,sampled_on,method,result"
    row = f"{known.test_id},{city.jia_person},2022-11-03,{known.method},"
    assert send(city.job, row + "negative", head=head).counts["there"] == {"tests": 1}
    assert wrong(send(city.job, row + "positive", head=head)) == {("id-known", 2)}


def test_a_void_of_nothing_and_a_case_place_of_no_case_are_refused(city: Any) -> None:
    head = "event_id,person_id,kind,occurred_on,voids"
    rows = (
        f"e1,{city.jia_person},void,2022-11-03,e0",
        f"e2,{city.jia_person},void,2022-11-03,e1",
        f"e3,{city.jia_person},x,2022-11-03,",
    )
    found = send(city.job, *rows, head=head)
    assert wrong(found) == {("unknown-void", 2), ("unknown-void", 3)}
    found = send(city.job, "c0,jia,home,true", head="case_id,place_id,role,spread_risk")
    assert wrong(found) == {("unknown-case", 2)}


def test_html_and_formulas_in_names_stay_text(city: Any) -> None:
    from sizao.register.imports.accept import accept
    from sizao.register.models import Person

    found = send(city.job, "p1,<script>alert(1)</script>,,,+86 138,,jia,,,,", "p2,'=cmd(),,,,,jia,,,,")
    accept(by=city.job, import_id=found.import_id)
    rows = Person.objects.unscoped("test")
    assert rows.get(pk="p1").name == "<script>alert(1)</script>" and rows.get(pk="p1").phone == "+86 138"
    assert rows.get(pk="p2").name == "=cmd()"


def test_discarded_and_old_uploads_are_erased_and_their_numbers_stay(city: Any) -> None:
    first, second, third = (send(city.job, LI, f"q{n},某,,,,,jia,,,,") for n in range(3))
    discard(by=city.job, import_id=first.import_id)
    assert not ImportPart.objects.filter(of=first).exists()
    Import.objects.filter(pk=second.pk).update(changed_at=city.job.at - dt.timedelta(days=15))
    assert erase_old(by=city.job, days=14) == 1 == Act.objects.get(action="erase_imports").rows
    second.refresh_from_db()
    assert second.state == "discarded" and second.files is None and second.counts["read"]
    assert ImportPart.objects.filter(of=third).exists()
    with pytest.raises(SizaoError):
        erase_old(by=city.access("epidemiologist", None))


def test_an_upload_whose_parts_were_erased_is_over(city: Any) -> None:
    from sizao.register.imports.accept import accept

    found = send(city.job, LI)
    ImportPart.objects.all().delete()
    for call in (accept, look_again):
        with pytest.raises(SizaoError) as error:
            call(by=city.job, import_id=found.import_id)  # type: ignore[operator]
        assert error.value.code == "import-over"
