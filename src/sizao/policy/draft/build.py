"""Values read from the items to the data of a rulebook, in the order of the format."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sizao.policy.draft.cells import Cell, Finding
from sizao.policy.draft.follow_ups import Branch, Retest
from sizao.policy.draft.items import Item
from sizao.policy.draft.persons import Asked
from sizao.policy.draft.phases import Phase
from sizao.policy.draft.vocabulary import say, title_of, vocabulary
from sizao.policy.words import Words

Clauses = Callable[[Item], Cell]
"""The clause of an item, with the place of its number."""


class Measures:
    """The measures of a draft, by id, in the order in which the text first speaks of them."""

    def __init__(self, clause: Clauses) -> None:
        self.clause = clause
        self.measures: dict[str, dict[str, Any]] = {}
        self.phases: dict[str, list[Phase]] = {}
        self.notes: list[Words] = []

    def add(self, asked: Asked) -> None:
        """What an item asks, for each group of people that it names."""
        for subject in asked.subjects:
            if subject.value not in self.measures:
                self._start(subject, asked)
            elif not asked.phases or self.phases[subject.value]:
                self._merge(subject.value, asked)
            else:  # so far the text said that nothing is asked
                del self.measures[subject.value]
                self._start(subject, asked)

    def _start(self, subject: Cell, asked: Asked) -> None:
        name = subject.value
        self.phases[name] = [replace(phase) for phase in asked.phases]
        measure = {
            "id": subject,
            "title": title_of("subjects", name),
            "clause": self.clause(asked.item),
            "triggers": [trigger_of(name, asked.day_1, bool(asked.phases))],
        }
        if not asked.phases:
            measure["asks"] = asked.nothing
        self.measures[name] = measure

    def _merge(self, name: str, asked: Asked) -> None:
        """A second item on the same people: the first value stands, a different one is a doubt."""
        phases = self.phases[name]
        differs = False
        for phase in asked.phases:
            known = next((p for p in phases if p.restriction.value == phase.restriction.value), None)
            if known is None:
                cell = replace(phase.restriction, doubt=say("added", clause=self.clause(asked.item).value))
                phases.append(replace(phase, restriction=cell))
                differs = True
                continue
            for field in ("days", "up_to", "tests"):
                mine, other = getattr(known, field), getattr(phase, field)
                if mine is None and other is not None:
                    setattr(known, field, other)
                    differs = True
                elif other is not None and mine.value != other.value:
                    setattr(known, field, replace(mine, doubt=say("conflict", first=mine.value, second=other.value)))
                    differs = True
        if not differs and (asked.phases or not phases):
            title = Words(**title_of("subjects", name))
            self.notes.append(say("again", clause=self.clause(asked.item).value, what=title))

    def finish(self) -> list[dict[str, Any]]:
        """The measures as data."""
        for name, phases in self.phases.items():
            if phases:
                self.measures[name]["phases"] = [phase_data(self._whole(name, phase)) for phase in phases]
        order = ("id", "title", "clause", "triggers", "phases", "follow_up", "asks")
        return [{key: m[key] for key in order if key in m} for m in self.measures.values()]

    def _whole(self, name: str, phase: Phase) -> Phase:
        """With a length: where the text gives none, that of the measure that this one is a part of."""
        if phase.days or phase.until or phase.release:
            return phase
        part_of = vocabulary()["subjects"][name].get("part_of")
        for other in self.phases.get(part_of, ()):
            if other.days and other.restriction.value == phase.restriction.value:
                title = Words(**title_of("subjects", part_of))
                doubt = say("days_from", title=title, days=other.days.value)
                return replace(phase, days=Cell(other.days.value, doubt=doubt))
        return replace(phase, restriction=replace(phase.restriction, doubt=say("days_unknown")))

    def add_retest(self, retest: Retest) -> None:
        """A measure of its own for a test that the next one decides, and those that it leads to."""
        subject = retest.subject.value
        entry = vocabulary()["subjects"][subject]
        branches = [b for b in retest.branches if self._target(b, retest)]
        name = f"{subject}_ct_recheck"
        if not branches or name in self.measures or "event" not in entry:
            return
        length = sum(p.days.value for p in self.phases.get(subject, ()) if p.days) or 14
        title = Words(**title_of("subjects", subject))
        below = replace(retest.ct_below, doubt=say("ct_upper", below=retest.ct_below.value))
        self.phases[name] = []
        self.measures[name] = {
            "id": replace(retest.subject, value=name),
            "title": say("retest", title=title).model_dump(),
            "clause": self.clause(retest.item),
            "triggers": [
                {
                    "test": {"ct": {"from": retest.ct_from, "below": below}},
                    "following": {
                        "event": entry["event"]["id"],
                        "within_days": Cell(length, doubt=say("following", days=length)),
                    },
                }
            ],
            "follow_up": {
                "apart_hours": retest.apart_hours,
                "within_days": Cell(3, doubt=say("within", days=3)),
                "then": [self._branch(b, retest) for b in branches],
            },
            "asks": Cell("nothing", doubt=say("waits")),
        }
        self.notes.append(say("apart", clause=self.clause(retest.item).value))

    def _target(self, branch: Branch, retest: Retest) -> str | None:
        """The measure that a branch starts; one for the hospital is made when needed."""
        if branch.subject is not None:
            return branch.subject.value if branch.subject.value in self.measures else None
        assert branch.restriction is not None
        name = "hospital_transfer"
        if name not in self.measures:
            left = {"event": Cell("left_hospital", doubt=say("discharge"))}
            self.phases[name] = [Phase(branch.restriction, until=Cell("release"), release=left)]
            title = Words(**title_of("subjects", retest.subject.value))
            self.measures[name] = {
                "id": replace(branch.restriction, value=name),
                "title": say("transfer", title=title).model_dump(),
                "clause": self.clause(retest.item),
            }
        return name

    def _branch(self, branch: Branch, retest: Retest) -> dict[str, Any]:
        ends = {"from": branch.ct_from, "below": branch.ct_below}
        ct = {key: cell for key, cell in ends.items() if cell is not None}
        target = branch.subject or branch.restriction
        assert target is not None
        data = {"test": {"ct": ct}, "starts": replace(target, value=self._target(branch, retest))}
        if branch.subject:
            day_1 = vocabulary()["subjects"][branch.subject.value]["day_1"]
            data["day_1"] = Cell(day_1, doubt=say("day_1", day=say(day_1)))
        return data


def trigger_of(subject: str, day_1: Cell | None, asks: bool) -> dict[str, Any]:
    """What starts the measure of a group of people; day 1 is a reading where the text names none."""
    entry = vocabulary()["subjects"][subject]
    if "case" in entry:
        trigger: dict[str, Any] = {"case": list(entry["case"])}
    else:
        event = entry["event"]
        trigger = {"event": event["id"], "title": {"zh": event["zh"], "en": event["en"]}}
    if asks:
        reading = say("day_1", day=say(entry["day_1"]))
        trigger["day_1"] = day_1 or Cell(entry["day_1"], doubt=reading)
    return trigger


def phase_data(phase: Phase) -> dict[str, Any]:
    """A phase as the format has it; test days that cannot be are marked."""
    data: dict[str, Any] = {"restriction": phase.restriction}
    if phase.release:
        data["until"] = phase.until or Cell("release")
    elif phase.until:
        data["until"] = phase.until
    elif phase.days:
        data["days"] = phase.days
    if phase.tests:
        data["tests"] = _checked(phase.tests, phase.days)
    if phase.up_to:
        data["up_to"] = phase.up_to
    if phase.release:
        data["release"] = [phase.release]
    return data


def _checked(tests: Cell, days: Cell | None) -> Cell:
    if isinstance(tests.value, list) and days and tests.value and tests.value[-1] > days.value and not tests.doubt:
        doubt = say("test_outside", day=tests.value[-1], days=days.value)
        return replace(tests, doubt=doubt, assumed=False)
    return tests


def build_areas(findings: list[Finding], clause: Clauses) -> dict[str, Any]:
    """`areas`: levels light to strict, those abolished."""
    levels: dict[str, dict[str, Any]] = {}
    named: dict[str, dict[str, Any]] = {}
    wanted = [f for f in findings if f.what in ("level", "around", "scope", "rest_of", "lifts", "wider")]
    for finding in wanted:
        level = named.setdefault(finding.about, {"clause": clause(finding.item)})
        if finding.what == "level":
            level.setdefault("id", finding.cells["id"])
        elif finding.what in ("around", "scope"):
            _keep(level, finding.what, finding.cells[finding.what])
        elif finding.what == "wider":
            level.setdefault("wider", finding.cells)
            level.setdefault("wider_clause", clause(finding.item))
        elif finding.what == "lifts":
            known = level.get("lifts")
            if known is None:
                level["lifts"] = {**finding.cells, "clause": clause(finding.item)}
            else:
                _keep(known, "after_days", finding.cells["after_days"])
        else:
            level.setdefault("rest_of", finding.cells)
    order = ("id", "title", "clause", "around", "rest_of", "scope", "wider", "wider_clause", "lifts")
    for name in vocabulary()["levels"]:
        if name in named:
            found = named[name] | {"title": title_of("levels", name)}
            found.setdefault("id", Cell(name))
            levels[name] = {key: found[key] for key in order if key in found}
    gone = {
        f.about: {"level": f.cells["level"], "title": title_of("levels", f.about), "clause": clause(f.item)}
        for f in reversed(findings)
        if f.what == "abolished" and f.about not in levels
    }
    areas: dict[str, Any] = {"levels": list(levels.values())} if levels else {}
    if gone:
        areas["abolished"] = [gone[name] for name in vocabulary()["levels"] if name in gone]
    return areas


def _keep(into: dict[str, Any], key: str, cell: Cell) -> None:
    known = into.get(key)
    if known is None:
        into[key] = cell
    elif known.value != cell.value and known.doubt is None:
        into[key] = replace(known, doubt=say("conflict", first=known.value, second=cell.value))


def build_limits(findings: list[Finding], clause: Clauses) -> dict[str, Any]:
    """`limits`: the first of each kind; a second, different number is a doubt."""
    limits: dict[str, Any] = {}
    forbidden: dict[str, dict[str, Any]] = {}
    for finding in findings:
        where = clause(finding.item)
        if finding.what == "tests_per_day":
            known = limits.setdefault("tests_per_day", {**finding.cells, "clause": where})
            _keep(known, "at_most", finding.cells["at_most"])
        elif finding.what == "ceiling":
            limits.setdefault("ceiling", replace(finding.cells["ceiling"], value=where.value))
        elif finding.what == "mass_testing":
            limits.setdefault("mass_testing", {"only_if": finding.cells, "clause": where})
        elif finding.what == "forbidden":
            entry: dict[str, Any] = {
                "order": finding.cells["order"],
                "title": title_of("orders", finding.about),
                "clause": where,
            }
            if "unless" in finding.cells:
                entry["unless"] = finding.cells["unless"]
            forbidden.setdefault(finding.about, entry)
    order = ("tests_per_day", "ceiling", "mass_testing")
    data = {key: limits[key] for key in order if key in limits}
    if forbidden:
        data["forbidden"] = list(forbidden.values())
    return data


def build_proofs(findings: list[Finding], clause: Clauses) -> list[dict[str, Any]]:
    """`proofs`: what must be shown before an act."""
    proofs: dict[str, dict[str, Any]] = {}
    for finding in findings:
        if finding.what != "proof":
            continue
        head = {"id": finding.cells["id"], "title": title_of("acts", finding.about), "clause": clause(finding.item)}
        known = proofs.setdefault(finding.about, {**head, **finding.cells})
        _keep(known, "within_hours", finding.cells["within_hours"])
    return list(proofs.values())
