"""What a new rulebook does to facts from before it: rederive, keep, new_only_from; and chains of three."""

from example import rulebook

OLD = rulebook(
    "old",
    "2022-01-01",
    """
    measure | kind       | day_1    | phase | days | tests | up_to
    contact | exposed    | same_day | heavy | 10   | 1 5   |
    visit   | visited    | same_day | light | 4    |       |
    nothing | passed_by  | same_day |       |      |       |
    """,
)
SHORT = """
    measure | kind       | day_1    | phase | days | tests | up_to
    contact | exposed    | same_day | heavy | 4    | 1 4   |
    contact |            |          | light | 2    | 2     |
    """
LONG = """
    measure | kind       | day_1    | phase | days | tests | up_to
    contact | exposed    | same_day | heavy | 8    |       |
    contact |            |          | light | 7    |       |
    passing | passed_by  | same_day | light | 9    |       |
    news    | met        | same_day | light | 9    |       |
    """


def replace(older, name, effective, table, **how):
    return rulebook(name, effective, table, replaces=older, **how)


def test_rederive_counts_the_days_served(example):
    example(
        [OLD, replace(OLD, "new", "2022-01-20", SHORT)],
        """
        event | person | kind    | occurred_on
        e15   | p15    | exposed | 2022-01-15
        e16   | p16    | exposed | 2022-01-16
        e19   | p19    | exposed | 2022-01-19
        e20   | p20    | exposed | 2022-01-20
        """,
        on="2022-01-20",
        measures="""
        person | rulebook | restriction | from           | until
        p15    | old      | heavy       | 2022-01-15     | 2022-01-19
        p15    | new      | light       | 2022-01-15 + 4 | 2022-01-15 + 3 + 2
        p16    | old      | heavy       | 2022-01-16     | 2022-01-19
        p16    | new      | light       | 2022-01-16 + 4 | 2022-01-16 + 3 + 2
        p19    | old      | heavy       | 2022-01-19     | 2022-01-19
        p19    | new      | heavy       | 2022-01-19     | 2022-01-19 + 3
        p19    | new      | light       | 2022-01-19 + 4 | 2022-01-19 + 3 + 2
        p20    | new      | heavy       | 2022-01-20     | 2022-01-20 + 3
        p20    | new      | light       | 2022-01-20 + 4 | 2022-01-20 + 3 + 2
        """,
        tests_due="""
        person | measure | phase | phase_day
        p15    | contact | light | 2
        p20    | contact | heavy | 1
        """,
    )


def test_rederive_never_holds_longer_than_the_old_rulebook(example):
    # Old: 10 days. New: 8 + 7, of which 8 + 2 for whoever was exposed before, and all for whoever came later.
    example(
        [OLD, replace(OLD, "new", "2022-01-20", LONG)],
        """
        event | person | kind      | occurred_on
        e19   | p19    | exposed   | 2022-01-19
        e20   | p20    | exposed   | 2022-01-20
        e10   | p10    | exposed   | 2022-01-10
        e11   | p11    | exposed   | 2022-01-11
        """,
        measures="""
        person | rulebook | restriction | from           | until
        p19    | old      | heavy       | 2022-01-19     | 2022-01-19
        p19    | new      | heavy       | 2022-01-19     | 2022-01-19 + 7
        p19    | new      | light       | 2022-01-19 + 8 | 2022-01-19 + 9
        p20    | new      | heavy       | 2022-01-20     | 2022-01-20 + 7
        p20    | new      | light       | 2022-01-20 + 8 | 2022-01-20 + 7 + 7
        p10    | old      | heavy       | 2022-01-10     | 2022-01-10 + 9
        p11    | old      | heavy       | 2022-01-11     | 2022-01-19
        p11    | new      | light       | 2022-01-11 + 8 | 2022-01-11 + 9
        """,
    )


def test_rederive_does_not_cap_a_case(example):
    old = rulebook(
        "old",
        "2022-01-01",
        """
        measure | kind           | day_1    | phase | days | tests | up_to
        case    | case/confirmed | same_day | heavy | 3    |       |
        """,
    )
    new = rulebook(
        "new",
        "2022-01-20",
        """
        measure | kind                             | day_1    | phase | days | tests | up_to
        case    | case/confirmed case/asymptomatic | same_day | heavy | 7    |       |
        """,
        replaces=old,
    )
    example(
        [old, new],
        """
        case | person | classification | confirmed_on
        c1   | p1     | confirmed      | 2022-01-15
        c2   | p2     | asymptomatic   | 2022-01-18
        """,
        measures="""
        person | rulebook | measure   | restriction | from       | until
        p1     | old      | case      | heavy       | 2022-01-15 | 2022-01-15 + 2
        p1     | new      | case      | heavy       | 2022-01-15 | 2022-01-15 + 6
        p2     | old      | undecided |             | 2022-01-18 | 2022-01-19
        p2     | new      | case      | heavy       | 2022-01-18 | 2022-01-18 + 6
        """,
    )


