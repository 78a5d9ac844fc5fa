"""Line lists: any filter, chosen columns, many at once, kept under a name, taken out as a file."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse

from sizao.errors import SizaoError
from sizao.register.access import Access
from sizao.register.actions.lists import forget_list, save_list
from sizao.register.clock import today
from sizao.register.exports.write import FORMATS, MOST_IN_A_WORKBOOK, TYPES, export_list
from sizao.register.identifying import IDENTIFYING
from sizao.register.line_lists.asked import Asked, Condition, read_asked, read_query
from sizao.register.line_lists.columns import LISTS, list_of
from sizao.register.line_lists.find import PAGE, Count, count_rows, find_page
from sizao.register.line_lists.values import load
from sizao.register.models import Place, SavedList, Team
from sizao.register.reads import log_people
from sizao.web.forms.build import KEY
from sizao.web.forms.fields import PlaceField
from sizao.web.needs import for_users, needs
from sizao.web.say import say
from sizao.web.screens.line_list_cells import Cells, choices_of, label_of, said_value
from sizao.web.screens.line_list_refused import refuse_filter
from sizao.web.screens.ticked import MOST, TICKED
from sizao.web.screens.work_do import NEEDED

EVERY = tuple(dict.fromkeys(name for found in LISTS.values() for name in found.needs))
AT = "at."
"""Before the name of a column in the form that orders them: its place among the columns."""
REFUSED = ("list-filter", "list-column", "list-names", "bad-page")
"""What is wrong with an address, not with who asks."""


@needs(*EVERY)
def lists(request: Any) -> HttpResponse:
    """Which lists there are, and those that were kept."""
    access = request.access
    told = {
        "lists": [of for of in LISTS if may_see(access, of)],
        "kept": [tell_kept(kept, access) for kept in kept_lists(access) if may_see(access, kept.of)],
    }
    return render(request, "lists/lists.html", told)


def line_list(of: str) -> Callable[..., HttpResponse]:
    """The view of one list."""

    @needs(*list_of(of).needs)
    def view(request: Any) -> HttpResponse:
        """One page. In the address: filters, area, columns, sort, after (docs/line-lists.md)."""
        access: Access = request.access
        given = {name: request.GET.getlist(name) for name in request.GET if not name.startswith(AT)}
        named = _area_by_name(access, given.get("area", []))
        given |= {"area": [named]} if named else {}
        places = [name for name in request.GET if name.startswith(AT)]
        given |= {"columns": [_ordered(request.GET, places)]} if places else {}
        try:
            asked = read_asked(of, given)
            if named or places or not all(value.strip() for values in given.values() for value in values):
                return HttpResponseRedirect(f"{request.path}?{asked.query(after=asked.after)}")
            page = find_page(access, asked)
        except SizaoError as error:
            if error.code in REFUSED:
                return refuse_filter(request, of, given, error)
            raise
        count = count_rows(access, asked, page)
        _log(access, asked, page.rows)
        rows = load(access, asked.list, page.rows, asked.shows)
        told = {
            "asked": asked,
            "of": of,
            "tabs": [(name, reverse(f"list_{name}")) for name in LISTS if may_see(access, name)],
            "count": say_count(count),
            "rows": Cells(access, asked).tell(rows),
            "heads": [label_of(of, name) for name in asked.shows],
            "query": asked.query(),
            "back": asked.query(after=asked.after),
            "next": asked.query(after=page.after) if page.after else "",
            "looked": page.looked,
            "chips": chips(access, asked),
            "fields": fields_of(access, asked),
            "columns": [(name, label_of(of, name), _place_of(name, asked.shows)) for name in _offered(access, asked)],
            "orders": [(name, say().word("list_orders", name)) for name in asked.list.orders],
            "order": asked.sort or asked.best,
            "hidden": [(c.key, value) for c in asked.conditions for value in c.said],
            "deeds": deeds_of(access, of),
            "ticks": TICKED.get(of, "who"),
            "all": count.n if not count.more and count.looked is None and 0 < count.n <= MOST else 0,
            "kept": [tell_kept(kept, access) for kept in kept_lists(access) if kept.of == of],
            "teams": Team.objects.filter(members__user=request.user).order_by("name"),
            "may_export": access.may("export_people"),
            "may_names": access.may("see_names") and of != "places",
            "may_find": access.may("see_names") or access.may("find_anybody"),
            "formats": FORMATS,
            "most": MOST_IN_A_WORKBOOK,
            "size": PAGE,
        }
        return render(request, "lists/list.html", told)

    return view


OF_WORK = ("people", "cases", "events", "tests")
"""Lists whose people something may be done to, many at once."""


def deeds_of(access: Access, of: str) -> list[tuple[str, str, str]]:
    """What may be done to many of a list at once: its name, in words, and the page that does it."""
    deeds = [(deed, "work_do") for deed in NEEDED if of in OF_WORK and access.may(NEEDED[deed])]
    if of == "tests" and access.may("record_tests"):
        deeds.insert(0, ("result", "results_do"))
    return [(deed, say().word("work_deeds", deed), reverse(page)) for deed, page in deeds]


@needs(*EVERY, methods=("POST",))
def keep_list(request: Any) -> HttpResponse:
    """Keeps the list of `of` and `query` under a name, for oneself or a team."""
    given, team = request.POST, request.POST.get("team", "")
    by = dataclasses.replace(request.access, key=_key(given))
    try:
        if team and not (team.isascii() and team.isdecimal() and len(team) < 10):
            raise SizaoError("list-filter", "there is no such team", todo="choose one of yours")
        kept = save_list(
            by=by,
            of=given.get("of", ""),
            name=given.get("name", ""),
            query=given.get("query", ""),
            team_id=int(team) if team else None,
        )
    except SizaoError as error:
        if error.code != "list-needs-name":
            raise
        messages.warning(request, say("list_needs_name"))
        asked = read_query(given.get("of", ""), given.get("query", ""))
        return HttpResponseRedirect(f"{reverse(f'list_{asked.list.of}')}?{asked.query()}", status=303)
    messages.success(request, say("list_kept", name=kept.name))
    return HttpResponseRedirect(f"{reverse(f'list_{kept.of}')}?{kept.query}", status=303)


@needs(*EVERY, methods=("POST",))
def forget(request: Any) -> HttpResponse:
    """Forgets one of one's own lists."""
    number = request.POST.get("list", "")
    forget_list(by=request.access, list_id=int(number) if number.isdecimal() and len(number) < 10 else 0)
    messages.success(request, say("list_forgotten"))
    return HttpResponseRedirect(reverse("lists"), status=303)


