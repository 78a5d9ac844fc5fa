"""The check of a whole table of figures."""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa

from sizao.bulletin.check.between import check_between
from sizao.bulletin.check.breaks import Checked
from sizao.bulletin.check.day import read_days
from sizao.bulletin.check.ledger import Ledger
from sizao.bulletin.check.rows import check_rows
from sizao.bulletin.check.within import check_within


def check_figures(figures: pa.Table) -> Checked:
    """Reconciles a table `figures` (any number of bulletins, of any authorities; see tables/contracts.yaml).

    A rule is tested wherever all its figures are given. A figure that is not given is no 0, save for conversions by
    origin: the paragraph on confirmed cases leaves out an origin that has none. Nothing is changed: a difference is a
    Break, and stays one when a note explains it. Rows that are no figures at all are told as `problems`.
    """
    ledger = Ledger()
    days = read_days(figures)
    for day in days:
        check_within(day, ledger)
    check_between(days, ledger)
    return replace(ledger.close(), problems=check_rows(figures))
