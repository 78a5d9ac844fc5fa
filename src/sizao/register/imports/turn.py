"""Turns the rows of a file into rows of our tables, still as texts, by a mapping."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from sizao.errors import Problem, SizaoError
from sizao.register.clock import latest, now
from sizao.register.imports.dates import to_day, to_instant, wrong_day
from sizao.register.imports.files import Sheet
from sizao.register.imports.mapping import LINE_LIST, Mapping, fields, rules
from sizao.tables import contract

BLANK = ("", "na", "n/a", "#n/a", "null", "none", "-", "--", "—", "/", "无", "不详", "未知")
NOT_A_CASE = "not"
WIDE = re.compile(r"[一-鿿]")


@dataclass(frozen=True)
class Turned:
    """Rows of one table as texts (empty where nothing is said), and the line of each in its file."""

    file: str
    rows: pa.Table
    lines: npt.NDArray[np.int64]


def turn(sheet: Sheet, mapping: Mapping, problems: list[Problem]) -> dict[str, Turned]:
    """Tables by name. Raises SizaoError `missing-column` where the mapping leaves out what must be there."""
    strange = [column for column in mapping.columns.values() if column and column not in sheet.header]
    if strange:
        raise _missing(sheet.file, strange[0], f"the file has {', '.join(sheet.header[:20])}")
    if mapping.kind != LINE_LIST:
        return {mapping.kind: _turn_own(sheet, mapping)}
    if not mapping.columns.get("id") and not mapping.columns.get("name"):
        raise _missing(sheet.file, "id", "without an id or a name nobody is known by a row")
    return _turn_list(sheet, mapping, problems)


def _turn_own(sheet: Sheet, mapping: Mapping) -> Turned:
    said = contract(mapping.kind)
    columns: dict[str, pa.Array] = {}
    for name in fields(mapping.kind):
        if header := mapping.columns.get(name):
            column = sheet.cells[header].combine_chunks()
            if name in said.names and said.column(name).type == "instant":
                column = _each(column, lambda text: to_instant(text, mapping.zone) or text)
            columns[name] = column
    for name in said.required:
        if name not in columns and name != "recorded_at":
            raise _missing(sheet.file, name, f"{mapping.kind} must have it ({said.column(name).meaning.en})")
    return Turned(sheet.file, pa.table(columns), sheet.lines)


def _turn_list(sheet: Sheet, mapping: Mapping, problems: list[Problem]) -> dict[str, Turned]:
    values = _read_fields(sheet, mapping)
    keep = _one_person_an_id(sheet, values, problems)
    values = {name: column.filter(pa.array(keep)) for name, column in values.items()}
    lines = sheet.lines[keep]
    for line in lines[pc.equal(values["classification"], NOT_A_CASE).to_numpy(zero_copy_only=False)]:
        what = "not confirmed: no case, but a person whose other facts count"
        problems.append(
            Problem("not-confirmed", sheet.file, what, "correct it once it is", line=int(line), effect="kept")
        )
    stated = values["confirmed_on"]
    values["confirmed_on"] = pc.if_else(pc.equal(values["classification"], NOT_A_CASE), "", stated)
    found: dict[str, Turned] = {}
    used: dict[str, npt.NDArray[np.bool_]] = {}
    for name, said in rules()["tables"].items():
        filled = np.ones(len(lines), dtype=bool)
        for need in said.get("when", ()):
            filled &= pc.not_equal(values[need], "").to_numpy(zero_copy_only=False)
        if name == "people":
            filled &= _first_of_each(values["id"])
        if filled.any():
            columns = {column: _column(source, values) for column, source in said["columns"].items()}
            rows = pa.table(columns).filter(pa.array(filled))
            found[name] = Turned(sheet.file, rows, lines[filled])
            for column in said["columns"].values():
                used[column] = used.get(column, np.zeros(len(lines), dtype=bool)) | filled
    values["confirmed_on"] = stated
    used["reported_on"] = pc.equal(values["reported_on"], stated).to_numpy(zero_copy_only=False)
    _check_unused(sheet.file, lines, values, used, problems)
    return found


def _check_unused(
    file: str,
    lines: npt.NDArray[np.int64],
    values: dict[str, pa.Array],
    used: dict[str, npt.NDArray[np.bool_]],
    problems: list[Problem],
) -> None:
    """Reports days that cannot be where no row of a table is made that would be checked for them."""
    today = latest(now()).isoformat()
    for name, said in fields(LINE_LIST).items():
        if not said.get("date") or name == "birth_on":
            continue
        coded = values[name].dictionary_encode()
        wrong = [
            wrong_day(text, today, "left out, as nothing is made of it") if text else None
            for text in coded.dictionary.to_pylist()
        ]
        if not any(wrong):
            continue
        strange = pa.array([bool(found) for found in wrong]).take(coded.indices).to_numpy(zero_copy_only=False)
        for row in np.flatnonzero(strange & ~used.get(name, np.zeros(len(lines), dtype=bool))).tolist():
            code, what, todo = wrong[coded.indices[row].as_py()] or ("", "", "")
            value = values[name][row].as_py()
            problems.append(Problem(code, file, what, todo, int(lines[row]), name, value, effect="kept"))


def _read_fields(sheet: Sheet, mapping: Mapping) -> dict[str, pa.Array]:
    """The columns by field: trimmed, their words turned into ours, days in ISO, ids with the prefix."""
    count = len(sheet.lines)
    values: dict[str, pa.Array] = {}
    for name, said in fields(LINE_LIST).items():
        header = mapping.columns.get(name)
        if header:
            column = sheet.cells[header].combine_chunks()
            values[name] = _each(column, _reader(name, said, mapping))
        else:
            values[name] = pa.array([""] * count, pa.string())
    ids = values["id"].to_pylist()
    if "" in ids:
        made = hashlib.sha256("\0".join(sheet.header).encode() + sheet.file.encode()).hexdigest()[:8]
        ids = [name or f"{made}-{line}" for name, line in zip(ids, sheet.lines.tolist(), strict=True)]
    values["id"] = pa.array([mapping.prefix + name for name in ids], pa.string())
    for name in ("source", "case_id"):
        values[name] = _each(values[name], lambda text: mapping.prefix + text if text else "")
    values["case_id"] = _or(values["case_id"], values["id"])
    values["confirmed_on"] = _or(values["confirmed_on"], values["reported_on"])
    values["name"] = _or(values["name"], _whole_names(values["first_name"], values["last_name"]))
    for name, text in {**rules()["defaults"], **mapping.defaults}.items():
        values[name] = _or(values[name], pa.array([text] * count, pa.string()))
    return values


def _reader(name: str, said: object, mapping: Mapping) -> Callable[[str], str]:
    """What becomes of one cell. A word or day that cannot be read stays as it is, to be reported."""
    assert isinstance(said, dict)
    words = {text.casefold(): ours for ours, theirs in said.get("words", {}).items() for text in theirs}
    words |= {text.casefold(): ours for text, ours in mapping.words.get(name, {}).items()}

    def read(text: str) -> str:
        text = text.strip()
        if text.casefold() in words:
            return words[text.casefold()]
        if text.casefold() in BLANK:
            return ""
        return (to_day(text, mapping.order) or text) if said.get("date") else text

    return read


def _one_person_an_id(sheet: Sheet, values: dict[str, pa.Array], problems: list[Problem]) -> npt.NDArray[np.bool_]:
    """Rows of one id are of one person: a row that names somebody else is left out."""
    first: dict[str, tuple[str, ...]] = {}
    keep = np.ones(len(sheet.lines), dtype=bool)
    told = [values[name].to_pylist() for name in ("name", "number", "birth_on")]
    for row, (person, *said) in enumerate(zip(values["id"].to_pylist(), *told, strict=True)):
        before = first.setdefault(person, tuple(said))
        if any(a and b and a != b for a, b in zip(before, said, strict=True)):
            keep[row] = False
            what = f"the id {person} belongs to somebody else above"
            todo = "give each person an id of their own"
            problems.append(
                Problem("one-id-two-people", sheet.file, what, todo, line=int(sheet.lines[row]), column="id")
            )
    return keep


def _first_of_each(ids: pa.Array) -> npt.NDArray[np.bool_]:
    seen: set[str] = set()
    return np.array([not (name in seen or seen.add(name)) for name in ids.to_pylist()], dtype=bool)  # type: ignore[func-returns-value]


def _whole_names(first: pa.Array, last: pa.Array) -> pa.Array:
    pairs = zip(first.to_pylist(), last.to_pylist(), strict=True)
    return pa.array([a_name(given, family) for given, family in pairs], pa.string())


def a_name(given: str, family: str) -> str:
    """A whole name out of its parts, as they are written together in Chinese and in other languages."""
    wide = WIDE.search(given + family)
    return family + given if wide else f"{given} {family}".strip()


def _column(source: str, values: dict[str, pa.Array]) -> pa.Array:
    parts = re.split(r"{(\w+)}", source)
    if len(parts) == 1:
        return values[source]
    pieces: list[object] = [values[part] if n % 2 else part for n, part in enumerate(parts)]
    return pc.binary_join_element_wise(*pieces, "")


def _or(first: pa.Array, second: pa.Array) -> pa.Array:
    return pc.if_else(pc.equal(first, ""), second, first)


def _each(column: pa.Array, change: Callable[[str], str]) -> pa.Array:
    """Each different text is changed once."""
    coded = column.fill_null("").dictionary_encode()
    changed = pa.array([change(text) for text in coded.dictionary.to_pylist()], pa.string())
    return changed.take(coded.indices)


def _missing(file: str, column: str, why: str) -> SizaoError:
    return SizaoError(
        "missing-column",
        f"the column {column} is missing",
        where=f"{file}: {column}",
        why=why,
        todo="choose another column, or add it",
    )


def headers(sheets: Sequence[Sheet]) -> tuple[str, ...]:
    """The columns of the first sheet."""
    return sheets[0].header if sheets else ()
