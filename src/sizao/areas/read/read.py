"""Reads a folder or single files of published lists: what is in them decides, not their names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pyarrow as pa

from sizao.areas.read import counts, join
from sizao.areas.read.compare import compare_snapshots
from sizao.areas.read.lists import INSTANT, SNAPSHOTS, SPELLS, Lists
from sizao.areas.read.rows import Rows, pick_rows, read_header, read_parquet, read_rows, read_text
from sizao.areas.read.snapshot import Gazetteer, Snapshot, read_snapshot
from sizao.areas.read.spells import read_spells
from sizao.errors import Problem, SizaoError
from sizao.tables import PROBLEMS_FILE

ENDINGS = (".json", ".json.gz", ".csv", ".csv.gz", ".parquet")
KINDS = {
    "first_seen": tuple(SPELLS.names),
    "source_update_time": counts.COUNTS,
    "high_listed": tuple(SNAPSHOTS.names),
    "taken_at": counts.TIMES,
}
"""A column that tells a kind of table -> the columns that it needs."""
READERS = {
    "source_update_time": counts.read_counts,
    "high_listed": counts.read_imported,
    "taken_at": counts.read_times,
}


def read_lists(path: Path | str | Sequence[Path | str], progress: Callable[[float], None] | None = None) -> Lists:
    """National risk-area lists of a folder, a file or several files; `.gz` is unpacked. Nothing is fetched.

    JSON files are snapshots: a whole list at a time. They become spells (`areas.read.join`), in the order of time
    whatever that of the files is. A table with `first_seen` holds spells that were made already; snapshots beside
    it are only compared with them. Tables with `taken_at` or `source_update_time` say when snapshots were taken
    and how many places they list. Tables are CSV, or the Parquet that `sizao areas import` writes. Whatever is wrong
    is in `problems`, with file and line; the rest is used. `progress` is called with the share of the files that is
    read. SizaoError: `no-file`, `no-lists` (neither a snapshot nor a spell could be read).
    """
    files = _find([path] if isinstance(path, str | Path) else path)
    found = _Found()
    for n, file in enumerate(files):
        found.read(file)
        if progress:
            progress((n + 1) / len(files))
    problems = found.problems
    if not found.snapshots and not any(table.num_rows for table in found.spells.values()):
        raise _no_lists(path, files, problems)
    ordered = join.sort_snapshots(found.snapshots, problems)
    places = list(found.gazetteer.numbers)
    if not found.spells:
        joined = join.join_snapshots(ordered, places)
        return Lists(joined, join.tabulate(ordered), tuple(problems), tuple(found.sources))
    tables = ", ".join(Path(file).name for file in found.spells)
    given = _join_tables(list(found.spells.values()), tables, problems)
    known = counts.tabulate(found.told) if found.told else _times_of(given, tables, problems)
    _report_unknown_times(given, known, tables, problems)
    checked = compare_snapshots(ordered, places, given, known, problems)
    return Lists(given, known, tuple(problems), tuple(found.sources), checked)


@dataclass
class _Found:
    """What the files hold that were read so far; `spells` by the path of their table."""

    problems: list[Problem] = field(default_factory=list)
    gazetteer: Gazetteer = field(default_factory=Gazetteer)
    snapshots: list[Snapshot] = field(default_factory=list)
    spells: dict[str, pa.Table] = field(default_factory=dict)
    told: dict[str, counts.Told] = field(default_factory=dict)
    sources: list[str] = field(default_factory=list)

    def read(self, file: Path) -> None:
        """Add what is in a file."""
        if file.suffix.lower() == ".parquet":
            table = read_parquet(file, self.problems)
            if table is not None:
                self._add(file, table.column_names, partial(pick_rows, table))
            return
        text = read_text(file, self.problems)
        if text is None:
            return
        if text.lstrip()[:1] in ("{", "[") or ".json" in file.name.lower():
            one = read_snapshot(text, file.name, self.gazetteer, self.problems)
            self.snapshots += [one] if one else []
            self.sources.append(file.name)
        else:
            rows = partial(read_rows, text, file.name, problems=self.problems)
            self._add(file, read_header(text), rows)

    def _add(self, file: Path, header: list[str], read: Callable[[Sequence[str]], Rows]) -> None:
        """Add a table: spells, or what it tells of snapshots."""
        self.sources.append(file.name)
        kind = next((column for column in KINDS if column in header), None)
        wanted = KINDS.get(kind or "", ())
        lacks = [name for name in wanted if name not in header]
        if kind is None or lacks:
            what = f"the header lacks {', '.join(lacks)}" if lacks else "this is no table of spells or of snapshots"
            todo = f"a table of spells has {','.join(SPELLS.names)}"
            value = ",".join(header)[:200]
            self.problems.append(Problem("unknown-table", file.name, what, todo, line=1, value=value))
        elif kind == "first_seen":
            self.spells[str(file)] = read_spells(read(wanted), file.name, self.problems)
        else:
            READERS[kind](read(wanted), file.name, self.told, self.problems)


def _find(paths: Sequence[Path | str]) -> list[Path]:
    files: list[Path] = []
    for path in map(Path, paths):
        if path.is_dir():
            inside = sorted(f for f in path.iterdir() if f.name.lower().endswith(ENDINGS) and f.is_file())
            files += [f for f in inside if f.name != PROBLEMS_FILE]
        elif path.is_file():
            files.append(path)
        else:
            raise SizaoError("no-file", "there is no such file or folder", where=str(path), todo="check the path")
    return list(dict.fromkeys(files))


def _no_lists(path: Path | str | Sequence[Path | str], files: Sequence[Path], problems: list[Problem]) -> SizaoError:
    """Why nothing could be read: what was refused before what was only doubted."""
    where = ", ".join(map(str, [path] if isinstance(path, str | Path) else path))
    why = "\n       ".join(str(p) for p in sorted(problems, key=lambda p: p.effect != "refused")[:3])
    if not files:
        why = f"no file in it ends in {', '.join(ENDINGS)}; folders inside it are not looked into"
    elif not why:
        why = f"{', '.join(file.name for file in files[:3])}: no row is a place on a list"
    todo = "give a folder of snapshots (JSON) or a table of spells (CSV with first_seen, last_seen, gone_by)"
    return SizaoError("no-lists", "no list of risk areas could be read", where=where, why=why, todo=todo)


def _join_tables(tables: Sequence[pa.Table], files: str, problems: list[Problem]) -> pa.Table:
    """All spells; one that several tables have is taken once."""
    whole = pa.concat_tables(tables)
    if len([table for table in tables if table.num_rows]) < 2:
        return whole
    once = whole.group_by(SPELLS.names, use_threads=False).aggregate([]).select(SPELLS.names)
    if twice := whole.num_rows - once.num_rows:
        what = f"{twice} {'spell stands' if twice == 1 else 'spells stand'} in two tables; each is taken once"
        problems.append(Problem("spell-twice", files, what, "leave one table out"))
    return once


def _times_of(spells: pa.Table, files: str, problems: list[Problem]) -> pa.Table:
    """Without a table of snapshots, the times that spells name stand for it."""
    times = {at for name in SPELLS.names[5:] for at in spells[name].unique().to_pylist() if at is not None}
    what = f"no table says when snapshots were taken: the {len(times)} times that the spells name stand for it"
    todo = "add snapshots.csv (file, taken_at, high_and_medium_places)"
    problems.append(Problem("no-snapshot-times", files, what, todo, effect="kept"))
    return pa.Table.from_pylist([{"taken_at": at} for at in sorted(times)], schema=SNAPSHOTS)


def _report_unknown_times(spells: pa.Table, known: pa.Table, files: str, problems: list[Problem]) -> None:
    times = set(known["taken_at"].cast(INSTANT).to_pylist())
    for name in SPELLS.names[5:]:
        for at in sorted(t for t in spells[name].unique().to_pylist() if t is not None and t not in times):
            what = f"no snapshot is known at {at:%Y-%m-%d %H:%M}, a {name} of spells; it is taken as one"
            problems.append(Problem("unknown-time", files, what, "see which is right", column=name, effect="kept"))
