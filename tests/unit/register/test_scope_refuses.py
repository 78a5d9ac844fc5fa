"""What is read must be read for somebody."""

from __future__ import annotations

from typing import Any

import pytest

from sizao.errors import SizaoError


def test_a_list_of_people_is_refused_until_it_is_said_for_whom(city: Any) -> None:
    from sizao.register.models import Person

    for read in (list, lambda rows: rows.count(), lambda rows: rows.exists(), lambda rows: rows.first()):
        with pytest.raises(SizaoError) as error:
            read(Person.objects.all())
        assert error.value.code == "unscoped"


def test_a_user_sees_the_people_of_their_own_area_alone(city: Any) -> None:
    from sizao.register.models import Person

    def seen(access: Any) -> set[str]:
        return {person.person_id for person in Person.objects.seen_by(access, "see_people")}

    assert seen(city.access("tracer", "jia")) == {city.jia_person}
    assert seen(city.access("tracer", "jia-1")) == {city.jia_person}
    assert seen(city.access("tracer", "yi")) == {city.yi_person}
    assert seen(city.access("tracer", None)) == {city.jia_person, city.yi_person}
    assert seen(city.access("administrator", None)) == set()


def test_outside_is_what_is_not_within(city: Any) -> None:
    from sizao.register.models import Place
    from sizao.register.scope import outside, within

    places = Place.objects.unscoped("a test")
    paths = dict(places.values_list("place_id", "path"))
    one_each = [(), ("",), ("no such",), *((path,) for path in paths.values())]
    for areas in [*one_each, (paths["jia"], paths["yi"]), (paths["jia-1"], "")]:
        inside = {*places.filter(within("path", areas))}
        beyond = {*places.filter(outside("path", areas))}
        assert not inside & beyond and len(inside | beyond) == len(paths), areas
