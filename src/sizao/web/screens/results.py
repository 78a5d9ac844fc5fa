"""The result of many samples at once: which ones and how many, which are left out and why; then told one by one."""

from __future__ import annotations

import dataclasses
import re
import secrets
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse

from sizao.register.access import Access
from sizao.register.actions.many import record_results
from sizao.register.models import Test
from sizao.register.reads import log_people
from sizao.web.forms.build import KEY
from sizao.web.needs import needs
from sizao.web.say import say
from sizao.web.screens.many_done import Outcome, given_of, go, reports, sent_before, show_first, why_refused
from sizao.web.screens.ticked import MOST, came_from, tests_seen, ticked_tests
from sizao.web.screens.work import people_of

RESULTS = ("negative", "positive", "inconclusive")
VERSION = re.compile(r"[0-9]{1,9}")


@needs("record_tests", methods=("GET", "POST"))
def results_do(request: Any) -> HttpResponse:
    """First the page that says of which samples it would be recorded; sent from there with its key, it is done."""
    access, given = request.access, given_of(request) or QueryDict()
    back, came = came_from(access, given, of="tests")
    how = given.get("how", "") if given.get("how") in RESULTS else ""
    key = request.POST.get("key", "")
    if how and KEY.fullmatch(key):
        return sent_before(request) or _record(request, how, key, back)
    ids = ticked_tests(access, given)
    if request.method == "POST" and not ids:
        messages.warning(request, say("results_choose"))
        return HttpResponseRedirect(back, status=303)
    if request.method == "POST":
        return show_first(request)
    seen = tests_seen(access, ids)
    _log(access, "do=result", seen, ids)
    why = left_out(access, seen)
    rows = _tell(access, seen)
    told = {
        "how": how,
        "choices": [(name, say().word("results", name)) for name in RESULTS],
        "rows": [row for row in rows if row["test"].test_id not in why],
        "out": [row | {"why": why[row["test"].test_id]} for row in rows if row["test"].test_id in why],
        "hidden": len(ids) - len(seen),
        "back": back,
        "came": came,
        "key": secrets.token_hex(16),
    }
    return render(request, "work/results.html", told)


def left_out(access: Access, tests: Sequence[Test]) -> dict[str, str]:
    """Of which samples it is not recorded, and why."""
    people = people_of(access, [test.person_id for test in tests])
    theirs = {person.pk for person in people if access.can_person("record_tests", person)}
    found = {}
    for test in tests:
        if test.person_id not in theirs:
            found[test.test_id] = say("work_out_not_yours")
        elif test.withdrawn:
            found[test.test_id] = say("results_out_withdrawn")
        elif test.result != "pending":
            found[test.test_id] = say("results_out_known", result=say().word("results", test.result))
    return found


def _record(request: Any, how: str, key: str, back: str) -> HttpResponse:
    """Each sample in the version that was shown: one that was changed since is refused by itself."""
    pairs = [row.partition(" ") for row in request.POST.getlist("row")[:MOST]]
    seen = {test_id[:64]: int(version) for version, _, test_id in pairs if VERSION.fullmatch(version) and test_id}
    if not seen:
        messages.warning(request, say("results_choose"))
        return HttpResponseRedirect(back, status=303)
    rows = [{"test_id": test_id, "version": version, "result": how} for test_id, version in seen.items()]
    results = record_results(by=dataclasses.replace(request.access, key=key), rows=rows)
    return go(request, key, results, [*seen], how=how, back=back)


@reports("record_result_many")
def report(request: Any, found: Outcome) -> HttpResponse:
    """What became of each sample."""
    access, how = request.access, found.kept.get("how", "")
    refused = dict(found.refused)
    ids = [*refused, *(act.about["id"] for act in found.written)]
    seen = tests_seen(access, ids)
    _log(access, "did=result", seen, ids)
    known = {row["test"].test_id: row for row in _tell(access, seen)}
    gone = {test.test_id for test in seen if test.withdrawn}
    problems = {name: why_refused(error) for name, error in refused.items()}
    problems |= {name: say("results_out_withdrawn") for name in refused if name in gone}
    more = {
        "how": say().word("results", how) if how else "",
        "rows": [known.get(name, {}) | {"test_id": name, "problem": problems.get(name, "")} for name in ids],
        "back": found.kept.get("back") or reverse("list_tests"),
        "found": found,
    }
    return render(request, "work/results_done.html", more)


def _tell(access: Access, tests: Sequence[Test]) -> list[dict[str, Any]]:
    people = {one.pk: one for one in people_of(access, [test.person_id for test in tests])}
    rows = []
    for test in tests:
        person = people.get(test.person_id)
        named = person is not None and access.can_person("see_names", person)
        rows.append({"test": test, "who": (person.name if person and named else "") or test.person_id})
    return rows


def _log(access: Access, said: str, tests: Sequence[Test], asked: Sequence[str]) -> None:
    """The look, before anything is shown; of one sample alone, at its person."""
    ids = list(dict.fromkeys(test.person_id for test in tests))
    log_people(by=access, what="work", ids=ids, asked=said, named=ids if len(asked) == 1 else (), alone=said)
