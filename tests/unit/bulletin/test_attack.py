"""The reader among enemies: a text that is broken, spun, shifted or endless gives true figures or a refusal."""

from __future__ import annotations

import datetime as dt
import re
import time
import unicodedata

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from sizao.bulletin.figure import Figure, tabulate
from sizao.bulletin.places import find_place
from sizao.bulletin.read import Reading, read_bytes, read_text
from sizao.bulletin.write import write_bulletin

ON, FILE = dt.date(2022, 11, 20), "2022-11-21.txt"
ROWS = """
全国 confirmed_new 189, 全国 confirmed_new_imported 57, 广东 confirmed_new_imported 32,
海南 confirmed_new_imported 13, 上海 confirmed_new_imported 12, 全国 confirmed_new_local 132,
北京 confirmed_new_local 34, 贵州 confirmed_new_local 34, 内蒙古 confirmed_new_local 26,
陕西 confirmed_new_local 23, 青海 confirmed_new_local 10, 宁夏 confirmed_new_local 5, 全国 deaths_new 3,
全国 suspected_new 0, 全国 discharged_new 205, 全国 contacts_released 8909, 全国 severe_change 8,
全国 active 5186, 全国 severe 598, 全国 discharged_total 483709, 全国 deaths_total 4558,
全国 confirmed_total 493453, 全国 contacts_total 15971629, 全国 contacts_observed 47011,
全国 asymptomatic_new 534, 全国 asymptomatic_new_imported 165, 四川 asymptomatic_new_imported 90,
湖北 asymptomatic_new_imported 75, 全国 asymptomatic_new_local 369, 浙江 asymptomatic_new_local 200,
甘肃 asymptomatic_new_local 130, 天津 asymptomatic_new_local 13, 河北 asymptomatic_new_local 13,
吉林 asymptomatic_new_local 13, 全国 asymptomatic_released 239, 全国 asymptomatic_converted 0,
全国 asymptomatic_observed 6128, 港澳台 confirmed_total 8465107, 香港 confirmed_total 464177,
澳门 confirmed_total 795, 台湾 confirmed_total 8000135, 香港 discharged_total 103990, 香港 deaths_total 10568
"""


def _figure(row: str) -> Figure:
    place, measure, value = row.split()
    known = find_place(place)
    return Figure(ON, None, known.code if known else None, place, measure, int(value), None, None, None, None)


GOOD = write_bulletin(tabulate(_figure(row) for row in ROWS.split(",")), ON)
HEAD = GOOD[: GOOD.index("。")]
Key = tuple[dt.date, str, str]


def told(reading: Reading) -> dict[Key, int]:
    return {
        (f.report_date, f.place, f.measure): f.value for f in reading.figures if not f.measure.endswith("_correction")
    }


TRUTH = told(read_text(GOOD, FILE))


def false_figures(reading: Reading) -> list[tuple[Key, int]]:
    return [(key, value) for key, value in told(reading).items() if TRUTH.get(key) != value]


def test_the_text_under_attack_is_read_whole() -> None:
    assert len(TRUTH) == len(ROWS.split(","))


# -- whatever is given, nothing is raised, and every figure is where it says


def attack(text: str, source: str = FILE) -> Reading:
    reading = read_text(text, source)
    assert reading.table.num_rows == len(reading.figures)
    assert reading.figures or reading.problems
    assert not (reading.refused and reading.figures)
    for f in reading.figures:
        assert f.value >= 0 or "_change" in f.measure or f.measure.endswith("_correction")
        assert abs(f.value) < 2**63
        assert f.start is not None
        assert f.end is not None
        assert 0 <= f.start < f.end <= len(text)
        assert shown(text[f.start : f.end]) == abs(f.value), (f, text[f.start : f.end])
    for unread in reading.unread:
        assert 0 <= unread.start < unread.end <= len(text)
    return reading


INVISIBLE = r"<[^<>]*>|&#?\w+[;；]|[\s\u200b-\u200f\u2028-\u202f\ufeff\u00ad\ud800-\udfff]"


def shown(span: str) -> int:
    """The number that a span shows; words such as 无新增 show 0."""
    seen = "".join(str(unicodedata.digit(c, c)) for c in re.sub(INVISIBLE, "", span))
    seen = re.sub(r"^\d+个省.*兵团(?=\D*无)", "", seen)  # of how many places it tells that there is none
    number = re.match(r"(\d+)(?:[.．](\d+))?\**([万亿])?", re.sub(r"(?<=\d)[,，](?=\d{3}(?!\d))", "", seen))
    if not number:
        return 0
    whole, part, scale = number[1], number[2] or "", {"万": 10**4, "亿": 10**8}.get(number[3], 1)
    return int(whole + part) * scale // 10 ** len(part)


