"""Reconciles figures: within a bulletin, and from one report day to the next."""

from __future__ import annotations

from sizao.bulletin.check.breaks import Break, Checked, Tally
from sizao.bulletin.check.check import check_figures

__all__ = ["Break", "Checked", "Tally", "check_figures"]
