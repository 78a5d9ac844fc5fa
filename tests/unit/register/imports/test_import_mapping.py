"""Headers are guessed in both languages; days, words and ids become ours."""

from __future__ import annotations

from typing import Any

import pytest
from sending import csv_of

from sizao.errors import Problem, SizaoError
from sizao.register.imports.dates import to_day, to_instant
from sizao.register.imports.files import Upload, read_sheet
from sizao.register.imports.mapping import guess, read_mapping
from sizao.register.imports.turn import turn


def turned(
    *rows: str, head: str, problems: list[Problem] | None = None, **more: Any
) -> dict[str, list[dict[str, str]]]:
    sheet = read_sheet(Upload("a.csv", csv_of(*rows, head=head)), [])
    found = turn(sheet, guess(["a.csv"], sheet.header, **more), [] if problems is None else problems)
    return {name: table.rows.to_pylist() for name, table in found.items()}


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("2022-11-03", "ymd", "2022-11-03"),
        ("2022/1/3", "ymd", "2022-01-03"),
        ("2022年11月3日", "ymd", "2022-11-03"),
        ("20221103", "ymd", "2022-11-03"),
        ("2022-11-03 08:15", "ymd", "2022-11-03"),
        ("3/11/2022", "dmy", "2022-11-03"),
        ("11/3/2022", "mdy", "2022-11-03"),
        ("25/11/2022", "ymd", "2022-11-25"),
        ("11/25/2022", "ymd", "2022-11-25"),
        ("44868", "ymd", "2022-11-03"),  # as Excel counts days
        ("3/11/2022", "ymd", None),  # who knows
        ("31/2/2022", "dmy", None),
        ("2022-13-01", "ymd", None),
        ("soon", "ymd", None),
    ],
)
def test_days_are_read_as_people_write_them(text: str, order: str, day: str | None) -> None:
    assert to_day(text, order) == day


def test_an_instant_without_a_zone_is_read_in_that_of_the_mapping() -> None:
    assert to_instant("2022-11-03 08:00", "Asia/Shanghai") == "2022-11-03T00:00:00+00:00"
    assert to_instant("2022-11-03T08:00:00+01:00", "Asia/Shanghai") == "2022-11-03T07:00:00+00:00"
    assert to_instant("8 o'clock", "UTC") is None


@pytest.mark.parametrize(
    "head",
    [
        "编号,姓名,性别,居住地,发病日期,确诊日期",
        "Case ID,Full name,Sex,District,Date of onset,Date of diagnosis",
        "case_id,name,gender,district,date_onset,dt_diag",
    ],
)
def test_a_row_becomes_a_person_and_a_case(head: str) -> None:
    found = turned("7,李四,f,jia,2022/11/1,2022/11/3", head=head)
    person, case = found["people"][0], found["cases"][0]
    assert (person["person_id"], person["name"], person["sex"], person["home_place_id"]) == (
        "7",
        "李四",
        "female",
        "jia",
    )
    assert (case["case_id"], case["onset_on"], case["confirmed_on"]) == ("7", "2022-11-01", "2022-11-03")
    assert (case["classification"], case["origin"]) == ("confirmed", "local")


def test_rows_become_exposures_and_tests_where_they_say_so() -> None:
    found = turned(
        "7,2022-11-01,次密接,9,2022-11-02,阴性",
        head="编号,末次接触日期,接触类别,关联病例,采样日期,检测结果",
        prefix="h1-",
    )
    assert found["events"] == [
        {
            "event_id": "exposure-h1-7-2022-11-01",
            "person_id": "h1-7",
            "kind": "exposed_to_contact",
            "occurred_on": "2022-11-01",
            "case_id": "h1-9",
        }
    ]
    assert found["tests"] == [
        {
            "test_id": "test-h1-7-2022-11-02",
            "person_id": "h1-7",
            "sampled_on": "2022-11-02",
            "method": "pcr",
            "result": "negative",
        }
    ]
    assert "cases" not in found


def test_who_is_not_confirmed_is_no_case_and_is_reported() -> None:
    problems: list[Problem] = []
    found = turned("7,疑似,2022-11-03", head="编号,分类,确诊日期", problems=problems)
    assert "cases" not in found and found["people"]
    assert [(p.code, p.line) for p in problems] == [("not-confirmed", 2)]


def test_one_id_of_two_people_keeps_the_first_and_says_which_row_it_left_out() -> None:
    problems: list[Problem] = []
    found = turned("7,李四", "7,王五", "7,", head="编号,姓名", problems=problems)
    assert [row["name"] for row in found["people"]] == ["李四"]
    assert [(p.code, p.line) for p in problems] == [("one-id-two-people", 3)]


def test_rows_without_an_id_get_the_same_one_each_time() -> None:
    first, again = (turned("李四", "王五", head="姓名")["people"] for _ in range(2))
    assert [row["person_id"] for row in first] == [row["person_id"] for row in again]
    assert len({row["person_id"] for row in first}) == 2


def test_our_own_tables_are_known_by_their_header() -> None:
    head = ["test_id", "person_id", "sampled_on", "method", "result", "recorded_at", "withdrawn"]
    assert guess(["x.csv"], head).kind == "tests"
    assert guess(["cases_clean.csv", "contacts_clean.csv"], ()).kind == "godata"


def test_a_file_of_which_nothing_can_be_told_asks_for_a_column() -> None:
    with pytest.raises(SizaoError) as error:
        turned("1,2", head="foo,bar")
    assert error.value.code == "missing-column"


@pytest.mark.parametrize(
    "said",
    [
        {"kind": "line-list", "columns": {"no-such": "a"}},
        {"kind": "line-list", "zone": "Mars/Olympus"},
        {"kind": "line-list", "order": "ydm"},
        {"kind": "line-list", "prefix": "a b/../"},
        {"kind": "line-list", "words": {"sex": "m"}},
        {"kind": "line-list", "columns": {"sex": "a\0"}},
        {"kind": "line-list", "colour": "red"},
        {"kind": "line-list", "columns": ["sex"]},
    ],
)
def test_a_mapping_that_was_tampered_with_is_refused(said: dict[str, Any]) -> None:
    with pytest.raises(SizaoError) as error:
        read_mapping(said)
    assert error.value.code == "bad-mapping"
    assert read_mapping({"kind": "line-list", "columns": {"sex": "Sex"}}).columns == {"sex": "Sex"}
