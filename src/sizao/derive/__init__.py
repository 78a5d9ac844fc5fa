"""policy x facts x date -> measures, status, tests due, excesses; and why."""

from sizao.derive.derive import ANSWERS, Answer, Derivation, derive, derive_tests, facts_of

__all__ = ["ANSWERS", "Answer", "Derivation", "derive", "derive_tests", "facts_of"]
