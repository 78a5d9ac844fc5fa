"""What of now_* is older than the records, and the least work that brings it up to date."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.conf import settings

from sizao.register.bridge.held import fill_held
from sizao.register.bridge.now import Progress, derive_everybody, derive_places
from sizao.register.bridge.people import derive_people
from sizao.register.clock import now, today
from sizao.register.models import Case, CasePlace, NowRun, NowTouched, Order

SOON = dt.timedelta(seconds=10)
"""So long the process that wrote facts of somebody is left to derive them itself."""
FEW = 5_000  # people who are sooner derived by themselves than with everybody


@dataclass(frozen=True)
class Stale:
    """What is older than the records."""

    everybody: bool
    people: tuple[str, ...]
    places: bool

    def __bool__(self) -> bool:
        return self.everybody or bool(self.people) or self.places


def find_stale() -> Stale:
    """What must be derived anew: everybody on a new day, under another rulebook, after an import, or never yet."""
    run = NowRun.objects.order_by("known_at").last()
    waiting = NowTouched.objects.filter(derived_at=None, at__lt=now() - SOON)
    people = tuple(waiting.exclude(person_id="").order_by().values_list("person_id", flat=True).distinct()[: FEW + 1])
    if (
        run is None
        or (run.on, run.rulebook) != (today(), settings.SIZAO_RULEBOOK)
        or NowTouched.objects.filter(derived_at=None, person_id="").exists()
        or len(people) > FEW
    ):
        return Stale(everybody=True, people=(), places=True)
    facts = (
        Case.objects.unscoped("whether there are new ones"),
        CasePlace.objects.unscoped("whether there are new ones"),
        Order.objects.unscoped("whether there are new ones").filter(place__isnull=False),
    )
    places = any(rows.filter(recorded_at__gt=run.places_at).exists() for rows in facts)
    return Stale(everybody=False, people=people, places=places)


def derive_stale(engine: str = "duckdb", progress: Progress | None = None) -> Stale:
    """Derives what is older than the records; gives what that was. Raises as `derive_everybody`."""
    stale = find_stale()
    if stale.everybody:
        derive_everybody(engine=engine, progress=progress)
        fill_held(engine)
        return stale
    derive_people(stale.people)
    if stale.places:
        derive_places(engine)
    return stale
