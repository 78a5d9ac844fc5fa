"""How much one import may hold, so that a file that is made to hurt is refused before it does."""

from __future__ import annotations

MIB = 1024 * 1024
MOST_BYTES = 64 * MIB
"""Of an upload as it is sent."""
MOST_UNPACKED = 256 * MIB
"""Of all that is packed in it."""
MOST_FILES = 400
"""Packed in one archive: a workbook has a file for each sheet and picture."""
MOST_ROWS = 1_000_000
MOST_COLUMNS = 300
MOST_HEADER = 100_000
"""Letters of the first line: a longer one is no header."""
MEMORY = 4 * 1024 * MIB
"""Of the process that opens a workbook or Parquet file."""
SECONDS = 120
"""Of its processor time."""
LISTED = 10_000
"""Problems that are kept one by one; the others are counted."""
CHUNK = 5_000
"""Rows that are recorded together, all or none."""
