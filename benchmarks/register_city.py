"""Makes the register that is measured: many people, one in ten under a measure, their facts, users of several areas.

The tables come from one seed, the same on each machine; they are recorded by `record_table` and derived. A register
that was made is kept under bench-data/, and measured as a copy.

`python benchmarks/register_city.py PEOPLE` records into the register that the environment names.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

SEED = 20221120
ON = dt.date(2022, 11, 20)
DAYS = 40
"""Facts occurred on the days that end on ON."""
LEVELS = (("city", 1), ("county", 20), ("street", 10), ("community", 10), ("building", 10))
"""How many places of each kind lie in one of the kind before."""
HELD, MET, CASES = 10, 4, 100
"""One person in so many is under a measure; was exposed longer ago; is a case."""
TESTS, ORDERS, VISITS, CALLS, ASKED = 1.0, 0.1, 0.05, 0.1, 0.02
"""Rows for each person."""
KINDS = ("exposed_to_case", "left_high_risk_area", "finished_closed_loop", "arrived_from_abroad")
ZONE = dt.timezone(dt.timedelta(hours=8))
AREAS = {
    "city": ("epidemiologist", "laboratory", "commander"),
    "county": ("epidemiologist", "laboratory"),
    "street": ("epidemiologist", "laboratory"),
    "community": ("epidemiologist", "laboratory"),
}
"""Roles of the users, by the kind of place where they hold them: together they may call every list."""
MAKES = 4
"""Raise it when anything here makes another register."""


def make_tables(people: int) -> dict[str, pa.Table]:
    """Places, people and facts, by name."""
    rng = np.random.Generator(np.random.PCG64([SEED, people]))
    places, homes = _make_places()
    who = np.arange(people)
    home = homes[np.sort(rng.integers(len(homes), size=people))]
    born = np.datetime64("1930-01-01") + rng.integers(0, 33_000, people).astype("timedelta64[D]")
    made = {
        "places": places,
        "people": pa.table(
            {
                "person_id": _ids("p", who),
                "birth_date": pa.array(born.astype("datetime64[D]")),
                "sex": pa.array(np.where(who % 2 == 0, "male", "female")),
                "home_place_id": pa.array(home),
            }
        ),
    }
    cases = rng.permutation(people)[: people // CASES]
    made["cases"] = _dated(
        rng,
        "c",
        cases,
        "confirmed_on",
        rng.integers(0, DAYS, len(cases)),
        classification="asymptomatic",
        origin="local",
    )
    made["case_places"] = pa.table(
        {
            "case_id": made["cases"]["case_id"],
            "place_id": pa.array(home[cases]),
            "role": pa.array(["home"] * len(cases)),
            "spread_risk": pa.array([True] * len(cases)),
            "recorded_at": made["cases"]["recorded_at"],
        }
    )
    rest = np.setdiff1d(who, cases)
    rng.shuffle(rest)
    held, met = rest[: people // HELD], rest[people // HELD : people // HELD + people // MET]
    last = np.concatenate([rng.integers(DAYS - 6, DAYS, len(held)), rng.integers(0, DAYS - 20, len(met))])
    kinds = np.array(KINDS)[np.where(rng.random(len(last)) < 0.85, 0, rng.integers(1, len(KINDS), len(last)))]
    made["events"] = _dated(rng, "e", np.concatenate([held, met]), "occurred_on", last, kind=kinds)
    some = np.concatenate([held, rng.integers(people, size=int(people * TESTS) - len(held))])
    results = np.where(rng.random(len(some)) < 0.02, "pending", "negative")
    made["tests"] = _dated(
        rng, "t", some, "sampled_on", rng.integers(DAYS - 14, DAYS, len(some)), method="pcr", result=results
    )
    made["visits"] = _stays(rng, rng.integers(people, size=int(people * VISITS)), homes)
    bound = held[: int(people * ORDERS)]
    made["orders"] = _dated(
        rng, "o", bound, "from", last[: len(bound)], restriction="home_isolation", issuer="a street's control office"
    )
    made["follow_ups"] = _dated(
        rng, "f", rng.choice(held, int(people * CALLS)), "occurred_on", DAYS - 1, outcome="seen_ok"
    )
    made["requests"] = _dated(
        rng, "r", rng.choice(held, int(people * ASKED)), "occurred_on", DAYS - 1, kind="food", text="vegetables"
    )
    return {name: _whole(name, table) for name, table in made.items()}


def _make_places() -> tuple[pa.Table, Any]:
    """The tree, and the ids of its buildings."""
    ids, parents, kinds = ["l-1"], [None], ["city"]
    above = ids
    for kind, count in LEVELS[1:]:
        below = [f"{parent}-{n}" for parent in above for n in range(1, count + 1)]
        ids, kinds = [*ids, *below], [*kinds, *[kind] * len(below)]
        parents += [parent for parent in above for _ in range(count)]
        above = below
    return pa.table({"place_id": ids, "parent_id": parents, "kind": kinds, "name": ids}), np.array(above)


def _ids(letter: str, numbers: Any) -> pa.Array:
    texts = pc.utf8_lpad(pa.array(numbers).cast(pa.string()), 8, "0")
    return pc.binary_join_element_wise(pa.scalar(f"{letter}-"), texts, "")


def _dated(rng: Any, letter: str, people: Any, day: str, days: Any, **more: Any) -> pa.Table:
    """Facts of people on days (numbers, the last is ON), recorded within hours, in the order of recording."""
    days = np.broadcast_to(days, len(people))
    late = rng.integers(3_600, 16 * 3_600, len(people))
    order = np.argsort(days * 86_400 + late, kind="stable")
    first = np.datetime64(ON) - np.timedelta64(DAYS - 1, "D")
    occurred = (first + days[order].astype("timedelta64[D]")).astype("datetime64[D]")
    recorded = occurred.astype("datetime64[us]") + late[order].astype("timedelta64[s]") - np.timedelta64(8, "h")
    names = {"e": "event", "c": "case", "t": "test", "o": "order", "f": "follow_up", "r": "request"}
    key = {} if letter == "v" else {f"{names[letter]}_id": _ids(letter, np.arange(len(people)))}
    columns = {
        name: pa.array(
            np.broadcast_to(value, len(people))[order] if isinstance(value, np.ndarray) else [value] * len(people)
        )
        for name, value in more.items()
    }
    return pa.table(
        {
            **key,
            "person_id": _ids("p", people[order]),
            day: pa.array(occurred),
            "recorded_at": pa.array(recorded).cast(pa.timestamp("us", "UTC")),
            **columns,
        }
    )


def _stays(rng: Any, people: Any, homes: Any) -> pa.Table:
    """One visit a person, of two hours."""
    people = np.unique(people)
    at = np.datetime64(ON, "us") - rng.integers(0, 14 * 86_400, len(people)).astype("timedelta64[s]")
    order = np.argsort(at, kind="stable")
    people, at = people[order], at[order]
    until = at + np.timedelta64(2, "h")
    stamp = pa.timestamp("us", "UTC")
    return pa.table(
        {
            "person_id": _ids("p", people),
            "place_id": pa.array(rng.choice(homes, len(people))),
            "arrived_at": pa.array(at).cast(stamp),
            "left_at": pa.array(until).cast(stamp),
            "recorded_at": pa.array(until).cast(stamp),
        }
    )


def _whole(name: str, table: pa.Table) -> pa.Table:
    """Under its contract: the columns left out are empty."""
    from sizao.tables import contract

    schema = contract(name).arrow_schema()
    columns = [
        table[field.name].cast(field.type)
        if field.name in table.column_names
        else pa.nulls(table.num_rows, field.type)
        for field in schema
    ]
    return pa.table(columns, names=schema.names)


def load(people: int) -> dict[str, Any]:
    """Records the tables in the empty register of the environment, derives everybody, adds users with tokens."""
    from sizao.register import ready
    from sizao.register.access import access_of_job
    from sizao.register.actions.bulk import ORDER, record_table
    from sizao.register.bridge.held import fill_held
    from sizao.register.bridge.now import derive_everybody

    ready.make_tables()
    tables = make_tables(people)
    for table in ORDER:
        rows = tables.pop(table)
        named = {"name": [f"张{n}" if n % HELD == 0 else None for n in range(people)]} if table == "people" else None
        record_table(by=access_of_job("benchmark"), table=table, rows=rows, sealed=named)
    run = derive_everybody()
    fill_held()
    return {"held": run.people, "tokens": _add_users()}


def _add_users() -> Mapping[str, list[str]]:
    """Tokens of users by the kind of place whose people they see: those of the first county, street, community."""
    from sizao.register.access import access_of, access_of_job
    from sizao.register.actions.users import grant_role, make_token
    from sizao.register.models import User

    job = access_of_job("benchmark")
    tokens: dict[str, list[str]] = {}
    places = {kind: "l-1" + "-1" * depth for depth, (kind, _) in enumerate(LEVELS)}
    for kind, roles in AREAS.items():
        for n in range(USERS):
            name = f"{kind}-{n}"
            user = User.objects.create(username=name, password="!")  # they have tokens alone
            for role in roles:
                grant_role(by=job, username=name, role=role, place_id=places[kind])
            until = job.at + dt.timedelta(days=300)
            tokens.setdefault(kind, []).append(
                make_token(by=access_of(user), name="b", until=until, may_write=True)[1]
            )
    return tokens


USERS = 50
"""For each kind of place."""


def main() -> None:
    """Loads, and prints what is needed to ask it."""
    import django

    django.setup()
    print(json.dumps(load(int(sys.argv[1]))))


if __name__ == "__main__":
    main()
