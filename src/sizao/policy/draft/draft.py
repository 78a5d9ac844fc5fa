"""Drafts a rulebook from the text of a notice: items, what each says, the data, what was not read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sizao.errors import SizaoError
from sizao.policy.draft.authorities import read_authorities
from sizao.policy.draft.build import Measures, build_areas, build_limits, build_proofs
from sizao.policy.draft.cells import VALUES, Cell, Finding, Reading
from sizao.policy.draft.duties import build_duties
from sizao.policy.draft.follow_ups import Retest, read_retests
from sizao.policy.draft.heading import Heading, read_heading
from sizao.policy.draft.items import WHOLE, Item, find_items, missing_numbers
from sizao.policy.draft.persons import Asked, read_persons, speaks_of_people
from sizao.policy.draft.places import read_places
from sizao.policy.draft.text import View, joined, view_of
from sizao.policy.draft.tokens import Piece, read_tokens, sentences
from sizao.policy.draft.tree import Value, cells_in, plain, values_in
from sizao.policy.draft.vocabulary import say, title_of, vocabulary
from sizao.policy.words import Path, RulebookId, Words


@dataclass(frozen=True)
class Unread:
    """Numbers of an item of which nothing was made."""

    clause: str
    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Draft:
    """A drafted rulebook: plain data in the order of the format, its values with their places, what was not read."""

    data: dict[str, Any]
    values: tuple[Value, ...]
    unread: tuple[Unread, ...]
    notes: tuple[Words, ...]

    @property
    def doubts(self) -> tuple[Value, ...]:
        """The values that a person must check."""
        return tuple(value for value in self.values if value.doubt)


@dataclass
class _Read:
    """What one item says."""

    item: Item
    reading: Reading
    asked: list[Asked]
    findings: list[Finding]
    retests: list[Retest]

    @property
    def says_something(self) -> bool:
        return any(a.says_something for a in self.asked) or bool(self.findings or self.retests)

    @property
    def is_duty(self) -> bool:
        """Whether it only tells authorities what to do, or not to do on the way."""
        kinds = {finding.what for finding in self.findings}
        if self.reading.unread():
            return False
        asks = any(a.says_something for a in self.asked) or any(t.kind in VALUES for t in self.reading.used)
        if asks or self.item.children or self.item.style == WHOLE:
            return False
        return not kinds or (kinds <= {"forbidden", "ceiling"} and not _forbids(self.item, self.reading))


def _forbids(item: Item, reading: Reading) -> bool:
    """Whether its heading says that it is about what is forbidden."""
    heading = reading.piece.sentences[0] if reading.piece.sentences else []
    return any(t.kind in ("overdoing", "forbid") for t in heading)


def draft_text(text: str, name: str, id: RulebookId | None = None, chapter: str | None = None) -> Draft:
    """A rulebook drafted from the text of a notice; `name` is that of its file, `id` the rulebook's.

    chapter: the number of the only one to draft from, as the text has it (二). The draft is given even where it
    contradicts itself as a rulebook: the text may be wrong, and `sizao rulebook check` says where.
    Raises SizaoError `not-a-notice`, `empty-file`, `no-chapter` or `bad-id`.
    """
    if not text.strip():
        raise SizaoError("empty-file", "the file is empty", where=name, todo="put the text of the notice in it")
    view = view_of(text)
    items = find_items(view)
    notes = [say("missing_item", first=a.name, second=b.name) for a, b in missing_numbers(items)]
    if not items:
        items = [_whole(text, view, name)]
        notes.append(say("no_items"))
    reads = [read for read in _read_items(view, items) if chapter is None or _within(read.item, chapter)]
    if not reads:
        raise _no_chapter(items, str(chapter), name)
    if not any(read.says_something for read in reads):
        raise _refusal(text, name, "none of its numbered items says anything that a rulebook holds")
    main = _main_chapter(reads)
    clauses = _clauses(view, reads, main)
    limits_of_text = (items[0].start, items[-1].end)
    if items[0].style == WHOLE:
        limits_of_text = (len(view.text), max(0, len(view.text) - 300))
    heading = read_heading(text, view, *limits_of_text)
    tree, said = _build(reads, heading, clauses, main, _id(id, heading, name))
    found, notes = list(values_in(tree, (), text)), [*notes, *said]
    unread = [
        Unread(clauses.name(read.item), *read.reading.piece.span(token), read.reading.piece.words(token))
        for read in reads
        for token in read.reading.unread()
    ]
    return Draft(plain(tree), tuple(found), tuple(unread), tuple(notes))


def _within(item: Item, chapter: str) -> bool:
    return chapter in [above.label for above in (item, item.chapter) if above is not None and above.parent is None]


def _no_chapter(items: list[Item], chapter: str, name: str) -> SizaoError:
    labels = "、".join(item.label for item in items if item.parent is None and item.children)
    todo = f"one of {labels}" if labels else "leave `--chapter` out: the items stand in no chapters"
    return SizaoError("no-chapter", f"no chapter is numbered {chapter!r}", where=name, todo=todo)


def _whole(text: str, view: View, name: str) -> Item:
    """The one item of a notice without numbers. Raises SizaoError where the text is no notice."""
    for entry in vocabulary()["report_words"].values():
        if any(phrase in view.text for phrase in entry["phrases"]):
            raise _refusal(text, name, "it has no numbered items")
    if not any(word in view.text[:300] for word in vocabulary()["notice_words"]):
        raise _refusal(text, name, "it has no numbered items and does not call itself a notice")
    return Item(WHOLE, 0, 0, 0, end=len(view.text))


def _refusal(text: str, name: str, why: str) -> SizaoError:
    seen = next(
        (
            f"; {phrase!r} shows that it is {entry['en']} ({entry['zh']})"
            for entry in vocabulary()["report_words"].values()
            for phrase in entry["phrases"]
            if phrase in view_of(text).text
        ),
        "",
    )
    return SizaoError(
        "not-a-notice",
        "this text is no notice that a rulebook can be drafted from",
        where=name,
        why=why + seen,
        todo="give the text of the notice itself, with its numbered items",
    )


def _read_items(view: View, items: list[Item]) -> list[_Read]:
    reads: list[_Read] = []
    group: dict[int, Asked | None] = {}  # item -> the people that it speaks of last
    for item in items:
        lead = item.body - view.text.rfind("\n", 0, item.body) - 1
        line = joined(view.part(item.body, item.end), lead)
        reading = Reading(Piece(item, line, sentences(read_tokens(line.text))))
        above = group.get(id(item.parent))
        asked = read_persons(reading, above)
        reading.on_people = bool(asked or above) or speaks_of_people(line.text)
        group[id(item)] = asked[-1] if asked else above
        findings = read_places(reading) + read_authorities(reading)
        reads.append(_Read(item, reading, asked, findings, read_retests(reading)))
    return reads


def _main_chapter(reads: list[_Read]) -> int:
    """The chapter that says most: its items are the list of measures."""
    counts: Counter[int] = Counter()
    for read in reads:
        says = sum(a.says_something for a in read.asked) + len(read.findings) + len(read.retests)
        counts[id(read.item.chapter)] += says
    return max(counts, key=lambda chapter: counts[chapter])


class _Clauses:
    """Names the items: by their own number, with the chapter where two items of the same number are cited."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.names: dict[int, str] = {}

    def add(self, item: Item) -> None:
        taken = set(self.names.values())
        self.names.setdefault(id(item), item.full_name if item.name in taken else item.name)

    def name(self, item: Item) -> str:
        return self.names.get(id(item), item.full_name)

    def __call__(self, item: Item) -> Cell:
        self.add(item)
        span = self.view.span(item.start, item.body) if item.body > item.start else None
        return Cell(self.name(item), span)


