"""The rules within one bulletin."""

from __future__ import annotations

from dataclasses import replace

from sizao.bulletin.check.day import Day, key, level, total
from sizao.bulletin.check.ledger import Ledger
from sizao.bulletin.figure import Figure
from sizao.bulletin.places import NATION

SPLIT = ("confirmed_new", "discharged_new", "asymptomatic_new", "asymptomatic_released")
"""Measures that are imported and local, and nothing else."""

WHOLES = {
    "converted_new": "confirmed_new",
    "severe": "active",
    "critical": "active",
    "active": "confirmed_total",
    "discharged_total": "confirmed_total",
    "deaths_total": "confirmed_total",
    "confirmed_new": "confirmed_total",
    "discharged_new": "discharged_total",
    "deaths_new": "deaths_total",
    "contacts_observed": "contacts_total",
}
"""What each measure is a part of, besides that `_imported`, `_local` and a detail are parts of the measure itself."""

_ENDINGS = ("_imported", "_local", "_clinical", "_found_managed")


def check_within(day: Day, ledger: Ledger) -> None:
    """Books every rule that the figures of one bulletin can be tested by."""
    _check_parts(day, ledger)
    _check_lists(day, ledger)
    _check_stock(day, ledger)
    _check_converted(day, ledger)
    _check_wholes(day, ledger)
    _check_twice(day, ledger)


def _check_parts(day: Day, ledger: Ledger) -> None:
    for place in day.places:
        for measure in SPLIT:
            whole = day.at.get((place, measure))
            parts = _given(day, place, measure + "_imported", measure + "_local")
            if whole and len(parts) == 2:
                ledger.equal("parts", day, whole, total(parts), parts)


def _check_lists(day: Day, ledger: Ledger) -> None:
    for listed in day.lists:
        added = total(listed.items)
        if listed.whole:
            ledger.equal("list", day, listed.head, added, listed.items)
        else:
            named = replace(listed.items[0], value=added, end=listed.items[-1].end)
            ledger.at_most("whole", day, named, listed.head.value, listed.head)


def _check_stock(day: Day, ledger: Ledger) -> None:
    for place in day.places:
        for ending in ("", "_imported", "_local"):
            whole = day.at.get((place, "confirmed_total" + ending))
            parts = _given(day, place, *(name + ending for name in ("active", "discharged_total", "deaths_total")))
            if whole and len(parts) == 3:
                ledger.equal("stock", day, whole, total(parts), parts)


def _check_converted(day: Day, ledger: Ledger) -> None:
    """The paragraph on asymptomatic infections against the one on confirmed cases, which leaves out an origin of
    which nobody was converted: so a figure that is not there counts 0 once the other one is.
    """
    for place in day.places:
        stated = day.at.get((place, "asymptomatic_converted"))
        parts = _given(day, place, "converted_new_imported", "converted_new_local")
        whole = _given(day, place, "converted_new")
        if stated and (whole or parts):
            ledger.equal("converted", day, stated, total(whole or parts), whole or parts)
        imported = day.at.get((place, "asymptomatic_converted_imported"))
        if imported and parts:
            counted = [f for f in parts if f.measure == "converted_new_imported"]
            ledger.equal("converted", day, imported, total(counted), counted)


def _check_wholes(day: Day, ledger: Ledger) -> None:
    listed = {listed.head.measure for listed in day.lists if listed.head.place_code == NATION.code}
    for (place, measure), part in day.at.items():
        for name in _wholes(measure):
            whole = day.at.get((place, name))
            if whole is not None:
                ledger.at_most("whole", day, part, whole.value, whole)
            elif name in listed and level(part) == "province" and part.value:
                # The list of the whole names every place that has any, and this one is not in it.
                ledger.at_most("whole", day, part, None)


def _check_twice(day: Day, ledger: Ledger) -> None:
    for figure in day.figures:
        first = day.at[key(figure), figure.measure]
        if first is not figure:
            ledger.equal("twice", day, figure, first.value, (first,))


def _wholes(measure: str) -> list[str]:
    """The measures that this one is a part of: of active_imported, active and confirmed_total_imported."""
    found = [measure.removesuffix(ending) for ending in _ENDINGS if measure.endswith(ending)]
    base, ending = (found[0], measure[len(found[0]) :]) if found else (measure, "")
    return [*found, *([WHOLES[base] + ending] if base in WHOLES else [])]


def _given(day: Day, place: str, *measures: str) -> list[Figure]:
    return [day.at[place, name] for name in measures if (place, name) in day.at]
