"""What differs between two rulebooks, drafts included: in words, with the line in both files."""

from sizao.policy.diff.change import Change
from sizao.policy.diff.effects import effect_data, find_effects, write_effects
from sizao.policy.diff.rulebooks import diff_rulebooks
from sizao.policy.diff.source import Document, Place, read_document, read_documents
from sizao.policy.diff.text import change_data, write_changes

__all__ = [
    "Change",
    "Document",
    "Place",
    "change_data",
    "diff_rulebooks",
    "effect_data",
    "find_effects",
    "read_document",
    "read_documents",
    "write_changes",
    "write_effects",
]
