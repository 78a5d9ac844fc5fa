"""Two people changed the same record: what each of them wrote, field by field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.forms import ChoiceField, Form, HiddenInput, MultipleChoiceField

from sizao.register.access import Access
from sizao.register.models import Act
from sizao.web.forms.about import Subject, first_values
from sizao.web.forms.build import build
from sizao.web.forms.describe import Form as Said
from sizao.web.say import say

HIDDEN = ("key", "version")


@dataclass(frozen=True)
class Row:
    """One field: what is on record now, and what this user typed."""

    label: str
    now: str
    typed: str

    @property
    def differs(self) -> bool:
        return self.now != self.typed


def build_again(said: Said, access: Access, now: Subject, made: Form) -> Form:
    """The form once more, for what is on record now: with what this user changed, and theirs where they did not."""
    first = first_values(said, access, now, {}) if said.changes else {}
    again = build(said, access, first=first, version=now.version)
    data = made.data.copy()
    for name, field in again.fields.items():
        if name in HIDDEN:
            data[name] = field.initial
        elif said.changes and name not in made.changed_data:
            value = field.prepare_value(first.get(name))
            none = [] if isinstance(field, MultipleChoiceField) else [""]
            data.setlist(name, none if value is None else value if isinstance(value, list) else [str(value)])
    return build(said, access, data=data, first=first, version=now.version)


def last_change(subject: Subject) -> Act | None:
    """Who was first."""
    act: Act | None = getattr(subject.row, "act", None)
    if act is None and subject.person is not None:
        act = Act.objects.filter(person_id=subject.person.pk, action="change_person").order_by("-pk").first()
    return act


def compare(said: Said, made: Form, subject: Subject) -> list[Row]:
    """The fields of a valid form (those that the user changed) beside what is on record now."""
    rows = []
    for name, field in made.fields.items():
        if isinstance(field.widget, HiddenInput) or (said.changes and name not in made.changed_data):
            continue
        attribute = "home_id" if name == "home_place_id" else name
        now = getattr(subject.row, attribute, None)
        rows.append(Row(str(field.label), _words(field, now), _words(field, made.cleaned_data[name])))
    return rows


def _words(field: Any, value: Any) -> str:
    if value is None or value == "":
        return "—"
    if isinstance(field, ChoiceField):
        known = dict(field.choices)
        said = [str(known.get(part, part)) for part in str(value).split(";")]
        return str(say().list(said))
    if hasattr(value, "isoformat"):
        return str(say().day(value))
    return str(field.prepare_value(value))
