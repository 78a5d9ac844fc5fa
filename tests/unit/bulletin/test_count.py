"""Figures from the line list: every number worked out by hand."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pyarrow as pa
import pytest

from sizao.bulletin.count import count_figures
from sizao.bulletin.read import read_text
from sizao.bulletin.write import write_bulletin
from sizao.errors import SizaoError
from sizao.tables import contract

D = date(2022, 11, 14)
DAY = timedelta(days=1)
CST = timezone(timedelta(hours=8))
LATER = datetime(2022, 12, 1, tzinfo=CST)


def table(name: str, text: str) -> pa.Table:
    """A table under its contract from lines of words: - is null, 14 is a day of November, 14T9 its 9 o'clock."""
    head, *lines = [line.split() for line in text.strip().splitlines()]
    columns = [contract(name).column(column) for column in head]
    rows = [{c.name: read(c.type, word) for c, word in zip(columns, line, strict=True)} for line in lines]
    schema = contract(name).arrow_schema()
    return pa.Table.from_pylist(rows, pa.schema([schema.field(column).with_nullable(True) for column in head]))


def read(type_: str, word: str) -> Any:
    if word == "-":
        return None
    if type_ == "date":
        return date(2022, 11, int(word))
    if type_ == "instant":
        day, _, hour = word.partition("T")
        return datetime(2022, 11, int(day), int(hour), tzinfo=CST)
    if type_ == "boolean":
        return word == "yes"
    return word.replace("_", " ") if type_ == "text" and word[0] > "\x7f" else word


PLACES = """
place_id  parent_id kind   name                 code
city      -         city   云溪市_Yunxi          990100
east      city      county 东区_East_District    990102
west      city      county 西区_West_District    990103
north     city      county 北区_North_District   990101
e-flat    east      unit   东苑1号               -
w-flat    west      unit   西苑1号               -
n-flat    north     unit   北苑1号               -
"""
PEOPLE = """
person_id home_place_id
p1 e-flat
p2 e-flat
p3 w-flat
p4 w-flat
p5 n-flat
p6 e-flat
p7 w-flat
p8 -
p9 city
p10 city
"""
# What happened before, on and after the 14th; every line is one version.
CASES = """
case_id person_id confirmed_on classification origin   severity discharged_on died_on recorded_at
before  p1        13           confirmed      local    severe   -             -       13T9
today   p2        14           confirmed      local    mild     -             -       14T9
after   p3        15           confirmed      local    mild     -             -       15T9
abroad  p4        14           confirmed      imported mild     -             -       14T10
turned  p5        12           asymptomatic   local    -        -             -       12T9
turned  p5        14           confirmed      local    moderate -             -       14T11
turning p6        13           asymptomatic   imported -        -             -       13T10
turning p6        15           confirmed      imported mild     -             -       15T10
silent  p7        14           asymptomatic   local    -        -             -       14T12
nowhere p8        14           asymptomatic   local    -        -             -       14T13
freed   p9        8            asymptomatic   local    -        -             -       8T9
freed   p9        8            asymptomatic   local    -        14            -       14T9
healed  p1        1            confirmed      local    mild     -             -       1T9
healed  p1        1            confirmed      local    mild     14            -       14T9
healed2 p1        1            confirmed      local    mild     13            -       13T9
dead    p2        2            confirmed      local    critical -             -       2T9
dead    p2        2            confirmed      local    critical -             14      14T20
"""
CASE_PLACES = """
case_id place_id role     spread_risk from
silent  w-flat   home     yes         -
silent  n-flat   home     yes         10
silent  e-flat   home     yes         15
today   w-flat   work     yes         -
"""
TABLES = {
    "cases": table("cases", CASES),
    "places": table("places", PLACES),
    "people": table("people", PEOPLE),
    "case_places": table("case_places", CASE_PLACES),
}


def figures(on: date = D, place: str | None = None, **more: Any) -> list[tuple[str, str, int]]:
    tables = more.pop("tables", TABLES)
    return [(r["measure"], r["place"], r["value"]) for r in count_figures(tables, on, place, **more).to_pylist()]


