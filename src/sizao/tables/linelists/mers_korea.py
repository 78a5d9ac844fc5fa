"""Imports the MERS outbreak of 2015 in South Korea: line list and contacts of the R package `outbreaks`."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from sizao.tables.linelists.draft import Draft, Imported, midnight
from sizao.tables.linelists.source import SourceRow

LINELIST = "mers_korea_2015__linelist.csv"
CONTACTS = "mers_korea_2015__contacts.csv"
LINELIST_COLUMNS = (
    "id", "sex", "place_infect", "dt_onset", "dt_report", "dt_start_exp", "dt_end_exp", "dt_diag",
    "outcome", "dt_death",
)  # fmt: skip
CONTACT_COLUMNS = ("from", "to")

SEX = {"M": "male", "F": "female"}
ORIGIN = {"Middle East": "imported", "Outside Middle East": "local"}

ASSUMED = [
    "Everybody in the line list is a confirmed case; `dt_diag` is the day of confirmation.",
    "`recorded_at` is 00:00 UTC of `dt_report`, or of the fact itself where that is later: the list has no day "
    "of entry.",
    "An exposure is dated on its last day, `dt_end_exp` of the person exposed (the list dates persons, not "
    "links: who was exposed to several cases was exposed to each until that day).",
    "An exposure without `dt_end_exp` is dated on the latest day possible: onset, or confirmation if that came "
    "first.",
    "Who has an exposure but no source in the contact list was exposed to a case that is not named; infection "
    "in the Middle East is no exposure to a case of this list.",
    "A death before confirmation is kept: some are confirmed after death, and are under no measure.",
    "The list has no day of discharge: a case that survived stays under the case measure.",
    "Not imported: age, hospital, country, setting of the exposure.",
]


def read_mers_korea(folder: Path) -> Imported:
    """People, cases and one `exposed_to_case` for each contact pair, and for each person exposed to nobody named.

    Raises the SizaoErrors of `read_rows`.
    """
    draft = Draft(["people", "cases", "events"])
    draft.assumed += ASSUMED
    people = _read_people(draft, folder)
    linked = set()
    for row in draft.open(folder / CONTACTS, CONTACT_COLUMNS):
        source, target = people.get(row["from"] or ""), people.get(row["to"] or "")
        if source is None or target is None:
            column = "from" if source is None else "to"
            draft.refuse(row, "unknown-person", "not in the line list", "add the person to the line list", column)
            continue
        linked.add(target["id"])
        exposed_on = _exposed_on(draft, target)
        ill_on = draft.day(source, "dt_onset")
        if exposed_on and ill_on and exposed_on < ill_on:
            what = f"the exposure ended on {exposed_on}, before {source['id']} fell ill on {ill_on}"
            draft.doubt(row, "exposure-before-onset", what, "correct the link or the dates", "from")
        _add_exposure(draft, target, exposed_on, source["id"])
    for person, row in people.items():
        if person in linked or not (row["dt_start_exp"] or row["dt_end_exp"]):
            continue
        if row["place_infect"] == "Middle East":
            what = "infected in the Middle East, not by a case of this list"
            draft.refuse(
                row, "no-exposure-to-case", what, "record the arrival as an event if it matters", "dt_end_exp"
            )
        else:
            _add_exposure(draft, row, _exposed_on(draft, row), None)
    return draft.imported()


def _read_people(draft: Draft, folder: Path) -> dict[str, SourceRow]:
    people: dict[str, SourceRow] = {}
    for row in draft.open(folder / LINELIST, LINELIST_COLUMNS):
        person = row["id"]
        if person is None or person in people:
            draft.refuse(
                row, "duplicate-id" if person else "no-id", "a person needs an id of its own", "mend it", "id"
            )
            continue
        people[person] = row
        draft.add("people", person_id=person, sex=draft.word(row, "sex", SEX))
        _add_case(draft, row, person)
    return people


def _add_case(draft: Draft, row: SourceRow, person: str) -> None:
    confirmed_on = draft.day(row, "dt_diag")
    if confirmed_on is None:
        draft.refuse(row, "no-confirmation", "no day of confirmation: not a case", "fill it in", "dt_diag")
        return
    died_on = draft.day(row, "dt_death")
    if (row["outcome"] == "Dead") != (died_on is not None):
        what = f"the outcome is {row['outcome']}, the day of death {died_on or 'missing'}"
        draft.doubt(row, "outcome-without-date", what, "fill in the day, or correct the outcome", "dt_death")
    reported_on = draft.day(row, "dt_report")
    if reported_on and reported_on < confirmed_on:
        what = f"reported before the confirmation on {confirmed_on}: recorded on that day"
        draft.doubt(row, "recorded-too-early", what, "correct either date", "dt_report")
    draft.add_case(
        row,
        reported_on,
        case_id=person,
        person_id=person,
        confirmed_on=confirmed_on,
        classification="confirmed",
        origin=draft.word(row, "place_infect", ORIGIN) or "local",
        onset_on=draft.day(row, "dt_onset"),
        discharged_on=None,
        died_on=died_on,
        said_in={"onset_on": "dt_onset", "died_on": "dt_death"},
    )


def _exposed_on(draft: Draft, row: SourceRow) -> date | None:
    ended_on = draft.day(row, "dt_end_exp")
    if ended_on is not None:
        return ended_on
    known = [day for column in ("dt_onset", "dt_diag") if (day := draft.day(row, column))]
    if known:
        what = f"no day of exposure: taken as {min(known)}, the latest possible"
        draft.doubt(row, "exposure-undated", what, "fill in the day", "dt_end_exp")
    return min(known, default=None)


def _add_exposure(draft: Draft, row: SourceRow, exposed_on: date | None, source: str | None) -> None:
    if exposed_on is None:
        draft.refuse(
            row, "exposure-undated", "no day of exposure, onset or confirmation", "fill one in", "dt_end_exp"
        )
        return
    reported_on = draft.day(row, "dt_report")
    draft.add(
        "events",
        event_id=f"exposure-{row['id']}-{source or 'unnamed'}",
        person_id=row["id"],
        kind="exposed_to_case",
        occurred_on=exposed_on,
        case_id=source,
        recorded_at=midnight(max(exposed_on, reported_on or exposed_on)),
    )
