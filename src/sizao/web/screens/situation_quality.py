"""Data quality: what is doubtful in the records of an area, what each doubt means and what to do about it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from sizao.register.access import Access
from sizao.register.situation import pending_since, span
from sizao.web.needs import needs
from sizao.web.say import say
from sizao.web.screens.situation import choices, read_days, read_place, shown_to

GROUPS = {
    "days": ("onset_after", "discharged_before"),
    "links": ("no_case", "no_home", "held_no_home", "no_source"),
    "rules": ("unknown_kind", "undecided"),
    "late": ("pending",),
}
"""Kinds of doubts. A case without a source is a finding too, so the situation has it among the figures of tracing."""


@needs("see_figures")
def situation_quality(request: Any) -> HttpResponse:
    """Counts at most a minute old. In the address: `place`, and `days` of the period of what is counted in one."""
    access: Access = request.access
    path, place = read_place(access, "see_figures", request.GET.get("place", ""))
    days = read_days(request.GET)
    here = shown_to(access, path, place, days)
    found, small = here.found, here.small
    cells = {row["name"]: row["cell"] for row in [*here.doubts(), here.no_source()]}
    since, until = span(found.on, days)
    more = {
        "pending": say("quality_since", since=say().day(pending_since(found.on, days))),
        "no_source": say("quality_period", since=say().day(since), until=say().day(until)),
    }
    groups = {
        group: [
            {
                "name": name,
                "cell": cells[name],
                "means": say().sentences(say().word("quality_means", name), more.get(name, "")),
            }
            for name in names
            if name in cells
        ]
        for group, names in GROUPS.items()
    }
    told = {
        "place": place,
        "choices": choices(access),
        "days": days,
        "found": found,
        "small": small,
        "groups": groups,
    }
    return render(request, "situation/quality.html", told)
