"""The printed situation: what was not given is never 0, it fits one sheet, and it needs nothing from outside.

The picture in the docs is made of the invented figures below. To make it again:

    SIZAO_PICTURE=page.html python -m pytest tests/unit/bulletin/test_situation_report.py -k picture
    chromium --headless --hide-scrollbars --window-size=794,1123 --screenshot=docs/situation-report.png page.html
"""

from __future__ import annotations

import math
import os
import re
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pyarrow as pa
import pytest

from greys import contrast, lightness
from printed import sheets, text_of, tile
from sizao.bulletin.figure import Figure, tabulate
from sizao.bulletin.places import find_place, provinces
from sizao.bulletin.report import write_report
from sizao.bulletin.report.charts import COLOURS
from sizao.bulletin.report.derive import derive_situation
from sizao.bulletin.report.say import Say
from sizao.bulletin.report.situation import Free
from sizao.errors import SizaoError

D = date(2031, 5, 20)
DAY = timedelta(days=1)
MISSING = [date(2031, 4, 8) + n * DAY for n in range(5)]
NAMES = [*(p.name for p in provinces()), "兵团"]


def day_of(on: date, rows: list[tuple[str, str, int]]) -> list[Figure]:
    """One bulletin: (place, measure, value) in the order of the text."""
    found = []
    for at, (place, measure, value) in enumerate(rows):
        known = find_place(place)
        code = known.code if known else None
        source = f"{on + DAY}.txt"
        found.append(Figure(on, on + DAY, code, place, measure, value, None, source, at, at + 1))
    return found


def listed(measure: str, parts: dict[str, int], whole: str = "全国") -> list[tuple[str, str, int]]:
    """The sum, then its list in descending order."""
    named = sorted(((n, place) for place, n in parts.items() if n), reverse=True)
    return [(whole, measure, sum(parts.values())), *((place, measure, n) for n, place in named)]


def invented_figures(last: date = D, days: int = 80, *, quiet: int = 9) -> pa.Table:
    """An outbreak that never was, in all provinces but the last `quiet`, with five days that nobody recorded."""
    figures: list[Figure] = []
    active, severe, silent_now = 900, 30, 2_000
    for n in range(days):
        on = last - (days - 1 - n) * DAY
        wave = 40 * math.exp(-(((n - 64) / 16) ** 2)) + 6
        weights = {name: 9 / (1 + (7 * at) % 31) + 0.1 for at, name in enumerate(NAMES[: len(NAMES) - quiet])}
        local = {name: int(wave * w * (1 + 0.3 * math.sin(n * 2.4 + len(name)))) for name, w in weights.items()}
        silent = {name: int(value * (2.6 + math.sin(n / 9))) for name, value in local.items()}
        abroad = {"广东": 14 + n % 7, "上海": 9 + n % 5, "福建": n % 4}
        new = sum(local.values()) + sum(abroad.values())
        active, severe = active + new - int(active * 0.07), int(12 + active / 60)
        silent_now += sum(silent.values()) - int(silent_now * 0.12)
        rows = [
            ("全国", "confirmed_new", new),
            *listed("confirmed_new_imported", abroad),
            *listed("confirmed_new_local", local),
            ("全国", "deaths_new", 1 if n % 17 == 0 else 0),
            ("全国", "active", active),
            ("全国", "severe", severe),
            ("全国", "contacts_observed", 40_000 + 35 * active),
            ("全国", "asymptomatic_new", sum(silent.values()) + 40),
            ("全国", "asymptomatic_new_imported", 40),
            *listed("asymptomatic_new_local", silent),
            ("全国", "asymptomatic_observed", silent_now),
        ]
        if on == last:
            rows.append(("全国", "confirmed_total_correction", -2))
        if on not in MISSING:
            figures += day_of(on, rows)
    return tabulate(figures)


def small(**days: list[tuple[str, str, int]]) -> pa.Table:
    """Bulletins of days of May: d20=[...]."""
    return tabulate([f for name, rows in days.items() for f in day_of(date(2031, 5, int(name[1:])), rows)])


def row(page: str, place: str) -> list[str]:
    """The cells of a place in the table."""
    found = re.search(rf'<th scope="row">{place}</th>(.*?)</tr>', page)
    assert found, place
    return re.findall(r"<td[^>]*>(.*?)</td>", found[1])


