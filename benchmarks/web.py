"""Speed of the screens with a million people: `python benchmarks/web.py`.

A real service (`sizao serve`: two processes) answers twenty signed-in users of every role: first each screen alone,
which tells what it costs the service's processor, then all users at once: first reading each page for about a second,
then asking for the next as soon as they have one. The register is a copy of the one that benchmarks/register.py
measures, made once where it is missing. Stops where a page is no page, is longer than 500 KB, or asks for anything
outside. docs/speed.md says what rows mean.

Forms are sent as far as the page that says what would be done to how many: nothing is done.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlencode

from register import KEPT, _run, copy_register, processor_seconds, serve
from register_users import share
from verdict import Target, table
from web_screens import PASSWORD, SCREENS, USERS

SEED = 20221120
PEOPLE, QUICK = 1_000_000, 20_000
LONGEST = 500_000
"""Bytes of a page."""
ASKED = {"p95": 300, "each": 10}
"""Milliseconds to the whole page at twenty users; of processor for each request, so that they fit on two cores."""
ALONE = 12
"""Times that each address is asked alone."""
LONGER = 4
"""How much longer users read than they ask without a pause: else most screens would be asked for a dozen times."""
READ = 0.5, 1.5
"""Seconds for which somebody quick looks at a page before the next."""
WARM = 60.0
"""Seconds at most until the service has read what it keeps in memory."""
IMPACT = "/rulebooks/impact?from=cn-2022-06-27&to=cn-2022-11-11"
FORM = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
OUTSIDE = re.compile(
    r"""<(?!a\b)[a-z]+\b[^>]*\s(?:src|href|srcset|data|poster|action)\s*=\s*["']?\s*(?:[a-z]+:)?//[^"'\s>]+""", re.I
)
"""What a browser would fetch from elsewhere to show the page; a link is only followed when somebody chooses it."""
SELDOM = 0.1
"""How often a page is asked for that shows what would be done to hundreds at once, beside once for any other."""
LONG = 80
"""Letters of a filter that are shown."""
BROWSER = {"User-Agent": "sizao-bench", "Accept": "text/html", "Accept-Language": "zh,en"}


class Refusal(Exception):
    """The service did not answer as it should."""


class Browser:
    """One user with a connection and cookies that are kept, at an address of their own: guesses are counted by it."""

    def __init__(self, port: int, name: str, number: int, code: str) -> None:
        self._to = HTTPConnection("127.0.0.1", port, timeout=120)
        self._from = f"10.0.0.{number + 1}"
        self._cookies: dict[str, str] = {}
        status = self.send("/sign-in", {"login": name, "password": PASSWORD})
        if status != 302 or "sizao" not in self._cookies:
            raise Refusal(f"{name} could not sign in: {status}")
        if (status := self.send("/own/code", {"code": code})) != 303:
            raise Refusal(f"the code of a person's own page opened nothing: {status}")

    def send(self, address: str, fields: Mapping[str, str]) -> int:
        """Sends the form of a page; the status."""
        token = FORM.search(self.ask("GET", address)[1].decode())
        if token is None:
            raise Refusal(f"{address} has no form")
        self._token = token[1]
        return self.ask("POST", address, urlencode(fields))[0]

    def open(self, address: str) -> tuple[int, bytes]:
        """The page at an address of SCREENS."""
        method, _, address = address.rpartition(" ")
        if not method:
            return self.ask("GET", address)
        address, _, body = address.partition("?")
        status, page = self.ask(method, address, body)
        return self.ask("GET", self._onward) if status == 303 else (status, page)

    def ask(self, method: str, address: str, body: str | None = None) -> tuple[int, bytes]:
        """The status and the whole page. Raises Refusal where nothing answers."""
        cookie = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        headers = BROWSER | {"X-Forwarded-For": self._from} | ({"Cookie": cookie} if cookie else {})
        if body is not None:
            body = f"{body}&csrfmiddlewaretoken={self._token}"
            headers |= {
                "Content-Type": "application/x-www-form-urlencoded",
                "Origin": f"http://127.0.0.1:{self._to.port}",
            }
        for turn in (1, 2):
            try:
                self._to.request(method, address, body=body, headers=headers)
                answer = self._to.getresponse()
                page = answer.read()
                break
            except (HTTPException, OSError) as error:
                self._to.close()  # the server ends connections that were idle
                if turn == 2:
                    raise Refusal(f"{method} {address}: {error!r}") from error
        for said in answer.headers.get_all("Set-Cookie", []):
            name, _, value = said.partition(";")[0].partition("=")
            self._cookies[name] = value
        self._onward = answer.headers.get("Location", "")
        return answer.status, page


