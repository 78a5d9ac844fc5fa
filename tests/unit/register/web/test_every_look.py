"""Every address of the service that names people: opened, and a look stands on record; of one person, at them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from test_excess_answers import fields
from test_import_screens import HEAD, at, send
from test_permission_walk import SCREENS
from test_rule_impact import PAGE as IMPACT

from sizao.register.models import Grant, Read
from sizao.register.roles import roles
from sizao.web.forms.describe import forms

DAY = dt.date(2022, 11, 19)
OF_PEOPLE = ("person", "test", "case", "order", "request", "event")
FORMS = {said.name: said for said in forms().values()}
OF_A_PERSON = {name for name, said in FORMS.items() if said.about in OF_PEOPLE}
NOBODY = {
    *(f"account_{name}" for name in ("login", "logout", "inactive", "change_password", "reauthenticate")),
    *(f"mfa_{name}" for name in ("authenticate", "reauthenticate", "activate_totp", "deactivate_totp", "index")),
    *(f"mfa_{name}_recovery_codes" for name in ("view", "generate", "download")),
    *("account", "api_page", "chart_library", "components", "health", "home", "language"),
    *("code_path", "forget_list", "import", "import_mapping", "import_problems", "imports", "keep_list"),
    *(
        "list_places",
        "lists",
        "metrics",
        "old_people",
        "places",
        "roles",
        "rulebook",
        "rulebook_compare",
        "rulebook_try",
    ),
    *("rulebooks", "situation", "situation_file", "situation_quality", "suggest_places", "user", "users", "verify"),
    *({*FORMS} - OF_A_PERSON - {"break_glass"}),
    "glass",
}
"""Addresses that name nobody: each is opened, and says no name and no id of a person."""


@pytest.fixture(autouse=True)
def the_day(on_that_day: None) -> None:
    """It is 20 November 2022."""


@pytest.fixture
def everything(sign_in: Any) -> Client:
    """Somebody in jia with every role but a citizen's."""
    from sizao.register.models import Place

    browser: Client = sign_in("tracer")
    place = Place.objects.unscoped("test").get(place_id="jia")
    for role in {*roles()} - {"tracer", "citizen"}:
        Grant.objects.create(user=browser.user, role=role, place=place, since=dt.datetime(2022, 1, 1, tzinfo=dt.UTC))  # type: ignore[attr-defined]
    return browser


def get(name: str, query: str = "", arg: str = "") -> Callable[..., Any]:
    return lambda browser, ids: browser.get(reverse(name, args=[ids[arg]] if arg else []) + query)


def post(name: str, **data: Any) -> Callable[..., Any]:
    """Values of the form {about} are what is on record in jia."""

    def ask(browser: Client, ids: Any) -> Any:
        said = {key: value.format(**ids) for key, value in data.items()}
        return browser.post(reverse(name), said, follow=True)

    return ask


def papers(browser: Client, ids: Any) -> Any:
    """The list, with a paper on it."""
    made = browser.post(reverse("documents_make"), {"kind": "order", "order": ids["order_id"], "key": "0" * 32})
    assert made["Content-Type"] == "application/pdf"
    return lambda: browser.get(reverse("documents"))


def excess_of(ids: Any) -> str:
    return f"?about=person:{ids['person_id']}&kind=longer&since=2022-11-19"


def contact(browser: Client, ids: Any) -> Any:
    """Whom the case met, before it is recorded."""
    sent = {"do": "preview", "toward": "forward", "kind": "exposed_to_case", "day": "2022-11-18", "place_id": ""}
    return browser.post(reverse("interview", args=[ids["case_id"]]), {**sent, "who": ids["person_id"]}, follow=True)


def done(browser: Client, ids: Any) -> Any:
    """What became of many at once."""
    sent = {"do": "visit", "how": "missed", "who": ids["person_id"], "key": "1" * 32, "back": "tab=all"}
    page = browser.post(reverse("work_do"), sent)
    assert page.status_code == 303
    return lambda: browser.get(page["Location"])


def compared(browser: Client, ids: Any) -> Any:
    """Who flips between two rulebooks."""
    from sizao.register.access import access_of_job
    from sizao.register.actions import events, people

    by = access_of_job("test")
    person = people.add_person(by=by, home_place_id="jia-1", name="李四").person_id
    events.record_event(by=by, person_id=person, kind="left_high_risk_area", occurred_on=DAY - dt.timedelta(days=1))
    page = browser.post(IMPACT)
    assert page.status_code == 303
    return lambda: browser.get(page["Location"])


