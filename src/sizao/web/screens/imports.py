"""Imports on screen: send a file, look at what it would do, accept it, see how far it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django_htmx.http import HttpResponseClientRefresh

from sizao.errors import Problem, SizaoError
from sizao.register.access import Access
from sizao.register.clock import now
from sizao.register.imports.accept import decide, decide_rest, side_by_side
from sizao.register.imports.files import Upload, plain_name, too_large
from sizao.register.imports.limits import MOST_BYTES
from sizao.register.imports.mapping import (
    GODATA,
    LINE_LIST,
    ORDERS,
    fields,
    guess,
    headers_of,
    kinds,
    read_mapping,
    title,
)
from sizao.register.imports.run import accept_soon
from sizao.register.imports.say import assumed_words, problem_title, problem_words, problems_csv
from sizao.register.imports.stage import columns_of, discard, find, look_again, own, problems_of, stage
from sizao.register.line_lists.columns import LISTS
from sizao.register.models import Import, ImportMapping
from sizao.register.reads import log_people
from sizao.web.needs import needs
from sizao.web.refusals import STATUS, words_of
from sizao.web.say import lang, say

BOTH = ("GET", "POST")
SHOWN = 100
SIZE = 20
DEEDS: dict[str, Callable[..., object]] = {"accept": accept_soon, "again": look_again, "discard": discard}
QUIET = dt.timedelta(seconds=30)
"""Without a new chunk for so long, somebody may go on with an import."""


@needs("import_people", methods=BOTH)
@sensitive_post_parameters()
def imports(request: Any) -> HttpResponse:
    """One's own imports, and a form for the next file: there too is said why one was refused."""
    refused = None
    if request.method == "POST":
        try:
            found, before = _send(request)
        except SizaoError as error:
            names = [plain_name(file.name or "") for file in request.FILES.getlist("files")]
            refused = _refused(error, say().list(names))
        else:
            if before:
                messages.success(request, say("import_sent_before"))
            return _to("import", found)
    rows = [_told(row) for row in own(request.access).order_by("-pk")[:SHOWN]]
    kept_ones = ImportMapping.objects.order_by("name").values_list("name", flat=True)
    choices = [(kind, title(kind, lang())) for kind in kinds()] + [(f"kept:{name}", name) for name in kept_ones]
    told = {"rows": rows, "kinds": choices, "chosen": request.POST.get("kind", ""), "refused": refused}
    return render(request, "imports.html", told, status=400 if refused else 200)


def _send(request: Any) -> tuple[Import, bool]:
    chosen = request.POST.get("kind", "")
    kept = ImportMapping.objects.filter(name=chosen.removeprefix("kept:")).first() if ":" in chosen else None
    if chosen and kept is None and chosen not in kinds():
        raise SizaoError("unknown-mapping", "no mapping is called so", todo="choose one of the list")
    if name := getattr(request, "too_large", ""):
        raise too_large(plain_name(name), f"at most {MOST_BYTES >> 20} MiB")
    files = [Upload(file.name or "file", file.read()) for file in request.FILES.getlist("files")]
    mapping = None if kept is None else read_mapping(kept.said)
    return stage(by=request.access, files=files, mapping=mapping, kind="" if kept else chosen, unmapped=True)


def _refused(error: SizaoError, files: str) -> dict[str, str]:
    """What was refused in words, with the file (and column) that it is about. Raises what has a page of its own."""
    if error.code in STATUS:
        raise error
    said = {name: text and say().sentence(text) for name, text in words_of(error).items()}
    return {**said, "code": error.code, "where": files if error.where in ("", "godata") else error.where}


