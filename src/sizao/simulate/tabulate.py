"""Turns the arrays of the made-up city into the tables of the contracts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from sizao.simulate import names
from sizao.simulate.cases import ROLES, SEVERITIES, Cases, Stays
from sizao.simulate.coordinates import locate
from sizao.simulate.facts import KINDS, Facts
from sizao.simulate.follow_ups import OUTCOMES, FollowUps
from sizao.simulate.groups import Ints
from sizao.simulate.orders import CLAUSES, LEVELS, RESTRICTIONS, Orders
from sizao.simulate.outbreak import FOUND_BY, NEVER
from sizao.simulate.people import TRAITS, People
from sizao.simulate.places import Places
from sizao.simulate.sampling import RESULTS, Samples
from sizao.simulate.visits import Visits

METHOD = "pcr"


class Tables:
    """Writes numbers of things as the ids that the tables use; -1 is none."""

    def __init__(self, people: People, places: Places, cases: Cases, last: int) -> None:
        self.people, self.places, self.cases, self.last = people, places, cases, last
        self._person, self._place, self._case = (
            _ids(letter, len(things)) for letter, things in (("p", people), ("l", places), ("c", cases))
        )
        self._case_row = cases.number(len(people))

    def person(self, number: Ints) -> pa.Array:
        return _take(self._person, number)

    def place(self, number: Ints) -> pa.Array:
        return _take(self._place, number)

    def case(self, person: Ints) -> pa.Array:
        """The case id of each person."""
        return _take(self._case, self._case_row[person])

    def of_people(self) -> pa.Table:
        """The table `people`."""
        people = self.people
        born = np.floor(self.last - people.age * 365.2425).astype(np.int64)
        words = [";".join(t for i, t in enumerate(TRAITS) if bits >> i & 1) for bits in range(1 << len(TRAITS))]
        bits = people.traits @ (1 << np.arange(len(TRAITS)))
        return pa.table(
            {
                "person_id": self._person,
                "birth_date": _days(born),
                "sex": _words(("male", "female"), people.female.astype(np.int64)),
                "home_place_id": self.place(people.home),
                "traits": _words(words, np.where(bits > 0, bits, -1)),
            }
        )

    def of_places(self) -> pa.Table:
        """The table `places`; population of homes and of what they lie in."""
        places = self.places
        north, east = locate(places).T
        population = np.zeros(len(places), dtype=np.int64)
        around = self.people.home
        while len(around):
            population += np.bincount(around, minlength=len(places))
            above = np.array(places.parent)[around]
            around = above[above >= 0]
        return pa.table(
            {
                "place_id": self._place,
                "parent_id": self.place(np.array(places.parent)),
                "kind": pa.array(places.kind),
                "name": pa.array(places.name),
                "population": pa.array(population, mask=population == 0),
                "lat": pa.array(north, mask=np.isnan(north)),
                "lon": pa.array(east, mask=np.isnan(east)),
            }
        )

    def of_facts(self, facts: Facts) -> pa.Table:
        """The table `events`."""
        ids = _ids("e", len(facts))
        return pa.table(
            {
                "event_id": ids,
                "person_id": self.person(facts.person),
                "kind": _words(KINDS, facts.kind),
                "occurred_on": _days(facts.day),
                "place_id": self.place(facts.place),
                "case_id": self.case(facts.case),
                "recorded_at": _instants(facts.recorded),
                "voids": _take(ids, facts.voids),
            }
        )

    def of_samples(self, samples: Samples) -> pa.Table:
        """The table `tests`."""
        return pa.table(
            {
                "test_id": _numbered("t", samples.test),
                "person_id": self.person(samples.person),
                "sampled_on": _days(samples.day),
                "method": pa.repeat(METHOD, len(samples.test)),
                "result": _words(RESULTS, samples.result),
                "ct": pa.array(samples.ct, mask=samples.ct < 0),
                "tube_id": _numbered("tube-", samples.tube),
                "recorded_at": _instants(samples.recorded),
            }
        )

    def of_cases(self, ended_at: Ints) -> pa.Table:
        """The table `cases`: a row at confirmation, a second version when the case ends (`ended_at`, minutes)."""
        cases = self.cases
        end = np.flatnonzero(cases.ended_on < NEVER)
        row = np.concatenate([np.arange(len(cases)), end])
        closed = np.arange(len(row)) >= len(cases)
        onset, severity = cases.onset_on[row], cases.severity[row]
        table = pa.table(
            {
                "case_id": _take(self._case, row),
                "person_id": self.person(cases.person[row]),
                "confirmed_on": _days(cases.confirmed_on[row]),
                "classification": _words(("asymptomatic", "confirmed"), cases.symptomatic[row].astype(np.int64)),
                "origin": _words(("local", "imported"), cases.imported[row].astype(np.int64)),
                "severity": _words(SEVERITIES, severity),
                "onset_on": _days(onset),
                "found_by": _words(FOUND_BY, cases.found_by[row]),
                "discharged_on": _days(np.where(closed, cases.discharged_on[row], NEVER)),
                "died_on": _days(np.where(closed, cases.died_on[row], NEVER)),
                "recorded_at": _instants(np.concatenate([cases.recorded, ended_at[end]])),
            }
        )
        return table.take(pc.sort_indices(table, [("recorded_at", "ascending"), ("case_id", "ascending")]))

    def of_stays(self, stays: Stays) -> pa.Table:
        """The table `case_places`."""
        return pa.table(
            {
                "case_id": _take(self._case, stays.case),
                "place_id": self.place(stays.place),
                "role": _words(ROLES, stays.role),
                "spread_risk": pa.array(stays.risk),
                "from": _days(stays.first),
                "until": _days(stays.until),
            }
        )

    def of_visits(self, visits: Visits) -> pa.Table:
        """The table `visits`."""
        return pa.table(
            {
                "person_id": self.person(visits.person),
                "place_id": self.place(visits.place),
                "arrived_at": _instants(visits.arrived),
                "left_at": _instants(visits.left),
            }
        )

    def of_orders(self, orders: Orders, street_signs: NDArray[np.bool_]) -> pa.Table:
        """The table `orders`; the office is that of the community, or of the street where `street_signs`."""
        at = np.where(orders.person >= 0, self.people.home[orders.person], orders.place)
        within = self.places.within
        issuer = np.where(street_signs, within["street"][at], within["community"][at])
        offices = [
            names.office(n) if k in ("street", "community") else ""
            for n, k in zip(self.places.name, self.places.kind, strict=True)
        ]
        return pa.table(
            {
                "order_id": _numbered("o", orders.order),
                "person_id": self.person(orders.person),
                "place_id": self.place(orders.place),
                "restriction": _words(RESTRICTIONS, orders.restriction - 1),
                "level": _words(LEVELS, orders.level),
                "from": _days(orders.first),
                "until": _days(orders.until),
                "issuer": _words(offices, issuer),
                "clause": _words(CLAUSES, orders.clause),
                "recorded_at": _instants(orders.recorded),
            }
        )

    def of_follow_ups(self, follow_ups: FollowUps) -> pa.Table:
        """The table `follow_ups`."""
        return pa.table(
            {
                "follow_up_id": _ids("f", len(follow_ups)),
                "person_id": self.person(follow_ups.person),
                "occurred_on": _days(follow_ups.day),
                "outcome": _words(OUTCOMES, follow_ups.outcome),
                "recorded_at": _instants(follow_ups.recorded),
            }
        )


def _numbered(letter: str, number: Ints) -> pa.Array:
    """p-0000001 and so on, from 1."""
    digits = pc.utf8_lpad(
        pc.cast(pa.array(number + 1), pa.string()), max(6, len(str(int(number.max(initial=0)) + 1))), "0"
    )
    return pc.binary_join_element_wise(f"{letter.rstrip('-')}-", digits, "")


def _ids(letter: str, count: int) -> pa.Array:
    return _numbered(letter, np.arange(count))


def _take(ids: pa.Array, number: Ints) -> pa.Array:
    return ids.take(pa.array(number, mask=number < 0))


def _words(words: Sequence[str | None], index: Ints) -> pa.Array:
    """The word of each index; null for -1."""
    return pa.array(words, pa.string()).take(pa.array(index, mask=index < 0))


def _days(day: Ints) -> pa.Array:
    """Dates; null for NEVER."""
    return pa.array(np.where(day == NEVER, 0, day).astype(np.int32), mask=day == NEVER).cast(pa.date32())


def _instants(minute: Ints) -> pa.Array:
    return pa.array(minute * 60_000_000).cast(pa.timestamp("us", tz="UTC"))
