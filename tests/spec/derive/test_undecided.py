"""A kind, a class or a restriction that no rule knows is shown as undecided, never dropped in silence."""

from example import rulebook

from sizao.policy import chain

TWENTY = "cn-2022-11-11"
NINTH_AND_TWENTY = chain(TWENTY)[-2:]


def test_an_unknown_kind_stands_as_undecided_for_as_long_as_the_longest_measure(example):
    # The longest measures of a fixed length of the Twenty Measures: 5 + 3 = 8 days.
    example(
        TWENTY,
        """
        event | person | kind            | occurred_on
        u12   | p12    | met_a_traveller | 2022-11-12
        u13   | p13    | met_a_traveller | 2022-11-13
        u20   | p20    | met_a_traveller | 2022-11-20
        u21   | p21    | met_a_traveller | 2022-11-21
        """,
        on="2022-11-20",
        measures="""
        person | rulebook      | measure   | phase | restriction | from       | until              | clause | because
        p12    | cn-2022-11-11 | undecided |       |             | 2022-11-12 | 2022-11-12 + 7 |        | u12
        p13    | cn-2022-11-11 | undecided |       |             | 2022-11-13 | 2022-11-13 + 7 |        | u13
        p20    | cn-2022-11-11 | undecided |       |             | 2022-11-20 | 2022-11-20 + 7 |        | u20
        p21    | cn-2022-11-11 | undecided |       |             | 2022-11-21 | 2022-11-21 + 7 |        | u21
        """,
        status="""
        person | measure   | phase | phase_day | restriction | from       | until          | clause | because
        p13    | undecided |       |           |             | 2022-11-13 | 2022-11-13 + 7 |        | u13
        p20    | undecided |       |           |             | 2022-11-20 | 2022-11-20 + 7 |        | u20
        """,
        tests_due="none",
        undecided="""
        fact | person | kind            | occurred_on
        u12  | p12    | met_a_traveller | 2022-11-12
        u13  | p13    | met_a_traveller | 2022-11-13
        u20  | p20    | met_a_traveller | 2022-11-20
        u21  | p21    | met_a_traveller | 2022-11-21
        """,
    )


def test_undecided_is_lighter_than_any_restriction(example):
    example(
        TWENTY,
        """
        event | person | kind                 | occurred_on
        u1    | p1     | met_a_traveller      | 2022-11-15
        w1    | p1     | finished_closed_loop | 2022-11-13
        """,
        on="2022-11-18",
        status="""
        person | measure            | restriction       | because
        p1     | closed_loop_worker | health_monitoring | w1
        """,
    )


def test_a_fact_that_binds_no_day_is_not_listed(example):
    # u1 occurred while the person was a case; u2 was over (10 days) when the first rulebook took effect.
    example(
        NINTH_AND_TWENTY,
        """
        event | person | kind            | occurred_on
        u1    | p1     | met_a_traveller | 2022-11-16
        u2    | p2     | met_a_traveller | 2022-06-17
        u3    | p3     | met_a_traveller | 2022-06-18

        case | person | confirmed_on
        c1   | p1     | 2022-11-15
        """,
        measures="""
        person | rulebook      | measure   | from       | until          | because
        p1     | cn-2022-11-11 | case      | 2022-11-15 |                | c1
        p3     | cn-2022-06-27 | undecided | 2022-06-18 | 2022-06-18 + 9 | u3
        """,
        undecided="""
        fact | person | kind            | occurred_on
        u3   | p3     | met_a_traveller | 2022-06-18
        """,
    )


def test_what_a_rulebook_leaves_alone_is_not_undecided(example):
    example(
        TWENTY,
        """
        event | person | kind               | occurred_on
        e1    | p1     | exposed_to_contact | 2022-11-15
        """,
        on="2022-11-16",
        measures="none",
        undecided="none",
    )


