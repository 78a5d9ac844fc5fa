"""What a view needs of the user: said at the view, checked by the gate; a view that does not say is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Literal

from sizao.register.roles import permissions

View = Callable[..., Any]
Who = Literal["everybody", "users", "holders", "api"]


@dataclass(frozen=True)
class Needs:
    """Who may ask for an address, and how."""

    who: Who
    """everybody; users: whoever signed in; holders: of one of `permissions`; api: each operation says it itself."""
    methods: frozenset[str] = frozenset({"GET"})
    permissions: tuple[str, ...] = ()
    unfinished: bool = False
    """Also for users who still have to choose a password or set up their second factor."""


def needs(*names: str, methods: tuple[str, ...] = ("GET",)) -> Callable[[View], View]:
    """The view is for holders of any of these permissions somewhere. Raises ValueError where there is none such."""
    strange = set(names) - set(permissions())
    if strange or not names:
        raise ValueError(f"no such permission: {sorted(strange)}")
    return _say(Needs("holders", frozenset(methods), names))


def for_users(methods: tuple[str, ...] = ("GET",), unfinished: bool = False) -> Callable[[View], View]:
    """The view is for whoever signed in."""
    return _say(Needs("users", frozenset(methods), unfinished=unfinished))


def for_everybody(methods: tuple[str, ...] = ("GET",)) -> Callable[[View], View]:
    """The view is for whoever asks; it shows nobody's record."""
    return _say(Needs("everybody", frozenset(methods)))


def of_api(view: View) -> View:
    """The view belongs to the API, whose operations each say and check what they need."""
    return _say(Needs("api", frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})))(view)


def needs_of(view: View) -> Needs | None:
    """What a view said, if it did."""
    return getattr(view, "needs", None)


def _say(what: Needs) -> Callable[[View], View]:
    def declare(view: View) -> View:
        @wraps(view)
        def declared(*args: Any, **kwargs: Any) -> Any:
            return view(*args, **kwargs)

        declared.needs = what  # type: ignore[attr-defined]
        return declared

    return declare
