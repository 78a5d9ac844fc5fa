"""What is wrong across the fields of a rulebook."""

from sizao.policy.faults.whole import find_faults

__all__ = ["find_faults"]
