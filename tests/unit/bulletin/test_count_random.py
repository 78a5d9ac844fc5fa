"""Figures from random line lists equal a plain count, case by case, and hold together."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sizao.bulletin.count import count_figures
from sizao.tables import contract

PLACES = [
    {"place_id": place_id, "parent_id": parent, "kind": "place", "name": name}
    for place_id, parent, name in (
        ("city", None, "云溪市"),
        ("east", "city", "东区"),
        ("west", "city", "西区"),
        ("north", "city", "北区"),
        ("e-flat", "east", "东苑"),
        ("w-flat", "west", "西苑"),
        ("n-flat", "north", "北苑"),
    )
]
DAYS = st.integers(8, 20)
FLOWS = ("confirmed_new", "converted_new", "deaths_new", "discharged_new")
LISTED = {"deaths_new"} | {
    f"{measure}_{origin}"
    for measure in (*FLOWS, "asymptomatic_new", "asymptomatic_released")
    for origin in ("imported", "local")
}
VERSION = st.fixed_dictionaries(
    {
        "confirmed_on": DAYS,
        "classification": st.sampled_from(["confirmed", "asymptomatic"]),
        "origin": st.sampled_from(["local", "imported"]),
        "severity": st.sampled_from(["mild", "severe", "critical"]),
        "discharged_on": st.none() | DAYS,
        "died_on": st.none() | DAYS,
    }
)
CASE = st.fixed_dictionaries(
    {
        "home": st.sampled_from(["e-flat", "w-flat", "n-flat", "city", None]),
        "versions": st.lists(VERSION, min_size=1, max_size=3),
    }
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(CASE, max_size=8), DAYS, st.integers(0, 3))
def test_random_line_lists_equal_a_plain_count(cases: list[dict[str, Any]], on: int, unknown: int) -> None:
    rows, people = [], []
    for n, case in enumerate(cases):
        people.append({"person_id": f"p{n}", "home_place_id": case["home"]})
        for at, version in enumerate(case["versions"]):
            days = {k: version[k] and date(2022, 11, version[k]) for k in version if k.endswith("_on")}
            recorded = datetime(2022, 11, 21 + at, tzinfo=UTC)
            rows.append({"case_id": f"c{n}", "person_id": f"p{n}", **version, **days, "recorded_at": recorded})
    # Something is on record from the start, so that no day asked for lies before the first record.
    seen = {"event_id": "e", "person_id": "p", "kind": "seen", "occurred_on": date(2022, 11, 1)}
    tables = {
        "events": in_contract("events", [{**seen, "recorded_at": datetime(2022, 11, 1, tzinfo=UTC)}]),
        "cases": in_contract("cases", rows),
        "people": in_contract("people", people),
        "places": in_contract("places", PLACES),
    }
    known_at = datetime(2022, 11, 21 + 3 - unknown, tzinfo=UTC)
    day = date(2022, 11, on)
    known = [case | {"versions": case["versions"][: 4 - unknown]} for case in cases]
    wanted = plain_count(known, on)
    counted = count_figures(tables, day, known_at=known_at).to_pylist()
    found = {row["measure"]: row["value"] for row in counted if row["place"] == "云溪市"}
    assert {k: v for k, v in found.items() if v and k != "severe_change"} == wanted
    for flat, district in (("e-flat", "东区"), ("w-flat", "西区"), ("n-flat", "北区")):
        there = plain_count([case for case in known if case["home"] == flat], on)
        listed = {row["measure"]: row["value"] for row in counted if row["place"] == district}
        assert listed == {measure: there[measure] for measure in there if measure in LISTED}
    assert found["active"] + found["discharged_total"] + found["deaths_total"] == found["confirmed_total"]
    counted = count_figures(tables, day - timedelta(days=1), known_at=known_at).to_pylist()
    before = {row["measure"]: row["value"] for row in counted if row["place"] == "云溪市"}
    assert found["severe_change"] == found["severe"] - before["severe"]
    for stock in ("confirmed", "discharged", "deaths"):
        assert found[f"{stock}_total"] == before[f"{stock}_total"] + found[f"{stock}_new"]


def in_contract(name: str, rows: list[dict[str, Any]]) -> pa.Table:
    schema = contract(name).arrow_schema()
    return pa.Table.from_pylist([{column: row.get(column) for column in schema.names} for row in rows], schema)


def plain_count(cases: list[dict[str, Any]], on: int) -> dict[str, int]:
    """Every figure of a day other than 0, case by case."""
    found: Counter[str] = Counter()

    def add(measure: str, *parts: str, origin: str) -> None:
        found[measure] += "" in parts
        found[f"{measure}_{origin}"] += origin in parts

    both = ("", "imported", "local")
    for case in cases:
        *earlier, last = case["versions"]
        origin = last["origin"]
        ends = [d for d in (last["discharged_on"], last["died_on"]) if d]
        died = bool(last["died_on"]) and last["died_on"] == min(ends)
        ended = max(min(ends), last["confirmed_on"]) if ends else None
        gone = ended is not None and ended <= on
        if last["classification"] == "asymptomatic":
            since = last["confirmed_on"]
            if since == on:
                add("asymptomatic_new", *both, origin=origin)
            if since <= on and not gone:
                add("asymptomatic_observed", "", "imported", origin=origin)
            if ended == on and not died:
                add("asymptomatic_released", *both, origin=origin)
            continue
        confirmed = last["confirmed_on"]
        silent = [v["confirmed_on"] for v in earlier if v["classification"] == "asymptomatic"][-1:]
        since = silent[0] if silent and silent[0] <= confirmed else None
        if since == on:
            add("asymptomatic_new", *both, origin=origin)
        if since is not None and since <= on < confirmed:
            add("asymptomatic_observed", "", "imported", origin=origin)
        if confirmed == on:
            add("confirmed_new", *both, origin=origin)
            if since is not None:
                add("converted_new", "imported", "local", origin=origin)
                add("asymptomatic_converted", "", "imported", origin=origin)
        if confirmed <= on:
            add("confirmed_total", "", "imported", origin=origin)
            if not gone:
                add("active", "", "imported", origin=origin)
                if case["versions"][0]["severity"] != "mild":  # all was recorded after the days asked about
                    add("severe", "", "imported", origin=origin)
            else:
                add("deaths_total" if died else "discharged_total", "", "imported", origin=origin)
        if ended == on:
            add("deaths_new" if died else "discharged_new", *both, origin=origin)
    return {k: v for k, v in found.items() if v}
