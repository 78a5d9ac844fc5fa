"""Excesses, areas and rulebooks on screen: what they show, to whom, of which area, in which language."""

from __future__ import annotations

import csv
import datetime as dt
import html
import io
import re
from typing import Any

import pytest

DAY = dt.date(2022, 11, 19)
TODAY = dt.date(2022, 11, 20)
TRY = "/rulebooks/try?kind1=exposed_to_case&on1=2022-11-08&kind2=left_high_risk_area&on2=2022-11-12"
HOSTILE = "<script>alert('名')</script>" + "长" * 180


@pytest.fixture(autouse=True)
def held(settings: Any) -> None:
    settings.SIZAO_TODAY = TODAY


@pytest.fixture
def beyond(city: Any) -> dict[str, Any]:
    """In jia: an order by a commander that goes on too long, one that is over, a place's; in yi: a neighbour's."""
    from sizao.register.access import access_of
    from sizao.register.actions import orders
    from sizao.register.models import NowExcess, NowPlaceExcess

    commander = city.user("commander", "jia", name="the-commander")
    by = access_of(commander)
    given: dict[str, Any] = {"since": DAY, "issuer": "甲区指挥部 Jia office"}
    long = orders.impose_order(by=by, person_id=city.jia_person, restriction="home_isolation", **given)
    over = orders.impose_order(by=by, person_id=city.jia_person, restriction="central_isolation", **given)
    over = orders.lift_order(by=by, order_id=over.order_id, version=1, until=DAY)
    wide = orders.impose_order(by=by, place_id="jia-1", level="high", **given)
    next_door = orders.impose_order(by=city.job, person_id=city.yi_person, restriction="home_isolation", **given)
    rows = [
        (city.jia_person, long, "longer", None, None, "二（一）"),
        (city.jia_person, over, "stricter", DAY, 1, "二（一）"),
        (city.yi_person, next_door, "no_rule", None, None, None),
    ]
    for person, order, kind, until, days, clause in rows:
        texts = {"text_zh": f"超出{kind}", "text_en": f"beyond {kind}"}
        more = {"kind": kind, "since": DAY, "until": until, "days": days, "clause": clause}
        NowExcess.objects.create(person_id=person, order_id=order.order_id, derived_at=city.job.at, **more, **texts)
    NowPlaceExcess.objects.create(
        place_id="jia-1",
        order_id=wide.order_id,
        derived_at=city.job.at,
        since=DAY,
        kind="wider",
        clause="二（四）",
        text_zh="扩大",
        text_en=f"wide {HOSTILE}",
    )
    return {"long": long.order_id, "over": over.order_id, "wide": wide.order_id}


@pytest.fixture
def drawn(city: Any) -> dict[str, str]:
    """A high-risk area in each county, drawn by a case there."""
    from sizao.register.actions import cases
    from sizao.register.models import NowArea

    found = {}
    for name, person, place in (("jia", city.jia_person, "jia-1"), ("yi", city.yi_person, "yi")):
        case = cases.report_case(by=city.job, person_id=person, confirmed_on=DAY, classification="confirmed")
        found[name] = case.case_id
        NowArea.objects.create(
            place_id=place,
            derived_at=city.job.at,
            on=TODAY,
            rulebook="cn-2022-11-11",
            level="high",
            scope="street",
            since=DAY,
            held_since=DAY,
            lifts_on=TODAY + dt.timedelta(4),
            clock_day=1,
            clause="二（四）",
            because=case.case_id,
            last_case=case.case_id,
            county=name,
            lat=23.1,
            lon=113.2,
        )
    return found


def text_of(page: Any) -> str:
    assert page.status_code == 200
    return str(page.getvalue().decode())


def test_an_excess_says_what_until_when_who_must_answer_and_the_rule(sign_in: Any, beyond: Any) -> None:
    text = text_of(sign_in("commander").get("/excesses"))
    for said in ("Beyond longer.", "2 days so far", "beyond now", "Jia office", "the-commander", beyond["long"]):
        assert said in text
    assert "/rulebooks/cn-2022-11-11#" in text and "close contact" in text


