"""What is shown of people, and what a derivation of everybody's facts says, for tests."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from sizao.policy import chain


def shown() -> dict[str, list[tuple[Any, ...]]]:
    """The rows of people in now_*, but for their numbers and instants."""
    from sizao.register.bridge.rows import OF_PERSON

    found = {}
    for name, model in OF_PERSON.items():
        fields = [f.attname for f in model._meta.local_concrete_fields if f.attname not in ("id", "derived_at")]
        found[name] = sorted(model.objects.unscoped("test").values_list(*fields), key=str)
    return found


def derived() -> dict[str, list[tuple[Any, ...]]]:
    """The same, derived from everybody's facts as they are exported."""
    from sizao.register.bridge.records import read_people
    from sizao.register.bridge.rows import OF_PERSON, people_rows
    from sizao.register.clock import now, today
    from sizao.register.models import Person

    at = now()
    roots = Person.objects.unscoped("test").filter(same_as=None).values_list("pk", flat=True)
    facts = read_people(roots, at)
    rows = people_rows(facts, chain(settings.SIZAO_RULEBOOK), today(), at, "duckdb")
    found = {}
    for name, model in OF_PERSON.items():
        columns = [f.column for f in model._meta.local_concrete_fields if f.column not in ("id", "derived_at")]
        table = rows[name].select(columns)
        found[name] = sorted((tuple(row.values()) for row in table.to_pylist()), key=str)
    return found
