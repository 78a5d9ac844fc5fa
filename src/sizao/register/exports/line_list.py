"""The rows of a line list that a user may take out: its filter and its columns, by the words of the contracts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa

from sizao.register.access import Access
from sizao.register.line_lists.asked import MOST_VALUES, Asked
from sizao.register.line_lists.columns import permission_of
from sizao.register.line_lists.find import count_all, every_page, find_page
from sizao.register.line_lists.values import load

PAGE = 5_000
ARROW = {
    "date": pa.date32(),
    "instant": pa.timestamp("us", tz="UTC"),
    "yes": pa.bool_(),
}
SEALED = ("name", "phone", "number")


@dataclass(frozen=True)
class ListExport:
    """What one export holds. `names`: whether names are in it, where the user may see them."""

    by: Access
    asked: Asked
    names: bool
    count: int

    @property
    def table(self) -> str:
        """How the file is called."""
        return self.asked.list.of

    @property
    def _personal(self) -> tuple[str, ...]:
        """Columns beside those chosen: names, and of people also their phones and numbers."""
        if not self.names or not self.asked.list.of_people:
            return ()
        return SEALED if self.table == "people" else SEALED[:1]

    @property
    def columns(self) -> tuple[str, ...]:
        """Those that are shown, and what is personal."""
        shown = (name for name in self.asked.shows if name not in self._personal)
        return (*shown, *self._personal)

    @property
    def types(self) -> dict[str, pa.DataType]:
        """Types of columns; others hold text."""
        found = {name: ARROW[c.kind] for name, c in self.asked.list.columns.items() if c.kind in ARROW}
        numbers = {name: pa.int64() for name, c in self.asked.list.columns.items() if c.kind == "number"}
        return found | numbers | dict.fromkeys(("lat", "lon"), pa.float64())

    def people_named(self) -> list[str]:
        """Whom the list was asked for by id."""
        of = self.asked.list.of
        if of == "places" or not self.asked.by_id:
            return []
        rows = find_page(self.by, replace(self.asked, after=""), MOST_VALUES).rows
        shown = [row.pk if of == "people" else row.person_id for row in rows]
        return [name for name in self.asked.named(shown) if name]

    def pages(self) -> Iterator[list[tuple[Any, ...]]]:
        """All rows in the order of the list, some thousands at a time."""
        only = self.by.areas("export_people")
        shown = [name for name in self.columns if name not in self._personal]
        opens = frozenset((*SEALED, "text")) if self.names else frozenset()
        for page in every_page(self.by, self.asked, PAGE, only, opens):
            numbers = self.table == "people"
            rows = load(self.by, self.asked.list, page, shown, names=self.names, numbers=numbers)
            yield [
                (
                    *(_plain(row.values[name]) for name in shown),
                    *(getattr(row, name) for name in self._personal),
                )
                for row in rows
            ]


def open_list(*, by: Access, asked: Asked, names: bool = True) -> ListExport:
    """What this user may take out of a line list. Raises SizaoError `not-allowed`."""
    by.check("export_people")
    permission_of(by, asked.list)
    names = names and by.may("see_names")
    return ListExport(by, asked, names, count_all(by, asked, by.areas("export_people")))


def _plain(value: Any) -> Any:
    return " / ".join(value) if isinstance(value, tuple) else value