def test_each_excess_of_a_place_says_why_and_that_of_a_person_leads_there(
    sign_in: Any, beyond: Any, city: Any
) -> None:
    browser = sign_in("epidemiologist")
    said = (
        f"The fact: order {beyond['wide']} by Jia office: high risk, 19 Nov – no end set.",
        "The clause: 二（四） (cn-2022-11-11). Low-risk area; high-risk area.",
    )
    link = html.unescape(re.findall(r'<a href="(/excesses/one[^"]*#why)">Why\?', text_of(browser.get("/areas")))[0])
    for page in ("/excesses?of=places", link.partition("#")[0]):
        reason = re.findall(r"<details.*?</details>", text_of(browser.get(page)), re.DOTALL)
        reason = [part for part in reason if "Why?" in part]
        assert len(reason) == 1 and all(line in reason[0] for line in said), page
    assert 'id="why"' in text_of(browser.get(link.partition("#")[0]))
    why = f'href="/people/{city.jia_person}/why"'
    one = f"/excesses/one?about=order:{beyond['long']}&kind=longer&since={DAY}"
    assert why in text_of(browser.get(one)) and why in text_of(browser.get("/excesses"))
    chinese = text_of(sign_in("epidemiologist", language="zh").get("/excesses?of=places"))
    assert f"事实：管控令 {beyond['wide']}，" in chinese and "条款：二（四）（cn-2022-11-11）。" in chinese


def test_a_clause_is_said_as_the_rulebook_of_the_day_has_it(settings: Any) -> None:
    from django.utils.translation import override

    from sizao.web.screens.excesses import clause_words

    with override("en"):
        first, then = dt.date(2022, 11, 10), dt.date(2022, 11, 11)
        assert clause_words("二（一）", first, "people") is None
        assert clause_words("20条 二(一)", then, "people") == {
            "rulebook": "cn-2022-11-11",
            "clause": "二（一）",
            "text": "close contact",
        }
        for clause, of, text in (
            ("二（十六）", "people", "nobody may ask for more than the rules"),
            ("二（四）", "places", "low-risk area; high-risk area"),
            ("二（六）", "people", "nucleic acid test"),
        ):
            found = clause_words(clause, then, of)
            assert found is not None and found["text"].startswith(text), clause


def test_what_is_over_is_apart_and_says_that_it_was_lifted(sign_in: Any, beyond: Any) -> None:
    browser = sign_in("commander")
    assert beyond["over"] not in text_of(browser.get("/excesses"))
    text = text_of(browser.get("/excesses?state=over"))
    assert beyond["over"] in text and "lifted, last day 19 Nov" in text and beyond["long"] not in text


def test_who_imposes_orders_can_lift_from_the_list(sign_in: Any, beyond: Any) -> None:
    form = f"/orders/{beyond['long']}/lift_order"
    browser = sign_in("commander")
    assert form in text_of(browser.get("/excesses")) and browser.get(form).status_code == 200
    assert f"/orders/{beyond['over']}/lift_order" not in text_of(browser.get("/excesses?state=over"))
    for role in ("oversight", "epidemiologist"):
        assert "/lift_order" not in text_of(sign_in(role).get("/excesses"))


def test_each_count_leads_to_its_rows(sign_in: Any, beyond: Any) -> None:
    browser = sign_in("commander")
    text = text_of(browser.get("/excesses?state=all"))
    assert "<strong>2</strong>" in text and 'href="?kind=longer&amp;state=all"' in text
    text = text_of(browser.get("/excesses?kind=longer&state=all"))
    assert beyond["long"] in text and beyond["over"] not in text


def test_filters_by_place_and_by_who_ordered(sign_in: Any, beyond: Any) -> None:
    browser = sign_in("oversight", None)
    assert "beyond no_rule" not in text_of(browser.get("/excesses?place=jia")).lower()
    assert beyond["long"] in text_of(browser.get("/excesses?place=jia&issuer=jia%20OFFICE"))
    assert beyond["long"] not in text_of(browser.get("/excesses?issuer=nobody"))


