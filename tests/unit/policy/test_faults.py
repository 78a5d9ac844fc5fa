"""Everything that is refused across the fields of a rulebook, each in exactly these words and on this line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from sizao.errors import RefusedError
from sizao.policy import read_rulebook

HERE = Path(__file__).parent
WIDE = (HERE / "wide.yaml").read_text("utf-8")
FAULTS = sorted((HERE / "faults").glob("*.yaml"))
CASES = [case for path in FAULTS for case in YAML(typ="safe").load(path)]
SOURCES = (HERE.parents[2] / "src/sizao/policy/faults").glob("*.py")


def test_the_rulebook_that_the_others_break_is_right() -> None:
    assert read_rulebook(HERE / "wide.yaml").measure("contact").days == 10


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_it_is_refused_in_these_words(case, tmp_path: Path) -> None:
    text = WIDE
    for change in case["change"]:
        assert change["was"] in text
        text = text.replace(change["was"], change["is"], 1)
    path = tmp_path / "wide.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(RefusedError) as caught:
        read_rulebook(path)
    assert [str(p).replace(f"{path.parent}/", "").replace(" (refused)", "") for p in caught.value.problems] == case[
        "says"
    ]


def test_every_fault_that_is_looked_for_is_shown_by_a_broken_file() -> None:
    said = "".join(p.read_text("utf-8") for p in [*FAULTS, *(HERE / "bad").glob("*.txt")])
    codes = {code for path in SOURCES for code in re.findall(r'code="([a-z-]+)"', path.read_text("utf-8"))}
    assert len(codes) > 15
    assert [code for code in sorted(codes) if f"[{code}]" not in said] == []