def test_a_kind_that_only_the_older_rulebook_does_not_know(example):
    # found_past_infection came with the Twenty Measures; the ninth plan's longest measures are 7 + 3 = 10 days.
    example(
        TWENTY,
        """
        event | person | kind                 | occurred_on
        f1    | p1     | found_past_infection | 2022-10-20
        f2    | p2     | found_past_infection | 2022-11-09
        f3    | p3     | found_past_infection | 2022-11-11
        """,
        measures="""
        person | rulebook      | measure                | from           | until
        p1     | cn-2022-06-27 | undecided              | 2022-10-20     | 2022-10-20 + 9
        p2     | cn-2022-06-27 | undecided              | 2022-11-09     | 2022-11-10
        p3     | cn-2022-11-11 | inbound_past_infection | 2022-11-11 + 1 | 2022-11-11 + 3
        """,
        undecided="""
        fact | person
        f1   | p1
        f2   | p2
        """,
    )


def test_a_kind_that_no_rulebook_knows_stays_undecided_across_the_change(example):
    # Undecided asks nothing, so nothing is held longer than before: 10 days under the ninth plan, then 8.
    example(
        TWENTY,
        """
        event | person | kind            | occurred_on
        u1    | p1     | met_a_traveller | 2022-11-09
        u2    | p2     | met_a_traveller | 2022-11-02
        """,
        measures="""
        person | rulebook      | measure   | from       | until
        p1     | cn-2022-06-27 | undecided | 2022-11-09 | 2022-11-10
        p1     | cn-2022-11-11 | undecided | 2022-11-09 | 2022-11-09 + 7
        p2     | cn-2022-06-27 | undecided | 2022-11-02 | 2022-11-10
        """,
        undecided="""
        fact | person
        u1   | p1
        u2   | p2
        """,
    )


def test_a_void_and_what_it_takes_back_are_not_undecided(example):
    example(
        TWENTY,
        """
        event | person | kind            | occurred_on | voids
        u1    | p1     | met_a_traveller | 2022-11-15  |
        v1    | p1     | void            | 2022-11-15  | u1
        """,
        measures="none",
        undecided="none",
    )


def test_an_unknown_class_is_undecided_and_does_not_cut(example):
    book = rulebook(
        "small",
        "2022-01-01",
        """
        measure | kind           | day_1     | phase | days      | tests | up_to
        contact | exposed        | day_after | light | 5         |       |
        case    | case/confirmed | same_day  | heavy | discharge |       |
        """,
    )
    example(
        [book],
        """
        event | person | kind    | occurred_on
        e1    | p1     | exposed | 2022-01-10
        e2    | p2     | exposed | 2022-01-10

        case | person | confirmed_on | classification | discharged_on
        c1   | p1     | 2022-01-12   | asymptomatic   | 2022-01-14
        c2   | p2     | 2022-01-12   | confirmed      | 2022-01-14
        """,
        on="2022-01-13",
        measures="""
        person | measure   | restriction | from           | until              | because
        p1     | contact   | light       | 2022-01-10 + 1 | 2022-01-10 + 5     | e1
        p1     | undecided |             | 2022-01-12     | 2022-01-13     | c1
        p2     | contact   | light       | 2022-01-10 + 1 | 2022-01-11         | e2
        p2     | case      | heavy       | 2022-01-12     | 2022-01-13         | c2
        """,
        status="""
        person | measure | because
        p1     | contact | e1
        p2     | case    | c2
        """,
        undecided="""
        fact | person | kind                    | occurred_on
        c1   | p1     | case/asymptomatic/local | 2022-01-12
        """,
    )


