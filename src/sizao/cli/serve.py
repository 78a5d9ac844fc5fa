"""`sizao serve`: the register for a team, in a real web server."""

from __future__ import annotations

import ipaddress
import os
import select
import signal
import subprocess
import sys
import time
from contextlib import suppress
from functools import partial
from typing import Annotated, Any

import typer
from gunicorn.app.base import BaseApplication
from gunicorn.http.errors import LimitRequestLine
from gunicorn.util import write_nonblock
from gunicorn.workers.gthread import ThreadWorker

from sizao.cli import options as o
from sizao.errors import SizaoError
from sizao.words import Lang, read_yaml

MODULE = "sizao.cli.serve"
QUIET = 2.0
"""Seconds after the last of several bulk writes: an import writes in pieces, one derivation is for all of them."""
LONGEST_ADDRESS = 8190
"""Bytes of the line that asks for an address: the most that gunicorn reads."""
LANGS: tuple[Lang, ...] = ("zh", "en")
Host = Annotated[str, typer.Option(help="The address to listen at.")]
Port = Annotated[int, typer.Option(min=1, max=65535, help="The port.")]
Workers = Annotated[int, typer.Option(min=0, max=64, help="Processes; 0: one for each core, two at least.")]
Threads = Annotated[int, typer.Option(min=1, max=64, help="Threads of each.")]
Minutes = Annotated[int, typer.Option(min=0, help="Minutes between derivations of what is stale; 0: cron does it.")]


def register(app: typer.Typer) -> None:
    """Adds `sizao serve`."""
    app.command(name="serve")(serve)


def serve(
    host: Host = "127.0.0.1",
    port: Port = 8000,
    workers: Workers = 0,
    threads: Threads = 4,
    derive_every: Minutes = 5,
    lang: o.Language = "en",
) -> None:
    """Serve the register; it is made where there is none, and its tables are brought up to this version."""
    check_address(host)
    home = prepare_home()
    from sizao.cli.work import set_up
    from sizao.register.place import KEYS_FILE, hold, read_keys

    if read_keys(home).rotating:
        raise SizaoError(
            "keys-rotating",
            "the register's keys are being changed, and that was not finished",
            why="half of the names would be looked up by the wrong key",
            todo="run `sizao work rotate-keys` to its end",
        )
    hold(home)
    set_up()
    from django.db import connections

    from sizao.register.ready import make_ready

    say = words(lang)
    ready = make_ready(home)
    connections.close_all()  # none may be shared with the processes that serve
    if ready.made:
        o.err.print(say("made", where=home, keys=home / KEYS_FILE))
    if ready.upgraded:
        o.err.print(say("upgraded", n=len(ready.upgraded)))
    if ready.kept is not None:
        o.err.print(say("kept", where=ready.kept))
    if not ready.administrators:
        o.err.print(say("nobody"))
    shown = f"[{host}]" if ":" in host else host
    o.err.print(say("listens", address=f"http://{shown}:{port}/"))
    keeper = start_keeper(derive_every) if derive_every else None
    try:
        Server(f"{shown}:{port}", workers or max(2, os.cpu_count() or 1), threads, keeper).run()
    finally:
        if keeper is not None:
            keeper.terminate()
            keeper.wait(30)


def check_address(host: str) -> None:
    """Raises SizaoError `no-tls`, `no-hosts`: passwords and names must not cross a network in the open."""
    if is_here(host):
        return
    if os.environ.get("SIZAO_BEHIND_TLS") != "1":
        raise SizaoError(
            "no-tls",
            f"the service does not listen at {host} as it is",
            why="beyond this machine passwords and names would cross the network in the open",
            todo="put a proxy that speaks https in front, which must set X-Forwarded-Proto, then set"
            " SIZAO_BEHIND_TLS=1; where the proxy runs on this machine, leave --host at 127.0.0.1",
        )
    if not os.environ.get("SIZAO_HOSTS"):
        raise SizaoError(
            "no-hosts",
            "the names under which the register is served are not said",
            why="every request from beyond this machine would be refused",
            todo="set SIZAO_HOSTS to the names that browsers ask for, separated by commas",
        )


def is_here(host: str) -> bool:
    """Whether only this machine can reach an address."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def prepare_home() -> Any:
    """The register's folder, made where it is missing; from here on new files are readable by their owner alone."""
    from sizao.register.place import home

    os.umask(0o077)
    folder = home()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