PIECES = [*"（）()[]【】<>*＊，。；：、\n\r\t 　０９19.万亿例人名无均含和年月日时-—–核增减①²٣各\x00"]
PIECES += [
    "其中",
    "新增",
    "累计",
    "订正",
    "注：",
    "备注：",
    "均在上海",
    "均为境外输入",
    "截至",
    "另",
    "报告",
    "兵团",
    "广东",
    "转为确诊病例",
    "持平",
]
PIECES += ["<br>", "</p>", "<p>", "<script>", "<!--", "-->", "&nbsp;", "&lt;", "&#12304;"]
PIECES += [
    "\u200b",
    "\u202e",
    "\u200f",
    "\ufeff",
    "\u2028",
    "😀",
    "\r\n",
    "（核减1例）",
    "2月30日0—24时，",
    "11月31日",
]
PIECES += ["，广东3例", "0.5万", "1.23456万", "（核增", "\n*核减3例", "*：订正1例"]


@st.composite
def spoiled(draw: st.DrawFn) -> str:
    text = GOOD
    for _ in range(draw(st.integers(1, 12))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.sampled_from((1, 2, 4, 10, 30, 100))))
        kind = draw(st.sampled_from(("drop", "double", "move", "put", "put", "many", "swap", "lines")))
        if kind == "drop":
            text = text[:start] + text[end:]
        elif kind == "double":
            text = text[:end] + text[start:]
        elif kind == "move":
            to = draw(st.integers(0, len(text)))
            text = text[:to] + text[start:end] + text[to:]
        elif kind == "put":
            text = text[:start] + draw(st.sampled_from(PIECES)) + text[start:]
        elif kind == "many":
            text = text[:start] + draw(st.sampled_from(PIECES)) * draw(st.sampled_from((2, 5, 50))) + text[start:]
        else:
            mark = "，" if kind == "swap" else "\n"
            parts = text.split(mark)
            text = mark.join(draw(st.permutations(parts))) if len(parts) < 60 else text
    return text


TOO_LARGE = re.compile(r"(?:\d[^\w。；：（）]*){11}")  # more people than live
ENEMY = settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))


@ENEMY
@given(spoiled())
def test_a_spoiled_bulletin_raises_nothing_and_tells_no_number_that_it_does_not_show(text: str) -> None:
    assume(not TOO_LARGE.search(text))
    attack(text)


@ENEMY
@given(st.text(max_size=300), st.sampled_from(("", HEAD, GOOD)))
def test_any_text_raises_nothing(text: str, before: str) -> None:
    assume(not TOO_LARGE.search(before + text))
    attack(before + text)
    attack(text + before, "notes.txt")


@ENEMY
@given(
    st.text(
        alphabet="例人新增确诊病累计无症状感染者境外输入本土均在其中含广东上海（），。；*0123456789核减\n",
        max_size=120,
    )
)
def test_any_words_of_bulletins_raise_nothing(text: str) -> None:
    assume(not TOO_LARGE.search(text))
    attack(HEAD + text)


@ENEMY
@given(st.binary(max_size=400), st.booleans())
def test_any_bytes_raise_nothing(data: bytes, after: bool) -> None:
    reading = read_bytes((GOOD.encode() if after else b"") + data, FILE)
    assert reading.figures or reading.problems


@pytest.mark.parametrize(
    "source", ["", "2022-13-45.txt", "2022-02-30.txt", "0000-00-00", "20221121", "\ud800", "/", "a/../"]
)
def test_any_name_of_a_file_raises_nothing(source: str) -> None:
    attack(GOOD, source)


# -- nothing takes long

