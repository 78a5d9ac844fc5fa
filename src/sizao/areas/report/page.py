"""Puts an audit on the page: the numbers, the charts with what they say and their tables, the limits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from markupsafe import Markup

from sizao.areas.audit import Term
from sizao.areas.report import charts
from sizao.areas.report.answers import ENOUGH, GROUPS, HIGH, Answers
from sizao.areas.report.charts import LETTERS
from sizao.areas.report.compared import Compared
from sizao.areas.report.named import Named
from sizao.areas.report.say import Say
from sizao.areas.report.tiles import Tiles
from sizao.page.template import read_template

AFTER_DAYS = (1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 17, 21, 28)


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
        return read_template("sizao.areas.report").render(
            say=say,
            answers=answers,
            colours=charts.COLOURS,
            span=say(
                "span",
                first=say.year_day(answers.first),
                last=say.year_day(answers.last),
                lists=answers.findings.snapshots,
            ),
            tiles=Tiles(answers, say).all(),
            groups=[(group, self.say.word("groups", group)) for group in GROUPS],
            marks=self._marks(),
            panels=self._panels(),
            scope=self.say.scope(self.answers.findings.narrow),
            days=self._days(),
            stay_says=self._stay_says(),
            stay=self._stay(),
            rules=self._rules(),
            curve_colours=charts.PERIODS,
            periods=[(period, self._period(period)) for period in answers.curves],
            lasting=self._lasting(),
            terms=[row for term in answers.findings.terms for row in self._term(term)],
            terms_says=say(
                "terms_says", margin=f"{answers.findings.margin_days:g}", bridge=answers.findings.bridge_hours
            ),
            compared=Compared(answers, say),
            named=Named(answers, say),
            few=ENOUGH,
        )

    def _marks(self) -> str:
        say = self.say
        parts = [
            say("mark", letter=letter, day=say.day(book.document.effective), title=say.either(dict(book.title)))
            for letter, book in zip(LETTERS, self.answers.marks, strict=False)
        ]
        return say("marks", list=("；" if say.lang == "zh" else "; ").join(parts)) if parts else ""

    def _panels(self) -> list[Panel]:
        answers, say = self.answers, self.say
        found = []
        ends = {"first": say.year_day(answers.first), "last": say.year_day(answers.last)}
        for level in answers.levels:
            most, peak = answers.peak(level)
            title, end = self.say.word("levels", level), say.number(answers.total(level, answers.last_day()))
            text = say("alt_areas", **ends, level=title, peak=say.day(peak), most=most, end=end)
            tall = 148 if level == answers.levels[0] else 92
            both = [charts.draw_areas(answers, level, self._axis_day, text, w, tall) for w in (718, 358)]
            found.append(Panel(say("panel_count", level=title), *both))
            if level == HIGH and (weeks := answers.weeks(level)):
                narrow = [w for w in answers.findings.weeks if w.level == level and w.areas]
                shares = {"start": say.share(narrow[0].narrow), "end": say.share(narrow[-1].narrow)}
                text = say(
                    "alt_shares", **ends, **shares, level=title, scope=self.say.scope(self.answers.findings.narrow)
                )
                both = [charts.draw_shares(answers, level, self._axis_day, text, w, 92) for w in (718, 358)]
                assert weeks
                found.append(Panel(say("panel_share", level=title), *both))
        return found

    def _axis_day(self, day: date) -> str:
        """A month where months are shown, else the day."""
        months = sum(day.day == 1 for day in self.answers.days) > 2
        return self.say.month(day) if months else self.say.day(day)

    def _days(self) -> list[tuple[str, list[list[str]]]]:
        """(day, for each level its areas: all, by scope (high only), share narrow)."""
        answers, say = self.answers, self.say
        rows = []
        letters = {book.document.effective: letter for letter, book in zip(LETTERS, answers.marks, strict=False)}
        for day in answers.shown_days():
            cells = []
            for level in answers.levels:
                groups = answers.groups(level, day)
                counts = ["—"] * len(GROUPS) if groups is None else [say.number(n) for n in groups]
                by_scope = counts if level == answers.levels[0] else []
                listed = answers.listed(level, day)
                cells.append([say.number(answers.total(level, day)), *by_scope, say.share(listed.narrow)])
            rows.append((f"{day} {letters.get(day, '')}".strip(), cells))
        return rows

    def _period(self, period: str) -> str:
        on = self.answers.changed_on
        return self.say(f"period_{period}", day=self.say.day(on)) if on else self.say("period_all")

    def _stay_says(self) -> str:
        on = self.answers.changed_on
        return self.say("stay_says", day=self.say.day(on)) if on else self.say("stay_says_all")

    def _stay(self) -> Markup | None:
        answers, say = self.answers, self.say
        if not answers.curves:
            return None
        said = []
        for period, points in answers.curves.items():
            left = {p["days"]: say.share(p["share"]) for p in points}
            shares = {"five": left[5], "seven": left[7], "fourteen": left[14]}
            said.append(say("alt_stay_of", period=self._period(period), n=points[0]["at_risk"], **shares))
        text = say("alt_stay", list=("；" if say.lang == "zh" else "; ").join(said))
        return charts.draw_survival(answers, sorted({d for p in answers.curves for d in answers.rule_days(p)}), text)

    def _rules(self) -> str:
        answers, say = self.answers, self.say
        parts = []
        for period in answers.curves:
            for days in answers.rule_days(period):
                parts.append(say("rule_of", days=days, period=say(period)) if answers.changed_on else str(days))
        return say("rule_line", list=say.list(parts)) if parts else ""

    def _lasting(self) -> list[tuple[str, list[str]]]:
        """(day, for each period the share still listed, its range, and how many are at risk)."""
        say, rows = self.say, []
        for day in AFTER_DAYS:
            cells = []
            for points in self.answers.curves.values():
                at = next(p for p in points if p["days"] == day)
                span = say.span(at["least"], at["most"])
                told = [say.fine_share(at["share"]), span] if at["at_risk"] else ["—", ""]
                cells += [*told, say.number(at["at_risk"])]
            rows.append((str(day), cells))
        return rows

    def _term(self, term: Term) -> Iterator[list[str]]:
        """The rows of a term: one, or without a rule one for each reason why there is none."""
        say, none = self.say, ["—"] * 6
        level = say("stepped_down") if term.stepped_down else say(f"{term.level}_word")
        if term.days is None:
            unruled = term.stays - term.level_gone - term.cannot_tell
            gone = ("level_gone", term.level_gone), ("level_gone_unsure", term.cannot_tell)
            for reason, stays in (("no_rule", unruled), *gone):
                if stays:
                    yield [level, say(reason), "—", say.number(stays), *none[1:]]
            return
        book = self.answers.rulebooks.get(term.rulebook or "")
        rule = say.either(dict(book.title)) if book else term.rulebook or "—"
        within, longer, gaps, cannot = (
            say.number(n) for n in (term.within, term.longer, term.longer_with_gaps, term.cannot_tell)
        )
        share = say.part(term.longer, term.stays) if term.cannot_tell < term.stays else "—"
        yield [level, rule, say.number(term.days), say.number(term.stays), within, longer, share, gaps, cannot]
