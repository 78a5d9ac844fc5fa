"""Says why: one person's derivation as a person would explain it, from the same rows that the lists are made of."""

from sizao.derive.why.explain import Section, explain

__all__ = ["Section", "explain"]
