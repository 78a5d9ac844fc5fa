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
    walk.look()
    found = "\n".join(walk.wrong)
    walk.wrong.clear()
    for sign in ("asked for http://127.0.0.1:9/", "Content Security Policy", "color-contrast", "image-alt", "wider"):
        assert sign in found, (sign, found)


SHAPES = """() => document.querySelector("main").insertAdjacentHTML("beforeend",
  '<div id="broad">broad</div><div id="cut"><p>0123456789</p></div><p id="white">white</p><button>press</button>' +
  '<table id="torn"><tr><td>Onset</td><td>Reported</td></tr></table>' +
  '<table><tr><th id="out">Inhabitants</th></tr></table>' +
  '<p>未翻译的一句话</p><p lang="zh">本来就是中文</p>')"""
STYLED = {
    "broad": "width: 400px",
    "cut": "width: 40px; overflow: hidden; white-space: nowrap",
    "torn": "width: 40px; table-layout: fixed; overflow-wrap: anywhere",
    "out": "display: block; width: 20px",
    "white": "color: #fff; background: #000",
}


def test_it_sees_what_does_not_fit_a_telephone_or_paper_and_text_of_the_other_language(walk_as: Any) -> None:
    walk = walk_as(None, "en")
    walk.page.evaluate(SHAPES)
    for name, style in STYLED.items():
        walk.page.evaluate(
            "([name, style]) => { document.getElementById(name).style.cssText = style; }", [name, style]
        )
    walk.look()
    found = "\n".join(walk.wrong)
    walk.wrong.clear()
    for sign in (
        "on a telephone: wider than its window: main div",
        "on a telephone: cut off: main div «0123456789»",
        "on a telephone: a word broken in two: main td «Onset», main td «Reported»",
        "wider than its cell: main td «Onset», main td «Reported», main th «Inhabitants»",
        "on paper: cut off: main div «0123456789»",
        "on paper: pale on paper: main p «white»",
        "in en: 未翻译的一句话",
    ):
        assert sign in found, (sign, found)
    assert "本来就是中文" not in found
    walk = walk_as(None, "zh")
    walk.page.evaluate("document.querySelector('main').append('this was never put into Chinese')")
    walk.look()
    assert "in zh: this was never put into Chinese" in "\n".join(walk.wrong)
    walk.wrong.clear()
