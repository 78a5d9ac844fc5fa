"""Reads a SQLite file by ADBC in a process of its own: FILE as argument, one query a line (JSON), Arrow streams back.

ADBC brings its own SQLite. Two of them on one file in one process undo each other's locks (POSIX drops all of a
process's locks on a file when any of its handles is closed), and the file breaks.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from urllib.parse import quote

import adbc_driver_manager
import pyarrow as pa
from adbc_driver_sqlite import dbapi

EVERY_ROW = 1 << 26  # ADBC types a column of SQLite by its first batch: let there be one


def main() -> None:
    """Answers until its input ends; all answers are of one transaction."""
    out = sys.stdout.buffer
    file = Path(sys.argv[1]).absolute()
    with dbapi.connect(f"file:{quote(str(file))}?mode=ro") as db:
        for line in sys.stdin:
            try:
                with db.cursor() as cursor:
                    cursor.adbc_statement.set_options(**{"adbc.sqlite.query.batch_rows": str(EVERY_ROW)})
                    cursor.execute(json.loads(line))
                    table = cursor.fetch_arrow_table()
            except adbc_driver_manager.Error as error:
                table = pa.table({}).replace_schema_metadata({"error": str(error)})
            with pa.ipc.new_stream(out, table.schema) as stream:
                stream.write_table(table)
            out.flush()


if __name__ == "__main__":
    main()
