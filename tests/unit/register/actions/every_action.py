"""Every action of the register as a case: what it is given, what it writes, of whom, who may, what it refuses."""

from __future__ import annotations

import datetime as dt
import inspect
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import pyarrow as pa

DAY = dt.date(2022, 11, 19)
LATER = dt.date(2095, 1, 1)
NIGHT = dt.datetime(2022, 11, 19, 12, tzinfo=dt.UTC)
REASON = "密接从乙区来，需核实"
SECRET = "a long and winding road"
LONG = "长" * 2001
Given = dict[str, Any]


@dataclass(frozen=True)
class Wrong:
    """Arguments instead of the right ones, and how they are refused."""

    given: Mapping[str, Any]
    code: str = "invalid"
    columns: frozenset[str] = frozenset()


def wrong(*columns: str, code: str = "invalid", **given: Any) -> Wrong:
    return Wrong(given, code, frozenset(columns or given) if code == "invalid" else frozenset())


@dataclass(frozen=True)
class Case:
    """One way of calling an action."""

    permission: str
    """"" is whoever signed in."""
    given: Callable[[Any], Given]
    writes: Mapping[str, int]
    """Rows added by table, beside the act."""
    person: Callable[[Any], str] = lambda side: ""
    """Of whom the act is."""
    place: Callable[[Any], str] = lambda side: ""
    touches: bool = False
    """Whether what holds for the person is derived anew."""
    elsewhere: str = "not-found"
    """How somebody from next door is refused; "" where they are not."""
    named: str = ""
    """The argument that names what it is about: of an unknown one nothing else is said than of one next door."""
    wrong: tuple[Wrong, ...] = ()
    changes: bool = False
    """Whether rows are changed, not only added."""
    act: str = ""


def fact(permission: str, table: str, given: Callable[[Any], Given], named: str, **more: Any) -> Case:
    """A fact of the person of a side."""
    touches = table in ("events", "tests", "orders", "cases")
    return Case(
        permission, given, {table: 1}, **{"person": lambda s: s.person, "touches": touches, "named": named, **more}
    )


