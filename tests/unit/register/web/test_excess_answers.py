"""Answers to what goes beyond the rules: given, judged, listed by state, for very many at once; and orders lifted."""

from __future__ import annotations

import datetime as dt
import html
import re
from typing import Any

import pytest

from sizao.errors import RefusedError, SizaoError

DAY = dt.date(2022, 11, 19)
ONE, DO = "/excesses/one", "/excesses/do"
HOSTILE = "<script>alert(1)</script>" + "长" * 200


@pytest.fixture
def beyond(city: Any, sides: Any) -> dict[str, Any]:
    """An excess of an order in each county, and the fields that name it."""
    from sizao.register.models import NowExcess

    found = {}
    for name in ("jia", "yi"):
        ids = sides[name].ids
        texts = {"text_zh": f"单-{name}", "text_en": f"order-excess-of-{name}"}
        more = {"order_id": ids["order_id"], "derived_at": city.job.at, "clause": "二（一）"}
        NowExcess.objects.create(person_id=ids["person_id"], since=DAY, kind="stricter", **more, **texts)
        found[name] = {"about": f"order:{ids['order_id']}", "kind": "stricter", "since": "2022-11-19"}
    return found


def fields(page: Any) -> dict[str, str]:
    """What a form would send."""
    found = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page.content.decode()))
    return {
        name: html.unescape(value) for name, value in found.items() if name not in ("csrfmiddlewaretoken", "next")
    }


def answers() -> list[tuple[int, str]]:
    from sizao.register.models import ExcessAnswer

    return list(ExcessAnswer.objects.order_by("pk").values_list("version", "said"))


def counted(page: Any) -> dict[str, int]:
    """Counts by state of a list."""
    text = page.content.decode()
    names = {"not answered": 0, "answered": 0, "accepted": 0, "refused": 0}
    return {name: int(re.search(rf"<strong>(\d+)</strong> <span>{name}<", text)[1]) for name in names}  # type: ignore[index]


def give(browser: Any, name: dict[str, str], **more: str) -> Any:
    sent = {**fields(browser.get(ONE, name)), "text": "", **more}
    return browser.post(ONE, sent)


def test_an_answer_is_given_judged_and_given_anew(sign_in: Any, beyond: Any) -> None:
    commander, oversight = sign_in("commander"), sign_in("oversight")
    assert counted(commander.get("/excesses")) == {"not answered": 2, "answered": 0, "accepted": 0, "refused": 0}
    assert give(commander, beyond["jia"], said="lifted", text=HOSTILE).status_code == 303
    text = oversight.get(ONE, beyond["jia"]).content.decode()
    assert html.escape(HOSTILE) in text and HOSTILE not in text
    assert "the order still holds" in text  # nobody lifted it
    assert counted(oversight.get("/excesses"))["answered"] == 1
    assert give(oversight, beyond["jia"], said="refused", text="it was not").status_code == 303
    assert "it was not" in commander.get(ONE, beyond["jia"]).content.decode()
    assert counted(commander.get("/excesses"))["refused"] == 1
    assert give(commander, beyond["jia"], said="within_rules", clause="二（一）").status_code == 303
    assert give(oversight, beyond["jia"], said="accepted").status_code == 303
    assert counted(commander.get("/excesses")) == {"not answered": 1, "answered": 0, "accepted": 1, "refused": 0}
    assert answers() == [(1, "lifted"), (2, "refused"), (3, "within_rules"), (4, "accepted")]
    assert 'name="said"' not in commander.get(ONE, beyond["jia"]).content.decode()


def test_the_order_once_lifted_no_longer_speaks_against_the_answer(sign_in: Any, beyond: Any, city: Any) -> None:
    from sizao.register.actions.orders import lift_order
    from sizao.register.models import NowExcess

    commander = sign_in("commander")
    give(commander, beyond["jia"], said="lifted")
    assert "the order still holds" in commander.get("/excesses").content.decode()
    lift_order(by=city.job, order_id=beyond["jia"]["about"][6:], version=1, until=DAY)
    assert "still goes beyond" in commander.get("/excesses?state=all").content.decode()
    NowExcess.objects.unscoped("test").filter(kind="stricter").update(until=DAY)  # as it is derived then
    text = commander.get("/excesses?state=all").content.decode()
    assert "still goes beyond" not in text and "order still holds" not in text


