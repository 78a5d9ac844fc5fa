"""benchmarks/derive_areas.py measures what it says: a country whose ids hold together, the same answers each time."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
sys.path.insert(0, str(BENCHMARKS))

import derive_areas  # noqa: E402
from sizao.derive.areas import FACTS  # noqa: E402
from sizao.tables import read_folder  # noqa: E402


def test_a_made_up_country_reads_without_a_problem(tmp_path: Path) -> None:
    facts = read_folder(derive_areas.make_country(tmp_path / "country", 500), only=FACTS)
    assert [p for p in facts.problems if p.effect != "kept"] == []
    assert {name: source.rows for name, source in facts.tables.items()} == {
        "places": 1_978,
        "cases": 500,
        "case_places": 1_500,
        "orders": 150,
    }


def test_a_run_gives_the_same_answers_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(derive_areas, "ROOT", tmp_path)
    folder = derive_areas.make_country(tmp_path / "country", 500)
    one, other = (derive_areas.measure_once(folder, "duckdb") for _ in range(2))
    assert one["answers"] == other["answers"]
    assert one["answers"]["areas"][0] > 30
    assert one["answers"]["place_excesses"][0] > 30


def test_the_targets_are_judged_by_the_areas_of_a_date_and_the_peak() -> None:
    run = {"areas": {"seconds": 21.0}, "area_spells": {"seconds": 30.0}, "peak_mb": 3_999.0}
    seconds, peak = derive_areas.judge([run], 1_000_000)
    assert (seconds["measured"], seconds["met"], peak["met"]) == (21.0, False, True)
    assert derive_areas.judge([run], 2_000_000)[0]["met"]
