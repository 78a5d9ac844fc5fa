"""Says days, numbers, changes and places of the page in Chinese or English."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sizao.bulletin.places import find_place
from sizao.page.say import Say as SayOfPages

WEEKDAYS = {"zh": "一二三四五六日", "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}


@dataclass(frozen=True)
class Say(SayOfPages):
    """One language."""

    file = ("sizao.bulletin.report", "words.yaml")

    def known(self, value: int | None) -> str:
        return self("unknown") if value is None else self.number(value)

    def mean(self, value: float) -> str:
        """A mean with as many digits as it can bear."""
        return self.number(value, 0 if value >= 100 else 1)

    def share(self, value: float | None) -> str:
        return self("unknown") if value is None else f"{value:.0%}"

    def change(self, now: float | None, before: float | None) -> str | None:
        """The difference with its sign, and as a share where that says something; None if it is not known."""
        if now is None or before is None:
            return None
        if now == before:
            return self("same")
        return f"{_sign(now - before)}{abs(now - before):,.0f}" + (
            f" ({self.ratio(now, before)})" if before >= 20 else ""
        )

    def ratio(self, now: float, before: float) -> str:
        """How much more or less in per cent, or in times where it is more than threefold."""
        if before and now / before >= 3:
            return f"×{now / before:,.1f}"
        return f"{_sign(now - before)}{abs(now / before - 1):.0%}" if before else "—"

    def place(self, name: str) -> str:
        found = find_place(name) if self.lang == "en" else None
        return found.en if found and found.en and found.name == name else name

    def measure(self, name: str) -> str:
        """A measure's title; of one without a title, its name."""
        stem, _, origin = name.rpartition("_")
        known, origins = self.words()["measures"], self.words()["origins"]
        if origin in origins and stem in known:
            parts = (origins[origin][self.lang], known[stem][self.lang])
            return "".join(parts) if self.lang == "zh" else ", ".join(reversed(parts))
        return self.word("measures", name)

    def long_day(self, day: date) -> str:
        if self.lang == "zh":
            return f"{day.year}年{day.month}月{day.day}日（星期{WEEKDAYS['zh'][day.weekday()]}）"
        return f"{WEEKDAYS['en'][day.weekday()]} {self.day(day)} {day.year}"

    def spans(self, days: Sequence[date]) -> str:
        """Days in runs: 6月1日—30日."""
        runs: list[list[date]] = []
        for day in sorted(days):
            if runs and day - runs[-1][-1] == timedelta(days=1):
                runs[-1].append(day)
            else:
                runs.append([day])
        dash = "—" if self.lang == "zh" else " to "
        return self.some([self.day(run[0]) + (dash + self.day(run[-1]) if run[1:] else "") for run in runs], 4)


def _sign(value: float) -> str:
    return "+" if value > 0 else "−"
