"""Reports cases, what becomes of them, and where they lived and went."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sizao.errors import SizaoError
from sizao.register.access import Access, not_found
from sizao.register.actions.act import AlreadyDone, acting
from sizao.register.actions.check import check_fact
from sizao.register.actions.find import check_fact_of, find_fact, find_person, find_place, standing
from sizao.register.actions.versions import add_first, add_next
from sizao.register.ids import new_id
from sizao.register.models import Case, CasePlace

CHANGED = (
    "confirmed_on",
    "classification",
    "origin",
    "severity",
    "onset_on",
    "found_by",
    "discharged_on",
    "died_on",
)


def report_case(
    *,
    by: Access,
    person_id: str,
    confirmed_on: dt.date,
    classification: str,
    origin: str = "local",
    severity: str | None = None,
    onset_on: dt.date | None = None,
    found_by: str | None = None,
) -> Case:
    """Reports that a person is a case. SizaoError `not-allowed`, `not-found`, `invalid`."""
    person = find_person(person_id, by, "report_cases")
    case = Case(
        case_id=new_id("c"),
        person=person,
        confirmed_on=confirmed_on,
        classification=classification,
        origin=origin,
        severity=severity or None,
        onset_on=onset_on,
        found_by=found_by or None,
    )
    return add_first("report_case", by, case)


def update_case(*, by: Access, case_id: str, version: int, **changes: Any) -> Case:
    """What became of a case, or a correction of it (`discharged_on`, `died_on`, `severity` ...).

    Raises SizaoError `changed-meanwhile`, `unknown-field`, `not-allowed`, `not-found`, `invalid`.
    """
    strange = set(changes) - set(CHANGED)
    if strange:
        raise SizaoError("unknown-field", f"no such field: {', '.join(sorted(strange))}", todo=f"one of {CHANGED}")
    return add_next("update_case", by, _find(case_id, by), version, **changes)


def withdraw_case(*, by: Access, case_id: str, version: int) -> Case:
    """It was no case. SizaoError as `update_case`."""
    return add_next("withdraw_case", by, _find(case_id, by), version, withdrawn=True)


def record_case_place(
    *,
    by: Access,
    case_id: str,
    place_id: str,
    role: str,
    spread_risk: bool,
    since: dt.date | None = None,
    until: dt.date | None = None,
) -> CasePlace:
    """Where a case lived, worked or went. SizaoError `not-allowed`, `not-found`, `invalid`."""
    case = _find(case_id, by)
    place = find_place(place_id)
    try:
        about = {"person_id": case.person_id, "place_id": place_id}
        with acting("record_case_place", by, **about, id=case_id, role=role) as writing:
            standing(case)
            row = {"case_id": case_id, "place_id": place_id, "role": role, "spread_risk": spread_risk}
            check_fact("case_places", {**row, "from": since, "until": until}, writing.at)
            return CasePlace.objects.create(
                case_id=case_id,
                person_id=case.person_id,
                place=place,
                role=role,
                spread_risk=spread_risk,
                since=since,
                until=until,
                recorded_at=writing.at,
                act=writing.act,
            )
    except AlreadyDone as done:
        return CasePlace.objects.unscoped("the user's own act").get(act=done.act)


def take_back_case_place(*, by: Access, row_id: int) -> CasePlace:
    """The case was not there. SizaoError as above."""
    by.check("report_cases")
    row = CasePlace.objects.unscoped("checked below").select_related("person").filter(pk=row_id).first()
    if row is None:
        raise not_found(CasePlace._meta.verbose_name, str(row_id))
    check_fact_of(row, str(row_id), by, "report_cases")
    try:
        about = {"person_id": row.person_id, "place_id": row.place_id}
        with acting("take_back_case_place", by, **about, id=row.case_id, row=row_id) as writing:
            if row.takes_back_id or CasePlace.objects.unscoped("of this row").filter(takes_back=row).exists():
                raise not_found(CasePlace._meta.verbose_name, str(row_id))
            writing.follow(row.recorded_at)
            back = CasePlace(takes_back_id=row.pk, recorded_at=writing.at, act=writing.act)
            for name in ("case_id", "person_id", "place_id", "role", "spread_risk", "since", "until"):
                setattr(back, name, getattr(row, name))
            back.save(force_insert=True)
            return back
    except AlreadyDone as done:
        return CasePlace.objects.unscoped("the user's own act").get(act=done.act)


def _find(case_id: str, by: Access) -> Case:
    return find_fact(Case, case_id, by, "report_cases")
