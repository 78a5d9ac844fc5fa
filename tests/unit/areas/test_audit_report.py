"""The printed audit: its numbers come from the lists, it fits its sheets, it says what cannot be concluded.

The picture in the docs is made of the invented lists below. To make it again:

    SIZAO_PICTURE=page.html python -m pytest tests/unit/areas/test_audit_report.py -k picture
    chromium --headless --hide-scrollbars --window-size=794,1300 --screenshot=docs/risk-area-audit.png page.html
"""

from __future__ import annotations

import os
import random
import re
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from made_lists import county, write_snapshot, write_spells, write_times

from greys import lightness
from printed import sheets, text_of, tile
from sizao.areas import Audit, audit_lists, read_lists
from sizao.areas.audit.rules import SCOPES
from sizao.areas.report import charts, write_audit_report
from sizao.areas.report.answers import GROUPS, Answers
from sizao.areas.report.named import LENGTH
from sizao.areas.report.say import Say
from sizao.policy import choose

DAY = timedelta(days=1)
CHANGE = datetime(2022, 11, 11)  # noqa: DTZ001  lists give local time without an offset
PROVINCES = (
    "云溪省",
    "青岚省",
    "白鹭省",
    "石梁省",
    "松陵省",
    "柳泊省",
    "沙洲省",
    "南屏省",
    "北渡省",
    "东篱省",
    "西岭省",
)


