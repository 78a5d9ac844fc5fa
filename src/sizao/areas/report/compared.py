"""The provinces beside each other: charts, their table, the fastest and the slowest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from markupsafe import Markup

from sizao.areas.report import charts
from sizao.areas.report.answers import ENOUGH, Answers, Province
from sizao.areas.report.say import Say

PACES = 3
"""Provinces that are named as the fastest, and as the slowest."""


@dataclass(frozen=True)
class Compared:
    """The provinces of an audit in one language."""

    answers: Answers
    say: Say

    @property
    def known(self) -> bool:
        return bool(self.answers.provinces)

    @property
    def scope(self) -> str:
        return self.say.scope(self.answers.findings.narrow)

    @property
    def before(self) -> str:
        on = self.answers.changed_on
        assert on is not None
        return self.say.day(on - timedelta(days=1))

    @property
    def changed(self) -> str:
        on = self.answers.changed_on
        assert on is not None
        return self.say.day(on)

    @property
    def peak(self) -> str:
        day = self.answers.peak_after
        assert day is not None
        return self.say.day(day)

    def panels(self) -> list[tuple[str, str, list[Markup]]]:
        """(kind, what it shows, the chart wide and narrow), rows in the same order and place in each."""
        say, rows = self.say, self.answers.provinces
        names = [self.name(p) for p in rows]
        waited = [(n, p.waited, self._waited(p)) for n, p in zip(names, rows, strict=True)]
        longer = [(n, p.per_thousand, f"{p.per_thousand:,.0f}") for n, p in zip(names, rows, strict=True)]
        days = {"scope": self.scope, "before": self.before, "peak": self.peak}
        pace = say.list(
            f"{n} {say.share(p.before.narrow)} → {say.share(p.after.narrow)}"
            for n, p in zip(names, rows, strict=True)
        )
        texts = {
            "pace": say("alt_pace", **days, list=pace),
            "waited": say("alt_waited", **days, list=say.list(f"{n} {said}" for n, _, said in waited)),
            "longer": say("alt_longer", **days, list=say.list(f"{n} {said}" for n, _, said in longer)),
        }
        found = []
        for kind, sizes in (
            ("pace", ((330, 12.5), (190, 17))),
            ("waited", ((170, 12.5), (78, 17))),
            ("longer", ((170, 12.5), (78, 17))),
        ):
            drawn = []
            for width, step in sizes:
                if kind == "pace":
                    drawn.append(charts.draw_paces(rows, names, texts[kind], width, step))
                else:
                    drawn.append(charts.draw_bars(waited if kind == "waited" else longer, texts[kind], width, step))
            found.append((kind, say(f"panel_{kind}", **days), drawn))
        return found

    def name(self, province: Province) -> str:
        return self.say.place(province.name) + ("*" if province.few else "")

    def rows(self) -> list[list[str]]:
        """The cells of the table, the name first."""
        return [self._row(p) for p in self.answers.provinces]

    def paces(self) -> list[tuple[str, list[list[str]]]]:
        """(heading, rows) of the fastest and the slowest."""
        ranked = self.answers.by_pace()
        most = min(PACES, len(ranked) // 2)
        if not most:
            return []
        return [
            (self.say("fastest"), [self._short(p) for p in ranked[:most]]),
            (self.say("slowest"), [self._short(p) for p in ranked[: -most - 1 : -1]]),
        ]

    def paces_say(self) -> str:
        say, ranked = self.say, self.answers.by_pace()
        said = [say("pace_says", day=self.before, scope=self.scope, few=ENOUGH, n=len(ranked))]
        words = ("pace_not_yet", "pace_fell_back", "pace_unsure")
        for word, names in zip(words, self.answers.not_ranked(), strict=True):
            if names:
                said.append(say(word, list=say.list(say.place(name) for name in names)))
        return say.sentences(*said)

    def gone_says(self) -> str:
        say = self.say
        said = [
            say("gone_of", places=say.list(say.place(name) for name in names), hour=say.hour(at))
            for at, names in self.answers.gone_first_and_last()
        ]
        return say("gone_says", first=said[0], last=said[1]) if said else ""

    def _waited(self, p: Province) -> str:
        if p.fell_back or p.waited is None or p.waited == p.waited_least:
            return self.say("fell_back") if p.fell_back else self.say.number(p.waited)
        return f"{p.waited_least}–{p.waited}"

    def _row(self, p: Province) -> list[str]:
        say = self.say
        gone = say.hour(p.gone_by) if p.gone_by else "—"
        return [
            self.name(p),
            say.number(p.before.areas),
            say.share(p.before.narrow),
            say.number(p.after.areas),
            say.share(p.after.narrow),
            say.number(p.drawn),
            self._waited(p),
            gone,
            say.decimal(p.median_days),
            say.number(p.longer),
            say.number(p.per_thousand),
        ]

    def _short(self, p: Province) -> list[str]:
        cells = self._row(p)
        return [cells[0], cells[6], cells[7], self.say.pair(cells[2], cells[4])]
