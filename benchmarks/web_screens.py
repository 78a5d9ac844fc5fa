"""The screens that are measured, by address, and the users who ask for them; `web_screens.py` adds the users."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence

from register_city import LEVELS, ON

PASSWORD = "a bench of twenty users"
AREAS = {kind: "l-1" + "-1" * depth for depth, (kind, _) in enumerate(LEVELS)}
"""The first place of each kind."""
USERS: Sequence[tuple[str, str]] = (
    *[("tracer", "county")] * 2,
    *[("tracer", "street")] * 3,
    *[("tracer", "community")] * 2,
    ("community_worker", "street"),
    ("community_worker", "community"),
    ("epidemiologist", "city"),
    *[("epidemiologist", "county")] * 2,
    ("laboratory", "city"),
    *[("call_desk", "city")] * 2,
    *[("commander", "city")] * 2,
    ("commander", "county"),
    ("oversight", "city"),
    ("administrator", "city"),
)
"""Role, and the kind of place where it holds."""
PERSON = "p-00000042"
"""Who lives in the first of every kind of place."""
CASE = "c-00000000"
"""The first that was reported, wherever it is: who sees the whole city sees it."""
DAY = ON.isoformat()
SCREENS: Mapping[str, Sequence[str]] = {
    "/": ("",),
    "/work": ("", "?tab=overdue", "?tab=visits&whose=nobody", "?tab=releases&place=l-1-1-1", "?tab=all&whose=mine"),
    "/work/sheet": ("", "?tab=visits&place=l-1-1-1"),
    "/calendar": ("", "?tab=overdue", "?place=l-1-1-1"),
    "/situation": ("", "?days=14", "?days=28&sort=held", "?place=l-1-1-1"),
    "/situation/list": (
        "",
        "?what=new",
        "?what=held&restriction=home_isolation",
        "?what=tests&days=14",
        "?what=orders",
    ),
    "/lists": ("",),
    "/lists/people": ("", "?restriction=home_isolation"),
    "/lists/cases": ("",),
    "/lists/tests": ("", f"?sampled_on={DAY}"),
    "/orders": ("", "?of=places", "?beyond=1"),
    "/documents": ("",),
    f"/cases/{CASE}/interview": ("",),
    "/find-person": ("",),
    f"/people/{PERSON}": ("",),
    f"/people/{PERSON}/why": ("",),
    f"/people/{PERSON}/log_visit": ("",),
    f"/people/{PERSON}/record_test": ("",),
    "/add-person": ("",),
    "/excesses": ("", "?kind=longer", "?state=all", "?of=places", "?place=l-1-1-1"),
    "/areas": ("", "?level=high"),
    "/rulebooks": ("", "?on=2022-06-30"),
    "/rulebooks/cn-2022-11-11": ("",),
    "/rulebooks/compare": ("?from=cn-2022-06-27&to=cn-2022-11-11",),
    "/rulebooks/impact": ("?from=cn-2022-06-27&to=cn-2022-11-11",),
    "/rulebooks/try": (f"?kind1=exposed_to_case&on1={DAY}",),
    "/import": ("",),
    "/export": ("",),
    "/audit": ("", "?show=reads", f"?day={DAY}"),
    "/users": ("",),
    "/places": ("",),
    "/places/l-1-1": ("",),
    "/account": ("",),
    "/roles": ("",),
}
"""Addresses, each with its filters."""


def add_users() -> list[str]:
    """Records the users with one password; their names, in the order of USERS."""
    from django.contrib.auth.hashers import make_password

    from sizao.register.access import access_of_job
    from sizao.register.actions.users import grant_role
    from sizao.register.models import User

    names, said = [], make_password(PASSWORD)
    for n, (role, kind) in enumerate(USERS):
        name = f"bench-{n}-{role}"
        User.objects.create(username=name, password=said, language=("zh", "en")[n % 2])
        grant_role(by=access_of_job("benchmark"), username=name, role=role, place_id=AREAS[kind])
        names.append(name)
    return names


def main() -> None:
    """Adds the users to the register that the environment names, and prints their names."""
    import django

    django.setup()
    json.dump(add_users(), sys.stdout)
    print()


if __name__ == "__main__":
    main()