def _clauses(view: View, reads: list[_Read], main: int) -> _Clauses:
    clauses = _Clauses(view)
    for in_main in (True, False):
        for read in reads:
            if (id(read.item.chapter) == main) == in_main and (read.says_something or in_main):
                clauses.add(read.item)
    return clauses


def _id(wanted: str | None, heading: Heading, name: str) -> Cell:
    if wanted is not None:
        if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", wanted) or len(wanted) > 60:
            raise SizaoError(
                "bad-id",
                f"{wanted!r} is no id of a rulebook",
                todo="write small letters, digits and `-`, for example xx-2030",
            )
        return Cell(wanted)
    parts = re.findall(r"[0-9]+", str(heading.number.value)) if heading.number.span else []
    if not parts:
        parts = re.findall(r"[a-z0-9]+", name.rsplit(".", 1)[0].lower())
    return Cell("-".join(["draft", *parts])[:60].rstrip("-"), doubt=say("id"), assumed=False)


def _build(
    reads: list[_Read], heading: Heading, clauses: _Clauses, main: int, id_: Cell
) -> tuple[dict[str, Any], list[Words]]:
    measures = Measures(clauses)
    for in_main in (True, False):
        for read in reads:
            if (id(read.item.chapter) == main) == in_main:
                for asked in read.asked:
                    if asked.says_something:
                        measures.add(asked)
    for read in reads:
        for retest in read.retests:
            measures.add_retest(retest)
    findings = [f for read in reads for f in read.findings]
    positive = next((f.cells["below"] for f in findings if f.what == "positive_ct"), None)
    listed = [r.item for r in reads if id(r.item.chapter) == main and r.is_duty]
    tree: dict[str, Any] = {
        "id": id_,
        "title": _words(heading.title),
        "jurisdiction": heading.jurisdiction,
        "disease": heading.disease,
        "document": {
            "number": heading.number,
            "title": _words(heading.title),
            "issuer": _words(heading.issuer),
            "published": heading.published,
            "effective": heading.effective,
        },
        "test": {"zh": "核酸检测", "en": Cell("nucleic acid test", doubt=say("test"), assumed=False)},
        "restrictions": [],
        "measures": measures.finish(),
        "areas": build_areas(findings, clauses),
        "limits": build_limits(findings, clauses),
        "proofs": build_proofs(findings, clauses),
        "duties": build_duties(listed, clauses, clauses.view),
    }
    if positive:
        tree["test"]["positive_ct_below"] = positive
    tree["restrictions"] = list(_restrictions(tree["measures"]))
    tree = {key: node for key, node in tree.items() if node or key == "measures"}
    tree["assumed"] = list(_assumed(tree))
    return tree, [*measures.notes, *_say_of_others(reads, tree, clauses, main)]


