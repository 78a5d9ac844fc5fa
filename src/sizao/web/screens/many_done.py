"""What became of many at once, on a page of its own: to reload it, to go back and to send twice show the same."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.http import urlencode

from sizao.errors import Problem, RefusedError, SizaoError
from sizao.register.access import not_found
from sizao.register.actions.many import RowResult
from sizao.register.models import Act
from sizao.web.forms.build import KEY
from sizao.web.needs import needs
from sizao.web.refusals import problem_words, words_of
from sizao.web.say import say

SHOWN = 500
"""Rows that a report names; it counts all."""
NEEDED = (
    "log_visits",
    "record_tests",
    "assign_people",
    "record_events",
    "impose_orders",
    "answer_excesses",
    "judge_answers",
)
_REFUSED, _REPORTS, _KEPT, _LONGEST = "many_done", 2, 200, 200
_ASKED = "many_asked"


@dataclass(frozen=True)
class Outcome:
    """A batch of one's own: the acts of the rows that were written, and the rows that were not."""

    batch: Act
    kept: dict[str, Any]
    """What the screen wanted to know again; empty after the user signed in anew."""
    written: list[Act]
    """The first of them."""
    refused: list[tuple[str, SizaoError]]
    """The first of them, by the name that the screen gave to the row; none after the user signed in anew."""
    done: int
    bad: int

    @property
    def hidden(self) -> int:
        """How many rows are counted alone."""
        return self.done - len(self.written) + self.bad - len(self.refused)


Report = Callable[[Any, Outcome], HttpResponse]
_reports: dict[str, Report] = {}


def reports(*actions: str) -> Callable[[Report], Report]:
    """The function shows what became of batches of these actions."""

    def declare(report: Report) -> Report:
        _reports.update(dict.fromkeys(actions, report))
        return report

    return declare


def given_of(request: Any) -> QueryDict | None:
    """What a form asks to be shown first: as it is sent, or as `show_first` kept it; None where that is gone."""
    if request.method == "POST":
        sent: QueryDict = request.POST
        return sent
    kept = request.session.get(_ASKED, {}).get(request.GET.get("asked", ""))
    return None if kept is None else QueryDict(kept)


def show_first(request: Any, where: Mapping[str, str] | None = None, **told: str) -> HttpResponse:
    """The way to a page of its own that shows what was asked for: to reload it and to go back to it asks no form.

    A selection is too long for an address: the last ones are remembered with the session, and what is `told` of them.
    `where`: what the address says all the same, for when they are gone.
    """
    given, name = request.POST.copy(), secrets.token_hex(8)
    given.pop("csrfmiddlewaretoken", None)
    for key, value in told.items():
        given[key] = value
    asked = [*request.session.get(_ASKED, {}).items(), (name, given.urlencode())]
    request.session[_ASKED] = dict(asked[-_REPORTS:])
    return HttpResponseRedirect(f"{request.path}?{urlencode({**(where or {}), 'asked': name})}", status=303)


def sent_before(request: Any) -> HttpResponse | None:
    """The way to the report, where this user sent the same key before."""
    key = request.POST.get("key", "")
    if KEY.fullmatch(key) and Act.objects.filter(by=request.user, key=key, action__in=_reports).exists():
        return _to(key)
    return None


def go(request: Any, key: str, results: Sequence[RowResult], names: Sequence[str], **kept: Any) -> HttpResponse:
    """The way to the report of what was just done. `names`: of the rows, by id; `kept`: what the report needs again.

    Why a row was refused stands on no record: it is remembered with the session, by codes, for the last reports.
    """
    remembered = request.session.get(_REFUSED, {})
    if key not in remembered:
        found = [(name, one.error) for name, one in zip(names, results, strict=False) if one.error is not None]
        told = {"kept": kept, "rows": [[name, _pack(error)] for name, error in found[:_KEPT]]}
        request.session[_REFUSED] = dict([*remembered.items(), (key, told)][-_REPORTS:])
    return _to(key)


@needs(*NEEDED)
def many_done(request: Any, batch_key: str) -> HttpResponse:
    """Only whoever sent it sees it."""
    key = batch_key if KEY.fullmatch(batch_key) else ""
    for batch in Act.objects.filter(by=request.user, key=key, action__in=_reports).exclude(key=""):
        page: HttpResponse = _reports[batch.action](request, _outcome(request, batch))
        return page
    raise not_found("report", "")


def why_refused(error: SizaoError | None) -> str:
    """Why a row was refused, in words; "" where it was not."""
    if error is None:
        return ""
    if isinstance(error, RefusedError) and error.problems:
        return str(say().sentences(*(say().sentence(problem_words(problem)) for problem in error.problems)))
    words = words_of(error)
    return str(say().sentences(*(say().sentence(words[part]) for part in ("what", "todo") if words[part])))


def _to(key: str) -> HttpResponse:
    return HttpResponseRedirect(reverse("many_done", args=[key]), status=303)


def _outcome(request: Any, batch: Act) -> Outcome:
    told = request.session.get(_REFUSED, {}).get(batch.key, {})
    rows = Act.objects.filter(by=request.user, pk__gt=batch.pk, action=batch.action.removesuffix("_many"))
    written, done = [], 0
    for act in rows.order_by("pk")[: batch.rows]:
        if act.about.get("batch") == batch.pk:
            done += 1
            if len(written) < SHOWN:
                written.append(act)
    refused = [(name, _unpack(packed)) for name, packed in told.get("rows", ())]
    return Outcome(batch, told.get("kept", {}), written, refused, done, batch.rows - done)


def _pack(error: SizaoError) -> list[Any]:
    problems = [[found.code, found.what, found.todo] for found in getattr(error, "problems", ())]
    return [error.code, error.what[:_LONGEST], error.todo[:_LONGEST], problems]


def _unpack(packed: Sequence[Any]) -> SizaoError:
    code, what, todo, problems = packed
    if problems:
        return RefusedError(code, what, [Problem(one, "", said, then) for one, said, then in problems], todo=todo)
    return SizaoError(code, what, todo=todo)
