"""Go.Data's files, columns and words, what they become under the contracts, and what was assumed."""

from __future__ import annotations

from datetime import timedelta

CASES, CONTACTS = "cases_clean.csv", "contacts_clean.csv"
RELATIONSHIPS, FOLLOW_UPS, LABORATORY = "relationships_clean.csv", "followups_clean.csv", "lab_results_clean.csv"

LEVELS = range(4)
PLACE_PARTS = ("location_id", "name", "code", "parent_location_id", "lat", "long")
PERSON_COLUMNS = (
    "uuid", "gender", "pregnancy_status", "date_of_data_entry", "date_of_last_contact", "location_id",
    *(f"admin_{level}_{part}" for level in LEVELS for part in PLACE_PARTS),
)  # fmt: skip
CASE_COLUMNS = (
    *PERSON_COLUMNS, "case_id", "classification", "outcome_id", "date_of_reporting", "date_of_onset",
    "date_of_outcome", "date_become_case", "isolation_enddate", "hospitalization_enddate",
)  # fmt: skip
CONTACT_COLUMNS = (*PERSON_COLUMNS, "contact_id")
RELATIONSHIP_COLUMNS = (
    "uuid", "source_uuid", "source_visualid", "target_uuid", "target_visualid", "date_of_last_contact",
    "date_of_data_entry", "is_contact_date_estimated",
)  # fmt: skip
FOLLOW_UP_COLUMNS = (
    "uuid", "contact_uuid", "followup_status", "followup_number", "date_of_followup", "date_of_data_entry",
)  # fmt: skip
LABORATORY_COLUMNS = ("id", "personId", "dateSampleTaken", "createdAt", "testType", "result", "deleted")

SEX = {"MALE": "male", "FEMALE": "female"}
TRAITS = {
    "NOT_PREGNANT": "",
    "NONE": "",
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
LNG = "LNG_REFERENCE_DATA_CATEGORY_"
RESULT = {
    f"{LNG}LAB_TEST_RESULT_POSITIVE": "positive",
    f"{LNG}LAB_TEST_RESULT_NEGATIVE": "negative",
    f"{LNG}LAB_TEST_RESULT_INCONCLUSIVE": "inconclusive",
}
METHOD = {f"{LNG}TYPE_OF_LAB_TEST_RT_PCR": "pcr"}
OLDEST_SAMPLE = timedelta(days=365)

ASSUMED = [
    "`recorded_at` is 00:00 UTC of the day of data entry (the export gives no hour). Where a fact is dated "
    "after its own data entry, it is 00:00 UTC of the day of the fact; each is reported as after-entry.",
    "The export has no day of confirmation: `confirmed_on` is `date_become_case` of a former contact, else "
    "`date_of_reporting`.",
    "A case recovered on `date_of_outcome` is discharged then; one that is neither recovered nor dead is "
    "discharged at the end of its stay in isolation or hospital. A discharge before `confirmed_on` is not "
    "used; a death before it is kept.",
    "An exposure is the last contact of a relationship, whoever of the cases its source is (confirmed or not); "
    "`case_id` is filled only where the source is imported as a case.",
    "`date_of_last_contact` of a contact is an exposure too, where no relationship has that date; that of a "
    "case is not imported: the export does not say with whom it was.",
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
WINDOWS_AS_EXPOSURES = (
    "Go.Data numbers follow-ups from the day after the last contact. Where no contact of that day is in the "
    "export, one is imported (asked for): contacts were moved after the visits, and the visits are judged by what "
    "held then."
)
