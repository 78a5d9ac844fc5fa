"""The screens that are measured, by address, and the users who ask for them.

`web_screens.py` adds the users, and what some screens are about, to the register that the environment names.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

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
    ("call_desk", "city"),
    *[("commander", "city")] * 2,
    ("commander", "county"),
    ("oversight", "city"),
    ("administrator", "city"),
    ("citizen", ""),
)
"""Role, and the kind of place where it holds; the citizen is PERSON."""
PERSON = "p-00000042"
"""Who lives in the first of every kind of place."""
CASE = "c-00000000"
"""The first that was reported, wherever it is: who sees the whole city sees it."""
DAY = ON.isoformat()
MANY = 500
"""People of a list or a file that somebody acts on at once."""
FIRST = [f"p-{n:08d}" for n in range(MANY)]
CHOSEN = urlencode({"who": FIRST}, doseq=True)
BOUND = urlencode({"order": [f"o-{n:08d}" for n in range(MANY)]}, doseq=True)
MEETING = {"kind": "exposed_to_case", "day": DAY, "toward": "forward", "who": FIRST[:20]}
SCREENS: Mapping[str, Sequence[str]] = {
    "/": ("",),
    "/work": ("", "?tab=overdue", "?tab=visits&whose=nobody", "?tab=releases&place=l-1-1-1", "?tab=all&whose=mine"),
    "/work/sheet": ("", "?tab=visits&place=l-1-1-1"),
    "POST /work/do": (
        f"?one=visit/seen_ok/{PERSON}",
        f"?do=visit/seen_ok&{CHOSEN}",
        f"?do=sample/pcr&{CHOSEN}",
        f"?do=assign&{CHOSEN}",
    ),
    "/calendar": ("", "?tab=overdue", "?place=l-1-1-1"),
    "/situation": ("", "?days=14", "?days=28&sort=held", "?place=l-1-1-1"),
    "/situation/list": (
        "",
        "?what=new",
        "?what=held&restriction=home_isolation",
        "?what=tests&days=14",
        "?what=orders",
    ),
    "/situation/quality": ("", "?place=l-1-1-1"),
    "/lists": ("",),
    "/lists/people": ("", "?restriction=home_isolation"),
    "/lists/cases": ("",),
    "/lists/events": ("", "?kind=exposed_to_case"),
    "/lists/tests": ("", f"?sampled_on={DAY}"),
    "/lists/orders": ("", "?restriction=home_isolation"),
    "/lists/requests": ("", "?kind=food"),
    "/lists/places": ("", "?kind=community"),
    "/orders": ("", "?of=places", "?beyond=1"),
    "POST /orders/lift": ("?all=1", f"?{BOUND}"),
    "/documents": ("",),
    "/documents/make": ("", f"?kind=isolation_notice&who={PERSON}"),
    "POST /documents/make": (
        f"?kind=isolation_notice&{CHOSEN}",
        f"?kind=release_certificate&{CHOSEN}",
        f"?kind=order&{BOUND}",
    ),
    f"/cases/{CASE}/interview": ("", "?at=onset", "?at=back", "?at=forward", "?at=tests", "?at=left"),
    f"POST /cases/{CASE}/interview": (f"?do=preview&{urlencode(MEETING, doseq=True)}",),
    "/find-person": ("",),
    f"/people/{PERSON}": ("",),
    f"/people/{PERSON}/why": ("",),
    f"/people/{PERSON}/log_visit": ("",),
    f"/people/{PERSON}/record_test": ("",),
    "/add-person": ("",),
    "/excesses": ("", "?kind=longer", "?state=all", "?of=places", "?place=l-1-1-1"),
    "/excesses/one": ("?{excess}",),
    "/excesses/do": ("", "?kind=longer", "?of=places", "?place=l-1-1-1"),
    "/areas": ("", "?level=high"),
    "/rulebooks": ("", "?on=2022-06-30"),
    "/rulebooks/cn-2022-11-11": ("",),
    "/rulebooks/compare": ("?from=cn-2022-06-27&to=cn-2022-11-11",),
    "/rulebooks/impact": ("?from=cn-2022-06-27&to=cn-2022-11-11",),
    "/rulebooks/try": (f"?kind1=exposed_to_case&on1={DAY}",),
    "/import": ("",),
    "/import/{import}": ("",),
    "/import/{import}/mapping": ("",),
    "/import/{import}/people": ("",),
    "/export": ("",),
    "/audit": ("", "?show=reads", f"?day={DAY}"),
    "/users": ("",),
    "/places": ("",),
    "/places/l-1-1": ("",),
    "/account": ("",),
    "/roles": ("",),
    "/own": ("",),
    "/own/code": ("",),
    "/verify/{paper}": ("",),
    "/components": ("",),
}
"""Addresses, each with its filters; where a form is sent to stands POST before, and its fields are as in a filter.

Forms are sent without their key: what comes back is the page that says what would be done to how many. What stands
in {} is made by `prepare`, for this register alone.
"""


def prepare() -> dict[str, Any]:
    """Records the users and what some screens are about; the users' names in the order of USERS, and words for {}."""
    names = add_users()
    from sizao.register.access import access_of, access_of_job
    from sizao.register.actions.codes import give_code
    from sizao.register.actions.documents import Addresses, make_documents
    from sizao.register.imports.files import Upload
    from sizao.register.imports.stage import stage
    from sizao.register.models import NowExcess, NowStatus, User
    from sizao.web.screens.excess_answers import address_of

    job = access_of_job("benchmark")
    held = NowStatus.objects.unscoped("benchmark").order_by("pk").first()
    paper = make_documents(
        by=job, kind="isolation_notice", person_ids=[held.person_id], addresses=Addresses("http://127.0.0.1/verify/")
    )[0]
    excess = NowExcess.objects.unscoped("benchmark").order_by("pk").first()
    chief = User.objects.get(username=names[[role for role, _ in USERS].index("epidemiologist")])
    rows = [f"{name},李{n},l-1-1-1-1-1,{DAY}" for n, name in enumerate(FIRST)]  # one in HELD is called otherwise
    file = "\n".join(["编号,姓名,居住地,采样日期", *rows, ""])
    sent, _ = stage(by=access_of(chief), files=[Upload("list.csv", file.encode())])
    return {
        "names": names,
        "code": give_code(by=job, person_id=PERSON)[1],
        "words": {
            "excess": address_of(excess).partition("?")[2],
            "import": sent.import_id,
            "paper": paper.letter.codes[0].below.rpartition("/")[2],
        },
    }


def add_users() -> list[str]:
    """Records the users with one password; their names, in the order of USERS."""
    from django.contrib.auth.hashers import make_password

    from sizao.register.access import access_of_job
    from sizao.register.actions.users import grant_role
    from sizao.register.models import User

    names, said = [], make_password(PASSWORD)
    for n, (role, kind) in enumerate(USERS):
        name = f"bench-{n}-{role}"
        whose = PERSON if role == "citizen" else ""
        User.objects.create(username=name, password=said, language=("zh", "en")[n % 2], citizen_of=whose)
        grant_role(by=access_of_job("benchmark"), username=name, role=role, place_id=AREAS.get(kind))
        names.append(name)
    return names


def main() -> None:
    """Prepares the register that the environment names, and prints what `prepare` tells."""
    import django

    django.setup()
    json.dump(prepare(), sys.stdout)
    print()


if __name__ == "__main__":
    main()
