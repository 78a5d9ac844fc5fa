"""Keeps users, what they may do where and until when, teams and tokens.

A write that was sent before with the same key gives what it wrote; `make_token` raises AlreadyDone, for its text is
shown once.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import Q

from sizao.errors import SizaoError
from sizao.register.access import Access, not_found
from sizao.register.actions.act import AlreadyDone, acting
from sizao.register.actions.check import check_end, check_texts
from sizao.register.actions.find import find_place
from sizao.register.models import Act, ApiToken, Grant, Membership, Person, Team, User
from sizao.register.roles import roles

LONGEST_TOKEN = dt.timedelta(days=366)


def add_user(
    *, by: Access, username: str, password: str, full_name: str = "", language: str = "zh", citizen_of: str = ""
) -> User:
    """Adds a user without any role; one who is added by a user must choose their own password first.

    Raises SizaoError `not-allowed`, `bad-name`, `name-known`, `weak-password`, `not-found`, RefusedError `invalid`.
    """
    by.check("keep_users")
    check_texts(User, username=username, language=language, citizen_of=citizen_of)
    check_texts(longest=150, full_name=full_name)
    try:
        User.username_validator(username)
    except ValidationError as error:
        raise SizaoError(
            "bad-name",
            "a user name has letters, digits and @ . + - _ alone",
            why="it stands in addresses",
            todo="choose another name",
        ) from error
    if citizen_of:
        person = Person.objects.unscoped("checked here").filter(person_id=citizen_of).first()
        if person is None or not by.holds_in("keep_users", person.area):
            raise not_found("person", citizen_of)
    user = User(username=username, first_name=full_name, language=language, citizen_of=citizen_of)
    _set_password(user, password, by)
    try:
        with acting("add_user", by, username=username):
            if User.objects.filter(username__iexact=username).exists():  # sign-in does not tell Li from li
                raise SizaoError("name-known", f"there is a user {username} already", todo="choose another name")
            user.save(force_insert=True)
            return user
    except AlreadyDone as done:
        return _find_user(done.act.about["username"])


def set_password(*, by: Access, username: str, password: str) -> User:
    """Gives a user a new password, which they must change first; their sessions and tokens end.

    Raises SizaoError `not-allowed`, `not-found`, `weak-password`.
    """
    user = find_kept(username, by)
    _set_password(user, password, by)
    try:
        with acting("set_password", by, username=username) as writing:
            user.save(update_fields=["password", "password_given"])
            _shut_out(user, writing.at)
    except AlreadyDone:
        user.refresh_from_db()
    return user


def change_own_password(*, by: Access, password: str) -> User:
    """The user's own choice; their other sessions end (the hash of the password is in them), their tokens stay.

    Raises SizaoError `no-user`, `weak-password`.
    """
    if by.user is None:
        raise SizaoError("no-user", "a password belongs to a user", todo="sign in")
    user = by.user
    _set_password(user, password)
    try:
        with acting("change_own_password", by, username=user.username):
            user.save(update_fields=["password", "password_given"])
    except AlreadyDone:
        user.refresh_from_db()
    return user


def drop_second_factor(*, by: Access, username: str) -> User:
    """Takes away a lost telephone's second factor and ends the user's sessions; the next sign-in asks for a new one.

    Raises SizaoError `not-allowed`, `not-found`.
    """
    user = find_kept(username, by)
    try:
        with acting("drop_second_factor", by, username=username):
            user.authenticator_set.all().delete()
            _end_sessions(user)
    except AlreadyDone:
        pass
    return user


def close_user(*, by: Access, username: str) -> User:
    """The user can no longer sign in, and what they are signed in with ends; what they did stays.

    Raises SizaoError `not-allowed`, `not-found`.
    """
    user = find_kept(username, by)
    try:
        with acting("close_user", by, username=username) as writing:
            user.is_active = False
            user.save(update_fields=["is_active"])
            _shut_out(user, writing.at)
    except AlreadyDone:
        pass
    return user


def grant_role(
    *, by: Access, username: str, role: str, place_id: str | None, until: dt.datetime | None = None
) -> Grant:
    """Gives a user a role in a place and below it (None: everywhere), until a moment or until it is ended.

    A grant reaches no further than the giver's own area, and nobody gives one to themselves.
    Raises SizaoError `unknown-role`, `not-yourself`, `not-allowed`, `not-found`, RefusedError `invalid` (its end).
    """
    by.check("keep_users")
    if role not in roles():
        raise SizaoError("unknown-role", f"no role is called {role}", todo=f"one of {', '.join(roles())}")
    place = find_place(place_id, by, "keep_users")
    by.check_path("keep_users", "" if place is None else place.path)
    user = _find_user(username)
    if by.user_id == user.pk:
        raise SizaoError(
            "not-yourself",
            "you cannot give yourself a role",
            why="whoever decides what others may see would decide it for themselves",
            todo="ask another administrator",
        )
    try:
        about = {"username": username, "role": role}
        with acting("grant_role", by, place_id=place_id or "", **about) as writing:
            check_end(until, writing.at)
            grant = Grant.objects.create(user=user, role=role, place=place, since=writing.at, until=until)
    except AlreadyDone as done:
        return Grant.objects.filter(user=user, role=role, place=place, since=done.act.at).latest("pk")
    return grant


def end_grant(*, by: Access, grant_id: int) -> Grant:
    """Ends a role now; one that has ended stays as it is. SizaoError `not-allowed`, `not-found`."""
    by.check("keep_users")
    grant = Grant.objects.select_related("place", "user").filter(pk=grant_id).first()
    if grant is None or not by.holds_in("keep_users", "" if grant.place is None else grant.place.path):
        raise not_found("grant", str(grant_id))
    try:
        with acting("end_grant", by, grant=grant_id, username=grant.user.username) as writing:
            if grant.until is None or grant.until > writing.at:
                grant.until = max(writing.at, grant.since)
                grant.save(update_fields=["until"])
    except AlreadyDone:
        pass
    return grant


def add_team(*, by: Access, name: str, place_id: str, usernames: tuple[str, ...] = ()) -> Team:
    """Adds a team of users in a place. SizaoError `not-allowed`, `not-found`, `name-known`, `invalid`."""
    check_texts(Team, name=name)
    place = find_place(place_id, by, "keep_users")
    members = [_find_user(username) for username in usernames]
    try:
        with acting("add_team", by, place_id=place_id, team=name, users=list(usernames)):
            if Team.objects.filter(place=place, name=name).exists():
                raise SizaoError("name-known", f"there is a team {name} here already", todo="choose another name")
            team = Team.objects.create(name=name, place=place)
            Membership.objects.bulk_create([Membership(team=team, user=user) for user in set(members)])
            return team
    except AlreadyDone as done:
        return Team.objects.get(place=place, name=done.act.about["team"])


def check_token(by: Access) -> None:
    """Raises SizaoError `no-user`, `no-api` where nobody could use a token that is made."""
    if by.user is None:
        raise SizaoError("no-user", "a token belongs to a user", todo="sign in")
    if by.user.citizen_of:
        raise SizaoError(
            "no-api",
            "the API is for staff",
            why="a citizen sees their own record on their own page, and no token lets them in elsewhere",
            todo="open your own page",
        )


def make_token(*, by: Access, name: str, until: dt.datetime, may_write: bool = False) -> tuple[ApiToken, str]:
    """A token of the user's own, and its text, which is shown once.

    Raises SizaoError `too-long`, `no-user`, `no-api` (a citizen), `invalid`.
    """
    check_token(by)
    check_texts(ApiToken, name=name)
    check_end(until, by.at)
    if not by.at < until <= by.at + LONGEST_TOKEN:
        raise SizaoError(
            "too-long", "a token ends within a year", todo="choose an end between now and a year from now"
        )
    text = f"sizao_{secrets.token_urlsafe(32)}"
    with acting("make_token", by, token=name, may_write=may_write) as writing:
        token = ApiToken.objects.create(
            user=by.user,
            name=name,
            digest=digest(text),
            may_write=may_write,
            made_at=writing.at,
            until=until,
        )
        return token, text


def revoke_token(*, by: Access, token_id: int) -> ApiToken:
    """Ends a token now: one's own, or that of a user whom one keeps. SizaoError `not-found`."""
    token = ApiToken.objects.select_related("user").filter(pk=token_id).first()
    if token is None or not (token.user_id == by.user_id or (by.may("keep_users") and _keeps(by, token.user))):
        raise not_found("token", str(token_id))
    try:
        with acting("revoke_token", by, token=token.name) as writing:
            if token.revoked_at is None:
                token.revoked_at = writing.at
                token.save(update_fields=["revoked_at"])
    except AlreadyDone:
        pass
    return token


