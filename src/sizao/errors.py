"""Errors are part of the public API: what is wrong, where, why it matters, what to do; each with a stable code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Effect = Literal["refused", "kept"]


@dataclass(frozen=True)
class Problem:
    """One thing wrong in a file.

    `effect` says what became of the row or value: "refused" (left out) or "kept" (loaded, but doubtful).
    `line` counts from 1 as an editor does; in a Parquet file it is the row, from 1.
    """

    code: str
    file: str
    what: str
    todo: str
    line: int | None = None
    column: str | None = None
    value: str | None = None
    effect: Effect = "refused"

    def __str__(self) -> str:
        where = self.file if self.line is None else f"{self.file}:{self.line}"
        at = f" {self.column}" if self.column else ""
        shown = f" = {self.value!r}" if self.value is not None else ""
        return f"{where}:{at}{shown} [{self.code}] {self.what}; {self.todo} ({self.effect})"


class SizaoError(Exception):
    """Stops the command. `code` is stable: tests and scripts may rely on it."""

    def __init__(self, code: str, what: str, *, where: str = "", why: str = "", todo: str = "") -> None:
        self.code, self.what, self.where, self.why, self.todo = code, what, where, why, todo
        super().__init__(str(self))

    def __str__(self) -> str:
        head = f"{self.where}: " if self.where else ""
        lines = [f"{head}{self.what} [{self.code}]"]
        if self.why:
            lines.append(f"  why: {self.why}")
        if self.todo:
            lines.append(f"  do:  {self.todo}")
        return "\n".join(lines)


class RefusedError(SizaoError):
    """Input that was refused whole because of the problems listed."""

    def __init__(self, code: str, what: str, problems: list[Problem], *, where: str = "", todo: str = "") -> None:
        self.problems = problems
        super().__init__(code, what, where=where, todo=todo)
