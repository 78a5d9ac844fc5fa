"""Compares the values of a draft with those that a person read from the text."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from sizao.policy.draft import Draft, draft_text, read_text

NOTICES = Path(__file__).parent / "notices"
SEEDS = Path(__file__).parents[5] / "shared" / "seeds"


@dataclass(frozen=True)
class Score:
    """Values drafted, expected, and those of both that agree by name and value."""

    drafted: dict[str, Any]
    expected: dict[str, Any]

    @property
    def right(self) -> int:
        return sum(1 for name, value in self.drafted.items() if self.expected.get(name, self) == value)

    @property
    def wrong(self) -> list[str]:
        """Drafted, and not so expected."""
        return [f"{n}: {v}" for n, v in self.drafted.items() if self.expected.get(n, self) != v]

    @property
    def missed(self) -> list[str]:
        """Expected, and not so drafted."""
        return [f"{n}: {v}" for n, v in self.expected.items() if self.drafted.get(n, self) != v]


def score(text_file: Path, values_file: Path) -> Score:
    text, _ = read_text(text_file)
    return Score(drafted(draft_text(text, text_file.name)), expected(values_file))


def drafted(draft: Draft) -> dict[str, Any]:
    """Values that the text gives; names and wordings are left out.

    Left out are ids, titles, the issuer, place and disease, and a condition in the text's own words.
    """
    return {v.name: v.value for v in draft.values if v.start is not None and not _is_name(v.name)}


def _is_name(name: str) -> bool:
    parts = name.split(".")
    return (
        parts[-1] in ("id", "order", "zh", "en")
        or bool({"title", "issuer", "jurisdiction", "disease", "unless"} & {*parts})
        or (parts[:2] == ["areas", "abolished"] and parts[-1] == "level")
    )


def expected(file: Path) -> dict[str, Any]:
    return dict(_flat(YAML(typ="safe").load(file.read_text("utf-8")), ()))


def _flat(node: Any, path: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    if isinstance(node, dict) and "times" not in node:
        for key, child in node.items():
            yield from _flat(child, (*path, str(key)))
    else:
        yield ".".join(path), dict(node) if isinstance(node, dict) else node


def plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value
