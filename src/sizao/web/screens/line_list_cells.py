"""What stands in the cells of line lists: labels, words and days, with links to the person, case or place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.urls import reverse

from sizao.policy import chain
from sizao.register.access import Access
from sizao.register.clock import today
from sizao.register.line_lists.asked import Asked
from sizao.register.line_lists.columns import LISTS, STATUS
from sizao.register.line_lists.values import Row
from sizao.web.forms.build import LISTS as FORM_LISTS
from sizao.web.forms.fields import brief
from sizao.web.needs import needs_of
from sizao.web.rows import page_of
from sizao.web.say import dialled, lang, say, titles
from sizao.web.screens.interview import interview
from sizao.words import Lang

WORDS = {
    "sex": "sexes",
    "traits": "traits",
    "method": "methods",
    "result": "results",
    "classification": "classifications",
    "origin": "origins",
    "severity": "severities",
    "found_by": "ways_found",
}
KINDS = {"requests": "requests", "places": "place_kinds"}
OF_FORMS = {"restriction": "restrictions", "level": "levels"}
MOST_TEAMS = 50
NOBODY = Access(None, dt.datetime(2022, 11, 20, tzinfo=dt.UTC))
"""For words that are the same for everybody."""
PLACES = ("place_id", "parent_id", "home_place_id")
DERIVED = tuple(column.name for column in STATUS if column.of == "status")
"""Columns of people that are derived: why stands beside the first that says something, and beside a test due."""


def label_of(of: str, column: str) -> str:
    """The head of a column."""
    return str(say().word("list_columns", "place_name" if (of, column) == ("places", "name") else column))


def choices_of(access: Access, of: str, column: str) -> list[tuple[str, str]]:
    """The words to choose from; none for a column of free words."""
    if column == "assigned" and access.may("assign_people"):
        return [(f"team:{number}", says) for number, says in FORM_LISTS["teams"](access)[:MOST_TEAMS]]
    return list(_choices(of, column, lang(), today(), settings.SIZAO_RULEBOOK))


@lru_cache(maxsize=500)
def _choices(of: str, column: str, language: Lang, on: dt.date, rulebook: str) -> Sequence[tuple[str, str]]:
    """Those that are the same for everybody."""
    if LISTS[of].columns[column].kind == "yes":
        return [("yes", say("yes")), ("no", say("no"))]
    table = KINDS.get(of, "") if column == "kind" else WORDS.get(column, "")
    if table:
        return [(name, said[language]) for name, said in say().words()[table].items()]
    if (of, column) == ("events", "kind"):
        return FORM_LISTS["kinds"](NOBODY)
    if column in OF_FORMS:
        return FORM_LISTS[OF_FORMS[column]](NOBODY)
    if column == "measure":
        found: dict[str, str] = {}
        for book in reversed(chain(rulebook)):
            for measure in book.measures:
                found.setdefault(measure.id, titles().measure(measure.id))
        return list(found.items())
    return ()


def said_value(access: Access, of: str, column: str, value: Any) -> str:
    """A value of a filter, as people say it."""
    if isinstance(value, dt.date):
        return str(say().day(value))
    text = ("yes" if value else "no") if isinstance(value, bool) else str(value)
    if column in ("assigned", "measure") or isinstance(value, bool):
        return dict(choices_of(access, of, column)).get(text, text)
    return _word(of, column, text) if isinstance(value, str) else text


def _word(of: str, column: str, value: str) -> str:
    """A word of a column in the language of the page; an unknown one as it is."""
    if column == "kind" and of == "events":
        return titles().kind(value)
    if column == "restriction":
        return titles().restriction(value)
    if column == "measure":
        return titles().measure(value)
    table = KINDS.get(of, "") if column == "kind" else "levels" if column == "level" else WORDS.get(column, "")
    if column == "traits":
        return str(say("list_and").join(say().word(table, part) for part in value.split(";") if part))
    return str(say().word(table, value)) if table else value


class Cells:
    """Rows for the template; words and days are looked up once a page."""

    def __init__(self, access: Access, asked: Asked) -> None:
        self.access, self.asked, self.of = access, asked, asked.list.of
        self.said: dict[tuple[str, Any], str] = {}
        self.opens = access.may("see_people")
        self.places = access.may("see_areas") or access.may("keep_places")
        declared = needs_of(interview)
        self.asks = declared is not None and any(map(access.may, declared.permissions))

    def tell(self, rows: Sequence[Row]) -> list[dict[str, Any]]:
        """Each row: its cells in the order of the columns, and whom it is of."""
        return [
            {
                "person_id": row.person_id,
                "who": row.name or row.person_id,
                "tick": row.test_id or row.person_id,
                "cells": self._cells(row),
            }
            for row in rows
        ]

    def _cells(self, row: Row) -> list[dict[str, Any]]:
        cells = [self._cell(row, name) for name in self.asked.shows]
        if self.of == "people" and self.opens:
            why = page_of("why", row.person_id)
            told = [(name, cell) for name, cell in zip(self.asked.shows, cells, strict=True) if name in DERIVED]
            first = [cell for name, cell in told if name != "test_due" and cell["text"]][:1]
            for cell in first:
                cell["why"] = why
            for name, cell in told:
                if name == "test_due" and row.values[name]:
                    cell["why"] = f"{why}#tests"
        return cells

    def _cell(self, row: Row, name: str) -> dict[str, Any]:
        value = row.values[name]
        if name == "person_id" and value:
            link = page_of("person", value) if self.opens else ""
            return _said(row.name or value, link=link, id=not row.name, under=value if row.name else "")
        if value is None or value in ("", ()):
            return _said("")
        if name == "home":
            return _said(" · ".join(brief(list(value))))
        if name == self._key:
            return _said(value, link=self._link(row, value), id=True)
        if (self.of, name) == ("places", "name"):
            link = reverse("place", args=[row.place_id]) if self.places else ""
            return _said(say().name(value), link=link, under=" · ".join(brief(list(row.home)[:-1])))
        if name in PLACES:
            return _said(value, link=reverse("place", args=[value]) if self.places else "", id=True)
        if name == "phone":
            return _said(value, link=(dial := dialled(value)) and f"tel:{dial}", n=True)
        if name == "case_id" and self.opens:
            return _said(value, link=f"{reverse('list_cases')}?case_id={quote(value, safe='')}", id=True)
        return _said(self._value(name, value), n=isinstance(value, dt.date | int | float))

    @property
    def _key(self) -> str:
        """The column that names the row itself."""
        return {"people": "person_id", "places": "place_id"}.get(self.of, f"{self.of[:-1]}_id")

    def _link(self, row: Row, value: str) -> str:
        """The page on which the row itself stands."""
        if self.of == "cases" and self.asks:
            return str(reverse("interview", args=[value]))
        if row.person_id:
            return f"{page_of('person', row.person_id)}#{quote(value)}" if self.opens else ""
        return reverse("place", args=[row.place_id]) if row.place_id and self.places else ""

    def _value(self, name: str, value: Any) -> str:
        key = (name, value)
        if key not in self.said:
            self.said[key] = self._word(name, value)
        return self.said[key]

    def _word(self, name: str, value: Any) -> str:
        if isinstance(value, bool):
            return str(say("yes" if value else "no"))
        if isinstance(value, dt.datetime):
            return str(say().moment(value))
        if isinstance(value, dt.date):
            return str(say().day(value))
        if name in ("assigned", "issuer"):
            return str(say().name(value))
        if name == "ct":
            return f"{value / 100:g}"
        if isinstance(value, int):
            return str(say().number(value))
        return _word(self.of, name, value) if isinstance(value, str) else str(value)


def _said(text: str, *, link: str = "", id: bool = False, under: str = "", n: bool = False) -> dict[str, Any]:
    return {"text": text, "link": link, "id": id, "under": under, "n": n, "why": ""}
