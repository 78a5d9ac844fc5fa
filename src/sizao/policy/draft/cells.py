"""A value together with where it was read, what is doubtful about it, and what it was before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sizao.policy.draft.items import Item
from sizao.policy.draft.tokens import COUNTS, NUMBERS, Piece, Token
from sizao.policy.draft.vocabulary import say
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
    """What has been read so far from one item, and which of its tokens were needed for it.

    `on_people`: whether the item says what is asked of people, so that its counts are numbers of the rules too.
    """

    piece: Piece
    used: set[Token] = field(default_factory=set)
    on_people: bool = False

    def cell(self, value: Any, *tokens: Token, **more: Any) -> Cell:
        """A value that stands where these tokens do; doubtful where one of them is no certain number."""
        self.used.update(tokens)
        more["doubt"] = more.get("doubt") or self.doubt(*tokens)
        return Cell(value, self.piece.span(*tokens), **more)

    def finding(self, what: str, about: str, cells: dict[str, Cell], *tokens: Token) -> Finding:
        """What these tokens of the item say besides its measures."""
        return Finding(what, about, cells, self.piece.item, self.piece.span(*tokens))

    def doubt(self, *tokens: Token) -> Words | None:
        """What keeps the first uncertain one of these numbers from being certain."""
        mark = next((t.mark for t in tokens if t.mark), None)
        return say(mark[0], words=self.piece.view.text[mark[1] : mark[2]]) if mark else None

    def unread(self) -> list[Token]:
        """Numbers of the rules that no value was made of; 11日 may be a date and is left out."""
        days = {t.value[0] for s in self.piece.sentences for t in s if t.kind == "days" and t in self.used}
        found: list[Token] = []
        for sentence in self.piece.sentences:
            counts = set(self._open_counts(sentence, days)) if self.on_people else set()
            found += [
                token
                for token in sentence
                if token not in self.used and not self._is_date(token) and (token.kind in NUMBERS or token in counts)
            ]
        return found

    def _is_date(self, token: Token) -> bool:
        return token.kind in ("days", "numeral") and self.piece.words(token).endswith("日")

    def _open_counts(self, sentence: list[Token], days: set[int]) -> Iterator[Token]:
        """Counts that say more than the values read beside them: 各1次 and 5+3 may only repeat those."""
        explained = {t for t in sentence if t.kind == "sum" and days.issuperset(t.value)}
        if explained:
            explained |= {t for t in superseded(sentence) if t.kind == "sum"}
        tests = [t for t in sentence if t.kind in ("nth", "frequency", "hours", "ct")]
        lengths = {len(t.value) for t in tests if t.kind == "nth" and t in self.used}
        for token in sentence:
            repeated = token.value in lengths or (token.value == 1 and tests) if token.kind == "times" else False
            if token.kind in COUNTS and token not in explained and (token.mark or not repeated):
                yield token


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


VALUES = {"days", "hours", "nth", "frequency", "times", "restriction", "ct", "level_set", "sum"}
"""Kinds of token that are values of a rule: numbers, and what people are asked for."""


def _family(token: Token) -> str:
    return "restriction" if token.kind == "choice" else token.kind
