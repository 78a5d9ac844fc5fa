"""Lays an amending rulebook over the one that it changes: plain data in, the whole that results out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from sizao.policy.words import Fault, Path

Data = dict[str, Any]

KEPT = ("jurisdiction", "disease", "test", "restrictions")
"""Carried over unless the amending document gives its own."""

CHANGES = ("amends", "withdrawn")
"""Keys of a measure that say what becomes of the older one."""


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
            if "forbidden" in given:
                own.pop((key, "forbidden"))
                whole[key]["forbidden"] = _merge_listed((key, "forbidden"), "order", given, before, faults, own)
        elif given is not None or before is not None:
            whole[key] = before if given is None else given
            if given is not None:
                own[(key,)] = (key,)
    for key in ("proofs", "duties"):
        whole[key] = _merge_listed((key,), "id", data, older, faults, own)
    gone = _named(older) - _named(whole) | {"transition", "document"}
    readings = [a for a in _items(older, "assumed") if str(a.get("about")) not in gone]
    whole["assumed"] = _merge_listed(("assumed",), "about", data, {"assumed": readings}, faults, own)
    return Amended(whole, faults, frozenset(carried), own)


def _merge_measures(data: Data, older: Data, faults: list[Fault], own: dict[Path, Path]) -> tuple[Any, set[str]]:
    before = {str(m.get("id")): m for m in _items(older, "measures")}
    given = data.get("measures") or []
    if not isinstance(given, list):
        own[("measures",)] = ("measures",)
        return given, set()
    merged: dict[str, Any] = dict(before)
    place: dict[str, Path] = {}
    phases: dict[str, dict[int, int]] = {}  # measure -> number of a phase in the whole -> in the file
    for n, item in enumerate(given):
        path: Path = ("measures", n)
        name = str(item.get("id")) if isinstance(item, dict) else f"?{n}"
        if not isinstance(item, dict) or name in place:
            name = f"?{n}"  # nothing that can be joined: the checks of the whole say what is wrong with it
            merged[name], place[name] = item, path
            continue
        faults += _change_faults(item, name, data, before, path)
        rest = {k: v for k, v in item.items() if k not in CHANGES}
        place[name] = path
        if item.get("withdrawn") is True:
            merged.pop(name, None)
        elif name in before:
            faults += _phase_faults(before[name], rest, name, path)
            merged[name], phases[name] = _merge_measure(before[name], rest)
        elif item.get("amends") is not True:
            merged[name] = rest
    for n, name in enumerate(merged):
        if name in place:
            own["measures", n] = place[name]
            own |= {
                ("measures", n, "phases", p): (*place[name], *(("phases", q) if q >= 0 else ()))
                for p, q in phases.get(name, {}).items()
            }
    return list(merged.values()), set(merged) - set(place)


def _merge_measure(before: Data, given: Data) -> tuple[Data, dict[int, int]]:
    """Keys not given stay; phases are merged by id where each one given names a phase.

    With the number that each phase has among those given: -1 where it is carried over.
    """
    merged = before | given
    phases, changed = before.get("phases"), given.get("phases")
    numbers: dict[int, int] = {}
    if isinstance(phases, list) and isinstance(changed, list) and all(isinstance(p, dict) for p in changed):
        given_ids = [_phase_id(p) for p in changed]
        ids = [_phase_id(p) for p in phases]
        lost = _lost_phases(before, given)
        if lost or (set(given_ids) <= set(ids) and all("id" in p for p in changed)):
            by_id = dict(zip(given_ids, changed, strict=True))
            merged["phases"] = [p | by_id.get(name, {}) for p, name in zip(phases, ids, strict=True)]
            numbers = {n: given_ids.index(i) if i in given_ids else -1 for n, i in enumerate(ids)}
    elif "phases" not in given and isinstance(phases, list):
        numbers = dict.fromkeys(range(len(phases)), -1)
    if "phases" in given and "asks" not in given:
        merged.pop("asks", None)
    if given.get("asks") == "nothing" and "phases" not in given:
        for key in ("phases", "follow_up", "counted_from"):
            merged.pop(key, None)
    return merged, numbers


def _phase_id(phase: Data) -> str:
    return str(phase.get("id", phase.get("restriction")))


def _lost_phases(before: Data, given: Data) -> list[int]:
    """Numbers of the phases given that name none of the older ones and say too little for a new one."""
    ids = {_phase_id(p) for p in _items(before, "phases")}
    listed = given.get("phases") if isinstance(given.get("phases"), list) else []
    return [
        n
        for n, p in enumerate(listed or [])
        if isinstance(p, dict) and "id" in p and "restriction" not in p and _phase_id(p) not in ids
    ]


def _phase_faults(before: Data, given: Data, name: str, path: Path) -> Iterator[Fault]:
    ids = [_phase_id(p) for p in _items(before, "phases")]
    for n in _lost_phases(before, given):
        phase = given["phases"][n]["id"]
        yield Fault(
            path=(*path, "phases", n, "id"),
            code="amends-nothing",
            what=f"the measure {name!r} has no phase {phase!r}",
            todo=f"one of {', '.join(ids) or 'none'}; a new phase has a `restriction`",
        )


def _merge_listed(path: Path, by: str, data: Data, older: Data, faults: list[Fault], own: dict[Path, Path]) -> Any:
    """Items of the older list that the newer one does not give anew or withdraw, then those of the newer one."""
    key = str(path[-1])
    given = data.get(key) or []
    if not isinstance(given, list):
        own[path] = path
        return given
    before = {str(item.get(by)) for item in _items(older, key)}
    said = {str(item.get(by)) for item in given if isinstance(item, dict)}
    items: list[Any] = [item for item in _items(older, key) if str(item.get(by)) not in said]
    for n, item in enumerate(given):
        if isinstance(item, dict) and "withdrawn" in item and by != "about":
            faults += _mark_faults(item, "withdrawn", (*path, n))
            if item["withdrawn"] is True:
                faults += _withdrawn_faults(item, by, before, (*path, n))
                continue
            item = {k: v for k, v in item.items() if k != "withdrawn"}
        own[(*path, len(items))] = (*path, n)
        items.append(item)
    return items


def _items(data: Data, key: str) -> list[Data]:
    found = data.get(key)
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def _named(data: Data) -> set[str]:
    """Ids that a reading can be about."""
    areas = data["areas"] if isinstance(data.get("areas"), dict) else {}
    levels = _items(areas, "levels") + _items(areas, "abolished")
    items = [item for key in ("measures", "proofs", "duties") for item in _items(data, key)]
    return {str(item.get("id")) for item in items} | {str(level.get("id", level.get("level"))) for level in levels}


def _mark_faults(item: Data, key: str, path: Path) -> Iterator[Fault]:
    if key in item and not isinstance(item[key], bool):
        what = f"is neither true nor false (it says {str(item[key])[:60]!r})"
        yield Fault(path=(*path, key), code="bad-type", what=what, todo="write `true`, or remove it")


def _withdrawn_faults(item: Data, by: str, before: set[str], path: Path) -> Iterator[Fault]:
    if str(item.get(by)) not in before:
        what = f"there is no {str(item.get(by))!r} to withdraw"
        todo = f"one of {', '.join(sorted(before)) or 'nothing'}; or remove the item"
        yield Fault(path=(*path, by), code="amends-nothing", what=what, todo=todo)
    yield from _rest_faults(item, by, "of what", path)


def _rest_faults(item: Data, by: str, of: str, path: Path) -> Iterator[Fault]:
    """What stands beside `withdrawn` and would be dropped without a word."""
    others = [key for key in item if key not in (by, "clause", *CHANGES)]
    if others:
        what = f"{of} is withdrawn nothing stays, and here stands `{others[0]}`"
        yield Fault(path=(*path, "withdrawn"), code="amends-nothing", what=what, todo="remove one of the two")


def _change_faults(item: Data, name: str, data: Data, before: Mapping[str, Any], path: Path) -> Iterator[Fault]:
    for key in CHANGES:
        yield from _mark_faults(item, key, path)
    withdrawn = item.get("withdrawn") is True
    if withdrawn or item.get("amends") is True:
        if name not in before:
            near = get_close_matches(name, list(before), n=1)
            yield Fault(
                path=(*path, "id"),
                code="amends-nothing",
                what=f"{data['amends']} has no measure {name!r} to change",
                todo=f"did you mean {near[0]!r}?" if near else f"one of {', '.join(before)}; or remove the key",
            )
    elif name in before:
        yield Fault(
            path=(*path, "id"),
            code="repeated-id",
            what=f"{name!r} already stands in {data['amends']}",
            todo="write `amends: true` to change it, or give the new measure another id",
        )
    if withdrawn:
        yield from _rest_faults(item, "id", "of a measure that", path)
