"""Tables between the parts: the contract of each, readers that report every broken row, writers."""

from sizao.tables.contract import Column, Contract, contract, contracts

__all__ = ["Column", "Contract", "contract", "contracts"]
