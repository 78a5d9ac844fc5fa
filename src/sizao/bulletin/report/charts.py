"""Draws the charts of the page."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

import altair as alt
from markupsafe import Markup

from sizao.bulletin.report.situation import WEEK, Situation
from sizao.page.drawing import data, number_axis, svg
from sizao.page.look import INK, SIZE, SOFT
from sizao.page.say import SayDay

GAP = "#e9ebee"

# Told apart by lightness alone (CIE L* 18, 61, 44), so in greyscale and by the colour-blind; 3:1 on white or more.
COLOURS = {"confirmed": "#0b2e4f", "asymptomatic": "#4f9bd0", "imported": "#b5460f"}


def draw_curve(now: Situation, say_day: SayDay, alt_text: str, width: int, height: int) -> Markup:
    """New cases of each day in stacked kinds, with the 7-day average of their sum."""
    kinds = list(COLOURS)
    bars = [
        {"day": str(day), "kind": kind, "at": kinds.index(kind), "n": value}
        for day in now.days
        for kind, value in zip(kinds, now.new_of(day), strict=True)
        if value is not None
    ]
    x = _days(now.days, say_day, width)
    line = alt.Chart(data(_runs(now.averages()))).encode(x, y="n:Q", detail="run:N")
    drawn = alt.layer(
        *_gaps(now.missing, x),
        alt.Chart(data(bars))
        .mark_bar(width={"band": 0.86})
        .encode(x, y=_values(), color=_colour(kinds), order="at:Q"),
        line.mark_line(stroke="white", strokeWidth=4, strokeCap="round"),
        line.mark_line(stroke=INK, strokeWidth=1.8, strokeCap="round"),
    )
    return svg(drawn, alt_text, width, height)


def draw_share(now: Situation, say_day: SayDay, alt_text: str, width: int, height: int) -> Markup:
    """Asymptomatic infections among all new ones: each day as a point, seven days together as a line."""
    x = _days(now.days, say_day, width)
    y = _values(scale=alt.Scale(domain=[0, 1]), axis=_axis(values=[0, 0.5, 1], format="%"))
    points = [{"day": str(day), "n": share} for day, share in now.shares(1) if share is not None]
    line = alt.Chart(data(_runs(now.shares(WEEK)))).encode(x, y=y, detail="run:N")
    drawn = alt.layer(
        *_gaps(now.missing, x),
        alt.Chart(data(points))
        .mark_point(size=9, filled=True, color=COLOURS["asymptomatic"], opacity=1)
        .encode(x, y),
        line.mark_line(stroke=INK, strokeWidth=1.8, strokeCap="round"),
    )
    return svg(drawn, alt_text, width, height)


def draw_stock(
    now: Situation, measure: str, say_day: SayDay, alt_text: str, width: int, height: int, *, labels: bool
) -> Markup:
    """How many there are at the end of each day."""
    values = [(day, now.get(measure, day)) for day in now.days]
    x = _days(now.days, say_day, width, labels=labels)
    known = alt.Chart(data(_runs(values))).encode(x, y=_values(axis=_axis(count=3), stack=None), detail="run:N")
    missing = [day for day, value in values if value is None]
    drawn = alt.layer(
        *_gaps(missing, x),
        known.mark_area(color=COLOURS["asymptomatic"], opacity=0.35, line=False),
        known.mark_line(stroke=COLOURS["confirmed"], strokeWidth=1.8, strokeCap="round"),
    )
    return svg(drawn, alt_text, width, height)


def draw_ranks(
    rows: Sequence[tuple[str, Sequence[int | None], int]], alt_text: str, width: int, step: float = 15
) -> Markup:
    """A bar for each place, the parts beside each other and their sum at the end. Rows as `Situation.ranked`."""
    kinds = list(COLOURS)[:2]
    parts = [
        {"place": place, "kind": kind, "at": at, "n": value}
        for place, values, _ in rows
        for at, (kind, value) in enumerate(zip(kinds, values, strict=False))
        if value
    ]
    sums = [{"place": place, "n": total, "said": f"{total:,}"} for place, _, total in rows]
    most = max((total for *_, total in rows), default=1)
    y = alt.Y(
        "place:N",
        sort=[place for place, *_ in rows],
        title=None,
        axis=alt.Axis(domain=False, ticks=False, labelPadding=6, labelLimit=120, labelColor=INK),
        scale=alt.Scale(paddingInner=0.28, paddingOuter=0.1),
    )
    x = alt.X("n:Q", axis=None, scale=alt.Scale(domain=[0, most * 1.14], nice=False))
    drawn = alt.layer(
        alt.Chart(data(parts)).mark_bar().encode(x, y, color=_colour(kinds), order="at:Q"),
        alt.Chart(data(sums)).mark_text(align="left", dx=4, color=INK, fontSize=SIZE).encode(x, y, text="said:N"),
    )
    return svg(drawn, alt_text, width, step * len(rows))


def _runs(values: Iterable[tuple[date, float | None]]) -> Iterator[dict[str, Any]]:
    """Points of a line that breaks where a day is not known."""
    run = 0
    for day, value in values:
        if value is None:
            run += 1
        else:
            yield {"day": str(day), "n": value, "run": run}


def _gaps(missing: Sequence[date], x: alt.X) -> list[alt.Chart]:
    """Grey bands over days of which nothing is known."""
    rows = [{"day": str(day)} for day in missing]
    return [alt.Chart(data(rows)).mark_rect(fill=GAP, stroke=GAP, strokeWidth=0.7).encode(x)] if rows else []


def _days(days: Sequence[date], say_day: SayDay, width: int, labels: bool = True) -> alt.X:
    """Days as bands, labelled by week, the last one always."""
    every = max(1, round(len(days) / max(2, width / 80)))
    shown = [day for n, day in enumerate(reversed(days)) if n % every == 0]
    said = json.dumps({str(day): say_day(day) for day in shown}, ensure_ascii=False)
    axis = alt.Axis(
        values=[str(day) for day in shown],
        labelExpr=f"{said}[datum.value]",
        labels=labels,
        labelAngle=0,
        labelOverlap=False,
        labelFlush=10,
        labelColor=SOFT,
        labelPadding=4,
        tickColor=SOFT,
        tickSize=4,
        domainColor=SOFT,
        title=None,
    )
    scale = alt.Scale(domain=[str(day) for day in days], paddingInner=0, paddingOuter=0)
    return alt.X("day:O", axis=axis, scale=scale)


def _values(**more: Any) -> alt.Y:
    return alt.Y("n:Q", title=None, **{"axis": _axis(), **more})


def _axis(count: int = 4, **more: Any) -> alt.Axis:
    whole = {} if "values" in more else {"format": ",d", "tickCount": count, "tickMinStep": 1}
    return number_axis(minExtent=36, **{**whole, **more})


def _colour(kinds: Sequence[str]) -> alt.Color:
    return alt.Color("kind:N", scale=alt.Scale(domain=kinds, range=[COLOURS[kind] for kind in kinds]), legend=None)
