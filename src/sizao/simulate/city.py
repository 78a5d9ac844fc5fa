"""Makes a city that does not exist, with an outbreak and all its papers, as tables to try Sizao on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa

from sizao.errors import SizaoError
from sizao.policy import library
from sizao.simulate import clock
from sizao.simulate.cases import Cases, find_stays, report_cases
from sizao.simulate.daily_life import make_days
from sizao.simulate.duties import Duties, ask
from sizao.simulate.excess import go_too_far, orders_without_rule
from sizao.simulate.facts import make_arrivals, record_facts
from sizao.simulate.follow_ups import follow_up
from sizao.simulate.orders import (
    ORDERED,
    Orders,
    Runs,
    first_versions,
    hospital_orders,
    join,
    orders_as_asked,
    place_orders,
    stack,
)
from sizao.simulate.outbreak import EPOCH, NEVER, START, run_outbreak
from sizao.simulate.people import People, make_households, make_traits
from sizao.simulate.places import Places, add_flats, make_homes
from sizao.simulate.sampling import take_samples
from sizao.simulate.tabulate import Tables
from sizao.simulate.visits import find_visits
from sizao.tables import write_tables

STEPS = ("people", "outbreak", "facts", "tests", "orders", "write")
FEWEST, MOST = 2_000, 20_000_000
WEEK, LONGEST = 7, 60  # days of outbreak at least and at most
RULEBOOK = "cn-2022-11-11"  # the city's offices follow it and what it replaces
STREET_SIGNS = 0.12  # of the orders; the community signs the others
Progress = Callable[[str, int, int], None]


def make_city(
    out: Path,
    *,
    people: int = 200_000,
    seed: int = 2022,
    on: date = date(2022, 11, 20),
    progress: Progress | None = None,
) -> None:
    """Writes the tables of a city as Parquet files into `out`, from people and places to orders and follow-ups.

    They hold what was recorded by 20:00 (UTC+8) of the day `on` in an outbreak that began on 20 October 2022.
    The same `people`, `seed` and `on` give the same files, byte for byte.
    `progress(step, done, of)` is called before each of STEPS, and with step "" at the end.
    Raises SizaoError `city-size`, `city-date`.
    """
    tables = make_tables(people=people, seed=seed, on=on, progress=progress)
    write_tables(out, tables)
    if progress:
        progress("", len(STEPS), len(STEPS))


def make_tables(*, people: int, seed: int, on: date, progress: Progress | None = None) -> dict[str, pa.Table]:
    """The tables of `make_city` by name, not yet written."""
    check_city(people, on)
    last = (on - EPOCH).days
    rng = np.random.Generator(np.random.PCG64([seed, people, last]))

    def begin(step: str) -> None:
        if progress:
            progress(step, STEPS.index(step), len(STEPS))

    begin("people")
    inhabitants, places = settle(people, rng)
    begin("outbreak")
    arrivals = make_arrivals(inhabitants, last, rng)
    outbreak = run_outbreak(inhabitants, places, arrivals, last, rng)
    cases = report_cases(inhabitants, outbreak, last, rng)
    begin("facts")
    books = tuple(library.chain(RULEBOOK))
    switch = (books[-1].document.effective - EPOCH).days
    facts = record_facts(inhabitants, places, arrivals, outbreak, switch, last, rng)
    confirmed, ended = np.full(people, NEVER), np.full(people, NEVER)
    confirmed[cases.person], ended[cases.person] = cases.confirmed_on, cases.ended_on
    standing = facts.holding()
    duties = ask(standing, books, confirmed, ended, last)
    begin("tests")
    samples = take_samples(inhabitants, places, duties, cases, last, rng)
    begin("orders")
    foreseen = ask(standing, books, confirmed, ended, last, foreseen=True)
    orders = _sign(inhabitants, places, duties, foreseen, cases, switch, last, rng)
    begin("write")
    last_free = np.minimum(cases.confirmed_on, outbreak.isolated_from[cases.person] - 1)
    tables = Tables(inhabitants, places, cases, last)
    return {
        "people": tables.of_people(),
        "places": tables.of_places(),
        "events": tables.of_facts(facts),
        "tests": tables.of_samples(samples),
        "cases": tables.of_cases(clock.at(cases.ended_on, 10, 18, rng)),
        "case_places": tables.of_stays(find_stays(inhabitants, places, cases, last_free, rng)),
        "visits": tables.of_visits(find_visits(places, facts, rng)),
        "orders": tables.of_orders(orders, rng.random(len(orders)) < STREET_SIGNS),
        "follow_ups": tables.of_follow_ups(follow_up(inhabitants, places, duties, outbreak.onset_on, last, rng)),
    }


def settle(people: int, rng: np.random.Generator) -> tuple[People, Places]:
    """The people of a city, where they live, work and go; and its places."""
    household, age, female = make_households(people, rng)
    places, unit = make_homes(int(household[-1]) + 1, people, rng)
    places.find_within()
    home = unit[household]
    work, team, haunts, closed_loop = make_days(places, home, age, rng)
    home = add_flats(places, unit)[household]
    places.find_within()
    traits = make_traits(age, female, rng)
    return People(household, age, female, traits, home, work, team, haunts, closed_loop), places


def _sign(
    people: People,
    places: Places,
    duties: Duties,
    foreseen: Duties,
    cases: Cases,
    switch: int,
    last: int,
    rng: np.random.Generator,
) -> Orders:
    """All orders recorded by the evening of the day `last`, in the order of recording."""
    day = duties.first + np.arange(duties.level.shape[1])
    known = np.where(day >= duties.known_from[:, None], duties.level, np.uint8(0))
    runs = Runs.of(known, duties.first)
    runs = runs[(rng.random(len(duties.person)) < ORDERED)[runs.row]]
    changed = go_too_far(runs, duties, switch, last, rng)
    right = orders_as_asked(runs, duties, switch, last, rng)
    confirmed = np.full(len(people), NEVER)
    confirmed[cases.person] = cases.confirmed_on
    earlier = first_versions(right, runs, Runs.of(foreseen.level, foreseen.first), ~changed, confirmed, switch, rng)
    orders = stack(
        [
            join(right, earlier),
            hospital_orders(cases, rng),
            orders_without_rule(people, places, duties, cases, switch, last, rng),
            place_orders(people, places, cases, switch, last, rng),
        ]
    )
    orders = orders[orders.recorded <= clock.closing(last)]
    return orders[np.lexsort((orders.order, orders.recorded))]


def check_city(people: int, on: date) -> None:
    """Raises SizaoError `city-size` or `city-date` where no such city can be made."""
    if not FEWEST <= people <= MOST:
        raise SizaoError("city-size", f"a city of {people:,} people", todo=f"ask for {FEWEST:,} to {MOST:,} people")
    first = EPOCH + timedelta(days=START)
    if not WEEK <= (on - first).days <= LONGEST:
        raise SizaoError(
            "city-date",
            f"the made-up outbreak of {first} says nothing about {on}",
            todo=f"choose a date from {first + timedelta(days=WEEK)} to {first + timedelta(days=LONGEST)}",
        )
