"""Finds the rows of a line list page by page, and never looks through more than it may in one go.

Rows are found through few people, places or ids where the filter leaves few. Else they are read in the list's own
order, at most WINDOW of them: a page then says that it looked through so many, and the next one goes on from there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any

from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce

from sizao.errors import SizaoError
from sizao.register.access import Access
from sizao.register.identifying import IDENTIFYING, check_columns, check_home
from sizao.register.line_lists.asked import Asked
from sizao.register.line_lists.columns import permission_of
from sizao.register.line_lists.compare import assigned, compared
from sizao.register.lists import holding, mark, place_of, read_mark
from sizao.register.models import Assignment, NowStatus, Person, Place
from sizao.register.remembered import is_few, remembered
from sizao.register.scope import within

PAGE = 50
WINDOW = 20_000
"""Rows that one page may look through."""
WINDOW_ASKED = 8_000
"""The same where each row is asked whether its person is seen."""
FEW = 3_000
"""Places or rows up to which a list is found through them."""
FEW_PEOPLE = 6_000
"""The same of people of the user's areas."""
MOST = 10_000
"""Counted no further than this."""
QUICK = 0.004
"""Seconds of the processor from which a count is remembered for a minute."""
SEALED = {"people": ("name", "phone", "number"), "requests": ("text",)}
SOMEBODY = Q(team__isnull=False) | Q(user__isnull=False)


@dataclass(frozen=True)
class Page:
    """`after`: where the next page begins ("": there is none). `looked`: how many rows were looked through where the
    page is not full and there is more to look through; else None."""

    rows: list[Any]
    after: str = ""
    looked: int | None = None


@dataclass(frozen=True)
class Count:
    """How many rows; `more`: at least so many, counted no further; `looked`: only among the first so many."""

    n: int
    more: bool = False
    looked: int | None = None


def find_page(access: Access, asked: Asked, size: int = PAGE) -> Page:
    """One page after `asked.after`. Raises SizaoError `not-allowed`, `bad-page`."""
    opens = frozenset({"name", *asked.shows} if access.may("see_names") else ())
    return _Finder(access, asked, opens=opens).page(size)


def count_rows(access: Access, asked: Asked, page: Page | None = None) -> Count:
    """How many rows the list has; what took long to count may be a minute old. `page`: its first page, if known."""
    if page is not None and not page.after and not asked.after:
        return Count(len(page.rows))
    asked = replace(asked, after="", columns=())
    own = frozenset(access.own_people(permission_of(access, asked.list)) or ())
    areas = (access.areas(permission_of(access, asked.list)), access.areas("see_names"))
    key = ("line list", asked.list.of, areas, own, asked.query())
    found: Count = remembered(key, lambda: _Finder(access, asked).count(), slow=QUICK)
    return found


def count_all(access: Access, asked: Asked, only: tuple[str, ...]) -> int:
    """How many rows lie in the areas `only`, however long it takes to count: for files."""
    return _Finder(access, replace(asked, after=""), only).count_all()


def every_page(
    access: Access, asked: Asked, size: int, only: tuple[str, ...], opens: frozenset[str]
) -> Iterator[list[Any]]:
    """All rows that lie in the areas `only`, some thousands at a time, however long it takes: for files."""
    asked = replace(asked, after="")
    while True:
        page = _Finder(access, asked, only, opens).page(size, window=20 * size)
        if page.rows:
            yield page.rows
        if not page.after:
            return
        asked = replace(asked, after=page.after)


def all_rows(access: Access, asked: Asked, most: int) -> list[Any]:
    """All rows. Raises SizaoError `list-too-many` where there are more than `most`, or where that is not known
    without looking through all of the list."""
    page = find_page(access, replace(asked, after=""), most)
    if page.after:
        raise SizaoError(
            "list-too-many",
            f"the list has more than {most} rows",
            why="what is done to many at once is shown person by person before it is done",
            todo="narrow the filter, or do it page by page",
        )
    return page.rows


def people_of(access: Access, asked: Asked, most: int) -> list[str]:
    """The people of all rows, each once. Raises as `all_rows`."""
    ids = (row.pk if asked.list.of == "people" else row.person_id for row in all_rows(access, asked, most))
    return list(dict.fromkeys(name for name in ids if name))


