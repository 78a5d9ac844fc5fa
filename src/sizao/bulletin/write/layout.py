"""Lays the rows of a day out as a bulletin tells them: each in its list, each correction beside its figure."""

from __future__ import annotations

from collections.abc import Iterable

from sizao.bulletin.lists import Entry, Level, Row, code_of, find_lists, level
from sizao.bulletin.places import NATION, XPCC_CITIES, XPCC_CODE, is_province, lies_in
from sizao.bulletin.write.ledger import Correction, Figure, Ledger

CORRECTION = "_correction"


def lay_out(rows: Iterable[Row], region: str) -> Ledger:
    """The rows (of one day and source) of a region and the places in it, as a ledger.

    Where the rows have an order (`start`), a place's row belongs to the list of the row of the region that it
    follows, if both are of the same measure; else the measure alone decides. What belongs to no list stands by
    itself, as the Hubei paragraph of 2020 does.
    """
    given = list(rows)
    in_text = all(row.get("start") is not None for row in given)
    if in_text:
        given.sort(key=lambda row: row["start"])
    numbers = [row for row in given if not row["measure"].endswith(CORRECTION)]
    alone, placed = _by_text(numbers, region) if in_text else _by_measure(numbers, region)
    loose = _correct([row for row in given if row["measure"].endswith(CORRECTION)], placed, region, in_text)
    again = _told_again(alone)
    return Ledger(region, _once([*alone, *again]), loose)


def _told_again(alone: list[Figure]) -> list[Figure]:
    """Numbers of a list that the paragraph of the province hit hardest repeats, with the city it is made up of.

    A table has such a number once. The city's row, which is in no list, goes from `alone` into that of a copy.
    """
    hit = [f for f in alone if f.measure == "active" and is_province(f.code)]
    again = []
    for province in hit:
        for listed in [item for f in alone for item in f.items if item.code == province.code]:
            cities = [f for f in alone if f.measure == listed.measure and _is_in(f, province)]
            if cities and not any((f.place, f.measure) == (listed.place, listed.measure) for f in alone):
                again.append(Figure(listed.place, listed.code, listed.measure, listed.value, items=cities))
                alone[:] = [f for f in alone if f not in cities]
    return again


def _is_in(city: Figure, province: Figure) -> bool:
    return city.place != province.place and lies_in(city.code, province.code) is True


def _once(figures: list[Figure]) -> list[Figure]:
    """The same number told twice of the same place is told once, unless a list hangs on it."""
    kept: list[Figure] = []
    for figure in figures:
        if not (figure.plain and any(_same(figure, other) for other in kept)):
            kept.append(figure)
    return kept


def _same(one: Figure, other: Figure) -> bool:
    return (one.place, one.measure, one.value) == (other.place, other.measure, other.value)


def _figure(row: Row) -> Figure:
    return Figure(row["place"], code_of(row), row["measure"], row["value"], row.get("note") or None)


Placed = list[tuple[Row, Figure]]


def _by_text(rows: list[Row], region: str) -> tuple[list[Figure], Placed]:
    """Lists by where the rows stand in the text."""
    alone: list[Figure] = []
    placed = [(row, _figure(row)) for row in rows]
    entries = [Entry(f.place, f.code, f.measure, row["start"]) for row, f in placed]
    for (_, figure), head in zip(placed, find_lists(entries, region), strict=True):
        if head is None or level(figure.place, figure.code, region) == "apart":
            alone.append(figure)
        else:
            placed[head][1].items.append(figure)
    return alone, placed


def _by_measure(rows: list[Row], region: str) -> tuple[list[Figure], Placed]:
    """Lists by what was counted. A province that alone has stocks is told by itself: such are no list."""
    placed = [(row, _figure(row)) for row in rows]
    at: dict[Level, list[Figure]] = {"region": [], "province": [], "city": [], "apart": []}
    for _, figure in placed:
        at[level(figure.place, figure.code, region)].append(figure)
    alone = [*at["region"], *at["apart"]]
    wholes = {f.measure: f for f in reversed(at["region"])}
    stocked = {f.place for f in at["province"] if f.measure == "active"}
    hit = stocked if len(stocked) == 1 and region == NATION.name else set()
    for figure in at["province"]:
        _file(figure, None if figure.place in hit else wholes.get(figure.measure), alone)
    provinces = {((f.code or "")[:2], f.measure): f for f in reversed(at["province"])}
    for figure in at["city"]:
        held_by = (provinces.get((code, figure.measure)) for code in _provinces_of(figure))
        _file(figure, next(filter(None, held_by), wholes.get(figure.measure)), alone)
    return alone, placed


def _provinces_of(city: Figure) -> tuple[str, ...]:
    """The first digits of the codes of the provinces that may list a city: of the XPCC's own, that first."""
    code = city.code or ""
    return (XPCC_CODE[:2], code[:2]) if code.startswith(XPCC_CITIES) else (code[:2],)


def _file(figure: Figure, holder: Figure | None, alone: list[Figure]) -> None:
    (holder.items if holder else alone).append(figure)


def _correct(corrections: list[Row], placed: Placed, region: str, in_text: bool) -> list[Correction]:
    """Put each correction beside its figure, the place's own or the region's; give back those that have none."""
    loose = []
    for row in corrections:
        measure = row["measure"].removesuffix(CORRECTION)
        correction = Correction(row["place"], measure, row["value"])
        fitting = [(r, f) for r, f in placed if f.measure == measure and f.place in (row["place"], region)]
        if in_text:
            earlier = [f for r, f in fitting if r["start"] <= row["start"]]
            found = earlier[-1] if earlier else fitting[0][1] if fitting else None
        else:
            fitting.sort(key=lambda item: item[1].place != row["place"])
            found = fitting[0][1] if fitting else None
        if found is None:
            loose.append(correction)
        else:
            found.corrections.append(correction)
    return loose