def wholes(on: date = D, at: str = "云溪市", **more: Any) -> dict[str, int]:
    return {measure: value for measure, place, value in figures(on, **more) if place == at}


def lists(on: date = D, at: str = "云溪市", **more: Any) -> dict[str, list[tuple[str, int]]]:
    """The list of each measure: the rows of places after the row of the whole."""
    found: dict[str, list[tuple[str, int]]] = {}
    for measure, place, value in figures(on, **more):
        if place == at:
            current = measure
        else:
            assert measure == current
            found.setdefault(measure, []).append((place, value))
    return found


def test_every_number_of_a_day_by_hand() -> None:
    assert wholes() == {
        "confirmed_new": 3,  # today, abroad, turned
        "confirmed_new_imported": 1,  # abroad
        "confirmed_new_local": 2,
        "converted_new_local": 1,  # turned
        "deaths_new": 1,  # dead
        "deaths_new_local": 1,
        "discharged_new": 1,  # healed; healed2 was yesterday's
        "discharged_new_local": 1,
        "severe_change": -1,  # dead was critical
        "active_imported": 1,  # abroad
        "severe_imported": 0,
        "confirmed_total_imported": 1,
        "discharged_total_imported": 0,
        "deaths_total_imported": 0,
        "active": 4,  # before, today, abroad, turned
        "severe": 1,  # before
        "discharged_total": 2,  # healed, healed2
        "deaths_total": 1,
        "confirmed_total": 4 + 2 + 1,
        "asymptomatic_new": 2,  # silent, nowhere
        "asymptomatic_new_local": 2,
        "asymptomatic_released": 1,  # freed
        "asymptomatic_released_local": 1,
        "asymptomatic_converted": 1,
        "asymptomatic_converted_imported": 0,
        "asymptomatic_observed": 3,  # turning, silent, nowhere
        "asymptomatic_observed_imported": 1,  # turning
    }


def test_the_days_beside_it() -> None:
    before, after = wholes(D - DAY), wholes(D + DAY)
    assert {name: before[name] for name in ("confirmed_new", "active", "asymptomatic_observed", "severe")} == {
        "confirmed_new": 1,  # before
        "active": 1 + 1 + 1,  # before, healed, dead; healed2 was discharged that day
        "asymptomatic_observed": 3,  # turned, turning, freed
        "severe": 2,  # before, dead
    }
    assert {name: after[name] for name in ("confirmed_new", "converted_new_imported", "deaths_new")} == {
        "confirmed_new": 2,  # after, turning
        "converted_new_imported": 1,
        "deaths_new": 0,
    }
    assert (after["asymptomatic_observed"], after["asymptomatic_converted_imported"], after["active"]) == (2, 1, 6)


def test_lists_are_the_children_that_the_cases_live_in_largest_first_then_by_code() -> None:
    assert lists() == {
        "confirmed_new_imported": [("西区", 1)],
        "confirmed_new_local": [("北区", 1), ("东区", 1)],
        "converted_new_local": [("北区", 1)],
        "deaths_new": [("东区", 1)],
        "deaths_new_local": [("东区", 1)],
        "discharged_new_local": [("东区", 1)],
        "asymptomatic_new_local": [("北区", 1)],  # silent had moved north; the next move is of tomorrow
    }
    rows = [(r["place"], r["place_code"]) for r in count_figures(TABLES, D).to_pylist()]
    assert rows[0] == ("云溪市", "990100") and ("北区", "990101") in rows


def test_larger_numbers_come_first_in_a_list() -> None:
    more = CASES + "x1 p3 14 confirmed local mild - - 14T9\nx2 p4 14 confirmed local mild - - 14T9\n"
    tables = TABLES | {"cases": table("cases", more)}
    assert lists(tables=tables)["confirmed_new_local"] == [("西区", 2), ("北区", 1), ("东区", 1)]


