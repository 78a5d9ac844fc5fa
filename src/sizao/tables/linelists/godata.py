"""Imports an export of WHO Go.Data: contacts, relationships, cases, follow-ups and laboratory results."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from datetime import date, timedelta
from pathlib import Path

from sizao.tables.linelists.draft import Draft, Imported, midnight
from sizao.tables.linelists.source import SourceRow

CASES, CONTACTS = "cases_clean.csv", "contacts_clean.csv"
RELATIONSHIPS, FOLLOW_UPS, LABORATORY = "relationships_clean.csv", "followups_clean.csv", "lab_results_clean.csv"

LEVELS = range(4)
PERSON_COLUMNS = (
    "uuid", "gender", "pregnancy_status", "date_of_data_entry", "date_of_last_contact", "location_id",
    *(f"admin_{level}_{part}" for level in LEVELS for part in ("location_id", "name", "code", "parent_location_id", "lat", "long")),
)  # fmt: skip
CASE_COLUMNS = (
    *PERSON_COLUMNS, "case_id", "classification", "outcome_id", "date_of_reporting", "date_of_onset", "date_of_outcome",
    "date_become_case", "isolation_enddate", "hospitalization_enddate",
)  # fmt: skip
CONTACT_COLUMNS = (*PERSON_COLUMNS, "contact_id")
RELATIONSHIP_COLUMNS = (
    "uuid", "source_uuid", "source_visualid", "target_uuid", "target_visualid", "date_of_last_contact",
    "date_of_data_entry", "is_contact_date_estimated",
)  # fmt: skip
FOLLOW_UP_COLUMNS = (
    "uuid",
    "contact_uuid",
    "contact_id",
    "followup_status",
    "date_of_followup",
    "date_of_data_entry",
)
LABORATORY_COLUMNS = ("id", "personId", "dateSampleTaken", "createdAt", "testType", "result", "deleted")

SEX = {"MALE": "male", "FEMALE": "female"}
TRAITS = {
    "NOT_PREGNANT": "",
    "YES_FIRST_TRIMESTER": "pregnant",
    "YES_SECOND_TRIMESTER": "pregnant",
    "YES_THIRD_TRIMESTER": "pregnant",
    "YES_TRIMESTER_UNKNOWN": "pregnant",
}
OUTCOME_OF_VISIT = {
    "SEEN_OK": "seen_ok",
    "SEEN_NOT_OK": "seen_symptomatic",
    "MISSED": "missed",
    "NOT_ATTEMPTED": "not_attempted",
    "NOT_PERFORMED": "not_attempted",
}
_LNG = "LNG_REFERENCE_DATA_CATEGORY_"
RESULT = {
    f"{_LNG}LAB_TEST_RESULT_POSITIVE": "positive",
    f"{_LNG}LAB_TEST_RESULT_NEGATIVE": "negative",
    f"{_LNG}LAB_TEST_RESULT_INCONCLUSIVE": "inconclusive",
}
METHOD = {f"{_LNG}TYPE_OF_LAB_TEST_RT_PCR": "pcr"}
OLDEST_SAMPLE = timedelta(days=365)

ASSUMED = [
    "`recorded_at` is 00:00 UTC of the day of data entry (the export gives no hour). Where a fact is dated after its "
    "own data entry, it is 00:00 UTC of the day of the fact; each is reported as after-entry.",
    "The export has no day of confirmation: `confirmed_on` is `date_become_case` of a former contact, else "
    "`date_of_reporting`.",
    "A case recovered on `date_of_outcome` is discharged then; one that is neither recovered nor dead is discharged at "
    "the end of its stay in isolation or hospital. A discharge before `confirmed_on` is not used; a death before it is "
    "dated on that day.",
    "An exposure is the last contact of a relationship, whoever of the cases its source is (confirmed or not); "
    "`case_id` is filled only where the source is imported as a case.",
    "`date_of_last_contact` of a contact is an exposure too, where no relationship has that date; that of a case is not "
    "imported: the export does not say with whom it was.",
    "NOT_PERFORMED is what Go.Data gives to a planned visit on which nothing was entered: read as not attempted.",
    "A laboratory result left blank is read as pending, a test type left blank as not_stated.",
    "Every case is local: the export does not say where people were infected.",
    "An id is the visual id of Go.Data; where that is blank or given twice, the head of the uuid is added.",
    "Not imported: names, telephone, e-mail, addresses and coordinates of homes, age, occupation, risk level, "
    "`contact_status`, the follow-up window (`date_of_followup_start` and `_end`), exposure type, teams.",
]
PROBABLE_AS_CASES = (
    "Probable cases are imported as cases (asked for) and classed confirmed: the contract has no other class."
)


Exposed = defaultdict[tuple[str, date], set[str]]
"""The sources that each person had contact with on each day."""


def read_godata(folder: Path, include: Collection[str] = ()) -> Imported:
    """People, places, cases, exposures, follow-ups and tests of one export.

    Cases are those classified CONFIRMED, with "probable" in `include` also PROBABLE; the others stay people and are
    reported. Raises the SizaoErrors of `read_rows`.
    """
    draft = Draft(["people", "places", "cases", "events", "follow_ups", "tests"])
    draft.assumed += ASSUMED
    classes = {"CONFIRMED"}
    if "probable" in include:
        classes.add("PROBABLE")
        draft.assumed.append(PROBABLE_AS_CASES)
    cases, contacts = draft.open(folder / CASES, CASE_COLUMNS), draft.open(folder / CONTACTS, CONTACT_COLUMNS)
    ids = _name_people(draft, cases, contacts)
    _add_places(draft, [*cases, *contacts])
    _add_people(draft, [*cases, *contacts], ids)
    imported = {row["uuid"] for row in cases if _add_case(draft, row, ids, classes)}
    discarded = {row["uuid"] for row in cases if (row["classification"] or "").startswith("NOT_A_CASE")}
    exposed: Exposed = defaultdict(set)
    for row in draft.open(folder / RELATIONSHIPS, RELATIONSHIP_COLUMNS):
        _add_relationship(draft, row, ids, imported, discarded, exposed)
    for row in contacts:
        _add_last_contact(draft, row, ids, exposed)
    for row in draft.open(folder / FOLLOW_UPS, FOLLOW_UP_COLUMNS):
        _add_follow_up(draft, row, ids)
    for row in draft.open(folder / LABORATORY, LABORATORY_COLUMNS):
        _add_test(draft, row, ids)
    return draft.imported()


def _name_people(draft: Draft, cases: list[SourceRow], contacts: list[SourceRow]) -> dict[str, str]:
    """The id of each person by uuid. A contact who became a case has one uuid in both files."""
    visual: dict[str, str] = {}
    rows: dict[str, SourceRow] = {}
    for row, column in [*((row, "case_id") for row in cases), *((row, "contact_id") for row in contacts)]:
        uuid = row["uuid"]
        if uuid is None:
            draft.refuse(row, "no-id", "a person needs a uuid", "export the list anew", "uuid")
        elif uuid not in visual:
            visual[uuid], rows[uuid] = row[column] or "", row
    given = Counter(visual.values())
    ids = {}
    for uuid, name in visual.items():
        if name and given[name] == 1:
            ids[uuid] = name
            continue
        ids[uuid] = f"{name or 'PERSON'}-{uuid[:8]}"
        column = "case_id" if "case_id" in rows[uuid].cells else "contact_id"
        what = f"{'given to several people' if name else 'no visual id'}: called {ids[uuid]}"
        draft.doubt(rows[uuid], "visual-id", what, "give everybody a visual id of their own", column)
    return ids


def _add_places(draft: Draft, rows: Iterable[SourceRow]) -> None:
    added = set()
    for row in rows:
        for level in LEVELS:
            place = row[f"admin_{level}_location_id"]
            if place is None or place in added:
                continue
            added.add(place)
            draft.add(
                "places",
                place_id=place,
                parent_id=row[f"admin_{level}_parent_location_id"],
                kind=f"admin_{level}",
                name=row[f"admin_{level}_name"] or place,
                code=row[f"admin_{level}_code"],
                lat=draft.number(row, f"admin_{level}_lat"),
                lon=draft.number(row, f"admin_{level}_long"),
            )


def _add_people(draft: Draft, rows: Iterable[SourceRow], ids: dict[str, str]) -> None:
    places = {place["place_id"] for place in draft.rows["places"]}
    added = set()
    for row in rows:
        person = ids.get(row["uuid"] or "")
        if person is None or person in added:
            continue
        added.add(person)
        home = row["location_id"]
        if home is not None and home not in places:
            draft.refuse(row, "unknown-place", "no location of this name", "export the locations", "location_id")
            home = None
        traits = draft.word(row, "pregnancy_status", TRAITS) or None
        draft.add("people", person_id=person, sex=draft.word(row, "gender", SEX), home_place_id=home, traits=traits)


def _add_case(draft: Draft, row: SourceRow, ids: dict[str, str], classes: Collection[str]) -> bool:
    """Adds a case of one of `classes`; says whether it did."""
    person = ids.get(row["uuid"] or "")
    if person is None:
        return False
    if row["classification"] not in classes:
        what = f"{person} is not confirmed: no case, but a person whose exposures count"
        todo = "correct the classification once it is"
        if row["classification"] == "PROBABLE":
            todo = "--include probable imports it"
        draft.refuse(row, "not-confirmed", what, todo, "classification")
        return False
    became = "date_become_case" if row["date_become_case"] else "date_of_reporting"
    confirmed_on = draft.date(row, became)
    if confirmed_on is None:
        draft.refuse(row, "no-confirmation", "no day of report: no case", "fill it in", became)
        return False
    entered_on = _entered(draft, row, confirmed_on, became)
    died = row["outcome_id"] == "DECEASED"
    ended = None if died else _discharge_column(row)
    if row["outcome_id"] in ("DECEASED", "RECOVERED") and not row["date_of_outcome"]:
        what = f"the outcome is {row['outcome_id']}, its day is missing"
        draft.doubt(row, "outcome-without-date", what, "fill in the day", "date_of_outcome")
    draft.add_case(
        row,
        entered_on,
        case_id=person,
        person_id=person,
        confirmed_on=confirmed_on,
        classification="confirmed",
        origin="local",
        onset_on=draft.date(row, "date_of_onset"),
        discharged_on=draft.date(row, ended) if ended else None,
        died_on=draft.date(row, "date_of_outcome") if died else None,
        said_in={
            "onset_on": "date_of_onset",
            "discharged_on": ended or "date_of_outcome",
            "died_on": "date_of_outcome",
        },
    )
    return True


def _discharge_column(row: SourceRow) -> str | None:
    """The column that says when a case that did not die was free again."""
    if row["outcome_id"] == "RECOVERED" and row["date_of_outcome"]:
        return "date_of_outcome"
    ends = [column for column in ("isolation_enddate", "hospitalization_enddate") if row[column]]
    return max(ends, key=lambda column: row[column] or "", default=None)


def _entered(draft: Draft, row: SourceRow, fact_on: date, column: str, entry: str = "date_of_data_entry") -> date:
    """The day that counts as the day of recording: the data entry, or the fact itself where that is later."""
    entered_on = draft.date(row, entry)
    if entered_on is None:
        draft.doubt(row, "no-entry", f"no day of data entry: taken as {fact_on}", "fill it in", entry)
        return fact_on
    if fact_on > entered_on:
        what = f"lies after its own data entry on {entered_on}"
        draft.doubt(row, "after-entry", what, "correct the date if it is wrong", column)
    return max(fact_on, entered_on)


def _add_relationship(
    draft: Draft,
    row: SourceRow,
    ids: dict[str, str],
    imported: Collection[str | None],
    discarded: Collection[str | None],
    exposed: Exposed,
) -> None:
    uuid = row["source_uuid"] or ""
    person, source = ids.get(row["target_uuid"] or ""), ids.get(uuid)
    exposed_on = draft.date(row, "date_of_last_contact")
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


def _add_last_contact(draft: Draft, row: SourceRow, ids: dict[str, str], exposed: Exposed) -> None:
    person, exposed_on = ids.get(row["uuid"] or ""), draft.date(row, "date_of_last_contact")
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
        recorded_at=midnight(_entered(draft, row, exposed_on, "date_of_last_contact")),
    )


def _add_follow_up(draft: Draft, row: SourceRow, ids: dict[str, str]) -> None:
    person, day = ids.get(row["contact_uuid"] or ""), draft.date(row, "date_of_followup")
    outcome = draft.word(row, "followup_status", OUTCOME_OF_VISIT)
    if person is None:
        draft.refuse(row, "unknown-person", "nobody in the export", "export all contacts", "contact_uuid")
    elif day is None:
        draft.refuse(row, "no-date", "no day of follow-up", "fill it in", "date_of_followup")
    elif outcome is None:
        draft.refuse(row, "no-outcome", "no outcome that can be read", "fill it in", "followup_status")
    else:
        recorded_at = midnight(_entered(draft, row, day, "date_of_followup"))
        draft.add(
            "follow_ups",
            follow_up_id=row["uuid"],
            person_id=person,
            occurred_on=day,
            outcome=outcome,
            recorded_at=recorded_at,
        )


def _add_test(draft: Draft, row: SourceRow, ids: dict[str, str]) -> None:
    person, day = ids.get(row["personId"] or ""), draft.date(row, "dateSampleTaken")
    entered_on = draft.date(row, "createdAt")
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
            recorded_at=midnight(_entered(draft, row, day, "dateSampleTaken", "createdAt")),
        )
