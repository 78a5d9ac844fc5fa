"""Imports COVID-19 patients in South Korea, 2020 (DS4C): who was confirmed when, and infected by whom."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from re import Pattern

from sizao.errors import SizaoError
from sizao.tables.linelists.draft import Draft, Imported, midnight
from sizao.tables.linelists.source import ISO, MONTH_FIRST, SourceRow, to_date

PATIENTS = "PatientInfo*.csv"
REGIONS = "Region.csv"
PATIENT_COLUMNS = (
    "patient_id", "sex", "infection_case", "infected_by", "symptom_onset_date", "confirmed_date", "released_date",
    "deceased_date", "state",
)  # fmt: skip
REGION_COLUMNS = ("code", "Province ID", "city", "latitude", "longitude")

COUNTRY = "80000"
SEX = {"male": "male", "female": "female"}
IMPORTED = "overseas inflow"
END_OF_STATE = {"released": "released_date", "deceased": "deceased_date"}

ASSUMED = [
    "Everybody with a `confirmed_date` is a confirmed case; where none is given the person is imported without "
    "a case.",
    "`recorded_at` is 00:00 UTC of `confirmed_date`, for a release or death 00:00 UTC of its own day, for an "
    "exposure that of the exposed person's confirmation: the list has no day of entry and holds only contacts "
    "who fell ill, so it cannot say whom the authorities followed before.",
    "The list says who infected whom but not when. An exposure is dated on the latest day possible: the "
    "infector's confirmation (isolated from then on), or the exposed person's own onset or confirmation where "
    "that came first.",
    "Where several infectors are named, the person was exposed to each.",
    "`infection_case` 'overseas inflow' is an imported case, everything else a local one. No arrival is "
    "imported: its day is not given.",
    "A death before confirmation is kept: some are confirmed after death, and are under no measure.",
    "Home is the city or, where that is not known, the province; places come from Region.csv.",
    "Not imported: age, birth year, country, number of contacts, and the visits of PatientRoute.csv (a visit "
    "under the contract has an hour of arrival and of leaving, the list has neither).",
]


def read_korea_ds4c(folder: Path, file: str | None = None) -> Imported:
    """People with the region they live in, cases, and one `exposed_to_case` for each infector named.

    `file` names the list of patients where the folder holds several; without it the last by name is read. Raises
    the SizaoErrors of `read_rows`, and `dates-undecided` where the order of day and month cannot be told.
    """
    draft = Draft(["people", "places", "cases", "events"])
    draft.assumed += ASSUMED
    regions = _read_regions(draft, folder)
    found = sorted(path.name for path in folder.glob(PATIENTS))
    name = file or (found[-1] if found else PATIENTS)
    rows = draft.open(folder / name, PATIENT_COLUMNS)
    if others := [other for other in found if other != name]:
        draft.assumed.append(f"Read {name}; not read: {', '.join(others)} (an edition of the same list).")
    pattern = _date_order(rows, name)
    if pattern is MONTH_FIRST:
        draft.assumed.append(f"Dates of {name} are month/day/year: no month is above 12, some days are.")
    patients: dict[str, SourceRow] = {}
    for row in rows:
        patient = row["patient_id"]
        if patient is None or patient in patients:
            what = "this patient stands above already" if patient else "a patient needs an id"
            draft.refuse(row, "duplicate-id" if patient else "no-id", what, "keep one row a patient", "patient_id")
            continue
        patients[patient] = row
        home = regions.find(draft, row)
        draft.add("people", person_id=patient, sex=draft.word(row, "sex", SEX), home_place_id=home)
        _add_case(draft, row, patient, pattern)
    cases = {str(case["case_id"]) for case in draft.rows["cases"]}
    for patient, row in patients.items():
        _add_exposures(draft, row, patient, patients, cases, pattern)
    return draft.imported()


class Regions:
    """The cities and provinces of Region.csv, by code and by name."""

    def __init__(self) -> None:
        self.codes: set[str] = set()
        self.named: dict[tuple[str, str], str] = {}
        self.provinces: dict[str, str] = {}

    def find(self, draft: Draft, row: SourceRow) -> str | None:
        """The place where a patient lives: by `Code` (final list) or by `province` and `city` (earlier ones)."""
        if "Code" in row.cells:
            code = row["Code"]
            if code not in self.codes:
                draft.doubt(row, "unknown-home", "no region has this code: no home", "correct the code", "Code")
                return None
            return code
        province, city = row["province"] or "", row["city"] or ""
        code = self.named.get((province, city)) or self.provinces.get(province)
        if (province, city) not in self.named:
            what = f"no such city in {province}: the home is {'the province' if code else 'not known'}"
            draft.doubt(row, "unknown-home", what, "use a name of Region.csv", "city")
        return code


def _read_regions(draft: Draft, folder: Path) -> Regions:
    """Codes that end in 000 are provinces, but for COUNTRY."""
    regions = Regions()
    rows = draft.open(folder / REGIONS, REGION_COLUMNS)
    province_of = {row["Province ID"]: row for row in rows if (row["code"] or "").endswith("000")}
    for row in rows:
        code, name = row["code"], row["city"]
        province = province_of.get(row["Province ID"])
        if code is None or name is None or province is None:
            draft.refuse(row, "bad-region", "no code, name or province", "fill it in", "code")
            continue
        whole = row is province
        regions.codes.add(code)
        regions.named[province["city"] or "", name] = code
        if whole:
            regions.provinces[name] = code
        draft.add(
            "places",
            place_id=code,
            parent_id=province["code"] if not whole else None if code == COUNTRY else COUNTRY,
            kind="city" if not whole else "country" if code == COUNTRY else "province",
            name=name,
            code=code,
            lat=draft.number(row, "latitude"),
            lon=draft.number(row, "longitude"),
        )
    return regions


def _date_order(rows: list[SourceRow], file: str) -> Pattern[str]:
    """Whether the days of confirmation are 2020-02-21 or 2/21/2020; a list of 2/3/2020 alone could be either."""
    cells = [cell for row in rows if (cell := row["confirmed_date"])]
    for pattern in (ISO, MONTH_FIRST):
        matched = [found for cell in cells if (found := pattern.fullmatch(cell))]
        read = [cell for cell in cells if to_date(cell, pattern)]
        if len(read) * 2 > len(cells) and (pattern is ISO or any(int(found["day"]) > 12 for found in matched)):
            return pattern
    raise SizaoError(
        "dates-undecided",
        "the order of day and month cannot be told from `confirmed_date`",
        where=file,
        todo="write dates as 2020-02-21",
    )


def _add_case(draft: Draft, row: SourceRow, patient: str, pattern: Pattern[str]) -> None:
    confirmed_on = draft.day(row, "confirmed_date", pattern)
    if confirmed_on is None:
        draft.refuse(row, "no-confirmation", "no day of confirmation: not a case", "fill it in", "confirmed_date")
        return
    state = row["state"]
    for of, column in END_OF_STATE.items():
        if (state == of) != (row[column] is not None):
            what = f"the state is {state}, {column} is {row[column] or 'missing'}"
            draft.doubt(row, "outcome-without-date", what, "fill in the day, or correct the state", column)
    draft.add_case(
        row,
        None,
        case_id=patient,
        person_id=patient,
        confirmed_on=confirmed_on,
        classification="confirmed",
        origin="imported" if row["infection_case"] == IMPORTED else "local",
        onset_on=draft.day(row, "symptom_onset_date", pattern),
        discharged_on=draft.day(row, "released_date", pattern),
        died_on=draft.day(row, "deceased_date", pattern),
        said_in={
            "onset_on": "symptom_onset_date",
            "discharged_on": "released_date",
            "died_on": "deceased_date",
        },
    )


def _add_exposures(
    draft: Draft,
    row: SourceRow,
    patient: str,
    patients: Mapping[str, SourceRow],
    cases: set[str],
    pattern: Pattern[str],
) -> None:
    own = [day for column in ("symptom_onset_date", "confirmed_date") if (day := _day(row, column, pattern))]
    confirmed_on = _day(row, "confirmed_date", pattern)
    for infector in (row["infected_by"] or "").replace(" ", "").split(","):
        if not infector:
            continue
        if infector == patient:
            draft.refuse(row, "own-infector", "nobody infects themselves", "name the infector", "infected_by")
            continue
        if infector not in patients:
            what = f"{infector} is not in the list: no day can be given to the exposure"
            draft.refuse(row, "unknown-person", what, "add the infector, or correct the id", "infected_by")
            continue
        isolated_on = _day(patients[infector], "confirmed_date", pattern)
        exposed_on = min([*own, *([isolated_on] if isolated_on else [])], default=None)
        if exposed_on is None:
            what = f"no day for the exposure: neither {patient} nor {infector} has any"
            draft.refuse(row, "exposure-undated", what, "fill in a confirmation", "infected_by")
            continue
        draft.add(
            "events",
            event_id=f"exposure-{patient}-{infector}",
            person_id=patient,
            kind="exposed_to_case",
            occurred_on=exposed_on,
            case_id=infector if infector in cases else None,
            recorded_at=midnight(max(exposed_on, confirmed_on or exposed_on)),
        )


def _day(row: SourceRow, column: str, pattern: Pattern[str]) -> date | None:
    cell = row[column]
    return to_date(cell, pattern) if cell else None
