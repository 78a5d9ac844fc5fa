"""The colours and letters of pages and of the charts in them."""

from __future__ import annotations

INK, SOFT = "#111820", "#4a545e"
"""Of text: 7:1 and 4.5:1 on white and on FAINT, or more."""

LINE, GRID, FAINT = "#c9d0d6", "#dfe3e7", "#f2f4f6"
FONTS = "Noto Sans CJK SC, Source Han Sans SC, Microsoft YaHei, PingFang SC, sans-serif"
SIZE = 11
"""Pixels, of letters in charts."""
