"""Reads a rulebook file; everything that is wrong in it is reported at once as file:line."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from sizao.errors import Problem, RefusedError, SizaoError
from sizao.policy.amend import amend
from sizao.policy.files import find_file, read_bytes
from sizao.policy.marks import Marks, compose, find_full_width
from sizao.policy.rulebook import Rulebook, Statement
from sizao.policy.words import FaultsError
from sizao.policy.words import Path as Loc

Model = TypeVar("Model", bound=BaseModel)

LARGEST = 500_000
"""Bytes; the largest policy document so far needs a twentieth."""

ENCODING = "a rulebook is UTF-8 text; other encodings are not guessed"

UTF_16 = (b"\xff\xfe", b"\xfe\xff")
"""How a file in UTF-16 starts, in either order of bytes; no text in UTF-8 starts so."""

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
    "float_type": ("bad-type", "is not a number", "write digits alone, with a point where needed, as 37.5"),
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


ELSEWHERE: Mapping[Loc, tuple[str, ...]] = {
    ("measures",): ("amends", "withdrawn"),
    ("proofs",): ("withdrawn",),
    ("duties",): ("withdrawn",),
    ("limits", "forbidden"): ("withdrawn",),
}
"""Keys of the items of a list that are read where one rulebook amends another, and nowhere else."""


def read_rulebook(path: Path) -> Rulebook:
    """A rulebook from a YAML file; one that `amends` another as the whole that results.

    Raises RefusedError (code `bad-rulebook`) with one Problem for each thing that is wrong, or SizaoError
    (`missing-file`, `unreadable-file`, `too-large`, `bad-encoding`).
    """
    whole = read_whole(path)
    book, problems = _build(whole.data, Rulebook, whole.marks, path, whole.path_in_file, whole.problems)
    if book is None or problems:
        raise refused(path, problems, "bad-rulebook")
    book._stated.update(whole.stated)
    return book


def read_marked(path: Path, model: type[Model], code: str) -> tuple[Model, Marks]:
    """A YAML file as an object of the model, and the line of every value. Raises as `read_rulebook`, with `code`."""
    data, marks, problems = compose(read_text(path), str(path))
    built, problems = _build(data, model, marks, path, _same, problems)
    if built is None or problems:
        raise refused(path, problems, code)
    return built, marks


@dataclass(frozen=True)
class Whole:
    """A rulebook file as plain data: whole, also where it amends another; nothing is checked yet.

    `path_in_file` leads from a value of the data to where it stands in the file (whose lines are `marks`); `stated`
    says which document holds the measures that are carried over.
    """

    data: Any
    marks: Marks
    problems: list[Problem]
    stated: Mapping[str, Statement]
    path_in_file: Callable[[Loc], Loc]


def read_whole(path: Path, through: tuple[str, ...] = ()) -> Whole:
    """The data of a rulebook file, and what is wrong with its YAML or with what it amends.

    Raises as `read_rulebook`.
    """
    data, marks, problems = compose(read_text(path), str(path))
    if not isinstance(data, dict) or not isinstance(data.get("amends"), str):
        return Whole(data, marks, problems, {}, _same)
    name = data["amends"]
    file = find_file(name, path.parent)
    if file is None or name in (data.get("id"), *through):
        code, what = "amends-nothing", f"amends: no rulebook is called {name!r}"
        todo = "`sizao rulebook list` names those there are; or put its file beside this one"
        if file is not None or name == data.get("id"):
            code, todo = "replaces-itself", "name the older one"
            what = f"amends: it amends {'itself' if name == data.get('id') else f'{name!r}, which amends it'}"
        problems.append(Problem(code, str(path), what, todo, line=marks.get(("amends",))))
        return Whole(None, marks, problems, {}, _same)
    older = read_whole(file, (*through, str(data.get("id"))))
    book, wrong = _build(older.data, Rulebook, older.marks, file, older.path_in_file, older.problems)
    if book is None or wrong:
        return Whole(None, marks, problems + wrong, {}, _same)
    changed = amend(data, older.data)
    problems += [
        problem_at(f.path, marks, path, f.code, f.what, f.todo) for f in changed.faults if f.path[:2] in marks
    ]
    here = Statement(book.id, book.document.number)
    stated = {m: older.stated.get(m, here) for m in changed.carried}
    return Whole(changed.data, marks, problems, stated, changed.path_in_file)


def _same(loc: Loc) -> Loc:
    return loc


def _build(
    data: Any,
    model: type[Model],
    marks: Marks,
    path: Path,
    place: Callable[[Loc], Loc],
    problems: list[Problem],
) -> tuple[Model | None, list[Problem]]:
    """The object where nothing is wrong, and all that is; YAML that could not be read is not looked at further."""
    if data is None and problems:
        return None, problems
    try:
        return model.model_validate(data, strict=True), problems
    except ValidationError as error:
        return None, problems + list(_explain(error, model, data, marks, path, place))


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


def read_text(path: Path) -> str:
    data = read_bytes(path, LARGEST, ".yaml")
    if len(data) > LARGEST:
        raise SizaoError(
            "too-large",
            f"larger than {LARGEST // 1000} kB",
            where=str(path),
            why="a rulebook is written and read by people",
            todo="check that this is the file you mean; split long examples by rulebook",
        )
    if data.startswith(UTF_16):
        raise SizaoError(
            "bad-encoding",
            "this is UTF-16, not UTF-8",
            where=f"{path}:1",
            why=ENCODING,
            todo="save it as UTF-8 (from UTF-16: iconv -f UTF-16 -t UTF-8)",
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SizaoError(
            "bad-encoding",
            f"byte {error.start + 1} is not UTF-8",
            where=f"{path}:{line}",
            why=ENCODING,
            todo="save it as UTF-8 (from GB18030: iconv -f GB18030 -t UTF-8)",
        ) from None


def _explain(
    error: ValidationError,
    model: type[BaseModel],
    data: Any,
    marks: Marks,
    path: Path,
    place: Callable[[Loc], Loc],
) -> Iterator[Problem]:
    found = [(item, _find_slip(item["type"], item["loc"], item["input"])) for item in error.errors()]
    meant = {slip[0] for _, slip in found if slip}
    for item, slip in found:
        if item["type"] == "missing" and item["loc"] in meant:
            continue  # the key stands there, only with a full-width sign, and that is said
        inner = item.get("ctx", {}).get("error")
        if isinstance(inner, FaultsError):
            for fault in inner.faults:
                at = place(fault.path)
                what = _carried(data, fault.path, at) + fault.what
                yield problem_at(at, marks, path, fault.code, what, fault.todo)
            continue
        # "[key]" is pydantic's word for the key of a mapping rather than its value
        loc = tuple("tests" if part == "frequency" else part for part in item["loc"] if part != "[key]")
        code, what, todo = WORDS.get(item["type"], ("bad-value", item["msg"], "correct it"))
        what, todo = (text.format(**item.get("ctx", {})) for text in (what, todo))
        if code == "unknown-key":
            known = list(_keys(_model_at(model, loc[:-1])))
            near = get_close_matches(str(loc[-1]), known, n=1)
            todo = f"did you mean {near[0]!r}?" if near else f"one of {', '.join(known)}"
            if loc[-1] in ELSEWHERE.get(loc[:-2], ()):
                todo = "it goes with `amends: ID` at the top of a file that changes another rulebook"
            if item["input"] is None:
                todo += "; a text that holds a comma goes in quotes"
        elif code != "missing-key" and isinstance(item["input"], str | int | dt.date | None):
            what += f" (it says {_shown(item['input'])})"
        if code == "bad-type" and loc[-1:] == ("tests",) and "phases" in loc:
            todo = "write the days as `[1, 4]`, `daily`, or `{times: 2, in_days: 3}`"
        todo = slip[1] if slip else todo
        yield problem_at(place(loc), marks, path, code, what, todo)


def _find_slip(kind: str, loc: Loc, value: Any) -> tuple[Loc | None, str] | None:
    """A full-width sign behind an error of pydantic's: the place of the key that was meant (or None), what to do."""
    todo = "{!r} is full width: write the half-width one"
    key = str(loc[-1]) if loc else ""
    if kind == "missing" and isinstance(value, dict):
        for name, text in value.items():
            if isinstance(text, str) and re.search(rf"，\s*{key}\s*[:：]", text):
                return None, f"it stands in the text of {name!r}, after a comma; " + todo.format("，")
        return None
    if kind == "extra_forbidden":
        if colon := re.match(r"([A-Za-z0-9_]+)\s*：", key):
            return (*loc[:-1], colon[1]), todo.format("：") + ", and a space"
        wide = find_full_width(key)
        return ((*loc[:-1], wide[1]), todo.format(wide[0])) if wide else None
    wide = find_full_width(value) if isinstance(value, str) and kind in WORDS else None
    return (None, todo.format(wide[0])) if wide else None


def _carried(data: Any, loc: Loc, placed: Loc) -> str:
    """Names a thing that stands in the rulebook that this one amends, and not in this file."""
    if placed != ("amends",) or loc == placed:
        return ""
    name = str(loc[0])
    if len(loc) > 1 and isinstance(loc[1], int):
        item = data[loc[0]][loc[1]]
        name = repr(item.get("id", item.get("about"))) if isinstance(item, dict) else name
    return f"{name}, carried over from there: "


def _model_at(model: type[BaseModel], loc: tuple[str | int, ...]) -> type[BaseModel]:
    """The model of the mapping that stands at `loc` in a file of `model`."""
    for part in loc:
        if part in _keys(model):
            model = next(_models_in(_keys(model)[str(part)]), model)
    return model


def _keys(model: type[BaseModel]) -> dict[str, Any]:
    """The keys that may be written, as they are written -> type of the value."""
    keys: dict[str, Any] = {f.alias or name: f.annotation for name, f in model.model_fields.items() if not f.exclude}
    if "tests" in keys and "frequency" in model.model_fields:
        keys["tests"] = model.model_fields["frequency"].annotation
    return keys


def _models_in(annotation: object) -> Iterator[type[BaseModel]]:
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
