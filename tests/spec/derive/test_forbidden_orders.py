"""Orders that no authority may give (rule 26)."""

from example import written

# `heavy` is a restriction that no phase asks for; `seal` is no restriction at all.
TEXT = """
contact:
  triggers: [{event: met}]
  phases: [{restriction: light, up_to: UP_TO, days: 5}]
"""
BOOK = written(TEXT.replace("UP_TO", "middle"), forbidden="heavy seal", ceiling="small ceiling")
MET = """
        event | person | kind | occurred_on
        e1    | p1     | met  | 2022-01-10
        """


def order(restriction, start, until="", person="p1"):
    return f"""
        order | person   | restriction   | from    | until
        o1    | {person} | {restriction} | {start} | {until}
        """


def test_an_order_of_a_forbidden_word_is_forbidden_on_every_day(example):
    example(
        [BOOK],
        MET + order("heavy", "2022-01-08", "2022-01-16"),
        excesses="""
        order | person | from       | until      | days | kind      | clause
        o1    | p1     | 2022-01-08 | 2022-01-16 | 9    | forbidden | small no heavy
        """,
        undecided="none",
    )
    example(
        [BOOK],
        order("heavy", "2022-01-08", "2022-01-08", person="p2"),
        excesses="order | person | from | days | kind\no1 | p2 | 2022-01-08 | 1 | forbidden",
    )


def test_a_word_that_is_no_restriction_is_judged_where_it_is_forbidden(example):
    example(
        [BOOK],
        MET + order("seal", "2022-01-08"),
        excesses="""
        order | person | from       | until | days | kind      | clause
        o1    | p1     | 2022-01-08 |       |      | forbidden | small no seal
        """,
        undecided="none",
    )
    example(
        [BOOK],
        MET + order("lock", "2022-01-08"),
        excesses="none",
        undecided="fact | kind | occurred_on\no1 | lock | 2022-01-08",
    )


def test_other_words_are_judged_as_before(example):
    example(
        [BOOK],
        MET + order("middle", "2022-01-09", "2022-01-15"),
        excesses="""
        from       | until      | kind    | clause
        2022-01-09 | 2022-01-09 | earlier | small contact
        2022-01-15 | 2022-01-15 | longer  | small contact
        """,
    )
    example([BOOK], order("middle", "2022-01-09", "2022-01-09"), excesses="kind | clause\nno_rule | small ceiling")


def test_days_before_the_first_rulebook_are_not_judged(example):
    example(
        [BOOK], order("seal", "2021-12-30", "2022-01-02"), excesses="from | until | days\n2022-01-01 | 2022-01-02 | 2"
    )
    example([BOOK], order("seal", "2021-12-30", "2021-12-31"), excesses="none", undecided="none")


def test_each_day_by_the_rulebook_in_force_on_it(example):
    # Until 11 January nothing is forbidden, from 12 to 13 `heavy` is, then nothing again.
    text = TEXT.replace(", up_to: UP_TO", "")
    first = written(text, "first")
    second = written(text, "second", "2022-01-12", replaces=first, forbidden="heavy seal")
    third = written(text, "third", "2022-01-14", replaces=second)
    example(
        [first, second, third],
        MET + order("heavy", "2022-01-09", "2022-01-16"),
        excesses="""
        from       | until      | days | kind      | clause
        2022-01-09 | 2022-01-09 | 1    | earlier   | first contact
        2022-01-10 | 2022-01-11 | 2    | stricter  | first contact
        2022-01-12 | 2022-01-13 | 2    | forbidden | second no heavy
        2022-01-14 | 2022-01-14 | 1    | stricter  | third contact
        2022-01-15 | 2022-01-16 | 2    | longer    | third contact
        """,
    )
    example(
        [first, second, third],
        MET + order("seal", "2022-01-09"),
        excesses="from | until | days | kind | clause\n2022-01-12 | 2022-01-13 | 2 | forbidden | second no seal",
        undecided="none",
    )
    example([first, second, third], order("seal", "2022-01-14"), excesses="none", undecided="none")
    example([first], order("seal", "2022-01-09"), excesses="none", undecided="fact\no1")


def test_two_rulebooks_that_forbid_one_after_the_other_give_one_row_with_the_last_clause(example):
    first = written(TEXT.replace("UP_TO", "middle"), "first", forbidden="heavy seal")
    second = written(TEXT.replace("UP_TO", "middle"), "second", "2022-01-12", replaces=first, forbidden="seal heavy")
    for word in ("heavy", "seal"):
        example(
            [first, second],
            MET + order(word, "2022-01-09", "2022-01-12"),
            excesses=f"from | until | clause\n2022-01-09 | 2022-01-12 | second no {word}",
        )
        example(
            [first, second],
            MET + order(word, "2022-01-09", "2022-01-11"),
            excesses=f"from | until | clause\n2022-01-09 | 2022-01-11 | first no {word}",
        )


def test_a_day_that_something_covers_is_not_forbidden(example):
    # Under `keep` the older rulebook still asks for `heavy` after the newer one forbids it.
    first = written(TEXT.replace("light, up_to: UP_TO", "heavy"), "first")
    second = written(
        TEXT.replace("UP_TO", "middle"), "second", "2022-01-12", replaces=first, transition="keep", forbidden="heavy"
    )
    example(
        [first, second],
        MET + order("heavy", "2022-01-09", "2022-01-16"),
        excesses="""
        from       | until      | days | kind      | clause
        2022-01-09 | 2022-01-09 | 1    | earlier   | first contact
        2022-01-15 | 2022-01-16 | 2    | forbidden | second no heavy
        """,
    )


def test_forbidden_days_between_others_divide_them(example):
    # `middle` is covered on 10 to 12 by the older rulebook; 13 to 14 are bound by `light` and stricter.
    first = written(TEXT.replace("UP_TO", "middle"), "first")
    second = written(TEXT.replace(", up_to: UP_TO", ""), "second", "2022-01-13", replaces=first, forbidden="middle")
    third = written(TEXT.replace(", up_to: UP_TO", ""), "third", "2022-01-16", replaces=second)
    example(
        [first, second, third],
        MET + order("middle", "2022-01-10", "2022-01-17"),
        excesses="""
        from       | until      | days | kind      | clause
        2022-01-13 | 2022-01-15 | 3    | forbidden | second no middle
        2022-01-16 | 2022-01-17 | 2    | longer    | second contact
        """,
    )