def test_cases_in_no_child_place_are_counted_in_the_whole_which_says_so() -> None:
    notes = {r["measure"]: r["note"] for r in count_figures(TABLES, D).to_pylist() if r["note"]}
    assert notes == {
        "asymptomatic_new_local": "1例报告地区不明",  # nowhere
        "asymptomatic_released_local": "1例报告地区不明",  # freed lives in the city, in no district
    }
    (note, *_) = [r["note"] for r in count_figures(TABLES, D, lang="en").to_pylist() if r["note"]]
    assert note == "place of report unknown for 1"


@pytest.mark.parametrize("name", ["east", "东区", "East District", "东区 East District"])
def test_a_part_is_counted_for_itself_without_those_who_live_nowhere(name: str) -> None:
    east = wholes(at="东区", place=name)
    assert (east["confirmed_new"], east["active"], east["confirmed_total"]) == (1, 2, 5)
    assert east["asymptomatic_new"] == 0
    assert east["asymptomatic_observed_imported"] == 1
    assert lists(at="东区", place=name)["confirmed_new_local"] == [("东苑1号", 1)]


def test_a_past_day_is_counted_as_it_was_known() -> None:
    then = wholes(known_at=datetime(2022, 11, 14, 9, 30, tzinfo=CST))
    assert (then["confirmed_new"], then["confirmed_new_local"], then["deaths_new"]) == (1, 1, 0)
    assert (then["asymptomatic_converted"], then["asymptomatic_observed"]) == (0, 2)  # turned not yet; freed is free
    assert wholes(known_at=LATER) == wholes()


def test_the_last_moment_known_is_known() -> None:
    assert wholes(known_at=datetime(2022, 11, 14, 13, tzinfo=CST))["asymptomatic_new"] == 2
    assert wholes(known_at=datetime(2022, 11, 14, 12, 59, tzinfo=CST))["asymptomatic_new"] == 1


def one(*versions: str, on: date = D, **more: Any) -> dict[str, int]:
    """The figures other than 0 of one case without places."""
    head = "case_id person_id confirmed_on classification origin severity discharged_on died_on recorded_at\n"
    cases = table("cases", head + "\n".join(f"c p {version}" for version in versions))
    return {
        k: v for k, v in wholes(on, "市", tables={"cases": cases}, place="市", known_at=LATER, **more).items() if v
    }


def test_a_case_put_back_to_an_earlier_day_never_was_asymptomatic() -> None:
    versions = "14 asymptomatic local - - - 14T9", "13 confirmed local mild - - 15T9"
    assert "asymptomatic_new" not in one(*versions) and "asymptomatic_observed" not in one(*versions)
    assert "converted_new_local" not in one(*versions, on=D - DAY)


def test_a_case_turned_on_the_day_it_was_found_is_in_both_paragraphs() -> None:
    found = one("14 asymptomatic local - - - 14T9", "14 confirmed local mild - - 14T20")
    assert found["asymptomatic_new"] == found["asymptomatic_converted"] == found["confirmed_new"] == 1
    assert "asymptomatic_observed" not in found


def test_a_confirmed_case_that_proves_asymptomatic_never_was_confirmed() -> None:
    found = one("13 confirmed local mild - - 13T9", "14 asymptomatic local - - - 14T9")
    assert found["asymptomatic_new"] == 1 and "confirmed_total" not in found
    assert one("13 confirmed local mild - - 13T9", "14 asymptomatic local - - - 14T9", on=D - DAY) == {}


@pytest.mark.parametrize(
    ("ends", "total"),
    [("14 14", "deaths_total"), ("13 14", "discharged_total"), ("14 13", "deaths_total"), ("- 14", "deaths_total")],
)
def test_who_is_discharged_and_dies_counts_once(ends: str, total: str) -> None:
    found = one(f"10 confirmed local mild {ends} 14T9")
    assert {k for k in found if k.endswith("_total")} == {"confirmed_total", total}
    assert "active" not in found


def test_a_death_before_the_confirmation_counts_on_the_day_of_confirmation() -> None:
    death = "14 confirmed local mild - 12 14T9"
    assert one(death)["deaths_new"] == one(death)["deaths_total"] == one(death)["confirmed_new"] == 1
    assert one(death, on=D - DAY) == {}