def area(name: str, arg: str = "") -> Callable[..., Any]:
    """A page with an area, and the case that it follows from."""

    def ask(browser: Client, ids: Any) -> Any:
        from sizao.register.models import NowArea

        days = {"on": DAY, "since": DAY, "held_since": DAY, "lifts_on": DAY + dt.timedelta(5), "clock_day": 1}
        of = {"because": ids["case_id"], "last_case": ids["case_id"], "place_id": ids["place_id"], "scope": "street"}
        rule = {"rulebook": "cn-2022-11-11", "level": "high", "clause": "二（四）"}
        NowArea.objects.create(**days, **of, **rule, derived_at=dt.datetime.now(dt.UTC))
        return lambda: get(name, "", arg)(browser, ids)

    return ask


def doubles(browser: Client, ids: Any) -> Any:
    """A line of a file beside the record that it looks like."""
    send(browser, HEAD + f"p1,甲,{ids['phone']},jia,2022-11-03\n")
    return lambda: browser.get(at("import_people"))


def by_code(browser: Client, ids: Any) -> Any:
    """Somebody's own page, by the code that they were given."""
    from sizao.register.access import access_of_job
    from sizao.register.actions.codes import give_code

    code = give_code(by=access_of_job("test"), person_id=ids["person_id"])[1]
    stranger = Client()
    stranger.post("/own/code", {"do": "look", "code": code})
    return lambda: stranger.get("/own/code")


LOOKS: dict[str, dict[str, Callable[..., Any]]] = {
    "areas": {"": area("areas")},
    "audit": {"acts": get("audit"), "reads": get("audit", "?show=reads")},
    "calendar": {"": get("calendar")},
    "documents": {"": papers},
    "documents_make": {
        "": lambda browser, ids: browser.get(f"/documents/make?kind=isolation_notice&who={ids['person_id']}"),
        "preview": post("documents_make", kind="isolation_notice", who="{person_id}"),
        "paper": post("documents_make", kind="isolation_notice", who="{person_id}", key="2" * 32),
    },
    "excess": {"": lambda browser, ids: browser.get(reverse("excess") + excess_of(ids))},
    "excesses": {"": get("excesses")},
    "excesses_do": {
        "": get("excesses_do", "?do=answer"),
        "preview": post("excesses_do", do="answer"),
    },
    "excesses_file": {"": get("excesses_file")},
    "exports": {"": post("exports", table="people", format="csv", names="yes")},
    "find": {"": post("find", text="李四")},
    "import_people": {"": doubles},
    "interview": {"": get("interview", "?at=forward", "case_id"), "preview": contact},
    "list_file": {"": post("list_file", of="people", query="", format="csv", names="yes")},
    **{f"list_{of}": {"": get(f"list_{of}")} for of in ("people", "cases", "events", "tests", "orders", "requests")},
    "many_done": {"": done},
    "order_paper": {"": get("order_paper", arg="order_id")},
    "orders": {"": get("orders")},
    "orders_lift": {"": post("orders_lift", of="people", order="{order_id}", until="2022-11-20")},
    "own": {},
    "own_code": {"": by_code},
    "person": {"": get("person", arg="person_id")},
    "place": {"": area("place", "place_id")},
    "results_do": {"": post("results_do", test="{test_id}")},
    "rulebook_impact": {"": compared},
    "situation_list": {"": get("situation_list", "?what=held")},
    "why": {"": get("why", arg="person_id")},
    "work": {"": get("work", "?tab=all")},
    "work_do": {"": post("work_do", do="visit", who="{person_id}", back="tab=all")},
    "work_sheet": {"": get("work_sheet", "?tab=all")},
    "work_sheet_file": {"": get("work_sheet_file", "?tab=all")},
}
"""How each address that names people is asked so that it does."""
WITHOUT_ID = {"documents_make", "find", "work_sheet_file", "own_code", "orders_lift", "order_paper", "areas", "place"}
"""Those whose page says no id of a person: it is a paper, leads on, or says the id of an order or case alone."""


def test_every_address_is_said_to_name_people_or_nobody() -> None:
    names = {pattern.name for _, pattern in SCREENS}
    assert names == {*LOOKS} | NOBODY | OF_A_PERSON
    assert not {*LOOKS} & NOBODY


