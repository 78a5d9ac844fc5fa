"""Draws the charts of the audit: areas by scope over time, how long they stayed, the provinces ranked."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

import altair as alt
from markupsafe import Markup

from sizao.areas.audit.survival import AFTER, BEFORE
from sizao.areas.report.answers import DAY, GROUPS, Answers, Province
from sizao.areas.report.drawing import number_axis, svg
from sizao.page.drawing import data
from sizao.page.look import GRID, INK, SIZE, SOFT
from sizao.page.say import SayDay

# Neighbours in the pile differ by 15 or more in lightness (CIE L*): told apart in greyscale and by the colour-blind.
# Blue is as narrow as the rule asks, brown is wider, grey says nothing of width.
COLOURS = {
    "unit": "#0b2e4f",
    "building": "#4f9bd0",
    "compound": "#8f3a0c",
    "community": "#e39b52",
    "street": "#54250c",
    "site": "#c3c8cd",
}
PERIODS = {BEFORE: "#b5460f", AFTER: "#0b2e4f"}
NOW, THEN = COLOURS["unit"], "#b5460f"
LETTERS = "abcdefghij"
"""Marks of rulebooks, in the order of their days."""

LONGEST = 30
"""Days of the survival curves that are drawn."""


def draw_areas(answers: Answers, level: str, say_day: SayDay, alt_text: str, width: int, height: int) -> Markup:
    """Areas at the end of each day, piled up by scope; a day without a list is a gap."""
    x, marks = _days(answers, say_day, width), _marks(answers, named=level == answers.levels[0])
    piles = []
    for run, days in enumerate(_runs(answers, level)):
        middle = [(_at(answers, day) + 0.5, values) for day, values in days]
        ends = [(middle[0][0] - 0.5, middle[0][1]), *middle, (middle[-1][0] + 0.5, middle[-1][1])]
        for d, values in ends:
            floor = 0
            for group, value in zip(GROUPS, values, strict=True):
                piles.append({"d": d, "group": group, "run": run, "y": floor, "y2": floor + value})
                floor += value
    y = alt.Y("y:Q", title=None, axis=number_axis(tickMinStep=1))
    chart = (
        alt.Chart(data(piles))
        .mark_area(interpolate="linear", line=False)
        .encode(x, y, alt.Y2("y2"), color=_colour(), detail="run:N", order="group:N")
    )
    return svg(alt.layer(chart, *marks(x)), alt_text, width, height)


def draw_shares(answers: Answers, level: str, say_day: SayDay, alt_text: str, width: int, height: int) -> Markup:
    """Shares of the scopes in each week."""
    x, marks = _days(answers, say_day, width, labels=False), _marks(answers, named=False)
    bars = []
    for week, shares in answers.weeks(level):
        floor = 0.0
        first, last = max(week, answers.first), min(week + 7 * DAY, answers.last + DAY)
        for group, share in zip(GROUPS, shares, strict=True):
            if share:
                ends = {"d": _at(answers, first) + 0.15, "d2": _at(answers, last) - 0.15}
                bars.append({**ends, "group": group, "y": floor, "y2": floor + share})
            floor += share
    axis = number_axis(values=[0, 0.5, 1], format="%")
    y = alt.Y("y:Q", title=None, axis=axis, scale=alt.Scale(domain=[0, 1]))
    chart = alt.Chart(data(bars)).mark_rect().encode(x, y, alt.X2("d2"), alt.Y2("y2"), color=_colour())
    return svg(alt.layer(chart, *marks(x)), alt_text, width, height)


def draw_survival(answers: Answers, rules: Sequence[int], alt_text: str) -> Markup:
    """The share of high areas still listed after so many days; a dotted line at the days of each rule."""
    width, height = 420, 236
    x = alt.X(
        "d:Q",
        title=None,
        scale=alt.Scale(domain=[0, LONGEST], nice=False),
        axis=alt.Axis(
            values=[0, 5, 7, 10, 14, 21, 28], grid=False, labelColor=SOFT, domainColor=SOFT, tickColor=SOFT
        ),
    )
    y = alt.Y(
        "y:Q",
        title=None,
        scale=alt.Scale(domain=[0, 1]),
        axis=number_axis(values=[0, 0.25, 0.5, 0.75, 1], format="%", tickCount=5),
    )
    layers: list[alt.Chart] = []
    layers.append(alt.Chart(data({"d": days} for days in rules)).mark_rule(color=SOFT, strokeDash=[2, 3]).encode(x))
    for period, points in answers.curves.items():
        shown = [p for p in points if p["days"] <= LONGEST]
        rows = [{"d": p["days"], "y": p["share"], "least": p["least"], "most": p["most"]} for p in shown]
        ink, dash = PERIODS[period], [6, 3] if period == BEFORE and len(answers.curves) > 1 else [1, 0]
        band = alt.Chart(data(rows)).mark_area(color=ink, opacity=0.22, line=False)
        line = alt.Chart(data(rows)).mark_line(color=ink, strokeWidth=2, strokeDash=dash)
        layers += [band.encode(x, alt.Y("least:Q"), alt.Y2("most")), line.encode(x, y)]
    return svg(alt.layer(*layers), alt_text, width, height)


def draw_paces(rows: Sequence[Province], names: Sequence[str], alt_text: str, width: int, step: float) -> Markup:
    """The share drawn narrow, the day before the change (open) and on the day of the peak (full)."""
    marked = list(zip(names, rows, strict=True))
    end = 1.25 if width > 250 else 1.5  # room for the numbers
    y = _places(names)
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[-0.04, end], nice=False))
    grid = alt.Chart(data({"x": at} for at in (0, 0.5, 1))).mark_rule(color=GRID).encode(x)
    spans = [
        {"place": n, "x": p.before.narrow, "x2": p.after.narrow}
        for n, p in marked
        if p.before.narrow is not None and p.after.narrow is not None
    ]
    then = [{"place": n, "x": p.before.narrow} for n, p in marked if p.before.narrow is not None]
    now = [{"place": n, "x": p.after.narrow} for n, p in marked if p.after.narrow is not None]
    said = [
        {"place": n, "x": end, "said": "—" if p.after.narrow is None else f"{p.after.narrow:.0%}"} for n, p in marked
    ]
    drawn = alt.layer(
        grid,
        alt.Chart(data(spans)).mark_rule(color=SOFT, strokeWidth=1).encode(x, alt.X2("x2"), y=y),
        alt.Chart(data(then)).mark_point(size=26, fill="white", stroke=THEN, strokeWidth=1.4, opacity=1).encode(x, y),
        alt.Chart(data(now)).mark_point(size=34, filled=True, color=NOW, opacity=1).encode(x, y),
        alt.Chart(data(said)).mark_text(align="right", color=INK, fontSize=SIZE).encode(x, y, text="said:N"),
    )
    return svg(drawn, alt_text, width, round(step * len(rows)))


def draw_bars(values: Sequence[tuple[str, float | None, str]], alt_text: str, width: int, step: float) -> Markup:
    """A bar for each place with its number at the end; (place, value, what to write). No names: they stand left."""
    names = [name for name, *_ in values]
    most = max((value for _, value, _ in values if value is not None), default=0) or 1
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, most * 1.35], nice=False))
    y = _places(names, labels=False)
    bars = [{"place": name, "x": value} for name, value, _ in values if value]
    said = [{"place": name, "x": value or 0, "said": text} for name, value, text in values]
    drawn = alt.layer(
        alt.Chart(data(bars)).mark_bar(color=COLOURS["building"]).encode(x, y),
        alt.Chart(data(said)).mark_text(align="left", dx=3, color=INK, fontSize=SIZE).encode(x, y, text="said:N"),
    )
    return svg(drawn, alt_text, width, round(step * len(values)))


def _places(names: Sequence[str], labels: bool = True) -> alt.Y:
    look: dict[str, Any] = {"domain": False, "ticks": False, "labelPadding": 6, "labelLimit": 110, "labelColor": INK}
    return alt.Y(
        "place:N",
        sort=list(names),
        title=None,
        axis=alt.Axis(**look) if labels else None,
        scale=alt.Scale(domain=list(names), paddingInner=0.3, paddingOuter=0.15),
    )


def _runs(answers: Answers, level: str) -> Iterator[list[tuple[date, list[int]]]]:
    """Days with a list that follow one another."""
    run: list[tuple[date, list[int]]] = []
    for day in answers.days:
        values = answers.groups(level, day)
        if values is not None:
            run.append((day, values))
        elif run:
            yield run
            run = []
    if run:
        yield run


def _at(answers: Answers, day: date) -> int:
    return (day - answers.first).days


def _days(answers: Answers, say_day: SayDay, width: int, labels: bool = True) -> alt.X:
    """Days as numbers from the first one, labelled by month (by week where there are few)."""
    months = [day for day in answers.days if day.day == 1]
    shown = months if len(months) > 2 else answers.days[:: max(1, round(len(answers.days) / (width / 90)))]
    every = max(1, round(len(shown) / (width / 62)))
    said = json.dumps({str(_at(answers, day)): say_day(day) for day in shown[::every]}, ensure_ascii=False)
    axis = alt.Axis(
        values=[_at(answers, day) for day in shown],
        labelExpr=f"{said}[datum.value] || ''",
        labels=labels,
        labelFlush=8,
        labelOverlap=False,
        labelColor=SOFT,
        domainColor=SOFT,
        tickColor=SOFT,
        grid=False,
        title=None,
    )
    return alt.X("d:Q", axis=axis, scale=alt.Scale(domain=[0, len(answers.days)], nice=False))


def _marks(answers: Answers, *, named: bool) -> Callable[[alt.X], list[alt.Chart]]:
    """Lines on the days on which rulebooks came into force, with their letters in the first panel."""
    rows = [
        {"d": _at(answers, book.document.effective), "letter": letter}
        for letter, book in zip(LETTERS, answers.marks, strict=False)
    ]

    def drawn(x: alt.X) -> list[alt.Chart]:
        if not rows:
            return []
        lines = alt.Chart(data(rows)).mark_rule(color=INK, strokeWidth=0.9, strokeDash=[3, 2]).encode(x)
        letters = alt.Chart(data(rows)).mark_text(align="right", dx=-3, y=6, color=INK, fontSize=SIZE, fontWeight=700)
        return [lines, letters.encode(x, text="letter:N")] if named else [lines]

    return drawn


def _colour() -> alt.Color:
    return alt.Color("group:N", scale=alt.Scale(domain=list(GROUPS), range=list(COLOURS.values())), legend=None)