OF_PATHS = ("people", "places")
"""Lists in the order of paths."""


@dataclass(frozen=True)
class Span:
    """A part of an order: the least and the greatest value of its first field (of paths, `high` lies outside)."""

    low: Any
    high: Any


class _Finder:
    """One list of one user; `only` what lies in these areas, too; `opens`: sealed text that is wanted."""

    def __init__(
        self, access: Access, asked: Asked, only: tuple[str, ...] = ("",), opens: frozenset[str] = frozenset()
    ) -> None:
        self.access, self.asked = access, asked
        self.of, self.model = asked.list.of, asked.list.model
        self.sealed = [name for name in SEALED.get(self.of, ()) if name not in opens]
        self.permission = permission_of(access, asked.list)
        seen = _inside(access.areas(self.permission), asked.path)
        if asked.list.of_people:
            check_home(access, asked.path)
        self.outside = self._outside() if "" in only else ()
        by = [c.column for c in asked.conditions]
        if self.of == "people":
            check_columns(access, (*asked.columns, *by))
        if self.of == "people" and IDENTIFYING.intersection(by):  # who fits is told where names may be seen
            only = tuple(part for area in access.areas("see_names") for part in _inside(only, area))
        self.areas = tuple(part for area in only for part in _inside(seen, area))
        self.order = asked.order
        self.fields = [field.lstrip("-") for field in self.order]
        self.down = self.order[0].startswith("-")

    @property
    def window(self) -> int:
        """How many rows may be looked through in one go."""
        asks = "" not in self.areas and self.of not in OF_PATHS and self.others is None
        return WINDOW_ASKED if asks else WINDOW

    def page(self, size: int, window: int | None = None) -> Page:
        if not self.areas and not self.outside:
            return Page([])
        start = self._start()
        few = self.few()
        if few is not None:
            rows = list(self._after(few, start).order_by(*self.order)[: size + 1])
            return Page(rows[:size], self._mark(self._key(rows[size - 1])) if len(rows) > size else "")
        return self._scan(start, size, window or self.window)

    def count(self) -> Count:
        if not self.areas and not self.outside:
            return Count(0)
        few = self.few()
        if few is not None:
            n = few.values("pk")[: MOST + 1].count()
            return Count(min(n, MOST), n > MOST)
        n, ended = 0, True
        for part, end in self._parts(None, self.window):
            n += part.values("pk")[: MOST + 1 - n].count()
            ended = end is None
            if n > MOST:
                return Count(MOST, more=True)
        n += len(self._elsewhere(None, None)) if self.of == "people" and self.outside else 0
        return Count(n, looked=None if ended else self.window)

    def count_all(self) -> int:
        few = self.few()
        if few is not None:
            return int(few.values("pk").count())
        spans = (self.narrowed(self._rows(span, None), through=False) for span in self._spans(None))
        there = sum(int(span.values("pk").count()) for span in spans)
        return there + (len(self._elsewhere(None, None)) if self.of == "people" and self.outside else 0)

    def _scan(self, start: tuple[Any, ...] | None, size: int, window: int) -> Page:
        """In the list's own order, until the page is full or so many rows were looked through."""
        found: list[Any] = []
        end: tuple[Any, ...] | None = None
        for part, last in self._parts(start, window):
            found += part.order_by(*self.order)[: size + 1 - len(found)]
            end = last
            if len(found) > size:
                break
        if len(found) > size:
            end = None
        if self.of == "people" and self.outside:
            upto = end if len(found) <= size else self._key(found[-1])
            found = sorted([*found, *self._elsewhere(start, upto)], key=self._key)
        if len(found) > size:
            return Page(found[:size], self._mark(self._key(found[size - 1])))
        if end is None:
            return Page(found)
        return Page(found, self._mark(end), window)

    def _parts(self, start: tuple[Any, ...] | None, window: int) -> Iterator[tuple[Any, tuple[Any, ...] | None]]:
        """Spans of the order with at most `window` rows in all: the wanted rows of each, and where it ends (None:
        nothing lies behind it)."""
        spans = self._spans(start)
        for number, span in enumerate(spans):
            edge = self._edge(self._rows(span, start), window)
            yield self.narrowed(self._rows(span, start, edge), through=False), edge
            if edge is not None or number + 1 == len(spans):
                return
            window -= self._rows(span, start).order_by(*self.order).values("pk")[:window].count()

    def _spans(self, start: tuple[Any, ...] | None) -> list[Span]:
        """The list's order area by area, as the order of people and places has them; or between the days that are
        asked for."""
        if self.of in ("people", "places"):
            spans = [Span(area or None, f"{area}~" if area else None) for area in self.areas]
            return [span for span in spans if start is None or span.high is None or start[0] < span.high]
        days = [c for c in self.asked.conditions if c.column == self.fields[0]]
        low: list[Any] = [c.values[0] for c in days if c.way in ("is", "from")]
        high: list[Any] = [c.values[-1] for c in days if c.way in ("is", "to")]
        return [Span(max(low, default=None), min(high, default=None))]

    def _rows(self, span: Span, start: tuple[Any, ...] | None, edge: tuple[Any, ...] | None = None) -> Any:
        """The rows of a span behind `start` and up to `edge`. Each side has one bound: of two, the database might
        go by the one that bounds less."""
        rows = self.model.objects.unscoped("in the user's areas, or whose person is seen")
        field, rest = self.fields[0], self.fields[1:]
        inside = self._ends(span, start)
        first, last = (edge, inside) if self.down else (inside, edge)
        if first is not None or span.low is not None:
            strict = first is not None and first is inside and not rest
            rows = rows.filter(**{f"{field}__{'gt' if strict else 'gte'}": span.low if first is None else first[0]})
        if last is not None or span.high is not None:
            strict = not rest if last is inside and last is not None else last is None and self.of in OF_PATHS
            rows = rows.filter(**{f"{field}__{'lt' if strict else 'lte'}": span.high if last is None else last[0]})
        if rest and inside is not None:
            rows = rows.exclude(**{field: inside[0], f"{rest[0]}__{'gte' if self.down else 'lte'}": inside[1]})
        if rest and edge is not None:
            rows = rows.exclude(**{field: edge[0], f"{rest[0]}__{'lt' if self.down else 'gt'}": edge[1]})
        return rows.filter(same_as=None) if self.of == "people" else rows

    def _ends(self, span: Span, start: tuple[Any, ...] | None) -> tuple[Any, ...] | None:
        """The start, where it lies within the span; a mark that somebody made up may lie before it."""
        if start is None:
            return None
        outside = span.high is not None and start[0] > span.high if self.down else (span.low or "") > str(start[0])
        return None if outside and (self.down or self.of in OF_PATHS) else start

    def _edge(self, rows: Any, window: int) -> tuple[Any, ...] | None:
        """The key of the last row that may be looked at; None where there are no more rows than that."""
        if self.fields == ["id"]:
            first = rows.order_by("-id").values_list("id", flat=True).first()
            return None if first is None or first <= window else (first - window + 1,)
        keys = rows.order_by(*self.order).values_list(*self.fields)
        return next(iter(keys[window - 1 : window]), None)

    def _after(self, rows: Any, start: tuple[Any, ...] | None) -> Any:
        if start is None:
            return rows
        first, *rest = self.fields
        if not rest:
            return rows.filter(**{f"{first}__{'lt' if self.down else 'gt'}": start[0]})
        rows = rows.filter(**{f"{first}__{'lte' if self.down else 'gte'}": start[0]})
        return rows.exclude(**{first: start[0], f"{rest[0]}__{'gte' if self.down else 'lte'}": start[1]})

    def _upto(self, rows: Any, edge: tuple[Any, ...]) -> Any:
        first, *rest = self.fields
        rows = rows.filter(**{f"{first}__lte": edge[0]})
        return rows.exclude(**{first: edge[0], f"{rest[0]}__gt": edge[1]})

    def few(self) -> Any:
        """The list found through what the filter leaves few of; None where it leaves none few."""
        for find in (self._by_ids, self._by_area, self._by_status):
            rows = find()
            if rows is not None:
                return self.narrowed(rows, through=True)
        return None

    def _by_ids(self) -> Any:
        """Through an id that is asked for."""
        for condition in self.asked.conditions:
            column = self.asked.list.columns[condition.column]
            if condition.way == "is" and column.indexed and column.of == "row":
                rows = self._all().filter(compared(column, condition))
                if is_few(rows, FEW):
                    return rows
        return None

    def _by_status(self) -> Any:
        """Through what holds for people, or who sees to them."""
        if self.of != "people":
            return None
        for number, held in enumerate(self._related()[0]):
            if self._remembers(f"held {number}", partial(is_few, held, FEW)):
                return self._all().filter(pk__in=held.values("person_id"))
        return None

    def _by_area(self) -> Any:
        """Through the people of the areas, and the places."""
        if "" in self.areas:
            return None
        if self.of == "places":
            rows = self._all().filter(within("path", self.areas))
            return rows if self._remembers("places", lambda: is_few(rows, FEW)) else None
        people = self._people()
        if not self._remembers("few", lambda: is_few(people, FEW_PEOPLE)):
            return None
        if self.of == "people":
            return people
        if not self.asked.list.may_be_of_place:
            return self._all().filter(person__in=people.values("pk"))
        places = self._places()
        if not self._remembers("places", lambda: is_few(places, FEW)):
            return None
        of_people = self._all().filter(person__in=people.values("pk")).values("pk")
        of_places = self._all().filter(place__in=places.values("place_id")).values("pk")
        return self._all().filter(pk__in=of_people.union(of_places))

    def narrowed(self, rows: Any, *, through: bool) -> Any:
        """What the user may see of the rows, and what is asked for. `through`: rows were found through few, so any
        index may be used for another condition; else each condition is asked row by row."""
        rows = rows.filter(self._scope(through))
        if self.of == "people":
            rows = rows.filter(same_as=None)
            must, none = self._related()
            for held in must:
                rows = rows.filter(Exists(held.filter(person=OuterRef("pk"))))
            for held in none:
                rows = rows.filter(~Exists(held.filter(person=OuterRef("pk"))))
        elif self.of != "places":
            rows = rows.filter(holding(self.model))
        rows = rows.defer(*self.sealed) if self.sealed else rows
        for condition in self.asked.conditions:
            column = self.asked.list.columns[condition.column]
            if column.of != "row":
                continue
            if column.indexed if not through else column.name == self.fields[0]:
                # by itself, else the database would begin with its index, which may find very many
                alone = f"{column.field}_alone"
                rows = rows.annotate(**{alone: Coalesce(F(column.field), F(column.field))})
                column = replace(column, field=alone)
            rows = rows.filter(compared(column, condition))
        return rows

    def _scope(self, through: bool) -> Q:
        """Where the rows lie. People and places are read area by area: only those found through others are asked."""
        if "" in self.areas:
            return Q()
        if self.of == "places":
            return within("path", self.areas) if through else Q()
        if self.of == "people":
            return within("area", self.areas) | Q(pk__in=self.outside) if through else Q()
        if not through and self.others is not None:
            seen = Q(person__isnull=False) & ~Q(person__in=self.others.values("pk"))
        else:
            seen = Q(Exists(self._people().filter(pk=OuterRef("person_id"))))
        if self.asked.list.may_be_of_place:
            return seen | Q(Exists(self._places().filter(place_id=OuterRef("place_id"))), person=None)
        return seen

    @cached_property
    def others(self) -> Any:
        """The people whom the user does not see, where these are few: it is quicker to leave out their rows."""
        around = Q(area__lt=self.areas[0]) if self.areas else Q(pk__in=[])
        for area, following in zip(self.areas, [*self.areas[1:], None], strict=True):
            behind = Q(area__gte=f"{area}~")
            around |= behind if following is None else behind & Q(area__lt=following)
        rows = Person.objects.unscoped("left out").filter(around)
        few = bool(self.areas) and self._remembers("others", lambda: is_few(rows, FEW))
        return (rows.exclude(pk__in=self.outside) if self.outside else rows) if few else None

    def _people(self) -> Any:
        """Who lives in the areas, and people elsewhere whom the user may see."""
        rows = Person.objects.unscoped("in the user's areas, or seen for a reason")
        found = within("area", self.areas)
        return rows.filter(found | Q(pk__in=self.outside)) if self.outside else rows.filter(found)

    def _places(self) -> Any:
        return Place.objects.unscoped("in the user's areas").filter(within("path", self.areas))

    def _all(self) -> Any:
        return self.model.objects.unscoped("narrowed to what the user sees")

    def _outside(self) -> tuple[str, ...]:
        """People who live in none of the user's areas, whom they see by assignment or behind broken glass."""
        if self.of == "places" or "" in self.access.areas(self.permission):
            return ()
        own = self.access.own_people(self.permission)
        if own is None:
            return ()
        rows = Person.objects.unscoped("assigned, or behind broken glass").filter(pk__in=own)
        rows = rows.exclude(within("area", self.access.areas(self.permission)))
        if self.asked.path:
            rows = rows.filter(within("area", (self.asked.path,)))
        return tuple(rows.order_by("pk").values_list("pk", flat=True))

    def _elsewhere(self, start: tuple[Any, ...] | None, upto: tuple[Any, ...] | None) -> list[Any]:
        """Those of them who are asked for, in a span of the order."""
        rows = self._after(self._all().filter(pk__in=self.outside), start)
        rows = rows if upto is None else self._upto(rows, upto)
        return list(self.narrowed(rows, through=True).order_by(*self.order))

    def _related(self) -> tuple[list[Any], list[Any]]:
        """Rows of what holds and of assignments that a person must have, and those that nobody may have."""
        must, none = [], []
        for of, rows in (
            ("status", NowStatus.objects.unscoped("of people seen")),
            ("assigned", Assignment.objects.filter(latest=True)),
        ):
            wanted, unwanted = Q(), Q()
            for condition in self.asked.conditions:
                column = self.asked.list.columns[condition.column]
                if column.of != of:
                    continue
                filled = Q(**{f"{column.field}__isnull": False}) if of == "status" else SOMEBODY
                if condition.way == "empty":
                    unwanted |= filled
                elif condition.way == "filled":
                    wanted &= filled
                else:
                    wanted &= assigned(condition) if of == "assigned" else compared(column, condition)
            must += [rows.filter(wanted)] if wanted else []
            none += [rows.filter(unwanted)] if unwanted else []
        return must, none

    def _remembers(self, what: str, find: Callable[[], bool]) -> bool:
        """Whether they are few only decides how rows are looked for, so it may be a minute old."""
        where = self.asked.query(columns=()) if what.startswith("held") else (self.areas, self.outside)
        return bool(remembered(("line list", what, where, FEW), find, slow=0.001))

    def _start(self) -> tuple[Any, ...] | None:
        """The key behind which the page begins. Raises SizaoError `bad-page`."""
        if not self.asked.after:
            return None
        if self.fields == ["id"]:
            values: list[Any] = read_mark(self.asked.after, 1)
        else:
            values = read_mark(self.asked.after, 2)[: len(self.fields)]
            if self.of == "people":
                values = place_of(self.access, self.permission, values[1])
            elif self.fields[0].endswith("_on"):
                try:
                    values = [dt.date.fromisoformat(values[0]), int(values[1])]
                except ValueError:
                    values = [-1]
        if isinstance(values[-1], int) and not 0 <= values[-1] < 2**63:
            raise SizaoError("bad-page", "this is no place in the list", todo="begin with the first page")
        return tuple(values)

    def _key(self, row: Any) -> tuple[Any, ...]:
        return tuple(getattr(row, field) for field in self.fields)

    def _mark(self, key: tuple[Any, ...]) -> str:
        if self.of == "people":
            return mark("", key[1])
        return mark(*key) if self.fields == ["id"] else mark(*map(str, key), *[""] * (2 - len(key)))


def _inside(areas: tuple[str, ...], path: str) -> tuple[str, ...]:
    """The areas, or what lies in them of one place; () where that is nothing."""
    if not path:
        return areas
    if any(path.startswith(area) for area in areas):
        return (path,)
    return tuple(area for area in areas if area.startswith(path))
