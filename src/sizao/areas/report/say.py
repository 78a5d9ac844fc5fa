"""Says days, numbers and places of the audit in Chinese or English."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib import resources
from typing import Any

from ruamel.yaml import YAML

from sizao.bulletin.places import find_place
from sizao.bulletin.report.say import MONTHS, Lang
from sizao.bulletin.report.say import Say as SayOfBulletins

__all__ = ["Lang", "Say", "words"]


@cache
def words() -> Mapping[str, Any]:
    """words.yaml."""
    text = resources.files("sizao.areas.report").joinpath("words.yaml").read_text("utf-8")
    return dict(YAML(typ="safe").load(text))


@dataclass(frozen=True)
class Say(SayOfBulletins):
    """One language; numbers, days and lists as on the page of a day's bulletin."""

    def __call__(self, word: str, **values: object) -> str:
        """A text of words.yaml with `values` filled in."""
        shown = {name: self.number(value) if isinstance(value, int) else value for name, value in values.items()}
        text: str = words()[word][self.lang]
        return text.format(**shown) if values else text

    def all(self, word: str) -> list[str]:
        """The sentences of a list of words.yaml."""
        return [entry[self.lang] for entry in words()[word]]

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

    def word(self, table: str, name: str) -> str:
        """The word for a name in one of the tables of words.yaml; of an unknown one, its name."""
        known = words()[table].get(name)
        return self.either(known) if known else name

    def scope(self, narrow: Sequence[str]) -> str:
        """The widest of scopes that go from narrow to wide."""
        return self.word("scopes", narrow[-1]) if narrow else "—"

    def month(self, day: date) -> str:
        return f"{day.month}月" if self.lang == "zh" else MONTHS[day.month - 1]
