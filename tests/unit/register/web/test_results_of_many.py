"""The result of many samples at once, from the list of tests: previewed, recorded once, told one by one."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from sizao.register import models
from sizao.register.actions import tests
from sizao.register.models import Read

TODAY = dt.date(2022, 11, 20)
DO = "/lists/tests/results"


@pytest.fixture(autouse=True)
def held_today(settings: Any, monkeypatch: Any) -> None:
    from sizao.register import remembered

    settings.SIZAO_TODAY = TODAY
    monkeypatch.setattr(remembered, "_kept", {})


@pytest.fixture
def samples(city: Any, sides: Any) -> list[str]:
    """Three in jia that wait for their result."""
    person = sides["jia"].ids["person_id"]
    more = [tests.record_test(by=city.job, person_id=person, sampled_on=TODAY).test_id for _ in range(2)]
    return [sides["jia"].ids["test_id"], *more]


def latest(test_id: str) -> Any:
    return models.Test.objects.unscoped("test").filter(test_id=test_id).order_by("-version")[0]


def send(browser: Any, **sent: Any) -> Any:
    return browser.post(DO, sent, follow=True)


def rows_of(page: Any) -> list[str]:
    return [f"{row['test'].version} {row['test'].test_id}" for row in page.context["rows"]]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_laboratory_records_all_of_a_filter_and_is_told_one_by_one(
    language: str, sign_in: Any, samples: list[str], sides: Any
) -> None:
    browser = sign_in("laboratory", language=language)
    query = "result=pending&sampled_on.from=2022-11-19"
    listed = browser.get(f"/lists/tests?{query}").content.decode()
    assert f'formaction="{DO}"' in listed and f'name="test" value="{samples[0]}"' in listed
    page = send(browser, list="tests", back=query, every="1", do="result")
    assert page.redirect_chain[-1][0].startswith(f"{DO}?asked=") and len(page.context["rows"]) == 3
    page = send(browser, list="tests", back=query, test=samples, how="negative")
    text = page.content.decode()
    assert ("3 samples: negative" if language == "en" else "3 份样本：阴性") in text
    assert "李四" not in text and "13800138000" not in text
    for secret in sides["yi"].texts:
        assert secret not in text
    assert all(latest(name).result == "pending" for name in samples)
    sent = {"back": query, "how": "negative", "key": page.context["key"], "row": rows_of(page)}
    done = send(browser, **sent)
    text = done.content.decode()
    assert done.redirect_chain[-1][0] == f"/done/{sent['key']}"
    assert text.count("pill good") == 3 and "pill bad" not in text and "李四" not in text
    assert "/lists/tests?result=pending&amp;sampled_on.from=2022-11-19" in text
    assert [(latest(name).result, latest(name).version) for name in samples] == [("negative", 2)] * 3
    again = send(browser, **sent).content.decode()
    assert again.count("pill good") == 3 and {latest(name).version for name in samples} == {2}


def test_what_has_a_result_was_withdrawn_or_lies_next_door_is_left_out_and_said(
    sign_in: Any, samples: list[str], sides: Any, city: Any
) -> None:
    tests.record_result(by=city.job, test_id=samples[1], version=1, result="positive", ct=2000)
    tests.withdraw_test(by=city.job, test_id=samples[2], version=1)
    ids = [*samples, sides["yi"].ids["test_id"], "t-nobody"]
    page = send(sign_in("laboratory"), test=ids, how="negative")
    text = page.content.decode()
    assert rows_of(page) == [f"1 {samples[0]}"] and sides["yi"].ids["test_id"] not in text
    assert "has a result already: positive" in text and "this sample was withdrawn" in text
    assert "Not in your area or not known, and left out: 2." in text


def test_what_changed_after_the_preview_is_refused_by_itself(
    sign_in: Any, samples: list[str], sides: Any, city: Any
) -> None:
    browser = sign_in("laboratory")
    page = send(browser, test=samples, how="negative")
    tests.record_result(by=city.job, test_id=samples[1], version=1, result="positive", ct=2000)
    tests.withdraw_test(by=city.job, test_id=samples[2], version=1)
    next_door = f"1 {sides['yi'].ids['test_id']}"
    sent = {"how": "negative", "key": page.context["key"], "row": [*rows_of(page), next_door, "1", "x y", "-1 z"]}
    done = send(browser, **sent)
    text = done.content.decode()
    assert (text.count("pill good"), text.count("pill bad")) == (1, 3)
    assert "Recorded: 1 · Not recorded: 3" in text and "Somebody else changed this" in text
    assert text.count("this sample was withdrawn") == text.count("nothing like that in your area") == 1
    assert latest(samples[0]).result == "negative"
    assert (latest(samples[1]).result, latest(samples[1]).ct, latest(samples[1]).version) == ("positive", 2000, 2)
    assert latest(sides["yi"].ids["test_id"]).version == 1
    assert browser.get(done.redirect_chain[-1][0]).content.decode().count("pill bad") == 3


def test_work_on_the_people_of_ticked_samples_is_previewed_by_person(sign_in: Any, samples: list[str]) -> None:
    browser = sign_in("laboratory")
    sent = {"list": "tests", "back": "result=pending", "do": "sample", "how": "pcr"}
    page = browser.post("/work/do", {**sent, "test": samples}, follow=True)
    assert page.status_code == 200 and len(page.context["rows"]) + len(page.context["out"]) == 1
    page = browser.post("/work/do", {**sent, "page": "1", "page_of": samples}, follow=True)
    assert len(page.context["rows"]) + len(page.context["out"]) == 1
    assert browser.post("/work/do", {**sent, "do": "visit", "test": samples}).status_code == 403


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"test": ""},
        {"how": "negative", "key": "a" * 32},
        {"how": "negative", "key": "a" * 32, "row": "one t-1"},
        {"how": "negative", "key": "a" * 32, "row": "9" * 30 + " t-1"},
    ],
)
def test_nothing_ticked_goes_back_to_the_list_and_says_so(sent: dict[str, str], sign_in: Any, sides: Any) -> None:
    page = send(sign_in("laboratory"), back="result=pending", **sent)
    assert page.redirect_chain[-1][0] == "/lists/tests?result=pending"
    assert "Tick some samples first" in page.content.decode()


def test_no_other_word_than_a_result_is_recorded(sign_in: Any, samples: list[str]) -> None:
    for how in ("pending", "nonsense", "<b>"):
        page = send(sign_in("laboratory"), test=samples, how=how, key="a" * 32, row=[f"1 {samples[0]}"])
        assert page.context["how"] == "" and latest(samples[0]).version == 1


def test_who_records_no_tests_is_refused_and_not_offered_it(sign_in: Any, samples: list[str]) -> None:
    browser = sign_in("commander")
    assert DO not in browser.get("/lists/tests").content.decode()
    assert browser.post(DO, {"test": samples}).status_code == browser.get(DO).status_code == 403


def test_each_look_is_on_record(sign_in: Any, samples: list[str], sides: Any) -> None:
    browser = sign_in("laboratory")
    send(browser, test=samples)
    read = Read.objects.latest("pk")
    assert (read.asked, read.people, read.person_id) == ("do=result", 1, "")
    send(browser, test=samples[0])
    assert Read.objects.filter(person_id=sides["jia"].ids["person_id"], asked="do=result").exists()
    gone = browser.get(f"{DO}?asked=gone")
    assert gone.status_code == 200 and "No sample is left" in gone.content.decode()
