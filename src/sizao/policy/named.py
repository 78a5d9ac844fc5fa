"""What an order names, however it is spelt: the clause of its reason, and its own word."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sizao.policy.rulebook import Rulebook

BRACKETS = str.maketrans("〔【[〕】]", "((()))")
HAN_NUMERALS = "〇零一二三四五六七八九十百千"
TESTS_A_DAY: Mapping[str, int] = {"two_tests_a_day": 2, "three_tests_a_day": 3}
"""Words of orders that ask everybody of a place for so many samples a day."""


def plain_clause(clause: str) -> str:
    """A clause in one width, in small letters, without spaces: 二 （六） and 二(六) are one."""
    return "".join(unicodedata.normalize("NFKC", clause).casefold().translate(BRACKETS).split())


def plain_word(word: str) -> str:
    """A word in one width, in small letters, without spaces, hyphens and underscores."""
    return re.sub(r"[\s_-]", "", unicodedata.normalize("NFKC", word).casefold())


def names_clause(named: str, clause: str) -> bool:
    """Whether what an order names is the clause, alone or after the name of a document (20条 二（六）).

    What stands before may not end in the middle of a number or a word: 三十二（六） is not 二（六）.
    """
    text, own = plain_clause(named), plain_clause(clause)
    if not own or not text.endswith(own):
        return False
    before = text[: -len(own)]
    if not before:
        return True
    if _sort(before[-1]) != _sort(own[0]) or _sort(own[0]) is None:
        return before[-1] != "第"
    return _sort(own[0]) == "letter" and _parted(named, own)


def _sort(char: str) -> str | None:
    if char in HAN_NUMERALS:
        return "han"
    if char.isdigit():
        return "digit"
    return "letter" if char.isascii() and char.isalpha() else None


def _parted(named: str, own: str) -> bool:
    """Whether a space stands before the clause where it ends what is named."""
    text = unicodedata.normalize("NFKC", named).casefold().translate(BRACKETS)
    spaced = r"\s*".join(re.escape(char) for char in own)
    return re.search(rf"\s{spaced}\s*$", text) is not None


def spell_words(chain: Sequence[Rulebook]) -> Mapping[str, str]:
    """Every plain spelling of a word that orders on places may have -> the word: words as they are, and the titles of
    levels. A title that several levels have is that of the one which orders call so, the newest rulebook's first."""
    words = [name for book in chain for name in sorted(book.areas.about)]
    words += [ban.order for book in chain for ban in book.limits.forbidden]
    spelt = {plain_word(word): word for word in reversed((*words, "mass_testing", *TESTS_A_DAY))}
    for book in reversed(chain):
        own = sorted(book.areas.levels, key=lambda level: level.ordered_as is not None)
        titles = [(level.title, level.id) for level in own]
        titles += [(gone.title, gone.level) for gone in book.areas.abolished]
        for title, word in titles:
            for text in (title.zh, title.en):
                spelt.setdefault(plain_word(text), word)
    return spelt
