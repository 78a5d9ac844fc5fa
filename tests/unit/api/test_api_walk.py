"""Every operation of the API, by every role, with ids of one's own area, of next door, and of nobody."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import transaction
from operations import NOWHERE, OPS, WRITES, Op, fill, ids_of, of_the_document

from sizao.register.models import Act
from sizao.register.roles import permissions, roles

EMPTY = {
    f"/api/{name}"
    for name in (
        "places",
        "now/tests_due",
        "now/undecided",
        "now/areas",
        "now/place_excesses",
        "visits",
        "cases",
        "fhir/Condition",
    )
}
"""Lists in which the first person of a side does not stand."""


def test_every_operation_of_the_document_is_walked() -> None:
    assert set(OPS) == of_the_document()
    assert {op.needs for op in OPS.values()} <= set(permissions())


def ask(caller: Any, method: str, path: str, op: Op, ids: Any) -> tuple[Any, int]:
    """The answer, and how many acts were written; nothing of it stays."""
    with transaction.atomic():
        before = Act.objects.count()
        body = None if op.body is None else op.body(ids)
        answer = caller.send(method.upper(), fill(path, ids), body)
        written = Act.objects.count() - before
        transaction.set_rollback(True)
    return answer, written


@pytest.mark.parametrize("role", roles())
def test_each_role_is_let_in_where_its_permissions_say(role: str, caller: Any, sides: Any) -> None:
    program, ids = caller(role), ids_of(sides, "jia")
    wrong = []
    for (method, path), op in OPS.items():
        answer, written = ask(program, method, path, op, ids)
        allowed = op.needs in roles()[role].may
        if answer.status_code != (200 if allowed else 403):
            wrong.append((method, path, answer.status_code, answer.content))
        elif allowed and op.body and not written:
            wrong.append((method, path, "wrote nothing"))
        elif allowed and op.each and answer.json()["written"] != 1:
            wrong.append((method, path, answer.json()))
        elif not allowed and (written or answer.json()["code"] != "not-allowed"):
            wrong.append((method, path, "wrote", written, answer.json()))
    assert not wrong


@pytest.mark.parametrize("role", roles())
def test_what_lies_next_door_looks_as_if_it_were_not_there(role: str, caller: Any, sides: Any) -> None:
    program = caller(role)
    yi = ids_of(sides, "yi")
    hidden = {text for text in sides["yi"].texts if text}
    wrong = []
    for (method, path), op in OPS.items():
        allowed = op.needs in roles()[role].may
        there, written = ask(program, method, path, op, yi)
        nowhere, none = ask(program, method, path, op, NOWHERE)
        said = there.content.decode()
        sent = fill(path, yi) + json.dumps(op.body(yi) if op.body else {})
        leaks = [text for text in hidden if text in said and text not in sent]
        expected = 403 if not allowed else 200 if op.is_list or op.each else op.outside
        if leaks or there.status_code != expected or (written > op.each and expected != 200):
            wrong.append((method, path, there.status_code, expected, written, leaks))
        if op.each and allowed and there.json()["rows"][0]["refused"]["code"] != "not-found":
            wrong.append((method, path, there.json()))
        if op.is_list or (allowed and op.outside != 404):
            continue  # a list; that there is a place, or somebody behind glass, is no secret
        if (there.status_code, plain(there, yi), written) != (nowhere.status_code, plain(nowhere, NOWHERE), none):
            wrong.append((method, path, there.content, nowhere.content))
    assert not wrong


def plain(answer: Any, ids: Any) -> str:
    """What was said, without the ids that were sent."""
    text: str = answer.content.decode()
    for name, value in sorted(ids.items(), key=lambda item: -len(str(item[1]))):
        text = text.replace(json.dumps(value), f"<{name}>").replace(f" {value} ", f" <{name}> ")
    return text.replace("<merged_into>", "<person_id>")


def test_lists_hold_the_rows_of_ones_own_area_and_of_no_other(caller: Any, sides: Any) -> None:
    of_jia, of_yi = ids_of(sides, "jia"), ids_of(sides, "yi")
    for place, own, other in (("jia", of_jia, of_yi), ("yi", of_yi, of_jia), (None, of_jia, {})):
        for (method, path), op in OPS.items():
            if not op.is_list:
                continue
            role = next(name for name, said in roles().items() if op.needs in said.may)
            answer = caller(role, place).send(method.upper(), path)
            said = answer.content.decode()
            assert answer.status_code == 200
            if path not in EMPTY:
                assert own["person_id"] in said, (place, path)
            apart = {name: str(value) for name, value in other.items() if value != own.get(name)}
            assert not [name for name, text in apart.items() if len(text) > 3 and text in said], (place, path)


def test_a_role_that_ended_or_begins_later_opens_nothing(caller: Any, city: Any) -> None:
    import datetime as dt

    from sizao.register.clock import now

    program = caller("epidemiologist")
    for change in ({"until": now()}, {"until": None, "since": now() + dt.timedelta(hours=1)}):
        program.user.grants.update(**change)
        assert program.get("/api/people").status_code == 403


def test_of_operations_that_write_none_does_so_by_get() -> None:
    assert all(method in ("post", "patch") for method, _ in WRITES)


def test_names_are_given_to_who_may_see_them_and_asks(caller: Any, city: Any) -> None:
    path = f"/api/people/{city.jia_person}"
    epi, oversight = caller("epidemiologist"), caller("oversight")
    assert "李四" not in epi.get(path).content.decode()
    assert epi.get(path, names="true").json()["name"] == "李四"
    assert oversight.get(path).status_code == 200
    assert oversight.get(path, names="true").status_code == 403
