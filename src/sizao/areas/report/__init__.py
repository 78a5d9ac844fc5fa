"""The audit of published risk-area lists as pages to print."""

from sizao.areas.report.write import write_audit_report

__all__ = ["write_audit_report"]
