"""Papers as PDF: what they say, that no name is executed, the same bytes twice, fonts that are not there."""

from __future__ import annotations

import datetime as dt
import io
import time
import unicodedata
from typing import Any

import pytest
from pypdf import PdfReader

from sizao.errors import SizaoError
from sizao.papers import Both, Chart, Code, Figures, Letter, Row, Sheet, Situation, draw, draw_pictures, fonts

AT = dt.datetime(2022, 11, 20, 4, tzinfo=dt.UTC)
HOSTILE = [
    '#include "style.typ"',
    "#panic()",
    "$ x^2 $ *bold* _it_ `raw` @ref <label> // no /* no */",
    '"] #sys.inputs [',
    "<script>alert(1)</script>&amp;",
    "\\u{41} \\ \\#",
    "= Heading - item + item / term: x",
    '{"a": 1}',
]


def letter(name: str = "李四", code: str = "x") -> Letter:
    rows = [
        Row(Both("姓名", "Name"), Both(name, name), True),
        Row(Both("措施", "Measure"), Both("集中隔离", "isolation")),
    ]
    codes = [Code(f"https://x.example/verify/{code}", Both("查验", "Check"), f"x.example/verify/{code}")]
    return Letter(
        Both("江北区", "Jiangbei"),
        Both("隔离告知书", "Notice"),
        "d-1",
        rows,
        [Row(Both("权利", "Rights"), Both("可提出异议", "You may object"))],
        codes,
        [
            Row(Both("制发", "Made"), Both("2022年11月20日", "20 November 2022")),
            Row(Both("盖章", "Seal"), Both("", "")),
        ],
    )


def texts(data: bytes) -> list[str]:
    """The text of each page, without spaces and in one width (a PDF may hold a look-alike of a letter)."""
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(data)).pages]
    return ["".join(unicodedata.normalize("NFKC", text).split()) for text in pages]


def test_a_letter_says_everything_in_both_languages_on_one_page() -> None:
    pages = texts(draw([letter()], AT))
    assert len(pages) == 1
    for said in (
        "江北区",
        "Jiangbei",
        "隔离告知书",
        "Notice",
        "李四",
        "集中隔离",
        "isolation",
        "可提出异议",
        "Youmayobject",
    ):
        assert said in pages[0], said
    assert pages[0].count("李四") == 1  # the same in both languages stands once


@pytest.mark.parametrize("name", HOSTILE)
def test_markup_in_a_name_is_set_as_it_stands(name: str) -> None:
    page = texts(draw([letter(name)], AT))[0]
    assert "".join(unicodedata.normalize("NFKC", name).split()) in page


@pytest.mark.parametrize("letters", ["王", "A", "Ab "])
def test_a_name_of_two_hundred_letters_breaks_into_lines(letters: str) -> None:
    name = (letters * 200)[:200].strip()
    page = PdfReader(io.BytesIO(draw([letter(name)], AT))).pages[0].extract_text()
    lines = [line for line in page.splitlines() if line.count(letters[0]) > 9]
    assert len(lines) > 1 and max(map(len, lines)) < 150  # each with its places to break
    assert sum(line.count(letters[0]) for line in lines) == name.count(letters[0])


def test_rare_letters_emoji_and_what_steers_do_no_harm() -> None:
    page = texts(draw([letter("𠮷㛃\u202eabc\u200b\ud800\x07👩‍🔬")], AT))[0]
    assert "abc" in page and "\u202e" not in page


def test_the_same_papers_at_the_same_instant_are_the_same_bytes() -> None:
    assert draw([letter(), letter("王五")], AT) == draw([letter(), letter("王五")], AT)
    assert draw([letter()], AT) != draw([letter("王五")], AT)


def test_each_paper_begins_a_page_of_its_own_and_two_hundred_take_a_few_seconds() -> None:
    many = [letter(f"第{n}号", f"code{n}") for n in range(200)]
    began = time.perf_counter()
    pages = PdfReader(io.BytesIO(draw(many, AT))).pages
    assert len(pages) == 200
    assert time.perf_counter() - began < 20  # two on an idle machine
    assert "第137号" in "".join(unicodedata.normalize("NFKC", pages[137].extract_text()).split())


def test_a_sheet_lists_everybody_over_as_many_pages_as_it_takes() -> None:
    people = [
        {
            "text": f"p-{n}",
            "caption": "",
            "below": "",
            "id": f"p-{n}",
            "name": HOSTILE[n % 8],
            "phone": "138",
            "home": "云溪苑",
            "due": "今日检测",
            "holds": "集中隔离",
        }
        for n in range(90)
    ]
    sheet = Sheet(
        "工作单", "20日", ["人员", "待办", "备注"], ["正常", "未见到"], people, "zh", "销毁", "第{n}页共{total}页"
    )
    pages = texts(draw([sheet], AT))
    assert len(pages) > 3
    assert all("人员" in page and "待办" in page and "销毁" in page for page in pages)
    assert f"第1页共{len(pages)}页" in pages[0]
    assert sum(page.count("p-") for page in pages) == 90


def test_the_situation_has_its_figures_and_curves() -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><path d="M0 0h9v9z"/></svg>'
    table = Figures("态势", ["指标", "本期"], [["新增", "1,234"], ["其中", "5"]], "说明", [1])
    page = Situation(
        "态势 · 江北", "一周", [table, table], [Chart("曲线", svg, "未满")], [("#ff0000", "管控中")], "图", [], "截至"
    )
    said = texts(draw([page], AT))[0]
    for word in ("态势·江北", "新增", "1,234", "其中", "曲线", "管控中", "截至"):
        assert word in said


def test_nothing_to_print_is_refused() -> None:
    with pytest.raises(SizaoError) as error:
        draw([], AT)
    assert error.value.code == "no-paper"


def test_without_a_font_for_chinese_it_is_said_what_to_install() -> None:
    with pytest.raises(SizaoError) as error:
        fonts.check({"DejaVu Sans"})
    assert error.value.code == "no-fonts" and "fonts-noto-cjk" in error.value.todo
    fonts.check({"Noto Serif SC", "Noto Sans SC"})
    fonts.check({"Noto Serif CJK SC", "Noto Sans CJK SC"})


def test_the_fonts_come_out_of_a_package_and_the_machine_may_have_none(monkeypatch: pytest.MonkeyPatch) -> None:
    import typst

    real: Any = typst.Fonts
    monkeypatch.setattr(typst, "Fonts", lambda **more: real(**{**more, "include_system_fonts": False}))
    fonts.find_fonts.cache_clear()
    try:
        assert {*fonts.NEEDED} <= {*fonts.find_fonts().families()}
        assert "李四" in texts(draw([letter()], AT))[0]
    finally:
        fonts.find_fonts.cache_clear()


def test_a_picture_of_each_page_may_be_looked_at() -> None:
    pictures = draw_pictures([letter(), letter("王五")], AT, ppi=30)
    assert len(pictures) == 2 and all(picture.startswith(b"\x89PNG") for picture in pictures)
