"""A person's own page by code: given, typed from paper, shown without who it is, objected to, closed, stopped."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from sizao.errors import SizaoError

KEY = "0123456789abcdef" * 2
OWN = "/own/code"


@pytest.fixture
def code(city: Any, sides: Any) -> str:
    """A code of the person of jia."""
    from sizao.register.actions.codes import give_code

    cache.clear()
    return give_code(by=city.job, person_id=city.jia_person)[1]


def entered(code: str, language: str = "en", **more: Any) -> Client:
    browser = Client(headers={"accept-language": language}, **more)
    page = browser.post(OWN, {"do": "look", "code": code})
    assert (page.status_code, page["location"]) == (303, OWN)
    return browser


def key_in(page: Any) -> str:
    found = re.search(r'name="key" value="(\w+)"', page.content.decode())
    assert found is not None
    return found[1]


def objections() -> Any:
    from sizao.register.models import Request

    return Request.objects.unscoped("test").filter(kind="objection")


def test_a_code_can_be_typed_from_paper_and_is_kept_as_a_hash(code: str, city: Any) -> None:
    from sizao.register.actions.codes import person_of_code
    from sizao.register.models import PersonCode

    assert re.fullmatch(r"(?:[0-9A-HJKMNP-TV-Z]{5}-){3}[0-9A-HJKMNP-TV-Z]{5}", code)
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in code)
    typed = (
        code.lower(),
        code.replace("-", " "),
        code.replace("-", ""),
        code.replace("0", "o").replace("1", "l"),
        wide,
    )
    assert {person_of_code(text).pk for text in typed} == {city.jia_person}
    row = PersonCode.objects.unscoped("test").get()
    assert code.replace("-", "").lower() not in str(vars(row)).lower() and len(row.digest) == 64


@pytest.mark.parametrize("wrong", ["", "ABC", "0" * 20, "x" * 5000, "<b>", "\u4e2d" * 20, "'; --"])
def test_what_is_no_code_opens_nothing(wrong: str, code: str) -> None:
    page = Client().post(OWN, {"do": "look", "code": wrong})
    assert page.status_code == 400 and "sizao-own" not in page.cookies


def test_a_code_ends_is_stopped_and_looks_the_same_then(code: str, city: Any) -> None:
    from sizao.register.actions.codes import give_code, person_of_code, revoke_codes
    from sizao.register.models import PersonCode

    second = give_code(by=city.job, person_id=city.jia_person, days=1)[1]
    at = city.job.at - dt.timedelta(days=3)
    rows = PersonCode.objects.unscoped("test").order_by("-pk")
    PersonCode.objects.unscoped("test").filter(pk=rows[0].pk).update(made_at=at, until=at + dt.timedelta(days=1))
    browser = entered(code)
    revoke_codes(by=city.job, person_id=city.jia_person)
    said = set()
    for text in (code, second, "0" * 20):
        with pytest.raises(SizaoError) as error:
            person_of_code(text)
        said.add(str(error.value))
    assert len(said) == 1 and error.value.code == "no-such-code"
    assert "Central isolation".lower() not in browser.get(OWN).content.decode().lower()


@pytest.mark.parametrize(("language", "says"), [("en", "Whom to ask"), ("zh", "找谁")])
def test_it_shows_what_holds_and_not_who_it_is(language: str, says: str, code: str, city: Any, sides: Any) -> None:
    from sizao.register.models import Read

    page = entered(code, language).get(OWN)
    text = page.content.decode()
    assert page.status_code == 200 and says in text
    assert page["cache-control"] == "no-store" and page["referrer-policy"] == "same-origin"
    ids = [str(value) for value in sides["jia"].ids.values() if re.fullmatch(r"\w-\w{20}", str(value))]
    hidden = ["李四", "13800138000", "jia-1", code, "words-of-jia", *ids]
    assert len(ids) >= 6 and [secret for secret in hidden if secret in text] == []
    for shown in ("office-of-jia", "二（一）"):
        assert shown in text
    assert not [secret for secret in sides["yi"].texts if secret in text]
    read = Read.objects.get(what="own_code")
    assert (read.user, read.person_id) == (None, city.jia_person)
    assert "<script" not in text and "style=" not in text


def test_the_look_stands_on_the_page_of_the_person(code: str, sign_in: Any, city: Any) -> None:
    entered(code).get(OWN)
    text = sign_in("citizen", citizen_of=city.jia_person).get("/own").content.decode()
    assert "looked with the person’s code" in text


def test_the_path_of_the_qr_is_left_at_once_and_gives_nothing_on(code: str) -> None:
    browser = Client()
    page = browser.get(f"/c/{code}")
    assert (page.status_code, page["location"], page["referrer-policy"]) == (302, OWN, "no-referrer")
    assert page["cache-control"] == "no-store"
    cookie = page.cookies["sizao-own"]
    assert cookie["httponly"] and cookie["samesite"] == "Lax" and cookie["max-age"] == 900
    assert code.replace("-", "").lower() not in cookie.value.replace("-", "").lower()
    assert browser.get(OWN).status_code == 200 and code not in browser.get(OWN).content.decode()
    wrong = browser.get("/c/ABCDE-ABCDE")
    assert wrong.status_code == 404 and "ABCDE" not in wrong.content.decode()


def test_a_cookie_that_was_changed_or_of_another_service_opens_nothing(code: str) -> None:
    from django.core.signing import get_cookie_signer

    browser = entered(code)
    for value in ("x", browser.cookies["sizao-own"].value + "x", get_cookie_signer(salt="other").sign(code)):
        browser.cookies["sizao-own"] = value
        page = browser.get(OWN)
        assert page.status_code == 200 and 'name="code"' in page.content.decode()


def test_closed_it_asks_again(code: str) -> None:
    browser = entered(code)
    assert browser.post(OWN, {"do": "close"}).status_code == 303
    assert 'name="code"' in browser.get(OWN).content.decode()


def test_an_objection_is_taken_once_sealed_and_shown_without_its_words(code: str, city: Any) -> None:
    from sizao.register.actions.requests import answer_request
    from sizao.register.models import Act

    browser = entered(code)
    sent = {"do": "object", "key": key_in(browser.get(OWN)), "text": "我没去过 <b>那里</b>"}
    for _ in range(2):
        assert browser.post(OWN, sent).status_code == 303
    row = objections().get()
    assert (row.person_id, row.text) == (city.jia_person, "我没去过 <b>那里</b>")
    act = Act.objects.get(action="object_by_code")
    assert act.by is None and act.about["job"] == "public page" and "那里" not in str(act.about)
    text = browser.get(OWN).content.decode()
    assert "那里" not in text and "not answered yet" in text
    answer_request(by=city.job, request_id=row.request_id, version=1, answered_on=row.occurred_on)
    assert "not answered yet" not in browser.get(OWN).content.decode()


@pytest.mark.parametrize("text", ["", "   ", "长" * 2001])
def test_an_objection_without_words_or_too_long_is_given_back(text: str, code: str) -> None:
    browser = entered(code)
    page = browser.post(OWN, {"do": "object", "key": KEY, "text": text})
    assert page.status_code == 400 and not objections().exists()
    assert text.strip()[:2000] in page.content.decode()


def test_only_a_few_objections_come_in_a_day(code: str) -> None:
    browser = entered(code)
    for number in range(6):
        page = browser.post(OWN, {"do": "object", "key": f"{number:032x}", "text": f"no {number}"})
    assert (
        page.status_code == 400 and "Too many objections" in page.content.decode() and "no 5" in page.content.decode()
    )
    assert objections().count() == 5


def test_what_was_written_when_the_page_had_closed_is_given_back(code: str) -> None:
    browser = Client(headers={"accept-language": "en"})
    page = browser.post(OWN, {"do": "object", "key": KEY, "text": "my words"})
    assert page.status_code == 400 and "my words" in page.content.decode()
    page = browser.post(OWN, {"do": "look", "code": code, "text": "my words"})
    assert page.status_code == 200 and "my words</textarea>" in page.content.decode()


def test_a_form_from_elsewhere_is_refused(code: str) -> None:
    browser = Client(enforce_csrf_checks=True)
    assert browser.post(OWN, {"do": "look", "code": code}).status_code == 403


def test_wrong_codes_are_counted_by_address_and_the_right_one_still_opens(code: str) -> None:
    browser = Client(REMOTE_ADDR="10.1.2.3")
    pages = [browser.post(OWN, {"do": "look", "code": f"{number:020}"}).status_code for number in range(61)]
    assert pages == [400] * 60 + [429]
    assert Client(REMOTE_ADDR="10.1.2.4").post(OWN, {"do": "look", "code": "x"}).status_code == 400
    assert browser.post(OWN, {"do": "look", "code": code}).status_code == 303
    other = Client(REMOTE_ADDR="10.1.2.5")  # the path of a QR is no way around it
    assert [other.get(f"/c/{number:020}").status_code for number in range(61)] == [404] * 60 + [429]
    cache.clear()


def test_a_merged_record_opens_what_it_is_read_as(code: str, city: Any) -> None:
    from sizao.register.actions import people
    from sizao.register.actions.codes import person_of_code

    kept = people.add_person(by=city.job, home_place_id="jia-1", name="李 四").person_id
    people.merge_people(by=city.job, kept=kept, gone=city.jia_person)
    assert person_of_code(code).pk == kept
    assert entered(code).get(OWN).status_code == 200


def test_it_is_given_on_a_page_that_is_shown_once(sign_in: Any, city: Any, sides: Any) -> None:
    browser = sign_in("tracer")
    where = f"/people/{city.jia_person}/give_code"
    page = browser.post(where, {"key": key_in(browser.get(where)), "days": "7"})
    found = re.search(r'class="secret">([^<]+)', page.content.decode())
    assert found is not None and "<svg" in page.content.decode()
    assert entered(found[1]).get(OWN).status_code == 200
    sent = {"key": KEY, "days": "7"}
    assert 'class="secret"' in browser.post(where, sent).content.decode()
    again = browser.post(where, sent)
    assert again.status_code == 200 and 'class="secret"' not in again.content.decode()
    assert browser.post(where, {"key": KEY[::-1], "days": "91"}).status_code == 400
    for role, place in (("commander", "jia"), ("tracer", "yi")):
        assert sign_in(role, place).post(where, {"key": KEY, "days": "7"}).status_code in (403, 404)


def test_who_is_under_no_measure_is_told_so(city: Any) -> None:
    from sizao.register.actions.codes import give_code
    from sizao.register.actions.people import add_person

    free = add_person(by=city.job, home_place_id="jia-1").person_id
    text = entered(give_code(by=city.job, person_id=free)[1]).get(OWN).content.decode()
    assert "No measure holds for you" in text
