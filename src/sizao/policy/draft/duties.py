"""Items that hold no values: tasks of government, named in a few words."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from sizao.policy.draft.cells import Cell
from sizao.policy.draft.items import Item
from sizao.policy.draft.text import View, joined
from sizao.policy.draft.vocabulary import say, vocabulary

LONGEST_TITLE = 20
"""Characters of the text's own words in a title, at most."""


def build_duties(items: list[Item], clause: Callable[[Item], Cell], view: View) -> list[dict[str, Any]]:
    """`duties`: one for each item, its title the item's own heading where that is short."""
    duties: list[dict[str, Any]] = []
    for item in items:
        line = joined(view.part(item.body, item.end))
        heading = re.match(r"[^。,;:!?]*", line.text)
        length = heading.end() if heading else 0
        if not length:
            continue
        known = _known(line.text[:length]) or _known(line.text[:60])
        taken = {duty["id"].value for duty in duties}
        name = known or f"duty_{item.number}"
        if name in taken:
            name = f"{name}_{len(duties) + 1}"
        place = line.span(0, length)
        entry = vocabulary()["duties"].get(known, {})
        short = line.text[:length] if length <= LONGEST_TITLE else entry.get("zh") or clause(item).value
        english = (
            Cell(entry["en"]) if entry else Cell(say("not_translated").en, doubt=say("translation"), assumed=False)
        )
        duties.append(
            {"id": Cell(name, place), "title": {"zh": Cell(short, place), "en": english}, "clause": clause(item)}
        )
    return duties


def _known(text: str) -> str | None:
    """The duty of our vocabulary whose word comes first in the text."""
    found = [
        (text.find(phrase), name)
        for name, entry in vocabulary()["duties"].items()
        for phrase in entry["phrases"]
        if phrase in text
    ]
    return min(found)[1] if found else None
