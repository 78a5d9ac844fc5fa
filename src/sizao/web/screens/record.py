"""Every form: shows it, calls its action once, and shows what was refused beside its field."""

from __future__ import annotations

import dataclasses
import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.forms import Form as DjangoForm
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters

from sizao.errors import RefusedError, SizaoError
from sizao.register.access import Access, NotFoundError
from sizao.register.actions.act import AlreadyDone
from sizao.register.actions.known import KnownError
from sizao.register.actions.people import add_person
from sizao.register.models import Act, Person
from sizao.register.reads import log_read
from sizao.web.forms.about import Subject, find_subject, first_values
from sizao.web.forms.build import KEY, build, values_of
from sizao.web.forms.conflict import build_again, compare, last_change
from sizao.web.forms.describe import EVERY_USER, Form, forms
from sizao.web.needs import for_users, needs
from sizao.web.refusals import BROKEN, STATUS, problem_words, words_of
from sizao.web.say import say
from sizao.web.screens.codes import show_code
from sizao.web.screens.people import tell
from sizao.web.screens.places import may_see_place

FIELD_OF = {
    "number-known": "number",
    "name-known": "username",
    "bad-name": "username",
    "reason-too-short": "reason",
    "too-long": "hours",
    "same-person": "gone",
    "not-merged": "gone",
    "merged-already": "gone",
    "unknown-role": "role",
    "into-itself": "parent_id",
    "assign-one": "user_id",
}
"""Beside which field a refusal of an action is shown; others stand above the form."""
COLUMN = {"from": "since"}
ALL_THE_SAME = "all_the_same"
"""The second button of a form that was refused because the person may be known."""
SECRETS = ("add_user", "set_password", "make_token")
"""Forms whose answer is a secret that is shown once."""


def screen(name: str) -> Callable[..., HttpResponse]:
    """The view of a form, with what it needs."""
    said = forms()[name]

    @sensitive_post_parameters()
    def view(request: Any, **ids: str) -> HttpResponse:
        done = done_before(request) if request.method == "POST" else None
        if done is not None:
            return _say_done(request, said, done)
        subject = find_subject(said, request.access, ids)
        if request.method == "POST":
            return _send(request, said, subject)
        _log(request, said, subject)
        first = first_values(said, request.access, subject, request.GET)
        made = build(said, request.access, first=first, version=subject.version)
        return _show(request, said, subject, made)

    both = ("GET", "POST")
    return for_users(both)(view) if said.needs == EVERY_USER else needs(said.needs, methods=both)(view)


def _log(request: Any, said: Form, subject: Subject) -> None:
    """A form shows what is on record: that is a look."""
    if subject.person is not None:
        log_read(by=request.access, what="form", person_id=subject.person.person_id, asked=said.name)


def new_key() -> str:
    """What names one sending of a form that is not built from forms.yaml."""
    return secrets.token_hex(16)


def done_before(request: Any) -> Act | None:
    """What this user did with the same key: a double click, or sent again after the page was lost."""
    key = request.POST.get("key", "")
    return Act.objects.filter(by=request.user, key=key).first() if KEY.fullmatch(key) else None


def _say_done(request: Any, said: Form, done: Act) -> HttpResponse:
    """The answer of the first time, without its secret."""
    if done.action != said.act:
        raise SizaoError("key-reused", "this form was sent as another before", todo="open it again")
    if said.name in SECRETS:
        name = done.about.get("username") or done.about.get("token", "")
        return _show_secret(request, said, "", str(name))
    if said.name == "give_code":
        person = Person.objects.seen_by(request.access, said.needs).filter(pk=done.person_id).first()
        if person is not None:
            return show_code(request, said, person, None)
    messages.success(request, say("done", what=said.says))
    return HttpResponseRedirect(_address_of(request.access, done), status=303)


def _address_of(access: Access, done: Act) -> str:
    """The page of what an act was about, as far as the user may see it."""
    person = Person.objects.seen_by(access, "see_people").filter(pk=done.person_id).first()
    if person is not None:
        return reverse("person", args=[person.pk])
    if done.place_id and may_see_place(access, done.place_id):
        return reverse("place", args=[done.place_id])
    return reverse("home")


@dataclasses.dataclass(frozen=True)
class Tried:
    """What became of a form that was sent: `done`, or the form with what was refused beside its fields."""

    made: DjangoForm
    done: bool = False
    found: Any = None
    given: dict[str, Any] = dataclasses.field(default_factory=dict)
    unchanged: bool = False
    """It was sent as it was shown: nothing was written."""
    status: int = 400
    conflict: Any = None
    """Where somebody else was first: what they wrote beside what was typed."""
    changed: Any = None
    """Their act."""
    subject: Subject | None = None
    """What the form is about, as it is now."""
    known: Sequence[Mapping[str, Any]] = ()
    """Rows of people on record who may be the one to be added."""
    all_the_same: bool = False
    """It may be sent once more, as of another person."""


