"""The epidemic curve: one Vega-Lite chart, drawn on the server once per count, and given to who points at it."""

from __future__ import annotations

import datetime as dt
import json
import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.html import json_script
from django.utils.safestring import SafeString
from markupsafe import Markup

from sizao.page.drawing import draw_spec
from sizao.page.look import FONTS, GRID, INK, SIZE, SOFT
from sizao.register.tracing import Curve
from sizao.web.say import Words
from sizao.web.screens.situation_shown import SMALL
from sizao.words import Lang

WIDTH, HEIGHT = 500, 170
UNDER, FREE, SHADE = "#1f7a8c", "#d97706", "#9aa5ae"
"""Cases under a measure, in the community; days that will grow. The first two differ in lightness too."""
GAP = 0.06
"""Of a day, on either side of its bar."""
LIT = {"condition": {"param": "days", "value": 1}, "value": 0.35}
Row = tuple[dt.date, int, int, bool]
"""Day, under a measure, in the community, whether it will grow."""
_drawing = threading.Lock()


@dataclass(frozen=True)
class Drawn:
    """One curve: its picture and the same as data, in words how far it is complete, and its rows."""

    name: str
    picture: Markup
    spec: SafeString
    late: int | None
    of: int
    rows: Sequence[Row]
    """The last day first."""


def draw_curves(curve: Curve, lang: Lang, small: bool) -> list[Drawn]:
    """Both curves; none where a count of them is so small that the user may not see it."""
    pairs = {
        "onset": (curve.onset, curve.onset_late, curve.onset_of),
        "report": (curve.report, curve.report_late, curve.report_of),
    }
    counts = [curve.no_onset, *(n for values, _, _ in pairs.values() for pair in values for n in pair)]
    if small and any(0 < n < SMALL for n in counts):
        return []
    drawn = []
    for name, (values, late, of) in pairs.items():
        complete = len(values) - min(late or 0, len(values))
        rows = tuple(
            (day, under, free, n >= complete)
            for n, (day, (under, free)) in enumerate(zip(curve.days, values, strict=True))
        )
        drawn.append(Drawn(name, *_draw(name, rows, lang), late, of, rows[::-1]))
    return drawn


@lru_cache(maxsize=400)
def _draw(name: str, rows: tuple[Row, ...], lang: Lang) -> tuple[Markup, SafeString]:
    """The same figures are drawn once. `rows`: the first day first."""
    words = Words(lang)
    spec = curve_spec(rows, words)
    text = words.word("sit_curve_alts", name).format(
        since=words.day(rows[0][0]),
        until=words.day(rows[-1][0]),
        under=sum(row[1] for row in rows),
        free=sum(row[2] for row in rows),
        days=sum(row[3] for row in rows),
    )
    with _drawing:
        picture = draw_spec(spec | {"width": WIDTH, "height": HEIGHT}, text)
    return _lean(picture), json_script(spec)


def curve_spec(rows: Sequence[Row], words: Words) -> dict[str, Any]:
    """A curve as Vega-Lite, the same for the picture and for who points. `rows`: the first day first.

    A day under the pointer shows its counts; days that are drawn over become the selection `days`.
    """
    values = [
        {"d": words.day(day), "a": under, "b": free, "n": under + free, "g": int(grows), "x": n, "from": n + GAP}
        for n, (day, under, free, grows) in enumerate(rows)
    ]
    top = max([value["n"] for value in values] + [4])
    labelled = range(len(values) - 1, -1, -7)
    labels = {str(n): values[n]["d"] for n in labelled}
    axis = {
        "title": None,
        "values": [n + 0.5 for n in labelled],
        "labelExpr": f"({json.dumps(labels, ensure_ascii=False)})[floor(datum.value)]",
        "labelPadding": 6,
        "ticks": False,
        "grid": False,
        "domainColor": GRID,
    }
    # days as numbers: Vega cannot always say which bars of a scale of names are drawn over
    across = {"type": "quantitative", "scale": {"domain": [0, len(values)], "nice": False}, "axis": axis}
    grid = {"title": None, "tickCount": 4, "format": "d", "domain": False, "ticks": False, "grid": True}
    up = {"type": "quantitative", "scale": {"domain": [0, top], "nice": True}, "axis": grid}
    day = {"x": across | {"field": "x"}, "x2": {"field": "next"}, "y": up | {"datum": 0}, "y2": {"datum": top}}
    bar = {"x": across | {"field": "from"}, "x2": {"field": "to"}, "opacity": LIT}
    tooltip = [
        {"field": "d", "type": "nominal", "title": words("sit_date")},
        {"field": "a", "type": "quantitative", "title": words("sit_under")},
        {"field": "b", "type": "quantitative", "title": words("sit_free")},
    ]
    chosen = [{"name": "days", "select": {"type": "interval", "encodings": ["x"]}}]
    layers: list[dict[str, Any]] = [
        {
            "transform": [{"filter": "datum.g"}],
            "mark": {"type": "rect", "color": SHADE, "opacity": 0.28},
            "encoding": day,
        },
        {
            "mark": {"type": "rect", "color": UNDER},
            "params": chosen,
            "encoding": bar | {"y": up | {"field": "a"}, "y2": {"datum": 0}},
        },
        {
            "mark": {"type": "rect", "color": FREE},
            "encoding": bar | {"y": up | {"field": "n"}, "y2": {"field": "a"}},
        },
        {"mark": {"type": "rect", "opacity": 0}, "encoding": day | {"tooltip": tooltip}},  # the whole day answers
    ]
    return {
        "autosize": {"type": "fit", "contains": "padding"},
        "data": {"values": values},
        "transform": [
            {"calculate": "datum.x + 1", "as": "next"},
            {"calculate": f"datum.x + {1 - GAP}", "as": "to"},
        ],
        "layer": layers,
        "config": {
            "font": FONTS,
            "background": "transparent",
            "padding": 2,
            "aria": False,
            "axis": {"gridColor": GRID, "labelFontSize": SIZE, "labelColor": SOFT},
            "view": {"stroke": None},
        },
    }


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
    text = re.sub(r'<path[^>]* opacity="0"[^>]*/>', "", text)  # what only a pointer meets
    text = re.sub(r'<path d="(?:M0,0h0v0h0Z)?"[^>]*/>|<path[^>]*fill="none"[^>]*/>(?!</clip)', "", text)
    text = re.sub(r"<g[^>]*>\s*</g>", "", text)
    return Markup(text)


def _keep_role(found: re.Match[str]) -> str:
    return found[0] if found[0] in (' role="img"',) else ""
