"""policy x facts x date -> measures, status, tests due, excesses; and why."""

from sizao.derive.compile import UNDECIDED
from sizao.derive.derive import ANSWERS, Answer, Derivation, derive, derive_tests, facts_of

__all__ = ["ANSWERS", "UNDECIDED", "Answer", "Derivation", "derive", "derive_tests", "facts_of"]
