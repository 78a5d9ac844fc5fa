"""Importers: one module per line list, each `read_X(folder) -> Imported` (tables, problems, what was assumed)."""

from sizao.tables.linelists.draft import Imported
from sizao.tables.linelists.godata import read_godata
from sizao.tables.linelists.korea_ds4c import read_korea_ds4c
from sizao.tables.linelists.mers_korea import read_mers_korea

__all__ = ["Imported", "read_godata", "read_korea_ds4c", "read_mers_korea"]
