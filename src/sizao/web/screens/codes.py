"""The page of one person for whoever holds their code, without an account: what holds, why, until when; to object.

The code stays out of addresses, history and logs: it is typed into a form; the path in the QR is left at once for
/own/code, and the code goes on in a sealed cookie for 15 minutes. No name, phone, number, home or id is shown.
"""

from __future__ import annotations

import re
import secrets
from typing import Any

from allauth.core.internal.ratelimit import consume
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from sizao.errors import SizaoError
from sizao.register.access import access_of_job
from sizao.register.actions.check import LONGEST
from sizao.register.actions.codes import MOST_LETTERS, PAGE, object_by_code, person_of_code
from sizao.register.models import Assignment, Case, Event, Order, Person, PersonCode, Place, Request, Test
from sizao.register.models.places import STEP
from sizao.register.reads import log_read
from sizao.register.seal import seal, unseal
from sizao.web.forms.build import KEY
from sizao.web.needs import for_everybody
from sizao.web.refusals import refuse, words_of
from sizao.web.say import say
from sizao.web.screens.person import derived, explained
from sizao.web.screens.work import draw_code
from sizao.web.timeline import order_text

BOTH = ("GET", "POST")
OPEN = 15 * 60
"""Seconds for which a browser may show the page again without the code."""
GUESSES = "own_code"
"""Wrong codes are counted by the caller's address under this name in ACCOUNT_RATE_LIMITS."""
OFFICES = ("county", "city")
BECAUSE = "of the person whose code was given"


@for_everybody(BOTH)
@sensitive_post_parameters()
def own_code(request: Any) -> HttpResponse:
    """Asks for the code; with it, shows the page or takes an objection. The look is logged first."""
    if request.method != "POST":
        code = _kept(request)
        return _show(request, code) if code else _ask(request)
    does = request.POST.get("do")
    if does == "close":
        page = HttpResponseRedirect(reverse("own_code"), status=303)
        page.delete_cookie(_cookie(), samesite="Lax")
        return page
    if does == "object":
        return _object(request)
    typed = request.POST.get("code", "")[:MOST_LETTERS]
    if (wrong := _wrong(request, typed)) is not None:
        return wrong
    text = request.POST.get("text", "")[:LONGEST]
    if text:  # the page was closed over what they were writing: it is given back
        return _keep(_show(request, typed, text=text), typed)
    return _keep(HttpResponseRedirect(reverse("own_code"), status=303), typed)


@for_everybody()
@sensitive_variables()
def code_path(request: Any, code: str) -> HttpResponse:
    """What the QR leads to: on at once to an address without the code. Nothing is shown or logged yet."""
    page = _wrong(request, code, status=404) or _keep(HttpResponseRedirect(reverse("own_code")), code)
    page["Referrer-Policy"] = "no-referrer"
    return page


def show_code(request: Any, said: Any, person: Person, found: tuple[PersonCode, str] | None) -> HttpResponse:
    """The code that was just given, once, to be printed or copied; sent again, it is gone."""
    told: dict[str, Any] = {"said": said, "person": person, "back": reverse("person", args=[person.pk])}
    if found is not None:
        row, text = found
        way = request.build_absolute_uri(reverse("code_path", args=[text]))
        told |= {
            "code": text,
            "row": row,
            "picture": draw_code.__wrapped__(way),  # not kept in memory: it holds the code,
            "where": request.build_absolute_uri(reverse("own_code")),
        }
    return render(request, "codes/given.html", told)


def _wrong(request: Any, code: str, status: int = 400) -> HttpResponse | None:
    """None where the code opens a page. A wrong one is counted; the right one always opens."""
    try:
        person_of_code(code)
    except SizaoError as error:
        if not consume(request, app="allauth.account", action=GUESSES, limit_get=True):  # else a QR's path is free
            return refuse(request, SizaoError("too-many-requests", "too many wrong codes"), status=429)
        return _ask(request, _sentences(error), status=status)
    return None


def _ask(request: Any, wrong: str = "", status: int = 200, text: str = "") -> HttpResponse:
    return render(request, "codes/door.html", {"wrong": wrong, "text": text}, status=status)


def _show(request: Any, code: str, text: str = "", wrong: str = "", status: int = 200) -> HttpResponse:
    try:
        person = person_of_code(code)
    except SizaoError as error:  # ended or revoked since the browser kept it
        page = _ask(request, _sentences(error), text=text)
        page.delete_cookie(_cookie(), samesite="Lax")
        return page
    log_read(by=access_of_job(PAGE), what="own_code", person_id=person.pk)
    told = {
        **derived(person),
        "see_excesses": True,
        "sections": _why(person),
        "orders": _orders(person),
        "objections": _objections(person),
        "call": _call(person),
        "text": text,
        "wrong": wrong,
        "longest": LONGEST,
        "key": secrets.token_hex(16),
    }
    return render(request, "codes/own.html", told, status=status)


