"""Published lists of risk areas to spells: snapshots, tables of spells, and counts that were stated with them."""

from sizao.areas.read.lists import Lists
from sizao.areas.read.read import read_lists

__all__ = ["Lists", "read_lists"]
