"""The forms: each calls its action once, keeps what was typed, and shows what is wrong beside its field."""

from __future__ import annotations

import datetime as dt
import inspect
import re
from typing import Any

import pytest
from django.test import Client

from sizao.register.identifying import IDENTIFYING
from sizao.register.models import (
    Act,
    Assignment,
    BrokenGlass,
    Case,
    Event,
    FollowUp,
    Grant,
    Order,
    Person,
    Place,
    Request,
    Team,
    User,
)
from sizao.register.models import Test as Sample
from sizao.web.forms.describe import forms

DAY = "2022-11-19"


def send(browser: Client, path: str, **typed: Any) -> Any:
    """Opens a form, fills it in and sends it with what the page hid in it; what was done is on record."""
    opened = browser.get(path)
    form, said = opened.context["form"], opened.context["said"]
    hidden = {field.html_name: field.value() for field in form.hidden_fields()}
    page = browser.post(path, {**hidden, **typed})
    if page.status_code == 303:
        assert [act.action for act in Act.objects.filter(key=hidden["key"])] == [said.act]
    return page


def all_of(model: Any) -> list[Any]:
    return (
        list(model.objects.unscoped("test").order_by("pk"))
        if hasattr(model.objects, "unscoped")
        else list(model.objects.order_by("pk"))
    )


@pytest.mark.parametrize("said", forms().values(), ids=forms())
def test_a_form_asks_for_what_its_action_takes(said: Any) -> None:
    takes = inspect.signature(said.call).parameters
    takes_any = any(parameter.kind is parameter.VAR_KEYWORD for parameter in takes.values())
    asked = {field.name for field in said.fields} | ({said.given_as} if said.given_as else set())
    asked |= {"version"} if said.is_versioned else set()
    assert takes_any or asked <= set(takes)
    must = {name for name, p in takes.items() if p.default is p.empty and p.kind is p.KEYWORD_ONLY} - {"by"}
    given = {field.name for field in said.fields if not field.optional} | asked
    assert must <= given
    assert all(set(words) == {"zh", "en"} for words in (said.title, said.note))
    assert all(set(field.label) == {"zh", "en"} for field in said.fields if field.type != "secret")


def test_the_main_actions_are_done_by_forms(sign_in: Any, city: Any) -> None:
    epi, p = sign_in("epidemiologist"), f"/people/{city.jia_person}"
    send(
        epi,
        "/add-person",
        name="赵六",
        phone="13700137000",
        home_place_id="jia-1",
        sex="female",
        traits=["elderly", "chronic"],
    )
    added = all_of(Person)[-1]
    assert (added.name, added.home_id, added.traits) == ("赵六", "jia-1", "elderly;chronic")
    assert (
        send(epi, p + "/report_case", confirmed_on=DAY, classification="confirmed", origin="local").status_code == 303
    )
    case = all_of(Case)[-1]
    send(
        epi,
        f"/people/{added.pk}/record_event",
        kind="exposed_to_case",
        occurred_on=DAY,
        case_id=case.case_id,
        place_id="jia区",
    )
    event = all_of(Event)[-1]
    assert (event.person_id, event.kind, event.case_id, event.place_id) == (
        added.pk,
        "exposed_to_case",
        case.case_id,
        "jia",
    )
    send(epi, p + "/record_test", sampled_on=DAY, method="pcr", result="pending", tube_id="t-9")
    test = all_of(Sample)[-1]
    send(epi, f"/tests/{test.test_id}/record_result", result="positive", ct="32.5")
    assert [(t.version, t.result, t.ct) for t in all_of(Sample)] == [(1, "pending", None), (2, "positive", 3250)]
    send(epi, p + "/log_visit", occurred_on=DAY, outcome="missed")
    assert all_of(FollowUp)[-1].outcome == "missed"
    send(epi, p + "/take_request", kind="medicine", text="降压药", occurred_on=DAY)
    asked = all_of(Request)[-1]
    assert asked.text == "降压药"
    send(epi, f"/requests/{asked.request_id}/answer_request", answered_on=DAY)
    assert str(all_of(Request)[-1].answered_on) == DAY
    send(epi, f"/events/{event.event_id}/void_event")
    assert all_of(Event)[-1].voids_id == event.event_id
    send(
        epi,
        f"/cases/{case.case_id}/update_case",
        confirmed_on=DAY,
        classification="asymptomatic",
        origin="local",
        discharged_on="2022-11-20",
    )
    assert (all_of(Case)[-1].version, all_of(Case)[-1].classification) == (2, "asymptomatic")


