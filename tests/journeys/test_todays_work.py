"""A shift leader opens the day's work at three in the morning of 15 November 2022, and prints the sheets."""

from __future__ import annotations

import re
from pathlib import Path
from unittest.mock import patch

import pytest
from rich.console import Console
from typer.testing import CliRunner, Result

from sizao.cli import options as cli_options
from sizao.cli.app import app
from sizao.errors import SizaoError

ON = "2022-11-15"
AT_THREE = "2022-11-15T03:00+08:00"

PLACES = """place_id,parent_id,kind,name
city,,city,霁湾市 Jiwan City
lake,city,community,湖社区 Lake Community
hill,city,community,山社区 Hill Community
b2,lake,building,湖苑2号楼 Lake Court 2
b10,lake,building,湖苑10号楼 Lake Court 10
"""
# Close contacts under the Twenty Measures: day 1 is the day after the exposure; 5 days central, 3 days home.
PEOPLE = """person_id,home_place_id,traits
begins,b10,elderly
goes-home,b2,
ends,b2,dialysis
is-free,hill,
falls-ill,hill,
told-late,hill,
flies-in,,
odd,hill,
"""
EVENTS = """event_id,person_id,kind,occurred_on,recorded_at
e1,begins,exposed_to_case,2022-11-14,2022-11-14T20:00+08:00
e2,goes-home,exposed_to_case,2022-11-09,2022-11-09T20:00+08:00
e3,ends,exposed_to_case,2022-11-07,2022-11-07T20:00+08:00
e4,is-free,exposed_to_case,2022-11-06,2022-11-06T20:00+08:00
e5,falls-ill,exposed_to_case,2022-11-12,2022-11-12T20:00+08:00
e6,told-late,exposed_to_case,2022-11-12,2022-11-15T01:00+08:00
e7,flies-in,arrived_from_abroad,2022-11-15,2022-11-15T02:00+08:00
e8,odd,saw_a_comet,2022-11-14,2022-11-14T20:00+08:00
"""
CASES = """case_id,person_id,confirmed_on,classification,origin,recorded_at
c1,falls-ill,2022-11-15,confirmed,local,2022-11-15T02:30+08:00
"""
TESTS = """test_id,person_id,sampled_on,method,result,recorded_at
t1,ends,2022-11-12,pcr,negative,2022-11-12T20:00+08:00
t2,goes-home,2022-11-14,pcr,negative,2022-11-14T20:00+08:00
t3,begins,2022-11-15,pcr,pending,2022-11-15T02:00+08:00
t4,goes-home,2022-11-15,pcr,pending,2022-11-15T04:00+08:00
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    town = tmp_path / "town"
    town.mkdir()
    for name, text in {"places": PLACES, "people": PEOPLE, "events": EVENTS, "cases": CASES, "tests": TESTS}.items():
        (town / f"{name}.csv").write_text(text, encoding="utf-8")
    return town


def today(folder: Path, *options: object, on: str = ON) -> Result:
    with patch.object(cli_options, "out", Console(highlight=False, width=200)):  # the tables must not be cut
        result = CliRunner().invoke(app, ["today", str(folder), "--on", on, *map(str, options)])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def numbers(output: str) -> dict[str, int]:
    """The key numbers by their label."""
    return {label: int(n.replace(",", "")) for n, label in re.findall(r"^ *([\d,]+)  (\S.*?)(?:  |$)", output, re.M)}


def table(output: str, title: str) -> str:
    """What the terminal shows under a title."""
    return re.split(r"\n *\n", output.partition(f"\n{title} ")[2])[0]


def test_the_key_numbers_come_first(folder: Path) -> None:
    output = today(folder, "--known-at", AT_THREE).stdout
    assert output.splitlines()[0] == "Work for today · Tuesday 15 November 2022"
    assert "联防联控机制综发〔2022〕101号" in output.splitlines()[1]
    assert numbers(output) == {
        "Tests to do": 4,  # goes-home, ends, told-late, flies-in; begins is sampled
        "Tests overdue": 2,  # ends since 13 November, told-late since 13 November
        "Changes of restriction": 2,  # goes-home, falls-ill
        "New today": 3,  # begins, told-late, flies-in
        "Released today": 1,  # is-free
        "Last day today": 1,  # ends
        "People under a measure": 6,
        "Tests due tomorrow": 2,  # begins on day 2, flies-in on day 2
    }


def test_each_person_stands_in_the_right_list(folder: Path) -> None:
    output = today(folder, "--known-at", AT_THREE).stdout
    changes = table(output, "Restriction changes today")
    assert re.search(r"goes-home +central isolation → home isolation +lighter, until 17 Nov", changes)
    assert re.search(r"falls-ill +central isolation → hospital isolation +stricter", changes)
    assert "is-free" in table(output, "Released today")
    assert "ends" in table(output, "Last day today")
    assert "odd" in table(output, "Facts that no rule speaks of")
    to_do = table(output, "Tests to do")
    assert "goes-home" in to_do and "begins" not in to_do
    assert re.search(r"ends +home isolation day.3 +dialysis, overdue 2 d, since 13 Nov", to_do)


def test_a_fact_recorded_in_the_night_makes_a_person_new_today(folder: Path) -> None:
    assert "told-late" in table(today(folder, "--known-at", AT_THREE).stdout, "New today")
    an_hour_before = "2022-11-15T00:59+08:00"
    assert "told-late" not in today(folder, "--known-at", an_hour_before).stdout
    long_after = today(folder).stdout  # yesterday's list is then known as well as today's
    assert "told-late" not in table(long_after, "New today")
    assert numbers(long_after)["Tests to do"] == 3  # and the sample of four o'clock counts


def test_the_page_holds_every_person_by_community_and_needs_nothing_else(folder: Path, tmp_path: Path) -> None:
    page = tmp_path / "out" / "today.html"
    result = today(folder, "--known-at", AT_THREE, "--out", page)
    assert str(page) in result.stdout
    html = page.read_text(encoding="utf-8")
    sheets = {re.search(r"<h2>(.*?)</h2>", part)[1]: part for part in html.split('<section class="sheet"')[1:]}
    assert list(sheets) == ["Hill Community", "Lake Community", "Home not known"]
    assert re.findall(r'class="of">([a-z-]+)</span></td><td>', sheets["Lake Community"]) == [
        *("ends", "goes-home"),  # due at home, building 2
        "begins",  # due in central isolation
        "goes-home",  # changes
        "begins",  # new
        "ends",  # last day
    ]
    lists = re.findall(r'class="list-name">(.*?)<', sheets["Lake Community"])
    assert lists[:3] == ["Tests due today", "Tests due today away from home", "Restriction changes today"]
    assert "odd" in html and "saw_a_comet" in html
    assert not re.search(r"<script|<link|<img|src=|url\(|https?:", html)


def test_the_page_speaks_chinese(folder: Path, tmp_path: Path) -> None:
    page = tmp_path / "today.html"
    output = today(folder, "--lang", "zh", "--out", page).stdout
    assert output.startswith("今日工作清单 · 2022年11月15日 星期二")
    html = page.read_text(encoding="utf-8")
    assert '<html lang="zh-CN">' in html
    assert "湖苑2号楼" in html and "Lake Court" not in html
    assert "集中隔离 → 居家隔离" in html


def test_one_place_alone(folder: Path, tmp_path: Path) -> None:
    page = tmp_path / "lake.html"
    output = today(folder, "--known-at", AT_THREE, "--place", "lake", "--out", page).stdout
    assert "Area: Lake Community" in output
    assert numbers(output)["People under a measure"] == 3
    assert "falls-ill" not in page.read_text(encoding="utf-8")


def test_long_lists_say_what_they_leave_out(folder: Path) -> None:
    output = today(folder, "--known-at", AT_THREE, "--limit", 1).stdout
    assert "and 3 more; see --out" in table(output, "Tests to do")
    assert "more" not in table(output, "Released today")


def test_the_first_day_of_a_rulebook_says_so(folder: Path) -> None:
    assert "New rules apply from today." in today(folder, on="2022-11-11").stdout
    assert "New rules" not in today(folder).stdout


def test_another_rulebook_gives_another_day(folder: Path) -> None:
    output = today(folder, "--rulebook", "who-ebola", "--known-at", AT_THREE).stdout
    assert "A test is: daily visit" in output
    assert "central isolation" not in output


def test_nobody_to_see(tmp_path: Path) -> None:
    (tmp_path / "events.csv").write_text(EVENTS.splitlines()[0] + "\n", encoding="utf-8")
    page = tmp_path / "today.html"
    assert numbers(today(tmp_path, "--out", page).stdout)["People under a measure"] == 0
    assert "Nobody is under a measure today" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--place", "atlantis"], "unknown-place"),
        (["--out", "today.pdf"], "not-html"),
        (["--known-at", "2022-11-15T03:00"], "bad-instant"),
        (["--rulebook", "cn-1911"], "unknown-rulebook"),
    ],
)
def test_what_is_wrong_is_said(folder: Path, options: list[str], code: str) -> None:
    with pytest.raises(SizaoError) as caught:
        today(folder, *options)
    assert caught.value.code == code


def test_a_missing_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(SizaoError) as caught:
        today(tmp_path / "nowhere")
    assert caught.value.code == "missing-folder"


def test_a_visit_is_done_when_the_follow_up_says_that_the_person_was_seen(tmp_path: Path) -> None:
    (tmp_path / "events.csv").write_text(
        "event_id,person_id,kind,occurred_on,recorded_at\n"
        "e1,seen,exposed_to_case,2015-06-01,2015-06-01T20:00Z\n"
        "e2,missed,exposed_to_case,2015-06-01,2015-06-01T20:00Z\n",
        encoding="utf-8",
    )
    (tmp_path / "follow_ups.csv").write_text(
        "follow_up_id,person_id,occurred_on,outcome,recorded_at\n"
        "f1,seen,2015-06-02,seen_ok,2015-06-02T20:00Z\n"
        "f2,missed,2015-06-02,missed,2015-06-02T20:00Z\n",
        encoding="utf-8",
    )
    said = today(tmp_path, "--rulebook", "who-ebola", on="2015-06-02").stdout
    assert "2 due, 1 done" in said