def test_counts_are_the_same_whichever_way_people_are_found(
    sign_in: Any, city: Any, beyond: Any, monkeypatch: Any
) -> None:
    from sizao.register.actions.people import add_person
    from sizao.web.screens import excesses

    add_person(by=city.job, home_place_id="jia", name="赵六")  # more here than next door
    browser = sign_in("commander")
    pages = []
    for few, many in ((10_000, 200_000), (0, 1), (0, 0), (1, 0)):
        monkeypatch.setattr(excesses, "FEW", few)
        monkeypatch.setattr(excesses, "MANY", many)
        text = text_of(browser.get("/excesses?state=all&issuer=Jia"))
        more = browser.get("/excesses/do?state=all&issuer=Jia").context["rows"]
        pages.append((text[text.index('class="counts"') :], [row["row"].pk for row in more]))
    assert pages[1:] == pages[:1] * 3 and pages[0][1]


def test_what_took_long_to_count_is_not_counted_again_at_once(monkeypatch: Any) -> None:
    from sizao.register import remembered
    from sizao.web.screens import excesses

    asked = iter(range(9))
    monkeypatch.setattr(remembered, "_kept", {})
    monkeypatch.setattr(remembered, "SLOW", -1.0)
    assert [excesses.remembered(("a",), lambda: next(asked)) for _ in range(2)] == [0, 0]
    monkeypatch.setattr(remembered, "REMEMBERED", 0)
    assert excesses.remembered(("a",), lambda: next(asked)) == 1
    monkeypatch.setattr(remembered, "SLOW", 60.0)
    assert [excesses.remembered(("a",), lambda: next(asked)) for _ in range(2)] == [2, 3]


def test_the_neighbours_excess_is_neither_shown_nor_counted_nor_exported(sign_in: Any, beyond: Any) -> None:
    for role in ("commander", "oversight", "epidemiologist"):
        browser = sign_in(role)
        for path in ("/excesses?state=all", "/excesses?place=nation"):
            text = text_of(browser.get(path))
            assert "eyond no_rule" not in text and "no rule asks for it" not in text, (role, path)
        assert browser.get("/excesses?state=all&place=yi").status_code == 400
    assert "no_rule" not in text_of(sign_in("epidemiologist").get("/excesses.csv?state=all"))


def test_names_are_for_those_who_may_see_them(sign_in: Any, beyond: Any) -> None:
    assert "李四" in text_of(sign_in("epidemiologist").get("/excesses"))
    for role in ("commander", "oversight"):
        assert "李四" not in text_of(sign_in(role).get("/excesses"))


def test_the_list_and_its_file_are_looks_on_record(sign_in: Any, beyond: Any, city: Any) -> None:
    from sizao.register.models import Read

    browser = sign_in("epidemiologist")
    text_of(browser.get("/excesses?issuer=Jia"))
    rows = list(csv.reader(io.StringIO(text_of(browser.get("/excesses.csv?state=all")).removeprefix("\ufeff"))))
    assert rows[0] == [
        "order_id",
        "person_id",
        "from",
        "until",
        "days",
        "kind",
        "clause",
        "text",
        "answer",
        "answered_at",
    ]
    assert {row[1] for row in rows[1:]} == {city.jia_person}
    assert [(read.what, read.people) for read in Read.objects.order_by("pk")] == [("list", 1), ("export", 2)]
    assert not any("Jia" in read.asked for read in Read.objects.all())


def test_the_file_speaks_the_language_of_its_reader_and_hurts_no_spreadsheet(sign_in: Any, beyond: Any) -> None:
    from sizao.register.models import NowPlaceExcess

    NowPlaceExcess.objects.unscoped("test").update(text_en="=1+1")
    browser = sign_in("epidemiologist")
    assert "beyond longer" in text_of(browser.get("/excesses.csv"))
    assert "'=1+1" in text_of(browser.get("/excesses.csv?of=places"))


def test_pages_follow_one_another_without_gaps(sign_in: Any, beyond: Any, monkeypatch: Any) -> None:
    from sizao.web.screens import excesses

    monkeypatch.setattr(excesses, "SIZE", 1)
    browser = sign_in("commander")
    first = browser.get("/excesses?state=all")
    second = browser.get("/excesses" + first.context["next"])
    shown = [page.context["rows"][0]["row"].order_id for page in (first, second)]
    assert shown == [beyond["long"], beyond["over"]] and not second.context["next"]
    assert second.context["first"] == "?state=all"


