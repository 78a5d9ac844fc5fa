"""The rows of a table by themselves: measures that no bulletin has, and numbers of persons below 0."""

from __future__ import annotations

from functools import cache

import pyarrow as pa

from sizao.bulletin.check.day import CORRECTION
from sizao.bulletin.read.words import lexicon
from sizao.errors import Problem

CHANGE = "_change"
_ENDINGS = ("_imported", "_local", "_since", "_found_managed", "_found_screened", "_clinical", CORRECTION)


def check_rows(figures: pa.Table) -> tuple[Problem, ...]:
    """Problems `unknown-measure` (once for each, with how many rows have it) and `negative-value` (a change and a
    correction may be below 0), both kept.
    """
    rows = figures.select(["report_date", "place", "measure", "value"]).to_pylist()
    unknown: dict[str, list[str]] = {}
    found: list[Problem] = []
    for row in rows:
        measure, where = row["measure"], f"{row['place']} for {row['report_date']}"
        if measure_stem(measure) not in measure_names():
            unknown.setdefault(measure, []).append(where)
        if row["value"] < 0 and not (measure.endswith(CORRECTION) or measure_stem(measure).endswith(CHANGE)):
            what = f"{measure} of {where} is below 0"
            todo = "give what was published; a correction is a row of its own, with the ending _correction"
            found.append(Problem("negative-value", "figures", what, todo, None, "value", str(row["value"]), "kept"))
    for measure, places in unknown.items():
        what = f"no bulletin has this measure (rows: {len(places)}, the first of {places[0]}): no rule tests it"
        todo = f"use one of {', '.join(sorted(measure_names()))}, with an ending such as _local"
        found.append(Problem("unknown-measure", "figures", what, todo, None, "measure", measure, "kept"))
    return tuple(found)


@cache
def measure_names() -> frozenset[str]:
    """What bulletins count, without the endings."""
    return frozenset(lexicon().measures.values())


@cache
def measure_stem(measure: str) -> str:
    """A measure without its endings: confirmed_new of confirmed_new_local_correction."""
    for ending in _ENDINGS:
        if measure.endswith(ending):
            return measure_stem(measure.removesuffix(ending))
    return measure