LONG = 200_000  # characters
HOSTILE = {
    "stars": HEAD + "1例*" + "*" * LONG,
    "open brackets": HEAD + "（" * LONG,
    "nested lists": HEAD + "（广东3例" * (LONG // 6),
    "entities": "<p>" + "&#1" * (LONG // 3),
    "one word": HEAD + "，" + "新" * LONG,
    "numerals": "一" * LONG,
    "places without an end": HEAD + "（" + "广东、" * (LONG // 3),
    "省 without an end": "31个省（自治区、直辖市" * (LONG // 12),
    "authorities": "广东卫生健康委" * (LONG // 7),
    "datelines": "11月20日0—24时，" * (LONG // 13),
    "dates that are none": "2022-13-40 " * (LONG // 11),
    "six hundred bulletins": GOOD * 100,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_no_text_makes_the_reader_hang(text: str) -> None:
    begun = time.process_time()
    reading = read_text(text, FILE)
    assert reading.table.num_rows == len(reading.figures)
    assert time.process_time() - begun < 5  # a second or so; what grows with the square takes a minute


# -- machine-spun

SPUN = """
新增 新添, 新增 增添, 确诊 确认, 确诊 诊断, 病例 病历, 病例 案例, 境外 境外地区, 境外 海外,
输入 传入, 本土 当地, 本土 外乡, 无症状 没有症状, 感染者 沾染者,
密切接触者 亲密接触者, 接触者 打仗者, 治愈出院 痊愈出院, 治愈 治好, 报告 陈述, 报告 汇报, 其中 此中,
现有 目前有, 现有 原有, 重症 重病, 解除 消除, 医学观察 医学察看, 尚在 还在, 追踪到 跟踪到, 当日 当天,
转为 转化为, 增加 添加, 收到 接到, 通报 传递, 较前一日 比前一天, 均在 都在
"""
SWAPS = [(old, new) for old, new in (pair.split() for pair in SPUN.split(",")) if old in GOOD]


def spin(pairs: list[tuple[str, str]]) -> str:
    text = GOOD
    for old, new in sorted(pairs, key=lambda pair: -len(pair[0])):
        text = text.replace(old, new)
    return text


@pytest.mark.parametrize("pair", SWAPS, ids=" ".join)
def test_one_word_changed_for_another_gives_no_false_figure(pair: tuple[str, str]) -> None:
    assert not false_figures(attack(spin([pair])))


# -- lists whose names and numbers were moved

LIST = "北京34例，贵州34例，内蒙古26例，陕西23例，青海10例，宁夏5例"
ITEMS = [(name, int(count)) for name, count in re.findall(r"(\D+?)(\d+)例，?", LIST)]
NAMES, COUNTS = [name for name, _ in ITEMS], [count for _, count in ITEMS]


def listed(names: list[str], counts: list[int]) -> str:
    return "，".join(f"{name}{count}例" for name, count in zip(names, counts, strict=True))


MOVED = {
    "numbers moved on": listed(NAMES, COUNTS[-1:] + COUNTS[:-1]),
    "numbers moved back": listed(NAMES, COUNTS[1:] + COUNTS[:1]),
    "two numbers swapped": listed(NAMES, [34, 34, 23, 26, 10, 5]),
    "a number is missing": LIST.replace("青海10例", "青海例"),
    "the first number is missing": LIST.replace("北京34例", "北京例"),
    "numbers before names": "，".join(f"{count}例{name}" for name, count in ITEMS),
    "names glued to the number before": "，".join(
        ["北京", *(f"{c}例{n}" for c, n in zip(COUNTS, NAMES[1:], strict=False)), "5例"]
    ),
}


@pytest.mark.parametrize("moved", MOVED.values(), ids=MOVED.keys())
def test_a_list_whose_names_and_numbers_were_moved_is_refused(moved: str) -> None:
    assert LIST in GOOD
    assert [p.code for p in attack(GOOD.replace(LIST, moved)).refused] in (["bulletin-shifted"], ["bulletin-digits"])


LOOSE = {
    "a name is missing": LIST.replace("青海", ""),
    "two items joined": LIST.replace("26例，", "26例"),
    "all items joined": LIST.replace("，", ""),
    "names, then numbers": "，".join([*NAMES, *(f"{count}例" for count in COUNTS)]),
}


@pytest.mark.parametrize("loose", LOOSE.values(), ids=LOOSE.keys())
def test_a_list_in_disorder_gives_no_false_figure_and_is_named(loose: str) -> None:
    reading = attack(GOOD.replace(LIST, loose))
    assert not false_figures(reading)
    assert reading.refused or reading.unread


# -- a stock told as new, and days that never were


@pytest.mark.parametrize(
    ("new", "stock"),
    [("确诊病例189例", 493453), ("死亡病例3例", 4558), ("治愈出院病例205例", 483709)],
)
def test_a_stock_told_as_new_is_refused(new: str, stock: int) -> None:
    assert GOOD.count(new) == 1
    text = GOOD.replace(new, re.sub(r"\d+", str(stock), new))
    assert [p.code for p in attack(text).refused] == ["bulletin-cumulative"]


@pytest.mark.parametrize(
    ("day", "source"),
    [
        ("2月30日", "2022-03-02.txt"),
        ("13月1日", "2022-12-02.txt"),
        ("0月5日", "2022-12-02.txt"),
        ("11月0日", "2022-12-02.txt"),
        ("11月31日", "2022-12-01.txt"),
        ("2月29日", "2022-03-01.txt"),
        ("11月22日", "2022-11-21.txt"),
        ("0000年1月5日", "notes.txt"),
        ("2022年11月20日", "2022-01-21.txt"),
    ],
)
def test_a_day_that_never_was_or_had_no_bulletin_is_refused(day: str, source: str) -> None:
    assert [p.code for p in attack(GOOD.replace("11月20日", day), source).refused] == ["bulletin-date"]
