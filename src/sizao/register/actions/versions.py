"""Facts with versions: the first one, the next one, and that it was never so."""

from __future__ import annotations

from typing import Any, TypeVar

from sizao.register.access import Access
from sizao.register.actions.act import AlreadyDone, Writing, acting, conflict, one_version
from sizao.register.actions.check import check_fact
from sizao.register.actions.find import standing
from sizao.register.insert import insert_row
from sizao.register.models.facts import Versioned
from sizao.tables import contract

V = TypeVar("V", bound=Versioned)
DERIVED = ("tests", "cases", "orders")
"""From which it is derived what holds for a person."""
COLUMNS = {"from": "since"}
"""Columns whose names Python keeps for itself."""


def add_first(action: str, by: Access, row: V) -> V:
    """Records version 1 of a fact. The caller has checked the permission."""
    key = _key(row)
    name = getattr(row, key)
    try:
        with acting(action, by, **_about(row), id=name, version=1) as writing:
            row.version = 1
            with one_version(row._meta.db_table, name):
                return _write(row, writing)
    except AlreadyDone as done:
        return _again(type(row), key, done)


def add_next(action: str, by: Access, row: V, version: int, *, withdrawn: bool = False, **changes: Any) -> V:
    """Records the version after `version` of a fact: what the user saw, with changes (by attribute).

    Raises SizaoError `changed-meanwhile` where `version` is no longer the latest, `not-found` where it was withdrawn.
    """
    key = _key(row)
    name = getattr(row, key)
    before = getattr(row, "person_id", None)
    try:
        with acting(action, by, **_about(row), id=name, version=version + 1, fields=sorted(changes)) as writing:
            if row.version != version:
                raise conflict(row._meta.db_table, name)
            standing(row)
            writing.follow(row.recorded_at)
            row.pk, row.version, row.withdrawn = None, version + 1, withdrawn
            row._state.adding = True
            for attribute, value in changes.items():
                setattr(row, attribute, value)
            if before and row._meta.db_table in DERIVED:
                writing.people.add(before)
            with one_version(row._meta.db_table, name):
                return _write(row, writing)
    except AlreadyDone as done:
        return _again(type(row), key, done)


def values_of(row: Versioned) -> dict[str, Any]:
    """The row by the columns of its contract."""
    names = contract(row._meta.db_table).names
    return {name: getattr(row, COLUMNS.get(name, name)) for name in names}


def _write(row: V, writing: Writing) -> V:
    row.recorded_at, row.act = writing.at, writing.act
    check_fact(row._meta.db_table, values_of(row), writing.at)
    insert_row(row)
    if getattr(row, "person_id", None) and row._meta.db_table in DERIVED:
        writing.people.add(row.person_id)  # type: ignore[attr-defined]
    return row


def _again(model: type[V], key: str, done: AlreadyDone) -> V:
    """What the same key wrote before."""
    rows: Any = model.objects.unscoped("the user's own act")
    found: V = rows.get(**{key: done.act.about["id"], "version": done.act.about["version"]})
    return found


def _key(row: Versioned) -> str:
    return contract(row._meta.db_table).key[0]


def _about(row: Versioned) -> dict[str, str]:
    return {
        "person_id": getattr(row, "person_id", None) or "",
        "place_id": getattr(row, "place_id", None) or "",
    }
