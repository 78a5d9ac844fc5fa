"""Imports an export of WHO Go.Data."""

from sizao.tables.linelists.godata.read import read_godata

__all__ = ["read_godata"]
