"""What all actions share: the transaction, the act in it, the sender's key, and the derivation afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction

from sizao.errors import SizaoError
from sizao.register.access import Access
from sizao.register.clock import now
from sizao.register.insert import insert_row
from sizao.register.models.audit import Act
from sizao.register.models.now import NowTouched

MOMENT = timedelta(microseconds=1)
WRITERS = 0x53495A41  # PostgreSQL: writers share this lock, a reader of everything takes it alone for a moment

after_write: list[Callable[[Sequence[str], bool], None]] = []
"""Called after a commit with the ids of the people of whom facts were written (the bridge derives them anew), and
whether the writer waits for that."""

after_many: list[Callable[[], None]] = []
"""Called after a commit where facts of so many people were written that everybody is derived anew."""


class AlreadyDone(Exception):
    """The same user sent the same key before; `act` is what it did then."""

    def __init__(self, act: Act) -> None:
        self.act = act
        super().__init__(act.pk)


@dataclass
class Writing:
    """One action under way: its act, its instant, and whom it touched."""

    act: Act
    at: datetime
    people: set[str] = field(default_factory=set)
    """Of whom facts were written: derived anew after the commit."""
    many: bool = False
    """Facts of very many people were written: everybody must be derived anew."""

    def follow(self, earlier: datetime) -> None:
        """Puts the instant behind that of a row on record: of two versions the later recorded one holds, also where
        the clock was set back between them, or another machine's is behind."""
        self.at = max(self.at, earlier + MOMENT)


@contextmanager
def acting(
    name: str, by: Access, *, person_id: str = "", place_id: str = "", rows: int = 1, **about: Any
) -> Iterator[Writing]:
    """One transaction with its act. `about` says what was done by ids and words, never with personal text.

    Raises AlreadyDone where `by.key` was used before by this user.
    """
    try:
        with transaction.atomic():
            _share_with_readers()
            act = Act(
                action=name,
                by=by.user,
                at=now(),
                person_id=_kept(person_id)[:64],
                place_id=_kept(place_id)[:64],
                key=by.key,
                rows=rows,
                about=_kept(about),
            )
            if by.job:
                act.about["job"] = by.job
            if by.key and by.sent:
                act.about["sent"] = by.sent
            if by.key and by.user is None:
                _once(name, by)  # the constraint sees users alone
            insert_row(act)
            writing = Writing(act, act.at)
            yield writing
            if writing.people or writing.many:
                people = [] if writing.many else sorted(writing.people)
                touched = [NowTouched(person_id=name, at=writing.at) for name in people or [""]]
                if len(touched) == 1:
                    insert_row(touched[0])
                else:
                    NowTouched.objects.bulk_create(touched, batch_size=300)
                transaction.on_commit(lambda: _tell(people, by.waits))
    except IntegrityError:
        if by.key:
            _once(name, by)  # looked up only now: of a thousand writes one was sent before
        raise


def _once(action: str, by: Access) -> None:
    """Raises AlreadyDone where another request with the same key came first, even by a moment."""
    earlier = Act.objects.filter(by=by.user, key=by.key).first()
    if earlier is not None:
        other = by.sent and earlier.about.get("sent", by.sent) != by.sent
        if other or earlier.action != action:
            raise SizaoError(
                "key-reused",
                f"the key {by.key} was sent with {'something else' if other else earlier.action} before",
                why="a key names one write, so that sending it twice does it once",
                todo="make a new key for each write",
            )
        raise AlreadyDone(earlier)


def _kept(value: Any) -> Any:
    """What the act says, as every database can hold it: the act is written before the fact is checked and refused."""
    if isinstance(value, str):
        return value.replace("\0", "?").encode(errors="replace").decode()
    if isinstance(value, dict):
        return {name: _kept(inner) for name, inner in value.items()}
    return [_kept(inner) for inner in value] if isinstance(value, list | tuple) else value


def _share_with_readers() -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [WRITERS])


def _tell(people: Sequence[str], waits: bool) -> None:
    if not people:
        for hear in after_many:
            hear()
        return
    for listener in after_write:
        listener(people, waits)


def conflict(what: str, name: str) -> SizaoError:
    """Somebody else wrote the next version first."""
    return SizaoError(
        "changed-meanwhile",
        f"{what} {name} was changed by somebody else since you opened it",
        why="writing now would pass over what they recorded",
        todo="look at it again and repeat your change if it is still right",
    )


@contextmanager
def one_version(what: str, name: str) -> Iterator[None]:
    """Turns two writers of the same version into a `changed-meanwhile` for the later one."""
    try:
        yield
    except IntegrityError as error:
        said = str(error).lower()
        if "version" in said:
            raise conflict(what, name) from error
        raise
