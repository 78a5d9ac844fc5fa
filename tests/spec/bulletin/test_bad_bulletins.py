"""Bulletins in bad shape, by example: what is read all the same, and what is refused, with which code and where.

`bad/plain.txt` is the text that many of the others are a spoiled form of: they give the same figures.
"""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest

from sizao.bulletin.read import Reading, read_bytes, read_files, read_text

BAD = Path(__file__).parent / "bad"
NAME = "2022-08-14.txt"
PUBLISHED = dt.date(2022, 8, 14)
WRAPS = (11, 17, 23, 30, 38)


def text(name: str) -> str:
    return (BAD / name).read_text(encoding="utf-8")


def told(reading: Reading) -> list[tuple[str, str, str, int]]:
    return [(str(f.report_date), f.place, f.measure, f.value) for f in reading.figures]


PLAIN = text("plain.txt")
SMALL = text("no_year.txt")


def test_the_plain_text_is_read() -> None:
    assert told(read_text(PLAIN, NAME)) == [
        ("2022-08-13", place, measure, int(value))
        for place, measure, value in map(
            str.split,
            """全国 confirmed_new 1684
            全国 confirmed_new_imported 61
            北京 confirmed_new_imported 25
            广东 confirmed_new_imported 23
            福建 confirmed_new_imported 13
            全国 converted_new_imported 4
            北京 converted_new_imported 4
            全国 confirmed_new_local 1623
            海南 confirmed_new_local 1494
            西藏 confirmed_new_local 59
            浙江 confirmed_new_local 44
            广东 confirmed_new_local 24
            兵团 confirmed_new_local 2
            全国 deaths_new 0
            全国 suspected_new 1
            全国 suspected_new_imported 1
            上海 suspected_new_imported 1
            全国 discharged_new 120
            全国 contacts_released 9685
            全国 severe_change -3
            全国 active_imported 652
            全国 severe_imported 2
            全国 suspected_imported 0
            全国 active 5231
            全国 severe 18
            全国 discharged_total 214442
            全国 deaths_total 5126
            全国 confirmed_total 224799
            全国 suspected 1
            全国 contacts_total 4778192
            全国 contacts_observed 173990
            海南 active_correction -1""".splitlines(),
        )
    ]


def thousands(plain: str) -> str:
    return re.sub(r"\d{4,}(?=[例人*])", lambda m: f"{int(m[0]):,}", plain)


def spaced_numbers(plain: str) -> str:
    return re.sub(r"(\d+)(?=[例人*])", r" \1 ", plain)


def full_width(plain: str) -> str:
    return plain.translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789"})


def hard_wrapped(plain: str, width: int) -> str:
    lines = [line[n : n + width] for line in plain.split("\n") for n in range(0, max(len(line), 1), width)]
    return "\n".join(lines)


# name: the plain text in bad shape
SPOILED = {
    "full-width digits": full_width(PLAIN),
    "ASCII brackets": PLAIN.translate(str.maketrans("（）", "()")),
    "ASCII commas and semicolons": PLAIN.translate(str.maketrans("，；：", ",;:")),
    "square brackets": PLAIN.translate(str.maketrans("（）", "〔〕")),
    "thousands commas": thousands(PLAIN),
    "thousands commas, full width": thousands(PLAIN).translate(str.maketrans("0123456789", "０１２３４５６７８９")),
    "spaces around numbers": spaced_numbers(PLAIN),
    "wide spaces around numbers": spaced_numbers(PLAIN).replace(" ", "\u3000"),
    "spaces inside numbers": re.sub(r"(?<=\d)(?=\d+[例人])", " ", PLAIN),
    "spaces inside words": PLAIN.replace("确诊", "确 诊")
    .replace("境外", "境 外")
    .replace("海南", "海 南")
    .replace("累计", "累 计"),
    "no-break and zero-width spaces": PLAIN.replace("确诊", "确\u200b诊")
    .replace("例，", "例，\u00a0")
    .replace("1684", "1\u200b684"),
    "one line": PLAIN.replace("\n", ""),
    "Windows line ends": PLAIN.replace("\n", "\r\n"),
    "blank lines and indents": "\n\n".join("\u3000\u3000" + line for line in PLAIN.split("\n")),
    "star before the unit": PLAIN.replace("5231例*", "5231*例"),
    "wide star": PLAIN.replace("*", "＊"),
    "a hyphen, a tilde or 至 for the dash": PLAIN.replace("0—24时", "0-24时"),
    "hours with zeros": PLAIN.replace("0—24时", "0时至24时"),
    "traditional characters": text("traditional.txt"),
    "a title line": text("title_line.txt"),
    "an article around it": text("newspaper_around.txt"),
    "a web page": text("web_page.html"),
    **{f"hard-wrapped at {width}": hard_wrapped(PLAIN, width) for width in WRAPS},
}


