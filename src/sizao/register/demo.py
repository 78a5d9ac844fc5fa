"""Loads a made-up city into a register of its own: people with made-up names, users of every role, work under way.

`python -m sizao.register.demo FOLDER SEED LANG` for the demo, in a process whose environment names that register.
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from sizao.register.roles import roles
from sizao.tables import read_folder
from sizao.words import Lang, read_yaml

FOLDER = "register"
"""Where the demo keeps its register, in the folder of its tables."""
STEPS = ("tables", "names", "records", "derive", "users")
CHECK = "10X98765432"  # the last sign of a number, by the sum of the others
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
NOWHERE = 990_000  # numbers begin with the code of a county: none has these
NUMBERED = 5_000_000  # people who can have numbers that differ
ASSIGNED = 60
Progress = Callable[[str], None]


def environment(folder: Path, on: date) -> dict[str, str]:
    """The environment of the demo's register: nothing of another register's, whatever is set here."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SIZAO_")}
    kept.pop("DATABASE_URL", None)
    return kept | {
        "DJANGO_SETTINGS_MODULE": "sizao.web.settings",
        "SIZAO_HOME": str((folder / FOLDER).absolute()),
        "SIZAO_TODAY": on.isoformat(),
        "SIZAO_TOTP": "optional",
    }


def password() -> str:
    """Of every user of the demo."""
    return str(read_yaml("sizao.register", "demo.yaml")["password"])


def load_city(folder: Path, seed: int, lang: Lang, progress: Progress = lambda step: None) -> list[dict[str, str]]:
    """Records the tables of a folder in an empty register and derives everybody; the users, with role and place.

    Django is set up for that register (`environment`). Raises RefusedError where the tables break their contracts.
    """
    from sizao.register.access import access_of_job
    from sizao.register.actions.bulk import ORDER, record_table
    from sizao.register.bridge.held import fill_held
    from sizao.register.bridge.now import derive_everybody
    from sizao.register.ready import make_tables

    progress("tables")
    make_tables()
    found = read_folder(folder, strict=True)
    progress("names")
    people = found.tables["people"].arrow()
    sealed = name_people(people, seed)
    progress("records")
    for table in ORDER:
        if table in found.tables:
            rows = found.tables[table].arrow()
            record_table(
                by=access_of_job("demo"), table=table, rows=rows, sealed=sealed if table == "people" else None
            )
    progress("derive")
    derive_everybody()
    fill_held()
    progress("users")
    return _settle_users(lang)


def name_people(people: pa.Table, seed: int) -> dict[str, list[str | None]]:
    """Made-up names, phones and numbers for the rows of `people`, the same for the same seed.

    Phones begin with 120 and numbers with 99: no telephone and no county has them, so nobody real is hit.
    """
    said = read_yaml("sizao.register", "demo.yaml")
    rng = np.random.Generator(np.random.PCG64([seed, people.num_rows]))
    count = people.num_rows
    surnames = rng.choice([*said["surnames"]], count, p=_falling(len(said["surnames"])))
    firsts, seconds = rng.integers(1 << 30, size=(2, count))
    two = rng.random(count) < 0.75
    phones = rng.permutation(count)
    sexes = people.column("sex").to_pylist()
    births = people.column("birth_date").to_pylist()
    names: list[str | None] = []
    numbers: list[str | None] = []
    for n, (sex, birth) in enumerate(zip(sexes, births, strict=True)):
        born = birth or date(1980, 1, 1)
        letters = _letters(said["given"], born.year, sex or "female")
        second = letters[int(seconds[n]) % len(letters)] if two[n] else ""
        names.append(f"{surnames[n]}{letters[int(firsts[n]) % len(letters)]}{second}")
        numbers.append(_number(n, born, sex) if n < NUMBERED else None)
    return {"name": names, "phone": [f"120{n:08d}" for n in phones.tolist()], "number": numbers}


def _falling(count: int) -> Any:
    """Few names are borne by many: the chances of each, as of the words of a language."""
    weights = 1 / np.arange(5, count + 5)
    return weights / weights.sum()


def _letters(given: Any, year: int, sex: str) -> str:
    since = max(first for first in given if first <= max(year, 1900))
    return str(given[since].get(sex) or given[since]["female"])


def _number(n: int, born: date, sex: str | None) -> str:
    plain = f"{NOWHERE + n % 10_000}{born:%Y%m%d}{n // 10_000 * 2 % 1_000 + (sex == 'male'):03d}"
    return plain + CHECK[sum(w * int(d) for w, d in zip(WEIGHTS, plain, strict=True)) % 11]


