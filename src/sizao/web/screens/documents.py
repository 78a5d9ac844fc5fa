"""Papers: what was made, how many would be, the PDF itself, and whether one that somebody holds still holds."""

from __future__ import annotations

import dataclasses
import re
import secrets
from collections.abc import Sequence
from functools import partial
from typing import Any

from allauth.core.internal.ratelimit import consume
from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.debug import sensitive_variables

from sizao.errors import SizaoError
from sizao.papers import Figures, Page, Situation, draw
from sizao.register.access import Access
from sizao.register.actions.documents import (
    MAKE_ORDERS,
    MOST,
    Addresses,
    Paper,
    check_documents,
    make_documents,
    make_orders,
)
from sizao.register.clock import now, today
from sizao.register.models import Document, Order, Person
from sizao.register.models.papers import PAPERS
from sizao.register.papers.judge import holding, state_of_code
from sizao.register.reads import log_read
from sizao.register.remembered import is_few, remembered
from sizao.register.scope import within
from sizao.web.forms.build import KEY
from sizao.web.needs import for_everybody, needs
from sizao.web.refusals import refuse, words_of
from sizao.web.say import in_both, say

SIZE = 50
FEW = 6_000
"""People of the user's areas up to whom papers are found through them."""
BOTH = ("GET", "POST")
CHECKS = "verify"
"""Checks are counted by the caller's address under this name in ACCOUNT_RATE_LIMITS."""


@needs(*MAKE_ORDERS)
def documents(request: Any) -> HttpResponse:
    """What was made, the latest first. In the address: `kind`, `before`. No names."""
    access: Access = request.access
    kind = request.GET.get("kind") if request.GET.get("kind") in PAPERS else ""
    before = request.GET.get("before", "")
    asked = Q(kind=kind) if kind else Q()
    asked &= Q(pk__lt=int(before)) if re.fullmatch(r"\d{1,15}", before) else Q()
    found = latest(access, asked, SIZE + 1)
    shown = found[:SIZE]
    log_read(by=access, what="documents", asked=f"kind={kind}" if kind else "", people=len(shown))
    valid = holding(shown)
    told = {
        "kind": kind,
        "kinds": kinds(access),
        "rows": [
            {"row": row, "state": "valid" if row.document_id in valid else "expired", "by": row.act.by}
            for row in shown
        ],
        "next": urlencode({"kind": kind, "before": shown[-1].pk}) if len(found) > SIZE else "",
        "began": not before,
    }
    return render(request, "documents/list.html", told)


def latest(access: Access, asked: Q, most: int) -> list[Document]:
    """The last papers made, of those that a user may list: those that they could make."""
    found: dict[int, Document] = {}
    for part in [
        *_seen(access, "make_documents"),
        *(rows.filter(kind="order") for rows in _seen(access, "impose_orders")),
    ]:
        rows = part.filter(asked).select_related("person", "act__by")
        rows = rows.defer("person__name", "person__phone", "person__number").order_by("-pk")
        found |= {row.pk: row for row in rows[:most]}
    return [found[number] for number in sorted(found, reverse=True)[:most]]


def _seen(access: Access, permission: str) -> list[Any]:
    """Papers of the user's areas, by that permission; through the people where these are few, else from the last one
    on, of which so many are theirs that a page is soon full."""
    if not access.may(permission):
        return []
    areas = access.areas(permission)
    people = Person.objects.seen_by(access, permission)
    if "" in areas or not remembered(("papers", areas), lambda: is_few(people, FEW)):
        return [Document.objects.seen_by(access, permission)]
    rows = Document.objects.unscoped("of people and places seen")
    return [
        rows.filter(person__in=people.values("pk")),
        rows.filter(within("area", areas), person=None),
    ]


def kinds(access: Access) -> list[str]:
    """The papers that a user may make."""
    return [*PAPERS] if access.may("make_documents") else ["order"]


@needs(*MAKE_ORDERS, methods=BOTH)
def documents_make(request: Any) -> HttpResponse:
    """First the page that says how many it would be and who is left out; sent from there with its key, the PDF."""
    access: Access = request.access
    given = request.POST if request.method == "POST" else request.GET
    kind, ids = given.get("kind", ""), read_ids(given)
    told: dict[str, Any] = {
        "kinds": kinds(access),
        "kind": kind,
        "most": MOST,
        "typed": given.get("ids", "")[:20_000],
    }
    if kind not in told["kinds"] or not ids:
        wrong = say("document_choose") if request.method == "POST" else ""
        return render(request, "documents/ask.html", told | {"wrong": wrong}, status=400 if wrong else 200)
    key = request.POST.get("key", "")
    if KEY.fullmatch(key):
        return _make(request, kind, ids, key)
    rows = check_documents(access, kind, ids)
    _log(access, "documents", kind, ids)
    return _confirm(request, kind, ids, rows, told["kinds"])


def _confirm(request: Any, kind: str, ids: Sequence[str], rows: Sequence[Paper], known: list[str]) -> HttpResponse:
    made = [row.id for row in rows if row.error is None]
    told = {
        "kinds": known,
        "kind": kind,
        "ids": made,
        "out": [{"id": row.id, "why": why(row)} for row in rows if row.error is not None],
        "key": secrets.token_hex(16),
        "may_own": kind != "release_certificate" and request.access.may("make_documents"),
        "back": _back(kind, ids),
    }
    return render(request, "documents/confirm.html", told)


