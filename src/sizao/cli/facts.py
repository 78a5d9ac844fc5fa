"""Reads the facts that commands derive from, and says on the terminal what is being done as long as it takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from sizao.cli.options import err
from sizao.tables import Folder, read_folder

FACTS = ("people", "events", "cases", "tests", "orders")


def read_facts(folder: Path, *more: str, strict: bool = False) -> Folder:
    """The tables of facts of a folder, and those named besides. SizaoError where it has neither events nor cases."""
    facts = read_folder(folder, strict=strict, only=(*FACTS, *more))
    if not {"events", "cases"} & {*facts.tables, *facts.refused}:
        facts.table("events")  # raises
    return facts


@contextmanager
def doing(first: str) -> Iterator[Callable[[str], None]]:
    """Says what is being done first; the function that it gives says what is done next."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True) as bar:
        task = bar.add_task(first)
        yield lambda step: bar.update(task, description=step)
