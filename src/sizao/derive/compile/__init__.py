"""Compiles a chain of rulebooks to small tables that the SQL joins with the facts: policy is data, never a query."""

from sizao.derive.compile.policy import Policy, compile_policy
from sizao.derive.compile.runs import UNDECIDED
from sizao.derive.compile.schemas import DAY_MAX, DAY_MIN, EPOCH, day_number

__all__ = ["DAY_MAX", "DAY_MIN", "EPOCH", "UNDECIDED", "Policy", "compile_policy", "day_number"]
