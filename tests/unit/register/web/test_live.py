"""What renews itself: parts of pages, of the same scope and without a look more; charts that answer; suggestions."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse

TODAY = dt.date(2022, 11, 20)
LIVE = {"HX-Request": "true"}
HOSTILE = "<script>alert('x')</script>" + "长" * 150


@pytest.fixture(autouse=True)
def on_that_day(settings: Any, db: None) -> Iterator[None]:
    from sizao.register.figures import forget_figures
    from sizao.web.screens.places import _asked

    settings.SIZAO_TODAY = TODAY
    forget_figures()
    _asked.clear()
    yield
    forget_figures()


def add_case(city: Any, ago: int = 1, place: str = "jia-1") -> None:
    from sizao.register.actions import cases, people

    person = people.add_person(by=city.job, home_place_id=place).person_id
    on = TODAY - dt.timedelta(days=ago)
    cases.report_case(by=city.job, person_id=person, confirmed_on=on, onset_on=on, classification="confirmed")


def test_the_situation_gives_its_figures_alone_and_says_as_of_when(sign_in: Any, city: Any) -> None:
    add_case(city)
    browser = sign_in("epidemiologist")
    whole = browser.get("/situation?days=7").content.decode()
    part = browser.get("/situation?days=7", headers=LIVE).content.decode()
    assert 'data-every="60" hx-get="/situation?days=7"' in whole
    assert "<html" not in part and "<form" not in part and "</table>" in part
    assert '<p id="as-of" hx-swap-oob="innerHTML">Counted at' in part and 'id="as-of" role="status">Counted' in whole
    figures = re.compile(r'<td class="n first">.*?</td>')
    assert figures.findall(part) == figures.findall(whole)


@pytest.mark.parametrize(("role", "where"), [("tracer", "jia"), ("laboratory", "jia")])
def test_a_part_is_refused_where_the_page_is(sign_in: Any, role: str, where: str, sides: dict[str, Any]) -> None:
    browser = sign_in(role, where)
    for address in ("/situation", "/work", "/rulebooks/impact?from=cn-2022-06-27&to=cn-2022-11-11"):
        assert browser.get(address).status_code == browser.get(address, headers=LIVE).status_code, address


def test_whoever_is_signed_out_gets_no_part_and_no_way_in_inside_it(sign_in: Any) -> None:
    for address in ("/situation", "/work", "/places-like?q=jia"):
        page = sign_in(None).get(address, headers=LIVE)
        assert (page.status_code, page.content) == (401, b"")


def test_a_part_of_the_neighbours_situation_is_not_found(sign_in: Any, city: Any) -> None:
    assert sign_in("commander", "jia").get("/situation?place=yi", headers=LIVE).status_code == 404


def test_the_tabs_are_counted_again_without_another_look_on_record(sign_in: Any, sides: dict[str, Any]) -> None:
    from sizao.register.models import Read

    browser = sign_in("tracer")
    whole = browser.get("/work?tab=all").content.decode()
    assert Read.objects.count() == 1
    parts = [browser.get("/work?tab=all", headers=LIVE).content.decode() for _ in range(3)]
    assert Read.objects.count() == 1
    assert "<html" not in parts[0] and 'aria-current="page"' in parts[0]
    count = re.compile(r'\?tab=\w+[^>]*>[^<]*<span class="n">\d+')
    assert len(count.findall(parts[0])) == 7 and count.findall(parts[0]) == count.findall(whole)
    for side in sides.values():
        assert not [text for text in side.texts if text in parts[0]]


def test_an_import_moves_by_itself_and_the_page_comes_anew_when_it_ends(sign_in: Any, city: Any) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    from sizao.register.models import Import

    browser = sign_in("epidemiologist")
    text = "编号,姓名,手机号,居住地,确诊日期\np1,甲,,jia,2022-11-03\n"
    browser.post(reverse("imports"), {"files": [SimpleUploadedFile("a.csv", text.encode())]})
    found = Import.objects.get()
    where = reverse("import", args=[found.import_id])
    Import.objects.update(state="accepting")
    whole = browser.get(where).content.decode()
    assert '<noscript><meta http-equiv="refresh" content="2"></noscript>' in whole and 'data-every="2"' in whole
    part = browser.get(where, headers=LIVE)
    assert b"<progress" in part.content and b"<html" not in part.content and "HX-Refresh" not in part
    Import.objects.update(state="done")
    assert browser.get(where, headers=LIVE)["HX-Refresh"] == "true"
    assert "http-equiv" not in browser.get(where).content.decode()
    assert sign_in("epidemiologist").get(where, headers=LIVE).status_code == 404


def test_what_a_page_may_load_is_as_narrow_as_before(sign_in: Any, city: Any) -> None:
    add_case(city)
    page = sign_in("epidemiologist").get("/situation")
    policy = dict(part.strip().split(" ", 1) for part in page["Content-Security-Policy"].split(";"))
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["default-src"] == "'none'" and "unsafe" not in page["Content-Security-Policy"]
    text = page.content.decode()
    scripts = re.findall(r"<script([^>]*)>", text)
    assert all(" defer" in said or said == ' type="application/json"' for said in scripts)
    assert {"live.js", "chart.js", "htmx-2.min.js"} <= set(re.findall(r"/([\w.-]+\.js)\?v=", text))
    said = json.loads(re.search(r"name=\"htmx-config\" content='([^']*)'", text)[1])
    assert said["allowEval"] is said["historyEnabled"] is said["includeIndicatorStyles"] is False
    assert said["historyCacheSize"] == 0 and said["selfRequestsOnly"] is True


def test_a_curve_tells_its_days_to_whoever_points_at_it(sign_in: Any, city: Any) -> None:
    for _ in range(3):
        add_case(city, 1)
    text = sign_in("epidemiologist").get("/situation").content.decode()
    curves = [json.loads(found) for found in re.findall(r'<script type="application/json">(.*?)</script>', text)]
    assert len(curves) == 2 and "data-library=" in text
    for curve in curves:
        days = curve["data"]["values"]
        assert len(days) == 28 and (days[-2]["d"], days[-2]["a"], days[-2]["b"]) == ("19 Nov", 0, 3)
    assert 'data-one="[since]: [under] already under a measure, [free] in the community."' in text


def test_whoever_sees_no_people_gets_no_small_counts_from_a_curve_either(sign_in: Any, city: Any) -> None:
    add_case(city)
    for headers in ({}, LIVE):
        text = sign_in("commander").get("/situation", headers=headers).content.decode()
        assert ("application/json" in text) == ("<svg" in text)


def test_vega_comes_from_the_application_packed_and_may_be_kept(sign_in: Any) -> None:
    from sizao.web.screens.live_charts import library_address

    browser = sign_in("commander")
    plain = browser.get(library_address())
    packed = browser.get(library_address(), headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(packed.content) == plain.content and len(packed.content) < 350_000
    assert b"sizaoDraw" in plain.content and "immutable" in packed["Cache-Control"]
    assert sign_in("no such role").get(library_address()).status_code == 403


def test_places_of_ones_area_are_suggested_and_no_others(sign_in: Any, sides: dict[str, Any]) -> None:
    browser = sign_in("tracer")
    text = browser.get("/places-like?q=street-of", headers=LIVE).content.decode()
    assert '<option value="street-of-jia (jia-9)">' in text and "yi" not in text
    named = {**LIVE, "HX-Trigger-Name": "home_place_id"}
    assert "jia-9" in browser.get("/places-like?home_place_id=JIA-9", headers=named).content.decode()
    assert not browser.get("/places-like?q=s", headers=LIVE).content.strip()
    assert not sign_in("no such role").get("/places-like?q=street-of", headers=LIVE).content.strip()


def test_hostile_names_of_places_are_text_in_suggestions(sign_in: Any, city: Any) -> None:
    from sizao.register.actions import places

    places.add_place(by=city.job, kind="street", name=HOSTILE, parent_id="jia", place_id="jia-h")
    text = sign_in("tracer").get("/places-like?q=alert", headers=LIVE).content.decode()
    assert "jia-h" in text and "<script" not in text


def test_whoever_asks_for_places_all_the_time_is_told_to_stop(sign_in: Any, city: Any) -> None:
    from sizao.web.screens.places import PER_MINUTE

    browser = sign_in("tracer")
    answers = [browser.get("/places-like?q=", headers=LIVE).status_code for _ in range(PER_MINUTE + 1)]
    assert answers == [200] * PER_MINUTE + [429]
    assert sign_in("tracer").get("/places-like?q=", headers=LIVE).status_code == 200


def test_a_box_for_a_place_is_a_plain_one_that_can_be_offered_places(sign_in: Any, city: Any) -> None:
    text = sign_in("epidemiologist").get("/add-person").content.decode()
    box = re.search(r'<input[^>]*name="home_place_id"[^>]*>', text)[0]
    offered = re.search(r'list="([^"]+)"', box)[1]
    assert f'<datalist id="{offered}"></datalist>' in text and 'hx-get="/places-like"' in box


@pytest.mark.parametrize("address", ["/situation", "/work", "/calendar"])
def test_in_chinese(sign_in: Any, city: Any, address: str) -> None:
    text = sign_in("epidemiologist", language="zh").get(address).content.decode()
    assert "本页没有更新成功" in text and "Check the network" not in text
