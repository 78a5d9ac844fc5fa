"""Whoever is closed, or gets a new password, is out at once everywhere; tokens are ended by who may."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from action_case import SECRET
from django.test import Client

from sizao.errors import SizaoError
from sizao.register.actions import users
from sizao.register.models import ApiToken, User


def signed_in(world: Any, username: str) -> tuple[Client, str]:
    """A browser and a token of a user."""
    from sizao.register.access import access_of

    user = User.objects.get(username=username)
    browser = Client(headers={"user-agent": "a"})
    browser.force_login(user)
    until = dt.datetime.now(dt.UTC) + dt.timedelta(days=9)
    return browser, users.make_token(by=access_of(user), name="t", until=until)[1]


@pytest.mark.parametrize("how", ["set_password", "close_user"])
def test_sessions_and_tokens_end(how: str, world: Any) -> None:
    from django.contrib.sessions.models import Session

    browser, token = signed_in(world, world.jia.user)
    headers = {"authorization": f"Bearer {token}"}
    user = User.objects.get(username=world.jia.user)
    user.usersession_set.create(ip="127.0.0.1", session_key=browser.session.session_key, user_agent="a")
    assert Client().get("/api/people", headers=headers).status_code == 200
    more = {"password": SECRET} if how == "set_password" else {}
    getattr(users, how)(by=world.enter("administrator", "jia"), username=world.jia.user, **more)
    assert not user.usersession_set.exists() and not Session.objects.exists()
    assert not ApiToken.objects.filter(user=user, revoked_at=None).exists()
    assert ApiToken.objects.filter(revoked_at=None).count() == 1  # next door's
    assert Client().get("/api/people", headers=headers).status_code == 401


def test_a_password_that_is_ones_own_choice_leaves_ones_tokens(world: Any) -> None:
    from sizao.register.access import access_of

    _, token = signed_in(world, world.jia.user)
    users.change_own_password(by=access_of(User.objects.get(username=world.jia.user)), password=SECRET)
    assert ApiToken.objects.filter(digest=users.digest(token), revoked_at=None).exists()


def test_a_token_is_ended_by_its_owner_and_by_who_keeps_the_owner(world: Any) -> None:
    for by, may in (
        (world.enter("tracer", "jia"), False),
        (world.enter("administrator", "yi"), False),
        (world.enter("administrator", "jia"), True),
    ):
        try:
            users.revoke_token(by=by, token_id=world.jia.token)
            done = True
        except SizaoError as error:
            done = False
            assert error.code == "not-found"
        assert done is may is (ApiToken.objects.get(pk=world.jia.token).revoked_at is not None)


def test_a_token_that_was_ended_keeps_the_moment_of_its_end(world: Any) -> None:
    first = users.revoke_token(by=world.job, token_id=world.jia.token).revoked_at
    assert users.revoke_token(by=world.job, token_id=world.jia.token).revoked_at == first


def test_nobody_keeps_whose_roles_reach_further_nor_gives_themselves_a_role(world: Any) -> None:
    keeper, chief = world.enter("administrator", "jia"), world.enter("commander", None)
    for change in (
        lambda: users.set_password(by=keeper, username=chief.user.username, password=SECRET),
        lambda: users.close_user(by=keeper, username=chief.user.username),
        lambda: users.drop_second_factor(by=keeper, username=chief.user.username),
    ):
        with pytest.raises(SizaoError) as error:
            change()
        assert error.value.code == "not-found"
    with pytest.raises(SizaoError) as error:
        users.grant_role(by=keeper, username=keeper.user.username, role="tracer", place_id="jia")
    assert error.value.code == "not-yourself"


def test_a_role_that_has_ended_is_not_ended_again(world: Any) -> None:
    first = users.end_grant(by=world.job, grant_id=world.jia.grant).until
    assert users.end_grant(by=world.job, grant_id=world.jia.grant).until == first
