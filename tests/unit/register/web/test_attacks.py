"""What somebody may try: HTML in names, guessed ids, forms from elsewhere, strange requests; what pages forbid."""

from __future__ import annotations

import json
import logging
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from sizao.register.models import Act, Person, Read
from sizao.web.logs import Impersonal

EVIL = '<script>alert(1)</script>"\'><img src=x onerror=alert(2)>{{ 7*7 }}{% now "Y" %}'
WEB = Path(__file__).parents[4] / "src/sizao/web"


def test_html_in_names_is_shown_as_letters(sign_in: Any, city: Any) -> None:
    from sizao.register.actions import events, people, places, requests

    place = places.add_place(by=city.job, kind="street", name=EVIL, parent_id="jia")
    person = people.add_person(by=city.job, home_place_id=place.place_id, name=EVIL, number=EVIL).pk
    Person.objects.unscoped("test").filter(pk=person).update(phone=EVIL)  # as an import leaves it
    requests.take_request(by=city.job, person_id=person, kind=EVIL[:40], text=EVIL, occurred_on=_day())
    events.record_event(by=city.job, person_id=person, kind=EVIL[:60], occurred_on=_day(), place_id=place.place_id)
    epi, admin = sign_in("epidemiologist"), sign_in("administrator")
    paths = ["/lists/people", f"/people/{person}", f"/people/{person}/change_person", f"/people/{person}/why"]
    pages = [epi.get(path) for path in paths] + [epi.get(f"/people/{person}/record_test?tube_id={EVIL}")]
    pages += [admin.get(f"/places/{place.place_id}"), epi.post("/find-person", {"text": EVIL}, follow=True)]
    for page in pages:
        text = page.content.decode()
        assert page.status_code == 200
        assert "<script>" not in text and "<img" not in text and 'onerror=alert(2)>"' not in text
        assert "{{ 7*7 }}" in text or EVIL[:20] not in text
    assert "&lt;script&gt;" in pages[1].content.decode()


def test_names_of_two_hundred_letters_do_not_break_a_page(sign_in: Any, city: Any) -> None:
    from sizao.register.actions import people

    long = "长" * 200
    person = people.add_person(by=city.job, home_place_id="jia", name=long).pk
    epi = sign_in("epidemiologist")
    assert long in epi.get(f"/people/{person}").content.decode()
    assert long in epi.get("/lists/people").content.decode()
    key = "c" * 32
    page = epi.post("/add-person", {"key": key, "name": long + "长", "home_place_id": "jia"})
    assert page.status_code == 400 and "name" in page.context["form"].errors
    many = {"key": key, "name": "x" * 100_000, "home_place_id": "y" * 100_000, "sex": "z" * 100_000}
    assert epi.post("/add-person", many).status_code == 400
    assert epi.get(f"/lists/people?after={'x' * 5000}&restriction={'y' * 5000}").status_code == 400


@pytest.mark.parametrize(
    "path", ["/lists/people?after=%00", "/audit?user=%00&person=%00", "/users?after=%00", "/places?x=%00"]
)
def test_null_characters_are_refused_before_any_database_sees_them(path: str, sign_in: Any) -> None:
    for role in ("epidemiologist", "oversight", "administrator"):
        assert sign_in(role).get(path).status_code == 400
    assert sign_in("epidemiologist").post("/find-person", {"text": "\0"}).status_code == 400


STRANGE = [
    "",
    "\0",
    "x" * 5000,
    "2" * 400,
    "-1",
    "1e309",
    "nan",
    "0001-01-01",
    "9999-12-31",
    "\u202e\U0001f637",
    "[]",
]