@pytest.mark.parametrize("given", SPOILED.values(), ids=SPOILED.keys())
def test_the_same_figures_are_read_from_a_text_in_bad_shape(given: str) -> None:
    reading = read_text(given, NAME)
    assert told(reading) == told(read_text(PLAIN, NAME))
    assert not [p for p in reading.problems if p.effect == "refused"]


@pytest.mark.parametrize("given", SPOILED.values(), ids=SPOILED.keys())
def test_the_span_points_into_the_text_as_it_was_given(given: str) -> None:
    for figure in read_text(given, NAME).figures:
        assert figure.start is not None and figure.end is not None
        shown = re.sub(r"<[^>]*>|&[a-z]+;|[^0-9０-９]", "", given[figure.start : figure.end])
        assert int(shown or 0) == abs(figure.value), (figure, given[figure.start : figure.end])


ENCODED = {
    "UTF-8": PLAIN.encode(),
    "UTF-8 with a mark": b"\xef\xbb\xbf" + PLAIN.encode(),
    "GB18030": PLAIN.encode("gb18030"),
    "UTF-16": PLAIN.encode("utf-16"),
    "UTF-16, big end first": b"\xfe\xff" + PLAIN.encode("utf-16-be"),
}


@pytest.mark.parametrize("data", ENCODED.values(), ids=ENCODED.keys())
def test_the_same_figures_are_read_in_each_encoding(data: bytes) -> None:
    reading = read_bytes(data, NAME)
    assert told(reading) == told(read_text(PLAIN, NAME))
    if not data.startswith(b"\xef\xbb\xbf"):  # whether a mark counts as a character is left to the reader
        assert [(f.start, f.end) for f in reading.figures] == [
            (f.start, f.end) for f in read_text(PLAIN, NAME).figures
        ]


def test_ten_thousands_are_read_and_a_rounded_number_says_so() -> None:
    given = PLAIN.replace("4778192人", "477.8192万人").replace("累计报告确诊病例224799例", "累计报告确诊病例22.5万例")
    figures = {f.measure: f for f in read_text(given, NAME).figures if f.place == "全国"}
    assert figures["contacts_total"].value == 4_778_192
    assert figures["confirmed_total"].value == 225_000
    assert "万" in (figures["confirmed_total"].note or "")


def test_the_first_case_of_all_is_no_cumulative_count_told_as_new() -> None:
    given = "7月1日0—24时，西藏新增确诊病例1例。截至7月1日24时，西藏累计报告确诊病例1例。"
    assert told(read_text(given, "2020-07-02.txt")) == [
        ("2020-07-01", "西藏", "confirmed_new", 1),
        ("2020-07-01", "西藏", "confirmed_total", 1),
    ]


def test_two_days_in_one_file_are_both_read() -> None:
    reading = read_text(text("two_days.txt"), "2022-08-15.txt")
    assert [line for line in told(reading) if line[2] in ("confirmed_new", "deaths_new")] == [
        ("2022-08-14", "全国", "confirmed_new", 50),
        ("2022-08-14", "全国", "deaths_new", 0),
        ("2022-08-13", "全国", "confirmed_new", 61),
        ("2022-08-13", "全国", "deaths_new", 1),
    ]
    assert len(reading.figures) == 16


def test_one_bulletin_twice_in_a_file_is_read() -> None:
    reading = read_text(SMALL + "\n" + SMALL, NAME)
    assert set(told(reading)) == set(told(read_text(SMALL, NAME)))
    assert not [p for p in reading.problems if p.effect == "refused"]


