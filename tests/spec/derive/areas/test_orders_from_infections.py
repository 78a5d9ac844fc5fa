"""From infections to orders beyond the rules: the area that a case draws, and the orders that it justifies."""

import os
from datetime import date, datetime

import pytest
from area_example import read_infections
from example import KNOWN, read_rows, show

from engines import POSTGRES, run_on
from sizao.derive import facts_of
from sizao.derive.areas import derive_areas
from sizao.derive.reference.areas import area_spells
from sizao.derive.reference.place_orders import place_excesses
from sizao.policy import chain

BOOKS = chain("cn-2022-11-11")
ON = date(2022, 11, 30)
EVER = (date(2020, 1, 1), date(2030, 1, 1))

# Found on the 12th, and, in the same stairs, on the 17th, the last day of the clock.
ONE = """
    case | confirmed_on | place
    c1   | 2022-11-12   | flat
    """
TWO = ONE + "    c2   | 2022-11-17   | flat-2"


def judge_by_reference(facts, known_at):
    return place_excesses(facts, area_spells(facts, BOOKS, EVER, known_at), BOOKS, known_at, ON)


def judge_on(engine):
    run_on(engine)

    def judge(facts, known_at):
        with derive_areas(facts_of(facts), BOOKS, ON, known_at=known_at, engine=engine) as derived:
            return derived.excesses().to_pylist()

    return judge


@pytest.fixture(params=["reference", "duckdb", "sqlite", POSTGRES])
def judged(request, monkeypatch):
    """Compares infections and orders in, and excesses out."""
    monkeypatch.setenv("SIZAO_POSTGRES", os.environ.get("SIZAO_TEST_POSTGRES", ""))
    judge = judge_by_reference if request.param == "reference" else judge_on(request.param)

    def check(infections, orders, expected):
        given = [{"clause": None, "person_id": None, "issuer": "district office"} | row for row in read_rows(orders)]
        recorded = datetime.fromisoformat("2022-11-30T08:00:00+08:00")
        facts = read_infections(infections) | {"orders": [row | {"recorded_at": recorded} for row in given]}
        found, rows = judge(facts, datetime.fromisoformat(KNOWN)), read_rows(expected)
        columns = list(rows[0]) if rows else list(found[0]) if found else []
        assert show(found, columns) == show(rows, columns)

    return check


def test_an_order_is_justified_on_the_five_days_after_the_case_and_no_longer(judged):
    judged(
        ONE,
        """
        order | place | level | from       | until
        o1    | stair | high  | 2022-11-12 | 2022-11-12 + 5
        o2    | stair | high  | 2022-11-11 | 2022-11-12 + 5 + 1
        """,
        """
        order | place | from       | until      | days | kind    | clause
        o2    | stair | 2022-11-11 | 2022-11-11 | 1    | earlier | 二（四）
        o2    | stair | 2022-11-18 | 2022-11-18 | 1    | longer  | 二（四）
        """,
    )


def test_a_case_on_the_last_day_justifies_five_more(judged):
    judged(
        TWO,
        """
        order | place | level | from       | until
        o1    | stair | high  | 2022-11-12 | 2022-11-17 + 5 + 1
        """,
        """
        order | from       | until      | kind
        o1    | 2022-11-23 | 2022-11-23 | longer
        """,
    )


def test_a_compound_closed_for_one_case_in_a_unit(judged):
    judged(
        ONE,
        """
        order | place  | level | from       | until      | clause
        o1    | garden | high  | 2022-11-12 | 2022-11-18 |
        o2    | garden | high  | 2022-11-12 | 2022-11-18 | 三（二）
        o3    | county | low   | 2022-11-12 | 2022-11-17 |
        """,
        """
        order | from       | until      | kind
        o1    | 2022-11-12 | 2022-11-17 | wider
        o1    | 2022-11-18 | 2022-11-18 | longer
        o2    | 2022-11-18 | 2022-11-18 | longer
        """,
    )


def test_the_example_of_the_docs(judged):
    judged(
        """
        case | confirmed_on | place  | role     | found_by
        c1   | 2022-11-06   | flat   | home     | screening
        c2   | 2022-11-11   | flat-2 | home     | contact_tracing
        c3   | 2022-11-08   | hotel  | activity |
        """,
        """
        order | place      | level        | from       | until      | clause
        a1    | stair      | high         | 2022-11-11 | 2022-11-16 |
        a2    | block      | high         | 2022-11-11 | 2022-11-16 |
        b1    | garden     | high         | 2022-11-06 | 2022-11-18 |
        b2    | garden     | high         | 2022-11-06 | 2022-11-18 | 三（二）
        b3    | garden     | high         | 2022-11-04 | 2022-11-10 |
        c     | stair-2    | high         | 2022-11-06 | 2022-11-12 |
        d1    | hotel      | high         | 2022-11-08 | 2022-11-09 |
        d2    | hotel      | medium       | 2022-11-08 | 2022-11-12 |
        e     | lone-block | high         | 2022-11-12 |            |
        f     | county     | low          | 2022-11-06 | 2022-11-16 |
        g     | mill       | close_school | 2022-11-09 | 2022-11-12 |
        h1    | county     | mass_testing | 2022-11-12 | 2022-11-12 |
        h2    | county     | mass_testing | 2022-11-12 | 2022-11-12 | 20条 二(六)
        i     | county     | two_tests_a_day | 2022-11-12 | 2022-11-12 |
        """,
        """
        order | from       | until      | kind         | clause
        b1    | 2022-11-11 | 2022-11-16 | wider        | 二（四）
        b1    | 2022-11-17 | 2022-11-18 | longer       | 二（四）
        b2    | 2022-11-17 | 2022-11-18 | longer       | 二（四）
        b3    | 2022-11-04 | 2022-11-05 | earlier      | 第九版·高风险区
        c     | 2022-11-11 | 2022-11-12 | longer       | 二（四）
        d1    | 2022-11-08 | 2022-11-09 | stricter     | 第九版·高风险区
        d2    | 2022-11-11 | 2022-11-12 | abolished    | 二（四）
        e     | 2022-11-12 |            | no_area      | 二（四）
        g     | 2022-11-11 | 2022-11-12 | forbidden    | 二（十六）
        h1    | 2022-11-12 | 2022-11-12 | mass_testing | 二（六）
        i     | 2022-11-12 | 2022-11-12 | too_many_tests | 二（六）
        """,
    )


def test_the_same_compound_was_no_excess_under_the_ninth_plan(judged):
    # Found on the 8th: the compound is high to the 10th; from the 11th only the unit is, to the 13th.
    judged(
        """
        case | confirmed_on | place
        c1   | 2022-11-08   | flat
        """,
        """
        order | place  | level  | from       | until
        o1    | garden | high   | 2022-11-08 | 2022-11-15
        o2    | hotel  | medium | 2022-11-08 | 2022-11-12
        """,
        """
        order | from       | until      | kind      | clause
        o1    | 2022-11-11 | 2022-11-13 | wider     | 二（四）
        o1    | 2022-11-14 | 2022-11-15 | longer    | 二（四）
        o2    | 2022-11-08 | 2022-11-10 | no_area   | 第九版·中风险区
        o2    | 2022-11-11 | 2022-11-12 | abolished | 二（四）
        """,
    )