def test_the_death_of_an_asymptomatic_case_ends_its_observation_only() -> None:
    assert one("12 asymptomatic local - - 14 14T9") == {}
    assert one("12 asymptomatic local - - 14 14T9", on=D - DAY)["asymptomatic_observed"] == 1


def test_severity_is_what_was_on_record_by_the_end_of_the_day() -> None:
    worse = "10 confirmed local mild - - 10T9", "10 confirmed local severe - - 14T23"
    assert one(*worse)["severe"] == one(*worse)["severe_change"] == 1
    assert "severe" not in one(*worse, on=D - DAY)
    assert "severe_change" not in one(*worse, on=D + DAY) and one(*worse, on=D + DAY)["severe"] == 1
    late = ("10 confirmed local severe - - 15T9", "10 confirmed local mild - - 16T9")
    assert one(*late)["severe"] == 1  # nothing was on record yet: what was recorded first


def test_a_severe_case_that_left_yesterday_changes_nothing_today() -> None:
    left = "10 confirmed local severe - - 10T9", "10 confirmed local severe 13 - 13T9"
    assert one(*left, on=D - DAY)["severe_change"] == -1
    assert "severe_change" not in one(*left)


def test_midnight_belongs_to_the_day_that_it_opens() -> None:
    worse = "10 confirmed local mild - - 10T9", "10 confirmed local severe - - 15T0"
    assert "severe" not in one(*worse) and one(*worse, on=D + DAY)["severe_change"] == 1


def test_the_day_ends_by_the_clock_of_known_at() -> None:
    worse = "10 confirmed local mild - - 10T9", "10 confirmed local severe - - 15T1"  # 17:00 on the 14th in UTC
    head = "case_id person_id confirmed_on classification origin severity discharged_on died_on recorded_at\n"
    cases = {"cases": table("cases", head + "\n".join(f"c p {version}" for version in worse))}
    utc, cst = (
        wholes(D, "市", tables=cases, place="市", known_at=datetime(2022, 11, 20, tzinfo=zone)) for zone in (UTC, CST)
    )
    assert (utc["severe"], cst["severe"]) == (1, 0)


def test_an_active_case_without_severity_leaves_severe_out() -> None:
    text = CASES + "unrated p3 14 confirmed local - - - 14T9\n"
    found = wholes(tables=TABLES | {"cases": table("cases", text)})
    assert "severe" not in found and "severe_change" not in found
    assert found["severe_imported"] == 0  # of the imported all are rated
    tomorrow = wholes(
        D + DAY, tables=TABLES | {"cases": table("cases", text + "unrated p3 14 confirmed local mild - - 15T1\n")}
    )
    assert tomorrow["severe"] == 1 and "severe_change" not in tomorrow  # of yesterday nothing is known


EVENTS = """
event_id person_id kind               occurred_on recorded_at voids
e1       p1        exposed_to_case    12          12T9        -
e2       p1        exposed_to_case    13          13T9        -
e3       p3        exposed_to_case    14          14T9        -
e4       p4        exposed_to_case    15          15T9        -
e5       p5        exposed_to_contact 12          12T9        -
e6       p6        exposed_to_case    12          12T9        -
e7       p6        void               12          13T9        e6
e8       p8        exposed_to_case    10          10T9        -
e9       p10       exposed_to_case    10          10T9        -
"""
MEASURES = """
person_id rulebook measure       phase   restriction      from until because
p1        book     close_contact central home_isolation   13   14    e1
p1        book     close_contact central home_isolation   14   15    e2
p3        book     close_contact central home_isolation   15   18    e3
p8        book     close_contact central home_isolation   11   13    e8
p10       book     close_contact central home_isolation   11   13    e9
p10       book     close_contact watch   -                14   16    e9
p5        book     contact_of    home    home_isolation   13   20    e5
p6        book     close_contact central home_isolation   13   20    e6
"""