DAY = "8月13日|8-13"
# name: (text, source, published, code, what the message shows of the text)
REFUSED = {
    "an empty file": ("", NAME, None, "not-a-bulletin", ""),
    "blanks only": (" \n\u3000\n", NAME, None, "not-a-bulletin", ""),
    "a press conference with numbers": (text("article.txt"), "2022-11-23.txt", None, "not-a-bulletin", ""),
    "a letter": ("各有关单位：请于8月15日前报送材料3份。", NAME, None, "not-a-bulletin", ""),
    "a machine-spun text": (text("spun.txt"), NAME, None, "bulletin-spun", "陈述新增"),
    "a text spun in two words": (text("spun_lightly.txt"), NAME, None, "bulletin-spun", "此中"),
    "no digits left": (text("no_digits.txt"), NAME, None, "bulletin-digits", "新增确诊病例例"),
    "no digits left, nor the day": (text("no_digits_at_all.txt"), NAME, None, "bulletin-digits", ""),
    "some digits gone": (text("some_digits_gone.txt"), NAME, None, "bulletin-digits", "本土病例例"),
    "names and numbers shifted by one": (text("shifted_names.txt"), NAME, None, "bulletin-shifted", "广东，38例福建"),
    "numbers before names": (text("numbers_before_names.txt"), NAME, None, "bulletin-shifted", "38例广东"),
    "numbers moved on by one": (text("shifted_numbers.txt"), NAME, None, "bulletin-shifted", "广东3例"),
    "asymptomatic numbers after their end": (
        text("after_the_end.txt"),
        "2022-12-15.txt",
        None,
        "bulletin-ended",
        "4020",
    ),
    "a total told as new": (text("total_told_as_new.txt"), NAME, None, "bulletin-cumulative", "224799"),
    "累计新增": (text("cumulative_new.txt"), NAME, None, "bulletin-cumulative", "累计新增"),
    "no year anywhere": (SMALL, "bulletin.txt", None, "bulletin-year", "8月13日"),
    "a provincial text that does not say whose": (text("whose.txt"), "2022-03-15.txt", None, "bulletin-place", ""),
    "30 February": (text("no_such_day.txt"), "2022-03-03.txt", None, "bulletin-date", "2月30日|2-30"),
    "29 February in a common year": (text("leap_day.txt"), "2021-03-01.txt", None, "bulletin-date", "2月29日|2-29"),
    "a report day after the publication": (SMALL, "2022-08-10.txt", None, "bulletin-date", DAY),
    "a report day after --published": (
        text("with_year.txt"),
        "b.txt",
        dt.date(2022, 8, 12),
        "bulletin-date",
        DAY,
    ),
    "a report day in another year than the file's name": (
        text("with_year.txt"),
        "2021-08-14.txt",
        None,
        "bulletin-date",
        DAY,
    ),
    "a report day months before the publication": (SMALL, "2022-11-30.txt", None, "bulletin-date", DAY),
    "one day twice with different numbers": (text("twice.txt"), NAME, None, "bulletin-twice", "67"),
}


@pytest.mark.parametrize(("given", "source", "published", "code", "shown"), REFUSED.values(), ids=REFUSED.keys())
def test_a_text_is_refused_whole_with_its_reason_and_place(
    given: str, source: str, published: dt.date | None, code: str, shown: str
) -> None:
    reading = read_bytes(given.encode(), source, published)
    assert [(p.code, p.effect, p.file) for p in reading.problems] == [(code, "refused", source)]
    assert reading.figures == []
    assert re.search(shown, str(reading.problems[0]))
    assert code == "not-a-bulletin" or reading.problems[0].line or "character" in reading.problems[0].what


@pytest.mark.parametrize(
    "data",
    [b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8, bytes(range(256)) * 20, b"PK\x03\x04" + bytes(400), b"\0" * 100],
    ids=["a picture", "any bytes", "an archive", "zeros"],
)
def test_a_binary_file_is_refused(data: bytes) -> None:
    reading = read_bytes(data, NAME)
    assert [(p.code, p.effect) for p in reading.problems] == [("not-a-bulletin", "refused")]
    assert reading.figures == []


@pytest.mark.parametrize(
    "end", ["", "\n8月12日0—24时，" + SMALL.split("，", 1)[1]], ids=["alone", "beside a good one"]
)
@pytest.mark.parametrize("name", ["spun.txt", "no_digits.txt", "shifted_names.txt", "shifted_numbers.txt"])
def test_a_spoiled_text_is_refused_whatever_stands_beside_it(name: str, end: str) -> None:
    reading = read_text(text(name) + end, NAME)
    assert reading.figures == []
    assert len(reading.problems) == 1