@pytest.mark.parametrize("name", sorted(LOOKS))
def test_every_page_that_names_people_is_a_look_on_record(
    name: str, everything: Client, sign_in: Any, sides: dict[str, Any]
) -> None:
    ids = sides["jia"].ids
    ways = LOOKS[name] or {"": lambda *_: sign_in("citizen", citizen_of=ids["person_id"]).get(reverse(name))}
    for way, ask in ways.items():
        before = Read.objects.count()
        page = ask(everything, ids)
        if callable(page):  # all is ready
            before = Read.objects.count()
            page = page()
        text = page.getvalue().decode(errors="replace")
        assert page.status_code in (200, 303, 400), (way, page.status_code)
        assert Read.objects.count() > before, way
        if name not in WITHOUT_ID and not (name == "audit" and way == "reads"):
            assert ids["person_id"] in text or ids["case_id"] in text or "李四" in text, way


@pytest.mark.parametrize("name", sorted(NOBODY - {"account_logout"}))
def test_every_other_page_names_nobody(name: str, everything: Client, sides: dict[str, Any]) -> None:
    (where,) = [where for where, pattern in SCREENS if pattern.name == name]
    ids = sides["jia"].ids
    page = everything.get(re.sub(r"<\w+:(\w+)>", lambda found: str(ids[found[1]]), where))
    text = page.getvalue().decode(errors="replace")
    secret = {ids[one] for one in ("person_id", "test_id", "case_id", "event_id", "order_id", "request_id", "phone")}
    assert not [said for said in {*secret, "李四", "钱jia", "words-of-jia"} if said in text]


@pytest.mark.parametrize("name", sorted(OF_A_PERSON))
def test_every_form_about_a_person_is_a_look_at_them_shown_or_shown_again(
    name: str, everything: Client, sides: dict[str, Any]
) -> None:
    from sizao.register.models import Case

    ids = sides["jia"].ids
    (where,) = [where for where, pattern in SCREENS if pattern.name == name]
    address = re.sub(r"<\w+:(\w+)>", lambda found: str(ids[found[1]]), where)
    whom = ids["person_id"]
    if "case_id" in where:
        whom = Case.objects.unscoped("test").get(case_id=ids["case_id"]).person_id
    for ask in (everything.get, everything.post):
        before = Read.objects.filter(person_id=whom, what="form").count()
        page = ask(address)
        if page.status_code in (200, 400, 409):
            assert Read.objects.filter(person_id=whom, what="form").count() == before + 1, ask


def operations() -> list[str]:
    """What the API gives out."""
    from sizao.api.app import api

    said = api.get_openapi_schema(path_prefix="/api/")["paths"]
    return sorted(where for where, methods in said.items() if "get" in methods)


@pytest.mark.parametrize("where", operations())
def test_every_operation_that_gives_people_is_a_look_on_record(
    where: str, everything: Client, sides: dict[str, Any]
) -> None:
    path = re.sub(r"{(\w+)}", lambda found: str(sides["jia"].ids[found[1]]), where)
    page = everything.get(path)
    assert page.status_code == 200
    named = any(said in page.content.decode() for said in sides["jia"].texts if said.startswith(("p-", "c-", "t-")))
    assert Read.objects.exists() == (named or where not in OF_NOBODY)


OF_NOBODY = ("/api/places", "/api/fhir/metadata", "/api/me", "/api/rulebooks")


# One person alone


def looks(person_id: str) -> list[tuple[str, str]]:
    return [*Read.objects.filter(person_id=person_id).order_by("pk").values_list("what", "asked")]


@pytest.mark.parametrize("of", ["people", "cases", "events", "tests", "orders", "requests"])
def test_a_list_of_one_person_is_a_look_at_them(
    of: str, everything: Client, city: Any, sides: dict[str, Any]
) -> None:
    person = city.jia_person
    everything.get(f"/lists/{of}")
    assert not looks(person)
    everything.get(f"/lists/{of}?person_id={person}&columns=person_id")
    assert looks(person) == [("list", f"list={of}")], "also where there is no row: that tells, too"
    everything.get(f"/lists/{of}?person_id={city.yi_person},{person}")
    assert len(looks(person)) == 2
    assert not looks(city.yi_person), "nothing of them was shown"
    everything.post("/lists/file", {"of": of, "query": f"person_id={person}", "format": "csv"})
    assert looks(person)[2:] == [("export", f"list={of}")]


