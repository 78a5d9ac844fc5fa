"""Lists of risk areas that authorities published: read into spells, audited against the rulebooks."""

from sizao.areas.audit import Audit, Findings, audit_lists
from sizao.areas.read import Lists, read_lists
from sizao.areas.write import write_tables

__all__ = ["Audit", "Findings", "Lists", "audit_lists", "read_lists", "write_tables"]