# name: (text, source, published) that all tell the year
DATED = {
    "by the file's name": (SMALL, NAME, None),
    "by the file's name in a folder": (SMALL, "a/b/national/2022-08-14.txt", None),
    "by the name with the report day": (SMALL, "report2022-08-13.txt", None),
    "by the name with pub": (SMALL, "pub2022-08-14.txt", None),
    "by --published": (SMALL, "bulletin.txt", PUBLISHED),
    "by --published two days later": (SMALL, "bulletin.txt", dt.date(2022, 8, 15)),
    "by the text": (text("with_year.txt"), "bulletin.txt", None),
    "by a line with the day of publication": ("发布日期：2022-08-14 08:46:38\n" + SMALL, "bulletin.txt", None),
    "by the dateline of the office": (SMALL + "\n国家卫生健康委2022年8月14日", "bulletin.txt", None),
}


@pytest.mark.parametrize(("given", "source", "published"), DATED.values(), ids=DATED.keys())
def test_the_year_is_told(given: str, source: str, published: dt.date | None) -> None:
    reading = read_text(given, source, published)
    assert {str(f.report_date) for f in reading.figures} == {"2022-08-13"}


def test_29_february_is_read_in_a_leap_year() -> None:
    assert {str(f.report_date) for f in read_text(text("leap_day.txt"), "2020-03-01.txt").figures} == {"2020-02-29"}


@pytest.mark.parametrize("year", [2021, 2022])
def test_the_year_comes_from_the_totals_of_neighbours(tmp_path: Path, year: int) -> None:
    """The undated text's total lies between those of the days around it in one year only."""
    nation = "31个省（自治区、直辖市）和新疆生产建设兵团报告"

    def bulletin(month: int, day: int, total: int) -> str:
        date = f"{month}月{day}日"
        return f"{date}0—24时，{nation}新增确诊病例20例。截至{date}24时，据{nation}，累计报告确诊病例{total}例。"

    totals = {2021: 94_000, 2022: 234_000}
    for y, total in totals.items():
        (tmp_path / f"{y}-08-13.txt").write_text(bulletin(8, 12, total), encoding="utf-8")
        (tmp_path / f"{y}-08-15.txt").write_text(bulletin(8, 14, total + 40), encoding="utf-8")
    (tmp_path / "undated.txt").write_text(bulletin(8, 13, totals[year] + 20), encoding="utf-8")
    reading = read_files(sorted(tmp_path.glob("*.txt")))
    days = {str(f.report_date) for f in reading.figures if (f.source or "").endswith("undated.txt")}
    assert days == {f"{year}-08-13"}
    assert [p.effect for p in reading.problems] in ([], ["kept"])


def test_without_neighbours_the_year_stays_unknown(tmp_path: Path) -> None:
    (tmp_path / "undated.txt").write_text(PLAIN, encoding="utf-8")
    reading = read_files([tmp_path / "undated.txt"])
    assert reading.figures == []
    assert [p.code for p in reading.problems] == ["bulletin-year"]


def test_whose_a_text_is_may_be_told_beside_it() -> None:
    reading = read_text(text("whose.txt"), "2022-03-15.txt", place="江苏")
    assert told(reading) == [
        ("2022-03-14", "江苏", "confirmed_new_local", 18),
        ("2022-03-14", "江苏", "confirmed_new_imported", 2),
        ("2022-03-14", "江苏", "deaths_new", 0),
        ("2022-03-14", "江苏", "confirmed_total", 702),
        ("2022-03-14", "江苏", "confirmed_total_imported", 201),
    ]


def test_one_refused_file_does_not_stop_the_others(tmp_path: Path) -> None:
    (tmp_path / "2022-08-14.txt").write_text(SMALL, encoding="utf-8")
    (tmp_path / "2022-08-15.txt").write_text(text("spun.txt").replace("8月13日", "8月14日"), encoding="utf-8")
    reading = read_files(sorted(tmp_path.glob("*.txt")))
    assert {str(f.report_date) for f in reading.figures} == {"2022-08-13"}
    assert [(p.code, Path(p.file).name) for p in reading.problems] == [("bulletin-spun", "2022-08-15.txt")]
