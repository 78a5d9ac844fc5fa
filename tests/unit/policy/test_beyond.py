"""What a local rulebook asks for beyond those that it is laid over."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from sizao.policy import chain, get, read_rulebook
from sizao.policy.beyond import Beyond, find_beyond

BEFORE, CHANGE = dt.date(2022, 11, 10), dt.date(2022, 11, 11)


def found(local: str) -> list[Beyond]:
    return find_beyond(get(local), chain("cn-2022-11-11"))


def told(rows: list[Beyond]) -> list[tuple[str, str, tuple[int, int | None]]]:
    return [(b.kind, b.how, b.days) for b in rows]


def test_changsha_asks_for_nothing_more_than_the_ninth_plan() -> None:
    assert [b for b in found("loc-changsha-2022") if b.since < CHANGE] == []


def test_changsha_is_stricter_from_the_day_of_the_twenty_measures_without_changing_a_word() -> None:
    rows = found("loc-changsha-2022")
    assert {(b.over, b.since, b.until) for b in rows} == {("cn-2022-11-11", CHANGE, None)}
    assert told(rows) == [
        ("left_high_risk_area", "stricter", (1, 7)),
        ("left_high_risk_area", "more_tests", (2, 2)),
        ("left_medium_risk_area", "no_rule", (1, 7)),
        ("arrived_from_abroad", "stricter", (5 + 1, 7)),
        ("arrived_from_abroad", "longer", (5 + 3 + 1, 7 + 3)),
    ]


def test_what_an_amendment_leaves_as_it_was_is_told_once() -> None:
    amended = find_beyond(get("loc-changsha-2022"), chain("cn-2022-11-21"))
    assert get("cn-2022-11-21").amends == "cn-2022-11-11"
    assert amended == found("loc-changsha-2022")


def test_what_a_whole_new_rulebook_says_is_told_anew() -> None:
    rows = find_beyond(get("loc-changsha-2022"), chain("cn-2023-01-08"))
    last = dt.date(2023, 1, 7)
    assert {(b.over, b.since, b.until) for b in rows} == {
        ("cn-2022-11-11", CHANGE, last),
        ("cn-2023-01-08", dt.date(2023, 1, 8), None),
    }
    assert told([b for b in rows if b.until is None]) == [
        ("left_high_risk_area", "no_rule", (1, 7)),
        ("left_medium_risk_area", "no_rule", (1, 7)),
        ("arrived_from_abroad", "no_rule", (1, 7 + 3)),
    ]


def test_both_clauses_are_told_in_both_languages() -> None:
    row = found("loc-changsha-2022")[0]
    assert (row.clause, row.over_clause) == ("长沙·高风险区（红码）", "二（三）")
    for text in (row.sentence.zh, row.sentence.en):
        assert "2022-11-11" in text
        assert row.clause in text
        assert "（二（三））" in text or "(二（三）)" in text
    assert "第1至7天《进一步优化防控工作的二十条措施》至多居家隔离" in row.sentence.zh
    assert "on days 1 to 7" in row.sentence.en
    assert "asks for central isolation" in row.sentence.en


def test_a_kind_that_the_other_leaves_alone_is_told_with_all_that_is_asked() -> None:
    row = next(b for b in found("loc-changsha-2022") if b.how == "no_rule")
    assert row.over_clause == "二（四）"
    assert "home isolation on days 1 to 7, tests on days 1, 4, 7" in row.sentence.en
    assert "第1至7天居家隔离、第1、4、7天检测" in row.sentence.zh


def test_kinds_that_the_other_does_not_name_have_no_clause_of_its_own() -> None:
    rows = [b for b in found("loc-yichun-2022-10-28") if b.how == "unnamed"]
    assert {(b.kind, b.over, b.since, b.until) for b in rows} == {
        (kind, *when)
        for kind in ("left_affected_county", "arrived_in_city")
        for when in (
            ("cn-2022-06-27", dt.date(2022, 10, 28), BEFORE),
            ("cn-2022-11-11", CHANGE, None),
        )
    }
    assert {b.over_clause for b in rows} == {None}


def test_a_dated_trigger_counts_while_its_dates_last() -> None:
    rows = [b for b in found("loc-chongqing-2022-02") if b.kind == "arrived_from_baise"]
    topped_up = [b for b in rows if "1月27日" in b.clause]
    in_full = [b for b in rows if "2月7日起" in b.clause]
    assert [(b.over, b.since) for b in topped_up] == [("cn-2021-05", dt.date(2022, 1, 27))]
    assert [(b.over, b.since) for b in in_full] == [
        ("cn-2021-05", dt.date(2022, 2, 7)),
        ("cn-2022-06-27", dt.date(2022, 6, 27)),
        ("cn-2022-11-11", CHANGE),
    ]


NATIONAL = """
id: land-2030
title: {zh: 国家办法, en: National rules}
jurisdiction: LAND
disease: lake_fever
document:
  {number: n, title: {zh: 办法, en: rules}, issuer: {zh: 部, en: us}, published: 2030-01-01, effective: 2030-01-01}