@pytest.mark.parametrize("language", ("zh", "en"))
def test_a_wrong_id_is_said_beside_its_field(language: str, sign_in: Any, city: Any) -> None:
    p, said = f"/people/{city.jia_person}", {"zh": "没有这个编号的病例", "en": "No case has this id"}
    epi = sign_in("epidemiologist", language=language)
    page = send(epi, p + "/record_event", kind="exposed_to_case", occurred_on=DAY, case_id="c-999999")
    assert page.status_code == 400 and said[language] in str(page.context["form"].errors["case_id"])
    assert list(page.context["form"].errors) == ["case_id"]
    for gone in ("p-none", city.yi_person):
        page = send(epi, p + "/merge_people", gone=gone)
        assert page.status_code == 400 and list(page.context["form"].errors) == ["gone"]
        assert (
            page.context["form"].errors["gone"]
            == send(epi, p + "/merge_people", gone="x").context["form"].errors["gone"]
        )


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/nothing", "There is no such page"),
        ("/rulebooks/zz", "There is no such rulebook"),
        ("/users/zz", "There is no such user"),
        ("/people/zz", "There is nothing like that in your area"),
    ],
)
def test_a_wrong_address_says_what_is_not_there(address: str, said: str, sign_in: Any, city: Any) -> None:
    role = "administrator" if "users" in address else "tracer"
    page = sign_in(role).get(address)
    text = page.content.decode()
    main = text[text.index("<main") : text.index("</main>")]
    assert page.status_code == 404 and said in main and (" glass" in main) == ("people" in address)
    assert said not in sign_in(role, language="zh").get(address).content.decode()
    page = Client(headers={"Accept-Language": "en"}).get(address)
    assert page.status_code == (404 if address == "/nothing" else 302) and page["Content-Language"] == "en"


def test_a_commander_imposes_lifts_and_assigns(sign_in: Any, city: Any) -> None:
    commander = sign_in("commander")
    send(
        commander,
        f"/people/{city.jia_person}/impose_order",
        restriction="home_isolation",
        since=DAY,
        issuer="区指挥部",
    )
    order = all_of(Order)[-1]
    send(commander, f"/orders/{order.order_id}/lift_order", until="2022-11-20")
    assert [(row.version, row.until) for row in all_of(Order)] == [(1, None), (2, dt.date(2022, 11, 20))]
    send(commander, "/places/jia/impose_order_on_place", level="high", since=DAY, issuer="区指挥部")
    assert all_of(Order)[-1].place_id == "jia"
    team = Team.objects.create(name="一队", place=Place.objects.unscoped("test").get(place_id="jia"))
    send(commander, f"/people/{city.jia_person}/assign", team_id=str(team.pk))
    assert Assignment.objects.get(latest=True).team == team


def test_an_administrator_keeps_users_and_places(sign_in: Any, city: Any) -> None:
    admin = sign_in("administrator")
    page = send(admin, "/add-user", username="wang", language="en")
    secret = page.context["secret"]
    wang = User.objects.get(username="wang")
    assert page.status_code == 200 and wang.check_password(secret) and wang.password_given and len(secret) == 24
    send(admin, "/users/wang/grant_role", role="tracer", place_id="jia", until="2100-01-01")
    for strange in ("9999-12-31", "0001-01-01", "2020-01-01", "soon"):
        assert send(admin, "/users/wang/grant_role", role="tracer", place_id="jia", until=strange).status_code == 400
    grant = Grant.objects.get(user=wang)
    assert (grant.role, grant.place_id, grant.until.isoformat()) == ("tracer", "jia", "2100-01-01T16:00:00+00:00")
    send(admin, f"/grants/{grant.pk}/end_grant")
    assert Grant.objects.get(user=wang).until <= dt.datetime.now(dt.UTC)
    send(admin, "/places/jia/add_place", kind="street", name="新街道")
    assert Place.objects.unscoped("test").get(name="新街道").parent_id == "jia"
    send(admin, "/places/jia/add_team", name="二队", usernames="wang")
    assert Team.objects.get(name="二队").members.count() == 1


