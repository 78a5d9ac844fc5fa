"""What an excess of an order on a place says, in both languages."""

import re
from datetime import date, datetime
from importlib import resources

import pyarrow as pa
import pytest
from ruamel.yaml import YAML

from place_engines import spell_table, tree_table
from sizao.derive import facts_of
from sizao.derive.place_orders import judge_place_orders
from sizao.engine import open_engine
from sizao.policy import chain
from sizao.tables import contract

KNOWN = datetime.fromisoformat("2022-12-01T00:00:00+08:00")
SPELL = {"place_id": "unit", "rulebook": "cn-2022-11-11", "level": "high", "weight": 2, "rest": 0}
SPELL |= {"from": date(2022, 11, 13), "until": date(2022, 11, 18)}


def sentences(lang, **orders):
    """Judges one order for each keyword: place, level, until (None: open), all from 14 November."""
    rows = [
        {"order_id": name, "place_id": place, "level": level, "until": until, "from": date(2022, 11, 14)}
        | {"issuer": "x", "recorded_at": KNOWN}
        for name, (place, level, until) in orders.items()
    ]
    facts = {
        "places": [{"place_id": "garden", "parent_id": None}, {"place_id": "unit", "parent_id": "garden"}],
        "orders": rows,
    }
    with open_engine("duckdb") as machine:
        machine.give(contract("orders"), facts_of({"orders": rows}).tables["orders"])
        machine.give_small("area_spells", spell_table([SPELL]))
        machine.give_small("place_above", tree_table(facts, [SPELL]))
        judge_place_orders(machine, chain("cn-2022-11-11"), KNOWN, date(2022, 11, 30), lang)
        found: pa.Table = machine.fetch_outer("place_excesses", contract("place_excesses"))
    return {row["order_id"]: row["text"] for row in found.to_pylist()}


ORDERS = {
    "long": ("unit", "high", date(2022, 11, 20)),
    "wide": ("garden", "high", date(2022, 11, 18)),
    "open": ("elsewhere", "high", None),
    "gone": ("unit", "medium", date(2022, 11, 14)),
    "unheard_of": ("unit", "purple", None),
    "school": ("school", "close_school", date(2022, 11, 14)),
    "traffic": ("road", "block_traffic", date(2022, 11, 15)),
    "thrice": ("garden", "three_tests_a_day", date(2022, 11, 15)),
    "titled": ("elsewhere", "高风险区", date(2022, 11, 14)),
    "testing": ("garden", "mass_testing", None),
}


def test_in_english():
    assert sentences("en", **ORDERS) == {
        "long": "not lifted when it was due: high-risk area (days too many: 2)",
        "wide": "drawn wider than the cases justify: only part of it is a high-risk area (days: 5)",
        "open": "no case justifies it: high-risk area, with no end given",
        "gone": "the rules have no such level on these days: medium-risk area (days: 1)",
        "unheard_of": "the rules know no such word: purple, with no end given",
        "school": "the rules forbid such an order on these days: closing off a school at will (days: 1)",
        "traffic": "the rules forbid such an order on these days: blocking traffic (days: 2); "
        "unless: it was approved (an exception for a person to judge)",
        "thrice": "everybody is to be tested 3 times a day, more than the rules allow (days: 2)",
        "titled": "no case justifies it: high-risk area (days: 1)",
        "testing": "everybody is tested, and the order names no clause that allows it for such a place, "
        "with no end given",
    }


def test_in_chinese():
    assert sentences("zh", **ORDERS) == {
        "long": "到期未解除：高风险区，多2天",
        "wide": "划定过宽：其内仅部分为高风险区，5天",
        "open": "无病例依据：高风险区，未定期限",
        "gone": "规定没有这一等级：中风险区，1天",
        "unheard_of": "规定中没有这个词：purple，未定期限",
        "school": "规定不得有此类管控：随意封校，1天",
        "traffic": "规定不得有此类管控：阻断交通，2天；除非：经批准（此例外须由人判断）",
        "thrice": "要求每人每天检测3次，多于规定，2天",
        "titled": "无病例依据：高风险区，1天",
        "testing": "全员检测不符合规定的条件（未载明理由的条款，或范围过大），未定期限",
    }


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_kind_of_excess_has_its_sentences(lang):
    """One that is earlier always has an end: an area begins after it."""
    text = (resources.files("sizao.derive") / "place_phrases.yaml").read_text(encoding="utf-8")
    phrases = YAML(typ="safe").load(text)
    kinds = set(contract("place_excesses").column("kind").allowed)
    assert "{unless}" in phrases.pop("unless")[lang]
    assert set(phrases) == kinds | {f"{kind}_open" for kind in kinds - {"earlier"}}
    for name, phrase in phrases.items():
        named = set(re.findall(r"{(\w+)}", phrase[lang]))
        assert named == {"level", "days"} - ({"days"} if name.endswith("_open") else set()) - (
            {"level"} if name.startswith("mass_testing") else set()
        )
