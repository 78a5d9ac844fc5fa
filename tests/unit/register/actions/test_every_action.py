"""Each action for each role, at home and next door: what it writes with its act, and what it refuses whole."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from action_case import Given
from django.apps import apps
from django.db import connection, transaction
from every_action import CASES, actions, call, filled

from sizao.errors import RefusedError, SizaoError
from sizao.register.roles import roles

EVERY = pytest.mark.parametrize("name", CASES)
TOLD_ONCE = ("users.make_token", "codes.give_code")
"""What they made is told once: sent again they say that it was done."""


def counts() -> dict[str, int]:
    """How many rows every table of the register has."""
    tables = [model._meta.db_table for model in apps.get_app_config("register").get_models()]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"SELECT '{name}', count(*) FROM {name}" for name in tables))
        return dict(cursor.fetchall())


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table of the register."""
    found = {}
    with connection.cursor() as cursor:
        for model in apps.get_app_config("register").get_models():
            cursor.execute(f"SELECT * FROM {model._meta.db_table} ORDER BY 1")
            found[model._meta.db_table] = cursor.fetchall()
    return found


@contextmanager
def undone() -> Iterator[None]:
    """What is written here is taken back, as far as this test goes."""
    mark = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(mark)


def refused(name: str, by: Any, given: Given) -> SizaoError | None:
    try:
        with transaction.atomic():
            call(name, by, given)
    except SizaoError as error:
        return error
    return None


def holder(world: Any, name: str, place: str | None = "jia", **more: Any) -> Any:
    """Somebody of a role that has the permission of a case."""
    permission = CASES[name].permission
    if permission == "see_own_record":
        return world.enter("citizen", place, citizen_of=world.jia.person, **more)
    return world.enter(
        next(role.name for role in roles().values() if permission in role.may or not permission), place, **more
    )


def as_role(world: Any, role: str, place: str) -> Any:
    more = {"citizen_of": world.jia.person} if role == "citizen" else {}
    return world.enter(role, place, **more)


def test_no_action_is_without_a_case() -> None:
    assert {name.split(" ")[0] for name in CASES} == {*actions()}


@EVERY
def test_it_writes_its_rows_and_one_act_of_who_when_and_of_whom(name: str, world: Any) -> None:
    from sizao.register.models import Act, NowTouched

    case, by = CASES[name], holder(world, name)
    before = counts()
    NowTouched.objects.all().delete()
    call(name, by, case.given(world.jia))
    added = {table: number - before[table] for table, number in counts().items() if table != "now_touched"}
    expected = {**case.writes, "acts": 1 + case.writes.get("acts", 0)}
    assert {table: number for table, number in added.items() if number} == expected
    act = Act.objects.order_by("-pk")[case.writes.get("acts", 0)]
    assert (act.action, act.by, act.key) == (case.act or name.split(" ")[0].split(".")[1], by.user, "")
    assert by.at <= act.at and (act.person_id, act.place_id) == (case.person(world.jia), case.place(world.jia))
    assert {row.person_id for row in NowTouched.objects.all()} >= (
        {case.person(world.jia)} - {""} if case.touches else set()
    )
    assert NowTouched.objects.exists() == case.touches


@EVERY
def test_no_personal_text_is_in_its_acts(name: str, world: Any) -> None:
    from sizao.register.models import Act

    last = Act.objects.latest("pk").pk
    call(name, holder(world, name), CASES[name].given(world.jia))
    told = str(list(Act.objects.filter(pk__gt=last).values_list("about", "person_id", "place_id")))
    for text in ("李四", "王五", "赵六", "13800138000", "N1", "降压药", "我已解除", "乙区", "winding"):
        assert text not in told


