"""The same action for very many people at once: one transaction, one act for each person, a result for each row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sizao.errors import RefusedError, SizaoError
from sizao.register.access import Access, not_found
from sizao.register.actions.act import AlreadyDone, Writing, acting, conflict, one_version
from sizao.register.actions.check import check_fact
from sizao.register.actions.find import find_case, find_place
from sizao.register.actions.versions import values_of
from sizao.register.ids import new_id
from sizao.register.models import Act, Assignment, Event, FollowUp, Person, Team, Test, User

MOST = 20_000
CHUNK = 900  # SQLite takes 999 parameters on old machines


@dataclass(frozen=True)
class RowResult:
    """What became of one row: `id` of what was written, or the `error` (then nothing of that row was)."""

    row: int
    id: str = ""
    error: SizaoError | None = None


Row = Mapping[str, Any]
Build = Callable[["Writing", Row, Person, Act], Any]


def assign_many(
    *, by: Access, person_ids: Sequence[str], team_id: int | None = None, user_id: int | None = None
) -> list[RowResult]:
    """Gives people to a team or a user (to nobody where neither is given); a result for each, in their order.

    Raises SizaoError `assign-one`, `too-many`, `not-allowed`, `not-found` (the team or user).
    """
    if team_id is not None and user_id is not None:
        raise SizaoError("assign-one", "people are assigned to a team or to a user", todo="give one of them")
    if team_id is not None and not Team.objects.filter(pk=team_id).exists():
        raise not_found("team", str(team_id))
    if user_id is not None and not User.objects.filter(pk=user_id, is_active=True).exists():
        raise not_found("user", str(user_id))
    rows = [{"person_id": person_id} for person_id in person_ids]

    def build(writing: Writing, row: Row, person: Person, act: Act) -> Assignment:
        act.about = {"team": team_id, "user": user_id}
        return Assignment(person=person, team_id=team_id, user_id=user_id, act=act)

    def write(writing: Writing, built: list[Assignment]) -> None:
        ids = [assignment.person_id for assignment in built]
        for part in _chunks(ids):
            _lock(part)
            Assignment.objects.filter(person_id__in=part, latest=True).update(latest=False)
        Assignment.objects.bulk_create(built, batch_size=2000)

    return _each("assign", by, "assign_people", rows, build, write, once=True)


def log_visits(*, by: Access, rows: Sequence[Row]) -> list[RowResult]:
    """Logs visits and calls: rows of person_id, outcome, occurred_on. As `assign_many`."""

    def build(writing: Writing, row: Row, person: Person, act: Act) -> FollowUp:
        visit = FollowUp(
            follow_up_id=new_id("f"),
            person=person,
            occurred_on=row.get("occurred_on"),
            outcome=row.get("outcome"),
            recorded_at=writing.at,
            act=act,
        )
        names = ("follow_up_id", "person_id", "occurred_on", "outcome")
        check_fact("follow_ups", {name: getattr(visit, name) for name in names}, writing.at)
        act.about = {"id": visit.follow_up_id, "outcome": visit.outcome}
        return visit

    def write(writing: Writing, built: list[FollowUp]) -> None:
        FollowUp.objects.bulk_create(built, batch_size=2000)

    return _each("log_visit", by, "log_visits", rows, build, write)


def record_tests(*, by: Access, rows: Sequence[Row], once_a_day: bool = False) -> list[RowResult]:
    """Records samples: rows of person_id, sampled_on and, if known, method, result, ct, tube_id. As `assign_many`.

    `once_a_day`: who has a sample of that day already is refused (`recorded-already`): of two teams who tick the same
    list, one is late.
    """
    known: set[tuple[str, Any]] | None = None if once_a_day else set()

    def build(writing: Writing, row: Row, person: Person, act: Act) -> Test:
        nonlocal known
        if known is None:  # only now: nobody else writes any more
            known = _sampled({str(row.get("person_id")) for row in rows}, {row.get("sampled_on") for row in rows})
        if (person.person_id, row.get("sampled_on")) in known:
            raise SizaoError("recorded-already", "the same stands on record", todo="look at the person's facts")
        if once_a_day:
            known.add((person.person_id, row.get("sampled_on")))
        test = Test(
            test_id=new_id("t"),
            person=person,
            sampled_on=row.get("sampled_on"),
            method=row.get("method") or "pcr",
            result=row.get("result") or "pending",
            ct=row.get("ct"),
            tube_id=row.get("tube_id") or None,
            recorded_at=writing.at,
            act=act,
        )
        check_fact("tests", values_of(test), writing.at)
        act.about = {"id": test.test_id, "version": 1}
        writing.people.add(person.person_id)
        return test

    def write(writing: Writing, built: list[Test]) -> None:
        Test.objects.bulk_create(built, batch_size=1000)

    return _each("record_test", by, "record_tests", rows, build, write)


def _sampled(people: set[str], days: set[Any]) -> set[tuple[str, Any]]:
    """Who has a sample of which of these days on record. Locks the people: two writers see each other's."""
    found: dict[str, tuple[str, Any, bool]] = {}
    for part in _chunks(sorted(people)):
        _lock(part)
        rows = Test.objects.unscoped("of the rows to be written").filter(person_id__in=part).order_by("version")
        for test_id, *said in rows.values_list("test_id", "person_id", "sampled_on", "withdrawn"):
            found[test_id] = (said[0], said[1], said[2])
    return {(who, day) for who, day, withdrawn in found.values() if day in days and not withdrawn}


