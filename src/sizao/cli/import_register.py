"""`sizao import register`: files into the register; without --accept it only shows what would be recorded."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from sizao.cli import options as o
from sizao.cli.work import open_register
from sizao.errors import Problem, SizaoError
from sizao.words import read_yaml

if TYPE_CHECKING:
    from sizao.register.access import Access
    from sizao.register.models import Import

SHOWN = 10
Duplicates = Literal["ask", "same", "new", "leave"]


def import_register(
    files: Annotated[
        list[Path], typer.Argument(help="Files (CSV, XLSX, Parquet, zip) or a folder of them.", show_default=False)
    ],
    mapping: Annotated[
        str, typer.Option(help="line-list, godata, a table's name, or a mapping kept in the register; else guessed.")
    ] = "",
    accept: Annotated[bool, typer.Option("--accept", help="Record it. Without this nothing is written.")] = False,
    user: Annotated[
        str,
        typer.Option(
            "--as",
            help="The user as whom it is recorded (their area and permissions hold); else the register itself.",
        ),
    ] = "",
    duplicates: Annotated[
        Duplicates,
        typer.Option(help="People who may be on record and nothing is sure of: take as the same, as new, leave out."),
    ] = "ask",
    problems: Annotated[
        Path | None, typer.Option("--problems", help="FILE.csv for every problem: its line, column and what to do.")
    ] = None,
    lang: o.Language = "en",
) -> None:
    """Files into the register: a preview first; with --accept it is recorded, all or nothing by chunk, resumable."""
    open_register()
    from sizao.register.imports.accept import accept as record
    from sizao.register.imports.accept import decide_rest
    from sizao.register.imports.stage import stage

    say = say_in(lang)
    if problems is not None:
        o.check_folder_of(problems)
    by = who(user)
    uploads = _read(files)
    kind, kept = _mapping(mapping)
    with _bar() as bar:
        task = bar.add_task(say("step_read"), total=None)
        found, before = stage(
            by=by,
            files=uploads,
            mapping=kept,
            kind=kind,
            watch=lambda step: bar.update(task, description=say(f"step_{step}")),
        )
    _preview(found, before, say, problems)
    if found.state == "done":
        return
    if duplicates != "ask":
        decide_rest(by=by, import_id=found.import_id, choice=duplicates)
    if not accept:
        o.out.print(say("not_written"), markup=False)
        return
    with _bar() as bar:
        task = bar.add_task(say("step_record"), total=found.chunks, completed=found.done)
        found = record(by=by, import_id=found.import_id, progress=lambda done, all: bar.update(task, completed=done))
    _result(found, say)


def who(user: str) -> Access:
    """What the named user may do; of nobody, a job of the machine. Raises SizaoError `not-found`."""
    from sizao.register.access import access_of, access_of_job
    from sizao.register.models import User

    if not user:
        return access_of_job("import")
    found = User.objects.filter(username=user, is_active=True).first()
    if found is None:
        raise SizaoError("not-found", f"there is no user {user}", todo="see the page Users")
    return access_of(found)


def _read(paths: list[Path]) -> list[Any]:
    from sizao.register.imports.files import Upload

    found = []
    for path in paths:
        inside = (
            sorted(p for p in path.iterdir() if p.suffix.lower() in (".csv", ".xlsx", ".parquet"))
            if path.is_dir()
            else [path]
        )
        found += [Upload(file.name, file.read_bytes()) for file in inside]
    return found


def _mapping(name: str) -> tuple[str, Any]:
    """The kind that was named, or a mapping that was kept under that name."""
    from sizao.register.imports.mapping import kinds, read_mapping
    from sizao.register.models import ImportMapping

    if not name or name in kinds():
        return name, None
    kept = ImportMapping.objects.filter(name=name).first()
    if kept is None:
        raise SizaoError("unknown-mapping", f"no mapping is called {name}", todo=f"one of {', '.join(kinds())}")
    return "", read_mapping(kept.said)


def _preview(found: Import, before: bool, say: Any, into: Path | None) -> None:
    from sizao.register.imports.stage import problems_of

    if before:
        o.out.print(
            say("sent_before", state=say(f"state_{found.state}"), n=f"{found.done}/{found.chunks}"), markup=False
        )
    counts = found.counts
    o.out.print(say("preview", mapping=found.mapping["kind"], id=found.import_id), markup=False)
    table = Table()
    for column in ("table", "new", "there"):
        table.add_column(say(column), justify="left" if column == "table" else "right")
    for name in dict.fromkeys([*counts["new"], *counts["there"]]):
        table.add_row(name, f"{counts['new'].get(name, 0):,}", f"{counts['there'].get(name, 0):,}")
    o.out.print(table)
    for code, effect, count in counts["problems"]:
        o.out.print(f"{effect:<8} {count:>8,}  {code}", markup=False)
    listed = problems_of(found)
    for problem in sorted(listed, key=lambda problem: problem.effect != "refused")[:SHOWN]:
        o.out.print(f"  {problem}", markup=False, soft_wrap=True)
    there = sum(count for _, _, count in counts["problems"])
    if listed and there > SHOWN:
        o.out.print(f"  {say('more' if into is None else 'more_written', n=f'{there - SHOWN:,}')}", markup=False)
    if into is not None and (listed or found.state != "done"):  # of one that is recorded they are erased
        _write_problems(into, listed, there, say)
    matches = found.matches.count()
    if matches:
        sure = found.matches.exclude(choice="").count()
        o.out.print(say("matches", n=f"{matches:,}", sure=f"{sure:,}"), markup=False)
        for match in found.matches.filter(choice="").order_by("number")[:SHOWN]:
            line = say("match", line=match.line, id=match.person_id, known=match.known_id, why=match.why)
            o.out.print(f"  {line}", markup=False)


def _write_problems(into: Path, listed: list[Problem], there: int, say: Any) -> None:
    from sizao.register.imports.say import problems_csv

    into.write_text(problems_csv(listed), encoding="utf-8", newline="")
    word = "problems_written" if len(listed) == there else "problems_some"
    o.out.print(say(word, n=f"{len(listed):,}", all=f"{there:,}", file=into), markup=False, soft_wrap=True)


def _result(found: Import, say: Any) -> None:
    o.out.print(say("recorded", id=found.import_id), markup=False)
    table = Table(show_header=False)
    table.add_column()
    table.add_column(justify="right")
    for name, count in found.counts.get("recorded", {}).items():
        table.add_row(name, f"{count:,}")
    o.out.print(table)
    o.out.print(say("derive_next"), markup=False)


def _bar() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=o.err, transient=True)


def say_in(lang: o.Lang) -> Any:
    """The words of these commands in a language."""
    words = read_yaml("sizao.cli", "import_register.yaml")
    return lambda name, **values: words[name][lang].format(**values)
