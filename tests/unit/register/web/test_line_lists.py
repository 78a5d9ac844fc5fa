"""Line lists: filters in the address, columns, pages, counts, kept lists, many at once, files; what is refused."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any
from urllib.parse import urlencode

import pytest

from sizao.errors import SizaoError
from sizao.register.models import NowStatus, Person, Read, Team, Test

TODAY = dt.date(2022, 11, 20)
LISTS = ("people", "cases", "events", "tests", "orders", "requests", "places")


@pytest.fixture(autouse=True)
def held_today(settings: Any) -> None:
    settings.SIZAO_TODAY = TODAY


@pytest.fixture(autouse=True)
def nothing_remembered(monkeypatch: Any) -> None:
    from sizao.register import remembered

    monkeypatch.setattr(remembered, "_kept", {})


@pytest.fixture(params=[3000, 0], ids=["through few", "in order"])
def few(request: Any, monkeypatch: Any) -> int:
    """Both ways in which rows are found."""
    from sizao.register.line_lists import find

    monkeypatch.setattr(find, "FEW", request.param)
    monkeypatch.setattr(find, "FEW_PEOPLE", request.param)
    return request.param  # type: ignore[no-any-return]


def ids(page: Any) -> list[str]:
    """The ids in the first column."""
    return re.findall(r'<th scope="row"[^>]*>(?:<a[^>]*>|<span[^>]*>)([^<]*)<', page.content.decode())


def people_on(page: Any) -> list[str]:
    return [row["person_id"] for row in page.context["rows"]]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("of", LISTS)
def test_each_list_shows_the_area_and_not_the_neighbour(
    of: str, language: str, few: int, sign_in: Any, sides: Any
) -> None:
    browser = sign_in("epidemiologist", language=language)
    page = browser.get(f"/lists/{of}")
    text = page.content.decode()
    assert page.status_code == 200
    assert len(page.context["rows"]) >= 1
    for secret in sides["yi"].texts:
        assert secret not in text, secret
    assert browser.get(f"/lists/{of}?area=yi").context["rows"] == []


@pytest.mark.parametrize("of", LISTS)
def test_a_list_without_a_row_says_so(of: str, few: int, sign_in: Any, city: Any) -> None:
    browser = sign_in("epidemiologist", "jia-1")
    column = {"people": "sex=male", "places": "kind=ward"}.get(of, "person_id=p-nobody")
    page = browser.get(f"/lists/{of}?{column}")
    assert page.status_code == 200 and page.context["rows"] == []
    assert "Nothing fits" in page.content.decode() and "Rows: 0" in page.content.decode()


def test_roles_see_the_lists_that_are_theirs(sign_in: Any, sides: Any) -> None:
    seen = {
        "laboratory": {"people", "cases", "events", "tests", "orders"},
        "administrator": {"places"},
        "community_worker": {*LISTS},
        "commander": {*LISTS} - {"requests"},
    }
    for role, lists in seen.items():
        browser = sign_in(role)
        for of in LISTS:
            assert browser.get(f"/lists/{of}").status_code == (200 if of in lists else 403), (role, of)
        text = browser.get("/lists").content.decode()
        assert {of for of in LISTS if f'href="/lists/{of}"' in text} == lists
    assert sign_in("citizen").get("/lists").status_code == 403


def test_names_are_for_who_may_see_them_and_never_in_an_address(sign_in: Any, sides: Any, city: Any) -> None:
    assert "李四" in sign_in("tracer").get("/lists/people").content.decode()
    assert sign_in("commander").get("/lists/people?columns=person_id,phone").status_code == 403
    page = sign_in("commander").get("/lists/people").content.decode()
    assert city.jia_person in page and "李四" not in page and "13800138000" not in page
    page = sign_in("laboratory").get("/lists/tests").content.decode()
    assert "李四" not in page
    tracer = sign_in("tracer")
    for query in ("name=李四", "phone=13800138000", "number.has=1"):
        refused = tracer.get(f"/lists/people?{query}")
        assert refused.status_code == 400 and "Look the person up" in refused.content.decode()
    assert tracer.get("/lists/requests?text.has=x").status_code == 400
    text = sign_in("tracer").get("/lists/requests?columns=request_id,text").content.decode()
    assert "words-of-jia" in text


@pytest.mark.parametrize(
    "query",
    [
        "nothing=1",
        "person_id__in=1",
        "person__area=0",
        "result=nonsense",
        "result.gt=positive",
        "result.from=a",
        "sampled_on.from=yesterday",
        "sampled_on.from=0001-01-01",
        "sampled_on=2022-11-19&sampled_on.from=2022-11-1900",
        "sampled_on.from=2022-11-01&sampled_on.from=2022-11-02",
        "ct.from=1e400",
        "ct.from=nan",
        "ct.is=maybe",
        "recorded_at=2022-11-19",
        "recorded_at.is=empty",
        "person_id=a%00b",
        "tube_id.has=%00",
        "%00=1",
        "person_id=" + "x" * 65,
        "person_id=" + "x" * 900,
        "person_id=" + ",".join(f"p{n}" for n in range(51)),
        "&".join(f"person_id={'y' * 50}{n}" for n in range(45)),
        "columns=person_id,name;drop table",
        "columns=act_id",
        "sort=person_id",
        "sort=-id",
        "area=nowhere",
        "area=%00",
        "after=zzz",
        "after=WzFd",
        "after=" + "9" * 400,
        "at.nothing=1",
        "home=x",
        "tube_id=%ED%A0%80",
    ],
)
def test_what_a_filter_cannot_be_is_refused_in_words(query: str, sign_in: Any, sides: Any) -> None:
    browser = sign_in("tracer", language="zh")
    page = browser.get(f"/lists/tests?{query}&sort=sampled_on" if "sort" not in query else f"/lists/tests?{query}")
    text = page.content.decode()
    if "%ED" in query:
        assert page.status_code in (200, 400)
        return
    assert page.status_code == 400, text[-2000:]
    assert ("Django" not in text and 'class="notice' in text) or "请" in text
    assert not Read.objects.filter(what="list").exists()


def test_filters_of_each_kind(few: int, sign_in: Any, sides: Any, city: Any) -> None:
    from sizao.register.actions import tests

    browser, person = sign_in("epidemiologist"), sides["jia"].ids["person_id"]
    other = next(p.pk for p in Person.objects.unscoped("test").filter(home="jia"))
    tests.record_test(
        by=city.job, person_id=person, sampled_on=TODAY, result="positive", ct=2150, method="antigen", tube_id="%_'"
    )
    tests.record_test(by=city.job, person_id=other, sampled_on=TODAY - dt.timedelta(days=9), result="negative")

    def found(query: str) -> int:
        page = browser.get(f"/lists/tests?{query}")
        assert page.status_code == 200, query
        assert page.context["count"] == f"Rows: {len(page.context['rows'])}", query
        return len(page.context["rows"])

    assert found("") == 3
    assert found("result=positive") == 1
    assert found("result=positive&result=negative") == 2
    assert found("sampled_on.from=2022-11-19") == 2
    assert found("sampled_on.to=2022-11-19") == 2
    assert found("sampled_on.from=2022-11-19&sampled_on.to=2022-11-19") == 1
    assert found("sampled_on=2022-11-20") == 1
    assert found("sampled_on=2022-11-20&sampled_on=2022-11-19&sort=recorded") == 2
    assert found("ct.is=empty") == 2
    assert found("ct.is=filled") == 1
    assert found("ct.from=20&ct.to=21.5") == 1
    assert found("tube_id.has=%25_") == 1
    assert found("tube_id.has=%25") == 1
    assert found("tube_id.has=tube-of") == 1
    assert found("tube_id=tube-of-jia") == 1
    assert found("tube_id=tube-of-yi") == 0
    assert found(f"person_id={person}") == 2
    assert found(f"person_id={person}, {other}") == 3
    assert found(f"person_id={city.yi_person}") == 0
    assert found("area=jia-1") == 2
    assert found("area=nation") == 3
    assert found("recorded_at.from=2022-01-01") == 3
    assert found("recorded_at.to=2022-01-01") == 0


def test_people_are_filtered_by_what_holds_and_who_sees_to_them(
    few: int, sign_in: Any, sides: Any, city: Any
) -> None:
    from sizao.register.actions import people
    from sizao.register.actions.work import assign

    browser, jia = sign_in("epidemiologist"), sides["jia"].ids["person_id"]
    old = people.add_person(by=city.job, home_place_id="jia-1", sex="male", traits="elderly;dialysis").person_id
    other = next(p.pk for p in Person.objects.unscoped("test").filter(home="jia"))
    team = Team.objects.get(name="team-of-jia")
    assign(by=city.job, person_id=old, team_id=team.pk)

    def found(query: str) -> set[str]:
        page = browser.get(f"/lists/people?{query}")
        assert page.status_code == 200, query
        assert page.context["count"] == f"Rows: {len(page.context['rows'])}", query
        return {*people_on(page)}

    everybody = {jia, old, other}
    assert found("") == everybody
    assert found("measure.is=filled") == {jia} == found("restriction=central_isolation")
    assert found("restriction=home_isolation") == set() == found("test_due=yes")
    assert found("test_due=no") == {jia}
    assert found("measure.is=empty") == {old, other} == found("measure.is=empty&restriction.is=empty")
    assert found("measure.is=empty&last_day.is=empty&sex=male") == {old}
    assert found("until=2022-11-19") == {jia} == found("from.from=2022-11-19&from.to=2022-11-19")
    assert found("traits=dialysis") == {old} == found("traits=elderly") == found("traits=child_alone&traits=elderly")
    assert found("traits=elder") == set()
    assert found("sex.is=empty") == {jia, other}
    assert found("assigned.is=empty") == {jia, other}
    assert found("assigned.is=filled") == {old} == found(f"assigned=team:{team.pk}")
    assert found(f"assigned=team:{team.pk}&measure.is=filled") == set()
    assert found("home_place_id=jia-1") == {jia, old}
    assert found("area=jia-1&sex=male") == {old}
    NowStatus.objects.unscoped("test").filter(person=jia).update(test_due=True, last_day=TODAY)
    assert found("test_due=yes") == {jia} == found("last_day=2022-11-20")


@pytest.mark.parametrize("window", [1, 2, 3, 50])
def test_pages_go_on_with_ties_and_leave_nobody_out(
    window: int, few: int, sign_in: Any, city: Any, monkeypatch: Any
) -> None:
    from sizao.register.actions import people, tests
    from sizao.register.actions.work import assign
    from sizao.register.line_lists import find

    monkeypatch.setattr(find, "PAGE", 3)
    monkeypatch.setattr(find, "WINDOW", window)
    monkeypatch.setattr(find, "WINDOW_ASKED", window)
    monkeypatch.setattr(find.find_page, "__defaults__", (3,))
    made = [people.add_person(by=city.job, home_place_id="jia" if n % 2 else "jia-1").person_id for n in range(7)]
    for n, name in enumerate(made):
        tests.record_test(by=city.job, person_id=name, sampled_on=TODAY - dt.timedelta(days=n // 4))
    tests.record_test(by=city.job, person_id=city.yi_person, sampled_on=TODAY)
    tracer = sign_in("tracer")
    for name in (city.yi_person, city.jia_person):
        assign(by=city.job, person_id=name, user_id=tracer.user.pk)
    rows = Test.objects.unscoped("test")
    for path, expected in (
        ("/lists/people", [p.pk for p in Person.objects.unscoped("test").order_by("area", "person_id")]),
        ("/lists/tests", [t.pk for t in rows.order_by("-id")]),
        (
            "/lists/tests?sort=sampled_on",
            [t.pk for t in Test.objects.unscoped("test").order_by("-sampled_on", "-id")],
        ),
    ):
        seen, query, pages = [], path, 0
        while query and pages < 30:
            page = tracer.get(query)
            seen += people_on(page) if "people" in path else ids(page)
            query = f"{path.partition('?')[0]}?{page.context['next']}" if page.context["next"] else ""
            pages += 1
        if "people" not in path:
            known = dict(Test.objects.unscoped("test").values_list("test_id", "pk"))
            seen = [known[name] for name in seen]
        assert seen == expected, path


def test_a_scan_stops_says_so_and_goes_on(sign_in: Any, city: Any, monkeypatch: Any) -> None:
    from sizao.register.actions import people
    from sizao.register.line_lists import find

    monkeypatch.setattr(find, "FEW", 0)
    monkeypatch.setattr(find, "FEW_PEOPLE", 0)
    monkeypatch.setattr(find, "WINDOW", 4)
    monkeypatch.setattr(find, "WINDOW_ASKED", 4)
    made = [people.add_person(by=city.job, home_place_id="jia", sex="male").person_id for _ in range(9)]
    women = people.add_person(by=city.job, home_place_id="jia-1", sex="female").person_id
    browser = sign_in("tracer")
    page = browser.get("/lists/people?sex=female")
    text = page.content.decode()
    assert people_on(page) == [] and "stopped after looking through 4 records" in text
    assert "0 among the first 4 records" in text and "Nothing fits" not in text
    found: list[str] = []
    while page.context["next"]:
        page = browser.get(f"/lists/people?{page.context['next']}")
        found += people_on(page)
    assert found == [women] and len(made) == 9


def test_a_count_is_no_more_than_it_knows(sign_in: Any, city: Any, monkeypatch: Any) -> None:
    from sizao.register.actions import people
    from sizao.register.line_lists import find

    for _ in range(5):
        people.add_person(by=city.job, home_place_id="jia")
    monkeypatch.setattr(find.find_page, "__defaults__", (3,))
    monkeypatch.setattr(find, "MOST", 4)
    browser = sign_in("tracer")
    for few in (3000, 0):
        monkeypatch.setattr(find, "FEW", few)
        monkeypatch.setattr(find, "FEW_PEOPLE", few)
        assert "More than 4 rows" in browser.get("/lists/people").content.decode()
    monkeypatch.setattr(find, "MOST", 6)
    assert "Rows: 6" in browser.get("/lists/people").content.decode()


def test_only_the_latest_version_of_what_holds_is_listed(few: int, sign_in: Any, sides: Any, city: Any) -> None:
    from sizao.register.actions import events, tests

    given = sides["jia"].ids
    tests.record_result(by=city.job, test_id=given["test_id"], version=1, result="negative", ct=3800)
    browser = sign_in("epidemiologist")
    assert len(browser.get("/lists/tests").context["rows"]) == 1
    assert browser.get("/lists/tests?result=pending").context["rows"] == []
    assert len(browser.get("/lists/tests?result=negative").context["rows"]) == 1
    assert len(browser.get("/lists/events").context["rows"]) == 1
    events.void_event(by=city.job, event_id=given["event_id"])
    assert browser.get("/lists/events").context["rows"] == []


def test_a_list_is_logged_with_its_filter_before_it_is_shown(sign_in: Any, sides: Any) -> None:
    tracer = sign_in("tracer")
    tracer.get("/lists/people?sex.is=empty")
    tracer.get("/lists/places")
    rows = Read.objects.filter(user=tracer.user).order_by("pk")
    assert [(row.what, row.people, row.asked) for row in rows] == [
        ("list", 2, "list=people, sex.is=empty"),
        ("list", 0, "list=places, "),
    ]


def test_the_address_is_said_in_one_way(sign_in: Any, sides: Any) -> None:
    browser = sign_in("tracer")
    sent = {"result": ["positive", "pending"], "ct.from": "", "tube_id": "", "at.ct": "1", "at.person_id": "02"}
    page = browser.get(f"/lists/tests?{urlencode({**sent, 'at.method': ''}, doseq=True)}")
    assert page["Location"] == "/lists/tests?result=pending&result=positive&columns=ct%2Cperson_id"
    page = browser.get(page["Location"])
    heads = re.findall(r'<th scope="col">([^<]*)<', page.content.decode())
    assert heads == ["Ct", "Person"]
    assert "Result: pending or positive" in page.content.decode()


def test_letters_of_every_kind_are_shown_as_they_are(sign_in: Any, city: Any) -> None:
    from sizao.register.actions import people, places

    places.add_place(by=city.job, kind="compound", name="<b>&" + "院" * 190, parent_id="jia", place_id="jia-<i>")
    people.add_person(by=city.job, home_place_id="jia-<i>", name="<script>" + "长" * 190)
    browser = sign_in("epidemiologist")
    for path in ("/lists/people", "/lists/places", "/lists/places?name.has=<b>"):
        text = browser.get(path).content.decode()
        assert "<script>长" not in text and "<b>&" not in text
    assert "&lt;script&gt;" + "长" * 190 in browser.get("/lists/people").content.decode()
    assert len(browser.get("/lists/people?area=jia-<i>").context["rows"]) == 1


def test_the_former_address_of_the_people_leads_here(sign_in: Any, sides: Any) -> None:
    browser = sign_in("tracer")
    assert browser.get("/people")["Location"] == "/lists/people?measure.is=filled"
    assert browser.get("/people?show=ending")["Location"] == "/lists/people?last_day=2022-11-20"
    assert browser.get("/people?show=all")["Location"] == "/lists/people"


def test_an_unknown_list_is_an_unknown_address(sign_in: Any, city: Any) -> None:
    from sizao.register.line_lists.columns import list_of

    assert sign_in("tracer").get("/lists/nothing").status_code == 404
    with pytest.raises(SizaoError):
        list_of("nothing")


def test_an_area_may_be_given_by_its_name(sign_in: Any, sides: Any) -> None:
    browser = sign_in("epidemiologist")
    assert browser.get("/lists/people?area=jia-1区")["Location"] == "/lists/people?area=jia-1"
    assert browser.get("/lists/people?area=区").status_code == 400  # several
    text = browser.get("/lists/people?area=jia-1").content.decode()
    assert "In jia-1区" in text


def test_who_lives_elsewhere_is_left_out_however_it_is_looked_for(sign_in: Any, city: Any, monkeypatch: Any) -> None:
    """Of few people elsewhere the rows are left out; of many each row is asked."""
    from sizao.register.actions import people, tests
    from sizao.register.line_lists import find
    from sizao.register.models import Grant, Place

    browser = sign_in("tracer", "jia-1")
    places = Place.objects.unscoped("test")
    made = {}
    for place in ("nation", "jia", "jia-1", "yi", None):
        name = people.add_person(by=city.job, home_place_id=place).person_id
        made[place] = tests.record_test(by=city.job, person_id=name, sampled_on=TODAY).test_id
    Grant.objects.create(user=browser.user, role="tracer", place=places.get(place_id="yi"), since=city.job.at)
    monkeypatch.setattr(find, "FEW_PEOPLE", 0)
    for few in (0, 3000):
        monkeypatch.setattr(find, "FEW", few)
        for sort in ("", "?sort=sampled_on"):
            assert {*ids(browser.get(f"/lists/tests{sort}"))} == {made["jia-1"], made["yi"]}, (few, sort)
