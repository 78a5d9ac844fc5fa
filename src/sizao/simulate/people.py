"""The people of the made-up city: households, ages, sexes, and who needs special care."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sizao.simulate.groups import Ints

# (share of households, age of the first adult from, to, roles). Sizes as in a Chinese city about 2020: mean 2.6.
HOUSEHOLDS = (
    (0.11, 19, 38, "a"),
    (0.06, 38, 66, "a"),
    (0.08, 58, 90, "a"),
    (0.05, 24, 38, "as"),
    (0.12, 44, 66, "as"),
    (0.09, 58, 86, "as"),
    (0.04, 29, 52, "mc"),
    (0.185, 27, 62, "asc"),
    (0.025, 42, 60, "asg"),
    (0.07, 29, 50, "asck"),
    (0.06, 29, 56, "ascg"),
    (0.045, 28, 52, "ascgh"),
    (0.02, 29, 48, "asckg"),
    (0.045, 30, 50, "asckgh"),
)
# role -> (years older than the first adult, spread, share male)
ROLES = {
    "a": (0.0, 0.0, 0.5),
    "m": (0.0, 0.0, 0.2),  # a parent alone
    "s": (-2.0, 2.5, 0.5),  # spouse; the other sex than the first adult
    "c": (-27.5, 3.0, 0.525),
    "k": (-31.5, 3.0, 0.525),
    "g": (25.0, 3.5, 0.3),
    "h": (27.0, 3.5, 0.7),
}
TRAITS = ("elderly", "pregnant", "dialysis", "chronic", "child_alone")


@dataclass
class People:
    """People by number, household after household; every array is (people,) unless said otherwise."""

    household: Ints
    age: NDArray[np.floating]  # years on the day the city is made for
    female: NDArray[np.bool_]
    traits: NDArray[np.bool_]  # (people, traits)
    home: Ints  # the flat
    work: Ints  # the work place, school or kindergarten; -1: none
    team: Ints  # the team or class there; -1: none
    haunts: Ints  # (people, 2): the shops, restaurants and markets where they are known
    closed_loop: Ints  # the closed-loop site where they work in turns; -1: none

    def __len__(self) -> int:
        return len(self.household)


def make_households(people: int, rng: np.random.Generator) -> tuple[Ints, NDArray[np.floating], NDArray[np.bool_]]:
    """Household, age in years and sex (female) of each person, (people,) each."""
    share = np.array([h[0] for h in HOUSEHOLDS])
    size = np.array([len(h[3]) for h in HOUSEHOLDS])
    count = int(people / (share / share.sum() @ size) * 1.02) + 50
    kind = rng.choice(len(HOUSEHOLDS), size=count, p=share / share.sum())
    youngest, oldest = (np.array([h[i] for h in HOUSEHOLDS]) for i in (1, 2))
    anchor = youngest[kind] + (oldest - youngest)[kind] * rng.beta(1.3, 1.5, size=count)
    first_female = rng.random(count) < np.where(anchor > 60, 0.58, 0.46)

    household = np.repeat(np.arange(count), size[kind])[:people]
    role_names = list(ROLES)
    width = int(size.max())
    layout = np.array([[role_names.index(r) for r in h[3].ljust(width, "a")] for h in HOUSEHOLDS])
    role = layout[kind][np.arange(width) < size[kind][:, None]][:people]
    older, spread, male = (np.array([ROLES[r][i] for r in role_names]) for i in range(3))
    age = anchor[household] + older[role] + spread[role] * rng.standard_normal(people)
    age = np.where(age < 0, rng.uniform(0, 4, people), age)
    age = np.where(age > 97, rng.uniform(84, 97, people), age)
    female = rng.random(people) >= male[role]
    is_first, is_spouse = role == role_names.index("a"), role == role_names.index("s")
    female = np.where(is_first, first_female[household], np.where(is_spouse, ~first_female[household], female))
    return household, age, female


def make_traits(age: NDArray[np.floating], female: NDArray[np.bool_], rng: np.random.Generator) -> NDArray[np.bool_]:
    """Who needs special care, (people, TRAITS)."""
    chance = rng.random((4, len(age)))
    elderly = age >= 65
    pregnant = female & (age >= 21) & (age < 42) & (chance[0] < 0.035)
    dialysis = chance[1] < np.interp(age, [20, 45, 65, 80], [0.00005, 0.0006, 0.002, 0.003])
    chronic = dialysis | (chance[2] < np.interp(age, [20, 40, 55, 70, 85], [0.01, 0.05, 0.2, 0.45, 0.55]))
    child_alone = (age >= 3) & (age < 14) & (chance[3] < 0.004)
    return np.column_stack([elderly, pregnant, dialysis, chronic, child_alone])
