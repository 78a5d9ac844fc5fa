"""The examples under the shipped rulebooks once more, on Spark: all together, as people of one derivation.

Spark takes seconds for each derivation, however small. So the examples that share a chain become one; their status
and tests due are compared where they look at the day of that derivation, the other tables always.
"""

from __future__ import annotations

from datetime import datetime

import pytest
from example import KNOWN, ON, check, read_date, read_facts

from engines import SPARK, run_on
from sizao.policy import chain
from together import list_examples, put_together, take_apart

IDS = ("person_id", "event_id", "voids", "case_id", "test_id", "order_id", "place_id", "because", "fact_id")


@pytest.mark.parametrize("engine", [SPARK])
@pytest.mark.parametrize(
    ("rulebooks", "on", "least"),
    [("cn-2022-11-11", "2022-11-20", 60), ("cn-2022-11-11", "2022-11-11", 60), ("who-ebola", "2014-10-22", 10)],
)
def test_the_examples_together(engine, rulebooks, on, least):
    found = list_examples(__file__, "test_*.py", "facts")
    examples = [e for e in found if e["rulebooks"] == rulebooks and "known_at" not in e]
    assert len(examples) >= least
    facts = put_together((read_facts(e["facts"]) for e in examples), IDS)
    answers = run_on(engine)(facts, chain(rulebooks), read_date(on), datetime.fromisoformat(KNOWN))

    for n, example in enumerate(examples):
        own = take_apart(answers, n, IDS)
        tables = {"measures", "excesses", "undecided"}
        if example.get("on", ON) == on:
            tables |= {"status", "tests_due"}
        expected = {name: text for name, text in example.items() if name in tables}
        check(lambda *_, own=own: own, rulebooks, example["facts"], on=on, **expected)
