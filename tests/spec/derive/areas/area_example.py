"""Reads an example of risk areas: infections as an ASCII table in, areas, spells and what is not drawn out, over one
small county.

A line is a case at a place: `case | confirmed_on | place | role | risk | found_by | recorded_at`; columns left out
are a home, no risk of spread, and empty. A case with several places has several lines; one with several dates of
recording has versions, of which the places are the same; one without a place has none. Expected tables are as in
example.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from example import KNOWN, NONE, ON, RECORDED, build, read_date, read_rows, show

from engines_of_areas import RunAreas
from sizao.policy import Rulebook, chain
from sizao.policy.places import Areas

YEARS = (date(2020, 1, 1), date(2030, 1, 1))

# place: kind, what it lies in
PLACES = {
    "county": ("county", None),
    "town": ("street", "county"),
    "quarter": ("community", "town"),
    "garden": ("compound", "quarter"),
    "block": ("building", "garden"),
    "stair": ("unit", "block"),
    "stair-2": ("unit", "block"),
    "floor": ("floor", "stair"),
    "flat": ("household", "floor"),
    "flat-2": ("household", "floor"),
    "dormitory": ("宿舍", "stair"),
    "shop": ("shop", "block"),
    "counter": ("counter", "shop"),
    "kiosk": ("kiosk", "garden"),
    "hotel": ("hotel", "town"),
    "room": ("hotel_room", "hotel"),
    "hamlet": ("village", "town"),
    "farm": ("household", "hamlet"),
    "inn": ("inn", "hamlet"),
    "campus": ("campus", "town"),
    "campus-garden": ("compound", "campus"),
    "hut": ("household", "county"),
    "lone-block": ("building", "quarter"),
    "lone-stair": ("unit", "lone-block"),
    "other-county": ("county", None),
    "mill": ("factory", "other-county"),
    "island": ("unit", None),
    "metropolis": ("city", None),
}


def check_areas(
    run: RunAreas,
    rulebooks: str | Sequence[Rulebook],
    infections: str,
    *,
    on: str = ON,
    known_at: str = KNOWN,
    **expected: str,
) -> None:
    """Derives `areas` and `undrawn` on a day and `area_spells` of all days under a chain; compares those that are
    expected."""
    books = chain(rulebooks) if isinstance(rulebooks, str) else rulebooks
    found = run(read_infections(infections), books, read_date(on), YEARS, datetime.fromisoformat(known_at))
    for name, text in expected.items():
        rows = [] if text == NONE else read_rows(text)
        columns = list(rows[0]) if rows else list(found[name][0]) if found[name] else []
        assert (name, *show(found[name], columns)) == (name, *show(rows, columns))


def read_infections(text: str) -> dict[str, list[dict[str, Any]]]:
    """Tables of facts by name."""
    cases, at = {}, {}
    for row in read_rows(text) if text != NONE else []:
        recorded = datetime.fromisoformat(row.get("recorded_at") or RECORDED)
        case = {"case_id": row["case_id"], "person_id": row["case_id"], "confirmed_on": row["confirmed_on"]}
        case |= {"classification": "confirmed", "origin": "local", "found_by": row.get("found_by")}
        cases[row["case_id"], recorded] = case | {"recorded_at": recorded}
        place = {"case_id": row["case_id"], "place_id": row["place_id"], "role": row.get("role") or "home"}
        if row["place_id"] is not None:
            at[tuple(place.values())] = place | {"spread_risk": row.get("risk") == "yes"}
    places = [
        {"place_id": place, "kind": kind, "parent_id": parent, "name": place}
        for place, (kind, parent) in PLACES.items()
    ]
    return {"cases": list(cases.values()), "case_places": list(at.values()), "places": places}


def book(name: str, effective: str, table: str, *, replaces: Rulebook | None = None) -> Rulebook:
    """A small rulebook of levels, light to strict: level | around | scope | days | to | rest_of | ignoring.

    `rest_of` is a level (or several, with commas) and a kind of place. Clauses are the rulebook's name and the level,
    with `lifts` between them for the clause of lifting.
    """
    words = {"zh": name, "en": name}
    levels: list[dict[str, Any]] = []
    for line in table.strip().splitlines()[1:]:
        level, around, scope, days, to, rest, ignoring = (cell.strip() for cell in line.split("|"))
        data: dict[str, Any] = {"id": level, "title": words, "clause": f"{name} {level}"}
        data |= {"around": around.split(), "scope": scope.split()}
        if days:
            skipped = [{"found_by": w, "title": words, "clause": f"{name} {w}"} for w in ignoring.split()]
            lifting = {"after_days": int(days), "to": to, "clause": f"{name} lifts {level}", "ignoring": skipped}
            data["lifts"] = lifting
        if rest:
            around, within = rest.split()
            data["rest_of"] = {"level": around.split(","), "within": within}
        levels.append(data)
    nothing = {"id": "m", "title": words, "clause": name, "asks": "nothing", "triggers": [{"event": "e"}]}
    plain = build(name, effective, [nothing], replaces=replaces)
    return plain.model_copy(update={"areas": Areas.model_validate({"levels": levels})})
