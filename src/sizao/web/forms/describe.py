"""Reads forms.yaml: what each form calls, needs and asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from inspect import signature
from types import MappingProxyType
from typing import Any, Literal

from sizao.register.roles import permissions
from sizao.web.say import lang
from sizao.words import read_yaml

About = Literal["nothing", "person", "user", "place", "grant", "test", "case", "order", "request", "event", "token"]


EVERY_USER = "users"
ACTS = {"void_event": "record_event"}
"""Forms whose action writes its act under another name."""


@dataclass(frozen=True)
class Asked:
    """One field of a form."""

    name: str
    type: str
    label: Mapping[str, str]
    hint: Mapping[str, str]
    optional: bool | Literal["everywhere"] = False
    """`everywhere`: only for who may do this everywhere."""
    value: str = ""
    """Its first value; `today` for a date."""
    words: str = ""
    list: str = ""
    input: str = ""
    least: int | None = None
    most: int | None = None
    number: bool = False
    """The choice is a number for the action."""
    named: bool = False
    """Only for who may see names."""
    blank: bool = False
    """Nothing is given to the action as "", not as None."""


@dataclass(frozen=True)
class Form:
    """One action as a form."""

    name: str
    call: Callable[..., Any]
    needs: str
    about: About
    given_as: str
    """Which argument of the action is what the form is about; "" where the form is about nothing."""
    title: Mapping[str, str]
    note: Mapping[str, str]
    changes: bool
    fields: tuple[Asked, ...]

    @property
    def says(self) -> str:
        """Its title in the language of the page."""
        return self.title[lang()]

    @property
    def is_versioned(self) -> bool:
        """Whether the action asks which version the user saw."""
        return "version" in signature(self.call).parameters

    @property
    def act(self) -> str:
        """What the action is called in the audit."""
        return ACTS.get(self.name, self.call.__name__)


@cache
def forms() -> Mapping[str, Form]:
    """Every form by name. Raises ValueError where forms.yaml names what there is not."""
    return MappingProxyType(
        {name: _read(name, said) for name, said in read_yaml("sizao.web.forms", "forms.yaml").items()}
    )


def _read(name: str, said: Mapping[str, Any]) -> Form:
    if said["needs"] not in (*permissions(), EVERY_USER):
        raise ValueError(f"forms.yaml: {name} needs {said['needs']}: no such permission")
    module, function = said["call"].split(".")
    about = said["about"]
    fields = []
    for field, more in said["fields"].items():
        asked = {"label": {}, "hint": {}, **more}
        fields.append(Asked(name=field, **asked))
    return Form(
        name=name,
        call=getattr(import_module(f"sizao.register.actions.{module}"), function),
        needs=said["needs"],
        about=about,
        given_as=said.get("as", "" if about == "nothing" else "username" if about == "user" else f"{about}_id"),
        title=said["title"],
        note=said.get("note", {"zh": "", "en": ""}),
        changes=said.get("changes", False),
        fields=tuple(fields),
    )
