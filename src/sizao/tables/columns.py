"""Checks the columns of a file against the contract of its table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sizao.errors import Problem
from sizao.tables.codes import problem
from sizao.tables.contract import Contract, nearest


def check_columns(
    header: Sequence[str], contract: Contract, file: str, problems: list[Problem]
) -> tuple[str, ...] | None:
    """The contract's columns that the file has, in the contract's order; None where the table is refused.

    Refused are tables with a column twice or without a column that they must have; a column that the
    contract does not name is left out.
    """
    if len(header) == 1 and any(mark in header[0] for mark in ";\t|"):
        what = "the cells are not separated by commas; the table is not read"
        problems.append(
            problem("missing-column", file, what, "separate the cells by commas", line=1, column=header[0])
        )
        return None
    refused = False
    for name, count in Counter(header).items():
        if name not in contract.names:
            todo = f"take it out; {nearest(name, contract.names)}"
            what = f"{contract.name} has no such column; it is not read"
            problems.append(problem("unknown-column", file, what, todo, line=1, column=name))
        elif count > 1:
            what = f"the column is there {count} times; the table is not read"
            todo = "keep the right one and take the others out"
            problems.append(problem("duplicate-column", file, what, todo, line=1, column=name))
            refused = True
    for name in contract.required:
        if name not in header:
            column = contract.column(name)
            what = f"the column is not there ({column.meaning.en}); the table is not read"
            todo = f"add it; example: {column.example}"
            problems.append(problem("missing-column", file, what, todo, line=1, column=name))
            refused = True
    return None if refused else tuple(name for name in contract.names if name in header)
