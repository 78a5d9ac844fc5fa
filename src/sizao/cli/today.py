"""`sizao today`: the lists that people work from on a date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated

import pyarrow as pa
import pyarrow.compute as pc
import typer
from rich import box
from rich.table import Table
from rich.text import Text

from sizao.cli import options as o
from sizao.cli.facts import doing, read_facts
from sizao.cli.lines import LISTS, say_line
from sizao.cli.report import key_numbers, render_report
from sizao.cli.words import Speech, speak
from sizao.derive import derive
from sizao.derive.today import Work, list_work
from sizao.errors import SizaoError
from sizao.policy import Rulebook, choose, doubts_about
from sizao.tables import contract

DAY = timedelta(days=1)
LOOKS_BACK = 7 * DAY
COMMUNITIES = ("to_do", "overdue", "changes", "new", "released", "tomorrow")


@dataclass(frozen=True)
class Day:
    """One day's work, and what is needed to say it."""

    work: Work
    rulebook: Rulebook
    rulebooks: Sequence[Rulebook]
    area: str | None
    known_at: datetime | None


def register(app: typer.Typer) -> None:
    """Adds `sizao today`."""
    app.command(name="today")(today)


def today(
    folder: o.Folder,
    on: o.On,
    rulebook: o.RulebookName = "auto",
    jurisdiction: o.Jurisdiction = "CN",
    known_at: o.KnownAt = None,
    place: Annotated[
        str | None, typer.Option(help="Only people who live in this place (a place_id).", show_default=False)
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Write the whole lists as a page to print, FILE.html.", show_default=False)
    ] = None,
    limit: Annotated[int, typer.Option(min=0, help="Rows of each list in the terminal.")] = 5,
    lang: o.Language = "en",
) -> None:
    """List the day's work: tests due and overdue, who moves, is released or new; rooms, tomorrow's tests."""
    show_today(
        folder,
        o.read_date(on),
        out,
        lang,
        rulebook=rulebook,
        jurisdiction=jurisdiction,
        known_at=o.read_instant(known_at),
        place=place,
        limit=limit,
    )


def show_today(
    folder: Path,
    on: date,
    out: Path | None,
    lang: o.Lang,
    *,
    rulebook: str = "auto",
    jurisdiction: str = "CN",
    known_at: datetime | None = None,
    place: str | None = None,
    limit: int = 5,
) -> None:
    """Prints the day's work and writes it to `out`, a page to print.

    Raises SizaoError `unknown-place`, `not-html`, and those of reading and deriving.
    """
    books = choose(rulebook, on, jurisdiction, o.day_of(known_at))
    for doubt in doubts_about(rulebook, books, on):
        o.err.print(f"note: {doubt}")
    if out is not None and out.suffix not in (".html", ".htm"):
        raise SizaoError("not-html", "the page to print is HTML", where=str(out), todo="give --out a name in .html")
    day = _find_work(folder, on, books, known_at, place)
    say = speak(lang, books, on)
    _print(day, say, limit)
    if out is not None:
        page = render_report(
            day.work, rulebook=day.rulebook, rulebooks=books, lang=lang, known_at=known_at, area=day.area
        )
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(page, encoding="utf-8")
        o.out.print(say("written", path=str(out)), soft_wrap=True, markup=False)


def _find_work(
    folder: Path, on: date, books: Sequence[Rulebook], known_at: datetime | None, place: str | None
) -> Day:
    with doing(f"reading {folder}") as say:
        facts = read_facts(folder, "places", "follow_ups")
        say(f"deriving {on}")
        known = known_at or datetime.now(UTC)
        with derive(facts, books, on, days=(on - LOOKS_BACK, on + DAY), known_at=known) as derived:
            names = ("status", "tests_due", "measures", "undecided")
            answers = {name: derived.table(name) for name in names}
            rulebook = derived.rulebook or books[-1]
        say(f"deriving {on - DAY}")
        with derive(facts, books, on - DAY, known_at=known - DAY) as derived:
            yesterday = derived.table("status")
        say("listing")
        done = rulebook.test.recorded_in
        loaded = {name: facts.tables[name].arrow() for name in ("people", "places", done) if name in facts.tables}
        tests = loaded.get(done, contract(done).arrow_schema().empty_table())
        work = list_work(
            on=on,
            status_yesterday=yesterday,
            tests=tests if done == "tests" else _visits(tests),
            people=loaded.get("people"),
            places=loaded.get("places"),
            restrictions=[r.id for r in rulebook.restrictions],
            place=place,
            known_at=known,
            **answers,
        )
    if facts.problems:
        o.err.print(f"note: {len(facts.problems)} problems in {folder}; `sizao tables check {folder}` lists them")
    return Day(work, rulebook, books, _name_of(place, loaded.get("places")), known_at)


