"""Users of the register's API at once: who reads every list, who writes; what they measured."""

from __future__ import annotations

import json
import random
import threading
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlencode

from register_city import ON

SEED = 20221120
READERS, WRITERS = 20, 50
AGAIN = 0.05
"""The share of writes that are sent twice, as after a connection that broke."""
PAGE = 100
FILTERS: Mapping[str, Sequence[str]] = {
    "under": ("home_isolation",),
    "place_id": ("l-1-1-1",),
    "person_id": ("p-00000042",),
    "recorded_since": ("2022-11-19T00:00:00Z",),
    "history": ("true",),
}
"""Values of the parameters by which lists are cut; one at a time."""


class Refusal(Exception):
    """The service did not answer as it should."""


@dataclass(frozen=True)
class Asked:
    """One request for a list: the operation, the user's kind of place, the filter ("" for none), and the address."""

    operation: str
    kind: str
    cut: str
    address: str

    @property
    def name(self) -> str:
        return f"{self.operation} {self.cut} ({self.kind})"


@dataclass
class Wrote:
    """What writers were told: the id of each key."""

    done: dict[str, str] = field(default_factory=dict)
    took: list[float] = field(default_factory=list)
    differing: list[str] = field(default_factory=list)
    """Keys that were sent twice and answered with two ids."""
    broken: int = 0
    seconds: float = 0.0


class User:
    """One user with a connection that is kept."""

    def __init__(self, port: int, token: str) -> None:
        self._to = HTTPConnection("127.0.0.1", port, timeout=120)
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def ask(self, method: str, address: str, body: Any = None, key: str = "") -> Any:
        """What the service answers. Raises Refusal."""
        headers = self._headers | ({"Idempotency-Key": key} if key else {})
        sent = None if body is None else json.dumps(body)
        for turn in (1, 2):
            try:
                self._to.request(method, address, body=sent, headers=headers)
                answer = self._to.getresponse()
                text = answer.read()
                break
            except (HTTPException, OSError) as error:
                self._to.close()  # the server ends connections that were idle
                if turn == 2:
                    raise Refusal(f"{method} {address}: {error!r}") from error
        if answer.status != 200:
            raise Refusal(f"{method} {address}: {answer.status} {text[:300]!r}")
        return json.loads(text)


def find_lists(port: int, tokens: Mapping[str, Sequence[str]]) -> list[Asked]:
    """Every list of the API for every kind of place, uncut, by each of its filters, and a page further on."""
    said = User(port, tokens["city"][0]).ask("GET", "/api/openapi.json")
    found = []
    for address, methods in said["paths"].items():
        names = {parameter["name"] for parameter in methods.get("get", {}).get("parameters", ())}
        if not {"limit", "after"} <= names:
            continue
        operation = address.removeprefix("/api")
        for kind in tokens:
            user = User(port, tokens[kind][0])
            cuts = [
                ("", {}),
                *((name, {name: value}) for name in FILTERS if name in names for value in FILTERS[name]),
            ]
            for cut, given in cuts:
                asked = f"{address}?{urlencode({'limit': PAGE, **given})}"
                try:
                    page = user.ask("GET", asked)
                except Refusal as error:
                    if "unknown-filter" in str(error):
                        continue
                    raise
                found.append(Asked(operation, kind, cut, asked))
                if page["after"]:
                    following = f"{asked}&{urlencode({'after': page['after']})}"
                    found.append(Asked(operation, kind, f"{cut} next".strip(), following))
    return found


def read_alone(port: int, tokens: Mapping[str, Sequence[str]], lists: Sequence[Asked]) -> dict[str, float]:
    """The least seconds of three tries of each list, while nobody else asks."""
    users = {kind: User(port, some[0]) for kind, some in tokens.items()}

    def once(asked: Asked) -> float:
        begun = time.perf_counter()
        users[asked.kind].ask("GET", asked.address)
        return time.perf_counter() - begun

    return {asked.name: min(once(asked) for _ in range(3)) for asked in lists}


