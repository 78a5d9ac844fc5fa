"""The situation: what it counts and compares, tracing, doubts; for whom, where, in both languages, once a minute."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from sizao.register.tracing import delay_of, percentile

TODAY = dt.date(2022, 11, 20)
HOSTILE = "<script>alert('x')</script>" + "长" * 170


pytestmark = pytest.mark.usefixtures("on_that_day")


def figures(path: str = "", days: int = 7) -> Any:
    from sizao.register.situation import count_situation

    return count_situation(path, days)


def path_of(place_id: str) -> str:
    from sizao.register.models import Place

    return str(Place.objects.unscoped("test").get(place_id=place_id).path)


def text_of(browser: Client, address: str = "/situation") -> str:
    page = browser.get(address)
    assert page.status_code == 200
    return page.content.decode()


# What it counts


def test_this_period_and_the_last_have_as_many_days_and_do_not_overlap(record: Any) -> None:
    for ago in (0, 6, 7, 13, 14):
        record(ago)
    assert figures().flows["new"] == (2, 2)
    assert figures(days=1).flows["new"] == (1, 0)
    assert figures(days=14).flows["new"] == (4, 1)


def test_cases_are_told_apart_and_those_withdrawn_do_not_count(record: Any, city: Any) -> None:
    from sizao.register.actions import cases

    record(1, classification="asymptomatic")
    record(1, severity="severe", onset_on=TODAY)
    dead = record(9, severity="critical")
    cases.update_case(by=city.job, case_id=dead.case_id, version=1, died_on=TODAY - dt.timedelta(days=8))
    gone = record(1)
    cases.withdraw_case(by=city.job, case_id=gone.case_id, version=1)
    flows = figures().flows
    assert (flows["new"], flows["asymptomatic"], flows["severe"]) == ((2, 1), (1, 0), (1, 1))
    assert flows["deaths"] == (0, 1)
    assert figures().doubts["onset_after"] == 1


def test_a_correction_moves_a_case_to_its_new_day(record: Any, city: Any) -> None:
    from sizao.register.actions import cases

    case = record(1)
    cases.update_case(by=city.job, case_id=case.case_id, version=1, confirmed_on=TODAY - dt.timedelta(days=9))
    assert figures().flows["new"] == (0, 1)


def test_samples_count_as_their_latest_version_says(city: Any) -> None:
    from sizao.register.actions import tests

    old = tests.record_test(by=city.job, person_id=city.jia_person, sampled_on=TODAY - dt.timedelta(days=3))
    tests.record_test(by=city.job, person_id=city.jia_person, sampled_on=TODAY - dt.timedelta(days=2))
    assert figures().doubts["pending"] == 1  # the other was taken two days ago, which may be less than 48 hours
    tests.record_result(by=city.job, test_id=old.test_id, version=1, result="positive")
    assert figures().flows["tests"] == (2, 0)
    assert figures().flows["positive"] == (1, 0)
    assert figures().doubts["pending"] == 0
    assert figures(path_of("yi")).flows["tests"] == (0, 0)
    assert figures(path_of("jia")).flows["positive"] == (1, 0)


def test_who_was_under_an_order_when_sampled_was_found_under_a_measure(record: Any, city: Any) -> None:
    from sizao.register.actions import orders, tests

    about = {"by": city.job, "person_id": city.jia_person}
    orders.impose_order(**about, since=TODAY - dt.timedelta(days=4), issuer="x", restriction="home_isolation")
    tests.record_test(**about, sampled_on=TODAY - dt.timedelta(days=2), result="positive")
    record(1, person=city.jia_person, onset_on=TODAY - dt.timedelta(days=3))
    record(1)
    found = figures()
    assert found.flows["under"] == (1, 0)
    assert found.tracing[0].under == (1, 2)
    assert found.tracing[0].delays["onset_found"] == delay_of([1])
    assert found.tracing[0].delays["isolated_treated"].cases == 0
    assert found.curve.report[-2] == (1, 1)
    assert found.curve.onset[-4] == (1, 0)
    assert found.curve.no_onset == 1


def test_whom_a_rule_held_when_sampled_was_found_under_a_measure_an_order_given_afterwards_changes_nothing(
    record: Any, city: Any
) -> None:
    from sizao.register.actions import events, orders

    source = record(5)
    events.record_exposure(
        by=city.job, person_id=city.jia_person, case_id=source.case_id, occurred_on=TODAY - dt.timedelta(days=3)
    )
    record(1, person=city.jia_person)
    late = record(1)
    since = TODAY - dt.timedelta(days=2)
    orders.impose_order(by=city.job, person_id=late.person_id, since=since, issuer="x", restriction="home_isolation")
    found = figures()
    assert found.flows["under"] == (1, 0)
    assert found.tracing[0].no_source == (2, 3)
    assert (found.tracing[0].contacts, found.tracing[0].with_contacts) == (1, 1)


def test_an_area_counts_its_own_and_everywhere_those_too_whose_home_is_not_known(record: Any) -> None:
    record(1, "jia-1")
    record(1, "yi")
    record(1, "")
    assert figures().flows["new"][0] == 3
    assert figures().doubts["no_home"] == 1
    assert figures(path_of("nation")).flows["new"][0] == 2
    assert figures(path_of("jia")).flows["new"][0] == 1
    parts = {part.place_id: part.cases for part in figures(path_of("nation")).parts}
    assert parts == {"jia": 1, "yi": 1} == {part.place_id: part.cases for part in figures().parts}


def test_percentiles_are_values_that_some_case_had() -> None:
    assert percentile([], 0.5) is None
    assert percentile([3], 0.8) == 3
    assert [percentile([1, 2, 3, 4, 5], share) for share in (0.5, 0.8)] == [3, 4]
    assert percentile([4, 1, 3, 2], 0.5) == 2


def test_how_late_records_come_is_said_of_enough_cases_alone(record: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from sizao.register.found import read_cases
    from sizao.register.tracing import draw_up_curve

    one = (record(0), read_cases("", TODAY, TODAY))[1][0]
    noon = dt.datetime(2022, 11, 20, 4, tzinfo=dt.UTC)

    def late(days: int, n: int) -> list[Any]:
        return [replace(one, confirmed_on=TODAY - dt.timedelta(days=days), recorded_at=noon)] * n

    assert draw_up_curve(late(2, 9), TODAY).report_late is None
    assert draw_up_curve([*late(2, 2), *late(0, 8)], TODAY).report_late == 2
    assert draw_up_curve([*late(2, 1), *late(0, 9)], TODAY).report_late == 0
    assert draw_up_curve(late(20, 20), TODAY).report_late is None  # brought in later


# The page


def test_the_page_shows_figures_and_each_leads_to_its_list(sign_in: Any, record: Any) -> None:
    case = record(1)
    browser = sign_in("commander")
    page = text_of(browser)
    links = {link.replace("&amp;", "&") for link in re.findall(r'href="(/situation/list\?[^"]+)"', page)}
    assert "/situation/list?what=new&days=7&place=jia" in links
    for link in links:
        assert text_of(browser, link)
    assert case.person_id in text_of(browser, "/situation/list?what=new&days=7&place=jia")
    assert case.person_id not in text_of(browser, "/situation/list?what=new&days=7&back=1")
    assert 'style="' not in page
    assert not re.search(r'<script(?! (?:src="/static/|type="application/json"))', page)


@pytest.mark.parametrize(
    "what", ["new", "under", "tests", "pending", "undecided", "held", "no_home", "deaths", "orders"]
)
def test_a_list_stands_on_record_and_never_names_the_neighbour(what: str, sign_in: Any, sides: Any) -> None:
    from sizao.register.models import Read

    page = text_of(sign_in("commander"), f"/situation/list?what={what}")
    assert Read.objects.filter(what="list", asked__contains=f"what={what}").count() == 1
    assert not [said for said in sides["yi"].texts if said in page]
    assert "钱jia" not in page


def test_the_next_page_of_a_list_goes_on_where_the_first_ended(sign_in: Any, record: Any) -> None:
    cases = [record(1) for _ in range(53)]
    browser = sign_in("commander")
    first = text_of(browser, "/situation/list?what=new")
    after = re.search(r'href="(\?[^"]*after=\d+)"', first)
    assert after is not None
    second = text_of(browser, "/situation/list" + after[1].replace("&amp;", "&"))
    shown = [{case.case_id for case in cases if case.case_id in page} for page in (first, second)]
    assert (len(shown[0]), len(shown[1]), len(shown[0] | shown[1])) == (50, 3, 53)


def test_samples_are_listed_by_day_page_after_page(sign_in: Any, city: Any) -> None:
    from sizao.register.actions import tests

    person, ids = city.jia_person, []
    for n in range(53):
        day = TODAY - dt.timedelta(days=n % 3)
        ids.append(tests.record_test(by=city.job, person_id=person, sampled_on=day, result="negative").test_id)
    browser = sign_in("commander")
    first = text_of(browser, "/situation/list?what=tests")
    after = re.search(r'href="(\?[^"]*after=[\d.]+)"', first)
    assert after is not None
    second = text_of(browser, "/situation/list" + after[1].replace("&amp;", "&"))
    shown = [{name for name in ids if name in page} for page in (first, second)]
    assert (len(shown[0]), len(shown[1]), len(shown[0] | shown[1])) == (50, 3, 53)
    for strange in ("99999999.1", "x", "20221120.", "-1"):
        text_of(browser, f"/situation/list?what=tests&after={strange}")


def test_wrong_roles_are_refused_and_the_neighbours_place_is_not_found(sign_in: Any, sides: Any) -> None:
    assert sign_in("laboratory").get("/situation").status_code == 403
    assert sign_in(None).get("/situation").status_code == 302
    browser = sign_in("commander")
    pages = [browser.get(f"/situation?place={name}") for name in ("yi", "no-such-place", "nation")]
    assert {page.status_code for page in pages} == {404}
    assert browser.get("/situation/list?what=new&place=yi").status_code == 404
    assert browser.get("/situation?place=jia-1").status_code == 200


def test_what_is_counted_next_door_is_not_in_the_figures(sign_in: Any, record: Any) -> None:
    for _ in range(7):
        record(1, "yi")
    record(1, "jia-1")
    page = text_of(sign_in("commander", "jia"))
    assert 'what=new&amp;days=7&amp;place=jia">1</a>' in page


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    "address", ["/situation", "/situation/list", "/situation/list?what=new", "/situation/quality"]
)
def test_an_empty_register_is_shown_in_both_languages(address: str, language: str, sign_in: Any, city: Any) -> None:
    page = text_of(sign_in("commander", None, language=language), address)
    assert "sit_" not in page
    main = re.sub(r"<[^>]+>", " ", page[page.index("<main") : page.index("</main>")])
    if language == "en":
        assert not re.search(r"[一-鿿]", main.replace("区", "")), main
    else:
        assert "Situation" not in main


def test_hostile_names_of_places_are_shown_as_text(sign_in: Any, city: Any, record: Any) -> None:
    from sizao.register.actions import places

    places.add_place(by=city.job, kind="street", name=HOSTILE, parent_id="jia", place_id="jia-2")
    record(1, "jia-2")
    for address in ("/situation", "/situation?place=jia-2", "/situation/list?what=new&place=jia-2"):
        assert "<script>" not in text_of(sign_in("commander"), address)


@pytest.mark.parametrize(
    "asked, status",
    [("days=x", 400), ("days=-7", 400), ("days=9999999999999", 400), ("place=", 200), ("back=2", 400)],
)
def test_a_strange_address_of_a_list_breaks_nothing(asked: str, status: int, sign_in: Any, city: Any) -> None:
    assert sign_in("commander").get(f"/situation/list?what=new&after=9&{asked}").status_code == status


def test_parts_are_ranked_as_asked_and_the_page_stays_small(sign_in: Any, city: Any, record: Any) -> None:
    from sizao.register.actions import places

    for n in range(30):
        places.add_place(by=city.job, kind="street", name=f"街道{n}", parent_id="jia", place_id=f"jia-s{n}")
        record(1 if n else 8, f"jia-s{n}")
    record(1, "jia-s7")
    browser = sign_in("commander")
    page = browser.get("/situation").content.decode()
    order = re.findall(r"place=(jia-s\d+)&amp;days=7\">街道", page)
    assert order[0] == "jia-s7"
    assert len(order) == 20
    assert "10 more places" in page
    assert len(page.encode()) < 50_000
    again = text_of(browser, "/situation?sort=before")
    assert re.findall(r"place=(jia-s\d+)&amp;days=7\">街道", again)[0] == "jia-s0"


# Small counts


def test_people_held_are_set_beside_those_of_the_last_period(city: Any) -> None:
    from dataclasses import replace

    from sizao.register.situation import count_situation
    from sizao.web.screens.situation_shown import Shown

    def rows(small: bool, before: Any) -> list[tuple[str, ...]]:
        held = [("central_isolation", 12), ("home_isolation", 8), (None, 3)]
        here = Shown(replace(found, held=held, held_before=before), None, small, False, False)
        return [
            (row.name, row.now.text, row.before.text, row.change, row.percent) for row in here.held() if row.before
        ]

    found = count_situation("", 7)
    assert rows(False, {"home_isolation": 10, "health_monitoring": 4}) == [
        ("held", "20", "14", "+6", "+43%"),
        ("central_isolation", "12", "0", "+12", ""),
        ("home_isolation", "8", "10", "−2", "-20%".replace("-", "−")),
        ("health_monitoring", "0", "4", "−4", ""),
        ("", "3", "—", "", ""),
    ]
    told = rows(True, {"home_isolation": 10, "health_monitoring": 4})
    assert told[0] == ("held", "20", "—", "", ""), "10 + a hidden one: it could be told from the sum"
    assert rows(True, {"home_isolation": 3, "central_isolation": 2})[0][2] == "5", "two are hidden"
    assert told[3] == ("health_monitoring", "0", "<5", "", "")
    assert [row[2] for row in rows(False, None)] == ["—"] * 4, "not counted is not nobody"


def test_without_names_a_place_narrower_than_a_community_tells_no_small_count(
    sign_in: Any, city: Any, record: Any
) -> None:
    from sizao.register.actions.places import add_place

    for place_id, kind, parent in (("c-1", "community", "jia-1"), ("b-1", "building", "c-1")):
        add_place(by=city.job, place_id=place_id, name=place_id, kind=kind, parent_id=parent)
    record(1, "b-1")
    for role, told in (("commander", ("1", "<5", "<5")), ("epidemiologist", ("1", "1", "1"))):
        browser = sign_in(role)
        community, building = (browser.get(f"/situation?place={place}").context for place in ("c-1", "b-1"))
        part = community["parts"]["rows"][0]["cells"]
        shown = (community["flows"][0].now, part["cases"], building["flows"][0].now)
        assert tuple(cell.text for cell in shown) == told, role
        for cell in [*shown, *part.values(), *(row.now for row in building["stocks"])]:
            assert not cell.link or browser.get(cell.link).status_code == 200, cell


def test_who_sees_no_people_sees_no_small_count_and_nothing_to_tell_it_from(
    sign_in: Any, city: Any, record: Any
) -> None:
    from sizao.register.models import Place
    from sizao.web.screens.situation_shown import Shown, shown_parts

    for _ in range(3):
        record(1, "jia-1")
    for _ in range(7):
        record(1, "yi")
    found = figures(path_of("nation"))
    nation = Place.objects.unscoped("test").get(place_id="nation")
    here = Shown(found, nation, small=True, may_list=False, may_see_excesses=False)
    cells = {row["part"].place_id: row["cells"]["cases"].text for row in shown_parts(here, "cases")["rows"]}
    assert cells == {"jia": "<5", "yi": "·"}  # 10 in all: 7 would tell 3
    assert [row["rate"] for row in shown_parts(here, "cases")["rows"]] == ["—", "—"]
    assert {row.name: row.now.text for row in here.flows()}["new"] == "10"
    assert here.count(4).text == "<5"
    assert here.count(0).text == "0"
    assert here.link("new") == ""
    wide = replace(here, small=False)
    assert {row["cells"]["cases"].text for row in shown_parts(wide, "cases")["rows"]} == {"3", "7"}


def test_the_page_hides_small_counts_by_what_the_role_may(
    sign_in: Any, record: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sizao.register.roles import roles

    record(1)
    counter = replace(roles()["commander"], may=frozenset({"see_figures"}))
    monkeypatch.setattr("sizao.register.access.roles", lambda: {**roles(), "commander": counter})
    page = text_of(sign_in("commander"))
    assert "&lt;5" in page
    assert "<svg" not in page
    assert "/situation/list" not in page
    assert "what=" not in page


def test_no_curve_says_how_few_have_no_onset(city: Any) -> None:
    from sizao.web.screens.situation_curve import draw_curves

    curve = figures().curve
    assert [len(draw_curves(replace(curve, no_onset=n), "en", small=True)) for n in (0, 3, 5)] == [2, 0, 2]


# Kept for a minute


def test_figures_are_counted_once_a_minute_for_an_area(
    sign_in: Any, record: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sizao.register import figures as kept

    counted = []
    count = kept.count_situations
    monkeypatch.setattr(kept, "count_situations", lambda path: counted.append(path) or count(path))
    record(1)
    browser = sign_in("commander")
    for _ in range(3):
        text_of(browser)
    text_of(browser, "/situation?days=14")
    text_of(browser, "/situation?place=jia-1")
    assert counted == [path_of("jia"), path_of("jia-1")]  # all periods at once
    kept._kept.clear()  # another process finds them in the cache
    text_of(browser)
    assert len(counted) == 2
    make_older(61)
    text_of(browser)
    assert len(counted) == 3


def make_older(seconds: float) -> None:
    """The figures that this process has, and no other has newer ones."""
    from sizao.register import figures as kept

    for key, found in [*kept._kept.items()]:
        at = {days: one.counted_at - dt.timedelta(seconds=seconds) for days, one in found.items()}
        kept._kept[key] = {days: replace(one, counted_at=at[days]) for days, one in found.items()}
    kept.cache.clear()


def test_areas_that_were_looked_at_are_counted_again_before_anybody_looks(
    sign_in: Any, record: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sizao.register import figures as kept

    counted = []
    count = kept.count_situations
    monkeypatch.setattr(kept, "count_situations", lambda path: counted.append(path) or count(path))

    class EnoughError(Exception):
        pass

    def turns(n: int) -> Any:
        left = iter(range(n))

        def rest() -> None:
            if next(left, None) is None:
                raise EnoughError
            make_older(31)

        return rest

    def keep(n: int) -> None:
        monkeypatch.setattr(kept, "_rest", turns(n))
        with pytest.raises(EnoughError):
            kept._keep_counting()

    record(1)
    browser = sign_in("commander")
    keep(2)
    assert counted == [path_of("jia")] * 3  # the area of who may see figures, at once and twice again
    assert browser.get("/situation").status_code == 200 and len(counted) == 3
    monkeypatch.setattr(kept, "WATCHED", -1.0)
    make_older(31)
    keep(1)
    assert len(counted) == 3


def test_one_count_for_all_periods_gives_what_each_alone_gives(record: Any) -> None:
    from sizao.register.situation import PERIODS, count_situations

    for back in (0, 1, 6, 8, 15, 27, 29, 55):
        record(back)
    together = count_situations("")
    assert set(together) == {*PERIODS}
    for days, found in together.items():
        alone = figures(days=days)
        assert replace(found, counted_at=alone.counted_at) == alone, days


def test_a_count_that_fails_is_tried_again(city: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from sizao.register import figures as kept

    def fail(path: str) -> Any:
        raise RuntimeError("no")

    with monkeypatch.context() as patch, pytest.raises(RuntimeError):
        patch.setattr(kept, "count_situations", fail)
        kept.situation_of("", 7)
    assert kept.situation_of("", 7).flows["new"] == (0, 0)
