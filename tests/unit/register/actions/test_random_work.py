"""Random work by random users in two counties: whatever they try, what must always hold holds."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import pairwise
from typing import Any

from action_case import REASON
from django.db import transaction
from every_action import CASES, actions
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from shown_rows import derived, shown

from sizao.errors import SizaoError
from sizao.register.access import FOLLOW, GLASS, Access, access_of
from sizao.register.roles import roles

ACTORS = (
    ("tracer", "jia"),
    ("epidemiologist", "jia"),
    ("epidemiologist", "yi"),
    ("epidemiologist", None),
    ("community_worker", "jia-1"),
    ("laboratory", "yi"),
    ("call_desk", "jia"),
    ("commander", None),
    ("commander", "yi-1"),
    ("oversight", "nation"),
    ("administrator", None),
    ("administrator", "jia"),
)
OTHERS = ("bulk.record_table", "users.change_own_password", "users.make_token", "requests.object_to_status")
HOLDERS = [
    (name, actor)
    for name in sorted(CASES)
    if name not in OTHERS
    for actor in ACTORS
    if CASES[name].permission in roles()[actor[0]].may
]
SOMEBODY = [(name, ACTORS[number % len(ACTORS)]) for number, (name, _) in enumerate(HOLDERS[::6])]
STEP = st.tuples(
    st.sampled_from(HOLDERS + SOMEBODY),
    st.sampled_from(("jia", "yi")),
    st.integers(0, 99),  # which of the rows there are
    st.sampled_from((0, 0, 0, -1)),  # how many versions behind
    st.sampled_from(("", "", "a", "b")),  # key
)


@settings(
    max_examples=10,
    derandomize=True,
    deadline=None,
    phases=[Phase.generate],  # a failure is shown as it was found: making it smaller takes minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=st.lists(STEP, min_size=12, max_size=24))
def test_what_must_hold_holds(steps: list[Any], showing: Any, django_capture_on_commit_callbacks: Any) -> None:
    users = {actor: showing.enter(*actor).user for actor in ACTORS}  # once: they outlive the savepoint
    mark = transaction.savepoint()
    try:
        with django_capture_on_commit_callbacks(execute=True):
            sent = Counter(take(showing, users, step) for step in steps)
        check_facts()
        check_keys()
        check_tree()
        check_merges()
        for user in users.values():
            check_seen(access_of(user))
        assert shown() == derived()
        assert sum(sent.values()) == len(steps)
    finally:
        transaction.savepoint_rollback(mark)


def take(world: Any, users: Any, step: Any) -> str:
    """One action by somebody of something; a refusal writes nothing. What became of it."""
    from sizao.register.models import Act

    (name, actor), county, number, behind, key = step
    by = replace(access_of(users[actor]), key=f"{key}{name}" if key else "")
    given = chosen(CASES[name].given(getattr(world, county)), number, behind)
    before = Act.objects.count()
    try:
        with transaction.atomic():
            actions()[name.split(" ")[0]](by=by, **given)
    except SizaoError as error:
        assert Act.objects.count() == before
        return error.code
    return "done"


def chosen(given: dict[str, Any], number: int, behind: int) -> dict[str, Any]:
    """With one of the rows there are instead of the usual one, as somebody saw it some time ago."""
    from sizao.register.models import Case, Event, Order, Person, Request, Test

    def one(model: Any, key: str) -> str:
        ids = sorted(set(model.objects.unscoped("test").values_list(key, flat=True)))
        return str(ids[number % len(ids)])

    def version(model: Any, key: str, name: str) -> int:
        return model.objects.unscoped("test").filter(**{key: name}).count() + behind

    found = dict(given)
    for name in ("person_id", "kept", "gone"):
        if name in given and not str(given[name]).startswith("p-new"):
            found[name] = one(Person, "person_id")
            number += 3
    if "event_id" in given:
        found["event_id"] = one(Event, "event_id")
    if "voids" in given:
        found["voids"] = one(Event, "event_id")
    for model, key in ((Test, "test_id"), (Case, "case_id"), (Order, "order_id"), (Request, "request_id")):
        if key in given and "version" in given:
            found[key] = one(model, key)
            found["version"] = version(model, key, found[key])
    if "version" in given and "person_id" in found:
        found["version"] = Person.objects.unscoped("test").get(pk=found["person_id"]).version + behind
        found["home_place_id"] = ("jia-1", "yi-1", "jia", None)[number % 4]
    if "rows" in given:
        rows = [
            chosen(dict(row), number + n, behind)
            if isinstance(row, dict)
            else replace(row, version=max(row.version + behind, 0))
            for n, row in enumerate(given["rows"] * 3)
        ]
        found["rows"] = rows
    if "person_ids" in given:
        ids = sorted(Person.objects.unscoped("test").values_list("pk", flat=True))
        found["person_ids"] = ids[number % len(ids) :]
    return found


def check_facts() -> None:
    """Versions are 1..n, each recorded after the one before; each fact has its act; nothing is taken back twice."""
    from sizao.register.models import FACTS, Assignment, CasePlace, Event
    from sizao.register.models.facts import Versioned
    from sizao.tables import contract

    for model in FACTS:
        rows = list(model.objects.unscoped("test").select_related("act").order_by("pk"))
        for row in rows:
            assert row.act.at <= row.recorded_at
            assert row.act.person_id in ("", row.person_id or "")
        if issubclass(model, Versioned):
            versions: dict[str, list[Any]] = {}
            for row in rows:
                versions.setdefault(getattr(row, contract(model._meta.db_table).key[0]), []).append(row)
            for told in versions.values():
                assert [row.version for row in told] == [*range(1, len(told) + 1)]
                assert all(a.recorded_at < b.recorded_at for a, b in pairwise(told))
                assert not any(row.withdrawn for row in told[:-1])
    voids = Counter(Event.objects.unscoped("test").exclude(voids=None).values_list("voids", flat=True))
    backs = CasePlace.objects.unscoped("test").exclude(takes_back=None).values_list("takes_back", flat=True)
    latest = Assignment.objects.filter(latest=True).values_list("person", flat=True)
    assert all(number == 1 for found in (voids, Counter(backs), Counter(latest)) for number in found.values())


def check_keys() -> None:
    from sizao.register.models import Act

    keys = Counter(Act.objects.exclude(key="").values_list("by", "key"))
    assert all(number == 1 for number in keys.values())


def check_tree() -> None:
    """A place's path is its parent's and its own step; a person's area is the path of their home."""
    from sizao.register.models import Person, Place
    from sizao.register.models.places import step

    for place in Place.objects.unscoped("test").select_related("parent"):
        assert place.path == (place.parent.path if place.parent else "") + step(place.pk)
    for person in Person.objects.unscoped("test").select_related("home"):
        assert person.area == (person.home.path if person.home else "")


