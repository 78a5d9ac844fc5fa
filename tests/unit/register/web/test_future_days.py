"""A date in the future: facts of tomorrow, and a register whose day is held before all of its facts."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest

TODAY = dt.date(2022, 11, 20)
TOMORROW = TODAY + dt.timedelta(days=1)
NEGATIVE = re.compile(r"[-−]\d+(?:\.\d+)?\s*(?:days?\b|天|日)|(?:\b[Dd]ay|第)\s*[-−]\d|→[^<]*: [-−]\d|>[-−]\d+<")
"""A day before the first, a number of days below none. The change between two periods has + or − in its own cell."""
SCREENS = [
    ("tracer", "/work?tab=all"),
    ("tracer", "/work/sheet?tab=all"),
    ("tracer", "/calendar"),
    ("tracer", "/people/{person_id}"),
    ("tracer", "/people/{person_id}/why"),
    ("tracer", "/cases/{case_id}/interview"),
    ("tracer", "/lists/people"),
    ("tracer", "/lists/cases"),
    ("tracer", "/lists/events"),
    ("tracer", "/lists/tests"),
    ("commander", "/lists/orders"),
    ("commander", "/areas"),
    ("commander", "/orders?state=all"),
    ("commander", "/orders?state=all&of=places"),
    ("commander", "/documents"),
    ("commander", "/situation?days=28"),
    ("commander", "/situation.pdf?days=28"),
    ("commander", "/situation/quality"),
    ("commander", "/situation/list?what=contacts&days=28"),
    ("commander", "/situation/list?what=found_reported&days=28"),
    ("commander", "/situation/list?what=reported_isolated&days=28"),
    ("commander", "/situation/list?what=held"),
    ("commander", "/excesses?state=all"),
    ("commander", "/excesses?state=all&of=places"),
    ("commander", "/rulebooks/impact?from=cn-2022-06-27&to=cn-2022-11-11"),
    ("oversight", "/audit"),
    ("epidemiologist", "/import"),
    ("epidemiologist", "/export"),
]
pytestmark = pytest.mark.usefixtures("on_that_day")


@pytest.fixture
def ahead(city: Any, monkeypatch: pytest.MonkeyPatch, settings: Any) -> dict[str, str]:
    """Facts dated today and tomorrow, all of them on record: as where the day is held still only afterwards."""
    from sizao.register import found
    from sizao.register.actions import cases, events, orders, people, tests

    monkeypatch.setattr(found, "local_date", lambda instant: TODAY)
    settings.SIZAO_TODAY = TOMORROW
    sick = people.add_person(by=city.job, home_place_id="jia-1").person_id
    about = {"by": city.job, "person_id": sick}
    orders.impose_order(**about, since=TOMORROW, issuer="x", restriction="hospital_isolation")
    tests.record_test(**about, sampled_on=TOMORROW, result="positive")
    case = cases.report_case(
        **about, confirmed_on=TODAY, classification="confirmed", origin="local", onset_on=TOMORROW
    )
    met = {"by": city.job, "person_id": city.jia_person}
    event = events.record_exposure(**met, case_id=case.case_id, occurred_on=TOMORROW)
    order = orders.impose_order(**met, since=TOMORROW, until=TOMORROW, issuer="x", restriction="home_isolation")
    orders.impose_order(by=city.job, place_id="jia-1", since=TOMORROW, issuer="x", level="high")
    cases.report_case(**met, confirmed_on=TOMORROW, classification="asymptomatic", origin="local")
    settings.SIZAO_TODAY = TODAY
    return {
        "person_id": city.jia_person,
        "case_id": case.case_id,
        "event_id": event.event_id,
        "order": order.order_id,
    }


def look(sign_in: Any, role: str, address: str) -> str:
    page = sign_in(role).get(address)
    assert page.status_code == 200, address
    if page["Content-Type"] == "application/pdf":
        return ""
    text = (b"".join(page.streaming_content) if page.streaming else page.content).decode()
    text = text[text.index("<main") : text.index("</main>")] if "<main" in text else text
    return re.sub(r'<td class="n"><span class="way">.*?</td>', "", text)


@pytest.mark.parametrize(("role", "address"), SCREENS)
def test_no_screen_breaks_or_shows_days_below_none(
    role: str, address: str, sign_in: Any, ahead: dict[str, str], settings: Any
) -> None:
    from sizao.register.bridge.now import derive_everybody
    from sizao.register.figures import forget_figures

    for ago in (0, 400):
        settings.SIZAO_TODAY = TODAY - dt.timedelta(days=ago)
        derive_everybody()
        forget_figures()
        text = look(sign_in, role, address.format(**ahead))
        assert not NEGATIVE.search(text), (settings.SIZAO_TODAY, NEGATIVE.search(text))


def test_a_delay_whose_days_are_not_there_yet_is_none(ahead: dict[str, str]) -> None:
    from sizao.register.situation import count_situation

    found = count_situation("", 7)
    assert (found.flows["new"], found.flows["under"]) == ((1, 0), (0, 0))
    assert [delay.cases for delay in found.tracing[0].delays.values()] == [0, 0, 0, 0]
    assert found.doubts["onset_after"] == 1
