"""The epidemic curve as SVG, by onset and by confirmation, apart by how cases were found; drawn once per count."""

from __future__ import annotations

import datetime as dt
import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import altair as alt
from markupsafe import Markup

from sizao.page.drawing import data, number_axis, svg
from sizao.page.look import GRID, INK, SOFT
from sizao.register.tracing import Curve
from sizao.web.say import Words, lang
from sizao.web.screens.live_charts import FREE, SHADE, UNDER, curve_script
from sizao.web.screens.situation_shown import SMALL
from sizao.words import Lang

WIDTH, HEIGHT = 500, 170
_drawing = threading.Lock()


@dataclass(frozen=True)
class Drawn:
    """One curve: its picture, in words how far it is complete, and its rows."""

    name: str
    picture: Markup
    late: int | None
    of: int
    rows: Sequence[tuple[dt.date, int, int, bool]]
    """Day, under a measure, in the community, whether it will grow; the last day first."""

    def spec(self) -> str:
        """The same for somebody who points at it, in the language of the page."""
        return curve_script(tuple(self.rows[::-1]), lang())


def draw_curves(curve: Curve, lang: Lang, small: bool) -> list[Drawn]:
    """Both curves; none where a day's count is so small that the user may not see it."""
    pairs = {
        "onset": (curve.onset, curve.onset_late, curve.onset_of),
        "report": (curve.report, curve.report_late, curve.report_of),
    }
    if small and any(0 < n < SMALL for values, _, _ in pairs.values() for pair in values for n in pair):
        return []
    drawn = []
    for name, (values, late, of) in pairs.items():
        open_days = min(late or 0, len(curve.days))
        picture = _draw(name, tuple(curve.days), tuple(values), open_days, lang)
        rows = [
            (day, under, free, n >= len(values) - open_days)
            for n, (day, (under, free)) in enumerate(zip(curve.days, values, strict=True))
        ]
        drawn.append(Drawn(name, picture, late, of, rows[::-1]))
    return drawn


@lru_cache(maxsize=400)
def _draw(
    name: str, days: tuple[dt.date, ...], values: tuple[tuple[int, int], ...], grows: int, lang: Lang
) -> Markup:
    """The same figures are drawn once."""
    words = Words(lang)
    shown = [words.day(day) for day in days]
    bars = [
        {"d": day, "n": n, "k": kind}
        for day, pair in zip(shown, values, strict=True)
        for kind, n in zip(("a", "b"), pair, strict=True)
        if n
    ]
    top = max([sum(pair) for pair in values] + [4])
    x = alt.X(
        "d:N",
        title=None,
        sort=None,
        scale=alt.Scale(domain=shown, paddingInner=0.12, paddingOuter=0.1),
        axis=alt.Axis(
            labelAngle=0, values=shown[-1::-7], ticks=False, domainColor=GRID, labelColor=SOFT, labelPadding=6
        ),
    )
    y: dict[str, Any] = {"title": None, "scale": alt.Scale(domain=[0, top], nice=True)}
    shaded = [{"d": day, "n": top} for day in shown[len(shown) - grows :]]
    shade = alt.Chart(data(shaded)).mark_bar(color=SHADE, opacity=0.28, binSpacing=0)
    chart = (
        alt.Chart(data(bars))
        .mark_bar()
        .encode(
            x=x,
            y=alt.Y("n:Q", stack="zero", axis=number_axis(tickCount=4, format="d"), **y),
            color=alt.Color("k:N", scale=alt.Scale(domain=["a", "b"], range=[UNDER, FREE]), legend=None),
            order=alt.Order("k:N"),
        )
    )
    layers = [shade.encode(x=x, y=alt.Y("n:Q", **y)), chart] if shaded else [chart]
    total = [sum(pair[i] for pair in values) for i in (0, 1)]
    said = words.word("sit_curve_alts", name)
    text = said.format(since=shown[0], until=shown[-1], under=total[0], free=total[1], days=grows)
    with _drawing:
        picture = svg(alt.layer(*layers), text, WIDTH, HEIGHT)
    return _lean(picture)


def _lean(picture: Markup) -> Markup:
    """Without what only makes it longer, no style of its own (pages may have none), text in the page's colours."""
    text = str(picture)
    text = re.sub(r' style="[^"]*"', "", text)
    text = re.sub(r' (?:class|font-family|pointer-events|aria-[a-km-z]\w*|role)="[^"]*"(?=[^>]*>)', _keep_role, text)
    text = (
        text.replace(f'fill="{SOFT}"', 'class="soft"')
        .replace(f'fill="{INK}"', "")
        .replace(f'stroke="{GRID}"', 'class="line"')
    )
    text = re.sub(r"(\d+\.\d)\d+", r"\1", text)
    text = re.sub(r"<g>\s*</g>|<path[^>]*fill=\"none\"[^>]*/>(?!</clip)", "", text)
    return Markup(text)


def _keep_role(found: re.Match[str]) -> str:
    return found[0] if found[0] in (' role="img"',) else ""
