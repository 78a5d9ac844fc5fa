"""Reads a rulebook file; everything that is wrong in it is reported at once as file:line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from sizao.errors import Problem, RefusedError, SizaoError
from sizao.policy.marks import Marks, compose
from sizao.policy.rulebook import FaultsError, Rulebook

Model = TypeVar("Model", bound=BaseModel)

LARGEST = 500_000
"""Bytes; the largest policy document so far needs a twentieth."""

SHOWN = 60
"""Characters of a wrong value that a message shows."""

# pydantic's types of error -> our stable code, what is wrong ({...}: pydantic's context), what to do
WORDS = {
    "missing": ("missing-key", "is missing", "add it"),
    "extra_forbidden": ("unknown-key", "is not a key that is known here", ""),
    "model_type": ("bad-type", "is not a mapping", "write `key: value` pairs"),
    "mapping_type": ("bad-type", "is not a mapping", "write `key: value` pairs"),
    "tuple_type": ("bad-type", "is not a list", "write `[A, B]`, or one `- A` a line"),
    "string_type": ("bad-type", "is not a text", "write a text, in quotes where it looks like a number or a date"),
    "int_type": ("bad-type", "is not a whole number", "write digits alone, without quotes"),
    "bool_type": ("bad-type", "is neither true nor false", "write `true`, or remove it"),
    "date_type": ("bad-date", "is not a date", "write a day that exists, as YYYY-MM-DD without quotes"),
    "string_pattern_mismatch": (
        "bad-word",
        "is not a word",
        "write a-z, 0-9 and _ (in an id of a rulebook -), first a letter",
    ),
    "string_too_short": ("bad-value", "is empty", "write a text"),
    "string_too_long": ("bad-value", "is longer than {max_length} characters", "shorten it"),
    "too_short": ("bad-value", "is empty", "write at least {min_length}"),
    "literal_error": ("bad-value", "is none of the words known here", "write {expected}"),
    "greater_than_equal": ("bad-value", "is less than {ge}", "write {ge} or more"),
    "less_than_equal": ("bad-value", "is more than {le}", "write {le} or less"),
    "value_error": ("bad-value", "{error}", "correct it"),
}


def read_rulebook(path: Path) -> Rulebook:
    """A rulebook from a YAML file.

    Raises RefusedError (code `bad-rulebook`) with one Problem for each thing that is wrong, or SizaoError
    (`missing-file`, `unreadable-file`, `too-large`, `bad-encoding`).
    """
    return read_marked(path, Rulebook, "bad-rulebook")[0]


def read_marked(path: Path, model: type[Model], code: str) -> tuple[Model, Marks]:
    """A YAML file as an object of the model, and the line of every value. Raises as `read_rulebook`, with `code`."""
    data, marks, problems = compose(_read_text(path), str(path))
    if all(p.code == "duplicate-key" for p in problems):
        try:
            checked = model.model_validate(data, strict=True)
        except ValidationError as error:
            problems += _explain(error, model, marks, path)
        else:
            if not problems:
                return checked, marks
    raise refused(path, problems, code)


def refused(path: Path, problems: list[Problem], code: str) -> RefusedError:
    """The error that refuses a file because of these problems, in the order of its lines."""
    ordered = sorted(problems, key=lambda p: (p.line or 0, p.what))
    return RefusedError(
        code,
        f"{len(ordered)} thing{'s' if len(ordered) > 1 else ''} wrong, nothing was loaded",
        ordered,
        where=str(path),
        todo="correct the lines above and run `sizao rulebook check` again",
    )


def _read_text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except FileNotFoundError:
        raise SizaoError("missing-file", "no such file", where=str(path), todo="check the path") from None
    except IsADirectoryError:
        raise SizaoError("missing-file", "this is a folder", where=str(path), todo="name a .yaml file") from None
    except OSError as error:
        raise SizaoError(
            "unreadable-file", f"cannot be read: {error.strerror}", where=str(path), todo="check its permissions"
        ) from None
    if len(data) > LARGEST:
        raise SizaoError(
            "too-large",
            f"larger than {LARGEST // 1000} kB",
            where=str(path),
            why="a rulebook is written and read by people",
            todo="check that this is the file you mean; split long examples by rulebook",
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SizaoError(
            "bad-encoding",
            f"byte {error.start + 1} is not UTF-8",
            where=f"{path}:{line}",
            why="a rulebook is UTF-8 text; other encodings are not guessed",
            todo="save it as UTF-8 (from GB18030: iconv -f GB18030 -t UTF-8)",
        ) from None


def _explain(error: ValidationError, model: type[BaseModel], marks: Marks, path: Path) -> Iterator[Problem]:
    for item in error.errors():
        inner = item.get("ctx", {}).get("error")
        if isinstance(inner, FaultsError):
            for fault in inner.faults:
                yield problem_at(fault.path, marks, path, fault.code, fault.what, fault.todo)
            continue
        # "[key]" is pydantic's word for the key of a mapping rather than its value
        loc = tuple(part for part in item["loc"] if part != "[key]")
        code, what, todo = WORDS.get(item["type"], ("bad-value", item["msg"], "correct it"))
        what, todo = (text.format(**item.get("ctx", {})) for text in (what, todo))
        if code == "unknown-key":
            known = list(_model_at(model, loc[:-1]).model_fields)
            near = get_close_matches(str(loc[-1]), known, n=1)
            todo = f"did you mean {near[0]!r}?" if near else f"one of {', '.join(known)}"
            if item["input"] is None:
                todo += "; a text that holds a comma goes in quotes"
        elif code != "missing-key" and isinstance(item["input"], str | int | dt.date | None):
            what += f" (it says {_shown(item['input'])})"
        yield problem_at(loc, marks, path, code, what, todo)


def _model_at(model: type[BaseModel], loc: tuple[str | int, ...]) -> type[BaseModel]:
    """The model of the mapping that stands at `loc` in a file of `model`."""
    for part in loc:
        if part in model.model_fields:
            model = next(_models_in(model.model_fields[str(part)].annotation))
    return model


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models_in(inner)


def _shown(value: str | int | dt.date | None) -> str:
    if value is None:
        return "nothing"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return repr(text if len(text) <= SHOWN else text[:SHOWN] + "…")


def problem_at(loc: tuple[str | int, ...], marks: Marks, path: Path, code: str, what: str, todo: str) -> Problem:
    """A problem with the value at `loc`, on its line or that of the nearest thing around it in the file."""
    line = next((marks[loc[:end]] for end in range(len(loc), -1, -1) if loc[:end] in marks), None)
    name = ""
    for part in loc:
        name += f"[{part + 1}]" if isinstance(part, int) else f".{part}"
    what = f"{name.lstrip('.')}: {what}" if name else what
    return Problem(code=code, file=str(path), line=line, what=what, todo=todo)
