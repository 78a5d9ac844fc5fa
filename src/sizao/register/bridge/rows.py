"""From what was derived to the columns of the now_* tables, with words in both languages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc
from django.db.models import Model

from sizao.derive import derive
from sizao.derive.areas import derive_areas
from sizao.derive.last_days import find_last_days
from sizao.policy import Rulebook
from sizao.register.models import NowArea, NowExcess, NowPlaceExcess, NowStatus, NowTestDue, NowUndecided
from sizao.tables import Folder, Source
from sizao.words import Lang

AHEAD = dt.timedelta(days=21)
"""Days after today of which the tests due are kept: a person's page and papers name every one; no measure that comes
with Sizao asks for one later."""
OF_PERSON = {model._meta.db_table: model for model in (NowStatus, NowTestDue, NowExcess, NowUndecided)}
OF_PLACE = {model._meta.db_table: model for model in (NowArea, NowPlaceExcess)}


def people_rows(
    facts: Folder, chain: Sequence[Rulebook], on: dt.date, known_at: dt.datetime, engine: str
) -> dict[str, pa.Table]:
    """The rows of OF_PERSON for all people of the facts."""
    days = (on, on + AHEAD)
    with derive(facts, chain, on, days=days, known_at=known_at, engine=engine, lang="zh") as derivation:
        status, due = derivation.table("status"), derivation.table("tests_due")
        last = find_last_days(derivation)
        said = {name: derivation.table(name) for name in ("excesses", "undecided")}
    today = due.filter(pc.equal(due["on"], pa.scalar(on)))["person_id"]
    status = status.append_column("last_day", _look_up(status["person_id"], last["person_id"], last["last_day"]))
    status = status.append_column("test_due", pc.is_in(status["person_id"], value_set=today.combine_chunks()))
    again = said
    if any(table.num_rows for table in said.values()):
        some = _only(facts, said)
        with derive(some, chain, on, known_at=known_at, engine=engine, lang="en") as derivation:
            again = {name: derivation.table(name) for name in said}
    found = {
        "now_status": status,
        "now_tests_due": due,
        "now_excesses": _both(said["excesses"], again["excesses"], "text"),
        "now_undecided": _both(said["undecided"], again["undecided"], "why"),
    }
    return {name: _columns_of(OF_PERSON[name], table, known_at) for name, table in found.items()}


def place_rows(
    facts: Folder, chain: Sequence[Rulebook], on: dt.date, known_at: dt.datetime, engine: str
) -> dict[str, pa.Table]:
    """The rows of OF_PLACE."""

    def ask(lang: Lang) -> tuple[pa.Table, pa.Table]:
        with derive_areas(facts, chain, on, known_at=known_at, engine=engine, lang=lang) as derivation:
            return derivation.table("areas"), derivation.table("place_excesses")

    areas, said = ask("zh")
    again = ask("en")[1] if said.num_rows else said
    found = {"now_areas": areas, "now_place_excesses": _both(said, again, "text")}
    return {name: _columns_of(OF_PLACE[name], table, known_at) for name, table in found.items()}


def _only(facts: Folder, said: Mapping[str, pa.Table]) -> Folder:
    """The facts without the orders, and the tests of people, of which nothing is to be said a second time."""
    people, orders = (
        pa.chunked_array([*said["excesses"][one].chunks, *said["undecided"][other].chunks]).combine_chunks()
        for one, other in (("person_id", "person_id"), ("order_id", "fact_id"))
    )
    tests = facts.tables["tests"].arrow()
    sampled = tests.filter(pc.is_in(tests["person_id"], value_set=people))["test_id"].combine_chunks()
    tables = dict(facts.tables)
    for name, key, ids in (("orders", "order_id", orders), ("tests", "test_id", sampled)):
        table = facts.tables[name].arrow()
        table = table.filter(pc.is_in(table[key], value_set=ids))
        tables[name] = Source(facts.tables[name].contract, table.num_rows, table=table)
    return Folder(path=facts.path, tables=tables, problems=[])


def _both(zh: pa.Table, en: pa.Table, words: str) -> pa.Table:
    """The same rows derived in two languages: their words side by side."""
    order = [(name, "ascending") for name in zh.column_names if name != words]
    zh, en = zh.sort_by(order), en.sort_by(order)
    if not zh.drop([words]).equals(en.drop([words])):
        raise RuntimeError("the same facts were derived in two languages and gave different rows")
    return zh.rename_columns({words: f"{words}_zh"}).append_column(f"{words}_en", en[words])


def _look_up(keys: pa.ChunkedArray, names: pa.ChunkedArray, values: pa.ChunkedArray) -> pa.ChunkedArray:
    """The value beside each key; null where the key has none."""
    return pc.take(values.combine_chunks(), pc.index_in(keys, value_set=names.combine_chunks()))


def _columns_of(model: type[Model], table: pa.Table, known_at: dt.datetime) -> pa.Table:
    """The columns that are kept, with K beside them."""
    stamp = pa.array([known_at], pa.timestamp("us", "UTC"))
    table = table.append_column("derived_at", pc.take(stamp, pa.array([0] * table.num_rows, pa.int32())))
    kept = {field.column for field in model._meta.local_concrete_fields}
    return table.select([name for name in table.column_names if name in kept])
