"""What a draft reads, against values that a person read from the same text. `pytest ... -s` prints the table."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from scoring import NOTICES, SEEDS, Score, score

HERE = Path(__file__).parent
PAGE = Path(__file__).parents[4] / "docs" / "draft-a-rulebook.md"
NAMES = sorted(f.stem for f in NOTICES.glob("*.txt"))

WRONG = {"press-style": ["limits.tests_per_day.at_most: 2"]}
"""Values that are read wrong, and known to be: drafted with a doubt."""

MISSED = {"press-style": 1, "community": 9}
"""How many values are not read, and known not to be."""


def _notice(name: str) -> Score:
    return score(NOTICES / f"{name}.txt", NOTICES / f"{name}.values.yaml")


@pytest.mark.parametrize("name", NAMES)
def test_a_notice_is_read_as_a_person_reads_it(name: str) -> None:
    found = _notice(name)
    assert found.wrong == WRONG.get(name, [])
    assert len(found.missed) == MISSED.get(name, 0)


@pytest.mark.parametrize("seed", ["002", "004"])
def test_the_two_copies_of_the_twenty_measures_have_no_wrong_value(seed: str) -> None:
    found = _seed(seed)
    assert found.wrong == []
    assert len(found.missed) <= {"002": 6, "004": 8}[seed]


def test_the_page_states_the_figures_that_these_tests_give() -> None:
    rows = {name: _notice(name) for name in NAMES}
    if any(SEEDS.glob("002*.txt")):
        rows |= {"official copy": _seed("002"), "newspaper copy": _seed("004")}
    table = [f"| {n} | {s.right} | {len(s.drafted)} | {len(s.expected)} |" for n, s in rows.items()]
    own = [rows[name] for name in NAMES]
    right, drafted, expected = (sum(map(count, own)) for count in (_right, _drafted, _expected))
    table.append(f"| all {len(own)} of our own | {right} | {drafted} | {expected} |")
    print("\n".join(["", *table]))
    page = re.sub(r" +", " ", PAGE.read_text("utf-8"))
    assert [row for row in table if row not in page] == []


def _seed(seed: str) -> Score:
    files = sorted(SEEDS.glob(f"{seed}*.txt"))
    if not files:
        pytest.skip("the two copies are not here")
    return score(files[0], HERE / "seeds" / f"{seed}.values.yaml")


def _right(found: Score) -> int:
    return found.right


def _drafted(found: Score) -> int:
    return len(found.drafted)


def _expected(found: Score) -> int:
    return len(found.expected)
