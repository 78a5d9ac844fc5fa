"""Books every test of a rule: it held, a note explains it, or it broke."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache

from sizao.bulletin.check.breaks import RULES, Break, Checked, Rule, Severity, Tally, check_words
from sizao.bulletin.check.day import Day, key, remarks, total
from sizao.bulletin.figure import Figure
from sizao.bulletin.places import find_place
from sizao.words import read_yaml


@dataclass
class Ledger:
    """The breaks so far and a tally for each rule."""

    breaks: list[Break] = field(default_factory=list)
    tallies: dict[Rule, Tally] = field(default_factory=lambda: {rule: Tally() for rule in RULES})

    def equal(
        self,
        rule: Rule,
        day: Day,
        stated: Figure,
        counted: int,
        involved: Sequence[Figure] = (),
        *,
        earlier: Day | None = None,
    ) -> None:
        """`stated` must be `counted`, which was counted from the figures `involved` of that day, and from the same
        figure of the day `earlier`, where that is given.
        """
        self._book(rule, day, stated, counted, involved, held=stated.value == counted, earlier=earlier)

    def at_most(self, rule: Rule, day: Day, stated: Figure, counted: int | None, whole: Figure | None = None) -> None:
        """`stated` must not exceed `counted`; None: nothing stands where the whole should."""
        held = stated.value <= (counted or 0)
        self._book(rule, day, stated, counted, () if whole is None else (whole,), held=held)

    def name(self, rule: Rule, day: Day, stated: int, expected: int) -> None:
        """A fact of the calendar: named where it is not as expected, never an error."""
        tally = self.tallies[rule]
        tally.tested += 1
        if stated == expected:
            tally.held += 1
            return
        tally.named += 1
        first = day.figures[0] if day.figures else None
        place = first.place if first else ""
        self.breaks.append(
            Break(day.report_date, place, rule, "", stated, expected, None, day.source, None, None, "named")
        )

    def close(self) -> Checked:
        """Everything booked."""
        breaks = sorted(self.breaks, key=lambda b: (b.report_date, b.source or "", b.start or -1))
        return Checked(tuple(breaks), self.tallies)

    def _book(
        self,
        rule: Rule,
        day: Day,
        stated: Figure,
        counted: int | None,
        involved: Sequence[Figure],
        *,
        held: bool,
        earlier: Day | None = None,
    ) -> None:
        tally = self.tallies[rule]
        tally.tested += 1
        if held:
            tally.held += 1
            return
        note = _explain(day, stated, stated.value - (counted or 0), involved, earlier)
        severity: Severity = "error" if note is None else "accepted"
        tally.noted += note is not None
        tally.broken += note is None
        self.breaks.append(
            Break(
                report_date=day.report_date,
                place=stated.place,
                rule=rule,
                measure=stated.measure,
                stated=stated.value,
                counted=counted,
                note=note,
                source=stated.source,
                start=stated.start,
                end=stated.end,
                severity=severity,
            )
        )


def _explain(
    day: Day, stated: Figure, difference: int, involved: Iterable[Figure], earlier: Day | None
) -> str | None:
    """The note that explains a difference, if any.

    A remark with a number explains that number only: as signed beside the stated figure, either way beside one that
    was counted from, for that may speak of an earlier day. A remark of the day `earlier` may correct what was printed
    that day, so that this day starts from the corrected figure. A remark without a number, such as a star with
    订正后数据, explains any difference.
    """
    reached: dict[int, list[Figure]] = {0: []}
    plain: list[Figure] = []

    def reach(numbers: list[Figure], *signs: int) -> None:
        for so_far, path in list(reached.items()):
            for sign in signs:
                reached.setdefault(so_far + sign * total(numbers), [*path, *numbers])

    for figure in (stated, *involved):
        numbers = _corrections(day, figure)
        if numbers:
            reach(numbers, *((1,) if figure is stated else (1, -1)))
        elif figure.note is not None and any(word in figure.note for word in check_words()["explains"]):
            plain.append(figure)
    if earlier is not None:
        reach(_corrections(earlier, stated), 1)
    if difference in reached:
        return remarks(reached[difference])
    return remarks(plain) if plain else None


def _corrections(day: Day, figure: Figure) -> list[Figure]:
    """What was corrected in a figure: beside it, else beside the figure that it is the imported or local part of, or
    in a notice published elsewhere.
    """
    measures = [figure.measure, figure.measure.removesuffix("_imported").removesuffix("_local")]
    printed = next((day.corrected[key(figure), m] for m in measures if (key(figure), m) in day.corrected), [])
    return [*printed, *published_corrections().get((day.report_date, key(figure), figure.measure), [])]


@cache
def published_corrections() -> dict[tuple[dt.date, str, str], list[Figure]]:
    """(report day, key of the place, measure) -> the corrections of corrections.yaml."""
    found: dict[tuple[dt.date, str, str], list[Figure]] = {}
    for notice in read_yaml("sizao.bulletin", "corrections.yaml"):
        for measure, changes in notice["changes"].items():
            for name, change in changes.items():
                place = find_place(name)
                code = place.code if place else None
                found.setdefault((notice["report_date"], code or name, measure), []).append(
                    Figure(
                        notice["report_date"], None, code, name, measure, change, notice["source"], None, None, None
                    )
                )
    return found
