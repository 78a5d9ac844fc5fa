"""Builds a form of Django's from its description, for one user."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Q

from sizao.errors import Problem
from sizao.policy import chain
from sizao.register.access import Access
from sizao.register.actions.check import LONGEST_SEALED
from sizao.register.actions.people import SEALED
from sizao.register.clock import today
from sizao.register.ids import _LETTERS
from sizao.register.models import Case, Event, FollowUp, Order, Person, Place, Request, Team, Test, User
from sizao.register.roles import roles
from sizao.register.scope import within
from sizao.web.forms.describe import Asked, Form
from sizao.web.forms.fields import CtField, DayField, LastDayField, ManyField, NamesField, PlaceField
from sizao.web.refusals import problem_words
from sizao.web.say import lang, say, titles

LONGEST = 2000
SHORT = 200
KEY = re.compile(r"[0-9a-f]{32}")
Choices = list[tuple[str, str]]


def build(
    said: Form, access: Access, *, data: Any = None, first: Mapping[str, Any] | None = None, version: int = 0
) -> forms.Form:
    """The form, bound where there is `data`. `first`: values to start with; `version`: of what it is about."""
    made = forms.Form(data, initial=dict(first or {}), prefix=None, label_suffix="")
    for asked in said.fields:
        if asked.type == "secret" or (asked.named and not access.may("see_names")):
            continue
        made.fields[asked.name] = _field(asked, access, said)
        made.fields[asked.name].widget.attrs.pop("maxlength", None)  # a browser would cut without a word
        made.fields[asked.name].show_hidden_initial = said.changes
        if asked.name not in made.initial and asked.value:
            made.initial[asked.name] = today() if asked.value == "today" else asked.value
    made.fields["key"] = forms.RegexField(KEY, widget=forms.HiddenInput, initial=secrets.token_hex(16))
    if said.is_versioned:
        made.fields["version"] = forms.IntegerField(widget=forms.HiddenInput, initial=version)
    made.use_required_attribute = True
    return made


def values_of(said: Form, made: forms.Form) -> dict[str, Any]:
    """What the action is called with: nothing is None; a secret is made here.

    Of a form that changes what is on record, only what the user changed: the rest may have been changed by others.
    """
    found: dict[str, Any] = {}
    for asked in said.fields:
        if asked.type == "secret":
            found[asked.name] = new_password()
        if asked.name not in made.fields or (said.changes and asked.name not in made.changed_data):
            continue
        value = made.cleaned_data[asked.name]
        if asked.number:
            value = int(value) if value else None
        elif value == "" and not asked.blank:
            value = None
        found[asked.name] = value
    if said.is_versioned:
        found["version"] = made.cleaned_data["version"]
    return found


def new_password() -> str:
    """100 random bits that can be read out over the telephone."""
    letters = "".join(secrets.choice(_LETTERS) for _ in range(20))
    return "-".join(letters[at : at + 4] for at in range(0, 20, 4))


def _field(asked: Asked, access: Access, said: Form) -> forms.Field:
    everywhere = asked.optional == "everywhere"
    optional = access.holds_in(said.needs, "") if everywhere else asked.optional
    options: dict[str, Any] = {
        "required": not optional and asked.type != "flag",
        "label": asked.label[lang()],
        "help_text": asked.hint.get(lang(), ""),
    }
    if asked.type in ("choice", "many"):
        choices = LISTS[asked.list](access) if asked.list else _words(asked.words)
        if asked.type == "many":
            return ManyField(choices=choices, **options)
        few = not optional and len(choices) <= 5
        if few:
            return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **options)
        return forms.ChoiceField(
            choices=[("", say("choose" if options["required"] else "not_said")), *choices], **options
        )
    if asked.type == "text":
        box = forms.TextInput(attrs={"autocomplete": "off"} | ({"type": asked.input} if asked.input else {}))
        return forms.CharField(max_length=_longest(asked.name, said), widget=box, **options)
    if asked.type == "long":
        return forms.CharField(
            max_length=LONGEST if asked.name == "text" else 500, widget=forms.Textarea(attrs={"rows": 4}), **options
        )
    if asked.type == "place":
        if everywhere:
            options["error_messages"] = {"required": problem_words(Problem("home-needed", "", "", ""))}
        return PlaceField(areas=access.areas("see_people") or access.areas("keep_places"), **options)
    if asked.least is not None:
        options |= {"min_value": asked.least, "max_value": 2**31 - 1 if asked.most is None else asked.most}
    return PLAIN[asked.type](**options)


PLAIN: Mapping[str, Callable[..., forms.Field]] = {
    "date": DayField,
    "last_day": LastDayField,
    "ct": CtField,
    "names": NamesField,
    "flag": forms.BooleanField,
    "integer": forms.IntegerField,
    "decimal": forms.FloatField,
}


def _longest(name: str, said: Form) -> int:
    """How long a text of that name may be: as wide as the narrowest column that takes it; what is sealed stands in
    none."""
    if name in SEALED and said.act in ("add_person", "change_person"):
        return LONGEST_SEALED
    widths = []
    for model in (Person, Event, Test, Case, Order, Request, FollowUp, Place, Team, User):
        for field in model._meta.local_concrete_fields:
            if (
                field.attname in (name, {"full_name": "first_name", "gone": "person_id"}.get(name))
                and field.max_length
            ):
                widths.append(field.max_length)
    return min(widths, default=SHORT)


def _words(table: str) -> Choices:
    return [(name, known[lang()]) for name, known in say().words()[table].items()]


def _kinds(access: Access) -> Choices:
    """Kinds of event that the rulebooks in use have a title for."""
    known: dict[str, str] = {}
    for book in reversed(chain(settings.SIZAO_RULEBOOK)):
        for kind, title in book.kind_titles.items():
            known.setdefault(kind, getattr(title, lang()))
    return list(known.items())


def restrictions(access: Access | None = None) -> Choices:
    """The restrictions of the rulebooks in use, light to strict, with their titles."""
    book = chain(settings.SIZAO_RULEBOOK)[-1]
    return [(found.id, titles().restriction(found.id)) for found in book.restrictions]


def _levels(access: Access) -> Choices:
    book = chain(settings.SIZAO_RULEBOOK)[-1]
    asked = [(level.id, getattr(level.title, lang())) for level in book.areas.levels]
    return asked + [(gone.level, getattr(gone.title, lang())) for gone in book.areas.abolished]


def _roles(access: Access) -> Choices:
    return [(role.name, role.title[lang()]) for role in roles().values()]


def _teams(access: Access) -> Choices:
    rows = Team.objects.filter(within("place__path", access.areas("assign_people"))).select_related("place")
    return [
        (str(team.pk), f"{say().name(team.name)} · {say().name(team.place.name)}")
        for team in rows.order_by("place__path", "name")[:500]
    ]


def _users(access: Access) -> Choices:
    rows = User.objects.filter(Q(grants__until=None) | Q(grants__until__gt=access.at), is_active=True)
    rows = rows.filter(within("grants__place__path", access.areas("assign_people"))).distinct()
    return [(str(user.pk), user.first_name or user.username) for user in rows.order_by("username")[:500]]


LISTS: Mapping[str, Callable[[Access], Choices]] = {
    "kinds": _kinds,
    "restrictions": restrictions,
    "levels": _levels,
    "roles": _roles,
    "teams": _teams,
    "users": _users,
}
