"""Drawing areas at its edges: what is refused, odd places, several answers of one derivation, files."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from sizao.derive import facts_of
from sizao.derive.areas import derive_areas
from sizao.derive.compile.areas import SCOPES, compile_areas
from sizao.errors import SizaoError
from sizao.policy import chain, get
from sizao.tables import Folder, contract, read_folder

ON = dt.date(2022, 11, 14)
RECORDED = dt.datetime(2022, 11, 13, tzinfo=dt.UTC)
TWENTY = chain("cn-2022-11-11")


def facts(places: str, *at: str) -> Folder:
    """Places as `id kind parent`, separated by commas; a case of 12 November whose home is each of `at`."""
    rows = [dict(zip(("place_id", "kind", "parent_id"), line.split(), strict=False)) for line in places.split(",")]
    case = {"person_id": "p", "confirmed_on": dt.date(2022, 11, 12), "classification": "confirmed", "origin": "local"}
    return facts_of(
        {
            "places": [{"name": row["place_id"], **row} for row in rows],
            "cases": [case | {"case_id": f"c-{place}", "recorded_at": RECORDED} for place in at],
            "case_places": [
                {"case_id": f"c-{place}", "place_id": place, "role": "home", "spread_risk": False} for place in at
            ],
        }
    )


def areas(folder: Folder) -> set[tuple[str, str]]:
    with derive_areas(folder, TWENTY, ON) as derivation:
        return {(row["place_id"], row["level"]) for row in derivation.areas().to_pylist()}


def test_places_that_lie_in_each_other_come_to_an_end() -> None:
    round_and_round = facts("a household b, b floor c, c household a", "a", "b")
    assert areas(round_and_round) == {("a", "high"), ("b", "high")}


def test_a_place_that_lies_in_itself() -> None:
    assert areas(facts("a floor a", "a")) == {("a", "high")}


def test_a_parent_that_is_not_among_the_places_is_no_place() -> None:
    assert areas(facts("a floor gone", "a")) == {("a", "high")}


def test_a_tree_too_deep_to_be_true_is_climbed_for_32_places() -> None:
    def tower(height: int) -> Folder:
        floors = [f"f{n} floor f{n + 1}" for n in range(height)]
        return facts(",".join([*floors, f"f{height} building"]), "f0")

    assert areas(tower(32)) == {("f32", "high")}
    assert areas(tower(33)) == {("f0", "high")}


def test_no_facts_no_areas() -> None:
    with derive_areas(facts_of({}), TWENTY, ON) as derivation:
        assert derivation.areas().num_rows == derivation.spells().num_rows == derivation.excesses().num_rows == 0


def test_rulebooks_that_draw_nothing() -> None:
    with derive_areas(facts("a unit", "a"), [get("who-ebola")], ON) as derivation:
        assert derivation.areas().num_rows == 0
        assert derivation.areas().schema.equals(contract("areas").arrow_schema())


def test_names_and_coordinates_of_areas() -> None:
    """A name that repeats the one above it is cut. Coordinates are those of the nearest place that has both."""
    tree = (
        ("c", None, "county", "甲区", 23.0, 113.0),
        ("g", "c", "compound", "花园小区", 23.1, 113.2),
        ("b", "g", "building", "花园小区2栋", 23.5, None),
        ("u", "b", "unit", "花园小区2栋1单元", None, None),
        ("h", "c", "hotel", "甲区", None, None),
        ("i", None, "unit", "孤岛", None, 1.5),
    )
    names = ("place_id", "parent_id", "kind", "name", "lat", "lon")
    folder = facts("a unit", "u", "h", "i")
    places = [dict(zip(names, row, strict=True)) for row in tree]
    cases = {name: folder.table(name).arrow().to_pylist() for name in ("cases", "case_places")}
    with derive_areas(facts_of({"places": places, **cases}), TWENTY, ON) as derivation:
        found = derivation.areas().to_pylist()
    assert {row["place_id"]: (row["name"], row["lat"], row["lon"], row["located_by"]) for row in found} == {
        "u": ("甲区/花园小区/2栋/1单元", 23.1, 113.2, "g"),
        "h": ("甲区/甲区", 23.0, 113.0, "c"),
        "c": ("甲区", 23.0, 113.0, "c"),
        "i": ("孤岛", None, None, None),
    }


def test_places_that_lie_in_themselves_and_kinds_that_no_rule_knows_are_told() -> None:
    tree = "a household b, b floor c, c household a, d building, e flat d, f flat d, g Unit, h 单元, i shop, j 楼栋 d"
    with derive_areas(facts(tree, "a", "e", "f", "g", "h", "i"), TWENTY, ON) as derivation:
        found = [(p.code, p.value, p.what, p.todo) for p in derivation.problems()]
        assert derivation.problems() == derivation.problems()
    circle = "lies in itself, by way of the places above it; what lies around it is not known"
    own = "kind-of-its-own"
    assert found == [
        *(("place-in-itself", None, f"{place} {circle}", "correct parent_id of one of them") for place in "abc"),
        (own, "Unit", "no rule knows this kind (1 place of infections): they are drawn as premises", "write unit"),
        (
            own,
            "flat",
            "no rule knows this kind (2 places of infections): what is around them is drawn",
            "write household where a home is meant; leave it where it is part of a building",
        ),
        (own, "单元", "no rule knows this kind (1 place of infections): they are drawn as premises", "write unit"),
    ]


def test_spells_touch_the_days_asked_about_and_no_others() -> None:
    folder = facts("a unit", "a")  # high from the 12th to the 17th
    for first, last, there in ((1, 11, 0), (1, 12, 1), (17, 30, 1), (18, 30, 0)):
        days = dt.date(2022, 11, first), dt.date(2022, 11, last)
        with derive_areas(folder, TWENTY, days[0], days=days) as derivation:
            assert derivation.spells().num_rows == there, days


def test_all_answers_are_written_under_their_contracts(tmp_path: Path) -> None:
    with derive_areas(facts("c county, a unit c", "a"), TWENTY, ON) as derivation:
        said: list[str] = []
        written = derivation.write(tmp_path / "out", progress=said.append)
    assert said == [*written] == ["areas", "area_spells", "undrawn", "place_excesses"]
    rows = {}
    for name, path in written.items():
        table = pq.read_table(path)
        assert tuple(table.column_names) == contract(name).names
        rows[name] = table.num_rows
    assert rows == {"areas": 2, "area_spells": 2, "undrawn": 0, "place_excesses": 0}


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"facts": Path("city")}, "facts = PosixPath('city') is not a Folder of tables [wrong-argument]"),
        ({"facts": {"cases": []}}, "facts = {'cases': []} is not a Folder of tables"),
        ({"rulebooks": "cn-2022-11-11"}, "rulebooks = 'cn-2022-11-11' is not a sequence of rulebooks"),
        ({"rulebooks": ["cn-2022-11-11"]}, "rulebooks = ['cn-2022-11-11'] is not a sequence of rulebooks"),
        ({"rulebooks": TWENTY[0]}, "is not a sequence of rulebooks"),
        ({"on": "2022-11-20"}, "on = '2022-11-20' is not a date [wrong-argument]\n  do:  give datetime.date(2022"),
        ({"on": RECORDED}, "is not a date"),
        ({"days": ON}, "is not two dates"),
        ({"days": ("2022-11-01", "2022-11-02")}, "days = ('2022-11-01', '2022-11-02') is not two dates"),
        ({"days": (ON, ON, ON)}, "is not two dates"),
        ({"days": (ON, dt.date(2022, 11, 1))}, "2022-11-14 to 2022-11-01 is no day at all [bad-days]"),
    ],
)
def test_arguments_of_another_type_are_refused_with_a_hint(asked: dict[str, object], says: str) -> None:
    given = {"facts": facts("a unit", "a"), "rulebooks": TWENTY, "on": ON} | asked
    with pytest.raises(SizaoError) as error:
        derive_areas(**given)  # type: ignore[arg-type]
    assert says in str(error.value)


def test_an_instant_without_an_offset_is_refused() -> None:
    with pytest.raises(SizaoError) as error:
        derive_areas(facts("a unit", "a"), TWENTY, ON, known_at=dt.datetime(2022, 11, 14))  # noqa: DTZ001
    assert error.value.code == "naive-instant"


def test_an_answer_that_there_is_none_of() -> None:
    with derive_areas(facts("a unit", "a"), TWENTY, ON) as derivation, pytest.raises(SizaoError) as error:
        derivation.table("statuses")  # type: ignore[arg-type]
    assert error.value.code == "unknown-table"


def test_a_refused_table_stops_it(tmp_path: Path) -> None:
    (tmp_path / "places.csv").write_text("place_id,name\na,a\n", encoding="utf-8")
    with pytest.raises(SizaoError) as error:
        derive_areas(read_folder(tmp_path), TWENTY, ON)
    assert error.value.code == "table-refused"


def test_what_the_chain_of_the_ten_measures_compiles_to() -> None:
    policy = compile_areas(chain("cn-2022-12-07"))
    names = [policy.chain[n].id for n in policy.drawing]
    assert names == ["cn-2022-06-27", "cn-2022-11-11", "cn-2022-11-21", "cn-2022-12-07"]
    phases = [
        (
            row["rulebook_no"] - policy.drawing[0],
            row["level"],
            row["step"],
            row["from_off"],
            row["until_off"],
            row["rank"],
        )
        for row in policy.tables["area_phases"].to_pylist()
    ]
    assert sorted(phases) == [
        (0, "high", 0, 0, 7, 1),
        (0, "medium", 0, 0, 7, 2),
        (0, "medium_after_high", 1, 8, 10, 3),
        (1, "high", 0, 0, 5, 1),
        (2, "high", 0, 0, 5, 1),
        (3, "high", 0, 0, 5, 1),
    ]


def test_the_kinds_of_place_that_a_scope_lists_and_those_that_lead_up_to_them() -> None:
    scopes = compile_areas(TWENTY[-1:]).tables["area_scopes"].to_pylist()  # low lists none; high: unit, building
    kinds = {(("part of a building", *SCOPES)[row["kind_no"]], row["climbs"]) for row in scopes}
    narrower = {("part of a building", 1), ("household", 1), ("floor", 1)}
    assert kinds == {*narrower, ("unit", 0), ("building", 0)}
