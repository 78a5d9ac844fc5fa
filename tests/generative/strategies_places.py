"""Random orders on places: a small tree, chains of rulebooks that speak of areas, areas under them, orders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from sizao.policy import Rulebook
from sizao.policy.authorities import Limits
from sizao.policy.places import Areas, Level

Rows = list[dict[str, Any]]

FIRST = date(2022, 1, 1)
DAYS = 24
KNOWN_AT = datetime(2022, 3, 1, tzinfo=UTC)
LEVELS = ("low", "middle", "high")
WORDS = (*LEVELS * 3, "high", "High", "closing", "closing", "mass_testing", "mass_testing", "unheard_of")
WORDS = (*WORDS, "two_tests_a_day", "三检", "r1")
DECLARED = (LEVELS, LEVELS, ("low", "high"), ("middle", "high"), ("high", "low"), ())
PLACES = tuple(f"p{n}" for n in range(6))
KINDS = ("household", "unit", "building", "compound", "village")
CLAUSES = ("reason 1", "reason 2", "testing", "testing", "Reason1", "r0 testing", "r1 testing")


@dataclass(frozen=True)
class PlaceScene:
    """What one example is made of."""

    rulebooks: tuple[Rulebook, ...]
    facts: dict[str, Rows]
    spells: Rows
    last: date

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        lines = [f"last {self.last}"]
        for book in self.rulebooks:
            lines.append(f"rulebook {book.id} from {book.document.effective}: {book.areas!r} {book.limits!r}")
        for name, rows in (*self.facts.items(), ("spells", self.spells)):
            lines += [f"{name}: " + ", ".join(f"{k}={v}" for k, v in row.items() if v is not None) for row in rows]
        printer.text("\n  ".join(["PlaceScene:", *lines]))


@st.composite
def place_scenes(draw: st.DrawFn) -> PlaceScene:
    """A chain, a tree, areas and orders; dense, so that boundaries are hit."""
    rulebooks = draw(_chains())
    facts = {"places": draw(_trees()), "orders": draw(place_orders())}
    spells = [draw(_spells(rulebooks)) for _ in range(draw(st.sampled_from((4, 3, 6, 8, 1, 0))))]
    last = FIRST + timedelta(draw(st.integers(5, DAYS)))
    return PlaceScene(rulebooks, facts, [s for s in spells if s], last)


@st.composite
def _trees(draw: st.DrawFn) -> Rows:
    """Mostly chains, since only they make areas lie in one another; parents may be unknown, or run in a circle."""
    rows: Rows = []
    for n, place in enumerate(PLACES[:-1]):
        near = PLACES[max(0, n - 1)] if n else None
        parent = draw(st.sampled_from((near, near, near, near, near, near, None, *PLACES)))
        kind = draw(st.sampled_from((KINDS[n % len(KINDS)], *KINDS, "shop")))
        rows.append({"place_id": place, "parent_id": parent, "kind": kind, "name": place})
    return rows


@st.composite
def _chains(draw: st.DrawFn) -> tuple[Rulebook, ...]:
    books: list[Rulebook] = []
    effective = FIRST + timedelta(draw(st.integers(0, 8)))
    for n in range(draw(st.sampled_from((1, 2, 2, 3)))):
        books.append(_make_rulebook(f"r{n}", effective, draw(_areas(f"r{n}")), draw(_limits(f"r{n}"))))
        effective += timedelta(draw(st.sampled_from((6, 8, 3, 1, 12))))
    return tuple(books)


@st.composite
def _areas(draw: st.DrawFn, book: str) -> dict[str, Any]:
    """Levels of any weights and rests; a level is declared, abolished, or not spoken of."""
    chosen = draw(st.sampled_from(DECLARED))
    words, levels = {"zh": book, "en": book}, []
    for name in chosen:
        level: dict[str, Any] = {
            "id": name,
            "title": words,
            "clause": draw(st.sampled_from(("any", "any", f"{book} {name}"))),
        }
        if draw(st.sampled_from((False, False, True))):
            level["rest_of"] = {"level": chosen[-1], "within": "county"}
        if draw(st.booleans()):
            level["lifts"] = {
                "after_days": 3,
                "to": chosen[0],
                "clause": draw(st.sampled_from(("any", f"{book} lifts"))),
            }
        level["wider_clause"] = draw(st.sampled_from((None, "reason 1", "reason 2")))
        reason = draw(st.sampled_from((None, "unclear", "unclear", "spread")))
        level["wider"] = reason and {"zh": reason, "en": reason}
        level["scope"] = draw(st.lists(st.sampled_from(KINDS), unique=True, max_size=3))
        levels.append(level)
    if len(levels) > 1 and draw(st.booleans()):
        own, other = draw(st.sampled_from(((0, 1), (1, 0), (1, len(levels) - 1), (0, len(levels) - 1))))
        if own != other:
            levels[own]["ordered_as"] = chosen[other]
    gone = [name for name in LEVELS if name not in chosen and draw(st.booleans())]
    return {"levels": levels, "abolished": [{"level": g, "title": words, "clause": f"{book} gone"} for g in gone]}


@st.composite
def _limits(draw: st.DrawFn, book: str) -> dict[str, Any]:
    words = {"zh": book, "en": book}
    banned: list[dict[str, Any]] = [{"order": "closing", "title": words, "clause": f"{book} no"}]
    if draw(st.booleans()):
        banned[0]["unless_level"] = draw(st.sampled_from((*LEVELS, "high")))
    if draw(st.sampled_from((False, False, True))):
        banned[0]["unless_kinds"] = draw(st.lists(st.sampled_from((*KINDS, "shop")), unique=True, max_size=2))
    reason = draw(st.sampled_from(("unclear", book)))
    testing = {
        "only_if": {"zh": reason, "en": reason},
        "clause": draw(st.sampled_from(("testing", f"{book} testing", f"{book} testing"))),
        "at_most_scope": draw(st.sampled_from((None, None, *KINDS))),
        "in_level": draw(st.sampled_from((None, *LEVELS))),
    }
    most = {"at_most": draw(st.sampled_from((1, 2))), "clause": f"{book} most"}
    return {
        "ceiling": draw(st.sampled_from((None, "ceiling"))),
        "mass_testing": testing if draw(st.sampled_from((True, True, False))) else None,
        "forbidden": banned if draw(st.sampled_from((True, True, False))) else [],
        "tests_per_day": most if draw(st.booleans()) else None,
    }


def _make_rulebook(name: str, effective: date, areas: dict[str, Any], limits: dict[str, Any]) -> Rulebook:
    words = {"zh": name, "en": name}
    document = {"number": name, "title": words, "issuer": words, "published": effective, "effective": effective}
    book = Rulebook.model_validate(
        {
            "id": name,
            "title": words,
            "jurisdiction": "made up",
            "disease": "made_up",
            "document": document,
            "replaces": None,
            "test": words,
            "restrictions": [{"id": "home", "title": words}],
            "measures": [
                {
                    "id": "m1",
                    "title": words,
                    "clause": name,
                    "triggers": [{"event": "met", "day_1": "same_day"}],
                    "asks": "nothing",
                }
            ],
        }
    )
    # What a rulebook may not say together (a level that nothing draws) is no matter to orders: areas are given here.
    parts = {"areas": Areas.model_validate(areas), "limits": Limits.model_validate(limits)}
    return book.model_copy(update=parts)


@st.composite
def _spells(draw: st.DrawFn, chain: Sequence[Rulebook]) -> dict[str, Any] | None:
    """An area of some rulebook, within the days on which it is in force."""
    n = draw(st.integers(0, len(chain) - 1))
    book = chain[n]
    if not book.areas.levels:
        return None
    level: Level = draw(st.sampled_from(book.areas.levels))
    begin = book.document.effective + timedelta(draw(st.integers(0, 9)))
    until: date | None = begin + timedelta(draw(st.integers(0, 6)))
    if n + 1 < len(chain):
        final = chain[n + 1].document.effective - timedelta(1)
        begin, until = min(begin, final), min(until or final, final)
    elif draw(st.sampled_from((False, False, False, True))):
        until = None
    return {
        "place_id": draw(st.sampled_from(PLACES)),
        "rulebook": book.id,
        "level": level.id,
        "weight": book.areas.weights[level.id],
        "rest": int(level.rest_of is not None),
        "from": begin,
        "until": until,
        "clause": level.clause,
        "because": "c1",
        "last_case": "c1",
    }


@st.composite
def place_orders(
    draw: st.DrawFn, places: Sequence[str] = PLACES, words: Sequence[str] = WORDS, first: date = FIRST
) -> Rows:
    """Orders with and without an end, some in versions, some on a person."""
    rows: Rows = []
    for n in range(draw(st.sampled_from((4, 3, 6, 1)))):
        for version in range(draw(st.sampled_from((1, 1, 1, 2)))):
            begin = first + timedelta(draw(st.integers(0, DAYS)))
            until = begin + timedelta(draw(st.integers(0, 14)))
            order = {
                "order_id": f"o{n}",
                "place_id": draw(st.sampled_from(places)),
                "level": draw(st.sampled_from(words)),
                "from": begin,
                "until": draw(st.sampled_from((until, until, until, None))),
                "issuer": "street",
                "clause": draw(st.sampled_from((None, *CLAUSES))),
                "recorded_at": KNOWN_AT + timedelta(draw(st.sampled_from((-2, -2, -2, 1))), version),
            }
            if draw(st.sampled_from((*[False] * 9, True))):
                order |= {"place_id": None, "person_id": "somebody", "restriction": "home"}
            rows.append(order)
    return rows
