"""Which days, which levels and how wide: from the rulebooks, never from code."""

from __future__ import annotations

from datetime import date

from sizao.areas.audit.rules import read_rules
from sizao.policy import choose, get


def test_the_shipped_rulebooks_give_seven_three_and_five_days() -> None:
    rules = read_rules(choose("auto", date(2022, 4, 15)))
    days = {(r["rulebook"], r["level"], r["stepped_down"]): r["days"] for r in rules.table.to_pylist()}
    assert days == {
        ("cn-2022-06-27", "high", False): 7,
        ("cn-2022-06-27", "medium", False): 7,
        ("cn-2022-06-27", "medium", True): 3,
        ("cn-2022-11-11", "high", False): 5,
        ("cn-2022-11-21", "high", False): 5,
        ("cn-2022-12-07", "high", False): 5,
    }
    spans = {r["rulebook"]: (r["from"], r["until"]) for r in rules.table.to_pylist()}
    assert spans["cn-2022-11-11"] == (date(2022, 11, 11), date(2022, 11, 20))
    assert (rules.changed_on, rules.changed_by, rules.gone) == (date(2022, 11, 11), "cn-2022-11-11", ("medium",))
    assert rules.narrow == ("household", "floor", "unit", "building")


def test_where_no_level_was_done_away_with_nothing_changed() -> None:
    rules = read_rules([get("cn-2022-06-27")])
    assert (rules.changed_on, rules.gone, rules.narrow) == (None, (), ())
    assert set(rules.table["until"].to_pylist()) == {date.max}
