"""A form that was sent when the session had ended: nothing was written, and what was typed is given back."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import urlencode

from sizao.web.forms.describe import Form, forms
from sizao.web.say import lang, say

LONGEST = 2000


def give_back(request: Any) -> HttpResponse | None:
    """The page with what was typed, to whoever sent it; None where no form of ours was sent."""
    said = _form_of(request)
    if said is None or request.method != "POST":
        return None
    typed = []
    for field in said.fields:
        values = [text[:LONGEST] for text in request.POST.getlist(field.name) if text]
        if values and field.type != "secret":
            if field.words:
                values = [say().word(field.words, text) for text in values]
            typed.append((field.label[lang()], say().list(values)))
    where = request.get_full_path()
    way = f"{reverse(settings.LOGIN_URL)}?{urlencode({REDIRECT_FIELD_NAME: where})}"
    told = {"said": said, "typed": typed, "way": way}
    return HttpResponse(render_to_string("ended.html", told, request), status=401)


def _form_of(request: Any) -> Form | None:
    name = request.resolver_match.url_name
    return forms().get("break_glass" if name == "glass" else name)
