"""Daily bulletins: read into figures, reconciled, written, counted from cases, reported, and followed over time."""

from sizao.bulletin.check import Break, Checked, check_figures
from sizao.bulletin.count import count_figures
from sizao.bulletin.figure import FIGURES, Figure, tabulate
from sizao.bulletin.read import Reading, Unread, read_bytes, read_files, read_text
from sizao.bulletin.report import write_report
from sizao.bulletin.write import write_bulletin

__all__ = [
    "FIGURES",
    "Break",
    "Checked",
    "Figure",
    "Reading",
    "Unread",
    "check_figures",
    "count_figures",
    "read_bytes",
    "read_files",
    "read_text",
    "tabulate",
    "write_bulletin",
    "write_report",
]
