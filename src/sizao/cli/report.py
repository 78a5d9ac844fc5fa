"""Writes the day's work as one printable HTML page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pyarrow.compute as pc

from sizao.cli.lines import LISTS, say_line
from sizao.cli.words import Speech, speak
from sizao.derive.today import Work
from sizao.page.template import read_template
from sizao.policy import Rulebook
from sizao.words import Lang

LINES = 12_000
"""Lines of persons, or of buildings, that one page holds; with more it is summed up one level higher."""

UNDECIDED_LINES = 200
COMMUNITY_COLUMNS = tuple(
    (name, name if name in ("due", "done") else f"{name}_short")
    for name in ("due", "done", "overdue", "changes", "new", "released", "ending", "tomorrow")
)
"""Column of Work.communities, and its word."""


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

    `rulebook` is the one in force on the day, `rulebooks` the chain that it is in, whose titles are needed besides.
    `area` names the place that the lists are limited to. Where persons take more than `lines` lines, those sampled
    already are only counted; if that is not enough all are summed up by building, or by community. The page says so,
    and how to get at the persons.
    """
    say = speak(lang, rulebooks or (rulebook,), work.on)
    persons = sum(len(getattr(work, name)) for name in LISTS)
    level = _level(work, persons, lines)
    return read_template("sizao.cli", "report.html.j2").render(
        work=work,
        numbers=key_numbers(work, say),
        counts=work.counts.to_pylist(),
        rooms=[row for row in work.rooms.to_pylist() if row["restriction"] in say.away],
        communities=work.communities.slice(0, lines).to_pylist(),
        undecided=work.undecided.slice(0, UNDECIDED_LINES).to_pylist(),
        columns=COMMUNITY_COLUMNS,
        totals={name: pc.sum(work.communities[name]).as_py() for name, _ in COMMUNITY_COLUMNS},
        sheets=_sheets(work, say, level) if level in ("persons", "to_do") else _folded_sheets(work, level),
        level=level,
        persons=persons,
        rulebook=rulebook,
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


def _level(work: Work, persons: int, lines: int) -> str:
    """How far the lists are folded: 'persons' not at all, then 'to_do', 'buildings', 'communities'."""
    if persons <= lines:
        return "persons"
    if persons - work.done <= lines:
        return "to_do"
    return "buildings" if len(_buildings(work)) <= lines else "communities"


def _sheets(work: Work, say: Speech, level: str) -> list[dict[str, Any]]:
    """A sheet for each community: its counts, and its lines of each list; tests of those away from home apart."""
    names = ("tests", "away", *LISTS[1:])
    sheets = {
        row["group_id"]: {"community": row, "lists": {name: [] for name in names}}
        for row in work.communities.to_pylist()
    }
    for name in LISTS:
        for row in getattr(work, name).to_pylist():
            if name == "overdue" and row["due_today"]:
                continue  # one visit does both: it stands among the tests due
            if level == "to_do" and row.get("done"):
                continue
            own = "away" if name == "tests" and row["restriction"] in say.away else name
            sheets[row["group_id"]]["lists"][own].append(say_line(name, row, work.on, say))
    return [sheet for sheet in sheets.values() if any(sheet["lists"].values())]


def _folded_sheets(work: Work, level: str) -> list[dict[str, Any]]:
    """A sheet for each community, with one row for each building; none where communities are all there is."""
    if level == "communities":
        return []
    sheets = {row["group_id"]: {"community": row, "buildings": []} for row in work.communities.to_pylist()}
    for (group_id, building), counts in sorted(_buildings(work).items(), key=lambda item: _walking(item[0][1])):
        sheets[group_id]["buildings"].append({"building": building, **counts})
    return [sheet for sheet in sheets.values() if sheet["buildings"]]


def _buildings(work: Work) -> dict[tuple[str | None, str | None], dict[str, int]]:
    """(group_id, building) -> how many persons each list holds there."""
    found: dict[tuple[str | None, str | None], dict[str, int]] = {}
    done = work.tests.filter(work.tests["done"])
    listed = {"due": work.tests, "done": done} | {name: getattr(work, name) for name in LISTS[1:]}
    for name, people in listed.items():
        for row in people.group_by(["group_id", "building"]).aggregate([([], "count_all")]).to_pylist():
            key = row["group_id"], row["building"]
            found.setdefault(key, dict.fromkeys(listed, 0))[name] = row["count_all"]
    return found


def _walking(name: str | None) -> list[tuple[int, str]]:
    """Sorts names with numbers in them as people count: 2 before 10."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", name or "")]
