"""Contracts: every table of the design is there, and a contract cannot be built wrong."""

from __future__ import annotations

import pyarrow as pa
import pytest
from pydantic import ValidationError

from sizao.errors import SizaoError
from sizao.tables import Contract, contract, contracts


def a_contract(**changes):
    words = {"en": "x", "zh": "x"}
    column = {"name": "id", "type": "text", "meaning": words, "example": "1"}
    return {"name": "t", "title": words, "columns": (column,), "key": ("id",)} | changes


def test_every_table_has_both_languages_and_examples_of_its_type():
    for table in contracts().values():
        assert table.title.en and table.title.zh
        for column in table.columns:
            array = pa.array([column.example])
            schema_type = table.arrow_schema().field(column.name).type
            value = array.cast(schema_type)[0].as_py()
            assert value is not None
            if column.allowed:
                assert value in column.allowed


def test_types_and_nulls_of_the_arrow_schema():
    schema = contract("events").arrow_schema()
    assert schema.field("occurred_on") == pa.field("occurred_on", pa.date32(), nullable=False)
    assert schema.field("recorded_at").type == pa.timestamp("us", tz="UTC")
    assert schema.field("voids").nullable
    assert contract("tests").arrow_schema().field("ct").type == pa.int64()
    assert contract("places").arrow_schema().field("lat").type == pa.float64()
    assert contract("case_places").arrow_schema().field("spread_risk").type == pa.bool_()


def test_versions_are_kept_of_cases_tests_orders_and_requests_only():
    assert {name for name, table in contracts().items() if table.versions} == {
        "cases",
        "tests",
        "orders",
        "requests",
    }


def test_a_reference_names_a_key_of_its_own_type():
    for table in contracts().values():
        for column in table.columns:
            if column.refers_to:
                other, of = column.refers_to.split(".")
                assert contract(other).key == (of,)
                assert contract(other).column(of).type == column.type


@pytest.mark.parametrize(
    "changes",
    [
        {"key": ("no_such",)},
        {"versions": True},
        {"not_before": (("id", "no_such"),)},
        {"unheard_of": 1},
        {"columns": (a_contract()["columns"][0] | {"absent": True},)},
        {"columns": (a_contract()["columns"][0] | {"type": "string"},)},
        {"columns": a_contract()["columns"] * 2},
        {"columns": (a_contract()["columns"][0] | {"type": "date", "allowed": ("a",)},)},
    ],
)
def test_a_wrong_contract_cannot_be_built(changes):
    Contract.model_validate(a_contract())
    with pytest.raises(ValidationError):
        Contract.model_validate(a_contract(**changes))


def test_contracts_are_frozen():
    with pytest.raises(ValidationError):
        contract("people").name = "x"
    with pytest.raises(TypeError):
        contracts()["x"] = contract("people")


def test_an_unknown_name_names_the_nearest():
    with pytest.raises(SizaoError, match="did you mean events") as error:
        contract("event")
    assert error.value.code == "unknown-table"
    with pytest.raises(SizaoError, match="did you mean person_id"):
        contract("events").column("personid")
