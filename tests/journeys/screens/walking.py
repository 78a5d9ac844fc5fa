"""A walk through the screens in a real browser, and what every page on the way must be.

No request leaves the machine, nothing is said in the console, no page is over 500 KB, wider than its window or in two
languages, and axe finds no breach of WCAG 2.2 AA. Each page is also looked at, as it lies there, on a telephone and
on paper (`shapes`). With SIZAO_PICTURES=1 the walk also takes the pictures of the docs.
"""

from __future__ import annotations

import io
import os
import subprocess
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve
from shapes import READ, in_two_languages, look_at_shapes

PICTURES = Path(__file__).parents[3] / "docs/pictures"
TAKE = os.environ.get("SIZAO_PICTURES") == "1"
MOST = 500_000  # bytes of a page with all that it loads
COLOURS = 64  # of a picture
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RUN_AXE = """async (tags) => {
  const alike = ["tbody tr:nth-child(n+9)", "li:nth-child(n+9)"];  // one row is made as the next
  const found = await axe.run({exclude: alike.map(part => [part])},
    {runOnly: tags, resultTypes: ["violations"], preload: false});
  return found.violations.map(v => v.id + ": " + v.nodes.map(n => n.target.join(" ") + " " +
    n.any.concat(n.all).map(c => c.message).join("; ").slice(0, 200)).slice(0, 3).join(" | "));
}"""
SEE = f"""() => ({{
  weight: performance.getEntriesByType("navigation").concat(performance.getEntriesByType("resource"))
    .reduce((sum, entry) => sum + entry.decodedBodySize, 0),
  wide: document.documentElement.scrollWidth > innerWidth + 1,
  ...({READ})(document),
}})"""
FETCHED = f"html => ({READ})(new DOMParser().parseFromString(html, 'text/html'))"
EXPECTED = "Failed to load resource: the server responded with a status of 4"  # a refusal is a page too


