"""Whose rows are whose: what a day's rows say of one place and of the places in it, and which lists they stand in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from sizao.bulletin.places import HMT, HMT_NAMES, NATION, find_place, is_province, lies_in

Level = Literal["region", "province", "city", "apart"]
Row = Mapping[str, Any]


class Entry(NamedTuple):
    """A row as lists see it. `start`: where it stands in its text; None: nobody told."""

    place: str
    code: str | None
    measure: str
    start: int | None


def level(place: str, code: str | None, region: str) -> Level:
    """Where a place stands: the region itself, one of its list, one below that, or apart as Hong Kong is."""
    if place == region:
        return "region"
    if place in (HMT.name, NATION.name):
        return "apart"
    if region != NATION.name:
        return "province"
    if place in HMT_NAMES:
        return "apart"
    return "province" if is_province(code) else "city"


def find_lists(entries: Sequence[Entry], region: str) -> list[int | None]:
    """For each row of one day and source, in the order of the text, the number of the row in whose list it stands.

    A list follows its number at once: of the region by province (about nothing but parts of it), of a province by
    city, of Hong Kong, Macao and Taiwan together by each (with what else is told of it). Of several numbers that
    stand at one place of the text (52 cases, all imported) each may have it. None: in no list.
    """
    found: list[int | None] = []
    tops: list[int] = []  # the numbers that a list of provinces may follow, all at one place of the text
    middles: list[int] = []  # likewise of cities

    def first(numbers: Iterable[int], measure: str, place: str | None = None) -> int | None:
        fitting = (n for n in numbers if entries[n].measure == measure and place in (None, entries[n].place))
        return next(fitting, None)

    def together(numbers: list[int], n: int) -> list[int]:
        start = entries[n].start
        return [*numbers, n] if numbers and start is not None and entries[numbers[-1]].start == start else [n]

    for n, (place, code, measure, _) in enumerate(entries):
        here = level(place, code, region)
        if here == "region" or place in (HMT.name, NATION.name):
            tops, middles = together(tops, n), []
            found.append(None)
            continue
        if here != "apart" and not any(_goes_on(entries[top].measure, measure) for top in tops):
            tops = []
        if here == "city":
            found.append(first(middles, measure))
        else:
            found.append(first(tops, measure, HMT.name if here == "apart" else region))
            middles = together(middles, n) if here == "province" else []
    return found


def lists_of(rows: Sequence[Row], place: str) -> list[tuple[Row, list[Row]]]:
    """Each row of a place with the rows of its list, of one day and source in the order of the text."""
    entries = [Entry(row["place"], code_of(row), row["measure"], row["start"]) for row in rows]
    found: dict[int | None, tuple[Row, list[Row]]] = {
        n: (row, []) for n, row in enumerate(rows) if row["place"] == place
    }
    for row, head in zip(rows, find_lists(entries, place), strict=True):
        if head in found:
            found[head][1].append(row)
    return list(found.values())


def _goes_on(listed: str, measure: str) -> bool:
    """Whether a list goes on where another measure is told: yes, if that is a part of an item's number."""
    return measure.startswith(listed) or measure == listed.replace("confirmed_new", "converted_new")


def code_of(row: Row) -> str | None:
    """The code of a row's place, looked up where the row does not say it."""
    if row.get("place_code"):
        return str(row["place_code"])
    place = find_place(row["place"])
    return place.code if place else None


def tells_of(rows: Iterable[Row], name: str) -> bool:
    """Whether a place has a row."""
    return any(row["place"] == name for row in rows)


def rows_within(rows: Sequence[Row], name: str) -> list[Row]:
    """Of the rows of one day and source, those of a place and of the places in it, in the order of the text.

    In a bulletin of the nation the cities that follow a province lie in it. No other province ever does, nor a city
    whose code lies in another one; of a place without a code, where it stands decides.
    """
    if all(row.get("start") is not None for row in rows):
        rows = sorted(rows, key=lambda row: row["start"])
    if name == NATION.name:
        return list(rows)
    national = tells_of(rows, NATION.name)
    own = next((code for row in rows if row["place"] == name and (code := code_of(row))), None)
    found: list[Row] = []
    last = ""
    for row in rows:
        if row["place"] == name or level(row["place"], code_of(row), NATION.name) != "city":
            last = row["place"]
        if row["place"] == name or ((last == name or not national) and _may_lie_in(row, own)):
            found.append(row)
    return found


def _may_lie_in(row: Row, code: str | None) -> bool:
    """Whether a row may be of a place in the one with that code."""
    own = code_of(row)
    return level(row["place"], own, NATION.name) == "city" and lies_in(row.get("place_code"), code) is not False