def clock(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"


def row(
    place: str, first: datetime, last: datetime, level: str = "high", province: str = "云溪省", county: str = "东县"
) -> str:
    return f"{level},{province},云溪市,{county},{place},{clock(first)},{clock(last)},"


def twice_a_day(first: datetime, days: int) -> list[datetime]:
    return [first + timedelta(hours=12 * n) for n in range(2 * days)]


def audited(folder: Path, times: list[datetime], *rows: str) -> Audit:
    write_times(folder, *(clock(at) for at in times))
    write_spells(folder, *rows)
    return audit_lists(read_lists(folder), choose("auto", date(2022, 4, 15)))


def name_of(n: int, wide: float, dice: random.Random) -> str:
    """A name that nobody has, the wider the larger `wide`."""
    house, kind = f"清源路{n}号", dice.random()
    if kind < 0.07:
        return f"清源路{n}号百味超市"
    if kind < 0.07 + 0.5 * wide:
        return dice.choice([f"第{n}社区", f"上塘{n}村", f"春晖路{n}号春晖小区"])
    if kind < 0.07 + 0.9 * wide:
        return f"春晖路{n}号春晖小区"
    return f"{house}院{n % 9 + 1}号楼" + (f"{n % 5 + 1}单元" if kind > 0.6 else "")


def invented_lists(folder: Path) -> Audit:
    """Lists of eleven provinces that are nowhere, from August to December 2022, with two days without a list."""
    dice = random.Random(11)
    start, days = CHANGE - 72 * DAY, 118
    times = [start + timedelta(hours=h) for d in range(days) for h in (24 * d + 8, 24 * d + 14, 24 * d + 21)]
    times = [at for at in times if at.date() not in (date(2022, 10, 3), date(2022, 10, 4))]
    rows: list[str] = []
    for nth, province in enumerate(PROVINCES):
        lag, slack = (3 * nth) % 17, 0.05 + 0.035 * nth
        for day in range(days - 12):
            after = day - 72
            wave = 2.2 * 1.045 ** min(day, 90) / (1 + max(0, day - 92))
            wide = 0.85 if after < lag else 0.16 + slack / 4
            for _ in range(round(wave * (1.6 - nth / 12) * dice.random() / 4)):
                at = dice.randrange(3 * day, 3 * day + 3)
                stay = (7 if after < 0 else 5) + (dice.random() < slack) * dice.randrange(1, 12) - dice.random() * 3
                end = min(at + max(1, round(3 * stay)), len(times) - 12)
                where = {"province": province, "county": f"{dice.choice('东西南')}县"}
                place = name_of(len(rows), wide, dice)
                if after < 0 and dice.random() < 0.45:
                    end = min(end, 3 * 72 + dice.randrange(0, 15))
                    rows.append(row(place, times[at], times[max(at, end)], "medium", **where))
                else:
                    rows.append(row(place, times[at], times[max(at, end)], **where))
    for n, street in enumerate(("柳岸街道", "梧桐镇", "长堤街道", "望湖镇")):
        rows.append(row(street, times[30 + 20 * n], times[90 + 30 * n], province=PROVINCES[n]))
    rows.append(row("/", times[200], times[210]))
    return audited(folder, times, *rows)


@pytest.fixture(scope="module")
def invented(tmp_path_factory: pytest.TempPathFactory) -> Audit:
    return invented_lists(tmp_path_factory.mktemp("lists"))


@pytest.fixture(scope="module")
def pages(invented: Audit) -> dict[str, str]:
    """The page in each language; a page takes seconds."""
    return {"zh": write_audit_report(invented, "zh"), "en": write_audit_report(invented, "en")}


@pytest.fixture(params=["zh", "en"])
def page(request: pytest.FixtureRequest, pages: dict[str, str]) -> str:
    return pages[request.param]


def cells(page: str, name: str) -> list[list[str]]:
    """The cells of every row of that name."""
    rows = re.findall(rf'<tr><th scope="row">{re.escape(name)}</th>(.*?)</tr>', page)
    return [re.findall(r"<td[^>]*>(.*?)</td>", found) for found in rows]


def around_the_change(folder: Path) -> Audit:
    """Before: 3 compounds and 1 building, 7 days each but one of 9; after: 1 compound, 3 units, one for 8 days."""
    t = twice_a_day(CHANGE - 20 * DAY, 60)
    n = 2 * 20
    return audited(
        folder,
        t,
        *(row(f"春晖{k}小区", t[n - 30], t[n - 30 + (18 if k == 0 else 14)]) for k in range(3)),
        row("清源路1号院1号楼", t[n - 30], t[n - 16]),
        row("清源路2号院1号楼", t[n - 4], t[n + 5], "medium"),
        row("清源路3号院1号楼", t[n + 3], t[n + 7], "medium"),
        row("清源路4号院1号楼", t[n + 2], t[n + 3], "medium"),  # at midnight: may have been drawn before
        row("夏荷小区", t[n], t[n + 8]),  # in the first hour of the change
        *(row(f"清源路{k}号院1号楼1单元", t[n + 4], t[n + 4 + (16 if k == 7 else 9)]) for k in (7, 8, 9)),
        row("清源路99号院1号楼", t[n + 2 * 28], t[n + 2 * 28 + 4]),
    )


def test_the_numbers_at_the_top_are_those_of_the_lists(tmp_path: Path) -> None:
    audit = around_the_change(tmp_path)
    zh, en = write_audit_report(audit), write_audit_report(audit, "en")
    assert tile(en, "High areas on 20 Dec") == ["0", "at most 4, on 27 Oct", "1 on 11 Nov"]
    assert tile(zh, "新划时不大于楼栋") == ["25% → 75%", "前后各28天新划的高风险区", "4 → 4个"]  # not that of day 29
    assert tile(en, "Longer than the rule, unbroken") == ["2", "before: 1 of 4 (25%)", "since: 1 of 5 (20%)"]
    assert tile(en, "Median stay, days")[2] == "rule: 7 → 5 days"
    assert tile(zh, "11月11日仍有的中风险区") == ["1", "11月14日12时尚有，11月15日0时已无", "能确定为次日起新划的1个"]
    assert tile(zh, "不能读出范围的名称")[0] == "0"


def test_the_table_of_days_names_each_rulebook_and_leaves_days_without_a_list_out(page: str, invented: Audit) -> None:
    days = re.findall(r'<th scope="row">(2022-\d\d-\d\d)(?: ([a-d]))?</th>', page)
    assert {day: letter for day, letter in days if letter} == {
        "2022-11-11": "a", "2022-11-21": "b", "2022-12-07": "c",
    }  # fmt: skip
    assert len(days) == len(set(days)) and "2022-11-10" in dict(days)
    counts = invented.findings.at_day_end["high"]
    ((all_areas, *by_scope),) = [found[:7] for found in cells(page, "2022-11-21 b")]
    assert int(all_areas) == counts[date(2022, 11, 21)] == sum(int(n) for n in by_scope)
    shown = Answers(invented)
    assert shown.groups("high", date(2022, 10, 3)) is None
    assert ("2天没有名单" in page) or ("2 days have no list" in page)


def test_a_day_without_a_list_is_a_gap_in_the_pile(page: str) -> None:
    pile = re.findall(r"<svg .*?</svg>", page, re.DOTALL)[7]  # after the legend of six groups
    assert "aria-label" in pile
    for colour in charts.COLOURS.values():
        assert len(re.findall(rf'<path [^>]*fill="{colour}"', pile)) == 2, colour


def test_every_scope_is_in_one_group() -> None:
    assert sorted(scope for group in GROUPS.values() for scope in group) == sorted(SCOPES)
    assert list(charts.COLOURS) == list(GROUPS) == list(Say.words()["groups"])
    assert set(Say.words()["scopes"]) == set(SCOPES)


def test_half_is_waited_for_from_the_first_area_after_the_change(tmp_path: Path) -> None:
    t = twice_a_day(CHANGE - 10 * DAY, 40)
    n = 20
    audit = audited(
        tmp_path,
        t,
        *(row(f"春晖{k}小区", t[0], t[n + 4]) for k in range(12)),
        *(row(f"清源路{k}号院1号楼", t[n + 4], t[n + 19]) for k in range(12)),
        *(row(f"夏荷{k}小区", t[n + 10], t[n + 29], province="青岚省") for k in range(12)),  # none on the day itself
        *(row(f"清源路{k}号院1号楼", t[n + 14], t[n + 29], province="青岚省") for k in range(12)),
        *(row(f"秋桂{k}小区", t[n + 10], t[n + 19], province="白鹭省") for k in range(12)),
        *(row(f"清源路{k}号院1号楼", t[n], t[n + 19], province="石梁省") for k in range(12)),
        *(row(f"秋桂{k}小区", t[n + 20], t[n + 39], province="石梁省") for k in range(12)),
    )
    waited = {p.name: p.waited for p in Answers(audit).provinces}
    assert waited == {"云溪省": 2, "青岚省": 2, "白鹭省": None, "石梁省": None}
    assert {p.name for p in Answers(audit).provinces if p.fell_back} == {"石梁省"}
    assert all(p.few for p in Answers(audit).provinces) and Answers(audit).by_pace() == []
    assert '<th scope="row">白鹭省*</th>' in write_audit_report(audit)


def test_where_half_came_between_two_lists_far_apart_nobody_is_called_fast_or_slow(tmp_path: Path) -> None:
    t = [CHANGE - DAY, CHANGE, CHANGE + 2 * DAY, CHANGE + 12 * DAY, CHANGE + 20 * DAY]
    wide = [row(f"春晖{k}小区", t[0], t[2]) for k in range(12)]
    narrow = [row(f"清源路{k}号院1号楼", t[3], t[4]) for k in range(120)]
    audit = audited(tmp_path, t, *wide, *narrow)
    (province,) = Answers(audit).provinces
    assert (province.waited_least, province.waited, province.unsure) == (3, 12, True)
    assert Answers(audit).by_pace() == [] and Answers(audit).not_ranked() == ([], [], ["云溪省"])
    page = write_audit_report(audit, "en")
    assert "3–12" in cells(page, "云溪省")[0]
    assert "Lists too far apart to tell since when half: 云溪省." in text_of(page)


def test_only_provinces_that_had_something_to_change_are_called_fast_or_slow(invented: Audit) -> None:
    answers = Answers(invented)
    paces = [(p.name, p.waited) for p in answers.by_pace()]
    assert [waited for _, waited in paces] == sorted(waited for _, waited in paces if waited is not None)
    assert paces[0][0] == "云溪省" and paces[-1][0] == "柳泊省"  # lags of 0 and 15 days were made up for them
    assert {p.name for p in answers.by_pace()} == {p.name for p in answers.provinces if (p.before.narrow or 1) < 0.5}
    (first, *_), (last, *_) = answers.gone_first_and_last()
    assert first < last == max(a.gone_by for a in invented.findings.gone_level if a.gone_by)


def test_the_widest_are_whole_streets_one_of_each_county(tmp_path: Path) -> None:
    t = twice_a_day(CHANGE, 30)
    audit = audited(
        tmp_path,
        t,
        row("柳岸街道", t[1], t[20]),
        row("梧桐镇", t[1], t[30]),
        row("长堤街道", t[1], t[40], county="西县"),
        row("望湖镇部分区域", t[1], t[50]),
        row("石桥镇（东村、西村）", t[1], t[50]),
        row("春晖小区", t[1], t[50]),
    )
    assert [(r["place"], r["such"]) for r in Answers(audit).widest(6)] == [("梧桐镇", 2), ("长堤街道", 1)]


def test_at_most_fifteen_names_are_printed_and_long_ones_are_cut(tmp_path: Path) -> None:
    t = twice_a_day(CHANGE, 30)
    names = [f"清源路{k}号院{k}号楼" for k in range(30)]
    long = "春晖小区" + "、".join(f"{k}号楼" for k in range(1, 60))
    rows = [row(name, t[1], t[20]) for name in names] + [row(long, t[1], t[40])]
    rows += [row(f"湖{k}镇", t[1], t[9], county=f"{k}县") for k in range(9)]
    rows += [row(mark, t[1], t[3]) for mark in ("/", "<script>", "?", "!!")]
    page = write_audit_report(audited(tmp_path, t, *rows))
    printed = re.findall(r'<td class="name" lang="zh-CN">(.*?)</td>', page)
    printed += re.findall(r"<b>(.*?)</b>", page[page.index('<span class="names"') :])
    assert len(printed) == 15
    assert f"{long[:LENGTH]}…" in page and long not in page
    assert "<script" not in page and "&lt;script&gt;" not in printed[:12]
    assert "4个读不出范围" in text_of(page)


def test_stays_without_a_rule_and_of_a_level_that_is_gone_stand_apart(tmp_path: Path) -> None:
    t = twice_a_day(datetime(2022, 6, 1), 200)  # noqa: DTZ001
    rows = [row(f"清源路{k}号院1号楼", t[4], t[9], "medium") for k in range(2)]
    rows += [row(f"春晖路{k}号院1号楼", t[330], t[333], "medium") for k in range(3)]
    page = write_audit_report(audited(tmp_path, t, *rows, row("夏荷小区", t[330], t[333])))
    terms = {found[0]: found[2] for found in cells(page, "中")}
    assert terms["规则册无此时的天数"] == "2" and terms["该等级取消次日起仍新划"] == "3"


def test_the_band_of_a_curve_is_the_wider_of_both_doubts(invented: Audit) -> None:
    for points in Answers(invented).curves.values():
        for p in points:
            assert p["least"] <= min(p["low"], p["share_least"]) and p["most"] >= max(p["high"], p["share_most"])
    say = Say("en")
    assert (say.span(0.756, 0.79), say.span(0.093, 0.1), say.span(0.0001, 0.0002)) == (
        "76–79%", "9.3–10%", "<0.1%",
    )  # fmt: skip


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_lists_that_end_before_any_change_are_not_split(tmp_path: Path, lang: Any) -> None:
    t = twice_a_day(datetime(2022, 8, 1), 40)  # noqa: DTZ001
    page = write_audit_report(audited(tmp_path, t, row("春晖小区", t[2], t[30]), row("夏荷小区", t[2], t[9])), lang)
    assert ("不比较各省" in page) or ("Not compared" in page)
    label, said = {
        "zh": ("超过规则天数且从未中断", "共2个（50%）"),
        "en": ("Longer than the rule, unbroken", "of 2 (50%)"),
    }[lang]
    assert tile(page, label) == ["1", said, ""]
    assert "→" not in text_of(page) and "11月11日" not in text_of(page) and "11 Nov" not in text_of(page)


def test_where_lists_lie_too_far_apart_to_tell_no_tile_says_that_nothing_was_longer(tmp_path: Path) -> None:
    times = [CHANGE, CHANGE + 10 * DAY, CHANGE + 20 * DAY]
    audit = audited(tmp_path, times, *(row(f"春晖{n}小区", times[0], times[1]) for n in range(3)))
    said = ["—", "cannot be told for 3 of 3: lists too far apart", "0 of the 0 that can be told"]
    assert tile(write_audit_report(audit, "en"), "Longer than the rule, unbroken") == said


@pytest.mark.parametrize("level", ["high", "medium"])
def test_a_single_list_of_one_level_makes_a_page(tmp_path: Path, level: str) -> None:
    page = write_audit_report(audited(tmp_path, [CHANGE], row("春晖小区", CHANGE, CHANGE, level)))
    assert "没有看到起点的高风险区，不画曲线。" in page
    assert tile(page, "11月11日高风险区")[0] == ("1" if level == "high" else "—")


def test_a_level_that_lists_have_and_that_has_no_area_is_not_drawn(tmp_path: Path) -> None:
    write_snapshot(tmp_path, "2022-11-21 8时", [county("丙县", "春晖小区")])
    audit = audit_lists(read_lists(tmp_path), choose("auto", date(2022, 11, 21)))
    assert audit.findings.at_day_end["medium"] == {date(2022, 11, 21): 0}
    assert Answers(audit).levels == ["high"]


def test_the_limits_are_said(page: str) -> None:
    said = text_of(page)
    assert ("没有感染者" in said and "不能得出" in said) or ("no infections" in said and "What cannot" in said)
    for name in ("can_says", "cannot_says", "method_says"):
        for sentence in Say.words()[name]:
            assert sentence["zh"] in said or sentence["en"] in said


def test_everything_is_in_the_page(page: str) -> None:
    assert not re.search(r"<script|<link|<img|<iframe|@import|url\(|src=", page)
    outside = set(re.findall(r"https?://[^\"' <]+", page))
    assert outside <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    assert len(page.encode()) < 500_000


def test_every_chart_is_an_image_with_a_text_in_its_place_and_a_table(page: str) -> None:
    pictures = re.findall(r"<svg (?!class)([^>]*)>", page)
    assert len(pictures) == 2 * 3 + 1 + 2 * 3
    for attributes in pictures:
        assert 'role="img"' in attributes and re.search(r'aria-label="[^"]{30,}"', attributes)
    assert page.count("<figcaption>") == page.count("<figure>") == 3
    for svg in re.findall(r"<svg .*?</svg>", page, re.DOTALL):
        ElementTree.fromstring(svg.replace("xlink:", ""))
    assert page.count("<table") >= 3 + 3


def test_neighbours_in_the_pile_can_be_told_apart_in_grey() -> None:
    assert min(abs(b - a) for a, b in pairwise(map(lightness, charts.COLOURS.values()))) > 15
    before, after = map(lightness, charts.PERIODS.values())
    assert abs(before - after) > 15


def test_every_word_is_in_both_languages_with_the_same_blanks() -> None:
    def pairs(entry: Any) -> list[dict[str, str]]:
        if isinstance(entry, dict) and set(entry) == {"zh", "en"}:
            return [entry]
        return [pair for part in (entry.values() if isinstance(entry, dict) else entry) for pair in pairs(part)]

    found = pairs(Say.words())
    assert len(found) > 150
    for pair in found:
        zh, en = (set(re.findall(r"{(\w+)}", pair[lang])) for lang in ("zh", "en"))
        assert zh == en or "rest" in en, pair


def test_every_problem_of_reading_has_its_words() -> None:
    read = Path(charts.__file__).parents[1] / "read"
    codes = {
        code for file in read.glob("*.py") for code in re.findall(r'Problem\(\s*"([a-z-]+)"', file.read_text("utf-8"))
    }
    assert len(codes) > 10 and codes <= set(Say.words()["problems"])


def test_an_english_page_holds_no_chinese_but_names(pages: dict[str, str]) -> None:
    page = re.sub(r'<(td|span)[^>]* lang="zh-CN">.*?</\1>', "", pages["en"])
    page = page.replace("·", "")
    for province in PROVINCES:
        page = page.replace(province, "")
    assert re.findall(r"[一-鿿，。：；]", page[page.index("<body>") :]) == []
    assert Say("en").place("河南省") == "Henan" and Say("zh").place("河南省") == "河南"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_it_fits_four_sheets_of_a4(lang: str, pages: dict[str, str], tmp_path: Path) -> None:
    assert 2 <= sheets(pages[lang], tmp_path) <= 4


def test_the_picture_of_the_docs_can_be_made_again(tmp_path: Path, pages: dict[str, str]) -> None:
    out = Path(os.environ.get("SIZAO_PICTURE") or tmp_path / "page.html")
    out.write_text(pages["en"], "utf-8")
    assert out.stat().st_size > 100_000
