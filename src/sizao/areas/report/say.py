"""Says days, numbers and places of the audit in Chinese or English."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sizao.bulletin.places import find_place
from sizao.page.say import MONTHS
from sizao.page.say import Say as SayOfPages


@dataclass(frozen=True)
class Say(SayOfPages):
    """One language."""

    file = ("sizao.areas.report", "words.yaml")

    def all(self, word: str) -> list[str]:
        """The sentences of a list of words.yaml."""
        return [entry[self.lang] for entry in self.words()[word]]

    def either(self, pair: Mapping[str, str]) -> str:
        return pair[self.lang]

    def place(self, name: str) -> str:
        """A province by its short name (河南) or in English; what is not known stays as it is."""
        found = find_place(name)
        if found is None or found.en is None or name not in (found.name, found.full):
            return name
        return found.en if self.lang == "en" else found.name

    def year_day(self, day: date) -> str:
        return f"{day.year}年{self.day(day)}" if self.lang == "zh" else f"{self.day(day)} {day.year}"

    def hour(self, at: datetime) -> str:
        return f"{self.day(at.date())}{at.hour}时" if self.lang == "zh" else f"{self.day(at.date())} {at.hour}:00"

    def hour_after(self, before: datetime, at: datetime) -> str:
        """An hour without its day, where that was said before."""
        if before.date() != at.date():
            return self.hour(at)
        return f"{at.hour}时" if self.lang == "zh" else f"{at.hour}:00"

    def days(self, value: float | None) -> str:
        """Days to the quarter, as curves have them; None: more than half are left at the end of a curve."""
        return "—" if value is None else f"{value:g}"

    def fine_share(self, value: float) -> str:
        """A share with a decimal where it is small."""
        if 0 < value < 0.0005:
            return "<0.1%"
        return f"{value:.1%}" if 0 < value < 0.1 else f"{value:.0%}"

    def span(self, least: float, most: float) -> str:
        """From one share to another."""
        low, high = self.fine_share(least), self.fine_share(most)
        return high if low == high else f"{low.removesuffix('%')}–{high}"

    def decimal(self, value: float | None) -> str:
        return self.number(value, 1)

    def share(self, value: float | None) -> str:
        return "—" if value is None else f"{value:.0%}"

    def pair(self, before: str, after: str) -> str:
        """A number before and after the change."""
        return f"{before} → {after}"

    def part(self, of: int, all_of: int) -> str:
        """One number as a share of another."""
        return self.share(of / all_of if all_of else None)

    def scope(self, narrow: Sequence[str]) -> str:
        """The widest of scopes that go from narrow to wide."""
        return self.word("scopes", narrow[-1]) if narrow else "—"

    def month(self, day: date) -> str:
        return f"{day.month}月" if self.lang == "zh" else MONTHS[day.month - 1]
