"""The last day under any measure of everybody with a status, as far as is known."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from sizao.derive.compile import DAY_MAX
from sizao.derive.derive import Derivation
from sizao.derive.steps import read_steps


def find_last_days(derivation: Derivation) -> pa.Table:
    """Columns person_id and last_day, null: no end is known. Nobody of whom no rule binds a day, who has no row."""
    for file in ("day.sql", "last_days.sql"):
        derivation._run(read_steps(file))
    rows = derivation._engine.fetch("SELECT person_id, last_day FROM last_days")
    days = rows["last_day"].cast(pa.int32())
    ends = pc.if_else(pc.greater_equal(days, DAY_MAX), pa.scalar(None, pa.int32()), days)
    return pa.table({"person_id": rows["person_id"].cast(pa.string()), "last_day": ends.cast(pa.date32())})
