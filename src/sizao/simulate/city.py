"""Makes a city that does not exist, with an outbreak and all its papers, as tables to try Sizao on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np

from sizao.errors import SizaoError
from sizao.policy import library
from sizao.simulate.cases import find_stays, report_cases
from sizao.simulate.daily_life import make_days
from sizao.simulate.duties import ask
from sizao.simulate.excess import go_too_far, orders_without_rule
from sizao.simulate.facts import Facts, make_arrivals, record_facts
from sizao.simulate.groups import Ints
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
from sizao.simulate import clock
from sizao.simulate.outbreak import EPOCH, NEVER, START, Outbreak, run_outbreak
from sizao.simulate.people import People, make_households, make_traits
from sizao.simulate.places import Places, make_homes
from sizao.simulate.sampling import take_samples
from sizao.simulate.tabulate import Papers, write_papers
from sizao.simulate.visits import find_visits

STEPS = ("people", "outbreak", "facts", "tests", "orders", "write")
FEWEST, MOST = 2_000, 20_000_000
BOOKS = "cn-2022-11-11"
Progress = Callable[[str, int, int], None]


def make_city(
    out: Path,
    *,
    people: int = 200_000,
    seed: int = 2022,
    on: date = date(2022, 11, 20),
    progress: Progress | None = None,
) -> None:
    """Writes people, places, events, tests, cases, case_places, visits and orders as Parquet files into `out`.

    The tables hold what was recorded by 20:00 (UTC+8) of the day `on`, a month or so into an outbreak that began
    on 20 October 2022. Same `people`, `seed` and `on`: same tables, byte for byte.
    `progress(step, done, of)` is called before each of STEPS and at the end.
    Raises SizaoError `city-size`, `city-date`.
    """
    if not FEWEST <= people <= MOST:
        raise SizaoError("city-size", f"a city of {people:,} people", todo=f"ask for {FEWEST:,} to {MOST:,} people")
    last = (on - EPOCH).days
    if not START + 7 <= last <= START + 60:
        raise SizaoError(
            "city-date",
            f"the made-up outbreak says nothing about {on}",
            todo=f"choose a date from {_date(START + 7)} to {_date(START + 60)}",
        )
    step = _counted(progress)
    rng = np.random.Generator(np.random.PCG64([seed, people, last]))

    step("people")
    inhabitants, places = _settle(people, rng)
    step("outbreak")
    arrivals = make_arrivals(inhabitants, last, rng)
    outbreak = run_outbreak(inhabitants, places, arrivals, last, rng)
    cases = report_cases(inhabitants, outbreak, last, rng)
    step("facts")
    books = tuple(library.chain(BOOKS))
    switch = (books[-1].document.effective - EPOCH).days
    facts = record_facts(inhabitants, places, arrivals, outbreak, switch, last, rng)
    confirmed, ended = np.full(people, NEVER), np.full(people, NEVER)
    confirmed[cases.person], ended[cases.person] = cases.confirmed_on, cases.ended_on
    holding = facts.holding()
    duties = ask(holding, books, confirmed, ended, last)
    foreseen = ask(holding, books, confirmed, ended, last, foreseen=True)
    step("tests")
    samples = take_samples(inhabitants, places, duties, cases, last, rng)
    step("orders")
    orders = ...
    step("write")
    step(None)
