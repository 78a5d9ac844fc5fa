"""Writes an audit of risk-area lists as one printable HTML page, whole in itself: no network, no script."""

from __future__ import annotations

from sizao.areas.audit import Audit
from sizao.areas.report.answers import Answers
from sizao.areas.report.say import Say
from sizao.words import Lang


def write_audit_report(audit: Audit, lang: Lang = "zh") -> str:
    """The audit as HTML: two to four sheets of A4 when printed, one column on a telephone.

    Names of places are printed as the lists give them, at most 15 of them; all others are in the audit's tables.
    """
    from sizao.areas.report.page import Page  # loading Altair takes a while

    return Page(Answers(audit), Say(lang)).render()
