"""A made-up rulebook that uses everything of the format that concerns persons."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sizao.policy import Rulebook


def words(text: str) -> dict[str, str]:
    return {"zh": f"〈{text}〉", "en": text}


def rulebook(**changes: Any) -> Rulebook:
    """The rulebook, with other values for some of its keys."""
    published = dt.date(2030, 1, 1)
    contact = {
        "id": "contact",
        "title": words("contact"),
        "clause": "2",
        "takes_from": ["traveller"],
        "counted_from": {"event": "entered_bubble", "within_days": 9},
        "triggers": [{"event": "met_case", "title": words("meeting a case"), "day_1": "day_after"}],
        "phases": [
            {
                "restriction": "centre",
                "days": 7,
                "tests": [1, 4, 7],
                "release": [
                    {"after": 4, "within_hours": 48, "clause": "2a"},
                    {"event": "left_bubble", "clause": "2b"},
                ],
            },
            {"restriction": "home", "through": 10, "tests": {"times": 2, "in_days": 3}},
        ],
    }
    weak = {
        "id": "weak",
        "title": words("weak positive"),
        "clause": "4",
        "triggers": [
            {"test": {"ct": {"from": 35, "below": 40}}, "following": {"event": "arrived", "within_days": 8}}
        ],
        "phases": [{"restriction": "home", "days": 2}],
        "follow_up": {
            "within_days": 3,
            "then": [{"test": {"ct": {"below": 35}}, "starts": "transfer"}, {"starts": "old", "day_1": "day_after"}],
        },
    }
    transfer = {"after": 2, "tests": 2, "ct_from": 35, "clause": "5a"}
    plain = {
        "case": ("1", [{"case": ["confirmed", "asymptomatic"]}], [{"restriction": "ward", "until": "discharge"}]),
        "traveller": (
            "3",
            [{"event": "arrived", "title": words("arrival")}, {"event": "met_case"}],
            [{"restriction": "watch", "days": 3, "tests": "daily"}],
        ),
        "transfer": ("5", [], [{"restriction": "ward", "until": "release", "release": [transfer]}]),
        "old": ("6", [], [{"restriction": "home", "days": 3, "tests": {"times": 2, "in_days": 3}}]),
        "winter": (
            "7",
            [{"event": "skied", "from": dt.date(2030, 1, 5), "before": dt.date(2030, 3, 1)}],
            [{"restriction": "watch", "days": 2}],
        ),
    }
    measures = [
        {"id": name, "title": words(name), "clause": clause, "triggers": triggers, "phases": phases}
        for name, (clause, triggers, phases) in plain.items()
    ]
    school = {"order": "close_school", "title": words("closing a school"), "clause": "8", "unless": words("spread")}
    whole = {
        "id": "lake-2030",
        "title": words("Lake rules"),
        "jurisdiction": "LAKE",
        "disease": "lake_fever",
        "document": {
            "number": "Notice 7",
            "title": words("Notice"),
            "issuer": words("Office"),
            "published": published,
            "effective": published,
        },
        "test": {**words("swab"), "positive_ct_below": 35},
        "restrictions": [
            {"id": name, "title": words(f"{name} stay")} for name in ("watch", "home", "centre", "ward")
        ],
        "measures": [*measures, contact, weak],
        "limits": {"ceiling": "9", "forbidden": [school]},
    }
    return Rulebook.model_validate(whole | changes)
