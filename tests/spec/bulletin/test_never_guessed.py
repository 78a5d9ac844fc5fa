"""What the reader leaves alone: a number under words that it does not know is unread, never of another count."""

from __future__ import annotations

import pytest

from sizao.bulletin import read_text

NATION = "31个省（自治区、直辖市）和新疆生产建设兵团报告"
PRESS = "（注：媒体引用时，请标注“信息来自国家卫生健康委员会官方网站”。）"


def told(text: str, source: str = "2022-04-13.txt", place: str | None = None) -> list[tuple[str, str, int]]:
    reading = read_text(text, source, place=place)
    assert not reading.refused, [str(problem) for problem in reading.refused]
    return [(f.place, f.measure, f.value) for f in reading.figures]


def code(text: str, source: str = "2022-04-13.txt") -> str:
    reading = read_text(text, source)
    assert not reading.figures
    return reading.refused[0].code


@pytest.mark.parametrize("heading", ["当日痊愈离院人员", "当日新增康复病患"])
def test_a_list_under_an_unknown_heading_is_of_no_count_told_before(heading: str) -> None:
    text = (
        f"4月12日0—24时，{NATION}新增确诊病例30例；新增疑似病例4例，均为本土病例（均在上海）。"
        f"{heading}16例，其中境外输入病例5例，本土病例11例（吉林8例，上海3例）。"
        "累计报告确诊病例90例，累计死亡病例1例。"
    )
    assert told(text)[:-2] == [
        ("全国", "confirmed_new", 30),
        ("全国", "suspected_new", 4),
        ("全国", "suspected_new_local", 4),
        ("上海", "suspected_new_local", 4),
    ]
    assert len(read_text(text, "2022-04-13.txt").unread) == 5


def test_brackets_behind_a_number_that_is_not_read_are_not_read_either() -> None:
    text = "4月12日0—24时，江苏新增确诊病例3例。重型病例2例（南京市1例，常州市1例）。"
    assert told(text) == [("江苏", "confirmed_new", 3)]


def test_where_people_came_from_is_neither_a_place_nor_whose_bulletin_it_is() -> None:
    text = "4月12日0—24时，新增本土新冠肺炎确诊病例5例。新增治愈出院1例，来自中国香港。"
    assert told(text, "shanghai/2022-04-13.txt") == [
        ("上海", "confirmed_new_local", 5),
        ("上海", "discharged_new", 1),
    ]


def test_letters_that_are_no_place_are_not_taken_for_one() -> None:
    assert told("4月12日0—24时，浙江省新增确诊病例5例（东广2例，杭州市3例）。") == [
        ("浙江", "confirmed_new", 5),
        ("杭州市", "confirmed_new", 3),
    ]


@pytest.mark.parametrize("number", ["约40余万人", "三百人", "10多人", "9" * 30 + "人"])
def test_a_number_that_is_not_exact_is_left_and_listed(number: str) -> None:
    text = f"4月12日0—24时，{NATION}新增确诊病例3例。累计追踪到密切接触者{number}。"
    assert told(text) == [("全国", "confirmed_new", 3)]
    if "三百" not in number:
        assert len(read_text(text, "2022-04-13.txt").unread) == 1


def test_a_count_whose_number_is_gone_is_listed() -> None:
    reading = read_text(
        f"4月12日0—24时，{NATION}新增确诊病例3例，累计死亡病例，累计报告确诊病例90例。", "2022-04-13.txt"
    )
    assert [f.measure for f in reading.figures] == ["confirmed_new", "confirmed_total"]
    assert "累计死亡病例" in reading.unread[0].around


def test_severe_among_the_cases_of_the_day_are_not_the_change_of_all_who_are() -> None:
    text = "1月17日0—24时，武汉市新增病例17例。17例病例中，重症病例3例。"
    assert ("武汉市", "severe_change", 3) not in told(text, "2020-01-18.txt")


def test_several_bulletins_with_the_same_foot_are_all_read() -> None:
    days = [f"4月{n}日0—24时，{NATION}新增确诊病例{n}例。\n{PRESS}" for n in (10, 11, 12)]
    reading = read_text("\n".join(days), "2022-04-13.txt")
    assert [(f.report_date.day, f.value) for f in reading.figures] == [(10, 10), (11, 11), (12, 12)]


def test_a_bulletin_behind_the_end_of_another_is_read() -> None:
    days = [f"4月{n}日0—24时，{NATION}新增确诊病例{n}例。\n摘引网址：某处" for n in (11, 12)]
    assert [f.value for f in read_text("\n".join(days), "2022-04-13.txt").figures] == [11, 12]


def test_a_remark_is_noted_once_and_without_the_words_to_the_press() -> None:
    text = (
        f"2月21日0—24时，{NATION}新增确诊病例5例，累计报告确诊病例90例。\n"
        "注：2月19日0—24时，全国新增确诊病例订正为8例，累计确诊病例订正为70例，2.媒体引用时，请标注来源。"
    )
    notes = {f.measure: f.note for f in read_text(text, "2020-02-22.txt").figures}
    assert set(notes.values()) == {"2月19日0-24时，全国新增确诊病例订正为8例，累计确诊病例订正为70例"}


def test_names_moved_on_by_one_are_seen_by_conversions_above_cases() -> None:
    text = (
        f"4月12日0—24时，{NATION}新增确诊病例30例，其中本土病例30例（上海20例，吉林6例，广东4例），"
        "含9例由无症状感染者转为确诊病例（吉林7例，广东5例，海南2例）。"
    )
    assert code(text) == "bulletin-shifted"


@pytest.mark.parametrize(
    ("source", "expected"), [("2019-04-13.txt", "bulletin-date"), ("2023-04-13.txt", "bulletin-ended")]
)
def test_a_day_outside_the_epidemic_of_the_bulletins_is_refused(source: str, expected: str) -> None:
    assert code(f"4月12日0—24时，{NATION}新增确诊病例3例。", source) == expected


def test_a_stock_told_as_new_is_refused() -> None:
    text = (
        f"4月12日0—24时，{NATION}新增确诊病例3例。{NATION}新增无症状感染者25800例；当日转为确诊病例1例；"
        "当日解除医学观察20例；尚在医学观察的无症状感染者25800例。"
    )
    assert code(text) == "bulletin-cumulative"
