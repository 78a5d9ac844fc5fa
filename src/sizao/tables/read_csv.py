"""Reads one CSV file into columns of strings, with the line of every row; says what does not parse."""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv as pa_csv

from sizao.errors import Problem
from sizao.tables.codes import problem
from sizao.tables.columns import check_columns
from sizao.tables.contract import Contract
from sizao.tables.encoding import Decoded, decode

BATCH = 100_000  # rows turned into Arrow at once
# by what the csv module says, in words for who made the file
REASONS = {
    "unexpected end of data": "a cell opens with a quote and is never closed",
    "expected after '\"'": "text after the quote that closes a cell",
    "new-line character": "a line break of another kind (CR alone) inside the line",
    "field larger than": "a cell is very long, or its quote is never closed",
}
OTHERWISE = "the line cannot be divided into cells"


@dataclass(frozen=True)
class Strings:
    """The cells as they stand in a file. `lines`: the line on which each row begins, from 1."""

    table: pa.Table
    lines: npt.NDArray[np.int64]
    encoding: str


def read_csv(
    path: Path, contract: Contract, problems: list[Problem], progress: Callable[[float], None] | None = None
) -> Strings | None:
    """Read a CSV file; None where the table as a whole is refused. Problems are appended.

    `progress` is called with the share of the file that is done.
    """
    data = path.read_bytes()
    if not data.strip(b"\xef\xbb\xbf\r\n\t "):
        what = "the file is empty: it has not even a header"
        todo = f"write the header {','.join(contract.required)} or take the file away"
        problems.append(problem("empty-table", path.name, what, todo, effect="refused"))
        return None

    def choose(header: list[str]) -> tuple[str, ...] | None:
        return check_columns(header, contract, path.name, problems)

    return read_cells(data, path.name, choose, problems, progress=progress)


def read_cells(
    data: bytes,
    file: str,
    choose: Callable[[list[str]], Sequence[str] | None],
    problems: list[Problem],
    *,
    delimiter: str = ",",
    progress: Callable[[float], None] | None = None,
) -> Strings | None:
    """The columns of a CSV text that `choose` takes out of its header (None: the table is refused)."""
    decoded = decode(data)
    del data
    _report_mixed(decoded, file, problems)
    rows = _rows(decoded, file, problems, delimiter)
    header, top, _ = next(rows, ([], 1, 0))
    wanted = choose(header)
    if wanted is None:
        return None
    schema = pa.schema([(name, pa.string()) for name in wanted])
    if top == 1 and (plain := _read_plain(decoded, header, schema, delimiter)) is not None:
        return Strings(plain, np.arange(2, 2 + plain.num_rows), decoded.encoding)
    places = [header.index(name) for name in wanted]
    chunks = [schema.empty_table()]
    starts: list[int] = []
    cells: list[list[str]] = []

    def close_batch() -> None:
        if cells:
            columns = list(zip(*cells, strict=True))
            chunks.append(pa.table([pa.array(columns[p], pa.string()) for p in places], schema=schema))
            cells.clear()

    for fields, line, at in rows:
        cells.append(fields)
        starts.append(line)
        if len(cells) == BATCH:
            close_batch()
            if progress:
                progress(at / len(decoded.text))
    close_batch()
    return Strings(pa.concat_tables(chunks), np.array(starts, dtype=np.int64), decoded.encoding)


def _read_plain(decoded: Decoded, header: list[str], schema: pa.Schema, delimiter: str) -> pa.Table | None:
    """All rows at once, ten times as fast, where a row is a line: no quotes, no blank, broken or ragged lines."""
    text = decoded.text
    if '"' in text or decoded.broken or text.count("\r") != text.count("\r\n"):
        return None
    try:
        table = pa_csv.read_csv(
            pa.py_buffer(text.encode()),
            parse_options=pa_csv.ParseOptions(quote_char=False, delimiter=delimiter),
            read_options=pa_csv.ReadOptions(column_names=header, skip_rows=1),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict.fromkeys(header, pa.string()),
                include_columns=schema.names,
                strings_can_be_null=False,
            ),
        )
    except pa.ArrowInvalid:
        return None
    lines = text.count("\n") + (not text.endswith("\n"))
    return table if table.num_rows == lines - 1 else None


def _rows(
    decoded: Decoded, file: str, problems: list[Problem], delimiter: str = ","
) -> Iterator[tuple[list[str], int, int]]:
    """Every good row as (cells, line on which it begins, characters read so far); blank lines are passed over.

    A row over several lines that does not parse or fit gives back all its lines but the first, so that a
    stray quote costs one line and not the rest of the file.
    """
    stream = io.StringIO(decoded.text, newline="\n")
    waiting: deque[str] = deque()
    taken: list[str] = []

    def feed() -> Iterator[str]:
        while text := waiting.popleft() if waiting else stream.readline():
            taken.append(text)
            yield text

    reader = csv.reader(feed(), strict=True, delimiter=delimiter)
    line, width = 1, 0
    while True:
        wrong = ""
        fields: list[str] = []
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            wrong = next((words for said, words in REASONS.items() if said in str(error)), OTHERWISE)
        if fields:
            width = width or len(fields)
            if len(fields) != width:
                wrong = f"{len(fields)} cells where the header has {width}"
        if wrong:
            waiting.extendleft(reversed(taken[1:]))
            del taken[1:]
            reader = csv.reader(feed(), strict=True, delimiter=delimiter)
            todo = 'write one cell per column; a cell with a comma, a quote ("") or a line break stands in quotes'
            text = taken[0].rstrip("\r\n")
            problems.append(problem("ragged-row", file, wrong, todo, line=line, value=text))
        elif fields and decoded.broken and not decoded.broken.isdisjoint(range(line, line + len(taken))):
            what = "the line has bytes that are neither UTF-8 nor GB18030"
            text = "".join(taken).rstrip("\r\n")
            problems.append(problem("bad-encoding", file, what, "save the file as UTF-8", line=line, value=text))
        elif fields:
            yield fields, line, stream.tell()
        line += len(taken)
        taken.clear()


def _report_mixed(decoded: Decoded, file: str, problems: list[Problem]) -> None:
    if not decoded.mixed:
        return
    lines = decoded.text.split("\n")
    for number, encoding in decoded.mixed:
        what = f"the line is in {encoding}, most of the file in {decoded.encoding}; it was read as {encoding}"
        text = lines[number - 1].rstrip("\r")
        todo = "look whether the text is right and save the file in one encoding"
        problems.append(problem("mixed-encoding", file, what, todo, line=number, value=text))