test: {zh: 检测, en: test}
restrictions:
  - {id: monitored, title: {zh: 监测, en: monitoring}}
  - {id: at_home, title: {zh: 居家, en: home}}
  - {id: away, title: {zh: 集中, en: centre}}
measures:
  - id: contact
    title: {zh: 接触者, en: contact}
    clause: N1
    triggers: [{event: exposed, day_1: NATIONAL_DAY_1}]
    phases: [{restriction: at_home, days: 5, tests: [1, 5]NATIONAL_PHASE}]
"""
LOCAL = """
id: town-2030
title: {zh: 地方办法, en: Town rules}
jurisdiction: LAND-Town
disease: lake_fever
document:
  {number: t, title: {zh: 办法, en: rules}, issuer: {zh: 镇, en: town}, published: 2030-01-01, effective: 2030-02-01}
over: LAND
test: {zh: 检测, en: test}
restrictions:
  - {id: monitored, title: {zh: 监测, en: monitoring}}
  - {id: at_home, title: {zh: 居家, en: home}}
  - {id: away, title: {zh: 集中, en: centre}}
measures:
  - id: town_contact
    title: {zh: 本地接触者, en: contact in town}
    clause: T1
    triggers: [{event: exposed, day_1: day_after}]
    phases: [PHASES]
"""


def beyond(folder: Path, phases: str, national_phase: str = "", national_day_1: str = "day_after") -> list[Beyond]:
    national, local = folder / "land-2030.yaml", folder / "town-2030.yaml"
    text = NATIONAL.replace("NATIONAL_DAY_1", national_day_1).replace("NATIONAL_PHASE", national_phase)
    national.write_text(text, "utf-8")
    local.write_text(LOCAL.replace("PHASES", phases), "utf-8")
    return find_beyond(read_rulebook(local), [read_rulebook(national)])


@pytest.mark.parametrize(
    ("phases", "expected"),
    [
        ("{restriction: at_home, days: 5, tests: [1, 5]}", []),
        ("{restriction: monitored, days: 5}", []),
        ("{restriction: at_home, days: 5, tests: [2, 4]}", []),  # as many, on other days
        ("{restriction: at_home, days: 6}", [("longer", (6, 6))]),
        ("{restriction: away, days: 2}, {restriction: at_home, days: 3}", [("stricter", (1, 2))]),
        ("{restriction: at_home, days: 5, tests: [1, 3, 4, 5]}", [("more_tests", (3, 4))]),
        (
            "{restriction: away, days: 7, tests: daily}",
            [("stricter", (1, 5)), ("longer", (6, 7)), ("more_tests", (2, 7))],
        ),
        ("{restriction: at_home, until: release, release: [{event: freed}]}", [("longer", (6, None))]),
    ],
)
def test_what_is_beyond(tmp_path: Path, phases: str, expected: list[tuple[str, tuple[int, int | None]]]) -> None:
    rows = beyond(tmp_path, phases)
    assert [(b.how, b.days) for b in rows] == expected
    assert {(b.over, b.since, b.until) for b in rows} <= {("land-2030", dt.date(2030, 2, 1), None)}


def test_a_restriction_that_is_left_to_authorities_is_not_beyond(tmp_path: Path) -> None:
    assert beyond(tmp_path, "{restriction: away, days: 5}", ", up_to: away") == []


def test_days_are_compared_by_date_and_told_by_the_local_count(tmp_path: Path) -> None:
    rows = beyond(tmp_path, "{restriction: at_home, days: 5}", national_day_1="same_day")
    assert [(b.how, b.days) for b in rows] == [("longer", (5, 5))]  # the sixth day from the exposure


def test_an_end_that_is_not_known_is_told_in_words(tmp_path: Path) -> None:
    (row,) = beyond(tmp_path, "{restriction: at_home, until: release, release: [{event: freed}]}")
    assert "on days 6 and after" in row.sentence.en
    assert "第6天及以后各天" in row.sentence.zh


def test_a_measure_from_which_another_takes_the_facts_is_not_compared() -> None:
    national = get("cn-2022-11-11")
    leaver = national.measure("high_risk_leaver")
    stricter = leaver.model_copy(update={"id": "taker", "takes_from": ("high_risk_leaver",)})
    central = stricter.phases[0].model_copy(update={"restriction": "central_isolation", "tests": tuple(range(1, 8))})
    stricter = stricter.model_copy(update={"phases": (central,)})
    both = national.model_copy(update={"measures": (stricter, *national.measures)})
    rows = find_beyond(get("loc-changsha-2022"), [both])
    assert "left_high_risk_area" not in {b.kind for b in rows}
