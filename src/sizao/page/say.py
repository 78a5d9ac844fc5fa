"""Says the words of a page, its numbers, days and lists, in Chinese or English."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from sizao.words import Lang, read_yaml

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec")

SayDay = Callable[[date], str]


@dataclass(frozen=True)
class Say:
    """One language. Each page derives its own, which tells where its words are and what else it says."""

    lang: Lang
    file: ClassVar[tuple[str, str]]
    """Package and name of the YAML file with the words: {word: {zh: ..., en: ...}}."""

    @classmethod
    def words(cls) -> Mapping[str, Any]:
        """The words of the page, in both languages."""
        words: Mapping[str, Any] = read_yaml(*cls.file)
        return words

    def __call__(self, word: str, **values: object) -> str:
        """A word with `values` filled in; numbers get their thousands apart."""
        shown = {name: self.number(value) if isinstance(value, int) else value for name, value in values.items()}
        text: str = self.words()[word][self.lang]
        return text.format(**shown) if values else text

    def word(self, table: str, name: str) -> str:
        """The word for a name in one of the tables among the words; of an unknown one, its name."""
        known = self.words()[table].get(name)
        return str(known[self.lang]) if known else name

    def number(self, value: float | None, digits: int = 0) -> str:
        """A number with its thousands apart; — where there is none."""
        return "—" if value is None else f"{value:,.{digits}f}"

    def day(self, day: date) -> str:
        """A day, without its year."""
        return f"{day.month}月{day.day}日" if self.lang == "zh" else f"{day.day} {MONTHS[day.month - 1]}"

    def list(self, parts: Iterable[str]) -> str:
        """The parts in running text."""
        return ("、" if self.lang == "zh" else ", ").join(parts)

    def some(self, parts: Sequence[str], most: int) -> str:
        """The first parts, and how many more there are (the word `and_more`)."""
        if len(parts) <= most:
            return self.list(parts)
        return self("and_more", list=self.list(parts[:most]), n=len(parts), rest=len(parts) - most)

    def sentences(self, *parts: str) -> str:
        """Sentences that follow one another; empty ones are left out."""
        return ("" if self.lang == "zh" else " ").join(part for part in parts if part)