@dataclass
class Screen:
    """One address with its filters: who may see it, and what it took."""

    address: str
    asked: list[tuple[int, str]] = field(default_factory=list)
    """(number of the user, address with a filter)"""
    length: int = 0
    alone: list[float] = field(default_factory=list)
    spent: dict[str, float] = field(default_factory=dict)
    """Seconds of the service's processor for each filter (the median of ALONE)."""
    read: list[float] = field(default_factory=list)
    """Seconds to the page, of all users at once who read each page."""
    together: list[float] = field(default_factory=list)
    """The same without a pause."""

    @property
    def is_many(self) -> bool:
        """Whether it shows what would be done to hundreds at once."""
        return self.address.startswith("POST ") or self.address.endswith("/do")


def find_screens(browsers: list[Browser], words: Mapping[str, str]) -> list[Screen]:
    """What each user may see. Raises Refusal where a page is broken, too long, or asks for anything outside."""
    found = []
    for named, filters in SCREENS.items():
        screen = Screen(named)
        for cut in filters:
            address, seen = (named + cut).format(**words), False
            for number, browser in enumerate(browsers):
                status, page = browser.open(address)
                if status in (302, 303, 400, 403, 404):  # not for this user, or begins elsewhere
                    continue
                check(address[:LONG], status, page)
                screen.length = max(screen.length, len(page))
                screen.asked.append((number, address))
                seen = True
            if not seen and len(browsers) == len(USERS):
                raise Refusal(f"no user sees {address[:LONG]}")
        if screen.asked:
            found.append(screen)
    return found


def check(address: str, status: int, page: bytes) -> None:
    """Raises Refusal where it is no page of ours."""
    text = page.decode()
    if status != 200 or "</html>" not in text:
        raise Refusal(f"{address}: {status}")
    if len(page) > LONGEST:
        raise Refusal(f"{address} is {len(page):,} bytes long")
    if outside := OUTSIDE.search(text):
        raise Refusal(f"{address} asks for something outside: {outside[0][:200]}")


def wait_until_warm(browser: Browser) -> None:
    """Until the list of work answers quickly: each process reads it once."""
    end, quick = time.monotonic() + WARM, 0
    while quick < 6 and time.monotonic() < end:
        begun = time.monotonic()
        browser.ask("GET", "/work")
        quick = quick + 1 if time.monotonic() - begun < 0.5 else 0


def ask_for_impact(browsers: list[Browser]) -> None:
    """Has one comparison of rulebooks worked out, whose page is measured then: its work is not what pages cost."""
    for number, browser in enumerate(browsers):
        if USERS[number][0] == "oversight":
            browser.send(IMPACT, {})
            end = time.monotonic() + WARM
            while b'id="who"' not in browser.ask("GET", IMPACT)[1] and time.monotonic() < end:
                time.sleep(0.5)
            return