@needs("import_people", methods=BOTH)
def show_import(request: Any, import_id: str) -> HttpResponse:
    """What an import would record and what is wrong; accept, go on, compare again or discard it."""
    found = find(request.access, import_id)
    running = found.state == "accepting" and "stopped" not in found.counts and found.changed_at > now() - QUIET
    if request.htmx and request.method == "GET":
        told = {"found": found, "running": True}
        return render(request, "import_progress.html", told) if running else HttpResponseClientRefresh()
    refused = None
    if request.method == "POST":
        does = DEEDS.get(request.POST.get("do", ""))
        try:
            if does is not None:
                does(by=request.access, import_id=import_id)
            return _to("import", found)
        except SizaoError as error:
            refused = _refused(error, "")
            found.refresh_from_db()
    listed = problems_of(found)
    kinds_met = [(code, effect) for code, effect, _ in found.counts.get("problems", [])]
    code, _, effect = request.GET.get("problem", "").partition(".")
    if (code, effect) in kinds_met:
        listed = [problem for problem in listed if (problem.code, problem.effect) == (code, effect)]
    else:
        code = ""
    headers = headers_of(read_mapping(found.mapping))
    problems = [
        {
            "row": one,
            "column": headers.get(one.column or "", one.column),
            "title": problem_title(one.code, lang()),
            "more": _explained(one),
        }
        for one in listed[:SHOWN]
    ]
    counted = [
        {"says": problem_title(one, lang()), "effect": how, "n": n, "link": f"?problem={quote(one)}.{how}#problems"}
        for one, how, n in found.counts.get("problems", [])
    ]
    names = {*found.counts.get("new", {}), *found.counts.get("there", {}), *found.counts.get("recorded", {})}
    tables = [
        {"title": title(name, lang()).partition("：" if lang() == "zh" else ": ")[2], "name": name}
        | {what: found.counts.get(what, {}).get(name, 0) for what in ("new", "there", "recorded")}
        for name in kinds()
        if name in names
    ]
    told = {
        **_told(found),
        "problems": problems,
        "more": len(listed) > SHOWN,
        "shown": SHOWN,
        "of_one_kind": problem_title(code, lang()) if code else "",
        "counted": counted,
        "tables": tables,
        "lists": _lists_of_that_day(request.access, found, tables) if found.state == "done" else [],
        "matches": found.matches.count(),
        "undecided": found.matches.filter(choice="").count(),
        "running": running,
        "stopped": found.counts.get("stopped", ""),
        "assumed": assumed_words(found.counts.get("assumed", []), lang()),
        "refused": refused,
    }
    return render(request, "import.html", told, status=400 if refused else 200)


@needs("import_people", methods=BOTH)
@sensitive_post_parameters()
def import_mapping(request: Any, import_id: str) -> HttpResponse:
    """What each column means; saved, the file is read anew."""
    found = find(request.access, import_id)
    if found.mapping["kind"] == GODATA or found.state != "previewed":
        return _to("import", found)
    columns = columns_of(found)
    used = read_mapping(found.mapping)
    refused = None
    if request.method == "POST":
        kind = request.POST.get("kind", used.kind)
        typed = any(name.startswith(("c-", "d-")) for name in request.POST)
        try:
            if kind not in kinds() or kind == GODATA:
                raise SizaoError("unknown-mapping", "no mapping is called so", todo="choose one of the list")
            if not typed:
                used = guess([], [name for name, _ in columns], kind)
            else:
                used = read_mapping(_typed(request.POST, kind))
            look_again(by=request.access, import_id=import_id, mapping=used)
            if typed and (name := request.POST.get("keep", "").strip()[:100]):
                said = {"said": used.as_json(), "by": request.user, "made_at": now()}
                ImportMapping.objects.update_or_create(name=name, defaults=said)
            return _to("import" if typed else "import_mapping", found)
        except SizaoError as error:
            refused = _refused(error, "")
    rows = [
        {
            "name": name,
            "says": said[lang()],
            "chosen": used.columns.get(name, ""),
            "default": used.defaults.get(name, ""),
        }
        for name, said in fields(used.kind).items()
    ]
    told = {
        **_told(found),
        "fields": rows,
        "columns": columns,
        "used": used,
        "orders": ORDERS,
        "is_list": used.kind == LINE_LIST,
        "kinds": [(kind, title(kind, lang())) for kind in kinds() if kind != GODATA],
        "refused": refused,
    }
    return render(request, "import_mapping.html", told, status=400 if refused else 200)


