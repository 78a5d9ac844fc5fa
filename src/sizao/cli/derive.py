"""`sizao derive`: status, measures, tests due and excesses of everybody on a date, as files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer
from pyarrow.dataset import dataset
from rich.table import Table

from sizao.cli import options as o
from sizao.cli.facts import doing, read_facts
from sizao.derive import ANSWERS, UNDECIDED, Derivation, derive
from sizao.engine import placed_together, remove
from sizao.errors import SizaoError
from sizao.policy import choose, doubts_about
from sizao.tables import PROBLEMS_FILE, write_problems

KINDS_NAMED = 10


def register(app: typer.Typer) -> None:
    """Adds `sizao derive`."""
    app.command(name="derive")(derive_folder)


def derive_folder(
    folder: o.Folder,
    on: o.On,
    out: Annotated[Path, typer.Option(help="Where the answers are written.", show_default=False)],
    rulebook: o.RulebookName = "auto",
    jurisdiction: o.Jurisdiction = "CN",
    known_at: o.KnownAt = None,
    engine: o.EngineName = "duckdb",
    format: Annotated[Literal["parquet", "csv"], typer.Option(help="Format of the answers.")] = "parquet",
    strict: Annotated[bool, typer.Option(help="Refuse the whole folder when any row is broken.")] = False,
    lang: o.Language = "en",
) -> None:
    """Derive what everybody must do on a date, and why: status, measures, tests_due, excesses, undecided."""
    date, known = o.read_date(on), o.read_instant(known_at)
    if out.resolve() == folder.resolve():
        raise SizaoError("same-folder", "answers would be written among the facts", todo="give --out another folder")
    books = choose(rulebook, date, jurisdiction, o.day_of(known))
    for doubt in doubts_about(rulebook, books, date):
        o.err.print(f"note: {doubt}")
    with doing(f"reading {folder}") as say:
        facts = read_facts(folder, strict=strict)
        say(f"deriving on {engine}")
        with (
            derive(facts, books, date, known_at=known, engine=engine, lang=lang) as derivation,
            placed_together(out) as part,
        ):
            written = derivation.write(part, format=format, progress=lambda name: say(f"deriving {name}"))
            write_problems(part, facts.problems)
            counts = _counts(derivation, written["status"], format)
            unknown = _unknown(written["undecided"], format)
            for name in ANSWERS:  # of an earlier run in the other format
                remove(out / f"{name}.{'csv' if format == 'parquet' else 'parquet'}")
    o.say_problems(facts.problems, out / PROBLEMS_FILE)
    _say(derivation, counts, unknown, out)


def _counts(derivation: Derivation, path: Path, format: str) -> list[tuple[str, str, int]]:
    """(measure, restriction, people) from the written status, heaviest first."""
    status = dataset(path, format=format).to_table(columns=["measure", "restriction"])
    counted = status.group_by(["measure", "restriction"]).aggregate([([], "count_all")]).to_pylist()
    weights = {r.id: n for b in derivation.policy.chain for n, r in enumerate(b.restrictions)}
    rows = [(row["measure"], row["restriction"] or "", row["count_all"]) for row in counted]
    return sorted(rows, key=lambda row: (-weights.get(row[1], -1), row[0]))


def _unknown(path: Path, format: str) -> list[tuple[str, int]]:
    """(kind, how many) from the written undecided facts, the most first."""
    kinds = dataset(path, format=format).to_table(columns=["kind"])
    rows = kinds.group_by("kind").aggregate([([], "count_all")]).to_pylist()
    return sorted(((row["kind"], row["count_all"]) for row in rows), key=lambda row: (-row[1], row[0]))


def _say(
    derivation: Derivation, counts: list[tuple[str, str, int]], unknown: list[tuple[str, int]], out: Path
) -> None:
    book = derivation.rulebook
    title = f"{derivation.on} · {book.id if book else 'no rulebook in force'}"
    table = Table(title=title, title_justify="left", show_footer=True)
    table.add_column("measure", footer="people under a measure")
    table.add_column("restriction")
    table.add_column("people", justify="right", footer=f"{sum(n for m, _, n in counts if m != UNDECIDED):,}")
    for measure, restriction, people in counts:
        table.add_row(measure, restriction, f"{people:,}")
    o.out.print(table)
    for kind, n in unknown[:KINDS_NAMED]:
        o.err.print(f"undecided: {n} of the kind {kind[:80]!r}, which the rulebook does not know")
    if len(unknown) > KINDS_NAMED:
        o.err.print(f"... and {len(unknown) - KINDS_NAMED} more kinds: see undecided")
    o.out.print(f"written to {out}: {', '.join(ANSWERS)}, {PROBLEMS_FILE}", soft_wrap=True)