CASES: dict[str, Case] = {
    # What happened to a person
    "events.record_event": fact(
        "record_events",
        "events",
        lambda s: {
            "person_id": s.person,
            "kind": "exposed_to_case",
            "occurred_on": DAY,
            "case_id": s.case,
            "place_id": s.street,
        },
        "person_id",
        wrong=(
            wrong(kind=""),
            wrong(kind="x" * 61),
            wrong(kind="a\0b"),
            wrong(kind="a\ud800b"),
            wrong(kind=7),
            wrong(occurred_on=LATER),
            wrong(occurred_on=dt.date(1, 1, 1)),
            wrong(occurred_on=NIGHT),
            wrong(occurred_on=None),
            wrong(case_id="c-none", code="not-found"),
            wrong(place_id="l-none", code="not-found"),
            wrong(person_id="p-none", code="not-found"),
            wrong(voids="e-none", code="not-found"),
            wrong(kind="void", code="void-of-nothing"),
            wrong(kind="case/confirmed", code="reserved-kind"),
        ),
    ),
    "events.record_event to replace": fact(
        "record_events",
        "events",
        lambda s: {"person_id": s.person, "kind": "arrived_from_abroad", "occurred_on": DAY, "voids": s.event},
        "person_id",
    ),
    "events.record_exposure": fact(
        "record_events",
        "events",
        lambda s: {"person_id": s.person, "case_id": s.case, "occurred_on": DAY},
        "person_id",
        act="record_event",
    ),
    "events.void_event": fact(
        "record_events",
        "events",
        lambda s: {"event_id": s.event},
        "event_id",
        act="record_event",
        wrong=(wrong(event_id="e-none", code="not-found"), wrong(event_id="e\0", code="not-found")),
    ),
    "visits.log_visit": fact(
        "log_visits",
        "follow_ups",
        lambda s: {"person_id": s.person, "outcome": "seen_ok", "occurred_on": DAY},
        "person_id",
        wrong=(wrong(outcome="seen"), wrong(outcome=None), wrong(occurred_on=LATER)),
    ),
    "visits.record_presence": fact(
        "record_events",
        "visits",
        lambda s: {
            "person_id": s.person,
            "place_id": s.street,
            "arrived_at": NIGHT,
            "left_at": NIGHT + dt.timedelta(hours=1),
        },
        "person_id",
        place=lambda s: s.street,
        wrong=(
            wrong(left_at=NIGHT - dt.timedelta(hours=1)),
            wrong(arrived_at=NIGHT.replace(tzinfo=None)),
            wrong(arrived_at=dt.datetime(1, 1, 1, tzinfo=dt.UTC)),
            wrong(left_at=dt.datetime(2099, 1, 1, tzinfo=dt.UTC)),
            wrong(place_id="l-none", code="not-found"),
        ),
    ),
    # Samples
    "tests.record_test": fact(
        "record_tests",
        "tests",
        lambda s: {"person_id": s.person, "sampled_on": DAY, "tube_id": "tube-9", "ct": 3000, "result": "positive"},
        "person_id",
        wrong=(
            wrong(result="yes"),
            wrong(method="x" * 41),
            wrong(tube_id="x" * 65),
            wrong(ct=-1),
            wrong(ct=2**31),
            wrong(ct=True),
            wrong(ct="30"),
            wrong(sampled_on=LATER),
            wrong("ct", "result", ct=-1, result="yes"),
        ),
    ),
    "tests.record_result": fact(
        "record_tests",
        "tests",
        lambda s: {"test_id": s.test, "version": 1, "result": "negative"},
        "test_id",
        wrong=(
            wrong(result="yes"),
            wrong(ct=-1),
            wrong(version=2, code="changed-meanwhile"),
            wrong(version=0, code="changed-meanwhile"),
            wrong(test_id="t-none", code="not-found"),
        ),
    ),
    "tests.withdraw_test": fact("record_tests", "tests", lambda s: {"test_id": s.test, "version": 1}, "test_id"),
    # Cases
    "cases.report_case": fact(
        "report_cases",
        "cases",
        lambda s: {"person_id": s.person, "confirmed_on": DAY, "classification": "asymptomatic"},
        "person_id",
        wrong=(
            wrong(classification="ill"),
            wrong(origin="moon"),
            wrong(severity="x" * 21),
            wrong(found_by="x" * 61),
            wrong(confirmed_on=LATER),
            wrong(onset_on=LATER),
        ),
    ),
    "cases.update_case": fact(
        "report_cases",
        "cases",
        lambda s: {"case_id": s.case, "version": 1, "discharged_on": DAY},
        "case_id",
        person=lambda s: s.other,
        wrong=(
            wrong(discharged_on=DAY - dt.timedelta(9)),
            wrong(died_on=LATER),
            wrong(classification=None),
            wrong(person_id="p-1", code="unknown-field"),
            wrong(version=3, code="changed-meanwhile"),
        ),
    ),
    "cases.withdraw_case": fact(
        "report_cases", "cases", lambda s: {"case_id": s.case, "version": 1}, "case_id", person=lambda s: s.other
    ),
    "cases.record_case_place": fact(
        "report_cases",
        "case_places",
        lambda s: {"case_id": s.case, "place_id": s.street, "role": "work", "spread_risk": False},
        "case_id",
        person=lambda s: s.other,
        place=lambda s: s.street,
        wrong=(
            wrong(role="bed"),
            wrong(spread_risk=None),
            wrong(spread_risk=1),
            wrong("until", since=DAY, until=DAY - dt.timedelta(1)),
            wrong(place_id="l-none", code="not-found"),
        ),
    ),
    "cases.take_back_case_place": fact(
        "report_cases",
        "case_places",
        lambda s: {"row_id": s.case_place},
        "row_id",
        person=lambda s: s.other,
        place=lambda s: s.street,
        wrong=(wrong(row_id=2**40, code="not-found"),),
    ),
    # Orders
    "orders.impose_order": fact(
        "impose_orders",
        "orders",
        lambda s: {"person_id": s.person, "since": DAY, "issuer": "指挥部", "restriction": "home_isolation"},
        "person_id",
        wrong=(
            wrong(issuer=""),
            wrong(issuer="x" * 201),
            wrong(clause="x" * 101),
            wrong(restriction="x" * 61),
            wrong(restriction=None, code="order-of-nothing"),
            wrong(until=DAY - dt.timedelta(1)),
            wrong("from", since=dt.date(1, 1, 1)),
        ),
    ),
    "orders.impose_order on a place": fact(
        "impose_orders",
        "orders",
        lambda s: {"place_id": s.street, "since": DAY, "issuer": "指挥部", "level": "high"},
        "",
        person=lambda s: "",
        place=lambda s: s.street,
        touches=False,
        elsewhere="not-allowed",
        wrong=(wrong(level="x" * 61), wrong(level="", code="order-of-nothing")),
    ),
    "orders.lift_order": fact(
        "impose_orders",
        "orders",
        lambda s: {"order_id": s.order, "version": 1, "until": DAY},
        "order_id",
        wrong=(wrong(until=DAY - dt.timedelta(1)), wrong(version=5, code="changed-meanwhile")),
    ),
    "orders.lift_order on a place": fact(
        "impose_orders",
        "orders",
        lambda s: {"order_id": s.place_order, "version": 1, "until": DAY},
        "order_id",
        person=lambda s: "",
        place=lambda s: s.street,
        touches=False,
    ),
    "orders.withdraw_order": fact(
        "impose_orders", "orders", lambda s: {"order_id": s.order, "version": 1}, "order_id"
    ),
    # Requests
    "requests.take_request": fact(
        "take_requests",
        "requests",
        lambda s: {"person_id": s.person, "kind": "medicine", "occurred_on": DAY, "text": "降压药"},
        "person_id",
        wrong=(
            wrong(kind="x" * 41),
            wrong(text=LONG),
            wrong(text="a\0b"),
            wrong(text="\udfff"),
            wrong(occurred_on=LATER),
        ),
    ),
    "requests.take_request of a place": fact(
        "take_requests",
        "requests",
        lambda s: {"place_id": s.street, "kind": "food", "occurred_on": DAY},
        "",
        person=lambda s: "",
        place=lambda s: s.street,
        elsewhere="not-allowed",
    ),
    "requests.answer_request": fact(
        "take_requests",
        "requests",
        lambda s: {"request_id": s.request, "version": 1, "answered_on": DAY},
        "request_id",
        wrong=(wrong(answered_on=LATER), wrong(answered_on=DAY - dt.timedelta(1))),
    ),
    "requests.answer_request of a place": fact(
        "take_requests",
        "requests",
        lambda s: {"request_id": s.place_request, "version": 1, "answered_on": DAY},
        "request_id",
        person=lambda s: "",
        place=lambda s: s.street,
    ),
    "requests.object_to_status": fact(
        "see_own_record",
        "requests",
        lambda s: {"text": "我已解除"},
        "",
        elsewhere="",
        wrong=(wrong(text=LONG), wrong(text="a\0b")),
    ),
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
            wrong(home_place_id=None, code="not-allowed"),
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


def actions() -> dict[str, Callable[..., Any]]:
    """Every public write: functions of the actions' modules that are called with `by=`."""
    import sizao.register.actions as package

    found = {}
    for module in pkgutil.iter_modules(package.__path__):
        known = vars(import_module(f"{package.__name__}.{module.name}"))
        for name, function in known.items():
            if inspect.isfunction(function) and function.__module__.endswith(f".{module.name}") and name[0] != "_":
                by = inspect.signature(function).parameters.get("by")
                if by is not None and by.kind is by.KEYWORD_ONLY:
                    found[f"{module.name}.{name}"] = function
    return found


def call(name: str, by: Any, given: Given) -> Any:
    """Calls the action of a case; of many rows, raises what the first refused one was refused with."""
    done = actions()[name.split(" ")[0]](by=by, **given)
    for row in done if isinstance(done, list) else []:
        if row.error is not None:
            raise row.error
    return done


def filled(given: Given, side: Any) -> Given:
    """With the ids of a side in rows."""
    if "rows" not in given or not isinstance(given["rows"], list):
        return given
    named = {"{person}": side.person, "{test}": side.test}
    rows = [{key: named.get(value, value) for key, value in row.items()} for row in given["rows"]]
    return {**given, "rows": rows}
