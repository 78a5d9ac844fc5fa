"""Makes the register that the journeys walk, in a process of its own: `python made_up_register.py FOLDER`.

The smallest city of the demo, and what it lacks: a long name, a name with HTML in it, somebody of whom nothing is
known, a tracer of the next community, users who still have to sign in for the first time.
"""

from __future__ import annotations

import json
import re
import sys
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

from sizao.simulate.orders import CLAUSES

ON = date(2022, 11, 20)
SEED = 2022
PEOPLE = 2_000
LONG = "阿依古丽·买买提江" * 24
HOSTILE = '<b onmouseover="alert(1)">张三</b>'
FRIEND = "12099990005"
DOUBLE = {"name": "欧阳静远", "phone": "12099990001", "number": "990001199003070027"}


def make(folder: Path) -> dict[str, Any]:
    """The register in `folder`, and ids by which the journeys find their way."""
    from sizao.register.access import access_of_job
    from sizao.register.actions.people import add_person
    from sizao.register.actions.places import add_place
    from sizao.register.actions.users import add_user, grant_role
    from sizao.register.demo import load_city, password
    from sizao.register.models import BrokenGlass, NowStatus, Person, Request, User
    from sizao.simulate.city import make_city

    make_city(folder, people=PEOPLE, seed=SEED, on=ON)
    load_city(folder, SEED, "zh")
    users = {user.username: user for user in User.objects.all()}
    community = users["community"].grants.get().place
    street = users["desk"].grants.get().place
    assert community is not None and street is not None

    def job() -> object:
        return access_of_job("journeys")

    quiet = add_place(
        by=job(),  # type: ignore[arg-type]
        kind="community",
        name="兰渚社区 Lanzhu Community",
        parent_id=street.place_id,
    )

    def add(**about: object) -> str:
        return str(add_person(by=job(), home_place_id=community.place_id, **about).person_id)  # type: ignore[arg-type]

    found = {
        "long": add(name=LONG[:200], phone="12099990002"),
        "hostile": add(name=HOSTILE, phone="12099990003"),
        "empty": add(),
        "friend": add(name="闻人清远", phone=FRIEND),
        "double": add(**DOUBLE, birth_date=date(1990, 3, 7), sex="female"),
    }
    for name, role, place in (
        ("nexttracer", "tracer", quiet),
        ("factor", "epidemiologist", community),
    ):
        add_user(by=job(), username=name, password=password(), full_name="黎明", language="zh")  # type: ignore[arg-type]
        grant_role(by=job(), username=name, role=role, place_id=place.place_id)  # type: ignore[arg-type]
    held = NowStatus.objects.unscoped("to make a register").filter(person__area__startswith=community.path)
    at_home = held.filter(restriction="home_isolation").order_by("-test_due", "person_id")
    anybody = Person.objects.unscoped("to make a register").filter(area__startswith=community.path)
    ids = [*at_home.values_list("person_id", flat=True)] or [*anybody.values_list("person_id", flat=True)]
    # What keeps its language on a page in the other. Places, offices and teams have a name in each: not among it.
    names: set[str] = {*Person.objects.unscoped("to make a register").values_list("name", flat=True), "黎明"}
    names |= {user.first_name for user in users.values()}
    typed = {*Request.objects.unscoped("to make a register").values_list("text", flat=True)}
    typed |= {*BrokenGlass.objects.values_list("reason", flat=True)}
    with_phone = Person.objects.unscoped("to make a register").get(pk=ids[1])
    return found | {
        "held": ids[1],
        "held_name": with_phone.name,
        "held_phone": with_phone.phone,
        "to_test": ids[2],
        "to_visit": ids[3],
        "twice": ids[4],
        "noticed": ids[5],
        "visited": ids[6],
        "citizen": users["citizen"].citizen_of,
        "community": community.place_id,
        "street": street.place_id,
        "quiet": quiet.place_id,
        "data": sorted(filter(None, names | typed | cited())),
    }


def cited() -> set[str]:
    """Clauses and documents of the rulebooks, as they are cited in every language; what orders name instead."""
    books = [
        file.read_text("utf-8") for file in resources.files("sizao.rulebooks").iterdir() if file.name[-5:] == ".yaml"
    ]
    found = {
        said for book in books for said in re.findall(r"\b(?:clause|wider_clause|ceiling|number): *([^,}\n]+)", book)
    }
    return found | {clause for clause in CLAUSES if clause} | {"中文"}


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(make(Path(sys.argv[1])), ensure_ascii=False))