class Worker(ThreadWorker):  # type: ignore[misc]
    """Threads, and our own words for an address too long to be read: of no user, so in both languages."""

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        """What gunicorn itself refuses."""
        if not isinstance(exc, LimitRequestLine):
            super().handle_error(req, client, addr, exc)
            return
        told = "".join(f'<p lang="{lang}">{words(lang)("long_address", n=LONGEST_ADDRESS)}</p>' for lang in LANGS)
        page = f'<!doctype html><meta charset="utf-8"><title>Sizao</title>{told}<p><a href="/">Sizao</a></p>'.encode()
        head = "HTTP/1.1 414 URI Too Long\r\nConnection: close\r\nContent-Type: text/html; charset=utf-8\r\n"
        write_nonblock(client, f"{head}Content-Length: {len(page)}\r\n\r\n".encode() + page)


class Server(BaseApplication):  # type: ignore[misc]
    """Gunicorn, set up from here alone: no configuration file, no log of who asked for what."""

    def __init__(self, address: str, workers: int, threads: int, keeper: subprocess.Popen[bytes] | None) -> None:
        self.keeper = keeper
        self.said = {
            "bind": address,
            "workers": workers,
            "threads": threads,
            "worker_class": Worker,
            "limit_request_line": LONGEST_ADDRESS,
            "worker_tmp_dir": "/dev/shm" if os.access("/dev/shm", os.W_OK) else None,
            "timeout": 120,  # a large import; a worker that hangs is ended after it
            "graceful_timeout": 30,
            "keepalive": 15,
            "loglevel": "warning",
            "accesslog": None,
            "proc_name": "sizao",
            "umask": 0o077,
            "control_socket_disable": True,
        }
        super().__init__()

    def load_config(self) -> None:
        """What was said, without what an environment variable of gunicorn's might add."""
        for name, value in self.said.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Any:
        """In each worker; the rules are read before somebody waits for them."""
        from django.conf import settings

        from sizao.policy import chain
        from sizao.web.wsgi import application

        chain(settings.SIZAO_RULEBOOK)
        from sizao.register.actions.act import after_many  # models can be imported only now
        from sizao.register.figures import keep_counting
        from sizao.register.work import warm

        if self.keeper is not None:
            after_many.append(partial(wake, self.keeper))
        warm()
        keep_counting()
        return application


def start_keeper(minutes: int) -> subprocess.Popen[bytes]:
    """A process beside the service that derives what is stale; it ends with the service, however that ends."""
    command = [sys.executable, "-m", MODULE, str(minutes)]
    # In a session of its own: Ctrl-C in a terminal is for the service, which ends it
    keeper = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)
    assert keeper.stdin is not None
    os.set_blocking(keeper.stdin.fileno(), False)
    return keeper


def wake(keeper: subprocess.Popen[bytes]) -> None:
    """Has the keeper derive soon. Whoever wrote does not wait; a keeper that is full of calls or gone needs none."""
    assert keeper.stdin is not None
    with suppress(BlockingIOError, BrokenPipeError):
        os.write(keeper.stdin.fileno(), b".")


def keep_fresh(minutes: float) -> None:
    """Derives what is stale every so many minutes and soon after each call of `wake`, each time in a process of its
    own, until its input ends.

    SIGTERM ends both at once: a derivation that is broken off changed nothing.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    command = [sys.executable, "-c", "from sizao.cli.app import main; main()", "work", "derive", "--if-stale"]
    while True:
        subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False)
        if not calls_or_time(sys.stdin.fileno(), minutes * 60):
            return


def calls_or_time(pipe: int, seconds: float, quiet: float = QUIET) -> bool:
    """Waits so many seconds, or until a call came and none after it for a while; False: the pipe has ended."""
    until = time.monotonic() + seconds
    wait = seconds
    while select.select([pipe], [], [], wait)[0]:
        if not os.read(pipe, 4096):
            return False
        wait = max(0.0, min(quiet, until - time.monotonic()))
    return True


def words(lang: Lang) -> Any:
    """The words of these commands."""
    known = read_yaml("sizao.cli", "serve.yaml")
    return lambda word, /, **values: known[word][lang].format(**values)


if __name__ == "__main__":
    keep_fresh(float(sys.argv[1]))
