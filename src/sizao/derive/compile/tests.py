"""Tests as facts, follow-up tests and ways out: the tables that wide.sql joins with the samples."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from sizao.derive.compile.runs import Rule, Runs
from sizao.derive.compile.schemas import DAY_MAX, DAY_MIN, ENDLESS, day_number
from sizao.policy import Rulebook, Trigger
from sizao.policy.persons import Measure, Release, TestMatch

Row = dict[str, object]


def test_kind(n: int, measure_id: str, offset: int) -> str:
    """The kind of the tests that start a measure under a rulebook: each rulebook looks at a test itself."""
    return f"test/{n}/{measure_id}/{offset}"


def add_test_runs(runs: Runs) -> None:
    """Adds what tests start to the runs."""
    for n, book in enumerate(runs.chain):
        starts = {(m.id, t.offset) for m in book.measures for t in m.triggers if t.test is not None}
        starts |= {(b.starts, b.offset) for m in book.measures if m.follow_up for b in m.follow_up.then}
        for name, offset in sorted(starts):
            _add(runs, test_kind(n, name, offset), n, Rule(book.measure(name), offset))


def _add(runs: Runs, kind: str, n: int, rule: Rule) -> None:
    runs.add(kind, lambda _n, _on: rule, wide=True, own=n, is_test=True)


def list_test_rules(chain: Sequence[Rulebook]) -> Iterator[Row]:
    """Rows of `test_rules`: which tests a trigger catches."""
    for n, m, measure, trigger in _triggers(chain):
        if trigger.test is None:
            continue
        following = trigger.following
        for match in _matches(trigger.test):
            yield {
                "kind": test_kind(n, measure.id, trigger.offset),
                "rulebook_no": n,
                "measure_no": m,
                **_dates(trigger),
                **match,
                "following": following.event if following else None,
                "least_days": following.at_least_days if following else 0,
                "most_days": following.within_days if following else 0,
            }


def list_takes(chain: Sequence[Rulebook]) -> Iterator[Row]:
    """Rows of `takes`: a test that both catch goes to the one, not to the loser."""
    for n, book in enumerate(chain):
        numbers = {measure.id: m for m, measure in enumerate(book.measures)}
        for m, measure in enumerate(book.measures):
            for name in measure.takes_from:
                yield {"rulebook_no": n, "measure_no": m, "loser_no": numbers[name]}


def list_follow_ups(chain: Sequence[Rulebook]) -> Iterator[Row]:
    """Rows of `follow_ups`: the facts that have a follow-up test, and when it is."""
    for n, m, measure, trigger in _triggers(chain):
        if measure.follow_up is None:
            continue
        for kind in trigger.kinds or (test_kind(n, measure.id, trigger.offset),):
            yield {
                "kind": kind,
                "rulebook_no": n,
                "measure_no": m,
                **_dates(trigger),
                "least_days": measure.follow_up.apart_days,
                "most_days": measure.follow_up.within_days,
            }


def list_branches(chain: Sequence[Rulebook]) -> Iterator[Row]:
    """Rows of `branches`: what a follow-up test decides."""
    for n, book in enumerate(chain):
        for m, measure in enumerate(book.measures):
            for b, branch in enumerate(measure.follow_up.then if measure.follow_up else ()):
                for match in _matches(branch.test or TestMatch()):
                    kind = test_kind(n, branch.starts, branch.offset)
                    yield {"kind": kind, "rulebook_no": n, "measure_no": m, "branch_no": b, **match}


def list_releases(runs: Runs) -> tuple[list[Row], list[Row]]:
    """Rows of `releases` and of `release_methods`."""
    releases: list[Row] = []
    methods: list[Row] = []
    for run, (book, phase) in runs.phases.items():
        for way in phase.release:
            path = len(releases)
            releases.append({"path": path, "run": run, **_release(way, book)})
            methods += [{"path": path, "method": method} for method in way.method or ()]
    return releases, methods


def _release(way: Release, book: Rulebook) -> Row:
    thresholds = [way.ct_from, book.test.positive_ct_below if "negative" in way.result else None]
    counted = [round(ct * 100) for ct in thresholds if ct is not None]
    return {
        "event": way.event,
        "after_day": way.after or 0,
        "first_sample": way.from_day,
        "tests": way.tests,
        "apart_days": way.apart_days,
        "within_days": ENDLESS if way.within_days is None else way.within_days,
        "negative": int("negative" in way.result),
        "positive": int("positive" in way.result),
        "ct_from": min(counted, default=ENDLESS),
        "any_method": int(way.method is None),
    }


def _triggers(chain: Sequence[Rulebook]) -> Iterator[tuple[int, int, Measure, Trigger]]:
    for n, book in enumerate(chain):
        for m, measure in enumerate(book.measures):
            for trigger in measure.triggers:
                yield n, m, measure, trigger


def _dates(trigger: Trigger) -> Row:
    return {
        "since_day": DAY_MIN if trigger.from_ is None else day_number(trigger.from_),
        "before_day": DAY_MAX + 1 if trigger.before is None else day_number(trigger.before),
    }


def _matches(match: TestMatch) -> Iterator[Row]:
    low, high = match.ct.hundredths if match.ct else (None, None)
    for result, method in product(match.result or (None,), match.method or (None,)):
        yield {
            "result": result,
            "method": method,
            # a test without a Ct is in no range
            "ct_from": 0 if low is None and high is not None else low,
            "ct_below": high,
        }
