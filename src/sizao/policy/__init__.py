"""Policy as data: reads, checks and finds rulebooks."""

from sizao.policy.library import chain, choose, doubts_about, get, in_force, rulebooks, shipped_files
from sizao.policy.read import read_rulebook
from sizao.policy.rulebook import Assumption, Measure, Phase, Restriction, Rulebook, Transition, Trigger

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
    "read_rulebook",
    "rulebooks",
    "shipped_files",
]
