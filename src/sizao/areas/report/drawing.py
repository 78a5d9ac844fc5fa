"""Turns charts of the audit into SVG, small enough to carry many in a page."""

from __future__ import annotations

import re
from typing import Any

import altair as alt
from markupsafe import Markup

from sizao.page import drawing


def number_axis(**more: Any) -> alt.Axis:
    """Labels as wide in every panel, so that panels below each other share their days."""
    return drawing.number_axis(minExtent=40, maxExtent=40, **{"format": ",d", "tickCount": 3, **more})


def svg(chart: alt.LayerChart | alt.FacetChart, alt_text: str, width: float, height: float) -> Markup:
    """The chart as an image with a text in its place, its numbers to a tenth of a pixel."""
    head, end, body = drawing.svg(chart, alt_text, width, height).partition('">')
    return head + end + Markup(re.sub(r"\d+\.\d{2,}", lambda number: f"{float(number[0]):.1f}", body))
