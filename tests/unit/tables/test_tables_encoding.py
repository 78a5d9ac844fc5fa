"""Bytes to text, judged file by file and, where a file mixes encodings, line by line."""

from __future__ import annotations

import pytest

from sizao.tables.encoding import decode

TEXT = "编号,名称\n1,中文\n2,花园小区2栋\n"


@pytest.mark.parametrize(
    ("codec", "name"), [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("gb18030", "GB18030"), ("utf-16", "UTF-16")]
)
def test_one_encoding(codec, name):
    found = decode(TEXT.encode(codec))
    assert (found.text, found.encoding, found.mixed, found.broken) == (TEXT, name, (), frozenset())


def test_bytes_that_are_valid_both_ways_are_read_as_everyday_words():
    assert "中文".encode().decode("gb18030")[0] == "涓"  # valid, but nobody writes it
    found = decode("中文\n".encode() + "一单元\n二单元\n".encode("gb18030"))
    assert found.text == "中文\n一单元\n二单元\n"
    assert found.encoding == "GB18030"
    assert found.mixed == ((1, "UTF-8"),)


def test_short_gb18030_words_that_are_valid_utf_8_stay_what_they_are():
    assert "小".encode("gb18030").decode("utf-8")  # a Cyrillic letter
    found = decode("小\n大家好\n".encode("gb18030"))
    assert (found.text, found.mixed) == ("小\n大家好\n", ())


def test_a_file_that_is_valid_utf_8_is_utf_8():
    """A few words are both (女 in GB18030 is Ů in UTF-8); the standard wins, accents of other languages stay."""
    assert decode("José\n".encode()).text == "José\n"
    assert decode("女\n".encode("gb18030")).text == "Ů\n"
    assert decode("女\n男\n".encode("gb18030")).text == "女\n男\n"


def test_a_line_that_is_neither_is_named_and_its_bytes_are_kept():
    found = decode("中\n".encode() + b"a\xff\n" + "文\n".encode())
    assert found.broken == {2}
    assert found.text == "中\na\\xff\n文\n"


def test_old_macintosh_line_ends():
    assert decode(b"a,b\r1,2\r").text == "a,b\n1,2\n"
