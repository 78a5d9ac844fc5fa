"""Rulebooks: which is in force on a date, what it says, what changes between two, what a made-up person must do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pyarrow as pa
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render

from sizao.derive import UNDECIDED, derive
from sizao.derive.person import PersonAnswer
from sizao.derive.why import explain
from sizao.engine.sqlite import SQLite
from sizao.policy import Rulebook, chain, rulebooks
from sizao.policy.compare import derive_course
from sizao.policy.diff import diff_rulebooks, find_effects, read_documents, write_effects
from sizao.policy.diff.change import NOTHING, Change
from sizao.policy.diff.say import say as diff_say
from sizao.policy.sheet.authorities import list_duties, list_limits, list_proofs
from sizao.policy.sheet.persons import list_measure
from sizao.policy.sheet.places import list_areas
from sizao.policy.sheet.say import Speech
from sizao.policy.show import list_assumed, standing
from sizao.register.access import NotFoundError
from sizao.register.clock import today
from sizao.tables import Folder, Source, contract
from sizao.web.needs import for_users
from sizao.web.say import lang, titles, written
from sizao.words import Lang

FIRST, LAST = dt.date(2014, 1, 1), dt.date(2100, 12, 31)
FACTS = 4
"""Made-up facts that the form takes."""
LONGEST = 60
"""Days that are shown of a made-up person."""
SOMEBODY = "somebody"
OF_IMPACT = ("see_excesses", "see_figures", "see_people")
"""Permissions that together let a user see what another rulebook would change for the people on record."""
CASES = tuple(f"case/{kind}/{origin}" for kind in ("confirmed", "asymptomatic") for origin in ("local", "imported"))


@for_users()
def rulebooks_list(request: Any) -> HttpResponse:
    """Every rulebook, by jurisdiction, and whether it is in force on a date."""
    on, wrong = _read_day(request.GET.get("on", ""), today())
    books = known_books()
    groups = []
    own = chain(settings.SIZAO_RULEBOOK)[-1]
    order = sorted(books.values(), key=lambda book: (book.jurisdiction != own.jurisdiction, book.jurisdiction))
    for jurisdiction, several in groupby(order, key=lambda book: book.jurisdiction):
        rows = [_told(book, on, [*books.values()]) for book in several]
        rows.sort(key=lambda row: row["book"].document.effective, reverse=True)
        groups.append({"name": jurisdiction, "rows": rows})
    told = {
        "on": on,
        "wrong": wrong,
        "groups": groups,
        "steps": [_told(book, on, chain(settings.SIZAO_RULEBOOK)) for book in chain(settings.SIZAO_RULEBOOK)],
        "names": [*books],
        "before": own.older if own.older in books else "",
        "own": own.id,
    }
    return render(request, "rules/rulebooks.html", told)


@for_users()
def rulebook(request: Any, rulebook_id: str) -> HttpResponse:
    """What one rulebook says, in words, each rule with its clause."""
    book = _find(rulebook_id)
    on, _ = _read_day(request.GET.get("on", ""), today())
    others = [*known_books().values()]
    later = [other for other in others if other.older == book.id]
    told = {
        **_told(book, on, others),
        "on": on,
        "older": book.older if book.older in known_books() else "",
        "later": later,
        "sections": sheet(book, lang()),
        "kinds": kinds_at_a_glance(book, lang()),
        "restrictions": [getattr(found.title, lang()) for found in book.restrictions],
    }
    return render(request, "rules/rulebook.html", told)


@for_users()
def compare(request: Any) -> HttpResponse:
    """What changes from one rulebook to another."""
    books = known_books()
    first, second = (name if (name := request.GET.get(side, "")) in books else "" for side in ("from", "to"))
    told: dict[str, Any] = {"names": [(book.id, getattr(book.title, lang())) for book in books.values()]}
    told |= {"first": first, "second": second, "today": today()}
    if first and second and first != second:
        groups, effects = compared(first, second, lang())
        told |= {"groups": groups, "effects": effects, "done": True}
        told["impact"] = all(map(request.access.may, OF_IMPACT))
        told["by_command"] = request.access.may("keep_register") or request.access.may("export_people")
    return render(request, "rules/compare.html", told)


@for_users()
def try_person(request: Any) -> HttpResponse:
    """What made-up facts lead to, day by day, with why; nothing is kept."""
    books = known_books()
    own = chain(settings.SIZAO_RULEBOOK)[-1].id
    name = request.GET.get("rulebook") if request.GET.get("rulebook") in books else own
    assert name is not None
    asked = _read_facts(request.GET, name)
    told: dict[str, Any] = {
        "names": [(book.id, getattr(book.title, lang())) for book in books.values()],
        "chosen": name,
        "kinds": _kinds(name),
        "facts": asked,
        "query": _kept(name, asked),
    }
    facts = [fact for fact in asked if fact["kind"] and fact["on"]]
    if facts and not any(fact["wrong"] for fact in asked):
        day, _ = _read_day(request.GET.get("day", ""), None)
        told |= lived(name, [(fact["kind"], fact["on"]) for fact in facts], day, request.access.at)
    return render(request, "rules/try.html", told)


def known_books() -> dict[str, Rulebook]:
    """The rulebooks that come with Sizao and those of the register's own chain, by effective date."""
    both = {book.id: book for book in (*rulebooks(), *chain(settings.SIZAO_RULEBOOK))}
    return dict(sorted(both.items(), key=lambda item: (item[1].document.effective, item[0])))


