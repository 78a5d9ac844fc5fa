"""Bytes to characters, numerals, numbered items."""

from __future__ import annotations

from pathlib import Path

import pytest

from sizao.errors import SizaoError
from sizao.policy.draft import draft_text, read_text
from sizao.policy.draft.items import find_items
from sizao.policy.draft.numerals import read_number
from sizao.policy.draft.text import LARGEST, view_of

NOTICE = "关于管理的通知\r\n（一）密切接触者５天居家隔离。\r\n（二）入境人员十天集中隔离。\r\n"


@pytest.mark.parametrize(
    ("written", "number"),
    [("7", 7), ("十四", 14), ("二十一", 21), ("两", 2), ("〇", 0), ("一百零五", 105), ("一百二十", 120), ("十", 10),
     ("二〇三一", 2031), ("一两", None), ("三四", None), ("十百", None), ("", None), ("天", None)],
)  # fmt: skip
def test_numerals(written: str, number: int | None) -> None:
    assert read_number(written) == number


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_utf8_and_gb18030_are_read_alike(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "notice.txt"
    file.write_bytes(NOTICE.encode(encoding))
    text, notes = read_text(file)
    assert text == NOTICE
    assert bool(notes) == (encoding == "gb18030")
    assert [m["phases"][0]["days"] for m in draft_text(text, file.name).data["measures"]] == [5, 10]


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"", "empty-file"), (b" \n\n", "empty-file"), (b"PK\x03\x04\0\0", "not-text"),
     (b"\xff\xfe\xfa\xff\x80", "bad-encoding"),
     (b"\xff\xd8\xff\xe0\0\x10JFIF", "not-text"), (b"x" * (LARGEST + 1), "too-large")],
)  # fmt: skip
def test_what_is_no_text_is_refused(tmp_path: Path, data: bytes, code: str) -> None:
    file = tmp_path / "notice.txt"
    file.write_bytes(data)
    with pytest.raises(SizaoError) as refused:
        read_text(file)
    assert refused.value.code == code


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.txt"):
        with pytest.raises(SizaoError, match="missing-file"):
            read_text(path)


def _names(text: str) -> list[str]:
    return [item.name for item in find_items(view_of(text))]


def test_items_are_found_in_every_style() -> None:
    assert _names("一、甲\n二、乙") == ["一", "二"]
    assert _names("第一条 甲\n第二条 乙") == ["第一条", "第二条"]
    assert _names("1.甲\n2.乙") == ["1", "2"]
    assert _names("（1）甲\n（2）乙") == ["（1）", "（2）"]
    assert _names("①甲\n②乙") == ["①", "②"]
    assert _names("㈠甲\n㈡乙") == ["（一）", "（二）"]
    assert _names("通知：（一）甲。（二）乙。") == ["（一）", "（二）"]


def test_items_nest_and_carry_their_chapter() -> None:
    items = find_items(view_of("一、甲\n（一）乙\n1.丙\n2.丁\n（二）戊\n二、己\n（一）庚"))
    assert [i.full_name for i in items] == ["一", "一（一）", "一（一）1", "一（一）2", "一（二）", "二", "二（一）"]


def test_a_number_that_only_stands_at_a_line_start_is_no_item() -> None:
    assert _names("（一）检测日为第1、\n3、5天。\n（二）每\n二、三天一次。") == ["（一）", "（二）"]
    assert _names("（一）甲。\n（二）按（一）办理。") == ["（一）", "（二）"]


def test_what_follows_the_last_item_is_not_part_of_it() -> None:
    text = "（一）密切接触者5天居家隔离。\n（二）入境人员5天居家隔离。\n\n会上，记者问：密切接触者7天集中隔离吗？\n"
    draft = draft_text(text, "x")
    assert [len(m["phases"]) for m in draft.data["measures"]] == [1, 1]
    assert not draft.unread
