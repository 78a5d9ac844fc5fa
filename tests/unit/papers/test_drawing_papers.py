"""Papers as PDF: what they say, that no name is executed, the same bytes twice, fonts that are not there."""

from __future__ import annotations

import datetime as dt
import io
import struct
import time
import unicodedata
from dataclasses import replace
from importlib import resources
from pathlib import Path
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
            "home": Both("云溪苑", "Yunxi Court"),
            "due": Both("今日检测", "test today"),
            "holds": Both("集中隔离", "central isolation"),
        }
        for n in range(90)
    ]
    pages = texts(draw([sheet_of(people, "zh")], AT))
    assert 3 < len(pages) <= 10
    for page in pages:
        for said in ("工作单", "Worksheet", "人员", "Person", "待办", "Due", "正常", "Well", "销毁", "Destroy"):
            assert said in page, said
    assert f"第1页共{len(pages)}页" in pages[0] and f"page1of{len(pages)}" in pages[0]
    assert sum(page.count("p-") for page in pages) == 90
    for said in ("今日检测", "testtoday", "集中隔离", "centralisolation", "云溪苑", "YunxiCourt"):
        assert sum(page.count(said) for page in pages) == 90, said
    (other, *_) = texts(draw([sheet_of(people, "en")], AT))
    assert pages[0].index("今日检测") < pages[0].index("testtoday")
    assert other.index("testtoday") < other.index("今日检测")


def sheet_of(people: list[dict[str, Any]], lang: str) -> Sheet:
    heads = [Both("人员", "Person"), Both("待办", "Due"), Both("备注", "Notes")]
    boxes = [Both("正常", "Well"), Both("未见到", "Missed")]
    said = (Both("第{n}页共{total}页", "page {n} of {total}"), lang, Both("销毁", "Destroy"), Both("无人", "Nobody"))
    return Sheet(Both("工作单", "Work sheet"), Both("20日", "20 Nov"), heads, boxes, people, *said)


def test_a_sheet_without_anybody_says_so() -> None:
    (page,) = texts(draw([sheet_of([], "en")], AT))
    assert "Nobody" in page and "无人" in page


def test_every_letter_of_our_words_is_in_both_faces() -> None:
    files = [path for path in Path(str(resources.files("sizao"))).rglob("*.yaml") if "words" in str(path)]
    said = {ord(letter) for path in files for letter in path.read_text("utf-8")} - {ord("\n")}
    faces = [*Path(str(resources.files(fonts.PACKAGE))).glob("*.otf")]
    assert len(faces) == 2 and len(files) > 9
    for face in faces:
        assert not {chr(letter) for letter in said | {ord(mark) for mark in "▲▼−·"} if letter not in drawn_by(face)}


def drawn_by(face: Path) -> set[int]:
    """The letters that a font has a shape for: the ranges of its table `cmap`."""
    data = face.read_bytes()
    tables = {data[at : at + 4]: at for at in range(12, 12 + 16 * struct.unpack_from(">H", data, 4)[0], 16)}
    (top,) = struct.unpack_from(">I", data, tables[b"cmap"] + 8)
    found: set[int] = set()
    for n in range(struct.unpack_from(">H", data, top + 2)[0]):
        part = top + struct.unpack_from(">I", data, top + 8 + 8 * n)[0]
        if struct.unpack_from(">H", data, part)[0] == 12:
            for at in range(part + 16, part + 16 + 12 * struct.unpack_from(">I", data, part + 12)[0], 12):
                first, last = struct.unpack_from(">II", data, at)
                found.update(range(first, last + 1))
    return found


def test_the_situation_has_its_figures_and_curves() -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><path d="M0 0h9v9z"/></svg>'
    table = Figures("态势", ["指标", "本期"], [["新增", "1,234"], ["其中", "5"]], "说明", [1])
    page = Situation(
        "态势 · 江北", "一周", [table, table], [Chart("曲线", svg, "未满")], [("#ff0000", "管控中")], "图", [], "截至"
    )
    code = Code("https://x.example/situation?days=7", Both("扫码", "Scan"), "x.example/situation?days=7")
    for one, more in ((page, []), (replace(page, code=code), ["扫码", "x.example/situation"])):
        said = texts(draw([one], AT))[0]
        for word in ("态势·江北", "新增", "1,234", "其中", "曲线", "管控中", "截至", *more):
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
