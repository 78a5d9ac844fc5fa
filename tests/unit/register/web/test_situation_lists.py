"""Behind each figure of the situation its list: as many rows as the figure says; and the quality of the records."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

TODAY = dt.date(2022, 11, 20)
FIGURE = re.compile(r'<a href="(/situation/list\?[^"]+)">([\d.,]+%?)</a>(?:<small>([\d,]+) of)?')
LINK = re.compile(
    r'<a href="(/(?:situation/list|excesses|orders|lists/cases)[^"]*)">([^<]+)</a>(?:<small>([\d,]+) of)?'
)
ROW = '<tr><th scope="row"><a class="id"'
pytestmark = pytest.mark.usefixtures("on_that_day")


def text_of(browser: Client, address: str) -> str:
    page = browser.get(address.replace("&amp;", "&"))
    assert page.status_code == 200, address
    return str(page.content.decode())


def figures_of(page: str) -> dict[str, tuple[str, int]]:
    """Every number of a page that leads to a list, by what the list is of: its address, and of how many it is."""
    found: dict[str, tuple[str, int]] = {}
    for address, number, some in FIGURE.findall(page):
        asked = re.search(r"what=(\w+)", address)
        assert asked is not None
        name = asked[1] + ("_before" if "back=1" in address else "")
        if asked[1] != "contacts":
            found.setdefault(name, (address, int((some or number).replace(",", ""))))
    return found


def rows_of(browser: Client, address: str) -> int:
    """How many rows a list of one page has, whichever list it is."""
    page = text_of(browser, address)
    assert "after=" not in page, address
    if address.startswith("/situation/list"):
        return page.count(ROW)
    body = page[page.index("<tbody") : page.index("</tbody>")] if "<tbody" in page else ""
    return body.count("<tr")


@pytest.fixture
def outbreak(record: Any, city: Any) -> Any:
    """Cases whose every delay is known, in both periods; a contact; orders that bind, and one that did."""
    from sizao.register.actions import events, orders, tests

    def day(ago: int) -> dt.date:
        return TODAY - dt.timedelta(days=ago)

    first = record(9, onset_on=day(11))
    cases = [first, record(3, onset_on=day(4)), record(2), record(1, classification="asymptomatic")]
    for case, ago in ((first, 10), (cases[1], 3)):
        about = {"by": city.job, "person_id": case.person_id}
        tests.record_test(**about, sampled_on=day(ago), result="positive")
        orders.impose_order(**about, since=day(ago - 1), issuer="x", restriction="hospital_isolation")
    events.record_exposure(
        by=city.job, person_id=cases[1].person_id, case_id=first.case_id, occurred_on=TODAY - dt.timedelta(days=8)
    )
    over = orders.impose_order(
        by=city.job, person_id=cases[2].person_id, since=day(9), issuer="x", restriction="home_isolation"
    )
    orders.lift_order(by=city.job, order_id=over.order_id, version=1, until=day(5))
    held = {"by": city.job, "person_id": city.jia_person}
    orders.impose_order(**held, since=day(3), issuer="x", restriction="home_isolation")
    return [*cases, record(2, person=city.jia_person, onset_on=day(2))]


@pytest.fixture
def recorded_then(monkeypatch: pytest.MonkeyPatch) -> None:
    """Facts are on record since the day that the register takes for today: no delay ends in the future."""
    from sizao.register import found

    monkeypatch.setattr(found, "local_date", lambda instant: TODAY)


def test_every_number_leads_to_a_list_of_as_many_rows(sign_in: Any, outbreak: Any, recorded_then: None) -> None:
    browser = sign_in("commander")
    found = figures_of(text_of(browser, "/situation"))
    for name in (
        "soon",
        "soon_before",
        "onset_found",
        "onset_found_before",
        "found_reported",
        "orders",
        "new_before",
    ):
        assert name in found, sorted(found)
    assert {name for name in found if name.split("_")[0] in ("onset", "report")} >= {"onset_free", "report_under"}
    assert (found["orders"][1], found["orders_before"][1]) == (3, 2)
    for name, (address, number) in found.items():
        assert text_of(browser, address).count(ROW) == number, (name, address)


def test_every_link_of_the_page_leads_to_as_many_rows_as_it_says(
    sign_in: Any, outbreak: Any, recorded_then: None, city: Any
) -> None:
    """Places too; who waits to be decided on is under no measure, and places have a list of their own."""
    from sizao.register.actions import orders
    from sizao.register.models import NowExcess, NowPlaceExcess, NowStatus, Place

    now = city.job.at
    order = orders.impose_order(
        by=city.job, place_id="jia-1", since=TODAY - dt.timedelta(days=9), issuer="x", level="high"
    )
    for case, restriction in ((outbreak[0], None), (outbreak[1], None), (outbreak[2], "home_isolation")):
        about = {"person_id": case.person_id, "derived_at": now, "since": TODAY}
        NowStatus.objects.create(
            **about, on=TODAY, rulebook="cn-2022-11-11", measure="x", restriction=restriction, because="e"
        )
        NowExcess.objects.create(**about, kind="longer", text_zh="多", text_en="more")
    place = Place.objects.unscoped("test").get(place_id="jia-1")
    for kind in ("forbidden", "longer"):
        NowPlaceExcess.objects.create(
            place=place, derived_at=now, order_id=order.order_id, since=TODAY, kind=kind, text_zh="多", text_en="more"
        )
    browser = sign_in("commander")
    page = text_of(browser, "/situation")
    parts = page[page.index('id="parts"') : page.index("</section>", page.index('id="parts"'))]
    beside = ("/excesses?of=people&amp;place=jia-1", "/excesses?of=places&amp;place=jia-1")
    assert all(f'href="{address}"' in parts for address in beside)
    links = LINK.findall(page[page.index("<main") :])
    for start in ("/excesses", "/orders", "/lists/cases", "/situation/list?what=held", "/situation/list?what=under"):
        assert any(address.startswith(start) for address, _, _ in links), start
    for address, text, some in links:
        if "what=contacts" in address:
            continue
        number = re.search(r"\d[\d,]*", some or text)
        assert number is not None, (address, text)
        assert rows_of(browser, address.replace("&amp;", "&")) == int(number[0].replace(",", "")), (address, text)


def test_the_places_that_are_not_shown_are_a_link_away(
    sign_in: Any, record: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sizao.web.screens.situation_shown.MOST", 1)
    for place in ("jia-1", "yi", "yi"):
        record(1, place)
    browser = sign_in("commander", None)
    page = text_of(browser, "/situation")
    link = re.search(r'<a href="(\?[^"]*every=1#parts)">1 more places, cases 1</a>', page)
    assert link is not None and "place=jia&amp;days=7" not in page
    every = text_of(browser, "/situation" + link[1].removesuffix("#parts"))
    assert "place=jia&amp;days=7" in every and "more places" not in every and "sort=rate&amp;every=1#parts" in every


def test_a_delay_is_listed_with_its_days_the_longest_first(sign_in: Any, outbreak: Any, recorded_then: None) -> None:
    page = text_of(sign_in("commander"), "/situation/list?what=found_reported&days=28")
    assert [int(n) for n in re.findall(r"→ 20 Nov: (\d+) days", page)] == [10, 3]
    assert "10 Nov → 20 Nov" in page and "Found → reported" in page


def test_contacts_are_listed_by_case_the_most_first(sign_in: Any, outbreak: Any) -> None:
    browser = sign_in("commander")
    assert "what=contacts" in text_of(browser, "/situation")
    page = text_of(browser, "/situation/list?what=contacts&days=28")
    assert [int(n) for n in re.findall(r"contacts: (\d+)", page)] == [1, 0, 0, 0, 0]
    assert page.index(outbreak[0].case_id) < page.index(outbreak[3].case_id)


def test_a_day_of_the_curve_leads_to_its_cases(sign_in: Any, outbreak: Any) -> None:
    browser = sign_in("commander")
    page = text_of(browser, "/situation")
    assert "what=report_free&amp;days=7&amp;place=jia&amp;on=2022-11-19" in page
    listed = text_of(browser, "/situation/list?what=report_free&place=jia&on=2022-11-19")
    assert listed.count(ROW) == 1 and outbreak[3].case_id in listed
    assert "By day of confirmation: in the community" in listed and "19 Nov" in listed
    assert ROW not in text_of(browser, "/situation/list?what=report_under&place=jia&on=2022-11-19")
    onset = text_of(browser, "/situation/list?what=onset_under&place=jia&on=2022-11-18")
    assert outbreak[4].case_id in onset and onset.count(ROW) == 1
    assert browser.get("/situation/list?what=report_free&on=2022-13-99").status_code == 400


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "then under: close contact · central isolation, home isolation"),
        ("zh", "当时：密切接触者 · 集中隔离、居家隔离"),
    ],
)
def test_of_a_case_found_under_a_measure_it_is_said_which(
    language: str, said: str, sign_in: Any, city: Any, record: Any
) -> None:
    from sizao.register.actions import events, orders

    about = {"by": city.job, "person_id": city.jia_person}
    events.record_event(**about, kind="exposed_to_case", occurred_on=TODAY - dt.timedelta(days=4), case_id=None)
    orders.impose_order(**about, since=TODAY - dt.timedelta(days=1), issuer="x", restriction="home_isolation")
    record(1, person=city.jia_person)
    browser = sign_in("commander", language=language)
    for what in ("under", "report_under"):
        assert said in text_of(browser, f"/situation/list?what={what}"), what


def test_computed_lists_go_on_page_after_page(sign_in: Any, record: Any) -> None:
    cases = [record(1).case_id for _ in range(53)]
    browser = sign_in("commander")
    first = text_of(browser, "/situation/list?what=no_source")
    after = re.search(r'href="(\?[^"]*after=[^"]+)"', first)
    assert after is not None
    second = text_of(browser, "/situation/list" + after[1])
    shown = [{name for name in cases if f"<td>{name}</td>" in page} for page in (first, second)]
    assert (len(shown[0]), len(shown[1]), len(shown[0] | shown[1])) == (50, 3, 53)


def test_lists_behind_the_figures_of_a_place_keep_to_the_place(
    sign_in: Any, outbreak: Any, record: Any, city: Any, recorded_then: None
) -> None:
    from sizao.register.actions import places

    places.add_place(by=city.job, kind="street", name="二街", parent_id="jia", place_id="jia-2")
    there = [record(ago, "jia-2", onset_on=TODAY - dt.timedelta(days=ago + 1)) for ago in (2, 2, 9)]
    browser = sign_in("commander")
    here = {case.case_id for case in outbreak}
    found = figures_of(text_of(browser, "/situation?place=jia-2"))
    assert found["new"][1] == 2 and found["new_before"][1] == 1
    for name, (address, number) in found.items():
        page = text_of(browser, address)
        assert "place=jia-2" in address and page.count(ROW) == number, (name, address)
        assert not [case for case in here if case in page], name
    listed = {what: text_of(browser, f"/situation/list?what={what}&place=jia-2&days=28") for what in BEHIND_CASES}
    for what, page in listed.items():
        assert not [case for case in here if case in page], what
        assert [case for case in there if case.case_id in page], what


BEHIND_CASES = ("new", "contacts", "no_source", "report_free", "onset_free")


def test_cases_before_of_a_part_lead_to_the_period_before(sign_in: Any, record: Any, city: Any) -> None:
    then, now, elsewhere = record(9, "jia-1"), record(2, "jia-1"), record(9, "jia")
    page = text_of(sign_in("commander"), "/situation?days=7")
    links = [link.replace("&amp;", "&") for link in re.findall(r'href="(/situation/list\?[^"]+)"', page)]
    (before,) = [link for link in links if "what=new" in link and "place=jia-1" in link and "back=1" in link]
    (this,) = [link for link in links if "what=new" in link and "place=jia-1" in link and "back=1" not in link]
    browser = sign_in("commander")
    for link, case in ((before, then), (this, now)):
        listed = text_of(browser, link)
        shown = {one.case_id for one in (then, now, elsewhere) if one.case_id in listed}
        assert shown == {case.case_id}, link


def test_sorting_the_parts_keeps_the_place_and_the_days(sign_in: Any, record: Any, city: Any) -> None:
    from sizao.register.actions import places

    places.add_place(by=city.job, kind="community", name="甲社区", parent_id="jia-1", place_id="jia-1-1")
    record(2, "jia-1-1")
    browser = sign_in("commander", None)
    page = text_of(browser, "/situation?place=jia-1&days=28")
    links = re.findall(r'href="(\?[^"]*sort=\w+)#parts"', page)
    assert len(links) >= 5
    for link in links:
        assert "place=jia-1&amp;" in link and "days=28" in link
        again = text_of(browser, "/situation" + link)
        assert "甲社区" in again and 'place=jia-1-1&amp;days=28"' in again


def test_beside_each_status_stands_why(sign_in: Any, sides: Any) -> None:
    from sizao.register.models import NowStatus

    NowStatus.objects.unscoped("test").update(last_day=TODAY)
    person = sides["jia"].ids["person_id"]
    browser = sign_in("commander")
    for what in ("held", "ending_today"):
        assert f'<a href="/people/{person}/why">Why?</a>' in text_of(browser, f"/situation/list?what={what}"), what
    assert "/why" not in text_of(browser, "/situation/list?what=new")


# Orders: one number


def test_orders_of_a_day_are_those_that_bound_then(sign_in: Any, city: Any) -> None:
    from sizao.register.actions import orders

    about = {"by": city.job, "place_id": "jia-1", "issuer": "x", "level": "high"}
    ids = [orders.impose_order(**about, since=TODAY - dt.timedelta(days=ago)).order_id for ago in (10, 1)]
    browser = sign_in("commander")
    link = re.search(r'href="(/orders\?[^"]*on=2022-11-13[^"]*)">1</a>', text_of(browser, "/situation"))
    assert link is not None
    page = text_of(browser, link[1])
    assert ids[0] in page and ids[1] not in page
    assert ids[1] in text_of(browser, "/orders?of=places")


def test_orders_say_the_number_that_the_situation_says(
    sign_in: Any, outbreak: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sizao.web.screens.orders.MANY", 1)
    browser = sign_in("commander")
    assert "<strong>1+</strong>" in text_of(browser, "/orders")  # nobody has counted
    text_of(browser, "/situation")
    assert "<strong>3</strong>" in text_of(browser, "/orders")
    assert "<strong>2</strong>" in text_of(browser, "/orders?on=2022-11-13")
    assert "<strong>1+</strong>" in text_of(browser, "/orders?state=all")
    assert "<strong>1+</strong>" in text_of(browser, "/orders?issuer=x")


# Data quality


@pytest.fixture
def doubtful(record: Any, city: Any) -> dict[str, int]:
    """Records that raise every kind of doubt, and how many there are of each."""
    from sizao.register.actions import cases, events, orders, people, tests
    from sizao.register.models import NowStatus, NowUndecided

    def ago(days: int) -> dt.date:
        return TODAY - dt.timedelta(days=days)

    record(3, onset_on=ago(1))
    gone, stay = record(5), record(8)
    for case, left in ((gone, 3), (stay, 2)):
        cases.update_case(by=city.job, case_id=case.case_id, version=1, discharged_on=ago(left))
    for case, since in ((gone, 2), (stay, 8), (stay, 1)):
        orders.impose_order(
            by=city.job, person_id=case.person_id, since=ago(since), issuer="x", restriction="hospital_isolation"
        )
    source = record(6)
    met = {"by": city.job, "person_id": city.jia_person, "case_id": source.case_id}
    events.record_exposure(**met, occurred_on=ago(7))
    taken_back = events.record_exposure(**met, occurred_on=ago(6))
    events.void_event(by=city.job, event_id=taken_back.event_id)
    cases.withdraw_case(by=city.job, case_id=source.case_id, version=1)
    tests.record_test(by=city.job, person_id=city.jia_person, sampled_on=ago(4))
    record(40, "")
    nowhere = people.add_person(by=city.job, home_place_id=None).person_id
    for person, restriction in ((city.jia_person, None), (nowhere, "home_isolation")):
        NowStatus.objects.create(
            person_id=person,
            derived_at=city.job.at,
            on=TODAY,
            rulebook="cn-2022-11-11",
            measure="undecided",
            restriction=restriction,
            since=TODAY,
            because="e",
        )
    for n in (1, 2):
        NowUndecided.objects.create(
            person_id=city.jia_person,
            derived_at=city.job.at,
            fact_id=f"e{n}",
            kind="strange",
            occurred_on=TODAY,
            why_zh="不知",
            why_en="no rule",
        )
    one = ("onset_after", "discharged_before", "no_case", "no_home", "held_no_home", "undecided", "pending")
    return {**dict.fromkeys(one, 1), "unknown_kind": 2, "no_source": 2}


def test_every_doubt_has_its_count_and_a_list_of_as_many(sign_in: Any, doubtful: dict[str, int]) -> None:
    browser = sign_in("commander", None)
    found = figures_of(text_of(browser, "/situation/quality"))
    assert {name: number for name, (_, number) in found.items()} == doubtful
    for name, (address, number) in found.items():
        listed = text_of(browser, address)
        assert listed.count(ROW) == number, name
        assert ("/situation/quality" in listed) or name == "no_source"
    assert "no rule" in text_of(browser, "/situation/list?what=unknown_kind")
    assert "no rule" not in text_of(browser, "/situation/list?what=undecided")


def test_whoever_sees_one_area_has_no_doubts_about_homes_that_lie_in_none(
    sign_in: Any, doubtful: dict[str, int]
) -> None:
    page = text_of(sign_in("commander"), "/situation/quality")
    assert "no_home" not in page
    assert figures_of(page)["no_case"][1] == 1


def test_data_quality_is_reached_by_who_may_see_figures(sign_in: Any, city: Any) -> None:
    browser = sign_in("commander")
    for address in ("/account", "/situation"):
        assert "/situation/quality" in text_of(browser, address), address
    page = text_of(browser, "/situation/quality")
    assert "<h1>Data quality" in page and "What to do" in page
    for role in ("laboratory", "community_worker", "call_desk", "administrator"):
        browser = sign_in(role)
        assert browser.get("/situation/quality").status_code == 403, role
        assert "/situation/quality" not in text_of(browser, "/account"), role
    assert sign_in("commander").get("/situation/quality?place=yi").status_code == 404


def test_doubts_next_door_are_not_counted(sign_in: Any, record: Any) -> None:
    record(3, "yi", onset_on=TODAY)
    assert "what=onset_after" not in text_of(sign_in("commander"), "/situation/quality")
    assert "what=onset_after" in text_of(sign_in("commander", "yi"), "/situation/quality")


def test_data_quality_in_chinese(sign_in: Any, doubtful: dict[str, int]) -> None:
    page = text_of(sign_in("commander", None, language="zh"), "/situation/quality")
    main = re.sub(r"<[^>]+>", " ", page[page.index("<main") : page.index("</main>")])
    assert "数据质量" in main and "怎么办" in main
    assert not re.search(r"quality_|sit_|[A-Za-z]{4,}", re.sub("Asia/Shanghai|nation", "", main)), main


def test_who_sees_no_people_gets_no_list_and_no_small_count(
    sign_in: Any, doubtful: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    from sizao.register.roles import roles

    counter = replace(roles()["commander"], may=frozenset({"see_figures"}))
    monkeypatch.setattr("sizao.register.access.roles", lambda: {**roles(), "commander": counter})
    page = text_of(sign_in("commander"), "/situation/quality")
    assert "&lt;5" in page and "what=" not in page


# The curve


def test_the_picture_and_what_answers_a_pointer_are_one_chart(sign_in: Any, record: Any, city: Any) -> None:
    import json

    from sizao.register.actions import orders
    from sizao.web.screens.situation_curve import FREE, UNDER

    for ago in (1, 1, 4, 9):
        record(ago)
    held = {"by": city.job, "person_id": city.jia_person}
    orders.impose_order(**held, since=TODAY - dt.timedelta(days=3), issuer="x", restriction="home_isolation")
    record(1, person=city.jia_person)
    page = text_of(sign_in("commander"), "/situation")
    figure = page[page.index('id="table-onset"') :]
    spec = json.loads(re.findall(r'<script type="application/json">(.*?)</script>', figure)[0])
    days = [day for day in spec["data"]["values"] if day["b"]]
    picture = re.findall(r"<svg.*?</svg>", figure, re.DOTALL)[0]
    bars = re.findall(rf'<path d="M[\d.]+,[\d.]+h[\d.]+v([\d.]+)h[^>]*fill="{FREE}"', picture)
    tall = [float(height) for height in bars if float(height)]
    assert len(tall) == len(days) == 3
    assert tall[-1] == pytest.approx(2 * tall[0], rel=0.02)  # two cases on one that was held, one case
    assert UNDER in json.dumps(spec) and FREE in json.dumps(spec)
    assert 'opacity="0"' not in picture


def test_a_page_and_all_that_it_may_load_is_sent_in_less_than_500_kb(sign_in: Any, record: Any) -> None:
    record(1)
    browser = sign_in("commander")
    page = text_of(browser, "/situation")
    wanted = re.findall(r'(?:src|href|data-library)="(/(?:static|charts)[^"]+)"', page)
    assert any("charts.js" in address for address in wanted)
    sent = 100_000  # the longest that the page may be itself
    for address in dict.fromkeys(wanted):
        answer = browser.get(address, headers={"Accept-Encoding": "gzip"})
        sent += len(b"".join(answer)) if answer.streaming else len(answer.content)
    assert len(page.encode()) < 100_000 and sent < 500_000
