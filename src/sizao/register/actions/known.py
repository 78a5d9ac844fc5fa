"""Who is on record already, and may be the person who is to be added."""

from __future__ import annotations

from django.db.models import Q

from sizao.errors import Problem, RefusedError
from sizao.register.access import Access
from sizao.register.models import Person

MOST = 10


class KnownError(RefusedError):
    """`people`: the records that look like the same person; the user may see them."""

    def __init__(self, code: str, what: str, people: list[str], *, todo: str) -> None:
        self.people = people
        problems = [
            Problem(code, "people", what, todo, column="number" if code == "number-known" else "name", value=one)
            for one in people
        ]
        super().__init__(code, what, problems, todo=todo)


def refuse_known(person: Person, by: Access, all_the_same: bool = False) -> None:
    """Raises KnownError `number-known`; `may-be-known`, unless `all_the_same`. A job has compared before.

    Only people whose name the user may see are looked at: of others nothing is told.
    """
    if by.job:
        return
    rows = Person.objects.seen_by(by, "see_names").order_by("person_id")
    known = []
    if person.number_hash:
        known = [*rows.filter(number_hash=person.number_hash).values_list("pk", "same_as")[:MOST]]
        if any(same_as is None for _, same_as in known):
            raise KnownError(
                "number-known",
                "somebody with this identity number is in the register",
                [one for one, _ in known],
                todo="use that record",
            )
    like = Q(phone_hash=person.phone_hash) if person.phone_hash else Q(pk__in=[])
    if person.birth_date is not None:
        like |= Q(birth_date=person.birth_date)
    if person.name_hash:
        rows = rows.filter(like, name_hash=person.name_hash).exclude(name_hash="")  # as the index says it
        known += rows.values_list("pk", "same_as")[:MOST]
    if known and not all_the_same:
        raise KnownError(
            "may-be-known",
            "somebody like this is on record: the same number, or the same name and phone or date of birth",
            [*dict.fromkeys(one for one, _ in known)],
            todo="use that record, or say that it is another person (all_the_same)",
        )
