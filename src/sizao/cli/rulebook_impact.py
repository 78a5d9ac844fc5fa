"""`sizao rulebook impact`: tries a rulebook on the register before it is signed."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import pyarrow.parquet as pq
import typer
from rich.text import Text

from sizao.cli import options as o
from sizao.cli.facts import doing, read_facts
from sizao.cli.impact_page import ImpactSay, Page
from sizao.cli.words import speak
from sizao.derive import derive
from sizao.derive.impact import Impact, Side, bring_forward, compare_sides, own_id, read_side
from sizao.engine import placed_together
from sizao.errors import SizaoError
from sizao.policy import Rulebook, chain
from sizao.policy.overlay import BETWEEN

TABLES = ("people", "per_day", "communities")
SUMMARY = "summary.json"
LONGEST = 3650


@dataclass(frozen=True)
class Trial:
    """One of the two rulebooks as it was named, its chain, and the chain as it is derived."""

    name: str
    chain: Sequence[Rulebook]
    derived: Sequence[Rulebook]

    @property
    def book(self) -> Rulebook:
        return self.chain[-1]

    @property
    def own(self) -> Sequence[Rulebook]:
        """The rulebook in its chain: a local one once for each that it is laid over."""
        return [book for book in self.chain if own_id(book) == own_id(self.book)]


def impact_command(
    a: Annotated[str, typer.Argument(metavar="A", help="The rulebook to compare with: its id or file.")],
    b: Annotated[str, typer.Argument(metavar="B", help="The rulebook to try: its id or file.")],
    facts: Annotated[Path, typer.Option("--facts", help="A folder of tables (CSV or Parquet).", show_default=False)],
    on: o.On,
    days: Annotated[int, typer.Option(min=1, max=LONGEST, help="How many days to look at, from the date on.")] = 28,
    known_at: o.KnownAt = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Write people, per_day, communities (with ids) and summary.json.", show_default=False),
    ] = None,
    engine: o.EngineName = "duckdb",
    place: Annotated[
        str | None, typer.Option(help="Only people who live in this place (a place_id).", show_default=False)
    ] = None,
    lang: o.Language = "en",
) -> None:
    """Try rulebook B before it is signed: what changes against A, for whom, by how many days, tests and rooms."""
    date, known = o.read_date(on), o.read_instant(known_at) or dt.datetime.now().astimezone()
    if out is not None and out.resolve() == facts.resolve():
        raise SizaoError("same-folder", "answers would be written among the facts", todo="give --out another folder")
    try:
        last = date + dt.timedelta(days - 1)
    except OverflowError:
        raise SizaoError(
            "bad-date", f"{days} days from {date} lead past the year 9999", todo="look at fewer"
        ) from None
    sides = _trials(a, b, date, o.day_of(known))
    impact, problems, area = _measure(sides, facts, date, last, known, engine, place, lang)
    first, second = sides
    page = Page(impact, (speak(lang, first.derived, date), speak(lang, second.derived, date)), lang)
    doubts, notes = find_doubts(first, second, lang), find_notes(first, second, date, last, known, lang)
    for part in page.parts(first.book, second.book, notes, doubts, area):
        o.out.print(part, soft_wrap=isinstance(part, Text))
    if problems:
        o.err.print(f"note: {problems} problems in {facts}; `sizao tables check {facts}` lists them")
    if out is not None:
        said = [*find_doubts(first, second, "en"), *find_notes(first, second, date, last, known, "en")]
        _write(out, impact, sides, known, place, said)
        o.out.print(f"{out}: {', '.join(f'{name}.parquet' for name in TABLES)}, {SUMMARY}", soft_wrap=True)


def _trials(a: str, b: str, on: dt.date, known_on: dt.date) -> tuple[Trial, Trial]:
    """Both rulebooks. Raises SizaoError `same-rulebook`, `nothing-in-force`, and those of reading a rulebook."""
    older, newer = chain(a, known_on), chain(b, known_on)
    if tuple(older) == tuple(newer):
        raise SizaoError("same-rulebook", f"{a} and {b} say the same", todo="name two that differ")
    first = older[0].document.effective
    if on < first:
        what = f"on {on} neither {older[-1].id} nor what it replaces is in force: the first took effect on {first}"
        raise SizaoError("nothing-in-force", what, todo=f"give --on {first} or a later date, or another rulebook")
    return Trial(a, older, older), Trial(b, newer, bring_forward(newer, on))


def _measure(
    sides: tuple[Trial, Trial],
    folder: Path,
    on: dt.date,
    last: dt.date,
    known: dt.datetime,
    engine: str,
    place: str | None,
    lang: o.Lang,
) -> tuple[Impact, int, str | None]:
    """The comparison, how many problems the folder has, and the name of the place."""
    with doing(f"reading {folder}") as say:
        facts = read_facts(folder, "places")
        answered: list[Side] = []
        for side in sides:  # one engine at a time
            say(f"deriving under {side.name}")
            with derive(
                facts, side.derived, on, days=(on, last), known_at=known, engine=engine, lang=lang
            ) as derivation:
                answered.append(read_side(derivation, facts))
        say("comparing")
        loaded = {name: facts.tables[name].arrow() for name in ("people", "places") if name in facts.tables}
        impact = compare_sides(answered[0], answered[1], place=place, **loaded)
        area = None
        if place is not None:
            names = zip(*(loaded["places"][c].to_pylist() for c in ("place_id", "name")), strict=True)
            area = dict(names).get(place) or place
    return impact, len(facts.problems), area


def _write(
    out: Path, impact: Impact, sides: tuple[Trial, Trial], known: dt.datetime, place: str | None, notes: Sequence[str]
) -> None:
    """The tables and the summary; all of them appear together or none does."""
    heads: dict[str, Any] = {
        letter: {
            "id": own_id(side.book),
            "named": side.name,
            "number": side.book.document.number,
            "effective": side.own[0].document.effective.isoformat(),
            "derived": {book.id: book.document.effective.isoformat() for book in side.derived},
        }
        for letter, side in zip("ab", sides, strict=True)
    }
    said = {**heads, "known_at": known.isoformat(), "place": place, "notes": list(notes), **impact.summary()}
    with placed_together(out) as part:
        for name in TABLES:
            pq.write_table(getattr(impact, name), part / f"{name}.parquet", compression="zstd")
        (part / SUMMARY).write_text(json.dumps(said, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def find_doubts(a: Trial, b: Trial, lang: o.Lang) -> list[str]:
    """What makes the two hard to compare at all."""
    said = []
    x, y = a.book.jurisdiction, b.book.jurisdiction
    if x != y and a.book.over not in (y, b.book.over or "") and b.book.over != x:
        said.append(_say("jurisdictions", a, b, lang, x=x, y=y))
    if a.book.disease != b.book.disease:
        said.append(_say("diseases", a, b, lang, x=a.book.disease, y=b.book.disease))
    return said


def find_notes(a: Trial, b: Trial, on: dt.date, last: dt.date, known: dt.datetime, lang: o.Lang) -> list[str]:
    """What is taken for granted: how B stands to A, from when it holds, which facts count."""
    notes = [*_relation(a, b, lang)]
    effective, move = b.own[0].document.effective, b.own[0].transition
    if effective > on:
        notes.append(_say("forward", a, b, lang, effective=effective, on=on))
        kept = {book.id for book in b.derived}
        notes += [
            _say("dropped", a, b, lang, older=book.id, effective=book.document.effective)
            for book in b.chain
            if book.id not in kept
        ]
        if move is not None and move.date is not None and move.date > on and len(b.derived) > len(b.own):
            notes.append(_say("not_moved", a, b, lang, date=move.date))
    elif effective < on:
        notes.append(_say("since", a, b, lang, effective=effective, on=on))
    if a.own[0].document.effective > on:
        older = [book.id for book in a.chain if book.document.effective <= on][-1]
        notes.append(_say("a_later", a, b, lang, effective=a.own[0].document.effective, older=older))
    for side in (a, b):
        for book in side.own[1:]:  # of a local rulebook: the national one under it changes
            if on < book.document.effective <= last:
                notes.append(_say("goes_on", a, b, lang, book=book.id, effective=book.document.effective))
    if (known - dt.timedelta(microseconds=1)).date() > on:  # the midnight that ends the day is no later
        notes.append(_say("later_facts", a, b, lang, on=on))
    return notes


def _relation(a: Trial, b: Trial, lang: o.Lang) -> list[str]:
    """How B stands to A: what people under A become."""
    name, newer = own_id(a.book), own_id(b.book)
    if name == newer:
        return [_say("same_id", a, b, lang)]
    built_on = [n for n, book in enumerate(b.chain) if name in book.id.split(BETWEEN)]
    if not built_on:
        back = any(newer in book.id.split(BETWEEN) for book in a.chain)
        return [_say("reversed" if back else "apart", a, b, lang)]
    move, below = b.own[0].transition, b.chain[built_on[0]]
    others = dict.fromkeys(own_id(book) for book in b.chain[built_on[0] + 1 :])
    between = [other for other in others if other != newer]
    if b.book.id != newer:
        said = [_say("laid_over", a, b, lang)]
    elif between:
        said = [_say("by_way_of", a, b, lang, others=", ".join(between))]
    else:
        said = [_say("amends" if b.book.amends else "replaces", a, b, lang, rule=move.rule if move else "")]
    if below.id == a.book.id and below != a.book:
        said.append(_say("other_text", a, b, lang))
    return said


def _say(word: str, a: Trial, b: Trial, lang: o.Lang, **values: object) -> str:
    """A note. Where both have one id, each is called by what was typed as well."""
    names = {"a": own_id(a.book), "b": own_id(b.book)}
    if names["a"] == names["b"]:
        names = {key: f"{name} ({side.name})" for (key, name), side in zip(names.items(), (a, b), strict=True)}
    return ImpactSay(lang)(word, **names, **values)