@needs(*MAKE_ORDERS)
def order_paper(request: Any, order_id: str) -> HttpResponse:
    """The same page for one order. SizaoError `not-found`."""
    row = check_documents(request.access, "order", [order_id])[0]
    if row.error is not None and row.error.code == "not-found":
        raise row.error
    _log(request.access, "documents", "order", [order_id])
    return _confirm(request, "order", [order_id], [row], kinds(request.access))


@for_everybody()
@sensitive_variables()
def verify(request: Any, paper_code: str) -> HttpResponse:
    """Whether a paper holds, in both languages, and nothing else; whatever the answer, the same page."""
    if not consume(request, app="allauth.account", action=CHECKS, limit_get=True):
        return refuse(request, SizaoError("too-many-requests", "too many checks"), status=429)
    state = state_of_code(paper_code)
    marks = {"valid": "good", "expired": "bad", "unknown": "warn"}
    page = render(request, "documents/verify.html", {"state": state, "mark": marks[state], "both": ("zh", "en")})
    page["Referrer-Policy"] = "no-referrer"
    return page


def read_ids(given: Any) -> list[str]:
    """Ids that are ticked on a list, those of a whole page of it, or typed; each as often as it was given."""
    ids = [*given.getlist("page_of" if given.get("page") else "who"), *given.getlist("order")]
    typed = re.split(r"[\s,;，；、]+", given.get("ids", ""))
    return [name[:64] for name in [*ids, *typed] if name][: MOST + 1]


def why(row: Paper) -> str:
    """Why there is no paper, in a sentence."""
    assert row.error is not None
    told = words_of(row.error)
    return str(say().sentences(*(say().sentence(told[part]) for part in ("what", "todo") if told[part])))


def pdf(data: bytes, name: str) -> HttpResponse:
    """A PDF to be saved, never kept by a browser of itself."""
    page = HttpResponse(data, content_type="application/pdf")
    page["Content-Disposition"] = f'attachment; filename="{name}-{today():%Y-%m-%d}.pdf"'
    return page


def _make(request: Any, kind: str, ids: Sequence[str], key: str) -> HttpResponse:
    by = dataclasses.replace(request.access, key=key)
    verify_at = request.build_absolute_uri(reverse("verify", args=["x"]))[:-1]
    own_at = request.build_absolute_uri(reverse("code_path", args=["x"]))[:-1] if request.POST.get("own") else ""
    addresses = Addresses(verify_at, own_at)
    _log(request.access, "document", kind, ids)
    if kind == "order":
        rows = make_orders(by=by, order_ids=ids, addresses=addresses)
    else:
        rows = make_documents(by=by, kind=kind, person_ids=ids, addresses=addresses)
    letters = [row.letter for row in rows if row.letter is not None]
    if not letters:
        if any(row.id for row in rows):
            messages.warning(request, say("document_once"))
            return HttpResponseRedirect(reverse("documents"), status=303)
        return HttpResponseRedirect(f"{reverse('documents_make')}?{_query(kind, ids)}", status=303)
    refused = [(ids[row.row], row) for row in rows if row.error is not None]
    pages: list[Page] = [*letters, *(in_both(partial(_report, kind, refused)).values() if refused else [])]
    return pdf(draw(pages, now()), kind.replace("_", "-"))


def _report(kind: str, refused: Sequence[tuple[str, Paper]]) -> Situation:
    """A last page that says who could not get a paper, where that changed after the preview; in one language."""
    rows = [(about, why(row)) for about, row in refused]
    table = Figures("", [say("document_about"), say("document_reason")], rows, wide=True)
    title = say("document_not_made") + f": {len(refused)}"
    under = say().word("document_kinds", kind)
    return Situation(title, under, [table], [], [], "", [], say("pdf_destroy"), say().lang, page_words())


def page_words() -> str:
    """How pages are numbered; the numbers are filled in where it is drawn."""
    return str(say("pdf_page", n="{n}", total="{total}"))


def _log(access: Access, what: str, kind: str, ids: Sequence[str]) -> None:
    """The look, before anything is shown; a single person by id, where the user sees them."""
    one = ids[0] if len(ids) == 1 else ""
    if kind == "order" and one:
        whose = Order.objects.unscoped("whether they are seen is asked below").filter(order_id=one)
        one = whose.values_list("person_id", flat=True).first() or ""
    if one and not Person.objects.seen_by(access, "see_people").filter(pk=one).exists():
        one = ""
    log_read(by=access, what=what, asked=f"kind={kind}", people=len(ids), person_id=one)


def _back(kind: str, ids: Sequence[str]) -> str:
    alone = kind != "order" and len(ids) == 1
    return str(reverse("person", args=[ids[0]]) if alone else reverse("documents"))


def _query(kind: str, ids: Sequence[str]) -> str:
    return str(urlencode({"kind": kind, "who": list(ids)[:50]}, doseq=True))
