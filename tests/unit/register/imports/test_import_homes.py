"""A home may be written by id, by name in either language, or as a path of names; unknown, it hides no double."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sending import counted, send

from sizao.errors import SizaoError
from sizao.register.imports.accept import accept, decide, decide_rest
from sizao.register.imports.stage import problems_of
from sizao.register.models import Person, Test

TREE = (
    ("q", "county", "栖梧区 Qiwu District", "nation"),
    ("q-z", "street", "竹岭街道 Zhuling Street", "q"),
    ("q-z-h", "community", "槐溪社区 Huaixi Community", "q-z"),
    ("q-z-h-11", "unit", "菱香苑1号楼1单元 Lingxiang Court 1-1", "q-z-h"),
    ("l", "county", "朗桥区 Langqiao District", "nation"),
    ("l-z", "street", "竹岭街道 Zhuling Street", "l"),
    ("l-only", "street", "白桥街道 Baiqiao Street", "l"),
)


@pytest.fixture
def tree(city: Any) -> Any:
    from sizao.register.actions import places

    for place_id, kind, name, parent in TREE:
        places.add_place(by=city.job, kind=kind, name=name, parent_id=parent, place_id=place_id)
    return city


def homes(by: Any, *texts: str) -> list[str | None]:
    """The home that each text is recorded as, by everybody's preview."""
    found = send(by, *(f'h{n},人{n},,,,,"{text}",,,,' for n, text in enumerate(texts)))
    accept(by=by, import_id=found.import_id)
    rows = Person.objects.unscoped("test").filter(person_id__startswith="h").order_by("person_id")
    known = dict(rows.values_list("person_id", "home_id"))
    return [known.get(f"h{n}") for n in range(len(texts))]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("q-z-h", "q-z-h"),
        ("栖梧区 Qiwu District", "q"),
        ("栖梧区", "q"),
        ("qiwu district", "q"),
        ("Lingxiang Court 1-1", "q-z-h-11"),
        ("Lingxiang Court 1-1 (q-z-h-11)", "q-z-h-11"),
        ("栖梧区/竹岭街道/槐溪社区", "q-z-h"),
        ("栖梧区竹岭街道槐溪社区", "q-z-h"),
        ("栖梧区 · 竹岭街道 · 菱香苑1号楼1单元", "q-z-h-11"),
        ("栖梧区 竹岭街道", "q-z"),
        ("朗桥区竹岭街道", "l-z"),
        ("Huaixi Community, Zhuling Street, Qiwu District", "q-z-h"),
        ("Langqiao District Zhuling Street", "l-z"),
        ("朗桥区槐溪社区", None),
        ("西栖梧区", None),
        ("西栖梧区/竹岭街道", None),
        ("竹岭街道", None),
    ],
)
def test_a_home_is_what_the_screens_call_it(tree: Any, text: str, place: str | None) -> None:
    assert homes(tree.job, text) == [place]


def test_a_name_is_looked_for_in_the_users_area_first(tree: Any) -> None:
    epi = tree.access("epidemiologist", "q")
    assert homes(epi, "竹岭街道", "Lingxiang Court 1-1", "白桥街道") == ["q-z", "q-z-h-11", None]


def test_of_several_places_five_ids_are_told(tree: Any) -> None:
    from sizao.register.actions import places

    for n in range(6):
        places.add_place(
            by=tree.job, kind="street", name=f"同名 Same{' ' * (n > 3)}", parent_id="q", place_id=f"s{n}"
        )
    found = send(tree.job, "h1,李,,,,,同名,,,,", "h2,王,,,,,竹岭街道,,,,")
    first, second = problems_of(found)
    assert first.what == "6 places have this name (s0, s1, s2, s3, s4 ...): the home is left empty"
    assert "(q-z, l-z)" in second.what and (second.effect, second.value, second.line) == ("kept", "竹岭街道", 3)


def test_an_unknown_home_is_not_called_outside_the_area(tree: Any) -> None:
    epi = tree.access("epidemiologist", "q")
    found = send(epi, "h1,李,,,,,乌有街道,2022-11-03,,,", "h2,王,,,,,白桥街道,,,,", "h3,周,,,,,,,,,")
    told = {(p.code, p.line): p for p in problems_of(found) if p.effect == "refused"}
    assert set(told) == {("unknown-home", 2), ("unknown-person", 2), ("outside-area", 3), ("unknown-home", 4)}
    assert told["unknown-home", 2].what.startswith("no place has this id or name")
    assert told["unknown-home", 4].what.startswith("no home is said") and told["unknown-home", 4].value is None
    assert found.counts["new"] == {} and found.chunks == 0


def test_with_an_unknown_home_doubles_are_found_and_their_facts_kept(tree: Any) -> None:
    from sizao.register.actions import people

    born = dt.date(1980, 1, 1)
    known = [
        people.add_person(by=tree.job, home_place_id="q-z", name=name, **more).person_id
        for name, more in (
            ("李一", {"number": "N-1"}),
            ("李二", {"phone": "13800138002"}),
            ("李三", {"birth_date": born}),
        )
    ]
    elsewhere = people.add_person(by=tree.job, home_place_id="l-z", name="外人", phone="13900139009").person_id
    epi = tree.access("epidemiologist", "q")
    before = counted()["people"]
    found = send(
        epi,
        "a,李一,,,,N-1,乌有街道,,,2022-11-06,阴性",
        "b,李二,,,13800138002,,乌有街道,,,2022-11-06,阴性",
        "c,李三,,1980-01-01,,,乌有街道,,,2022-11-06,阴性",
        "d,外人,,,13900139009,,乌有街道,,,2022-11-06,阴性",
    )
    told = {m.person_id: (m.known_id, m.choice) for m in found.matches.all()}
    assert told == {"a": (known[0], "same"), "b": (known[1], ""), "c": (known[2], "")} and elsewhere not in str(told)
    codes = {(p.code, p.line, p.effect) for p in problems_of(found)}
    assert codes == {
        *(("unknown-home", line, "kept") for line in (2, 3, 4)),
        ("unknown-home", 5, "refused"),
        ("unknown-person", 5, "refused"),
    }
    number = {m.person_id: m.number for m in found.matches.all()}
    with pytest.raises(SizaoError) as error:
        decide(by=epi, import_id=found.import_id, choices={number["b"]: "new"})
    assert error.value.code == "unknown-home"
    decide(by=epi, import_id=found.import_id, choices={number["b"]: "same"})
    decide_rest(by=epi, import_id=found.import_id, choice="new")
    assert accept(by=epi, import_id=found.import_id).state == "done"
    assert counted()["people"] == before
    assert {*Test.objects.unscoped("test").values_list("person_id", flat=True)} == {known[0], known[1]}
