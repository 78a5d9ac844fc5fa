"""Says dates, numbers, places and the words of words.yaml in Chinese or English."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sizao.page.say import Say
from sizao.policy import Rulebook, nearest_first
from sizao.policy.overlay import BETWEEN
from sizao.policy.words import Words
from sizao.words import MONTHS, TWO_NAMES, Lang

WEEKDAYS = {
    "zh": "一二三四五六日",
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}


@dataclass(frozen=True)
class Speech(Say):
    """One language: its words, dates and numbers, and the titles that the rulebooks give."""

    file = ("sizao.cli", "words.yaml")
    titles: dict[str, str]
    away: frozenset[str] = frozenset()
    """Restrictions under which a person is not at home and takes a room or bed."""

    def of(self, words: Words) -> str:
        return words.zh if self.lang == "zh" else words.en

    def source(self, book: Rulebook) -> str:
        """A rulebook's title and number; of a local one, also the rulebook that it is laid over."""
        number = f"（{book.document.number}）" if self.lang == "zh" else f" ({book.document.number})"
        _, _, national = book.id.partition(BETWEEN)
        return self.of(book.title) + number + (self("laid_over", national=national) if national else "")

    def title(self, name: str | None) -> str:
        """The title of a measure or restriction."""
        return self.titles.get(name, name) if name else "—"

    def about(self, name: str) -> str:
        """What an assumption of a rulebook is about: a measure, or a part of the document."""
        return self(f"about_{name}") if f"about_{name}" in self.words() else self.title(name)

    def change(self, value: int) -> str:
        return f"{value:+,}".replace("-", "−") if value else "0"

    def day(self, day: date | None) -> str:
        """A day, without its year."""
        if day is None:
            return "—"
        return f"{day.month}月{day.day}日" if self.lang == "zh" else f"{day.day} {MONTHS[day.month - 1][:3]}"

    def long_day(self, day: date) -> str:
        if self.lang == "zh":
            return f"{day.year}年{day.month}月{day.day}日 星期{WEEKDAYS['zh'][day.weekday()]}"
        return f"{WEEKDAYS['en'][day.weekday()]} {day.day} {MONTHS[day.month - 1]} {day.year}"

    def place(self, name: str | None) -> str:
        """A place, in this language where every part of its name comes in both, "云溪苑 Yunxi Court"."""
        parts = [TWO_NAMES.fullmatch(part) for part in (name or "").split(" / ")]
        if name is None or not all(parts):
            return name or ""
        return " ".join(part[1 if self.lang == "zh" else 2] for part in parts if part)

    def join(self, *texts: str) -> str:
        """The texts that say something, apart by commas."""
        return ("，" if self.lang == "zh" else ", ").join(text for text in texts if text)

    def label(self, word: str, text: str) -> str:
        """A word, a colon and what is said about it."""
        return self.label_of(self(word), text)

    def label_of(self, name: str, text: str) -> str:
        return f"{name}：{text}" if self.lang == "zh" else f"{name}: {text}"

    def flags(self, flags: str) -> list[str]:
        return [self(word) for word in flags.split(";") if word]


def speak(lang: Lang, rulebooks: Sequence[Rulebook], on: date) -> Speech:
    """The words of a language, with the titles that a chain of rulebooks (oldest first) gives, seen from a date.

    The titles of the rulebook in force on it hold, then those of older ones, the latest first, then of later ones.
    """
    books = nearest_first(rulebooks, on)
    asked = [*((m.id, m.title) for book in books for m in book.measures)]
    asked += [(r.id, r.title) for book in books for r in book.restrictions]
    levels = [(level.id, level.title) for book in books for level in book.areas.levels]
    others = [*((p.id, p.title) for book in books for p in book.proofs)]
    others += [(d.id, d.title) for book in books for d in book.duties]
    gone = [(level.level, level.title) for book in books for level in book.areas.abolished]
    titles: dict[str, str] = {}
    for name, title in (*asked, *levels, *others, *gone):
        titles.setdefault(name, title.zh if lang == "zh" else title.en)
    away = frozenset(r.id for book in books for r in book.restrictions if r.away)
    return Speech(lang, titles, away)
