"""A register in memory for each test: two counties, a person in each, users of several roles."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

TODAY = dt.date(2022, 11, 20)
PASSWORD = "correct horse battery"


@dataclass
class City:
    """Places nation, jia and yi (counties), jia-1 (a street of jia), and a person who lives in each county."""

    jia_person: str
    yi_person: str
    access: Callable[..., Any]
    """access("tracer", "jia"): the Access of a new user with that role there (None: everywhere)."""
    user: Callable[..., Any]
    """user("tracer", "jia"): the same, as the User."""
    job: Any


@pytest.fixture
def city(db: None) -> City:
    from sizao.register.access import access_of, access_of_job
    from sizao.register.actions import people, places
    from sizao.register.models import Grant, Place, User

    job = access_of_job("test")
    for place_id, kind, parent in (
        ("nation", "nation", None),
        ("jia", "county", "nation"),
        ("yi", "county", "nation"),
        ("jia-1", "street", "jia"),
    ):
        places.add_place(by=job, kind=kind, name=f"{place_id}区", parent_id=parent, place_id=place_id)

    def user(role: str, place: str | None, name: str = "") -> Any:
        made = User.objects.create(username=name or f"{role}-{place}-{User.objects.count()}")
        where = Place.objects.unscoped("test").get(place_id=place) if place else None
        Grant.objects.create(user=made, role=role, place=where, since=job.at)
        return made

    return City(
        jia_person=people.add_person(by=job, home_place_id="jia-1", name="李四", phone="13800138000").person_id,
        yi_person=people.add_person(by=job, home_place_id="yi", name="王五", phone="13900139000").person_id,
        access=lambda role, place, **more: access_of(user(role, place), **more),
        user=user,
        job=job,
    )
