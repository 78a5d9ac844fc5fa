"""Adding a person: who may be on record already is shown first, and what cannot be is said beside its field."""

from __future__ import annotations

from typing import Any

import pytest

from sizao.register.models import Act, Person, Read

LI = {"name": "李四", "phone": "138 0013 8000", "home_place_id": "jia-1"}


def send(browser: Any, path: str = "/add-person", **typed: Any) -> Any:
    hidden = {field.html_name: field.value() for field in browser.get(path).context["form"].hidden_fields()}
    return browser.post(path, {**hidden, **typed})


def people() -> int:
    return Person.objects.unscoped("test").count()


@pytest.mark.parametrize("language", ("zh", "en"))
def test_who_may_be_known_is_shown_and_can_be_added_all_the_same(language: str, sign_in: Any, city: Any) -> None:
    tracer, before = sign_in("tracer", language=language), people()
    page = send(tracer, **LI)
    text = page.content.decode()
    assert page.status_code == 409 and people() == before
    assert f'href="/people/{city.jia_person}"' in text and 'name="all_the_same"' in text
    assert ("May be on record already" in text) == (language == "en")
    assert page.context["form"]["name"].value() == "李四"
    assert Read.objects.filter(what="doubles", person_id=city.jia_person).count() == 1
    assert not Act.objects.filter(action="add_person", by=tracer.user).exists()
    key = page.context["form"]["key"].value()
    for _ in range(2):
        again = tracer.post("/add-person", {**LI, "key": key, "all_the_same": "1"})
        assert again.status_code == 303 and people() == before + 1


def test_the_same_name_alone_is_another_person(sign_in: Any, city: Any) -> None:
    tracer = sign_in("tracer")
    assert send(tracer, name="李四", home_place_id="jia-1").status_code == 303
    born = {"name": "周 七", "birth_date": "1990-01-01", "home_place_id": "jia-1"}
    assert send(tracer, **born).status_code == 303
    assert send(tracer, **born | {"name": "周七"}).status_code == 409
    assert send(tracer, **born | {"birth_date": "1990-01-02"}).status_code == 303
    assert send(tracer, name="李五", phone="13800138000", home_place_id="jia-1").status_code == 303


def test_nobody_elsewhere_is_told(sign_in: Any, city: Any) -> None:
    tracer = sign_in("tracer")
    page = send(tracer, name="王五", phone="13900139000", home_place_id="jia-1")
    assert page.status_code == 303 and city.yi_person not in page.content.decode()
    assert not Read.objects.filter(what="doubles").exists()


def test_a_known_number_leads_to_its_record_where_it_may_be_seen(sign_in: Any, sides: Any) -> None:
    tracer = sign_in("tracer")
    for side, seen in (("jia", True), ("yi", False)):
        owner = sides[side].texts[0]
        page = send(tracer, name="甲", number=f"number {side}", home_place_id="jia-1")
        text = page.content.decode()
        assert page.status_code == 400 and page.context["form"].errors["number"]
        assert (owner in text) == seen and "all_the_same" not in text


def test_a_person_of_one_area_needs_a_home(sign_in: Any, city: Any) -> None:
    tracer = sign_in("tracer")
    page = send(tracer, name="甲", phone="13700137000")
    assert page.status_code == 400 and "Say where they live" in page.content.decode()
    assert list(page.context["form"].errors) == ["home_place_id"]
    assert send(sign_in("tracer", None), name="甲", phone="13700137000").status_code == 303


@pytest.mark.parametrize("phone", ("abc not a phone", "1234", "+-()+-()", "1" * 21, "138/139", "13800138000x"))
def test_what_is_no_phone_is_refused(phone: str, sign_in: Any, city: Any) -> None:
    tracer = sign_in("tracer")
    page = send(tracer, name="甲", phone=phone, home_place_id="jia-1")
    assert page.status_code == 400 and list(page.context["form"].errors) == ["phone"]
    for good in ("+86 (0)23-6362 1234", "12345", "（023）63621234"):
        assert send(tracer, name="甲", phone=good, home_place_id="jia-1").status_code in (303, 409)


def test_a_person_without_anything_is_refused(sign_in: Any, city: Any) -> None:
    page = send(sign_in("tracer"), home_place_id="jia-1", sex="female", birth_date="1990-01-01")
    assert page.status_code == 400 and list(page.context["form"].errors) == ["name"]


def test_a_link_to_a_phone_dials_digits_alone(sign_in: Any, city: Any) -> None:
    from sizao.register.actions.people import _set_sealed
    from sizao.web.say import dialled

    assert [dialled(text) for text in ("+86 (0)23-6362", "１３８", "abc not a phone", None)] == [
        "+860236362",
        "138",
        "",
        "",
    ]
    person = Person.objects.unscoped("test").get(pk=city.jia_person)
    _set_sealed(person, {"phone": "abc not a phone"})
    person.save()
    text = sign_in("tracer").get(f"/people/{city.jia_person}").content.decode()
    assert "abc not a phone" in text and "tel:" not in text


def test_the_interview_shows_them_too(sign_in: Any, record: Any, settings: Any) -> None:
    case = record()
    tracer, address = sign_in("tracer"), f"/cases/{case.case_id}/interview"
    made = tracer.get(f"{address}?at=forward").context["add_form"]
    typed = {**LI, "do": "add", "key": made["key"].value()}
    page = tracer.post(address, typed)
    assert page.status_code == 409 and 'name="all_the_same"' in page.content.decode()
    assert tracer.post(address, {**typed, "all_the_same": "1"}).status_code == 303


@pytest.mark.parametrize("name", ("长" * 201, "long " * 60))
def test_what_is_too_long_is_said_not_cut(name: str, sign_in: Any, city: Any) -> None:
    tracer = sign_in("tracer")
    assert "maxlength" not in tracer.get("/add-person").content.decode().split("<main")[1]
    page = send(tracer, name=name, home_place_id="jia-1")
    assert page.status_code == 400 and "200" in str(page.context["form"].errors["name"])
    assert page.context["form"]["name"].value() == name
    assert send(tracer, name="长" * 200, home_place_id="jia-1").status_code == 303