def test_what_waits_longest_is_first_and_what_is_to_come_last(sign_in: Any, beyond: Any, monkeypatch: Any) -> None:
    from sizao.register.models import NowExcess
    from sizao.web.screens import excesses

    first = NowExcess.objects.unscoped("test").get(order_id=beyond["long"])
    for kind, day in (("stricter", 3), ("earlier", -9), ("no_rule", -1), ("forbidden", -9)):
        first.pk, first.kind, first.since, first.until = None, kind, TODAY + dt.timedelta(day), None
        first.save(force_insert=True)
    monkeypatch.setattr(excesses, "SIZE", 2)
    browser, address, shown = sign_in("commander"), "?", []
    while address:
        page = browser.get("/excesses" + address)
        shown += [row["row"].kind for row in page.context["rows"]]
        address = page.context["next"]
    assert shown == ["earlier", "forbidden", "longer", "no_rule", "stricter"]
    text = text_of(browser.get("/excesses?state=now"))
    assert "In this list: 4" in text and text.index("do=answer") < text.index("<table")
    monkeypatch.setattr(excesses, "FEW", 4)
    assert browser.get("/excesses").context["rows"][1]["row"].kind == "stricter"


def test_hostile_texts_stay_texts(sign_in: Any, beyond: Any) -> None:
    browser = sign_in("commander")
    for path in ("/excesses?of=places", "/areas", "/excesses?issuer=<script>alert(1)</script>"):
        assert "<script>alert" not in text_of(browser.get(path))
    for wrong in ("place=<b>&kind=<i>", "after=%F0%9D%9F%99", "after=9999999999999999999999"):
        page = browser.get(f"/excesses?{wrong}")
        assert page.status_code == 400 and "<b>" not in page.content.decode()
    assert browser.get("/areas?after=<i>&level=<b>&place=%27").status_code == 400
    assert browser.get("/rulebooks?on=x").status_code == 200


@pytest.mark.parametrize("path", ["/excesses", "/excesses.csv", "/areas"])
@pytest.mark.parametrize("role", ["laboratory", "call_desk", "administrator"])
def test_others_are_refused(sign_in: Any, path: str, role: str) -> None:
    assert sign_in(role).get(path).status_code == 403


def test_only_who_may_export_gets_the_file(sign_in: Any, beyond: Any) -> None:
    for role in ("commander", "oversight"):
        browser = sign_in(role)
        assert "/excesses.csv" not in text_of(browser.get("/excesses"))
        assert browser.get("/excesses.csv").status_code == 403


def test_empty_lists_say_so(sign_in: Any, city: Any) -> None:
    browser = sign_in("commander")
    assert "Nothing like this goes beyond the rules" in text_of(browser.get("/excesses"))
    assert "There is no risk area" in text_of(browser.get("/areas"))


def test_an_area_has_its_level_clock_end_and_clause(sign_in: Any, drawn: Any, beyond: Any) -> None:
    text = text_of(sign_in("commander").get("/areas"))
    for said in ("high-risk area", "24 Nov", "4 days left", "last one 19 Nov", "二（四）", "jia-1区", "<svg"):
        assert said in text
    assert "Wide &lt;script&gt;" in text  # beside it, what goes beyond on places


def test_areas_next_door_are_not_shown(sign_in: Any, drawn: Any) -> None:
    for path in ("/areas", "/areas?place=yi", "/areas?place=nation"):
        text = text_of(sign_in("commander").get(path))
        assert "yi区" not in text.split("<tbody>")[-1] or path.endswith("yi")
        assert drawn["yi"] not in text and 'href="/places/yi"' not in text


def test_areas_are_the_same_whichever_way_they_are_found(
    sign_in: Any, drawn: Any, beyond: Any, monkeypatch: Any
) -> None:
    from sizao.web.screens import excesses

    browser = sign_in("commander")
    for few in (3_000, 0):
        monkeypatch.setattr(excesses, "FEW_PLACES", few)
        for path in ("/areas", "/areas?place=nation", "/excesses?of=places"):
            page = browser.get(path)
            assert [found["row"].place_id for found in page.context["rows"]] == ["jia-1"], (few, path)


def test_ids_of_cases_are_for_those_who_may_see_people(sign_in: Any, drawn: Any, city: Any) -> None:
    from sizao.register.models import Read
    from sizao.register.roles import roles

    assert drawn["jia"] in text_of(sign_in("commander").get("/areas"))
    assert Read.objects.get().people == 1
    blind = [role.name for role in roles().values() if "see_areas" in role.may and "see_people" not in role.may]
    for role in blind:
        assert drawn["jia"] not in text_of(sign_in(role).get("/areas"))


