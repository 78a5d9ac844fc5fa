"""A citizen makes no token that would never work, and is listed with their record; ids in tables stand unbroken."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest

from sizao.errors import SizaoError
from sizao.register.access import access_of

WEB = Path(__file__).parents[4] / "src/sizao/web"
TABLES = [
    (path.name, table)
    for path in sorted(WEB.glob("templates/**/*.html"))
    for table in re.findall(r"<table.*?</table>", path.read_text("utf-8"), re.S)
]
SHOWN = re.compile(r"<([^<>]*)>(?:[^<>{}]|{%[^{}]*%}|{{[^{}]*}})*{{ *[\w.|]*(?:person_id|known_id|order_id) *}}")


def test_a_citizen_makes_no_token_and_is_shown_no_link_to_it(sign_in: Any, city: Any) -> None:
    from sizao.register.actions.users import make_token
    from sizao.register.models import ApiToken

    citizen = sign_in("citizen", None, citizen_of=city.jia_person)
    assert "account/token" not in citizen.get("/account").content.decode()
    page = citizen.get("/account/token")
    assert page.status_code == 403 and "The API is for staff" in page.content.decode()
    sent = {"name": "x", "until_0": "2027-01-01", "until": "2027-01-01", "key": "a" * 32}
    assert citizen.post("/account/token", sent).status_code == 403
    by = access_of(citizen.user)
    with pytest.raises(SizaoError) as error:
        make_token(by=by, name="x", until=by.at + dt.timedelta(days=9))
    assert error.value.code == "no-api" and not ApiToken.objects.exists()
    staff = sign_in("tracer")
    assert "account/token" in staff.get("/account").content.decode()
    assert staff.get("/account/token").status_code == 200


def test_the_users_say_whose_record_a_citizen_sees(sign_in: Any, city: Any) -> None:
    citizen = sign_in("citizen", None, citizen_of=city.jia_person).user
    browser = sign_in("administrator", None)
    for page in ("/users", f"/users/{citizen.username}"):
        text = browser.get(page).content.decode()
        assert f"Citizen</strong> · record of {city.jia_person}" in text or (
            f"Citizen · record of {city.jia_person}" in text
        )
    assert "Administrator · everywhere" in browser.get("/users").content.decode()


def test_an_id_in_a_table_does_not_break_at_its_hyphen() -> None:
    style = (WEB / "static/sizao/sizao.css").read_text("utf-8")
    assert re.search(r"^\.id\b[^{]*{ white-space: nowrap; }", style, re.M)
    found = [(name, tag) for name, table in TABLES for tag in SHOWN.findall(table)]
    assert len(found) >= 8
    assert [(name, tag) for name, tag in found if 'class="id"' not in tag] == []
