"""Where people of the made-up city spend their days: work, school, and the places where they are known."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sizao.simulate import names
from sizao.simulate.groups import Ints, cut
from sizao.simulate.places import Places

OWN_DISTRICT = 0.65  # share who work in the district where they live
CLOSED_LOOP = 0.004  # share of the people who work in turns at the closed-loop sites
TEAM, CLASS = 14, 38
HAUNTS = ("shop", "restaurant", "market")


def make_days(
    places: Places, home: Ints, age: NDArray[np.floating], rng: np.random.Generator
) -> tuple[Ints, Ints, Ints, Ints]:
    """Adds work places, schools and sites to `places`; gives work, team, haunts (people, 2) and closed-loop site."""
    district, street = places.within["county"][home], places.within["street"][home]
    communities = places.of_kind("community")
    sites = [places.add(kind, [f"{zh} {en}"], np.array([0]))[0] for kind, zh, en in names.SITES]

    works = rng.random(len(age)) < np.interp(
        age, [17, 18, 20, 25, 54, 60, 65, 70], [0, 0.2, 0.5, 0.8, 0.75, 0.4, 0.1, 0]
    )
    chosen = rng.choice(np.flatnonzero(works), size=max(6, int(CLOSED_LOOP * len(age))), replace=False)
    closed_loop = np.full(len(age), -1)
    closed_loop[chosen] = rng.choice(sites[1:], size=len(chosen), p=[0.45, 0.35, 0.2])
    works[chosen] = False

    elsewhere = rng.random(len(age)) >= OWN_DISTRICT
    at = np.where(elsewhere, rng.permutation(district), district)
    work = _work_places(places, communities, np.where(works, at, -1), rng)
    pupil = _schools(places, communities, street, age, rng)
    work = np.where(pupil >= 0, pupil, work)
    # A class is of one age, a team of any.
    grade = np.where(pupil >= 0, np.floor(age).astype(np.int64), 0)
    team = cut(np.where(work >= 0, work * 32 + grade, -1), TEAM, rng)
    classes = cut(np.where(pupil >= 0, work * 32 + grade, -1), CLASS, rng)
    team = np.where(pupil >= 0, team.max() + 1 + classes, team)
    return work, team, _haunts(places, district, work, rng), closed_loop


def _work_places(places: Places, communities: Ints, at: Ints, rng: np.random.Generator) -> Ints:
    """Adds work places of many sizes to each district; the one of each worker, -1 where `at` (district) is -1."""
    work = np.full(len(at), -1)
    home_district = places.within["county"][communities]
    made = 0
    for d in places.of_kind("county"):
        workers = rng.permutation(np.flatnonzero(at == d))
        drawn = rng.lognormal(2.1, 1.1, size=len(workers) // 2 + 1)
        sizes = np.clip(drawn, 2, max(20, len(workers) // 20)).astype(np.int64)
        sizes = sizes[: np.searchsorted(np.cumsum(sizes), len(workers)) + 1]
        draw = rng.random(len(sizes))
        kinds = np.select(
            [sizes >= 120, sizes >= 30, sizes >= 10],
            [
                np.where(draw < 0.15, "hospital", "factory"),
                np.select([draw < 0.25, draw < 0.6], ["market", "factory"], "office"),
                np.select([draw < 0.45, draw < 0.55], ["restaurant", "market"], "office"),
            ],
            np.where(draw < 0.6, "shop", "restaurant"),
        )
        where = rng.choice(communities[home_district == d], size=len(sizes))
        numbers = np.empty(len(sizes), dtype=np.int64)
        for kind in sorted(set(kinds.tolist())):
            these = np.flatnonzero(kinds == kind)
            labels = [names.name(kind, made + i) for i in range(len(these))]
            numbers[these] = places.add(kind, labels, where[these])
            made += len(these)
        work[workers] = np.repeat(numbers, sizes)[: len(workers)]
    return work


def _schools(
    places: Places, communities: Ints, street: Ints, age: NDArray[np.floating], rng: np.random.Generator
) -> Ints:
    """Adds a kindergarten and schools to each street; the one of each child of 3 to 17, -1 for others."""
    pupil = np.full(len(age), -1)
    for kind, youngest, oldest, size in (("kindergarten", 3, 6, 240), ("school", 6, 18, 1100)):
        child = (age >= youngest) & (age < oldest)
        school = cut(np.where(child, street, -1), size, rng)
        count = int(school.max(initial=-1)) + 1
        first = np.full(count, -1)
        first[school[child]] = street[child]
        own = [communities[places.within["street"][communities] == s] for s in first]
        where = np.array([c[int(rng.integers(len(c)))] for c in own], dtype=np.int64)
        numbers = places.add(kind, [names.name(kind, i) for i in range(count)], where)
        pupil[child] = numbers[school[child]]
    return pupil


def _haunts(places: Places, district: Ints, work: Ints, rng: np.random.Generator) -> Ints:
    """Two shops, restaurants or markets in everybody's own district, the larger the likelier; (people, 2)."""
    places.find_within()
    place_district = places.within["county"]
    staff = np.bincount(work[work >= 0], minlength=len(places))
    haunts = np.zeros((len(district), 2), dtype=np.int64)
    candidates = places.of_kind(*HAUNTS)
    for d in places.of_kind("county"):
        here = candidates[place_district[candidates] == d]
        pull = staff[here] + 1.0
        people = np.flatnonzero(district == d)
        haunts[people] = rng.choice(here, size=(len(people), 2), p=pull / pull.sum())
    return haunts