@pytest.mark.parametrize(
    ("state", "listed"), [("", 2), ("unanswered", 1), ("answered", 1), ("accepted", 0), ("refused", 0)]
)
@pytest.mark.parametrize("few", [0, 5000])
def test_the_list_is_filtered_by_state_and_keeps_it(
    state: str, listed: int, few: int, sign_in: Any, beyond: Any, monkeypatch: Any
) -> None:
    from sizao.register import answers as how

    monkeypatch.setattr(how, "FEW", few)
    commander = sign_in("commander")
    give(commander, beyond["jia"], said="facts_wrong")
    text = commander.get("/excesses", {"answer": state, "state": "all"}).content.decode()
    assert text.count('scope="row"') == listed
    if listed == 1:
        assert f"answer={state}" in text and f'value="{state}" selected' in text


@pytest.mark.parametrize("few", [0, 5000])
def test_the_last_answers_to_many_are_found(few: int, sign_in: Any, beyond: Any, monkeypatch: Any) -> None:
    from sizao.register import answers as how

    monkeypatch.setattr(how, "FEW", few)
    monkeypatch.setattr(how, "CHUNK", 1)
    give(sign_in("commander"), beyond["jia"], said="facts_wrong")
    keys = [(name["about"], name["kind"], dt.date.fromisoformat(name["since"])) for name in beyond.values()]
    assert {key: row.said for key, row in how.last_answers(keys).items()} == {keys[0]: "facts_wrong"}


def test_an_excess_without_an_order_is_answered_by_its_person(sign_in: Any, sides: Any) -> None:
    person = sides["jia"].ids["person_id"]
    name = {"about": f"person:{person}", "kind": "longer", "since": "2022-11-19"}
    assert give(sign_in("commander"), name, said="not_ours").status_code == 303
    assert counted(sign_in("oversight").get("/excesses"))["answered"] == 1


def test_next_door_and_what_is_not_there_look_the_same(sign_in: Any, beyond: Any) -> None:
    commander = sign_in("commander")
    wrong = [beyond["yi"], {**beyond["jia"], "kind": "x"}, {**beyond["jia"], "since": "x"}, {"about": "order:o-none"}]
    pages = [commander.get(ONE, name) for name in wrong]
    said = {re.sub(rb'name="(?:csrfmiddlewaretoken|next)" value="[^"]*"', b"", page.content) for page in pages}
    assert {page.status_code for page in pages} == {404} and len(said) == 1
    assert commander.post(ONE, {**beyond["yi"], "said": "lifted", "do": "answer"}).status_code == 404
    assert answers() == []


@pytest.mark.parametrize(
    ("role", "may"),
    [("oversight", ()), ("epidemiologist", ()), ("tracer", None), ("citizen", None), ("commander", ("answer",))],
)
def test_who_may_not_answer_has_no_form(role: str, may: Any, sign_in: Any, beyond: Any) -> None:
    browser = sign_in(role)
    page = browser.get(ONE, beyond["jia"])
    assert page.status_code == (403 if may is None else 200)
    assert ('name="said"' in page.content.decode()) == bool(may)
    if not may:
        sent = {**beyond["jia"], "said": "lifted", "key": "0" * 32, "version": "0", "do": "answer"}
        assert browser.post(ONE, sent).status_code in (403, 404)
        assert browser.get(DO, {"do": "answer"}).status_code == 403
    assert answers() == []


def test_nobody_judges_their_own_answer(city: Any, beyond: Any) -> None:
    from sizao.register.access import access_of
    from sizao.register.actions.answers import ExcessSeen, answer_excess, judge_answer, judge_answers
    from sizao.register.models import Grant

    user = city.user("commander", "jia")
    Grant.objects.create(user=user, role="oversight", place=user.grants.get().place, since=city.job.at)
    by, named = access_of(user), {"about": beyond["jia"]["about"], "kind": "stricter", "since": DAY}
    answer_excess(by=by, version=0, said="lifted", **named)
    with pytest.raises(SizaoError) as error:
        judge_answer(by=by, version=1, said="accepted", **named)
    assert error.value.code == "own-answer"
    rows = judge_answers(by=by, rows=[ExcessSeen(**named, version=1)] * 2, said="accepted")
    assert [row.error.code for row in rows if row.error] == ["own-answer", "own-answer"]
    assert answers() == [(1, "lifted")]


