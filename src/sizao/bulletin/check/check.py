"""The check of a whole table of figures."""

from __future__ import annotations

import pyarrow as pa

from sizao.bulletin.check.between import check_between
from sizao.bulletin.check.breaks import Checked
from sizao.bulletin.check.day import read_days
from sizao.bulletin.check.ledger import Ledger
from sizao.bulletin.check.within import check_within


def check_figures(figures: pa.Table) -> Checked:
    """Reconciles a table `figures` (any number of bulletins, of any authorities; see tables/contracts.yaml).

    A rule is tested wherever all its figures are given; a figure that is not given counts as nothing, never as 0,
    save where docs/bulletins.md says so. Nothing is changed and nothing is guessed: every difference is a Break.
    """
    ledger = Ledger()
    days = read_days(figures)
    for day in days:
        check_within(day, ledger)
    check_between(days, ledger)
    return ledger.close()
