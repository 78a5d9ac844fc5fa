"""Which rulebook is in force: by date, jurisdiction, disease, and what was published by then."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from sizao.errors import SizaoError
from sizao.policy import Rulebook, chain, in_force

HERE = Path(__file__).parent
D = dt.date


def book(name: str, effective: D, published: D | None = None, **more) -> Rulebook:
    data = YAML(typ="safe").load(HERE / "good.yaml") | {"id": name} | more
    data["document"] |= {"effective": effective, "published": published or effective}
    return Rulebook.model_validate(data)


KEEP = {"transition": {"rule": "keep"}}
FIRST = book("xx-2030", D(2030, 1, 1))
SECOND = book("xx-2031", D(2031, 1, 1), D(2030, 12, 1), replaces="xx-2030", **KEEP)
OTHER = book("yy-2030", D(2030, 1, 1), disease="other_fever")


def refusal(*args, **named) -> str:
    with pytest.raises(SizaoError) as caught:
        in_force(*args, **named)
    return caught.value.code


@pytest.mark.parametrize(("on", "name"), [(D(2030, 12, 31), "xx-2030"), (D(2031, 1, 1), "xx-2031")])
def test_one_holds_until_the_day_before_the_next(on: D, name: str) -> None:
    assert in_force(on, "XX", among=[SECOND, FIRST]).id == name


def test_none_holds_before_the_first() -> None:
    assert refusal(D(2029, 12, 31), "XX", among=[FIRST]) == "no-rulebook-in-force"
    assert refusal(D(2030, 1, 1), "ZZ", among=[FIRST]) == "no-rulebook-in-force"


def test_what_was_not_published_by_then_replaces_nothing() -> None:
    both = [FIRST, SECOND]
    assert in_force(D(2031, 1, 1), "XX", known_on=D(2030, 12, 1), among=both).id == "xx-2031"
    assert in_force(D(2031, 1, 1), "XX", known_on=D(2030, 11, 30), among=both).id == "xx-2030"


def test_two_of_one_jurisdiction_are_told_apart_by_their_disease_or_refused() -> None:
    assert refusal(D(2030, 1, 1), "XX", among=[FIRST, OTHER]) == "two-in-force"
    assert in_force(D(2030, 1, 1), "XX", disease="other_fever", among=[FIRST, OTHER]).id == "yy-2030"
    assert refusal(D(2030, 1, 1), "XX", disease="third_fever", among=[FIRST, OTHER]) == "no-rulebook-in-force"


def test_an_amendment_takes_the_place_of_what_it_amends() -> None:
    amending = book("xx-2031", D(2031, 1, 1), amends="xx-2030", **KEEP)
    assert in_force(D(2031, 1, 1), "XX", among=[FIRST, amending]).id == "xx-2031"


def test_a_local_rulebook_stands_beside_the_national_one() -> None:
    mine = book("loc", D(2030, 6, 1), jurisdiction="XX-1", over="XX")
    assert in_force(D(2030, 7, 1), "XX", among=[FIRST, mine]).id == "xx-2030"
    assert in_force(D(2030, 7, 1), "XX-1", among=[FIRST, mine]).id == "loc"


def test_a_local_rulebook_over_a_jurisdiction_without_any_is_refused() -> None:
    with pytest.raises(SizaoError) as caught:
        chain(book("loc", D(2030, 6, 1), jurisdiction="XX-1", over="XX"))
    assert caught.value.code == "no-rulebook-in-force"


def test_the_chain_of_a_local_rulebook_knows_the_national_ones_published_by_then() -> None:
    known = [b.id for b in chain("loc-yichun-2022-10-28", D(2022, 11, 10))]
    assert known[-1] == "loc-yichun-2022-10-28@cn-2022-06-27"
    assert "loc-yichun-2022-10-28@cn-2022-11-11" in [b.id for b in chain("loc-yichun-2022-10-28")]
