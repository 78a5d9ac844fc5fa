"""The situation of a day on one printable page."""

from sizao.bulletin.report.write import write_report

__all__ = ["write_report"]
