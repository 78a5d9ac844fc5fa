"""Other people's series as figures."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from sizao.bulletin.figure import FIGURES
from sizao.bulletin.series import Foreign, read_series
from sizao.errors import SizaoError

D = dt.date


@pytest.fixture
def write(tmp_path):
    def file(text: str, name: str = "series.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return path

    return file


def values(read: Foreign, measure: str) -> dict[tuple[str, dt.date], int]:
    return {
        (row["place"], row["report_date"]): row["value"]
        for row in read.figures.to_pylist()
        if row["measure"] == measure
    }


JHU = """Province/State,Country/Region,Lat,Long,1/22/20,1/23/20,1/24/20
Inner Mongolia,China,44.1,113.9,1,1,4
Hong Kong,China,22.3,114.2,0,2,1
,Taiwan*,23.7,121.0,1,,3
Unknown,China,,,0,0,7
Alberta,Canada,53.9,-116.6,0,0,1
"""


def test_jhus_wide_layout_gives_cumulative_counts_and_their_steps(write):
    read = read_series(write(JHU))
    assert read.layout == "JHU wide"
    assert read.figures.schema == FIGURES
    assert values(read, "confirmed_total")["内蒙古", D(2020, 1, 24)] == 4
    new = values(read, "confirmed_new")
    assert new["内蒙古", D(2020, 1, 23)] == 1 - 1
    assert new["内蒙古", D(2020, 1, 24)] == 4 - 1
    assert ("内蒙古", D(2020, 1, 22)) not in new  # the first day has no day before
    assert set(read.figures["source"].to_pylist()) == {"series.csv"}


def test_a_blank_cell_is_unknown_and_so_is_the_step_over_it(write):
    read = read_series(write(JHU))
    assert ("台湾", D(2020, 1, 23)) not in values(read, "confirmed_total")
    assert [key for key in values(read, "confirmed_new") if key[0] == "台湾"] == []


def test_a_step_below_0_is_kept_and_reported(write):
    read = read_series(write(JHU))
    assert values(read, "confirmed_new")["香港", D(2020, 1, 24)] == 1 - 2
    (problem,) = read.problems
    assert (problem.code, problem.line, problem.effect) == ("negative-step", 3, "kept")
    assert "香港" in problem.what
    row = next(row for row in read.figures.to_pylist() if row["value"] < 0)
    assert row["note"] == "confirmed_total: 2 -> 1"


def test_places_outside_keep_their_names_without_a_code(write):
    rows = read_series(write(JHU)).figures.to_pylist()
    codes = {row["place"]: row["place_code"] for row in rows}
    assert codes == {"内蒙古": "150000", "香港": "810000", "台湾": "710000", "Unknown": None, "Alberta, Canada": None}


def test_what_jhu_counts_is_in_the_name_of_its_file_or_told(write):
    deaths = read_series(write(JHU, "time_series_covid19_deaths_global.csv"))
    assert set(deaths.figures["measure"].to_pylist()) == {"deaths_total", "deaths_new"}
    told = read_series(write(JHU), measure="discharged_new")
    assert set(told.figures["measure"].to_pylist()) == {"discharged_total", "discharged_new"}


LONG = """"date","country","province","cum_confirmed"
"2022-05-01","China","Tibet",1
"2022-05-02","China","Tibet",4
"2022-05-02","Taiwan*",,9
"""


def test_the_long_cut_of_jhu(write):
    read = read_series(write(LONG))
    assert read.layout == "JHU long"
    assert values(read, "confirmed_new") == {("西藏", D(2022, 5, 2)): 4 - 1}
    assert values(read, "confirmed_total")["台湾", D(2022, 5, 2)] == 9


CANGHAILAN = """date,province,province_code,confirmed,suspected,cured,dead
2020-02-01,湖北省,420000,10,5,1,2
2020-02-02,湖北省,420000,16,3,1,4
2020-02-04,湖北省,420000,20,0,2,4
"""


def test_canghailan_has_four_counts(write):
    read = read_series(write(CANGHAILAN))
    assert read.layout == "canghailan"
    assert values(read, "confirmed_new") == {("湖北", D(2020, 2, 2)): 16 - 10}  # nothing over the missing 3rd
    assert values(read, "deaths_new") == {("湖北", D(2020, 2, 2)): 4 - 2}
    assert values(read, "discharged_total")["湖北", D(2020, 2, 4)] == 2
    assert values(read, "suspected")["湖北", D(2020, 2, 2)] == 3  # a stock: it has no steps


def test_owid_gives_new_and_total_as_they_stand(write):
    text = "iso_code,continent,location,date,total_cases,new_cases,new_cases_smoothed,total_deaths,new_deaths\n"
    text += "CHN,Asia,China,2022-05-01,100.0,7.0,6.1,5,\nTWN,Asia,Taiwan,2022-05-01,9.0,3.0,,,\n"
    read = read_series(write(text))
    assert read.layout == "OWID"
    assert values(read, "confirmed_new") == {("全国", D(2022, 5, 1)): 7, ("台湾", D(2022, 5, 1)): 3}
    assert values(read, "deaths_new") == {}


def test_whos_china_is_not_the_nation_of_the_bulletins(write):
    head = "Date_reported,Country_code,Country,WHO_region,New_cases,Cumulative_cases,New_deaths,Cumulative_deaths\n"
    read = read_series(write("\ufeff" + head + "2022-05-01,CN,China,WPRO,7,100,0,5\n"))
    assert read.layout == "WHO daily"
    assert values(read, "confirmed_new") == {("China", D(2022, 5, 1)): 7}
    assert set(read.figures["place_code"].to_pylist()) == {None}


def test_days_and_values_without_a_header_need_a_place_and_a_measure(write):
    file = write("2022-05-01,3.0\n2022-05-02,0.0\n")
    read = read_series(file, place="上海", measure="confirmed_new")
    assert read.layout == "bare"
    assert values(read, "confirmed_new") == {("上海", D(2022, 5, 1)): 3, ("上海", D(2022, 5, 2)): 0}
    with pytest.raises(SizaoError, match="place-needed"):
        read_series(file)
    with pytest.raises(SizaoError, match="unknown-place"):
        read_series(file, place="不存在", measure="confirmed_new")


def test_an_unknown_layout_names_those_that_are_known(write):
    with pytest.raises(SizaoError) as error:
        read_series(write("day,region,count\n2022-05-01,x,1\n"))
    assert error.value.code == "unknown-layout"
    for name in ("JHU wide", "JHU long", "canghailan", "OWID", "WHO daily", "bare"):
        assert name in error.value.why


@pytest.mark.parametrize("text", ["", "\n\n", "\ufeff"])
def test_an_empty_file_is_refused(write, text):
    with pytest.raises(SizaoError, match="empty-file"):
        read_series(write(text))


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(SizaoError, match="missing-file"):
        read_series(tmp_path / "none.csv")


def test_a_binary_file_is_refused(tmp_path):
    path = tmp_path / "x.csv"
    path.write_bytes(bytes(range(256)) * 8)
    with pytest.raises(SizaoError, match="unknown-layout"):
        read_series(path)


def test_broken_rows_are_reported_with_their_line_and_the_others_load(write):
    text = "date,country,province,cum_confirmed\n2022-05-01,China,Tibet,1\n2022-13-01,China,Tibet,2\n"
    text += "2022-05-03,China,Tibet,many\n2022-05-04,China\n2022-05-01,China,Tibet,6\n2022-05-05,China,Tibet,7\n"
    read = read_series(write(text))
    assert values(read, "confirmed_total") == {("西藏", D(2022, 5, 1)): 1, ("西藏", D(2022, 5, 5)): 7}
    assert {(p.code, p.line) for p in read.problems} == {
        ("bad-date", 3),
        ("bad-number", 4),
        ("ragged-row", 5),
        ("duplicate-row", 6),
    }


def test_gb18030_is_read(write):
    read = read_series(write(CANGHAILAN, encoding="gb18030"))
    assert values(read, "confirmed_total")["湖北", D(2020, 2, 4)] == 20
