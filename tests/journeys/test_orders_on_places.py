"""From tables in a folder to sentences: one order of every way in which authorities go beyond the rules."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from sizao.cli.app import app

RECORDED = "2022-11-14T10:00:00+08:00"
PLACES = """
place_id,kind,parent_id,name
county1,county,,一县
street1,street,county1,一街道
community1,community,street1,一社区
compound1,compound,community1,一小区
building1,building,compound1,1号楼
unit1,unit,building1,1单元
flat101,household,unit1,101室
compound2,compound,community1,二小区
building2,building,compound2,2号楼
shop1,shop,building2,一店
school1,school,community1,一小学
clinic1,clinic,community1,一诊所
factory1,factory,community1,一厂
road1,road,street1,一路
"""
# A case at home on 14 November; in September, under the ninth plan, one in a shop without a risk of spread.
CASES = f"""
case_id,person_id,confirmed_on,classification,origin,found_by,recorded_at
c1,p1,2022-11-14,confirmed,local,screening,{RECORDED}
c2,p1,2022-09-05,asymptomatic,local,screening,{RECORDED}
"""
CASE_PLACES = """
case_id,place_id,role,spread_risk
c1,flat101,home,true
c2,shop1,activity,false
"""
PEOPLE = "person_id\np1\np2"
TESTS = f"""
test_id,person_id,sampled_on,method,result,recorded_at
t1,p2,2022-11-15,pcr,negative,{RECORDED}
t2,p2,2022-11-15,pcr,negative,{RECORDED}
t3,p2,2022-11-15,pcr,negative,{RECORDED}
t4,p2,2022-11-16,pcr,negative,{RECORDED}
t5,p2,2022-11-16,pcr,negative,{RECORDED}
t6,p2,2022-11-17,pcr,negative,{RECORDED}
"""
# order, place or person, its word, first and last day, the clause that it names
ORDERS = """
unit       | unit1     | high                | 2022-11-14 | 2022-11-19 |
building   | building1 | high                | 2022-11-14 | 2022-11-19 |
rest       | county1   | low                 | 2022-11-14 | 2022-11-19 |
wide       | compound1 | high                | 2022-11-14 | 2022-11-19 |
wide, why  | compound1 | high                | 2022-11-14 | 2022-11-19 | 三（二）
long       | unit1     | high                | 2022-11-14 | 2022-11-20 |
early      | unit1     | high                | 2022-11-12 | 2022-11-15 |
strict     | shop1     | high                | 2022-09-05 | 2022-09-06 |
groundless | building2 | high                | 2022-11-14 |            |
gone       | shop1     | medium              | 2022-11-14 | 2022-11-16 |
called so  | shop1     | medium              | 2022-09-05 | 2022-09-12 |
school     | school1   | close_school        | 2022-11-14 | 2022-11-18 |
classes    | school1   | stop_classes        | 2022-11-14 | 2022-11-18 |
traffic    | road1     | block_traffic       | 2022-11-14 |            |
clinic     | clinic1   | stop_clinic         | 2022-11-14 | 2022-11-18 |
enterprise | factory1  | stop_key_enterprise | 2022-11-14 | 2022-11-18 |
silence    | street1   | silent_management   | 2022-11-14 | 2022-11-15 |
tested     | street1   | mass_testing        | 2022-11-14 | 2022-11-15 |
tested,why | street1   | mass_testing        | 2022-11-14 | 2022-11-15 | 二（六）
tested,20  | street1   | mass_testing        | 2022-11-14 | 2022-11-15 | 20条 二(六)
twice      | street1   | two_tests_a_day     | 2022-11-14 | 2022-11-15 |
title      | unit1     | 高风险区            | 2022-11-14 | 2022-11-19 |
word       | factory1  | close_enterprise    | 2022-11-14 | 2022-11-15 |
returnees  | county1   | refuse_returnees    | 2022-11-14 |            |
returnee   | p2        | refuse_returnees    | 2022-11-14 | 2022-11-15 |
again      | p2        | repeat_isolation    | 2022-11-14 | 2022-11-18 |
"""

ON_PLACES = {
    "wide": (
        "wider",
        "二（四）",
        "划定过宽：其内仅部分为高风险区，6天",
        "drawn wider than the cases justify: only part of it is a high-risk area (days: 6)",
    ),
    "long": (
        "longer",
        "二（四）",
        "到期未解除：高风险区，多1天",
        "not lifted when it was due: high-risk area (days too many: 1)",
    ),
    "early": (
        "earlier",
        "二（四）",
        "早于疫情划定：高风险区，早2天",
        "before the first case that justifies it: high-risk area (days too early: 2)",
    ),
    "strict": (
        "stricter",
        "第九版·高风险区",
        "等级过高：应低于高风险区，2天",
        "heavier than the cases justify: less than a high-risk area (days: 2)",
    ),
    "groundless": (
        "no_area",
        "二（四）",
        "无病例依据：高风险区，未定期限",
        "no case justifies it: high-risk area, with no end given",
    ),
    "gone": (
        "abolished",
        "二（四）",
        "规定没有这一等级：中风险区，3天",
        "the rules have no such level on these days: medium-risk area (days: 3)",
    ),
    "school": (
        "forbidden",
        "二（十六）",
        "规定不得有此类管控：随意封校，5天",
        "the rules forbid such an order on these days: closing off a school at will (days: 5)",
    ),
    "classes": (
        "forbidden",
        "二（十六）",
        "规定不得有此类管控：随意停课，5天",
        "the rules forbid such an order on these days: stopping classes at will (days: 5)",
    ),
    "traffic": (
        "forbidden",
        "二（十六）",
        "规定不得有此类管控：阻断交通，未定期限；除非：经批准（此例外须由人判断）",
        "the rules forbid such an order from this day on: blocking traffic, with no end given; unless: it was "
        "approved (an exception for a person to judge)",
    ),
    "clinic": (
        "forbidden",
        "二（十六）",
        "规定不得有此类管控：随意停诊，5天",
        "the rules forbid such an order on these days: stopping medical services at will (days: 5)",
    ),
    "enterprise": (
        "forbidden",
        "二（十九）",
        "规定不得有此类管控：擅自要求重点企业停工停产，5天",
        "the rules forbid such an order on these days: stopping an enterprise that supply chains or daily needs "
        "depend on (days: 5)",
    ),
    "silence": (
        "forbidden",
        "二（十六）",
        "规定不得有此类管控：随意“静默”，2天",
        "the rules forbid such an order on these days: ordering everybody to stay in and everything to stop at will "
        "(days: 2)",
    ),
    "tested": (
        "mass_testing",
        "二（六）",
        "全员检测不符合规定的条件（未载明理由的条款，或范围过大），2天",
        "everybody is tested, and the order names no clause that allows it for such a place (days: 2)",
    ),
    "twice": (
        "too_many_tests",
        "二（六）",
        "要求每人每天检测2次，多于规定，2天",
        "everybody is to be tested 2 times a day, more than the rules allow (days: 2)",
    ),
    "word": (
        "unknown_level",
        "二（十六）",
        "规定中没有这个词：close_enterprise，2天",
        "the rules know no such word: close_enterprise (days: 2)",
    ),
    "returnees": (
        "forbidden",
        "二（二十）",
        "规定不得有此类管控：拒收返回人员，未定期限",
        "the rules forbid such an order from this day on: refusing people who return, with no end given",
    ),
}
ON_PEOPLE = {
    "returnee": (
        "forbidden",
        "二（二十）",
        "规定不得有此类管控：拒收返回人员，2天",
        "the rules forbid such an order on these days: refusing people who return (days: 2)",
    ),
    "again": (
        "forbidden",
        "二（十）",
        "规定不得有此类管控：目的地对入境人员再次隔离，5天",
        "the rules forbid such an order on these days: isolating arrivals from abroad again at their destination "
        "(days: 5)",
    ),
    date(2022, 11, 15): (
        "too_many_tests",
        "二（六）",
        "一天采样3次，规定至多1次",
        "3 samples on one day, where at most 1 is allowed",
    ),
    date(2022, 11, 16): (
        "too_many_tests",
        "二（六）",
        "一天采样2次，规定至多1次",
        "2 samples on one day, where at most 1 is allowed",
    ),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tables as CSV."""
    made = tmp_path_factory.mktemp("facts")
    tables = {"places": PLACES, "cases": CASES, "case_places": CASE_PLACES, "people": PEOPLE, "tests": TESTS}
    for name, text in (tables | {"orders": write_orders(ORDERS)}).items():
        (made / f"{name}.csv").write_text(text.strip() + "\n", "utf-8")
    return made


