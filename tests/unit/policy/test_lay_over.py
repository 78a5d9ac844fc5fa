"""A local rulebook laid over national ones: its own measures for the facts that they catch, theirs for all others."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from sizao.errors import SizaoError
from sizao.policy import Assumption, Rulebook
from sizao.policy.overlay import lay_over
from sizao.policy.words import Words

HERE = Path(__file__).parent
D = dt.date
START, JUNE = D(2030, 1, 2), D(2030, 6, 1)
RESTRICTIONS = ["monitoring", "home", "centre"]


def measure(name: str, *triggers: dict[str, Any], **more: Any) -> dict[str, Any]:
    asks = {} if "phases" in more or "asks" in more else {"phases": [{"restriction": "home", "days": 3}]}
    return {"id": name, "title": {"zh": "甲", "en": name}, "clause": name, "triggers": list(triggers)} | asks | more


def book(name: str, *measures: dict[str, Any], effective: D = START, **more: Any) -> Rulebook:
    data = YAML(typ="safe").load(HERE / "good.yaml")
    data |= {"id": name, "measures": list(measures), "assumed": [], "limits": {}}
    data["restrictions"] = [{"id": r, "title": {"zh": r, "en": r}} for r in more.pop("restrictions", RESTRICTIONS)]
    data["document"] |= {"number": f"No. {name}", "published": effective, "effective": effective}
    return Rulebook.model_validate(data | more)


def local(*measures: dict[str, Any], effective: D = JUNE, **more: Any) -> Rulebook:
    return book("loc", *measures, effective=effective, jurisdiction="XX-1", over="XX", **more)


def joined(mine: list[dict[str, Any]], theirs: list[dict[str, Any]]) -> Rulebook:
    return lay_over(local(*mine), [book("nat", *theirs)])[-1]


def caught(found: Rulebook) -> set[tuple[Any, ...]]:
    return {(m.id, k, t.from_, t.before) for m in found.measures for t in m.triggers for k in t.kinds}


def test_the_national_one_holds_alone_until_the_local_one_takes_effect() -> None:
    chain = lay_over(local(measure("mine", {"event": "met"})), [book("nat", measure("theirs", {"event": "seen"}))])
    assert [(b.id, b.document.effective) for b in chain] == [("nat", START), ("loc@nat", D(2030, 6, 1))]
    assert (chain[1].replaces, chain[1].jurisdiction, chain[1].transition.rule) == ("nat", "XX-1", "keep")


def test_each_national_one_in_force_during_its_life_is_joined_with_it() -> None:
    move = {"replaces": "nat", "transition": {"rule": "rederive"}}
    newer = book("nat-2", measure("theirs", {"event": "seen"}), effective=D(2030, 9, 1), **move)
    older = book("nat", measure("theirs", {"event": "seen"}))
    chain = lay_over(local(measure("mine", {"event": "met"})), [older, newer])
    assert [b.id for b in chain] == ["nat", "loc@nat", "loc@nat-2"]
    assert [b.document.effective for b in chain] == [START, D(2030, 6, 1), D(2030, 9, 1)]
    assert chain[2].transition.rule == "rederive"


def test_a_local_one_older_than_the_first_national_one() -> None:
    mine = local(measure("mine", {"event": "met"}), effective=D(2029, 1, 1))
    (found,) = lay_over(mine, [book("nat", measure("theirs", {"event": "seen"}))])
    assert (found.id, found.document.effective, found.replaces) == ("loc@nat", D(2029, 1, 1), None)


def test_a_fact_that_both_catch_is_taken_by_the_local_measure() -> None:
    found = joined([measure("mine", {"event": "met"})], [measure("theirs", {"event": "met"}, {"event": "seen"})])
    assert caught(found) == {("mine", "met", None, None), ("theirs", "seen", None, None)}


def test_only_the_kinds_of_case_that_the_local_measure_catches_are_taken() -> None:
    mine = measure("mine", {"case": ["asymptomatic"], "origin": ["imported"]})
    found = joined([mine], [measure("theirs", {"case": ["confirmed", "asymptomatic"]})])
    assert caught(found) == {
        ("mine", "case/asymptomatic/imported", None, None),
        ("theirs", "case/asymptomatic/local", None, None),
        ("theirs", "case/confirmed/local", None, None),
        ("theirs", "case/confirmed/imported", None, None),
    }


def test_only_the_dates_that_the_local_measure_catches_are_taken() -> None:
    mine = measure("mine", {"event": "met", "from": D(2030, 7, 1), "before": D(2030, 8, 1)})
    found = joined([mine], [measure("theirs", {"event": "met", "day_1": "day_after"})])
    assert caught(found) == {
        ("mine", "met", D(2030, 7, 1), D(2030, 8, 1)),
        ("theirs", "met", None, D(2030, 7, 1)),
        ("theirs", "met", D(2030, 8, 1), None),
    }
    assert {t.day_1 for t in found.measure("theirs").triggers} == {"day_after"}


def test_tests_are_taken_whole_or_by_precedence() -> None:
    weak = {"test": {"result": ["positive"], "ct": {"from": 35}}}
    found = joined([measure("mine", weak)], [measure("theirs", weak)])
    assert [m.id for m in found.measures] == ["mine"]
    found = joined([measure("mine", weak)], [measure("theirs", {"test": {"result": ["positive"]}})])
    assert [m.id for m in found.measures] == ["mine", "theirs"]
    assert found.measure("mine").takes_from == ("theirs",)
    found = joined([measure("mine", {"test": {"result": ["positive"]}})], [measure("theirs", weak)])
    assert [m.id for m in found.measures] == ["mine"]


def test_tests_that_follow_an_event_do_not_take_all_tests() -> None:
    positive = {"test": {"result": ["positive"]}}
    mine = measure("mine", positive | {"following": {"event": "met", "within_days": 3}})
    found = joined([mine], [measure("theirs", positive)])
    assert found.measure("mine").takes_from == ("theirs",)


def test_a_national_measure_of_the_same_id_stays_for_the_facts_that_are_left() -> None:
    found = joined([measure("contact", {"event": "met"})], [measure("contact", {"event": "met"}, {"event": "seen"})])
    assert caught(found) == {("contact", "met", None, None), ("contact_xx", "seen", None, None)}
    assert found.states("contact").number == "No. loc"
    assert found.states("contact_xx").number == "No. nat"


def test_readings_are_about_the_measures_that_stay() -> None:
    theirs = [measure("contact", {"event": "met"}, {"event": "seen"}), measure("gone", {"event": "heard"})]
    about = ("contact", "gone", "limits", "transition")
    national = book("nat", *theirs)
    readings = tuple(Assumption(about=a, reading=Words(zh="甲", en=a)) for a in about)
    national = national.model_copy(update={"assumed": readings})
    mine = local(measure("contact", {"event": "met"}), measure("mine", {"event": "heard"}))
    assert [a.about for a in lay_over(mine, [national])[-1].assumed] == ["contact_xx", "limits"]


def test_a_measure_that_nothing_starts_any_more_is_gone_and_what_it_started_too() -> None:
    weak = {"test": {"result": ["positive"]}}
    follow_up = {"within_days": 3, "then": [{"starts": "after"}]}
    theirs = [
        measure("first", weak, follow_up=follow_up),
        measure("after"),
        measure("other", {"event": "seen"}, takes_from=["first"]),
    ]
    found = joined([measure("mine", weak)], theirs)
    assert [m.id for m in found.measures] == ["mine", "other"]
    assert found.measure("other").takes_from == ()
    found = joined([measure("mine", {"event": "met"}), measure("after", {"event": "heard"})], theirs)
    assert found.measure("first").follow_up.then[0].starts == "after_xx"
    assert [m.id for m in found.measures] == ["mine", "after", "first", "after_xx", "other"]


def test_restrictions_of_both_stand_in_one_order() -> None:
    mine = local(
        measure("mine", {"event": "met"}, phases=[{"restriction": "hotel", "days": 1}]),
        restrictions=["home", "hotel", "centre"],
    )
    found = lay_over(mine, [book("nat", measure("theirs", {"event": "seen"}))])[-1]
    assert [r.id for r in found.restrictions] == ["monitoring", "home", "hotel", "centre"]


def test_two_orders_that_contradict_each_other_are_refused() -> None:
    mine = local(measure("mine", {"event": "met"}), restrictions=["centre", "home"])
    with pytest.raises(SizaoError) as caught_error:
        lay_over(mine, [book("nat", measure("theirs", {"event": "seen"}))])
    assert caught_error.value.code == "restriction-order"


def test_laying_one_over_another_leaves_both_as_they_were() -> None:
    national = book("nat", measure("theirs", {"event": "met"}, {"event": "seen"}))
    national._stated["theirs"] = local(measure("m", {"event": "e"})).states("m")
    before = national.model_dump(), dict(national._stated)
    lay_over(local(measure("mine", {"event": "met"})), [national])
    assert (national.model_dump(), national._stated) == before
