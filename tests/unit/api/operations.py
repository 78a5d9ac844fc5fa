"""Every operation of the API with a right request: what the tests walk. An operation that is missing fails them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

DAY = "2022-11-19"
Ids = Mapping[str, Any]


@dataclass(frozen=True)
class Op:
    """What an operation needs, a right request for the ids of one side, and what it answers next door.

    `outside`: the status where the ids are of somebody else's area; 0: a list, which then has other rows; `each`: a
    result for each row, with 200.
    """

    needs: str
    body: Callable[[Ids], dict[str, Any]] | None = None
    outside: int = 404
    each: bool = False
    asked: Mapping[str, str] | None = None
    """Filters of a list."""

    @property
    def is_list(self) -> bool:
        return self.body is None and self.outside == 0


def _list(needs: str = "see_people") -> Op:
    return Op(needs, outside=0)


def _rows(needs: str, row: Callable[[Ids], dict[str, Any]]) -> Op:
    return Op(needs, lambda ids: {"rows": [row(ids)]}, each=True)


OPS: dict[tuple[str, str], Op] = {
    ("get", "/api/people"): _list(),
    ("get", "/api/people/{person_id}"): Op("see_people"),
    ("get", "/api/places"): _list(),
    ("get", "/api/cases"): _list(),
    ("get", "/api/events"): _list(),
    ("get", "/api/tests"): _list(),
    ("get", "/api/visits"): _list(),
    ("get", "/api/follow_ups"): _list(),
    ("get", "/api/orders"): _list(),
    ("get", "/api/requests"): _list("take_requests"),
    ("get", "/api/now/status"): _list(),
    ("get", "/api/now/tests_due"): _list(),
    ("get", "/api/now/undecided"): _list(),
    ("get", "/api/now/excesses"): _list("see_excesses"),
    ("get", "/api/now/areas"): _list("see_areas"),
    ("get", "/api/now/place_excesses"): _list("see_excesses"),
    ("get", "/api/fhir/Patient"): _list("export_people"),
    ("get", "/api/fhir/Condition"): _list("export_people"),
    ("get", "/api/fhir/Observation"): _list("export_people"),
    ("get", "/api/fhir/metadata"): Op("export_people", outside=200),
    ("post", "/api/people"): Op("add_people", lambda ids: {"home_place_id": ids["place_id"], "name": "孙七"}, 403),
    ("patch", "/api/people/{person_id}"): Op("add_people", lambda ids: {"version": 1, "birth_date": "1990-01-01"}),
    ("post", "/api/people/merge"): Op("merge_people", lambda ids: {"kept": ids["person_id"], "gone": ids["other"]}),
    ("post", "/api/people/unmerge"): Op(
        "merge_people", lambda ids: {"kept": ids["merged_into"], "gone": ids["merged"]}
    ),
    ("post", "/api/people/{person_id}/glass"): Op(
        "break_glass", lambda ids: {"reason": "she was found ill on a train"}, outside=200
    ),
    ("post", "/api/people/{person_id}/call"): Op(
        "find_anybody", lambda ids: {"caller": ids["phone"], "reason": "calls about her own isolation"}, outside=200
    ),
    ("post", "/api/people/{person_id}/assign"): Op("assign_people", lambda ids: {}),
    ("post", "/api/events"): Op(
        "record_events",
        lambda ids: {"person_id": ids["person_id"], "kind": "arrived_from_abroad", "occurred_on": DAY},
    ),
    ("post", "/api/exposures"): Op(
        "record_events",
        lambda ids: {"person_id": ids["person_id"], "case_id": ids["case_id"], "occurred_on": DAY},
    ),
    ("post", "/api/tests"): Op("record_tests", lambda ids: {"person_id": ids["person_id"], "sampled_on": DAY}),
    ("post", "/api/tests/{test_id}/result"): Op("record_tests", lambda ids: {"version": 1, "result": "negative"}),
    ("post", "/api/tests/{test_id}/withdraw"): Op("record_tests", lambda ids: {"version": 1}),
    ("post", "/api/cases"): Op(
        "report_cases",
        lambda ids: {"person_id": ids["person_id"], "confirmed_on": DAY, "classification": "asymptomatic"},
    ),
    ("patch", "/api/cases/{case_id}"): Op("report_cases", lambda ids: {"version": 1, "discharged_on": "2022-11-20"}),
    ("post", "/api/cases/{case_id}/withdraw"): Op("report_cases", lambda ids: {"version": 1}),
    ("post", "/api/cases/{case_id}/places"): Op(
        "report_cases", lambda ids: {"place_id": "jia-1", "role": "work", "spread_risk": True}
    ),
    ("post", "/api/visits"): Op(
        "record_events",
        lambda ids: {
            "person_id": ids["person_id"],
            "place_id": "jia-1",
            "arrived_at": "2022-11-18T08:00:00+08:00",
            "left_at": "2022-11-18T09:00:00+08:00",
        },
    ),
    ("post", "/api/follow_ups"): Op(
        "log_visits", lambda ids: {"person_id": ids["person_id"], "outcome": "seen_ok", "occurred_on": DAY}
    ),
    ("post", "/api/orders"): Op(
        "impose_orders",
        lambda ids: {
            "person_id": ids["person_id"],
            "since": DAY,
            "issuer": "the office",
            "restriction": "home_isolation",
        },
    ),
    ("post", "/api/orders/{order_id}/lift"): Op("impose_orders", lambda ids: {"version": 1, "until": "2022-11-21"}),
    ("post", "/api/orders/{order_id}/withdraw"): Op("impose_orders", lambda ids: {"version": 1}),
    ("post", "/api/excesses/answer"): Op(
        "answer_excesses",
        lambda ids: {"about": ids["about"], "kind": "longer", "since": DAY, "version": 1, "said": "facts_wrong"},
    ),
    ("post", "/api/excesses/judge"): Op(
        "judge_answers",
        lambda ids: {"about": ids["about"], "kind": "longer", "since": DAY, "version": 1, "said": "refused"},
    ),
    ("post", "/api/requests"): Op(
        "take_requests", lambda ids: {"person_id": ids["person_id"], "kind": "medicine", "occurred_on": DAY}
    ),
    ("post", "/api/requests/{request_id}/answer"): Op(
        "take_requests", lambda ids: {"version": 1, "answered_on": "2022-11-20"}
    ),
    ("post", "/api/bulk/tests"): _rows(
        "record_tests", lambda ids: {"person_id": ids["person_id"], "sampled_on": DAY, "result": "negative"}
    ),
    ("post", "/api/bulk/results"): _rows(
        "record_tests", lambda ids: {"test_id": ids["test_id"], "version": 1, "result": "negative"}
    ),
    ("post", "/api/bulk/follow_ups"): _rows(
        "log_visits", lambda ids: {"person_id": ids["person_id"], "outcome": "seen_ok", "occurred_on": DAY}
    ),
    ("post", "/api/bulk/assign"): Op("assign_people", lambda ids: {"person_ids": [ids["person_id"]]}, each=True),
}
WRITES = {(method, path): op for (method, path), op in OPS.items() if op.body is not None}
LISTS = {path: op for (_, path), op in OPS.items() if op.is_list}


def of_the_document() -> set[tuple[str, str]]:
    """(method, path) of every operation in the OpenAPI document."""
    from sizao.api.app import api

    paths = api.get_openapi_schema(path_prefix="/api/")["paths"]
    return {(method, path) for path, methods in paths.items() for method in methods}


def fill(path: str, ids: Ids) -> str:
    """The address for some ids."""
    return re.sub(r"{(\w+)}", lambda name: str(ids[name[1]]), path)


def ids_of(sides: Any, name: str) -> dict[str, Any]:
    """Ids of one side; `other` is a second person there, `merged` a third who was merged into `merged_into`."""
    from sizao.register.access import access_of_job
    from sizao.register.actions import people

    side = sides[name]
    if "other" not in side.ids:
        job = access_of_job("test")
        two = [people.add_person(by=job, home_place_id=name, name=f"twin-of-{name}").person_id for _ in range(2)]
        people.merge_people(by=job, kept=two[0], gone=two[1])
        side.ids |= {"other": side.texts[0], "merged_into": two[0], "merged": two[1]}
        side.texts += [f"twin-of-{name}", *two]
    return side.ids | {"about": f"person:{side.ids['person_id']}"}


NOWHERE = {
    "person_id": "p-nobody",
    "about": "person:p-nobody",
    "phone": "13700137000",
    "other": "p-nobody-else",
    "merged_into": "p-nobody",
    "merged": "p-nobody-else",
    "test_id": "t-none",
    "case_id": "c-none",
    "event_id": "e-none",
    "order_id": "o-none",
    "request_id": "r-none",
    "place_id": "nowhere",
}
