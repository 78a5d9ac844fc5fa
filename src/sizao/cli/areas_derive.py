"""`sizao areas derive`: risk areas on a date, infections that draw none, and orders on places beyond the rules."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any

import pyarrow as pa
import typer
from rich.progress import Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from sizao.cli import options as o
from sizao.cli.words import Speech, speak
from sizao.derive.areas import AREA_ANSWERS, FACTS, AreaDerivation, derive_areas
from sizao.errors import SizaoError
from sizao.policy import choose, doubts_about
from sizao.tables import PROBLEMS_FILE, read_folder, write_problems
from sizao.words import Lang

SHOWN = 15
NAMED = 5
"""Cases that a line names."""
Row = dict[str, Any]


def derive(
    folder: o.Folder,
    on: o.On,
    out: Annotated[
        Path | None, typer.Option(help=f"Write {', '.join(AREA_ANSWERS)} there.", show_default=False)
    ] = None,
    days: Annotated[
        tuple[str, str] | None,
        typer.Option(
            metavar="FROM TO",
            help="Days whose area_spells are written; open orders are judged to the last. Default: the date.",
            show_default=False,
        ),
    ] = None,
    rulebook: o.RulebookName = "auto",
    jurisdiction: o.Jurisdiction = "CN",
    known_at: o.KnownAt = None,
    engine: o.EngineName = "duckdb",
    limit: Annotated[int, typer.Option(min=0, help="Areas and orders to show; 0: all.")] = SHOWN,
    lang: o.Language = "en",
) -> None:
    """Derive which places are at which risk level on a date, and which orders on places go beyond the rules."""
    date, known = o.read_date(on), o.read_instant(known_at)
    span = (o.read_date(days[0]), o.read_date(days[1])) if days else None
    if out is not None and out.resolve() == folder.resolve():
        raise SizaoError("same-folder", "answers would be written among the facts", todo="give --out another folder")
    books = choose(rulebook, date, jurisdiction, o.day_of(known))
    for doubt in doubts_about(rulebook, books, date):
        o.err.print(f"note: {doubt}")
    with Progress(TextColumn("{task.description}"), TimeElapsedColumn(), console=o.err, transient=True) as bar:
        task = bar.add_task(f"reading {folder}")
        facts = read_folder(folder, only=FACTS)
        if "cases" not in facts.refused:
            facts.table("cases")
        bar.update(task, description=f"deriving on {engine}")
        with derive_areas(facts, books, date, days=span, known_at=known, engine=engine, lang=lang) as derivation:
            areas, undrawn = derivation.areas(), derivation.undrawn()
            beyond = derivation.excesses() if "orders" in facts.tables else None
            problems = [*facts.problems, *derivation.problems()]
            if out is not None:
                derivation.write(out)
                write_problems(out, problems)
    o.say_problems(problems, out / PROBLEMS_FILE if out else None)
    said = Said.of(derivation, lang)
    said.areas(areas, limit)
    said.undrawn(undrawn)
    if beyond is not None:
        said.excesses(beyond, date, limit)
    if out is not None:
        files = ", ".join([*AREA_ANSWERS, PROBLEMS_FILE])
        o.out.print(said.say("written", out=out, files=files), markup=False, soft_wrap=True)


class AreaSpeech(Speech):
    """The words of this command."""

    file = ("sizao.cli", "areas.yaml")

    def named(self, name: str | None, place: str) -> str:
        """A place by its name and its id; each part in this language, where it comes in both, and without the one
        before it."""
        parts = [self.place(part) for part in (name or "").split("/")]
        cut = [part.removeprefix(before).strip() or part for before, part in pairwise(["", *parts])]
        return self("place", name="/".join(cut), id=place) if name else place


@dataclass(frozen=True)
class Said:
    """What the command prints of one derivation."""

    say: AreaSpeech
    derivation: AreaDerivation

    @classmethod
    def of(cls, derivation: AreaDerivation, lang: Lang) -> Said:
        words = speak(lang, derivation.policy.chain, derivation.on)
        return cls(AreaSpeech(lang, words.titles), derivation)

    def areas(self, areas: pa.Table, limit: int) -> None:
        """How many there are of each level and scope, and the first ones, the strictest above."""
        weights = {book.id: book.areas.weights for book in self.derivation.policy.chain}
        book = next((row["rulebook"] for row in areas.slice(0, 1).to_pylist()), None)
        if book is None:
            o.out.print(f"{self.derivation.on}: {self.say('no_areas')}", markup=False)
            return
        counted = areas.group_by(["level", "scope"]).aggregate([([], "count_all")]).to_pylist()
        summary = Table(title=f"{self.derivation.on} · {book}", title_justify="left")
        for head in ("level", "scope"):
            summary.add_column(self.say(head))
        summary.add_column(self.say("areas"), justify="right")
        for row in sorted(counted, key=lambda row: (-weights[book][row["level"]], -row["count_all"], row["scope"])):
            cells = (self.say.title(row["level"]), self.say.word("scopes", row["scope"]))
            summary.add_row(*cells, self.say.number(row["count_all"]))
        o.out.print(summary)
        rows = areas.sort_by([("held_since", "ascending"), ("place_id", "ascending")]).to_pylist()
        rows.sort(key=lambda row: -weights[row["rulebook"]][row["level"]])
        self._print(self.say("head"))
        for row in rows[: limit or None]:
            self._print(*self._area(row))
        self._print_rest(len(rows), limit)

    def undrawn(self, undrawn: pa.Table) -> None:
        """Cases that draw nothing, by reason, the first ones by name."""
        for why in ("no_place", "place_too_coarse", "unknown_place"):
            rows = [row for row in undrawn.to_pylist() if row["why"] == why]
            cases = {row["case_id"]: row["place_id"] for row in sorted(rows, key=lambda row: row["case_id"])}
            if cases:
                named = [f"{case} ({place})" if place else case for case, place in cases.items()]
                word = f"{why}_one" if len(cases) == 1 else why
                self._print(self.say(word, n=len(cases), list=self.say.some(named, NAMED)))

    def excesses(self, beyond: pa.Table, on: dt.date, limit: int) -> None:
        """How many there are of each kind, and the first ones: those of the date, then the latest."""
        counted = beyond.group_by("kind").aggregate([([], "count_all")]).to_pylist()
        counted.sort(key=lambda row: (-row["count_all"], row["kind"]))
        kinds = [f"{self.say.word('kinds', row['kind'])} {row['count_all']:,}" for row in counted]
        told = self.say("beyond", n=beyond.num_rows)
        self._print(self.say("kinds_told", told=told, kinds=self.say.list(kinds)) if kinds else told)

        def order(row: Row) -> tuple[bool, int, str]:
            holds = row["from"] <= on and (row["until"] is None or row["until"] >= on)
            return not holds, -row["from"].toordinal(), row["order_id"]

        rows = sorted(beyond.to_pylist(), key=order)
        for row in rows[: limit or None]:
            self._print(row["order_id"], row["place_id"], self._span(row["from"], row["until"]), row["text"])
        self._print_rest(len(rows), limit)

    def _area(self, row: Row) -> list[str]:
        day = "" if row["clock_day"] is None else self.say("clock", days=row["clock_day"])
        return [
            self.say.title(row["level"]),
            self.say.word("scopes", row["scope"]),
            self._span(row["held_since"], row["lifts_on"]),
            day,
            row["clause"],
            row["because"],
            self.say.named(row["name"], row["place_id"]),
        ]

    def _span(self, since: dt.date, until: dt.date | None) -> str:
        return self.say("span", since=since, until=until or self.say("open"))

    def _print(self, *cells: str) -> None:
        o.out.print("  ".join(cell for cell in cells if cell), markup=False, soft_wrap=True)

    def _print_rest(self, count: int, limit: int) -> None:
        if limit and count > limit:
            self._print(self.say("shown", shown=limit, n=count))