def ask_alone(browsers: list[Browser], screens: list[Screen], service: Any) -> None:
    """Each address by the user who sees most of it, again and again: what it costs the service's processor."""
    for screen in screens:
        widest: dict[str, int] = {}
        for number, address in screen.asked:
            if address not in widest or _width(number) < _width(widest[address]):
                widest[address] = number
        for address, number in widest.items():
            spent = []
            for _ in range(ALONE):
                used, begun = _nanoseconds(service), time.perf_counter()
                browsers[number].open(address)
                screen.alone.append(time.perf_counter() - begun)
                spent.append((_nanoseconds(service) - used) / 1e9)
            screen.spent[address.partition("?")[2]] = median(spent)


def _width(number: int) -> int:
    """How small a user's area is."""
    return ("city", "county", "street", "community", "").index(USERS[number][1])


def _nanoseconds(service: Any) -> int:
    """Of processor that the service's processes have had until now, by thread (Linux)."""
    total = 0
    for process in _processes(service.pid):
        for said in Path(f"/proc/{process}/task").glob("*/schedstat"):
            try:
                total += int(said.read_text().split()[0])
            except OSError:
                continue
    return total


def _processes(above: int) -> list[int]:
    found = [above]
    try:
        said = Path(f"/proc/{above}/task/{above}/children").read_text()
    except OSError:
        return found
    return found + [process for child in said.split() for process in _processes(int(child))]


def ask_together(browsers: list[Browser], screens: list[Screen], seconds: float, *, reading: bool) -> None:
    """All users at once, each what it may see, screens evenly; `reading` each page for a moment or none."""
    by_user: dict[int, list[tuple[Screen, list[str]]]] = {n: [] for n in range(len(browsers))}
    for screen in screens:
        for number in {number for number, _ in screen.asked}:
            by_user[number].append((screen, [a for n, a in screen.asked if n == number]))
    wrong: list[BaseException] = []
    end = time.perf_counter() + seconds

    def work(number: int) -> None:
        choose = random.Random(SEED + number)
        often = [SELDOM if screen.is_many else 1 for screen, _ in by_user[number]]
        try:
            while time.perf_counter() < end:
                if reading:
                    time.sleep(choose.uniform(*READ))
                screen, addresses = choose.choices(by_user[number], often)[0]
                address = choose.choice(addresses)
                begun = time.perf_counter()
                status, _ = browsers[number].open(address)
                (screen.read if reading else screen.together).append(time.perf_counter() - begun)
                if status != 200:
                    raise Refusal(f"{address}: {status}")
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(len(browsers))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong:
        raise wrong[0]


def measure(people: int, users: int, seconds: float, kept: Path = KEPT) -> dict[str, Any]:
    """Every screen, alone and to all users at once."""
    with copy_register(people, "", kept) as (environ, told):
        made = _run("web_screens.py", environ)
        names = made["names"][:users]
        with serve(environ | {"SIZAO_PROXIES": "1"}) as (port, service):
            browsers = [Browser(port, name, number, made["code"]) for number, name in enumerate(names)]
            ask_for_impact(browsers)
            wait_until_warm(browsers[0])
            screens = find_screens(browsers, made["words"])
            ask_alone(browsers, screens, service)
            ask_together(browsers, screens, LONGER * seconds, reading=True)
            used = processor_seconds(service)
            ask_together(browsers, screens, seconds, reading=False)
            used = processor_seconds(service) - used
    answered = sum(len(screen.together) for screen in screens)
    return {
        "people": people,
        "held": told["held"],
        "users": len(names),
        "seconds": seconds,
        "screens": screens,
        "each": used / max(answered, 1),
        "rate": answered / seconds,
    }


