"""How a page that is open looks elsewhere: on a telephone, on paper, in one language; without loading it again."""

from __future__ import annotations

import re
from typing import Any

TELEPHONE, PAPER = {"width": 360, "height": 780}, {"width": 680, "height": 962}  # A4 within margins of 15 mm
MEASURE = """(paper) => {
  const named = part => (part.closest("main, header, footer")?.localName || "") + " " + part.localName +
    (part.className && part.className.trim ? "." + part.className.trim().replace(/\\s+/g, ".") : "") +
    " «" + (part.textContent || part.value || "").trim().slice(0, 24) + "»";
  const shown = part => part.checkVisibility({visibilityProperty: true}) && part.getClientRects().length > 0;
  const found = [], say = (what, parts) => {
    if (parts.length) found.push(what + ": " + parts.slice(0, 3).map(named).join(", "));
  };
  const parts = [...document.body.querySelectorAll("*")]
    .filter(part => shown(part) && !part.closest("svg *, .unseen"));
  if (document.documentElement.scrollWidth > innerWidth + 1) {
    const over = parts.filter(part => part.getBoundingClientRect().right > innerWidth + 1);
    say("wider than its window", over.length ? over : [document.body]);
  }
  const hides = paper ? ["hidden", "clip", "auto", "scroll"] : ["hidden", "clip"];
  say("cut off", parts.filter(part => {
    const style = getComputedStyle(part);
    return part.localName !== "input" && hides.includes(style.overflowX) && style.textOverflow !== "ellipsis" &&
      part.scrollWidth > part.clientWidth + 1;
  }));
  if (!paper) {
    const cells = parts.filter(part => part.matches("th, td") && getComputedStyle(part).overflowX === "visible");
    say("wider than its cell", cells.filter(part => part.scrollWidth > part.clientWidth + 1));
    say("a word broken in two", cells.filter(part => {
      const walk = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
      while (walk.nextNode())
        for (const word of walk.currentNode.data.matchAll(/(?<![^\\s(·])[A-Za-z]{4,20}(?![^\\s),.:;?·])/g)) {
          const range = document.createRange();
          range.setStart(walk.currentNode, word.index);
          range.setEnd(walk.currentNode, word.index + word[0].length);
          if (new Set([...range.getClientRects()].map(rect => Math.round(rect.top))).size > 1) return true;
        }
      return false;
    }));
    return found;
  }
  say("to be pressed on paper", parts.filter(part => part.matches(
    "button, input[type=submit], .top nav a, .narrow, .skip, .pager a, .tabs a:not([aria-current])")));
  const light = colour => {
    const [r, g, b, a] = colour.match(/[\\d.]+/g).map(Number);
    const by = [r, g, b].map(v => (v / 255) <= .03928 ? v / 255 / 12.92 : ((v / 255 + .055) / 1.055) ** 2.4);
    return [.2126 * by[0] + .7152 * by[1] + .0722 * by[2], a === undefined ? 1 : a];
  };
  say("pale on paper", parts.filter(part => {
    if (![...part.childNodes].some(node => node.nodeType === 3 && node.data.trim())) return false;
    let ground = 1;  // grounds are not printed, but where it is said
    for (let at = part; at; at = at.parentElement) {
      const style = getComputedStyle(at), [level, dense] = light(style.backgroundColor);
      if (dense > .9 && style.printColorAdjust === "exact") { ground = level; break; }
    }
    const ink = light(getComputedStyle(part).color)[0];
    return (Math.max(ink, ground) + .05) / (Math.min(ink, ground) + .05) < 4.5;
  }));
  return found;
}"""
READ = """doc => {
  const ours = doc.documentElement.lang.slice(0, 2), said = [];
  const cited = "header [lang], section[lang], p[lang], td[lang]";  // the other language, a paper, the API's words
  const foreign = part => part.closest("script, style, code, pre") ||
    (part.closest(cited) || doc.documentElement).lang.slice(0, 2) !== ours;
  const walk = doc.createTreeWalker(doc.documentElement, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const text = walk.currentNode.data.trim();
    if (text && !foreign(walk.currentNode.parentElement)) said.push(text);
  }
  for (const part of doc.querySelectorAll("[aria-label], [placeholder], [title], [alt]"))
    if (!foreign(part))
      for (const name of ["aria-label", "placeholder", "title", "alt"]) said.push(part.getAttribute(name) || "");
  const made = (...which) => [...new Set([...doc.querySelectorAll(which.join(", "))]
    .map(part => part.localName + "." + part.className))].sort().join(" ");
  return {
    lang: ours,
    text: said.join("\\n"),
    links: [...doc.links].map(link => link.getAttribute("href")),
    parts: made("main > *"),
    pieces: made("main > *", "main > form > *", "main > .two > * > *"),
  };
}"""
CHINESE = re.compile(r"[㐀-鿿]+")
NUMERALS = frozenset("一二三四五六七八九十百第条款项")  # of clauses: they are called so in every language
ENGLISH = re.compile(r"[A-Za-z][a-z']*(?:[ ,]+[A-Za-z][a-z']*){4,}")


def look_at_shapes(page: Any) -> list[str]:
    """What is wrong with the open page as it is, on a telephone and on paper; afterwards it is as it was."""
    before = page.viewport_size
    found = list(page.evaluate(MEASURE, False))
    page.set_viewport_size(TELEPHONE)
    found += [f"on a telephone: {said}" for said in page.evaluate(MEASURE, False)]
    page.emulate_media(media="print")
    page.set_viewport_size(PAPER)
    found += [f"on paper: {said}" for said in page.evaluate(MEASURE, True)]
    page.emulate_media(media="screen")
    page.set_viewport_size(before)
    return found


def in_two_languages(lang: str, text: str, data: set[str]) -> list[str]:
    """What of a text is not in the language `lang` and no name or other data either."""
    if lang == "zh":
        return [said for said in ENGLISH.findall(text) if not any(said in known for known in data)]
    runs = dict.fromkeys(CHINESE.findall(text))
    return [run for run in runs if not (set(run) <= NUMERALS or any(run in known for known in data))]