def test_two_who_answer_at_once_do_not_pass_over_each_other(sign_in: Any, beyond: Any) -> None:
    first, second = sign_in("commander"), sign_in("commander")
    stale = fields(second.get(ONE, beyond["jia"]))
    give(first, beyond["jia"], said="lifted")
    page = second.post(ONE, {**stale, "said": "not_ours", "text": "my words"})
    assert page.status_code == 409 and "my words" in page.content.decode()
    assert answers() == [(1, "lifted")]


def test_sent_twice_an_answer_is_given_once(sign_in: Any, beyond: Any) -> None:
    commander = sign_in("commander")
    sent = {**fields(commander.get(ONE, beyond["jia"])), "said": "lifted", "text": ""}
    assert [commander.post(ONE, sent).status_code for _ in range(2)] == [303, 303]
    assert answers() == [(1, "lifted")]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"said": ""}, ""),
        ({"said": "accepted"}, ""),
        ({"said": "within_rules"}, "This must be given"),
        ({"said": "within_rules", "clause": "九十九"}, ""),
        ({"said": "lifted", "text": "x" * 2001}, ""),
        ({"said": "lifted", "key": "x"}, ""),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(given: Any, says: str, sign_in: Any, beyond: Any) -> None:
    page = give(sign_in("commander"), beyond["jia"], **given)
    assert page.status_code == 400 and says in page.content.decode() and answers() == []


@pytest.mark.parametrize(
    ("named", "since", "clause"),
    [
        ("二（一）", DAY, "二（一）"),
        ("二十条 二(一)", DAY, "二（一）"),
        ("九十九（一）", DAY, None),
        ("", DAY, None),
        ("二（一）", dt.date(2022, 11, 1), None),
    ],
)
def test_a_clause_must_stand_in_a_rulebook_of_those_days(named: str, since: dt.date, clause: str | None) -> None:
    from sizao.register.actions.answers import clause_of

    assert clause_of(named, since, since) == clause


def test_very_many_are_answered_and_judged_at_once(sign_in: Any, beyond: Any) -> None:
    commander, oversight = sign_in("commander"), sign_in("oversight")
    page = commander.get(DO, {"do": "answer"})
    assert "This is recorded for: 2" in page.content.decode() and "order-excess-of-yi" not in page.content.decode()
    sent = {**fields(page), "said": "facts_wrong", "text": HOSTILE}
    done = commander.post(DO, sent)
    assert done.status_code == 303 and commander.post(DO, sent)["Location"] == done["Location"]  # sent twice
    assert "Recorded: 2" in commander.get(done["Location"]).content.decode()
    assert oversight.get(done["Location"]).status_code == 404  # somebody else's
    assert answers() == [(1, "facts_wrong")] * 2
    page = oversight.get(DO, {"do": "judge", "kind": "stricter"})
    assert "This is recorded for: 1" in page.content.decode()
    assert (
        "Recorded: 1"
        in oversight.post(DO, {**fields(page), "said": "accepted", "text": ""}, follow=True).content.decode()
    )
    assert counted(commander.get("/excesses")) == {"not answered": 0, "answered": 1, "accepted": 1, "refused": 0}
    text = commander.get(DO, {"do": "answer"}).content.decode()
    assert "whose answer was accepted" in text and "whose answer waits" in text and "<button>Record" not in text


def test_an_answer_that_changed_after_the_preview_is_not_judged(sign_in: Any, beyond: Any) -> None:
    commander, oversight = sign_in("commander"), sign_in("oversight")
    give(commander, beyond["jia"], said="facts_wrong")
    sent = {**fields(oversight.get(DO, {"do": "judge"})), "said": "accepted", "text": ""}
    give(commander, beyond["jia"], said="lifted", do="answer")
    assert oversight.post(DO, sent, follow=True).status_code == 409
    assert answers() == [(1, "facts_wrong"), (2, "lifted")]


