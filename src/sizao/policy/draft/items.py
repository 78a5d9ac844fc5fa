"""The numbered items of a notice: where each begins and ends, and how it is called."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from sizao.policy.draft.numerals import SIGNS, read_number
from sizao.policy.draft.text import BROKEN_OFF, ENDS, HEADING, View, begins_with_heading

CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
STYLES = {
    "chapter": rf"第([{SIGNS}]{{1,6}})章",
    "article": rf"第([{SIGNS}]{{1,6}})条",
    "comma": rf"([{SIGNS}]{{1,6}})[、.]",
    "paren": rf"\(([{SIGNS}]{{1,6}})\)",
    "dot": r"([0-9]{1,2})[.、](?![0-9])",
    "paren_arabic": r"\(?([0-9]{1,2})\)",
    "circled": rf"([{CIRCLED}])",
}
"""How a marker of each style looks; the group is its number."""

INLINE = ("paren", "paren_arabic", "circled", "dot", "comma")
"""Styles that may also stand within a paragraph, in a notice that has no line ends."""


WHOLE = "whole"
"""The style of the one item that a text without numbers is."""


@dataclass
class Item:
    """One numbered item. `own` are its characters in the view, marker left out, before its first sub-item."""

    style: str
    number: int
    start: int
    body: int
    end: int = 0
    parent: Item | None = None
    children: list[Item] = field(default_factory=list)

    @property
    def label(self) -> str:
        """Its own number as a clause is cited: （一）, 三, 第三条, 1."""
        return _label(self.style, self.number)

    @property
    def chapter(self) -> Item | None:
        """The outermost item around it."""
        return self.parent.chapter or self.parent if self.parent else None

    @property
    def name(self) -> str:
        """The clause without its chapter: （一）, or （一）1 for a sub-item."""
        above = self.parent
        if above is None or (above.parent is None and above.style in ("chapter", "comma")):
            return self.label
        return above.name + self.label

    @property
    def full_name(self) -> str:
        """The clause with its chapter: 三（三）."""
        chapter = self.chapter
        if chapter is None or self.name.startswith(chapter.label):
            return self.name
        return chapter.label + ("" if self.name.startswith("（") else "、") + self.name


def _label(style: str, number: int) -> str:
    words = {"chapter": "第{}章", "article": "第{}条", "comma": "{}", "paren": "（{}）", "paren_arabic": "（{}）"}
    if style == WHOLE:
        return "正文"
    if style == "circled":
        return CIRCLED[number - 1]
    said = str(number) if style in ("dot", "paren_arabic") else _chinese(number)
    return words.get(style, "{}").format(said)


def _chinese(number: int) -> str:
    digits = "零一二三四五六七八九"
    if number >= 100:
        return str(number)
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else digits[tens] + "十"
    return head + (digits[ones] if ones or not tens else "")


def find_items(view: View) -> list[Item]:
    """The items in the order of the text, nested; none where nothing is numbered."""
    marks = _markers(view.text)
    items: list[Item] = []
    open_: list[Item] = []
    for style, number, start, body in marks:
        while open_ and style in [item.style for item in open_[:-1]]:
            open_.pop()
        parent = open_[-1] if open_ else None
        if parent and parent.style == style:
            open_.pop()
            parent = open_[-1] if open_ else None
        item = Item(style, number, start, body, parent=parent)
        if parent:
            parent.children.append(item)
        items.append(item)
        open_.append(item)
    for n, item in enumerate(items):
        item.end = items[n + 1].start if n + 1 < len(items) else len(view.text)
    _end_lists(view.text, items)
    return items


def missing_numbers(items: list[Item]) -> Iterator[tuple[Item, Item]]:
    """Neighbours in one list whose numbers do not follow each other: an item may have been lost."""
    last: dict[int, Item] = {}
    for item in items:
        before = last.get(id(item.parent))
        if before and before.style == item.style and item.number > before.number + 1:
            yield before, item
        last[id(item.parent)] = item


def _markers(text: str) -> list[tuple[str, int, int, int]]:
    """(style, number, start, end of marker), in order, those of a list counting up from 1."""
    found = list(_at_line_starts(text))
    kept = _in_sequence(found)
    styles = [mark[0] for mark in kept]
    for style in INLINE:
        if styles.count(style) <= 1 and not (style in ("dot", "comma") and kept):
            run = _in_sequence(list(_within(text, style)))
            if len(run) >= 2:
                others = [mark for mark in kept if mark[0] != style]
                kept = sorted([*others, *run], key=lambda mark: mark[2])
                break
    return kept


def _at_line_starts(text: str) -> Iterator[tuple[str, int, int, int]]:
    position, before = 0, ""
    for line in text.split("\n"):
        for style, pattern in STYLES.items():
            match = re.match(pattern, line)
            if match and not before.endswith(tuple(BROKEN_OFF)):
                number = _number(match[1])
                if number:
                    yield style, number, position, position + match.end()
                    break
        before = line or before
        position += len(line) + 1


def _within(text: str, style: str) -> Iterator[tuple[str, int, int, int]]:
    """Markers anywhere, those included that a line end breaks in two."""
    places = [n for n, char in enumerate(text) if char != "\n"]
    before = "(?<=[。;:!?])" if style in ("dot", "comma") else ""
    pattern = STYLES[style].replace(r"\(?", r"\(")
    for match in re.finditer(before + pattern, text.replace("\n", "")):
        if number := _number(match[1]):
            yield style, number, places[match.start()], places[match.end() - 1] + 1


def _number(text: str) -> int | None:
    return CIRCLED.index(text) + 1 if text in CIRCLED else read_number(text)


def _in_sequence(marks: list[tuple[str, int, int, int]]) -> list[tuple[str, int, int, int]]:
    """Without markers that do not count on: a 三、 that only stands at a line start, a reference to an item."""
    kept: list[tuple[str, int, int, int]] = []
    last: dict[str, int] = {}
    ever: dict[str, int] = {}  # articles count on from chapter to chapter
    for mark in marks:
        style, number = mark[0], mark[1]
        before = last.get(style) or (ever.get(style, 0) if style == "article" else 0)
        if number == 1 or (before and before < number <= before + 3):
            kept.append(mark)
            last[style] = ever[style] = number
            outer = list(last)
            for inner in outer[outer.index(style) + 1 :]:
                del last[inner]
    return kept


def _end_lists(text: str, items: list[Item]) -> None:
    """The last item of the last list ends with its paragraphs: what follows the list is not part of it."""
    if not items:
        return
    last = items[-1]
    siblings = [item for item in items if item.parent is last.parent and item is not last and not item.children]
    most = max((len(_paragraphs(text, item.body, item.end)) for item in siblings), default=1)
    own = _paragraphs(text, last.body, last.end)
    if len(own) > 1 and _is_heading(text[slice(*own[0])], text[slice(*own[1])]):
        most = max(most, 2)
    if len(own) > most:
        last.end = own[most - 1][1]


def _is_heading(paragraph: str, following: str) -> bool:
    return len(paragraph) <= HEADING and len(following) > 2 * len(paragraph) and not re.search(r"[0-9,]", paragraph)


def _paragraphs(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Paragraphs: lines, those joined that break off within a sentence or fill the width of the page."""
    lines = [line for line in text[start:end].split("\n") if line]
    width = _page_width(lines)
    found: list[tuple[int, int]] = []
    position, before = start, ""
    for line in text[start:end].split("\n"):
        if line:
            ended = before.endswith((*ENDS, ")", "|")) and not (width and len(before) >= width)
            heading = len(found) == 1 and begins_with_heading(f"{before}\n{line}")
            if before and not ended and not heading and "|" not in line:
                found[-1] = (found[-1][0], position + len(line))
            else:
                found.append((position, position + len(line)))
            before = line
        position += len(line) + 1
    return found


def _page_width(lines: list[str]) -> int | None:
    """The least length of a full line in text that was set in lines of one width; None elsewhere."""
    longest = max(map(len, lines), default=0)
    full = sum(1 for line in lines if len(line) >= longest - 3)
    return longest - 3 if full >= 3 and full * 2 >= len(lines) and longest <= 60 else None
