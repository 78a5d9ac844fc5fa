"""Cases of the actions on people, places, work, many at once and users."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pyarrow as pa
from action_case import DAY, LATER, NIGHT, REASON, SECRET, Case, wrong

from sizao.register.actions.answers import ExcessSeen


def excess(side: Any, kind: str, version: int) -> dict[str, Any]:
    """What goes beyond the rules on a side; the stricter one is answered."""
    return {"about": f"order:{side.order}", "kind": kind, "since": DAY, "version": version}


def kept_list(side: Any) -> dict[str, Any]:
    """A list that somebody kept."""
    from django.utils import timezone

    from sizao.register.models import SavedList, User

    user = User.objects.get(username=side.user)
    kept, _ = SavedList.objects.get_or_create(
        user=user, of="tests", name="n", defaults={"query": "", "made_at": timezone.now()}
    )
    return {"list_id": kept.pk}


def own_list(by: Any, given: dict[str, Any]) -> None:
    """The list is the user's own."""
    from sizao.register.models import SavedList

    SavedList.objects.filter(pk=given["list_id"]).update(user=by.user)


KEEPING: dict[str, Case] = {
    # Lists
    "lists.save_list": Case(
        "see_people",
        lambda s: {"of": "tests", "name": "阳性", "query": "result=positive"},
        {"saved_lists": 1},
        elsewhere="",
        changes=True,
        wrong=(
            wrong(name="x" * 101),
            wrong(name="a\0"),
            wrong(name=7),
            wrong(name=" ", code="list-needs-name"),
            wrong(of="nothing", code="unknown-list"),
            wrong(query="name=李四", code="list-names"),
            wrong(query="act_id=1", code="list-column"),
            wrong(query="result=x", code="list-filter"),
            wrong(team_id=10**6, code="not-found"),
        ),
    ),
    "lists.forget_list": Case("", kept_list, {}, elsewhere="", changes=True, owned=own_list),
    # People
    "people.add_person": Case(
        "add_people",
        lambda s: {"home_place_id": s.street, "person_id": f"p-new-{s.county}", "name": "赵六", "number": "N1"},
        {"people": 1},
        person=lambda s: f"p-new-{s.county}",
        elsewhere="not-allowed",
        wrong=(
            wrong(person_id="x" * 65),
            wrong(name="长" * 201),
            wrong(phone="1\0"),
            wrong(number="\ud800"),
            wrong(name=7),
            wrong(sex="x" * 21),
            wrong(traits="x" * 201),
            wrong(birth_date=dt.date(1, 1, 1)),
            wrong(birth_date="1968-03-07"),
            wrong(home_place_id="l-none", code="not-found"),
            wrong(home_place_id=None),
            wrong(phone="abc not a phone"),
            wrong("name", name=None, number=None, person_id=None),
            wrong(birth_date=dt.date(2022, 11, 21)),
        ),
    ),
    "people.change_person": Case(
        "add_people",
        lambda s: {"person_id": s.person, "version": 1, "birth_date": dt.date(1990, 1, 1)},
        {},
        person=lambda s: s.person,
        touches=True,
        named="person_id",
        changes=True,
        wrong=(
            wrong(sex="x" * 21),
            wrong(name="长" * 201),
            wrong(phone="1234"),
            wrong(home_place_id=None),
            wrong(birth_date=dt.date(2022, 11, 21)),
            wrong(version=2, code="changed-meanwhile"),
            wrong(home_place_id="l-none", code="not-found"),
            wrong(area="x", code="unknown-field"),
        ),
    ),
    "people.merge_people": Case(
        "merge_people",
        lambda s: {"kept": s.person, "gone": s.double},
        {"merges": 1},
        person=lambda s: s.person,
        touches=True,
        named="gone",
        changes=True,
        wrong=(wrong(gone="p-none", code="not-found"),),
    ),
    "people.unmerge_people": Case(
        "merge_people",
        lambda s: {"kept": s.other, "gone": s.merged},
        {"merges": 1},
        person=lambda s: s.other,
        touches=True,
        named="gone",
        changes=True,
        wrong=(wrong(gone="p-none", code="not-found"),),
    ),
    # Places
    "places.add_place": Case(
        "keep_places",
        lambda s: {"kind": "unit", "name": "1单元", "parent_id": s.street, "place_id": f"u-{s.county}"},
        {"places": 1},
        place=lambda s: f"u-{s.county}",
        elsewhere="not-allowed",
        wrong=(
            wrong(name=""),
            wrong(name="x" * 301),
            wrong(kind="x" * 41),
            wrong(population=-1),
            wrong(lat=91.0),
            wrong(lon=float("nan")),
            wrong(lat=float("inf")),
            wrong(place_id="x" * 65),
            wrong(parent_id="l-none", code="not-found"),
            wrong(parent_id=None, code="not-allowed"),
            wrong(place_id="jia", code="id-known"),
        ),
    ),
    "places.change_place": Case(
        "keep_places",
        lambda s: {"place_id": s.street, "name": "新名"},
        {},
        place=lambda s: s.street,
        elsewhere="not-allowed",
        changes=True,
        wrong=(wrong(name=None), wrong(lat=-91.0), wrong(path="0", code="unknown-field")),
    ),
    "places.move_place": Case(
        "keep_places",
        lambda s: {"place_id": s.street, "parent_id": s.county},
        {},
        place=lambda s: s.street,
        elsewhere="not-allowed",
        wrong=(wrong(parent_id="jia-1", code="into-itself"), wrong(parent_id="l-none", code="not-found")),
    ),
    # Work
    "work.assign": Case(
        "assign_people",
        lambda s: {"person_id": s.person, "team_id": s.team},
        {"assignments": 1},
        person=lambda s: s.person,
        named="person_id",
        wrong=(
            wrong(team_id=10**6, code="not-found"),
            wrong(team_id=None, user_id=10**6, code="not-found"),
            wrong(user_id=1, code="assign-one"),
        ),
    ),
    "work.break_glass": Case(
        "break_glass",
        lambda s: {"person_id": s.person, "reason": REASON, "hours": 2},
        {"broken_glass": 1},
        person=lambda s: s.person,
        elsewhere="",
        wrong=(
            wrong(reason="short", code="reason-too-short"),
            wrong(reason=" " * 20, code="reason-too-short"),
            wrong(reason="长" * 501),
            wrong(reason=f"{REASON}\0"),
            wrong(hours=25, code="too-long"),
            wrong(hours=0, code="too-long"),
            wrong(person_id="p-none", code="not-found"),
        ),
    ),
    "work.take_call": Case(
        "find_anybody",
        lambda s: {"person_id": s.person, "caller": s.phone, "reason": REASON},
        {"broken_glass": 1},
        person=lambda s: s.person,
        elsewhere="",
        wrong=(
            wrong(reason="short", code="reason-too-short"),
            wrong(caller="13000000000", code="not-found"),
            wrong(caller="", code="not-found"),
            wrong(caller="x" * 201),
            wrong(person_id="p-none", code="not-found"),
        ),
    ),
    # Many at once
    "many.assign_many": Case(
        "assign_people",
        lambda s: {"person_ids": [s.person, s.other], "team_id": s.team},
        {"assignments": 2, "acts": 2},
        wrong=(wrong(team_id=10**6, code="not-found"), wrong(person_ids=["p-none"], code="not-found")),
        act="assign_many",
    ),
    "many.log_visits": Case(
        "log_visits",
        lambda s: {"rows": [{"person_id": s.person, "outcome": "seen_ok", "occurred_on": DAY}]},
        {"follow_ups": 1, "acts": 1},
        act="log_visit_many",
        wrong=(wrong("outcome", rows=[{"person_id": "{person}", "outcome": "x", "occurred_on": DAY}]),),
    ),
    "many.record_events": Case(
        "record_events",
        lambda s: {
            "rows": [{"person_id": s.person, "kind": "exposed_to_case", "occurred_on": DAY - dt.timedelta(days=1)}]
        },
        {"events": 1, "acts": 1},
        act="record_event_many",
        touches=True,
        wrong=(
            wrong("kind", rows=[{"person_id": "{person}", "kind": None, "occurred_on": DAY}]),
            wrong("occurred_on", rows=[{"person_id": "{person}", "kind": "exposed_to_case", "occurred_on": LATER}]),
            wrong(rows=[{"person_id": "{person}", "kind": "void", "occurred_on": DAY}], code="reserved-kind"),
            wrong(rows=[{"person_id": "p-none", "kind": "exposed_to_case", "occurred_on": DAY}], code="not-found"),
        ),
    ),
    "many.record_tests": Case(
        "record_tests",
        lambda s: {"rows": [{"person_id": s.person, "sampled_on": DAY}]},
        {"tests": 1, "acts": 1},
        act="record_test_many",
        touches=True,
        wrong=(
            wrong("tube_id", rows=[{"person_id": "{person}", "sampled_on": DAY, "tube_id": "x" * 65}]),
            wrong("sampled_on", rows=[{"person_id": "{person}", "sampled_on": None}]),
        ),
    ),
    "many.record_results": Case(
        "record_tests",
        lambda s: {"rows": [{"test_id": s.test, "version": 1, "result": "negative"}]},
        {"tests": 1, "acts": 1},
        act="record_result_many",
        touches=True,
        wrong=(
            wrong("result", rows=[{"test_id": "{test}", "version": 1, "result": "x"}]),
            wrong(rows=[{"test_id": "{test}", "version": 2, "result": "negative"}], code="changed-meanwhile"),
            wrong(rows=[{"test_id": 7, "version": 1, "result": "negative"}], code="not-found"),
        ),
    ),
    "bulk.record_table": Case(
        "import_people",
        lambda s: {
            "table": "follow_ups",
            "rows": pa.table(
                {
                    "follow_up_id": [f"f-{s.county}"],
                    "person_id": [s.person],
                    "occurred_on": [DAY],
                    "outcome": ["seen_ok"],
                    "recorded_at": pa.array([NIGHT], pa.timestamp("us", "UTC")),
                }
            ),
        },
        {"follow_ups": 1},
        elsewhere="outside-area",
        wrong=(wrong(table="acts", code="unknown-table"),),
    ),
    # Users
    "users.add_user": Case(
        "keep_users",
        lambda s: {"username": f"new.{s.county}", "password": SECRET, "citizen_of": s.person},
        {"users": 1},
        named="citizen_of",
        wrong=(
            wrong(username="a b", code="bad-name"),
            wrong(username="x" * 151),
            wrong(full_name="长" * 151),
            wrong(full_name="a\0"),
            wrong(language="x" * 6),
            wrong(username="JIA.worker", code="name-known"),
            wrong(password="123", code="weak-password"),
        ),
    ),
    "users.set_password": Case(
        "keep_users",
        lambda s: {"username": s.user, "password": SECRET},
        {},
        named="username",
        changes=True,
        wrong=(wrong(password="123", code="weak-password"), wrong(username="nobody", code="not-found")),
    ),
    "users.change_own_password": Case(
        "",
        lambda s: {"password": SECRET},
        {},
        elsewhere="",
        changes=True,
        wrong=(wrong(password="123", code="weak-password"),),
    ),
    "users.drop_second_factor": Case("keep_users", lambda s: {"username": s.user}, {}, named="username"),
    "users.close_user": Case("keep_users", lambda s: {"username": s.user}, {}, named="username", changes=True),
    "users.grant_role": Case(
        "keep_users",
        lambda s: {"username": s.user, "role": "tracer", "place_id": s.street},
        {"grants": 1},
        place=lambda s: s.street,
        elsewhere="not-allowed",
        wrong=(
            wrong(role="king", code="unknown-role"),
            wrong(place_id=None, code="not-allowed"),
            wrong(place_id="l-none", code="not-found"),
            wrong(username="nobody", code="not-found"),
            wrong(until=dt.datetime(2020, 1, 1, tzinfo=dt.UTC)),
            wrong(until=NIGHT.replace(tzinfo=None)),
        ),
    ),
    "users.end_grant": Case(
        "keep_users",
        lambda s: {"grant_id": s.grant},
        {},
        named="grant_id",
        changes=True,
        wrong=(wrong(grant_id=10**6, code="not-found"),),
    ),
    "users.add_team": Case(
        "keep_users",
        lambda s: {"name": "二队", "place_id": s.street, "usernames": (s.user, s.user)},
        {"teams": 1, "memberships": 1},
        place=lambda s: s.street,
        elsewhere="not-allowed",
        wrong=(
            wrong(name="x" * 101),
            wrong(name="a\0"),
            wrong(usernames=("nobody",), code="not-found"),
            wrong(name="team", place_id="jia", code="name-known"),
        ),
    ),
    "answers.answer_excess": Case(
        "answer_excesses",
        lambda s: {**excess(s, "longer", 0), "said": "lifted", "text": "乙区 已解除"},
        {"excess_answers": 1},
        person=lambda s: s.person,
        named="about",
        wrong=(
            wrong(said="accepted"),
            wrong(said="x"),
            wrong("clause", said="within_rules"),
            wrong("clause", said="within_rules", clause="九十九（一）"),
            wrong(text="长" * 2001),
            wrong(text="a\0b"),
            wrong(clause="x" * 201),
            wrong(version=1, code="changed-meanwhile"),
            wrong(kind="earlier", code="not-found"),
            wrong(since=NIGHT.date() - dt.timedelta(1), code="not-found"),
        ),
    ),
    "answers.judge_answer": Case(
        "judge_answers",
        lambda s: {**excess(s, "stricter", 1), "said": "refused", "text": "乙区 仍未解除"},
        {"excess_answers": 1},
        person=lambda s: s.person,
        named="about",
        wrong=(
            wrong(said="lifted"),
            wrong(text=7),
            wrong(version=0, code="changed-meanwhile"),
            wrong(kind="longer", version=0, code="nothing-to-judge"),
        ),
    ),
    "answers.answer_excesses": Case(
        "answer_excesses",
        lambda s: {"rows": (ExcessSeen(**excess(s, "longer", 0)),), "said": "facts_wrong", "text": "乙区"},
        {"excess_answers": 1, "acts": 1},
        act="answer_excess_many",
        wrong=(wrong(said="x"), wrong("clause", said="within_rules")),
    ),
    "answers.judge_answers": Case(
        "judge_answers",
        lambda s: {"rows": (ExcessSeen(**excess(s, "stricter", 1)),), "said": "accepted"},
        {"excess_answers": 1, "acts": 1},
        act="judge_answer_many",
        wrong=(wrong(said="lifted"),),
    ),
    "codes.give_code": Case(
        "make_documents",
        lambda s: {"person_id": s.person},
        {"person_codes": 1},
        person=lambda s: s.person,
        named="person_id",
        wrong=(wrong(days=0, code="code-days"), wrong(days=91, code="code-days"), wrong(days=True, code="code-days")),
    ),
    "codes.revoke_codes": Case(
        "make_documents",
        lambda s: {"person_id": s.person},
        {},
        person=lambda s: s.person,
        named="person_id",
        changes=True,
    ),
    "users.make_token": Case(
        "",
        lambda s: {"name": "phone", "until": dt.datetime.now(dt.UTC) + dt.timedelta(days=3)},
        {"api_tokens": 1},
        elsewhere="",
        wrong=(
            wrong(name="x" * 101),
            wrong(until=dt.datetime(2020, 1, 1, tzinfo=dt.UTC)),
            wrong(until=NIGHT.replace(tzinfo=None)),
            wrong(until=dt.datetime(2099, 1, 1, tzinfo=dt.UTC), code="too-long"),
        ),
    ),
    "users.revoke_token": Case(
        "keep_users",
        lambda s: {"token_id": s.token},
        {},
        named="token_id",
        changes=True,
        wrong=(wrong(token_id=10**6, code="not-found"),),
    ),
}
