"""Tables between the parts: the contract of each, readers that report every broken row, writers."""

from sizao.tables.codes import CODES, Code
from sizao.tables.contract import Column, Contract, contract, contracts
from sizao.tables.folder import PROBLEMS_FILE, read_folder, read_table
from sizao.tables.grid import literal
from sizao.tables.source import Folder, Source
from sizao.tables.write import write_problems, write_tables

__all__ = [
    "CODES",
    "PROBLEMS_FILE",
    "Code",
    "Column",
    "Contract",
    "Folder",
    "Source",
    "contract",
    "contracts",
    "literal",
    "read_folder",
    "read_table",
    "write_problems",
    "write_tables",
]
