"""The values of a draft: a tree of data whose leaves know their place, as plain data and as a list."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sizao.policy.draft.cells import Cell
from sizao.policy.words import Path, Words


@dataclass(frozen=True)
class Value:
    """One value of the draft: where it stands in the data and in the text.

    `start` and `end` are [start, end) in characters of the text, and `text` the words there; None where the text does
    not say the value. `was`: the words of the value that it replaces.
    """

    path: Path
    name: str
    value: Any
    start: int | None = None
    end: int | None = None
    text: str = ""
    doubt: Words | None = None
    was: str = ""


def cells_in(node: Any, path: Path) -> Iterator[tuple[Path, Cell]]:
    """Every leaf with a place or a doubt, with its path."""
    if isinstance(node, Cell):
        yield path, node
    elif isinstance(node, dict):
        for key, child in node.items():
            yield from cells_in(child, (*path, key))
    elif isinstance(node, list):
        for n, child in enumerate(node):
            yield from cells_in(child, (*path, n))


def values_in(tree: dict[str, Any], path: Path, text: str) -> Iterator[Value]:
    """Every leaf with a place or a doubt, with the words of the text."""
    for at, cell in cells_in(tree, path):
        start, end = cell.span or (None, None)
        words = place_of(text, cell.span) if cell.span else ""
        was = place_of(text, cell.was) if cell.was else ""
        yield Value(at, _name(tree, at), cell.value, start, end, words, cell.doubt, was)


def place_of(text: str, span: tuple[int, int]) -> str:
    """The words at a place, on one line, without signs that a comment in YAML cannot hold."""
    return "".join(c for c in text[span[0] : span[1]] if c.isprintable() and not c.isspace())


def _name(tree: dict[str, Any], path: Path) -> str:
    """The path in words: measures.close_contact.phases.1.days."""
    node: Any = tree
    parts: list[str] = []
    for part in path:
        node = node[part]
        known = None
        if isinstance(part, int) and isinstance(node, dict):
            named = next((node[key] for key in ("id", "order", "level") if key in node), None)
            known = named.value if isinstance(named, Cell) else named
        parts.append(str(known or (part + 1 if isinstance(part, int) else part)))
    return ".".join(parts)


def plain(node: Any) -> Any:
    """The data alone."""
    if isinstance(node, Cell):
        return node.value
    if isinstance(node, dict):
        return {key: plain(child) for key, child in node.items()}
    if isinstance(node, list):
        return [plain(child) for child in node]
    return node
