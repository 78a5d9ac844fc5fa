"""A draft as YAML: each value on a line that ends with its place in the text, what is doubtful marked."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

from sizao.policy.draft.draft import Draft
from sizao.policy.draft.tree import Value
from sizao.policy.draft.vocabulary import say
from sizao.policy.words import Path
from sizao.words import Lang

SHOWN = 30
"""Characters of the text that a comment repeats, at most."""

FLOW = ("title", "reading", "unless", "only_if", "wider", "issuer", "ct", "tests", "rest_of", "tests_per_day")
"""Keys whose mapping stands on one line."""

PLAIN = re.compile(r"[\w\u4e00-\u9fff（）〔〕《》。、，；：“”·+<>=—－/.() -]+")
SPECIAL = re.compile(r"[-+.0-9]|.*(: |:$| #)|(true|false|null|yes|no|on|off|y|n|~)$", re.IGNORECASE)

HEAD = {
    "zh": "# 由程序从通知文本起草。行末：原文中的字符位置与原文；DOUBT：须人工核对。",
    "en": "# Drafted by a program from the text of a notice. At line ends: place in characters, words of the text; "
    "DOUBT: a person must check.",
}


def write_draft(draft: Draft, lang: Lang = "en") -> str:
    """The draft as YAML in the order of the format; comments in one language."""
    notes: dict[Path, list[Value]] = {}
    for value in draft.values:
        notes.setdefault(value.path, []).append(value)
    lines = [HEAD[lang], *_Writer(notes, lang).mapping(draft.data, (), 0)]
    lines += [f"# NOTE: {_one_line(getattr(note, lang))}" for note in draft.notes]
    lines += [f"# NOT READ ({u.clause}): {u.start}-{u.end} 「{_one_line(u.text)}」" for u in draft.unread]
    return "\n".join(lines) + "\n"


class _Writer:
    def __init__(self, notes: dict[Path, list[Value]], lang: Lang) -> None:
        self.notes, self.lang = notes, lang

    def mapping(self, node: dict[str, Any], path: Path, depth: int) -> Iterator[str]:
        for key, child in node.items():
            yield from self._entry(f"{'  ' * depth}{key}:", child, (*path, key), depth)
            if key == "document" and not path:
                yield f"# replaces: ... or amends: ... # DOUBT: {getattr(say('transition'), self.lang)}"

    def _entry(self, head: str, node: Any, path: Path, depth: int) -> Iterator[str]:
        if _is_flow(path, node):
            yield self._commented(f"{head} {_flow(node)}", path)
        elif isinstance(node, dict):
            yield self._commented(head, path, own=True)
            yield from self.mapping(node, path, depth + 1)
        else:
            yield self._commented(head, path, own=True)
            for n, child in enumerate(node):
                yield from self._item(child, (*path, n), depth + 1)

    def _item(self, node: Any, path: Path, depth: int) -> Iterator[str]:
        """An item of a list: its first key stands on the line of the dash."""
        rows = list(self.mapping(node, path, depth + 1)) if isinstance(node, dict) else [f"  {_flow(node)}"]
        first = rows[0].lstrip(" ")
        yield f"{'  ' * depth}- {first}"
        yield from rows[1:]

    def _commented(self, line: str, path: Path, own: bool = False) -> str:
        found = [v for at, vs in self.notes.items() if (at == path if own else at[: len(path)] == path) for v in vs]
        places = [f"{v.start}-{v.end} 「{_shown(v.text)}」" for v in found if v.start is not None]
        places += [f"was 「{_shown(v.was)}」" for v in found if v.was]
        doubts = [f"DOUBT: {_one_line(getattr(v.doubt, self.lang))}" for v in found if v.doubt]
        parts = [", ".join(dict.fromkeys(places)), *dict.fromkeys(doubts)]
        return f"{line} # {' '.join(filter(None, parts))}" if any(parts) else line


def _is_flow(path: Path, node: Any) -> bool:
    if isinstance(node, dict):
        return path[-1] in FLOW or not node
    if isinstance(node, list):
        return not any(isinstance(child, dict | list) for child in node)
    return True


def _flow(node: Any) -> str:
    if isinstance(node, dict):
        return "{" + ", ".join(f"{key}: {_flow(child)}" for key, child in node.items()) + "}"
    if isinstance(node, list):
        return "[" + ", ".join(map(_flow, node)) + "]"
    if isinstance(node, bool):
        return "true" if node else "false"
    if isinstance(node, int | float | dt.date):
        return str(node)
    text = _one_line(str(node))
    if PLAIN.fullmatch(text) and not SPECIAL.match(text) and text == text.strip():
        return text
    return "'" + text.replace("'", "''") + "'"


def _shown(text: str) -> str:
    return _one_line(text if len(text) <= SHOWN else text[:SHOWN] + "…")


def _one_line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
