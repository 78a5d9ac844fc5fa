"""Acts and looks in words: what an act was about and what a look asked for, without a machine's names of fields."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterable
from typing import Any

from sizao.register.line_lists.columns import FIELDS
from sizao.register.models import Act, Read, Team, User
from sizao.register.roles import roles
from sizao.web.forms.describe import forms
from sizao.web.say import lang, say, titles

UNSAID = ("batch", "chunks", "row", "sent")
"""What an act keeps for the machine."""
TABLES = {
    "at": "interview_sections",
    "did": "work_deeds",
    "do": "work_deeds",
    "list": "list_titles",
    "of": "list_titles",
    "outcome": "outcomes",
    "said": "answers_said",
    "job": "jobs",
    "show": "audit_shows",
    "state": "excess_states",
    "answer": "answer_states",
    "tab": "work_tabs",
    "table": "list_titles",
    "whose": "work_whose",
}
"""Where the words of a field's values stand."""
KINDS = {
    "record_event": "",
    "take_request": "requests",
    "object_to_status": "requests",
    "make_document": "document_kinds",
    "make_documents": "document_kinds",
    "make_orders": "document_kinds",
    "document": "document_kinds",
    "documents": "document_kinds",
    "answer_excess": "excess_kinds",
    "judge_answer": "excess_kinds",
    "lift_order": "excess_kinds",
}
"""The same of `kind`, by what was done; "": what the rulebooks call it."""
ATTRIBUTES = {attribute: column for column, attribute in FIELDS.items()}
WHOLE = re.compile(r"(\d{4}-\d\d-\d\d)")


def names_in(rows: Iterable[Any]) -> dict[tuple[str, Any], str]:
    """The names of teams and users that acts say by number."""
    acts = [row.about for row in rows if isinstance(row, Act)]
    teams, users = ({about.get(name) for about in acts} for name in ("team", "user"))
    found = {("team", team.pk): say().name(team.name) for team in Team.objects.filter(pk__in=_numbers(teams))}
    return found | {("user", user.pk): user.username for user in User.objects.filter(pk__in=_numbers(users))}


def said_act(act: Act, names: dict[tuple[str, Any], str]) -> str:
    """What an act was about."""
    done = act.action.removesuffix("_many")
    told = []
    for name, value in sorted(act.about.items(), key=lambda told: (told[0] == "job", told[0])):
        if name in UNSAID or value in ("", None, []):
            continue
        values = value if isinstance(value, list) else [value]
        said = say().list(names.get((name, one)) or said_value(done, name, one) for one in values)
        told.append(say("audit_field", field=said_field(name), value=said))
    return "; ".join(told) if lang() == "en" else "；".join(told)


def said_read(read: Read, hidden: Collection[str] = ()) -> str:
    """What a look asked for, without the values of `hidden` columns; a reason behind broken glass as it was typed."""
    if read.glass is not None:
        return read.why
    if read.what == "form":
        return forms()[read.asked].says if read.asked in forms() else read.asked
    told = []
    for part in filter(None, re.split(r", |&", read.asked)):
        name, given, value = part.partition("=")
        if name.partition(".")[0] in hidden:
            told.append(say().word("list_columns", name.partition(".")[0]))
        elif given and not value:
            continue  # a filter that was left open
        elif given:
            told.append(say("audit_field", field=said_field(name), value=said_value(read.what, name, value)))
        else:
            told.append(": ".join(_word_in(("audit_asked", "interview_sections"), word) for word in part.split(": ")))
    return str(say().list(told))


def said_field(name: str) -> str:
    """The name of a field."""
    return say().word("audit_fields", name)


def said_value(done: str, name: str, value: Any) -> str:
    """A value as people say it, by the field and what was done."""
    if isinstance(value, bool):
        return str(say("yes" if value else "no"))
    if name in ("on", "since", "day") and WHOLE.fullmatch(str(value)):
        return str(say().day(dt.date.fromisoformat(str(value))))
    text = str(value)
    if name == "kind" and done in KINDS:
        return say().word(KINDS[done], text) if KINDS[done] else titles().kind(text)
    if name == "kind" and text in say().words()["excess_kinds"]:
        return say().word("excess_kinds", text)
    if name == "role":
        return str(roles()[text].title[lang()]) if text in roles() else say().word("place_roles", text)
    if name == "said" and done == "judge_answer":
        return say().word("answers_judge", text)
    if name == "fields":
        return say().word("list_columns", ATTRIBUTES.get(text, text))
    if name in ("names", "beyond"):
        return str(say("yes" if text in ("yes", "1") else "no"))
    return _word_in((TABLES[name], "audit_asked"), text) if name in TABLES else text


def _word_in(tables: Iterable[str], text: str) -> str:
    """The word of the first table that has it, else the text."""
    words = say().words()
    return next((say().word(table, text) for table in tables if text in words[table]), text)


def _numbers(values: Iterable[Any]) -> list[int]:
    return [value for value in values if isinstance(value, int)]
