"""Reads the SQL files of a derivation into named steps. A file is a list of queries, each under `-- view NAME` or
`-- table NAME` (a table's rows are kept, because several later steps read them)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from sizao.engine import Engine

HEAD = re.compile(r"^-- (view|table|include) (\S+)(?: from (\S+))?", re.MULTILINE)


@dataclass(frozen=True)
class Step:
    """One named query with {placeholders}, also in the name; `store` keeps its rows."""

    name: str
    sql: str
    store: bool


@cache
def read_steps(file: str) -> tuple[Step, ...]:
    """The steps of derive/sql/FILE, in order; `-- include NAME from FACTS` is bound.sql over those facts."""
    text = (resources.files("sizao.derive") / "sql" / file).read_text(encoding="utf-8")
    return tuple(_split(text))


def define_steps(
    engine: Engine, steps: Iterable[Step], numbers: Mapping[str, object], ready: set[str] | None = None
) -> None:
    """Gives steps to an engine, their {placeholders} filled in; leaves out those whose names are in `ready`, and adds
    the others to it."""
    ready = set() if ready is None else ready
    for step in steps:
        name = step.name.format_map(numbers)
        if name not in ready:
            engine.define(name, step.sql.format_map(numbers), store=step.store)
            ready.add(name)


def _bound(name: str, facts: str) -> Step:
    """The query of bound.sql over a view of facts, under a name."""
    text = (resources.files("sizao.derive") / "sql" / "bound.sql").read_text(encoding="utf-8")
    sql = text.split("\n", 1)[1].replace("{facts}", facts)
    return Step(name, sql.strip().rstrip(";"), store=False)


def _split(text: str) -> Iterator[Step]:
    heads = list(HEAD.finditer(text))
    for head, following in zip(heads, [*heads[1:], None], strict=True):
        kind, name, facts = head.groups()
        name = name.rstrip(":")
        if kind == "include":
            yield _bound(name, facts)
            continue
        body = text[head.end() : following.start() if following else len(text)]
        lines = [line for line in body.split("\n")[1:] if not line.startswith("--")]
        yield Step(name, "\n".join(lines).strip().rstrip(";"), kind == "table")
