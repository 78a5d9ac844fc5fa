"""The examples under the shipped rulebooks once more, on Spark: all together, each in a county of its own.

Spark takes seconds for each derivation, however small. So the examples that share a chain become one; their spells
are compared always, their areas and what is not drawn where they look at the day of that derivation.
"""

from __future__ import annotations

from datetime import datetime

import pytest
from area_example import YEARS, check_areas, read_infections
from example import KNOWN, ON, read_date

from engines import SPARK
from engines_of_areas import run_areas_on
from sizao.policy import chain
from together import list_examples, put_together, take_apart

IDS = ("place_id", "case_id", "parent_id", "because", "last_case", "county")


@pytest.mark.parametrize("engine", [SPARK])
@pytest.mark.parametrize(
    ("rulebooks", "on", "least"),
    [("cn-2022-06-27", "2022-08-01", 20), ("cn-2022-11-11", "2022-11-12", 40), ("cn-2022-12-07", "2022-12-10", 8)],
)
def test_the_examples_together(engine, rulebooks, on, least):
    found = list_examples(__file__, "test_areas_*.py", "infections")
    examples = [e for e in found if last_of(e["rulebooks"]) == rulebooks and "known_at" not in e]
    assert len(examples) >= least
    facts = put_together((read_infections(e["infections"]) for e in examples), IDS)
    answers = run_areas_on(engine)(facts, chain(rulebooks), read_date(on), YEARS, datetime.fromisoformat(KNOWN))

    for n, example in enumerate(examples):
        undrawn = {"undrawn": answers["undrawn"]}  # some of these have no place
        own = take_apart({**answers, "undrawn": []}, n, IDS) | take_apart(undrawn, n, ("case_id", *IDS))
        tables = {"area_spells"} | ({"areas", "undrawn"} if example.get("on", ON) == on else set())
        expected = {name: text for name, text in example.items() if name in tables}
        check_areas(lambda *_, own=own: own, rulebooks, example["infections"], on=on, **expected)


def last_of(rulebooks):
    """The name of the last rulebook of a chain."""
    return rulebooks if isinstance(rulebooks, str) else rulebooks[-1].id