@pytest.fixture(scope="module")
def invented() -> pa.Table:
    return invented_figures()


@pytest.fixture(scope="module")
def pages(invented: pa.Table) -> dict[str, str]:
    """The page in each language; a page takes seconds."""
    return {"zh": write_report(invented, D, lang="zh"), "en": write_report(invented, D, lang="en")}


@pytest.fixture(params=["zh", "en"])
def page(request: pytest.FixtureRequest, pages: dict[str, str]) -> str:
    return pages[request.param]


def test_numbers_stand_beside_those_of_the_day_and_the_week_before() -> None:
    figures = small(
        d13=[("全国", "active", 400), ("全国", "severe", 9)],
        d19=[("全国", "active", 150), ("全国", "severe", 7), ("全国", "deaths_new", 2)],
        d20=[("全国", "active", 100), ("全国", "severe", 7), ("全国", "deaths_new", 0)],
    )
    zh, en = write_report(figures, D), write_report(figures, D, lang="en")
    assert tile(zh, "现有确诊") == ["100", "较前日 −50 (−33%)", "较一周前 −300 (−75%)"]
    assert tile(en, "Severe now") == ["7", "vs day before same", "vs week before −2"]
    assert tile(en, "New deaths") == ["0", "vs day before −2", "week before unknown"]
    assert tile(zh, "新增本土确诊") == ["—", "未公布", ""]
    assert "未公布：新增本土确诊、新增本土无症状、新增境外输入（含无症状）、在观察无症状、在观察密接。" in text_of(zh)


def test_a_number_given_otherwise_goes_by_its_own_name() -> None:
    early = small(d20=[("全国", "confirmed_new", 30), ("全国", "suspected_new", 12)])
    page = write_report(early, D)
    assert tile(page, "新增确诊")[0] == "30" and tile(page, "新增疑似")[0] == "12"
    assert "新增本土确诊" not in page and "各地新增本土感染者" not in page


def test_imported_cases_are_of_both_kinds_where_both_are_given() -> None:
    both = [("全国", "confirmed_new_imported", 3), ("全国", "asymptomatic_new_imported", 4)]
    assert tile(write_report(small(d20=both), D, lang="en"), "New imported (all)")[0] == "7"
    assert tile(write_report(small(d20=both[:1]), D, lang="en"), "New imported confirmed")[0] == "3"


def test_days_without_a_record_are_missing_not_zero(page: str, invented: pa.Table) -> None:
    assert ("4月8日—4月12日无记录（5天）" in page) or ("No record for 8 Apr to 12 Apr (5 days)" in page)
    now = derive_situation(invented, D, "全国")
    assert now.missing == tuple(MISSING) and now.days[0] == D - 59 * DAY
    averages = dict(now.averages())
    assert averages[MISSING[0] - DAY] is not None
    assert [averages[MISSING[-1] + n * DAY] is None for n in (1, 6, 7)] == [True, True, False]
    assert dict(now.shares(1))[MISSING[0]] is None


def test_a_zero_that_is_given_is_a_zero() -> None:
    figures = small(d19=[("全国", "confirmed_new", 0)], d20=[("全国", "confirmed_new", 0)])
    now = derive_situation(figures, D, "全国")
    assert now.missing == now.days[:-2] and now.get("confirmed_new_local") == 0
    assert "各地均无新增。" in write_report(figures, D)


def test_the_chart_draws_a_bar_for_what_is_known_and_grey_for_what_is_not() -> None:
    figures = small(d17=[("全国", "confirmed_new", 5)], d20=[("全国", "confirmed_new", 5)])
    (curve, *_) = re.findall(r'<div class="wide">(.*?)</svg>', write_report(figures, D), re.DOTALL)
    assert len(re.findall(rf'fill="{COLOURS["confirmed"]}"', curve)) == 2
    assert len(re.findall(r'fill="#e9ebee"', curve)) == 58


def test_averages_and_shares_are_worked_out_over_seven_known_days() -> None:
    days = {f"d{n}": [("全国", "confirmed_new", n), ("全国", "asymptomatic_new", 10)] for n in range(7, 21)}
    now = derive_situation(small(**days), D, "全国")
    assert now.averages()[-1] == (D, (14 + 15 + 16 + 17 + 18 + 19 + 20 + 70) / 7)
    assert now.averages()[-9][1] is None and now.averages()[-8][1] == (7 + 8 + 9 + 10 + 11 + 12 + 13 + 70) / 7
    assert dict(now.shares(1))[D] == 10 / 30 and dict(now.shares(7))[D] == 70 / (119 + 70)
    assert "近7日日均27.0例，前7日日均20.0例（+35%）。" in write_report(small(**days), D)


