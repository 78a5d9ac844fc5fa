"""The door of `sizao demo`: a link that leads to the board once, signed in as commander.

The register knows nothing of it: the door signs in for the browser by the form that everybody uses, with the password
that the demo prints, and hands the cookie over. Browsers keep cookies by host and not by port, so it stands at
another port of the same address. `sizao serve` opens none.
"""

from __future__ import annotations

import secrets
import threading
from http.client import HTTPConnection, HTTPException
from http.cookies import CookieError, SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlencode

USER = "commander"
FORM = "sizao-form"
"""The cookie that goes with a form."""
PATIENCE = 30.0  # seconds


class Door(ThreadingHTTPServer):
    """Listens from now on. `link` is good for one visit; whatever else is asked for leads to the sign-in page."""

    daemon_threads = True

    def __init__(self, host: str, register: int, password: str) -> None:
        super().__init__((host, 0), _Visit)  # at any free port
        self.register, self.password = register, password
        self.path = f"/{secrets.token_urlsafe(20)}"
        self.link = f"http://{host}:{self.server_port}{self.path}"
        self.home = f"http://{host}:{register}"
        self._opening = threading.Lock()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def passes(self, path: str) -> bool:
        """Whether this is the link, for the first time."""
        with self._opening:
            right = bool(self.path) and secrets.compare_digest(path.encode(), self.path.encode())
            if right:
                self.path = ""
            return right

    def sign_in(self, browser: str) -> tuple[str, list[str]]:
        """Where the commander begins, and the cookies to go there; the sign-in page and none where it is refused."""
        register = HTTPConnection(str(self.server_address[0]), self.register, timeout=PATIENCE)
        try:
            register.request("GET", "/sign-in", headers={"User-Agent": browser})
            asked = register.getresponse()
            asked.read()
            cookies = SimpleCookie()
            for text in asked.headers.get_all("Set-Cookie", []):
                cookies.load(text)
            token = cookies[FORM].value
            sent = urlencode({"login": USER, "password": self.password, "csrfmiddlewaretoken": token})
            headers = {
                "User-Agent": browser,  # the session holds in this browser alone
                "Cookie": f"{FORM}={token}",
                "Content-Type": "application/x-www-form-urlencoded",
            }
            register.request("POST", "/sign-in", sent, headers)
            answer = register.getresponse()
            answer.read()
            if answer.status == 302:
                return str(answer.headers["Location"]), answer.headers.get_all("Set-Cookie", [])
        except (OSError, HTTPException, CookieError, KeyError):
            pass  # the sign-in page says what is the matter
        finally:
            register.close()
        return "/sign-in", []


class _Visit(BaseHTTPRequestHandler):
    """One request at the door. A browser that only looks ahead (HEAD) does not use the link up."""

    server: Door
    timeout = PATIENCE

    def do_GET(self) -> None:
        where, cookies = "/sign-in", []
        if self.server.passes(self.path):
            where, cookies = self.server.sign_in(self.headers.get("User-Agent", ""))
        self.send_response(303)
        self.send_header("Location", f"{self.server.home}{where}")
        for cookie in cookies:
            self.send_header("Set-Cookie", cookie)
        self.send_header("Cache-Control", "no-store")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is said of visits."""