def test_rederive_asks_nothing_for_older_facts_that_the_old_rulebook_left_alone(example):
    example(
        [OLD, replace(OLD, "new", "2022-01-20", LONG)],
        """
        event | person | kind      | occurred_on
        e1    | p1     | passed_by | 2022-01-19
        e2    | p2     | passed_by | 2022-01-20
        e3    | p3     | met       | 2022-01-19
        e4    | p4     | met       | 2022-01-20
        """,
        measures="""
        person | rulebook | measure   | restriction | from       | until
        p2     | new      | passing   | light       | 2022-01-20 | 2022-01-20 + 8
        p3     | old      | undecided |             | 2022-01-19 | 2022-01-19
        p4     | new      | news      | light       | 2022-01-20 | 2022-01-20 + 8
        """,
        undecided="""
        fact | person
        e3   | p3
        """,
    )


def test_keep_leaves_older_facts_under_the_old_rulebook_to_their_end(example):
    example(
        [OLD, replace(OLD, "new", "2022-01-20", SHORT, transition="keep")],
        """
        event | person | kind    | occurred_on
        e19   | p19    | exposed | 2022-01-19
        e20   | p20    | exposed | 2022-01-20
        """,
        on="2022-01-23",
        measures="""
        person | rulebook | restriction | from           | until
        p19    | old      | heavy       | 2022-01-19     | 2022-01-19 + 9
        p20    | new      | heavy       | 2022-01-20     | 2022-01-20 + 3
        p20    | new      | light       | 2022-01-20 + 4 | 2022-01-20 + 3 + 2
        """,
        status="""
        person | rulebook | phase_day | clause
        p19    | old      | 5         | old contact
        p20    | new      | 4         | new contact
        """,
        tests_due="""
        person | phase_day | clause
        p19    | 5         | old contact
        p20    | 4         | new contact
        """,
    )


def test_keep_keeps_a_case_under_the_old_rulebook(example):
    cases = """
    measure | kind           | day_1    | phase | days      | tests | up_to
    case    | case/confirmed | same_day | heavy | discharge |       |
    """
    old = rulebook("old", "2022-01-01", cases)
    example(
        [old, rulebook("new", "2022-01-20", cases, replaces=old, transition="keep")],
        """
        case | person | confirmed_on
        c1   | p1     | 2022-01-19
        c2   | p2     | 2022-01-20
        """,
        measures="""
        person | rulebook | from       | until
        p1     | old      | 2022-01-19 |
        p2     | new      | 2022-01-20 |
        """,
    )


def test_new_only_from_a_date_before_the_effective_date(example):
    example(
        [OLD, replace(OLD, "new", "2022-01-20", SHORT, transition="new_only_from", since="2022-01-18")],
        """
        event | person | kind    | occurred_on
        e17   | p17    | exposed | 2022-01-17
        e18   | p18    | exposed | 2022-01-18
        e20   | p20    | exposed | 2022-01-20
        """,
        measures="""
        person | rulebook | restriction | from           | until
        p17    | old      | heavy       | 2022-01-17     | 2022-01-17 + 9
        p18    | old      | heavy       | 2022-01-18     | 2022-01-19
        p18    | new      | heavy       | 2022-01-18     | 2022-01-18 + 3
        p18    | new      | light       | 2022-01-18 + 4 | 2022-01-18 + 3 + 2
        p20    | new      | heavy       | 2022-01-20     | 2022-01-20 + 3
        p20    | new      | light       | 2022-01-20 + 4 | 2022-01-20 + 3 + 2
        """,
    )


def test_new_only_from_has_no_cap(example):
    example(
        [OLD, replace(OLD, "new", "2022-01-20", LONG, transition="new_only_from", since="2022-01-18")],
        """
        event | person | kind      | occurred_on
        e18   | p18    | exposed   | 2022-01-18
        e19   | p19    | passed_by | 2022-01-19
        """,
        measures="""
        person | rulebook | restriction | from           | until
        p18    | old      | heavy       | 2022-01-18     | 2022-01-19
        p18    | new      | heavy       | 2022-01-18     | 2022-01-18 + 7
        p18    | new      | light       | 2022-01-18 + 8 | 2022-01-18 + 7 + 7
        p19    | new      | light       | 2022-01-19     | 2022-01-19 + 8
        """,
    )