def record_events(*, by: Access, rows: Sequence[Row]) -> list[RowResult]:
    """Records events: rows of person_id, kind, occurred_on and, if known, case_id, place_id. As `assign_many`.

    A row that says what stands already of the person (same kind, day and case) is refused: `recorded-already`.
    """
    by.check("record_events")
    said = {name: {row.get(name) for row in rows} - {None, ""} for name in ("case_id", "place_id")}
    places = {name: find_place(name) for name in said["place_id"]}
    for name in said["case_id"]:
        find_case(name)
    known: set[tuple[Any, ...]] | None = None

    def build(writing: Writing, row: Row, person: Person, act: Act) -> Event:
        nonlocal known
        if known is None:  # only now: nobody else writes any more
            known = _standing_events({str(row.get("person_id")) for row in rows}, said["case_id"])
        kind, on = row.get("kind"), row.get("occurred_on")
        event = Event(
            event_id=new_id("e"),
            person=person,
            kind=kind,
            occurred_on=on,
            place=places.get(row.get("place_id")),
            case_id=row.get("case_id") or None,
            recorded_at=writing.at,
            act=act,
        )
        names = ("event_id", "person_id", "kind", "occurred_on", "place_id", "case_id")
        check_fact("events", {name: getattr(event, name) for name in names}, writing.at)
        if kind == "void" or str(kind).startswith("case/"):
            raise SizaoError("reserved-kind", "this is no kind of event", todo="choose a kind that the rules name")
        same = (person.person_id, kind, on, event.case_id)
        if same in known:
            raise SizaoError("recorded-already", "the same stands on record", todo="look at the person's facts")
        known.add(same)
        act.about = {"id": event.event_id, "kind": kind, "voids": None}
        writing.people.add(person.person_id)
        return event

    def write(writing: Writing, built: list[Event]) -> None:
        Event.objects.bulk_create(built, batch_size=1000)

    return _each("record_event", by, "record_events", rows, build, write)


def _standing_events(people: set[str], cases: set[Any]) -> set[tuple[Any, ...]]:
    """What stands of people with these cases: person, kind, day, case. Locks the people: of two writers the later one
    sees what the first one wrote."""
    found = set()
    for part in _chunks(sorted(people)):
        _lock(part)
        events = Event.objects.unscoped("the same of the rows to be written").filter(person_id__in=part)
        events = events.filter(voided_by=None).exclude(kind="void")
        if cases:
            events = events.filter(case_id__in=cases)
        found |= {*events.values_list("person_id", "kind", "occurred_on", "case_id")}
    return found