def check_merges() -> None:
    """Who was merged leads to a record that was not, and the merges on record say the same."""
    from sizao.register.models import Merge, Person

    people = {person.pk: person.same_as_id for person in Person.objects.unscoped("test")}
    assert all(people[root] is None for root in people.values() if root)
    held: dict[str, str] = {}
    for merge in Merge.objects.order_by("pk"):
        held.pop(merge.gone_id, None)
        if not merge.undone:
            held[merge.gone_id] = merge.kept_id
    for name, root in people.items():
        at = name
        while at in held:
            at = held[at]
        assert at == (root or name)


def check_seen(access: Access) -> None:
    """What a user may read, against a plain look at each person and each of the user's grants."""
    from sizao.register.models import FACTS, NowStatus, Person

    people = {person.pk: person for person in Person.objects.unscoped("test").all()}
    for permission in ("see_people", "see_names", "record_tests", "take_requests", "impose_orders", "see_excesses"):
        seen = {name for name, person in people.items() if may(access, permission, person)}
        assert set(Person.objects.seen_by(access, permission).values_list("pk", flat=True)) == seen
        for model in (*FACTS, NowStatus):
            rows = model.objects.seen_by(access, permission).exclude(person=None)
            read = {
                row.person_id
                for row in rows
                if not getattr(row, "place_id", None) or model._meta.model_name != "request"
            }
            assert read <= seen, (model, permission)


def may(access: Access, permission: str, person: Any) -> bool:
    from sizao.register.models import Assignment, BrokenGlass

    grants = [grant for grant in access.user.grants.select_related("place") if permission in roles()[grant.role].may]
    if any(grant.place is None or person.area.startswith(grant.place.path) for grant in grants):
        return True
    if grants and permission in FOLLOW:
        teams = {member.team_id for member in access.user.memberships.all()}
        for row in Assignment.objects.filter(person=person, latest=True):
            if row.user_id == access.user_id or row.team_id in teams:
                return True
    glass = BrokenGlass.objects.filter(user=access.user, person_id=person.pk, opens="record", until__gt=access.at)
    return bool(grants) and permission in GLASS and glass.exists() and all(row.reason == REASON for row in glass)
