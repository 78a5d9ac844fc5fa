"""Papers on the screens: made one by one and many at once, listed; who may, and of whom."""

from __future__ import annotations

import json
import re
import secrets
from functools import partial
from typing import Any

import pytest
from paper_making import CERTIFICATE, DAY, NOTICE, TODAY, made, make, put_status, state, text_of

from sizao.register.models import Act, Document, NowStatus, NowTestDue, NowTouched, PersonCode, Read


@pytest.fixture(autouse=True)
def held_today(settings: Any) -> None:
    """It is 20 November 2022."""
    settings.SIZAO_TODAY = TODAY


@pytest.fixture
def put(city: Any) -> Any:
    """put("p", measure="case", ...): what holds for a person now."""
    return partial(put_status, city)


def test_a_notice_says_who_what_until_when_why_and_what_one_may_do(city: Any, put: Any, sign_in: Any) -> None:
    from sizao.register.actions import events

    event = events.record_event(
        by=city.job, person_id=city.jia_person, kind="exposed_to_case", occurred_on=TODAY - 5 * DAY
    )
    put(city.jia_person, because=event.event_id)
    NowTestDue.objects.create(
        person_id=city.jia_person,
        on=TODAY + DAY,
        measure="close_contact",
        phase="home_isolation",
        phase_day=1,
        clause="二（一）",
        because=event.event_id,
        derived_at=city.job.at,
    )
    browser = sign_in("tracer", language="zh")
    first = browser.get("/documents/make", {"kind": NOTICE, "who": city.jia_person})
    assert "将制发 1 份" in first.content.decode() and not Document.objects.unscoped("test").exists()
    page = make(browser, NOTICE, city.jia_person, own="1")
    (text,) = text_of(page)
    for said in (
        *(
            "隔离管控告知书",
            "李四",
            city.jia_person,
            "jia-1区",
            "集中隔离(密切接触者)",
            "2022年11月16日至2022年11月20日",
        ),
        *(
            "centralisolation(closecontact)",
            "2022年11月21日",
            "二(一)",
            "联防联控机制综发〔2022〕101号",
            "第6—8天居家隔离",
        ),
        *("2022年11月15日:接触感染者", "异议", "object", "testserver/verify/"),
    ):
        assert said in text, said
    assert "attachment" in page["Content-Disposition"] and page["Cache-Control"] == "no-store"
    (document,) = Document.objects.unscoped("test")
    code = re.search(r"testserver/verify/([\w-]{27})", text)
    assert code is not None and code[1] not in str(document.says)
    assert json.loads(document.says)["holds"]["until"] == "2022-11-20"
    assert (document.until, document.kind, document.person_id) == (TODAY, NOTICE, city.jia_person)
    assert PersonCode.objects.unscoped("test").count() == 1
    acts = [*Act.objects.order_by("-pk").values_list("action", "person_id")[:3]]
    assert ("make_document", city.jia_person) in acts and ("give_code", city.jia_person) in acts
    assert "李四" not in str([*Act.objects.values_list("about", flat=True)])
    assert state(code[1]) == "valid"


def test_without_the_box_no_code_of_their_own_page_is_given(city: Any, put: Any, sign_in: Any) -> None:
    put(city.jia_person)
    (text,) = text_of(make(sign_in("tracer"), NOTICE, city.jia_person))
    assert not PersonCode.objects.unscoped("test").exists() and "本人查询" not in text


def test_sent_twice_it_is_made_once(city: Any, put: Any, sign_in: Any) -> None:
    put(city.jia_person)
    browser = sign_in("tracer")
    assert make(browser, NOTICE, city.jia_person).status_code == 200
    again = make(browser, NOTICE, city.jia_person)
    assert (again.status_code, again["Location"]) == (303, "/documents")
    assert Document.objects.unscoped("test").count() == 1
    assert "made already" in browser.get("/documents").content.decode()


def test_a_certificate_is_refused_while_anything_holds(city: Any, put: Any, sign_in: Any) -> None:
    from sizao.register.actions import orders

    put(city.jia_person)
    browser = sign_in("tracer")
    asked = {"kind": CERTIFICATE, "who": city.jia_person}
    assert "A measure still holds" in browser.get("/documents/make", asked).content.decode()
    assert make(browser, CERTIFICATE, city.jia_person).status_code == 303
    NowStatus.objects.unscoped("test").delete()
    order = orders.impose_order(
        by=city.job, person_id=city.jia_person, since=TODAY, issuer="区", restriction="home_isolation"
    )
    NowTouched.objects.all().delete()
    assert "order on this person" in browser.get("/documents/make", asked).content.decode()
    orders.withdraw_order(by=city.job, order_id=order.order_id, version=1)
    assert "latest facts" in browser.get("/documents/make", asked).content.decode()
    assert not Document.objects.unscoped("test").exists()


