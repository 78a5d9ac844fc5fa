"""Turns charts into SVG of a fixed width, small enough to carry in a page."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import altair as alt
import vl_convert
from markupsafe import Markup, escape

from sizao.bulletin.report.charts import FONTS, GRID, INK, SIZE, SOFT

__all__ = ["GRID", "INK", "SIZE", "SOFT", "data", "number_axis", "svg"]


def data(rows: Iterable[dict[str, Any]]) -> alt.Data:
    return alt.InlineData(values=list(rows))


def number_axis(**more: Any) -> alt.Axis:
    """Quiet lines; labels as wide in every panel, so that panels below each other share their days."""
    look = {"grid": True, "gridColor": GRID, "domain": False, "ticks": False, "labelColor": SOFT, "labelPadding": 6}
    return alt.Axis(minExtent=40, maxExtent=40, **{**look, "format": ",d", "tickCount": 3, **more})


def svg(chart: alt.LayerChart | alt.FacetChart, alt_text: str, width: int, height: int) -> Markup:
    """The chart as an image with a text in its place, as wide as its box."""
    look = chart.properties(width=width, height=height, autosize={"type": "fit", "contains": "padding"}).configure(
        font=FONTS,
        background="transparent",
        padding=2,
        aria=False,
        axis=alt.AxisConfig(labelFontSize=SIZE),
        view=alt.ViewConfig(stroke=None),
    )
    drawn = vl_convert.vegalite_to_svg(look.to_dict(validate=False), vl_version="6.4")
    head, _, body = drawn.partition(">")
    box = re.search(r'viewBox="0 0 ([\d.]+) [\d.]+"', head)
    assert box is not None
    opening = f'<svg xmlns="http://www.w3.org/2000/svg" role="img" {box[0]} style="max-width:{box[1]}px" aria-label="'
    body = re.sub(r"\d+\.\d{2,}", lambda number: f"{float(number[0]):.1f}", body)
    return Markup(opening) + escape(alt_text) + Markup('">') + Markup(body)
