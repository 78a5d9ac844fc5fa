"""Figures in the layouts of JHU and WHO, and as plain files."""

from __future__ import annotations

import datetime as dt

import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest

from sizao.bulletin.series import (
    derive_jhu_wide,
    derive_who_daily,
    read_series,
    write_figures,
    write_series,
)
from sizao.errors import SizaoError

TEXT = """
2022-05-08 全国 confirmed_new 3
2022-05-08 西藏 confirmed_new 2
2022-05-08 兵团 confirmed_new 1
2022-05-08 香港 confirmed_total 50
2022-05-09 全国 confirmed_new 4
2022-05-09 新疆 confirmed_new 4
2022-05-09 香港 confirmed_total 58
2022-05-11 全国 confirmed_new 0
2022-05-11 香港 confirmed_total 60
"""


def row(table, province):
    return next(r for r in table.to_pylist() if r["Province/State"] == province)


def test_jhus_layout_has_a_column_a_day_and_cumulative_counts(make):
    table, _ = derive_jhu_wide(make(TEXT))
    assert table.schema.names == [
        *("Province/State", "Country/Region", "Lat", "Long"),
        *("5/8/22", "5/9/22", "5/10/22", "5/11/22"),
    ]
    assert table.num_rows == 31 + 3
    assert [row(table, "Tibet")[day] for day in ("5/8/22", "5/9/22")] == [2, 2 + 0]


def test_the_xpcc_counts_in_xinjiang(make):
    table, _ = derive_jhu_wide(make(TEXT))
    assert [row(table, "Xinjiang")[day] for day in ("5/8/22", "5/9/22")] == [1, 1 + 4]


def test_after_a_day_that_is_not_known_counts_are_blank_and_that_is_told(make):
    table, problems = derive_jhu_wide(make(TEXT))
    assert row(table, "Tibet")["5/10/22"] is None
    assert row(table, "Tibet")["5/11/22"] is None
    told = [problem.what for problem in problems if problem.code == "unknown-days"]
    assert len(told) == 2  # 澳门 and 台湾 are not known at all
    assert told[0].startswith("2022-05-08 is not known of 澳门, 台湾")
    assert told[1].startswith("2022-05-10 is not known of")
    assert f"and {31 + 1 - 5} more" in told[1]  # the provinces, and 香港, whose count is given again on the 11th


def test_a_cumulative_count_that_is_given_stands_as_it_is(make):
    table, problems = derive_jhu_wide(make(TEXT))
    assert [row(table, "Hong Kong")[f"5/{n}/22"] for n in (8, 9, 10, 11)] == [50, 58, None, 60]
    (told,) = [problem for problem in problems if problem.code == "counted-from-first-day"]
    assert f"and {31 - 5} more" in told.what  # 香港 is given, 澳门 and 台湾 are not known


def test_days_before_a_given_count_follow_from_it_backwards(make):
    table, _ = derive_jhu_wide(make(TEXT + "2022-05-09 西藏 confirmed_total 100"))
    assert [row(table, "Tibet")[day] for day in ("5/8/22", "5/9/22")] == [100 - 0, 100]
    with_new = TEXT.replace("全国 confirmed_new 4", "全国 confirmed_new 9") + "2022-05-09 西藏 confirmed_new 5\n"
    table, _ = derive_jhu_wide(make(with_new + "2022-05-09 西藏 confirmed_total 100"))
    assert [row(table, "Tibet")[day] for day in ("5/8/22", "5/9/22")] == [100 - 5, 100]


def test_counts_start_from_those_of_another_series_on_the_day_before(make):
    anchors = make(
        """2022-05-06 西藏 confirmed_total 70
        2022-05-07 西藏 confirmed_total 80
        2022-05-10 西藏 confirmed_total 85""",
        "other",
    )
    table, problems = derive_jhu_wide(make(TEXT), anchors=anchors)
    assert [row(table, "Tibet")[f"5/{n}/22"] for n in (8, 9, 10, 11)] == [80 + 2, 80 + 2 + 0, 85, 85 + 0]
    (started,) = [problem.what for problem in problems if problem.code == "counted-from-first-day"]
    assert f"and {31 - 1 - 5} more" in started


def test_earlier_days_can_be_left_out(make):
    table, _ = derive_jhu_wide(make(TEXT), first=dt.date(2022, 5, 9))
    assert table.schema.names[4:] == ["5/9/22", "5/10/22", "5/11/22"]
    assert row(table, "Tibet")["5/9/22"] == 0


def test_taiwan_has_no_province_in_jhus_layout(make):
    table, _ = derive_jhu_wide(make(TEXT))
    (taiwan,) = [r for r in table.to_pylist() if r["Country/Region"] == "Taiwan*"]
    assert taiwan["Province/State"] == ""


