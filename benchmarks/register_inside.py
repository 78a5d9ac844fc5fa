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

from register_city import SEED

ROWS = 100_000
ALONE = 200
"""People who are derived one by one."""


def measure_import() -> dict[str, float]:
    """Seconds of a line list of 100,000 rows as `sizao import register` takes it: preview, then accept."""
    from sizao.register.access import access_of
    from sizao.register.imports.accept import accept
    from sizao.register.imports.files import Upload
    from sizao.register.imports.stage import stage
    from sizao.register.models import User

    by = access_of(User.objects.get(username="city-0"))
    begun, used = time.perf_counter(), time.process_time()
    found, _ = stage(by=by, files=[Upload("list.csv", _line_list().encode())])
    staged = time.perf_counter() - begun
    found = accept(by=by, import_id=found.import_id)
    recorded = sum(found.counts["recorded"].values())
    if found.state != "done" or recorded < ROWS:
        raise SystemExit(f"the import is {found.state}, {recorded} rows are recorded")
    return {
        "seconds": time.perf_counter() - begun,
        "preview": staged,
        "processor": time.process_time() - used,
        "rows": ROWS,
        "recorded": recorded,
    }


def _line_list() -> str:
    """People of whom one in ten was exposed and each has one test, under Chinese headers."""
    from sizao.register.models import Place

    homes = list(Place.objects.unscoped("made up").filter(kind="building").values_list("place_id", flat=True)[:5000])
    dice = random.Random(SEED)
    lines = ["编号,姓名,性别,出生日期,手机号,居住地,采样日期,检测结果,末次接触日期"]
    for n in range(ROWS):
        name = "".join(dice.choices("赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许", k=3))
        born = f"{1930 + n % 90}-{1 + n % 12:02}-{1 + n % 28:02}"
        day = f"2022-11-{1 + n % 19:02}"
        line = (f"import-{n:06}", name, "男女"[n % 2], born, f"1200000{n:06}", homes[n % len(homes)], day, "阴性", "")
        lines.append(",".join(line[:-1]) + "," + (day if n % 10 == 0 else ""))
    return "\n".join(lines) + "\n"


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