@pytest.mark.parametrize(
    ("query", "is_look"),
    [
        ("tests?test_id={test_id}", True),
        ("tests?tube_id=tube-of-jia", True),
        ("tests?tube_id.has=ube-of-jia", True),
        ("events?event_id={event_id}", True),
        ("events?case_id={case_id}", True),
        ("orders?order_id={order_id}", True),
        ("requests?request_id={request_id}", True),
        ("tests?result=pending", False),
        ("people?home_place_id=jia-1", False),
    ],
)
def test_a_fact_asked_for_by_id_is_a_look_at_its_person(
    query: str, is_look: bool, everything: Client, city: Any, sides: dict[str, Any]
) -> None:
    page = everything.get("/lists/" + query.format(**sides["jia"].ids))
    assert len(page.context["rows"]) == 1
    assert bool(looks(city.jia_person)) == is_look


def test_what_many_share_is_no_look_at_each(everything: Client, city: Any, sides: dict[str, Any]) -> None:
    from sizao.register.actions import people, tests

    other = people.add_person(by=city.job, home_place_id="jia-1").person_id
    for person in (other, city.jia_person):
        tests.record_test(by=city.job, person_id=person, sampled_on=DAY - dt.timedelta(1), tube_id="mix")
    page = everything.get("/lists/tests?tube_id=mix")
    assert len(page.context["rows"]) == 2 and not looks(other)


@pytest.mark.parametrize("which", ["one", "two"])
def test_what_would_be_done_with_one_person_is_a_look_at_them(
    which: str, everything: Client, city: Any, sides: dict[str, Any]
) -> None:
    from sizao.register.actions import orders, people

    ids, other = sides["jia"].ids, people.add_person(by=city.job, home_place_id="jia-1").person_id
    about = {"by": city.job, "person_id": other, "since": DAY, "issuer": "x", "restriction": "home_isolation"}
    more, order = [[], []] if which == "one" else [[other], [orders.impose_order(**about).order_id]]
    everything.post("/work/do", {"do": "visit", "who": [city.jia_person, *more]}, follow=True)
    everything.post("/orders/lift", {"of": "people", "order": [ids["order_id"], *order]}, follow=True)
    told = [("work", "do=visit"), ("list", "list=orders")] if which == "one" else []
    assert looks(city.jia_person) == told
    met = {"do": "preview", "toward": "forward", "kind": "exposed_to_case", "day": "2022-11-18", "place_id": ""}
    everything.post(f"/cases/{ids['case_id']}/interview", {**met, "who": [city.jia_person, *more]}, follow=True)
    assert looks(city.jia_person) == told + [("interview", "forward: preview")] * (which == "one")
    n = 1 if which == "one" else 2
    lists = Read.objects.filter(asked__in=["do=visit", "list=orders, do=lift", "forward: preview"], people__gte=n)
    shown = [("do=visit", n), ("list=orders, do=lift", n), ("forward: preview", n + 1)]
    assert [*lists.exclude(person_id=city.jia_person).order_by("pk").values_list("asked", "people")] == shown


OUTSIDE = ("/lists/people", "/lists/tests", "/work?tab=all", "/work/sheet?tab=all", "/work/sheet.pdf?tab=all")


@pytest.mark.parametrize("address", [*OUTSIDE, "/calendar", "/api/tests", "/api/now/status"])
@pytest.mark.parametrize("how", ["glass", "assigned"])
def test_who_is_seen_from_outside_alone_reads_of_every_page_that_showed_them(
    address: str, how: str, sign_in: Any, city: Any, sides: dict[str, Any]
) -> None:
    from sizao.register.access import access_of
    from sizao.register.actions.work import assign, break_glass

    tracer, away = sign_in("tracer"), city.yi_person
    if how == "glass":
        break_glass(by=access_of(tracer.user), person_id=away, reason="来自乙区的密接", hours=1)
    else:
        assign(by=city.job, person_id=away, user_id=tracer.user.pk)
    page = tracer.get(address)
    assert page.status_code == 200
    (look,) = Read.objects.filter(person_id=away)
    assert (look.user, look.glass is not None) == (tracer.user, how == "glass")
    assert not looks(city.jia_person), "who lives in the area is one of a list"
    assert Read.objects.filter(person_id="").count() == 1
    if how == "glass":
        assert look.why == "来自乙区的密接"
        if "pdf" not in address:
            assert away in page.content.decode()


def test_a_citizen_reads_that_a_list_was_asked_for_them(sign_in: Any, city: Any, sides: dict[str, Any]) -> None:
    sign_in("epidemiologist").get(f"/lists/tests?person_id={city.jia_person}&columns=result")
    own = sign_in("citizen", citizen_of=city.jia_person, language="zh").get("/own").content.decode()
    assert "查看名单" in own and "columns" not in own


