"""What is wrong with rows of an import, in both languages, and as a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from sizao.errors import Problem
from sizao.tables.codes import CODES
from sizao.words import Lang, read_yaml

FORMULA = "=+-@\t\r"


def problem_title(code: str, lang: Lang) -> str:
    """One kind of problem in words; of an unknown one, its code."""
    said = read_yaml("sizao.register.imports", "problems.yaml").get(code)
    if said:
        return str(said[lang])
    return CODES[code].text(lang) if code in CODES else code


def problems_csv(problems: Iterable[Problem]) -> str:
    """Problems as a file for who corrects the list; a cell that a spreadsheet would reckon gets a ' before it."""
    out = io.StringIO()
    rows = csv.writer(out)
    names = ("code", "file", "line", "column", "value", "what", "todo", "effect")
    rows.writerow(names)
    for problem in problems:
        cells = [getattr(problem, name) for name in names]
        rows.writerow(
            ["'" + cell if isinstance(cell, str) and cell[:1] in FORMULA and cell else cell for cell in cells]
        )
    return "\ufeff" + out.getvalue()
