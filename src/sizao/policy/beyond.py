"""Finds where a local rulebook asks for more than the rulebooks that it is laid over."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Literal

from sizao.policy.faults.overlap import overlap
from sizao.policy.overlay import BETWEEN, lay_over
from sizao.policy.persons import LONGEST, Measure, Trigger
from sizao.policy.rulebook import Rulebook
from sizao.policy.words import Words

How = Literal["unnamed", "no_rule", "earlier", "stricter", "longer", "more_tests"]

ENDLESS = LONGEST + 1
"""A day of a measure that only one without a planned end reaches."""

WHOLE = ("unnamed", "no_rule")
"""Of these the whole local measure is told, not some days of it."""

SENTENCES: Mapping[How, Words] = {
    "unnamed": Words(
        zh="《{over}》没有提到这类事实，《{local}》要求{asked}（{clause}）",
        en='"{over}" does not name this kind of fact; "{local}" asks for {asked} ({clause})',
    ),
    "no_rule": Words(
        zh="《{over}》对这类事实不作要求（{over_clause}），《{local}》要求{asked}（{clause}）",
        en='"{over}" asks for nothing ({over_clause}); "{local}" asks for {asked} ({clause})',
    ),
    "earlier": Words(
        zh="第{days}天《{over}》尚未开始（{over_clause}），《{local}》已要求{asked}（{clause}）",
        en='on {days} "{over}" has not begun ({over_clause}); "{local}" already asks for {asked} ({clause})',
    ),
    "stricter": Words(
        zh="第{days}天《{over}》至多{allowed}（{over_clause}），《{local}》要求{asked}（{clause}）",
        en='on {days} "{over}" allows {allowed} at most ({over_clause}); "{local}" asks for {asked} ({clause})',
    ),
    "longer": Words(
        zh="第{days}天《{over}》已结束（{over_clause}），《{local}》仍要求{asked}（{clause}）",
        en='on {days} "{over}" has ended ({over_clause}); "{local}" still asks for {asked} ({clause})',
    ),
    "more_tests": Words(
        zh="《{local}》检测{tests}次（{clause}），《{over}》为{over_tests}次（{over_clause}），第{days}天多出",
        en='"{local}" asks for {tests} tests ({clause}), "{over}" for {over_tests} ({over_clause}): more on {days}',
    ),
}


@dataclass(frozen=True)
class Beyond:
    """One thing that a local rulebook asks for beyond a rulebook that it is laid over.

    `kind` is the kind of fact (`test` for a test), `since` and `until` (None: no end known) the days on which both
    rulebooks are in force. `days` are first and last day of the local measure, from 1; None for the last where it has
    no planned end. `over_clause` is None where nothing is named.
    """

    kind: str
    how: How
    local: str
    over: str
    since: dt.date
    until: dt.date | None
    days: tuple[int, int | None]
    clause: str
    over_clause: str | None
    sentence: Words


@dataclass(frozen=True)
class _Day:
    """What one day asks as planned; `ceiling` weighs the heaviest that may be ordered."""

    clause: str
    weight: int
    ceiling: int
    test: bool


Course = Mapping[int, _Day]
"""Days from the fact -> what that day asks."""


@dataclass(frozen=True)
class _Pair:
    """A trigger of a local measure beside the measure that catches the same facts in a rulebook that it is laid over.

    `joined` is the rulebook that results, in force from its effective date through `until`.
    """

    local: Rulebook
    over: Rulebook
    joined: Rulebook
    until: dt.date | None
    measure: Measure
    trigger: Trigger
    mine: Course
    other: Measure | None = None
    theirs: Course = field(default_factory=dict)

    def find(self) -> Iterator[Beyond]:
        """In what the local measure asks for more: runs of days that are alike, then the tests."""
        if self.other is None:
            yield self._beyond("unnamed", self.mine)
        elif not self.theirs:
            yield self._beyond("no_rule", self.mine)
        else:
            ways = {off: how for off, day in self.mine.items() if (how := self._how(off, day))}
            for (how, _, _), days in groupby(
                ways, key=lambda off: (ways[off], self.mine[off].weight, self._most(off))
            ):
                yield self._beyond(how, {off: self.mine[off] for off in days})
            tests, asked = _tests(self.mine), _tests(self.theirs)
            if len(tests) > len(asked):
                yield self._beyond("more_tests", {off: self.mine[off] for off in tests if off not in asked})

    def _how(self, off: int, day: _Day) -> How | None:
        if off not in self.theirs:
            return "earlier" if off < min(self.theirs) else "longer"
        return "stricter" if day.weight > self.theirs[off].ceiling else None

    def _most(self, off: int) -> int:
        return self.theirs[off].ceiling if off in self.theirs else 0

    def _beyond(self, how: How, days: Course) -> Beyond:
        numbers = [off - self.trigger.offset + 1 for off in days]
        since = max(self.joined.document.effective, self.trigger.from_ or dt.date.min)
        clause = "、".join(dict.fromkeys(day.clause for day in days.values()))
        beside = dict.fromkeys(self.theirs[off].clause for off in days if off in self.theirs)
        over_clause = "、".join(beside) or (self.other.clause if self.other else None)
        said = {lang: self._say(lang, how, days, numbers, clause, over_clause) for lang in ("zh", "en")}
        who = self.trigger.title or self.measure.title
        return Beyond(
            kind=", ".join(self.trigger.kinds) or "test",
            how=how,
            local=self.local.id,
            over=self.over.id,
            since=since,
            until=self.until,
            days=(numbers[0], None if numbers[-1] >= ENDLESS else numbers[-1]),
            clause=clause,
            over_clause=over_clause,
            sentence=Words(zh=f"自{since}起，{who.zh}：{said['zh']}。", en=f"From {since}, {who.en}: {said['en']}."),
        )

    def _say(
        self, lang: str, how: How, days: Course, numbers: list[int], clause: str, over_clause: str | None
    ) -> str:
        titles = {self.joined.weights[r.id]: getattr(r.title, lang) for r in self.joined.restrictions}
        return str(getattr(SENTENCES[how], lang)).format(
            local=getattr(self.local.title, lang),
            over=getattr(self.over.title, lang),
            clause=clause,
            over_clause=over_clause,
            asked=_asked(days, numbers, titles, lang) if how in WHOLE else titles[next(iter(days.values())).weight],
            allowed=titles.get(self._most(next(iter(days)))),
            days=_days(numbers, lang),
            tests=len(_tests(self.mine)),
            over_tests=len(_tests(self.theirs)),
        )


def find_beyond(local: Rulebook, national: Sequence[Rulebook]) -> list[Beyond]:
    """What a local rulebook asks for beyond each of a national chain (oldest first) in force during its life.

    The kinds of fact are those that trigger a local measure. Measures are compared as planned, before any way out; a
    restriction that the other one leaves open (`up_to`) is not beyond it, nor are as many tests on other days. What
    an amending rulebook leaves as it was is told once, of the one that it amends.
    Raises SizaoError `restriction-order` as `lay_over` does.
    """
    by_id = {book.id: book for book in national}
    chain = [b for b in lay_over(local, national) if b.id.startswith(local.id + BETWEEN)]
    ends = [b.document.effective - dt.timedelta(days=1) for b in chain[1:]]
    told: list[Beyond] = []
    standing: dict[tuple[object, ...], int] = {}  # what holds under the rulebook before -> where it is told
    for joined, until in zip(chain, [*ends, None], strict=True):
        over = by_id[joined.id.removeprefix(local.id + BETWEEN)]
        before, standing = standing if over.amends else {}, {}
        for row in _rows(local, over, joined, until):
            key = (row.kind, row.how, row.days, row.clause, row.over_clause)
            if key in before:
                standing[key] = before[key]
                told[before[key]] = replace(told[before[key]], until=until)
            else:
                standing[key] = len(told)
                told.append(row)
    return told


def _rows(local: Rulebook, over: Rulebook, joined: Rulebook, until: dt.date | None) -> Iterator[Beyond]:
    for measure in local.measures:
        for trigger in measure.triggers:
            mine = _course(measure, trigger, joined.weights)
            too_late = trigger.before is not None and trigger.before <= joined.document.effective
            if not mine or too_late:
                continue
            pair = _Pair(local, over, joined, until, measure, trigger, mine)
            caught = [(m, t) for m in over.measures for t in m.triggers if overlap(t, trigger)]
            taken = {name for m, _ in caught for name in m.takes_from}
            caught = [(m, t) for m, t in caught if m.id not in taken]
            pairs = [replace(pair, other=m, theirs=_course(m, t, joined.weights)) for m, t in caught]
            for each in pairs or [pair]:
                yield from each.find()


def _course(measure: Measure, trigger: Trigger, weights: Mapping[str, int]) -> Course:
    course: dict[int, _Day] = {}
    for day, phase, phase_day in measure.walk(ENDLESS):
        weight, ceiling = weights[phase.restriction], weights[phase.up_to or phase.restriction]
        tested = phase_day in phase.test_days
        course[trigger.offset + day - 1] = _Day(phase.clause or measure.clause, weight, ceiling, tested)
    return course


def _tests(course: Course) -> list[int]:
    return [off for off, day in course.items() if day.test]


def _asked(days: Course, numbers: list[int], titles: Mapping[int, str], lang: str) -> str:
    """All that a measure asks for: each restriction with its days, then the test days."""
    number = dict(zip(days, numbers, strict=True))
    parts = []
    for weight, group in groupby(days, key=lambda off: days[off].weight):
        span = [number[off] for off in group]
        parts.append(
            f"第{_days(span, lang)}天{titles[weight]}" if lang == "zh" else f"{titles[weight]} on {_days(span, lang)}"
        )
    tests = [number[off] for off in _tests(days)]
    if tests:
        parts.append(f"第{_days(tests, lang)}天检测" if lang == "zh" else f"tests on {_days(tests, lang)}")
    return ("、" if lang == "zh" else ", ").join(parts)


def _days(numbers: list[int], lang: str) -> str:
    """`days 1 to 3, 5`: runs of days; without end where they reach `ENDLESS`."""
    runs: list[list[int]] = []
    for n in numbers:
        if runs and n == runs[-1][-1] + 1:
            runs[-1] = [runs[-1][0], n]
        else:
            runs.append([n])
    said = []
    for run in runs:
        if run[-1] >= ENDLESS:
            said.append(f"{run[0]}天及以后各" if lang == "zh" else f"{run[0]} and after")
        else:
            said.append(("至" if lang == "zh" else " to ").join(map(str, run)))
    if lang == "zh":
        return "、".join(said)
    return ("day " if len(numbers) == 1 else "days ") + ", ".join(said)
