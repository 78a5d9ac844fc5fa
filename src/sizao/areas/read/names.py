"""Blanks in names of places: those that stand at the ends and around brackets say nothing."""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc

BLANKS = "[ \t\r\n\v\f\u00a0\u2000-\u200b\u3000\ufeff]+"
BRACKETS = "[（）()【】［］\\[\\]〔〕]"
IDLE = f"^{BLANKS}|{BLANKS}$|{BLANKS}({BRACKETS})"
AFTER = f"({BRACKETS}){BLANKS}"
"""Read alike by Python and by RE2, which reads tables."""


def strip_name(name: str) -> str:
    """A name without blanks at its ends and around its brackets: with and without them it is one place."""
    return re.sub(AFTER, r"\1", re.sub(IDLE, lambda found: found[1] or "", name))


def strip_names(names: pa.ChunkedArray) -> pa.ChunkedArray:
    """The same for the column of a table."""
    return pc.replace_substring_regex(pc.replace_substring_regex(names, IDLE, r"\1"), AFTER, r"\1")