def test_a_certificate_names_the_measure_that_is_over(city: Any, sign_in: Any) -> None:
    from sizao.register.actions import events

    events.record_event(by=city.job, person_id=city.jia_person, kind="exposed_to_case", occurred_on=TODAY - 9 * DAY)
    NowTouched.objects.all().delete()
    (text,) = text_of(make(sign_in("tracer"), CERTIFICATE, city.jia_person))
    assert "不在任何隔离或其他管控措施之下" in text and "密切接触者" in text and "2022年11月19日" in text


def test_an_order_is_printed_from_its_latest_version_with_what_goes_beyond(city: Any, sign_in: Any) -> None:
    from sizao.register.actions import orders
    from sizao.register.models import NowExcess

    order = orders.impose_order(
        by=city.job, person_id=city.jia_person, since=TODAY, issuer="区指挥部", restriction="central_isolation"
    )
    orders.lift_order(by=city.job, order_id=order.order_id, version=1, until=TODAY + 9 * DAY)
    NowExcess.objects.create(
        person_id=city.jia_person,
        order_id=order.order_id,
        since=TODAY,
        kind="longer",
        text_zh="多出二十七天",
        text_en="27 days too many",
        derived_at=city.job.at,
    )
    place = orders.impose_order(by=city.job, place_id="jia-1", since=TODAY, issuer="区指挥部", level="high")
    (text,) = text_of(make(sign_in("tracer"), "order", order.order_id))
    for said in ("李四", "集中隔离", "2022年11月29日", "区指挥部", "第2版", "多出二十七天", order.order_id):
        assert said in text, said
    commander = sign_in("commander")
    one, other = text_of(make(commander, "order", order.order_id, place.order_id))
    assert "李四" not in one and "＿" not in one.replace("_", "") and "高风险区" in other and "jia-1区" in other
    assert order.order_id in commander.get(f"/orders/{order.order_id}/paper").content.decode()
    assert make(commander, NOTICE, city.jia_person).status_code == 400


def test_ticked_orders_lead_to_the_preview(city: Any, sign_in: Any) -> None:
    from sizao.register.actions import orders

    order = orders.impose_order(by=city.job, place_id="jia-1", since=TODAY, issuer="区", level="high")
    browser = sign_in("commander")
    assert 'value="order" formaction="/documents/make"' in browser.get("/orders", {"of": "places"}).content.decode()
    page = browser.post("/documents/make", {"kind": "order", "order": order.order_id}).content.decode()
    assert "1 paper" in page and 'name="own"' not in page


def test_withdrawn_and_ended_orders_are_not_printed(city: Any) -> None:
    from sizao.register.actions import orders
    from sizao.register.actions.documents import check_documents

    about = {"by": city.job, "person_id": city.jia_person, "issuer": "区", "restriction": "home_isolation"}
    gone = orders.impose_order(**about, since=TODAY)
    orders.withdraw_order(by=city.job, order_id=gone.order_id, version=1)
    over = orders.impose_order(**about, since=TODAY - 9 * DAY, until=TODAY - DAY)
    rows = check_documents(city.access("tracer", "jia"), "order", [gone.order_id, over.order_id])
    assert [row.error.code for row in rows if row.error] == ["order-withdrawn", "order-over"]


def test_many_at_once_say_first_how_many_and_who_is_left_out(city: Any, put: Any, sign_in: Any) -> None:
    from sizao.register.actions import people

    ids = [people.add_person(by=city.job, home_place_id="jia-1", name=f"甲{n}").person_id for n in range(12)]
    for name in ids[:10]:
        put(name)
    browser = sign_in("tracer")
    typed = "\n".join([*ids, city.yi_person, ids[0], "p-none"])
    page = browser.post("/documents/make", {"kind": NOTICE, "ids": typed}).content.decode()
    assert "10 papers" in page and "Cannot be made: 5" in page
    assert page.count('name="who"') == 10 and page.count("nothing like that") == 2
    assert "甲" not in page and "王五" not in page
    texts = text_of(make(browser, NOTICE, *ids[:10]))
    assert len(texts) == 10 and all(f"甲{n}" in text for n, text in enumerate(texts))
    digests = {*Document.objects.unscoped("test").values_list("digest", flat=True)}
    assert len(digests) == 10
    assert Read.objects.filter(what="document").latest("pk").people == 10


def test_who_lost_their_measure_meanwhile_stands_on_a_last_page_in_each_language(
    city: Any, put: Any, sign_in: Any
) -> None:
    from sizao.register.actions import people

    other = people.add_person(by=city.job, home_place_id="jia-1", name="甲").person_id
    put(city.jia_person)
    first, last, same = text_of(make(sign_in("tracer"), NOTICE, city.jia_person, other))
    assert "李四" in first and other in last and "Nomeasureholds" in last
    assert other in same and "未能制发:1" in same and "Nomeasure" not in same and "不在管控之下" in same