def read_together(
    port: int, tokens: Mapping[str, Sequence[str]], lists: Sequence[Asked], seconds: float
) -> dict[str, list[float]]:
    """READERS users who each ask for the next list as soon as they have one: seconds by operation."""
    took: dict[str, list[float]] = {asked.operation: [] for asked in lists}

    def read(number: int) -> None:
        choose = random.Random(SEED + number)
        users = {kind: User(port, some[number % len(some)]) for kind, some in tokens.items()}
        while time.perf_counter() < end:
            asked = choose.choice(lists)
            begun = time.perf_counter()
            users[asked.kind].ask("GET", asked.address)
            took[asked.operation].append(time.perf_counter() - begun)

    end = time.perf_counter() + seconds
    _together(READERS, read)
    return took


def write_together(port: int, tokens: Sequence[str], people: int, seconds: float) -> Wrote:
    """WRITERS users who each write the next fact as soon as the last is answered."""
    wrote = Wrote()

    def write(number: int) -> None:
        choose = random.Random(SEED + number)
        user = User(port, tokens[number])
        while time.perf_counter() < end:
            address, body = _fact(choose, people)
            key = str(uuid.UUID(int=choose.getrandbits(128)))
            begun = time.perf_counter()
            try:
                ids = [_id(user.ask("POST", address, body, key))]
                wrote.took.append(time.perf_counter() - begun)
                if choose.random() < AGAIN:
                    ids.append(_id(user.ask("POST", address, body, key)))
            except Refusal:
                wrote.broken += 1
                continue
            wrote.done[key] = ids[0]
            if len({*ids}) > 1:
                wrote.differing.append(key)

    begun = time.perf_counter()
    end = begun + seconds
    _together(WRITERS, write)
    wrote.seconds = time.perf_counter() - begun
    return wrote


def _fact(choose: random.Random, people: int) -> tuple[str, dict[str, Any]]:
    """Mostly samples; visits, and exposures."""
    person = f"p-{choose.randrange(people):08d}"
    which = choose.random()
    if which < 0.6:
        return "/api/tests", {"person_id": person, "sampled_on": ON.isoformat()}
    if which < 0.9:
        return "/api/follow_ups", {"person_id": person, "outcome": "seen_ok", "occurred_on": ON.isoformat()}
    return "/api/events", {"person_id": person, "kind": "exposed_to_case", "occurred_on": ON.isoformat()}


def _id(answer: Mapping[str, Any]) -> str:
    return str(next(answer[name] for name in ("test_id", "follow_up_id", "event_id") if name in answer))


def write_many(port: int, token: str, people: int, count: int) -> dict[str, float]:
    """Seconds of each bulk operation on so many rows. Raises Refusal where a row was refused."""
    chosen = random.Random(SEED).sample(range(people), count)
    ids = [f"p-{n:08d}" for n in chosen]
    day = ON.isoformat()
    bodies: dict[str, Any] = {
        "assign": {"person_ids": ids},
        "follow_ups": {"rows": [{"person_id": name, "outcome": "seen_ok", "occurred_on": day} for name in ids]},
        "tests": {"rows": [{"person_id": name, "sampled_on": day} for name in ids]},
    }
    user, took = User(port, token), {}
    for name in (*bodies, "results"):
        begun = time.perf_counter()
        told = user.ask("POST", f"/api/bulk/{name}", bodies[name])
        took[name] = time.perf_counter() - begun
        if told["written"] != count:
            raise Refusal(f"bulk {name}: {told['written']} of {count} rows were written")
        if name == "tests":
            made = [row["id"] for row in told["rows"]]
            bodies["results"] = {"rows": [{"test_id": name, "version": 1, "result": "negative"} for name in made]}
    return took


def _together(count: int, work: Callable[[int], None]) -> None:
    """Runs work(0) to work(count - 1) at once. Raises what the first that failed raised."""
    wrong: list[BaseException] = []

    def run(number: int) -> None:
        try:
            work(number)
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong:
        raise wrong[0]


def share(values: Sequence[float], of_100: int) -> float:
    """The value that so many of a hundred do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * of_100 // 100)]