def test_the_same_list_in_another_order_is_the_same(sign_in: Any, beyond: Any) -> None:
    from sizao.register.models import NowExcess

    commander = sign_in("commander")
    sent = {**fields(commander.get(DO, {"do": "answer"})), "said": "lifted", "text": ""}
    first = NowExcess.objects.unscoped("derived anew").order_by("pk").first()
    first.delete()
    first.pk = None
    first.save()
    assert "Recorded: 2" in commander.post(DO, sent, follow=True).content.decode()


def test_a_list_that_changed_after_the_preview_is_shown_again(sign_in: Any, beyond: Any) -> None:
    commander, other = sign_in("commander"), sign_in("commander")
    sent = {**fields(commander.get(DO, {"do": "answer"})), "said": "lifted", "text": "my words"}
    give(other, beyond["jia"], said="not_ours")
    page = commander.post(DO, sent, follow=True)
    assert commander.get(page.redirect_chain[-1][0]).status_code == 409, "a page of its own, that is loaded anew"
    text = page.content.decode()
    assert page.status_code == 409 and "The list changed" in text and "my words" in text
    assert answers() == [(1, "not_ours")]
    assert (
        "Recorded: 1"
        in commander.post(DO, {**fields(page), "said": "lifted", "text": ""}, follow=True).content.decode()
    )


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"said": "within_rules"}, "This must be given"),
        ({"said": "lifted", "text": "x" * 2001}, "2000"),
        ({"said": ""}, ""),
    ],
)
def test_what_is_wrong_with_the_answer_to_many_is_a_page_of_its_own(
    given: dict[str, str], says: str, sign_in: Any, beyond: Any
) -> None:
    commander = sign_in("commander")
    sent = {**fields(commander.get(DO, {"do": "answer", "kind": "stricter"})), "text": "my words", **given}
    page = commander.post(DO, {**sent, "refused": "no JSON"}, follow=True)
    way = page.redirect_chain[-1][0]
    assert way.startswith(f"{DO}?of=people&") and "kind=stricter&" in way
    for found in (page, commander.get(way)):
        wrong = " ".join(str(said) for some in found.context["form"].errors.values() for said in some)
        assert found.status_code == 400 and wrong and says in wrong
        assert found.context["form"]["text"].value() == sent["text"]
    assert answers() == []


def test_a_row_that_is_refused_does_not_hold_the_others(city: Any, beyond: Any) -> None:
    from sizao.register.actions.answers import ExcessSeen, answer_excesses

    rows = [
        ExcessSeen(beyond[name]["about"], "stricter", DAY, version) for name in ("jia", "yi") for version in (3, 0)
    ]
    done = answer_excesses(by=city.access("commander", "jia"), rows=[*rows, rows[1]], said="lifted")
    codes = [row.error.code if row.error else "" for row in done]
    assert codes == ["changed-meanwhile", "", "not-found", "not-found", "twice"]
    with pytest.raises(RefusedError):
        answer_excesses(
            by=city.access("commander", "jia"), rows=rows, said="within_rules", clause="九十九（一）" * 40
        )


def test_the_words_of_an_erased_person_are_gone(sign_in: Any, beyond: Any, city: Any) -> None:
    from sizao.register.models import ExcessAnswer

    give(sign_in("commander"), beyond["jia"], said="lifted", text="of whom it was")
    ExcessAnswer.objects.update(text=None)
    text = sign_in("oversight").get(ONE, beyond["jia"]).content.decode()
    assert "it was lifted" in text and "of whom" not in text


def test_the_file_says_how_it_stands(sign_in: Any, beyond: Any) -> None:
    give(sign_in("commander"), beyond["jia"], said="lifted")
    lines = sign_in("epidemiologist").get("/excesses.csv?state=all").getvalue().decode("utf-8-sig").splitlines()
    assert lines[0].endswith(",answer,answered_at")
    assert sorted(line.split(",")[-2] for line in lines[1:]) == ["", "lifted"]