def _settle_users(lang: Lang) -> list[dict[str, str]]:
    """Users, teams and the work that they have begun; what is printed of the users."""
    from sizao.register.access import access_of_job
    from sizao.register.actions.users import add_team, add_user, grant_role
    from sizao.register.models import User

    said = read_yaml("sizao.register", "demo.yaml")
    places = _choose_places()
    held = _held_in(places["community"].path)
    told = []
    for name, about in said["users"].items():
        linked = held[0] if about["role"] == "citizen" else ""
        full = about.get("name", "").split(" ")[0] if lang == "zh" else about.get("name", "").partition(" ")[2]
        add_user(
            by=access_of_job("demo"),
            username=name,
            password=said["password"],
            full_name=full,
            language=lang,
            citizen_of=linked,
        )
        place = None if linked else places[about["in"]]
        grant_role(
            by=access_of_job("demo"), username=name, role=about["role"], place_id=place.place_id if place else None
        )
        told.append({"name": name, "role": about["role"], "place": linked or places[about["in"]].name})
    teams = {
        team["name"]: add_team(
            by=access_of_job("demo"),
            name=team["name"],
            place_id=places[team["in"]].place_id,
            usernames=tuple(team["users"]),
        )
        for team in said["teams"]
    }
    _begin_work(said, lang, places, held, [*teams.values()], {user.username: user for user in User.objects.all()})
    return told


def _choose_places() -> dict[str, Any]:
    """The community with most people under a measure, the street, county and city around it, and the next county."""
    from sizao.register.models import NowStatus, Place
    from sizao.register.models.places import STEP

    areas = NowStatus.objects.unscoped("to choose places").values_list("person__area", flat=True)
    busy = Counter(area[: STEP * depth] for area in areas for depth in range(1, len(area) // STEP + 1))
    rows = Place.objects.unscoped("to choose places").filter(kind__in=("city", "county", "street", "community"))
    found: dict[str, Any] = {}
    for kind in ("community", "street", "county", "city"):
        of_kind = [place for place in rows if place.kind == kind]
        inner = [place for place in found.values() if place.kind == "community"]
        around = [place for place in of_kind if not inner or inner[0].path.startswith(place.path)]
        found[kind] = max(around, key=lambda place: (busy[place.path], place.place_id))
        if kind == "county":
            others = [place for place in of_kind if place != found[kind]] or of_kind
            found["other"] = max(others, key=lambda place: (busy[place.path], place.place_id))
    return found


def _held_in(path: str) -> list[str]:
    """People of an area who stay at home under a measure, tests due today first; else any who live there."""
    from sizao.register.models import NowStatus, Person
    from sizao.register.scope import within

    rows = NowStatus.objects.unscoped("to choose people").filter(
        within("person__area", (path,)), restriction="home_isolation"
    )
    found = list(rows.order_by("-test_due", "person_id").values_list("person_id", flat=True)[: 2 * ASSIGNED])
    anybody = Person.objects.unscoped("to choose people").filter(within("area", (path,))).order_by("person_id")
    return found or list(anybody.values_list("person_id", flat=True)[:ASSIGNED])


def _begin_work(said: Any, lang: Lang, places: Any, held: list[str], teams: list[Any], users: Any) -> None:
    """Assignments, requests (every third answered), an objection, and a glass that was broken."""
    from sizao.register.access import access_of
    from sizao.register.actions.many import assign_many
    from sizao.register.actions.requests import answer_request, object_to_status, take_request
    from sizao.register.actions.work import break_glass
    from sizao.register.clock import today

    commander, desk = access_of(users["commander"]), access_of(users["community"])
    tracing, visiting = teams
    assign_many(by=commander, person_ids=held[:ASSIGNED], team_id=visiting.pk)
    assign_many(by=commander, person_ids=_held_in(places["county"].path)[-ASSIGNED:], team_id=tracing.pk)
    for n, asked in enumerate(said["requests"] * 2):
        taken = take_request(
            by=replace(desk, key=f"demo-{n}"),
            kind=asked["kind"],
            occurred_on=today(),
            person_id=held[(3 * n + 1) % len(held)],
            text=asked[lang],
        )
        if n % 3 == 0:
            answer_request(by=desk, request_id=taken.request_id, version=1, answered_on=today())
    object_to_status(by=access_of(users["citizen"]), text=said["objection"][lang])
    outside = _held_in(places["other"].path)
    if outside:
        break_glass(by=access_of(users["tracer"]), person_id=outside[0], reason=said["glass"][lang])


def main() -> None:
    """Says each step on a line of its own, and at the end the users, as JSON."""
    import django

    folder, seed, lang = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    django.setup()
    users = load_city(folder, seed, "zh" if lang == "zh" else "en", lambda step: print(json.dumps(step), flush=True))
    titles = {name: dict(role.title) for name, role in roles().items()}
    print(json.dumps([user | {"title": titles[user["role"]][lang]} for user in users]), flush=True)


if __name__ == "__main__":
    main()