@dataclass
class Walk:
    """One window of one user."""

    page: Any
    address: str
    ids: dict[str, str]
    looked: set[tuple[str, ...]]
    """What axe saw in this session, and in which shapes: the address by its name, its parts, how it was shown."""
    data: set[str]
    """What may stand on a page in whatever language: names of the register, what the walks typed."""
    shown: tuple[str, ...]
    script: bool
    wrong: list[str] = field(default_factory=list)
    paper: Path | None = None
    """The PDF that was made last."""

    def __post_init__(self) -> None:
        self.page.on("request", lambda request: self._check_request(request.url))
        self.page.on("console", lambda said: self._hear(said.type, said.text))
        self.page.on("pageerror", lambda error: self.wrong.append(f"script failed: {error}"))

    def go(self, where: str, status: int = 200) -> Walk:
        """Opens an address and looks at it."""
        answer = self.page.goto(self.address + where)
        assert answer.status == status, (where, answer.status)
        return self.look()

    def follow(self, which: str) -> Walk:
        """Follows the first link of the page whose address ends so, and looks at what comes."""
        self.page.locator(f"main a[href$='{which}']").first.click()
        return self.look()

    def press_link(self, part: str) -> Walk:
        """Follows the first link of the page with such a part in its address."""
        link = self.page.locator(f"main a[href*='{part}']").first
        self.go(str(link.get_attribute("href")))
        return self

    def press(self, button: str = "form[method=post] button") -> Walk:
        """Presses a button of the page, the first of its form where nothing else is said; looks at what comes."""
        with self.page.expect_navigation():
            self.page.locator(f"main {button}").first.click()
        return self.look()

    def wait_for(self, part: str) -> Walk:
        """Loads the page again until it has such a part: what another process works at is there soon."""
        for _ in range(120):
            if self.page.locator(f"main {part}").count():
                return self
            self.page.wait_for_timeout(200)
            self.page.reload()
        raise AssertionError(self.text)

    def look(self) -> Walk:
        """Checks the page that is shown."""
        self.page.wait_for_load_state("load")
        where, seen = self.where, self.page.evaluate(SEE)
        if seen["weight"] > MOST:
            self.wrong.append(f"{where}: {seen['weight']} bytes")
        if seen["wide"]:
            self.wrong.append(f"{where}: wider than its window {self.shown}")
        self.read(where, seen)
        name = name_of(where)
        key = ("axe", name, seen["parts"], *self.shown[2:])
        if self.script and key not in self.looked:
            self.looked.add(key)
            self.page.evaluate(axe())
            self.wrong += [f"{where} {self.shown}: {found}" for found in self.page.evaluate(RUN_AXE, WCAG)]
        if ("shapes", name, seen["pieces"]) not in self.looked:
            self.looked.add(("shapes", name, seen["pieces"]))
            self.wrong += [f"{where} {found}" for found in look_at_shapes(self.page)]
        return self

    def change_language(self) -> Walk:
        """By the last word at the top of the page."""
        with self.page.expect_navigation():
            self.page.locator("header form:has([name=language]) button").click()
        return self

    def read(self, where: str, said: dict[str, Any]) -> None:
        """Checks that a page is in one language, but for names and what was typed."""
        found = in_two_languages(said["lang"], said["text"], self.data)
        self.wrong += [f"{where} in {said['lang']}: {words}" for words in found]

    def fetch(self, where: str) -> dict[str, Any]:
        """Reads a page without drawing it: its text, links and parts."""
        answer = self.page.request.get(self.address + where)
        assert answer.ok, (where, answer.status)
        said: dict[str, Any] = self.page.evaluate(FETCHED, answer.text())
        self.read(where, said)
        return said

    def picture(self, name: str, whole: bool = False, paper: Path | None = None) -> Walk:
        """Takes a picture for the docs, where they are asked for; of the first page of a PDF where one is given."""
        if TAKE and paper:
            drawn = subprocess.run(["pdftoppm", "-png", "-r", "80", "-l", "1", paper], stdout=-1, check=True)
            save(drawn.stdout, PICTURES / name)
        elif TAKE:
            self.page.evaluate("document.activeElement && document.activeElement.blur()")
            save(self.page.screenshot(full_page=whole, animations="disabled"), PICTURES / name)
        return self

    @property
    def where(self) -> str:
        """The address without its host and question."""
        return urlsplit(self.page.url).path

    @property
    def text(self) -> str:
        """What is to be read on the page."""
        return str(self.page.locator("main").inner_text())

    def fill(self, **values: str) -> Walk:
        """Writes into the fields of a form, by their names."""
        self.data.update(value for value in values.values() if not value.isascii())
        for name, value in values.items():
            box = self.page.locator(f"main [name={name}]").first
            kind = box.evaluate("box => box.tagName === 'SELECT' ? 'select' : box.type")
            if kind == "select":
                box.select_option(value)
            elif kind in ("radio", "checkbox"):
                self.page.locator(f"main [name={name}][value='{value}']").check()
            else:
                box.fill(value)
        return self

    def _check_request(self, address: str) -> None:
        if not address.startswith((self.address + "/", "data:", "blob:")):
            self.wrong.append(f"asked for {address}")

    def _hear(self, kind: str, text: str) -> None:
        if kind in ("error", "warning") and not text.startswith(EXPECTED):
            self.wrong.append(f"{self.where}: the console says {text}")


def name_of(where: str) -> str:
    """What an address is called; the address itself where there is none such."""
    try:
        return resolve(where).url_name or where
    except Resolver404:
        return where


@cache
def axe() -> str:
    """The source of axe-core, out of its Python package."""
    return resources.files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")


def save(picture: bytes, where: Path) -> None:
    """Writes a picture with few colours: a third of its size, and nobody sees it."""
    try:
        from PIL import Image
    except ImportError:
        where.write_bytes(picture)
        return
    with Image.open(io.BytesIO(picture)) as found:
        found.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(where, optimize=True)
