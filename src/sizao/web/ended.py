"""A form that was sent when the session had ended: nothing was written, and what was typed is given back."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import urlencode

from sizao.errors import SizaoError
from sizao.web.ended_screens import SCREENS, Sent, of_form
from sizao.web.forms.describe import forms
from sizao.web.needs import needs_of
from sizao.web.refusals import refuse
from sizao.web.say import say


def give_back(request: Any) -> HttpResponse | None:
    """The page with what was typed, to whoever sent it; None where nothing was sent."""
    if request.method != "POST":
        return None
    sent = _sent(request)
    way = f"{reverse(settings.LOGIN_URL)}?{urlencode({REDIRECT_FIELD_NAME: sent.back})}"
    return HttpResponse(render_to_string("ended.html", {"sent": sent, "way": way}, request), status=401)


def form_expired(request: Any, reason: str = "") -> HttpResponse:
    """A form without its token: kept open too long, sent from another site, or all cookies of this one are gone.

    What was typed is given back where nobody is signed in and the browser says that a page of ours sent it.
    """
    said = needs_of(request.resolver_match.func) if request.resolver_match else None
    if said is not None and said.who != "everybody" and not request.user.is_authenticated:
        ours = f"{request.scheme}://{request.get_host()}"
        if request.headers.get("Origin") == ours and (ended := give_back(request)) is not None:
            return ended
        return refuse(request, SizaoError("no-cookies", "nobody is signed in in this browser"), status=403)
    return refuse(request, SizaoError("form-expired", "this form can no longer be sent"), status=403)


def _sent(request: Any) -> Sent:
    """What a form of ours or of a screen held; of any other, as where a password is changed, nothing."""
    name = request.resolver_match.url_name
    said = forms().get("break_glass" if name == "glass" else name)
    if said is not None:
        return of_form(request, said)
    if name in SCREENS:
        return SCREENS[name](request)
    shown = needs_of(request.resolver_match.func)
    return Sent(say("ended_form"), request.path if shown and "GET" in shown.methods else reverse("home"))
