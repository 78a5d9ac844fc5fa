"""What happened to the people of a Go.Data export: exposures, follow-ups, laboratory tests."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date, timedelta

from sizao.tables.linelists.draft import Draft, midnight
from sizao.tables.linelists.godata.entry import entered
from sizao.tables.linelists.godata.words import METHOD, OLDEST_SAMPLE, OUTCOME_OF_VISIT, RESULT
from sizao.tables.linelists.source import SourceRow

Exposed = defaultdict[tuple[str, date], set[str]]
"""The sources that each person had contact with on each day."""


def add_relationship(
    draft: Draft,
    row: SourceRow,
    ids: dict[str, str],
    imported: Collection[str | None],
    discarded: Collection[str | None],
    exposed: Exposed,
) -> None:
    uuid = row["source_uuid"] or ""
    person, source = ids.get(row["target_uuid"] or ""), ids.get(uuid)
    exposed_on = draft.day(row, "date_of_last_contact")
    if person is None:
        draft.refuse(row, "unknown-person", "nobody in the export: no exposure", "export all persons", "target_uuid")
    elif exposed_on is None:
        draft.refuse(row, "exposure-undated", "no day of last contact", "fill it in", "date_of_last_contact")
    elif uuid in discarded:
        draft.refuse(row, "discarded-case", f"{source} is not a case: no exposure", "remove the link", "source_uuid")
    elif (named := source or uuid[:8]) in exposed[person, exposed_on]:
        what = f"the contact of {person} with {named} on {exposed_on} stands above already"
        draft.refuse(row, "duplicate-exposure", what, "remove one of them", "uuid")
    else:
        if source is None:
            what = "nobody in the export: an exposure to a case that is not named"
            draft.doubt(row, "unknown-case", what, "export all cases", "source_uuid")
        elif uuid not in imported:
            what = f"{source} is not imported as a case: the exposure counts, without case_id"
            draft.doubt(row, "case-not-imported", what, "see not-confirmed", "source_visualid")
        if row["is_contact_date_estimated"] == "TRUE":
            draft.doubt(row, "estimated-date", "the day is an estimate", "none needed", "date_of_last_contact")
        exposed[person, exposed_on].add(named)
        _add_exposure(draft, row, person, exposed_on, named, source if uuid in imported else None)


def add_last_contact(draft: Draft, row: SourceRow, ids: dict[str, str], exposed: Exposed) -> None:
    person, exposed_on = ids.get(row["uuid"] or ""), draft.day(row, "date_of_last_contact")
    if person is None:
        return
    if exposed_on is not None and (person, exposed_on) not in exposed:
        exposed[person, exposed_on].add("")
        what = "in no relationship of this contact: an exposure to a case that is not named"
        draft.doubt(row, "contact-without-relationship", what, "add the relationship", "date_of_last_contact")
        _add_exposure(draft, row, person, exposed_on, "unnamed", None)
    if not any(name == person for name, _ in exposed):
        draft.doubt(row, "contact-without-exposure", f"{person} has none", "add the relationship", "uuid")


def _add_exposure(draft: Draft, row: SourceRow, person: str, exposed_on: date, source: str, case: str | None) -> None:
    draft.add(
        "events",
        event_id=f"exposure-{person}-{source}-{exposed_on}",
        person_id=person,
        kind="exposed_to_case",
        occurred_on=exposed_on,
        case_id=case,
        recorded_at=midnight(entered(draft, row, exposed_on, "date_of_last_contact")),
    )


def add_follow_up(draft: Draft, row: SourceRow, ids: dict[str, str], exposed: Exposed, *, windows: bool) -> None:
    """Adds a follow-up; with `windows` also the contact that Go.Data numbered it from, where it is not known."""
    person, day = ids.get(row["contact_uuid"] or ""), draft.day(row, "date_of_followup")
    outcome = draft.word(row, "followup_status", OUTCOME_OF_VISIT)
    if person is None:
        draft.refuse(row, "unknown-person", "nobody in the export", "export all contacts", "contact_uuid")
    elif day is None:
        draft.refuse(row, "no-date", "no day of follow-up", "fill it in", "date_of_followup")
    elif outcome is None:
        draft.refuse(row, "no-outcome", "no outcome that can be read", "fill it in", "followup_status")
    else:
        recorded_at = midnight(entered(draft, row, day, "date_of_followup"))
        draft.add(
            "follow_ups",
            follow_up_id=row["uuid"],
            person_id=person,
            occurred_on=day,
            outcome=outcome,
            recorded_at=recorded_at,
        )
        _check_window(draft, row, person, day, exposed, windows)


def _check_window(draft: Draft, row: SourceRow, person: str, day: date, exposed: Exposed, windows: bool) -> None:
    """Go.Data numbers visits from the day after the last contact: number 3 on the 5th means a contact on the 2nd."""
    number = draft.number(row, "followup_number")
    if number is None:
        return
    counted_from = day - timedelta(days=int(number))
    if (person, counted_from) in exposed:
        return
    known = sorted(str(other) for name, other in exposed if name == person)
    what = f"numbered from a contact on {counted_from}; the export has {', '.join(known) or 'none'}"
    if windows:
        draft.doubt(row, "contact-moved", f"{what}: imported as an exposure", "correct the dates", "followup_number")
        exposed[person, counted_from].add("")
        _add_exposure(draft, row, person, counted_from, "numbered", None)
    else:
        todo = "correct the dates; --include windows imports it as an exposure"
        draft.doubt(row, "contact-moved", what, todo, "followup_number")


def add_test(draft: Draft, row: SourceRow, ids: dict[str, str]) -> None:
    person, day = ids.get(row["personId"] or ""), draft.day(row, "dateSampleTaken")
    entered_on = draft.day(row, "createdAt")
    if row["deleted"] == "TRUE":
        draft.refuse(row, "deleted", "deleted in Go.Data", "none needed", "deleted")
    elif person is None:
        draft.refuse(row, "unknown-person", "nobody in the export", "export all persons", "personId")
    elif day is None:
        draft.refuse(row, "no-date", "no day of sampling", "fill it in", "dateSampleTaken")
    elif entered_on is not None and entered_on - day > OLDEST_SAMPLE:
        what = f"more than a year before its entry on {entered_on}"
        draft.refuse(row, "implausible-date", what, "correct the day of sampling", "dateSampleTaken")
    else:
        draft.add(
            "tests",
            test_id=row["id"],
            person_id=person,
            sampled_on=day,
            method=draft.word(row, "testType", METHOD) or "not_stated",
            result=draft.word(row, "result", RESULT) or "pending",
            recorded_at=midnight(entered(draft, row, day, "dateSampleTaken", "createdAt")),
        )
