"""When a fact of a Go.Data export counts as recorded."""

from __future__ import annotations

from datetime import date

from sizao.tables.linelists.draft import Draft
from sizao.tables.linelists.source import SourceRow


def entered(draft: Draft, row: SourceRow, fact_on: date, column: str, entry: str = "date_of_data_entry") -> date:
    """The day that counts as the day of recording: the data entry, or the fact itself where that is later."""
    entered_on = draft.day(row, entry)
    if entered_on is None:
        draft.doubt(row, "no-entry", f"no day of data entry: taken as {fact_on}", "fill it in", entry)
        return fact_on
    if fact_on > entered_on:
        what = f"lies after its own data entry on {entered_on}"
        draft.doubt(row, "after-entry", what, "correct the date if it is wrong", column)
    return max(fact_on, entered_on)
