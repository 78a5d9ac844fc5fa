"""Words of the sheet, in the language asked for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sizao.policy.rulebook import Rulebook
from sizao.policy.words import Words
from sizao.words import Lang, read_yaml


def _phrases() -> dict[str, dict[str, str]]:
    phrases: dict[str, dict[str, str]] = read_yaml("sizao.policy.sheet", "words.yaml")
    return phrases


@dataclass(frozen=True)
class Speech:
    """Speaks of one rulebook in one language."""

    book: Rulebook
    lang: Lang

    def say(self, phrase: str, **values: object) -> str:
        """A phrase of words.yaml, filled in."""
        return _phrases()[phrase][self.lang].format(**values)

    def of(self, words: Words) -> str:
        """A text of the rulebook."""
        return words.zh if self.lang == "zh" else words.en

    def join(self, parts: Iterable[object], by: str = "comma") -> str:
        """A list in running text."""
        return self.say(by).join(str(part) for part in parts)

    def event(self, kind: str) -> str:
        """A kind of event by its title, where the rulebook gives it one."""
        title = self.book.kind_titles.get(kind)
        return kind if title is None else self.say("named", title=self.of(title), id=kind)

    def measure(self, name: str) -> str:
        """A measure by its title."""
        return self.say("named", title=self.of(self.book.measure(name).title), id=name)

    def restriction(self, name: str) -> str:
        """A restriction by its title."""
        return next((self.of(r.title) for r in self.book.restrictions if r.id == name), name)

    def level(self, name: str) -> str:
        """A level of places by its title."""
        return next((self.of(level.title) for level in self.book.areas.levels if level.id == name), name)

    def with_clause(self, text: str, *clauses: str | None) -> str:
        """A text and the clauses where it stands."""
        for clause in clauses:
            text = self.say("with_clause", text=text, clause=clause) if clause else text
        return text
