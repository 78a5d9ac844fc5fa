"""Which facts two triggers both catch."""

from __future__ import annotations

from sizao.policy.persons import TestMatch, Trigger


def overlap(a: Trigger, b: Trigger) -> str | None:
    """What both catch, in a few words; None when no fact is caught by both."""
    starts = [day for day in (a.from_, b.from_) if day is not None]
    ends = [day for day in (a.before, b.before) if day is not None]
    if starts and ends and max(starts) >= min(ends):
        return None
    if a.test is not None and b.test is not None:
        return "a test" if _tests_overlap(a.test, b.test) else None
    both = [kind for kind in b.kinds if kind in a.kinds]
    return both[0] if both else None


def _tests_overlap(a: TestMatch, b: TestMatch) -> bool:
    for mine, other in ((a.result, b.result), (a.method, b.method)):
        if mine is not None and other is not None and not {*mine} & {*other}:
            return False
    if a.ct is None or b.ct is None:
        return True
    (low_a, high_a), (low_b, high_b) = a.ct.hundredths, b.ct.hundredths
    low = max(end for end in (low_a, low_b, 0) if end is not None)
    high = min(end for end in (high_a, high_b, 10**6) if end is not None)
    return low < high


def holds_all(wide: TestMatch, narrow: TestMatch) -> bool:
    """Whether every test that `narrow` means is one that `wide` means."""
    for wider, narrower in ((wide.result, narrow.result), (wide.method, narrow.method)):
        if wider is not None and (narrower is None or not {*narrower} <= {*wider}):
            return False
    if wide.ct is None:
        return True
    if narrow.ct is None:
        return False
    (low, high), (low_in, high_in) = wide.ct.hundredths, narrow.ct.hundredths
    return (low is None or (low_in is not None and low_in >= low)) and (
        high is None or (high_in is not None and high_in <= high)
    )
