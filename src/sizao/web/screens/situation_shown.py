"""The figures of an area as they are shown: words, changes, links; small counts hidden from who sees no people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from sizao.register.models import Place
from sizao.register.situation import Part, Situation, order_of, span
from sizao.register.tracing import Delay
from sizao.web.say import say, titles

DOUBTS = (
    "onset_after",
    "discharged_before",
    "no_case",
    "no_home",
    "held_no_home",
    "unknown_kind",
    "undecided",
    "pending",
)
"""What is doubtful in the records, in the order of the screen of their quality."""
OF_NOWHERE = ("no_home", "held_no_home")
"""Doubts about homes that are not known, which lie in no area: for those who see everywhere."""
BEYOND = {"excesses": "people", "place_excesses": "places"}
"""What goes beyond the rules, and of what its list is."""
SMALL = 5
"""Counts from 1 up to below this might tell of one person."""
SORTS = ("cases", "before", "rate", "held", "excesses", "place_excesses")
MOST = 20
"""Parts that are shown; the others stand in one line, which leads to them."""
EVERY = 500
"""Parts that are shown to who asks for every one."""
PAPER = 8
"""Parts that one sheet has room for, as the stylesheet knows."""
PER = 100_000


@dataclass(frozen=True)
class Cell:
    """One figure: its text, and where its list is ("": nowhere)."""

    text: str
    link: str = ""
    of: str = ""
    """From how many it was computed."""


@dataclass(frozen=True)
class Row:
    """A figure of this period beside the last. `way`: up, down, same, or "" where there is nothing to compare."""

    name: str
    word: str
    now: Cell
    share: str = ""
    before: Cell | None = None
    way: str = ""
    change: str = ""
    percent: str = ""
    """The change, of the last period's figure."""
    is_part: bool = False
    """It is among those counted in the row above."""


