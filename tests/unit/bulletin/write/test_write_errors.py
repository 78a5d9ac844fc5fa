"""What cannot be written is refused, and says what there is instead."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pyarrow as pa
import pytest

from sizao.bulletin.write import write_bulletin
from sizao.errors import SizaoError

Draw = Callable[..., pa.Table]
ON = dt.date(2022, 11, 20)


def refused(table: pa.Table, on: dt.date = ON, place: str = "全国") -> SizaoError:
    with pytest.raises(SizaoError) as caught:
        write_bulletin(table, on, place)
    return caught.value


def test_a_day_without_figures_names_the_nearest_and_the_span(figures: Draw) -> None:
    days = [dt.date(2022, 11, 3), dt.date(2022, 11, 18), dt.date(2022, 12, 1)]
    table = pa.concat_tables([figures("全国 confirmed_new 3", on=day) for day in days])
    error = refused(table)
    assert error.code == "no-figures"
    assert "2022-11-20" in error.what
    assert "3 days" in error.why
    assert "from 2022-11-03 to 2022-12-01" in error.why
    assert "2022-11-18" in error.todo


def test_a_day_on_which_only_other_places_have_figures_is_one_without(figures: Draw) -> None:
    other = figures("江苏 confirmed_new 3")
    nation = figures("全国 confirmed_new 3", on=dt.date(2022, 11, 19))
    error = refused(pa.concat_tables([other, nation]))
    assert error.code == "no-figures"
    assert "2022-11-19" in error.todo


def test_a_place_of_which_there_is_nothing_is_refused_with_those_that_there_are(figures: Draw) -> None:
    error = refused(figures("全国 confirmed_new 3\n广东 confirmed_new 3"), place="江苏")
    assert error.code == "unknown-place"
    assert "江苏" in error.what
    assert "全国、广东" in error.todo


def test_an_empty_table_says_to_read_bulletins_first(figures: Draw) -> None:
    error = refused(figures("全国 confirmed_new 3").slice(0, 0))
    assert error.code == "unknown-place"
    assert "read bulletins" in error.todo


def test_a_measure_without_words_is_refused_and_not_left_out(figures: Draw) -> None:
    error = refused(figures("全国 confirmed_new 3\n全国 vaccinated_new 7"))
    assert error.code == "unknown-measure"
    assert "vaccinated_new" in error.what
    assert "confirmed_new" in error.todo


def test_a_total_since_some_day_needs_that_day_in_its_note(figures: Draw) -> None:
    error = refused(figures("全国 confirmed_new 3\n全国 confirmed_total_since 7"))
    assert error.code == "since-when"
    assert "自2022-02-26" in error.todo