def digest(text: str) -> str:
    """What is kept of a token: it has 256 random bits, so a plain hash is enough."""
    return hashlib.sha256(text.encode()).hexdigest()


def _find_user(username: str) -> User:
    user = User.objects.filter(username=username).first()
    if user is None:
        raise not_found("user", username)
    return user


def find_kept(username: str, by: Access) -> User:
    """A user whom `by` may keep: none of their roles in force reaches beyond the area of `by`."""
    by.check("keep_users")
    user = _find_user(username)
    if not _keeps(by, user):
        raise not_found("user", username)
    return user


def _keeps(by: Access, user: User) -> bool:
    """Whose roles in force all lie in the area of `by`. Of somebody without one: whose roles then did, or, where
    there never was one, whom `by` added. Else a county could take over whom the city has just added."""
    granted = user.grants.all()
    rows = granted.filter(Q(until=None) | Q(until__gt=by.at)) or granted
    held = rows.values_list("place_id", "place__path")
    if held:
        return all(by.holds_in("keep_users", "" if place is None else path) for place, path in held)
    added = Act.objects.filter(action="add_user", about__username=user.username, by=by.user)
    return by.holds_in("keep_users", "") or (by.user is not None and added.exists())


def _shut_out(user: User, at: dt.datetime) -> None:
    """Nothing that the user, or whoever has what is theirs, is signed in with works any longer."""
    _end_sessions(user)
    ApiToken.objects.filter(user=user, revoked_at=None).update(revoked_at=at)


def _end_sessions(user: User) -> None:
    for session in user.usersession_set.all():
        session.end()


def _set_password(user: User, password: str, by: Access | None = None) -> None:
    """`by`: somebody else, who then knows it too."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise SizaoError("weak-password", " ".join(error.messages), todo="choose a longer one") from error
    user.set_password(password)
    user.password_given = by is not None and by.user is not None
