"""Signing in: password, second factor, lock-out; a session holds where and while it should."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from sizao.errors import SizaoError

PASSWORD = "correct horse battery"
NEW = "another long pass phrase"
HOME, ENTER = "/", "/sign-in"


@pytest.fixture(autouse=True)
def fresh_counters(db: None) -> None:
    cache.clear()


@pytest.fixture
def li(city: Any) -> Any:
    """A tracer of jia with a password."""
    user = city.user("tracer", "jia", "li")
    user.set_password(PASSWORD)
    user.save()
    return user


def enter(browser: Client, password: str = PASSWORD, name: str = "li", **more: Any) -> Any:
    return browser.post(ENTER, {"login": name, "password": password}, **more)


def is_in(browser: Client) -> bool:
    return browser.get("/account").status_code == 200


def code_of(secret: str) -> str:
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def test_the_right_password_signs_in_and_the_wrong_one_says_no_more_than_that(li: Any) -> None:
    browser = Client()
    assert enter(browser, "wrong").status_code == 200
    first = enter(browser, "wrong").content
    assert b"li" not in first.split(b"<main")[1].replace(b"li>", b"").split(b"value=")[0]
    assert not is_in(browser)
    assert enter(browser)["Location"] == HOME and is_in(browser)


def test_passwords_are_kept_by_argon2_and_their_rules_hold(city: Any, li: Any) -> None:
    from sizao.register.actions.users import add_user

    assert li.password.startswith("argon2$argon2id$")
    for weak in ("short", "passwordpas", "wang-xiaoming1", "123456789012"):
        with pytest.raises(SizaoError) as error:
            add_user(by=city.job, username="wang-xiaoming", password=weak)
        assert error.value.code == "weak-password"


def test_five_wrong_passwords_lock_the_user_out_at_this_address_alone(li: Any) -> None:
    browser, elsewhere = Client(), Client(REMOTE_ADDR="10.9.9.9")
    answers = [enter(browser, "wrong").status_code for _ in range(5)]
    assert answers == [200] * 4 + [429]
    page = enter(browser)
    assert page.status_code == 429 and not is_in(browser)
    assert enter(browser, name=" LI").status_code == 429, "another spelling is the same user"
    assert "too many wrong" in page.content.decode().lower() or "次数太多" in page.content.decode()
    assert enter(elsewhere)["Location"] == HOME


def test_the_lock_opens_after_a_quarter_of_an_hour(li: Any, settings: Any) -> None:
    import datetime as dt

    from axes.models import AccessAttempt

    browser = Client()
    for _ in range(5):
        enter(browser, "wrong")
    AccessAttempt.objects.update(attempt_time=dt.datetime.now(dt.UTC) - settings.AXES_COOLOFF_TIME)
    assert enter(browser).status_code == 302


def test_what_was_typed_as_a_password_is_kept_nowhere(li: Any) -> None:
    from axes.models import AccessAttempt

    enter(Client(), "my secret typed wrong")
    kept = AccessAttempt.objects.get()
    assert "my secret" not in f"{kept.post_data} {kept.get_data} {kept.username}"


def test_staff_must_set_up_a_second_factor_before_anything_else(li: Any, settings: Any, city: Any) -> None:
    settings.SIZAO_TOTP = "required"
    browser = Client()
    enter(browser)
    for where in (HOME, "/lists/people", f"/people/{city.jia_person}", "/find-person", "/account"):
        assert browser.get(where)["Location"] == reverse("mfa_activate_totp"), where
    assert browser.post(f"/people/{city.jia_person}/record_test")["Location"] == reverse("mfa_activate_totp")
    assert browser.get("/api/people").status_code == 401
    assert browser.get(reverse("mfa_activate_totp")).status_code == 200


def test_with_a_second_factor_the_password_alone_is_not_enough(li: Any, settings: Any) -> None:
    settings.SIZAO_TOTP = "required"
    browser = Client()
    enter(browser)
    setting_up = browser.get(reverse("mfa_activate_totp"))
    secret = setting_up.context["form"].secret
    assert browser.post(reverse("mfa_activate_totp"), {"code": "000000"}).status_code == 200
    done = browser.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
    assert done["Location"] == reverse("mfa_view_recovery_codes")
    codes = browser.get(done["Location"]).context["unused_codes"]
    assert browser.get("/lists/people").status_code == 200

    again = Client()
    assert enter(again)["Location"] == reverse("mfa_authenticate")
    assert not is_in(again)
    assert again.post(reverse("mfa_authenticate"), {"code": "000000"}).status_code == 200
    assert again.post(reverse("mfa_authenticate"), {"code": codes[0]})["Location"] == HOME and is_in(again)

    third = Client()
    enter(third)
    assert third.post(reverse("mfa_authenticate"), {"code": codes[0]}).status_code == 200, "a code works once"


def test_secrets_of_second_factors_stand_sealed(li: Any) -> None:
    from allauth.mfa.models import Authenticator

    browser = Client()
    enter(browser)
    secret = browser.get(reverse("mfa_activate_totp")).context["form"].secret
    browser.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
    kept = [row.data for row in Authenticator.objects.filter(user=li)]
    assert len(kept) == 2 and secret not in str(kept)
    assert all(str(next(iter(data.values()))).startswith("gAAAA") for data in kept if "secret" in data)


def test_a_citizen_needs_no_second_factor(city: Any, settings: Any) -> None:
    settings.SIZAO_TOTP = "required"
    user = city.user("citizen", "jia", "zhang")
    user.citizen_of = city.jia_person
    user.set_password(PASSWORD)
    user.save()
    browser = Client()
    enter(browser, name="zhang")
    assert browser.get("/own").status_code == 200


def test_a_lost_telephone_is_dropped_by_an_administrator_and_the_sessions_end(li: Any, city: Any) -> None:
    from sizao.register.actions.users import drop_second_factor

    browser = Client()
    enter(browser)
    secret = browser.get(reverse("mfa_activate_totp")).context["form"].secret
    browser.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
    drop_second_factor(by=city.access("administrator", "jia"), username="li")
    assert not is_in(browser)
    assert enter(Client())["Location"] == HOME


def test_the_name_of_the_session_changes_at_sign_in(li: Any) -> None:
    browser = Client()
    browser.get(ENTER)
    session = browser.session
    session["planted"] = 1
    session.save()
    before = session.session_key
    browser.cookies["sizao"] = before
    enter(browser)
    assert browser.cookies["sizao"].value not in ("", before)


def test_a_stolen_cookie_is_of_no_use_in_another_browser(li: Any) -> None:
    browser = Client(headers={"user-agent": "A"})
    enter(browser)
    stolen = browser.cookies["sizao"].value
    thief = Client(headers={"user-agent": "B"})
    thief.cookies["sizao"] = stolen
    assert thief.get("/lists/people")["Location"].startswith(ENTER)
    assert not is_in(browser), "whoever lost it is signed out too, and signs in again"


def test_a_session_ends_after_twelve_hours_however_busy(li: Any) -> None:
    browser = Client()
    enter(browser)
    session = browser.session
    session["since"] -= 12 * 3600 - 60
    session.save()
    assert is_in(browser)
    session["since"] -= 61
    session.save()
    assert not is_in(browser)


def test_a_changed_password_ends_every_session(li: Any) -> None:
    from sizao.register.models import Act

    here, there = Client(), Client()
    enter(here)
    enter(there)
    said = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    assert here.post("/account/password", said).status_code == 302
    assert not is_in(here) and not is_in(there)
    assert enter(Client(), NEW).status_code == 302
    assert Act.objects.filter(action="change_own_password", by=li).count() == 1


def test_a_password_that_an_administrator_chose_is_changed_before_anything_else(li: Any, city: Any) -> None:
    from sizao.register.actions.users import set_password

    browser = Client()
    enter(browser)
    set_password(by=city.access("administrator", "jia"), username="li", password="given by somebody")
    assert not is_in(browser)
    enter(browser, "given by somebody")
    for where in (HOME, "/lists/people", "/account"):
        assert browser.get(where)["Location"] == "/account/password"
    said = {"oldpassword": "given by somebody", "password1": NEW, "password2": NEW}
    browser.post("/account/password", said)
    enter(browser, NEW)
    assert browser.get("/lists/people").status_code == 200


def test_signing_out_everywhere_ends_every_session(li: Any) -> None:
    here, there = Client(), Client(headers={"user-agent": "telephone"})
    enter(here)
    enter(there)
    assert is_in(there)
    here.post("/account")
    assert not is_in(here) and not is_in(there)


def test_a_closed_account_is_out_at_once_and_does_not_come_in_again(li: Any, city: Any) -> None:
    from sizao.register.actions.users import close_user

    browser = Client()
    enter(browser)
    close_user(by=city.access("administrator", "jia"), username="li")
    assert not is_in(browser)
    assert enter(browser)["Location"] == reverse("account_inactive") and not is_in(browser)


def test_signing_out_wants_a_form_so_that_a_picture_cannot_do_it(li: Any) -> None:
    browser = Client()
    enter(browser)
    assert browser.get("/sign-out").status_code == 405 and is_in(browser)
    browser.post("/sign-out")
    assert not is_in(browser)


@pytest.mark.parametrize("path", ["/accounts/signup/", "/signup/", "/accounts/password/reset/", "/accounts/login/"])
def test_nobody_signs_up_and_nothing_is_sent_by_mail(path: str, db: None) -> None:
    assert Client().get(path).status_code == 404


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "http:evil"]
)
def test_after_signing_in_one_is_never_sent_to_another_site(li: Any, elsewhere: str) -> None:
    browser = Client()
    said = {"login": "li", "password": PASSWORD, "next": elsewhere}
    assert browser.post(f"{ENTER}?next={elsewhere}", said)["Location"] == HOME
    browser.post("/language", {"language": "en", "next": elsewhere})["Location"].startswith("/")
    assert "evil" not in browser.post("/language", {"language": "en", "next": elsewhere})["Location"]


def test_after_signing_in_one_is_where_one_wanted_to_be(li: Any) -> None:
    browser = Client()
    asked = browser.get("/lists/people?test_due=yes")["Location"]
    assert asked == "/sign-in?next=%2Flists%2Fpeople%3Ftest_due%3Dyes"
    said = {"login": "li", "password": PASSWORD, "next": "/lists/people?test_due=yes"}
    assert browser.post(asked, said)["Location"] == "/lists/people?test_due=yes"


def test_an_administrator_keeps_nobody_whose_roles_reach_beyond_their_area(li: Any, city: Any) -> None:
    from sizao.register.actions.users import close_user, drop_second_factor, grant_role, set_password

    wide = city.user("epidemiologist", None, "wide")
    by = city.access("administrator", "jia")
    for do in (
        lambda: set_password(by=by, username=wide.username, password=NEW),
        lambda: close_user(by=by, username="wide"),
        lambda: drop_second_factor(by=by, username="wide"),
    ):
        with pytest.raises(SizaoError) as error:
            do()
        assert error.value.code == "not-found"
    with pytest.raises(SizaoError) as error:
        grant_role(by=by, username=by.user.username, role="epidemiologist", place_id="jia")
    assert error.value.code == "not-yourself"
