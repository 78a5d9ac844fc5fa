"""Records samples and results; a result that comes later is a new version of the test."""

from __future__ import annotations

import datetime as dt

from sizao.register.access import Access
from sizao.register.actions.find import find_fact, find_person
from sizao.register.actions.versions import add_first, add_next
from sizao.register.ids import new_id
from sizao.register.models import Test


def record_test(
    *,
    by: Access,
    person_id: str,
    sampled_on: dt.date,
    method: str = "pcr",
    result: str = "pending",
    ct: int | None = None,
    tube_id: str | None = None,
) -> Test:
    """Records a sample of a person (`ct` in hundredths). SizaoError `not-allowed`, `not-found`, `invalid`."""
    person = find_person(person_id, by, "record_tests")
    test = Test(
        test_id=new_id("t"),
        person=person,
        sampled_on=sampled_on,
        method=method,
        result=result,
        ct=ct,
        tube_id=tube_id or None,
    )
    return add_first("record_test", by, test)


def record_result(*, by: Access, test_id: str, version: int, result: str, ct: int | None = None) -> Test:
    """The result of a test on record, as seen in `version`. SizaoError `changed-meanwhile` and as above."""
    return add_next("record_result", by, _find(test_id, by), version, result=result, ct=ct)


def withdraw_test(*, by: Access, test_id: str, version: int) -> Test:
    """The test was never taken, or was somebody else's. SizaoError as `record_result`."""
    return add_next("withdraw_test", by, _find(test_id, by), version, withdrawn=True)


def _find(test_id: str, by: Access) -> Test:
    return find_fact(Test, test_id, by, "record_tests")
