"""What a chain compiles to: transitions, caps, weights, unknown kinds, as rows."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from sizao.derive.compile import DAY_MAX, compile_policy, day_number
from sizao.errors import SizaoError
from sizao.policy import Rulebook, chain

WORDS = {"zh": "x", "en": "x"}


def rulebook(name: str, effective: str, phases: list[dict[str, Any]], **more: Any) -> Rulebook:
    document = {"number": name, "title": WORDS, "issuer": WORDS, "published": effective, "effective": effective}
    restrictions = more.pop("restrictions", ["home", "centre"])
    measure = {"id": "contact", "title": WORDS, "clause": "1", "triggers": [{"event": "met"}], "phases": phases}
    return Rulebook.model_validate(
        {
            "id": name,
            "title": WORDS,
            "jurisdiction": "made up",
            "disease": "made_up",
            "document": document,
            "test": WORDS,
            "restrictions": [{"id": r, "title": WORDS} for r in restrictions],
            "measures": [measure],
        }
        | more
    )


def runs(*books: Rulebook, kinds: tuple[str, ...] | None = None) -> list[dict[str, Any]]:
    return compile_policy(books, kinds).tables["runs"].to_pylist()


def test_offsets_run_on_from_phase_to_phase() -> None:
    book = rulebook("a", "2022-01-01", [{"restriction": "centre", "days": 5}, {"restriction": "home", "days": 3}])
    found = [(r["phase"], r["from_off"], r["until_off"], r["weight"]) for r in runs(book) if r["since_day"] > 0]
    assert found == [("centre", 0, 4, 2), ("home", 5, 5 + 3 - 1, 1)]


def test_a_longer_new_rule_is_capped_for_facts_from_before_and_not_for_later_ones() -> None:
    old = rulebook("a", "2022-01-01", [{"restriction": "home", "days": 5}])
    move = {"rule": "rederive"}
    new = rulebook("b", "2022-02-01", [{"restriction": "home", "days": 9}], replaces="a", transition=move)
    change = day_number(dt.date(2022, 2, 1))
    ends = {(r["since_day"] >= change): r["until_off"] for r in runs(old, new) if r["rulebook"] == "b"}
    assert ends == {False: 4, True: 8}


@pytest.mark.parametrize(
    ("move", "day"), [({"rule": "keep"}, (2, 1)), ({"rule": "new_only_from", "date": "2022-02-10"}, (2, 10))]
)
def test_facts_from_before_stay_under_the_older_rulebook(move: dict[str, str], day: tuple[int, int]) -> None:
    old = rulebook("a", "2022-01-01", [{"restriction": "home", "days": 5}])
    new = rulebook("b", "2022-02-01", [{"restriction": "home", "days": 3}], replaces="a", transition=move)
    switch = day_number(dt.date(2022, *day))
    for row in runs(old, new):
        if row["before_day"] <= switch:
            assert (row["rulebook"], row["bind_to"]) == ("a", DAY_MAX)
        elif row["rulebook"] == "b":
            assert row["since_day"] >= switch


def test_unknown_kinds_are_undecided_for_the_longest_measure() -> None:
    book = rulebook("a", "2022-01-01", [{"restriction": "home", "days": 6}])
    [row] = [r for r in runs(book, kinds=("odd", "met")) if r["kind"] == "odd" and r["since_day"] > 0]
    assert (row["measure"], row["phase"], row["weight"], row["from_off"], row["until_off"]) == (
        "undecided",
        None,
        0,
        0,
        5,
    )
    assert compile_policy([book], ("odd", "met")).unknown == ("odd",)


def test_weights_keep_the_order_of_every_rulebook_and_what_they_leave_open_is_an_error() -> None:
    old = rulebook("a", "2022-01-01", [{"restriction": "home", "days": 1}], restrictions=["home", "ward"])
    move = {"replaces": "a", "transition": {"rule": "rederive"}}
    phases = [{"restriction": "home", "days": 1}]
    new = rulebook("b", "2022-02-01", phases, restrictions=["watch", "home", "centre", "ward"], **move)
    weights = {r["restriction"]: r["weight"] for r in compile_policy([old, new]).tables["weights"].to_pylist()}
    assert sorted(weights, key=weights.__getitem__) == ["watch", "home", "centre", "ward"]
    for wrong in (["ward", "home"], ["home", "centre"]):  # another order; centre and ward are never compared
        with pytest.raises(SizaoError) as caught:
            compile_policy([old, rulebook("b", "2022-02-01", phases, restrictions=wrong, **move)])
        assert caught.value.code == "restriction-order"


def test_the_shipped_chain_compiles_to_a_few_hundred_rows() -> None:
    policy = compile_policy(chain("cn-2022-11-11"))
    assert policy.tables["runs"].num_rows < 400
    assert policy.reach(*[day_number(dt.date(2022, 11, 20))] * 2) == 8
