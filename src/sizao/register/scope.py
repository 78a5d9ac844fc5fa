"""Querysets that refuse to be read until it is said for whom, so that no list leaks a neighbour's people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q

from sizao.errors import SizaoError

if TYPE_CHECKING:
    from sizao.register.access import Access


class ScopedQuerySet(models.QuerySet[Any]):
    """Rows of people or places. Say `.seen_by(access, permission)` or `.unscoped(why)` before reading.

    `person_path` of a model is the way to its person (`"person__"`, or `""` for the person itself), `place_path` that
    to a place; a row is seen where either lies in an area in which the user holds the permission.
    """

    _said: str | None = None

    def seen_by(self, access: Access, permission: str) -> Self:
        """The rows that a user may see by this permission: in their areas, assigned, or behind broken glass."""
        rows = self._clone()
        rows._said = f"{access.user_id} {permission}"
        return rows.filter(self.model.scope_of(access, permission))

    def unscoped(self, because: str) -> Self:
        """All rows, for work that is nobody's view: the derivation, a job, a check. `because` is for the reader."""
        if not because:
            raise ValueError("say why every row is needed")
        rows = self._clone()
        rows._said = because
        return rows

    def _clone(self) -> Self:
        rows = super()._clone()
        rows._said = self._said
        return rows

    def _must_be_said(self) -> None:
        if self._said is None:
            raise SizaoError(
                "unscoped",
                f"{self.model._meta.db_table} was read without saying for whom",
                why="every list is limited to the user's own area",
                todo="call .seen_by(access, permission), or .unscoped(why) in a job",
            )

    def _fetch_all(self) -> None:
        if self._result_cache is None:
            self._must_be_said()
        super()._fetch_all()

    def iterator(self, *args: Any, **options: Any) -> Any:
        self._must_be_said()
        return super().iterator(*args, **options)

    def count(self) -> int:
        if self._result_cache is None:
            self._must_be_said()
        return super().count()

    def exists(self) -> bool:
        if self._result_cache is None:
            self._must_be_said()
        return super().exists()

    def aggregate(self, *args: Any, **options: Any) -> dict[str, Any]:
        self._must_be_said()
        return super().aggregate(*args, **options)

    def update(self, **values: Any) -> int:
        self._must_be_said()
        return super().update(**values)

    update.alters_data = True  # type: ignore[attr-defined]

    def delete(self) -> tuple[int, dict[str, int]]:
        self._must_be_said()
        return super().delete()

    delete.alters_data = True  # type: ignore[attr-defined]

    def explain(self, **options: Any) -> str:
        self._must_be_said()
        return super().explain(**options)


ScopedManager = models.Manager.from_queryset(ScopedQuerySet, class_name="ScopedManager")


def within(path: str, areas: tuple[str, ...]) -> Q:
    """The field `path` holds a place in one of the areas (prefixes of paths; "" is everywhere, none is nowhere)."""
    if "" in areas:
        return Q()
    found = Q(pk__in=[])
    for area in areas:
        found |= Q(**{f"{path}__gte": area, f"{path}__lt": area + "~"})
    return found


def outside(path: str, areas: tuple[str, ...]) -> Q:
    """The contrary of `within`, as an index finds it, which it does not by NOT."""
    found = Q(pk__in=[]) if "" in areas else Q()
    for area in filter(None, areas):
        found &= Q(**{f"{path}__lt": area}) | Q(**{f"{path}__gte": area + "~"})
    return found
