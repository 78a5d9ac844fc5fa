"""A local rulebook laid over national ones: what each of them asks, and when (rule 27)."""

from example import written

from sizao.policy.overlay import lay_over

NATIONAL = """
contact:
  triggers: [{event: met}]
  phases: [{restriction: heavy, days: DAYS}]
found:
  triggers: [{test: {result: [positive]}}]
  phases: [{restriction: middle, days: 3}]
"""
LOCAL = """
arrival:
  triggers: [{event: arrived, day_1: day_after}]
  phases: [{restriction: light, days: 3}]
contact:
  triggers: [{event: met}]
  phases: [{restriction: middle, days: 6}]
"""
OLD = written(NATIONAL.replace("DAYS", "8"), "old", ceiling="old ceiling")
NEW = written(NATIONAL.replace("DAYS", "4"), "new", "2022-01-20", replaces=OLD, ceiling="new ceiling")
CITY = written(LOCAL, "local", "2022-01-10", over="country")
CHAIN = lay_over(CITY, [OLD, NEW])


def test_the_national_rulebook_holds_alone_until_the_local_one_takes_effect(example):
    # The chain of the local rulebook keeps older facts under the national one.
    example(
        CHAIN,
        """
        event | person | kind | occurred_on
        e1    | p1     | met  | 2022-01-09
        e2    | p2     | met  | 2022-01-10

        test | person | sampled_on | result
        t3   | p3     | 2022-01-09 | positive
        t4   | p4     | 2022-01-10 | positive
        """,
        measures="""
        person | rulebook  | measure | restriction | from       | until      | clause
        p1     | old       | contact | heavy       | 2022-01-09 | 2022-01-16 | old contact
        p2     | local@old | contact | middle      | 2022-01-10 | 2022-01-15 | local contact
        p3     | old       | found   | middle      | 2022-01-09 | 2022-01-11 | old found
        p4     | local@old | found   | middle      | 2022-01-10 | 2022-01-12 | old found
        """,
        undecided="none",
    )


def test_the_local_rulebook_goes_on_when_the_national_one_is_replaced(example):
    example(
        CHAIN,
        """
        event | person | kind    | occurred_on
        e1    | p1     | met     | 2022-01-19
        e2    | p2     | met     | 2022-01-20
        e3    | p3     | arrived | 2022-01-18
        """,
        measures="""
        person | rulebook  | measure | restriction | from       | until
        p1     | local@old | contact | middle      | 2022-01-19 | 2022-01-19
        p1     | local@new | contact | middle      | 2022-01-19 | 2022-01-24
        p2     | local@new | contact | middle      | 2022-01-20 | 2022-01-25
        p3     | local@old | arrival | light       | 2022-01-19 | 2022-01-19
        p3     | local@new | arrival | light       | 2022-01-19 | 2022-01-21
        """,
    )


def test_what_only_the_local_rulebook_knows_is_undecided_before_it(example):
    example(
        CHAIN,
        """
        event | person | kind    | occurred_on
        e1    | p1     | arrived | 2022-01-09
        e2    | p2     | arrived | 2022-01-10
        """,
        measures="""
        person | rulebook  | measure   | from       | until
        p1     | old       | undecided | 2022-01-09 | 2022-01-16
        p2     | local@old | arrival   | 2022-01-11 | 2022-01-13
        """,
    )


def test_the_limits_are_the_national_ones(example):
    example(
        CHAIN,
        """
        order | person | restriction | from       | until
        o1    | p1     | heavy       | 2022-01-09 | 2022-01-09
        o2    | p1     | heavy       | 2022-01-12 | 2022-01-12
        o3    | p1     | heavy       | 2022-01-25 | 2022-01-25
        """,
        excesses="""
        order | kind    | clause
        o1    | no_rule | old ceiling
        o2    | no_rule | old ceiling
        o3    | no_rule | new ceiling
        """,
    )


def test_a_local_rulebook_from_before_the_national_one_waits_for_it(example):
    chain = lay_over(written(LOCAL, "local", "2021-12-01", over="country"), [OLD])
    assert [book.id for book in chain] == ["local@old"]
    example(
        chain,
        """
        event | person | kind    | occurred_on
        e1    | p1     | arrived | 2021-12-30
        """,
        measures="rulebook | measure | from | until\nlocal@old | arrival | 2021-12-31 | 2022-01-02",
    )
