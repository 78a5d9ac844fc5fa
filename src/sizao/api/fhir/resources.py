"""One record as a FHIR R4 resource: a person as Patient, a case as Condition, a test or a contact as Observation.

A contact is an Observation, as in the guides that carry contact tracing over R4: "Exposure Contact Information" of
the US electronic case reporting, "Known Exposure" of the Logica COVID-19 library and of the German GECCO data set,
and "Infectious Contact" of HL7 Europe. R4 has no resource of its own for it; an Encounter or a Condition would say
that care was given, or that something is wrong with whoever was merely near.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Mapping
from typing import Any

from sizao.words import read_yaml

Row = Mapping[str, Any]
Resource = dict[str, Any]
ID = re.compile(r"[A-Za-z0-9.-]{1,64}")
SYSTEM = "urn:sizao:"
"""Before the name of a column: whose identifier a value is."""


def patient(row: Row, *, kept: str | None = None) -> Resource:
    """A person: `birth_date`, `sex`, and name, phone and number where the row has them.

    `kept`: who this record was merged into, where the reader may know of them; then it is not active.
    """
    found = _resource("Patient", "person_id", row)
    found["active"] = row["same_as"] is None
    if row.get("number"):
        found["identifier"].append({"use": "official", "value": row["number"]})
    if row.get("name"):
        found["name"] = [{"text": row["name"]}]
    if row.get("phone"):
        found["telecom"] = [{"system": "phone", "value": row["phone"]}]
    if row["sex"]:
        found["gender"] = _codes()["genders"].get(row["sex"], "other")
    if row["birth_date"]:
        found["birthDate"] = row["birth_date"].isoformat()
    if kept:
        found["link"] = [{"other": _to("Patient", kept), "type": "replaced-by"}]
    return found


def condition(row: Row) -> Resource:
    """A case, with what it is called, since when it is ill and confirmed, and whether it is over."""
    codes = _codes()
    found = _resource("Condition", "case_id", row)
    over = row["died_on"] or row["discharged_on"]
    status = "inactive" if row["died_on"] else "resolved" if over else "active"
    found["clinicalStatus"] = {"coding": [{"system": codes["clinical_status"], "code": status}]}
    found["verificationStatus"] = {"coding": [{"system": codes["verification_status"], "code": "confirmed"}]}
    found["code"] = {"coding": codes["classifications"][row["classification"]], "text": row["classification"]}
    if row["severity"]:
        found["severity"] = _concept(codes["severities"].get(row["severity"]), row["severity"])
    found["subject"] = _to("Patient", row["person_id"])
    if row["onset_on"]:
        found["onsetDateTime"] = row["onset_on"].isoformat()
    if over:
        found["abatementDateTime"] = over.isoformat()
    found["recordedDate"] = _instant(row["recorded_at"])
    found["extension"] = [{"url": codes["asserted"], "valueDateTime": row["confirmed_on"].isoformat()}]
    return found


def test(row: Row) -> Resource:
    """A sample; without a result yet it is `registered` and has no value."""
    codes = _codes()
    found = _resource("Observation", "test_id", row)
    known = row["result"] != "pending"
    found["status"] = "final" if known else "registered"
    found["category"] = [{"coding": codes["categories"]["laboratory"]}]
    found["code"] = _concept(codes["methods"].get(row["method"]), row["method"])
    found["subject"] = _to("Patient", row["person_id"])
    found["effectiveDateTime"] = row["sampled_on"].isoformat()
    if known:
        found["issued"] = _instant(row["recorded_at"])
        found["valueCodeableConcept"] = _concept(codes["results"].get(row["result"]), row["result"])
    if row["ct"] is not None:
        value = {"value": row["ct"] / 100, "unit": "Ct"}
        found["component"] = [{"code": _concept(codes["ct"], "Ct"), "valueQuantity": value}]
    if row["tube_id"]:
        found["specimen"] = {"identifier": {"system": SYSTEM + "tube_id", "value": row["tube_id"]}}
    return found


def exposure(row: Row) -> Resource:
    """An event by which somebody became a contact; `focus` names the case, who may lie outside the reader's area."""
    codes = _codes()
    found = _resource("Observation", "event_id", row)
    found["status"] = "final"
    found["category"] = [{"coding": [coding]} for coding in codes["categories"]["exposure"]]
    found["code"] = _concept(codes["exposure"], row["kind"])
    found["subject"] = _to("Patient", row["person_id"])
    if row["case_id"]:
        found["focus"] = [
            {"type": "Condition", "identifier": {"system": SYSTEM + "case_id", "value": row["case_id"]}}
        ]
    found["effectiveDateTime"] = row["occurred_on"].isoformat()
    found["issued"] = _instant(row["recorded_at"])
    found["valueCodeableConcept"] = _concept(codes["organism"], codes["organism"]["display"])
    return found


def id_of(name: str) -> str:
    """An id that FHIR allows: ours, or a hash of it where it has other letters (the identifier has ours)."""
    return name if ID.fullmatch(name) else "x-" + hashlib.sha256(name.encode()).hexdigest()[:40]


def _resource(kind: str, key: str, row: Row) -> Resource:
    name = row[key]
    meta: Resource = {}
    if "version" in row:
        meta["versionId"] = str(row["version"])
    if "recorded_at" in row:
        meta["lastUpdated"] = _instant(row["recorded_at"])
    found: Resource = {"resourceType": kind, "id": id_of(name)}
    if meta:
        found["meta"] = meta
    return found | {"identifier": [{"system": SYSTEM + key, "value": name}]}


def _to(kind: str, name: str) -> Resource:
    return {"reference": f"{kind}/{id_of(name)}"}


def _concept(coding: Mapping[str, str] | None, text: str) -> Resource:
    return ({"coding": [dict(coding)]} if coding else {}) | {"text": text}


def _instant(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _codes() -> Any:
    return read_yaml("sizao.api.fhir", "codes.yaml")