def test_stocks_do_not_add_up(make):
    with pytest.raises(SizaoError, match="not-new"):
        derive_jhu_wide(make(TEXT), "active")
    with pytest.raises(SizaoError, match="no-such-series"):
        derive_jhu_wide(make(TEXT), "deaths_new")


def test_what_is_written_in_jhus_layout_reads_back_as_the_same_days(make, tmp_path):
    table, _ = derive_jhu_wide(make(TEXT))
    read = read_series(write_series(table, tmp_path / "wide.csv"))
    assert read.layout == "JHU wide"
    new = {
        (r["place"], r["report_date"].day): r["value"]
        for r in read.figures.to_pylist()
        if r["measure"] == "confirmed_new"
    }
    assert new["新疆", 9] == 4
    assert new["香港", 9] == 58 - 50
    assert new["北京", 9] == 0
    assert ("北京", 11) not in new


def test_whos_layout_has_a_row_for_every_day_and_blanks_where_nothing_is_known(make):
    text = """
    2022-05-08 全国 confirmed_new 3
    2022-05-08 全国 confirmed_total 900
    2022-05-08 全国 deaths_new 0
    2022-05-08 全国 deaths_total 46
    2022-05-10 全国 confirmed_new 5
    """
    table = derive_who_daily(make(text))
    assert table.schema.names == [
        *("Date_reported", "Country_code", "Country", "WHO_region"),
        *("New_cases", "Cumulative_cases", "New_deaths", "Cumulative_deaths"),
    ]
    numbers = [list(r.values())[4:] for r in table.to_pylist()]
    assert numbers == [[3, 900, 0, 46], [None] * 4, [5, None, None, None]]
    heads = {(r["Country_code"], r["Country"], r["WHO_region"]) for r in table.to_pylist()}
    assert heads == {("CN", "China", "WPRO")}


def test_hong_kong_macao_and_taiwan_are_added_only_where_all_are_known(make):
    text = """
    2022-05-08 全国 confirmed_total 900
    2022-05-08 香港 confirmed_total 50
    2022-05-08 澳门 confirmed_total 6
    2022-05-08 台湾 confirmed_total 40
    2022-05-09 全国 confirmed_total 903
    """
    table = derive_who_daily(make(text), outside=True)
    assert table["Cumulative_cases"].to_pylist() == [900 + 50 + 6 + 40, None]


def test_figures_are_written_as_they_are(make, tmp_path):
    figures = make(TEXT)
    assert pq.read_table(write_figures(figures, tmp_path / "f.parquet")).equals(figures)
    csv = pa_csv.read_csv(write_figures(figures, tmp_path / "f.csv"))
    assert csv.schema.names == figures.schema.names
    assert csv["value"].to_pylist() == figures["value"].to_pylist()
    assert list(tmp_path.glob(".*")) == []


def test_a_file_that_cannot_be_written_whole_is_not_there_at_all(make, tmp_path, monkeypatch):
    def fail(table, path, **options):
        path.write_bytes(b"half")
        raise OSError("disk full")

    monkeypatch.setattr("sizao.bulletin.series.write.pq.write_table", fail)
    with pytest.raises(OSError, match="disk full"):
        write_figures(make(TEXT), tmp_path / "f.parquet")
    assert list(tmp_path.iterdir()) == []


def test_an_ending_that_names_no_format_is_refused(make, tmp_path):
    with pytest.raises(SizaoError, match="unknown-format"):
        write_figures(make(TEXT), tmp_path / "figures.xls")
    assert list(tmp_path.iterdir()) == []


def test_after_a_hole_a_cumulative_count_that_the_province_gives_is_taken_up(make):
    lines = [
        "2022-05-08 江苏 confirmed_new 3",
        "2022-05-10 江苏 confirmed_total 90",
        "2022-05-11 江苏 confirmed_new 5",
    ]
    table, _ = derive_jhu_wide(make("\n".join(lines)))
    days = ("5/8/22", "5/9/22", "5/10/22", "5/11/22")
    assert [row(table, "Jiangsu")[day] for day in days] == [None, None, 90, 95]


def test_blank_counts_name_the_option_that_fills_them_and_anchors_without_counts_are_refused(make):
    _, problems = derive_jhu_wide(make(TEXT))
    assert all("--anchors FILE" in problem.todo for problem in problems)
    with pytest.raises(SizaoError) as error:
        derive_jhu_wide(make(TEXT), anchors=make("2022-05-07 西藏 confirmed_new 5"))
    assert error.value.code == "no-anchors"
