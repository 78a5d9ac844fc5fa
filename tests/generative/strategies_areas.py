"""Random places, infections, and chains of rulebooks with random levels of risk areas."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, get_args

from hypothesis import strategies as st

from sizao.policy import Rulebook
from sizao.policy.places import Areas, Scope

Data = dict[str, Any]

FIRST = date(2022, 3, 1)
LEVELS = ("zero", "amber", "b", "a_red")  # light to strict, and not in alphabetical order
ROLES = ("home", "work", "activity")
OTHER_KINDS = ("hotel", "hotel", "flat", "town")
FOUND_BY = (None, "clinic", "screening", "isolated")
KNOWN_AT = datetime(2022, 4, 10, tzinfo=UTC)


@dataclass(frozen=True)
class AreaScene:
    facts: dict[str, list[Data]]
    rulebooks: tuple[Rulebook, ...]
    on: date
    days: tuple[date, date]
    known_at: datetime = KNOWN_AT


def one_in(n: int) -> st.SearchStrategy[bool]:
    return st.sampled_from([*[False] * (n - 1), True])


@st.composite
def area_scenes(draw: st.DrawFn) -> AreaScene:
    books = draw(area_chains())
    places = draw(_places())
    cases, at = draw(_infections([place["place_id"] for place in places]))
    on = FIRST + timedelta(draw(st.integers(5, 26)))
    first = on - timedelta(draw(st.sampled_from((60, 60, 0, 3))))
    days = first, on + timedelta(draw(st.sampled_from((60, 60, 0, 3))))
    return AreaScene({"places": places, "cases": cases, "case_places": at}, books, on, days)


@st.composite
def area_chains(draw: st.DrawFn) -> tuple[Rulebook, ...]:
    """One to four rulebooks in force one after the other; some draw no areas."""
    books: list[Rulebook] = []
    effective = FIRST + timedelta(draw(st.sampled_from((3, 0, 8, 12))))
    for n in range(draw(st.sampled_from((1, 2, 3, 3, 4)))):
        areas = {} if draw(one_in(8)) else draw(_areas(f"r{n}"))
        books.append(_book(f"r{n}", effective, areas, books[-1] if books else None))
        effective += timedelta(draw(st.sampled_from((1, 2, 3, 4, 5, 7))))
    return tuple(books)


def _book(name: str, effective: date, areas: Data, replaces: Rulebook | None) -> Rulebook:
    words = {"zh": name, "en": name}
    document = {"number": name, "title": words, "issuer": words, "published": effective, "effective": effective}
    data = {
        "id": name,
        "title": words,
        "jurisdiction": "country",
        "disease": "made_up",
        "document": document,
        "replaces": replaces.id if replaces else None,
        "test": words,
        "restrictions": [{"id": "home", "title": words}],
        "measures": [{"id": "m", "title": words, "clause": name, "asks": "nothing", "triggers": [{"event": "e"}]}],
        "transition": {"rule": "rederive"} if replaces else None,
    }
    # Levels that a check would refuse (one that no place can have, ...) do no harm here.
    return Rulebook.model_validate(data).model_copy(update={"areas": Areas.model_validate(areas)})


@st.composite
def _areas(draw: st.DrawFn, name: str) -> Data:
    ids = [level for level in LEVELS if draw(one_in(3)) is False] or ["a_red"]
    levels: list[Data] = []
    for n, level in enumerate(ids):
        words = {"zh": level, "en": level}
        data: Data = {"id": level, "title": words, "clause": f"{name} {level}"}
        data["around"] = draw(st.lists(st.sampled_from(ROLES), unique=True, max_size=3))
        if n == len(ids) - 1 and not draw(one_in(10)):
            data["around"] = list(ROLES)
        kinds = draw(st.lists(st.sampled_from(get_args(Scope)), unique=True, max_size=3))
        wide = [kind for kind in ("community", "county") if kinds and kind not in kinds]
        data["scope"] = kinds + (wide if draw(st.booleans()) else [])
        if n:
            skipped = [
                {"found_by": word, "title": words, "clause": name}
                for word in draw(st.sampled_from(((), (), ("isolated",), ("isolated", "screening"))))
            ]
            data["lifts"] = {
                "after_days": draw(st.sampled_from((1, 2, 3, 5, 7))),
                "to": draw(st.sampled_from(ids[:n])),
                "clause": f"{name} lifts {level}",
                "ignoring": skipped,
            }
        if draw(one_in(3)):
            around = draw(st.lists(st.sampled_from(ids), unique=True, min_size=1, max_size=2))
            within = draw(st.sampled_from(("county", "county", *get_args(Scope))))
            data["rest_of"] = {"level": around, "within": within}
        if ids[0] != level and draw(one_in(6)):
            data["ordered_as"] = draw(st.sampled_from(ids))
        levels.append(data)
    return {"levels": levels}


@st.composite
def _places(draw: st.DrawFn) -> list[Data]:
    """A tree, mostly wide above narrow, with premises and places of any kind in between."""
    kinds = get_args(Scope)[::-1]
    places: list[Data] = []
    for n in range(draw(st.integers(3, 10))):
        parent = draw(st.sampled_from([None, *range(max(0, n - 4), n)])) if n else None
        under = kinds.index(places[parent]["kind"]) if parent is not None and places[parent]["kind"] in kinds else 0
        kind = draw(st.sampled_from([*kinds[under:], *kinds[under : under + 3], *OTHER_KINDS, *kinds]))
        kind = draw(st.sampled_from(("county", kind))) if parent is None else kind
        above = None if parent is None else places[parent]
        place = {
            "place_id": f"l{n}",
            "parent_id": above and above["place_id"],
            "kind": kind,
            "name": (above["name"] if above and draw(one_in(3)) else "") + draw(st.sampled_from(("", "栋", f"l{n}"))),
            "lat": 30.5 + n if n % 2 else None,
            "lon": 110.5 + n if n % 3 else None,
        }
        places.append(place)
    if draw(one_in(10)):
        places[0]["parent_id"] = draw(st.sampled_from(("nowhere", places[-1]["place_id"])))
    return places


@st.composite
def _infections(draw: st.DrawFn, places: list[str]) -> tuple[list[Data], list[Data]]:
    cases: list[Data] = []
    at: dict[tuple[Any, ...], Data] = {}
    for n in range(draw(st.integers(3, 9))):
        for version in range(draw(st.sampled_from((1, 1, 1, 2)))):
            on = FIRST + timedelta(draw(st.integers(2, 22)))
            recorded = datetime(2022, 4, 1, tzinfo=UTC) + timedelta(
                draw(st.sampled_from((0, 0, 1, 1, 20))), 61 * version
            )
            case = {"case_id": f"c{n}", "person_id": f"p{n}", "confirmed_on": on, "origin": "local"}
            kind = {"classification": "confirmed", "found_by": draw(st.sampled_from(FOUND_BY))}
            cases.append(case | kind | {"recorded_at": recorded})
        for _ in range(draw(st.sampled_from((2, 1, 1, 2, 3, 0)))):
            place = draw(st.sampled_from([*places[-2:], *places[-4:], *places, "unheard_of"]))
            row = {"case_id": f"c{n}", "place_id": place, "role": draw(st.sampled_from(ROLES))}
            row |= {"spread_risk": draw(st.booleans()), "from": draw(st.sampled_from((None, FIRST)))}
            at[row["place_id"], row["case_id"], row["role"], row["from"]] = row
    return cases, [*at.values(), {"case_id": "c99", "place_id": places[0], "role": "home", "spread_risk": True}]
