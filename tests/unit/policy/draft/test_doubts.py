"""What a draft does with numbers that are not one certain value: read rightly, doubted, or listed as not read."""

from __future__ import annotations

import datetime as dt

import pytest
from scoring import NOTICES, SEEDS

from sizao.policy.draft import Draft, Value, draft_text

HEAD = "关于人员管理的通知\n云防〔2031〕1号\n"
OTHER = "\n（二）一般接触者3天居家健康监测。"
LONGEST_RUN = 14
"""Characters that a notice of ours may have in common with a real one: terms, not sentences."""


def _draft(item: str) -> Draft:
    return draft_text(f"{HEAD}（一）{item}{OTHER}", "notice.txt")


def _value(draft: Draft, name: str) -> Value:
    return next(v for v in draft.values if v.name == f"measures.close_contact.phases.{name}")


def _unread(draft: Draft) -> list[str]:
    return [u.text for u in draft.unread]


@pytest.mark.parametrize(("numeral", "days"), [("廿", 20), ("廿一", 21), ("卅", 30), ("卅五", 35), ("二十一", 21)])
def test_short_numerals_are_read_whole(numeral: str, days: int) -> None:
    draft = _draft(f"密切接触者{numeral}天集中隔离。")
    found = _value(draft, "1.days")
    assert (found.value, found.text, found.doubt) == (days, f"{numeral}天", None)
    assert _unread(draft) == []


@pytest.mark.parametrize("words", ["卌一天", "拾肆天", "1.5天", "数十天", "十余天", "十几天", "两个7天", "12345天"])
def test_a_numeral_that_is_known_in_part_is_not_read(words: str) -> None:
    draft = _draft(f"密切接触者{words}集中隔离。")
    assert [m["id"] for m in draft.data["measures"]] == ["casual_contact"]
    assert _unread(draft) == [words]
    assert "duties" not in draft.data


@pytest.mark.parametrize(
    ("words", "often"),
    [
        ("头三日每日一检", "daily"),
        ("前三天每天一检", "daily"),
        ("头三天每天检测1次", "daily"),
        ("最后3天，每天检测1次", "daily"),
        ("头三天三检", {"times": 3, "in_days": 3}),
    ],
)
def test_tests_in_a_part_of_the_days_are_doubted(words: str, often: object) -> None:
    tests = _value(_draft(f"密切接触者7天居家隔离，{words}。"), "1.tests")
    assert tests.value == often
    assert tests.doubt is not None
    assert words.replace("，", ",") in tests.doubt.zh and words.replace("，", ",") in tests.doubt.en


@pytest.mark.parametrize(
    ("words", "days"),
    [("5—7天", 7), ("7至10天", 10), ("十至十四天", 14), ("７～１０天", 10), ("7天到10天", 10), ("7或14天", 14)],
)
@pytest.mark.parametrize("text", ["密切接触者{}集中隔离。", "密切接触者集中隔离{}。"])
def test_a_range_of_days_is_doubted(words: str, days: int, text: str) -> None:
    found = _value(_draft(text.format(words)), "1.days")
    assert (found.value, found.text) == (days, words)
    assert found.doubt is not None and "range" in found.doubt.en and found.doubt.en != found.doubt.zh


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("对密切接触者实行至少7天的居家隔离。", "至少7天"),
        ("对密切接触者实行不超过7天的居家隔离。", "不超过7天"),
        ("密切接触者居家隔离不少于7天。", "不少于7天"),
        ("密切接触者至少居家隔离7天。", "至少居家隔离7天"),
        ("密切接触者居家隔离不得少于7天。", "不得少于7天"),
        ("密切接触者居家隔离7天左右。", "7天左右"),
        ("密切接触者居家隔离7天及以上。", "7天及以上"),
    ],
)
def test_a_bound_on_the_days_is_doubted_and_named(text: str, named: str) -> None:
    found = _value(_draft(text), "1.days")
    assert found.value == 7
    assert found.doubt is not None and f": {named}." in found.doubt.en and named in found.doubt.zh


@pytest.mark.parametrize("words", ["不少于3次核酸检测", "至少检测3次", "完成3次核酸检测"])
def test_so_many_tests_in_all_are_listed(words: str) -> None:
    draft = _draft(f"密切接触者7天居家隔离，期间{words}。")
    assert draft.data["measures"][0]["phases"] == [{"restriction": "home_isolation", "days": 7}]
    assert _unread(draft) == ["3次"]


def test_a_bound_on_tests_of_one_day_is_doubted_but_a_limit_for_authorities_is_not() -> None:
    tests = _value(_draft("密切接触者7天居家隔离，期间每天至少检测2次。"), "1.tests")
    assert tests.value == {"times": 2, "in_days": 1}
    assert tests.doubt is not None and "至少检测2次" in tests.doubt.en
    limit = _draft("每人每天核酸检测不超过1次。")
    assert [v.doubt for v in limit.values if v.name == "limits.tests_per_day.at_most"] == [None]


