"""How a column of a file becomes the type of its contract: SQL that gives NULL for what does not fit."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.types as pt

from sizao.tables.contract import ColumnType

_ISO_DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_OFFSET = "(Z|[+-](0[0-9]|1[0-4])(:?[0-9]{2})?)"
_INSTANT = f"{_ISO_DAY}[T ][0-9]{{2}}:[0-9]{{2}}(:[0-9]{{2}}([.][0-9]{{1,6}})?)?{_OFFSET}"
_NUMBER = "[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]+)?"

# a cell of text; an empty one is NULL
FROM_TEXT: Mapping[ColumnType, str] = {
    "text": "nullif({c}, '')",
    "date": f"CASE WHEN regexp_full_match({{c}}, '{_ISO_DAY}') THEN TRY_CAST({{c}} AS DATE) END",
    "instant": f"CASE WHEN regexp_full_match({{c}}, '{_INSTANT}') THEN TRY_CAST({{c}} AS TIMESTAMPTZ) END",
    "integer": "CASE WHEN regexp_full_match({c}, '[+-]?[0-9]+') THEN TRY_CAST({c} AS BIGINT) END",
    "number": f"CASE WHEN regexp_full_match({{c}}, '{_NUMBER}') THEN TRY_CAST({{c}} AS DOUBLE) END",
    "boolean": "CASE WHEN {c} IN ('true', 'True', 'TRUE', '1') THEN true"
    " WHEN {c} IN ('false', 'False', 'FALSE', '0') THEN false END",
}
_WHOLE = "CASE WHEN {c} = trunc({c}) THEN TRY_CAST({c} AS BIGINT) END"


def find_cast(found: pa.DataType, wanted: ColumnType) -> str | None:
    """SQL with {c} for the column: "{c}" where it fits as it is; None where no value of the type can fit."""
    if pt.is_dictionary(found):
        found = found.value_type
    if pt.is_null(found):
        return FROM_TEXT[wanted].replace("{c}", "CAST({c} AS VARCHAR)")
    if _is_text(found):
        return "{c}" if wanted == "text" else FROM_TEXT[wanted]
    number = pt.is_integer(found) or pt.is_floating(found) or pt.is_decimal(found)
    match wanted:
        case "text" if pt.is_integer(found):
            return "CAST({c} AS VARCHAR)"
        case "date" if pt.is_date(found):
            return "{c}"
        case "date" if pt.is_timestamp(found) and found.tz is None:
            return "CASE WHEN {c} = date_trunc('day', {c}) THEN CAST({c} AS DATE) END"
        case "instant" if pt.is_timestamp(found) and found.tz is not None:
            return "{c}" if found.unit != "ns" else "CAST({c} AS TIMESTAMPTZ)"
        case "integer" if pt.is_signed_integer(found):
            return "{c}"
        case "integer" if pt.is_unsigned_integer(found):
            return "TRY_CAST({c} AS BIGINT)"
        case "integer" if number:
            return _WHOLE
        case "number" if pt.is_float32(found) or pt.is_float64(found):
            return "{c}"
        case "number" if number:
            return "TRY_CAST({c} AS DOUBLE)"
        case "boolean" if pt.is_boolean(found):
            return "{c}"
    return None


def _is_text(found: pa.DataType) -> bool:
    return bool(pt.is_string(found) or pt.is_large_string(found) or pt.is_string_view(found))