@pytest.mark.parametrize("path", ["/excesses", "/areas", "/rulebooks", "/rulebooks/cn-2022-11-11", TRY])
def test_names_of_200_letters_break_no_page(sign_in: Any, beyond: Any, drawn: Any, path: str) -> None:
    from sizao.register.models import Order, Person, Place

    Place.objects.unscoped("test").filter(place_id="jia-1").update(name=HOSTILE)
    person = Person.objects.unscoped("test").first()
    person.name = HOSTILE
    person.save()
    browser = sign_in("epidemiologist")
    browser.user.username = f"u{HOSTILE}"[:150]
    browser.user.save()
    assert "<script>alert" not in text_of(browser.get(path))
    assert Order.objects.unscoped("test").exists()


def test_a_map_keeps_proportions_and_one_point_is_enough() -> None:
    from sizao.web.screens.areas import draw

    assert draw([]) is None
    one = draw([("high", 23.1, 113.2)])
    assert one is not None and one["layers"][0]["path"].startswith("M360 80")
    many = draw([("high", 0.0, 0.0), ("low", 1.0, 2.0), ("high", 0.0, 0.0)])
    assert many is not None and [layer["shape"] for layer in many["layers"]] == ["light", "strict"]
    assert many["key"][0]["path"].count("M") == 1  # what lies on one another is drawn once


def test_rulebooks_are_for_whoever_signed_in(sign_in: Any, city: Any) -> None:
    for role in ("citizen", "laboratory", "no such role"):
        browser = sign_in(role, citizen_of=city.jia_person if role == "citizen" else "")
        for path in ("/rulebooks", "/rulebooks/cn-2022-11-11", "/rulebooks/compare", "/rulebooks/try"):
            assert browser.get(path).status_code == 200, (role, path)
    assert sign_in(None).get("/rulebooks").status_code == 302


@pytest.mark.parametrize(
    ("on", "state"),
    [("2022-11-10", "not_yet"), ("2022-11-11", "in_force"), ("2022-11-20", "in_force"), ("2022-11-21", "replaced")],
)
def test_a_rulebook_is_in_force_from_its_day_until_the_next(sign_in: Any, on: str, state: str) -> None:
    page = sign_in("tracer").get(f"/rulebooks?on={on}")
    rows = {row["book"].id: row["state"] for group in page.context["groups"] for row in group["rows"]}
    assert rows["cn-2022-11-11"] == state
    assert page.context["groups"][0]["name"] == "CN"


def test_a_rulebook_says_its_measures_limits_and_duties_with_clauses(sign_in: Any) -> None:
    text = text_of(sign_in("tracer").get("/rulebooks/cn-2022-11-11"))
    for said in ("days 1 to 5: central isolation", "at most 1 a person a day", "lift high-risk areas", "101号"):
        assert said in text
    assert 'id="二（一）"' in text and text.count('id="二（一）"') == 1
    assert "from=cn-2022-06-27&amp;to=cn-2022-11-11" in text


def test_no_file_is_read_by_the_name_in_an_address(sign_in: Any) -> None:
    browser = sign_in("tracer")
    for name in ("no-such", "x.yaml", "..%2F..%2Fetc%2Fpasswd.yaml"):
        assert browser.get(f"/rulebooks/{name}").status_code == 404
    for path in ("/rulebooks/compare?from=/etc/x.yaml&to=cn-2022-11-11", "/rulebooks/try?rulebook=/etc/x.yaml"):
        assert browser.get(path).status_code == 200


def test_two_rulebooks_compared(sign_in: Any) -> None:
    browser = sign_in("tracer")
    text = text_of(browser.get("/rulebooks/compare?from=cn-2022-06-27&to=cn-2022-11-11"))
    assert "central isolation: 7 days -&gt; 5 days" in text and "lighter" in text
    assert "rulebook impact" not in text
    assert "Both say the same" in text_of(browser.get("/rulebooks/compare?from=cn-2022-11-11&to=cn-2022-11-11"))
    told = text_of(sign_in("epidemiologist").get("/rulebooks/compare?from=cn-2022-06-27&to=cn-2022-11-11"))
    assert "sizao rulebook impact cn-2022-06-27 cn-2022-11-11" in told