def record_results(*, by: Access, rows: Sequence[Row]) -> list[RowResult]:
    """Results of tests on record: rows of test_id, version (the one seen), result and, if known, ct.

    A row whose test was changed since is refused by itself (`changed-meanwhile`). As `assign_many`.
    """
    seen: dict[str, Test] = {}

    def whose() -> list[str | None]:
        parts = [*_chunks(sorted({str(row.get("test_id")) for row in rows}))]
        of_rows = [Test.objects.unscoped("checked for each row").filter(test_id__in=part) for part in parts]
        people = {name for found in of_rows for name in found.values_list("person_id", flat=True)}
        for part in _chunks(sorted(people)):
            _lock(part)  # of two batches the later one reads what the first one wrote
        for found in of_rows:
            seen.update({test.test_id: test for test in found.order_by("version")})
        tests = [seen.get(str(row.get("test_id"))) for row in rows]
        return [None if test is None or test.withdrawn else test.person_id for test in tests]

    def build(writing: Writing, row: Row, person: Person, act: Act) -> Test:
        test = seen[str(row["test_id"])]
        writing.follow(test.recorded_at)
        if test.version != row.get("version"):
            raise conflict("test", test.test_id)
        following = Test(
            **{f.attname: getattr(test, f.attname) for f in Test._meta.concrete_fields if f.name != "id"}
        )
        following.version, following.result, following.ct = test.version + 1, row.get("result"), row.get("ct")
        following.recorded_at, following.act = writing.at, act
        check_fact("tests", values_of(following), writing.at)
        act.about = {"id": test.test_id, "version": following.version}
        seen[test.test_id] = following
        writing.people.add(person.person_id)
        return following

    def write(writing: Writing, built: list[Test]) -> None:
        with one_version("tests", "of these rows"):
            Test.objects.bulk_create(built, batch_size=1000)

    return _each("record_result", by, "record_tests", rows, build, write, whose=whose, named=("test", "test_id"))


def _each(
    action: str,
    by: Access,
    permission: str,
    rows: Sequence[Row],
    build: Build,
    write: Callable[[Writing, list[Any]], None],
    *,
    once: bool = False,
    whose: Callable[[], list[str | None]] | None = None,
    named: tuple[str, str] = ("person", "person_id"),
) -> list[RowResult]:
    """Checks and builds each row by itself, and writes those that are right. `once`: a person only once.

    `named`: what a row is about, and its column; `whose` looks up the people of rows that do not name them.
    """
    by.check(permission)
    if len(rows) > MOST:
        raise SizaoError("too-many", f"{len(rows)} rows at once", todo=f"send at most {MOST} at a time")
    try:
        with acting(f"{action}_many", by, rows=len(rows)) as writing:
            ids = whose() if whose else [row.get("person_id") for row in rows]
            people = _people({str(name) for name in ids if name})
            results, acts, built, done = [], [], [], set[str]()
            for number, (row, person_id) in enumerate(zip(rows, ids, strict=True)):
                try:
                    person = people.get(str(person_id))
                    if person is None or not _is_known(by, permission, person):
                        raise not_found(named[0], str(row.get(named[1])))
                    by.check_person(permission, person)
                    if once and person.person_id in done:
                        raise SizaoError("twice", f"{person.person_id} stands in the rows twice", todo="send it once")
                    act = Act(action=action, by=by.user, at=writing.at, person_id=person.person_id)
                    fact = build(writing, row, person, act)
                except (SizaoError, RefusedError) as error:
                    results.append(RowResult(number, error=error))
                    continue
                act.about |= {"batch": writing.act.pk, "row": number}
                done.add(person.person_id)
                acts.append(act)
                built.append(fact)
                results.append(RowResult(number, id=str(act.about.get("id", person.person_id))))
            Act.objects.bulk_create(acts, batch_size=2000)
            for fact, act in zip(built, acts, strict=True):
                fact.act = act
            write(writing, built)
            return results
    except AlreadyDone as earlier:
        return _first_answer(action, by, earlier.act)


def _is_known(by: Access, permission: str, person: Person) -> bool:
    return by.can_person(permission, person) or by.can_person("see_people", person)


def _first_answer(action: str, by: Access, batch: Act) -> list[RowResult]:
    """What became of the rows when they were sent first; why a row was refused is no longer known."""
    rows = Act.objects.filter(by=by.user, pk__gt=batch.pk, action=action).order_by("pk")[: batch.rows]
    written = {act.about["row"]: act for act in rows if act.about.get("batch") == batch.pk}
    refused = SizaoError(
        "refused-before",
        "this row was refused when it was sent first",
        why="the same key again does nothing",
        todo="correct the row and send it with a new key",
    )
    return [
        RowResult(number, id=str(written[number].about.get("id", written[number].person_id)))
        if number in written
        else RowResult(number, error=refused)
        for number in range(batch.rows)
    ]


def _people(ids: set[str]) -> dict[str, Person]:
    """The people of the rows, without the personal text."""
    found = {}
    for part in _chunks(sorted(ids)):
        rows = Person.objects.unscoped("checked for each row").defer("name", "phone", "number")
        found |= {person.person_id: person for person in rows.filter(person_id__in=part)}
    return found


def _lock(people: Sequence[str]) -> None:
    list(Person.objects.unscoped("locked").select_for_update().filter(pk__in=people).order_by("pk").values_list("pk"))


def _chunks(values: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]