@pytest.mark.parametrize(("language", "says"), [("en", "Answers so far"), ("zh", "答复经过")])
def test_both_languages(language: str, says: str, sign_in: Any, beyond: Any) -> None:
    commander = sign_in("commander", language=language)
    assert says in commander.get(ONE, beyond["jia"]).content.decode()
    for where in (f"{DO}?do=answer", "/orders", "/orders?of=places"):
        assert commander.get(where).status_code == 200


def test_the_api_answers_and_judges(sign_in: Any, beyond: Any) -> None:
    body = {**beyond["jia"], "said": "lifted"}
    commander, oversight = sign_in("commander"), sign_in("oversight")

    def send(browser: Any, what: str, sent: Any) -> Any:
        return browser.post(f"/api/excesses/{what}", sent, content_type="application/json")

    assert send(oversight, "answer", body).status_code == 403
    assert send(commander, "answer", {**body, **beyond["yi"]}).status_code == 404
    assert send(commander, "answer", {**body, "said": "x"}).json()["problems"][0]["field"] == "said"
    assert send(commander, "answer", {**body, "said": "within_rules", "clause": "x"}).status_code == 400
    assert send(commander, "answer", {**body, "text": "乙"}).status_code == 200
    assert send(commander, "answer", body).status_code == 409
    assert send(oversight, "judge", {**body, "version": 1, "said": "accepted"}).status_code == 200
    assert send(oversight, "judge", {**body, "version": 2, "said": "accepted"}).json()["code"] == "nothing-to-judge"
    assert send(commander, "answer", {**body, "version": 2}).json()["code"] == "accepted-already"
    assert answers() == [(1, "lifted"), (2, "accepted")]


@pytest.mark.parametrize("of", ["people", "places"])
def test_orders_are_listed_with_their_excess_and_lifted(of: str, sign_in: Any, beyond: Any, city: Any) -> None:
    from sizao.register.actions.orders import impose_order
    from sizao.register.models import Order

    for name in ("jia", "yi"):
        impose_order(by=city.job, place_id=name, since=DAY, issuer=HOSTILE[:150], level="high")
    commander = sign_in("commander")
    page = commander.get("/orders", {"of": of})
    text = page.content.decode()
    assert "<script>" not in text and "office-of-yi" not in text
    assert ("order-excess-of-jia" in text) == (of == "people")
    ids = re.findall(r'name="order" value="([^"]+)"', text)
    assert len(ids) == 1
    asked = commander.post("/orders/lift", {"of": of, "state": "now", "order": ids}, follow=True)
    assert "Orders that get a last day: 1" in asked.content.decode()
    sent = {**fields(asked), "until": "2022-11-20"}
    asked = commander.post("/orders/lift", sent, follow=True)
    text = re.sub(r"<[^>]+>", "", asked.content.decode())
    assert "until further notice → 20 Nov" in text or "no end → 20 Nov" in text or "→ 20 Nov" in text
    assert Order.objects.unscoped("test").filter(order_id=ids[0]).count() == 1  # only said so far
    done = [commander.post("/orders/lift", fields(asked)) for _ in range(2)]
    assert [page.status_code for page in done] == [303, 303]
    for page in done:
        assert "Recorded: 1" in commander.get(page["Location"]).content.decode()
    rows = Order.objects.unscoped("test").filter(order_id=ids[0]).order_by("version")
    assert [(row.version, row.until) for row in rows] == [(1, None), (2, dt.date(2022, 11, 20))]


