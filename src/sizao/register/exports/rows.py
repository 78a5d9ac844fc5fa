"""The rows of a table that a user may take out, page by page, by the columns of its contract."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from django.db.models import Exists, OuterRef

from sizao.errors import SizaoError
from sizao.register.access import Access
from sizao.register.actions.bulk import MODELS, ORDER
from sizao.register.identifying import IDENTIFYING
from sizao.register.models import CasePlace
from sizao.tables import contract
from sizao.tables.contract import ARROW

SEALED = ("name", "phone", "number")
PERSONAL = {"people": IDENTIFYING, "requests": ("text",), "case_places": ("place_id",)}
WHERE = {"people": ["area"], "requests": ["person__area", "place__path"], "case_places": ["person__area"]}
"""Where it is asked whether names may be seen."""
PAGE = 5_000


@dataclass(frozen=True)
class Export:
    """What one export holds. `names`: whether personal text is in it where the user may see that."""

    by: Access
    table: str
    names: bool
    count: int

    @property
    def columns(self) -> tuple[str, ...]:
        """The contract's columns; of people also what is sealed, of a table with versions also `withdrawn`."""
        said = contract(self.table)
        more = SEALED if self.table == "people" and self.names else ()
        return (*said.names, *more, *(("withdrawn",) if said.versions else ()))

    @property
    def types(self) -> dict[str, pa.DataType]:
        """Types of columns; others hold text."""
        return {column.name: ARROW[column.type] for column in contract(self.table).columns} | {
            "withdrawn": pa.bool_()
        }

    def pages(self) -> Iterator[list[tuple[Any, ...]]]:
        """All rows in the order in which they were recorded, some thousands at a time."""
        rows = _rows(self.by, self.table).order_by("pk")
        fields = {field.column: field.attname for field in rows.model._meta.concrete_fields}
        wanted = [fields[column] for column in self.columns]
        hidden = [n for n, column in enumerate(self.columns) if column in PERSONAL.get(self.table, ())]
        sealed = [n for n in hidden if self.columns[n] in (*SEALED, "text")]
        where = WHERE[self.table] if hidden else []
        last: Any = None
        while True:
            some = rows if last is None else rows.filter(pk__gt=last)
            page = list(some.values_list("pk", *where, *wanted)[:PAGE])
            if not page:
                return
            last = page[-1][0]
            yield [self._row(row[1 : 1 + len(where)], row[1 + len(where) :], hidden, sealed) for row in page]

    def _row(
        self, where: tuple[Any, ...], row: tuple[Any, ...], hidden: list[int], sealed: list[int]
    ) -> tuple[Any, ...]:
        """The row without what identifies somebody where the user may not see names, nor sealed text unless asked."""
        path = next((found for found in where if found is not None), "")
        without = hidden if not self.by.holds_in("see_names", path) else sealed if not self.names else ()
        return tuple(None if n in without else value for n, value in enumerate(row)) if without else row


def open_export(*, by: Access, table: str, names: bool = True) -> Export:
    """What this user may take out of a table. Raises SizaoError `not-allowed`, `unknown-table`."""
    by.check("export_people")
    if table not in MODELS:
        raise SizaoError(
            "unknown-table", f"the register keeps no table {table[:60]}", todo=f"one of {', '.join(ORDER)}"
        )
    return Export(by, table, names and by.may("see_names"), _rows(by, table).count())


def _rows(by: Access, table: str) -> Any:
    model: Any = MODELS[table]
    rows = model.objects.seen_by(by, "export_people")
    if table == "case_places":
        back = CasePlace.objects.unscoped("of a row seen").filter(takes_back=OuterRef("pk"))
        rows = rows.filter(takes_back=None).exclude(Exists(back))
    return rows