def judge(found: dict[str, Any]) -> list[Target]:
    """The targets of what was measured."""
    screens = [screen for screen in found["screens"] if not screen.is_many]
    many = [screen for screen in found["screens"] if screen.is_many]
    slowest = max((screen for screen in screens if screen.together), key=lambda screen: share(screen.together, 95))
    read = [screen for screen in screens if screen.read]
    slow = max(read, key=lambda screen: share(screen.read, 95), default=slowest)
    dearest = max(screens, key=lambda screen: max(screen.spent.values()))
    situation = next(screen for screen in screens if screen.address == "/situation")
    targets = [
        Target(
            f"the slowest screen, {found['users']} users who read: 95 of 100 ({slow.address})",
            1000 * share(slow.read or slow.together, 95),
            ASKED["p95"],
            "ms",
        ),
        Target(
            f"the slowest screen, {found['users']} users without a pause: 95 of 100 ({slowest.address})",
            1000 * share(slowest.together, 95),
            ASKED["p95"],
            "ms",
        ),
    ]
    if situation.together:
        targets.append(
            Target(
                "the situation, without a pause: 95 of 100", 1000 * share(situation.together, 95), ASKED["p95"], "ms"
            )
        )
    cost = 1000 * max(dearest.spent.values())
    if many:
        most = max(many, key=lambda screen: share(screen.alone, 95))
        took = 1000 * share(most.alone, 95)
        targets.append(
            Target(f"what would be done to hundreds, alone: 95 of 100 ({most.address})", took, ASKED["p95"], "ms")
        )
    longest = max(screen.length for screen in screens) / 1000
    return [
        *targets,
        Target(f"processor for one request, the dearest screen ({dearest.address})", cost, ASKED["each"], "ms"),
        Target("processor for one request, on average", 1000 * found["each"], ASKED["each"], "ms"),
        Target("the longest page", longest, LONGEST / 1000, "KB"),
    ]


def show(found: dict[str, Any], markdown: bool) -> str:
    """What was measured as text, or as Markdown for docs/speed.md."""
    head = f"{found['people']:,} people, {found['held']:,} of them under a measure; {found['users']} users; sqlite."
    rows = [
        [
            "screen",
            "KB",
            "processor ms",
            "dearest ms",
            "with",
            "read",
            "p50 ms",
            "p95 ms",
            "no pause",
            "p50 ms",
            "p95 ms",
        ]
    ]
    for screen in found["screens"]:
        dearest = max(screen.spent, key=lambda cut: screen.spent[cut])
        times = [
            [f"{len(took):,}", *(f"{1000 * share(took, of):.0f}" if took else "-" for of in (50, 95))]
            for took in (screen.read, screen.together)
        ]
        rows.append(
            [
                screen.address,
                f"{screen.length / 1000:.0f}",
                f"{1000 * median(screen.spent.values()):.1f}",
                f"{1000 * screen.spent[dearest]:.1f}",
                dearest if len(dearest) < LONG else f"{dearest[:LONG]}…",
                *times[0],
                *times[1],
            ]
        )
    told = f"Without a pause: {found['rate']:,.0f} pages a second, {1000 * found['each']:.1f} ms of processor each."
    targets = [["target", "measured", "asked", "ratio", ""]]
    for target in judge(found):
        t = target.summary()
        measured, verdict = f"{t['measured']:,.4g} {t['unit']}", "met" if t["met"] else "not met"
        targets.append([t["what"], measured, f"at most {t['asked']:g} {t['unit']}", f"{t['ratio']:.2f}", verdict])
    return "\n\n".join([head, table(rows, markdown), told, table(targets, markdown)])


def main() -> None:
    """Makes the register where there is none, measures, prints."""
    told = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    told.add_argument("--people", type=int, default=PEOPLE)
    told.add_argument("--quick", action="store_true", help=f"{QUICK:,} people and 3 seconds: to see that it works")
    told.add_argument("--users", type=int, default=len(USERS), choices=range(1, len(USERS) + 1), metavar="N")
    told.add_argument("--seconds", type=float, default=30, help="of all users at once without a pause")
    told.add_argument("--markdown", action="store_true", help="print Markdown")
    asked = told.parse_args()
    people, seconds = (QUICK, 3.0) if asked.quick else (asked.people, asked.seconds)
    try:
        found = measure(people, asked.users, seconds)
    except Refusal as refusal:
        sys.exit(str(refusal))
    print(show(found, asked.markdown))


if __name__ == "__main__":
    main()
