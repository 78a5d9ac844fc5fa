"""What templates say: words, days, names, and what rulebooks call things."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django import template
from django.utils.html import format_html_join

from sizao.page.say import MONTHS
from sizao.web.forms.describe import forms
from sizao.web.rows import draw_rows
from sizao.web.say import Words, dialled, titles
from sizao.web.say import say as say_
from sizao.words import Lang, read_yaml

register = template.Library()
WHOLE = re.compile(
    r"(cn-\d{4}-\d\d-\d\d|\d{4}-\d\d-\d\d|(?:\d{4}年)?\d+月\d+日(?: \d\d:\d\d)?"
    rf"|\b\d\d? (?:{'|'.join(MONTHS)})(?: \d{{4}})?(?: \d\d:\d\d)?\b)"
)
"""Days, instants and rulebooks named by one."""


@register.simple_tag
def say(word: str, **values: Any) -> str:
    """A word of words/: {% say "age" n=3 %}. The template escapes it."""
    return str(say_(word, **values))


@register.simple_tag
def word(table: str, name: str | None) -> str:
    """A word out of a table of words/; an unknown name as it is."""
    return str(say_().word(table, name or ""))


@register.simple_tag(takes_context=True)
def rows(context: template.Context, name: str) -> str:
    """The rows of a long table: {% rows "people" %} of templates/rows/people.html, with all that the page knows."""
    return draw_rows(name, context.flatten())


@register.simple_tag
def said_in(language: Lang, word: str, name: str = "") -> str:
    """A word of words/, or of a table there, in a language other than the page's: for pages in both."""
    words = Words(language)
    return words.word(word, name) if name else words(word)


@register.simple_tag(takes_context=True)
def may(context: Any, permission: str, person: Any = None) -> bool:
    """Whether the user holds a permission: of a person, or (without one) anywhere."""
    access = context["request"].access
    return bool(access.may(permission) if person is None else access.can_person(permission, person))


@register.filter
def day(value: dt.date | None) -> str:
    """A date."""
    return str(say_().day(value))


@register.filter
def moment(value: dt.datetime | None) -> str:
    """An instant, where the register is."""
    return str(say_().moment(value))


@register.filter
def name(value: str | None) -> str:
    """A name in the language of the page, where it has one."""
    return str(say_().name(value))


@register.filter
def tel(value: str | None) -> str:
    """What a link to a phone dials."""
    return dialled(value)


@register.filter
def whole_days(text: str) -> str:
    """A text whose days (20 Nov, 2022-11-20) do not break at the end of a line."""
    parts = [*WHOLE.split(text), ""]
    return format_html_join("", '{}<span class="whole">{}</span>', zip(parts[::2], parts[1::2], strict=True))


@register.filter
def number(value: float | None) -> str:
    """A number with its thousands apart."""
    return str(say_().number(value))


@register.filter
def restriction(value: str | None) -> str:
    """The title of a restriction."""
    return titles().restriction(value) if value else "—"


@register.filter
def measure(value: str | None) -> str:
    """The title of a measure."""
    return titles().measure(value) if value else "—"


@register.filter
def kind(value: str | None) -> str:
    """The title of a kind of fact."""
    return titles().kind(value) if value else "—"


@register.simple_tag
def as_first(field: Any) -> str:
    """The value with which a field began, hidden in its form."""
    return str(field.as_hidden(only_initial=True))


@register.simple_tag
def form_title(name: str) -> str:
    """The title of a form."""
    return forms()[name].says


@register.simple_tag
def refusal_word(code: str, part: str) -> str:
    """What, why or todo of a refusal."""
    return str(read_yaml("sizao.web", "refusals.yaml")["refusals"][code][say_().lang][part])