@dataclass(frozen=True)
class Shown:
    """Says what is known of an area. `small`: counts below 5 are hidden, and what they could be told from."""

    found: Situation
    place: Place | None
    small: bool
    may_list: bool
    may_see_excesses: bool
    may_ask: bool = True
    """Who lives here may be asked; else the place is narrower than people are told by."""
    may_ask_parts: bool = True
    """The same of each place below."""

    def count(self, value: int | None, link: str = "") -> Cell:
        """A count, as the user may see it."""
        if value is None:
            return Cell("—")
        if self.hides(value):
            return Cell(f"<{SMALL}")
        return Cell(say().number(value), link if value else "")

    def hides(self, *values: int) -> bool:
        return self.small and any(0 < value < SMALL for value in values)

    def link(self, what: str, **more: Any) -> str:
        """The list of what is counted, in this place and period."""
        if not self.may_list:
            return ""
        here = {} if self.place is None else {"place": self.place.place_id}
        asked = {"what": what, "days": self.found.days, **here, **more}
        return f"{reverse('situation_list')}?{urlencode(asked)}"

    def flows(self) -> list[Row]:
        """What happened in this period and in the last."""
        new, tests = self.found.flows["new"], self.found.flows["tests"]
        rows = []
        for name, (now, before) in self.found.flows.items():
            whole = {"under": new, "asymptomatic": new, "severe": new, "positive": tests}.get(name)
            links = [self.link(name), self.link(name, back=1)]
            row = self._row(name, now, before, links, is_part=whole is not None)
            if whole is not None:
                hidden = [self.hides(some, all_ - some) for some, all_ in zip((now, before), whole, strict=True)]
                cells = [
                    Cell("—") if hide and not self.hides(some) else cell
                    for hide, some, cell in zip(hidden, (now, before), (row.now, row.before), strict=True)
                ]
                share = "" if hidden[0] else self.share(now, whole[0])
                row = replace(row, now=cells[0], before=cells[1], share=share)
                row = replace(row, way="", change="", percent="") if any(hidden) else row
            rows.append(row)
        return rows

    def stocks(self) -> list[Row]:
        """What holds now, and orders that held when the last period ended."""
        stocks = self.found.stocks
        rows = []
        for name in ("ending_today", "ending_tomorrow"):
            rows.append(self._row(name, stocks[name], None, [self.link(name), ""]))
        links = [self.link("orders"), self.link("orders", back=1)]
        rows.append(self._row("orders", *self.found.orders["person"], links))
        asked = {"of": "places", **({"place": self.place.place_id} if self.place else {})}
        then = {"on": span(self.found.on, self.found.days, 1)[1].isoformat()}
        links = [f"{reverse('orders')}?{urlencode(one)}" for one in (asked, asked | then)]
        rows.append(self._row("place_orders", *self.found.orders["place"], links))
        if self.may_see_excesses:
            for name, of in BEYOND.items():
                asked = {"of": of, **({"place": self.place.place_id} if self.place else {})}
                link = f"{reverse('excesses')}?{urlencode(asked)}" if self.may_ask or of == "places" else ""
                rows.append(self._row(name, stocks[name], None, [link, ""]))
        return rows

    def held(self) -> list[Row]:
        """People under each restriction now, and when the last period ended."""
        now, before = dict(self.found.held), self.found.held_before
        then = before or {}
        rows = []
        for name in order_of({**now, **then}):
            word = titles().restriction(name) if name else say("sit_undecided")
            link = self.link("held", restriction=name) if name else self.link("undecided")
            old = then.get(name, 0) if name and before is not None else None
            row = self._row("held", now.get(name, 0), old, [link, ""], is_part=True)
            rows.append(replace(row, name=name or "", word=word))
        total = sum(count for name, count in now.items() if name)
        old = None if before is None else sum(before.values())
        row = self._row("held", total, old, [self.link("held"), ""])
        cells = [self._whole(cell, counts) for cell, counts in ((row.now, now), (row.before, then))]
        if Cell("—") in cells:
            row = replace(row, way="", change="", percent="")
        return [replace(row, now=cells[0], before=cells[1]), *rows]

    def _whole(self, cell: Cell | None, counts: Mapping[str | None, int]) -> Cell | None:
        """A sum, where no single hidden part could be told from it."""
        return Cell("—") if [self.hides(count) for name, count in counts.items() if name].count(True) == 1 else cell

    def share(self, some: int, whole: int) -> str:
        """In per cent; a small one more exactly."""
        digits = 0 if not some or some * 20 >= whole else 1 if some * 100 >= whole else 2
        return f"{some * 100 / whole:.{digits}f}%" if whole else "—"

    def tracing(self) -> list[dict[str, Any]]:
        """The delays of this period and the last."""
        new, old = self.found.tracing
        return [
            {
                "name": name,
                "new": self._delay(new.delays[name], self.link(name)),
                "old": self._delay(old.delays[name], self.link(name, back=1)),
            }
            for name in new.delays
        ]

    def shares(self) -> list[dict[str, Any]]:
        """Shares of the cases of this period and the last, each with how many it was computed for."""
        pair = self.found.tracing
        rows: list[dict[str, Any]] = []
        for name in ("under", "soon", "no_source"):
            cells = []
            for back, tracing in enumerate(pair):
                some, whole = getattr(tracing, name)
                hidden = self.hides(some, whole, whole - some)
                if hidden or not whole:
                    cells.append(Cell("—"))
                    continue
                link = self.link(name, **({"back": 1} if back else {})) if some else ""
                of = say("sit_of", n=some, of=whole)
                cells.append(Cell(self.share(some, whole), link, of))
            rows.append({"name": name, "cells": cells})
        cells = []
        for back, tracing in enumerate(pair):
            hidden = self.hides(tracing.cases, tracing.contacts, tracing.cases - tracing.with_contacts)
            if hidden or not tracing.cases:
                cells.append(Cell("—"))
                continue
            each = say().number(tracing.contacts / tracing.cases, 1)
            link = self.link("contacts", **({"back": 1} if back else {}))
            cells.append(Cell(each, link, say("sit_contacts_of", n=tracing.contacts, of=tracing.cases)))
        return [*rows, {"name": "contacts", "cells": cells}]

    def doubts(self) -> list[dict[str, Any]]:
        """What is doubtful in the records."""
        doubts = self.found.doubts
        return [
            {"name": name, "cell": self.count(doubts[name], self.link(name))}
            for name in DOUBTS
            if name not in OF_NOWHERE or self.found.whole
        ]

    def no_source(self) -> dict[str, Any]:
        """Local cases of this period without a source, as the figures of tracing have them."""
        some, whole = self.found.tracing[0].no_source
        hidden = self.hides(some, whole, whole - some)
        return {"name": "no_source", "cell": Cell("—") if hidden else self.count(some, self.link("no_source"))}

    def no_onset(self) -> Cell:
        """Cases of the curve's days of whom no onset is on record: a line list of them."""
        days = self.found.curve.days
        asked = {"onset_on.is": "empty", "confirmed_on.from": days[0], "confirmed_on.to": days[-1]}
        asked |= {} if self.place is None else {"area": self.place.place_id}
        link = f"{reverse('list_cases')}?{urlencode(asked)}" if self.may_list else ""
        return self.count(self.found.curve.no_onset, link)

    def days(self, name: str, rows: Sequence[tuple[dt.date, int, int, bool]]) -> list[dict[str, Any]]:
        """The days of a curve: day, under a measure, in the community, whether it will grow."""
        links = [self.link(f"{name}_{found}") for found in ("under", "free")]
        return [
            {
                "day": day,
                "cells": [
                    self.count(n, f"{link}&on={day}" if link else "")
                    for n, link in zip((under, free), links, strict=True)
                ],
                "grows": grows,
            }
            for day, under, free, grows in rows
        ]

    def _row(self, name: str, now: int, before: int | None, links: Sequence[str], is_part: bool = False) -> Row:
        cells = [self.count(now, links[0]), self.count(before, links[1])]
        way = change = percent = ""
        if before is not None and not self.hides(now, before):
            way = "up" if now > before else "down" if now < before else "same"
            change = f"{now - before:+,}".replace("-", "−")
            if before >= 10:
                percent = f"{(now - before) * 100 / before:+.0f}%".replace("-", "−")
        word = say().word("sit_figures", name)
        return Row(name, word, cells[0], "", cells[1], way, change, percent, is_part)

    def _delay(self, delay: Delay, link: str) -> dict[str, Cell]:
        if self.hides(delay.cases):
            return {"median": Cell("—"), "late": Cell("—"), "cases": Cell(f"<{SMALL}")}
        shown = {"median": delay.median, "late": delay.late}
        cells = {name: Cell("—" if n is None else f"{n}".replace("-", "−")) for name, n in shown.items()}
        return cells | {"cases": self.count(delay.cases, link)}


