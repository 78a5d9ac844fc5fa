"""What a rulebook file may and may not be: odd but right values, hostile files, files that are not there."""

from __future__ import annotations

import datetime as dt
import time
from pathlib import Path

import pytest

from sizao.errors import RefusedError, SizaoError
from sizao.policy import Rulebook, read_rulebook, shipped_files

GOOD = (Path(__file__).parent / "good.yaml").read_text("utf-8")


def read(tmp_path: Path, text: str | bytes) -> Rulebook:
    path = tmp_path / "book.yaml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_rulebook(path)


def refusal(tmp_path: Path, text: str | bytes) -> tuple[str, int | None]:
    """Code and line of the only problem."""
    with pytest.raises(RefusedError) as caught:
        read(tmp_path, text)
    assert caught.value.code == "bad-rulebook"
    (problem,) = caught.value.problems
    return problem.code, problem.line


def test_every_shipped_rulebook_reads() -> None:
    assert {read_rulebook(path).id for path in shipped_files()} == {path.stem for path in shipped_files()}


def test_values_are_read_by_what_they_are(tmp_path: Path) -> None:
    book = read(tmp_path, GOOD)
    assert book.document.published == dt.date(2030, 1, 1)
    assert book.measure("contact").phases[0].tests == (1, 3, 5)
    assert book.measure("contact").phases[1].id == "home"
    assert book.measure("case").days is None


def test_a_byte_order_mark_and_windows_line_ends_are_fine(tmp_path: Path) -> None:
    assert read(tmp_path, b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode()) == read(tmp_path, GOOD)


@pytest.mark.parametrize("word", ["no", "yes", "on", "off", "null_", "y", "e10"])
def test_words_that_other_readers_take_for_something_else_stay_words(tmp_path: Path, word: str) -> None:
    book = read(tmp_path, GOOD.replace("id: contact", f"id: {word}").replace("about: contact", f"about: {word}"))
    assert book.measure(word).clause == "article 2"


def test_tests_may_be_daily(tmp_path: Path) -> None:
    assert read(tmp_path, GOOD.replace("[1, 3, 5]", "daily")).measure("contact").phases[0].tests == (1, 2, 3, 4, 5)


def test_taking_effect_before_publication_may_be_meant(tmp_path: Path) -> None:
    text = GOOD.replace("effective: 2030-01-02", "effective: 2029-12-01\n  retroactive: true")
    assert read(tmp_path, text).document.effective == dt.date(2029, 12, 1)


@pytest.mark.parametrize(
    "text",
    ["a: " + "[" * 400_000, "- " * 100_000 + "a", "".join(" " * n + "a:\n" for n in range(300)), "{a: " * 100_000],
    ids=["brackets", "dashes", "indented", "braces"],
)
def test_deep_nesting_is_left_early(tmp_path: Path, text: str) -> None:
    start = time.perf_counter()
    code, line = refusal(tmp_path, text)
    assert (code, line is not None) == ("too-deep", True)
    assert time.perf_counter() - start < 3


def test_aliases_that_multiply_are_not_followed(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12))]
    assert refusal(tmp_path, "\n".join(lines)) == ("yaml-feature", 1)


def test_an_alias_to_itself_is_not_followed(tmp_path: Path) -> None:
    assert refusal(tmp_path, GOOD + "limits2: &loop [*loop]\n") == ("yaml-feature", 36)


def test_a_number_of_5000_digits_is_not_a_number_of_days(tmp_path: Path) -> None:
    assert refusal(tmp_path, GOOD.replace("days: 5", "days: " + "7" * 5000)) == ("bad-type", 29)


def test_a_shown_value_is_cut_short(tmp_path: Path) -> None:
    with pytest.raises(RefusedError) as caught:
        read(tmp_path, GOOD.replace("days: 5", "days: " + "seven " * 5000))
    assert len(caught.value.problems[0].what) < 200


def test_a_file_of_ten_megabytes_is_refused_unread(tmp_path: Path) -> None:
    start = time.perf_counter()
    with pytest.raises(SizaoError) as caught:
        read(tmp_path, GOOD + "# " + "x" * 10_000_000)
    assert caught.value.code == "too-large"
    assert time.perf_counter() - start < 1


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SizaoError) as caught:
        read_rulebook(tmp_path / "none.yaml")
    assert (caught.value.code, caught.value.where) == ("missing-file", str(tmp_path / "none.yaml"))


def test_a_folder_is_not_a_rulebook(tmp_path: Path) -> None:
    with pytest.raises(SizaoError) as caught:
        read_rulebook(tmp_path)
    assert caught.value.code == "missing-file"


def test_a_path_that_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(SizaoError) as caught:
        read_rulebook(tmp_path / ("x" * 300 + ".yaml"))
    assert caught.value.code == "unreadable-file"


def test_the_line_of_bad_encoding_is_named(tmp_path: Path) -> None:
    with pytest.raises(SizaoError) as caught:
        read(tmp_path, GOOD.encode().replace("集中".encode(), "集中".encode("gb18030")))
    assert caught.value.code == "bad-encoding"
    assert caught.value.where.endswith("book.yaml:14")