def _visits(follow_ups: pa.Table) -> pa.Table:
    """Follow-ups at which the person was seen, as tests that were done."""
    seen = follow_ups.filter(pc.starts_with(follow_ups["outcome"], "seen"))
    return pa.table(
        {
            "test_id": seen["follow_up_id"],
            "person_id": seen["person_id"],
            "sampled_on": seen["occurred_on"],
            "recorded_at": seen["recorded_at"],
        }
    )


def _print(day: Day, say: Speech, limit: int) -> None:
    """What matters first, then the counts, then each list as far as `limit`."""
    work, book = day.work, day.rulebook
    o.out.print(Text(f"{say('title')} · {say.long_day(work.on)}", style="bold"))
    o.out.print(Text(say.label("rulebook", say.source(book))), soft_wrap=True)
    o.out.print(Text(say.label("test_is", say.of(book.test))))
    if day.area:
        o.out.print(Text(say.label("scope", say.place(day.area))))
    if book.document.effective == work.on:
        o.out.print(Text(say("new_rulebook"), style="bold"))
    numbers = Table(box=None, show_header=False)
    numbers.add_column(justify="right", style="bold")
    for label, number, detail in key_numbers(work, say):
        numbers.add_row(number, label, Text(detail, style="dim"))
    o.out.print(numbers)
    _print_counts(work, say)
    _print_communities(work, say, limit)
    for name in LISTS:
        _print_list(name, work, say, limit)
    if work.without_home:
        o.out.print(Text(say("without_home", n=work.without_home)))
    if len(work.undecided):
        rows = work.undecided.slice(0, limit).to_pylist()
        cells = [(row["fact_id"], row["person_id"], row["kind"], say.day(row["occurred_on"])) for row in rows]
        _print_table(say, "undecided", ("fact", "person", "kind", "occurred"), cells, len(work.undecided))


def _print_counts(work: Work, say: Speech) -> None:
    counts = [
        (
            say.title(row["restriction"]),
            say.title(row["measure"]),
            say.number(row["people"]),
            say.change(row["change"]),
        )
        for row in work.counts.to_pylist()
    ]
    if counts:
        _print_table(say, "by_measure", ("restriction", "measure", "today", "change"), counts, len(counts), numbers=2)
    rooms = [
        (
            say.title(row["restriction"]),
            *(say.number(row[name]) for name in ("people", "arriving", "leaving")),
            say.change(row["change"]),
        )
        for row in work.rooms.to_pylist()
        if row["restriction"] in say.away
    ]
    if rooms:
        columns = ("restriction", "today", "arriving", "leaving", "change")
        _print_table(say, "rooms", columns, rooms, len(rooms), numbers=4)


def _print_communities(work: Work, say: Speech, limit: int) -> None:
    """The communities with the most tests to do first."""
    rows = [row | {"to_do": row["due"] - row["done"]} for row in work.communities.to_pylist()]
    rows.sort(key=lambda row: (-row["to_do"], -row["overdue"]))
    cells = [
        (say.place(row["community"]) or say("nowhere"), *(say.number(row[name]) for name in COMMUNITIES))
        for row in rows[:limit]
    ]
    if rows:
        columns = ("community", *(f"{name}_short" for name in COMMUNITIES))
        _print_table(say, "by_community", columns, cells, len(rows), numbers=len(COMMUNITIES))


def _print_list(name: str, work: Work, say: Speech, limit: int) -> None:
    rows: pa.Table = getattr(work, name)
    if name == "tests":
        rows = rows.filter(pc.invert(rows["done"]))
    elif name == "overdue":
        rows = rows.filter(pc.invert(rows["due_today"]))
    cells = []
    for row in rows.slice(0, limit).to_pylist():
        line = say_line(name, row, work.on, say)
        home = f"{say.place(row['community']) or say('nowhere')}\n{line.home}"
        cells.append((home, line.person_id, f"{line.what}\n{line.measure}", say.join(*line.flags, line.note)))
    if cells:
        title = "to_do" if name == "tests" else f"{name}_list"
        _print_table(say, title, ("where", "person", "what", "note"), cells, len(rows))


def _print_table(
    say: Speech, title: str, columns: Sequence[str], cells: Sequence[Sequence[str]], of: int, numbers: int = 0
) -> None:
    """A table with its title and `of` rows in all; the last `numbers` columns are numbers."""
    heading = f"\n{say(title)}" + ("" if numbers else f" {say.number(of)}")
    shown = Table(title=heading, title_justify="left", box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for n, column in enumerate(columns):
        right = n >= len(columns) - numbers
        shown.add_column(say(column), justify="right" if right else "left", overflow="fold", no_wrap=right)
    for row in cells:
        shown.add_row(*map(Text, row))
    o.out.print(shown)
    if of > len(cells):
        o.out.print(Text("  " + say("more_out", n=of - len(cells))))


def _name_of(place: str | None, places: pa.Table | None) -> str | None:
    if place is None or places is None:
        return place
    names = places.filter(pc.equal(places["place_id"], place))["name"].to_pylist()
    return names[0] if names else place
