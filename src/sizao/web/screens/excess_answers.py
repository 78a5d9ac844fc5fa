"""One excess with all that was answered to it, and the same answer or word of oversight for very many at once."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
import secrets
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db import connection
from django.db.models import CharField, Exists, F, OuterRef
from django.db.models.functions import Cast
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from sizao.errors import RefusedError, SizaoError
from sizao.policy import chain
from sizao.register.access import Access, not_found
from sizao.register.actions.answers import (
    ExcessSeen,
    answer_excess,
    answer_excesses,
    clauses_of,
    judge_answer,
    judge_answers,
)
from sizao.register.actions.check import LONGEST
from sizao.register.actions.many import MOST
from sizao.register.answers import Excess, Key, key_of, last_answers, rows_about, state_of
from sizao.register.clock import today
from sizao.register.models import ExcessAnswer, Person
from sizao.register.models.answers import ANSWERS, JUDGEMENTS
from sizao.register.reads import log_read
from sizao.register.scope import within
from sizao.web.forms.build import KEY
from sizao.web.needs import needs
from sizao.web.refusals import BROKEN, problem_words
from sizao.web.say import say
from sizao.web.screens import excesses as listed
from sizao.web.screens.excesses import DEEDS
from sizao.web.screens.many_done import Outcome, given_of, go, reports, sent_before, show_first, why_refused

BOTH = ("GET", "POST")
SHOWN = 200
"""Rows that a preview or a report names; it counts all."""


@needs("see_excesses", methods=BOTH)
def excess(request: Any) -> HttpResponse:
    """One excess: what it is, who must answer, what was answered and judged; the form for whose turn it is."""
    access = request.access
    given = request.POST if request.method == "POST" else request.GET
    if request.method != "POST" and not given.get("about"):
        page: HttpResponse = listed.excesses(request)
        return page
    row = _find(access, given)
    deed = _deed(access, row, given.get("do", ""))
    if request.method != "POST":
        return _show(request, row, deed, _form(deed, row) if deed else None)
    if not deed:
        access.check(DEEDS.get(given.get("do", ""), "answer_excesses"))
        raise not_found("excess", "")
    made = _form(deed, row, request.POST)
    if not made.is_valid():
        return _show(request, row, deed, made, status=400)
    clean = made.cleaned_data
    by = dataclasses.replace(access, key=clean["key"])
    about, kind, since = key_of(row)
    where = {"about": about, "kind": kind, "since": since, "version": clean["version"], "text": clean["text"] or None}
    try:
        if deed == "answer":
            answer_excess(by=by, said=clean["said"], clause=clean["clause"] or None, **where)
        else:
            judge_answer(by=by, said=clean["said"], **where)
    except RefusedError as error:
        for problem in error.problems:
            made.add_error(problem.column if problem.column in made.fields else None, problem_words(problem))
        return _show(request, row, deed, made, status=400)
    except SizaoError as error:
        if error.code in BROKEN or error.code == "key-reused":
            raise
        again = _form(deed, row, {**request.POST.dict(), "version": _version(row), "key": secrets.token_hex(16)})
        again.is_valid()
        again.add_error(None, why_refused(error))
        return _show(request, row, deed, again, status=409 if error.code == "changed-meanwhile" else 400)
    messages.success(request, say(f"answer_done_{deed}"))
    return HttpResponseRedirect(address_of(row), status=303)


@needs(*DEEDS.values(), methods=BOTH)
def excesses_do(request: Any) -> HttpResponse:
    """The same for all of a list: first what would be done to how many, then a result row by row."""
    access = request.access
    access.check("see_excesses")
    kept = given_of(request)
    given = request.GET if kept is None else kept
    listed.check_filter(access, given, whole=kept is None)
    asked = listed.read_filter(given)
    deed = given.get("do") if given.get("do") in DEEDS else ""
    deed = deed or next((name for name, needed in DEEDS.items() if access.may(needed)), "answer")
    access.check(DEEDS[deed])
    if (before := sent_before(request)) is not None:
        return before
    rows, out, more = _chosen(access, asked, deed)
    lines = sorted(f"{seen.about} {seen.kind} {seen.since} {seen.version}" for seen in rows)
    mark = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    if request.method == "POST":
        return _do_all(request, asked, deed, rows, mark)
    made, status = _form(deed, None, mark=mark), 200
    if kept is not None:
        made = _form(deed, None, {**kept.dict(), "mark": mark})
        made.is_valid()
        for column, words in json.loads(kept.get("refused", "[]")):
            made.add_error(column if column in made.fields else None, words)
        status = 400 if made.errors else 200
        if kept.get("mark", mark) != mark:
            made.add_error(None, say("answer_list_changed"))
            status = 409
    log_read(by=access, what="list", asked=f"list=excesses, do={deed}", people=min(len(rows), SHOWN))
    first = rows_about([*dict.fromkeys(seen.about for seen in rows[:SHOWN])])
    shown = {key_of(row): row for row in first}
    of_list = [row for row in (shown.get(seen.key) for seen in rows[:SHOWN]) if row is not None]
    told = {
        "asked": asked,
        "deed": deed,
        "back": _back(asked),
        "n": len(rows),
        "out": out,
        "more": more,
        "most": MOST,
        "rows": listed.tell(access, asked["of"], of_list),
        "form": made,
    }
    return render(request, "rules/answer_many.html", told, status=status)


def _do_all(request: Any, asked: dict[str, str], deed: str, rows: list[ExcessSeen], mark: str) -> HttpResponse:
    """Done where the list is as it was shown; else the way to its page again, which says what is wrong."""
    made, refused = _form(deed, None, request.POST), []
    if made.is_valid() and made.cleaned_data["mark"] == mark:
        clean = made.cleaned_data
        by = dataclasses.replace(request.access, key=clean["key"])
        words = {"said": clean["said"], "text": clean["text"] or None}
        try:
            if deed == "answer":
                results = answer_excesses(by=by, rows=rows, clause=clean["clause"] or None, **words)
            else:
                results = judge_answers(by=by, rows=rows, **words)
            return go(request, clean["key"], results, [_name(seen.key) for seen in rows], back=_back(asked))
        except RefusedError as error:
            refused = [(problem.column, problem_words(problem)) for problem in error.problems]
    where = {name: value for name, value in {**asked, "do": deed}.items() if value}
    return show_first(request, where, refused=json.dumps(refused))


def address_of(row: Excess) -> str:
    """The page of one excess."""
    about, kind, since = key_of(row)
    return f"{reverse('excess')}?{urlencode({'about': about, 'kind': kind, 'since': since.isoformat()})}"


def _find(access: Access, given: Any) -> Excess:
    """The excess that an address names, where the user may see it. SizaoError `not-found`."""
    about = given.get("about", "")[:140]
    try:
        since = dt.date.fromisoformat(given.get("since", "")[:10])
    except ValueError:
        raise not_found("excess", about) from None
    for row in rows_about([about]):
        if key_of(row) == (about, given.get("kind", ""), since) and _is_seen(access, row):
            return row
    raise not_found("excess", about)


def _is_seen(access: Access, row: Any) -> bool:
    if hasattr(row, "place_id"):
        return access.holds_in("see_excesses", row.place.path)
    return bool(Person.objects.seen_by(access, "see_excesses").filter(pk=row.person_id).exists())


def _area(row: Any) -> str:
    return str(row.place.path if hasattr(row, "place_id") else row.person.area)


def _deed(access: Access, row: Excess, wanted: str) -> str:
    """Whose turn it is: who must answer, or who judges; "" where nothing is left to this user."""
    last = last_answers([key_of(row)]).get(key_of(row))
    state = state_of(last)
    may = {name for name, needed in DEEDS.items() if access.holds_in(needed, _area(row))}
    if wanted in may:
        return wanted
    if state == "answered" and "judge" in may and last is not None and last.act.by_id != access.user_id:
        return "judge"
    return "answer" if state != "accepted" and "answer" in may else ""


def _version(row: Excess) -> int:
    last = last_answers([key_of(row)]).get(key_of(row))
    return last.version if last else 0


def _form(deed: str, row: Excess | None, data: Any = None, mark: str = "") -> forms.Form:
    """What is answered or judged: of one excess, or (with `mark`, what was shown) of a list."""
    made = forms.Form(data, label_suffix="")
    words = ANSWERS if deed == "answer" else JUDGEMENTS
    choices = [(said, say().word("answers_said" if deed == "answer" else "answers_judge", said)) for said in words]
    made.fields["said"] = forms.ChoiceField(
        choices=choices, widget=forms.RadioSelect, label=say(f"answer_what_{deed}")
    )
    if deed == "answer":
        made.fields["clause"] = forms.ChoiceField(
            choices=[("", say("choose")), *_clauses()],
            required=False,
            label=say("answer_clause"),
            help_text=say("answer_clause_hint"),
        )
    made.fields["text"] = forms.CharField(
        max_length=LONGEST,
        required=False,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 3}),
        label=say("answer_words"),
        help_text=say("answer_words_hint"),
    )
    made.fields["text"].widget.attrs.pop("maxlength")  # a browser would cut without a word
    made.fields["key"] = forms.RegexField(KEY, widget=forms.HiddenInput, initial=secrets.token_hex(16))
    if row is None:
        made.fields["mark"] = forms.CharField(max_length=64, widget=forms.HiddenInput, initial=mark)
    else:
        hidden = {"widget": forms.HiddenInput}
        made.fields["version"] = forms.IntegerField(initial=_version(row), min_value=0, **hidden)
    return made


def _clauses() -> list[tuple[str, str]]:
    """Clauses of the rulebooks that are in force or were, the newest first."""
    books = [book for book in reversed(chain(settings.SIZAO_RULEBOOK)) if book.document.effective <= today()]
    found: dict[str, str] = {}
    for book in books:
        for clause in clauses_of(book):
            found.setdefault(clause, f"{clause} · {book.id}")
    return [*found.items()]


def _show(request: Any, row: Excess, deed: str, made: Any, status: int = 200) -> HttpResponse:
    access, of = request.access, "places" if hasattr(row, "place_id") else "people"
    log_read(by=access, what="excess", person_id=getattr(row, "person_id", ""), people=int(of == "people"))
    about, kind, since = key_of(row)
    history = ExcessAnswer.objects.filter(about=about, kind=kind, since=since).select_related("act__by")
    told = {
        "found": listed.tell(access, of, [row])[0],
        "of": of,
        "deed": deed,
        "form": made,
        "about": about,
        "history": [(item, item.said in JUDGEMENTS) for item in history.order_by("-version")],
        "on": today(),
    }
    return render(request, "rules/excess.html", told, status=status)


def _chosen(access: Access, asked: dict[str, str], deed: str) -> tuple[list[ExcessSeen], dict[str, int], bool]:
    """The rows of a list with which it would be done; how many are left out, and why; whether there are too many."""
    areas = listed.areas_of(access, "see_excesses", asked["place"], asked["of"])
    people = asked["of"] == "people"
    rows, may = listed.rows_of(access, asked, areas, whole=True), access.areas(DEEDS[deed])
    if all(any(area.startswith(own) for own in may) for area in areas):
        pass  # whoever may see these may also do it
    elif people:  # asked of each row: joined, SQLite would begin with every person of a city
        theirs = Person.objects.unscoped("inside the user's areas").filter(within("area", may))
        rows = rows.filter(Exists(theirs.filter(pk=OuterRef("person_id"))))
    else:
        rows = rows.filter(within("place__path", may))
    named = ("order_id", "person_id" if people else "place_id", "kind", "day")
    # SQLite keeps days as text, of which Django reads 20,000 slowly
    day = Cast("since", CharField()) if connection.vendor == "sqlite" else F("since")
    found = list(rows.order_by("pk").annotate(day=day).values_list(*named)[: MOST + 1])
    keys = [
        (f"order:{order}" if order else f"person:{who}", kind, dt.date.fromisoformat(str(on)))
        for order, who, kind, on in found
    ]
    last = last_answers(keys)
    chosen, out = [], dict[str, int]()
    for key in dict.fromkeys(keys[:MOST]):
        answer = last.get(key)
        why = _left_out(access, deed, answer)
        if why:
            out[why] = out.get(why, 0) + 1
        else:
            chosen.append(ExcessSeen(*key, version=answer.version if answer else 0))
    return chosen, out, len(found) > MOST


def _left_out(access: Access, deed: str, answer: ExcessAnswer | None) -> str:
    state = state_of(answer)
    if deed == "answer":
        return "accepted" if state == "accepted" else "waits" if state == "answered" else ""
    if state != "answered":
        return "no_answer"
    return "own" if answer is not None and answer.act.by_id == access.user_id else ""


@reports("answer_excess_many", "judge_answer_many")
def report(request: Any, found: Outcome) -> HttpResponse:
    """What became of each: those refused first, then the first of the others; all are counted."""
    access = request.access
    access.check("see_excesses")
    told = [(_read(name), why_refused(error)) for name, error in found.refused[:SHOWN]]
    written = ((act.about["id"], act.about["kind"], act.about["since"]) for act in found.written[:SHOWN])
    told += [((about, kind, dt.date.fromisoformat(since)), "") for about, kind, since in written]
    keys = {key for key, _ in told}
    rows = [row for row in rows_about(sorted({key[0] for key in keys})) if key_of(row) in keys]
    ids = {row.person_id for row in rows if not hasattr(row, "place_id")}
    theirs = {*Person.objects.seen_by(access, "see_excesses").filter(pk__in=ids).values_list("pk", flat=True)}
    people = [row for row in rows if not hasattr(row, "place_id") and row.person_id in theirs]
    places = [row for row in rows if hasattr(row, "place_id") and _is_seen(access, row)]
    log_read(by=access, what="list", asked=f"list=excesses, did={found.batch.action}", people=len(people))
    of_rows = [("people", people), ("places", places)]
    names = {key_of(one["row"]): one for of, some in of_rows if some for one in listed.tell(access, of, some)}
    said = str(found.batch.about.get("said", ""))
    more = {
        "results": [(key, problem, names.get(key)) for key, problem in told],
        "hidden": found.done + found.bad - len(told),
        "back": found.kept.get("back") or reverse("excesses"),
        "said": say().word("answers_said" if said in ANSWERS else "answers_judge", said),
        "found": found,
    }
    return render(request, "rules/answered_many.html", more)


def _name(key: Key) -> str:
    """An excess as the report gets it back; what it is about stands last: there may be anything in that."""
    return " ".join((key[2].isoformat(), key[1], key[0]))


def _read(name: str) -> Key:
    since, kind, about = name.split(" ", 2)
    return about, kind, dt.date.fromisoformat(since)


def _back(asked: dict[str, str]) -> str:
    return f"{reverse('excesses')}{listed.address(asked)}"
