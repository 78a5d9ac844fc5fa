"""OpenFisca-core: a country package in code, with dated parameters and one vector formula for each output.

Written the fast way: whole populations (`build_default_simulation`), enums given and returned by index, conditions on
integers; every quantity that several formulas need is a variable, so that it is calculated once.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from openfisca_core.entities import build_entity
from openfisca_core.indexed_enums import Enum
from openfisca_core.model_api import DAY, ETERNITY, Variable, select, where
from openfisca_core.parameters import ParameterNode
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from cities import KINDS
from peers.answers import Answers, Words, phases_of, read_numbers
from sizao.policy import Rulebook

EPOCH = dt.date(1970, 1, 1)
Person = build_entity(key="person", plural="persons", label="A person", is_person=True)

Kind = Enum("Kind", list(KINDS))
Measure = Enum("Measure", ["none", "close_contact", "closed_loop_worker", "high_risk_leaver", "inbound"])
Phase = Enum("Phase", ["none", "central_isolation", "health_monitoring", "home_isolation"])
Restriction = Enum("Restriction", ["none", "central_isolation", "health_monitoring", "home_isolation"])
Clause = Enum("Clause", ["none", "article_2_1", "article_2_3", "article_2_5", "article_2_10"])


def kinds_with_a_measure(person: Any, period: Any) -> list[Any]:
    """Who stands under which measure: the conditions that the formulas below select by."""
    kind = person("kind", period)
    return [
        kind == Kind.exposed_to_case,
        kind == Kind.arrived_from_abroad,
        kind == Kind.left_high_risk_area,
        kind == Kind.finished_closed_loop,
    ]


class kind(Variable):
    value_type, possible_values, default_value = Enum, Kind, Kind.exposed_to_contact
    entity, definition_period, label = Person, ETERNITY, "What happened to the person"


class occurred_on(Variable):
    value_type, entity, definition_period, label = int, Person, ETERNITY, "Day number of the event"


class run_day(Variable):
    value_type, entity, definition_period, label = int, Person, DAY, "Day of the run; day 1 is its first"

    def formula(person, period, parameters):
        p = parameters(period)
        of = kinds_with_a_measure(person, period)
        measures = [p.close_contact, p.inbound, p.high_risk_leaver, p.closed_loop_worker]
        offset = select(of, [m.day_1_after for m in measures], default=0)
        return (period.start.date - EPOCH).days + 1 - person("occurred_on", period) - offset


class first_days(Variable):
    value_type, entity, definition_period, label = int, Person, DAY, "Length of the first phase"

    def formula(person, period, parameters):
        p = parameters(period)
        measures = [p.close_contact, p.inbound, p.high_risk_leaver, p.closed_loop_worker]
        return select(kinds_with_a_measure(person, period), [m.first.days for m in measures], default=0)


class second_days(Variable):
    value_type, entity, definition_period, label = int, Person, DAY, "Length of the second phase"

    def formula(person, period, parameters):
        p = parameters(period)
        of = kinds_with_a_measure(person, period)
        return where(of[0], p.close_contact.second.days, where(of[1], p.inbound.second.days, 0))


class phase_number(Variable):
    value_type, entity, definition_period, label = int, Person, DAY, "1 or 2; 0 when nothing binds on the day"

    def formula(person, period):
        day, first = person("run_day", period), person("first_days", period)
        last = first + person("second_days", period)
        return where((day >= 1) & (day <= last), where(day <= first, 1, 2), 0)


class measure(Variable):
    value_type, possible_values, default_value = Enum, Measure, Measure.none
    entity, definition_period = Person, DAY

    def formula(person, period):
        members = [Measure.close_contact, Measure.inbound, Measure.high_risk_leaver, Measure.closed_loop_worker]
        of = select(kinds_with_a_measure(person, period), [member.index for member in members], default=0)
        return where(person("phase_number", period) > 0, of, 0)


class phase(Variable):
    value_type, possible_values, default_value = Enum, Phase, Phase.none
    entity, definition_period = Person, DAY

    def formula(person, period):
        members = [Phase.central_isolation, Phase.central_isolation, Phase.home_isolation, Phase.health_monitoring]
        first = select(kinds_with_a_measure(person, period), [member.index for member in members], default=0)
        number = person("phase_number", period)
        return where(number == 1, first, where(number == 2, Phase.home_isolation.index, 0))


class restriction(Variable):
    value_type, possible_values, default_value = Enum, Restriction, Restriction.none
    entity, definition_period = Person, DAY

    def formula(person, period):
        return person("phase", period).view(np.ndarray)  # this rulebook names its phases after their restrictions


class phase_day(Variable):
    value_type, entity, definition_period = int, Person, DAY

    def formula(person, period):
        number, day = person("phase_number", period), person("run_day", period)
        return where(number == 1, day, where(number == 2, day - person("first_days", period), 0))


class from_day(Variable):
    value_type, entity, definition_period, label = int, Person, DAY, "Day number of the phase's first day"

    def formula(person, period):
        today = (period.start.date - EPOCH).days
        return where(person("phase_number", period) > 0, today + 1 - person("phase_day", period), 0)


class until_day(Variable):
    value_type, entity, definition_period, label = int, Person, DAY, "Day number of the phase's last day"

    def formula(person, period):
        number, start = person("phase_number", period), person("from_day", period)
        days = where(number == 1, person("first_days", period), person("second_days", period))
        return where(number > 0, start + days - 1, 0)


class clause(Variable):
    value_type, possible_values, default_value = Enum, Clause, Clause.none
    entity, definition_period = Person, DAY

    def formula(person, period):
        members = [Clause.article_2_1, Clause.article_2_10, Clause.article_2_3, Clause.article_2_5]
        of = select(kinds_with_a_measure(person, period), [member.index for member in members], default=0)
        return where(person("phase_number", period) > 0, of, 0)


class test_due(Variable):
    value_type, entity, definition_period = bool, Person, DAY

    def formula(person, period, parameters):
        p = parameters(period)
        day, second = person("phase_day", period), person("phase_number", period) == 2
        measures = [p.close_contact, p.inbound, p.high_risk_leaver, p.closed_loop_worker]
        first_tests = [np.isin(day, m.first.tests) for m in measures]
        of = kinds_with_a_measure(person, period)
        on_second = where(of[0], np.isin(day, p.close_contact.second.tests), np.isin(day, p.inbound.second.tests))
        return where(second, on_second, select(of, first_tests, default=False))


VARIABLES = (
    *(kind, occurred_on, run_day, first_days, second_days, phase_number),
    *(measure, phase, restriction, phase_day, from_day, until_day, clause, test_due),
)
OUTPUTS = ("measure", "phase", "restriction", "clause", "phase_day", "from_day", "until_day", "test_due")
WORDS = {
    **{
        name: ["", *(member.name for member in list(members)[1:])]
        for name, members in (("measure", Measure), ("phase", Phase), ("restriction", Restriction))
    },
    "clause": ["", "二（一）", "二（三）", "二（五）", "二（十）"],
}
"""What each output's numbers stand for."""


