"""Reads an export of WHO Go.Data: contacts, relationships, cases, follow-ups and laboratory results."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from pathlib import Path

from sizao.tables.linelists.draft import Draft, Imported
from sizao.tables.linelists.godata import words
from sizao.tables.linelists.godata.contacts import (
    Exposed,
    add_follow_up,
    add_last_contact,
    add_relationship,
    add_test,
)
from sizao.tables.linelists.godata.people import add_case, add_people, add_places, name_people


def read_godata(folder: Path, include: Collection[str] = ()) -> Imported:
    """People, places, cases, exposures, follow-ups and tests of one export.

    Cases are those classified CONFIRMED, with "probable" in `include` also PROBABLE; the others stay people and are
    reported. With "windows" in `include`, the contact that follow-ups were numbered from is an exposure, also where
    the export has no such contact (any more). Raises the SizaoErrors of `read_rows`.
    """
    draft = Draft(["people", "places", "cases", "events", "follow_ups", "tests"])
    draft.assumed += words.ASSUMED
    classes = {"CONFIRMED"}
    if "probable" in include:
        classes.add("PROBABLE")
        draft.assumed.append(words.PROBABLE_AS_CASES)
    if "windows" in include:
        draft.assumed.append(words.WINDOWS_AS_EXPOSURES)
    cases = draft.open(folder / words.CASES, words.CASE_COLUMNS)
    contacts = draft.open(folder / words.CONTACTS, words.CONTACT_COLUMNS)
    ids = name_people(draft, cases, contacts)
    add_places(draft, [*cases, *contacts])
    add_people(draft, [*cases, *contacts], ids)
    imported = {row["uuid"] for row in cases if add_case(draft, row, ids, classes)}
    discarded = {row["uuid"] for row in cases if (row["classification"] or "").startswith("NOT_A_CASE")}
    exposed: Exposed = defaultdict(set)
    for row in draft.open(folder / words.RELATIONSHIPS, words.RELATIONSHIP_COLUMNS):
        add_relationship(draft, row, ids, imported, discarded, exposed)
    for row in contacts:
        add_last_contact(draft, row, ids, exposed)
    for row in draft.open(folder / words.FOLLOW_UPS, words.FOLLOW_UP_COLUMNS):
        add_follow_up(draft, row, ids, exposed, windows="windows" in include)
    for row in draft.open(folder / words.LABORATORY, words.LABORATORY_COLUMNS):
        add_test(draft, row, ids)
    return draft.imported()
