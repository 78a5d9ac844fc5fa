"""Layouts in which others publish series: how each is told by its header, and what its rows say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from sizao.bulletin.places import NATION, Place, find_place, hmt, provinces

Cells = dict[str, str]
JHU_KINDS = {"deaths": "deaths", "recovered": "discharged"}
JHU_FIXED = ("Province/State", "Country/Region", "Lat", "Long")


@dataclass(frozen=True, slots=True)
class Observed:
    """One number as it stands in a file. `measure` ends in _total where it is cumulative; `value` is not read yet."""

    line: int
    place: Place
    on: str
    measure: str
    value: str


Rows = Callable[[Iterable[tuple[int, Cells]], str], Iterator[Observed]]
"""What rows say, each with its line; and the stem of what is counted, where the layout does not tell."""


@dataclass(frozen=True)
class Layout:
    """`needs`: columns that tell it; `rows` gives what a row says. `daily`: new counts stand in it beside
    cumulative ones.
    """

    name: str
    needs: tuple[str, ...]
    rows: Rows
    daily: bool = False

    def fits(self, header: Iterable[str]) -> bool:
        return set(self.needs) <= set(header)


def _jhu_wide(rows: Iterable[tuple[int, Cells]], stem: str) -> Iterator[Observed]:
    for line, row in rows:
        place = _jhu_place(row["Province/State"], row["Country/Region"])
        for column, value in row.items():
            if column not in JHU_FIXED:
                yield Observed(line, place, column, f"{stem}_total", value)


def _jhu_long(rows: Iterable[tuple[int, Cells]], stem: str) -> Iterator[Observed]:
    for line, row in rows:
        yield Observed(
            line, _jhu_place(row["province"], row["country"]), row["date"], f"{stem}_total", row["cum_confirmed"]
        )


def _by_column(day: str, place_of: Callable[[Cells], Place], columns: Mapping[str, str]) -> Rows:
    """How to read a layout with a row for each place and day, and a column for each measure."""

    def rows(given: Iterable[tuple[int, Cells]], stem: str) -> Iterator[Observed]:
        for line, row in given:
            place = place_of(row)
            for column, measure in columns.items():
                yield Observed(line, place, row[day], measure, row.get(column, ""))

    return rows


def _canghailan_place(row: Cells) -> Place:
    name = row["province"].strip()
    return find_place(name) or Place(row["province_code"] or None, name, name)


def _owid_place(row: Cells) -> Place:
    return _country(row["location"])


def _who_place(row: Cells) -> Place:
    """WHO counts Hong Kong, Macao and Taiwan in China: that is not the nation of the bulletins."""
    return Place(None, row["Country"], row["Country"])


CANGHAILAN = {
    "confirmed": "confirmed_total",
    "suspected": "suspected",
    "cured": "discharged_total",
    "dead": "deaths_total",
}
OWID = {
    "total_cases": "confirmed_total",
    "new_cases": "confirmed_new",
    "total_deaths": "deaths_total",
    "new_deaths": "deaths_new",
}
WHO = {
    "Cumulative_cases": "confirmed_total",
    "New_cases": "confirmed_new",
    "Cumulative_deaths": "deaths_total",
    "New_deaths": "deaths_new",
}
LAYOUTS = (
    Layout("JHU wide", JHU_FIXED, _jhu_wide),
    Layout("JHU long", ("date", "country", "province", "cum_confirmed"), _jhu_long),
    Layout(
        "canghailan",
        ("date", "province", "province_code", *CANGHAILAN),
        _by_column("date", _canghailan_place, CANGHAILAN),
    ),
    Layout("OWID", ("location", "date", "new_cases"), _by_column("date", _owid_place, OWID), daily=True),
    Layout(
        "WHO daily",
        ("Date_reported", "Country", "New_cases", "Cumulative_cases", "New_deaths", "Cumulative_deaths"),
        _by_column("Date_reported", _who_place, WHO),
        daily=True,
    ),
)


def read_day(text: str) -> dt.date | None:
    """ISO, compact ISO, or month/day/year of two or four digits."""
    for form in ("%Y-%m-%d", "%m/%d/%y", "%m/%d/%Y", "%Y%m%d"):
        try:
            return dt.datetime.strptime(text.strip(), form).date()  # noqa: DTZ007 - a local date
        except ValueError:
            continue
    return None


def read_count(text: str) -> int | None:
    """A whole number, also as 12.0; None where it is none."""
    try:
        value = float(text)
        return int(value) if value == int(value) else None
    except (ValueError, OverflowError):
        return None


@cache
def _by_jhu() -> dict[str, Place]:
    named = (*provinces(), *hmt())
    return {place.jhu: place for place in named if place.jhu}


@cache
def _jhu_place(province: str, country: str) -> Place:
    name = province or country
    found = _by_jhu().get(name) if country in ("China", "Taiwan*", "") or name == "Taiwan*" else None
    plain = f"{province}, {country}" if province and country not in ("China", "") else name
    return found or (NATION if name == "China" else Place(None, plain, plain))


@cache
def _country(name: str) -> Place:
    english = {place.en: place for place in (NATION, *hmt())}
    return english.get(name) or Place(None, name, name)
