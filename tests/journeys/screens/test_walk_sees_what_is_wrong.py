"""The walk itself: what it must see on a page, put there on purpose."""

from __future__ import annotations

from typing import Any

SPOIL = """() => {
  const main = document.querySelector("main");
  main.insertAdjacentHTML("beforeend",
    '<p class="soft" id="pale">pale</p><div id="wide">.</div><img src="http://127.0.0.1:9/outside.png">');
  document.querySelector("#pale").style.color = "#ddd";
  document.querySelector("#wide").style.width = "5000px";
  const script = document.createElement("script");
  script.textContent = "1";
  main.append(script);
}"""


def test_it_sees_outside_requests_scripts_in_the_page_pale_text_and_wide_pages(walk_as: Any) -> None:
    walk = walk_as(None, phone=True)
    walk.page.evaluate(SPOIL)
    walk.page.wait_for_timeout(200)
    walk.looked.discard(("account_login", walk.page.locator("h1").inner_text(), *walk.shown[1:]))
    walk.look()
    found = "\n".join(walk.wrong)
    walk.wrong.clear()
    for sign in ("asked for http://127.0.0.1:9/", "Content Security Policy", "color-contrast", "image-alt", "wider"):
        assert sign in found, (sign, found)