def test_places_are_ranked_by_their_new_cases_of_both_kinds() -> None:
    rows = [
        *listed("confirmed_new_local", {"北京": 5, "上海": 3}),
        *listed("asymptomatic_new_local", {"上海": 4, "广东": 1}),
    ]
    now = derive_situation(small(d20=rows), D, "全国")
    assert now.ranked() == [("上海", (3, 4), 7), ("北京", (5, 0), 5), ("广东", (0, 1), 1)]
    page = write_report(small(d20=rows), D, lang="en")
    assert 'aria-label="Bar chart: Shanghai 7, Beijing 5, Guangdong 1."' in page
    assert row(page, "Beijing")[:3] == ["5", "0", "—"] and row(page, "Hebei")[:2] == ["0", "0"]


def test_a_list_that_does_not_add_up_makes_nobody_a_zero() -> None:
    rows = [("全国", "confirmed_new_local", 10), ("北京", "confirmed_new_local", 4)]
    page = write_report(small(d20=rows), D)
    assert row(page, "北京")[0] == "4" and row(page, "天津")[0] == "—"
    assert "无名之地不可当作零" in page


def test_days_without_a_case_are_a_span_where_days_are_unknown() -> None:
    quiet = listed("confirmed_new_local", {"北京": 1})
    days = {f"d{n}": quiet for n in (1, 2, *range(5, 21))}
    days["d1"] = listed("confirmed_new_local", {"北京": 1, "上海": 1})
    days["d18"] = listed("confirmed_new_local", {"北京": 1, "广东": 1})
    now = derive_situation(small(**days), D, "全国")
    assert now.free("北京") == Free(0, 0) and now.free("广东") == Free(2, 2)
    assert now.free("上海") == Free(16, 19)  # of the 3rd and 4th nothing is known
    assert now.free("天津") == Free(16, None)
    page = write_report(small(**days), D)
    assert [row(page, name)[-1] for name in ("北京", "广东", "上海", "天津")] == ["0", "2", "16–19", "≥16"]
    assert "上海 16天" in text_of(page) and "广东 2天" not in text_of(page)


def test_fourteen_days_are_enough_to_be_named_and_thirteen_are_not() -> None:
    days = {}
    for n in range(6, 21):
        parts = {"东区": int(n == 6), "西区": int(n == 7), "南区": 1}
        days[f"d{n}"] = listed("confirmed_new_local", parts, "云溪市")
    page = text_of(write_report(small(**days), D, "云溪市"))
    assert "连续14天及以上无本土新增 东区 14天。" in page
    assert "西区 13天" not in page


def test_a_list_of_a_city_that_does_not_add_up_makes_no_district_a_zero() -> None:
    torn = [("云溪市", "confirmed_new_local", 5), ("东区", "confirmed_new_local", 3)]
    figures = small(d19=listed("confirmed_new_local", {"东区": 1, "西区": 1}, "云溪市"), d20=torn)
    now = derive_situation(figures, D, "云溪市")
    assert now.get("confirmed_new_local", D, "西区") is None and now.unknown == ("西区",)


def test_a_line_breaks_where_days_are_missing() -> None:
    held = {f"d{n}": [("全国", "active", n)] for n in (10, 11, 12, 17, 18, 20)}
    page = write_report(small(**held), D)
    (svg,) = (svg for svg in re.findall(r"<svg .*?</svg>", page, re.DOTALL) if "现有确诊，" in svg)
    lines = re.findall(r'<path [^>]*d="([^"]*)" stroke="#0b2e4f"', svg)
    assert [path.count("L") + 1 for path in lines] == [3, 2, 1]
    assert 'stroke-linecap="round"' in svg  # a day alone is a dot


