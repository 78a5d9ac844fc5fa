"""A rulebook as frozen typed objects that cannot be built wrong: one policy document as data."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Annotated, Literal, Self

from pydantic import Field, PrivateAttr, model_validator

from sizao.policy.authorities import Duty, Limits, Proof
from sizao.policy.faults import find_faults
from sizao.policy.persons import Measure, Trigger
from sizao.policy.places import Areas
from sizao.policy.words import Clause, Ct, FaultsError, Listed, Part, RulebookId, Word, Words


class Document(Part):
    """Where the rules were published. `effective` before `published` must be said to be meant (`retroactive`)."""

    number: str
    title: Words
    issuer: Words
    published: dt.date
    effective: dt.date
    retroactive: bool = False


class Test(Words):
    """What a test day asks for, and in which table it is recorded that it was done.

    A sample with a Ct of `positive_ct_below` or more does not count as positive.
    """

    __test__ = False  # not a test of pytest

    recorded_in: Literal["tests", "follow_ups"] = "tests"
    positive_ct_below: Ct | None = None


class Restriction(Part):
    """A kind of limit. Their order in the rulebook, light to strict, is their weight.

    `away`: the person is not at home and takes a room or a bed.
    """

    id: Word
    title: Words
    away: bool = False


class Transition(Part):
    """What happens to people already under a measure when this rulebook takes effect.

    rederive: everybody's status follows this rulebook from its effective date, days served count, and nobody is
    held longer than under the old one. keep: facts from before the effective date stay under the old rulebook.
    new_only_from: facts from before `date` stay under the old rulebook.
    """

    rule: Literal["rederive", "keep", "new_only_from"]
    date: dt.date | None = None
    clause: Clause | None = None


class Assumption(Part):
    """A reading that the document does not give.

    `about` names the id of a measure, a level, a proof or a duty, or `transition`, `limits`, `areas`, `document`.
    """

    about: str
    reading: Words


@dataclass(frozen=True)
class Statement:
    """Where a clause stands: a rulebook's id and its document's number."""

    rulebook: str
    number: str


class Rulebook(Part):
    """One policy document as data.

    `replaces` names the rulebook whose place it takes; `amends` the one of which it changes a part (read as the whole
    that results); `over` the jurisdiction on whose rulebooks a local one is laid.
    Raises pydantic.ValidationError (with FaultsError inside for rules across fields) when built wrong.
    """

    id: RulebookId
    title: Words
    jurisdiction: Annotated[str, Field(min_length=2, max_length=40)]
    disease: Word
    document: Document
    replaces: RulebookId | None = None
    amends: RulebookId | None = None
    over: Annotated[str, Field(min_length=2, max_length=40)] | None = None
    test: Test
    restrictions: Annotated[tuple[Restriction, ...], Listed, Field(min_length=1)]
    measures: Annotated[tuple[Measure, ...], Listed, Field(min_length=1)]
    areas: Areas = Areas()
    limits: Limits = Limits()
    proofs: Annotated[tuple[Proof, ...], Listed] = ()
    duties: Annotated[tuple[Duty, ...], Listed] = ()
    transition: Transition | None = None
    assumed: Annotated[tuple[Assumption, ...], Listed] = ()
    _stated: dict[str, Statement] = PrivateAttr(default_factory=dict)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        faults = list(find_faults(self))
        if faults:
            raise FaultsError(faults)
        return self

    @property
    def older(self) -> str | None:
        """The id of the rulebook that this one replaces or amends."""
        return self.replaces or self.amends

    @property
    def weights(self) -> dict[str, int]:
        """Restriction -> weight, 1 for the lightest."""
        return {r.id: n for n, r in enumerate(self.restrictions, start=1)}

    def measure(self, measure_id: str) -> Measure:
        """The measure of that id. Raises KeyError."""
        for measure in self.measures:
            if measure.id == measure_id:
                return measure
        raise KeyError(measure_id)

    def taker(self, kind: str, occurred_on: dt.date) -> tuple[Measure, Trigger] | None:
        """The measure that takes a kind of event or case on a date, after precedence, and by which trigger."""
        found = [(m, t) for m in self.measures for t in m.triggers if kind in t.kinds and t.catches_on(occurred_on)]
        taken = {name for measure, _ in found for name in measure.takes_from}
        return next(((m, t) for m, t in found if m.id not in taken), None)

    def states(self, measure_id: str) -> Statement:
        """The document that holds the clause of a measure: another one where this rulebook carries it over."""
        return self._stated.get(measure_id, Statement(self.id, self.document.number))

    @property
    def looked_for(self) -> frozenset[str]:
        """Kinds of event that start nothing by themselves: they end a phase, give credit, or come before a test."""
        events = [w.event for m in self.measures for p in m.phases for w in p.release]
        events += [m.counted_from.event for m in self.measures if m.counted_from]
        events += [t.following.event for m in self.measures for t in m.triggers if t.following]
        return frozenset(event for event in events if event is not None)

    @property
    def kind_titles(self) -> dict[str, Words]:
        """Kind of event -> its title: a trigger's where one gives it, else that of a key that looks for the kind."""
        titled = [(t.event, t.title) for m in self.measures for t in m.triggers]
        titled += [(w.event, w.title) for m in self.measures for p in m.phases for w in p.release]
        titled += [(m.counted_from.event, m.counted_from.title) for m in self.measures if m.counted_from]
        titled += [(t.following.event, t.following.title) for m in self.measures for t in m.triggers if t.following]
        titles: dict[str, Words] = {}
        for kind, title in titled:
            if kind is not None and title is not None:
                titles.setdefault(kind, title)
        return titles

    def assumed_about(self, *about: str) -> tuple[Assumption, ...]:
        """The assumptions about these things."""
        return tuple(a for a in self.assumed if a.about in about)