def contacts(on: date = D, measures: str | None = MEASURES, **more: Any) -> tuple[int | None, ...]:
    tables = TABLES | {"events": table("events", EVENTS)}
    found = wholes(on, tables=tables, measures=table("measures", measures) if measures else None, **more)
    return tuple(found.get(f"contacts_{name}") for name in ("total", "observed", "released"))


def test_contacts_are_persons_with_an_exposure_that_was_not_taken_back() -> None:
    assert contacts() == (4, 1, 1)  # p1 p3 p8 p10; p1 observed; p10 released, p8 became a case
    assert contacts(D - DAY) == (3, 3, 0)  # p1 p8 p10
    assert contacts(D + DAY) == (5, 2, 0)  # p1 p3
    assert contacts(D + 2 * DAY, known_at=LATER)[1:] == (1, 0)  # p3; of p1 no days are left, but p1 is a case
    assert contacts(known_at=datetime(2022, 11, 14, 8, tzinfo=CST))[0] == 3


def test_a_contact_who_leaves_hospital_today_is_not_released_as_a_contact() -> None:
    stay = "person_id rulebook measure phase restriction from until because\np10 book close_contact - home 11 13 e9"
    ill = CASES + "brief p10 11 asymptomatic local - {} - 13T9\n"
    events = {"events": table("events", EVENTS)}
    for day, released in ((14, 0), (13, 1)):
        tables = TABLES | events | {"cases": table("cases", ill.format(day))}
        assert wholes(tables=tables, measures=table("measures", stay))["contacts_released"] == released


def test_the_kinds_of_contact_are_the_callers() -> None:
    assert contacts(contact_kinds=["exposed_to_case", "exposed_to_contact"]) == (5, 2, 1)
    assert (
        contacts(D - DAY, known_at=datetime(2022, 11, 13, 8, tzinfo=CST), contact_kinds=["exposed_to_case"])[0] == 4
    )


def test_contacts_of_a_part_live_there() -> None:
    assert contacts(place="west", at="西区") == (1, 0, 0)


def test_what_is_not_given_has_no_figure() -> None:
    assert contacts(measures=None) == (4, None, None)
    assert not [measure for measure in wholes() if measure.startswith(("contacts", "suspected"))]


def test_without_events_the_measures_say_nothing() -> None:
    found = wholes(measures=table("measures", MEASURES))
    assert not [measure for measure in found if measure.startswith("contacts")]


def test_provinces_of_the_nation_go_by_their_short_names() -> None:
    places = table(
        "places", "place_id parent_id kind name\ngd - province 广东省\nbj - province 北京市\nbt - corps 兵团\n"
    )
    people = table("people", "person_id home_place_id\np1 gd\np2 gd\np3 bt\np4 bj\np5 -\np6 -\np7 -\np8 -\np9 -\n")
    tables = {"cases": TABLES["cases"], "places": places, "people": people}
    rows = [r for r in count_figures(tables, D, "全国").to_pylist() if r["measure"] == "confirmed_new_local"]
    assert [(r["place"], r["place_code"], r["value"], r["note"]) for r in rows] == [
        ("全国", "100000", 2, "1例报告地区不明"),
        ("广东", "440000", 1, None),
    ]
    english = [r["place"] for r in count_figures(tables, D, "全国", lang="en").to_pylist()]
    assert english[0] == "China" and "Beijing" in english  # abroad, p4


def test_names_are_in_the_language_asked_for() -> None:
    assert lists(at="Yunxi", lang="en")["confirmed_new_local"] == [("North District", 1), ("East District", 1)]


def test_a_line_list_alone_is_enough() -> None:
    found = figures(place="云溪市", tables={"cases": TABLES["cases"]})
    assert {place for _, place, _ in found} == {"云溪市"}
    assert {m: v for m, _, v in found} == wholes()


def test_a_place_that_lies_in_itself_ends_the_search() -> None:
    text = PLACES.replace("city      -  ", "city      e-flat")
    found = wholes(place="city", tables=TABLES | {"places": table("places", text)})
    assert found["confirmed_new"] == 3 and found["asymptomatic_new"] == 1  # nobody knows that there is no other place


