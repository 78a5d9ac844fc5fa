"""What a notice says of itself: title, number, issuer, dates, whose rules, which disease."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from sizao.policy.draft.cells import Cell
from sizao.policy.draft.numerals import NUMBER, SIGNS, read_number
from sizao.policy.draft.text import View, joined
from sizao.policy.draft.vocabulary import say, vocabulary

NO_DATE = dt.date(1900, 1, 1)
"""Stands where the text has no date; every one comes with a doubt."""

SIGNATURE = 600
"""Characters after the last item in which a signature and its date are looked for."""

HAN = "\u4e00-\u9fff"
YEAR = rf"(?:([0-9]{{4}}|[{SIGNS}]{{4}})年)?"
DATE = rf"{YEAR}({NUMBER})月({NUMBER})日"
ISO = r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})"
BODIES = (
    "指挥部办公室|指挥部|领导小组办公室|领导小组|综合组|卫生健康委员会|卫生健康委|卫生健康局|"
    "人民政府办公室|人民政府|疾病预防控制中心"
)


@dataclass(frozen=True)
class Heading:
    """The values of the document block, each with its place or its doubt."""

    title: Cell
    number: Cell
    issuer: Cell
    published: Cell
    effective: Cell
    jurisdiction: Cell
    disease: Cell


def read_heading(text: str, view: View, first: int, last: int) -> Heading:
    """`first` and `last`: where the items begin and end in the view."""
    head, tail = view.part(0, first), view.part(last, min(len(view.text), last + SIGNATURE))
    number = _number(head)
    issuer = _issuer(text, head, tail)
    title = _title(head)
    published = _published(head, tail, view)
    return Heading(
        title=title,
        number=number,
        issuer=issuer,
        published=published,
        effective=_effective(joined(view), published),
        jurisdiction=_jurisdiction(issuer, title, head),
        disease=_disease(head, view),
    )


def _title(head: View) -> Cell:
    line = joined(head)
    words = "|".join(vocabulary()["notice_words"])
    for pattern in (r"《([^《》]{6,90})》", rf"(关于[^。,;《》]{{4,80}}?的(?:{words}))"):
        for match in re.finditer(pattern, line.text):
            if re.search(words, match[1]):
                return Cell(match[1], line.span(match.start(1), match.end(1)))
    words = "|".join(vocabulary()["title_words"])
    for match in re.finditer(rf"^[^\n。]{{2,60}}(?:{words})(?:\(.{{1,9}}\))?$", head.text, re.MULTILINE):
        return Cell(match[0], head.span(match.start(), match.end()))
    return Cell(say("unknown").zh, doubt=say("title"), assumed=False)


def _number(head: View) -> Cell:
    pattern = rf"[{HAN}]{{1,14}}[〔\[(【][0-9]{{4}}[〕\])】]第?[0-9]{{1,4}}号|^第?[0-9]{{1,4}}号(?:通告|公告|令)?$"
    bracketed = rf"^\((?P<number>(?:[0-9]{{4}}年)?第{NUMBER}号)\)$"
    if match := re.search(pattern, head.text, re.MULTILINE) or re.search(bracketed, head.text, re.MULTILINE):
        group = "number" if "number" in match.re.groupindex else 0
        return Cell(match[group], head.span(match.start(group), match.end(group)))
    return Cell(say("no_number").zh, doubt=say("number"), assumed=False)


def _issuer(text: str, head: View, tail: View) -> Cell:
    date = re.search(rf"^{DATE}$", tail.text, re.MULTILINE)
    if date:
        lines = list(re.finditer(r"[^\n]+", tail.text[: date.start()]))
        signed: list[re.Match[str]] = []
        for line in reversed(lines):
            if len(line[0]) > 40 or re.search(r"[。;:,]", line[0]) or len(signed) == 4:
                break
            signed.insert(0, line)
        named = [line for line in signed if not line[0].startswith("(")]
        if named:
            return Cell("".join(n[0] for n in named), tail.span(named[0].start(), named[-1].end()))
    pattern = rf"[{HAN}]{{2,30}}?(?:{BODIES})"
    for match in re.finditer(pattern, text[: head.places[-1] + 1] if head.places else ""):
        return Cell(match[0], match.span())
    return Cell(say("unknown").zh, doubt=say("issuer"), assumed=False)


def _published(head: View, tail: View, view: View) -> Cell:
    for part, pattern in (
        (tail, rf"^{DATE}$"),
        (view, rf"{DATE}\n*\Z"),
        (head, rf"^{DATE}$"),
        (head, ISO),
        (head, DATE),
    ):
        for match in re.finditer(pattern, part.text, re.MULTILINE):
            if (date := _date(match)) and date.year != NO_DATE.year:
                return Cell(date, part.span(*match.span()))
    yearless = re.search(DATE, head.text)
    if yearless and (date := _date(yearless)):
        doubt = say("year", month=date.month, day=date.day)
        return Cell(date, head.span(*yearless.span()), doubt, assumed=False)
    return Cell(NO_DATE, doubt=say("published"), assumed=False)


def _effective(line: View, published: Cell) -> Cell:
    begins = rf"(?:({NUMBER})(?:[时点](?:整|{NUMBER}分)?|:[0-9]{{2}}))?起,?(?:正式|开始)?(?:施行|执行|实施|生效)"
    if match := re.search(rf"自?{DATE}{begins}", line.text):
        date = _date(match, published.value.year)
        if date and match[4] and read_number(match[4]) == 24:
            date += dt.timedelta(days=1)  # 24时 is the end of the day
        if date:
            return Cell(date, line.span(*match.span()))
    if match := re.search(
        r"自(?:本通[知告])?(?:印发|发布|公布|下发)之日起,?(?:正式)?(?:施行|执行|实施|生效)", line.text
    ):
        return Cell(published.value, line.span(*match.span()), published.doubt, assumed=False)
    return Cell(published.value, doubt=say("effective"), assumed=False)


def _date(match: re.Match[str], year: int = NO_DATE.year) -> dt.date | None:
    parts = [read_number(part) if part else year for part in match.groups()[:3]]
    try:
        return dt.date(*[part or 0 for part in parts])
    except ValueError:
        return None


def _jurisdiction(issuer: Cell, title: Cell, head: View) -> Cell:
    for cell in (issuer, title):
        text = str(cell.value)
        for name, words in vocabulary()["jurisdictions"].items():
            if any(word in text for word in words):
                return Cell(name, cell.span)
        match = re.match(rf"(?:关于)?([{HAN}]{{1,8}}?(?:省|市|自治区|自治州|州|区|县|旗))", text)
        if match and cell.span:
            return Cell(match[1] if len(match[1]) > 1 else text[:2], cell.span)
    for name, words in vocabulary()["jurisdictions"].items():
        for word in words:
            if (at := head.text.find(word)) >= 0:
                return Cell(name, head.span(at, at + len(word)))
    return Cell("XX", doubt=say("jurisdiction"), assumed=False)


def _disease(head: View, whole: View) -> Cell:
    for part in (head, whole):
        for name, entry in vocabulary()["diseases"].items():
            for phrase in entry["phrases"]:
                if (at := part.text.find(phrase)) >= 0:
                    return Cell(name, part.span(at, at + len(phrase)))
    return Cell("unknown_disease", doubt=say("disease"), assumed=False)