@needs("export_people", methods=("POST",))
def list_file(request: Any) -> StreamingHttpResponse:
    """The list of `of` and `query` as a file; logged before its first row is given."""
    asked = read_query(request.POST.get("of", ""), request.POST.get("query", ""))
    format = request.POST.get("format", "csv")
    names = request.POST.get("names") == "yes"
    found, pieces = export_list(by=request.access, asked=asked, format=format, names=names)
    page = StreamingHttpResponse(pieces, content_type=TYPES[format])
    page["Content-Disposition"] = f'attachment; filename="{found.table}-{today()}.{format}"'
    return page


@for_users()
def old_people(request: Any) -> HttpResponse:
    """The list of people under its former address, for links that were kept."""
    queries = {
        "held": "measure.is=filled",
        "due": "test_due=yes",
        "ending": f"last_day={today()}",
        "free": "measure.is=empty",
        "all": "",
    }
    query = queries.get(request.GET.get("show", "held"), "")
    return HttpResponseRedirect(f"{reverse('list_people')}?{query}".rstrip("?"))


def may_see(access: Access, of: str) -> bool:
    """Whether the list is for this user."""
    return any(access.may(name) for name in LISTS[of].needs)


def kept_lists(access: Access) -> list[SavedList]:
    """One's own lists and those of one's teams; of these, whoever opens one sees their own area in it."""
    rows = SavedList.objects.select_related("team", "user")
    mine = rows.filter(user_id=access.user_id)
    ours = rows.filter(team__members__user_id=access.user_id).exclude(user_id=access.user_id)
    return [*mine.order_by("of", "name"), *ours.order_by("of", "name")[:200]]


def tell_kept(kept: SavedList, access: Access) -> dict[str, Any]:
    """A kept list as a link, and whose it is."""
    return {
        "id": kept.pk,
        "of": kept.of,
        "name": kept.name,
        "team": kept.team,
        "by": "" if kept.user_id == access.user_id else kept.user.first_name or kept.user.username,
        "mine": kept.user_id == access.user_id,
        "query": kept.query,
        "address": f"{reverse(f'list_{kept.of}')}?{kept.query}",
    }


