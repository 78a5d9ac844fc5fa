"""Who is let in to the API: tokens with a scope and an end, sessions of the screens, and nobody else."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from operations import OPS, WRITES, fill, ids_of, of_the_document

ALL = sorted(OPS)


def test_without_a_token_or_session_every_operation_says_401(sides: Any) -> None:
    ids = ids_of(sides, "jia")
    for method, path in of_the_document():
        answer = Client().generic(method.upper(), fill(path, ids), "{}", content_type="application/json")
        assert answer.status_code == 401 and answer.json()["code"] == "not-signed-in", path
        assert answer["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("token", ["", "x", "sizao_", "Bearer", "\u00e9", "x" * 5000, "' OR 1=1 --"])
def test_a_made_up_token_opens_nothing(token: str, db: None) -> None:
    for header in (f"Bearer {token}", f"bearer {token}", token, f"Basic {token}"):
        assert Client(headers={"authorization": header}).get("/api/people").status_code == 401


def test_a_token_that_ended_or_was_revoked_opens_nothing(caller: Any) -> None:
    assert caller("tracer").get("/api/people").status_code == 200
    assert caller("tracer", days=-1).get("/api/people").status_code == 401
    assert caller("tracer", revoked=True).get("/api/people").status_code == 401


def test_a_user_who_was_closed_and_a_citizen_are_refused(caller: Any, city: Any) -> None:
    program = caller("tracer")
    program.user.is_active = False
    program.user.save()
    assert program.get("/api/people").status_code == 401
    assert caller("citizen", citizen_of=city.jia_person).get("/api/people").status_code == 401


def test_a_token_that_reads_writes_nothing(caller: Any, sides: Any) -> None:
    from sizao.register.models import Act

    ids = ids_of(sides, "jia")
    reader = caller("epidemiologist", may_write=False)
    before = Act.objects.count()
    for (method, path), op in WRITES.items():
        answer = reader.send(method.upper(), fill(path, ids), op.body(ids) if op.body else None)
        assert answer.status_code == 403 and answer.json()["code"] == "read-only-token", path
    assert Act.objects.count() == before
    assert reader.get("/api/people").status_code == 200


def test_closing_a_user_or_giving_them_a_password_revokes_their_tokens(caller: Any, city: Any) -> None:
    from sizao.register.actions.users import close_user, revoke_token, set_password

    for do in (close_user, set_password):
        program, by = caller("tracer"), city.access("administrator", "jia")
        more = {"password": "a long one for a stranger"} if do is set_password else {}
        do(by=by, username=program.user.username, **more)
        assert program.user.tokens.get().revoked_at is not None
        program.user.is_active = True
        program.user.save()
        assert program.get("/api/people").status_code == 401
    program = caller("tracer")
    revoke_token(by=city.access("administrator", "jia"), token_id=program.user.tokens.get().pk)
    assert program.get("/api/people").status_code == 401


def test_a_token_made_on_ones_own_page_works_until_it_is_revoked_there(sign_in: Any, city: Any) -> None:
    import datetime as dt

    browser = sign_in("epidemiologist")
    until = dt.datetime.now(dt.UTC).date()

    def make(key: str, days: int, **more: str) -> Any:
        typed = {"key": key * 32, "name": "laboratory", "until": (until + dt.timedelta(days)).isoformat(), **more}
        return browser.post("/account/token", typed)

    assert make("a", 400).status_code == 400 and not browser.user.tokens.exists()
    secret = make("b", 30, may_write="on").context["secret"]
    assert make("b", 30, may_write="on").context["secret"] == "", "it is shown once"
    reads = make("c", 30).context["secret"]
    body = {"person_id": city.jia_person, "sampled_on": "2022-11-19"}
    statuses = {}
    for name, text in (("write", secret), ("read", reads)):
        program = Client(headers={"authorization": f"Bearer {text}"})
        statuses[name] = (
            program.get("/api/people").status_code,
            program.post("/api/tests", body, content_type="application/json").status_code,
        )
    assert statuses == {"write": (200, 200), "read": (200, 403)}
    page = browser.get("/account").content.decode()
    assert page.count("laboratory") == 2 and secret not in page and "reads and writes" in page
    address = re.search(r"/tokens/\d+/revoke_token", page)
    assert address
    assert browser.post(address[0], {"key": "d" * 32}).status_code == 303
    left = browser.user.tokens.get(revoked_at=None)
    gone = reads if left.may_write else secret
    assert Client(headers={"authorization": f"Bearer {gone}"}).get("/api/people").status_code == 401
    assert browser.get("/account").content.decode().count("laboratory") == 1


def test_the_cookie_of_the_screens_reads_and_writes_only_with_a_forms_token(sign_in: Any, city: Any) -> None:
    user = sign_in("epidemiologist").user
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(user)
    assert browser.get("/api/people").status_code == 200
    body = {"person_id": city.jia_person, "sampled_on": "2022-11-19"}
    answer = browser.post("/api/tests", body, content_type="application/json")
    assert answer.status_code == 403 and answer.json()["code"] == "form-expired"
    form = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', browser.get("/", follow=True).content.decode())
    assert form
    headers = {"X-CSRFToken": form[1]}
    assert browser.post("/api/tests", body, content_type="application/json", headers=headers).status_code == 200


def test_who_must_still_choose_a_password_has_no_session_for_the_api(sign_in: Any) -> None:
    browser = sign_in("epidemiologist")
    browser.user.password_given = True
    browser.user.save()
    assert browser.get("/api/people").status_code == 401


def test_the_document_names_the_cookie_that_is_really_set(settings: Any) -> None:
    from sizao.api.app import api
    from sizao.api.sign_in import Session

    schemes = api.get_openapi_schema(path_prefix="/api/")["components"]["securitySchemes"]
    assert schemes["Session"] == {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}
    settings.SESSION_COOKIE_NAME = "__Host-sizao"
    assert Session().param_name == "__Host-sizao"