def _object(request: Any) -> HttpResponse:
    code, text = _kept(request), request.POST.get("text", "")[: LONGEST + 1]
    if not code:
        return _ask(request, say("code_closed"), status=400, text=text)
    key = request.POST.get("key", "")
    if not KEY.fullmatch(key):
        raise SizaoError("form-expired", "this form can no longer be sent")
    try:
        object_by_code(code=code, text=text, key=key)
    except SizaoError as error:
        if error.code == "no-such-code":
            return _ask(request, _sentences(error), status=400, text=text)
        said = say("code_say_what") if not text.strip() else _sentences(error)
        return _show(request, code, text=text, wrong=said, status=400)
    messages.success(request, say("code_objected"))
    return HttpResponseRedirect(reverse("own_code"), status=303)


def _why(person: Person) -> list[Any]:
    """What holds and why, in words, without the numbers of records."""
    found = explained(person.pk)[1:3]
    ids = "|".join(map(re.escape, sorted(_numbers(person), key=len, reverse=True)))
    if not ids:
        return found
    alone, first = re.compile(rf" ?[(（](?:{ids})[)）]"), re.compile(rf"(?:{ids})[,，]? ?")
    return [
        {
            "title": section.title,
            "lines": [(deep, first.sub("", alone.sub("", line))) for deep, line in section.lines],
        }
        for section in found
    ]


def _numbers(person: Person) -> set[str]:
    """Ids of the facts of a person, and of cases that these name."""
    found = {person.pk}
    for model, names in ((Event, ("event_id", "case_id")), (Test, ("test_id",)), (Case, ("case_id",))):
        rows = model.objects.unscoped(BECAUSE).filter(person_id__in=_records(person))
        found |= {value for row in rows.values_list(*names) for value in row if value}
    return found


def _records(person: Person) -> list[str]:
    """The person's id, and those of the records that were merged into it."""
    merged = Person.objects.unscoped(BECAUSE).filter(same_as=person)
    return [person.pk, *merged.values_list("pk", flat=True)]


def _orders(person: Person) -> list[str]:
    """Orders on the person that were not taken back, the latest first."""
    rows = Order.objects.unscoped(BECAUSE).filter(person_id__in=_records(person)).order_by("-version", "-pk")
    last: dict[str, Order] = {}
    for row in rows:
        last.setdefault(row.order_id, row)
    held = [row for row in last.values() if not row.withdrawn]
    return [order_text(row) for row in sorted(held, key=lambda row: (row.since, row.pk), reverse=True)]


def _objections(person: Person) -> list[Request]:
    """Without their words: whoever else holds the code does not read them."""
    rows = Request.objects.unscoped(BECAUSE).filter(person_id__in=_records(person), kind="objection").defer("text")
    last: dict[str, Request] = {}
    for row in rows.order_by("-version"):
        last.setdefault(row.request_id, row)
    return sorted((row for row in last.values() if not row.withdrawn), key=lambda row: row.pk, reverse=True)


def _call(person: Person) -> dict[str, str]:
    """Who sees to the person: the team, and the county; nothing below it, which would be half an address."""
    paths = [person.area[:end] for end in range(STEP, len(person.area) + 1, STEP)]
    places = Place.objects.unscoped("names of places are no secret").filter(path__in=paths, kind__in=OFFICES)
    place = places.order_by("-path").first()
    held = Assignment.objects.filter(person=person, latest=True).select_related("team").first()
    return {
        "place": say().name(place.name) if place else "",
        "team": say().name(held.team.name) if held and held.team else "",
    }


def _sentences(error: SizaoError) -> str:
    words = words_of(error)
    return str(say().sentences(*(say().sentence(words[part]) for part in ("what", "todo") if words[part])))


def _cookie() -> str:
    return f"{settings.SESSION_COOKIE_NAME}-own"


def _kept(request: Any) -> str:
    """The code that this browser gave within the last minutes; "" where it gave none."""
    sealed = request.get_signed_cookie(_cookie(), default="", salt=GUESSES, max_age=OPEN)
    try:
        return unseal(sealed.encode()) if sealed else ""
    except SizaoError:  # sealed with a key that was taken away since
        return ""


def _keep(page: HttpResponse, code: str) -> HttpResponse:
    page.set_signed_cookie(
        _cookie(),
        seal(code).decode(),
        salt=GUESSES,
        max_age=OPEN,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return page
