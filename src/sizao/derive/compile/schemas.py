"""The small tables that a chain compiles to."""

from __future__ import annotations

import datetime as dt

import pyarrow as pa

EPOCH = dt.date(1970, 1, 1)
DAY_MIN = -719162  # 0001-01-01
DAY_MAX = 2932896  # 9999-12-31; as an end: without end
ENDLESS = 3_000_000  # an offset that leads past DAY_MAX from any date in use

RUNS = pa.schema(
    [
        ("run", pa.int32()),  # key of a row
        ("kind", pa.string()),  # of the fact
        ("since_day", pa.int32()),  # for facts that occurred from this day ...
        ("before_day", pa.int32()),  # ... to the day before this one
        ("rulebook", pa.string()),
        ("rulebook_no", pa.int32()),  # its place in the chain
        ("bind_from", pa.int32()),  # days on which this rulebook governs such a fact
        ("bind_to", pa.int32()),
        ("measure", pa.string()),
        ("phase", pa.string()),
        ("restriction", pa.string()),
        ("weight", pa.int32()),  # of the restriction, 1 the lightest; 0 for undecided
        ("ceiling", pa.int32()),  # weight of the heaviest restriction that an order may impose here
        ("place", pa.int32()),  # order of measure and phase by name, to break ties
        ("from_off", pa.int32()),  # days from the fact to the phase's first and last day
        ("until_off", pa.int32()),
        ("clause", pa.string()),
        ("wide", pa.int32()),  # 1: tests or other facts move its days; wide.sql works them out
        ("from_moves", pa.int32()),  # 1: moves by the days that an earlier phase's release saved
        ("until_moves", pa.int32()),
    ]
)
TEST_DAYS = pa.schema([("run", pa.int32()), ("measure_no", pa.int32()), ("phase_day", pa.int32())])
ERAS = pa.schema(
    [
        ("rulebook", pa.string()),
        ("era_from", pa.int32()),  # days on which it is in force
        ("era_to", pa.int32()),
        ("tests_at_most", pa.int32()),  # null: no limit
        ("samples_at_most", pa.int32()),  # the same, where a test is a row of the table tests
        ("tests_clause", pa.string()),
        ("ceiling_clause", pa.string()),
    ]
)
CASE_KINDS = pa.schema([("kind", pa.string())])  # classes of case that a rulebook of the chain knows
WEIGHTS = pa.schema(  # `banned`: 1 where some rulebook of the chain forbids the word
    [("restriction", pa.string()), ("weight", pa.int32()), ("banned", pa.int32()), ("title", pa.string())]
)
FORBIDDEN = 1_000_000  # weight of a word that is only forbidden: heavier than anything that a rule asks for
BANS = pa.schema([("word", pa.string()), ("ban_from", pa.int32()), ("ban_to", pa.int32()), ("clause", pa.string())])
WORD_SPANS = pa.schema(  # of banned words: days on which orders are judged, divided by whether they are forbidden
    [("word", pa.string()), ("banned", pa.int32()), ("span_from", pa.int32()), ("span_to", pa.int32())]
)

WIDE_KINDS = pa.schema([("kind", pa.string())])  # kinds of event and case whose runs are all wide
CAPS = pa.schema([("run", pa.int32()), ("older_no", pa.int32())])  # rulebooks whose last day a run may not pass
CREDITS = pa.schema(
    [
        ("kind", pa.string()),
        ("since_day", pa.int32()),
        ("before_day", pa.int32()),
        ("rulebook_no", pa.int32()),
        ("credit_event", pa.string()),
        ("credit_days", pa.int32()),
    ]
)
MATCH = [  # how a test is matched; null: anything. A list of words is as many rows.
    ("result", pa.string()),
    ("method", pa.string()),
    ("ct_from", pa.int32()),  # Ct x 100
    ("ct_below", pa.int32()),
]
TEST_RULES = pa.schema(
    [
        ("kind", pa.string()),
        ("rulebook_no", pa.int32()),
        ("measure_no", pa.int32()),  # within the rulebook
        ("since_day", pa.int32()),
        ("before_day", pa.int32()),
        *MATCH,
        ("following", pa.string()),  # null: no earlier event is asked for
        ("least_days", pa.int32()),
        ("most_days", pa.int32()),
    ]
)
TAKES = pa.schema([("rulebook_no", pa.int32()), ("measure_no", pa.int32()), ("loser_no", pa.int32())])
FOLLOW_UPS = pa.schema(  # facts of a kind that have a follow-up test
    [
        ("kind", pa.string()),
        ("rulebook_no", pa.int32()),
        ("measure_no", pa.int32()),
        ("since_day", pa.int32()),
        ("before_day", pa.int32()),
        ("least_days", pa.int32()),
        ("most_days", pa.int32()),
    ]
)
BRANCHES = pa.schema(
    [
        ("kind", pa.string()),
        ("rulebook_no", pa.int32()),
        ("measure_no", pa.int32()),
        ("branch_no", pa.int32()),
        *MATCH,
    ]
)
RELEASES = pa.schema(
    [
        ("path", pa.int32()),  # key of a row
        ("run", pa.int32()),
        ("event", pa.string()),  # the event that releases; null: tests do
        ("after_day", pa.int32()),  # phase days
        ("first_sample", pa.int32()),
        ("tests", pa.int32()),
        ("apart_days", pa.int32()),
        ("within_days", pa.int32()),  # ENDLESS: no matter how old
        ("negative", pa.int32()),  # 1: such a result counts
        ("positive", pa.int32()),
        ("ct_from", pa.int32()),  # such a Ct counts; ENDLESS: none does
        ("any_method", pa.int32()),
    ]
)
RELEASE_METHODS = pa.schema([("path", pa.int32()), ("method", pa.string())])


def day_number(date: dt.date) -> int:
    """Days since 1970-01-01."""
    return (date - EPOCH).days