def write_orders(lines: str) -> str:
    """Orders as CSV."""
    heads = "order_id,person_id,place_id,restriction,level,from,until,issuer,clause,recorded_at"
    orders = [heads]
    for line in lines.strip().splitlines():
        name, whom, word, begin, until, clause = (cell.strip() for cell in line.split("|"))
        bound = f"{whom},,{word}," if whom == "p2" else f",{whom},,{word}"
        orders.append(f'"{name}",{bound},{begin},{until},区指挥部,{clause},{RECORDED}')
    return "\n".join(orders)


def judge(
    command: list[str],
    answer: str,
    folder: Path,
    out: Path,
    lang: str,
    on: str = "2022-11-20",
    rulebook: str = "cn-2022-11-11",
) -> list[dict[str, object]]:
    arguments = [*command, str(folder), "--on", on, "--rulebook", rulebook, "--out", str(out)]
    done = CliRunner().invoke(app, [*arguments, "--lang", lang])
    assert done.exit_code == 0, (done.output, done.exception)
    return pq.read_table(out / f"{answer}.parquet").to_pylist()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_orders_on_places_go_beyond_the_rules_in_every_way(folder: Path, tmp_path: Path, lang: str) -> None:
    rows = judge(["areas", "derive"], "place_excesses", folder, tmp_path, lang)
    found = {row["order_id"]: (row["kind"], row["clause"], row["text"]) for row in rows}
    assert found == {
        name: (kind, clause, {"zh": zh, "en": en}[lang]) for name, (kind, clause, zh, en) in ON_PLACES.items()
    }
    assert len(rows) == len(ON_PLACES)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_orders_on_people_and_tests_go_beyond_them_too(folder: Path, tmp_path: Path, lang: str) -> None:
    rows = judge(["derive"], "excesses", folder, tmp_path, lang)
    found = {row["order_id"] or row["from"]: (row["kind"], row["clause"], row["text"]) for row in rows}
    assert found == {
        name: (kind, clause, {"zh": zh, "en": en}[lang]) for name, (kind, clause, zh, en) in ON_PEOPLE.items()
    }
    assert len(rows) == len(ON_PEOPLE)


