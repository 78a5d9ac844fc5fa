"""A value together with where it was read, what is doubtful about it, and what it was before."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sizao.policy.draft.items import Item
from sizao.policy.draft.tokens import Piece, Token
from sizao.policy.words import Words

Span = tuple[int, int]
"""[start, end) in characters of the original text."""


@dataclass(frozen=True)
class Cell:
    """One value of the draft. Without `span` the text does not say it.

    `assumed`: whether the doubt is a reading that must travel with the rulebook; `was`: where the text names the
    value that it replaces.
    """

    value: Any
    span: Span | None = None
    doubt: Words | None = None
    assumed: bool = True
    was: Span | None = None


@dataclass
class Reading:
    """What has been read so far from one item, and which of its tokens were needed for it."""

    piece: Piece
    used: set[Token] = field(default_factory=set)

    def cell(self, value: Any, *tokens: Token, **more: Any) -> Cell:
        """A value that stands where these tokens do."""
        self.used.update(tokens)
        return Cell(value, self.piece.span(*tokens), **more)

    def unread(self, kinds: frozenset[str]) -> list[Token]:
        """Tokens of these kinds that no value was made of; 11日 may be a date and is left out."""
        tokens = [token for sentence in self.piece.sentences for token in sentence]
        return [t for t in tokens if t.kind in kinds and t not in self.used and not self._is_date(t)]

    def _is_date(self, token: Token) -> bool:
        return token.kind == "days" and self.piece.words(token).endswith("日")


@dataclass
class Finding:
    """Something an item says of places or to authorities: what, about which one, its values, and where it is said."""

    what: str
    about: str
    cells: dict[str, Cell]
    item: Item
    place: Span


def superseded(sentence: list[Token]) -> set[Token]:
    """The values that a sentence changes from: in 由A调整为B those of A."""
    old: set[Token] = set()
    begin = 0
    changes = [n for n, token in enumerate(sentence) if token.kind == "change"]
    for n, change in enumerate(changes):
        end = changes[n + 1] if n + 1 < len(changes) else len(sentence)
        after = {_family(t) for t in sentence[change + 1 : end]}
        first = max((i for i in range(begin, change) if sentence[i].kind == "from"), default=begin)
        old.update(t for t in sentence[first:change] if _family(t) in after & VALUES)
        begin = change + 1
    return old


def spoken_against(sentence: list[Token], token: Token) -> bool:
    """Whether a word of prohibition stands before it in its clause: 不得, 纠正."""
    clause = sentence[: sentence.index(token)]
    comma = max((n for n, t in enumerate(clause) if t.kind == "comma"), default=-1)
    return any(t.kind in ("forbid", "correct") for t in clause[comma + 1 :])


VALUES = {"days", "hours", "nth", "frequency", "times", "restriction", "ct", "level_set"}
"""Kinds of token that are values of a rule: numbers, and what people are asked for."""


def _family(token: Token) -> str:
    return "restriction" if token.kind == "choice" else token.kind
