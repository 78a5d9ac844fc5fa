"""Policy as data: reads, checks, finds, compares and drafts rulebooks."""

from sizao.policy.files import shipped_files
from sizao.policy.library import chain, choose, doubts_about, get, in_force, nearest_first, rulebooks
from sizao.policy.persons import Measure, Phase, Trigger
from sizao.policy.read import read_rulebook
from sizao.policy.rulebook import Assumption, Restriction, Rulebook, Transition

__all__ = [
    "Assumption",
    "Measure",
    "Phase",
    "Restriction",
    "Rulebook",
    "Transition",
    "Trigger",
    "chain",
    "choose",
    "doubts_about",
    "get",
    "in_force",
    "nearest_first",
    "read_rulebook",
    "rulebooks",
    "shipped_files",
]