def test_a_made_up_person_day_by_day_and_nothing_is_kept(sign_in: Any, django_assert_num_queries: Any) -> None:
    from sizao.register.models import Act, Event, Person, Read

    browser = sign_in("tracer")
    before = [model.objects.unscoped("test").count() for model in (Person, Event)] + [Act.objects.count()]
    page = browser.get(TRY + "&day=2022-11-12")
    days = {found["on"]: found for found in page.context["days"]}
    assert days[dt.date(2022, 11, 13)]["restriction"] == "central isolation"
    assert days[dt.date(2022, 11, 13)]["day"] == 5 and days[dt.date(2022, 11, 14)]["day"] == 1
    assert days[dt.date(2022, 11, 10)]["rulebook"] == "cn-2022-06-27"
    assert page.context["days"][-1] == days[dt.date(2022, 11, 19)] and days[dt.date(2022, 11, 19)]["free"]
    assert "person who left a high-risk area" in text_of(page) and "Why, on 12 Nov" in text_of(page)
    after = [model.objects.unscoped("test").count() for model in (Person, Event)] + [Act.objects.count()]
    assert before == after and not Read.objects.exists()


@pytest.mark.parametrize(
    "facts",
    [
        [("exposed_to_case", 8), ("exposed_to_case", 14), ("case/confirmed/local", 19)],
        [("arrived_from_abroad", 1), ("left_high_risk_area", 9)],
        [("exposed_to_contact", 9), ("finished_closed_loop", 10), ("arrived_from_other_province", 12)],
        [("entered_bubble", 12), ("left_bubble", 15)],
    ],
)
def test_each_day_is_what_the_derivation_of_that_day_says(facts: list[tuple[str, int]], settings: Any) -> None:
    from django.utils import timezone

    from sizao.derive import UNDECIDED, derive
    from sizao.policy import chain
    from sizao.web.screens import rulebooks as screen

    at = timezone.now()
    given = [(kind, dt.date(2022, 11, day)) for kind, day in facts]
    name = "cn-2022-11-21"
    shown = screen.lived(name, given, None, at)["days"]
    for day in shown[:25]:
        with derive(screen._folder(given, at), chain(name), day["on"], known_at=at, engine="sqlite") as derivation:
            rows, due = (derivation.table(table).to_pylist() for table in ("status", "tests_due"))
        status = rows[0] if rows and rows[0]["measure"] != UNDECIDED else None
        assert bool(day["restriction"]) == bool(status and status["restriction"]), day
        assert day["test"] == bool(due), day
        if day["restriction"]:
            assert status is not None
            assert (day["clause"], day["rulebook"]) == (status["clause"], status["rulebook"])
            assert day["day"] == status["phase_day"]


@pytest.mark.parametrize(
    "asked", ["kind1=exposed_to_case", "on1=2022-11-08", "kind1=exposed_to_case&on1=0001-01-01", "on1=31.12.2022"]
)
def test_half_a_fact_is_asked_for_again(sign_in: Any, asked: str) -> None:
    page = sign_in("tracer").get(f"/rulebooks/try?{asked}")
    assert "Give both a kind and a date" in text_of(page) and "days" not in page.context


def test_dates_at_the_edge_break_nothing(sign_in: Any) -> None:
    browser = sign_in("tracer")
    for on in ("2014-01-01", "2100-12-31"):
        for day in ("", "&day=9999-12-31", "&day=x"):
            assert browser.get(f"/rulebooks/try?kind1=exposed_to_case&on1={on}{day}").status_code == 200
    far = "/rulebooks/try?kind1=exposed_to_case&on1=2022-01-01&kind2=exposed_to_case&on2=2022-11-08"
    assert browser.get(far).status_code == 200


@pytest.mark.parametrize("path", ["/excesses?state=all", "/excesses?of=places", "/areas", "/rulebooks", TRY])
def test_both_languages(sign_in: Any, beyond: Any, drawn: Any, path: str) -> None:
    for language, said, unsaid in (("zh", "规则册", "Rulebook"), ("en", "Rulebook", "规则册")):
        text = text_of(sign_in("commander", language=language).get(path))
        assert said in text and unsaid not in text
