"""Drafts a rulebook from the Chinese text of a notice, with the place in the text of each value."""

from sizao.policy.draft.draft import Draft, Unread, draft_text
from sizao.policy.draft.text import read_text
from sizao.policy.draft.tree import Value
from sizao.policy.draft.write import write_draft

__all__ = ["Draft", "Unread", "Value", "draft_text", "read_text", "write_draft"]
