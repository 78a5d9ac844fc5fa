"""A line list whose filter cannot be read: what was typed, the error beside it, and the same list without it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode

from sizao.errors import SizaoError
from sizao.register.access import Access
from sizao.register.line_lists.asked import LONGEST_QUERY, TOO_LONG, WAYS, read_asked
from sizao.register.line_lists.columns import list_of
from sizao.web.forms.fields import IN_BRACKETS, PlaceField
from sizao.web.refusals import words_of
from sizao.web.say import say
from sizao.web.screens.line_list_cells import label_of

Given = Mapping[str, Sequence[str]]
SHOWN = 20
"""Conditions that are shown as wrong."""
LONGEST = 1000
"""Letters of a condition that is offered to be corrected: cut, it would ask for something else."""
LABELS = {"area": "list_area", "columns": "list_columns_title", "sort": "list_order", "after": "list_after"}
UNSHOWN = "list-names"
"""What may stand in no address is not offered to be corrected in one."""


def refuse_filter(request: Any, of: str, given: Given, error: SizaoError) -> HttpResponse:
    """No row is shown. Where every condition is right and they are too long together, the longest are taken out."""
    wrong = {name: found for name in given if (found := _wrong(of, {name: given[name]})) is not None}
    if error.code == "bad-page":
        wrong["after"] = error
    good = {name: values for name, values in given.items() if name not in wrong and name != "after"}
    while (found := _wrong(of, good)) is not None:
        longest = max(good, key=lambda name: len("".join(good[name])))
        wrong[longest] = found
        good.pop(longest)
    rest = read_asked(of, good).query()
    first = list(wrong.items())[:SHOWN]
    told = {
        "of": of,
        "words": words_of(error),
        "wrong": [_tell(request.access, of, name, given[name], found, rest) for name, found in first],
        "hidden": [(name, value) for name, values in good.items() for value in values if value.strip()],
        "without": rest,
        "code": error.code,
    }
    return render(request, "lists/refused.html", told, status=400)


def _wrong(of: str, given: Given) -> SizaoError | None:
    try:
        read_asked(of, given)
    except SizaoError as error:
        return error
    return None


def _tell(access: Access, of: str, name: str, values: Sequence[str], error: SizaoError, rest: str) -> dict[str, Any]:
    """One condition: its label, what was typed, what is wrong, and for a place those that it may be."""
    column, _, way = name.partition(".")
    known = list_of(of).columns.get(column)
    label = say(LABELS[name]) if name in LABELS else label_of(of, column)[:60]
    if known is not None and way in WAYS:
        label = f"{label} · {say(f'list_{way}')}"
    said = ", ".join(values)
    told: dict[str, Any] = {"name": name, "label": label, "typed": said, "places": []}
    told["says"] = words_of(error)["what"]
    told["may_correct"] = error.code != UNSHOWN and (name == "area" or known is not None) and len(said) <= LONGEST
    if error.what == TOO_LONG:
        told["says"] = say("list_too_long", n=say().number(LONGEST_QUERY))
    elif known is not None and error.code == "list-filter" and known.kind in ("date", "instant", "number"):
        told["says"] = say("list_wrong_number" if known.kind == "number" else "list_wrong_day")
    if name == "area":
        field = PlaceField(required=False, areas=access.areas("see_people"))
        try:
            field.clean(told["typed"][:300])
        except ValidationError as refused:
            told["says"] = " ".join(refused.messages)
        for says, lies in field.matches:
            found = IN_BRACKETS.search(says)
            area = urlencode({"area": found[1] if found else says})
            told["places"].append((says, lies, f"{rest}&{area}" if rest else area))
    return told
