"""Reads a folder or single files of published lists: what is in them decides, not their names."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from pathlib import Path

import pyarrow as pa

from sizao.areas.read import counts, join
from sizao.areas.read.compare import compare_snapshots
from sizao.areas.read.lists import INSTANT, SNAPSHOTS, SPELLS, Lists
from sizao.areas.read.rows import read_rows, read_text
from sizao.areas.read.snapshot import Gazetteer, Snapshot, read_snapshot
from sizao.areas.read.spells import read_spells
from sizao.errors import Problem, SizaoError

ENDINGS = (".json", ".json.gz", ".csv", ".csv.gz")
KINDS = {SPELLS.names[5]: tuple(SPELLS.names), "source_update_time": counts.COUNTS, "taken_at": counts.TIMES}
"""A column that tells a kind of CSV file -> the columns that it needs."""


def read_lists(path: Path | str | Sequence[Path | str], progress: Callable[[float], None] | None = None) -> Lists:
    """National risk-area lists of a folder, a file or several files; `.gz` is unpacked. Nothing is fetched.

    JSON files are snapshots: a whole list at a time. They become spells (`areas.read.join`), in the order of time
    whatever that of the files is. A CSV file with `first_seen` holds spells that were made already; snapshots beside
    it are only compared with them. CSV files with `taken_at` or `source_update_time` say when snapshots were taken
    and how many places they list. Whatever is wrong is in `problems`, with file and line; the rest is used.
    `progress` is called with the share of the files that is read.
    SizaoError: `no-file`, `no-lists` (neither a snapshot nor a spell could be read).
    """
    files = _find([path] if isinstance(path, str | Path) else path)
    problems: list[Problem] = []
    gazetteer = Gazetteer()
    snapshots: list[Snapshot] = []
    spells: list[pa.Table] = []
    told: dict[str, counts.Told] = {}
    sources: list[str] = []
    for n, file in enumerate(files):
        text = read_text(file, problems)
        if text is None:
            continue
        sources.append(file.name)
        if ".json" in file.suffixes:
            one = read_snapshot(text, file.name, gazetteer, problems)
            snapshots += [one] if one else []
        else:
            spells += _read_table(text, file.name, told, problems)
        if progress:
            progress((n + 1) / len(files))
    if not snapshots and not any(table.num_rows for table in spells):
        todo = "give a folder of snapshots (JSON) or a table of spells (CSV with first_seen, last_seen, gone_by)"
        shown = "; ".join(map(str, problems[:3]))
        raise SizaoError(
            "no-lists", "no list of risk areas could be read", where=", ".join(map(str, files)), why=shown, todo=todo
        )
    ordered = join.sort_snapshots(snapshots, problems)
    places = list(gazetteer.numbers)
    if not spells:
        joined = join.join_snapshots(ordered, places)
        return Lists(joined, join.tabulate(ordered), tuple(problems), tuple(sources))
    given = pa.concat_tables(spells)
    known = counts.tabulate(told) if told else _times_of(given, problems)
    _report_unknown_times(given, known, problems)
    checked = compare_snapshots(ordered, places, given, known, problems)
    return Lists(given, known, tuple(problems), tuple(sources), checked)


def _find(paths: Sequence[Path | str]) -> list[Path]:
    files: list[Path] = []
    for path in map(Path, paths):
        if path.is_dir():
            files += sorted(f for f in path.iterdir() if f.name.lower().endswith(ENDINGS) and f.is_file())
        elif path.is_file():
            files.append(path)
        else:
            raise SizaoError("no-file", "there is no such file or folder", where=str(path), todo="check the path")
    return list(dict.fromkeys(files))


def _read_table(text: str, file: str, told: dict[str, counts.Told], problems: list[Problem]) -> list[pa.Table]:
    """The spells of a CSV file; of one that tells of snapshots none, but `told` then knows more."""
    header = [name.strip() for name in next(csv.reader(io.StringIO(text)), [])]
    kind = next((column for column in KINDS if column in header), None)
    wanted = KINDS.get(kind or "", ())
    lacks = [name for name in wanted if name not in header]
    if kind is None or lacks:
        what = f"the header lacks {', '.join(lacks)}" if lacks else "this is no table of spells or of snapshots"
        todo = f"a table of spells has {','.join(SPELLS.names)}"
        problems.append(Problem("unknown-table", file, what, todo, line=1, value=",".join(header)[:200]))
        return []
    rows = read_rows(text, file, wanted, problems)
    if kind == "first_seen":
        return [read_spells(rows, file, problems)]
    (counts.read_counts if kind == "source_update_time" else counts.read_times)(rows, file, told, problems)
    return []


def _times_of(spells: pa.Table, problems: list[Problem]) -> pa.Table:
    """Without a table of snapshots, the times that spells name stand for it."""
    times = {at for name in SPELLS.names[5:] for at in spells[name].unique().to_pylist() if at is not None}
    what = f"no table says when snapshots were taken: the {len(times)} times that the spells name stand for it"
    todo = "add snapshots.csv (file, taken_at, high_and_medium_places)"
    problems.append(Problem("no-snapshot-times", "spells", what, todo, effect="kept"))
    return pa.Table.from_pylist([{"taken_at": at} for at in sorted(times)], schema=SNAPSHOTS)


def _report_unknown_times(spells: pa.Table, known: pa.Table, problems: list[Problem]) -> None:
    times = set(known["taken_at"].cast(INSTANT).to_pylist())
    for name in SPELLS.names[5:]:
        for at in sorted(t for t in spells[name].unique().to_pylist() if t is not None and t not in times):
            what = f"no snapshot is known at {at:%Y-%m-%d %H:%M}, a {name} of spells; it is taken as one"
            problems.append(Problem("unknown-time", "spells", what, "see which is right", column=name, effect="kept"))
