"""The work sheet and the situation as PDF: the same that their pages show, set for paper."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from sizao.page.look import GRID, INK, SOFT
from sizao.papers import Both, Chart, Code, Figures, Sheet, Situation, draw
from sizao.register.access import Access
from sizao.register.clock import now, today
from sizao.register.models import Person, Place
from sizao.register.situation import pending_since, span
from sizao.register.work import find_work
from sizao.web.needs import needs
from sizao.web.say import in_both, lang, say, titles
from sizao.web.screens.documents import page_words, pdf
from sizao.web.screens.situation import read_days, read_place, shown_to
from sizao.web.screens.situation_curve import FREE, SHADE, UNDER, draw_curves
from sizao.web.screens.situation_shown import BEYOND, Cell, Row, Shown, shown_parts
from sizao.web.screens.work import NEEDS, QUICK, Asked, log, page_at, parts_of, read_asked, read_work, where

PEOPLE, IN_PARTS = 500, 2_000
"""On one sheet, and on those of all parts together; how many more there are is said on the last."""
Listed = dict[str, str | Both]


@needs(*NEEDS)
def sheet_file(request: Any) -> HttpResponse:
    """A tab of the work of today, everybody on it up to PEOPLE; with `parts` a sheet for each place below."""
    access, parts = request.access, request.GET.get("parts") == "1"
    asked = read_asked(request.GET, access, "parts")
    size = IN_PARTS if parts else PEOPLE
    found = find_work(access, tab=asked.tab, whose=asked.whose, under=asked.path, after=asked.after, size=size)
    log(access, "sheet", asked, found.ids)
    people = _people(request, found.ids)
    rest = found.counts[asked.tab] - len(found.ids) if found.after else 0
    rest = -1 if rest and asked.after else rest  # nobody counted those before
    below = parts_of(access, asked.path) if parts else []
    groups = _in_parts(access, asked, people, below) or [(asked, people)]
    last = len(groups) - 1
    pages = [_sheet(request, *group, rest if n == last else 0) for n, group in enumerate(groups)]
    return pdf(draw(pages, now()), "work-sheet")


def _in_parts(
    access: Access, asked: Asked, people: Sequence[Listed], below: Sequence[Place]
) -> list[tuple[Asked, list[Listed]]]:
    """Who lives in which of the places below; who lives in none of them comes first."""
    rows = Person.objects.seen_by(access, "see_people").filter(pk__in=[one["id"] for one in people])
    homes = dict(rows.values_list("pk", "area"))
    groups: dict[Place | None, list[Listed]] = {place: [] for place in [None, *below]}
    for one in people:
        home = homes.get(str(one["id"]), "")
        groups[next((place for place in below if home.startswith(place.path)), None)].append(one)
    return [
        (asked if place is None else replace(asked, place=place.place_id, path=place.path), found)
        for place, found in groups.items()
        if found
    ]


def _sheet(request: Any, asked: Asked, people: Sequence[Listed], rest: int) -> Sheet:
    """`rest`: how many more there are, -1 where some are and nobody knows how many."""
    title = both(lambda: f"{say('work_sheet')}{say('colon')}{say().word('work_tabs', asked.tab)}")
    user = request.user.get_full_name() or request.user.username
    under = both(
        lambda: " · ".join([say("work_sheet_for", user=user, day=say().day(today())), *where(asked, request.access)])
    )
    heads = [both(partial(say, word)) for word in ("person", "work_due", "work_sheet_note")]
    boxes = [both(lambda name=name: say().word("work_quick", name)) for name in (*QUICK, "sample")]
    empty = both(lambda: say().word("work_empties", asked.tab))
    return Sheet(title, under, heads, boxes, people, both(page_words), lang(), both(lambda: _note(rest)), empty)


def both(tell: Callable[[], str]) -> Both:
    """A text in both languages."""
    return Both(**in_both(tell))


def _note(rest: int) -> str:
    more = [say().sentence(say("pdf_rest", n=rest) if rest > 0 else say("pdf_more"))] if rest else []
    return str(say().sentences(*more, say("pdf_destroy")))


def _people(request: Any, ids: Sequence[str]) -> list[Listed]:
    tell = read_work(request.access, ids)
    told = in_both(lambda: [(row, _said(row)) for row in tell()])
    return [
        {
            "text": page_at(request, row["person_id"]),
            "caption": "",
            "below": "",
            "id": row["person_id"],
            "name": row["name"] or row["person_id"],
            "phone": row["phone"] or "",
            **{name: Both(zh[name], en[name]) for name in zh},
        }
        for (row, zh), (_, en) in zip(told["zh"], told["en"], strict=True)
    ]


def _said(row: dict[str, Any]) -> dict[str, str]:
    status = row["status"]
    holds = ""
    if status is not None:
        until = f"{say('until')} {say().day(status.until)}" if status.until else say("open_end")
        what = titles().restriction(status.restriction) if status.restriction else "—"
        holds = f"{what} · {until}"
    return {
        "home": " · ".join([*row["home"], *row["traits"]]),
        "due": " · ".join(text for _, text in row["due"]),
        "holds": holds,
    }


@needs("see_figures")
def situation_file(request: Any) -> HttpResponse:
    """The situation of a place as a report, in one language and then in the other. In the address: `place`, `days`;
    with `parts` one of each place below that the page lists."""
    access = request.access
    days = read_days(request.GET)
    path, place = read_place(access, "see_figures", request.GET.get("place", ""))
    areas = [(path, place)]
    if request.GET.get("parts") == "1":
        listed = shown_parts(_shown(access, path, place, days), "cases")["rows"]
        areas = [read_place(access, "see_figures", row["part"].place_id) for row in listed] or areas
    pages: list[Situation] = []
    for area in areas:
        here = _shown(access, *area, days, watched=len(areas) == 1)
        code = _code(request, here)
        pages += in_both(partial(_report, here, code)).values()
    return pdf(draw(pages, timezone.now()), "situation")


def _shown(access: Access, path: str, place: Place | None, days: int, watched: bool = True) -> Shown:
    return replace(shown_to(access, path, place, days, watched), may_list=False)


def _code(request: Any, here: Shown) -> Code:
    """Opens the page of the report: who may see it there sees what has become of its figures."""
    asked = {} if here.place is None else {"place": here.place.place_id}
    address = f"{reverse('situation')}?{urlencode({**asked, 'days': here.found.days})}"
    where = str(request.build_absolute_uri(address))
    return Code(where, both(lambda: say("pdf_open")), where.partition("://")[2])


def _report(here: Shown, code: Code) -> Situation:
    """In the language of the moment: every figure and curve of the page."""
    found, days = here.found, here.found.days
    this, last = span(found.on, days), span(found.on, days, 1)
    name = say().name(here.place.name) if here.place is not None else say("sit_everywhere")
    under = say("sit_span", since=say().day(this[0]), until=say().day(this[1]))
    tables = [_flows(here, last), _stocks(here), *_parts(here)]
    charts = [
        Chart(say().word("sit_curves", curve.name), _svg(str(curve.picture)), _late(curve, found))
        for curve in draw_curves(found.curve, lang(), here.small)
    ]
    keys = [(UNDER, say("sit_under")), (FREE, say("sit_free")), (SHADE, say("sit_grows"))]
    after = [_tracing(here), _shares(here), _doubts(here, found.on, days)]
    known = say().moment(found.known_at) if found.known_at else say("sit_never")
    zone = settings.TIME_ZONE
    counted = say().moment(found.counted_at)
    foot = say("sit_as_of", at=counted, known=known, rulebook=found.rulebook, zone=zone)
    notes = [say("sit_not_counted"), *([say("sit_small")] if here.small else [])]
    title = f"{say('sit_title')} · {name}"
    words = (say("sit_curve"), after, foot, lang(), page_words(), notes, code)
    return Situation(title, under, tables, charts, keys, *words)


def _text(cell: Cell | None) -> str:
    if cell is None:
        return "—"
    return f"{cell.text}  {cell.of}" if cell.of else cell.text


def _change(row: Row) -> str:
    if row.way == "same":
        return str(say("sit_same"))
    mark = {"up": "▲ ", "down": "▼ "}.get(row.way, "")
    return f"{mark}{row.change} {row.percent}".strip()


def _flows(here: Shown, last: Any) -> Figures:
    heads = [say(f"sit_{name}") for name in ("figure", "this", "share", "last", "change")]
    rows = here.flows()
    told = [[row.word, _text(row.now), row.share, _text(row.before), _change(row)] for row in rows]
    parts = [n for n, row in enumerate(rows) if row.is_part]
    note = say("sit_last_span", since=say().day(last[0]), until=say().day(last[1]))
    return Figures(say("sit_flows"), heads, told, str(say().sentences(note, say("sit_unfinished"))), parts)


def _stocks(here: Shown) -> Figures:
    heads = [say(f"sit_{name}") for name in ("figure", "now", "then", "change")]
    stocks = [*here.held(), *here.stocks()]
    rows = [[row.word, _text(row.now), _text(row.before), _change(row)] for row in stocks]
    parts = [n for n, row in enumerate(stocks) if row.is_part]
    return Figures(say("sit_stocks"), heads, rows, say("sit_held_note"), parts)


def _parts(here: Shown) -> list[Figures]:
    parts = shown_parts(here, "cases")
    if not parts["rows"]:
        return []
    rate = "sit_rate_population" if parts["by_population"] else "sit_rate"
    heads = [say("sit_part"), say("sit_cases"), say("sit_before"), say(rate)]
    heads += [say("sit_part_held"), say("sit_part_excesses"), say("sit_part_place_excesses")]
    rows = []
    for row in parts["rows"]:
        cells = [_text(row["cells"][name]) for name in ("cases", "before", "held", *BEYOND)]
        rows.append([say().name(row["part"].name), *cells[:2], row["rate"], *cells[2:]])
    notes = [f"{say('sit_rest', n=parts['rest'])} {parts['rest_cases'].text}"] if parts["rest"] else []
    notes += [say("sit_empty", n=parts["empty"])] if parts["empty"] else []
    return [Figures(say("sit_parts"), heads, rows, str(say().sentences(*notes)), wide=True)]


def _tracing(here: Shown) -> Figures:
    three = ("median", "late80", "of_cases")
    heads = [say("sit_delay"), *(f"{say('sit_this')}{say('colon')}{say(f'sit_{name}')}" for name in three)]
    heads += [f"{say('sit_last')}{say('colon')}{say(f'sit_{name}')}" for name in three]
    rows = []
    for row in here.tracing():
        shown = [_text(row[half][name]) for half in ("new", "old") for name in ("median", "late", "cases")]
        rows.append([say().word("sit_delays", row["name"]), *shown])
    return Figures(say("sit_tracing"), heads, rows, say("sit_delay_note"), wide=True)


def _shares(here: Shown) -> Figures:
    rows = [[say().word("sit_shares", row["name"]), *map(_text, row["cells"])] for row in here.shares()]
    return Figures(
        say("sit_found"), [say("sit_figure"), say("sit_this"), say("sit_last")], rows, say("sit_found_note")
    )


def _doubts(here: Shown, on: Any, days: int) -> Figures:
    rows = [[say().word("sit_figures", row["name"]), _text(row["cell"])] for row in here.doubts()]
    note = say("sit_doubts_note", since=say().day(pending_since(on, days)))
    return Figures(say("sit_doubts"), [say("sit_figure"), say("sit_now")], rows, note)


def _late(curve: Any, found: Any) -> str:
    if curve.late is None:
        said = say("sit_late_unknown", of=curve.of)
    elif curve.late:
        said = say("sit_late", of=curve.of, n=curve.late)
    else:
        said = say("sit_late_none", of=curve.of)
    more = say("sit_no_onset", n=found.curve.no_onset) if curve.name == "onset" else ""
    return str(say().sentences(said, more))


def _svg(picture: str) -> str:
    """The picture of the page with its colours and letters said, which are the stylesheet's there."""
    text = picture.replace('class="soft"', f'fill="{SOFT}"').replace('class="line"', f'stroke="{GRID}"')
    return re.sub(r"<svg ", f'<svg font-family="Noto Sans SC, Noto Sans CJK SC" color="{INK}" ', text, count=1)
