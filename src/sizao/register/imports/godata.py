"""A Go.Data export out of memory, with the names and telephones that the register seals."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa

from sizao.errors import Problem, SizaoError
from sizao.register.imports.files import Upload
from sizao.register.imports.turn import Turned, a_name
from sizao.tables.linelists import read_godata
from sizao.tables.linelists.draft import Draft
from sizao.tables.linelists.godata.people import name_people
from sizao.tables.linelists.godata.words import CASES, CONTACTS

NAMES = ("firstName", "lastName", "telephone")
AS_A_CASE = "correct the classification in Go.Data and export it again once it is"
"""What to do about a probable case: the register has no option that takes it for a confirmed one."""


def turn_godata(
    files: Sequence[Upload], problems: list[Problem], include: Sequence[str] = ()
) -> tuple[dict[str, Turned], dict[str, int], list[str]]:
    """Tables as texts, the rows of each file, and what was assumed. Raises the SizaoErrors of `read_godata`."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for file in files:
            archive.writestr(zipfile.ZipInfo(file.name), file.data)
    with zipfile.ZipFile(packed) as archive:
        folder: Any = zipfile.Path(archive)
        try:
            found = read_godata(folder, include)
            sealed = _names(folder)
        except SizaoError as error:
            if error.code == "missing-file":
                error.where = "godata"
            raise
    problems += [replace(p, todo=AS_A_CASE) if p.todo.startswith("--include") else p for p in found.problems]
    tables = {}
    for name, table in found.tables.items():
        rows = pa.table({column: table[column].cast(pa.string()).fill_null("") for column in table.schema.names})
        if name == "people":
            ids = rows["person_id"].to_pylist()
            for n, column in enumerate(("name", "phone")):
                texts = [sealed.get(person, ("", ""))[n] for person in ids]
                rows = rows.append_column(column, pa.array(texts, pa.string()))
        tables[name] = Turned(name, rows.combine_chunks(), np.arange(1, rows.num_rows + 1))
    return tables, dict(found.read), assumed_here(found.assumed)


def assumed_here(assumed: Sequence[str]) -> list[str]:
    """What `read_godata` took for granted; the names and telephones that it leaves out the register seals."""
    return [said.replace("Not imported: names, telephone, ", "Not imported: ") for said in assumed]


def _names(folder: Any) -> dict[str, tuple[str, str]]:
    """Name and telephone by the id that the export's people are given."""
    draft = Draft([])
    lists = [
        draft.open(folder / file, ("uuid", column)) for file, column in ((CASES, "case_id"), (CONTACTS, "contact_id"))
    ]
    ids = name_people(draft, *lists)
    found: dict[str, tuple[str, str]] = {}
    for row in (row for rows in lists for row in rows):
        person = ids.get(row["uuid"] or "")
        first, last, phone = ((row[name] if name in row.cells else None) or "" for name in NAMES)
        if person is not None:
            before = found.get(person, ("", ""))
            found[person] = (before[0] or a_name(first, last), before[1] or phone)
    return found
