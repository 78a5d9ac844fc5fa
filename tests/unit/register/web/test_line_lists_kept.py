"""Line lists that are kept and shared, done to many at once, and taken out as files."""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import Any

import pytest

from sizao.register.models import Assignment, Membership, Read, SavedList, Team

TODAY = dt.date(2022, 11, 20)
LISTS = ("people", "cases", "events", "tests", "orders", "requests", "places")


@pytest.fixture(autouse=True)
def held_today(settings: Any) -> None:
    settings.SIZAO_TODAY = TODAY


@pytest.fixture(params=[3000, 0], ids=["through few", "in order"])
def few(request: Any, monkeypatch: Any) -> int:
    """Both ways in which rows are found."""
    from sizao.register import remembered
    from sizao.register.line_lists import find

    monkeypatch.setattr(remembered, "_kept", {})
    monkeypatch.setattr(find, "FEW", request.param)
    monkeypatch.setattr(find, "FEW_PEOPLE", request.param)
    return request.param  # type: ignore[no-any-return]


def test_a_list_is_kept_opened_replaced_and_forgotten(sign_in: Any, sides: Any) -> None:
    browser = sign_in("tracer")
    sent = {"of": "tests", "query": "result=positive&after=x&ct.is=filled", "name": "阳性 <b>"}
    page = browser.post("/lists/keep", sent)
    assert (page.status_code, page["Location"]) == (303, "/lists/tests?ct.is=filled&result=positive")
    assert "阳性 &lt;b&gt;" in browser.get("/lists").content.decode()
    browser.post("/lists/keep", {**sent, "query": "result=negative"})
    kept = SavedList.objects.get()
    assert (kept.query, kept.team, kept.user) == ("result=negative", None, browser.user)
    stranger = sign_in("tracer")
    assert stranger.post("/lists/forget", {"list": kept.pk}).status_code == 404
    assert stranger.post("/lists/forget", {"list": "9" * 40}).status_code == 404
    assert browser.post("/lists/forget", {"list": kept.pk}).status_code == 303
    assert not SavedList.objects.exists()


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"name": ""}, 303),
        ({"name": "x" * 101}, 400),
        ({"name": "a\0"}, 400),
        ({"of": "nothing"}, 400),
        ({"of": "requests"}, 403),
        ({"query": "name=李四"}, 400),
        ({"query": "x=" + "y" * 3000}, 400),
        ({"team": "1"}, 404),
        ({"team": "9" * 30}, 400),
        ({"team": "x"}, 400),
    ],
)
def test_what_cannot_be_kept(more: dict[str, str], status: int, sign_in: Any, sides: Any) -> None:
    browser = sign_in("laboratory")
    given = {"of": "tests", "query": "", "name": "n", **more}
    if more == {"team": "1"}:
        given["team"] = str(Team.objects.get(name="team-of-jia").pk)
    assert browser.post("/lists/keep", given).status_code == status
    assert not SavedList.objects.exists()


def test_a_kept_list_is_shared_with_the_team_alone_and_shows_each_their_own_area(sign_in: Any, sides: Any) -> None:
    team = Team.objects.get(name="team-of-jia")
    mine, mate, stranger = sign_in("tracer", "jia"), sign_in("tracer", "yi"), sign_in("tracer", "jia")
    for browser in (mine, mate):
        Membership.objects.create(team=team, user=browser.user)
    sent = {"of": "tests", "query": "result=pending", "name": "待出", "team": team.pk}
    assert mine.post("/lists/keep", sent).status_code == 303
    mine.post("/lists/keep", {**sent, "name": "只给我", "team": ""})
    assert "待出" in mate.get("/lists").content.decode() and "只给我" not in mate.get("/lists").content.decode()
    assert "待出" not in stranger.get("/lists").content.decode()
    assert "待出" not in stranger.get("/lists/tests").content.decode()
    text = mate.get("/lists/tests?result=pending").content.decode()
    assert sides["jia"].ids["test_id"] not in text and sides["yi"].ids["test_id"] in text
    kept = SavedList.objects.get(name="待出")
    assert mate.post("/lists/forget", {"list": kept.pk}).status_code == 404


def test_many_are_previewed_then_assigned_and_told_row_by_row(sign_in: Any, sides: Any, city: Any) -> None:
    browser = sign_in("epidemiologist")
    team = Team.objects.get(name="team-of-jia")
    page = browser.get("/lists/people?assigned.is=empty")
    assert "All 2 of this filter" in page.content.decode()
    sent: dict[str, Any] = {"list": "people", "back": "assigned.is=empty", "do": "assign", "every": "1"}
    page = browser.post("/work/do", {**sent, "how": f"team:{team.pk}"}, follow=True)
    text = page.content.decode()
    assert len(page.context["rows"]) == 2 and not Assignment.objects.exists()
    assert 'name="list" value="people"' in text and city.yi_person not in text
    sent |= {"who": [row["person_id"] for row in page.context["rows"]], "how": f"team:{team.pk}", "every": ""}
    done = browser.post("/work/do", {**sent, "key": page.context["key"]}, follow=True).content.decode()
    assert Assignment.objects.filter(latest=True, team=team).count() == 2
    assert 'href="/lists/people?assigned.is=empty"' in done and done.count("pill good") == 2
    assert "Nothing fits" in browser.get("/lists/people?assigned.is=empty").content.decode()


