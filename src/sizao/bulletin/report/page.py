"""Puts a day's situation on the page: the numbers, the charts with what they say, the table, what is not known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from markupsafe import Markup

from sizao.bulletin.places import NATION
from sizao.bulletin.report import charts
from sizao.bulletin.report.say import Say
from sizao.bulletin.report.situation import DAY, WEEK, Free, Situation
from sizao.page.template import read_template

RANKED = 15
LISTED = 32  # more do not fit the sheet
GAP = "#e1e4e8"
"""Of a gap in the legend: darker than in the chart, where it is small."""

NAMED = 12
"""Places that a sentence names before it only counts the rest."""

ENOUGH = 14
"""Days without a case from which a place is named."""

TILES: tuple[tuple[tuple[str, tuple[str, ...]], ...], ...] = (
    (("confirmed_local", ("confirmed_new_local",)), ("confirmed_all", ("confirmed_new",))),
    (
        ("asymptomatic_local", ("asymptomatic_new_local",)),
        ("asymptomatic_all", ("asymptomatic_new",)),
        ("suspected", ("suspected_new",)),
    ),
    (
        ("imported", ("confirmed_new_imported", "asymptomatic_new_imported")),
        ("imported_confirmed", ("confirmed_new_imported",)),
    ),
    (("deaths", ("deaths_new",)),),
    (("active", ("active",)),),
    (("severe", ("severe",)),),
    (("asymptomatic_observed", ("asymptomatic_observed",)),),
    (("contacts_observed", ("contacts_observed",)),),
)
"""The numbers at the top; of each the first choice that is known: its word, and the measures that it adds up."""

COLUMN_WORDS = {"confirmed": "col_confirmed", "asymptomatic": "col_asymptomatic"}


class Tile(NamedTuple):
    """A number at the top, with what it was the day before and a week before."""

    label: str
    value: str
    before: str
    week: str


class Line(NamedTuple):
    """A place in the table."""

    place: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Page:
    """One page: a situation in one language."""

    now: Situation
    say: Say

    def render(self) -> str:
        """The page as HTML, whole in itself."""
        now, say = self.now, self.say
        ranks = now.ranked()
        return read_template("sizao.bulletin.report").render(
            now=now,
            say=say,
            colours={**charts.COLOURS, "gap": GAP},
            place=say.place(now.place),
            tiles=[self._tile(choices) for choices in TILES],
            legend=self._legend(),
            ranks_legend=self._legend()[: len(now.new)],
            curve_says=self._curve_says(),
            curves=[
                (kind, self._curve(width, height))
                for kind, width, height in (("wide", 718, 156), ("narrow", 358, 210))
            ],
            share_says=self._share_says(),
            share=self._share(),
            stocks=self._stocks(),
            stock_says=say("stock_says", **{name: say.known(now.get(name)) for name in ("active", "severe")}),
            ranks_says=self._ranks_says(len(ranks)),
            ranks=self._ranks() if ranks else None,
            columns=[COLUMN_WORDS[measure.partition("_")[0]] for measure in now.new],
            lines=self._lines(),
            hidden=max(0, len(now.children) - LISTED),
            table_says=self._table_says(),
            without=self._without(),
            gaps=self._gaps(),
            data=self._data(),
        )

    def _tile(self, choices: tuple[tuple[str, tuple[str, ...]], ...]) -> Tile:
        now, say = self.now, self.say
        known = [choice for choice in choices if now.total(choice[1]) is not None]
        word, measures = (known or list(choices))[0]
        value = now.total(measures)
        if value is None:
            return Tile(say(word), "—", say("not_given"), "")
        changes = [say.change(value, now.total(measures, now.on - days * DAY)) for days in (1, WEEK)]
        said = [
            f"{say(label)} {change}" if change else say(unknown)
            for label, unknown, change in zip(
                ("than_before", "than_week"), ("before_unknown", "week_unknown"), changes, strict=True
            )
        ]
        return Tile(say(word), say.number(value), *said)

    def _legend(self) -> list[tuple[str, str]]:
        """(what is drawn, what it means)."""
        marks = [(kind, f"{kind}_kind") for kind in charts.COLOURS]
        if not self.now.local:
            marks = [("confirmed", "confirmed_kind_all"), ("asymptomatic", "asymptomatic_kind")]
        if self.now.silent_is_local:
            marks[1] = ("asymptomatic", "asymptomatic_kind_local")
        marks = [mark for mark, known in zip(marks, self.now.kinds, strict=False) if known]
        marks.append(("average", "average_kind"))
        if self.now.missing:
            marks.append(("gap", "gap_kind"))
        return [(kind, self.say(word)) for kind, word in marks]

    def _curve_says(self) -> str:
        now, say = self.now, self.say
        mean = dict(now.averages())
        last, before = mean.get(now.on), mean.get(now.on - WEEK * DAY)
        if last is None:
            return say("curve_says_not")
        if before is None:
            return say("curve_says_half", now=say.mean(last))
        return say("curve_says", now=say.mean(last), before=say.mean(before), change=say.ratio(last, before))

    def _curve(self, width: int, height: int) -> Markup:
        now, say = self.now, self.say
        totals = [(sum(n for n in now.new_of(day) if n), day) for day in now.days if day not in now.missing]
        peak = say("curve_peak", n=max(totals)[0], day=say.day(max(totals)[1])) if totals else ""
        text = say("alt_curve", **self._shown(), says=self._curve_says(), peak=peak)
        return charts.draw_curve(now, say.day, text, width, height)

    def _share_says(self) -> str:
        if not self.now.kinds[1]:
            return self.say("share_unknown")
        (_, today), (_, week) = (self.now.shares(over)[-1] for over in (1, WEEK))
        word = "share_says_local" if self.now.silent_is_local else "share_says"
        return self.say(word, now=self.say.share(today), week=self.say.share(week))

    def _share(self) -> Markup | None:
        if not self.now.kinds[1]:
            return None
        text = self.say("alt_share", **self._shown(), says=self._share_says())
        return charts.draw_share(self.now, self.say.day, text, 350, 74)

    def _stocks(self) -> list[tuple[str, Markup | None]]:
        """(what it is, its chart); the days stand below the last one."""
        now, say = self.now, self.say
        found: list[tuple[str, Markup | None]] = []
        for measure, height, labels in (("active", 42, False), ("severe", 60, True)):
            values = [value for day in now.days if (value := now.get(measure, day)) is not None]
            if not values:
                found.append((f"{say(measure)}: {say('not_given')}", None))
                continue
            said = {"what": say(measure), "now": say.known(now.get(measure)), "most": say.number(max(values))}
            text = say("alt_stock", **self._shown(), **said)
            found.append((say(measure), charts.draw_stock(now, measure, say.day, text, 350, height, labels=labels)))
        return found

    def _shown(self) -> dict[str, str]:
        return {"first": self.say.day(self.now.days[0]), "last": self.say.day(self.now.days[-1])}

    def _ranks_says(self, count: int) -> str:
        now, say = self.now, self.say
        if len(now.unknown) == len(now.children) and not count:
            return say("ranks_unknown")
        if not count:
            return say("ranks_none")
        return say("ranks_says", n=count, shown=RANKED) if count > RANKED else say("ranks_says_all", n=count)

    def _ranks(self) -> Markup:
        rows = [(self.say.place(place), parts, total) for place, parts, total in self.now.ranked()[:RANKED]]
        text = self.say("alt_ranks", list=self.say.list(f"{place} {total:,}" for place, _, total in rows))
        return charts.draw_ranks(rows, text, 342)

    def _lines(self) -> list[Line]:
        """The provinces in the order of their codes, other places by their week; at most `LISTED`."""
        now, say = self.now, self.say
        week = {child: now.week(now.new, now.on, child) for child in now.children}
        ranked = sorted(now.children, key=lambda child: -(week[child] or 0))
        lines = []
        for child in now.children if now.place == NATION.name else ranked[:LISTED]:
            before = now.week(now.new, now.on - WEEK * DAY, child)
            change = "—"
            if (now_in := week[child]) is not None and before is not None:
                change = "0" if now_in == before else f"{now_in - before:+,}".replace("-", "−")
            numbers = [say.number(now.get(measure, None, child)) for measure in now.new]
            cells = (*numbers, say.number(week[child]), change, _said_free(now.free(child)))
            lines.append(Line(say.place(child), cells))
        return lines

    def _table_says(self) -> str:
        kinds = self.say("both_kinds" if self.now.silent else "confirmed_only")
        return self.say("table_note_local" if self.now.local else "table_note_all", kinds=kinds)

    def _without(self) -> str:
        now, say = self.now, self.say
        free = [(now.free(child), child) for child in now.children]
        long = sorted((row for row in free if row[0].least >= ENOUGH), key=lambda row: -row[0].least)
        named = say.some([f"{say.place(child)} {say('days', n=days.least)}" for days, child in long], NAMED)
        own = now.since[now.place]
        last = say("own_without", place=say.place(now.place), n=own.days) if own.days and not own.unknown else ""
        counts = say("silent_counts" if now.silent else "silent_counts_not")
        end = "。" if say.lang == "zh" else "."
        return say.sentences(f"{named}{end}" if named else say("without_none"), last, counts)

    def _gaps(self) -> str:
        now, say = self.now, self.say
        found = []
        if now.missing:
            found.append(say("gap_days", days=say.spans(now.missing), n=len(now.missing)))
        if now.partly:
            found.append(say("gap_partly", days=say.spans(now.partly), n=len(now.partly)))
        if names := [say(choices[0][0]) for choices in TILES if all(now.total(m) is None for _, m in choices)]:
            found.append(say("gap_numbers", names=say.list(names)))
        if now.unknown and len(now.unknown) >= len(now.children) - len(now.ranked()):
            found.append(say("gap_all_places"))
        elif now.unknown:
            found.append(say("gap_places", names=say.some([say.place(child) for child in now.unknown], NAMED)))
        return say.sentences(*found) or say("gaps_none")

    def _data(self) -> str:
        now, say = self.now, self.say
        said = [
            say("sources", names=say.some(now.sources, 3), n=now.bulletins) if now.sources else say("source_counted")
        ]
        if now.corrections:
            parts = (f"{say.place(c.place)} {say.measure(c.measure)} {c.value:+,}" for c in now.corrections)
            said.append(say("corrections", list=say.some([part.replace("-", "−") for part in parts], NAMED)))
        return say.sentences(*said, say("method"))


def _said_free(free: Free) -> str:
    if free.most is None:
        return f"≥{free.least:,}" if free.least else "—"
    if free.least == free.most:
        return f"{free.least:,}"
    return f"{free.least:,}–{free.most:,}" if free.least else f"≤{free.most:,}"
