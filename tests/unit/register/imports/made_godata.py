"""A made-up Go.Data export of one case and one contact."""

from __future__ import annotations

from sizao.tables.linelists.godata import words

PERSON = {"gender": "FEMALE", "date_of_data_entry": "2020-06-08", "location_id": "L1", "admin_0_location_id": "L1"}
TOWN = {"admin_0_name": "Town", "admin_0_lat": "1", "admin_0_long": "2"}
POSITIVE = f"{words.LNG}LAB_TEST_RESULT_POSITIVE"


def _file(columns: tuple[str, ...], **row: str) -> str:
    names = [*columns, *(name for name in row if name not in columns)]
    return f"{','.join(names)}\n{','.join(row.get(name, '') for name in names)}\n"


GODATA = {
    words.CASES: _file(
        words.CASE_COLUMNS,
        uuid="u1",
        case_id="CASE-1",
        classification="CONFIRMED",
        date_of_reporting="2020-06-01",
        firstName="Awa",
        lastName="Ba",
        **PERSON,
        **TOWN,
    ),
    words.CONTACTS: _file(
        words.CONTACT_COLUMNS, uuid="u2", contact_id="CONTACT-1", firstName="Ali", telephone="555", **PERSON, **TOWN
    ),
    words.RELATIONSHIPS: _file(
        words.RELATIONSHIP_COLUMNS,
        uuid="r1",
        source_uuid="u1",
        target_uuid="u2",
        date_of_last_contact="2020-06-02",
        date_of_data_entry="2020-06-08",
    ),
    words.FOLLOW_UPS: _file(
        words.FOLLOW_UP_COLUMNS,
        uuid="f1",
        contact_uuid="u2",
        followup_status="SEEN_OK",
        followup_number="1",
        date_of_followup="2020-06-03",
        date_of_data_entry="2020-06-08",
    ),
    words.LABORATORY: _file(
        words.LABORATORY_COLUMNS,
        id="t1",
        personId="u1",
        dateSampleTaken="2020-06-01T00:00:00.000Z",
        createdAt="2020-06-08T00:00:00.000Z",
        result=POSITIVE,
    ),
}
