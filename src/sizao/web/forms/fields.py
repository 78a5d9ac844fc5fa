"""Fields that Django does not have: a place by its name, a Ct value, a last day, words set apart."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from itertools import zip_longest
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from sizao.register.actions.check import LAST
from sizao.register.clock import now
from sizao.register.identifying import on_paths
from sizao.register.models import Place
from sizao.register.scope import within
from sizao.web.say import say

MOST = 12
"""Places that are offered to choose from."""
IN_BRACKETS = re.compile(r"\(([^()]+)\)\s*$")


class DayField(forms.DateField):
    """A date, by the browser's own calendar."""

    def __init__(self, **options: Any) -> None:
        picker = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(widget=picker, input_formats=["%Y-%m-%d", "%Y/%m/%d", "%Y%m%d"], **options)


class LastDayField(DayField):
    """The last day on which something holds, as the instant at which it ends."""

    def clean(self, value: Any) -> dt.datetime | None:  # type: ignore[override]
        day = super().clean(value)
        if day is None:
            return None
        if day > LAST:
            raise ValidationError(say("check_year"))
        ends = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), timezone.get_default_timezone())
        if ends <= now():
            raise ValidationError(say("over_already"))
        return ends


class CtField(forms.DecimalField):
    """A Ct value with two digits; the register keeps hundredths."""

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=0, max_value=99, decimal_places=2, **options)

    def clean(self, value: Any) -> int | None:  # type: ignore[override]
        ct = super().clean(value)
        return None if ct is None else int(ct * 100)

    def prepare_value(self, value: Any) -> Any:
        return f"{value / 100:g}" if isinstance(value, int) else value


class ManyField(forms.MultipleChoiceField):
    """Words of a list, kept as one text with ; between them."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.CheckboxSelectMultiple, **options)

    def clean(self, value: Any) -> str | None:
        return ";".join(super().clean(value)) or None

    def prepare_value(self, value: Any) -> Any:
        return value.split(";") if isinstance(value, str) else value


class NamesField(forms.CharField):
    """Names apart by spaces or commas."""

    def clean(self, value: Any) -> tuple[str, ...]:  # type: ignore[override]
        return tuple(name for name in re.split(r"[\s,，;；、]+", super().clean(value)) if name)


class PlaceInput(forms.TextInput):
    """A plain box; while somebody types, the browser is given places to choose from."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        offered = f"{(attrs or {}).get('id') or name}_places"
        asks = {
            "list": offered,
            "hx-get": reverse("suggest_places"),
            "hx-trigger": "input changed delay:300ms",
            "hx-sync": "this:replace",
            "hx-target": f"[id='{offered}']",
        }
        box = super().render(name, value, {**(attrs or {}), **asks}, renderer)
        return format_html('{}<datalist id="{}"></datalist>', box, offered)


class PlaceField(forms.CharField):
    """A place: its id, "name (id)", its whole name, or a part of it. Of several, the user chooses one.

    Places in `areas` are offered first: these are the user's own.
    """

    def __init__(self, *, areas: tuple[str, ...] = (), **options: Any) -> None:
        super().__init__(max_length=300, **({"widget": PlaceInput} | options))
        self.areas = areas
        self.widget.attrs |= {"autocomplete": "off"}
        self.matches: list[tuple[str, str]] = []
        """"name (id)" of places to choose from, and where they lie."""

    def clean(self, value: Any) -> str | None:  # type: ignore[override]
        text = super().clean(value)
        if not text:
            return None
        places = Place.objects.unscoped("names of places are no secret")
        bracketed = IN_BRACKETS.search(text)
        for asked in (text, bracketed[1] if bracketed else ""):
            if asked and places.filter(place_id=asked).exists():
                return str(asked)
        found = self._named(Q(name=text)) or self._named(Q(name__icontains=text))
        if len(found) == 1:
            return str(found[0].place_id)
        if not found:
            raise ValidationError(say("no_such_place"))
        self.matches = offer(found[:MOST])
        raise ValidationError(say("which_place" if len(found) <= MOST else "which_of_many"))

    def _named(self, which: Q) -> list[Place]:
        places = Place.objects.unscoped("names of places are no secret").filter(which)
        own = places.filter(within("path", self.areas)).order_by("path")
        found = list(own[: MOST + 1])
        if len(found) <= MOST and "" not in self.areas:
            found += places.exclude(within("path", self.areas)).order_by("path")[: MOST + 1 - len(found)]
        return found

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, str) and value and not IN_BRACKETS.search(value):
            known = Place.objects.unscoped("names of places are no secret").filter(place_id=value).first()
            return f"{say().name(known.name)} ({value})" if known else value
        return value


def offer(found: Iterable[Place]) -> list[tuple[str, str]]:
    """Places to choose from: "name (id)", and where each lies."""
    return [(f"{say().name(place.name)} ({place.place_id})", above(place)) for place in found]


def above(place: Place) -> str:
    """Where a place lies, the widest first."""
    return " · ".join(brief(names_on(place.path)[:-1]))


def brief(names: list[str], most: int = 3) -> list[str]:
    """The last names of a path, without those that the next one begins with."""
    told = [say().name(name) for name in names[-most:]]
    return [name for name, after in zip_longest(told, told[1:], fillvalue="") if not after.startswith(name)]


def names_on(path: str) -> list[str]:
    """The names of the places on a path, the widest first."""
    return on_paths([path])[path]
