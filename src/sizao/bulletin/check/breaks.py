"""What a check finds: a figure that does not reconcile, and how often each rule held."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from sizao.errors import Problem
from sizao.words import read_yaml

Rule = Literal["parts", "list", "stock", "step", "converted", "whole", "twice", "duplicate", "sequence", "published"]
Severity = Literal["error", "accepted", "named"]
RULES: tuple[Rule, ...] = get_args(Rule)


@dataclass(frozen=True)
class Break:
    """A figure that does not reconcile: `stated` by the text, `counted` from the other figures of the rule.

    `severity`: "error"; "accepted" where `note` (a correction or remark of the text, or a published correction)
    explains it; "named" for a fact of the calendar that is no error. For `sequence` and `published` the numbers are
    days (stated, expected); otherwise persons. `counted` None: nothing stands where a number should. `start`, `end`:
    the span of the stated number in `source`, characters from 0.
    """

    report_date: dt.date
    place: str
    rule: Rule
    measure: str
    stated: int
    counted: int | None
    note: str | None
    source: str | None
    start: int | None
    end: int | None
    severity: Severity

    @property
    def accepted(self) -> bool:
        """Whether a note explains it."""
        return self.note is not None

    @property
    def where(self) -> str:
        """`source:start`; empty if the table does not tell."""
        return "" if self.source is None else self.source if self.start is None else f"{self.source}:{self.start}"

    def say(self, lang: str = "en") -> str:
        """One line with both numbers and the place in the text. `lang`: zh or en."""
        words = check_words()
        counted = words["nothing"][lang] if self.counted is None else self.counted
        return str(words["sentence"][lang]).format(
            date=self.report_date,
            place=self.place,
            measure=self.measure,
            says=words["rules"][self.rule]["says"][lang].format(stated=self.stated, counted=counted),
            where=self.where or words["nowhere"][lang],
            note="" if self.note is None else words["note"][lang].format(note=self.note),
        )

    def __str__(self) -> str:
        return self.say("en")


@dataclass
class Tally:
    """How often a rule could be tested, held, held by a note (`noted`), and broke without one; `named`: a fact of the
    calendar, such as a missing day, that is no error.
    """

    tested: int = 0
    held: int = 0
    noted: int = 0
    broken: int = 0
    named: int = 0

    @property
    def share(self) -> float | None:
        """Share of the tests that did not break; None if there was none."""
        return 1 - self.broken / self.tested if self.tested else None


@dataclass(frozen=True)
class Checked:
    """All breaks, in the order of report days, a tally for each rule, and rows that are no figures (`problems`)."""

    breaks: tuple[Break, ...] = ()
    held: Mapping[Rule, Tally] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    @property
    def errors(self) -> tuple[Break, ...]:
        """The breaks that nothing explains."""
        return tuple(b for b in self.breaks if b.severity == "error")


def rule_title(rule: Rule, lang: str = "en") -> str:
    """The rule in words. `lang`: zh or en."""
    return str(check_words()["rules"][rule]["title"][lang])


def check_words() -> dict[str, Any]:
    """The words of the check, from check.yaml."""
    words: dict[str, Any] = read_yaml("sizao.bulletin.check", "check.yaml")
    return words
