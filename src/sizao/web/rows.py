"""Draws the rows of long tables by Jinja: a page of fifty takes a tenth of what Django's own templates take for it.

They stand in templates/rows/, know the words and filters of the other templates, and everything is escaped.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any
from urllib.parse import quote

from django.urls import get_script_prefix, reverse
from django.utils.safestring import SafeString
from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from sizao.web.say import dialled, say, titles

ID = "id-of-this-row"
SAFE = "/~:@!$&'()*+,;="
"""What Django leaves as it is in an address."""


def draw_rows(name: str, values: Mapping[str, Any]) -> SafeString:
    """The rows of templates/rows/NAME.html for what a page knows."""
    words, called = say(), titles()
    filters: dict[str, Callable[[Any], str]] = {
        "day": words.day,
        "moment": words.moment,
        "name": words.name,
        "tel": dialled,
        "restriction": lambda value: called.restriction(value) if value else "—",
        "measure": lambda value: called.measure(value) if value else "—",
    }
    told = {**values, **filters, "say": words, "word": words.word, "page_of": page_of}
    return SafeString(_template(name).render(told))


def page_of(name: str, id_: str) -> str:
    """The address of this name of a person, a place, a rulebook: the same as {% url %}, which takes longer."""
    before, after = _around(name, get_script_prefix())
    return f"{before}{quote(id_, safe=SAFE)}{after}"


@cache
def _around(name: str, prefix: str) -> tuple[str, str]:
    before, _, after = reverse(name, args=[ID]).partition(ID)
    return before, after


@cache
def _template(name: str) -> Template:
    loader = PackageLoader("sizao.web", "templates/rows")
    made = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, auto_reload=False)
    return made.get_template(f"{name}.html")