def test_too_many_at_once_or_of_a_list_that_is_not_theirs_are_refused(
    sign_in: Any, sides: Any, monkeypatch: Any
) -> None:
    from sizao.web.screens import ticked

    browser = sign_in("epidemiologist")
    sent = {"list": "people", "do": "assign", "every": "1", "back": ""}
    assert browser.post("/work/do", {**sent, "back": "name=x"}).status_code == 400
    assert browser.post("/work/do", {**sent, "list": "nothing"}).status_code == 400
    assert sign_in("commander").post("/work/do", {**sent, "list": "requests"}).status_code == 403
    monkeypatch.setattr(ticked, "MOST", 1)
    page = browser.post("/work/do", sent, follow=True)
    assert page.status_code == 400 and "too many" in page.content.decode()


def read_csv(page: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(page.getvalue().decode("utf-8-sig"))))


def test_a_file_has_the_filter_and_the_columns_and_is_logged(few: int, sign_in: Any, sides: Any, city: Any) -> None:
    from sizao.register.actions import tests

    browser, person = sign_in("epidemiologist"), sides["jia"].ids["person_id"]
    tests.record_test(by=city.job, person_id=person, sampled_on=TODAY, result="positive", tube_id="=1+1")
    sent = {"of": "tests", "query": "result=positive&columns=tube_id,person_id,home,sampled_on", "format": "csv"}
    rows = read_csv(browser.post("/lists/file", sent))
    assert rows == [
        {"tube_id": "'=1+1", "person_id": person, "home": "nation区 / jia区 / jia-1区", "sampled_on": "2022-11-20"}
    ]
    read = Read.objects.filter(what="export").latest("pk")
    assert read.people == 1 and "list=tests, format=csv, names=no, result=positive" in read.asked
    assert read_csv(browser.post("/lists/file", {**sent, "names": "yes"}))[0]["name"] == "李四"
    people = read_csv(browser.post("/lists/file", {"of": "people", "query": "", "names": "yes"}))
    assert {row["name"] for row in people} == {"李四", "钱jia"} and people[0]["phone"] is not None
    assert "13800138000" in {row["phone"] for row in people}
    assert "NUMBERjia" in {row["number"] for row in people}
    for of in LISTS:
        rows = read_csv(browser.post("/lists/file", {"of": of, "query": ""}))
        assert rows and not any(secret in str(rows) for secret in sides["yi"].texts), of
        assert "李四" not in str(rows)


@pytest.mark.parametrize("of", LISTS)
@pytest.mark.parametrize("format", ["xlsx", "parquet"])
def test_files_of_each_kind_hold_every_column(of: str, format: str, sign_in: Any, sides: Any) -> None:
    import pyarrow.parquet as pq

    from sizao.register.line_lists.columns import LISTS as ALL

    browser = sign_in("epidemiologist")
    names = [name for name in ALL[of].columns if name != "phone"]
    page = browser.post("/lists/file", {"of": of, "query": f"columns={','.join(names)}", "format": format})
    data = page.getvalue()
    assert page.status_code == 200
    if format == "parquet":
        table = pq.read_table(io.BytesIO(data))
        assert table.column_names == names and table.num_rows >= 1
    else:
        assert data[:2] == b"PK"


def test_who_may_not_export_gets_no_file(sign_in: Any, sides: Any) -> None:
    for role in ("tracer", "commander", "laboratory", "administrator"):
        browser = sign_in(role)
        assert browser.post("/lists/file", {"of": "places", "query": ""}).status_code == 403
        assert 'action="/lists/file"' not in browser.get("/lists/places").content.decode()
    browser = sign_in("epidemiologist")
    for bad in ({"of": "nothing"}, {"of": "people", "format": "exe"}, {"of": "people", "query": "x=1"}):
        assert browser.post("/lists/file", bad).status_code == 400


def test_an_export_leaves_out_where_one_may_not_export(sign_in: Any, sides: Any, city: Any) -> None:
    from sizao.register.models import Grant, Place

    browser = sign_in("epidemiologist", "jia")
    yi = Place.objects.unscoped("test").get(place_id="yi")
    Grant.objects.create(user=browser.user, role="tracer", place=yi, since=city.job.at)
    assert len(browser.get("/lists/tests").context["rows"]) == 2
    assert len(read_csv(browser.post("/lists/file", {"of": "tests", "query": ""}))) == 1
