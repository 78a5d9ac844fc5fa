"""The areas that the page names, the names that could not be read, and what was wrong with the input."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sizao.areas.report.answers import Answers
from sizao.areas.report.say import Say

LONGEST, WIDEST, UNREAD = 6, 6, 3
"""Names that the page prints: 15 in all."""

LENGTH = 46
"""Characters of a name before it is cut."""


@dataclass(frozen=True)
class Named:
    """What is listed by name, in one language."""

    answers: Answers
    say: Say
    most: int = LONGEST + WIDEST + UNREAD

    def longest(self) -> list[dict[str, str]]:
        return [self._stay(row) for row in self.answers.longest(LONGEST)]

    def widest(self) -> list[dict[str, str]]:
        return [self._stay(row) for row in self.answers.widest(WIDEST)]

    def unread(self) -> str:
        say, f, table = self.say, self.answers.findings, self.answers.audit["unread"]
        if not f.names_unread:
            return say("unread_none", names=f.names)
        spells = sum(table["spells"].to_pylist())
        return say("unread_says", names=f.names, n=f.names_unread, spells=spells)

    def unread_such(self) -> list[str]:
        """Some of the names that could not be read."""
        names = sorted(set(self.answers.audit["unread"]["place"].to_pylist()))
        return [_cut(name) for name in names[:UNREAD]]

    def input(self) -> str:
        say, f, answers = self.say, self.answers.findings, self.answers
        said = []
        if f.hours_single:
            hours = {"single": f.hours_single, "agree": f.hours_agreeing, "apart": f.most_apart}
            said.append(say("input_hours", **hours))
        if f.hours_of_several:
            said.append(say("input_several", n=f.hours_of_several))
        known = {day for days in f.at_day_end.values() for day in days}
        if missing := len(set(answers.days) - known):
            said.append(say("input_days", n=missing))
        found = [say("input_problem", what=say.word("problems", code), n=n) for code, n in f.problems.items()]
        said.append(say("input_problems", list=say.list(found)) if found else say("input_fine"))
        return say.sentences(*said)

    def _stay(self, row: dict[str, Any]) -> dict[str, str]:
        say = self.say
        scope = say.word("scopes", row["scope"])
        rule = row.get("rule_days")
        return {
            "level": say(f"{row['level']}_word"),
            "at": " ".join(dict.fromkeys((say.place(row["province"]), row["city"], row["county"]))),
            "place": _cut(row["place"]),
            "scope": scope if row.get("count", 1) == 1 else f"{scope} × {row['count']}",
            "first": _short(row["first_seen"]),
            "last": _short(row["last_seen"]),
            "days": say.decimal(row["days_least"]),
            "rule": say.number(rule),
            "such": say.number(row.get("such")),
        }


def _short(at: datetime) -> str:
    return f"{at:%Y-%m-%d}"


def _cut(name: str) -> str:
    return name if len(name) <= LENGTH else f"{name[:LENGTH]}…"
