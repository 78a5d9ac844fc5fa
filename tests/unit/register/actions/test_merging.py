"""Two records of one person become one and two again, and no chain of merges loses anybody."""

from __future__ import annotations

from typing import Any

import pytest

from sizao.errors import SizaoError
from sizao.register.actions.people import add_person, change_person, merge_people, unmerge_people
from sizao.register.models import Person


@pytest.fixture
def four(world: Any) -> list[str]:
    return [add_person(by=world.job, home_place_id="jia", person_id=f"p-{letter}").person_id for letter in "abcd"]


def into() -> dict[str, str | None]:
    rows = Person.objects.unscoped("test").filter(person_id__regex="^p-[a-d]$")
    return dict(rows.values_list("person_id", "same_as_id"))


def code(change: Any, **given: Any) -> str:
    with pytest.raises(SizaoError) as error:
        change(**given)
    return error.value.code


def test_unmerging_restores_every_step_of_a_chain(world: Any, four: list[str]) -> None:
    a, b, c, d = four
    steps = [(a, b), (c, d), (c, a)]
    states = [into()]
    for kept, gone in steps:
        merge_people(by=world.job, kept=kept, gone=gone)
        states.append(into())
    assert states[-1] == {a: c, b: c, c: None, d: c}
    for kept, gone in reversed(steps):
        assert into() == states.pop()
        unmerge_people(by=world.job, kept=kept, gone=gone)
    assert into() == states.pop()


def test_an_earlier_merge_may_be_taken_back_before_a_later_one(world: Any, four: list[str]) -> None:
    a, b, c, _ = four
    merge_people(by=world.job, kept=a, gone=b)
    merge_people(by=world.job, kept=c, gone=a)
    unmerge_people(by=world.job, kept=a, gone=b)
    assert into() == {a: c, b: None, c: None, "p-d": None}
    unmerge_people(by=world.job, kept=c, gone=a)
    assert set(into().values()) == {None}


def test_merged_unmerged_and_merged_again(world: Any, four: list[str]) -> None:
    a, b, *_ = four
    for _ in range(2):
        merge_people(by=world.job, kept=a, gone=b)
        assert into()[b] == a
        assert code(merge_people, by=world.job, kept=a, gone=b) == "merged-already"
        unmerge_people(by=world.job, kept=a, gone=b)
        assert into()[b] is None
        assert code(unmerge_people, by=world.job, kept=a, gone=b) == "not-merged"


def test_no_ring_is_made(world: Any, four: list[str]) -> None:
    a, b, c, _ = four
    merge_people(by=world.job, kept=a, gone=b)
    merge_people(by=world.job, kept=c, gone=a)
    assert code(merge_people, by=world.job, kept=b, gone=c) == "merged-already"
    assert code(merge_people, by=world.job, kept=a, gone=c) == "merged-already"
    assert code(merge_people, by=world.job, kept=c, gone=c) == "same-person"
    assert code(unmerge_people, by=world.job, kept=b, gone=a) == "not-merged"


def test_nobody_outside_the_area_is_merged_either_way(world: Any) -> None:
    by = world.enter("epidemiologist", "jia")
    for kept, gone in ((world.jia.person, world.yi.person), (world.yi.person, world.jia.person)):
        assert code(merge_people, by=by, kept=kept, gone=gone) == "not-found"
    merge_people(by=world.job, kept=world.jia.person, gone=world.yi.person)
    assert code(unmerge_people, by=by, kept=world.jia.person, gone=world.yi.person) == "not-found"


def test_a_number_that_the_other_took_meanwhile_keeps_them_merged(world: Any, four: list[str]) -> None:
    a, b, *_ = four
    change_person(by=world.job, person_id=b, version=1, number="110101199001011234")
    merge_people(by=world.job, kept=a, gone=b)
    change_person(by=world.job, person_id=a, version=1, number="110101199001011234")
    assert code(unmerge_people, by=world.job, kept=a, gone=b) == "number-known"
    assert into()[b] == a
