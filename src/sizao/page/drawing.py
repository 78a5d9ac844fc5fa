"""Turns charts (Vega-Lite through Altair and vl-convert) into SVG, without a network or a browser."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import altair as alt
import vl_convert
from markupsafe import Markup, escape

from sizao.page.look import FONTS, GRID, SIZE, SOFT


def data(rows: Iterable[dict[str, Any]]) -> alt.Data:
    """Rows as the data of a chart."""
    return alt.InlineData(values=list(rows))


def number_axis(**more: Any) -> alt.Axis:
    """An axis of quiet lines; `more` as in `altair.Axis`."""
    look = {"grid": True, "gridColor": GRID, "domain": False, "ticks": False, "labelColor": SOFT, "labelPadding": 6}
    return alt.Axis(**{**look, **more})


def svg(chart: alt.LayerChart | alt.FacetChart, alt_text: str, width: float, height: float) -> Markup:
    """An Altair chart as `draw_spec` draws it."""
    look = chart.properties(width=width, height=height, autosize={"type": "fit", "contains": "padding"}).configure(
        font=FONTS,
        background="transparent",
        padding=2,
        aria=False,
        axis=alt.AxisConfig(labelFontSize=SIZE),
        view=alt.ViewConfig(stroke=None),
    )
    return draw_spec(look.to_dict(validate=False), alt_text)


def draw_spec(spec: dict[str, Any], alt_text: str) -> Markup:
    """A chart in Vega-Lite as an image with a text in its place, as wide as its box, at most as wide as it says."""
    drawn = vl_convert.vegalite_to_svg(spec, vl_version="6.4")
    head, _, body = drawn.partition(">")
    box = re.search(r'viewBox="0 0 ([\d.]+) [\d.]+"', head)
    assert box is not None
    opening = f'<svg xmlns="http://www.w3.org/2000/svg" role="img" {box[0]} style="max-width:{box[1]}px" aria-label="'
    return Markup(opening) + escape(alt_text) + Markup('">') + Markup(body)
