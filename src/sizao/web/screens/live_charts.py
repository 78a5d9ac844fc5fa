"""Charts that answer when somebody points at them: what a curve says to Vega, and Vega itself out of vl-convert."""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import json
import threading
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any

import vl_convert
from django.http import HttpResponse
from django.urls import reverse
from django.utils.html import json_script
from django.utils.safestring import SafeString

from sizao.page.look import FONTS, GRID, SIZE, SOFT
from sizao.web.needs import needs
from sizao.web.say import Words
from sizao.words import Lang

UNDER, FREE, SHADE = "#1f7a8c", "#d97706", "#9aa5ae"
"""Cases under a measure, in the community; days that will grow. The first two differ in lightness too."""
SNIPPET = """window.sizaoDraw = (place, chart) => vegaEmbed(place, chart, {ast: true, actions: false, renderer: "svg",
  mode: "vega-lite", defaultStyle: false, tooltip: {disableDefaultStyle: true}});"""
"""`ast`: expressions are walked, not compiled, for pages may compile nothing; nor have they styles of their own."""
GAP = 0.06
"""Of a day, on either side of its bar."""
LIT = {"condition": {"param": "days", "value": 1}, "value": 0.35}
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


@lru_cache(maxsize=400)
def curve_script(rows: tuple[tuple[dt.date, int, int, bool], ...], lang: Lang) -> SafeString:
    """What `curve_spec` says as data in a page; of the same figures once."""
    return json_script(curve_spec(rows, Words(lang)))


def curve_spec(rows: Sequence[tuple[dt.date, int, int, bool]], words: Words) -> dict[str, Any]:
    """A curve as Vega-Lite. `rows`: day, under a measure, in the community, whether it will grow; oldest first.

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