@needs("import_people", methods=BOTH)
def import_people(request: Any, import_id: str) -> HttpResponse:
    """People of the file beside the records that look like them, twenty at a time."""
    found = find(request.access, import_id)
    if request.method == "POST":
        rest = request.POST.get("rest", "")
        if rest:
            decide_rest(by=request.access, import_id=import_id, choice=rest)
            return _to("import", found)
        chosen = {name[1:]: value for name, value in request.POST.items() if name[0] == "m" and name[1:].isdecimal()}
        decide(
            by=request.access, import_id=import_id, choices={int(n): value for n, value in chosen.items() if value}
        )
        return _to("import_people", found)
    after = request.GET.get("after", "")
    rows = found.matches.order_by("number")
    undecided = rows.filter(choice="").count()
    if after.isdecimal() and len(after) < 9:
        rows = rows.filter(number__gt=int(after))
    elif undecided:
        rows = rows.filter(choice="")
    page = list(rows[: SIZE + 1])
    told = side_by_side(request.access, page[:SIZE])
    ids = [row["match"].known_id for row in told if row["seen"]]
    log_people(by=request.access, what="import", ids=ids, asked=found.import_id, alone=found.import_id)
    lines = ("name", "number", "phone", "birth_date", "sex", "home_place_id")
    for row in told:
        row["lines"] = [
            {
                "says": say(f"import_line_{name}"),
                "file": _shown(name, row["said"].get(name, "")),
                "record": _shown(name, row["record"].get(name, "")),
            }
            for name in lines
        ]
        for line in row["lines"]:
            line["differs"] = bool(line["file"] and line["record"] and line["file"] != line["record"])
        row["why"] = [say(f"import_why_{way.replace('-', '_')}") for way in row["match"].why.split(";")]
    last = page[SIZE - 1].number if len(page) > SIZE else ""
    more = {"rows": told, "last": last, "undecided": undecided}
    return render(request, "import_people.html", {**_told(found), **more})


@needs("import_people")
def import_problems(request: Any, import_id: str) -> HttpResponse:
    """Every problem that is kept, as a file for who corrects the list."""
    found = find(request.access, import_id)
    page = HttpResponse(problems_csv(problems_of(found), lang()), content_type="text/csv; charset=utf-8")
    page["Content-Disposition"] = 'attachment; filename="problems.csv"'
    return page


def _lists_of_that_day(access: Access, found: Import, tables: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Of the tables that it recorded rows of: the line list of what was recorded on its day, by this file or not."""
    day = timezone.localtime(found.changed_at).date()
    query = urlencode({"recorded_at.from": day, "recorded_at.to": day})
    return [
        (table["title"], f"{reverse('list_' + name)}?{query}")
        for table in tables
        if (name := table["name"]) in LISTS and "recorded_at" in LISTS[name].columns
        if table["recorded"] and any(access.may(needed) for needed in LISTS[name].needs)
    ]


def _typed(form: Any, kind: str) -> dict[str, Any]:
    columns = {name: form[f"c-{name}"] for name in fields(kind) if form.get(f"c-{name}")}
    defaults = {name: form[f"d-{name}"].strip()[:200] for name in fields(kind) if form.get(f"d-{name}", "").strip()}
    more = {name: form[name].strip()[:60] for name in ("order", "zone", "prefix") if name in form}
    return {"kind": kind, "columns": columns, "defaults": defaults, **more}


def _told(found: Import) -> dict[str, Any]:
    return {"found": found, "title": title(found.mapping["kind"], lang()), "files": (found.files or "").split("\n")}


def _to(name: str, found: Import) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse(name, args=[found.import_id]), status=303)


def _explained(problem: Problem) -> str:
    """What is wrong and what to do, as sentences; where both stand in no table of words, the kind alone is said."""
    return str(say().sentences(*(say().sentence(text) for text in problem_words(problem, lang()) if text)))


def _shown(name: str, value: str) -> str:
    """A value of a person, a sex in words."""
    return str(say().word("sexes", value)) if name == "sex" and value else value