def say_count(count: Count) -> str:
    """How many, as far as that is known."""
    if count.looked is not None:
        return str(say("list_count_looked", n=say().number(count.n), looked=say().number(count.looked)))
    return str(say("list_count_more" if count.more else "list_count", n=say().number(count.n)))


def chips(access: Access, asked: Asked) -> list[tuple[str, str]]:
    """Each filter in words, and the list without it."""
    told = [(said_condition(access, asked, condition), asked.without(condition)) for condition in asked.conditions]
    if asked.area:
        place = Place.objects.unscoped("names of places are no secret").get(place_id=asked.area)
        told.append((say("list_in_area", place=say().name(place.name)), asked.query(area="", path="")))
    return told


def said_condition(access: Access, asked: Asked, condition: Condition) -> str:
    """A filter in words."""
    values = [said_value(access, asked.list.of, condition.column, value) for value in condition.values]
    told = say("list_or").join(values[:6]) + ("…" if len(values) > 6 else "")
    column = label_of(asked.list.of, condition.column)
    return str(say(f"list_way_{condition.way}", column=column, values=told))


def fields_of(access: Access, asked: Asked) -> list[dict[str, Any]]:
    """The columns that can be asked for, each with what is asked for already."""
    found = []
    for name in _offered(access, asked):
        column = asked.list.columns[name]
        if not column.ways:
            continue
        given = set(asked.has(name, "is"))
        choices = choices_of(access, asked.list.of, name)
        state = next((c.way for c in asked.conditions if c.column == name and c.way in ("empty", "filled")), "")
        found.append(
            {
                "name": name,
                "label": label_of(asked.list.of, name),
                "kind": column.kind,
                "choices": [(value, says, value in given) for value, says in choices],
                "is": ", ".join(asked.has(name, "is")),
                "exact": bool(given) and column.kind in ("date", "number"),
                "from": "".join(asked.has(name, "from")),
                "to": "".join(asked.has(name, "to")),
                "has": "".join(asked.has(name, "has")),
                "state": state,
                "empty": "empty" in column.ways,
                "used": any(c.column == name for c in asked.conditions),
            }
        )
    return found


def _offered(access: Access, asked: Asked) -> list[str]:
    """The columns, without those that identify people for who may see no names."""
    hidden = IDENTIFYING if asked.list.of == "people" and not access.may("see_names") else ()
    return [name for name in asked.list.columns if name not in hidden]


def _area_by_name(access: Access, given: Sequence[str]) -> str:
    """The id of the place where it is called by its name, as people do; "" where it is an id, or several have it."""
    text = "".join(given).strip()
    if not text or len(given) > 1 or Place.objects.unscoped("names are no secret").filter(place_id=text).exists():
        return ""
    try:
        return PlaceField(required=False, areas=access.areas("see_people")).clean(text) or ""
    except ValidationError:
        return ""


def _place_of(name: str, shows: Sequence[str]) -> int | str:
    return shows.index(name) + 1 if name in shows else ""


def _ordered(given: Mapping[str, str], places: Sequence[str]) -> str:
    """The columns by the numbers that were put beside them; those without a number are left out."""
    chosen: list[tuple[int, int, str]] = []
    for key in places:
        text = given[key].strip()
        if text.isascii() and text.isdecimal() and 0 < len(text) < 4 and int(text):
            chosen.append((int(text), len(chosen), key.removeprefix(AT)))
    return ",".join(name for _, _, name in sorted(chosen))


def _log(access: Access, asked: Asked, rows: Sequence[Any]) -> None:
    """The look, before anything is shown."""
    of = asked.list.of
    ids = [] if of == "places" else [row.pk if of == "people" else row.person_id for row in rows]
    said = f"list={of}, {asked.query()}"
    named = asked.named(ids) if of != "places" else ()
    log_people(by=access, what="list", ids=ids, asked=said, named=named, alone=f"list={of}", people=len(ids))


def _key(given: Mapping[str, str]) -> str:
    key = given.get("key", "")
    return key if KEY.fullmatch(key) else ""
