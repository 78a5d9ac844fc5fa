"""Turns YAML text into plain data and remembers the line of every value."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator
from typing import Any, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

from sizao.errors import Problem

Path: TypeAlias = tuple[str | int, ...]
Marks: TypeAlias = dict[Path, int]
"""Line, from 1, of each value by its path from the top. A key's line stands for its value."""

DEEPEST = 20
"""Levels of nesting; a rulebook needs six."""

FULL_WIDTH = re.compile(r"[a-z0-9_]\s*(：)|(，)\s*[a-z0-9_]+\s*[:：]|([｛｝［］])|[:-]\s*([“‘])|^\s*(\u3000)")
"""Full-width signs where YAML's own punctuation belongs."""

NARROW = str.maketrans("“”‘’、。", "\"\"'',.")
"""Signs of Chinese print that Unicode itself does not fold to half-width ones."""

PLAIN = (
    ("mapping values are not allowed here", "a colon stands where none can; the line before may be unfinished"),
    ("sequence entries are not allowed here", "a list cannot start on the line of its key"),
    ("could not find expected ':'", "no key can be read here: a key ends with a colon and a space"),
    (r"expected <block end>, but found '([]},[{])'", "{} stands here and belongs to no bracket"),
    (
        "expected <block end>, but found '[-?]'",
        "a list and keys stand at one level; indent what belongs to the other",
    ),
    ("expected <block end>, but found '<scalar>'", "something stands behind the end of a quote or a bracket"),
    ("expected <block end>, but found .*", "this line is indented more or less than its neighbours"),
    (r"expected the node content, but found '(.*)'", "a value is missing before {}"),
    (r"found character '\\t' that cannot start any token", "a tab stands where a text would start"),
    (r"found character '(.*)' that cannot start any token", "a text without quotes cannot start with {}"),
    ("expected alphabetic or numeric character, but found .*", "a text without quotes cannot start with * or &"),
    (r"found unknown escape character '(.*)'", "a backslash before {} says nothing in double quotes"),
)
"""What the parser says (a pattern) -> the same in plain words ({}: the sign that the pattern caught)."""


class _Broken(Exception):
    """The text cannot be read further."""

    def __init__(self, code: str, line: int | None, what: str, todo: str) -> None:
        self.problem = (code, line, what, todo)


def compose(text: str, file: str) -> tuple[Any, Marks, list[Problem]]:
    """Plain data (dict, list, str, int, bool, date, None), its marks, and what is wrong with the YAML itself.

    Plain YAML only: anchors, aliases, merge keys, tags and a second document are refused. Words such as `no`
    stay text, and so does a date that does not exist. Problem codes: bad-yaml, yaml-feature, duplicate-key,
    too-deep, bad-key, empty-file; after any but duplicate-key the data is None.
    """
    reader = _Composer(file)
    problem: tuple[str, int | None, str, str]
    try:
        data = reader.document(YAML(typ="safe", pure=True).parse(text))
    except _Broken as broken:
        problem = broken.problem
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        character = ord(error.character) if isinstance(error.character, str) else error.character
        what = f"not YAML: the control character U+{character:04X} stands here"
        problem = ("bad-yaml", line, what, "remove it; the file may be damaged")
    except MarkedYAMLError as error:
        problem = _explain(error, text, reader.opened)
    except YAMLError as error:
        problem = ("bad-yaml", None, f"not YAML: {error}", "correct the file")
    else:
        return data, reader.marks, reader.problems
    return None, reader.marks, [*reader.problems, _problem(file, *problem)]


