"""Random phases: their lengths, test days and ways out."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

Data = dict[str, Any]

EVENTS = ("k1", "k2", "k3", "looked_for")


@st.composite
def phase_lists(draw: st.DrawFn, clause: str, restrictions: list[str], *, cases: bool) -> list[Data]:
    """None to three phases of one measure; `cases`: only cases start it."""
    count = draw(st.sampled_from((1, 2, 3, 2, 0)))
    names = draw(st.permutations(("p1", "p2", "p3")))
    leaving = draw(st.sampled_from((None, *range(count)))) if count else None
    phases: list[Data] = []
    before = 0  # days of the phases before, as planned
    for n in range(count):
        restriction = draw(st.sampled_from(restrictions))
        heavier = restrictions[restrictions.index(restriction) + 1 :]
        phase: Data = {"id": names[n], "restriction": restriction}
        if heavier and draw(st.booleans()):
            phase["up_to"] = draw(st.sampled_from(heavier))
        if draw(st.booleans()):
            phase["clause"] = f"{clause} {names[n]}"
        length = draw(st.sampled_from((3, 1, 2, 4, 5, 7)))
        ends = ["days", "days", "through"]
        if n == count - 1:
            ends += ["discharge"] * 2 * cases + ["release"] * (n == leaving)
        end = draw(st.sampled_from(ends))
        after_leaving = leaving is not None and n > leaving
        if end == "days":
            phase["days"] = length
        elif end == "through":
            length = draw(st.sampled_from((length, 0))) if after_leaving else length
            phase["through"] = max(before + length, 1)
            length = phase["through"] - before
        else:
            phase["until"] = end
        planned = None if end in ("discharge", "release") else length
        longest = phase.get("through") if after_leaving else planned
        tests = draw(_test_days(planned, longest or planned, end == "through" and before > 0))
        if tests:
            phase["tests"] = tests
        if n == leaving:
            ways = [draw(_ways_out(planned)) for _ in range(draw(st.sampled_from((1, 1, 2))))]
            phase["release"] = [way for way in ways if way is not None]
            if end == "release":
                phase["release"] = phase["release"] or [{"event": draw(st.sampled_from(EVENTS))}]
        phases.append(phase)
        before += planned or 0
    return phases


@st.composite
def _test_days(draw: st.DrawFn, planned: int | None, longest: int | None, moves: bool) -> Any:
    """Test days, or how many in how many days; `moves`: the phase's first day does."""
    if planned is None:
        return draw(st.sampled_from(([], [1, 2, 5], [1, 2, 3, 4, 5, 6, 7])))
    kind = draw(st.sampled_from(("list", "list", "frequency", "none")))
    if kind == "frequency" and planned:
        window = draw(st.integers(1, planned))
        times = draw(st.integers(1, min(window, 3)))
        if moves or draw(st.booleans()):
            return {"times": times, "in_days": window, "apart_hours": 1}
        return {"times": min(planned, times), "apart_hours": 1}
    every = list(range(1, (longest or planned) + 1))
    return draw(st.sampled_from((every, every, every[:1], every[-1:]))) if kind == "list" else []


@st.composite
def _ways_out(draw: st.DrawFn, planned: int | None) -> Data | None:
    """One way out of a phase of so many days; None where the phase is too short for any."""
    longest = (planned or 8) - 1
    if longest < 1 or draw(st.sampled_from((False, False, False, True))):
        return {"event": draw(st.sampled_from(EVENTS))}
    tests = draw(st.sampled_from((1, 2, 3, 2)))
    apart = draw(st.sampled_from((24, 12, 36) if tests < 3 else (24, 12)))
    first = draw(st.integers(1, longest))
    while tests > 1 and first + (tests - 1) * -(-apart // 24) > longest:
        tests -= 1
    way: Data = {"after": draw(st.integers(1, longest)), "tests": tests, "from_day": first, "apart_hours": apart}
    way["result"] = draw(st.sampled_from((["negative"], ["negative"], ["positive"], ["negative", "positive"])))
    if draw(st.booleans()):
        way["ct_from"] = draw(st.sampled_from((30, 35)))
    if draw(st.sampled_from((False, False, True))):
        way["method"] = ["pcr"]
    if draw(st.booleans()):
        way["within_hours"] = draw(st.sampled_from((24, 12, 48, 71)))
    return way
