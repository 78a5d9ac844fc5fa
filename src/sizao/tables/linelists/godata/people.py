"""Who is in a Go.Data export: people, the places they live in, and the cases among them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable

from sizao.tables.linelists.draft import Draft
from sizao.tables.linelists.godata.entry import entered
from sizao.tables.linelists.godata.words import LEVELS, SEX, TRAITS
from sizao.tables.linelists.source import SourceRow


def name_people(draft: Draft, cases: list[SourceRow], contacts: list[SourceRow]) -> dict[str, str]:
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


def add_places(draft: Draft, rows: Iterable[SourceRow]) -> None:
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


def add_people(draft: Draft, rows: Iterable[SourceRow], ids: dict[str, str]) -> None:
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


def add_case(draft: Draft, row: SourceRow, ids: dict[str, str], classes: Collection[str]) -> bool:
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
    confirmed_on = draft.day(row, became)
    if confirmed_on is None:
        draft.refuse(row, "no-confirmation", "no day of report: no case", "fill it in", became)
        return False
    entered_on = entered(draft, row, confirmed_on, became)
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
        onset_on=draft.day(row, "date_of_onset"),
        discharged_on=draft.day(row, ended) if ended else None,
        died_on=draft.day(row, "date_of_outcome") if died else None,
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
