"""What is no bulletin, or one that cannot be trusted: says which, and where in the text; never guesses."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator

from sizao.bulletin.places import NATION, is_province
from sizao.bulletin.read.context import Printed
from sizao.bulletin.read.interpret import Interpreter
from sizao.bulletin.read.words import lexicon
from sizao.errors import Problem

_STRIPPED = re.compile(
    r"(?:病例|感染者|确诊)例[，。；（和]|（例|[（，](?![一-龥]{0,3}病例)[一-龥]{2,3}例[，）、]|接触者人|月日\d*-?\d*时"
)
AGAIN = "take the text again, from the authority's own page"
FEW = 3  # numbers that may stand in unknown words anyway
TRUE_SHARE = 0.5  # of the numbers of a national bulletin at least stand in known words; of real ones nearly all
SORTED_SINCE = dt.date(2020, 1, 23)  # from this report day on every list of the national authority descends
LATE = 31  # days from the report day to a publication that is told by the file's name, at most
BEGINNING = dt.date(2019, 12, 1)
STARTED = 1000  # an epidemic of so many did not begin today

Found = tuple[str, str, str, int | None]
"""Code, what is wrong, what to do, where in the tidy text."""


def refuse(reader: Interpreter, source: str) -> Problem | None:
    """The first reason for which a text cannot be taken; None if it can."""
    for judge in _JUDGES:
        for code, what, todo, at in judge(reader):
            if at is None:
                return Problem(code, source, what, todo)
            said = reader.text.said
            around = said[max(0, at - 8) : at + 16]
            where = f"{what} (character {reader.text.origin(at)}: {around!r})"
            return Problem(code, source, where, todo, said.count("\n", 0, at) + 1)
    return None


def _spun(reader: Interpreter) -> Iterator[Found]:
    said = reader.text.said
    found = [(said.find(word), word) for word in lexicon().spun if word in said]
    if len(found) > 1:
        told = ", ".join(word for _, word in found[:4])
        what = f"is machine-spun: words were changed for others that no authority writes, {told}"
        yield "bulletin-spun", what, AGAIN, min(found)[0]


def _stripped(reader: Interpreter) -> Iterator[Found]:
    if found := _STRIPPED.search(reader.text.said):
        what = "has lost digits: words that want a number have none"
        yield "bulletin-digits", what, AGAIN, found.start()


def _undated(reader: Interpreter) -> Iterator[Found]:
    if reader.calendar.no_such_day is not None:
        what = "names a day that does not exist"
        yield "bulletin-date", what, "correct the date", reader.calendar.no_such_day
    if reader.calendar.no_year is not None and not reader.printed:
        todo = "give --published YYYY-MM-DD, or name the file by its day of publication (2022-04-13.txt)"
        yield "bulletin-year", "does not say of which year it is", todo, reader.calendar.no_year


def _both(reader: Interpreter) -> Iterator[Found]:
    if reader.told_both is not None and reader.home in (NATION, None):
        what = "calls a number new and cumulative at once"
        yield "bulletin-cumulative", what, "take the number of the day", reader.told_both.start


def _foreign(reader: Interpreter) -> Iterator[Found]:
    if not any(p.figure.measure.startswith(_ABOUT) for p in reader.printed):
        what = "has no dated numbers of cases in the words of bulletins: it is not a bulletin"
        yield "not-a-bulletin", what, "leave it out", None
    elif reader.home is None:
        what = "does not say whose bulletin it is"
        yield "bulletin-place", what, "give --place, such as --place 上海", reader.printed[0].start


def _shifted(reader: Interpreter) -> Iterator[Found]:
    if len(reader.before_names) > 1:
        what = "has numbers before the names of places: they were shifted"
        yield "bulletin-shifted", what, AGAIN, reader.before_names[0]
    before: dict[str, int] = {}
    for p in reader.printed if reader.home == NATION else ():
        place, measure = p.head.place, p.figure.measure
        if place == NATION:
            before.pop(measure, None)
        elif p.listed and place.code and is_province(place.code) and place.code < "700000":
            if p.value > before.get(measure, p.value) and p.figure.report_date >= SORTED_SINCE:
                what = "has a list of provinces that is not in descending order: its numbers were moved on"
                yield "bulletin-shifted", what, AGAIN, p.start
            before[measure] = p.value


def _parts(reader: Interpreter) -> Iterator[Found]:
    """Names moved on by one leave lists in order; then provinces have more conversions than cases."""
    listed = {(p.figure.measure, p.head.place.name): p for p in reader.printed if p.listed}
    wrong = [
        p
        for (measure, name), p in listed.items()
        if measure in ("converted_new_local", "converted_new_imported") and reader.home == NATION
        for whole in [listed.get((measure.replace("converted", "confirmed"), name))]
        if (whole.value if whole else 0) < p.value
    ]
    if len(wrong) > 1:
        what = f"has more conversions than confirmed cases in {len(wrong)} provinces: names were moved on"
        yield "bulletin-shifted", what, AGAIN, wrong[0].start


def _unknown(reader: Interpreter) -> Iterator[Found]:
    missed, read = len(reader.unread), len(reader.printed)
    if reader.home == NATION and missed > FEW and read < TRUE_SHARE * (read + missed):
        what = f"has {missed} of {read + missed} numbers in words that no bulletin uses"
        todo = f"{AGAIN}; if it is a new wording, add its words to words.yaml"
        yield "bulletin-spun", what, todo, reader.unread[0].start


def _late(reader: Interpreter) -> Iterator[Found]:
    published = reader.calendar.published
    todo = "correct the date, the file's name or --published"
    for p in reader.printed if published else ():
        assert published is not None
        day = p.figure.report_date
        at = reader.calendar.where.get(day, p.start)
        if day < BEGINNING:
            yield "bulletin-date", f"is for {day}, before the epidemic", todo, at
        elif day > published:
            yield "bulletin-date", f"is for {day}, after the day of its publication, {published}", todo, at
        elif (published - day).days > LATE and not reader.calendar.year_told:
            what = f"is for {day:%d %B}, {(published - day).days} days before its publication, {published}"
            yield "bulletin-date", what, todo, at


def _ended(reader: Interpreter) -> Iterator[Found]:
    for p in reader.printed:
        last = lexicon().ended.get(p.head.subject)
        end = lexicon().ended["bulletin"]
        if reader.home == NATION and p.figure.report_date > end:
            what = f"is for {p.figure.report_date}; the daily bulletins on the nation ended with {end}"
            yield "bulletin-ended", what, "find out where the text comes from", p.start
        if last and p.figure.report_date > last:
            what = f"tells {p.figure.measure} for {p.figure.report_date}; that series ended with {last}"
            yield "bulletin-ended", what, "find out where the number comes from", p.start


def _cumulative(reader: Interpreter) -> Iterator[Found]:
    """Whoever is new today is still ill, or got well or died today: more cannot be new."""
    told: dict[tuple[str, str | None, dt.date], dict[str, Printed]] = {}
    for p in reader.printed:
        key = (p.figure.place, p.head.origin, p.figure.report_date)
        told.setdefault(key, {}).setdefault(p.figure.measure, p)
    for (_, origin, _), found in told.items():
        end = f"_{origin}" if origin else ""
        for new, *others in _MOST:
            count, rest = found.get(new + end), [found.get(name + end) for name in others]
            most = sum(p.value for p in rest if p)
            if count and all(rest) and count.value > most:
                what = f"tells {count.value} {new + end}, more than are ill or left that day, {most}"
                yield (
                    "bulletin-cumulative",
                    f"{what}: a cumulative count told as new",
                    "take the number of the day",
                    count.start,
                )
        for new, stock, *_ in _MOST:
            count, rest = found.get(new + end), [found.get(stock + end)]
            if count and rest[0] and count.value == rest[0].value > STARTED:
                what = f"tells {count.value} {new + end}, as many as {stock + end}"
                todo = "take the number of the day"
                yield "bulletin-cumulative", f"{what}: a stock told as new", todo, count.start
        for new, total in _TOTALS:
            count, whole = found.get(new + end), found.get(total + end)
            if count and whole and count.value and count.value >= whole.value + (whole.value <= STARTED):
                what = f"tells {count.value} {new + end} of {whole.value} in all"
                yield (
                    "bulletin-cumulative",
                    f"{what}: a cumulative count told as new",
                    "take the number of the day",
                    count.start,
                )


_ABOUT = ("confirmed", "asymptomatic", "active")  # what every bulletin tells of
_MOST = (
    ("confirmed_new", "active", "discharged_new", "deaths_new"),
    ("asymptomatic_new", "asymptomatic_observed", "asymptomatic_released", "asymptomatic_converted"),
)
_TOTALS = (
    ("confirmed_new", "confirmed_total"),
    ("deaths_new", "deaths_total"),
    ("discharged_new", "discharged_total"),
)
_JUDGES: tuple[Callable[[Interpreter], Iterator[Found]], ...] = (
    _spun,
    _stripped,
    _undated,
    _both,
    _foreign,
    _shifted,
    _parts,
    _unknown,
    _late,
    _ended,
    _cumulative,
)
