"""One change between two rulebooks, and what collects changes: values on both sides with their places."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from sizao.policy.diff.pair import exact, same
from sizao.policy.diff.say import Said, Speech, plain, say, word_of
from sizao.policy.diff.source import Document, Place
from sizao.policy.marks import Path

Group = Literal[
    "persons", "places", "limits", "proofs", "duties", "transition", "part", "document", "readings", "wording"
]  # fmt: skip
GROUPS: tuple[Group, ...] = (
    "persons", "places", "limits", "proofs", "duties", "transition", "part", "document", "readings", "wording"
)  # fmt: skip
"""In the order in which they are shown: what changes what people may expect first, words last."""

Direction = Literal["stricter", "lighter"]
NOTHING = Said("", "")
"""The subject of what belongs to the whole group."""

Value = TypeVar("Value")


@dataclass(frozen=True)
class Change:
    """One thing that differs.

    `path` leads to it by ids, as `("measures", "close_contact", "phases", "home_isolation", "tests")`; `where` says
    where it stands in both files (None: nowhere); `before` and `after` are the values with short forms written out
    (None: absent). `subject` says what it belongs to, `said` what changed. `direction` is for the people concerned,
    where it is plain.
    """

    group: Group
    path: tuple[str, ...]
    where: tuple[Place | None, Place | None]
    before: Any
    after: Any
    subject: Said
    said: Said
    direction: Direction | None = None

    @property
    def sentence(self) -> Said:
        """The whole line: what it is about and what changed."""
        return self.said if self.subject == NOTHING else say("colon", what=self.subject, text=self.said)


@dataclass(frozen=True)
class Both:
    """A value in both rulebooks, and where; the place is None where not even what holds it is there."""

    a: Any
    b: Any
    at_a: Path | None = ()
    at_b: Path | None = ()

    def get(self, key: str) -> Both:
        """The value of a key on both sides; None where absent."""
        return Both(_get(self.a, key), _get(self.b, key), _down(self.at_a, key), _down(self.at_b, key))

    def item(self, here: int | None, there: int | None) -> Both:
        """An item of each of two lists; None for a list that has none like it."""
        return Both(
            None if here is None else self.a[here],
            None if there is None else self.b[there],
            None if here is None else _down(self.at_a, here),
            None if there is None else _down(self.at_b, there),
        )

    def without(self, key: str) -> Both:
        """The same mappings but for one key."""
        a, b = ({k: v for k, v in s.items() if k != key} if isinstance(s, dict) else s for s in (self.a, self.b))
        return Both(a, b, self.at_a, self.at_b)

    @property
    def differs(self) -> bool:
        return not same(self.a, self.b)


@dataclass(frozen=True)
class Subject:
    """What changes are about: the group they go to, the path so far, and its name."""

    group: Group
    path: tuple[str, ...]
    said: Said

    def down(self, *path: Any) -> Subject:
        return Subject(self.group, (*self.path, *map(str, path)), self.said)


class Comparison:
    """Two rulebooks (short forms written out) and the changes found so far."""

    def __init__(self, a: Document, b: Document, both: Both) -> None:
        self.documents, self.both = (a, b), both
        self.speech = Speech(both.a, both.b)
        self.changes: list[Change] = []
        self.restrictions = _orders(both.get("restrictions"))
        self.levels = _orders(both.get("areas").get("levels"))

    def tell(self, about: Subject, value: Both, said: Said, direction: Direction | None = None) -> None:
        """Adds a change."""
        first, second = self.documents
        value_at = narrow(value)
        where = (first.place(value_at.at_a), second.place(value_at.at_b))
        self.changes.append(Change(about.group, about.path, where, value.a, value.b, about.said, said, direction))

    def tell_from_to(
        self,
        about: Subject,
        value: Both,
        words: Callable[[Any], Said],
        *,
        what: Said | None = None,
        direction: Direction | None = None,
    ) -> None:
        """Adds a change said as `what: before -> after`, where the values differ."""
        if value.differs:
            before, after = tell_apart(value, words)
            if what:
                said = say("change", what=what, before=before, after=after)
            else:
                said = say("bare_change", before=before, after=after)
            self.tell(about, value, said, direction)

    def wording(self, about: Subject, value: Both, *keys: str) -> None:
        """Titles and clauses that differ: they change no rule. What is new or gone as a whole is told already."""
        if (value.a is None) != (value.b is None) and any(
            change.path[: len(about.path)] == about.path for change in self.changes
        ):
            return
        for key in keys:
            one = value.get(key)
            if one.differs:
                self.tell_from_to(Subject("wording", (*about.path, key), about.said), one, plain, what=say(key))

    def rest(self, about: Subject, value: Both, *known: str) -> None:
        """What differs under keys that nothing else has compared."""
        for key in dict.fromkeys([*(value.a or {}), *(value.b or {})]):
            if key not in known:
                self.tell_from_to(about.down(key), value.get(key), plain, what=Said(str(key), str(key)))

    def mappings(self, about: Subject, value: Both, *, optional: bool = False) -> bool:
        """Whether both are mappings (`optional`: or absent); a value of another shape is told as it stands."""
        if all(isinstance(v, dict) or (optional and v is None) for v in (value.a, value.b)):
            return True
        self.tell_from_to(about, value, plain)
        return False

    def lists(self, about: Subject, value: Both, what: Said) -> Both:
        """Two lists; where one of them is none, that is told and both are taken as empty."""
        if isinstance(value.a, list) and isinstance(value.b, list):
            return value
        self.tell_from_to(about, value, plain, what=what)
        return Both([], [], value.at_a, value.at_b)


def narrow(value: Both) -> Both:
    """The one place inside where both differ, where there is only one."""
    if isinstance(value.a, dict) and isinstance(value.b, dict):
        inside = [value.get(key) for key in {**value.a, **value.b}]
    elif isinstance(value.a, list) and isinstance(value.b, list) and len(value.a) == len(value.b):
        inside = [value.item(n, n) for n in range(len(value.a))]
    else:
        return value
    differing = [one for one in inside if one.differs]
    return narrow(differing[0]) if len(differing) == 1 else value


def toward(*signs: int | None) -> Direction | None:
    """The direction of several differences (1 stricter, -1 lighter, 0 none, None unknown), where they agree."""
    plain_signs = {s for s in signs if s != 0}
    if plain_signs == {1}:
        return "stricter"
    return "lighter" if plain_signs == {-1} else None


def sign(a: Any, b: Any) -> int | None:
    """1 where b is the larger number, -1 where it is the smaller; None where one is no number."""
    if not all(isinstance(v, int | float) and not isinstance(v, bool) for v in (a, b)):
        return None
    return int(b > a) - int(b < a)


def weigh(orders: Sequence[Sequence[str]], a: Any, b: Any) -> int | None:
    """1 where b is the heavier word by the order of a rulebook that has both, -1 where the lighter; None: unknown."""
    if a == b:
        return 0
    signs = {(o.index(b) > o.index(a)) * 2 - 1 for o in orders if a in o and b in o}
    return signs.pop() if len(signs) == 1 else None


def words_of(items: Any) -> Said:
    """A list of words of the format in plain language."""
    return join_words(items) if isinstance(items, list) and items else plain(items)


def join_words(items: Iterable[Any]) -> Said:
    texts = [word_of(item) for item in items]
    return Said("、".join(t.zh for t in texts), ", ".join(t.en for t in texts))


def tell_apart(value: Both, words: Callable[[Any], Said]) -> tuple[Said, Said]:
    """Two values that differ in words, so that neither language shows one text twice.

    Where only the text of the other language differs, it is added; where the words say too little, the plain values
    are shown.
    """
    before, after = words(value.a), words(value.b)
    if before == after:
        before, after = (Said(text, text) for text in (exact(value.a), exact(value.b)))
    both_ways = ((f"{t.zh} [{t.en}]", f"{t.en} [{t.zh}]") for t in (before, after))
    same_zh, same_en = before.zh == after.zh, before.en == after.en
    first, second = (
        Said(zh if same_zh else t.zh, en if same_en else t.en)
        for t, (zh, en) in zip((before, after), both_ways, strict=True)
    )
    return first, second


def _orders(items: Both) -> tuple[list[str], list[str]]:
    """The ids of two lists, in order."""
    ids = (
        [i.get("id") for i in side if isinstance(i, dict)] if isinstance(side, list) else []
        for side in (items.a, items.b)
    )
    first, second = ids
    return [str(i) for i in first], [str(i) for i in second]


def _get(value: Any, key: str) -> Any:
    return value.get(key) if isinstance(value, dict) else None


def _down(at: Path | None, key: str | int) -> Path | None:
    return None if at is None else (*at, key)
