"""What rulebooks say of listed areas, as small tables: the days of each level, which levels are gone, how wide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import get_args

import pyarrow as pa

from sizao.policy import Rulebook
from sizao.policy.places import Scope

LISTED = ("medium", "high")
"""Levels that lists name place by place; the low ones are the rest of a county."""

SCOPES = (*get_args(Scope), "site", "unknown")
"""Narrow to wide, then one premise that is no dwelling, then what cannot be read."""

_WIDER = SCOPES.index("compound")
BY_WIDTH = ("unknown", *SCOPES[:_WIDER], "site", *SCOPES[_WIDER:-2])
"""In the order of width: premises after the building; of what cannot be read no width is known."""

RULES = pa.schema(
    [
        ("level", pa.string()),
        ("stepped_down", pa.bool_()),
        ("from", pa.date32()),
        ("until", pa.date32()),
        ("rulebook", pa.string()),
        ("clause", pa.string()),
        ("days", pa.int64()),
    ]
)


@dataclass(frozen=True)
class Rules:
    """`table`: level, stepped_down (a medium area that was high before), the first and the last day on which a
    rulebook is in force, its clause, and after how many days without a new infection the area is lifted.

    `changed_on`: when the first of the rulebooks did away with a level that lists still had, `changed_by` its id,
    `gone` the levels. `narrow`: scopes no wider than that rulebook draws a high area without a reason.
    """

    table: pa.Table
    changed_on: date | None
    changed_by: str | None
    gone: tuple[str, ...]
    narrow: tuple[str, ...]


def read_rules(books: Sequence[Rulebook]) -> Rules:
    """The rules of a chain of rulebooks (oldest first) on high and medium areas."""
    starts = [book.document.effective for book in books]
    ends = [later - timedelta(days=1) for _, later in pairwise(starts)] + [date.max]
    rows = []
    for book, start, end in zip(books, starts, ends, strict=True):
        levels = {level.id: level for level in book.areas.levels}
        stepped = levels["high"].lifts.to if "high" in levels and levels["high"].lifts else None
        for listed in LISTED:
            for down in (False, True) if listed != "high" else (False,):
                level = levels.get(stepped or "") if down and stepped != "low" else levels.get(listed)
                if level is not None and level.lifts is not None and start <= end:
                    rule = level.lifts
                    rows.append((listed, down, start, end, book.id, rule.clause, rule.after_days))
    columns = list(zip(*rows, strict=True)) or [()] * len(RULES)
    table = pa.table([pa.array(c, t) for c, t in zip(columns, RULES.types, strict=True)], schema=RULES)
    for book in books:
        gone = tuple(a.level for a in book.areas.abolished if a.level in LISTED)
        drawn = next((level for level in book.areas.levels if level.id == "high"), None)
        if gone and drawn is not None:
            widest = max((SCOPES.index(s) for s in drawn.scope), default=-1)
            return Rules(table, book.document.effective, book.id, gone, SCOPES[: widest + 1])
    return Rules(table, None, None, (), ())