@EVERY
def test_each_role_may_do_it_at_home_as_roles_yaml_says_and_not_next_door(name: str, world: Any) -> None:
    case, given = CASES[name], CASES[name].given(world.jia)
    for role in roles().values():
        by = as_role(world, role.name, "jia")
        neighbour = as_role(world, role.name, "yi")
        if not case.lets_in(role.may):
            if name.endswith("revoke_token"):
                assert getattr(refused(name, by, given), "code", "") == "not-found"
                continue
            for somebody in (by, neighbour):
                before = counts()
                assert getattr(refused(name, somebody, given), "code", "") == "not-allowed", role.name
                assert counts() == before
            continue
        if name == "users.make_token" and role.name == "citizen":
            assert getattr(refused(name, by, given), "code", "") == "no-api"
            continue
        with undone():
            assert refused(name, by, given) is None, role.name
        before = counts()
        if case.elsewhere:
            assert getattr(refused(name, neighbour, given), "code", "") == case.elsewhere, role.name
            assert counts() == before


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.named])
def test_what_lies_next_door_looks_as_if_there_were_no_such_thing(name: str, world: Any) -> None:
    case, by = CASES[name], holder(world, name)
    there, here = case.given(world.yi), case.given(world.jia)
    named = there[case.named]
    unknown = 99_999 if isinstance(named, int) else "x-unknown"
    next_door = refused(name, by, {**here, case.named: named})
    nowhere = refused(name, by, {**here, case.named: unknown})
    assert next_door is not None and nowhere is not None and next_door.code == "not-found"
    assert str(next_door).replace(str(named), "?") == str(nowhere).replace(str(unknown), "?")


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.named])
def test_who_may_not_do_it_at_all_does_not_learn_what_there_is(name: str, world: Any) -> None:
    case, given = CASES[name], CASES[name].given(world.jia)
    role = next(role for role in roles().values() if not case.lets_in(role.may))
    by = as_role(world, role.name, "jia")
    unknown = 99_999 if isinstance(given[case.named], int) else "x-unknown"
    known, other = refused(name, by, given), refused(name, by, {**given, case.named: unknown})
    assert str(known).replace(str(given[case.named]), "?") == str(other).replace(str(unknown), "?")


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.wrong])
def test_what_is_wrong_is_refused_with_its_fields_and_nothing_is_written(name: str, world: Any) -> None:
    case = CASES[name]
    by = holder(world, name)
    for bad in case.wrong:
        before = everything()
        error = refused(name, by, filled({**case.given(world.jia), **bad.given}, world.jia))
        assert error is not None and error.code == bad.code, (bad, error)
        if bad.code == "invalid":
            assert isinstance(error, RefusedError) and {problem.column for problem in error.problems} == bad.columns
            assert all(problem.code and problem.what and problem.todo for problem in error.problems)
        assert everything() == before, bad


@EVERY
def test_sent_twice_with_one_key_it_is_done_once_and_gives_the_same(name: str, world: Any) -> None:
    from sizao.register.actions.act import AlreadyDone
    from sizao.register.models import Act

    by = replace(holder(world, name), key="0123")
    given = CASES[name].given(world.jia)
    first = call(name, by, given)
    before = everything()
    try:
        second = call(name, replace(by, at=by.at), given)
    except AlreadyDone as done:
        assert name in TOLD_ONCE and done.act.key == "0123"
    else:
        assert second == first
        if hasattr(first, "pk"):
            assert second.pk == first.pk and getattr(second, "version", 0) == getattr(first, "version", 0)
    assert everything() == before
    assert Act.objects.filter(key="0123").count() == 1


@EVERY
def test_a_key_of_another_action_is_refused(name: str, world: Any) -> None:
    from sizao.register.models import Act

    by = replace(holder(world, name), key="0123")
    Act.objects.create(action="something_else", by=by.user, at=by.at, key="0123")
    given = CASES[name].given(world.jia)
    before = everything()
    error = refused(name, by, given)
    assert error is not None and error.code == "key-reused" and everything() == before


def test_two_users_may_use_the_same_key(world: Any) -> None:
    name = "visits.log_visit"
    for role in ("tracer", "community_worker"):
        call(name, world.enter(role, "jia", key="0123"), CASES[name].given(world.jia))
    from sizao.register.models import FollowUp

    assert FollowUp.objects.unscoped("test").count() == 2
