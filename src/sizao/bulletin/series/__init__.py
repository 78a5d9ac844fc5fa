"""Series over published figures: averages, days since, other people's layouts and series, comparison."""

from sizao.bulletin.series.booking import derive_booking
from sizao.bulletin.series.compare import Comparison, compare_series
from sizao.bulletin.series.complete import complete_provinces
from sizao.bulletin.series.derive import derive_averages, derive_series
from sizao.bulletin.series.explain import explain_days, reasons
from sizao.bulletin.series.layouts import derive_jhu_wide, derive_who_daily
from sizao.bulletin.series.read import Foreign, read_series
from sizao.bulletin.series.since import derive_days_since_local
from sizao.bulletin.series.write import write_figures, write_series

__all__ = [
    "Comparison",
    "Foreign",
    "compare_series",
    "complete_provinces",
    "derive_averages",
    "derive_booking",
    "derive_days_since_local",
    "derive_jhu_wide",
    "derive_series",
    "derive_who_daily",
    "explain_days",
    "read_series",
    "reasons",
    "write_figures",
    "write_series",
]
