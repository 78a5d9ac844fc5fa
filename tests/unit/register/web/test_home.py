"""Where each role begins."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize(
    "role, first",
    [
        ("commander", "/situation"),
        ("epidemiologist", "/situation"),
        ("tracer", "/work"),
        ("community_worker", "/work"),
        ("call_desk", "/work"),
        ("laboratory", "/lists/tests?result=pending"),
        ("oversight", "/excesses"),
    ],
)
def test_a_role_begins_where_its_work_is(sign_in: Any, role: str, first: str) -> None:
    browser = sign_in(role)
    page = browser.get("/")
    assert (page.status_code, page["Location"]) == (302, first)
    assert browser.get(first).status_code == 200


def test_who_has_several_places_of_work_begins_with_the_list_of_pages(sign_in: Any, city: Any) -> None:
    from sizao.register.models import Grant

    both, same = sign_in("oversight"), sign_in("tracer")
    for user, other in ((both.user, "tracer"), (same.user, "community_worker")):
        Grant.objects.create(user=user, role=other, place=user.grants.get().place, since=city.job.at)
    text = both.get("/").content.decode()
    assert 'href="/excesses"' in text.split("<main")[1] and 'href="/work"' in text.split("<main")[1]
    assert same.get("/")["Location"] == "/work"
