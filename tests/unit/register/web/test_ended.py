"""A session that ended in the middle of a screen's form: nothing written, what was typed given back, a way on."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import get_resolver, resolve

from sizao.register.models import Act
from sizao.web.ended_screens import LONGEST, SCREENS
from sizao.web.forms.describe import forms
from sizao.web.needs import needs_of

pytestmark = pytest.mark.usefixtures("city")
INTERVIEW = "/cases/c-1/interview"
WRITTEN = "<i>三袋米</i>"
TYPED: list[tuple[str, dict[str, Any], list[str], str]] = [
    (
        INTERVIEW,
        {"do": "onset", "onset_on": "2022-11-16", "severity": "mild"},
        ["2022-11-16"],
        f"{INTERVIEW}?at=onset",
    ),
    (
        INTERVIEW,
        {"do": "add", "name": WRITTEN, "phone": "12099990031"},
        ["三袋米", "12099990031"],
        f"{INTERVIEW}?at=forward",
    ),
    (
        INTERVIEW,
        {"do": "preview", "toward": "forward", "who": ["p-1", "p-2"], "day": "2022-11-19", "kind": "exposed_to_case"},
        ["2022-11-19", "<dd>2</dd>"],
        f"{INTERVIEW}?at=forward&with=p-1&with=p-2",
    ),
    (
        INTERVIEW,
        {"do": "find", "text": "12099990031", "with": ["p-1", "p-2"]},
        ["12099990031"],
        f"{INTERVIEW}?at=forward&with=p-1&with=p-2",
    ),
    (
        INTERVIEW,
        {"do": "presence", "place_id": WRITTEN, "arrived": "12:00", "left": "13:30"},
        ["三袋米", "12:00", "13:30"],
        f"{INTERVIEW}?at=back",
    ),
    (
        "/excesses/one",
        {"do": "answer", "about": "order:o-1", "kind": "x", "since": "2022-11-01", "said": "lifted", "text": WRITTEN},
        ["it was lifted", "三袋米"],
        "/excesses/one?about=order%3Ao-1&kind=x&since=2022-11-01&do=answer",
    ),
    (
        "/excesses/do",
        {"do": "judge", "of": "places", "state": "open", "said": "refused", "text": WRITTEN, "mark": "m" * 64},
        ["the answer is refused", "三袋米"],
        "/excesses/do?of=places&state=open&do=judge",
    ),
    (
        "/work/do",
        {"do": "visit", "how": "missed", "who": ["p-1", "p-2", "p-3"], "back": "tab=all&whose=mine"},
        ["Outcome", "<dd>3</dd>"],
        "/work?tab=all&whose=mine",
    ),
    (
        "/work/do",
        {"do": "assign", "list": "people", "every": "1", "back": "a=b"},
        ["all of the"],
        "/lists/people?a=b",
    ),
    (
        "/lists/tests/results",
        {"how": "negative", "row": ["1 t-1", "2 t-2"], "back": "result=pending"},
        ["negative", "<dd>2</dd>"],
        "/lists/tests?result=pending",
    ),
    (
        "/orders/lift",
        {"of": "people", "state": "now", "issuer": "某街道", "until": "2022-11-21", "order": ["o-1", "o-2"]},
        ["2022-11-21", "<dd>2</dd>"],
        "/orders?of=people&state=now&issuer=%E6%9F%90%E8%A1%97%E9%81%93",
    ),
    (
        "/documents/make",
        {"kind": "isolation_notice", "ids": f"p-1 {WRITTEN}"},
        ["三袋米", "p-1"],
        "/documents/make?kind=isolation_notice",
    ),
    (
        "/import",
        {"kind": "", "files": SimpleUploadedFile("名单.csv", b"name\n")},
        ["名单.csv", "choose the files again"],
        "/import",
    ),
    (
        "/import/i-1/mapping",
        {"kind": "line-list", "c-name": "姓名栏", "d-sex": WRITTEN, "keep": "街道的名单"},
        ["姓名栏", "三袋米", "街道的名单", "sex · Where empty, take"],
        "/import/i-1/mapping",
    ),
    ("/import/i-1/people", {"m1": "same", "m2": "new"}, ["<dd>2</dd>"], "/import/i-1/people"),
    ("/lists/keep", {"of": "people", "query": "sex=female", "name": WRITTEN}, ["三袋米"], "/lists/people?sex=female"),
    ("/find-person", {"text": WRITTEN}, ["三袋米"], "/find-person"),
    ("/account/password", {"oldpassword": "secret-one", "password1": "secret-two"}, [], "/account/password"),
    ("/lists/forget", {"list": "1"}, [], "/"),
]


@pytest.mark.parametrize("where, sent, shown, back", TYPED)
def test_a_screen_sent_after_the_session_ended_gives_back_what_was_typed(
    where: str, sent: dict[str, Any], shown: list[str], back: str
) -> None:
    acts = Act.objects.count()
    key = "0123456789abcdef" * 2
    page = Client(headers={"accept-language": "en"}).post(where, {**sent, "key": key})
    text = page.content.decode()
    assert page.status_code == 401 and page["Cache-Control"] == "no-store" and Act.objects.count() == acts
    assert "nothing was saved" in text and [said for said in shown if said not in text] == []
    assert "<i>" not in text and "secret-" not in text and key not in text and "m" * 64 not in text
    assert next_of(text) == back
    found = needs_of(resolve(urlsplit(back).path).func)
    assert found is not None and "GET" in found.methods


def next_of(text: str) -> str:
    """Where one is after signing in."""
    link = re.search(r'href="(/sign-in\?next=[^"]*)"', text)
    assert link
    return parse_qs(urlsplit(unescape(link[1])).query)["next"][0]


EVENT = {"kind": "exposed_to_case", "occurred_on": "2022-11-19", "case_id": "c-1", "place_id": "jia", "key": "0" * 32}


def test_a_form_speaks_as_it_did_and_is_filled_again(sign_in: Any, city: Any) -> None:
    address = f"/people/{city.jia_person}/record_event"
    tracer = sign_in("tracer")
    choices = dict(tracer.get(address).context["form"].fields["kind"].choices)
    text = Client(headers={"accept-language": "en"}).post(address, EVENT).content.decode()
    assert choices["exposed_to_case"] in unescape(text) and "<dd>exposed_to_case" not in text
    assert "the form comes back filled in" in text
    form = tracer.get(next_of(text)).context["form"]
    assert [str(form[name].value()) for name in ("kind", "occurred_on", "case_id")] == [*EVENT.values()][:3]
    assert "jia" in form["place_id"].value()
    request = {"kind": "food", "occurred_on": "2022-11-19", "text": WRITTEN}
    text = Client().post(f"/people/{city.jia_person}/take_request", request).content.decode()
    assert "三袋米" in text and "kind=food" in next_of(text) and "text" not in next_of(text)
    who = {"name": "李四", "birth_date": "1990-01-01", "home_place_id": "jia-1"}
    assert next_of(Client().post("/add-person", who).content.decode()) == "/add-person"


def test_with_all_cookies_gone_it_says_what_can_be_done(city: Any) -> None:
    address = f"/people/{city.jia_person}/record_event"
    browser = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
    ours = browser.post(address, EVENT, headers={"origin": "http://testserver"})
    assert ours.status_code == 401 and next_of(ours.content.decode()).startswith(address)
    for origin in ({}, {"origin": "https://elsewhere.example"}, {"origin": "null"}):
        page = browser.post(address, EVENT, headers=origin)
        text = page.content.decode()
        assert page.status_code == 403 and "Press Back" in text and "2022-11-19" not in text
    assert "can no longer be sent" in browser.post("/sign-in", {"login": "x"}).content.decode()


@pytest.mark.parametrize("strange", ["https://example.org/", "//example.org/", "?x=1#\r\nSet-Cookie: a=b"])
def test_what_was_sent_cannot_lead_elsewhere(strange: str) -> None:
    for where in ("/work/do", "/lists/keep", "/orders/lift", "/documents/make", "/excesses/one", "/excesses/do"):
        names = ("back", "query", "of", "list", "next", "state", "kind", "place", "about", "do")
        page = Client().post(where, dict.fromkeys(names, strange))
        back = urlsplit(next_of(page.content.decode()))
        assert page.status_code == 401 and not back.scheme and not back.netloc and "\n" not in back.geturl()
        assert needs_of(resolve(back.path).func) is not None


def test_very_much_is_cut_and_the_page_stays_small() -> None:
    page = Client().post("/documents/make", {"kind": "order", "ids": "p" * 3 * LONGEST})
    assert page.content.decode().count("p" * LONGEST) == 1 and len(page.content) < LONGEST + 20_000
    many = {"kind": "line-list", **{f"c-{n}": "x" * 50 for n in range(900)}}
    assert "xxx" not in Client().post("/import/i-1/mapping", many).content.decode(), "no such fields"


def test_every_form_of_a_screen_has_what_it_gives_back() -> None:
    nothing_typed = {"import", "forget_list", "rulebook_impact", "account"}
    of_allauth = {"mfa_deactivate_totp", "mfa_generate_recovery_codes"}
    sent = {
        "break_glass" if pattern.name == "glass" else pattern.name
        for pattern in get_resolver().url_patterns
        if getattr(pattern, "callback", None) and (said := needs_of(pattern.callback))
        if "POST" in said.methods and said.who != "everybody" and not said.unfinished
    }
    assert sent - set(forms()) - of_allauth == {*SCREENS, *nothing_typed}