def test_the_same_form_sent_twice_is_done_once(sign_in: Any, city: Any) -> None:
    epi, path = sign_in("epidemiologist"), f"/people/{city.jia_person}/record_test"
    form = epi.get(path).context["form"]
    typed = {"key": form["key"].value(), "sampled_on": DAY, "method": "pcr", "result": "pending"}
    answers = [epi.post(path, typed).status_code for _ in range(3)]
    assert answers == [303, 303, 303] and len(all_of(Sample)) == 1
    assert epi.get(path).context["form"]["key"].value() != typed["key"]


@pytest.mark.parametrize("path", ["/add-user", "/users/wang/set_password"])
def test_a_password_is_shown_once_and_not_again_when_the_form_is_sent_again(
    path: str, sign_in: Any, city: Any
) -> None:
    admin = sign_in("administrator")
    city.user("tracer", "jia", name="wang")
    typed = {"key": "0" * 32, "username": "chen", "language": "zh"}
    first, second = (admin.post(path, typed) for _ in range(2))
    assert first.context["secret"] and not second.context["secret"]
    assert Act.objects.filter(key="0" * 32).count() == 1


def test_a_key_of_one_form_does_nothing_in_another(sign_in: Any, city: Any) -> None:
    epi, p = sign_in("epidemiologist"), f"/people/{city.jia_person}"
    typed = {"key": "a" * 32, "sampled_on": DAY, "method": "pcr", "result": "pending"}
    epi.post(p + "/record_test", typed)
    other = {"key": "a" * 32, "occurred_on": DAY, "outcome": "missed"}
    assert epi.post(p + "/log_visit", other).status_code == 409 and not all_of(FollowUp)


def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(sign_in: Any, city: Any) -> None:
    epi, path = sign_in("epidemiologist"), f"/people/{city.jia_person}/report_case"
    page = send(epi, path, confirmed_on="2099-01-01", classification="odd", origin="local", onset_on="yesterday")
    assert page.status_code == 400 and not all_of(Case)
    assert set(page.context["form"].errors) == {"classification", "onset_on"}
    page = send(epi, path, confirmed_on="2099-01-01", classification="confirmed", origin="local")
    assert page.status_code == 400 and not all_of(Case)
    assert page.context["form"].errors["confirmed_on"] == ["Not after today: record it when it has happened"]
    text = page.content.decode()
    assert 'value="2099-01-01"' in text and text.index("Not after today") < text.index('name="confirmed_on"')


def test_problems_are_told_in_chinese_to_who_reads_chinese(sign_in: Any, city: Any) -> None:
    epi = sign_in("epidemiologist", language="zh")
    page = send(
        epi,
        f"/people/{city.jia_person}/report_case",
        confirmed_on="2099-01-01",
        classification="confirmed",
        origin="local",
    )
    assert page.context["form"].errors["confirmed_on"] == ["不能晚于今天；发生之后再登记"]
    page = send(
        epi, f"/people/{city.jia_person}/report_case", confirmed_on="x", classification="confirmed", origin="local"
    )
    assert "输入一个有效的日期" in page.context["form"].errors["confirmed_on"][0]


def test_an_identity_number_that_is_known_is_said_at_the_number(sign_in: Any, city: Any) -> None:
    epi = sign_in("epidemiologist")
    send(epi, "/add-person", number="110101199001011234", home_place_id="jia")
    page = send(epi, "/add-person", number="110101199001011234", home_place_id="jia")
    assert page.status_code == 400 and "number" in page.context["form"].errors


