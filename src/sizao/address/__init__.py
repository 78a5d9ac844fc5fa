"""Reads Chinese place names, as lists of risk areas have them, into parts, scope and a key for spellings."""

from sizao.address.address import Address, Scope
from sizao.address.read import read_address
from sizao.address.table import read_addresses

__all__ = ["Address", "Scope", "read_address", "read_addresses"]
