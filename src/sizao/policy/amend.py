"""Lays an amending rulebook over the one that it changes: plain data in, the whole that results out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from sizao.policy.words import Fault, Path

Data = dict[str, Any]

KEPT = ("jurisdiction", "disease", "test", "restrictions")
"""Carried over unless the amending document gives its own."""


@dataclass(frozen=True)
class Amended:
    """The whole rulebook as data, and where each part of it stands in the amending file."""

    data: Data
    faults: list[Fault]
    carried: frozenset[str]
    """Measures that stand unchanged in the older rulebook."""
    own: Mapping[Path, Path]
    """Path of an item in the whole -> its path in the amending file."""

    def path_in_file(self, path: Path) -> Path:
        """Where a value of the whole stands in the amending file: for what is carried over, the line of `amends`."""
        for end in range(len(path), 0, -1):
            if path[:end] in self.own:
                return self.own[path[:end]] + path[end:]
        return ("amends",) if path[:1] and len(path) > 1 else path


def amend(data: Data, older: Data) -> Amended:
    """The rulebook that results when `data`, whose `amends` names `older` (whole already), takes effect."""
    faults: list[Fault] = []
    own: dict[Path, Path] = {}
    whole = {key: older[key] for key in KEPT if key in older}
    whole |= {
        k: v for k, v in data.items() if k not in {"measures", "areas", "limits", "proofs", "duties", "assumed"}
    }
    for key in whole:
        if key in data:
            own[(key,)] = (key,)
    measures, carried = _merge_measures(data, older, faults, own)
    whole["measures"] = measures
    for key in ("areas", "limits"):
        given, before = data.get(key), older.get(key)
        if isinstance(given, dict) and isinstance(before, dict):
            whole[key] = before | given
            own |= {(key, k): (key, k) for k in given}
        elif given is not None or before is not None:
            whole[key] = before if given is None else given
            if given is not None:
                own[(key,)] = (key,)
    for key in ("proofs", "duties"):
        whole[key] = _merge_listed(key, "id", data, older, own)
    kept = {m.get("id") for m in measures if isinstance(m, dict)}
    gone = {m.get("id") for m in _items(older, "measures")} - kept
    readings = [a for a in _items(older, "assumed") if a.get("about") not in gone | {"transition", "document"}]
    whole["assumed"] = _merge_listed("assumed", "about", data, {"assumed": readings}, own)
    return Amended(whole, faults, frozenset(carried), own)


def _merge_measures(
    data: Data, older: Data, faults: list[Fault], own: dict[Path, Path]
) -> tuple[list[Any], set[str]]:
    before = {str(m.get("id")): m for m in _items(older, "measures")}
    given = data.get("measures") or []
    merged: dict[str, Any] = dict(before)
    place: dict[str, Path] = {}
    for n, item in enumerate(given if isinstance(given, list) else []):
        path: Path = ("measures", n)
        if not isinstance(item, dict):
            merged[f"?{n}"], place[f"?{n}"] = item, path
            continue
        name = str(item.get("id"))
        rest = {k: v for k, v in item.items() if k not in {"amends", "withdrawn"}}
        changes = item.get("amends") is True or item.get("withdrawn") is True
        if changes and name not in before:
            faults.append(_no_such_measure(name, before, path))
        elif not changes and name in before:
            faults.append(_already_there(name, data, path))
        if item.get("withdrawn") is True:
            merged.pop(name, None)
        else:
            merged[name] = _merge_measure(before[name], rest) if changes and name in before else rest
            place[name] = path
    for n, name in enumerate(merged):
        if name in place:
            own["measures", n] = place[name]
    return list(merged.values()), set(merged) - set(place)


def _merge_measure(before: Data, given: Data) -> Data:
    """Keys not given stay; phases are merged by id where each one given names a phase."""
    merged = before | given
    phases, changed = before.get("phases"), given.get("phases")
    if isinstance(phases, list) and isinstance(changed, list) and all(isinstance(p, dict) for p in changed):
        by_id = {p.get("id", p.get("restriction")): p for p in changed}
        ids = [p.get("id", p.get("restriction")) for p in phases]
        if set(by_id) <= set(ids) and all("id" in p for p in changed):
            merged["phases"] = [p | by_id.get(name, {}) for p, name in zip(phases, ids, strict=True)]
    if "phases" in given and "asks" not in given:
        merged.pop("asks", None)
    if given.get("asks") == "nothing" and "phases" not in given:
        for key in ("phases", "follow_up", "counted_from"):
            merged.pop(key, None)
    return merged


def _merge_listed(key: str, by: str, data: Data, older: Data, own: dict[Path, Path]) -> list[Any]:
    merged = {str(item.get(by)): item for item in _items(older, key)} if by == "id" else {}
    items: list[Any] = list(merged.values()) if by == "id" else _items(older, key)
    given = _items(data, key)
    said = {str(item.get(by)) for item in given}
    items = [item for item in items if str(item.get(by)) not in said]
    for n, item in enumerate(given):
        own[key, len(items)] = (key, n)
        items.append(item)
    return items


def _items(data: Data, key: str) -> list[Data]:
    found = data.get(key)
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def _no_such_measure(name: str, before: Sequence[str] | Mapping[str, Any], path: Path) -> Fault:
    near = get_close_matches(name, list(before), n=1)
    return Fault(
        path=(*path, "id"),
        code="amends-nothing",
        what=f"the older rulebook has no measure {name!r} to change",
        todo=f"did you mean {near[0]!r}?" if near else f"one of {', '.join(before)}; or leave out `amends: true`",
    )


def _already_there(name: str, data: Data, path: Path) -> Fault:
    return Fault(
        path=(*path, "id"),
        code="repeated-id",
        what=f"{name!r} already stands in {data.get('amends')}",
        todo="write `amends: true` to change it, or give the new measure another id",
    )