@pytest.mark.parametrize("strange", STRANGE, ids=range(len(STRANGE)))
def test_nothing_typed_into_any_field_of_any_form_is_our_fault(strange: str, sign_in: Any, sides: Any) -> None:
    from django.urls import reverse

    from sizao.register.roles import roles
    from sizao.web.forms.describe import forms

    names = {"break_glass": "glass"}
    roles_tried = ("epidemiologist", "commander", "administrator", "citizen", "call_desk")
    browsers = {role: sign_in(role) for role in roles_tried}
    for n, said in enumerate(forms().values()):
        role = next(role for role in browsers if said.needs == "users" or said.needs in roles()[role].may)
        ids = {f"{said.about}_id": "", "username": ""} if said.about == "nothing" else sides["jia"].ids
        key = "username" if said.about == "user" else f"{said.about}_id"
        args = [] if said.about == "nothing" else [ids[key]]
        typed = {field.name: strange for field in said.fields} | {"version": strange, "key": f"{n:032x}"}
        page = browsers[role].post(reverse(names.get(said.name, said.name), args=args), typed)
        assert page.status_code < 500, (said.name, page.status_code)


@pytest.mark.parametrize("guess", ["p-000001", "\0", "../people", "' OR 1=1 --", "p" * 3000, "1;2", "李四", "why"])
def test_guessed_ids_find_nobody(guess: str, sign_in: Any, city: Any) -> None:
    from urllib.parse import quote

    for path in (
        f"/people/{quote(guess)}",
        f"/people/{quote(guess)}/record_test",
        f"/tests/{quote(guess)}/record_result",
    ):
        assert sign_in("epidemiologist").get(path).status_code in (404, 301, 302, 400), path


def test_a_list_that_begins_after_somebody_next_door_tells_nothing_of_them(sign_in: Any, city: Any) -> None:
    from sizao.register.lists import mark

    tracer = sign_in("tracer")
    pages = [tracer.get(f"/lists/people?after={mark('', name)}") for name in ("p-nobody", city.yi_person)]
    told = [page.content.decode().replace(page.wsgi_request.get_full_path(), "") for page in pages]
    assert [page.status_code for page in pages] == [400, 400]
    assert city.yi_person not in told[1]


def test_a_form_without_its_token_is_refused(sign_in: Any, city: Any) -> None:
    user = sign_in("epidemiologist").user
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(user)
    typed = {"key": "d" * 32, "sampled_on": "2022-11-19", "method": "pcr", "result": "pending"}
    for path in (
        f"/people/{city.jia_person}/record_test",
        "/find-person",
        "/account",
        "/sign-out",
        "/language",
        "/sign-in",
    ):
        page = browser.post(path, typed)
        assert page.status_code == 403 and "form-expired" in page.content.decode(), path
    assert not Act.objects.filter(key="d" * 32).exists()


def test_only_the_methods_that_a_view_names_are_answered(sign_in: Any, city: Any) -> None:
    epi = sign_in("epidemiologist")
    assert epi.post("/lists/people").status_code == 405
    assert epi.post(f"/people/{city.jia_person}")["Allow"] == "GET"
    for method in ("put", "patch", "delete", "options", "trace"):
        assert getattr(epi, method)(f"/people/{city.jia_person}/record_test").status_code == 405
    assert epi.head("/lists/people").status_code == 200
    assert epi.get("/language").status_code == 405


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "a b", "[::1"])
def test_a_request_for_another_host_is_refused_and_not_repeated(host: str, db: None) -> None:
    page = Client().get("/sign-in", headers={"host": host})
    assert page.status_code == 400 and b"evil" not in page.content
    assert Client().get("/sign-in", headers={"x-forwarded-host": host}).status_code == 200


def test_every_page_forbids_what_it_does_not_need(sign_in: Any, city: Any) -> None:
    epi = sign_in("epidemiologist")
    for path in (
        "/",
        "/lists/people",
        f"/people/{city.jia_person}",
        "/sign-in",
        "/health",
        "/nowhere",
        "/api/people",
        "/own",
    ):
        page = epi.get(path)
        policy = dict(part.strip().split(" ", 1) for part in page["Content-Security-Policy"].split(";"))
        assert (
            policy["default-src"] == "'none'"
            and policy["frame-ancestors"] == "'none'"
            and policy["base-uri"] == "'none'"
        )
        assert not [source for source in policy.values() if "unsafe" in source or "http" in source or "*" in source]
        assert "no-store" in page["Cache-Control"], path
        assert page["X-Content-Type-Options"] == "nosniff" and page["X-Frame-Options"] == "DENY"
        assert page["Referrer-Policy"] == "same-origin" and "camera=()" in page["Permissions-Policy"]


