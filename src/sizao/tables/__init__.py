"""Tables between the parts: the contract of each, readers that report every broken row, writers."""

from sizao.tables.codes import CODES, Code
from sizao.tables.contract import Column, Contract, contract, contracts
from sizao.tables.folder import read_folder
from sizao.tables.source import Folder, Source
from sizao.tables.write import write_tables

__all__ = [
    "CODES",
    "Code",
    "Column",
    "Contract",
    "Folder",
    "Source",
    "contract",
    "contracts",
    "read_folder",
    "write_tables",
]
