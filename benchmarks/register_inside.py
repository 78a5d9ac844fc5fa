"""What is measured inside the register's own process: an import, everybody, one person; and what writers left.

`python benchmarks/register_inside.py import | derive | check` prints JSON; the environment names the register.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Callable
from typing import Any

from register_city import DAYS, SEED, _dated, _whole

ROWS = 100_000
ALONE = 200
"""People who are derived one by one."""


def measure_import() -> dict[str, float]:
    """Seconds of recording 100,000 tests as a user who may import them."""
    import numpy as np

    from sizao.register.access import access_of
    from sizao.register.actions.bulk import record_table
    from sizao.register.models import Person, User

    rng = np.random.Generator(np.random.PCG64([SEED, ROWS]))
    people = Person.objects.unscoped("counted").count()
    rows = _dated(rng, "t", rng.integers(people, size=ROWS), "sampled_on", DAYS - 1, method="pcr", result="negative")
    rows = _whole("tests", rows)
    ids = rows.schema.get_field_index("test_id")
    rows = rows.set_column(ids, "test_id", _renamed(rows["test_id"]))
    begun, used = time.perf_counter(), time.process_time()
    record_table(by=access_of(User.objects.get(username="city-0")), table="tests", rows=rows)
    return {"seconds": time.perf_counter() - begun, "processor": time.process_time() - used, "rows": ROWS}


def _renamed(ids: Any) -> Any:
    import pyarrow.compute as pc

    return pc.replace_substring(ids, "t-", "imported-")


def measure_derive() -> dict[str, Any]:
    """Seconds of everybody, and of single people one after the other in this process."""
    from sizao.register.bridge.now import derive_everybody
    from sizao.register.bridge.people import derive_people
    from sizao.register.models import NowStatus

    begun, used = time.perf_counter(), time.process_time()
    run = derive_everybody()
    everybody = {
        "seconds": time.perf_counter() - begun,
        "processor": time.process_time() - used,
        "people": run.people,
    }
    ids = list(NowStatus.objects.unscoped("to choose").order_by("pk").values_list("person_id", flat=True))
    some = random.Random(SEED).sample(ids, min(ALONE, len(ids)))
    derive_people(some[:1])  # the rulebooks are compiled once in a process
    took = []
    for person_id in some:
        begun = time.perf_counter()
        derive_people([person_id])
        took.append(time.perf_counter() - begun)
    return {"everybody": everybody, "one": took}


def check_writes() -> dict[str, int]:
    """Of the writes that were acknowledged (from standard input: id by key): lost, doubled; and who still waits."""
    from sizao.register.models import Act, Event, FollowUp, NowTouched, Test

    done: dict[str, str] = json.load(sys.stdin)
    acts: dict[str, list[int]] = {}
    for key, number in Act.objects.exclude(key="").values_list("key", "id"):
        acts.setdefault(key, []).append(number)
    numbers = [number for some in acts.values() for number in some]
    first = min(numbers, default=0)
    facts: dict[int, list[str]] = {}
    for model, name in ((Test, "test_id"), (FollowUp, "follow_up_id"), (Event, "event_id")):
        rows = model.objects.unscoped("counted").filter(act_id__gte=first)
        for number, fact in rows.values_list("act_id", name):
            facts.setdefault(number, []).append(fact)
    written = {key: [fact for number in some for fact in facts.get(number, ())] for key, some in acts.items()}
    return {
        "lost": sum(name not in written.get(key, ()) for key, name in done.items()),
        "doubled": sum(len(some) - 1 for some in written.values()),
        "waiting": NowTouched.objects.filter(derived_at=None).count(),
    }


DO: dict[str, Callable[[], Any]] = {"import": measure_import, "derive": measure_derive, "check": check_writes}


def main() -> None:
    """Measures one thing."""
    import django

    django.setup()
    print(json.dumps(DO[sys.argv[1]]()))


if __name__ == "__main__":
    main()
