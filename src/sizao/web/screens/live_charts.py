"""Charts that answer when somebody points at them: what a curve says to Vega, and Vega itself out of vl-convert."""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import threading
from collections.abc import Sequence
from functools import cache
from typing import Any

import vl_convert
from django.http import HttpResponse
from django.urls import reverse

from sizao.page.look import FONTS, GRID, SIZE, SOFT
from sizao.web.needs import needs
from sizao.web.say import Words

UNDER, FREE, SHADE = "#1f7a8c", "#d97706", "#9aa5ae"
"""Cases under a measure, in the community; days that will grow. The first two differ in lightness too."""
SNIPPET = """window.sizaoDraw = (place, chart) => vegaEmbed(place, chart, {ast: true, actions: false, renderer: "svg",
  mode: "vega-lite", defaultStyle: false, tooltip: {disableDefaultStyle: true}});"""
"""`ast`: expressions are walked, not compiled, for pages may compile nothing; nor have they styles of their own."""
_building = threading.Lock()


@needs("see_figures")
def chart_library(request: Any) -> HttpResponse:
    """The bundle; its address carries a hash, so a browser keeps it."""
    packed = build_library()
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        page = HttpResponse(packed, content_type="text/javascript; charset=utf-8")
        page["Content-Encoding"] = "gzip"
    else:
        page = HttpResponse(gzip.decompress(packed), content_type="text/javascript; charset=utf-8")
    page["Cache-Control"] = "private, max-age=31536000, immutable"
    page["Vary"] = "Accept-Encoding"
    return page


def library_address() -> str:
    """Where it is: the hash is of what it is made from, so that no page has to wait until it is made."""
    made_from = f"{vl_convert.__version__} {SNIPPET}"
    return f"{reverse('chart_library')}?v={hashlib.sha256(made_from.encode()).hexdigest()[:12]}"


def build_library() -> bytes:
    """Packed; built once in each process that is asked for it, which takes a second or two."""
    with _building:
        return _build()


@cache
def _build() -> bytes:
    return gzip.compress(vl_convert.javascript_bundle(SNIPPET).encode(), 9, mtime=0)


def curve_spec(rows: Sequence[tuple[dt.date, int, int, bool]], words: Words) -> dict[str, Any]:
    """A curve as Vega-Lite. `rows`: day, under a measure, in the community, whether it will grow; oldest first.

    A day under the pointer shows its counts; days that are drawn over become the selection `days`.
    """
    values = [{"d": words.day(day), "a": under, "b": free, "g": int(grows)} for day, under, free, grows in rows]
    top = max([under + free for _, under, free, _ in rows] + [4])
    days = [value["d"] for value in values]
    axis = {"title": None, "labelAngle": 0, "values": days[-1::-7], "ticks": False, "domainColor": GRID}
    x = {"field": "d", "type": "nominal", "sort": None, "scale": {"domain": days}, "axis": axis | {"labelPadding": 6}}
    grid = {"title": None, "tickCount": 4, "format": "d", "domain": False, "ticks": False, "gridColor": GRID}
    y = {"type": "quantitative", "scale": {"domain": [0, top], "nice": True}, "axis": grid}
    tooltip = [
        {"field": "d", "type": "nominal", "title": words("sit_date")},
        {"field": "a", "type": "quantitative", "title": words("sit_under")},
        {"field": "b", "type": "quantitative", "title": words("sit_free")},
    ]
    whole = {"mark": {"type": "bar", "opacity": 0}, "encoding": {"x": x, "y": y | {"datum": top}, "tooltip": tooltip}}
    shade = {
        "transform": [{"filter": "datum.g"}],
        "mark": {"type": "bar", "color": SHADE, "opacity": 0.28, "binSpacing": 0},
        "encoding": {"x": x, "y": y | {"datum": top}},
    }
    bars = {
        "transform": [{"fold": ["a", "b"], "as": ["k", "n"]}],
        "params": [{"name": "days", "select": {"type": "interval", "encodings": ["x"]}}],
        "mark": {"type": "bar"},
        "encoding": {
            "x": x,
            "y": y | {"field": "n", "stack": "zero"},
            "order": {"field": "k", "type": "nominal"},
            "color": {
                "field": "k",
                "type": "nominal",
                "scale": {"domain": ["a", "b"], "range": [UNDER, FREE]},
                "legend": None,
            },
            "opacity": {"condition": {"param": "days", "value": 1}, "value": 0.35},
            "tooltip": tooltip,
        },
    }
    return {
        "width": "container",
        "autosize": {"type": "fit", "contains": "padding"},
        "data": {"values": values},
        "layer": [whole, shade, bars],
        "config": {
            "font": FONTS,
            "background": "transparent",
            "padding": 2,
            "aria": False,
            "axis": {"labelFontSize": SIZE, "labelColor": SOFT},
            "view": {"stroke": None},
        },
    }