def _find(rulebook_id: str) -> Rulebook:
    books = known_books()
    if rulebook_id not in books:
        name = rulebook_id[:60]
        raise NotFoundError("rulebook", name, f"no rulebook {name} is known", todo="choose one from the list")
    return books[rulebook_id]


def _chain(name: str) -> Sequence[Rulebook]:
    """The chain up to a rulebook; only of names that are known: a name could be a file's."""
    own = chain(settings.SIZAO_RULEBOOK)
    ids = [book.id for book in own]
    return own[: ids.index(name) + 1] if name in ids else chain(_find(name).id)


def _told(book: Rulebook, on: dt.date, others: Sequence[Rulebook]) -> dict[str, Any]:
    state, by = standing(book, on, others)
    return {"book": book, "title": getattr(book.title, lang()), "state": state, "by": by, "is_own": _is_own(book)}


def _is_own(book: Rulebook) -> bool:
    return any(book.id == own.id for own in chain(settings.SIZAO_RULEBOOK))


def _read_day(text: str, usual: dt.date | None) -> tuple[Any, bool]:
    """A day of an address, and whether what stands there is none."""
    try:
        day = dt.date.fromisoformat(text.strip())
    except ValueError:
        return usual, bool(text.strip())
    return (day, False) if FIRST <= day <= LAST else (usual, True)


@dataclass(frozen=True)
class Line:
    """A line of a sheet; `anchor` is the clause that it is the first to name."""

    depth: int
    text: str
    anchor: str = ""