def sent(page: Any) -> dict[str, Any]:
    """What a browser would send if nothing was typed into the form of a page: its values, and how they began."""
    found: dict[str, Any] = {}
    for field in page.context["form"]:
        nothing: Any = (
            [] if hasattr(field.field.widget, "allow_multiple_selected") and field.html_name == "traits" else ""
        )
        found[field.html_name] = nothing if field.value() is None else field.value()
        if field.field.show_hidden_initial:
            began = nothing if field.initial is None else field.field.prepare_value(field.initial)
            found[field.html_initial_name] = began
    return found


def test_of_two_who_correct_the_same_person_the_second_sees_both(sign_in: Any, city: Any) -> None:
    first, second = sign_in("tracer"), sign_in("tracer")
    path = f"/people/{city.jia_person}/change_person"
    typed = [sent(browser.get(path)) for browser in (first, second)]
    assert first.post(path, {**typed[0], "name": "李思", "phone": "13700001111"}).status_code == 303
    page = second.post(path, {**typed[1], "name": "李斯", "sex": "female"})
    assert page.status_code == 409 and first.user.username in page.content.decode()
    rows = {row.label: (row.now, row.typed, row.differs) for row in page.context["conflict"]}
    assert rows == {"Name": ("李思", "李斯", True), "Sex": ("—", "female", True)}
    assert Person.objects.unscoped("test").get(pk=city.jia_person).name == "李思"
    again = sent(page)
    assert again["version"] == 2 and again["key"] != typed[1]["key"]
    assert (again["name"], again["sex"]) == ("李斯", "female"), "what was typed stays"
    assert again["phone"] == "13700001111", "what the other changed is not written back"
    assert second.post(path, again).status_code == 303
    person = Person.objects.unscoped("test").get(pk=city.jia_person)
    assert (person.name, person.sex, person.phone) == ("李斯", "female", "13700001111")


def test_a_correction_writes_what_was_changed_alone(sign_in: Any, city: Any) -> None:
    tracer, path = sign_in("tracer"), f"/people/{city.jia_person}/change_person"
    assert tracer.post(path, sent(tracer.get(path))).status_code == 303
    assert not Act.objects.filter(action="change_person").exists(), "nothing was changed"
    tracer.post(path, {**sent(tracer.get(path)), "phone": "", "traits": ["pregnant"]})
    assert Act.objects.get(action="change_person").about["fields"] == ["phone", "traits"]
    person = Person.objects.unscoped("test").get(pk=city.jia_person)
    assert (person.name, person.phone, person.traits, person.home_id) == ("李四", None, "pregnant", "jia-1")


def test_names_are_not_in_the_form_of_who_does_not_see_them(city: Any) -> None:
    from sizao.register.access import Access
    from sizao.web.forms.build import build

    said = forms()["change_person"]
    blind = Access(user=None, at=city.job.at, held=(("", frozenset({"add_people"})),))
    assert set(build(said, city.job).fields) - set(build(said, blind).fields) == IDENTIFYING


def test_of_two_results_of_one_test_the_second_is_a_conflict(sign_in: Any, city: Any, sides: Any) -> None:
    lab, other = sign_in("laboratory"), sign_in("laboratory")
    path = f"/tests/{sides['jia'].ids['test_id']}/record_result"
    opened = other.get(path).context["form"]
    send(lab, path, result="negative")
    typed = {"key": opened["key"].value(), "version": opened["version"].value(), "result": "positive"}
    page = other.post(path, typed)
    assert page.status_code == 409
    assert (page.context["conflict"][0].now, page.context["conflict"][0].typed) == ("negative", "positive")


