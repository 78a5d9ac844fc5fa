"""What is known of a case for the interview about it, what follows from it in numbers, and what is left to ask."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q

from sizao.register.access import Access
from sizao.register.clock import today
from sizao.register.meetings import Stay, stays_of
from sizao.register.models import Case, Event, FollowUp, NowStatus, Person, Test

HOUSE = 30
"""People of one home who are shown."""
MANY = 12
"""Where more live at a home, it is no household: the home is known as a building, or less closely."""
FURTHEST = 21
"""Days before the first symptom that can be looked back at."""
CONTACTS = 200
"""Contacts that are shown."""
SEALED = ("name", "phone", "number")
"""Opened only where they are shown."""
DAY = dt.timedelta(days=1)
BECAUSE = "of the case's person, whom the user may see"


@dataclass(frozen=True)
class Named:
    """A contact on record: the event that says so, and its person, without their name."""

    event: Event
    person: Person


@dataclass(frozen=True)
class Interview:
    """One case, seen by one user. Each part is read when it is first asked for."""

    access: Access
    case: Case
    person: Person

    @cached_property
    def records(self) -> list[str]:
        """The person's record, and those that were merged with it."""
        rows = Person.objects.unscoped(BECAUSE).filter(same_as=self.person.same_as_id or self.person.pk)
        return [self.person.same_as_id or self.person.pk, *rows.values_list("pk", flat=True)]

    @cached_property
    def shown(self) -> list[str]:
        """Of these, the ones whose facts the user may see: another may lie elsewhere."""
        rows = Person.objects.seen_by(self.access, "see_people").filter(pk__in=self.records)
        return [self.person.pk, *rows.exclude(pk=self.person.pk).values_list("pk", flat=True)]

    @property
    def began(self) -> dt.date:
        """The day that is counted from: the first symptom, else the confirmation."""
        return min(self.case.onset_on or self.case.confirmed_on, self.case.confirmed_on)

    @cached_property
    def tests(self) -> list[Test]:
        """The latest version of each test, the last sample first."""
        latest: dict[str, Test] = {}
        for row in Test.objects.unscoped(BECAUSE).filter(person_id__in=self.shown).order_by("version"):
            latest[row.test_id] = row
        return sorted(
            (row for row in latest.values() if not row.withdrawn),
            key=lambda row: (row.sampled_on, row.pk),
            reverse=True,
        )

    @cached_property
    def sources(self) -> list[Event]:
        """Exposures of the person on record before the case, the last first."""
        rows = Event.objects.unscoped(BECAUSE).filter(person_id__in=self.shown, voided_by=None)
        rows = rows.filter(occurred_on__lte=self.case.confirmed_on).exclude(kind="void")
        found = rows.filter(~Q(case_id=None) | Q(kind__startswith="exposed")).exclude(case_id=self.case.case_id)
        return list(found.select_related("place").order_by("-occurred_on", "-pk")[:CONTACTS])

    @cached_property
    def has_places(self) -> bool:
        """Whether any place that it went to is on record, besides its home."""
        return any(stay.what != "home" for stay in self._stays)

    @cached_property
    def _stays(self) -> list[Stay]:
        return stays_of(self.shown, [self.case.case_id], self.began - FURTHEST * DAY, today())

    def stays(self, first: dt.date, last: dt.date) -> list[Stay]:
        """Where it was in a window of at most FURTHEST days before it began."""
        return [stay for stay in self._stays if stay.first <= last and first <= stay.last]

    @cached_property
    def _named(self) -> Sequence[Event]:
        rows = Event.objects.unscoped("counted; shown as far as the user may see them")
        rows = rows.filter(case_id=self.case.case_id, voided_by=None).exclude(kind="void")
        rows = rows.exclude(person_id__in=self.records).select_related("place")
        return list(rows.order_by("-occurred_on", "-pk")[: CONTACTS * 5])

    @cached_property
    def contacts(self) -> list[Named]:
        """Contacts on record whom the user may see, the last met first; a person once."""
        ids = dict.fromkeys(event.person_id for event in self._named)
        rows = Person.objects.seen_by(self.access, "see_people").filter(pk__in=[*ids][: CONTACTS * 5])
        seen = {person.pk: person for person in rows.defer(*SEALED)}
        found: dict[str, Named] = {}
        for event in self._named:
            if event.person_id in seen and len(found) < CONTACTS:
                found.setdefault(event.person_id, Named(event, seen[event.person_id]))
        return list(found.values())

    @cached_property
    def named(self) -> set[str]:
        """Ids of all contacts on record, also elsewhere."""
        return {event.person_id for event in self._named}

    @property
    def all_contacts(self) -> int:
        """How many people are on record as met by it, also elsewhere."""
        return len(self.named)

    @cached_property
    def household(self) -> list[Person]:
        """Others whose home is the same place and of whom the user may record; at most HOUSE + 1."""
        found = same_home(self.access, self.person)
        return [one for one in found if self.access.can_person("record_events", one)]

    @property
    def is_household(self) -> bool:
        """Whether so few live there that they may be taken for one household."""
        return 0 < len(self.household) <= MANY

    @cached_property
    def not_named(self) -> list[Person]:
        """Of the household, those who are no contacts on record."""
        return [one for one in self.household if one.pk not in self.named]

    @cached_property
    def not_reached(self) -> int:
        """Contacts under a measure with whom nobody has spoken yet."""
        ids = [named.person.pk for named in self.contacts]
        if not ids:
            return 0
        held = NowStatus.objects.unscoped("of people whom the user may see").filter(person_id__in=ids)
        held_ids = {*held.values_list("person_id", flat=True)}
        rows = FollowUp.objects.unscoped("of the same").filter(person_id__in=held_ids, outcome__startswith="seen")
        return len(held_ids - {*rows.values_list("person_id", flat=True)})

    def left(self) -> list[tuple[str, str, int]]:
        """What is left to do: a word, the section where it is done, a number."""
        case, person = self.case, self.person
        pending = sum(test.result == "pending" for test in self.tests)
        met = len(self.not_named) if self.is_household else 0
        found = [
            ("no_onset", "onset", case.classification == "confirmed" and case.onset_on is None),
            ("onset_later", "onset", case.onset_on is not None and case.onset_on > case.confirmed_on),
            ("no_source", "back", case.origin == "local" and not self.sources),
            ("no_places", "back", not self.has_places),
            ("no_contacts", "forward", not self.all_contacts),
            ("house_left", "forward", met),
            ("not_reached", "forward", self.not_reached),
            ("no_positive", "tests", all(test.result != "positive" for test in self.tests)),
            ("pending", "tests", pending),
            ("no_home", "person", person.home_id is None),
            ("no_phone", "person", self.access.can_person("see_names", person) and not person.phone),
        ]
        return [(word, section, int(many)) for word, section, many in found if many]


def same_home(access: Access, person: Person) -> list[Person]:
    """Others whose home is the same place and whom the user may see, without their names; at most HOUSE + 1. Nobody
    for who may not know the home."""
    if person.home_id is None or not access.can_person("see_names", person):
        return []
    rows = Person.objects.unscoped("at one home: whoever may see there sees all of them, else checked one by one")
    rows = rows.filter(home_id=person.home_id, same_as=None).exclude(pk=person.pk).defer(*SEALED)
    own = access.own_people("see_people")
    if not access.holds_in("see_people", person.area):
        rows = rows.filter(pk__in=own if own is not None else [])
    return list(rows.order_by("pk")[: HOUSE + 1])