def test_a_city_of_ones_own_has_its_districts_from_its_lists() -> None:
    def city(**parts: int) -> list[tuple[str, str, int]]:
        return [
            *listed("confirmed_new_imported", {"台湾": 1}, "云溪市"),
            *listed("confirmed_new_local", parts, "云溪市"),
        ]

    figures = small(d19=city(东区=2, 西区=1), d20=city(西区=4))
    now = derive_situation(figures, D, "云溪市")
    assert now.children == ("东区", "西区")  # where imported cases came from is no part of the city
    assert now.get("confirmed_new_local", D, "东区") == 0 and now.free("东区") == Free(1, 1)
    page = write_report(figures.drop_columns(["start", "end", "source", "published", "place_code"]), D, "云溪市")
    assert row(page, "西区")[0] == "4" and "据病例表计数" in page


def test_a_province_is_found_by_its_full_name_or_its_code(invented: pa.Table) -> None:
    short = write_report(invented, D, "广东", "en")
    assert short == write_report(invented, D, "广东省", "en") == write_report(invented, D, "440000", "en")
    assert "Situation report: Guangdong" in short


def test_a_day_alone_has_a_curve_of_sixty_days_that_are_said_to_be_unknown() -> None:
    figures = small(d20=[("全国", "confirmed_new", 5)])
    assert derive_situation(figures, D, "全国").days[0] == D - 59 * DAY
    zh, en = (write_report(figures, D, lang=lang) for lang in ("zh", "en"))
    assert "3月22日—5月19日无记录（59天），留空，并非为零。" in zh
    assert "No record for 22 Mar to 19 May (59 days)" in en
    (curve, *_) = re.findall(r'<div class="wide">(.*?)</svg>', zh, re.DOTALL)
    assert len(re.findall(r'fill="#e9ebee"', curve)) == 59


SHANGHAI = [
    *[("全国", "confirmed_new", 20), ("全国", "confirmed_new_imported", 4), ("上海", "confirmed_new_imported", 3)],
    *[("广东", "confirmed_new_imported", 1), ("全国", "confirmed_new_local", 16), ("上海", "confirmed_new_local", 9)],
    *[
        ("浦东新区", "confirmed_new_local", 5),
        ("吉林", "confirmed_new_local", 7),
        ("长春市", "confirmed_new_local", 7),
    ],
    *[("全国", "asymptomatic_new", 90), ("全国", "asymptomatic_new_local", 80)],
    *[("上海", "asymptomatic_new_local", 45), ("吉林", "asymptomatic_new_local", 35)],
]


@pytest.mark.parametrize("sourced", [True, False])
def test_the_places_of_a_province_are_its_own_and_not_those_that_follow_it(sourced: bool) -> None:
    figures = small(d20=SHANGHAI)
    figures = figures if sourced else figures.drop_columns(["start", "end", "source"])
    now = derive_situation(figures, D, "上海")
    assert now.children == ("浦东新区",) and now.get("confirmed_new_local", D, "浦东新区") == 5
    assert derive_situation(figures, D, "吉林").children == ("长春市",)
    assert derive_situation(figures, D, "长春市").children == ()
    page = write_report(figures, D, "上海")
    assert not re.search("吉林|长春|广东", page)


def test_provinces_in_one_table_without_a_nation_do_not_list_each_other() -> None:
    rows = [
        (place, "confirmed_new_local", n) for place, n in (("上海", 9), ("浦东新区", 9), ("吉林", 7), ("长春市", 7))
    ]
    figures = small(d20=rows).drop_columns(["start", "end", "source"])
    assert derive_situation(figures, D, "上海").children == ("浦东新区",)


def test_a_week_of_a_province_is_known_where_its_local_asymptomatic_ones_are() -> None:
    figures = small(**{f"d{n}": SHANGHAI for n in range(14, 21)})
    now = derive_situation(figures, D, "上海")
    assert now.averages()[-1] == (D, 9 + 3 + 45) and not now.partly
    assert dict(now.shares(1))[D] == 45 / (45 + 9)  # of the local ones: imported asymptomatic ones are not told
    page = write_report(figures, D, "上海")
    assert "近7日数据不全" not in page and "占本土新增之比" in page and "本土无症状感染者" in page


def test_corrections_and_sources_are_said(page: str) -> None:
    assert ("全国 累计确诊 −2" in page) or ("China cumulative confirmed −2" in page)
    assert "2031-05-21.txt" in page


def test_everything_is_in_the_page(page: str) -> None:
    assert not re.search(r"<script|<link|<img|<iframe|@import|url\(|src=", page)
    outside = set(re.findall(r"https?://[^\"' <]+", page))
    assert outside <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}


