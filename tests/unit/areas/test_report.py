"""The printed audit: its numbers come from the lists, it fits its sheets, it says what cannot be concluded.

The picture in the docs is made of the invented lists below. To make it again:

    SIZAO_PICTURE=page.html python -m pytest tests/unit/areas/test_report.py -k picture
    chromium --headless --hide-scrollbars --window-size=794,1123 --screenshot=docs/risk-area-audit.png page.html
"""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from made_lists import write_spells, write_times

from sizao.areas import Audit, audit_lists, read_lists
from sizao.areas.audit.rules import SCOPES
from sizao.areas.report import charts, write_audit_report
from sizao.areas.report.answers import GROUPS, Answers
from sizao.areas.report.drawing import INK
from sizao.areas.report.named import LENGTH
from sizao.areas.report.say import Say, words
from sizao.policy import choose

DAY = timedelta(days=1)
CHANGE = datetime(2022, 11, 11)  # noqa: DTZ001  lists give local time without an offset
PROVINCES = (
    "云溪省",
    "青岚省",
    "白鹭省",
    "石梁省",
    "松陵省",
    "柳泊省",
    "沙洲省",
    "南屏省",
    "北渡省",
    "东篱省",
    "西岭省",
)


def clock(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"


def row(
    place: str, first: datetime, last: datetime, level: str = "high", province: str = "云溪省", county: str = "东县"
) -> str:
    return f"{level},{province},云溪市,{county},{place},{clock(first)},{clock(last)},"


def twice_a_day(first: datetime, days: int) -> list[datetime]:
    return [first + timedelta(hours=12 * n) for n in range(2 * days)]


def audited(folder: Path, times: list[datetime], *rows: str) -> Audit:
    write_times(folder, *(clock(at) for at in times))
    write_spells(folder, *rows)
    return audit_lists(read_lists(folder), choose("auto", date(2022, 4, 15)))


def name_of(n: int, wide: float, dice: random.Random) -> str:
    """A name that nobody has, the wider the larger `wide`."""
    house, kind = f"清源路{n}号", dice.random()
    if kind < 0.07:
        return f"清源路{n}号百味超市"
    if kind < 0.07 + 0.5 * wide:
        return dice.choice([f"第{n}社区", f"上塘{n}村", f"春晖路{n}号春晖小区"])
    if kind < 0.07 + 0.9 * wide:
        return f"春晖路{n}号春晖小区"
    return f"{house}院{n % 9 + 1}号楼" + (f"{n % 5 + 1}单元" if kind > 0.6 else "")


def invented_lists(folder: Path) -> Audit:
    """Lists of eleven provinces that are nowhere, from August to December 2022, with two days without a list."""
    dice = random.Random(11)
    start, days = CHANGE - 72 * DAY, 118
    times = [start + timedelta(hours=h) for d in range(days) for h in (24 * d + 8, 24 * d + 14, 24 * d + 21)]
    times = [at for at in times if at.date() not in (date(2022, 10, 3), date(2022, 10, 4))]
    rows: list[str] = []
    for nth, province in enumerate(PROVINCES):
        lag, slack = (3 * nth) % 17, 0.05 + 0.035 * nth
        for day in range(days - 12):
            after = day - 72
            wave = 2.2 * 1.045 ** min(day, 90) / (1 + max(0, day - 92))
            wide = 0.85 if after < lag else 0.16 + slack / 4
            for _ in range(round(wave * (1.6 - nth / 12) * dice.random() / 4)):
                at = dice.randrange(3 * day, 3 * day + 3)
                stay = (7 if after < 0 else 5) + (dice.random() < slack) * dice.randrange(1, 12) - dice.random() * 3
                end = min(at + max(1, round(3 * stay)), len(times) - 12)
                where = {"province": province, "county": f"{dice.choice('东西南')}县"}
                place = name_of(len(rows), wide, dice)
                if after < 0 and dice.random() < 0.45:
                    end = min(end, 3 * 72 + dice.randrange(0, 15))
                    rows.append(row(place, times[at], times[max(at, end)], "medium", **where))
                else:
                    rows.append(row(place, times[at], times[max(at, end)], **where))
    for n, street in enumerate(("柳岸街道", "梧桐镇", "长堤街道", "望湖镇")):
        rows.append(row(street, times[30 + 20 * n], times[90 + 30 * n], province=PROVINCES[n]))
    rows.append(row("/", times[200], times[210]))
    return audited(folder, times, *rows)


@pytest.fixture(scope="module")
def invented(tmp_path_factory: pytest.TempPathFactory) -> Audit:
    return invented_lists(tmp_path_factory.mktemp("lists"))


@pytest.fixture(scope="module", params=["zh", "en"])
def page(request: pytest.FixtureRequest, invented: Audit) -> str:
    return write_audit_report(invented, request.param)


def text_of(page: str) -> str:
    body = page[page.index("<body>") :]
    return re.sub(r"\s+", " ", re.sub(r"<svg.*?</svg>|<[^>]+>", " ", body, flags=re.DOTALL))


def tile(page: str, label: str) -> list[str]:
    found = re.search(rf"<span>{re.escape(label)}</span><b>(.*?)</b><small>(.*?)</small><small>(.*?)</small>", page)
    assert found, label
    return list(found.groups())


def cells(page: str, name: str) -> list[list[str]]:
    """The cells of every row of that name."""
    rows = re.findall(rf'<tr><th scope="row">{re.escape(name)}</th>(.*?)</tr>', page)
    return [re.findall(r"<td[^>]*>(.*?)</td>", found) for found in rows]


def around_the_change(folder: Path) -> Audit:
    """Before: 3 compounds and 1 building, 7 days each but one of 9; after: 1 compound, 3 units, one for 8 days."""
    t = twice_a_day(CHANGE - 20 * DAY, 60)
    n = 2 * 20
    return audited(
        folder,
        t,
        *(row(f"春晖{k}小区", t[n - 30], t[n - 30 + (18 if k == 0 else 14)]) for k in range(3)),
        row("清源路1号院1号楼", t[n - 30], t[n - 16]),
        row("清源路2号院1号楼", t[n - 4], t[n + 5], "medium"),
        row("清源路3号院1号楼", t[n + 2], t[n + 7], "medium"),
        row("夏荷小区", t[n + 2], t[n + 10]),
        *(row(f"清源路{k}号院1号楼1单元", t[n + 4], t[n + 4 + (16 if k == 7 else 9)]) for k in (7, 8, 9)),
        row("清源路99号院1号楼", t[n + 2 * 28], t[n + 2 * 28 + 4]),
    )


def test_the_numbers_at_the_top_are_those_of_the_lists(tmp_path: Path) -> None:
    audit = around_the_change(tmp_path)
    zh, en = write_audit_report(audit), write_audit_report(audit, "en")
    assert tile(en, "High areas on 20 Dec") == ["0", "at most 4, on 27 Oct", "1 on 11 Nov"] or tile(
        en, "High areas on 20 Dec"
    ) == ["0", "at most 4, on 27 Oct", "0 on 11 Nov"]
    assert tile(zh, "新划时不大于楼栋") == ["25% → 75%", "前后各28天新划的高风险区", "4 → 4个"]  # not that of day 29
    assert tile(en, "Longer than the rule, unbroken") == ["2", "before: 1 of 4 (25%)", "since: 1 of 5 (20%)"]
    assert tile(en, "Median stay, days")[2] == "rule: 7 → 5 days"
    assert tile(zh, "11月11日仍有的中风险区") == ["1", "11月14日12时尚有，11月15日0时已无", "此日起新划1个"]
    assert tile(zh, "不能读出范围的名称")[0] == "0"
