"""Puts an audit on the page: the numbers, the charts with what they say and their tables, the limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

import jinja2
from markupsafe import Markup

from sizao.areas.audit import Term
from sizao.areas.audit.survival import AFTER, BEFORE
from sizao.areas.report import charts
from sizao.areas.report.answers import DAY, ENOUGH, GROUPS, HIGH, MEDIUM, WINDOW, Answers, Drawn, Province
from sizao.areas.report.say import Say, words

LONGEST, WIDEST, UNREAD = 6, 6, 3
"""Names that the page prints: 15 in all."""
NAME_LENGTH = 48
AFTER_DAYS = (1, 3, 5, 7, 10, 14, 21, 28)
PACES = 6


class Tile(NamedTuple):
    """A number at the top, with two lines below it."""

    label: str
    value: str
    first: str
    second: str


class Panel(NamedTuple):
    """A chart in one of its widths, below a few words."""

    label: str
    wide: Markup
    narrow: Markup


@dataclass(frozen=True)
class Page:
    """An audit in one language."""

    answers: Answers
    say: Say

    def render(self) -> str:
        """The page as HTML, whole in itself."""
        answers, say = self.answers, self.say
        return _template().render(
            say=say,
            answers=answers,
            colours=charts.COLOURS,
            span=say(
                "span",
                first=say.year_day(answers.first),
                last=say.year_day(answers.last),
                lists=answers.findings.snapshots,
            ),
            tiles=self._tiles(),
            groups=[(group, self._word("groups", group)) for group in GROUPS],
            marks=self._marks(),
            panels=self._panels(),
            scope=self._scope(),
            days=self._days(),
            stay_says=self._stay_says(),
            stay=self._stay(),
            periods=[(period, self._period(period)) for period in answers.curves],
            lasting=self._lasting(),
            terms=[self._term(term) for term in answers.findings.terms],
            terms_says=say("terms_says", margin=f"{answers.findings.margin_days:g}"),
            paces=self._paces() if answers.provinces else [],
            **self._provinces(),
            **self._places(),
            input=self._input(),
        )

    def _word(self, table: str, name: str) -> str:
        known = words()[table].get(name)
        return self.say.either(known) if known else name

    def _scope(self) -> str:
        """The widest scope that the changed rule draws without a reason."""
        narrow = self.answers.findings.narrow
        return self._word("scopes", narrow[-1]) if narrow else "—"

    def _tiles(self) -> list[Tile]:
        answers, say, f = self.answers, self.say, self.answers.findings
        on, scope = answers.changed_on, self._scope()
        most, peak = answers.peak(HIGH) if HIGH in f.at_day_end else (0, answers.last)
        last = answers.last_day()
        change = say("high_change", day=say.day(on), n=say.number(answers.total(HIGH, on))) if on else ""
        tiles = [
            Tile(
                say("high_now", day=say.day(last)),
                say.number(answers.total(HIGH, last)),
                say("high_peak", n=most, day=say.day(peak)),
                change,
            ),
            self._medium_tile(),
        ]
        if on is not None:
            before, after = answers.around_change()
            tiles.append(self._narrow("narrow_drawn", before, after, say("narrow_drawn_of", window=WINDOW)))
            days = [on - DAY, answers.peak_after or on]
            listed = [answers.listed(HIGH, day) for day in days]
            said = say("narrow_listed_of", before=say.day(days[0]), after=say.day(days[1]))
            tiles.append(self._narrow("narrow_listed", listed[0], listed[1], said))
        tiles.append(self._median_tile())
        tiles.append(self._longer_tile())
        tiles.append(
            Tile(
                say("areas"),
                say.number(f.areas),
                say("areas_of", names=f.names, spells=f.spells),
                say("areas_again", n=f.relisted),
            )
        )
        unread = say("unread_of", n=f.names)
        tiles.append(Tile(say("unread_tile"), say.number(f.names_unread), unread, say("unread_kept")))
        return tiles

    def _narrow(self, word: str, before: Drawn, after: Drawn, said: str) -> Tile:
        say = self.say
        counts = say("counts_of", before=before.areas, after=after.areas)
        return Tile(
            say(word, scope=self._scope()), say.pair(say.share(before.narrow), say.share(after.narrow)), said, counts
        )

    def _medium_tile(self) -> Tile:
        answers, say, on = self.answers, self.say, self.answers.changed_on
        if on is None:
            if MEDIUM not in answers.levels:
                return Tile(say("medium_all"), "0", "", "")
            most, peak = answers.peak(MEDIUM)
            return Tile(say("medium_all"), say.number(most), say.day(peak), "")
        areas, anew, last, gone = answers.gone_level()
        if last is None:
            said = say("medium_none")
        elif gone is None:
            said = say("medium_left", last=say.hour(last))
        else:
            said = say("medium_gone", last=say.hour(last), gone=say.hour(gone))
        return Tile(say("medium_after", day=say.day(on)), say.number(areas), said, say("medium_anew", n=anew))

    def _median_tile(self) -> Tile:
        answers, say = self.answers, self.say
        found = [answers.survived(HIGH, period) for period in (BEFORE, AFTER)]
        known = [s for s in found if s is not None]
        spans = [f"{say.decimal(s.median_least)}–{say.decimal(s.median_most)}" for s in known]
        rules = [days for period in (BEFORE, AFTER) if (days := self._rule(period))]
        arrow = " → "
        return Tile(
            say("median"),
            arrow.join(say.decimal(s.median) for s in known) or "—",
            say("median_span", before=spans[0], after=spans[1]) if len(spans) == 2 else "",
            say("median_rule", days=arrow.join(rules if answers.changed_on else rules[:1])) if rules else "",
        )

    def _rule(self, period: str) -> str:
        return self.say.list(str(days) for days in self.answers.rule_days(period))

    def _longer_tile(self) -> Tile:
        answers, say = self.answers, self.say
        (n1, of1), (n2, of2) = answers.longer(BEFORE), answers.longer(AFTER)
        label = say("longer")
        if answers.changed_on is None:
            return Tile(label, say.number(n1), say("longer_all", of=of1, share=_share(say, n1, of1)), "")
        return Tile(
            label,
            say.number(n1 + n2),
            say("longer_before", n=n1, of=of1, share=_share(say, n1, of1)),
            say("longer_after", n=n2, of=of2, share=_share(say, n2, of2)),
        )

    def _marks(self) -> str:
        say = self.say
        parts = [
            say("mark", letter=letter, day=say.day(book.document.effective), title=say.either(dict(book.title)))
            for letter, book in zip("abcdefghij", self.answers.marks, strict=False)
        ]
        return say("marks", list=("；" if say.lang == "zh" else "; ").join(parts)) if parts else ""

    def _panels(self) -> list[Panel]:
        answers, say = self.answers, self.say
        found = []
        ends = {"first": say.year_day(answers.first), "last": say.year_day(answers.last)}
        for level in answers.levels:
            most, peak = answers.peak(level)
            title, end = self._word("levels", level), say.number(answers.total(level, answers.last_day()))
            text = say("alt_areas", **ends, level=title, peak=say.day(peak), most=most, end=end)
            tall = 148 if level == answers.levels[0] else 92
            both = [charts.draw_areas(answers, level, self._axis_day, text, w, tall) for w in (718, 358)]
            found.append(Panel(say("panel_count", level=title), *both))
            if level == HIGH and (weeks := answers.weeks(level)):
                narrow = [w for w in answers.findings.weeks if w.level == level and w.areas]
                shares = {"start": say.share(narrow[0].narrow), "end": say.share(narrow[-1].narrow)}
                text = say("alt_shares", **ends, **shares, level=title, scope=self._scope())
                both = [charts.draw_shares(answers, level, self._axis_day, text, w, 92) for w in (718, 358)]
                assert weeks
                found.append(Panel(say("panel_share", level=title), *both))
        return found