class Peer:
    """Answers for the events' persons on one date."""

    def __init__(self, book: Rulebook, on: dt.date) -> None:
        self.on, self.words, self.common = on.isoformat(), WORDS, Words(book)
        self.system = TaxBenefitSystem([Person])
        self.system.parameters = _parameters(book)
        self.system.add_variables(*VARIABLES)

    def prepare(self, folder: Path, people: int) -> Any:
        """The facts in the form that the peer starts from (not timed)."""
        return read_numbers(folder, people)

    def run(self, facts: Any) -> dict[str, Any]:
        """The answers (timed): building the simulation, giving it the facts, calculating every output."""
        kinds, days = facts
        simulation = SimulationBuilder().build_default_simulation(self.system, len(kinds))
        simulation.set_input("kind", "eternity", kinds)
        simulation.set_input("occurred_on", "eternity", days)
        return {name: simulation.calculate(name, self.on) for name in OUTPUTS}

    def column(self, result: dict[str, Any], name: str) -> npt.NDArray[Any]:
        """One output, by its name in `Answers`."""
        column: npt.NDArray[Any] = result[name].view(np.ndarray)
        return column

    def answers(self, result: dict[str, Any]) -> Answers:
        """The answers in the common form (not timed)."""
        columns = {name: self.column(result, name) for name in OUTPUTS}
        for name, words in WORDS.items():
            columns[name] = self.common.number(name, words)[columns[name]]
        return Answers(**columns)


def _parameters(book: Rulebook) -> ParameterNode:
    """The measures' lengths and test days as dated parameters, from the same rulebook as everybody's."""
    since = book.document.effective.isoformat()
    tree: dict[str, Any] = {}
    for p in phases_of(book):
        start = {"day_1_after": {"values": {since: p.first_off}}}
        of = tree.setdefault(p.measure, start)
        days, tests = p.last_off - p.first_off + 1, list(p.phase.test_days)
        part = {"days": {"values": {since: days}}, "tests": {"values": {since: tests}}}
        of["second" if "first" in of else "first"] = part
    return ParameterNode("", data=tree)
