"""Tells a true 0 from a number that nobody gave: what bulletins say of each province, and what follows from it."""

from __future__ import annotations

from collections.abc import Collection
from importlib import resources

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from sizao.bulletin.places import find_place, is_province, listed_provinces

SPLIT = (
    *(f"{word}_new" for word in ("confirmed", "converted", "deaths", "suspected", "discharged")),
    *("active", "severe", "suspected", "confirmed_total", "discharged_total", "deaths_total"),
    *(f"asymptomatic_{word}" for word in ("new", "released", "converted", "observed", "total")),
)
"""Measures that are counted by origin too: total = imported + local."""

HOW = ("given", "sum", "rest", "zero", "absent", "step")
"""How a value is known; see `complete_provinces`."""


def complete_provinces(figures: pa.Table, measures: Collection[str] | None = None) -> pa.Table:
    """Every day, place and measure that the bulletins in `figures` give or imply, at most once each.

    A list in a national bulletin names only the provinces whose number is not 0. So a province that is not named is a
    true 0 where the list is complete, and unknown where it is not. These rules, in this order, and no others:

    - `given`: the text says it.
    - `sum`, `rest`: total = imported + local; where two of the three are known, so is the third (never below 0).
    - `zero`: a total of 0 ("无新增") has 0 imported and 0 local.
    - `absent`: the list of a measure sums to the nation's figure, or misses it by a correction printed beside it:
      the provinces that it does not name (the XPCC, 兵团, is one of them) have 0. Then `sum` and `rest` once more.
      A list that does not sum says nothing about those absent; nor does a nation's figure without a list, unless it
      is 0.
    - `step`: where nothing else is known, new = cumulative today - cumulative the day before (Hong Kong, Macao,
      Taiwan). Corrections of the cumulative count are in it. A step below 0 is no number of new cases and is left
      out.

    Where sources differ, what is given comes before what is derived, and a national bulletin before a province's own.
    Corrections (`*_correction`) change no day's number here: a series shows what was published.

    Returns on (date32), place_code (null: none), place, measure, value (int64), given (bool), how (one of `HOW`),
    source, others (how many other values the sources give), ordered by day, code and measure; only `measures` if
    told. What is in no row is unknown, never 0.
    """
    with duckdb.connect() as con:
        con.register("figures", _plain(figures))
        con.execute("CREATE TEMP TABLE raw AS FROM figures")
        if measures is not None:
            con.execute("DELETE FROM raw WHERE NOT list_contains($1, measure)", [_needed(measures)])
        listed = [{"place_code": place.code, "place": place.name} for place in listed_provinces()]
        con.register("provinces", pa.Table.from_pylist(listed))
        con.register("split", pa.table({"base": list(SPLIT)}))
        con.execute(resources.files(__package__).joinpath("complete.sql").read_text("utf-8"))
        rows = con.table("answer")
        if measures is not None:
            rows = con.sql("FROM answer WHERE list_contains($1, measure)", params=[list(measures)])
        return rows.to_arrow_table()


def _plain(figures: pa.Table) -> pa.Table:
    """The columns that the rules need; those that the contract lets be absent are filled."""
    count = figures.num_rows
    texts = {
        name: figures[name].cast(pa.string()) if name in figures.schema.names else pa.nulls(count, pa.string())
        for name in ("place_code", "source")
    }
    start = figures["start"] if "start" in figures.schema.names else pa.nulls(count, pa.int64())
    return pa.table(
        {
            "report_date": figures["report_date"].cast(pa.date32()),
            "place_code": pc.coalesce(texts["place_code"], _codes_of(figures["place"])),
            "place": figures["place"].cast(pa.string()),
            "measure": figures["measure"].cast(pa.string()),
            "value": figures["value"].cast(pa.int64()),
            "source": texts["source"].fill_null(""),
            "start": start.cast(pa.int64()),
        }
    )


def _codes_of(places: pa.ChunkedArray) -> pa.Array:
    """Codes of the nation and the provinces by their names, for tables that leave the code out."""
    codes = {}
    for name in pc.unique(places).to_pylist():
        found = find_place(name)
        codes[name] = found.code if found and is_province(found.code) else None
    return pa.array([codes[name] for name in places.to_pylist()], pa.string())


def _needed(measures: Collection[str]) -> list[str]:
    """The measures from which these may follow."""
    stems = {measure.removesuffix("_imported").removesuffix("_local") for measure in measures}
    stems |= {stem.replace("_new", "_total") for stem in stems}
    parts = [stem + part for stem in stems for part in ("", "_imported", "_local")]
    return [*parts, *(f"{part}_correction" for part in parts)]