# Under the Ten Measures the unit of a case of 8 December is high to the 13th.
TEN_ORDERS = """
shop in it  | flat101  | stop_business     | 2022-12-08 | 2022-12-13 |
too long    | unit1    | stop_work         | 2022-12-08 | 2022-12-14 |
beside it   | shop1    | stop_business     | 2022-12-08 | 2022-12-13 |
at school   | school1  | health_code_check | 2022-12-08 | 2022-12-13 |
at a shop   | shop1    | health_code_check | 2022-12-08 | 2022-12-13 |
tested in   | unit1    | mass_testing      | 2022-12-08 | 2022-12-13 |
tested all  | county1  | mass_testing      | 2022-12-08 | 2022-12-08 | 第二条
tested some | compound1| mass_testing      | 2022-12-08 | 2022-12-08 | 第二条
"""
ON_PLACES_TEN = {
    "too long": ("forbidden", "第八条", "规定不得有此类管控：停工，1天", None),
    "beside it": ("forbidden", "第八条", "规定不得有此类管控：停业，6天", None),
    "at a shop": (
        "forbidden",
        "第二条",
        "规定不得有此类管控：查验健康码，6天；除非：其他特殊场所（此例外须由人判断）",
        "the rules forbid such an order on these days: asking for a health code (days: 6); unless: at another "
        "special place (an exception for a person to judge)",
    ),
    "tested all": (
        "mass_testing",
        "第二条",
        "全员检测不符合规定的条件（未载明理由的条款，或范围过大），1天",
        None,
    ),
}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_exceptions_of_the_ten_measures(folder: Path, tmp_path: Path, lang: str) -> None:
    made = tmp_path / "facts"
    shutil.copytree(folder, made)
    for name in ("cases", "orders"):
        (made / f"{name}.csv").write_text(
            (made / f"{name}.csv").read_text("utf-8").replace("11-14T", "12-08T"), "utf-8"
        )
    (made / "cases.csv").write_text(
        (made / "cases.csv").read_text("utf-8").replace("2022-11-14,", "2022-12-08,"), "utf-8"
    )
    (made / "orders.csv").write_text(write_orders(TEN_ORDERS).replace("11-14T", "12-08T"), "utf-8")
    command = ["areas", "derive"]
    rows = judge(command, "place_excesses", made, tmp_path / "out", lang, on="2022-12-20", rulebook="cn-2022-12-07")
    found = {row["order_id"]: (row["kind"], row["clause"]) for row in rows}
    assert found == {name: said[:2] for name, said in ON_PLACES_TEN.items()}
    texts = {row["order_id"]: row["text"] for row in rows}
    for name, (_, _, zh, en) in ON_PLACES_TEN.items():
        assert texts[name] == {"zh": zh, "en": en}[lang] or (lang == "en" and en is None)
