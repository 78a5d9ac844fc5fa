"""The numbers at the top of the page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from sizao.areas.audit import WINDOW
from sizao.areas.audit.survival import AFTER, BEFORE
from sizao.areas.report.answers import DAY, HIGH, MEDIUM, Answers, Drawn
from sizao.areas.report.say import Say


class Tile(NamedTuple):
    """A number at the top, with two lines below it."""

    label: str
    value: str
    first: str
    second: str


@dataclass(frozen=True)
class Tiles:
    """The numbers of an audit in one language."""

    answers: Answers
    say: Say

    def all(self) -> list[Tile]:
        answers, say, f = self.answers, self.say, self.answers.findings
        on = answers.changed_on
        most, peak = answers.peak(HIGH)
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
            say(word, scope=self.say.scope(self.answers.findings.narrow)),
            say.pair(say.share(before.narrow), say.share(after.narrow)),
            said,
            counts,
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
            said = say("medium_gone", last=say.hour(last), gone=say.hour_after(last, gone))
        return Tile(say("medium_after", day=say.day(on)), say.number(areas), said, say("medium_anew", n=anew))

    def _median_tile(self) -> Tile:
        answers, say = self.answers, self.say
        found = [answers.survived(HIGH, period) for period in (BEFORE, AFTER)]
        known = [s for s in found if s is not None]
        spans = [f"{say.days(s.median_least)}–{say.days(s.median_most)}" for s in known]
        rules = [days for period in (BEFORE, AFTER) if (days := self._rule(period))]
        arrow = " → "
        return Tile(
            say("median"),
            arrow.join(say.days(s.median) for s in known) or "—",
            say("median_span", before=spans[0], after=spans[1]) if len(spans) == 2 else "",
            say("median_rule", days=arrow.join(rules if answers.changed_on else rules[:1])) if rules else "",
        )

    def _rule(self, period: str) -> str:
        return self.say.list(str(days) for days in self.answers.rule_days(period))

    def _longer_tile(self) -> Tile:
        answers, say = self.answers, self.say
        (n1, of1), (n2, of2) = answers.longer(BEFORE), answers.longer(AFTER)
        label = say("longer")
        cannot, judged = answers.cannot_tell()
        if judged and cannot > judged / 2:  # few lists: 0 of 4,000 would read as if all kept the rule
            told = say("longer_of_told", n=n1 + n2, of=judged - cannot)
            return Tile(label, "—", say("longer_cannot", n=cannot, of=judged), told)
        if answers.changed_on is None:
            return Tile(label, say.number(n1), say("longer_all", of=of1, share=say.part(n1, of1)), "")
        return Tile(
            label,
            say.number(n1 + n2),
            say("longer_before", n=n1, of=of1, share=say.part(n1, of1)),
            say("longer_after", n=n2, of=of2, share=say.part(n2, of2)),
        )