def shown_parts(here: Shown, sort: str, every: bool = False) -> dict[str, Any]:
    """The places below, ranked: per 100,000 inhabitants where each has its number, else per 100,000 on record."""
    most = EVERY if every else MOST
    if not here.may_ask_parts:
        here = replace(here, small=True, may_list=False)
    parts = here.found.parts
    by_population = bool(parts) and all(part.population for part in parts)

    def of(part: Part) -> int:
        return (part.population if by_population else part.people) or 0

    def rank(part: Part) -> float:
        if sort == "rate":
            return part.cases / of(part) if of(part) else 0.0
        return float(getattr(part, sort))

    ranked = sorted(parts, key=lambda part: (-rank(part), -part.cases, part.place_id))
    columns = {name: [getattr(part, name) for part in ranked] for name in SORTS if name != "rate"}
    hidden = {name: _hidden(values) if here.small else set() for name, values in columns.items()}
    rows = []
    for n, part in enumerate(ranked[:most]):
        links = _links(here, part)
        cells = {}
        for name, values in columns.items():
            if n not in hidden[name]:
                cells[name] = here.count(values[n], links[name])
            else:
                cells[name] = here.count(values[n]) if here.hides(values[n]) else Cell("·")
        rate = f"{part.cases * PER / of(part):,.1f}" if of(part) and n not in hidden["cases"] else "—"
        asked = {"place": part.place_id, "days": here.found.days}
        rows.append({"part": part, "cells": cells, "rate": rate, "link": f"?{urlencode(asked)}"})
    rest = ranked[most:]
    return {
        "rows": rows,
        "rest": len(rest),
        "rest_cases": here.count(
            sum(part.cases for part in rest), "" if every else _parts_address(here, sort, every=1)
        ),
        "in_pdf": min(len(ranked), MOST),
        "empty": here.found.more_parts,
        "by_population": by_population,
        "sorts": _sorts(here, sort, every),
        "on_paper": PAPER if len(rows) > PAPER else 0,
    }


def _links(here: Shown, part: Part) -> dict[str, str]:
    """The lists behind the counts of a part."""
    beyond = {
        name: f"{reverse('excesses')}?{urlencode({'of': of, 'place': part.place_id})}"
        if here.may_see_excesses and (here.may_ask_parts or of == "places")
        else ""
        for name, of in BEYOND.items()
    }
    links = {
        name: here.link("new", place=part.place_id, **more) for name, more in (("cases", {}), ("before", {"back": 1}))
    }
    return {**links, **beyond, "held": here.link("held", place=part.place_id)}


def _hidden(values: Sequence[int]) -> set[int]:
    """Which of a column are hidden: small ones, and where that is a single one, the next too: else a sum tells it."""
    found = {n for n, value in enumerate(values) if 0 < value < SMALL}
    if len(found) == 1:
        others = [n for n, value in enumerate(values) if n not in found and value]
        if others:
            found.add(min(others, key=lambda n: values[n]))
    return found


def _parts_address(here: Shown, sort: str, **more: Any) -> str:
    """This page, its parts in an order."""
    place = {} if here.place is None else {"place": here.place.place_id}
    return f"?{urlencode({'days': here.found.days, **place, 'sort': sort, **more})}#parts"


def _sorts(here: Shown, sort: str, every: bool) -> dict[str, dict[str, Any]]:
    more = {"every": 1} if every else {}
    return {name: {"link": _parts_address(here, name, **more), "is": name == sort} for name in SORTS}
