"""Says what a rulebook would change: the tables of `sizao rulebook impact` in the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from sizao.cli.words import Speech
from sizao.derive import UNDECIDED
from sizao.derive.impact import Impact, own_id
from sizao.page.say import Say
from sizao.policy import Rulebook
from sizao.words import Lang

MOVES = 8
DAYS = 31
SHIFTS = 15
KINDS = 10


@dataclass(frozen=True)
class ImpactSay(Say):
    """The words of a comparison, in one language."""

    file = ("sizao.cli", "impact.yaml")


class Page:
    """One comparison in one language: its parts, the most important first. No person is named.

    `sides`: the words of A and of B. Each side is said with the titles of its own rulebooks.
    """

    def __init__(self, impact: Impact, sides: tuple[Speech, Speech], lang: Lang) -> None:
        self.impact, self.speech, self.lang = impact, sides[0], lang
        self.sides = dict(zip("ab", sides, strict=True))
        self.say = ImpactSay(lang)
        self.summary = impact.summary()

    def parts(
        self, a: Rulebook, b: Rulebook, notes: Sequence[str], doubts: Sequence[str] = (), area: str | None = None
    ) -> Iterator[RenderableType]:
        """Lines and tables. `notes` say what is taken for granted, `doubts` why the two are hard to compare."""
        impact, summary = self.impact, self.summary
        yield Text(self.say("title", first=impact.on, last=impact.last, n=summary["days"]), style="bold")
        for letter, book in (("A", a), ("B", b)):
            title, number = self.speech.of(book.title), book.document.number
            yield Text(self.say("book", letter=letter, id=own_id(book), title=title, number=number))
        if area:
            yield Text(self.say("scope", area=self.speech.place(area)))
        for line in doubts:
            yield Text(f"! {line}", style="bold red")
        for line in notes:
            yield Text(f"- {line}")
        yield from self.numbers()
        yield from self.matrix()
        yield from self.moves()
        asked = (r for r in impact.days.to_pylist() if r["days_a"] or r["days_b"])
        days = [(self.state(r["restriction"]), r["days_a"], r["days_b"]) for r in asked]
        total = (self.say("total"), *(summary["person_days"][side] for side in "ab"))
        yield from self.compared("days", "restriction", [*days, total])
        yield from self.shift()
        yield from self.ends()
        tests = [(r[f"test_{self.lang}"], r["tests_a"], r["tests_b"]) for r in impact.tests.to_pylist()]
        yield from self.compared("tests", "test", tests)
        yield from self.rooms()
        yield from self.per_day()
        yield from self.undecided()
        ends = summary["endless"]
        if ends["a"] or ends["b"]:
            yield Text("\n" + self.say("endless", a=ends["a"], b=ends["b"], day=self.speech.day(impact.last)))

    def numbers(self) -> Iterator[RenderableType]:
        """What matters first."""
        summary, on = self.summary, self.speech.day(self.impact.on)
        rooms, flips = summary["tables"]["rooms"], summary["flips"]
        rows = [
            (self.say("people_on", day=on), summary["people"]["a"], summary["people"]["b"]),
            (self.say("person_days"), summary["person_days"]["a"], summary["person_days"]["b"]),
            (self.say("tests_in_all"), summary["tests"]["a"], summary["tests"]["b"]),
            (self.say("rooms_on", day=on), sum(r["on_a"] for r in rooms), sum(r["on_b"] for r in rooms)),
        ]
        yield from self.compared(None, "key", rows)
        said = self.say("flips", n=flips["people"], lighter=flips["lighter"], heavier=flips["heavier"])
        said += "".join(self.say(f"flips_{word}", n=flips[word]) for word in ("undecided", "other") if flips[word])
        yield Text(f"\n{said}", style="bold")

    def matrix(self) -> Iterator[RenderableType]:
        rows = self.impact.matrix.to_pylist()
        order = [*self.impact.days["restriction"].to_pylist(), UNDECIDED, None]
        above, beside = ([n for n in order if any(r[f"restriction_{s}"] == n for r in rows)] for s in "ab")
        counts = {(r["restriction_a"], r["restriction_b"]): self.number(r["people"]) for r in rows}
        cells = [(self.state(a, "a"), *(counts.get((a, b), "") for b in beside)) for a in above]
        heads = ("A \\ B", *(self.state(b, "b") for b in beside))
        title = self.say("matrix", day=self.speech.day(self.impact.on))
        yield from self.table(title, heads, cells, numbers=len(beside))

    def moves(self) -> Iterator[RenderableType]:
        rows = self.impact.moves.slice(0, MOVES).to_pylist()
        cells = [
            (self.asked(row, "a"), self.asked(row, "b"), self.say(row["change"]), self.number(row["people"]))
            for row in rows
        ]
        heads = [self.say(name) for name in ("under_a", "under_b", "change", "people")]
        yield from self.table(self.say("moves"), heads, cells, numbers=1)

    def shift(self) -> Iterator[RenderableType]:
        """How many people have how many days more or fewer; the rarest as one row."""
        rows = self.impact.shift.to_pylist()
        listed = sorted(rows, key=lambda r: -r["people"])[:SHIFTS]
        cells = [
            (self.speech.change(r["change"]), self.number(r["people"]))
            for r in sorted(listed, key=lambda r: r["change"])
        ]
        left = sum(r["people"] for r in rows) - sum(r["people"] for r in listed)
        if left:
            cells.append((self.say("other_shifts"), self.number(left)))
        title = self.say("shift", mean=_signed(self.summary["days_of_a_person"]["mean_change"], 2))
        yield from self.table(title, (self.say("day_count"), self.say("people")), cells, numbers=2)

    def ends(self) -> Iterator[RenderableType]:
        """When people come free, B against A: how many, by how many days on average and at most."""
        rows, cells = self.impact.ends.to_pylist(), []
        for what in dict.fromkeys(r["what"] for r in rows):
            of = [r for r in rows if r["what"] == what]
            known = [r for r in of if r["change"] and what != UNDECIDED]
            counted = sum(r["people"] for r in known)
            mean = sum(r["change"] * r["people"] for r in known) / counted if counted else 0
            most = max((r["change"] for r in known), key=abs, default=0)
            said = self.say(what, day=self.speech.day(self.impact.on))
            moved = (_signed(mean, 1), self.speech.change(most)) if counted else ("—", "—")
            cells.append((said, self.number(sum(r["people"] for r in of)), *moved))
        heads = [self.say(name) for name in ("what", "people", "by_days", "most")]
        yield from self.table(self.say("ends"), heads, cells, numbers=3)

    def rooms(self) -> Iterator[RenderableType]:
        cells = [
            (
                self.state(row["restriction"]),
                *(self.number(row["peak_a"]), self.speech.day(row["peak_day_a"])),
                *(self.number(row["peak_b"]), self.speech.day(row["peak_day_b"])),
                self.speech.change(row["change"]),
            )
            for row in self.impact.rooms.to_pylist()
            if row["peak_a"] or row["peak_b"]
        ]
        heads = [self.say(name) for name in ("restriction", "peak_a", "day", "peak_b", "day", "change")]
        yield from self.table(self.say("rooms"), heads, cells, numbers=5)

    def per_day(self) -> Iterator[RenderableType]:
        """People, tests and rooms of each day, up to the last on which A and B differ."""
        names = [f"{name}_{side}" for name in ("people", "tests", "rooms") for side in "ab"]
        summed = self.impact.per_day.group_by("on").aggregate([(name, "sum") for name in names]).sort_by("on")
        rows = [(r["on"], *(r[f"{name}_sum"] for name in names)) for r in summed.to_pylist()]
        differ = [n for n, row in enumerate(rows, start=1) if row[1::2] != row[2::2]]
        upto = max(differ, default=1)
        cells = []
        for on, *values in rows[: min(upto, DAYS)]:
            sides = zip(values[::2], values[1::2], strict=True)
            triples = [(self.number(x), self.number(y), self.speech.change(y - x)) for x, y in sides]
            cells.append((self.speech.day(on), *(text for triple in triples for text in triple)))
        heads = [self.say("day")]
        for name in ("people_short", "tests_short", "rooms_short"):
            heads += [f"{self.say(name)} A", "B", "±"]
        yield from self.table(self.say("per_day"), heads, cells, numbers=9)
        if upto > DAYS:
            yield Text(self.say("more_days"))
        elif upto < len(rows):
            yield Text(self.say("no_difference", day=self.speech.day(rows[upto][0])))

    def undecided(self) -> Iterator[RenderableType]:
        rows = self.impact.undecided.to_pylist()
        names = ("bearing_a", "bearing_b", "facts_a", "facts_b")
        cells = [(row["kind"][:80], *(self.number(row[name]) for name in names)) for row in rows[:KINDS]]
        heads = [self.say(name) for name in ("kind", *names)]
        yield from self.table(self.say("unknown"), heads, cells, numbers=4)
        if len(rows) > KINDS:
            yield Text("  " + self.speech("more_out", n=len(rows) - KINDS))
        if not rows:
            yield Text("\n" + self.say("unknown_none"))

    def compared(
        self, title: str | None, head: str, rows: Sequence[tuple[str, int, int]]
    ) -> Iterator[RenderableType]:
        """A table of names, with their number under A and under B and the difference."""
        cells = [(name, self.number(x), self.number(y), self.speech.change(y - x)) for name, x, y in rows]
        heads = (self.say(head), *(self.say(name) for name in ("under_a", "under_b", "change")))
        yield from self.table(self.say(title) if title else "", heads, cells, numbers=3)

    def table(
        self, title: str, heads: Sequence[str], cells: Sequence[Sequence[str]], numbers: int
    ) -> Iterator[RenderableType]:
        """A table under its title; the last `numbers` columns are numbers. Nothing where there is no row."""
        if not cells:
            return
        yield Text(f"\n{title}" if title else "", style="bold")
        shown = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 0, 0, 1))
        for n, head in enumerate(heads):
            right = n >= len(heads) - numbers
            shown.add_column(Text(head), justify="right" if right else "left", overflow="fold")
        for row in cells:
            shown.add_row(*map(Text, row))
        yield shown

    def number(self, value: int) -> str:
        return self.speech.number(value)

    def state(self, restriction: str | None, side: str | None = None) -> str:
        """A restriction as one side calls it; without `side`, as both do."""
        if restriction is None:
            return self.say("none")
        if restriction == UNDECIDED:
            return self.say("undecided")
        return " / ".join(dict.fromkeys(self.sides[s].title(restriction) for s in self._knowing(restriction, side)))

    def _knowing(self, name: str, side: str | None) -> str:
        """The sides asked for that have a title for it; any that does, where those asked for do not."""
        knowing = "".join(s for s in "ab" if name in self.sides[s].titles)
        return "".join(s for s in side or "ab" if s in knowing) or knowing or "a"

    def asked(self, row: dict[str, Any], side: str) -> str:
        """A measure and its restriction, as one side of a flip."""
        measure, restriction = row[f"measure_{side}"], row[f"restriction_{side}"]
        if measure in (None, UNDECIDED):
            return self.say("undecided" if measure else "none")
        return self.speech.label_of(self.state(measure, side), self.state(restriction, side))


def _signed(value: float, places: int) -> str:
    return f"{value:+.{places}f}".replace("-", "−")