def test_a_class_that_only_one_rulebook_of_the_chain_knows_cuts_under_all(example):
    old = rulebook(
        "old",
        "2022-01-01",
        """
        measure | kind    | day_1    | phase | days | tests | up_to
        contact | exposed | same_day | light | 5    |       |
        """,
    )
    new = rulebook(
        "new",
        "2022-02-01",
        """
        measure | kind           | day_1    | phase | days      | tests | up_to
        case    | case/confirmed | same_day | heavy | discharge |       |
        """,
        replaces=old,
    )
    example(
        [old, new],
        """
        event | person | kind    | occurred_on
        e1    | p1     | exposed | 2022-01-10

        case | person | confirmed_on | discharged_on
        c1   | p1     | 2022-01-12   | 2022-01-20
        """,
        measures="""
        person | rulebook | measure   | from       | until              | because
        p1     | old      | contact   | 2022-01-10 | 2022-01-11         | e1
        p1     | old      | undecided | 2022-01-12 | 2022-01-12 + 4 | c1
        """,
    )
    older = rulebook(
        "older",
        "2021-01-01",
        """
        measure | kind              | day_1    | phase | days      | tests | up_to
        case    | case/asymptomatic | same_day | heavy | discharge |       |
        """,
    )
    newer = old.model_copy(update={"replaces": "older", "transition": new.transition})
    example(
        [older, newer],
        """
        event | person | kind    | occurred_on
        e1    | p1     | exposed | 2022-01-10

        case | person | classification | confirmed_on | discharged_on
        c1   | p1     | asymptomatic   | 2022-01-12   | 2022-01-13
        """,
        measures="""
        person | rulebook | measure   | from       | until      | because
        p1     | old      | contact   | 2022-01-10 | 2022-01-11 | e1
        p1     | old      | undecided | 2022-01-12 | 2022-01-12 | c1
        """,
    )


def test_a_measure_until_discharge_is_not_of_a_fixed_length(example):
    book = rulebook(
        "small",
        "2022-01-01",
        """
        measure | kind           | day_1    | phase | days      | tests | up_to
        contact | exposed        | same_day | light | 2         |       |
        contact |                |          | heavy | 2         |       |
        case    | case/confirmed | same_day | heavy | 9         |       |
        case    |                |          | light | discharge |       |
        """,
    )
    example(
        [book],
        """
        event | person | kind    | occurred_on
        e1    | p1     | unheard | 2022-01-10
        """,
        measures="""
        person | measure   | from       | until
        p1     | undecided | 2022-01-10 | 2022-01-10 + 3
        """,
    )


def test_a_case_of_a_known_class_cuts_even_where_nothing_is_asked_of_it(example):
    book = rulebook(
        "small",
        "2022-01-01",
        """
        measure | kind              | day_1    | phase | days      | tests | up_to
        contact | exposed           | same_day | light | 5         |       |
        case    | case/confirmed    | same_day | heavy | discharge |       |
        silent  | case/asymptomatic | same_day |       |           |       |
        """,
    )
    example(
        [book],
        """
        event | person | kind    | occurred_on
        e1    | p1     | exposed | 2022-01-10

        case | person | classification | confirmed_on
        c1   | p1     | asymptomatic   | 2022-01-12
        """,
        measures="""
        person | measure | from       | until          | because
        p1     | contact | 2022-01-10 | 2022-01-11     | e1
        """,
        undecided="none",
    )


def test_without_a_measure_of_a_fixed_length_an_undecided_fact_binds_one_day(example):
    book = rulebook(
        "small",
        "2022-01-01",
        """
        measure | kind           | day_1    | phase | days      | tests | up_to
        case    | case/confirmed | same_day | heavy | discharge |       |
        """,
    )
    example(
        [book],
        """
        event | person | kind    | occurred_on
        e1    | p1     | exposed | 2022-01-10
        """,
        measures="""
        person | measure   | from       | until
        p1     | undecided | 2022-01-10 | 2022-01-10
        """,
        undecided="""
        fact | person | kind    | occurred_on
        e1   | p1     | exposed | 2022-01-10
        """,
    )


def test_an_order_of_an_unknown_restriction_is_undecided_and_not_an_excess(example):
    example(
        TWENTY,
        """
        order | person | restriction | from       | until
        o1    | p1     | lockdown    | 2022-11-15 | 2022-11-20
        """,
        excesses="none",
        undecided="""
        fact | person | kind     | occurred_on
        o1   | p1     | lockdown | 2022-11-15
        """,
    )