class _Composer:
    """Builds the data while the parser runs, so that a hostile file is left early."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.marks: Marks = {}
        self.problems: list[Problem] = []
        self.opened: list[int] = []
        """Lines of the brackets that are open, the innermost last."""

    def document(self, events: Iterator[Event]) -> Any:
        data: Any = None
        documents = 0
        for event in events:
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    what = "a second document starts here (`---`)"
                    raise _Broken("yaml-feature", _line(event), what, "one document a file: split the file")
                data = self._value(next(events), events, ())
        if data is None:
            raise _Broken("empty-file", None, "the file is empty", "write something in it")
        return data

    def _value(self, event: Event, events: Iterator[Event], at: Path) -> Any:
        self.marks.setdefault(at, _line(event))
        _refuse_features(event)
        if isinstance(event, ScalarEvent):
            return _scalar(str(event.value)) if event.implicit[0] else str(event.value)
        if len(at) == DEEPEST:
            raise _Broken(
                "too-deep", _line(event), f"nested more than {DEEPEST} levels deep", "take out the brackets"
            )
        assert isinstance(event, MappingStartEvent | SequenceStartEvent)
        if event.flow_style:
            self.opened.append(_line(event))
        read = self._mapping if isinstance(event, MappingStartEvent) else self._sequence
        data = read(events, at)
        if event.flow_style:
            self.opened.pop()
        return data

    def _sequence(self, events: Iterator[Event], at: Path) -> list[Any]:
        items: list[Any] = []
        for child in events:
            if isinstance(child, SequenceEndEvent):
                break
            items.append(self._value(child, events, (*at, len(items))))
        return items

    def _mapping(self, events: Iterator[Event], at: Path) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for key_event in events:
            if isinstance(key_event, MappingEndEvent):
                break
            _refuse_features(key_event)
            line = _line(key_event)
            if not isinstance(key_event, ScalarEvent):
                raise _Broken("bad-key", line, "a key is one word", "write `key: value`")
            key = str(key_event.value)
            if key == "<<":
                raise _Broken("yaml-feature", line, "merge keys (`<<`) are not used here", "write the keys out")
            if key in out:
                what = f"the key {key!r} stands twice (first on line {self.marks[*at, key]})"
                self.problems.append(_problem(self.file, "duplicate-key", line, what, "keep one"))
                _Composer(self.file)._value(next(events), events, (*at, key))
                continue
            self.marks[*at, key] = line
            out[key] = self._value(next(events), events, (*at, key))
        return out


def _refuse_features(event: Event) -> None:
    what = None
    if isinstance(event, AliasEvent):
        what = f"aliases (`*{event.anchor}`) are not used here"
    elif anchor := getattr(event, "anchor", None):
        what = f"anchors (`&{anchor}`) are not used here"
    elif getattr(event, "tag", None) is not None:
        what = "tags (`!`) are not used here"
    if what:
        raise _Broken("yaml-feature", _line(event), what, "write the value out where it is meant")


def _scalar(value: str) -> Any:
    """A plain scalar: nothing, true or false, a whole number, a date; everything else is text."""
    if value in ("", "~", "null"):
        return None
    if value in ("true", "false"):
        return value == "true"
    if re.fullmatch(r"[-+]?[0-9]{1,18}", value):
        return int(value)
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            return value
    return value


def _explain(error: MarkedYAMLError, text: str, opened: list[int]) -> tuple[str, int | None, str, str]:
    """Where the mistake was made rather than where the parser noticed it, and what to do.

    `opened`: the lines of the brackets that are open there.
    """
    said, at = str(error.problem or error.context), error.problem_mark or error.context_mark
    line = int(at.line) + 1 if at else None
    what = _plain(said)
    if "end of stream" in said and error.context_mark is not None:
        what, line = "the quote that opens here is not closed", int(error.context_mark.line) + 1
    elif "<stream end>" in said and opened:
        what, line = "the bracket that opens here is not closed", opened[-1]
    elif "expected ':'" in said and error.context_mark is not None:
        line = int(error.context_mark.line) + 1
    elif found := re.fullmatch(r"expected ',' or '([]}])', but got .*", said):
        here = f" of line {opened[-1]}" if opened and opened[-1] != line else ""
        what = f"inside the bracket{here} a comma or the closing {found[1]!r} is missing"
    todo = "check indentation, colons, commas and quotes on this line and the one before"
    lines = text.splitlines()
    for number in range(max((line or 1) - 1, 1), min(line or 0, len(lines)) + 1):
        row = lines[number - 1]
        if found := FULL_WIDTH.search(row):
            sign = next(filter(None, found.groups()))
            line, todo = number, f"{sign!r} is full width: write the half-width one, or put the text in quotes"
            break
        if "\t" in row[: len(row) - len(row.lstrip())]:
            line, todo = number, "indent with spaces: YAML allows no tab there"
            break
    return "bad-yaml", line, f"not YAML: {what}", todo


def find_full_width(text: str) -> tuple[str, str] | None:
    """The first full-width sign in a text that is ASCII without such signs, and the text with half-width ones."""
    narrow = unicodedata.normalize("NFKC", text.translate(NARROW))
    sign = next((c for c in text if not c.isascii()), None)
    return (sign, narrow) if sign and narrow.isascii() else None


def _plain(said: str) -> str:
    for pattern, words in PLAIN:
        if found := re.fullmatch(pattern, said):
            return words.format(*map(repr, found.groups()))
    return said


def _line(event: Event) -> int:
    return int(event.start_mark.line) + 1


def _problem(file: str, code: str, line: int | None, what: str, todo: str) -> Problem:
    return Problem(code=code, file=file, line=line, what=what, todo=todo)