def try_form(request: Any, said: Form, subject: Subject) -> Tried:
    """Calls the action of a form with what was sent. Raises SizaoError where it is our own fault, or `key-reused`."""
    made = build(said, request.access, data=request.POST, version=subject.version)
    if not made.is_valid():
        return Tried(made)
    given = values_of(said, made)
    if said.changes and set(given) <= {"version"}:
        return Tried(made, done=True, unchanged=True)
    if ALL_THE_SAME in request.POST and said.call is add_person:
        given[ALL_THE_SAME] = True
    by = dataclasses.replace(request.access, key=made.cleaned_data["key"])
    try:
        return Tried(made, done=True, found=said.call(by=by, **subject.given, **given), given=given)
    except AlreadyDone:
        return Tried(made, done=True, given=given)
    except KnownError as error:
        rows = Person.objects.seen_by(request.access, "see_people").filter(pk__in=error.people).order_by("pk")
        known = tell(request.access, list(rows.defer("phone", "number")))
        if error.code == "may-be-known":
            return Tried(made, known=known, all_the_same=True, status=409)
        return dataclasses.replace(_refused(request, said, subject, made, error), known=known)
    except RefusedError as error:
        for problem in error.problems:
            field = COLUMN.get(problem.column or "", problem.column)
            made.add_error(field if field in made.fields else None, problem_words(problem))
        return Tried(made)
    except SizaoError as error:
        return _refused(request, said, subject, made, error)


def _send(request: Any, said: Form, subject: Subject) -> HttpResponse:
    tried = try_form(request, said, subject)
    if tried.unchanged:
        messages.info(request, say("nothing_changed"))
        return HttpResponseRedirect(subject.address, status=303)
    if not tried.done:
        if tried.conflict is None:  # else it was logged when what is new was read
            _log(request, said, tried.subject or subject)
        told = {"conflict": tried.conflict, "changed": tried.changed}
        told |= {"known": tried.known, "all_the_same": tried.all_the_same}
        return _show(request, said, tried.subject or subject, tried.made, status=tried.status, **told)
    found, given = tried.found, tried.given
    if said.name in SECRETS:
        told = found[1] if isinstance(found, tuple) else given["password"]
        name = given.get("username") or subject.given.get("username") or given["name"]
        return _show_secret(request, said, told if found is not None else "", name)
    if said.name == "give_code":
        return show_code(request, said, subject.person, found)
    messages.success(request, say("done", what=said.says))
    return HttpResponseRedirect(_back(said, subject, found), status=303)


def _refused(request: Any, said: Form, subject: Subject, made: DjangoForm, error: SizaoError) -> Tried:
    """What was typed stays; where somebody else was first, both versions are shown."""
    if error.code in BROKEN or error.code == "key-reused":
        raise error
    if error.code == "changed-meanwhile":
        now = find_subject(said, request.access, subject.ids)
        _log(request, said, now)
        again = build_again(said, request.access, now, made)
        return Tried(again, status=409, conflict=compare(said, made, now), changed=last_change(now), subject=now)
    if not say_beside(made, error):
        words = words_of(error)
        field = FIELD_OF.get(error.code)
        text = say().sentences(*(say().sentence(words[part]) for part in ("what", "todo") if words[part]))
        made.add_error(field if field in made.fields else None, text)
    status = STATUS.get(error.code, 400)
    return Tried(made, status=400 if status == 404 else status)


def say_beside(made: DjangoForm, error: SizaoError) -> bool:
    """Says of an id that was typed and is none, beside its field; whether there was one."""
    if isinstance(error, NotFoundError) and error.name:
        for name, value in [*made.cleaned_data.items()]:
            if value == error.name:
                kind = error.kind if error.kind in say().words()["no_such"] else "other"
                made.add_error(name, say().word("no_such", kind))
                return True
    return False


def _show(
    request: Any, said: Form, subject: Subject, made: DjangoForm, status: int = 200, **more: Any
) -> HttpResponse:
    told = {
        "said": said,
        "note": said.note.get(say().lang, ""),
        "subject": subject,
        "form": made,
        "conflict": None,
        **more,
    }
    return render(request, "form.html", told, status=status)


def _show_secret(request: Any, said: Form, secret: str, name: str) -> HttpResponse:
    """A password or token, once: the page is kept nowhere, and sent again the form shows none."""
    back = reverse("account") if said.name == "make_token" else reverse("user", args=[name])
    return render(request, "secret.html", {"said": said, "secret": secret, "name": name, "back": back})


def _back(said: Form, subject: Subject, found: Any) -> str:
    """Where one wants to be afterwards."""
    if said.name in ("add_person", "break_glass") and found is not None:
        return reverse("person", args=[found.person_id])
    if said.name == "take_call" and found is not None:
        return reverse("take_request", args=[found.person_id])
    return subject.address
