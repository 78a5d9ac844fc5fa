"""Records whole tables in a register, for tests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa


def load(tables: Mapping[str, Any]) -> None:
    """Records whole tables, as Arrow or as columns by name; the columns left out are empty."""
    from sizao.register.access import access_of_job
    from sizao.register.actions.bulk import ORDER, record_table
    from sizao.tables import Source, contract

    for name in ORDER:
        if name in tables:
            table = tables[name]
            if not isinstance(table, pa.Table):
                schema = contract(name).arrow_schema()
                count = len(next(iter(table.values())))
                columns = [pa.array(table.get(field.name, [None] * count), field.type) for field in schema]
                table = pa.table(columns, names=schema.names)
            rows = Source(contract(name), table.num_rows, table=table).arrow()
            record_table(by=access_of_job("test"), table=name, rows=rows)