@pytest.mark.parametrize(
    ("code", "ask"),
    [
        ("no-table", {"tables": {}}),
        ("naive-instant", {"known_at": datetime(2022, 11, 20)}),  # noqa: DTZ001
        ("not-yet-known", {"known_at": datetime(2022, 11, 13, 23, tzinfo=CST)}),
        ("not-yet-known", {"on": date(2022, 11, 16)}),
        ("not-yet-known", {"on": date(2019, 1, 1)}),
        ("not-yet-known", {"on": date(2022, 10, 31), "known_at": LATER}),
        ("unknown-place", {"place": "南区"}),
        ("which-place", {"tables": {"cases": TABLES["cases"]}}),
        ("which-place", {"tables": TABLES | {"places": table("places", PLACES + "t - city 乙市 -\n")}}),
        (
            "which-place",
            {"place": "东区", "tables": TABLES | {"places": table("places", PLACES + "t city county 东区 -\n")}},
        ),
    ],
)
def test_what_cannot_be_answered_is_refused(code: str, ask: dict[str, Any]) -> None:
    with pytest.raises(SizaoError) as error:
        figures(**{"on": D} | ask)
    assert error.value.code == code and error.value.todo


def test_nothing_recorded_since_is_nothing_new_once_it_is_known() -> None:
    assert wholes(date(2022, 11, 20), known_at=LATER)["confirmed_new"] == 0


def told(lines: str, on: date = D) -> dict[str, int]:
    """The numbers of a city whose line list begins with a case of the 2nd, asymptomatic and local, still there."""
    head = "case_id person_id confirmed_on classification origin severity discharged_on died_on recorded_at\n"
    first = "first p1 2 asymptomatic local - - - 2T9\n"
    cases = table("cases", head + first + lines)
    return wholes(on, tables=TABLES | {"cases": cases}, known_at=LATER)


def test_parts_of_nothing_have_no_row() -> None:
    found = told("")
    assert found["deaths_new"] == found["confirmed_new"] == found["asymptomatic_converted"] == 0
    assert not [name for name in found if name.endswith(("_imported", "_local")) and "observed" not in name]
    assert found["asymptomatic_observed"] == 1 and found["asymptomatic_observed_imported"] == 0


def test_where_one_part_is_all_the_other_has_no_row_and_where_both_count_both_have() -> None:
    local, abroad = (f"{origin} p2 14 confirmed {origin} mild - - 14T9\n" for origin in ("local", "imported"))
    found = told(local)
    assert found["confirmed_new"] == found["confirmed_new_local"] == 1 and "confirmed_new_imported" not in found
    assert found["confirmed_total_imported"] == 0 and "deaths_total_imported" not in found
    found = told(local + abroad)
    assert found["confirmed_new_imported"] == found["confirmed_new_local"] == 1
    assert found["active_imported"] == 1 and found["discharged_total"] == found["deaths_total"] == 0
    assert "deaths_total_imported" not in found and "severe_imported" not in found


def test_a_quiet_day_is_written_without_idle_zeros() -> None:
    left = "abroad p2 5 confirmed imported mild 9 - 5T9\nhere p3 6 confirmed local mild - - 6T9\n"
    cases = table("cases", CASES.strip().splitlines()[0] + "\n" + left)
    places = table("places", "place_id parent_id kind name code\njs - province 江苏省 320000\n")
    counted = count_figures({"cases": cases, "places": places}, D, "js", known_at=LATER)
    text, english = (write_bulletin(counted, D, "江苏", lang) for lang in ("zh", "en"))
    assert "江苏省报告无新增确诊病例。无新增死亡病例。\n" in text and "当日无新增治愈出院病例，" in text
    assert "无境外输入现有确诊病例。境外输入累计报告确诊病例1例" in text
    assert not re.search("含0例|病例0例[，。](?!境外输入累计|截至|累计)|无本土|境外输入无", text)
    assert "converted" not in english and "none local" not in english
    back = {(f.measure, f.value) for f in read_text(text, "2022-11-15.txt").figures}
    assert back == {(row["measure"], row["value"]) for row in counted.to_pylist()}
