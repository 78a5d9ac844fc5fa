"""zen-engine: one decision table in GoRules' JSON decision model, evaluated in batches."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import numpy as np
import zen

from cities import KINDS
from peers.answers import Answers, Words, day_number, phases_of, read_numbers
from sizao.policy import Rulebook

BATCH = 1_000
INPUTS = [
    {"id": "i1", "name": "Kind of event", "field": "kind"},
    {"id": "i2", "name": "Days since the event", "field": "since"},
]
OUTPUTS = ("measure", "phase", "restriction", "clause", "phase_day", "from_day", "until_day", "test_due")


class Peer:
    """Answers for the events' persons on one date."""

    def __init__(self, book: Rulebook, on: dt.date) -> None:
        self.on, self.words = day_number(on), Words(book)
        content = {"type": "static", "content": {"status": _model(book)}}
        self.engine = zen.ZenEngine({"loader": content})

    def prepare(self, folder: Path, people: int) -> Any:
        """The facts in the form that the peer starts from (not timed)."""
        kinds, days = (numbers.tolist() for numbers in read_numbers(folder, people))
        return [
            {"key": "status", "context": {"kind": KINDS[kind], "since": self.on - day, "on": self.on}}
            for kind, day in zip(kinds, days, strict=True)
        ]

    def run(self, facts: Any) -> list[dict[str, Any]]:
        """The answers (timed), as the engine gives them."""
        found: list[dict[str, Any]] = []
        for first in range(0, len(facts), BATCH):
            found += self.engine.evaluate_batch(facts[first : first + BATCH])
        return found

    def answers(self, result: list[dict[str, Any]]) -> Answers:
        """The answers in the common form (not timed)."""
        rows = [row["data"]["result"] or {} for row in result]
        texts = {
            name: self.words.number(name, [row.get(name) for row in rows])
            for name in ("measure", "phase", "restriction", "clause")
        }
        days = {
            name: np.array([row.get(name, 0) for row in rows], np.int32)
            for name in ("phase_day", "from_day", "until_day")
        }
        return Answers(**texts, **days, test_due=np.array([row.get("test_due", False) for row in rows], np.bool_))


def _model(book: Rulebook) -> dict[str, Any]:
    """Input -> table -> output. A row for each phase of each kind; the first row that fits answers."""
    rules = []
    for n, p in enumerate(phases_of(book)):
        day = f"since - {p.first_off} + 1"
        outputs = {
            "measure": json.dumps(p.measure),
            "phase": json.dumps(p.phase.id),
            "restriction": json.dumps(p.phase.restriction),
            "clause": json.dumps(p.clause, ensure_ascii=False),
            "phase_day": day,
            "from_day": f"on - since + {p.first_off}",
            "until_day": f"on - since + {p.last_off}",
            "test_due": f"({day}) in {list(p.phase.test_days)}",
        }
        cells = {"_id": f"r{n}", "i1": json.dumps(p.kind), "i2": f"[{p.first_off}..{p.last_off}]"}
        rules.append(cells | {f"o-{name}": cell for name, cell in outputs.items()})
    table = {
        "hitPolicy": "first",
        "inputs": INPUTS,
        "outputs": [{"id": f"o-{name}", "name": name, "field": name} for name in OUTPUTS],
        "rules": rules,
    }
    nodes = [
        {"id": "in", "type": "inputNode", "name": "Person", "position": {"x": 0, "y": 0}},
        {
            "id": "table",
            "type": "decisionTableNode",
            "name": "Status",
            "position": {"x": 1, "y": 0},
            "content": table,
        },
        {"id": "out", "type": "outputNode", "name": "Answer", "position": {"x": 2, "y": 0}},
    ]
    edges = [
        {"id": "e1", "type": "edge", "sourceId": "in", "targetId": "table"},
        {"id": "e2", "type": "edge", "sourceId": "table", "targetId": "out"},
    ]
    return {"contentType": "application/vnd.gorules.decision", "nodes": nodes, "edges": edges}
