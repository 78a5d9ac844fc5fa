"""Writes the day's work as one printable HTML page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from importlib import resources
from typing import Any

import jinja2
import pyarrow.compute as pc

from sizao.cli.words import Lang, Speech, speak
from sizao.derive.today import Work
from sizao.policy import Rulebook

LISTS = ("tests", "overdue", "changes", "new", "released", "ending")
LINES = 12_000
"""Lines of persons, or of buildings, that one page holds; with more it is summed up one level higher."""

UNDECIDED_LINES = 200
NEEDS_A_ROOM = ("hospital_isolation", "central_isolation")


def render_report(
    work: Work,
    *,
    rulebook: Rulebook,
    rulebooks: Sequence[Rulebook] = (),
    lang: Lang = "zh",
    known_at: datetime | None = None,
    area: str | None = None,
    lines: int = LINES,
) -> str:
    """The page as HTML, whole in itself.

    `rulebook` is the one in force on the day, `rulebooks` those whose titles are needed besides. `area` names the
    place that the lists are limited to. With more than `lines` lines of persons they are summed up by building,
    with more than `lines` buildings by community: the page says so, and how to get at the persons.
    """
    say = speak(lang, (*rulebooks, rulebook))
    persons = sum(len(getattr(work, name)) for name in LISTS)
    level = "persons"
    if persons > lines:
        level = "buildings" if len(_buildings(work)) <= lines else "communities"
    return _template().render(
        work=work,
        numbers=key_numbers(work, say),
        counts=work.counts.to_pylist(),
        rooms=[row for row in work.rooms.to_pylist() if row["restriction"] in NEEDS_A_ROOM],
        communities=work.communities.slice(0, lines).to_pylist(),
        undecided=work.undecided.slice(0, UNDECIDED_LINES).to_pylist(),
        sheets=_sheets(work) if level == "persons" else _folded_sheets(work) if level == "buildings" else [],
        level=level,
        persons=persons,
        rulebook=rulebook,
        lang=lang,
        say=say,
        known_at=known_at,
        area=say.place(area) if area else None,
    )


def key_numbers(work: Work, say: Speech) -> list[tuple[str, str, str]]:
    """What matters first: (label, number, what is in it)."""

    def count(mask: Any) -> int:
        return int(pc.sum(mask).as_py() or 0)

    due, overdue = len(work.tests), len(work.overdue)
    again = count(work.overdue["due_today"])
    heavier, lighter = (count(pc.equal(work.changes["direction"], way)) for way in ("heavier", "lighter"))
    early = count(pc.greater(work.released["foreseen"], work.released["last_day"]))
    care = count(pc.not_equal(work.new["flags"], ""))
    parts = (
        ("to_do", due - work.done, say("of_due", due=due, done=work.done)),
        ("overdue", overdue, say("of_overdue", n=again) if again else ""),
        (
            "moves",
            work.changes.num_rows,
            say("of_moves", lighter=lighter, heavier=heavier) if heavier + lighter else "",
        ),
        ("new", len(work.new), say("vulnerable_among", n=care) if care else ""),
        ("released", len(work.released), say("of_released", n=early) if early else ""),
        ("ending", len(work.ending), say("of_ending") if len(work.ending) else ""),
        ("people", work.people, say("than_yesterday", change=say.change(work.people - work.people_yesterday))),
        ("tomorrow", work.tests_tomorrow, ""),
    )
    return [(say(label), say.number(number), detail) for label, number, detail in parts]


def _sheets(work: Work) -> list[dict[str, Any]]:
    """A sheet for each community: its counts, and its rows of each list."""
    communities = work.communities.to_pylist()
    sheets = {row["group_id"]: {"community": row} | {name: [] for name in LISTS} for row in communities}
    for name in LISTS:
        for row in getattr(work, name).to_pylist():
            if name != "overdue" or not row["due_today"]:  # one visit does both: it stands among the tests due
                sheets[row["group_id"]][name].append(row)
    return [sheet for sheet in sheets.values() if any(sheet[name] for name in LISTS)]


def _folded_sheets(work: Work) -> list[dict[str, Any]]:
    """A sheet for each community, with one row for each building."""
    sheets = {row["group_id"]: {"community": row, "buildings": []} for row in work.communities.to_pylist()}
    for (group_id, building), counts in sorted(_buildings(work).items(), key=lambda item: _walking(item[0][1])):
        sheets[group_id]["buildings"].append({"building": building, **counts})
    return [sheet for sheet in sheets.values() if sheet["buildings"]]


def _buildings(work: Work) -> dict[tuple[str | None, str | None], dict[str, int]]:
    """(group_id, building) -> how many persons each list holds there."""
    found: dict[tuple[str | None, str | None], dict[str, int]] = {}
    done = work.tests.filter(work.tests["done"])
    for name, listed in (("done", done), *((name, getattr(work, name)) for name in LISTS)):
        for row in listed.group_by(["group_id", "building"]).aggregate([([], "count_all")]).to_pylist():
            key = row["group_id"], row["building"]
            found.setdefault(key, dict.fromkeys(("done", *LISTS), 0))[name] = row["count_all"]
    return found


def _walking(name: str | None) -> list[tuple[int, str]]:
    """Sorts names with numbers in them as people count: 2 before 10."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", name or "")]


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    return environment.from_string(resources.files("sizao.cli").joinpath("report.html.j2").read_text("utf-8"))
