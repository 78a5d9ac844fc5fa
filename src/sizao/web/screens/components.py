"""Every component of the screens in all its states, with people and facts that are made up."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe

from sizao.derive.why.explain import Section
from sizao.register.clock import now, today
from sizao.register.imports.files import too_large
from sizao.register.models import NowStatus
from sizao.register.roles import roles
from sizao.register.tracing import Curve
from sizao.web.needs import needs
from sizao.web.refusals import words_of
from sizao.web.say import lang, say
from sizao.web.screens.situation_curve import draw_curves
from sizao.web.screens.work import QUICK
from sizao.web.screens.work_calendar import LEGEND, signs_for
from sizao.web.timeline import Item, Version

LONG = "阿依古丽·买买提江" * 12
NAMES = ("霁湾市 Jiwan City", "栖梧区 Qiwu District", "澄园社区 Chengyuan Community")
CLAUSE = {"clause": "二（一）", "rulebook": "cn-2022-11-11"}


@needs("keep_users")
def components(request: HttpRequest) -> HttpResponse:
    """All of them on one page; nothing of it is read from the register."""
    wrong, right = _fields()({"name": "", "place": "澄园"}), _fields()()
    wrong.fields["place"].matches = [("l-000004", NAMES[2]), ("l-000009", NAMES[1])]  # type: ignore[attr-defined]
    wrong.is_valid()
    wrong.add_error("place", say("look_wrong"))
    held, open_ended = _status("home_isolation", 5), _status("central_isolation", None)
    told = {
        "refused": words_of(too_large("p.csv", "64 MiB")) | {"where": "p.csv", "code": "too-large"},
        "roles": [
            {"title": one.title[lang()], "does": one.does[lang()], "grant": SimpleNamespace(place=None, until=now())}
            for one in [*roles().values()][:2]
        ],
        "right": right,
        "wrong": wrong,
        "rows": [
            _row("p-000001", say("look_name"), held),
            _row("p-000002", LONG, open_ended),
            _row("p-000003", "", None, ()),
        ],
        "states": [
            {**NOTHING, "status": held, "dues": [today(), today() + dt.timedelta(3)], "because": _because()},
            {**NOTHING, "status": held, "waiting": True},
            {**NOTHING, "status": open_ended, "stale": True},
            NOTHING,
        ],
        "items": _items(),
        "person": SimpleNamespace(person_id="p-000001", name=say("look_name"), sex="female"),
        "named": True,
        "age": 83,
        "home": NAMES,
        "traits": [say().word("traits", "elderly")],
        "assignment": SimpleNamespace(team=SimpleNamespace(name="流调一组 Tracing team 1")),
        "excesses": [{"row": SimpleNamespace(since=today(), until=today(), **CLAUSE), "text": say("look_reason")}],
        "see_excesses": True,
        "undecided": [{"row": SimpleNamespace(occurred_on=today(), kind="exposed_to_case"), "text": LONG}],
        "sections": [
            Section("", ((0, say("look_sample")),)),
            Section(say("why_title"), ((0, say("look_sample")), (1, say("look_reason")), (2, say("look_sample")))),
        ],
    }
    return render(request, "components.html", told | _large(held, open_ended))


NOTHING = {"status": None, "dues": [], "because": None, "waiting": False, "stale": False}


def _large(held: NowStatus, open_ended: NowStatus) -> dict[str, Any]:
    """What fills a screen: the work of a day, its calendar, figures and a curve."""
    days = [today() + dt.timedelta(n) for n in range(-2, len(LEGEND) - 2)]
    signs = signs_for(days)
    cases = [(n * 2 % 9 + 3, n * n % 5) for n in range(14)]
    curve = Curve([today() - dt.timedelta(n) for n in range(13, -1, -1)], cases, cases, 0, 2, 2, 90, 90)
    seen = SimpleNamespace(occurred_on=today(), outcome="seen_ok")
    test, visit = ("warn", say("work_test_due")), ("", say("work_visit_due"))
    return {
        "tabs": [("tests", 12), ("visits", 1_204), ("releases", 0)],
        "deeds": ("visit", "sample", "assign"),
        "quick": [(name, say().word("work_quick", name)) for name in QUICK],
        "works": [
            _row("p-000001", say("look_name"), held, due=[test, visit], visit=seen, phone="12000000001"),
            _row("p-000002", LONG, open_ended, due=[visit], traits=[say().word("traits", "elderly")]),
            _row("p-000003", "", None, ()),
        ],
        "marks": [
            (mark_safe(signs.draw(kind)), signs.words[kind], day) for kind, day in zip(LEGEND, days, strict=True)
        ],
        "curve": draw_curves(curve, lang(), small=False)[0],
    }


def _fields() -> type[forms.Form]:
    """A form with every kind of field, in the language of the page."""
    many = [(name, say().word("requests", name)) for name in ("food", "medicine", "doctor", "care")]

    class Shown(forms.Form):
        name = forms.CharField(label=say("look_field"), help_text=say("look_hint"))
        day = forms.DateField(
            label=say("look_day"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"), initial=today, required=False
        )
        one = forms.ChoiceField(label=say("look_one"), choices=many, widget=forms.RadioSelect, required=False)
        some = forms.MultipleChoiceField(
            label=say("look_many"), choices=many, widget=forms.CheckboxSelectMultiple, required=False
        )
        listed = forms.ChoiceField(label=say("look_list"), choices=many, required=False)
        place = forms.CharField(label=say("look_place"), required=False)
        text = forms.CharField(label=say("look_long_field"), widget=forms.Textarea(attrs={"rows": 3}), required=False)
        tick = forms.BooleanField(label=say("look_tick"), required=False)

    return Shown


def _status(restriction: str, days: int | None) -> NowStatus:
    return NowStatus(
        on=today(),
        restriction=restriction,
        measure="close_contact",
        phase_day=3,
        since=today() - dt.timedelta(2),
        until=None if days is None else today() + dt.timedelta(days),
        last_day=None,
        test_due=days is not None,
        because="e-000001",
        derived_at=now(),
        **CLAUSE,
    )


def _row(person_id: str, name: str, status: Any, home: tuple[str, ...] = NAMES, **more: Any) -> dict[str, Any]:
    plain = {"due": [], "traits": [], "visit": None, "phone": ""}
    return {"person_id": person_id, "name": name, "home": home, "status": status} | plain | more


def _because() -> Any:
    return SimpleNamespace(occurred_on=today(), kind="exposed_to_case")


def _items() -> list[Item]:
    """A fact that waits, one that was corrected, one that was withdrawn, one that was taken back."""

    def item(name: str, state: str, *versions: str, **more: Any) -> Item:
        told = tuple(Version(n, text, now(), "tracer", state != "holds") for n, text in enumerate(versions, 1))[::-1]
        return Item("test", name, today(), say("a_test"), versions[-1], state, told, "p-000001", **more)

    words = say("look_reason")
    return [
        item("t-000004", "holds", words, next=("record_result", say("correct"))),
        item("t-000003", "holds", words, LONG, forms=(("withdraw_test", say("withdrawn")),)),
        item("t-000002", "withdrawn", words, words),
        item("e-000001", "void", words, say("taken_back")),
    ]
