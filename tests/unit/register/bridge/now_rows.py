"""Reads the now_* tables as the contracts have them, and derives the same from tables, for tests."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from sizao.derive import derive
from sizao.derive.areas import derive_areas
from sizao.policy import chain
from sizao.tables import Folder, Source, contract

WORDS = {"excesses": "text", "undecided": "why", "place_excesses": "text"}
Rows = list[dict[str, Any]]


def models() -> dict[str, Any]:
    from sizao.register import models as m

    found = {"status": m.NowStatus, "tests_due": m.NowTestDue, "excesses": m.NowExcess, "undecided": m.NowUndecided}
    return found | {"areas": m.NowArea, "place_excesses": m.NowPlaceExcess}


def shown(name: str, *, whole: bool = False) -> Rows:
    """The rows of a now_* table by column; `whole`: with what is beside the contract, but for ids and instants."""
    model = models()[name]
    names = {f.attname: f.column for f in model._meta.local_concrete_fields}
    kept = [
        a for a, column in names.items() if (column not in ("id", "derived_at") if whole else column in _of(name))
    ]
    rows = model.objects.unscoped("test").values_list(*kept)
    return ordered(dict(zip([names[a] for a in kept], row, strict=True)) for row in rows)


def everything_shown() -> dict[str, Rows]:
    return {name: shown(name, whole=True) for name in models()}


def of_people() -> dict[str, Rows]:
    return {name: rows for name, rows in everything_shown().items() if name not in ("areas", "place_excesses")}


def derived(tables: Mapping[str, pa.Table], on: dt.date, rulebook: str = "cn-2022-11-11") -> dict[str, Rows]:
    """The answers from tables, by `sizao.derive` itself, in Chinese; every test that is still due."""
    sources = {name: Source(contract(name), table.num_rows, table=table) for name, table in tables.items()}
    facts, books = Folder(Path(), sources, []), chain(rulebook)
    days = (on, on + dt.timedelta(60))
    with (
        derive(facts, books, on, days=days, lang="zh") as people,
        derive_areas(facts, books, on, lang="zh") as places,
    ):
        answers = {name: people.table(name) for name in ("status", "tests_due", "excesses", "undecided", "measures")}
        answers |= {name: places.table(name) for name in ("areas", "place_excesses")}
    return {name: ordered(_said(name, row) for row in table.to_pylist()) for name, table in answers.items()}


def ordered(rows: Iterable[dict[str, Any]]) -> Rows:
    return sorted(rows, key=lambda row: [str(row[name]) for name in sorted(row)])


def _of(name: str) -> set[str]:
    words = WORDS.get(name, "")
    return {*contract(name).names, f"{words}_zh"} if words else {*contract(name).names}


def _said(name: str, row: dict[str, Any]) -> dict[str, Any]:
    words = WORDS.get(name)
    return {f"{words}_zh" if column == words else column: value for column, value in row.items()}
