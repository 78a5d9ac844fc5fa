"""What published lists of risk areas show beside the rulebooks of their days."""

from sizao.areas.audit.audit import WINDOW, Audit, audit_lists
from sizao.areas.audit.findings import Adoption, Findings, Ranked, Share, Stay, Survived, Term

__all__ = [
    "WINDOW",
    "Adoption",
    "Audit",
    "Findings",
    "Ranked",
    "Share",
    "Stay",
    "Survived",
    "Term",
    "audit_lists",
]
