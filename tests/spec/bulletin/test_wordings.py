"""What each wording of a bulletin says, by example: `wordings/*.yaml` give a text and every figure in it.

A line of `figures` is `PLACE MEASURE VALUE [words that its note holds]`, in the order of the text. A line that begins
with `~` is doubtful or said before: it may be read or left; so may the second of two equal lines.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from ruamel.yaml import YAML

from sizao.bulletin.read import read_text

WORDINGS = Path(__file__).parent / "wordings"
NATION = "31个省（自治区、直辖市）和新疆生产建设兵团报告"


class Expected(NamedTuple):
    """One line of an example."""

    day: dt.date
    place: str
    measure: str
    value: int
    note: str
    may: bool

    @property
    def key(self) -> tuple[str, ...]:
        return (str(self.day), self.place, self.measure, str(self.value))


def load(path: Path) -> dict[str, Any]:
    return dict(YAML(typ="safe").load(path.read_text(encoding="utf-8")))


def expected(example: dict[str, Any]) -> list[Expected]:
    given = example["figures"]
    by_day = given if isinstance(given, dict) else {example["report_date"]: given}
    found = []
    for day, lines in by_day.items():
        for line in filter(None, lines.split("\n")):
            place, measure, value, *note = line.split(maxsplit=3)
            found.append(Expected(day, place.lstrip("~"), measure, int(value), "".join(note), place.startswith("~")))
    return found


def parametrized() -> list[Any]:
    return [pytest.param(load(path), id=path.stem) for path in sorted(WORDINGS.glob("*.yaml"))]


def read(example: dict[str, Any]) -> Any:
    return read_text(
        example["text"], source=example["file"], published=example.get("published"), place=example.get("place")
    )


@pytest.mark.parametrize("example", parametrized())
def test_every_figure_is_read_and_no_other(example: dict[str, Any]) -> None:
    want = expected(example)
    reading = read(example)

    got: Counter[tuple[str, ...]] = Counter(
        (str(f.report_date), f.place, f.measure, str(f.value)) for f in reading.figures
    )
    must = Counter({line.key for line in want if not line.may})
    may = Counter(line.key for line in want)
    assert {"not read": sorted((must - got).elements()), "not said": sorted((got - may).elements())} == {
        "not read": [],
        "not said": [],
    }
    assert not [p for p in reading.problems if p.effect == "refused"]


@pytest.mark.parametrize("example", parametrized())
def test_figures_come_in_the_order_of_the_text(example: dict[str, Any]) -> None:
    starts = [f.start for f in read(example).figures]
    assert starts == sorted(starts)


@pytest.mark.parametrize("example", parametrized())
def test_a_city_follows_its_province(example: dict[str, Any]) -> None:
    """A city's row belongs to the nearest earlier row of its own province: where a list gives provinces with
    that measure, its province is among them, earlier in the text.
    """
    provinces: dict[str, set[str]] = {}
    for figure in read(example).figures:
        code = figure.place_code or ""
        if code.endswith("0000"):
            provinces.setdefault(figure.measure, set()).add(code[:2])
        elif code and not example.get("place") and not figure.measure.endswith("_correction"):
            assert code[:2] in provinces.get(figure.measure, {code[:2]}), figure


@pytest.mark.parametrize("example", parametrized())
def test_a_note_is_kept_where_it_was_printed(example: dict[str, Any]) -> None:
    figures = read(example).figures
    for line in expected(example):
        if not line.note:
            continue
        notes = [f.note for f in figures if (str(f.report_date), f.place, f.measure, str(f.value)) == line.key]
        assert any(line.note in (note or "") for note in notes), (line, notes)


@pytest.mark.parametrize("example", parametrized())
def test_the_span_of_a_figure_shows_its_number(example: dict[str, Any]) -> None:
    for figure in read(example).figures:
        shown = example["text"][figure.start : figure.end].replace(" ", "")
        if figure.value == 0:
            assert any(word in shown for word in ("0", "无", "持平")), (figure, shown)
        else:
            assert str(abs(figure.value)) in shown, (figure, shown)
        assert figure.end - figure.start <= 40, (figure, shown)


@pytest.mark.parametrize("example", parametrized())
def test_the_day_of_publication_is_kept(example: dict[str, Any]) -> None:
    """A file's name gives it: `2020-04-04.txt`, `pub2020-04-04.txt`; a name with the report day need not."""
    name = Path(example["file"]).stem
    if name.startswith("report"):
        return
    day = dt.date.fromisoformat(name.removeprefix("pub"))
    assert {f.published for f in read(example).figures} == {day}


@pytest.mark.parametrize(
    ("clause", "change"),
    [
        ("重症病例减少13例", -13),
        ("重症病例增加13例", 13),
        ("重症病例无变化", 0),
        ("重症病例数无变化", 0),
        ("重症病例与前一日持平", 0),
        ("重症病例比前一日减少13例", -13),
        ("重症病例较前一日减少13例", -13),
        ("重症病例较前一日增加13例", 13),
        ("重症病例与前一日相比增加13例", 13),
        ("重症病例与前一日相比减少13例", -13),
    ],
)
def test_the_change_of_severe_cases_in_every_wording(clause: str, change: int) -> None:
    text = (
        f"6月23日0—24时，{NATION}新增确诊病例12例。当日新增治愈出院病例7例，解除医学观察的密切接触者522人，{clause}。"
    )
    figures = read_text(text, source="2020-06-24.txt").figures
    assert [f.value for f in figures if f.measure == "severe_change"] == [change]


@pytest.mark.parametrize(
    ("clause", "measure"),
    [
        ("无新增死亡病例", "deaths_new"),
        ("无新增疑似病例", "suspected_new"),
        ("当日无新增治愈出院病例", "discharged_new"),
        ("当日无转为确诊病例", "asymptomatic_converted"),
        ("无当日转为确诊病例", "asymptomatic_converted"),
        ("无现有疑似病例", "suspected"),
        ("无新增无症状感染者", "asymptomatic_new"),
    ],
)
def test_nothing_new_is_a_zero_and_not_a_gap(clause: str, measure: str) -> None:
    text = f"6月23日0—24时，{NATION}新增确诊病例12例；{clause}。"
    figures = read_text(text, source="2020-06-24.txt").figures
    assert [(f.place, f.measure, f.value) for f in figures] == [("全国", "confirmed_new", 12), ("全国", measure, 0)]


@pytest.mark.parametrize(
    ("name", "code"),
    [("北京", "110000"), ("内蒙古", "150000"), ("新疆", "650000"), ("兵团", "660000")],
)
def test_a_province_has_its_code_and_the_xpcc_its_own(name: str, code: str) -> None:
    text = f"8月13日0—24时，{NATION}新增无症状感染者9例，其中境外输入3例，本土6例（{name}5例，广东1例）。"
    figures = read_text(text, source="2022-08-14.txt").figures
    assert [f.place_code for f in figures] == ["100000", "100000", "100000", code, "440000"]


def test_hong_kong_macao_and_taiwan_have_codes_and_their_sum_has_none() -> None:
    text = (
        f"8月13日0—24时，{NATION}新增确诊病例9例。累计收到港澳台地区通报确诊病例612例。其中，香港特别行政区401例"
        "（出院300例，死亡6例），澳门特别行政区11例（出院10例），台湾地区200例（出院101例，死亡2例）。"
    )
    codes = {f.place: f.place_code for f in read_text(text, source="2022-08-14.txt").figures}
    assert codes == {"全国": "100000", "港澳台": None, "香港": "810000", "澳门": "820000", "台湾": "710000"}