@lru_cache(maxsize=200)
def _sheet(book: Rulebook, language: Lang) -> tuple[tuple[str, tuple[Line, ...]], ...]:
    s = Speech(book, language)
    move = book.transition
    parts: list[tuple[str, Iterable[str]]] = [
        *(("measures", list_measure(s, measure)) for measure in book.measures),
        ("areas", list_areas(s)),
        ("limits", list_limits(s)),
        ("proofs", list_proofs(s)),
        ("duties", list_duties(s)),
        ("transition", [s.with_clause(s.say(move.rule, date=move.date), move.clause)] if move else []),
        ("assumed", list_assumed(book, language)),
    ]
    clauses = sorted(_clauses(book), key=len, reverse=True)
    used: set[str] = set()
    told = []
    for name, texts in parts:
        lines = []
        for text in texts:
            bare = text.lstrip(" ")
            anchor = next((clause for clause in clauses if clause in bare), "")
            lines.append(Line((len(text) - len(bare)) // 2, bare, "" if anchor in used else anchor))
            used.add(anchor)
        told.append((name, tuple(lines)))
    return tuple(told)


def _clauses(book: Rulebook) -> set[str]:
    ruled: list[Any] = [*book.measures, *book.areas.levels, *book.areas.abolished, *book.limits.forbidden]
    found = {str(each.clause) for each in (*ruled, *book.proofs, *book.duties)}
    return found | {str(book.limits.mass_testing.clause)} if book.limits.mass_testing else found


def sheet(book: Rulebook, language: Lang) -> list[dict[str, Any]]:
    """The sections of a rulebook: measures each as a block of lines, everything else as lines."""
    said = Speech(book, language)
    found: list[dict[str, Any]] = []
    for name, several in groupby(_sheet(book, language), key=lambda part: part[0]):
        blocks = [lines for _, lines in several if lines]
        if blocks:
            found.append({"name": name, "title": said.say(name), "blocks": blocks, "cards": name == "measures"})
    return found


@lru_cache(maxsize=200)
def kinds_at_a_glance(book: Rulebook, language: Lang) -> list[dict[str, Any]]:
    """Each kind of fact, what takes it, for how many days and tests."""
    on = max(book.document.effective, book.document.published)
    kinds = dict.fromkeys(kind for measure in book.measures for trigger in measure.triggers for kind in trigger.kinds)
    rows: dict[Any, dict[str, Any]] = {}
    for kind in kinds:
        course = derive_course(book, kind, on)
        if course.measure is None:
            continue
        days = None if course.open_ended else course.restricted
        row = {"measure": getattr(course.measure.title, language), "clause": course.measure.clause, "days": days}
        row["tests"] = None if course.open_ended else course.tests
        rows.setdefault((course.measure.id, days), row | {"kinds": []})["kinds"].append(_kind(book, kind, language))
    return [*rows.values()]


def _kind(book: Rulebook, kind: str, language: Lang) -> str:
    title = book.kind_titles.get(kind)
    return titles().kind(kind) if title is None else str(getattr(title, language))


@lru_cache(maxsize=256)
def compared(first: str, second: str, language: Lang) -> tuple[list[dict[str, Any]], list[tuple[int, str]]]:
    """The changes by group and subject, and what they mean for a person after each kind of fact."""
    a, b = read_documents(_name(first), _name(second))
    changes = diff_rulebooks(a, b)
    groups = []
    for group, of_group in groupby(changes, key=lambda change: change.group):
        subjects = []
        for subject, alike in groupby(of_group, key=lambda change: change.subject):
            lines = [_line(change, language) for change in alike]
            heading = "" if subject == NOTHING else subject.of(language)
            subjects.append({"title": heading, "lines": lines})
        groups.append({"title": diff_say(f"group_{group}").of(language), "subjects": subjects})
    said = write_effects(find_effects(a, b), a, b, language) if changes else []
    return groups, [((len(line) - len(line.lstrip(" "))) // 2, line.strip()) for line in said]


def _line(change: Change, language: Lang) -> dict[str, Any]:
    where = [str(place) for place in change.where if place is not None]
    return {"text": change.said.of(language), "direction": change.direction, "where": " → ".join(where)}


def _name(rulebook_id: str) -> str:
    """How a known rulebook is found again: by its id, or the register's own by the file that the settings name."""
    shipped = any(book.id == rulebook_id for book in rulebooks())
    return rulebook_id if shipped else str(settings.SIZAO_RULEBOOK)


def _kinds(name: str) -> list[tuple[str, str]]:
    """Kinds of fact that a chain of rulebooks knows, with their titles."""
    found: dict[str, str] = {}
    for book in reversed(_chain(name)):
        kinds = [kind for measure in book.measures for trigger in measure.triggers for kind in trigger.kinds]
        for kind in (*kinds, *sorted(book.looked_for)):
            if not kind.startswith("case/"):
                found.setdefault(kind, _kind(book, kind, lang()))
    return [*((kind, titles().kind(kind)) for kind in CASES), *sorted(found.items(), key=lambda item: item[1])]


def _read_facts(given: Any, name: str) -> list[dict[str, Any]]:
    known = {kind for kind, _ in _kinds(name)}
    facts = []
    for n in range(1, FACTS + 1):
        kind, text = given.get(f"kind{n}", ""), given.get(f"on{n}", "")
        on, wrong = _read_day(text, None)
        kind = kind if kind in known else ""
        facts.append({"n": n, "kind": kind, "on": on, "text": text[:20], "wrong": wrong or bool(kind) != bool(text)})
    return facts


def _kept(name: str, facts: list[dict[str, Any]]) -> str:
    """The form as an address, without its day."""
    given = [(f"{what}{fact['n']}", str(fact[what])) for fact in facts for what in ("kind", "on") if fact[what]]
    return urlencode([("rulebook", name), *given])


def lived(name: str, facts: list[tuple[str, dt.date]], day: dt.date | None, at: dt.datetime) -> dict[str, Any]:
    """Each day of somebody with these facts, under a chain of rulebooks, and why on one of them."""
    first = min(on for _, on in facts)
    window = (first, first + dt.timedelta(LONGEST - 1))
    shown = day if day is not None and window[0] <= day <= window[1] else max(on for _, on in facts)
    shown = min(max(shown, window[0]), window[1])
    folder = _folder(facts, at)
    with derive(folder, _chain(name), shown, days=window, known_at=at, engine=SQLite(), lang=lang()) as derivation:
        rows = {table: derivation.table(table).to_pylist() for table in ("status", "measures", "tests_due")}
    answer = PersonAnswer(
        person_id=SOMEBODY,
        on=shown,
        known_at=at,
        policy=derivation.policy,
        facts={table: source.arrow().to_pylist() for table, source in folder.tables.items()},
        status=rows["status"][0] if rows["status"] else None,
        measures=rows["measures"],
        tests_due=rows["tests_due"],
        excesses=[],
    )
    days = each_day(answer, window)
    sections = explain(answer, lang(), written)
    return {"days": days, "shown": shown, "sections": sections, "cut": window[1] if days[-1]["goes_on"] else None}


def each_day(answer: PersonAnswer, window: tuple[dt.date, dt.date]) -> list[dict[str, Any]]:
    """What holds on each day: of what binds, the strictest; then the first day from which nothing does."""
    books = {book.id: book for book in answer.policy.chain}
    voice = titles()
    tests = {row["on"] for row in answer.tests_due}
    found: list[dict[str, Any]] = []
    for n in range((window[1] - window[0]).days + 1):
        on = window[0] + dt.timedelta(n)
        binding = [row for row in answer.measures if _binds(row, books[row["rulebook"]], on)]
        asks = [row for row in binding if row["restriction"]]
        book = answer.policy.in_force(on)
        weights = book.weights if book else {}
        holds = max(asks, key=lambda row: weights.get(row["restriction"], 0), default=None)
        told = {"on": on, "test": on in tests, "undecided": any(row["measure"] == UNDECIDED for row in binding)}
        told |= {"rulebook": book.id if book else "", "goes_on": holds is not None, "restriction": "", "weight": 0}
        if holds is not None:
            own = books[holds["rulebook"]]
            told |= {
                "restriction": voice.restriction_in(own, holds["restriction"]),
                "measure": voice.measure(holds["measure"], own),
                "clause": holds["clause"],
                "rulebook": holds["rulebook"],
                "day": (on - holds["from"]).days + 1,
                "weight": weights.get(holds["restriction"], 0),
            }
        found.append(told)
    while len(found) > 1 and not (found[-1]["restriction"] or found[-1]["test"] or found[-1]["undecided"]):
        found.pop()
    if len(found) < LONGEST:
        after = found[-1]["on"] + dt.timedelta(1)
        found.append({"on": after, "test": False, "restriction": "", "goes_on": False, "free": True})
    return found


def _binds(row: dict[str, Any], book: Rulebook, on: dt.date) -> bool:
    begins: dt.date = max(row["from"], book.document.effective)
    return begins <= on and (row["until"] is None or row["until"] >= on)


def _folder(facts: list[tuple[str, dt.date]], at: dt.datetime) -> Folder:
    """The made-up facts as tables, each known on its day, or now where that is still to come."""
    rows: dict[str, list[dict[str, Any]]] = {"people": [{"person_id": SOMEBODY}], "events": [], "cases": []}
    for n, (kind, on) in enumerate(facts, start=1):
        known = min(dt.datetime.combine(on, dt.time(), dt.UTC), at)
        own = {"person_id": SOMEBODY, "recorded_at": known}
        if kind.startswith("case/"):
            _, classification, origin = kind.split("/")
            case = {"case_id": f"{n}", "confirmed_on": on, "classification": classification, "origin": origin}
            rows["cases"].append(own | case)
        else:
            rows["events"].append(own | {"event_id": f"{n}", "kind": kind, "occurred_on": on})
    rows |= {"tests": [], "orders": []}
    sources = {}
    for table, of_table in rows.items():
        found = pa.Table.from_pylist(of_table, schema=contract(table).arrow_schema())
        sources[table] = Source(contract(table), found.num_rows, table=found)
    return Folder(path=Path(), tables=sources, problems=[])
