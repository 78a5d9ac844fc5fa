"""Random scenes, a chain of rulebooks and facts: small, and dense, so that boundaries are hit and failures read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from pydantic import BaseModel
from strategies_books import FIRST, chains
from strategies_facts import AROUND, KNOWN_AT, Rows, facts

from sizao.derive.reference import find_spans
from sizao.policy import Rulebook

__all__ = ["AROUND", "KNOWN_AT", "Scene", "scenes"]


@dataclass(frozen=True)
class Scene:
    """What one example is made of. Printed as short tables."""

    rulebooks: tuple[Rulebook, ...]
    facts: dict[str, Rows]
    on: date
    known_at: datetime = KNOWN_AT

    def with_facts(self, **tables: Rows) -> Scene:
        return replace(self, facts={**self.facts, **tables})

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        lines = [f"on {self.on}, known at {self.known_at}"]
        for book in self.rulebooks:
            lines += describe(book)
        for name, rows in self.facts.items():
            lines += [f"{name}: " + ", ".join(f"{k}={v}" for k, v in row.items() if v is not None) for row in rows]
        printer.text("\n  ".join(["Scene:", *lines]))


def describe(book: Rulebook) -> Iterator[str]:
    """A rulebook in a few lines."""
    move = f", {book.transition.rule} {book.transition.date or ''}" if book.transition else ""
    yield f"rulebook {book.id} from {book.document.effective}{move}, {'<'.join(book.weights)}"
    yield f"  positive_ct_below {book.test.positive_ct_below}, limits {show(book.limits)}"
    for measure in book.measures:
        head = show(measure.model_copy(update={"triggers": (), "phases": (), "follow_up": None}))
        yield f"  {head}"
        yield from (f"    trigger {show(trigger)}" for trigger in measure.triggers)
        for phase in measure.phases:
            often = f" tests {show(phase.frequency)}" if phase.frequency else ""
            yield f"    phase {show(phase)}{often}"
        if measure.follow_up:
            yield f"    follow-up {show(measure.follow_up)}"


def show(part: BaseModel) -> str:
    """What is said in a part of a rulebook, without what is not."""
    said = part.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_defaults=True)
    return str({key: value for key, value in said.items() if key != "title"}).replace("'", "")


@st.composite
def scenes(draw: st.DrawFn, least: int = 1, last_rule: str | None = None) -> Scene:
    """A chain, facts and one of the busiest days to look at; `least` and `last_rule` as for `chains`."""
    rulebooks = draw(chains(least, last_rule))
    happened = draw(facts([book.document.effective for book in rulebooks]))
    spans = find_spans(happened, rulebooks, KNOWN_AT)
    binding = {FIRST + timedelta(n): sum(s.binds(FIRST + timedelta(n)) for s in spans) for n in range(8, 32)}
    busiest = sorted(binding, key=lambda day: -binding[day])[:8]
    return Scene(rulebooks, happened, draw(st.sampled_from(busiest)))
