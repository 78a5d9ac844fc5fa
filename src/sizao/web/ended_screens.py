"""What each screen with a form of its own sends: what of it is given back where nobody is signed in, and to where.

Only what the sender typed or chose, in the words of the screen: the register is not asked, so nothing of it is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode

from sizao.register.access import Access
from sizao.register.clock import now
from sizao.register.imports.mapping import GODATA, kinds, title
from sizao.register.imports.mapping import fields as meanings
from sizao.register.line_lists.columns import LISTS
from sizao.web.forms.build import LISTS as LISTS_OF_FIELDS
from sizao.web.forms.describe import Asked, Form, forms
from sizao.web.say import lang, say, titles
from sizao.web.screens.excesses import read_filter
from sizao.web.screens.interview import SECTION_OF
from sizao.web.screens.interview_sections import part

LONGEST, MOST = 20_000, 100
"""Letters of one value and fields that are given back: more is typed nowhere."""
FILLED = ("choice", "date", "last_day", "ct", "integer", "decimal", "place", "flag")
"""Types of fields whose values may stand in an address; names, numbers and what somebody wrote may not."""
LONGEST_QUERY = 1000
TICKED = ("who", "test", "order", "row")
Typed = list[tuple[str, str]]
Word = Callable[[str], str]


@dataclass(frozen=True)
class Sent:
    """What was sent, in words."""

    title: str
    back: str
    """Where its form stands: an address of ours that can be opened."""
    typed: Typed = field(default_factory=list)
    filled: str = ""
    """Whether its address fills it in again: `part` or `whole`."""


def of_form(request: Any, said: Form) -> Sent:
    """A form of forms.yaml. Of one about somebody, its address fills in again what may stand in an address."""
    typed, again, kept = _of_fields(request.POST, said), request.GET.copy(), 0
    if said.about != "nothing" and not said.changes:
        for one in said.fields:
            text = request.POST.get(one.name, "")
            if text and (one.type in FILLED or one.name.endswith("_id")):
                again[one.name] = text
                kept += 1
    query = again.urlencode()
    if not kept or len(query) > LONGEST_QUERY:
        return Sent(said.says, request.get_full_path(), typed)
    return Sent(said.says, f"{request.path}?{query}", typed, "whole" if kept == len(typed) else "part")


def _of_fields(given: Any, said: Form) -> Typed:
    fields = [(one.name, one.label[lang()], _word_of(one)) for one in said.fields if one.type != "secret"]
    return _typed(given, fields)


def _typed(given: Any, fields: Iterable[tuple[str, str, Word]]) -> Typed:
    found = []
    for name, label, word in fields:
        values = [word(text[:LONGEST]) + ("…" if len(text) > LONGEST else "") for text in given.getlist(name) if text]
        if values:
            found.append((label, say().list(values[:MOST])))
    return found[:MOST]


def _ticked(given: Any, every: str = "") -> Typed:
    """How many were chosen on a list; nobody is named."""
    if every and given.get(every):
        return [(say("ended_chosen"), say("ended_all"))]
    names = ("page_of",) if given.get("page") else TICKED
    n = sum(len(given.getlist(name)) for name in names)
    return [(say("ended_chosen"), say().number(n))] if n else []


def _word_of(asked: Asked) -> Word:
    """As the form says it; what is listed out of the register stays as it was sent."""
    if asked.words:
        return _words(asked.words)
    if asked.type == "flag":
        return lambda text: "✓"
    if asked.list in ("kinds", "restrictions", "levels", "roles"):
        known = dict(LISTS_OF_FIELDS[asked.list](Access(user=None, at=now())))
        return lambda text: known.get(text, text)
    return str


def _words(table: str) -> Word:
    return lambda text: str(say().word(table, text))


def _kind(text: str) -> str:
    return text if text.startswith("case/") else str(titles().kind(text))


def _interview(request: Any) -> Sent:
    given, does = request.POST, request.POST.get("do", "")
    kept = SECTION_OF.get(does)
    if kept:
        typed = _of_fields(given, part(does))
    elif does == "find":
        typed = _typed(given, [("text", say("interview_phone_or_number"), str)])
    elif does == "presence":
        fields = [("place_id", "interview_place"), ("day", "day")]
        fields += [("arrived", "interview_arrived"), ("left", "interview_went")]
        typed = _typed(given, [(name, say(label), str) for name, label in fields])
    else:
        met: list[tuple[str, str, Word]] = [("case_id", say("interview_source_case"), str)]
        met += [
            ("kind", say("interview_kind"), _kind),
            ("day", say("interview_last_day"), str),
            ("place_id", say("interview_place"), str),
        ]
        typed = _typed(given, met) + _ticked(given)
    back = does == "presence" or given.get("toward") == "back"
    at = kept or ("back" if back else "forward" if does in ("find", "preview", "record") else "case")
    heading = f"{say('interview_title')}{say('colon')}{say().word('interview_sections', at)}"
    who = [name[:64] for name in (*given.getlist("with"), *given.getlist("who"))[:20]] if at == "forward" else []
    return Sent(heading, f"{request.path}?{urlencode([('at', at), *(('with', name) for name in who)])}", typed)


def _answer(given: Any) -> tuple[str, Typed]:
    judged = given.get("do") == "judge"
    fields: list[tuple[str, str, Word]] = [
        (
            "said",
            say("answer_what_judge" if judged else "answer_what_answer"),
            _words("answers_judge" if judged else "answers_said"),
        ),
        ("clause", say("answer_clause"), str),
        ("text", say("answer_words"), str),
    ]
    return "judge" if judged else "answer", _typed(given, fields)


def _excess(request: Any) -> Sent:
    deed, typed = _answer(request.POST)
    back = _query(request.POST, ("about", "kind", "since", "do"))
    return Sent(say("answer_judge" if deed == "judge" else "answer_give"), f"{reverse('excess')}?{back}", typed)


def _excesses(request: Any) -> Sent:
    deed, typed = _answer(request.POST)
    back = urlencode({name: value for name, value in {**read_filter(request.POST), "do": deed}.items() if value})
    heading = say("answer_judge_all" if deed == "judge" else "answer_all")
    return Sent(heading, f"{reverse('excesses_do')}?{back}", typed)


def _work(request: Any) -> Sent:
    given = request.POST
    one = given.get("one", "").split("/", 2)
    what, _, how = given.get("do", "").partition("/") if len(one) != 3 else (one[0], "", one[1])
    how = how or given.get("how", "")
    table = {"visit": "outcomes", "sample": "methods"}.get(what)
    typed = [(say().word("work_how", what), _words(table)(how) if table else how)] if how else []
    typed += [(say("ended_chosen"), one[2][:64])] if len(one) == 3 else _ticked(given, "every")
    of = given.get("list", "")
    where = reverse(f"list_{of}") if of in LISTS else reverse("work")
    return Sent(say().word("work_deeds", what[:64]), _with(where, given.get("back", "")), _cut(typed))


def _results(request: Any) -> Sent:
    given = request.POST
    typed = _typed(given, [("how", say("results_how"), _words("results"))]) + _ticked(given, "every")
    return Sent(say().word("work_deeds", "result"), _with(reverse("list_tests"), given.get("back", "")), typed)


def _orders(request: Any) -> Sent:
    given = request.POST
    typed = _typed(given, [("until", say("orders_last_day"), str)]) + _ticked(given, "all")
    back = _query(given, ("of", "state", "beyond", "place", "issuer", "on"))
    return Sent(forms()["lift_order"].says, f"{reverse('orders')}?{back}", typed)


def _documents(request: Any) -> Sent:
    given = request.POST
    fields: list[tuple[str, str, Word]] = [("kind", say("document_kind"), _words("document_kinds"))]
    fields += [("ids", say("document_ids"), str)]
    typed = _typed(given, fields) + _ticked(given, "all")
    return Sent(say("documents_make"), f"{reverse('documents_make')}?{_query(given, ('kind',))}", typed)


def _imports(request: Any) -> Sent:
    names = [(file.name or "")[:200] for file in request.FILES.getlist("files")[:MOST]]
    again = say("ended_file")
    typed = [(say("import_files"), f"{say().list(names)} · {again}")] if names else []
    typed += _typed(request.POST, [("kind", say("import_kind"), _kind_of_file)])
    return Sent(say("imports_title"), reverse("imports"), typed)


def _kind_of_file(text: str) -> str:
    return title(text, lang()) if text in kinds() else text.removeprefix("kept:")


def _mapping(request: Any) -> Sent:
    kind = request.POST.get("kind", "")
    known = meanings(kind) if kind in kinds() and kind != GODATA else {}
    columns = [(f"c-{name}", said[lang()], str) for name, said in known.items()]
    empty = [(f"d-{name}", f"{said[lang()]} · {say('import_default')}", str) for name, said in known.items()]
    more = [("kind", say("import_kind"), _kind_of_file), ("order", say("import_order"), _words("import_orders"))]
    more += [(name, say(f"import_{name}"), str) for name in ("prefix", "zone", "keep")]
    return Sent(say("import_mapping"), request.path, _typed(request.POST, [*columns, *empty, *more]))


def _decisions(request: Any) -> Sent:
    given, rest = request.POST, request.POST.get("rest", "")
    n = sum(name[:1] == "m" and name[1:].isdecimal() for name in given)
    typed = [(say("ended_chosen"), say().number(n))] if n else []
    if rest in ("same", "new", "leave"):
        typed.append((say("ended_chosen"), say(f"import_rest_{rest}")))
    return Sent(say("import_people_title"), request.get_full_path(), typed)


def _keep(request: Any) -> Sent:
    return Sent(say("list_keep"), _listed(request), _typed(request.POST, [("name", say("list_name"), str)]))


def _find(request: Any) -> Sent:
    return Sent(say("find_title"), reverse("find"), _typed(request.POST, [("text", say("find_label"), str)]))


def _export(request: Any) -> Sent:
    fields = [("table", say("import_table"), str), ("format", say("export_format"), str)]
    return Sent(say("exports_title"), reverse("exports"), _typed(request.POST, fields))


def _list_file(request: Any) -> Sent:
    return Sent(say("list_export"), _listed(request), _typed(request.POST, [("format", say("export_format"), str)]))


def _listed(request: Any) -> str:
    of = request.POST.get("of", "")
    return _with(reverse(f"list_{of}"), request.POST.get("query", "")) if of in LISTS else reverse("lists")


def _with(where: str, query: str) -> str:
    """The page with its query, written anew: what was sent cannot make it another page."""
    query = QueryDict(query[:3000]).urlencode()
    return f"{where}?{query}" if query else where


def _query(given: Any, names: Iterable[str]) -> str:
    return str(urlencode({name: given[name][:200] for name in names if given.get(name)}))


def _cut(typed: Typed) -> Typed:
    return [(label[:200], text[:LONGEST]) for label, text in typed]


SCREENS: dict[str, Callable[[Any], Sent]] = {
    "interview": _interview,
    "excess": _excess,
    "excesses_do": _excesses,
    "work_do": _work,
    "results_do": _results,
    "orders_lift": _orders,
    "documents_make": _documents,
    "imports": _imports,
    "import_mapping": _mapping,
    "import_people": _decisions,
    "keep_list": _keep,
    "list_file": _list_file,
    "find": _find,
    "exports": _export,
}
"""By the name of the address; a test asks for each that a form is sent to."""
