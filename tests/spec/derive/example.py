"""Reads a rule's example: facts and expected rows as ASCII tables, small rulebooks likewise or as YAML, and compares.

A table of facts is named by its first column (`event`, `case`, `test`, `order`); a blank line parts two tables.
Dates may be written as sums (`2022-11-12 + 1 + 5`), numbers too; an empty cell is null. Only the columns that an
expected table shows are compared; an expected table without rows is `NONE`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from ruamel.yaml import YAML

from sizao.policy import Rulebook, chain

NONE = "none"
RECORDED = "2030-01-01T00:00:00+08:00"
KNOWN = "2031-01-01T00:00:00+08:00"
ON = "2022-11-20"

# Columns that examples leave out because no rule looks at them.
UNSAID: dict[str, dict[str, Any]] = {
    "events": {"voids": None},
    "cases": {"classification": "confirmed", "origin": "local", "discharged_on": None, "died_on": None},
    "tests": {"method": "pcr", "result": "negative", "ct": None},
    "orders": {"restriction": None, "until": None, "issuer": "district office"},
}
SHORT = {"event", "case", "test", "order", "person", "fact", "place"}
DATES = {"occurred_on", "confirmed_on", "discharged_on", "died_on", "sampled_on", "from", "until", "on"}
NUMBERS = {"phase_day", "days", "ct"}


def check(
    run: Any,
    rulebooks: str | Sequence[Rulebook],
    facts: str,
    *,
    on: str = ON,
    known_at: str = KNOWN,
    **expected: str,
) -> None:
    """Runs facts under a chain (or the chain of a shipped rulebook) and compares the tables that are expected."""
    books = chain(rulebooks) if isinstance(rulebooks, str) else rulebooks
    found = run(read_facts(facts), books, read_date(on), datetime.fromisoformat(known_at))
    for name, text in expected.items():
        rows = [] if text == NONE else read_rows(text)
        columns = list(rows[0]) if rows else list(found[name][0]) if found[name] else []
        assert (name, *show(found[name], columns)) == (name, *show(rows, columns))


def read_facts(text: str) -> dict[str, list[dict[str, Any]]]:
    """Tables of facts by name."""
    tables: dict[str, list[dict[str, Any]]] = {}
    for block in "\n".join(line.strip() for line in text.splitlines()).split("\n\n"):
        if block.strip():
            name = block.strip().split("|")[0].strip() + "s"
            tables[name] = [{**UNSAID[name], "recorded_at": RECORDED, **row} for row in read_rows(block)]
            for row in tables[name]:
                row["recorded_at"] = datetime.fromisoformat(row["recorded_at"])
    return tables


def read_rows(text: str) -> list[dict[str, Any]]:
    """The rows of one ASCII table, typed by the names of its columns."""
    lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    columns = [f"{name}_id" if name in SHORT else name for name in lines[0]]
    return [{name: read_cell(name, cell) for name, cell in zip(columns, line, strict=True)} for line in lines[1:]]


def read_cell(column: str, cell: str) -> Any:
    if not cell:
        return None
    if column in DATES:
        return read_date(cell)
    return sum(int(part) for part in cell.split("+")) if column in NUMBERS else cell


def read_date(text: str) -> date:
    """A date, or a date plus days: `2022-11-12 + 1 + 5`."""
    first, *more = text.split("+")
    return date.fromisoformat(first.strip()) + timedelta(days=sum(int(part) for part in more))


def show(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> list[str]:
    """Rows as sorted lines of text, so that a difference reads as in the example."""
    return sorted(" | ".join("" if row[c] is None else str(row[c]) for c in columns) for row in rows)


def rulebook(
    name: str,
    effective: str,
    table: str,
    **more: Any,
) -> Rulebook:
    """A small rulebook from a table: measure | kind | day_1 | phase | days | tests | up_to, a line for each phase.

    An eighth column gives a phase its own clause.

    A phase is called by its restriction. `days` may be `discharge`; a measure without a phase asks nothing. The
    clause is the rulebook's name and the measure's. `more` as for `build`.
    """
    words = {"zh": name, "en": name}
    measures: dict[str, dict[str, Any]] = {}
    for line in table.strip().splitlines()[1:]:
        measure, kinds, day_1, phase, days, tests, up_to, *clause = (cell.strip() for cell in line.split("|"))
        found = measures.setdefault(
            measure,
            {"id": measure, "title": words, "clause": f"{name} {measure}", "phases": [], "triggers": []},
        )
        if kinds:
            found["triggers"] = [
                {"case": [kind.removeprefix("case/")], "day_1": day_1}
                if kind.startswith("case/")
                else {"event": kind, "day_1": day_1}
                for kind in kinds.split()
            ]
        if not phase:
            found["asks"] = "nothing"
            continue
        length = {"until": "discharge"} if days == "discharge" else {"days": int(days)}
        choice = {"up_to": up_to} if up_to else {}
        choice |= {"clause": clause[0]} if clause and clause[0] else {}
        asked = [int(day) for day in tests.split()]
        found["phases"].append({"restriction": phase, "tests": asked, **length, **choice})
    return build(name, effective, list(measures.values()), **more)


def written(text: str, name: str = "small", effective: str = "2022-01-01", **more: Any) -> Rulebook:
    """A small rulebook from YAML: measures by id, as in a rulebook, without title and clause. `more` as for `build`.

    The clause is the rulebook's name and the measure's.
    """
    words = {"zh": name, "en": name}
    measures = [
        {"id": measure, "title": words, "clause": f"{name} {measure}", **body}
        for measure, body in YAML(typ="safe").load(text).items()
    ]
    return build(name, effective, measures, **more)


def build(
    name: str,
    effective: str,
    measures: list[dict[str, Any]],
    *,
    restrictions: str = "light middle heavy",
    replaces: Rulebook | None = None,
    transition: str = "rederive",
    since: str | None = None,
    tests_per_day: int | None = None,
    ceiling: str | None = None,
    forbidden: str = "",
    positive_ct_below: float | None = None,
    over: str | None = None,
) -> Rulebook:
    """A rulebook around measures. `since` is the date of `new_only_from`; `forbidden` are words, each with the clause
    `NAME no WORD`; one that is laid `over` a jurisdiction is of the jurisdiction "city"."""
    words = {"zh": name, "en": name}
    limits: dict[str, Any] = {"ceiling": ceiling}
    if tests_per_day:
        limits["tests_per_day"] = {"at_most": tests_per_day, "clause": f"{name} limit"}
    limits["forbidden"] = [
        {"order": word, "title": words, "clause": f"{name} no {word}"} for word in forbidden.split()
    ]
    document = {
        "number": name,
        "title": words,
        "issuer": words,
        "published": date.fromisoformat(effective),
        "effective": date.fromisoformat(effective),
    }
    move = {"rule": transition, "date": read_date(since) if since else None}
    return Rulebook.model_validate(
        {
            "id": name,
            "title": words,
            "jurisdiction": "city" if over else "country",
            "over": over,
            "disease": "made_up",
            "document": document,
            "replaces": replaces.id if replaces else None,
            "test": {**words, "positive_ct_below": positive_ct_below},
            "restrictions": [{"id": word, "title": words} for word in restrictions.split()],
            "measures": measures,
            "limits": limits,
            "transition": move if replaces else None,
        }
    )