def test_no_page_has_a_style_or_script_in_it_nor_anything_from_elsewhere() -> None:
    found = []
    for path in [*WEB.glob("templates/**/*.html"), *WEB.glob("static/**/*.css")]:
        text = re.sub(r"xmlns=\S+", "", path.read_text("utf-8"))
        found += [
            (path.name, part)
            for part in re.findall(
                r"\sstyle=|<style|<script(?! src=.{% static )|\son\w+=|https?://|@import|url\(", text
            )
        ]
    assert not found


def test_the_second_factors_picture_has_no_style_of_its_own() -> None:
    from sizao.web.sign_in import SecondFactor

    drawn = SecondFactor().build_totp_svg("otpauth://totp/li?secret=ABC&issuer=Sizao")
    assert "<path" in drawn and "style" not in drawn and "script" not in drawn


def test_styles_are_served_straight_from_the_package_and_may_be_kept(client: Client, db: None) -> None:
    address = re.search(r'href="(/static/sizao/sizao\.css\?v=\w{12})"', client.get("/sign-in").content.decode())
    assert address
    page = client.get(address[1])
    assert page.status_code == 200 and "max-age=31536000" in page["Cache-Control"]
    assert b"".join(page.streaming_content) == (WEB / "static/sizao/sizao.css").read_bytes()
    assert client.get("/static/../settings.py").status_code == 404


def test_cookies_are_for_this_site_alone_and_no_script_reads_them(sign_in: Any) -> None:
    user = sign_in("tracer").user
    user.set_password("correct horse battery")
    user.save()
    browser = Client()
    page = browser.get("/sign-in")
    cookies = {**page.cookies}
    typed = {"login": user.username, "password": "correct horse battery"}
    cookies |= browser.post("/sign-in", typed).cookies | browser.post("/language", {"language": "en"}).cookies
    assert {"sizao", "sizao-form", "language"} <= set(cookies)
    for cookie in cookies.values():
        assert cookie["httponly"] and cookie["samesite"] == "Lax", cookie.key