def _say_of_others(reads: list[_Read], tree: dict[str, Any], clauses: _Clauses, main: int) -> Iterator[Words]:
    """Which items outside of the main list gave values, and which gave none."""
    spans = [cell.span for path, cell in cells_in(tree, ()) if cell.span and path[-1] != "clause"]
    for read in reads:
        if id(read.item.chapter) == main or read.item.parent is None or read.item.children:
            continue
        if read.item.body == read.item.end:
            continue
        start, end = clauses.view.span(read.item.body, read.item.end)
        if any(start <= span[0] < end for span in spans):
            yield say("other_chapter", clause=clauses.name(read.item))
        else:
            yield say("orphan", clause=read.item.full_name)


def _words(cell: Cell) -> dict[str, Cell]:
    return {"zh": cell, "en": Cell(say("not_translated").en, doubt=say("translation"), assumed=False)}


def _restrictions(measures: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    used = {
        phase[key].value
        for measure in measures
        for phase in measure.get("phases", ())
        for key in phase
        if key in ("restriction", "up_to")
    }
    for name, entry in vocabulary()["restrictions"].items():
        if entry.get("always") or name in used:
            away = {"away": True} if entry.get("away") else {}
            yield {"id": name, **away, "title": title_of("restrictions", name)}


def _assumed(tree: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What the draft reads into the text, about what; each once."""
    seen: set[tuple[str, str]] = set()
    readings = [("document", say("drafted")), ("document", say("weights")), ("transition", say("transition"))]
    for path, cell in cells_in(tree, ()):
        if cell.doubt and cell.assumed:
            readings.append((_about(tree, path), cell.doubt))
    for about, reading in readings:
        if (about, reading.zh) not in seen:
            seen.add((about, reading.zh))
            yield {"about": about, "reading": reading.model_dump()}


def _about(tree: dict[str, Any], path: Path) -> str:
    node: Any = tree
    for part in path:
        node = node[part]
        if isinstance(node, dict) and isinstance(part, int) and "id" in node:
            named = node["id"]
            return str(named.value if isinstance(named, Cell) else named)
    return str(path[0]) if path[0] in ("limits", "areas") else "document"
