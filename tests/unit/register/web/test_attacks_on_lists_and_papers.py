"""Attacks on line lists, papers, interviews, answers and orders: whatever stands in an address or a form."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from paper_making import TODAY

from sizao.register.models import Act, Document

STRANGE = (
    "²",
    "٣",
    "９９",
    "-1",
    "9" * 18,
    "9" * 400,
    "1e999",
    "nan",
    "0001-01-01",
    "9999-12-31",
    "2022-11-20T00:00:00",
    "' OR 1=1 --",
    "<script>alert(1)</script>",
    "%",
    "_",
    "\\",
    "\r\nX-Evil: 1",
    "\ud800",
    "李" * 300,
    "order:",
    "person:",
    "|||||",
    "p|c|exposed_to_case|2022-11-19|",
    "p-1&with=x",
    *(
        base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")
        for value in (
            [1],
            [2**70],
            ["a", "b"],
            ["2022-11-20", "x"],
            ["2022-11-20", str(2**70)],
            ["~", "~"],
            [None],
            [[]],
        )
    ),
)
LISTS = ("people", "cases", "events", "tests", "orders", "requests", "places")


@pytest.fixture(autouse=True)
def held_today(settings: Any) -> None:
    """It is 20 November 2022."""
    settings.SIZAO_TODAY = TODAY


def sane(page: Any, asked: Any) -> None:
    """It is no fault of ours, and nothing of what was sent is a tag or a header."""
    assert page.status_code < 500, asked
    assert "X-Evil" not in page and "\n" not in page.get("Location", ""), asked
    if not page.streaming and "html" in page["Content-Type"]:
        assert b"<script>alert" not in page.content, asked


@pytest.mark.parametrize("strange", STRANGE, ids=range(len(STRANGE)))
def test_nothing_in_an_address_is_our_fault(strange: str, sign_in: Any, sides: Any) -> None:
    from sizao.register.line_lists.columns import LISTS as KNOWN

    asked: list[tuple[str, dict[str, Any]]] = []
    for of in LISTS:
        keys = [f"{name}{way}" for name in KNOWN[of].columns for way in ("", ".from", ".to", ".has", ".is")]
        asked += [
            (f"/lists/{of}", {key: strange}) for key in (*keys, "area", "columns", "sort", "after", "at.person_id")
        ]
        asked += [(f"/lists/{of}", {"after": strange, "sort": sort}) for sort in KNOWN[of].orders]
    asked += [("/documents", {name: strange}) for name in ("kind", "before")]
    asked += [
        ("/documents/make", {"kind": kind, "who": strange, "ids": strange}) for kind in ("order", "isolation_notice")
    ]
    asked += [("/orders", {name: strange}) for name in ("of", "state", "place", "issuer", "after", "beyond")]
    asked += [
        (f"/excesses/{one}", {name: strange, "about": strange})
        for one in ("one", "do")
        for name in ("since", "kind", "do", "place")
    ]
    asked += [("/people", {"show": strange}), ("/rulebooks/impact", {"from": strange, "to": strange})]
    case = sides["jia"].ids["case_id"]
    asked += [
        (f"/cases/{case}/interview", {"at": at, name: strange})
        for at in ("back", "forward", strange)
        for name in ("days", "lead", "with")
    ]
    browser, judge = sign_in("epidemiologist"), sign_in("commander")
    for path, given in asked:
        if "\ud800" in strange:
            given = {name: value.encode("utf-8", "surrogatepass") for name, value in given.items()}
        sane((judge if "excess" in path or "orders" in path else browser).get(path, given), (path, given))


@pytest.mark.parametrize("strange", [text for text in STRANGE if text != "\ud800"])
def test_nothing_in_a_form_is_our_fault(strange: str, sign_in: Any, sides: Any) -> None:
    ids, key = sides["jia"].ids, "a" * 32
    tracer, commander = sign_in("epidemiologist"), sign_in("commander")
    page = f"/cases/{ids['case_id']}/interview"
    day = {"kind": "exposed_to_case", "day": "2022-11-19", "who": ids["person_id"], "toward": "forward"}
    sent = [
        (commander, "/orders/lift", {"order": strange, "issuer": strange, "place": strange, "key": strange}),
        (commander, "/orders/lift", {"order": ids["order_id"], "until": strange, "key": key, "mark": strange}),
        (commander, "/excesses/do", {"do": strange, "place": strange, "said": strange, "key": key}),
        (commander, "/excesses/one", {"about": strange, "kind": strange, "since": strange}),
        (tracer, "/documents/make", {"kind": strange, "who": strange, "key": key}),
        (tracer, "/documents/make", {"kind": "isolation_notice", "ids": strange, "key": key, "own": "1"}),
        (tracer, "/lists/keep", {"of": "people", "query": strange, "name": strange, "team": strange}),
        (tracer, "/lists/keep", {"of": strange, "query": "", "name": "x"}),
        (tracer, "/lists/forget", {"list": strange}),
        (tracer, "/lists/file", {"of": strange, "query": strange, "format": strange}),
        (tracer, "/lists/file", {"of": "people", "query": "", "format": strange}),
        (tracer, page, {"do": strange}),
        (tracer, page, {"do": "find", "text": strange, "with": strange}),
        (tracer, page, {"do": "record", "toward": "forward", "row": strange, "key": key}),
        *(
            (tracer, page, {"do": "preview", **day, name: strange})
            for name in ("kind", "day", "who", "place_id", "row")
        ),
        (tracer, page, {"do": "preview", **day, "toward": "back", "case_id": strange}),
        *(
            (
                tracer,
                page,
                {"do": "presence", "key": key, "day": strange, "place_id": one, "arrived": "10:00", "left": "11:00"},
            )
            for one in ("jia", strange)
        ),
        (tracer, "/own/code", {"code": strange, "text": strange}),
    ]
    for browser, path, given in sent:
        sane(browser.post(path, given), (path, given))
    assert not Document.objects.unscoped("test").exists()
    assert "<script" not in str([*Act.objects.exclude(action="lift_order").values_list("about", flat=True)])