def test_a_place_is_found_by_a_part_of_its_name_and_of_several_one_is_chosen(sign_in: Any, city: Any) -> None:
    from sizao.register.actions.places import add_place

    add_place(by=city.job, kind="street", name="花园街道", parent_id="jia", place_id="jia-2")
    add_place(by=city.job, kind="street", name="花园街道", parent_id="yi", place_id="yi-2")
    epi = sign_in("epidemiologist")
    page = send(epi, "/add-person", name="赵", home_place_id="花园")
    assert page.status_code == 400
    offered = re.findall(r'type="radio" name="home_place_id" value="([^"]+)"', page.content.decode())
    assert offered == ["花园街道 (jia-2)", "花园街道 (yi-2)"]
    yi = sign_in("epidemiologist", "yi")
    page_of_yi = send(yi, "/add-person", name="赵", home_place_id="花园").content.decode()
    assert page_of_yi.index("(yi-2)") < page_of_yi.index("(jia-2)"), "one's own come first"
    assert send(epi, "/add-person", name="赵", home_place_id=["花园", offered[0]]).status_code == 303
    assert all_of(Person)[-1].home_id == "jia-2"
    assert send(epi, "/add-person", name="赵", home_place_id="no such street").status_code == 400


def test_nobody_is_added_in_somebody_elses_area(sign_in: Any, city: Any) -> None:
    page = send(sign_in("tracer"), "/add-person", name="赵", home_place_id="yi")
    assert page.status_code == 403 and len(all_of(Person)) == 2


def test_glass_is_broken_with_a_reason_and_shows_one_person(sign_in: Any, city: Any) -> None:
    tracer = sign_in("tracer")
    assert tracer.get(f"/people/{city.yi_person}").status_code == 404
    page = send(tracer, "/glass", person_id=city.yi_person, reason="short", hours="2")
    assert page.status_code == 400 and "reason" in page.context["form"].errors and not BrokenGlass.objects.exists()
    assert send(tracer, "/glass", person_id="p-nobody", reason="密接从乙区来，需核实", hours="2").status_code == 400
    done = send(tracer, "/glass", person_id=city.yi_person, reason="密接从乙区来，需核实", hours="2")
    assert done["Location"] == f"/people/{city.yi_person}"
    text = tracer.get(done["Location"]).content.decode()
    assert "王五" in text and "密接从乙区来，需核实" in text
    assert tracer.get(f"/people/{city.yi_person}/record_event").status_code == 403
    BrokenGlass.objects.update(
        since=dt.datetime(2020, 1, 1, tzinfo=dt.UTC), until=dt.datetime(2020, 1, 2, tzinfo=dt.UTC)
    )
    assert tracer.get(f"/people/{city.yi_person}").status_code == 404


def test_a_citizen_sees_their_own_record_and_objects(sign_in: Any, city: Any, sides: Any) -> None:
    citizen = sign_in("citizen", citizen_of=city.jia_person)
    text = citizen.get("/own").content.decode()
    assert "central isolation" in text and "19 Nov" in text and "二（一）" in text and "exposure to a case" in text
    assert not [secret for secret in sides["yi"].texts if secret in text]
    assert citizen.get(f"/people/{city.jia_person}").status_code == 403
    assert send(citizen, "/own/object", text="我没有去过那里").status_code == 303
    asked = all_of(Request)[-1]
    assert (asked.person_id, asked.kind, asked.text) == (city.jia_person, "objection", "我没有去过那里")
    assert "我没有去过那里" in citizen.get("/own").content.decode()


def test_a_citizen_without_a_record_is_told_so(sign_in: Any) -> None:
    page = sign_in("citizen").get("/own")
    assert page.status_code == 400 and b"no-record" in page.content


def test_a_token_is_shown_once_and_revoked_by_its_owner_alone(sign_in: Any) -> None:
    tracer, other = sign_in("tracer"), sign_in("tracer")
    until = (dt.date.today() + dt.timedelta(days=30)).isoformat()  # noqa: DTZ011
    page = send(tracer, "/account/token", name="sync", until=until)
    secret = page.context["secret"]
    token = tracer.user.tokens.get()  # type: ignore[attr-defined]
    assert secret.startswith("sizao_") and secret not in token.digest and not token.may_write
    assert other.get(f"/tokens/{token.pk}/revoke_token").status_code == 404
    typed = {"key": "b" * 32}
    assert [tracer.post(f"/tokens/{token.pk}/revoke_token", typed).status_code for _ in range(2)] == [303, 303]
    assert tracer.user.tokens.get().revoked_at  # type: ignore[attr-defined]