def test_to_lift_never_lengthens(sign_in: Any, beyond: Any, city: Any) -> None:
    from sizao.register.actions import orders
    from sizao.register.models import Order

    given = {"person_id": city.jia_person, "since": DAY, "issuer": "x", "restriction": "home_isolation"}
    ends = {n: orders.impose_order(by=city.job, until=DAY + dt.timedelta(n), **given).order_id for n in (3, 9)}
    commander = sign_in("commander")
    first = fields(commander.post("/orders/lift", {"of": "people", "order": [*ends.values()]}, follow=True))
    page = commander.post("/orders/lift", {**first, "order": [*ends.values()], "until": "2023-03-31"}, follow=True)
    text = page.content.decode()
    assert "None of them would end sooner" in text and text.count("anyway") == 2 and 'name="key"' not in text
    page = commander.post("/orders/lift", {**first, "order": [*ends.values()], "until": "2022-11-22"}, follow=True)
    text = page.content.decode()
    assert "Left as they are: 1" in text and f'value="{ends[9]}"' in text and f'value="{ends[3]}"' not in text
    by, later = city.access("commander", "jia"), dt.date(2022, 11, 23)
    rows = [{"order_id": name, "version": 1, "until": later} for name in ends.values()]
    done = orders.lift_orders(by=by, rows=rows)
    assert [[one.code for one in row.error.problems] if row.error else [] for row in done] == [["lengthens"], []]
    form = f"/orders/{ends[3]}/lift_order"
    page = commander.post(form, {**fields(commander.get(form)), "until": "2022-11-23"})
    assert page.status_code == 400 and "lifting cannot lengthen" in page.content.decode()
    assert Order.objects.unscoped("test").get(order_id=ends[3]).until == DAY + dt.timedelta(3)


def test_what_was_refused_is_told_again_when_the_report_is_loaded_anew(city: Any, beyond: Any, sign_in: Any) -> None:
    from sizao.register.actions.orders import lift_orders
    from sizao.web.screens import orders as screen

    commander = sign_in("commander")
    asked = fields(commander.post("/orders/lift", {"of": "people", "all": "1"}, follow=True))
    asked = fields(commander.post("/orders/lift", {**asked, "until": "2022-11-20"}, follow=True))

    def stale(*, by: Any, rows: Any) -> Any:
        return lift_orders(by=by, rows=[{**row, "version": 7} for row in rows])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(screen, "lift_orders", stale)
        where = commander.post("/orders/lift", asked)["Location"]
    for _ in range(2):
        text = commander.get(where).content.decode()
        assert "not recorded: 1" in text and "Somebody else changed this" in text
    assert sign_in("commander").get(where).status_code == 404
    session = commander.session
    del session["many_done"]
    session.save()
    assert "not recorded: 1" in commander.get(where).content.decode()  # counted, though why is no longer known


def test_a_last_day_before_the_first_is_said_before_anything_is_done(sign_in: Any, beyond: Any) -> None:
    commander = sign_in("commander")
    asked = commander.post("/orders/lift", {"of": "people", "all": "1"}, follow=True)
    text = commander.post("/orders/lift", {**fields(asked), "until": "2022-11-01"}, follow=True).content.decode()
    assert "None of them would end sooner" in text and "begins only after that day" in text


def test_orders_changed_after_the_preview_are_shown_again(sign_in: Any, beyond: Any, city: Any) -> None:
    from sizao.register.actions.orders import lift_order

    commander = sign_in("commander")
    sent = {"of": "people", "all": "1", "until": "2022-11-20"}
    asked = fields(commander.post("/orders/lift", sent, follow=True))
    lift_order(by=city.job, order_id=beyond["jia"]["about"][6:], version=1, until=dt.date(2022, 11, 25))
    page = commander.post("/orders/lift", asked, follow=True)
    assert page.status_code == 409 and "The list changed" in page.content.decode()


def test_orders_of_next_door_are_not_lifted(sign_in: Any, sides: Any) -> None:
    commander = sign_in("commander")
    sent = {"of": "people", "order": sides["yi"].ids["order_id"]}
    assert commander.post("/orders/lift", sent).status_code == 303
    assert sign_in("oversight").post("/orders/lift", sent).status_code == 403
    assert sign_in("laboratory").get("/orders").status_code == 403


def test_who_sees_areas_alone_sees_orders_on_places_alone(sign_in: Any, sides: Any) -> None:
    tracer = sign_in("tracer")
    assert tracer.get("/orders?of=people").status_code == 400
    text = tracer.get("/orders").content.decode()
    assert (
        sides["jia"].ids["person_id"] not in text and "Of people" not in text and "There are no such orders" in text
    )


def test_empty_lists_say_so(sign_in: Any, city: Any) -> None:
    commander = sign_in("commander")
    assert "There are no such orders" in commander.get("/orders").content.decode()
    assert "Nothing of this list" in commander.get(DO, {"do": "answer"}).content.decode()
    assert commander.post("/orders/lift", {"of": "people", "all": "1"}).status_code == 303
