"""What is no bulletin, or one that cannot be trusted: says which, never guesses."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping

from sizao.bulletin.interpret import Interpreter
from sizao.bulletin.places import NATION
from sizao.bulletin.words import lexicon
from sizao.errors import Problem

_STRIPPED = re.compile(
    r"(?:病例|感染者|确诊)例[，。；（和]|（例|[（，](?![一-龥]{0,3}病例)[一-龥]{2,3}例[，）、]|接触者人|月日\d*-?\d*时"
)
FEW = 3
TRUE_SHARE = 0.5  # of the numbers of a national bulletin stand in known words; all but a few do


def refuse(reader: Interpreter, source: str, published: dt.date | None) -> Problem | None:
    """The first reason for which a text cannot be taken, with its place in the text; None if it can."""
    said = reader.text.said
    words = lexicon()

    def problem(code: str, what: str, todo: str, at: int | None = None) -> Problem:
        span = "" if at is None else f" (character {reader.text.origin(at)}: {said[max(0, at - 8) : at + 16]!r})"
        line = None if at is None else said.count("\n", 0, at) + 1
        return Problem(code, source, what + span, todo, line)

    spun = [(said.find(word), word) for word in words.spun if word in said]
    if len(spun) >= 2:
        at, word = min(spun)
        told = ", ".join(w for _, w in spun[:4])
        return problem(
            "bulletin-spun",
            f"is machine-spun: words were changed for others that no authority writes, {told}",
            "take the text from the authority's own page",
            at,
        )
    if first := _STRIPPED.search(said):
        at = first.start()
        return problem(
            "bulletin-digits", "has lost its digits: words that want a number have none", "take the text again", at
        )
    if reader.calendar.no_such_day is not None:
        return problem("bulletin-date", "names a day that does not exist", "correct it", reader.calendar.no_such_day)
    if reader.calendar.no_year is not None and not reader.printed:
        return problem(
            "bulletin-year",
            "does not say of which year it is",
            "give --published YYYY-MM-DD, or name the file by its day of publication (2022-04-13.txt)",
            reader.calendar.no_year,
        )
    if reader.told_both is not None and reader.home in (NATION, None):
        what = "calls a number new and cumulative at once"
        return problem("bulletin-cumulative", what, "take the number of the day", reader.told_both.start)
    if not reader.printed:
        return problem("not-a-bulletin", "has no dated numbers of cases: it is not a bulletin", "leave it out")
    if reader.home is None:
        return problem(
            "bulletin-place", "does not say whose bulletin it is", "give --place, such as --place 上海", reader.printed[0].start
        )
    if len(reader.before_names) >= 2:
        at = reader.before_names[0]
        return problem(
            "bulletin-shifted", "has numbers before the names of places: they were shifted", "take the text again", at
        )
    if reader.home == NATION and (at := _unsorted(reader)) is not None:
        what = "has a list of provinces that is not in descending order: its numbers were moved on"
        return problem("bulletin-shifted", what, "take the text again", at)
    if reader.home == NATION and len(reader.unread) > FEW:
        read = len(reader.printed)
        if read < TRUE_SHARE * (read + len(reader.unread)):
            first = reader.unread[0]
            return problem(
                "bulletin-spun",
                f"has {len(reader.unread)} of {read + len(reader.unread)} numbers in words that no bulletin uses",
                "take the text from the authority's own page; if it is a new wording, add it to words.yaml",
                first.start,
            )
    return _dates(reader, problem, published) or _ended(reader, problem, words.ended) or _cumulative(reader, problem)


SORTED_SINCE = dt.date(2020, 1, 23)  # from this report day on every list of the national authority descends


def _unsorted(reader: Interpreter) -> int | None:
    """Where a list of provinces rises, in the tidy text; None if none does. Of 1,660 real lists none did."""
    before: dict[str, tuple[int, dt.date]] = {}
    for p in reader.printed:
        place, measure, day = p.head.place, p.figure.measure, p.figure.report_date
        if place == NATION:
            before.pop(measure, None)
        elif p.listed and place.code and place.code.endswith("0000") and place.code < "700000":
            last = before.get(measure)
            if last is not None and p.value > last[0] and day >= SORTED_SINCE:
                return p.start
            before[measure] = (p.value, day)
    return None


def _dates(reader, problem, published: dt.date | None) -> Problem | None:  # type: ignore[no-untyped-def]
    for printed in reader.printed:
        day = printed.figure.report_date
        if published and day > published:
            what = f"is for {day}, after the day of its publication, {published}"
            return problem("bulletin-date", what, "correct the date, the file's name or --published", printed.start)  # type: ignore[no-any-return]
        if published and (published - day).days > LATE and not reader.calendar.year_told:
            what = f"is for {day.month}-{day.day}, which lies {(published - day).days} days before its publication, {published}"
            return problem("bulletin-date", what, "correct the file's name or --published", printed.start)  # type: ignore[no-any-return]
    return None


LATE = 31


def _ended(reader, problem, ended: Mapping[str, dt.date]) -> Problem | None:  # type: ignore[no-untyped-def]
    for printed in reader.printed:
        last = ended.get(printed.head.subject)
        if last and printed.figure.report_date > last and printed.head.act != "converted_in":
            what = f"tells {printed.figure.measure} for {printed.figure.report_date}: the last day of that series was {last}"
            return problem("bulletin-ended", what, "look where the number comes from", printed.start)  # type: ignore[no-any-return]
    return None


def _cumulative(reader, problem) -> Problem | None:  # type: ignore[no-untyped-def]
    """Whoever is new today is still ill, or got well or died today: more cannot be new."""
    told: dict[tuple[str, str | None, dt.date], dict[str, int]] = {}
    for p in reader.printed:
        told.setdefault((p.figure.place, p.head.origin, p.figure.report_date), {}).setdefault(p.figure.measure, p.value)
    for (place, origin, day), found in told.items():
        end = f"_{origin}" if origin else ""
        for new, stock, left in (
            ("confirmed_new", "active", ("discharged_new", "deaths_new")),
            ("asymptomatic_new", "asymptomatic_observed", ("asymptomatic_released", "asymptomatic_converted")),
        ):
            count, most = found.get(new + end), found.get(stock + end)
            gone = [found.get(name + end) for name in left]
            if count is not None and most is not None and None not in gone and count > most + sum(g or 0 for g in gone):
                what = f"tells {count} {new + end} in {place} on {day}, more than are ill or left that day: a cumulative count told as new"
                at = next(p.start for p in reader.printed if p.figure.measure == new + end and p.figure.place == place)
                return problem("bulletin-cumulative", what, "take the number of the day", at)  # type: ignore[no-any-return]
        for new, total in (("confirmed_new", "confirmed_total"), ("deaths_new", "deaths_total"), ("discharged_new", "discharged_total")):
            count, most = found.get(new + end), found.get(total + end)
            if count and most is not None and (count > most or (count == most and most > STARTED)):
                what = f"tells {count} {new + end} in {place} on {day}, of {most} in all: a cumulative count told as new"
                at = next(p.start for p in reader.printed if p.figure.measure == new + end and p.figure.place == place)
                return problem("bulletin-cumulative", what, "take the number of the day", at)  # type: ignore[no-any-return]
    return None


STARTED = 1000  # an epidemic of so many did not begin today