def test_every_chart_is_an_image_with_a_text_in_its_place_and_a_caption(page: str) -> None:
    pictures = re.findall(r"<svg (?!class)([^>]*)>", page)
    assert len(pictures) == 6
    for attributes in pictures:
        assert 'role="img"' in attributes and re.search(r'aria-label="[^"]{30,}"', attributes)
    assert page.count("<figcaption>") == page.count("<figure>") == 4
    for svg in re.findall(r"<svg .*?</svg>", page, re.DOTALL):
        ElementTree.fromstring(svg.replace("xlink:", ""))


def test_what_people_typed_stays_text() -> None:
    rows = listed("confirmed_new_local", {"<b>&东区": 2}, "<script>市")
    page = write_report(small(d20=rows), D, "<script>市")
    assert "<script>" not in page and "&lt;script&gt;市" in page and "<b>&东" not in page


def test_colours_can_be_told_apart_in_grey() -> None:
    assert all(contrast(colour, "#ffffff") >= 3 for colour in COLOURS.values())
    assert min(b - a for a, b in pairwise(sorted(map(lightness, COLOURS.values())))) > 15


def test_the_legend_shows_the_colours_of_the_charts(page: str) -> None:
    assert set(COLOURS.values()) < set(re.findall(r'<rect width="16" height="10" fill="(#\w{6})"', page))


def test_every_word_is_in_both_languages_with_the_same_blanks() -> None:
    entries: dict[str, Any] = {**Say.words(), **Say.words()["measures"], **Say.words()["origins"]}
    for name, word in entries.items():
        if name not in ("measures", "origins"):
            blanks = [set(re.findall(r"{(\w+)}", word[lang])) for lang in ("zh", "en")]
            assert blanks[0] == blanks[1] or name == "and_more", name
            assert word["zh"] and word["en"]


def test_an_english_page_holds_no_chinese(pages: dict[str, str]) -> None:
    assert not re.search(r"[一-鿿，。：；]", pages["en"])


def test_changes_are_said_so_that_they_mean_something() -> None:
    say = Say("en")
    assert [say.change(*pair) for pair in ((5, 5), (3, 1), (60, 30), (100, 20), (9, None))] == [
        "same",
        "+2",
        "+30 (+100%)",
        "+80 (×5.0)",
        None,
    ]
    assert say.spans([D, D + DAY, D + 3 * DAY]) == "20 May to 21 May, 23 May"
    assert (
        Say("zh").some(["甲", "乙", "丙"], 2) == "甲、乙等3个" and say.some(["a", "b", "c"], 2) == "a, b and 1 more"
    )


@pytest.mark.parametrize(
    ("on", "place", "todo"),
    [
        (D + DAY, "全国", "the last day before it is 2031-05-20"),
        (D - 200 * DAY, "全国", "the first day is 2031-03-02"),
        (D, "乙市", "全国"),
    ],
)
def test_a_day_or_place_without_figures_is_refused(invented: pa.Table, on: date, place: str, todo: str) -> None:
    with pytest.raises(SizaoError) as error:
        write_report(invented, on, place)
    assert error.value.code == "no-figures" and todo in error.value.todo


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_nation_fits_one_sheet_of_a4(lang: Any, tmp_path: Path) -> None:
    assert sheets(write_report(invented_figures(quiet=16), D, lang=lang), tmp_path) == 1


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_place_with_fifty_in_it_fits_one_sheet_of_a4(lang: Any, tmp_path: Path) -> None:
    parts = {f"甲{n}区": n for n in range(1, 51)}
    rows = [r for m in ("confirmed_new_local", "asymptomatic_new_local") for r in listed(m, parts, "云溪市")]
    figures = small(**{f"d{n}": [*rows, ("云溪市", "active", 9), ("云溪市", "severe", 2)] for n in range(1, 21)})
    assert sheets(write_report(figures, D, "云溪市", lang), tmp_path) == 1


def test_the_picture_of_the_docs_can_be_made_again(tmp_path: Path, pages: dict[str, str]) -> None:
    out = Path(os.environ.get("SIZAO_PICTURE") or tmp_path / "page.html")
    out.write_text(pages["en"], "utf-8")
    assert out.stat().st_size < 200_000