def test_the_reason_behind_broken_glass_is_for_oversight_and_the_person(
    sign_in: Any, city: Any, sides: dict[str, Any]
) -> None:
    from sizao.register.access import access_of
    from sizao.register.actions.work import break_glass

    tracer, why = sign_in("tracer", "yi"), "自称被隔离的张某之妻"
    break_glass(by=access_of(tracer.user), person_id=city.jia_person, reason=why, hours=1)
    tracer.get(f"/people/{city.jia_person}")
    tracer.get("/lists/people")
    address = f"/audit?show=reads&person={city.jia_person}"
    assert sign_in("oversight").get(address).content.decode().count(why) == 2
    for place, language, said in (("jia", "en", "through broken glass"), (None, "zh", "仅本人与监督可读")):
        text = sign_in("administrator", place, language=language).get(address).content.decode()
        assert why not in text and text.count(said) == 2
    both = sign_in("administrator")
    elsewhere = city.access("tracer", "yi").user.grants.get()
    elsewhere.pk, elsewhere.user = None, both.user
    elsewhere.save()
    assert why not in both.get(address).content.decode(), "they see people, but not there"
    assert why in sign_in("citizen", citizen_of=city.jia_person).get("/own").content.decode()


def test_the_audit_of_one_person_is_a_look_at_them(sign_in: Any, city: Any, sides: dict[str, Any]) -> None:
    oversight = sign_in("oversight")
    for person in (city.jia_person, city.yi_person):
        oversight.get(f"/audit?show=acts&person={person}")
    assert looks(city.jia_person) == [("audit", "show=acts")] and not looks(city.yi_person)


def test_looks_from_outside_cost_a_row_each_and_no_more_questions(
    sign_in: Any, city: Any, sides: dict[str, Any], django_assert_max_num_queries: Any
) -> None:
    from sizao.register.access import access_of
    from sizao.register.actions import people
    from sizao.register.actions.work import assign
    from sizao.register.reads import log_each

    tracer = sign_in("tracer")
    ids = [people.add_person(by=city.job, home_place_id="yi").person_id for _ in range(20)]
    for name in ids:
        assign(by=city.job, person_id=name, user_id=tracer.user.pk)
    access = access_of(tracer.user)
    with django_assert_max_num_queries(len(ids) + 7):
        log_each(by=access, what="work", ids=ids)
    assert {*Read.objects.values_list("person_id", flat=True)} == {*ids}


def of_excesses(browser: Client, ids: Any) -> Any:
    page = browser.get("/excesses/do", {"do": "answer"})
    return browser.post("/excesses/do", {**fields(page), "said": "facts_wrong", "text": ""})


def of_orders(browser: Client, ids: Any) -> Any:
    page = browser.post("/orders/lift", {"of": "people", "order": ids["order_id"]}, follow=True)
    page = browser.post("/orders/lift", {**fields(page), "until": "2022-11-20"}, follow=True)
    return browser.post("/orders/lift", fields(page))


def of_contacts(browser: Client, ids: Any) -> Any:
    return browser.post(f"/cases/{ids['case_id']}/interview", fields(contact(browser, ids)) | {"do": "record"})


def of_results(browser: Client, ids: Any) -> Any:
    return browser.post(reverse("results_do"), {"how": "negative", "key": "3" * 32, "row": f"1 {ids['test_id']}"})


@pytest.mark.parametrize(
    ("write", "said", "people"),
    [
        (of_excesses, "list=excesses, did=answer_excess_many", 1),
        (of_orders, "list=orders, did=lift", 1),
        (of_contacts, "forward: recorded", 2),
        (of_results, "did=result", 1),
    ],
)
def test_what_became_of_many_is_a_look_on_record(
    write: Callable[..., Any], said: str, people: int, everything: Client, sides: dict[str, Any]
) -> None:
    done = write(everything, sides["jia"].ids)
    assert done.status_code == 303
    assert not Read.objects.filter(asked=said).exists()
    assert everything.get(done["Location"]).status_code == 200
    lists = Read.objects.filter(asked=said).exclude(person_id=sides["jia"].ids["person_id"])
    assert [*lists.values_list("people", flat=True)] == [people]


def test_contacts_that_were_recorded_are_a_look_also_where_the_case_is_gone(
    everything: Client, city: Any, sides: dict[str, Any]
) -> None:
    from sizao.register.actions.cases import withdraw_case

    ids = sides["jia"].ids
    done = of_contacts(everything, ids)
    withdraw_case(by=city.job, case_id=ids["case_id"], version=1)
    assert everything.get(done["Location"]).status_code == 200
    assert Read.objects.filter(what="interview", asked="recorded", people=1).exists()
