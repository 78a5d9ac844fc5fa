"""What a paper is made of: plain data, every text in Chinese and in English."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True)
class Both:
    """A text in both languages; one that is the same in both is shown once."""

    zh: str
    en: str


@dataclass(frozen=True)
class Row:
    """A line of a letter: what it is about, and what it says (`strong`: it is what the letter is for)."""

    label: Both
    said: Both
    strong: bool = False


@dataclass(frozen=True)
class Code:
    """A QR code with its caption; `text` is what it holds, `below` is printed under it for who has no camera."""

    text: str
    caption: Both
    below: str


@dataclass(frozen=True)
class Letter:
    """A notice, certificate or order: one page."""

    office: Both
    title: Both
    number: str
    rows: Sequence[Row]
    notes: Sequence[Row]
    """Paragraphs with a heading: why, one's rights."""
    codes: Sequence[Code]
    signed: Sequence[Row]
    """By whom and when."""
    layout: Literal["letter"] = "letter"


@dataclass(frozen=True)
class Sheet:
    """A list of people with boxes to tick; as many pages as it takes. `lang` comes first, the other small below."""

    title: Both
    under: Both
    heads: Sequence[Both]
    """Of the person, what is due, and the notes."""
    boxes: Sequence[Both]
    people: Sequence[dict[str, str | Both]]
    """name, phone and id, as they are; home, due and holds in both languages. Each may be ""."""
    page_of: Both
    lang: str = "zh"
    note: Both = Both("", "")
    empty: Both = Both("", "")
    """What is said where nobody is on it."""
    layout: Literal["sheet"] = "sheet"


@dataclass(frozen=True)
class Figures:
    """A table of figures: the first column names, the others are numbers as they are shown."""

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""
    parts: Sequence[int] = ()
    """Rows that are a part of the one above."""
    wide: bool = False
    """As wide as the page; others stand two and two."""


@dataclass(frozen=True)
class Chart:
    """A picture as SVG, its title and what must be said of it."""

    title: str
    svg: str
    note: str = ""


@dataclass(frozen=True)
class Situation:
    """The situation of a place as a report. A page is in one language: the other is a page of its own."""

    title: str
    under: str
    tables: Sequence[Figures]
    charts: Sequence[Chart]
    keys: Sequence[tuple[str, str]]
    """Colours of the charts and what they mean."""
    charts_title: str
    after: Sequence[Figures]
    foot: str
    lang: str = "zh"
    page_of: str = "{n} / {total}"
    notes: Sequence[str] = field(default_factory=tuple)
    code: Code | None = None
    layout: Literal["situation"] = "situation"


Page = Letter | Sheet | Situation
