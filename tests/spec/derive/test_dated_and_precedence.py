"""Triggers that hold for some dates, kinds that a rulebook only looks for, and which of two measures takes a fact
(rules 20, 21)."""

from example import written

DATED = written("""
early:
  triggers: [{event: met, before: 2022-01-10}]
  phases: [{restriction: light, days: 2}]
late:
  triggers: [{event: met, from: 2022-01-12, day_1: day_after}]
  phases: [{restriction: heavy, days: 3}]
""")


def test_a_trigger_holds_from_its_first_date_to_the_day_before_the_other(example):
    example(
        [DATED],
        """
        event | person | kind | occurred_on
        e1    | p1     | met  | 2022-01-09
        e2    | p2     | met  | 2022-01-12
        e3    | p3     | met  | 2022-01-13
        """,
        measures="""
        person | measure | from       | until
        p1     | early   | 2022-01-09 | 2022-01-10
        p2     | late    | 2022-01-13 | 2022-01-15
        p3     | late    | 2022-01-14 | 2022-01-16
        """,
        undecided="none",
    )


def test_an_event_that_no_trigger_catches_on_its_date_is_undecided(example):
    example(
        [DATED],
        """
        event | person | kind | occurred_on
        e1    | p1     | met  | 2022-01-10
        e2    | p2     | met  | 2022-01-11
        """,
        measures="""
        person | measure   | restriction | from       | until
        p1     | undecided |             | 2022-01-10 | 2022-01-12
        p2     | undecided |             | 2022-01-11 | 2022-01-13
        """,
        undecided="fact | kind | occurred_on\ne1 | met | 2022-01-10\ne2 | met | 2022-01-11",
    )


def test_the_dates_of_cases_and_tests_are_those_of_confirmation_and_sampling(example):
    book = written("""
    case:
      triggers: [{case: [confirmed], from: 2022-01-10, before: 2022-01-12}]
      phases: [{restriction: heavy, days: 2}]
    found:
      triggers: [{test: {result: [positive]}, from: 2022-01-10, before: 2022-01-12}]
      phases: [{restriction: light, days: 4}]
    """)
    example(
        [book],
        """
        case | person | confirmed_on
        c1   | p1     | 2022-01-09
        c2   | p2     | 2022-01-10
        c3   | p3     | 2022-01-11
        c4   | p4     | 2022-01-12

        test | person | sampled_on | result
        t5   | p5     | 2022-01-09 | positive
        t6   | p6     | 2022-01-10 | positive
        t7   | p7     | 2022-01-11 | positive
        t8   | p8     | 2022-01-12 | positive
        """,
        measures="""
        person | measure   | from       | until
        p1     | undecided | 2022-01-09 | 2022-01-12
        p2     | case      | 2022-01-10 | 2022-01-11
        p3     | case      | 2022-01-11 | 2022-01-12
        p4     | undecided | 2022-01-12 | 2022-01-15
        p6     | found     | 2022-01-10 | 2022-01-13
        p7     | found     | 2022-01-11 | 2022-01-14
        """,
        undecided="fact | kind\nc1 | case/confirmed/local\nc4 | case/confirmed/local",
    )


def test_a_case_of_another_origin_is_undecided(example):
    book = written("""
    case:
      triggers: [{case: [confirmed, asymptomatic], origin: [imported]}]
      phases: [{restriction: heavy, days: 2}]
    """)
    example(
        [book],
        """
        case | person | confirmed_on | classification | origin
        c1   | p1     | 2022-01-10   | confirmed      | imported
        c2   | p2     | 2022-01-10   | asymptomatic   | imported
        c3   | p3     | 2022-01-10   | confirmed      | local
        """,
        measures="person | measure\np1 | case\np2 | case\np3 | undecided",
        undecided="fact | kind\nc3 | case/confirmed/local",
    )


def test_a_case_of_an_origin_that_no_rulebook_names_does_not_cut(example):
    book = written("""
    case:
      triggers: [{case: [confirmed], origin: [imported]}]
      phases: [{restriction: heavy, until: discharge}]
    contact:
      triggers: [{event: met}]
      phases: [{restriction: light, days: 5}]
    """)
    example(
        [book],
        """
        event | person | kind | occurred_on
        e1    | p1     | met  | 2022-01-10
        e2    | p2     | met  | 2022-01-10

        case | person | confirmed_on | origin
        c1   | p1     | 2022-01-12   | imported
        c2   | p2     | 2022-01-12   | local
        """,
        measures="""
        person | measure   | from       | until
        p1     | contact   | 2022-01-10 | 2022-01-11
        p1     | case      | 2022-01-12 |
        p2     | contact   | 2022-01-10 | 2022-01-14
        p2     | undecided | 2022-01-12 | 2022-01-16
        """,
    )


