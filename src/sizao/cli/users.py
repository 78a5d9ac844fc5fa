"""`sizao users`: who may sign in; the first administrator is made here, the others on the screens."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer
from rich.table import Table

from sizao.cli import options as o
from sizao.cli.serve import words
from sizao.cli.work import open_register
from sizao.errors import SizaoError

Name = Annotated[str, typer.Argument(help="The user's name.", show_default=False)]


def register(app: typer.Typer) -> None:
    """Adds `sizao users`."""
    users = typer.Typer(no_args_is_help=True, help="Who may sign in; passwords are asked for, or read from a pipe.")
    users.command(name="add")(add)
    users.command(name="password")(change_password)
    users.command(name="list")(list_users)
    app.add_typer(users, name="users")


def add(
    name: Name,
    role: Annotated[str | None, typer.Option(help="Their role: administrator, tracer ...")] = None,
    place: Annotated[str | None, typer.Option(help="Where it holds, by place_id; default: everywhere.")] = None,
    lang: o.Language = "en",
) -> None:
    """Add a user; the password is asked for, never given on the command line."""
    if place is not None and role is None:
        raise SizaoError("no-role", "a place is given without a role", todo="give --role too")
    open_register()
    from django.db import transaction

    from sizao.register.access import access_of_job
    from sizao.register.actions.users import add_user, grant_role
    from sizao.register.models import User

    say = words(lang)
    password = ask_password(name, say)
    job = access_of_job("sizao users")
    with transaction.atomic():
        others = User.objects.exists()  # the first adds themselves; of anybody else we know the password now
        user = add_user(by=job, username=name, password=password, language=lang)
        _must_change(user, others)
        if role is not None:
            grant_role(by=job, username=name, role=role, place_id=place)
    if role is None:
        o.out.print(say("added_plain", name=name), markup=False)
    else:
        o.out.print(say("added", name=name, role=role, place=place or say("everywhere")), markup=False)
    if others:
        o.out.print(say("first"), markup=False)


def change_password(name: Name, lang: o.Language = "en") -> None:
    """Give a user a new password and end their sessions."""
    open_register()
    from django.db import transaction

    from sizao.register.access import access_of_job
    from sizao.register.actions.users import set_password
    from sizao.register.models import User

    say = words(lang)
    if not User.objects.filter(username=name).exists():
        raise SizaoError("not-found", f"there is no user {name}", todo="`sizao users list` shows who there is")
    password = ask_password(name, say)
    with transaction.atomic():
        _must_change(set_password(by=access_of_job("sizao users"), username=name, password=password), True)
    o.out.print(say("changed", name=name), markup=False)
    o.out.print(say("first"), markup=False)


def _must_change(user: Any, must: bool) -> None:
    """So that what is done under a name is done by nobody else."""
    user.password_given = must
    user.save(update_fields=["password_given"])


def list_users(lang: o.Language = "en") -> None:
    """List users with their roles in force and their last sign-in."""
    open_register()
    from django.db.models import Prefetch, Q
    from django.utils import timezone

    from sizao.register.clock import now
    from sizao.register.models import Grant, User

    say = words(lang)
    held = Grant.objects.filter(Q(until=None) | Q(until__gt=now())).select_related("place")
    table = Table()
    for word in ("user", "roles", "last"):
        table.add_column(say(word))
    rows = User.objects.order_by("username").prefetch_related(Prefetch("grants", queryset=held, to_attr="held"))
    for user in rows:
        roles = ", ".join(f"{grant.role} ({_where(grant, user, say)})" for grant in user.held)
        last = f"{timezone.localtime(user.last_login):%Y-%m-%d %H:%M}" if user.last_login else "—"
        table.add_row(user.username, roles if user.is_active else say("closed"), last)
    o.out.print(table if table.rows else say("no_users"), markup=False)


def _where(grant: Any, user: Any, say: Any) -> str:
    """Where a role holds; a citizen's, of whose record."""
    from sizao.register.access import OWN
    from sizao.register.roles import roles

    if user.citizen_of and grant.role in roles() and OWN in roles()[grant.role].may:
        return str(say("record_of", id=user.citizen_of))
    return str(grant.place.name if grant.place else say("everywhere"))


def ask_password(name: str, say: Any) -> str:
    """From a terminal, twice and unseen; from a pipe, its first line. Raises SizaoError `no-password`."""
    if sys.stdin.isatty():
        given = typer.prompt(say("password", name=name), hide_input=True, err=True)
        if given != typer.prompt(say("again"), hide_input=True, err=True):
            raise SizaoError("passwords-differ", "the two are not the same", todo="try again")
        return str(given)
    given = sys.stdin.readline().rstrip("\r\n")
    if not given:
        raise SizaoError(
            "no-password", "no password was given", todo="type it at the terminal, or send one line by a pipe"
        )
    return given