def test_the_buttons_of_the_work_of_today_lead_to_the_preview(city: Any, put: Any, sign_in: Any) -> None:
    put(city.jia_person)
    browser = sign_in("tracer")
    page = browser.get("/work").content.decode()
    assert 'formaction="/documents/make"' in page
    sent = {"kind": NOTICE, "page": "1", "page_of": city.jia_person}
    assert "1 paper" in browser.post("/documents/make", sent).content.decode()
    assert "/documents/make?kind=isolation_notice" in browser.get(f"/people/{city.jia_person}").content.decode()


@pytest.mark.parametrize("role", ["laboratory", "oversight", "administrator", "citizen"])
def test_other_roles_make_and_list_nothing(role: str, sign_in: Any) -> None:
    browser = sign_in(role)
    assert {browser.get(page).status_code for page in ("/documents", "/documents/make", "/orders/o-1/paper")} == {403}
    assert make(browser, NOTICE, "p-1").status_code == 403


@pytest.mark.parametrize("few", [0, 6_000], ids=["many live there", "few live there"])
def test_the_neighbour_is_neither_printed_nor_listed(
    few: int, city: Any, put: Any, sign_in: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr("sizao.web.screens.documents.FEW", few)
    from sizao.register.actions import orders

    put(city.yi_person)
    made(city.access("tracer", "yi"), NOTICE, city.yi_person)
    order = orders.impose_order(
        by=city.job, person_id=city.yi_person, since=TODAY, issuer="乙", restriction="home_isolation"
    )
    browser = sign_in("tracer")
    for kind, name in ((NOTICE, city.yi_person), ("order", order.order_id)):
        there, nowhere = (
            browser.get("/documents/make", {"kind": kind, "who": who}).content.decode()
            for who in (name, "x" * len(name))
        )
        assert "王五" not in there and there.count("nothing like that") == nowhere.count("nothing like that") == 1
        assert make(browser, kind, name, key=secrets.token_hex(16)).status_code == 303
    assert browser.get(f"/orders/{order.order_id}/paper").status_code == 404
    page = browser.get("/documents").content.decode()
    assert city.yi_person not in page and "None was made yet" in page
    assert Read.objects.filter(what="documents", person_id=city.yi_person).count() == 0


def test_the_list_shows_what_was_made_and_whether_it_holds(city: Any, put: Any, sign_in: Any) -> None:
    put(city.jia_person)
    by = city.access("tracer", "jia")
    made(by, NOTICE, city.jia_person)
    for language, holds, over in (("en", "holds", "no longer"), ("zh", "有效", "已失效")):
        browser = sign_in("tracer", language=language)
        page = browser.get("/documents", {"kind": NOTICE}).content.decode()
        assert city.jia_person in page and f">{holds}<" in page and f">{over}<" not in page and "李四" not in page
    assert Read.objects.filter(what="documents").latest("pk").people == 1
    assert city.jia_person not in sign_in("commander").get("/documents").content.decode()  # orders alone


def test_pages_of_the_list_follow_one_another(city: Any, put: Any, sign_in: Any) -> None:
    put(city.jia_person)
    by = city.access("tracer", "jia")
    for _ in range(51):
        made(by, NOTICE, city.jia_person)
    browser = sign_in("tracer")
    first = browser.get("/documents").content.decode()
    assert first.count('class="pill good"') == 50
    (link,) = re.findall(r'href="(\?kind=&amp;before=\d+)"', first)
    assert browser.get("/documents" + link.replace("&amp;", "&")).content.decode().count('class="pill good"') == 1


def test_hostile_names_are_printed_as_they_are(city: Any, put: Any, sign_in: Any) -> None:
    from sizao.register.actions import people

    names = ['#include "x"', "$*_`@<b>", "王" * 200, "😀𠮷"]
    ids = [people.add_person(by=city.job, home_place_id="jia-1", name=name).person_id for name in names]
    for name in ids:
        put(name)
    texts = text_of(make(sign_in("tracer"), NOTICE, *ids))
    assert len(texts) == 4
    assert '#include"x"' in texts[0] and "$*_`@<b>" in texts[1] and texts[2].count("王") == 200


def test_without_fonts_nothing_is_written_and_it_says_what_to_do(
    city: Any, put: Any, sign_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sizao.papers import fonts

    put(city.jia_person)
    monkeypatch.setattr(fonts, "NEEDED", ("No Such Face",))
    monkeypatch.setattr(fonts, "INSTEAD", ("No Such Face",))
    fonts.find_fonts.cache_clear()
    page = make(sign_in("tracer", language="zh"), NOTICE, city.jia_person)
    fonts.find_fonts.cache_clear()
    assert page.status_code == 400 and "fonts-noto-cjk" in page.content.decode()
    assert not Document.objects.unscoped("test").exists()