def test_a_kind_that_the_rulebook_looks_for_is_known_and_asks_nothing(example):
    book = written("""
    contact:
      counted_from: {event: in_bubble, within_days: 3}
      triggers: [{event: met}]
      phases: [{restriction: light, days: 5, release: [{event: let_out}]}]
    abroad:
      triggers: [{test: {result: [positive]}, following: {event: arrived, within_days: 3}}]
      phases: [{restriction: heavy, days: 5}]
    """)
    example(
        [book],
        """
        event | person | kind      | occurred_on
        e1    | p1     | in_bubble | 2022-01-10
        e2    | p1     | let_out   | 2022-01-10
        e3    | p1     | arrived   | 2022-01-10
        e4    | p1     | left      | 2022-01-10
        """,
        measures="measure | because\nundecided | e4",
        undecided="fact\ne4",
    )


def test_a_kind_that_only_the_older_rulebook_looks_for_is_undecided_under_the_newer(example):
    text = """
    contact:
      triggers: [{event: met}]
      phases: [{restriction: light, days: 5, release: [{event: let_out}]}]
    """
    old = written(text, "old")
    new = written(text.replace(", release: [{event: let_out}]", ""), "new", "2022-01-12", replaces=old)
    example(
        [old, new],
        """
        event | person | kind    | occurred_on
        e1    | p1     | let_out | 2022-01-10
        """,
        measures="rulebook | measure | from | until\nnew | undecided | 2022-01-10 | 2022-01-14",
    )


PRECEDENCE = written("""
contact:
  triggers: [{event: met}, {event: seen}]
  phases: [{restriction: light, days: 5}]
careful:
  takes_from: [contact]
  triggers: [{event: met, from: 2022-01-10, before: 2022-01-12}, {event: touched}]
  phases: [{restriction: heavy, days: 3}]
""")


def test_the_measure_that_takes_from_another_takes_what_both_catch(example):
    example(
        [PRECEDENCE],
        """
        event | person | kind    | occurred_on
        e1    | p1     | met     | 2022-01-09
        e2    | p2     | met     | 2022-01-10
        e3    | p3     | met     | 2022-01-11
        e4    | p4     | met     | 2022-01-12
        e5    | p5     | seen    | 2022-01-10
        e6    | p6     | touched | 2022-01-10
        """,
        measures="""
        person | measure | clause        | because
        p1     | contact | small contact | e1
        p2     | careful | small careful | e2
        p3     | careful | small careful | e3
        p4     | contact | small contact | e4
        p5     | contact | small contact | e5
        p6     | careful | small careful | e6
        """,
    )


def test_of_tests_likewise_each_by_what_it_is(example):
    book = written("""
    any:
      triggers: [{test: {result: [positive]}}]
      phases: [{restriction: light, days: 5}]
    abroad:
      takes_from: [any]
      triggers: [{test: {result: [positive]}, following: {event: arrived, within_days: 3}}]
      phases: [{restriction: middle, days: 3}]
    strong:
      takes_from: [any, abroad]
      triggers: [{test: {ct: {below: 30}}}]
      phases: [{restriction: heavy, days: 3}]
    """)
    example(
        [book],
        """
        event | person | kind    | occurred_on
        e2    | p2     | arrived | 2022-01-09
        e3    | p3     | arrived | 2022-01-09
        e4    | p4     | arrived | 2022-01-06

        test | person | sampled_on | result   | ct
        t1   | p1     | 2022-01-10 | positive | 3000
        t2   | p2     | 2022-01-10 | positive | 3000
        t3   | p3     | 2022-01-10 | positive | 2999
        t4   | p4     | 2022-01-10 | positive |
        t5   | p5     | 2022-01-10 | negative | 2999
        """,
        measures="person | measure\np1 | any\np2 | abroad\np3 | strong\np4 | any\np5 | strong",
    )