def test_new_only_from_a_date_after_the_effective_date(example):
    example(
        [OLD, replace(OLD, "new", "2022-01-20", SHORT, transition="new_only_from", since="2022-01-22")],
        """
        event | person | kind    | occurred_on
        e21   | p21    | exposed | 2022-01-21
        e22   | p22    | exposed | 2022-01-22
        """,
        measures="""
        person | rulebook | restriction | from           | until
        p21    | old      | heavy       | 2022-01-21     | 2022-01-21 + 9
        p22    | new      | heavy       | 2022-01-22     | 2022-01-22 + 3
        p22    | new      | light       | 2022-01-22 + 4 | 2022-01-22 + 3 + 2
        """,
    )


def test_caps_add_up_along_a_chain_of_rederivations(example):
    # 6 days, then 8, then 20: whoever was exposed under the first is never held beyond the sixth day.
    def days(count):
        return f"""
        measure | kind    | day_1    | phase | days    | tests | up_to
        contact | exposed | same_day | heavy | {count} |       |
        """

    one = rulebook("one", "2022-01-01", days(6))
    two = rulebook("two", "2022-01-10", days(8), replaces=one)
    three = rulebook("three", "2022-01-12", days(20), replaces=two)
    example(
        [one, two, three],
        """
        event | person | kind    | occurred_on
        e09   | p09    | exposed | 2022-01-09
        e10   | p10    | exposed | 2022-01-10
        e11   | p11    | exposed | 2022-01-11
        e12   | p12    | exposed | 2022-01-12
        """,
        measures="""
        person | rulebook | from       | until
        p09    | one      | 2022-01-09 | 2022-01-09
        p09    | two      | 2022-01-09 | 2022-01-11
        p09    | three    | 2022-01-09 | 2022-01-09 + 5
        p10    | two      | 2022-01-10 | 2022-01-11
        p10    | three    | 2022-01-10 | 2022-01-10 + 7
        p11    | two      | 2022-01-11 | 2022-01-11
        p11    | three    | 2022-01-11 | 2022-01-11 + 7
        p12    | three    | 2022-01-12 | 2022-01-12 + 19
        """,
    )


def test_rederive_after_keep_is_capped_by_the_rulebook_that_was_kept(example):
    def days(count):
        return f"""
        measure | kind    | day_1    | phase | days    | tests | up_to
        contact | exposed | same_day | heavy | {count} |       |
        """

    one = rulebook("one", "2022-01-01", days(9))
    two = rulebook("two", "2022-01-10", days(4), replaces=one, transition="keep")
    three = rulebook("three", "2022-01-12", days(7), replaces=two)
    four = rulebook("four", "2022-01-14", days(20), replaces=three)
    example(
        [one, two, three, four],
        """
        event | person | kind    | occurred_on
        e09   | p09    | exposed | 2022-01-09
        e10   | p10    | exposed | 2022-01-10
        """,
        measures="""
        person | rulebook | from       | until
        p09    | one      | 2022-01-09 | 2022-01-11
        p09    | three    | 2022-01-09 | 2022-01-13
        p09    | four     | 2022-01-09 | 2022-01-09 + 6
        p10    | two      | 2022-01-10 | 2022-01-11
        p10    | three    | 2022-01-10 | 2022-01-13
        """,
    )


def test_weights_are_one_order_over_the_chain(example):
    # `middle` is known only to the new rulebook, between light and heavy of the old.
    old = rulebook(
        "old",
        "2022-01-01",
        """
        measure | kind    | day_1    | phase | days | tests | up_to
        contact | exposed | same_day | heavy | 9    |       |
        visit   | visited | same_day | light | 9    |       |
        """,
        restrictions="light heavy",
    )
    new = rulebook(
        "new",
        "2022-01-10",
        """
        measure | kind    | day_1    | phase  | days | tests | up_to
        contact | exposed | same_day | middle | 9    |       |
        visit   | visited | same_day | middle | 9    |       |
        """,
        replaces=old,
        restrictions="light middle heavy",
        transition="keep",
    )
    example(
        [old, new],
        """
        event | person | kind    | occurred_on
        e1    | p1     | exposed | 2022-01-09
        e2    | p1     | visited | 2022-01-10
        e3    | p2     | visited | 2022-01-09
        e4    | p2     | exposed | 2022-01-10
        """,
        on="2022-01-12",
        status="""
        person | rulebook | restriction | because
        p1     | old      | heavy       | e1
        p2     | new      | middle      | e4
        """,
    )
