"""Attacks on line lists, papers, interviews, answers and orders: whatever stands in an address or a form."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from paper_making import DAY, TODAY

from sizao.register.models import Act, Document

STRANGE = (
    "²",
    "９９",
    "9" * 18,
    "1e999",
    "9999-12-31",
    "' OR 1=1 --",
    "<script>alert(1)</script>",
    "\r\nX-Evil: 1",
    "\ud800",
    "李" * 300,
    "order:",
    "p|c|exposed_to_case|2022-11-19|",
    "p-1&with=x",
    *(
        base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")
        for value in (
            [2**70],
            ["a", "b"],
            ["2022-11-20", str(2**70)],
            [None],
        )
    ),
)
WAYS = ("from", "to", "has", "is")
"""After a column's name. One that a column does not take is refused whatever is asked: that is tried of the first."""
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
        columns = [(name, found.ways) for name, found in KNOWN[of].columns.items()]
        keys = [f"{name}.{way}" for n, (name, ways) in enumerate(columns) for way in WAYS if n == 0 or way in ways]
        keys += [name for name, _ in columns]
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


PLAIN = {
    "name": None,
    "phone": None,
    "number": None,
    "name_hash": "",
    "phone_hash": "",
    "number_hash": "",
    "traits": None,
    "birth_date": None,
}


@pytest.mark.parametrize("what", ["erased", "no home", "much and long", "days to come"])
def test_the_new_pages_bear_anybody(what: str, sign_in: Any, sides: Any, city: Any, settings: Any) -> None:
    from sizao.register.actions import cases, events, tests
    from sizao.register.models import Person

    ids, evil = sides["jia"].ids, "<img src=x>\"'&" + "长" * 180
    who, path = ids["person_id"], f"/cases/{ids['case_id']}/interview"
    rows = Person.objects.unscoped("test")
    whose = rows.filter(pk__in=[who, sides["jia"].texts[0]])
    if what == "erased":
        whose.update(erased_at=city.job.at, **PLAIN)
    elif what == "no home":
        whose.update(home=None, area="")
    elif what == "much and long":
        whose.update(name=evil)
        for n in range(500):
            tests.record_test(by=city.job, person_id=who, sampled_on=TODAY, tube_id=f"{evil[:40]}{n}")
    else:
        settings.SIZAO_TODAY = None  # held still only afterwards
        day = {"occurred_on": TODAY + 400 * DAY}
        events.record_event(by=city.job, person_id=who, kind="exposed_to_case", case_id=ids["case_id"], **day)
        case = cases.report_case(by=city.job, person_id=who, confirmed_on=TODAY + 9 * DAY, classification="confirmed")
        path = f"/cases/{case.case_id}/interview"
        settings.SIZAO_TODAY = TODAY
    asked = [f"{path}?at={at}" for at in ("case", "onset", "back", "forward", "tests", "left")]
    asked += [f"/lists/{of}" for of in LISTS] + ["/lists", "/documents", "/orders", "/orders?of=places", "/work"]
    asked += [f"/people/{who}?history=1&household=1", f"/documents/make?kind=isolation_notice&who={who}"]
    asked += [f"/documents/make?kind=release_certificate&who={who}", f"/orders/{ids['order_id']}/paper"]
    for role in ("epidemiologist", "commander"):
        for language in ("zh", "en"):
            browser = sign_in(role, None, language=language)
            for address in asked:
                page = browser.get(address)
                assert page.status_code in (200, 403), (address, role)
                assert b"<img" not in page.content and b">None<" not in page.content, address
    if what == "erased":
        for name in ("add_event", "give_code"):
            assert browser.get(f"/people/{who}/{name}").status_code < 500