def test_behind_tls_cookies_go_over_https_alone(tmp_path: Path) -> None:
    code = (
        "from sizao.web import settings as s; import json; print(json.dumps({k: str(v) for k, v in vars(s).items()}))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        env={"SIZAO_HOME": str(tmp_path), "SIZAO_BEHIND_TLS": "1", "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    said = json.loads(run.stdout)
    assert {said[f"{name}_COOKIE_SECURE"] for name in ("SESSION", "CSRF", "LANGUAGE")} == {"True"}
    assert said["SESSION_COOKIE_NAME"] == "__Host-sizao" and int(said["SECURE_HSTS_SECONDS"]) > 0


def boom(*_: Any, **__: Any) -> None:
    try:
        raise KeyError("李四 13800138000")
    except KeyError as error:
        raise ValueError("李四 lives at 13800138000") from error


def test_an_error_of_ours_says_nothing_of_anybody_on_the_page_or_in_the_log(
    sign_in: Any, city: Any, monkeypatch: Any, caplog: Any
) -> None:
    from sizao.web.screens import person

    monkeypatch.setattr(person, "timeline", boom)
    browser = sign_in("epidemiologist")
    browser.raise_request_exception = False
    with caplog.at_level(logging.DEBUG):
        page = browser.get(f"/people/{city.jia_person}?of=李四")
    assert page.status_code == 500
    text = page.content.decode()
    assert (
        "李四" not in text and city.jia_person not in text and "ValueError" not in text and "13800138000" not in text
    )
    number = re.search(r"number (\w{8})", text)
    lines = "\n".join(Impersonal().format(record) for record in caplog.records)
    assert number and f"internal error {number[1]}" in lines
    assert "李四" not in lines and "13800138000" not in lines and city.jia_person not in lines
    assert (
        "ValueError" in lines
        and "KeyError" in lines
        and "boom" in lines
        and "500 GET /people/<path:person_id>" in lines
    )


def test_every_line_of_the_service_s_log_is_written_so(settings: Any) -> None:
    said = settings.LOGGING
    assert {handler["formatter"] for handler in said["handlers"].values()} == {"plain"}
    assert said["formatters"]["plain"] == {"()": "sizao.web.logs.Impersonal"}
    ours = [h for h in logging.getLogger().handlers if type(h) is logging.StreamHandler]
    assert ours and all(isinstance(handler.formatter, Impersonal) for handler in ours)
    for name in ("django", "django.request", "django.server", "axes", "sizao"):
        assert not logging.getLogger(name).handlers, "nothing is written past it"


def test_nothing_that_people_type_reaches_the_log(sign_in: Any, city: Any, caplog: Any) -> None:
    typed = {"key": "e" * 32, "name": "欧阳娜娜", "phone": "13812345678", "number": "110101199003070011"}
    with caplog.at_level(logging.INFO):
        epi = sign_in("epidemiologist")
        epi.post("/add-person", {**typed, "home_place_id": "jia"})
        epi.post("/add-person", {**typed, "key": "f" * 32, "home_place_id": "nowhere at all"})
        epi.post("/find-person", {"text": "欧阳娜娜"}, follow=True)
        epi.get("/people/欧阳娜娜")
        epi.post("/sign-in", {"login": "欧阳娜娜", "password": "13812345678"})
    person = Person.objects.unscoped("test").get(name_hash__gt="", area__gt="", pk__gt=city.yi_person)
    assert person.name == "欧阳娜娜"
    lines = "\n".join(Impersonal().format(record) for record in caplog.records)
    assert not [secret for secret in ("欧阳", *typed.values()) if secret in lines]


def test_nothing_that_people_type_reaches_the_audit(sign_in: Any, city: Any) -> None:
    typed = {"name": "欧阳娜娜", "phone": "13812345678", "number": "110101199003070011"}
    epi = sign_in("epidemiologist")
    epi.post("/add-person", {**typed, "key": "e" * 32, "home_place_id": "jia"})
    epi.post("/find-person", {"text": "13812345678"})
    kept = [*Act.objects.values_list("about", flat=True), *Read.objects.values_list("asked", flat=True)]
    assert not [secret for secret in typed.values() if secret in str(kept)]


def test_a_busy_database_asks_for_patience_and_a_broken_one_is_our_fault(
    sign_in: Any, city: Any, monkeypatch: Any
) -> None:
    from sizao.web.screens import person

    browser = sign_in("epidemiologist")
    browser.raise_request_exception = False

    def locked(*_: Any) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(person, "timeline", locked)
    page = browser.get(f"/people/{city.jia_person}")
    assert page.status_code == 503 and page["Retry-After"] == "5" and b"done once" in page.content

    def full(*_: Any) -> None:
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(person, "timeline", full)
    assert browser.get(f"/people/{city.jia_person}").status_code == 507

    def broken(*_: Any) -> None:
        raise OperationalError("no such table: people")

    monkeypatch.setattr(person, "timeline", broken)
    assert browser.get(f"/people/{city.jia_person}").status_code == 500


def test_no_template_names_what_its_view_does_not_give(sign_in: Any, sides: Any, settings: Any) -> None:
    """Django leaves out silently what is missing; here it would show."""
    from django.template import engines
    from test_permission_walk import SCREENS, _browser, _fill, of

    engine = engines["django"].engine
    before, engine.string_if_invalid = engine.string_if_invalid, "MISSING(%s)"
    try:
        missing = set()
        for role in ("epidemiologist", "commander", "oversight", "administrator", "citizen", "call_desk"):
            browser = _browser(role, sign_in, sides)
            for where, pattern in SCREENS:
                if "GET" in of(pattern).methods:
                    text = browser.get(_fill(where, sides["jia"].ids)).getvalue().decode(errors="replace")
                    missing |= {(pattern.name, found) for found in re.findall(r"MISSING\([^)]*\)", text)}
        assert not missing
    finally:
        engine.string_if_invalid = before


def _day() -> Any:
    import datetime as dt

    return dt.date(2022, 11, 19)