@pytest.mark.parametrize("words", ["其中前3天集中隔离", "后3天集中隔离", "其中集中隔离3天", "头3天集中隔离"])
def test_days_that_are_a_part_of_others_are_doubted(words: str) -> None:
    days = _value(_draft(f"密切接触者7天居家隔离，{words}。"), "2.days")
    assert days.value == 3
    assert days.doubt is not None and "part" in days.doubt.en


def test_days_after_a_fact_are_no_part() -> None:
    draft = _draft("感染者出院后7天居家健康监测，第2天、第7天采样。")
    days = next(v for v in draft.values if v.name == "measures.discharged_patient.phases.1.days")
    assert (days.value, days.doubt) == (7, None)


def test_days_between_tests_are_doubted() -> None:
    tests = _value(_draft("密切接触者5天集中隔离，每隔3天检测一次。"), "1.tests")
    assert tests.doubt is not None and "每隔3天" in tests.doubt.en


@pytest.mark.parametrize(
    ("text", "unread"),
    [
        ("无症状感染者居家隔离不少于半个月，连续两次核酸阴性方可解除。", ["半个月", "两次"]),
        ("入境人员实行“5+3”管理。", ["5+3"]),
        ("入境人员实行“７＋７”、“14+7”健康管理。", ["7+7", "14+7"]),
        ("入境人员5+3天居家隔离。", ["5+3天"]),
        ("密切接触者居家隔离一周。", ["一周"]),
        ("重点岗位人员每周检测两次。", ["每周", "两次"]),
    ],
)
def test_an_item_on_people_whose_numbers_were_not_read_is_no_duty(text: str, unread: list[str]) -> None:
    draft = _draft(text)
    assert "duties" not in draft.data
    assert _unread(draft) == unread


def test_counts_that_only_repeat_what_was_read_are_not_listed() -> None:
    for text in (
        "入境人员实行“5+3”管理，即5天集中隔离+3天居家隔离，第1、3天各做1次核酸。",
        "密切接触者由“7+3”调整为“5+3”，即5天集中隔离加3天居家隔离。",
        "密切接触者7天居家隔离，期间做4次核酸（第1、3、5、7天）。",
        "密切接触者7天居家隔离，每天核酸检测两次。",
    ):
        assert _unread(_draft(text)) == [], text
    assert _draft("加强3次宣传培训。").data["duties"]


@pytest.mark.parametrize(
    ("closing", "date"),
    [
        ("本通告自2022年7月1日零时起施行。", (2022, 7, 1)),
        ("三、本通告自2022年7月1日零时起施行。", (2022, 7, 1)),
        ("三、本通告自2022年7月1日0时起执行。", (2022, 7, 1)),
        ("三、本通告自2022年7月1日0:00起执行。", (2022, 7, 1)),
        ("三、本通告自2022年7月1日24时起正式施行。", (2022, 7, 2)),
        ("三、本通告自2022年12月31日二十四时起施行。", (2023, 1, 1)),
        ("三、本通告自7月1日零时起生效。", (2022, 7, 1)),
    ],
)
@pytest.mark.parametrize(
    ("number", "read"),
    [
        ("（第12号）", "第12号"),
        ("（第１２号）", "第12号"),
        ("（2022年第12号）", "2022年第12号"),
        ("第12号", "第12号"),
    ],
)
def test_the_hour_of_effect_and_a_number_in_brackets_are_read(
    closing: str, date: tuple[int, int, int], number: str, read: str
) -> None:
    items = "一、密切接触者7天集中隔离。\n二、一般接触者3天居家健康监测。\n"
    text = f"云湖市人民政府通告\n{number}\n\n{items}{closing}\n\n云湖市人民政府\n2022年6月30日\n"
    found = {v.name: v for v in draft_text(text, "notice.txt").values}
    effective = found["document.effective"]
    assert (effective.value, effective.doubt) == (dt.date(*date), None)
    assert (found["document.number"].value, found["document.number"].doubt) == (read, None)


def test_no_notice_of_ours_repeats_a_sentence_of_a_real_one() -> None:
    seeds = ["".join(f.read_text("utf-8").split()) for f in sorted(SEEDS.glob("*.txt"))]
    if not seeds:
        pytest.skip("the texts are not here")
    size = LONGEST_RUN + 1
    real = {text[n : n + size] for text in seeds for n in range(len(text) - size + 1)}
    for file in sorted(NOTICES.glob("*.txt")):
        own = "".join(file.read_text("utf-8").split())
        assert [own[n : n + size] for n in range(len(own) - size + 1) if own[n : n + size] in real] == [], file.name
