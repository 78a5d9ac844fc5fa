"""What is wrong with rows of an import, in both languages, and as a file."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from functools import cache
from typing import Literal

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


def problem_words(problem: Problem, lang: Lang) -> tuple[str, str]:
    """What is wrong and what to do. In Chinese "" for a sentence of which sentences.yaml has none."""
    if lang == "en":
        return problem.what, problem.todo
    return in_chinese("what", problem.what), in_chinese("todo", problem.todo)


def assumed_words(assumed: Iterable[str], lang: Lang) -> list[str]:
    """What an import took for granted; in Chinese as far as sentences.yaml has it."""
    return [text for said in assumed if (text := said if lang == "en" else in_chinese("assumed", said))]


def in_chinese(part: Literal["what", "todo", "assumed"], text: str) -> str:
    """An English sentence of an import in Chinese, with its values; "" where sentences.yaml has none that fits."""
    for english, chinese in _sentences(part):
        if found := english.fullmatch(text):
            values: dict[str, str] = found.groupdict()
            return chinese.format(**values)
    return ""


@cache
def _sentences(part: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Each English sentence as what it matches, in the order of the file, and the Chinese one."""
    said: dict[str, str] = read_yaml("sizao.register.imports", "sentences.yaml")[part]
    if part == "assumed":
        return tuple((re.compile(re.escape(english)), _plain(chinese)) for english, chinese in said.items())
    return tuple((re.compile(_pattern(english), re.DOTALL), chinese) for english, chinese in said.items())


def _pattern(english: str) -> str:
    pieces = re.split(r"{(\w+)}", english)
    return "".join(f"(?P<{piece}>.+?)" if n % 2 else re.escape(piece) for n, piece in enumerate(pieces))


def _plain(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def problems_csv(problems: Iterable[Problem], lang: Lang = "en") -> str:
    """Problems as a file for who corrects the list; a cell that a spreadsheet would reckon gets a ' before it."""
    out = io.StringIO()
    rows = csv.writer(out)
    names = ("code", "file", "line", "column", "value", "what", "todo", "effect")
    rows.writerow(names)
    for problem in problems:
        what, todo = problem_words(problem, lang)
        what = what or problem_title(problem.code, lang)
        cells = [{"what": what, "todo": todo}.get(name, getattr(problem, name)) for name in names]
        rows.writerow(
            ["'" + cell if isinstance(cell, str) and cell[:1] in FORMULA and cell else cell for cell in cells]
        )
    return "\ufeff" + out.getvalue()
