"""Made-up lists for the tests of areas."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa

from sizao.areas.audit import Audit, audit_lists
from sizao.areas.read import read_lists
from sizao.policy import choose

HEADER = "level,province,city,county,place,first_seen,last_seen,gone_by"


def county(name: str, *places: str, province: str = "甲省", city: str = "乙市") -> dict[str, object]:
    return {
        "type": "2",
        "province": province,
        "city": city,
        "county": name,
        "area_name": f"{province} {city} {name}",
        "communitys": list(places),
    }


def write_snapshot(
    folder: Path,
    at: str,
    high: Sequence[dict[str, object]] = (),
    medium: Sequence[dict[str, object]] = (),
    low: Sequence[dict[str, object]] = (),
    *,
    name: str | None = None,
    **changes: object,
) -> Path:
    """A national list as the authority publishes it; `at` as 2022-11-11 15时."""
    lists = {"highlist": list(high), "middlelist": list(medium), "lowlist": list(low)}
    counts = {
        count: sum(len(entry.get("communitys", ())) for entry in lists[part])  # type: ignore[misc,arg-type]
        for count, part in (("hcount", "highlist"), ("mcount", "middlelist"), ("lcount", "lowlist"))
    }
    text = json.dumps({"data": {"end_update_time": at, **counts, **lists, **changes}, "code": 0}, ensure_ascii=False)
    path = folder / (name or f"{at.replace(' ', '-').replace('时', '')}.json")
    if path.suffix == ".gz":
        path.write_bytes(gzip.compress(text.encode()))
    else:
        path.write_text(text, encoding="utf-8")
    return path


def write_spells(folder: Path, *rows: str) -> Path:
    """A table of spells: each row as 'high,甲省,乙市,丙县,1号楼,2022-11-11 08:00,...'."""
    path = folder / "spells.csv"
    path.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    return path


def write_times(folder: Path, *times: str) -> Path:
    path = folder / "snapshots.csv"
    rows = [f"{n}.json,{at}," for n, at in enumerate(times)]
    path.write_text("\n".join(["file,taken_at,high_and_medium_places", *rows]) + "\n", encoding="utf-8")
    return path


def spans(spells: pa.Table, *names: str) -> list[tuple[object, ...]]:
    """The named columns (default: place and the three times), times without seconds."""
    columns = names or ("place", "first_seen", "last_seen", "gone_by")
    rows = spells.select(list(columns)).to_pylist()
    return [tuple(f"{v:%m-%d %H}" if isinstance(v, datetime) else v for v in row.values()) for row in rows]


def read_scopes(places: Sequence[str], counties: Sequence[str]) -> pa.Table:
    """Stands for the reader of addresses: the last character tells the scope, spaces are no part of the key."""
    scopes = {
        "楼": "building",
        "元": "unit",
        "院": "compound",
        "村": "village",
        "街": "street",
        "县": "county",
        "厂": "site",
    }
    assert len(places) == len(counties)
    names = list(places)
    return pa.table(
        {
            "place": pa.array(names, pa.string()),
            "scope": [scopes.get(name.strip()[-1:], "unknown") for name in names],
            "count": pa.array([name.count("、") + 1 for name in names], pa.int64()),
            "partial": ["部分" in name for name in names],
            "key": [name.replace(" ", "") for name in names],
        }
    )


def audit(folder: Path, **options: object) -> Audit:
    books = choose("auto", date(2022, 4, 15))
    return audit_lists(read_lists(folder), books, read=read_scopes, **options)  # type: ignore[arg-type]


def codes(folder: Path) -> list[str]:
    return [problem.code for problem in read_lists(folder).problems]
