"""Writes the situation of a day as one printable HTML page, whole in itself: no network, no script."""

from __future__ import annotations

from datetime import date

import pyarrow as pa

from sizao.bulletin.report.derive import derive_situation
from sizao.bulletin.report.say import Say
from sizao.words import Lang


def write_report(figures: pa.Table, on: date, place: str = "全国", lang: Lang = "zh") -> str:
    """The page of one day as HTML, on one sheet of A4 when printed, in one column on a telephone.

    `figures` is the table of that name. It holds the days before too: changes and charts (of 60 days) come from them.
    `place` is a name or a code of GB/T 2260, or a place of one's own that the figures name. Numbers that nobody gave
    and days without a record are shown as such, never as 0.
    SizaoError: `no-figures` where the table holds no number of that day and place.
    """
    from sizao.bulletin.report.page import Page  # loading Altair takes longer than reading a hundred bulletins

    return Page(derive_situation(figures, on, place), Say(lang)).render()
